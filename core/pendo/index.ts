export * from './attempts';
export * from './failure';
export * from './key-rights';
export * from './meaning';
export * from './regions';
export * from './reports';
export * from './requests';
export * from './text-of';

export * from './attempts';
export * from './failure';
export * from './meaning';
export * from './regions';
export * from './reports';
export * from './requests';

export * from './event';
export * from './health';
export * from './notice';
export * from './poll';
export { MalformedResults, type SubjectKind } from './rows';
export { isSameState, isStateOf, readState, type WatchState } from './state';
export { watchKey } from './watch-key';

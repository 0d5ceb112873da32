/**
 * Every operation of Pendo's public API, in one table from which forms, pages and checks are made.
 *
 * How a host uses it:
 *
 * 1. Build the form from `OPERATIONS` (grouped by `resource`, named by `RESOURCES`) and `parametersOf`.
 *    A parameter with a `lookup` gets its choices from `lookUp`.
 * 2. Make a `Session` with the HTTP client and the clock that it lends, once for all items of a run:
 *    the session remembers what the key may do and what the lists hold.
 * 3. Call `runOperation(operation, given, session)`, `given` being the parameters by name as the person,
 *    an expression or an agent gave them. They are checked and converted there; a host passes them on.
 *    The answer is rows that arrive one by one, one object, or a file whose body arrives; the first
 *    row may be what sends the request, so failures come while rows are read, too.
 * 4. Where `operation.together` is true, call `runTogether` with the parameters of all items at once:
 *    it needs few calls, and gives an outcome for each item.
 *
 * The session's `send` gets the host and the secret by `request.host`: `api` and the integration key, or
 * `data` and the track event secret (`dataUrlOf`, `noTrackEventSecret`).
 *
 * All that goes wrong is a `Failure`: what, why and what to do next.
 */
export { operationOf, OPERATIONS, LEFT_OUT, type LeftOut } from './table';
export {
	parametersOf,
	RESOURCES,
	type Answer,
	type Call,
	type Operation,
	type Outcome,
	type PendoFile,
	type Resource,
	type Row,
} from './operation';
export type { Lookup, Option, Parameter, ParameterType, Parameters } from './parameter';
export { noTrackEventSecret } from './meaning';
export { lookUp, type Choice } from './lookup';
export { lookUpSubjects } from './look-up-subjects';
export { runOperation, runTogether, type Given } from './run';
export { Session, type PendoAnswer, type SessionHost } from './session';

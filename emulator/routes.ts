import type { ClockChange } from './clock';
import type { Control, Entering, Leaving, NewReport } from './control';
import type { FaultRule } from './faults';
import type { Key } from './keys';
import type { Region } from './regions';
import type { Delays } from './subscription/subscription';
import type { Variants } from './variants';

type Body = Record<string, unknown>;
type Handler = (control: Control, body: Body, id: string, query: URLSearchParams) => unknown;

/** The control API: the functions of Control by address. Parts of a path called * stand for an id. */
const ROUTES: Record<string, Handler> = {
	'GET /emulator/state': (control) => control.state(),
	'POST /emulator/reports': (control, body) => control.createReport(body as unknown as NewReport),
	'DELETE /emulator/reports': (control) => control.deleteAllReports(),
	'DELETE /emulator/reports/*': (control, _, id) => control.deleteReport(id),
	'GET /emulator/reports/*/rows': (control, _, id, query) =>
		control.rows(id, Number(query.get('limit') ?? 60)),
	'PUT /emulator/reports/*/rows': (control, body, id) =>
		control.setRows(id, body.rows as unknown[] | null),
	'POST /emulator/reports/*/enter': (control, body, id) => control.enter(id, body as Entering),
	'POST /emulator/reports/*/leave': (control, body, id) => control.leave(id, body as Leaving),
	'POST /emulator/reports/*/unshare': (control, _, id) => control.unshare(id),
	'POST /emulator/reports/*/share': (control, _, id) => control.share(id),
	'POST /emulator/clock': (control, body) => control.changeClock(body as ClockChange),
	'POST /emulator/region': (control, body) => control.setRegion(body.region as Region),
	'POST /emulator/keys': (control, { key, ...change }) =>
		control.setKey(key as string, change as Partial<Key>),
	'DELETE /emulator/keys': (control, body) => control.deleteKey(body.key as string),
	'POST /emulator/variants': (control, body) => control.setVariants(body as Partial<Variants>),
	'POST /emulator/faults': (control, body) => control.addFault(body as unknown as FaultRule),
	'DELETE /emulator/faults': (control) => control.clearFaults(),
	'DELETE /emulator/faults/*': (control, _, id) => control.clearFaults(Number(id)),
	'GET /emulator/requests': (control, _, __, query) => last(control.requests(), query),
	'DELETE /emulator/requests': (control) => control.clearRequests(),
	'GET /emulator/inbox': (control, _, __, query) => ({
		count: control.inbox().length,
		messages: last(control.inbox(), query),
	}),
	'DELETE /emulator/inbox': (control) => control.clearInbox(),
	'GET /emulator/visitors/*': (control, _, id) => control.visitor(id),
	'GET /emulator/accounts/*': (control, _, id) => control.account(id),
	'GET /emulator/segments/*/visitors': (control, _, id) => control.segmentVisitors(id),
	'GET /emulator/tracked': (control) => control.tracked(),
	'GET /emulator/guide-resets': (control) => control.guideResets(),
	'GET /emulator/feedback': (control) => control.feedback(),
	'POST /emulator/delays': (control, body) => control.setDelays(body as Partial<Delays>),
};

export interface ControlCall {
	(control: Control, body: Body, query: URLSearchParams): unknown;
}

export function findControl(method: string, path: string): ControlCall | undefined {
	const parts = path.split('/');
	const exact = ROUTES[`${method} ${path}`];
	if (exact) return (control, body, query) => exact(control, body, '', query);
	const id = parts[3];
	if (parts.length < 4 || id === undefined) return undefined;
	const handler = ROUTES[`${method} ${[...parts.slice(0, 3), '*', ...parts.slice(4)].join('/')}`];
	return (
		handler && ((control, body, query) => handler(control, body, decodeURIComponent(id), query))
	);
}

function last<T>(list: readonly T[], query: URLSearchParams): readonly T[] {
	const limit = Number(query.get('limit') ?? Infinity);
	return limit < list.length ? list.slice(-limit) : list;
}

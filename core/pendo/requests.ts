import { Failure } from './failure';

/** The header that carries the integration key. Source: Engage API documentation, introduction. */
export const KEY_HEADER = 'x-pendo-integration-key';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request without its origin and without its secret: whoever sends it adds both. */
export interface PendoRequest {
	readonly method: Method;
	/** Absolute path with its query, already percent-encoded. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	/** JSON or XML text; its content type is among the headers. */
	readonly body?: string;
	/**
	 * `data` is the host that takes track events: it wants the track event secret of an app in the same
	 * header, never the integration key. Everything else goes to `api`, with the integration key.
	 */
	readonly host?: 'api' | 'data';
}

const asJson = { accept: 'application/json' };

/** `GET /api/v1/token/verify` answers `{"valid":true,"writeAccess":true}`. Source: Engage API documentation. */
export const verifyKey: PendoRequest = {
	method: 'GET',
	path: '/api/v1/token/verify',
	headers: asJson,
};

/** `GET /api/v1/report` answers one array of all public reports, of every type. */
export const listReports: PendoRequest = { method: 'GET', path: '/api/v1/report', headers: asJson };

/**
 * `GET /api/v1/report/{id}/results.json` answers one array of flat rows. Source: Engage API documentation.
 *
 * @throws Failure `report-missing` when the id cannot be an id
 */
export function reportResults(reportId: string): PendoRequest {
	const id = reportId.trim();
	if (id === '' || id === '.' || id === '..') {
		throw new Failure('report-missing', {
			what: id === '' ? 'No report is chosen' : `"${id}" is not a report id`,
			why: 'The trigger follows one Pendo report.',
			next: 'Choose a report from the list, or enter its id.',
		});
	}
	// Accepting gzip makes a large report several times smaller on the wire.
	return {
		method: 'GET',
		path: `/api/v1/report/${encodeURIComponent(id)}/results.json`,
		headers: { ...asJson, 'accept-encoding': 'gzip' },
	};
}

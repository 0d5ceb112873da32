import { Failure } from './failure';

/** The header that carries the integration key. Source: Engage API documentation, introduction. */
export const KEY_HEADER = 'x-pendo-integration-key';

/** A request without its host and without its key: the host adds both. */
export interface PendoRequest {
	readonly method: 'GET';
	/** Absolute path, already percent-encoded. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
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

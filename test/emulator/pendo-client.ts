import { READ_WRITE_KEY, type Emulator } from '../../emulator/server';

/** An ordinary call with an ordinary client. */
export function callPendo(
	emulator: Emulator,
	path: string,
	key: string | undefined = READ_WRITE_KEY,
): Promise<Response> {
	const headers: Record<string, string> = key === '' ? {} : { 'x-pendo-integration-key': key };
	return fetch(`${emulator.url}${path}`, { headers, redirect: 'manual' });
}

export async function rowsOf(
	emulator: Emulator,
	reportId: string,
): Promise<Array<Record<string, unknown>>> {
	const answer = await callPendo(
		emulator,
		`/api/v1/report/${encodeURIComponent(reportId)}/results.json`,
	);
	return (await answer.json()) as Array<Record<string, unknown>>;
}

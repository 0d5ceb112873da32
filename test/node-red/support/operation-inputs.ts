import type { Operation, Parameter } from '../../../core/pendo/operations';
import { parametersOf } from '../../../core/pendo/operations';
import {
	GUIDE_IDS,
	READ_WRITE_KEY,
	REPORT_IDS,
	SEGMENT_IDS,
	type Emulator,
} from '../../../emulator/server';

export type Inputs = Record<string, unknown>;

/** What a person would fill in for each operation, so that it finds something on the emulator. */
export async function inputsFor(emulator: Emulator): Promise<(operation: Operation) => Inputs> {
	const first = async (path: string) => {
		const answer = await fetch(`${emulator.url}${path}?expand=*`, {
			headers: { 'x-pendo-integration-key': READ_WRITE_KEY },
		});
		return ((await answer.json()) as { id: string }[])[0]!.id;
	};
	const byLookup: Inputs = {
		report: REPORT_IDS.sampleVisitors,
		segment: SEGMENT_IDS.uploaded,
		guide: GUIDE_IDS.welcome,
		page: await first('/api/v1/page'),
		feature: await first('/api/v1/feature'),
		trackType: await first('/api/v1/tracktype'),
		visitorField: 'score',
		accountField: 'score',
	};
	const own: Record<string, Inputs> = {
		'visitor getMetadataValue': { group: 'agent', field: 'email' },
		'account getMetadataValue': { group: 'agent', field: 'name' },
		'visitor setMetadata': { values: { score: 7 } },
		'visitor bulkSetMetadata': { values: { score: 8 } },
		'visitor setMetadataValue': { value: 9 },
		'account setMetadata': { group: 'agent', values: { name: 'Acme' } },
		'account bulkSetMetadata': { group: 'agent', values: { name: 'Acme' } },
		'account setMetadataValue': { group: 'agent', field: 'name', value: 'Acme' },
		'aggregation npsAnswers': { guideId: GUIDE_IDS.nps },
		'guide resetStaged': { guideId: GUIDE_IDS.staged },
		'guide exportExperiment': { guideId: GUIDE_IDS.experiment },
		'metadataSchema deleteField': { field: 'note' },
		'metadataSchema getDependencies': { group: 'agent', field: 'plan' },
		'serverName get': { name: 'localhost' },
		'serverName getByFlag': { flag: 'exclude' },
	};
	return (operation) => {
		const given = parametersOf(operation)
			.filter(({ required }) => required)
			.map(({ name, lookup, example, type }) => {
				return [name, lookup && type === 'string' ? byLookup[lookup] : example];
			});
		const more = own[`${operation.resource} ${operation.operation}`];
		return { ...(Object.fromEntries(given) as Inputs), ...more };
	};
}

/** As the dialog stores what was typed. */
export function typed(operation: Operation, inputs: Inputs): Record<string, object> {
	const parameters = parametersOf(operation);
	return Object.fromEntries(
		Object.entries(inputs).map(([name, value]) => {
			const parameter = parameters.find((one) => one.name === name)!;
			const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
			return [name, { value: text, type: typeFor(parameter, value) }];
		}),
	);
}

function typeFor({ type, lookup }: Parameter, value: unknown): string {
	if (type === 'options') return 'choice';
	if (lookup && type === 'string') return 'pick';
	if (typeof value === 'object') return 'json';
	return { string: 'str', number: 'num', boolean: 'bool' }[typeof value as string] ?? 'str';
}

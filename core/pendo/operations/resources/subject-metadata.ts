import { ask } from '../ask';
import { Failure } from '../../failure';
import { fieldsOf, typedBySchema, type SubjectKind } from '../metadata';
import { writes, writesMany, type Operation, type Outcome } from '../operation';
import { fields, flag, value, type Fields } from '../parameter';
import type { Session } from '../session';
import { setMetadata, type MetadataRecord } from '../set-metadata';
import { subjectOf, writableGroup } from './subject';

/** What can be set on visitors, or on accounts. */
export function settingOf(kind: SubjectKind): Operation[] {
	const { a, own, lookup, field, idName, idOf, idsOf, about } = subjectOf(kind);
	const also = [{ method: 'GET', path: `/api/v1/metadata/schema/${kind}` }] as const;
	const valuePath = `/api/v1/metadata/${kind}/{group}/value/{${idName}}/{field}`;
	const bulk = {
		resource: kind,
		method: 'POST',
		path: `/api/v1/metadata/${kind}/{group}/value`,
		also,
		parameters: {
			...own,
			group: writableGroup,
			values: fields(
				'Fields',
				'The values to set, by the name of the field: text, numbers, true or false, or dates for fields of type time.',
				{ required: true, lookup, example: { tier: 'gold' } },
			),
			create: flag('Create Unknown', `Whether Pendo makes ${a} with an id that it does not know.`, {
				default: false,
			}),
		},
	} as const;
	return [
		writes({
			...bulk,
			operation: 'setMetadata',
			name: 'Set Metadata',
			action: `Set metadata of ${a}`,
			description: `Sets one or more custom or agent metadata fields of one ${kind}, as a health score or a CRM stage. The fields must exist in Pendo.`,
			run: async (input, session) => {
				const [outcome] = await setAll(session, kind, [{ ...input, id: idOf(input) }]);
				if (outcome!.failure !== undefined) throw outcome!.failure;
				return outcome!.value;
			},
		}),
		writesMany({
			...bulk,
			operation: 'bulkSetMetadata',
			name: 'Bulk Set Metadata',
			action: `Set metadata of many ${kind}s`,
			description: `Sets metadata for all input items in batches of 1,000, with an outcome for each item. Use it instead of Set Metadata for more than a few ${kind}s.`,
			run: async (inputs, session) =>
				await setAll(
					session,
					kind,
					inputs.map((input) => ({ ...input, id: idOf(input) })),
				),
		}),
		writes({
			resource: kind,
			operation: 'setMetadataValue',
			name: 'Set Metadata Value',
			action: `Set a metadata value of ${a}`,
			description: `Sets one metadata field of one ${kind} that exists. For several fields at once use Set Metadata.`,
			method: 'PUT',
			path: valuePath,
			also,
			parameters: {
				...own,
				group: writableGroup,
				field,
				value: value('Value', 'Text, a number, true or false; a date for a field of type time.', {
					required: true,
					example: 'gold',
				}),
			},
			run: async (input, session) => {
				const { group, field: name } = input;
				const schema = await fieldsOf(session, kind);
				const body = typedBySchema({ [name]: input.value }, group, schema)[name];
				const ids = { ...idsOf(input), group, field: name };
				await session.write(ask('PUT', valuePath, { ids, body }), about(input));
				return { ...ids, value: body, updated: true };
			},
		}),
		optingOut(kind, {
			flagName: 'donotprocess',
			operation: 'optOut',
			name: 'Opt Out',
			action: `Opt ${a} out of data collection`,
			description: `Stops Pendo from processing data of one ${kind}, or starts it again. What was collected before stays; to erase it, use Delete.`,
		}),
		optingOut(kind, {
			flagName: 'blacklistguides',
			operation: 'optOutOfGuides',
			name: 'Opt Out of Guides',
			action: `Opt ${a} out of guides`,
			description: `Stops all guides from being shown to one ${kind}, or allows them again.`,
		}),
	];
}

function optingOut(
	kind: SubjectKind,
	words: { flagName: string; operation: string; name: string; action: string; description: string },
): Operation {
	const { flagName, ...said } = words;
	const { own, idName, idsOf, about } = subjectOf(kind);
	const path = `/api/v1/metadata/${kind}/pendo/value/{${idName}}/${flagName}`;
	return writes({
		...said,
		resource: kind,
		method: 'PUT',
		path,
		parameters: {
			...own,
			optOut: flag('Opt Out', 'Whether to opt out. False takes an earlier opt-out back.', {
				default: true,
			}),
		},
		run: async (input, session) => {
			const ids = idsOf(input);
			await session.write(ask('PUT', path, { ids, body: input.optOut }), about(input));
			return { ...ids, optOut: input.optOut, updated: true };
		},
	});
}

interface Setting {
	readonly id: string;
	readonly group: 'custom' | 'agent';
	readonly values: Fields;
	readonly create: boolean;
}

async function setAll(
	session: Session,
	kind: SubjectKind,
	settings: readonly Setting[],
): Promise<Outcome[]> {
	const schema = await fieldsOf(session, kind);
	const outcomes: (Outcome | undefined)[] = settings.map(() => undefined);
	/** What can go in one request: the same group, and the same treatment of unknown ids. */
	const alike = new Map<
		string,
		{ setting: Setting; places: number[]; records: MetadataRecord[] }
	>();
	settings.forEach((setting, place) => {
		const values = typedOrNot(setting, schema);
		if (values instanceof Failure) {
			outcomes[place] = { failure: values };
			return;
		}
		const key = `${setting.group} ${setting.create}`;
		const group = alike.get(key) ?? { setting, places: [], records: [] };
		group.places.push(place);
		group.records.push({ id: setting.id, values });
		alike.set(key, group);
	});
	for (const { setting, places, records } of alike.values()) {
		const { group, create } = setting;
		const done = await setMetadata(session, { kind, group, create }, records);
		done.forEach((outcome, index) => (outcomes[places[index]!] = outcome));
	}
	return outcomes as Outcome[];
}

function typedOrNot(
	{ values, group }: Setting,
	schema: Parameters<typeof typedBySchema>[2],
): Fields | Failure {
	let problem: unknown;
	try {
		return typedBySchema(values, group, schema);
	} catch (error) {
		problem = error;
	}
	if (problem instanceof Failure) return problem;
	throw problem;
}

import { AGGREGATION, aggregateById, literal, type Pipeline } from '../aggregate';
import { ask } from '../ask';
import { badInput } from '../bad-input';
import { fieldsOf, typedBySchema, type SubjectKind } from '../metadata';
import { givesObject, givesRows, type Operation } from '../operation';
import { choice, dateTime, flag, howMany, list, text, value } from '../parameter';
import { objectOf } from '../read-json';
import type { Session } from '../session';
import { mostOf } from '../take';
import { subjectOf } from './subject';

/** What can be asked about visitors, or about accounts. */
export function readingOf(kind: SubjectKind): Operation[] {
	const { a, idName, own, lookup, field, idsOf, about } = subjectOf(kind);
	const path = `/api/v1/${kind}/{${idName}}`;
	const valuePath = `/api/v1/metadata/${kind}/{group}/value/{${idName}}/{field}`;
	return [
		givesObject({
			resource: kind,
			operation: 'get',
			name: 'Get',
			action: `Get ${a}`,
			description: `Looks up one ${kind} by its id and returns its metadata. Fails when Pendo does not know the id.`,
			method: 'GET',
			path,
			parameters: own,
			run: async (input, session) =>
				objectOf(await session.read(ask('GET', path, { ids: idsOf(input) }), about(input))),
		}),
		givesRows({
			resource: kind,
			operation: 'getMany',
			name: 'Get Many',
			action: `Get many ${kind}s`,
			description: `Lists ${kind}s with their metadata, in the order of their ids, narrowed by segment, last visit or conditions on metadata. Use it to find ${kind}s by what is known about them.`,
			...AGGREGATION,
			also: [{ method: 'GET', path: `/api/v1/metadata/schema/${kind}` }],
			parameters: {
				...howMany,
				segmentId: text('Segment', `Only ${kind}s in this segment.`, { lookup: 'segment' }),
				...(kind === 'visitor' ? { identifiedOnly } : {}),
				lastVisitAfter: dateTime('Last Visit After', `Only ${kind}s seen at or after this moment.`),
				lastVisitBefore: dateTime('Last Visit Before', `Only ${kind}s last seen before it.`),
				conditions: list(
					'Conditions',
					{ field: qualifiedField(lookup), operator, value: compared },
					'Conditions on metadata; all of them must hold.',
				),
			},
			run: async (input, session) => {
				const pipeline = await manyOf(kind, input, session);
				return aggregateById(session, pipeline, idName, mostOf(input));
			},
		}),
		givesObject({
			resource: kind,
			operation: 'getMetadataValue',
			name: 'Get Metadata Value',
			action: `Get a metadata value of ${a}`,
			description: `Reads one metadata field of one ${kind}. To read all of them, use Get.`,
			method: 'GET',
			path: valuePath,
			parameters: {
				...own,
				group: text(
					'Group',
					'The group of the field, as agent, custom, auto, pendo or salesforce.',
					{
						default: 'custom',
					},
				),
				field,
			},
			run: async (input, session) => {
				const ids = { ...idsOf(input), group: input.group, field: input.field };
				const found = await session.read(
					ask('GET', valuePath, { ids }),
					`the field ${input.group}.${input.field} of ${about(input)}`,
				);
				return { ...ids, value: found ?? null };
			},
		}),
	];
}

const identifiedOnly = flag('Identified Only', 'Whether to leave anonymous visitors out.', {
	default: false,
});

const operator = choice(
	'Operator',
	{
		'==': 'Equals',
		'!=': 'Does Not Equal',
		'>': 'Is Greater Than',
		'>=': 'Is Greater Than or Equals',
		'<': 'Is Less Than',
		'<=': 'Is Less Than or Equals',
	},
	'How the value of the field is compared.',
	{ default: '==' },
);

const compared = value('Value', 'The value to compare with; a date for a field of type time.', {
	required: true,
	example: 'gold',
});

function qualifiedField(lookup: 'visitorField' | 'accountField') {
	return text('Field', 'The group and the name of the field, as agent.email or custom.tier.', {
		required: true,
		lookup,
		example: 'custom.tier',
	});
}

interface Filters {
	readonly segmentId?: string;
	readonly identifiedOnly?: boolean;
	readonly lastVisitAfter?: number;
	readonly lastVisitBefore?: number;
	readonly conditions?: readonly {
		readonly field: string;
		readonly operator: string;
		readonly value: string | number | boolean;
	}[];
}

async function manyOf(kind: SubjectKind, filters: Filters, session: Session): Promise<Pipeline> {
	const { segmentId, lastVisitAfter, lastVisitBefore, conditions = [] } = filters;
	const schema = conditions.length === 0 ? [] : await fieldsOf(session, kind);
	const expressions = [
		...(lastVisitAfter === undefined ? [] : [`metadata.auto.lastvisit >= ${lastVisitAfter}`]),
		...(lastVisitBefore === undefined ? [] : [`metadata.auto.lastvisit < ${lastVisitBefore}`]),
		...conditions.map((condition) => {
			// A name is written into the expression as it is, so it may be a name and nothing else.
			const [, group, name] = /^(\w+)\.([A-Za-z_]\w*)$/.exec(condition.field) ?? [];
			if (group === undefined || name === undefined) {
				throw badInput(
					`"${condition.field}" is not a metadata field`,
					'A field is written with its group, as agent.email or custom.tier.',
				);
			}
			const typed = typedBySchema({ [name]: condition.value }, group, schema)[name];
			const right = typeof typed === 'string' ? literal(typed) : String(typed);
			return `metadata.${group}.${name} ${condition.operator} ${right}`;
		}),
	];
	return [
		{ source: { [`${kind}s`]: filters.identifiedOnly ? { identified: true } : null } },
		...(segmentId === undefined ? [] : [{ segment: { id: segmentId } }]),
		...expressions.map((filter) => ({ filter })),
	];
}

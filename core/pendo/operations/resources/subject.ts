import type { SubjectKind } from '../metadata';
import { choice, id, text, type Parameter } from '../parameter';

/** What the operations of visitors and of accounts say and ask alike. */
export function subjectOf(kind: SubjectKind) {
	const title = kind === 'visitor' ? 'Visitor' : 'Account';
	const idName = kind === 'visitor' ? 'visitorId' : 'accountId';
	const lookup = kind === 'visitor' ? 'visitorField' : 'accountField';
	const example = kind === 'visitor' ? 'u-1001' : 'acme';
	const own = {
		[idName]: id(
			`${title} ID`,
			`The ${kind}'s id in Pendo, exactly as it was sent to Pendo; upper and lower case count.`,
			{ example },
		),
	};
	return {
		kind,
		title,
		idName,
		lookup,
		example,
		a: kind === 'visitor' ? 'a visitor' : 'an account',
		/** The parameter of its id; of both names, since only one is ever there. */
		own: own as unknown as Record<never, Parameter<string>>,
		field: text('Field', 'The name of the field within its group.', {
			required: true,
			lookup,
			example: 'tier',
		}),
		idOf: (input: object): string => (input as Record<string, string>)[idName]!,
		idsOf: (input: object) => ({ [idName]: (input as Record<string, string>)[idName]! }),
		about: (input: object) => `the ${kind} "${(input as Record<string, string>)[idName]!}"`,
	} as const;
}

export const writableGroup = choice(
	'Group',
	{ custom: 'Custom', agent: 'Agent' },
	'Where the field belongs: "custom" is meant for values set through the API, "agent" is set by the Pendo snippet.',
	{ default: 'custom' },
);

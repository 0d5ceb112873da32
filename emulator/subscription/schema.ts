import { isObject, senseless, unknown, type JsonObject } from '../refusal';

export const KINDS = ['visitor', 'account', 'parentAccount'] as const;
export type SchemaKind = (typeof KINDS)[number];
/** What may be asked for when a field is made. */
const TYPES = ['string', 'number', 'time', 'boolean'];
/** Groups whose fields belong to the customer. */
export const OWN_GROUPS = ['agent', 'custom'];

export interface FieldDefinition {
	Type: string;
	DisplayName: string;
	isHidden: boolean;
	isDeleted: boolean;
	isCalculated: boolean;
	isPerApp: boolean;
	sample?: unknown;
}
type Groups = Record<string, Record<string, FieldDefinition>>;

/** Which metadata fields there are. */
export class Schema {
	private readonly kinds: Record<SchemaKind, Groups> = startingSchema();

	groups(kind: string): Groups {
		const known = KINDS.find((name) => name === kind);
		if (!known) throw unknown('kind');
		return this.kinds[known];
	}

	/** undefined for a field that never was or was deleted. */
	field(kind: string, group: string, name: string): FieldDefinition | undefined {
		const fields = this.fieldsOf(kind, group);
		const found = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
		return found?.isDeleted ? undefined : found;
	}

	/** Makes fields, or brings deleted ones back; all of them or none. */
	create(kind: string, group: string, wanted: unknown): Record<string, FieldDefinition> {
		const fields = this.ownFields(kind, group);
		if (!Array.isArray(wanted) || wanted.length === 0)
			throw senseless('the body must be a list of fields');
		const made = wanted.map((field: unknown) => this.newField(kind, group, field));
		for (const [name, definition] of made) fields[name] = definition;
		return Object.fromEntries(made);
	}

	delete(kind: string, group: string, name: string): void {
		this.ownFields(kind, group);
		const field = this.field(kind, group, name);
		if (!field) throw unknown('field');
		field.isDeleted = true;
	}

	private newField(kind: string, group: string, field: unknown): [string, FieldDefinition] {
		const { name, displayname, type } = isObject(field) ? field : ({} as JsonObject);
		if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name) || name === '__proto__')
			throw senseless(`a field cannot be called ${JSON.stringify(name)}`);
		if (!TYPES.includes(String(type))) throw senseless(`type must be one of ${TYPES.join(', ')}`);
		if (this.field(kind, group, name)) throw senseless(`the field ${name} exists already`);
		return [name, definition(String(type), String(displayname ?? name))];
	}

	private ownFields(kind: string, group: string): Record<string, FieldDefinition> {
		const fields = this.fieldsOf(kind, group);
		if (!fields) throw unknown('group');
		if (!OWN_GROUPS.includes(group)) throw senseless(`the fields of ${group} belong to Pendo`);
		return fields;
	}

	private fieldsOf(kind: string, group: string): Record<string, FieldDefinition> | undefined {
		const groups = this.groups(kind);
		return Object.hasOwn(groups, group) ? groups[group] : undefined;
	}
}

/** Whether a field of this type takes the value. */
export function takes({ Type }: FieldDefinition, value: unknown): boolean {
	switch (Type) {
		case 'integer':
			return Number.isInteger(value);
		case 'number':
		case 'float':
			return typeof value === 'number';
		case 'time':
			return (
				Number.isInteger(value) || (typeof value === 'string' && !Number.isNaN(Date.parse(value)))
			);
		case 'boolean':
			return typeof value === 'boolean';
		case 'string':
			return typeof value === 'string';
		case 'list':
			return Array.isArray(value);
		default:
			return true;
	}
}

function definition(
	type: string,
	title: string,
	more: Partial<FieldDefinition> = {},
): FieldDefinition {
	return {
		Type: type,
		DisplayName: title,
		isHidden: false,
		isDeleted: false,
		isCalculated: false,
		isPerApp: false,
		...more,
	};
}

function startingSchema(): Record<SchemaKind, Groups> {
	const pendo = () => ({
		blacklistguides: definition('boolean', 'Guides blocked'),
		donotprocess: definition('boolean', 'Do not process'),
	});
	return {
		visitor: {
			agent: {
				email: definition('string', 'Email', { sample: 'kim@example.test' }),
				name: definition('string', 'Name'),
				plan: definition('string', 'Plan', { sample: 'trial' }),
				role: definition('string', 'Role'),
				// A field that nobody gave a type has an empty one.
				score: definition('', 'Untyped'),
				tags: definition('list', 'Tags'),
			},
			auto: {
				accountid: definition('string', 'Account ID'),
				accountids: definition('list', 'Account IDs'),
				firstvisit: definition('time', 'First Visit'),
				id: definition('string', 'ID'),
				lastbrowsername: definition('string', 'Browser Name'),
				lastoperatingsystem: definition('string', 'Operating System'),
				lastvisit: definition('time', 'Last Visit', { sample: 1746090000000 }),
			},
			auto__323232: {
				lastbrowsername: definition('string', 'Browser Name', { isPerApp: true }),
				lastvisit: definition('time', 'Last Visit', { isPerApp: true }),
			},
			custom: {
				name: definition('string', 'Name'),
				note: definition('string', 'Note'),
				retired: definition('string', 'Retired', { isDeleted: true }),
				score: definition('integer', 'Health score', { sample: 42 }),
				vip: definition('boolean', 'VIP'),
				renewal: definition('time', 'Renewal'),
			},
			pendo: pendo(),
		},
		account: {
			agent: {
				name: definition('string', 'Name', { sample: 'Acme' }),
				plan: definition('string', 'Plan'),
			},
			auto: {
				firstvisit: definition('time', 'First Visit'),
				id: definition('string', 'ID'),
				lastvisit: definition('time', 'Last Visit'),
			},
			custom: {
				churnrisk: definition('string', 'Churn risk'),
				owner: definition('string', 'Owner'),
				seats: definition('integer', 'Seats', { sample: 25 }),
				arr: definition('float', 'Annual revenue'),
			},
			pendo: pendo(),
			salesforce: { industry: definition('string', 'Industry') },
		},
		parentAccount: { agent: {}, auto: { id: definition('string', 'ID') }, custom: {} },
	};
}

import { damaged } from './snapshot/damage';
import { packLines, seal, unpackLines, unseal } from './sealed';

/** What a watch keeps of each member beside its fingerprint; nothing where neither event needs it. */
export interface DetailsShape {
	/** Rows of ids, where leaving is told. */
	readonly leftRows: boolean;
	/** Fields whose changes are told. */
	readonly fields: readonly string[];
	/** Their values too, so that a change tells the old one. */
	readonly values: boolean;
}

export const NO_DETAILS: DetailsShape = { leftRows: false, fields: [], values: false };

/** Stored beside a snapshot, in the order of its members. */
export interface StoredDetails {
	/** Characters a member: about 5 where ids are numbers, 10 for email addresses, 29 for UUIDs. */
	readonly leftRows?: string;
	readonly fields?: readonly string[];
	/** 32 bits of hash for each member and field: 5.4 characters. */
	readonly hashes?: string;
	/** JSON of the fields' values, compressed. Characters a member: about 0.6 for one of a few words, 4.5 for a time. */
	readonly values?: string;
}

export interface Details {
	readonly leftRows?: readonly string[];
	readonly fields: readonly string[];
	/** One after the other for each member. */
	readonly hashes: Uint32Array;
	readonly values?: readonly string[];
}

export function isEmptyShape({ leftRows, fields }: DetailsShape): boolean {
	return !leftRows && fields.length === 0;
}

/** Whether everything that a shape asks for is there. */
export function covers(details: Details, shape: DetailsShape): boolean {
	return (
		(!shape.leftRows || details.leftRows !== undefined) &&
		(!shape.values || shape.fields.length === 0 || details.values !== undefined) &&
		shape.fields.every((field) => details.fields.includes(field))
	);
}

/** Whether just what a shape asks for is stored. */
export function isSameShape(stored: StoredDetails | undefined, shape: DetailsShape): boolean {
	return (
		stored !== undefined &&
		(stored.leftRows !== undefined) === shape.leftRows &&
		(stored.values !== undefined) === shape.values &&
		JSON.stringify(stored.fields ?? []) === JSON.stringify(shape.fields)
	);
}

export async function encodeDetails(details: Details): Promise<StoredDetails> {
	const { leftRows, fields, hashes, values } = details;
	const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
	return {
		...(leftRows && { leftRows: await packLines(leftRows) }),
		...(fields.length > 0 && { fields, hashes: seal(bytes.toString('base64url')) }),
		...(values && { values: await packLines(values) }),
	};
}

/** @throws SnapshotDamaged */
export async function decodeDetails(stored: StoredDetails, count: number): Promise<Details> {
	const fields = stored.fields ?? [];
	const bytes = Buffer.from(stored.hashes === undefined ? '' : unseal(stored.hashes), 'base64url');
	const hashes = new Uint32Array(new Uint8Array(bytes).buffer);
	const leftRows = stored.leftRows && (await unpackLines(stored.leftRows));
	const values = stored.values && (await unpackLines(stored.values));
	const lengths = [leftRows || undefined, values || undefined].map((list) => list?.length ?? count);
	if (hashes.length !== count * fields.length || lengths.some((length) => length !== count)) {
		throw damaged('what it keeps of its members does not fit their number');
	}
	return { fields, hashes, ...(leftRows && { leftRows }), ...(values && { values }) };
}

import { Failure } from '../failure';
import { ask } from './ask';
import { quoted } from './bad-input';
import type { SubjectKind } from './metadata';
import type { Outcome, Row } from './operation';
import type { Fields } from './parameter';
import { isObject, objectOf } from './read-json';
import type { Session } from './session';

interface How {
	readonly kind: SubjectKind;
	readonly group: string;
	/** Pendo makes those whose id it does not know. */
	readonly create: boolean;
}

export interface MetadataRecord {
	readonly id: string;
	readonly values: Fields;
}

/** Source: public clients; more are refused or time out. */
export const MOST_RECORDS = 1_000;
/** Calls that may be spent on finding out which records of a batch failed. */
const MOST_SEARCHES = 64;

/** Sets metadata of many visitors or accounts, in batches, with an outcome for each record. */
export async function setMetadata(
	session: Session,
	how: How,
	records: readonly MetadataRecord[],
): Promise<Outcome[]> {
	const search = { left: MOST_SEARCHES };
	const outcomes: Outcome[] = [];
	for (let from = 0; from < records.length; from += MOST_RECORDS) {
		outcomes.push(
			...(await setBatch(session, how, records.slice(from, from + MOST_RECORDS), search)),
		);
	}
	return outcomes;
}

async function setBatch(
	session: Session,
	how: How,
	records: readonly MetadataRecord[],
	search: { left: number },
): Promise<Outcome[]> {
	const { kind, group, create } = how;
	const request = ask('POST', `/api/v1/metadata/${kind}/${group}/value`, {
		query: { create: create ? true : undefined },
		body: records.map(({ id, values }) => ({ [`${kind}Id`]: id, values })),
	});
	let answer: Row = {};
	let problem: unknown;
	try {
		answer = objectOf(await session.write(request, `the metadata of ${records.length} ${kind}s`));
	} catch (error) {
		problem = error;
	}
	if (problem instanceof Failure) {
		const failure = problem;
		return records.map(() => ({ failure }));
	}
	if (problem !== undefined) throw problem;

	const missing = idsIn(answer.missing);
	const errors = listOf(answer.errors);
	const ids = records.map(({ id }) => id);
	const told = new Map(errors.map((error) => [subjectOf(error, ids), error]));
	const outcomes = ids.map((id): Outcome | undefined => {
		if (missing.has(id)) return { failure: unknownSubject(kind, id) };
		return told.has(id) ? { failure: notSet(kind, id, told.get(id)) } : undefined;
	});
	const open = records.filter((_, index) => outcomes[index] === undefined);
	const named = records.length - open.length;
	const unnamed = Math.max(0, failuresIn(answer, missing.size, errors.length) - named);
	const rest = await outcomesOfUnnamed(session, how, open, unnamed, search);
	let next = 0;
	return outcomes.map((outcome) => outcome ?? rest[next++]!);
}

/** Of records that the answer does not name, `failures` of which failed: setting halves again tells which. */
async function outcomesOfUnnamed(
	session: Session,
	how: How,
	records: readonly MetadataRecord[],
	failures: number,
	search: { left: number },
): Promise<Outcome[]> {
	const { kind } = how;
	if (failures === 0)
		return records.map(({ id }) => ({ value: { [`${kind}Id`]: id, updated: true } }));
	if (failures >= records.length) {
		return records.map(({ id }) => ({ failure: notSet(kind, id) }));
	}
	if (search.left < 2) {
		return records.map(({ id }) => ({
			failure: perhapsNotSet(kind, id, failures, records.length),
		}));
	}
	search.left -= 2;
	const half = Math.ceil(records.length / 2);
	return [
		...(await setBatch(session, how, records.slice(0, half), search)),
		...(await setBatch(session, how, records.slice(half), search)),
	];
}

function failuresIn(
	{ total, updated, failed, missing }: Row,
	missingIds: number,
	errors: number,
): number {
	const count = typeof failed === 'number' ? failed : errors;
	const lost = typeof missing === 'number' ? missing : missingIds;
	// Whether those missing are among those failed is not documented; the other counts may tell.
	const apart = Number(total) - Number(updated) === count + lost;
	return apart ? count + lost : Math.max(count, lost);
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

/** Ids as texts, or as objects with an id in them. */
function idsIn(value: unknown): Set<string> {
	return new Set(listOf(value).map((entry) => idOf(entry) ?? String(entry)));
}

function idOf(entry: unknown): string | undefined {
	if (!isObject(entry)) return undefined;
	const id = entry.visitorId ?? entry.accountId ?? entry.id;
	return id === undefined ? undefined : String(id);
}

/** Whom an error is about: the longest of the ids that it names as a whole word, "u-1" not being in "u-10". */
function subjectOf(error: unknown, ids: readonly string[]): string | undefined {
	if (typeof error !== 'string') return idOf(error);
	return ids
		.filter((id) => {
			const at = error.indexOf(id);
			if (at < 0) return false;
			const edges = `${error[at - 1] ?? ''}${error[at + id.length] ?? ''}`;
			return !/[\w@-]/.test(edges);
		})
		.sort((one, other) => other.length - one.length)[0];
}

function unknownSubject(kind: SubjectKind, id: string): Failure {
	return new Failure('not-found', {
		what: `Pendo does not have the ${kind} ${quoted(id)}`,
		why: 'The id is written otherwise (upper and lower case count), or it was never seen.',
		next: `Check the id, or let Pendo make unknown ${kind}s with Create Unknown.`,
	});
}

function notSet(kind: SubjectKind, id: string, error?: unknown): Failure {
	const reason = isObject(error) ? (error.message ?? error.error ?? error.reason) : error;
	return new Failure('refused', {
		what: `Pendo did not set the metadata of the ${kind} ${quoted(id)}`,
		why:
			typeof reason === 'string' && reason !== ''
				? `Pendo says: ${quoted(reason)}.`
				: 'Pendo counts it as failed and says no more: the id is unknown to it, or it does not take a value.',
		next: `Check that the ${kind} exists and that each value is of the type of its field.`,
	});
}

function perhapsNotSet(kind: SubjectKind, id: string, failures: number, of: number): Failure {
	return new Failure('refused', {
		what: `The metadata of the ${kind} ${quoted(id)} may not be set`,
		why: `Pendo says that ${failures} of ${of} failed, and not which.`,
		next: 'Run it again for these: setting the same values twice does no harm.',
	});
}

import { badInput } from './bad-input';

/** Source: Engage API documentation, "Get Visitor by base64 encoded ID". */
const ENCODED = { 'x-pendo-base64-encoded-params': 'true' };

/** In UTF-8; with more, the line of the request would not be taken by common proxies (8 kB). */
export const LONGEST_ID = 4_096;

export interface Located {
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
}

/**
 * Fills `{name}` in a template with ids, each of which stays one segment of the path.
 *
 * A visitor or account id that a server or proxy on the way might read as something else (`/`, `%`, `..`,
 * control characters, anything beyond ASCII) goes as base64, with the header that says so. The header
 * concerns those ids alone: a public client sends it beside plain segment ids. All others are percent-encoded.
 *
 * @throws Failure `bad-input` where an id can be none
 */
export function pathOf(template: string, ids: Readonly<Record<string, string>>): Located {
	for (const [name, id] of Object.entries(ids)) checkId(name, id);
	const encode = Object.entries(ids).some(([name, id]) => isPersonal(name) && !SURVIVES.test(id));
	const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
		const id = ids[name]!;
		return encode && isPersonal(name) ? base64(id) : encodeURIComponent(id);
	});
	return { path, headers: encode ? ENCODED : {} };
}

/** Ids that somebody else than Pendo makes up. */
function isPersonal(name: string): boolean {
	return name === 'visitorId' || name === 'accountId';
}

// What percent-encoding carries safely; a dot segment, encoded or not, is removed on the way.
const SURVIVES = /^(?!\.{1,2}$)[\w.~@+:,=!$'()* -]+$/;

/** The URL-safe alphabet: a slash within would end the segment. */
function base64(id: string): string {
	const text = Buffer.from(id, 'utf8').toString('base64url');
	return text + '='.repeat((4 - (text.length % 4)) % 4);
}

function checkId(name: string, id: string): void {
	if (id === '') throw badInput(`The ${name} is empty`, 'An id has at least one character.');
	if (/\p{Surrogate}/u.test(id)) {
		throw badInput(`The ${name} holds half of a character`, 'A text was cut within an emoji.');
	}
	if (Buffer.byteLength(id) > LONGEST_ID) {
		throw badInput(
			`The ${name} is longer than ${LONGEST_ID} bytes`,
			'No id is that long; another text may have been taken for it.',
		);
	}
	if (!isPersonal(name) && /^\.{1,2}$/.test(id)) {
		throw badInput(`"${id}" is not a ${name}`, 'It would stand for another address.');
	}
}

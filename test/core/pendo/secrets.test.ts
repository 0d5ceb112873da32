import fc from 'fast-check';
import { inspect } from 'node:util';
import {
	baseUrlOf,
	Failure,
	meaningOfException,
	meaningOfStatus,
	readReportList,
} from '../../../core/pendo';

const asked = { host: 'app.pendo.io', report: 'Trial users' };
/** Stands for a key, a body, a cookie: whatever must not get out. */
const secret = fc
	.string({ unit: fc.constantFrom(...'abcdef0123456789-.'), minLength: 12, maxLength: 40 })
	.map((text) => `s3cr3t-${text}`);

function everythingToldBy(failure: Failure): string {
	const { message, why, next, description, stack, cause, answer } = failure;
	const told = [message, why, next, description, stack, cause, answer, JSON.stringify(failure)];
	return inspect([told, failure], { depth: 20, showHidden: true });
}

/** Text with the secret somewhere in it, also beside what looks like a code. */
const holding = (text: string) =>
	fc
		.tuple(
			fc.constantFrom('', 'ECONNRESET ', 'ERR_', 'Z_', 'AbortError: ', 'CERT_', '<html>', '{"a":"'),
			fc.constantFrom('', ' ECONNRESET', '\n', '"}', '_ERROR'),
		)
		.map(([before, after]) => before + text + after);

const thrown = secret.chain((text) => {
	const { error } = fc.letrec<{ error: unknown }>((tie) => ({
		error: fc.record(
			{
				name: holding(text),
				message: holding(text),
				code: fc.oneof(holding(text), fc.constantFrom('ECONNRESET', 'Z_DATA_ERROR', 42)),
				httpCode: holding(text),
				config: fc.record({ headers: fc.record({ 'x-pendo-integration-key': holding(text) }) }),
				response: fc.record({ data: holding(text), status: fc.integer() }),
				cause: fc.oneof({ depthSize: 'small' }, holding(text), tie('error')),
			},
			{ requiredKeys: [] },
		),
	}));
	return fc.tuple(
		fc.constant(text),
		error.chain((plain) =>
			fc.constantFrom<unknown>(plain, Object.assign(new Error(text), plain), text),
		),
	);
});

test('nothing of an exception is told but its code', () => {
	fc.assert(
		fc.property(thrown, ([text, error]) => {
			expect(everythingToldBy(meaningOfException(error, asked))).not.toContain(text);
		}),
		{ numRuns: 2_000 },
	);
});

test('nothing of an answer is told but its status', () => {
	fc.assert(
		fc.property(secret, fc.integer({ min: 300, max: 599 }), (text, status) => {
			const failure = meaningOfStatus({ status, retryAfter: text }, asked, 0)!;
			expect(everythingToldBy(failure)).not.toContain(text);
		}),
	);
});

test('nothing of a report list that cannot be read is told', () => {
	fc.assert(
		fc.property(
			secret.chain((text) => fc.tuple(fc.constant(text), holding(text))),
			([text, body]) => {
				expect(everythingToldBy(failureOf(() => readReportList(body)))).not.toContain(text);
			},
		),
	);
});

test('nothing of an address with a sign-in, a path or a query in it is told', () => {
	fc.assert(
		fc.property(secret, (text) => {
			for (const baseUrl of [
				`https://kim:${text}@app.pendo.io`,
				`https://app.pendo.io/${text}`,
				`https://app.pendo.io?key=${text}`,
				`http://${text}.example`,
				text,
			]) {
				const failure = failureOf(() => baseUrlOf({ region: 'custom', baseUrl }));
				expect(everythingToldBy(failure)).not.toContain(text);
			}
			const failure = failureOf(() => baseUrlOf({ region: text }));
			expect(everythingToldBy(failure)).not.toContain(text);
		}),
	);
});

function failureOf(work: () => unknown): Failure {
	let failure: unknown;
	try {
		work();
	} catch (error) {
		failure = error;
	}
	expect(failure).toBeInstanceOf(Failure);
	return failure as Failure;
}

import { counted, either, notTestable, type Assumption, type Finding } from './assumption';
import type { Live, Sample } from './live';

const NO_REPORT = 'No report could be read.';

/** Of a report's results as they were read first, where gzip is accepted. */
function ofHeaders(judge: (headers: Headers) => Finding): Assumption['check'] {
	return async (live) => {
		const found = await anySample(live);
		return found === undefined ? notTestable(NO_REPORT) : judge(found.seen.headers);
	};
}

async function anySample(live: Live): Promise<Sample | undefined> {
	const whole = await live.wholeReport();
	return whole ?? (await live.visitorReports())[0] ?? (await live.accountReports())[0];
}

function encodingOf(headers: Headers): string {
	const encoding = headers.get('content-encoding') ?? 'none';
	return ['none', 'gzip', 'br', 'deflate', 'identity', 'zstd'].includes(encoding)
		? encoding
		: 'another';
}

export const TRANSPORT: readonly Assumption[] = [
	{
		id: 'transport.gzip',
		source: 'unknown',
		sentence: 'Results come compressed with gzip where that is accepted',
		check: ofHeaders((headers) =>
			either(encodingOf(headers) === 'gzip', `content encoding ${encodingOf(headers)}`),
		),
	},
	{
		id: 'transport.brotli',
		source: 'unknown',
		sentence: 'Results never come compressed with Brotli',
		check: async (live) => {
			const found = await live.wholeReport();
			if (found === undefined) return notTestable(NO_REPORT);
			const encoding = encodingOf((await live.secondReading(found.report)).seen.headers);
			return either(encoding !== 'br', `content encoding ${encoding} where only br is accepted`);
		},
	},
	{
		id: 'transport.charset',
		source: 'unknown',
		sentence: 'The content type of results is application/json, without a charset',
		check: ofHeaders((headers) => {
			const type = (headers.get('content-type') ?? 'none').toLowerCase().replace(/\s/g, '');
			const shown =
				/^(none|application\/json|text\/(plain|html|json))(;charset=(utf-8|iso-8859-1|us-ascii))?$/.exec(
					type,
				);
			return either(type === 'application/json', shown?.[0] ?? 'another');
		}),
	},
	{
		id: 'transport.validator',
		source: 'unknown',
		sentence: 'Results come without an ETag or a Last-Modified to ask again by',
		check: ofHeaders((headers) => {
			const found = ['etag', 'last-modified'].filter((name) => headers.has(name));
			return either(found.length === 0, found.join(' and ') || 'neither');
		}),
	},
	{
		id: 'transport.rate-headers',
		source: 'inferred',
		sentence: 'Answers do not tell how many calls are left',
		check: ({ wire }) =>
			Promise.resolve(
				either(
					wire.limits.size === 0,
					[...wire.limits].join(', ') || counted(wire.calls, 'answer'),
				),
			),
	},
	{
		id: 'transport.retry-after',
		source: 'unknown',
		sentence: 'Where Pendo asks to slow down (429), it says for how long',
		check: ({ wire: { slowedDown } }) => {
			if (slowedDown.length === 0) return Promise.resolve(notTestable('Pendo did not ask to.'));
			const without = slowedDown.filter((how) => how === 'without').length;
			return Promise.resolve(
				either(without === 0, `${without} of ${slowedDown.length} without Retry-After`),
			);
		},
	},
];

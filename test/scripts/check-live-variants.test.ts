import { startEmulator, type Emulator } from '../../emulator/server';
import {
	defaultVariants,
	VARIANTS,
	type VariantName,
	type Variants,
} from '../../emulator/variants';
import { furnish, look, type Looked } from './check-live.support';

jest.setTimeout(60_000);

/** By which assumptions a Pendo of another kind is noticed. */
const NOTICED: Partial<Record<VariantName, readonly string[]>> = {
	resultsWrapper: ['results.wrapper'],
	emptyResults: ['results.empty'],
	wrongKey: ['key.wrong'],
	unavailableReport: ['results.missing', 'results.wrong-type'],
	errorBody: ['errors.body'],
	rowOrder: ['results.order'],
	visitorKey: ['results.visitor-key'],
	accountKey: ['results.account-key'],
	visitorAccountKey: ['results.account-of-visitor'],
	validator: ['transport.validator'],
	charset: ['transport.charset'],
	unsetValue: ['values.unset'],
	jobDone: ['segments.done'],
	csvHeader: ['csv.header'],
	csvTime: ['csv.time'],
	csvByteOrderMark: ['csv.byte-order-mark'],
};

/** Where the values of one variant show in different places. */
const NOTICED_BY_VALUE: Partial<Record<VariantName, Record<string, readonly string[]>>> = {
	compression: { none: ['transport.gzip'], brotli: ['transport.gzip', 'transport.brotli'] },
	aggregationWrapper: {
		'results-only': ['aggregation.wrapper', 'aggregation.empty'],
		'null-when-empty': ['aggregation.empty'],
		array: ['aggregation.wrapper', 'aggregation.empty'],
	},
};

/** What only a write, a job, a revoked key or a subscription without reports would show. */
const NOT_READ: Partial<Record<VariantName, string>> = {
	emptyList: 'list.empty',
	readOnlyWrite: 'key.read-only',
	revokedKey: 'key.revoked',
	undescribedAnswer: 'writes.answer',
	unknownField: 'writes.unknown-field',
	bulkOutcome: 'writes.bulk-outcome',
	bulkSize: 'writes.bulk-size',
	multistatus: 'writes.multistatus',
	jobKey: 'jobs.id',
};

let emulator: Emulator;
let usual: Looked;

beforeAll(async () => {
	emulator = await startEmulator({ paused: true });
	furnish(emulator);
	usual = await look(emulator);
});
afterAll(() => emulator.close());
afterEach(() => emulator.control.setVariants(defaultVariants()));

async function findingsWith(variants: Partial<Variants>): Promise<Record<string, string>> {
	emulator.control.setVariants({ ...defaultVariants(), ...variants });
	return (await look(emulator)).findings;
}

test('every way in which the emulator can be another Pendo is noticed, or known to be out of reach', () => {
	const known = [NOTICED, NOTICED_BY_VALUE, NOT_READ].flatMap((table) => Object.keys(table));
	expect(known.sort()).toEqual(Object.keys(VARIANTS).sort());
});

test.each(Object.entries(NOTICED) as [VariantName, string[]][])(
	'another %s is noticed, and each from the others',
	async (name, ids) => {
		const seen = [usual.findings];
		for (const value of VARIANTS[name].slice(1)) seen.push(await findingsWith({ [name]: value }));
		for (const id of ids) {
			expect(new Set(seen.map((findings) => findings[id])).size).toBe(VARIANTS[name].length);
		}
	},
);

describe.each(Object.entries(NOTICED_BY_VALUE))('%s', (name, byValue) => {
	test.each(Object.entries(byValue))('is noticed when it is %s', async (value, ids) => {
		const findings = await findingsWith({ [name]: value });
		const changed = Object.keys(findings).filter((id) => findings[id] !== usual.findings[id]);
		expect(changed.sort()).toEqual([...ids].sort());
	});
});

test.each(Object.entries(NOT_READ))('%s is said not to be testable here', (_, id) => {
	expect(usual.findings[id]).toMatch(/^not testable here: /);
});

test.each([
	['array', 'holds'],
	['null', 'differs'],
] as const)('a subscription without reports whose list is %s: %s', async (emptyList, verdict) => {
	const empty = await startEmulator({ paused: true });
	try {
		empty.control.deleteAllReports();
		empty.control.setVariants({ emptyList });
		const { code, findings } = await look(empty);
		expect(code).toBe(0);
		expect(findings['list.empty']).toMatch(verdict);
		expect(findings['results.wrapper']).toMatch('not testable here');
	} finally {
		await empty.close();
	}
});

test('a type, a share and a label that nobody has seen yet are told by their shape', async () => {
	emulator.control.createReport({
		id: 'liveNovelty',
		name: 'Novelty',
		type: 'Constellation',
		item: { share: 'somebody@example.test', shared: false },
	});
	try {
		const { findings } = await look(emulator);
		expect(findings['list.types']).toBe('differs: 1 of 5 are of another type: text(13)');
		expect(findings['list.sharing']).toBe('differs: share (1): email');
		expect(findings['list.private']).toBe('differs: 1 of 5 without shared: true');
	} finally {
		emulator.control.deleteReport('liveNovelty');
	}
});

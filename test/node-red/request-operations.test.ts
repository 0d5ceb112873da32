import { OPERATIONS, type Operation } from '../../core/pendo/operations';
import { inputsFor, typed, type Inputs } from './support/operation-inputs';
import { RequestScene } from './support/request-scene';

jest.setTimeout(60_000);

const nameOf = ({ resource, operation }: Operation) => `${resource}-${operation}`;
/** What another operation has to make first: its id is in the message. */
const LATER: Record<string, object> = {
	'bulkDeletion-get': { id: { type: 'msg', value: 'made' } },
	'feedback-update': {
		id: { type: 'msg', value: 'made' },
		title: { value: 'Darker', type: 'str' },
	},
	'feedback-delete': { ids: { type: 'msg', value: 'made' } },
};

function isOfKind(payload: unknown, { gives }: Operation): boolean {
	if (gives === 'rows') return Array.isArray(payload);
	const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
	const isBuffer = isObject && (payload as { type?: unknown }).type === 'Buffer';
	return gives === 'file' ? isBuffer : isObject && !isBuffer;
}

/** Matches the call of an operation, whatever the ids in it. */
function callOf({ method, path }: Operation): RegExp {
	const pattern = path
		.split(/\{\w+\}/)
		.map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
		.join('[^/?]+');
	return new RegExp(`^${method} ${pattern}(\\?.*)?$`);
}

describe.each([
	['node-red-5', OPERATIONS],
	[
		'node-red-4',
		OPERATIONS.filter((one) =>
			['visitor-get', 'visitor-setMetadata', 'report-getRows', 'report-downloadCsv'].includes(
				nameOf(one),
			),
		),
	],
] as const)('in real %s', (engine, operations) => {
	let scene: RequestScene;
	let fill: (operation: Operation) => Inputs;

	beforeAll(async () => {
		scene = await RequestScene.open({ engine });
		fill = await inputsFor(scene.emulator);
		const nodes = operations.map((one) => {
			const { resource, operation, destructive } = one;
			const parameters = LATER[nameOf(one)] ?? typed(one, fill(one));
			return [nameOf(one), { resource, operation, parameters, confirm: destructive }];
		});
		await scene.deploy(Object.fromEntries(nodes) as Record<string, Record<string, unknown>>);
	}, 600_000);

	afterAll(() => scene?.close());

	// What deletes comes last, so that the others find what they look for.
	const inOrder = [...operations].sort(
		(one, other) => Number(one.destructive) - Number(other.destructive),
	);

	it.each(
		inOrder.filter((one) => !(nameOf(one) in LATER)).map((one) => [nameOf(one), one] as const),
	)('%s does what the dialog says', async (name, operation) => {
		scene.emulator.control.clearRequests();
		const answer = await scene.ask(name, { topic: 'kept' });
		expect({ kind: isOfKind(answer.payload, operation), answer }).toMatchObject({ kind: true });
		expect(answer).toMatchObject({ statusCode: 200, topic: 'kept' });
		const calls = scene.emulator.control
			.requests()
			.filter(({ status }) => status === 200)
			.map(({ method, path }) => `${method} ${path}`);
		expect(calls).toContainEqual(expect.stringMatching(callOf(operation)));
	});

	if (operations.length < OPERATIONS.length) return;

	it('bulkDeletion-get tells about a deletion that was started', async () => {
		const started = await scene.ask('visitor-delete');
		const { answers } = started.payload as { answers: { id: string }[] };
		const answer = await scene.ask('bulkDeletion-get', { made: answers[0]!.id });
		expect(answer.payload).toMatchObject({ id: answers[0]!.id });
	});

	it('feedback-update and feedback-delete change what was made', async () => {
		await scene.ask('feedback-create');
		const made = scene.emulator.control.feedback().at(-1)!.id as string;
		await scene.ask('feedback-update', { made });
		expect(scene.emulator.control.feedback().at(-1)).toMatchObject({ id: made, title: 'Darker' });
		await scene.ask('feedback-delete', { made: [made] });
		expect(scene.emulator.control.feedback().map(({ id }) => id)).not.toContain(made);
	});

	it('all of the table were run', () => {
		expect(Object.keys(LATER).every((name) => operations.some((one) => nameOf(one) === name))).toBe(
			true,
		);
		expect(new Set(operations.map(nameOf)).size).toBe(OPERATIONS.length);
	});
});

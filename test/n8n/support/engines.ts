import { Bench } from './bench';

const ENGINES = [
	{ mode: 'in the default engine', durable: false },
	{ mode: 'with durable cursors', durable: true },
];

/** The same promises hold in both ways in which n8n keeps what a trigger saw; its bench is open while tests run. */
export function inBothEngines(
	title: string,
	promises: (bench: () => Bench, durable: boolean) => void,
): void {
	describe.each(ENGINES)(`${title}, $mode`, ({ durable }) => {
		let bench: Bench;

		beforeAll(async () => {
			bench = await Bench.start({ durable });
			bench.emulator.control.setVariants({ rowOrder: 'shuffled' });
		});

		afterAll(async () => {
			await bench?.close();
		});

		promises(() => bench, durable);
	});
}

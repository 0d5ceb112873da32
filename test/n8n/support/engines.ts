/** The two ways in which n8n keeps what a trigger saw; the same promises hold in both. */
export const ENGINES = [
	{ mode: 'in the default engine', durable: false },
	{ mode: 'with durable cursors', durable: true },
];

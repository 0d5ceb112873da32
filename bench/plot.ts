import { SIZES } from './plan';

export interface Line {
	readonly name: string;
	readonly colour: string;
	/** Milliseconds, in the order of the sizes. */
	readonly values: readonly number[];
}

const WIDTH = 760;
const HEIGHT = 440;
const LEFT = 78;
const RIGHT = 170;
const TOP = 52;
const BOTTOM = 56;
const LOWEST = 10;
const HIGHEST = 100_000;
const SMALLEST_GAP = 16;

/** Time of a poll against its number of rows, both scales logarithmic, as SVG. */
export function plot(title: string, lines: readonly Line[]): string {
	const across = (size: number) => LEFT + ((Math.log10(size) - 3) / 3) * (WIDTH - LEFT - RIGHT);
	const down = (value: number) =>
		HEIGHT -
		BOTTOM -
		(Math.log(value / LOWEST) / Math.log(HIGHEST / LOWEST)) * (HEIGHT - TOP - BOTTOM);

	const grid = [10, 100, 1000, 10_000, 100_000].map(
		(value) =>
			`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${down(value)}" y2="${down(value)}" stroke="#d0d4da"/>` +
			`<text x="${LEFT - 8}" y="${down(value) + 4}" text-anchor="end">${inWords(value)}</text>`,
	);
	const sizes = SIZES.map(
		(size) =>
			`<text x="${across(size)}" y="${HEIGHT - BOTTOM + 22}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
	);
	const labels = spread(lines.map(({ values }) => down(values.at(-1)!)));
	const curves = lines.map(({ name, colour, values }, index) => {
		const points = values.map((value, at) => `${round(across(SIZES[at]!))},${round(down(value))}`);
		const dots = points.map((point) => {
			const [x, y] = point.split(',');
			return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
		});
		return (
			`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>` +
			dots.join('') +
			`<text x="${WIDTH - RIGHT + 12}" y="${round(labels[index]! + 4)}" fill="${colour}" font-weight="600">${name}</text>`
		);
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#444b55">`,
		`<title>${title}</title>`,
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
		`<text x="${LEFT}" y="28" font-size="15" font-weight="600" fill="#1f252d">${title}</text>`,
		...grid,
		...sizes,
		`<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">rows of the report</text>`,
		...curves,
		'</svg>',
		'',
	].join('\n');
}

/** Moves labels apart that would lie on each other. */
function spread(places: readonly number[]): number[] {
	const order = places.map((_, index) => index).sort((one, other) => places[one]! - places[other]!);
	const moved = [...places];
	order.forEach((index, rank) => {
		if (rank === 0) return;
		moved[index] = Math.max(moved[index]!, moved[order[rank - 1]!]! + SMALLEST_GAP);
	});
	return moved;
}

function inWords(milliseconds: number): string {
	return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}

function round(value: number): string {
	return value.toFixed(1);
}

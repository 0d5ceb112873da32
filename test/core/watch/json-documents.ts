import fc from 'fast-check';

// One spelling of each rank in a row: which of two other casings came last, JSON.parse does not tell.
const idKeys = [
	['visitorId', 'VISITORID', 'visitor_auto_id', 'accountId'],
	['visitorId', 'visitorid', 'VISITOR_Auto_ID', 'visitorId2'],
];
const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyNumber = fc.constantFrom(
	'0',
	'-0',
	'1e3',
	'1000',
	'-7',
	'0.1',
	'1E+2',
	'1e400',
	'-1e999',
	'9007199254740992',
	'9007199254740993',
	'123456789012345',
	'1234567890123456',
	'12345678901234567890',
);

/** JSON as some server might write it: escapes, spaces and spellings at will, keys twice. */
const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		fc.constantFrom('null', 'true', 'false', '""', '{}', '[]', '[ ]', '{\n}'),
		anyNumber,
		stringText(anyText),
		fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(' ,')}]`),
		fc
			.array(
				fc.tuple(
					stringText(fc.oneof(anyText, fc.constantFrom(...idKeys.flat(), '__proto__'))),
					tie('value'),
				),
				{ maxLength: 3 },
			)
			.map((members) => `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`),
	),
})).value;

const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  ');

function stringText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc.tuple(text, fc.constantFrom('plain', 'some', 'all')).map(([value, escapes]) => {
		if (escapes === 'plain') return JSON.stringify(value);
		const units = value.split('');
		return `"${units.map((unit, index) => (escapes === 'all' || index % 2 === 0 ? escape(unit) : JSON.stringify(unit).slice(1, -1))).join('')}"`;
	});
}

function escape(unit: string): string {
	return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const idText = fc.oneof(
	{ weight: 6, arbitrary: stringText(anyText) },
	{ weight: 3, arbitrary: anyNumber },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			'null',
			'""',
			'"__proto__"',
			'"\\ud800"',
			'"\\ud83d\\ude00"',
			'"\\udc00\\ud800"',
		),
	},
);

const rowText = fc
	.tuple(
		fc.constantFrom(...idKeys).chain((keys) =>
			fc.array(fc.tuple(stringText(fc.constantFrom(...keys)), idText), {
				minLength: 1,
				maxLength: 3,
			}),
		),
		fc.array(fc.tuple(stringText(anyText), valueText), { maxLength: 4 }),
		fc.nat(4),
		space,
		space,
		space,
	)
	.map(([ids, others, place, first, second, third]) => {
		const members = [...others.slice(0, place), ...ids, ...others.slice(place)];
		const inner = members.map(
			([name, value]) => `${first}${name}${second}:${third}${value}${first}`,
		);
		return `{${inner.join(',')}}`;
	});

/** Rows of one report: the same names in the same order, now and then one is missing or spaced otherwise. */
const similarRows = fc.array(stringText(anyText), { minLength: 1, maxLength: 5 }).chain((names) => {
	const member = fc.tuple(valueText, space, space, fc.boolean());
	const row = fc.tuple(...names.map(() => member)).map((members) => {
		const kept = members.flatMap(([value, first, second, isKept], index) =>
			isKept ? [`${names[index]}:${first}${value}${second}`] : [],
		);
		return `{${[...kept, '"visitorId":"a"', ...kept].join(',')}}`;
	});
	return fc.array(row, { minLength: 2, maxLength: 8 });
});

export const documentText = fc
	.tuple(
		fc.oneof(fc.array(rowText, { maxLength: 6 }), similarRows),
		space,
		fc.constantFrom('list', 'list', 'wrapped', 'bom'),
		valueText,
	)
	.map(([rows, gap, shape, value]) => {
		const list = `${gap}[${gap}${rows.join(`${gap},`)}${gap}]${gap}`;
		if (shape === 'bom') return `\ufeff${list}`;
		return shape === 'list' ? list : `{"startTime":${value},"results":${list},"more":${value}}`;
	});

export interface Damage {
	kind: string;
	at: number;
	from: number;
	length: number;
	byte: number;
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** How bytes change on a bad way. */
export const damage = fc.record({
	kind: fc.constantFrom('replace', 'remove', 'insert', 'cut', 'copy'),
	at: place,
	from: place,
	length: fc.integer({ min: 1, max: 20 }),
	byte: fc.oneof(
		fc.constantFrom(...Buffer.from('"\\,:{}[]0-.eEtfnu \n\u0001\u007f')),
		fc.integer({ min: 0, max: 255 }),
	),
});

export function apply(body: Buffer, { kind, at, from, length, byte }: Damage): Buffer {
	const start = Math.floor(at * body.length);
	const head = body.subarray(0, start);
	const source = Math.floor(from * body.length);
	switch (kind) {
		case 'replace':
			return Buffer.concat([head, Buffer.of(byte), body.subarray(start + 1)]);
		case 'remove':
			return Buffer.concat([head, body.subarray(start + length)]);
		case 'insert':
			return Buffer.concat([head, Buffer.of(byte), body.subarray(start)]);
		case 'copy':
			return Buffer.concat([head, body.subarray(source, source + length), body.subarray(start)]);
		default:
			return head;
	}
}

/** Reports whose rows have some of the same members in any order, and seldom something wrong between two. */
export const membersInAnyOrder = fc
	.array(
		fc.tuple(
			fc.shuffledSubarray(['visitorId', 'plan-of-it', 'name-of-it', 'browser', 'device', 'x']),
			fc.constantFrom(
				...Array.from({ length: 20 }, () => ','),
				'{',
				'',
				',{',
				',,',
				' ,',
				',\n\t',
				'}',
			),
			fc.nat(5),
		),
		{ minLength: 3, maxLength: 12 },
	)
	.map((rows) => {
		const texts = rows.map(([names, odd, oddAt], row) => {
			const members = names.map((name) => `"${name}":"${row}"`);
			return members.reduce(
				(text, member, at) => text + (at === oddAt ? odd : ',') + member,
				`{"visitorId":"of ${row}"`,
			);
		});
		return `[${texts.map((text) => `${text}}`).join(',')}]`;
	});

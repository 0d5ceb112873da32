import { mix } from './random';

export type Row = Record<string, unknown>;
export interface Field {
	type: string;
	title: string;
	field: string;
}

export const VISITOR_FIELDS: readonly Field[] = [
	{ type: 'string', title: 'Visitor ID', field: 'visitorId' },
	{ type: 'string', title: 'Email', field: 'visitor_agent_email' },
	{ type: 'string', title: 'Name', field: 'visitor_agent_name' },
	{ type: 'string', title: 'Role', field: 'visitor_agent_role' },
	{ type: 'string', title: 'Plan', field: 'visitor_agent_plan' },
	{ type: 'time', title: 'Last Visit', field: 'visitor_auto_lastvisit' },
	{ type: 'string', title: 'Account ID', field: 'account_auto_id' },
	// Two fields may carry the same label.
	{ type: 'string', title: 'Name', field: 'account_agent_name' },
	{ type: 'integer', title: 'Days Active', field: 'daysActive' },
	{ type: 'integer', title: 'Number of Events', field: 'eventCount' },
	{ type: 'integer', title: 'Usage Trending', field: 'usageTrending' },
];

export const ACCOUNT_FIELDS: readonly Field[] = [
	{ type: 'string', title: 'Account ID', field: 'accountId' },
	{ type: 'string', title: 'Name', field: 'account_agent_name' },
	{ type: 'string', title: 'Plan', field: 'account_agent_plan' },
	{ type: 'integer', title: 'Seats', field: 'account_custom_seats' },
	{ type: 'time', title: 'Last Visit', field: 'account_auto_lastvisit' },
	{ type: 'integer', title: 'Days Active', field: 'daysActive' },
];

const FIRST =
	'Aiko Amara Ben Carla Chidi Dana Elif Emeka Farid Greta Hana Ines Ivan Jonas Kim Leila Lukas Maya Mia Nils Noor Olga Pablo Priya Quinn Rosa Samir Sofia Tariq Uma Vera Wei Yara Zoë'.split(
		' ',
	);
const LAST =
	'Abe Adeyemi Bauer Costa Dubois Eriksen Fischer Garcia Haddad Ito Jansen Kaya Lopez Müller Nakamura Okafor Patel Quist Rossi Silva Tanaka Usman Varga Weber Xu Yilmaz Zhang'.split(
		' ',
	);
const COMPANIES =
	'Acme Globex Initech Umbra Hooli Vehement Stark Wayne Wonka Cyberdyne Soylent Tyrell Aperture Gringotts Oscorp Pied-Piper'.split(
		' ',
	);
const ROLES = [
	'Account manager',
	'Administrator',
	'Analyst',
	'Developer',
	'Marketing manager',
	'Owner',
	'Support agent',
];
const PLANS = ['trial', 'free', 'team', 'business', 'enterprise'];

// Rows of generated reports are dated before this instant, so that a seed alone decides them.
const NEWEST_VISIT = 1746090000000;
const DAY = 86_400_000;

/** The row of the visitor with this index; ids never repeat, and one in 97 is odd. */
export function visitorRow(seed: number, index: number): Row {
	const first = choose(FIRST, seed, index, 1);
	const last = choose(LAST, seed, index, 2);
	const company = mix(seed, index, 3) % 400;
	const account = accountOf(company);
	const email = `${plain(first)}.${plain(last)}.${index}@${account.id}.example.test`;
	return {
		visitorId: index % 97 === 96 ? oddVisitorId(seed, index) : email,
		visitor_agent_email: email,
		visitor_agent_name: `${first} ${last}`,
		visitor_agent_role: choose(ROLES, seed, index, 4),
		visitor_agent_plan: choose(PLANS, seed, index, 5),
		visitor_auto_lastvisit: NEWEST_VISIT - (mix(seed, index, 6) % (7 * DAY)),
		account_auto_id: account.id,
		account_agent_name: account.name,
		daysActive: 1 + (mix(seed, index, 7) % 7),
		eventCount: mix(seed, index, 8) % 2000,
		usageTrending: (mix(seed, index, 9) % 201) - 100,
	};
}

export function accountRow(seed: number, index: number): Row {
	const account = accountOf(index);
	return {
		accountId: index % 97 === 96 ? `parent-${index}::child` : account.id,
		account_agent_name: account.name,
		account_agent_plan: choose(PLANS, seed, index, 11),
		account_custom_seats: 1 + (mix(seed, index, 12) % 500),
		account_auto_lastvisit: NEWEST_VISIT - (mix(seed, index, 13) % (7 * DAY)),
		daysActive: 1 + (mix(seed, index, 14) % 7),
	};
}

/** Several rows per visitor, as a report with account columns has: one for each of three accounts. */
export function visitorInAccountsRow(seed: number, index: number): Row {
	const person = visitorRow(seed, Math.floor(index / 3));
	const account = accountOf((mix(seed, Math.floor(index / 3), 3) % 400) + (index % 3) * 400);
	return { ...person, account_auto_id: account.id, account_agent_name: account.name };
}

function accountOf(index: number): { id: string; name: string } {
	const company = COMPANIES[index % COMPANIES.length] as string;
	const number = Math.floor(index / COMPANIES.length);
	return {
		id: `${company.toLowerCase()}-${number}`,
		name: number === 0 ? company : `${company} ${number}`,
	};
}

function oddVisitorId(seed: number, index: number): string {
	const odd = Math.floor(index / 97);
	// Ids that differ in case alone share their number.
	const round = Math.floor(odd / 9);
	const forms = [
		() =>
			`_PENDO_T_${mix(seed, index, 21).toString(36).padStart(7, 'Z').slice(0, 7)}${base62(index)}`,
		() => `Kim+${round}@Example.test`,
		() => `kim+${round}@example.test`,
		() => `880${String(index).padStart(17, '0')}`,
		() => `dept/a b%2F?ü#${index}`,
		() => `"quoted-${index}"`,
		() => `日本-${index}-👩‍💻`,
		() => `back\\slash\t${index}`,
		() => `long-${'x'.repeat(300)}-${index}`,
	];
	return (forms[odd % forms.length] as () => string)();
}

// Anonymous ids end in 11 letters and digits; four of them carry the index.
function base62(index: number): string {
	const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
	let text = '';
	for (let rest = index, place = 0; place < 4; place++, rest = Math.floor(rest / 62))
		text = digits.charAt(rest % 62) + text;
	return text;
}

function choose(list: readonly string[], seed: number, index: number, purpose: number): string {
	return list[mix(seed, index, purpose) % list.length] as string;
}

// A million rows are made from some sixty names.
const plainNames = new Map<string, string>();

function plain(name: string): string {
	const known = plainNames.get(name);
	if (known !== undefined) return known;
	const letters = name
		.normalize('NFD')
		.replace(/[^a-z]/gi, '')
		.toLowerCase();
	plainNames.set(name, letters);
	return letters;
}

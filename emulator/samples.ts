import type { Field } from './people';

export const SAMPLE_VISITOR_FIELDS: readonly Field[] = [
	{ type: 'string', title: 'Visitor ID', field: 'visitorId' },
	{ type: 'string', title: 'Email', field: 'visitor_agent_email' },
	{ type: 'time', title: 'Last Visit', field: 'visitor_auto_lastvisit' },
	{ type: 'string', title: 'Account ID', field: 'account_auto_id' },
	{ type: 'integer', title: 'Days Active', field: 'daysActive' },
	{ type: 'list', title: 'Tags', field: 'visitor_agent_tags' },
];

export const SAMPLE_VISITORS: readonly unknown[] = [
	{
		visitorId: 'u-1001',
		visitor_agent_email: 'kim@example.test',
		visitor_auto_lastvisit: 1746090000000,
		account_auto_id: 'acme',
		daysActive: 3,
	},
	{
		visitorId: 'u-1001',
		visitor_agent_email: 'kim@example.test',
		visitor_auto_lastvisit: 1746090000000,
		account_auto_id: 'globex',
		daysActive: 1,
	},
	{ visitorId: 'Kim+Test@Example.test', visitor_agent_email: null, visitor_auto_lastvisit: null },
	{ visitorId: '_PENDO_T_aB3dE5fG7hI' },
	{ visitorId: '88012345678901234567' },
	{ visitorId: 'dept/a b%2F?ü#1', visitor_agent_tags: ['a', '<nil>'] },
	{ visitorId: '' },
];

export const SAMPLE_ACCOUNT_FIELDS: readonly Field[] = [
	{ type: 'string', title: 'Account ID', field: 'accountId' },
	{ type: 'string', title: 'Name', field: 'account_agent_name' },
	{ type: 'time', title: 'Last Visit', field: 'account_auto_lastvisit' },
];

export const SAMPLE_ACCOUNTS: readonly unknown[] = [
	{ accountId: 'acme', account_agent_name: 'Acme', account_auto_lastvisit: 1746090000000 },
	{ accountId: 'parent::child' },
	{ accountId: 'ACCOUNT-UNIQUE-ID' },
	{ accountId: null, account_agent_name: null },
];

export const ODD_FIELDS: readonly Field[] = [
	{ type: 'string', title: 'Visitor ID', field: 'visitorId' },
	{ type: 'string', title: 'Name', field: 'visitor_agent_name' },
	{ type: 'string', title: 'Name', field: 'visitor_custom_name' },
	{ type: '', title: 'Untyped', field: 'visitor_agent_score' },
	{ type: 'string', title: 'Default app', field: 'visitor_auto__323232_lastbrowsername' },
];

/** Ids that break readers, and columns that change type or are missing. */
export const ODD_VISITORS: readonly unknown[] = [
	{
		visitorId: 'ann@example.test',
		visitor_agent_name: 'Ann',
		visitor_custom_name: 'Annie',
		visitor_agent_score: 7,
	},
	{ visitorId: 'Ann@example.test', visitor_agent_name: '<nil>', visitor_agent_score: '7' },
	{ visitorId: 'VISITOR-UNIQUE-ID', visitor_agent_score: 7.5 },
	{ visitorId: '"ann"', visitor_agent_name: '[A B]', visitor_agent_score: true },
	{ visitorId: '_PENDO_T_Zz0Yy1Xx2Ww', visitor_agent_score: ['7', null] },
	{ visitorId: '_PENDO_T_aaaaaaaaaaa', visitor_agent_score: { value: 7 } },
	{ visitorId: 42, visitor_agent_score: null },
	{ visitorId: '42a/../..//?#%', visitor_auto__323232_lastbrowsername: 'Chrome' },
	{ visitorId: ' leading and trailing ' },
	{ visitorId: '\u00e9' },
	{ visitorId: 'e\u0301' },
	{ visitorId: '日本-👩‍💻-\u200f' },
	{ visitorId: 'back\\slash "quote" \u0000\u001f\u2028 end' },
	{ visitorId: '__proto__' },
	{ visitorId: 'constructor' },
	{ visitorId: '=cmd|calc!A1' },
	{ visitorId: '<img src=x onerror=alert(1)>' },
	{ visitorId: 'x'.repeat(5_000) },
	{ visitorId: '' },
	{ visitorId: null, visitor_agent_name: 'No id' },
	{ visitor_agent_name: 'No id column at all' },
];

export const ODD_ACCOUNTS: readonly unknown[] = [
	{ accountId: 'parent::child', account_agent_name: 'Child' },
	{ accountId: 'ACCOUNT-UNIQUE-ID', account_agent_name: '<nil>' },
	{ account_auto_id: 'only-auto-id', account_agent_name: 'Named by the other key' },
	{ accountId: '0012', account_agent_name: 'Leading zeros' },
	{ accountId: 'a,b', account_agent_name: 'Comma' },
	{ accountId: '', account_agent_name: 'Visitors without account' },
	{ accountId: null, account_agent_name: null },
];

import { ask } from '../ask';
import { givesRows, type Operation, type Row } from '../operation';
import { howMany, id } from '../parameter';
import { isObject } from '../read-json';
import { take } from '../take';

const EXCLUDED = '/api/v1/blacklist';
const SERVERS = '/api/v1/servername';

export const excludeListOperations: readonly Operation[] = [
	listed({
		resource: 'excludeList',
		operation: 'getMany',
		name: 'Get Many',
		action: 'Get all excluded items',
		description:
			'Lists what Pendo leaves out of its figures: visitors, accounts, servers, addresses.',
		path: EXCLUDED,
	}),
	listed({
		resource: 'excludeList',
		operation: 'getByType',
		name: 'Get by Type',
		action: 'Get excluded items of a type',
		description: 'Lists what Pendo leaves out of its figures, of one type alone.',
		path: `${EXCLUDED}/type/{type}`,
		parameters: { type: id('Type', 'The type, as Get Many shows it.', { example: 'visitor' }) },
	}),
];

export const serverNameOperations: readonly Operation[] = [
	listed({
		resource: 'serverName',
		operation: 'getMany',
		name: 'Get Many',
		action: 'Get all server names',
		description: 'Lists the servers (host names) from which Pendo gets data.',
		path: SERVERS,
	}),
	listed({
		resource: 'serverName',
		operation: 'get',
		name: 'Get',
		action: 'Get a server name',
		description: 'Looks up one server (host name) from which Pendo gets data.',
		path: `${SERVERS}/{name}`,
		parameters: { name: id('Name', 'The host name.', { example: 'app.example.com' }) },
	}),
	listed({
		resource: 'serverName',
		operation: 'getByFlag',
		name: 'Get by Flag',
		action: 'Get server names with a flag',
		description: 'Lists the servers that carry a flag.',
		path: `${SERVERS}/flag/{flag}`,
		parameters: { flag: id('Flag', 'The name of the flag.', { example: 'staging' }) },
	}),
];

function listed(words: {
	resource: 'excludeList' | 'serverName';
	operation: string;
	name: string;
	action: string;
	description: string;
	path: string;
	parameters?: Record<string, ReturnType<typeof id>>;
}): Operation {
	return givesRows({
		...words,
		method: 'GET',
		parameters: { ...words.parameters, ...howMany },
		run: async ({ returnAll, limit, ...rest }, session) => {
			const ids = rest as Readonly<Record<string, string>>;
			const answer = await session.read(ask('GET', words.path, { ids }), words.action.slice(4));
			return take(entriesOf(answer), { returnAll, limit });
		},
	});
}

/** The answers are not documented: objects, or bare texts, in a list or alone. */
function entriesOf(answer: unknown): Row[] {
	if (answer === undefined || answer === null) return [];
	const list = Array.isArray(answer) ? answer : [answer];
	return list.map((entry) => (isObject(entry) ? entry : { value: entry }));
}

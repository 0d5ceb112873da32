import { json } from '../answer';
import { unknown } from '../refusal';
import type { Operation } from './operation';

const EXCLUDED = [
	{ type: 'visitor', value: 'bot@example.test' },
	{ type: 'account', value: 'internal' },
	{ type: 'ip', value: '192.0.2.7' },
	{ type: 'server', value: 'staging.example.test' },
];
const SERVERS = [
	{ name: 'app.example.test', flag: 'include' },
	{ name: 'staging.example.test', flag: 'exclude' },
	{ name: 'localhost', flag: 'exclude' },
];

export const EXCLUDE_LISTS: readonly Operation[] = [
	{
		method: 'GET',
		path: '/api/v1/blacklist',
		answer: ({ world }) => json(200, EXCLUDED, world.variants),
	},
	{
		method: 'GET',
		path: '/api/v1/blacklist/type/{type}',
		answer: ({ world, parameters }) =>
			json(
				200,
				EXCLUDED.filter(({ type }) => type === parameters.type),
				world.variants,
			),
	},
	{
		method: 'GET',
		path: '/api/v1/servername',
		answer: ({ world }) => json(200, SERVERS, world.variants),
	},
	{
		method: 'GET',
		path: '/api/v1/servername/{name}',
		answer: ({ world, parameters }) => {
			const server = SERVERS.find(({ name }) => name === parameters.name);
			if (!server) throw unknown('server');
			return json(200, server, world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/servername/flag/{flag}',
		answer: ({ world, parameters }) =>
			json(
				200,
				SERVERS.filter(({ flag }) => flag === parameters.flag),
				world.variants,
			),
	},
];

import { everySeconds, fillExample, redirectChat, triggerType } from '../../scripts/example';

const credential = { id: 'c1', name: 'Pendo API' };

describe('the example workflow', () => {
	it('watches the given report with the given credential', () => {
		const { nodes } = fillExample({ credential, report: { id: 'r1', name: 'Trials' } });
		const trigger = nodes.find(({ type }) => type === triggerType);
		expect(trigger?.credentials).toEqual({ pendoApi: credential });
		expect(trigger?.parameters.report).toMatchObject({ value: 'r1', cachedResultName: 'Trials' });
	});

	it('posts to the given chat from every node that posts', () => {
		const { nodes } = fillExample({ credential, chat: 'http://127.0.0.1:1/emulator/inbox' });
		const urls = nodes.map(({ parameters }) => parameters.url).filter(Boolean);
		expect(urls).toEqual(Array(2).fill('http://127.0.0.1:1/emulator/inbox'));
	});

	it('names no real place where the docs offer it', () => {
		const { nodes } = fillExample({ credential });
		const urls = nodes.map(({ parameters }) => parameters.url).filter(Boolean);
		expect(urls.every((url) => String(url).startsWith('https://chat.example.com/'))).toBe(true);
	});

	it('connects only nodes that it has', () => {
		const { nodes, connections } = fillExample({ credential });
		const names = nodes.map(({ name }) => name);
		const targets = Object.values(connections).flatMap(({ main }) => main.flat());
		expect(names).toEqual(expect.arrayContaining(Object.keys(connections)));
		expect(names).toEqual(expect.arrayContaining(targets.map(({ node }) => node)));
	});

	it("follows the emulator to another port, and leaves a person's own addresses alone", () => {
		const { nodes } = fillExample({ credential, chat: 'http://127.0.0.1:1/emulator/inbox' });
		const [own, ...others] = nodes.filter(({ parameters }) => parameters.url);
		if (!own) throw new Error('The example posts nowhere.');
		const edited = { ...own, parameters: { ...own.parameters, url: 'https://chat.example.org/' } };
		const moved = redirectChat([edited, ...others], 'http://127.0.0.1:2/emulator/inbox');
		expect(moved.map(({ parameters }) => parameters.url)).toEqual([
			'https://chat.example.org/',
			...others.map(() => 'http://127.0.0.1:2/emulator/inbox'),
		]);
	});

	it('polls every few seconds by fixed seconds of the minute', () => {
		expect(everySeconds(20).map(({ cronExpression }) => cronExpression)).toEqual([
			'0 * * * * *',
			'20 * * * * *',
			'40 * * * * *',
		]);
	});
});

// Text reaches the page as text nodes only: ids and names may hold anything.
const FAULTS = {
	'Server error (500)': { type: 'status', status: 500 },
	'Too many requests (429)': { type: 'status', status: 429, headers: { 'retry-after': '20' } },
	'Key refused (403)': { type: 'status', status: 403 },
	'Report gone (404)': { type: 'status', status: 404 },
	'Half of the rows, cut off': { type: 'truncate', afterBytes: 1500 },
	'A cut gzip body': { type: 'gzip-cut' },
	'A page of HTML': { type: 'html' },
	'An empty body': { type: 'empty' },
	'Everybody gone ([])': { type: 'body', body: '[]' },
	'Another shape': { type: 'shape' },
	'Broken connection': { type: 'reset' },
	'Silence (never answers)': { type: 'stall' },
	'Ten seconds late': { type: 'delay', milliseconds: 10000 },
	'A slow trickle': { type: 'drip', bytes: 40, milliseconds: 500 },
	'Redirect elsewhere': { type: 'redirect', location: 'http://localhost:9/' },
};
const REFRESH = 2000;

const byId = (id) => document.getElementById(id);
const firstSeen = new Map();
const shown = new Map();

function element(tag, properties = {}, ...children) {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
	return made;
}

function button(label, action, properties = {}) {
	return element('button', { type: 'button', onclick: () => act(action), ...properties }, label);
}

async function call(method, path, body) {
	const response = await fetch(`/emulator/${path}`, {
		method,
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.message);
	return answer;
}

async function act(action) {
	try {
		await action();
		await refresh();
	} catch (error) {
		complain(error.message);
	}
}

function complain(text) {
	byId('trouble').hidden = !text;
	byId('trouble').textContent = text ?? '';
}

/** Redraws only what changed, so that scrolling and focus stay. */
function draw(id, data, make) {
	const text = JSON.stringify(data);
	if (shown.get(id) === text) return;
	shown.set(id, text);
	byId(id).replaceChildren(...make(data));
}

async function refresh() {
	const [state, requests, inbox] = await Promise.all([
		call('GET', 'state'),
		call('GET', 'requests?limit=100'),
		call('GET', 'inbox?limit=50'),
	]);
	complain();
	byId('address').textContent = location.origin;
	byId('key').textContent = state.keys.find((key) => key.region === state.region)?.key ?? 'none';
	byId('clock').textContent = clockText(state.clock);
	byId('pause').textContent = state.clock.paused ? 'Resume' : 'Pause';
	byId('pause').onclick = () => act(() => call('POST', 'clock', { paused: !state.clock.paused }));
	byId('report-count').textContent = state.reportCount;
	byId('request-count').textContent = state.requestCount;
	byId('inbox-count').textContent = inbox.count;
	draw(
		'living',
		state.living.map((report) => withNews(report)),
		(reports) => reports.map(livingReport),
	);
	draw('inbox', inbox.messages, messages);
	draw('faults', state.faults, (faults) => faults.map(faultLine));
	draw('requests', requests, (list) => list.toReversed().map(requestLine));
	draw('reports', state.reports, (list) => list.map(reportLine));
}

function clockText({ time, paused, speed }) {
	const seconds = Math.floor(time / 1000);
	const two = (number) => String(number).padStart(2, '0');
	const text = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
	return paused ? `${text}, paused` : speed === 1 ? text : `${text}, ${speed} times as fast`;
}

function subjectId(row) {
	return String(row?.visitorId ?? row?.accountId ?? row?.account_auto_id ?? '');
}

/** Marks who was not there a minute ago. */
function withNews(report) {
	const known = firstSeen.get(report.id) ?? new Map();
	const isFirstLook = !firstSeen.has(report.id);
	const now = Date.now();
	const present = report.newest.map((row) => {
		const id = subjectId(row);
		if (!known.has(id)) known.set(id, isFirstLook ? 0 : now);
		return {
			id,
			name: row?.visitor_agent_name ?? row?.account_agent_name ?? '',
			isNew: now - known.get(id) < 60000,
		};
	});
	const ids = new Set(present.map(({ id }) => id));
	for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
	firstSeen.set(report.id, known);
	return {
		id: report.id,
		name: report.name,
		kind: report.kind,
		count: report.count,
		present: present.reverse(),
	};
}

function livingReport({ id, name, kind, count, present }) {
	const path = `reports/${encodeURIComponent(id)}`;
	const lines = present.map((person) =>
		element(
			'li',
			{},
			element('span', { className: 'id', title: person.id }, person.id),
			element('span', { className: 'quiet' }, person.name),
			person.isNew ? element('span', { className: 'new' }, 'new') : '',
			button('×', () => call('POST', `${path}/leave`, { ids: [person.id] }), {
				ariaLabel: `Remove ${person.id}`,
				title: 'Remove',
			}),
		),
	);
	return element(
		'div',
		{ className: 'report' },
		element(
			'div',
			{ className: 'bar' },
			element('h3', {}, name, ' ', element('span', { className: 'count' }, count)),
			button(
				`Add ${kind === 'account' ? 'an account' : 'a visitor'}`,
				() => call('POST', `${path}/enter`, { count: 1 }),
				{
					className: 'primary',
				},
			),
			button('Add 200', () => call('POST', `${path}/enter`, { count: 200 }), {
				title: 'More than the flood protection lets through at once',
			}),
		),
		element(
			'ol',
			{ className: 'names' },
			...(lines.length ? lines : [element('li', { className: 'empty' }, 'Nobody')]),
		),
	);
}

function messages(list) {
	if (list.length === 0)
		return [
			element('li', { className: 'empty' }, 'Nothing yet. It fills when a workflow posts here.'),
		];
	return list
		.toReversed()
		.map(({ time, body }) =>
			element(
				'li',
				{},
				element('time', {}, new Date(time).toLocaleTimeString()),
				typeof body?.text === 'string'
					? body.text
					: typeof body === 'string'
						? body
						: JSON.stringify(body, null, 1),
			),
		);
}

function faultLine({ id, match, times, struck, fault }) {
	const label = Object.keys(FAULTS).find(
		(name) => FAULTS[name].type === fault.type && FAULTS[name].status === fault.status,
	);
	const what = [match?.kind, match?.path].filter(Boolean).join(' ') || 'every request';
	const left = times === 'always' ? 'until healed' : `${times - struck} more`;
	return element(
		'li',
		{},
		`${label ?? fault.type}: ${what}, ${left}, struck ${struck} so far`,
		button('Heal', () => call('DELETE', `faults/${id}`)),
	);
}

function requestLine(request) {
	const isGood = request.status >= 200 && request.status < 300 && !request.aborted;
	const answer = !request.done
		? '…'
		: [request.status ?? 'none', request.aborted ? 'client left' : ''].filter(Boolean).join(', ');
	return element(
		'tr',
		{},
		element('td', {}, new Date(request.time).toLocaleTimeString()),
		element('td', { className: 'path', title: request.path }, `${request.method} ${request.path}`),
		element('td', { className: request.key === 'ok' ? '' : 'quiet' }, request.key),
		element('td', { className: !request.done ? '' : isGood ? 'good' : 'bad' }, answer),
		element('td', { className: 'number' }, request.bytes?.toLocaleString() ?? ''),
		element('td', { className: 'number' }, request.done ? `${request.milliseconds} ms` : ''),
		element('td', { className: 'bad' }, request.faults.join(', ')),
	);
}

function reportLine({ name, type, count, id, shared, isNull }) {
	return element(
		'tr',
		{},
		element('td', {}, name, shared ? '' : ' (private)'),
		element('td', {}, type || '(none)'),
		element('td', { className: 'number' }, isNull ? 'null' : count.toLocaleString()),
		element('td', {}, element('code', {}, id)),
	);
}

byId('fault').append(...Object.keys(FAULTS).map((name) => element('option', {}, name)));
byId('break').onclick = () =>
	act(() => {
		const times = byId('times').value;
		return call('POST', 'faults', {
			match: { kind: 'results' },
			times: times === 'always' ? times : Number(times),
			fault: FAULTS[byId('fault').value],
		});
	});
byId('heal').onclick = () => act(() => call('DELETE', 'faults'));
byId('advance').onclick = () => act(() => call('POST', 'clock', { advance: 60000 }));
byId('inbox-clear').onclick = () => act(() => call('DELETE', 'inbox'));
byId('requests-clear').onclick = () => act(() => call('DELETE', 'requests'));

async function keepFresh() {
	try {
		await refresh();
	} catch {
		complain('The emulator does not answer. Is it still running?');
	}
	setTimeout(keepFresh, REFRESH);
}
keepFresh();

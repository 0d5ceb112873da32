/** What the dialogs of this package share. Texts of Pendo are only ever set as text, never as HTML. */
window.pendoNodes = (function () {
	const UNCHANGED = '__PWRD__';
	const REPORT_URL = /^https?:\/\/\S+\/reports?\/([A-Za-z0-9_-]+)/;
	const MOST_SHOWN = 200;

	/** A relative address: only then does the editor add its own sign-in to the request. */
	function ask(path, body) {
		return $.ajax({
			url: path,
			method: 'POST',
			contentType: 'application/json',
			data: JSON.stringify(body),
			timeout: 70000,
		});
	}

	function reasonOf(answer, fallback) {
		const { message } = answer.responseJSON || {};
		return typeof message === 'string' && message !== '' ? message : fallback;
	}

	function tell(element, text, mood) {
		element.text(text).attr('data-mood', mood || '');
	}

	/** The key only where it was typed and not deployed yet; else the server uses its own. */
	function draftKey(key) {
		return key && key !== UNCHANGED ? { apiKey: key } : {};
	}

	function prepareConfig(node) {
		const text = node._def._;
		const region = $('#node-config-input-region');
		const answer = $('#pendo-config-answer');
		const button = $('#pendo-config-test');

		function showBaseUrl() {
			$('#pendo-config-base-url').toggle(region.val() === 'custom');
		}
		region.on('change', showBaseUrl);
		showBaseUrl();
		$('#node-config-input-region, #node-config-input-baseUrl, #node-config-input-apiKey').on(
			'input change',
			() => tell(answer, ''),
		);

		button.on('click', function () {
			button.prop('disabled', true);
			tell(answer, text('answer.testing'));
			ask('pendo/verify', {
				configId: node.id,
				region: region.val(),
				baseUrl: $('#node-config-input-baseUrl').val().trim(),
				...draftKey($('#node-config-input-apiKey').val().trim()),
			})
				.done(({ message }) => tell(answer, message, 'good'))
				.fail((failed) => tell(answer, reasonOf(failed, text('answer.noServer')), 'bad'))
				.always(() => button.prop('disabled', false));
		});
	}

	/** Asks on behalf of a configuration, by what its dialog holds now. */
	function askFor(configId, path, body) {
		const { region, baseUrl, credentials } = RED.nodes.node(configId);
		const key = draftKey((credentials || {}).apiKey);
		return ask(path, { configId, region, baseUrl, ...body, ...key });
	}

	function found(reports, search) {
		const words = search.toLowerCase().split(/\s+/).filter(Boolean);
		return reports.filter(({ name, id }) => {
			const text = `${name} ${id}`.toLowerCase();
			return words.every((word) => text.includes(word));
		});
	}

	/**
	 * A text field with the reports below it: a name is chosen, anything else is used as it is typed.
	 * Whenever another report is meant, `onReport` hears of it.
	 */
	function prepareReportPicker(text, kind, onReport) {
		const field = $('#pendo-report');
		const list = $('#pendo-report-list');
		const answer = $('#pendo-report-answer');
		const account = $('#node-input-pendo');
		const report = $('#node-input-report');
		const reportName = $('#node-input-reportName');
		let reports = [];
		let latest = 0;

		field.val(reportName.val() || report.val());

		function use(id, name) {
			reportName.val(name);
			if (report.val() === id) return;
			report.val(id);
			onReport();
		}

		function choose({ id, name }) {
			use(id, name);
			field.val(name);
			hide();
			tell(answer, text('answer.chosen', { id }));
		}

		function takeTyped() {
			const typed = field.val().trim();
			const address = REPORT_URL.exec(typed);
			const known = reports.find(({ id }) => id === (address ? address[1] : typed));
			if (known) return choose(known);
			if (typed === reportName.val() && report.val()) return undefined;
			use(address ? address[1] : typed, '');
			return tell(answer, typed === '' ? '' : text('answer.typed'));
		}

		function hide() {
			list.prop('hidden', true);
			field.attr('aria-expanded', 'false').removeAttr('aria-activedescendant');
		}

		function show(search) {
			const items = found(reports, search).slice(0, MOST_SHOWN);
			list.empty();
			items.forEach((item, index) => {
				const option = $('<li>', { role: 'option', id: `pendo-report-${index}` }).text(item.name);
				if (reports.some(({ id, name }) => name === item.name && id !== item.id)) {
					option.append($('<small>').text(item.id));
				}
				option.on('mousedown', function (event) {
					event.preventDefault();
					choose(item);
				});
				list.append(option);
			});
			const shown = items.length > 0;
			list.prop('hidden', !shown);
			field.attr('aria-expanded', String(shown));
		}

		function move(step) {
			const options = list.children();
			if (options.length === 0) return;
			const at = options.index(options.filter('[aria-selected="true"]'));
			const next = options.removeAttr('aria-selected').eq((at + step) % options.length);
			next.attr('aria-selected', 'true')[0].scrollIntoView({ block: 'nearest' });
			field.attr('aria-activedescendant', next.attr('id'));
		}

		function load(open) {
			const configId = account.val();
			const turn = ++latest;
			reports = [];
			if (!RED.nodes.node(configId)) return tell(answer, text('answer.noAccount'));
			tell(answer, text('answer.loading'));
			return askFor(configId, 'pendo/reports', { kind })
				.done((got) => {
					if (turn !== latest) return;
					reports = got.reports;
					const own = reports.find(({ id }) => id === report.val());
					if (own && !document.activeElement.isSameNode(field[0])) choose(own);
					else tell(answer, text('answer.loaded', { n: reports.length }));
					if (open) field.trigger('focus');
				})
				.fail((failed) => {
					if (turn === latest) tell(answer, reasonOf(failed, text('answer.noServer')), 'bad');
				});
		}

		field.on('focus click', () => show(field.val() === reportName.val() ? '' : field.val()));
		field.on('input', () => show(field.val()));
		field.on('blur', function () {
			hide();
			takeTyped();
		});
		field.on('keydown', function (event) {
			if (event.key === 'ArrowDown') move(1);
			else if (event.key === 'ArrowUp') move(-1);
			else if (event.key === 'Enter') list.children('[aria-selected="true"]').trigger('mousedown');
			else if (event.key !== 'Escape' || list.prop('hidden')) return;
			else hide();
			event.preventDefault();
			event.stopPropagation();
		});
		$('#pendo-report-load').on('click', () => load(true));
		account.on('change', () => load(false));
		load(false);
		return takeTyped;
	}

	/** Names in a list, or in one text where an environment variable or a person gave them. */
	function namesIn(value) {
		return String(value || '')
			.split(',')
			.map((name) => name.trim())
			.filter(Boolean);
	}

	/** What is sent: three boxes to tick, and for changes the columns of the report. */
	function prepareEvents(text, kind, node) {
		const boxes = $('#pendo-events > label input');
		const changed = boxes.filter('[value=changed]');
		const list = $('#pendo-columns');
		const other = $('#pendo-other-fields');
		const answer = $('#pendo-columns-answer');
		const events = node.events === undefined ? ['entered'] : namesIn(node.events);
		let latest = 0;
		let shownFor = '';

		boxes.each((_, box) => $(box).prop('checked', events.includes(box.value)));
		other.val(namesIn(node.changedFields).join(', '));

		function fields() {
			const ticked = list.find('input:checked').map((_, box) => box.value);
			return [...new Set([...ticked.get(), ...namesIn(other.val())])];
		}

		function showColumns(columns) {
			const chosen = fields();
			list.empty();
			for (const { field, title } of columns) {
				const box = $('<input>', { type: 'checkbox' }).val(field);
				box.prop('checked', chosen.includes(field));
				const label = $('<label>').append(box, document.createTextNode(` ${title}`));
				list.append(title === field ? label : label.append($('<small>').text(field)));
			}
			const known = columns.map(({ field }) => field);
			other.val(chosen.filter((field) => !known.includes(field)).join(', '));
		}

		function load() {
			const configId = $('#node-input-pendo').val();
			const report = $('#node-input-report').val();
			const wanted = JSON.stringify([configId, report]);
			$('#pendo-changed').toggle(changed.prop('checked'));
			if (!changed.prop('checked') || shownFor === wanted) return;
			shownFor = wanted;
			const turn = ++latest;
			showColumns([]);
			tell(answer, '');
			if (report === '' || !RED.nodes.node(configId)) {
				tell(answer, text('answer.noReport'));
				return;
			}
			tell(answer, text('answer.loadingColumns'));
			askFor(configId, 'pendo/columns', { report })
				.done((got) => {
					if (turn !== latest) return;
					const columns = got.columns.filter(({ field }) => field !== `${kind}Id`);
					showColumns(columns);
					tell(answer, columns.length > 0 ? '' : text('answer.noColumns'));
				})
				.fail((failed) => {
					if (turn !== latest) return;
					shownFor = '';
					tell(answer, reasonOf(failed, text('answer.noServer')), 'bad');
				});
		}

		changed.on('change', load);
		$('#node-input-pendo').on('change', load);

		function save() {
			const ticked = boxes.filter(':checked').map((_, box) => box.value);
			node.events = ticked.get();
			node.changedFields = fields();
		}
		return { load, save };
	}

	/** What happens when many come at once, with the numbers that it needs. */
	function prepareFlood(text) {
		const mode = $('#node-input-floodMode');
		const hints = {
			hold: text('hint.hold'),
			gradual: text('hint.gradual'),
			all: '',
			discard: text('hint.discard'),
		};
		function show() {
			const chosen = mode.val();
			$('#pendo-flood-numbers').toggle(chosen !== 'all');
			$('#pendo-release-rate').toggle(chosen === 'hold' || chosen === 'gradual');
			$('#pendo-flood-hint').text(hints[chosen]);
		}
		mode.on('change', show);
		show();
	}

	/** A flow that was made before a choice existed shows what holds for it: the default. */
	function showDefaults(node) {
		for (const [name, { value }] of Object.entries(node._def.defaults)) {
			const input = $(`#node-input-${name}`);
			if (node[name] === undefined && input.is('select, :text')) input.val(value);
		}
	}

	let takeTyped;
	let saveEvents;

	function prepareWatch(node, kind) {
		const text = node._def._;
		showDefaults(node);
		const events = prepareEvents(text, kind, node);
		saveEvents = events.save;
		takeTyped = prepareReportPicker(text, kind, events.load);
		events.load();
		prepareFlood(text);
		const stores = $('#node-input-contextStore');
		const { stores: known = [] } = RED.settings.context || {};
		const offered = new Set(known);
		if (node.contextStore) offered.add(node.contextStore);
		for (const store of offered) stores.append($('<option>').val(store).text(store));
		stores.val(node.contextStore || '');
	}

	function saveWatch() {
		takeTyped();
		saveEvents();
	}

	return { ask, reasonOf, tell, draftKey, prepareConfig, prepareWatch, saveWatch };
})();

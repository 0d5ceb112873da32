/** The dialog of pendo-request, made from the table of operations. Texts of Pendo are only ever set as text. */
window.pendoRequest = (function () {
	const { ask, reasonOf, tell, draftKey } = window.pendoNodes;
	const FROM_ELSEWHERE = ['msg', 'flow', 'global', 'jsonata', 'env'];
	const MOST_SHOWN = 100;
	const MOST_NAMED = 20;
	/** The editor's own JSON type calls an empty field wrong; here it means that nothing is given. */
	const JSON_TEXT = {
		value: 'json',
		label: 'JSON',
		icon: 'red/images/typedInput/json.svg',
		validate: (value) => value === '' || isJson(value),
		expand: function () {
			RED.editor.editJSON({
				value: tidied(this.value(), 4),
				focus: true,
				complete: (value) => this.value(tidied(value)),
			});
		},
	};
	/** Of a parameter's type: how it may be written down, and which of them first. */
	const WRITTEN = {
		string: ['str'],
		number: ['num'],
		boolean: ['bool'],
		value: ['str', 'num', 'bool'],
		json: [JSON_TEXT],
		stringList: ['str', JSON_TEXT],
		dateTime: ['str'],
		fields: [JSON_TEXT],
		list: [JSON_TEXT],
	};

	let resources = [];
	let loading;
	let dialog;

	function isJson(text) {
		try {
			JSON.parse(text);
			return true;
		} catch {
			return false;
		}
	}

	function tidied(text, indent) {
		return isJson(text) ? JSON.stringify(JSON.parse(text), null, indent) : text;
	}

	function load() {
		loading =
			loading ||
			$.getJSON('pendo/operations')
				.done(function (got) {
					resources = got.resources;
					// Labels and missing parameters are known only now.
					RED.nodes.eachNode(function (node) {
						if (node.type !== 'pendo-request') return;
						RED.editor.validateNode(node);
						node.resize = node.dirty = true;
					});
					RED.view.redraw();
				})
				.fail(() => (loading = undefined));
		return loading;
	}

	function operationOf({ resource, operation }) {
		const found = resources.find(({ value }) => value === resource);
		return found && found.operations.find(({ value }) => value === operation);
	}

	function labelOf(node) {
		const found = resources.find(({ value }) => value === node.resource);
		const operation = operationOf(node);
		return operation && `${found.name}: ${operation.name}`;
	}

	/** Names of what must be there and is not; a message may bring it where it is allowed to. */
	function missingIn(node) {
		const operation = operationOf(node);
		const brought = node.overrides !== 'none' || (operation?.together && node.itemsType !== 'none');
		if (!operation || brought) return [];
		const given = node.parameters || {};
		return operation.parameters
			.filter(({ name, required }) => required && !(given[name] && given[name].value !== ''))
			.map(({ label }) => label);
	}

	function prepare(node) {
		const text = node._def._;
		const resource = $('#node-input-resource');
		const operation = $('#node-input-operation');
		const answer = $('#pendo-request-answer');
		// Until the table is there, and if it never comes, what is set stays.
		dialog = { node, text, rows: [], lists: {} };
		setOptions(resource, [{ value: node.resource, name: node.resource }], node.resource);
		setOptions(operation, [{ value: node.operation, name: node.operation }], node.operation);
		$('#node-input-answer').val(node.answer || 'array');
		$('#node-input-overrides').val(node.overrides || 'none');
		$('#node-input-items')
			.css('width', '70%')
			.typedInput({
				default: 'none',
				typeField: '#node-input-itemsType',
				types: [
					{ value: 'none', label: text('items.none'), hasValue: false },
					...['msg', 'flow', 'global', 'jsonata'],
				],
			});
		$('#node-input-items').typedInput('type', node.itemsType || 'none');
		$('#pendo-request-rare, #pendo-request-items, #pendo-request-destroys').hide();
		tell(answer, text('answer.loading'));
		const own = dialog;
		load()
			.done(function () {
				if (dialog !== own) return;
				tell(answer, '');
				setOptions(resource, resources, node.resource);
				showOperations(node.operation);
				showOperation(node.parameters || {});
				// The editor itself tells every field of a change once the dialog is prepared.
				resource.on('change', function () {
					if (resource.val() === dialog.shown.resource) return;
					showOperations();
					chooseOperation();
				});
				operation.on('change', function () {
					if (operation.val() !== dialog.shown.operation) chooseOperation();
				});
				$('#node-input-overrides').on('change', showBoxes);
				$('#node-input-pendo').on('change', function () {
					dialog.lists = {};
					dialog.rows.forEach(tellChosen);
				});
			})
			.fail(() => dialog === own && tell(answer, text('answer.noServer'), 'bad'));
	}

	function setOptions(select, entries, chosen) {
		select.empty();
		for (const { value, name } of entries) select.append($('<option>').val(value).text(name));
		if (chosen !== undefined) select.val(chosen);
	}

	function showOperations(chosen) {
		const found = resources.find(({ value }) => value === $('#node-input-resource').val());
		setOptions($('#node-input-operation'), found ? found.operations : [], chosen);
	}

	function chosenOperation() {
		return operationOf({
			resource: $('#node-input-resource').val(),
			operation: $('#node-input-operation').val(),
		});
	}

	/** What is filled in already stays, where the other operation asks for it too. */
	function chooseOperation() {
		const kept = valuesOf(dialog.rows);
		$('#node-input-confirm').prop('checked', false);
		const operation = chosenOperation();
		const many = operation && operation.together && !operation.destructive;
		$('#node-input-items')
			.typedInput('type', many ? 'msg' : 'none')
			.typedInput('value', many ? 'payload' : '');
		showOperation(kept);
	}

	function showOperation(values) {
		const { text } = dialog;
		const operation = chosenOperation();
		const common = $('#pendo-request-parameters').empty();
		const rare = $('#pendo-request-rare-parameters').empty();
		const parameters = operation ? operation.parameters : [];
		dialog.shown = {
			resource: $('#node-input-resource').val(),
			operation: $('#node-input-operation').val(),
		};
		dialog.rows = [];
		dialog.rows = parameters.map((parameter) =>
			showParameter(parameter, values[parameter.name], parameter.rare ? rare : common),
		);
		const needs = [
			operation && operation.write && operation.secret === 'integrationKey' && text('needs.write'),
			operation && operation.secret === 'trackEventSecret' && text('needs.secret'),
		];
		$('#pendo-request-about').text(operation ? operation.description : '');
		$('#pendo-request-needs').text(needs.filter(Boolean).join(' '));
		$('#pendo-request-rare').toggle(parameters.some((parameter) => parameter.rare));
		$('#pendo-request-rare').prop(
			'open',
			parameters.some(({ rare: seldom, name }) => seldom && values[name]),
		);
		$('#pendo-request-items').toggle(Boolean(operation && operation.together));
		$('#pendo-request-list').toggle(!operation || operation.gives === 'rows' || operation.together);
		showBoxes();
		showWanted();
		dialog.rows.forEach(tellChosen);
	}

	function showBoxes() {
		const operation = chosenOperation();
		const any = $('#node-input-overrides').val() === 'all';
		$('#pendo-request-destroys').toggle(any || Boolean(operation && operation.destructive));
	}

	function showParameter(parameter, given, place) {
		const { name, label, required, description, entry } = parameter;
		const id = `pendo-request-${name}`;
		const field = $('<input type="text">').attr('id', id);
		const hint = $('<div class="pendo-hint">').text(
			entry ? `${description} [{ ${entry.join(', ')} }]` : description,
		);
		const chosen = $('<div class="pendo-hint pendo-answer" role="status">');
		const title = $('<label>')
			.attr('for', id)
			.text(required ? `${label} *` : label);
		const row = $('<div class="form-row">').append(title, ' ', field, hint, chosen).appendTo(place);
		const types = typesOf(parameter);
		field.css('width', '70%').typedInput({ default: types[0].value || types[0], types });
		const { value, type } = given || { value: presetOf(parameter), type: undefined };
		if (type && types.some((one) => (one.value || one) === type)) field.typedInput('type', type);
		if (value !== undefined) field.typedInput('value', String(value));
		const shown = { parameter, field, row, chosen };
		field.on('change', function () {
			// Some changes come late, from a field that is there no more.
			if (!dialog || !dialog.rows.includes(shown)) return;
			showWanted();
			tellChosen(shown);
		});
		return shown;
	}

	function presetOf({ preset, type }) {
		if (preset !== undefined) return typeof preset === 'object' ? '' : preset;
		return type === 'boolean' ? false : '';
	}

	function typesOf(parameter) {
		const { type, lookup, options } = parameter;
		const { text } = dialog;
		if (options) {
			const offered = options.map(({ value, name }) => ({ value, label: name }));
			if (parameter.preset === undefined) offered.unshift({ value: '', label: '—' });
			const choice = { value: 'choice', label: text('type.choice'), options: offered };
			return [choice, ...FROM_ELSEWHERE];
		}
		if (lookup && type === 'string') {
			const search = (typed, done) => offer(parameter, typed, done);
			const listed = { value: 'pick', label: text('type.pick'), icon: 'fa fa-search' };
			return [{ ...listed, autoComplete: search }, ...FROM_ELSEWHERE];
		}
		return [...WRITTEN[type], ...FROM_ELSEWHERE];
	}

	/** What was filled in, by name, as typed inputs store it. */
	function valuesOf(rows) {
		const given = rows
			.map(({ parameter, field }) => {
				const [value, type] = [field.typedInput('value'), field.typedInput('type')];
				return { parameter, input: { value, type } };
			})
			.filter(({ parameter, input: { value, type } }) => {
				const preset = String(presetOf(parameter));
				return value !== '' && (FROM_ELSEWHERE.includes(type) || value !== preset);
			});
		return Object.fromEntries(given.map(({ parameter, input }) => [parameter.name, input]));
	}

	/** A parameter that another one rules out is hidden; an expression rules nothing out. */
	function showWanted() {
		for (const { parameter, row } of dialog.rows) {
			const conditions = Object.entries(parameter.shownWhen || {});
			row.toggle(conditions.every(([name, values]) => mayBe(name, values)));
		}
	}

	function mayBe(name, values) {
		const other = dialog.rows.find(({ parameter }) => parameter.name === name);
		if (!other || FROM_ELSEWHERE.includes(other.field.typedInput('type'))) return true;
		return values.map(String).includes(String(other.field.typedInput('value')));
	}

	/** The list from which a value is chosen; asked for once while the dialog is open. */
	function listFor(parameter, search) {
		const { lookup } = parameter;
		const groupRow = dialog.rows.find(({ parameter: { name } }) => name === 'group');
		const literal = groupRow && !FROM_ELSEWHERE.includes(groupRow.field.typedInput('type'));
		const group = literal ? groupRow.field.typedInput('value') : '';
		const configId = $('#node-input-pendo').val();
		const config = RED.nodes.node(configId);
		if (!config) return $.Deferred().reject({}).promise();
		const { region, baseUrl, credentials } = config;
		const key = JSON.stringify([lookup, group, search]);
		const { lists } = dialog;
		lists[key] =
			lists[key] ||
			ask('pendo/choices', {
				...{ configId, region, baseUrl, lookup, group, search },
				...draftKey((credentials || {}).apiKey),
			}).fail(() => delete lists[key]);
		return lists[key];
	}

	function offer(parameter, typed, done) {
		const { text } = dialog;
		const { chosen } = dialog.rows.find((row) => row.parameter === parameter) || {};
		const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
		const show = (choices) => {
			const found = choices.filter(({ name, value }) =>
				words.every((word) => `${name} ${value}`.toLowerCase().includes(word)),
			);
			done(found.slice(0, MOST_SHOWN).map(optionOf));
		};
		listFor(parameter, '')
			.done(({ choices, left }) => {
				if (left === 0 || words.length === 0) return show(choices);
				// The list is too long to hold: Node-RED searches.
				return listFor(parameter, typed).done((got) => show(got.choices));
			})
			.fail((failed) => {
				if (chosen) tell(chosen, reasonOf(failed, text('answer.noList')), 'bad');
				done([]);
			});
	}

	function optionOf({ value, name, note }) {
		const label = $('<div class="pendo-choice">').append($('<span>').text(name));
		const more = [name === value ? '' : value, note].filter(Boolean).join(' · ');
		return { value, label: label.append($('<small>').text(more)) };
	}

	/** Tells which thing an id is, or which names there are. */
	function tellChosen(row) {
		const { parameter, field, chosen } = row;
		if (!parameter.lookup) return;
		const { text } = dialog;
		const own = dialog;
		// Meanwhile the dialog may be closed, or show another operation.
		const isGone = () => dialog !== own || !dialog.rows.includes(row);
		if (FROM_ELSEWHERE.includes(field.typedInput('type'))) {
			tell(chosen, '');
			return;
		}
		listFor(parameter, '')
			.done(({ choices }) => {
				if (isGone()) return;
				const found = choices.find(({ value }) => value === field.typedInput('value'));
				if (parameter.type === 'fields') tell(chosen, fieldsText(choices));
				else tell(chosen, found ? found.name : text('answer.toChoose', { n: choices.length }));
			})
			.fail((failed) => {
				if (!isGone()) tell(chosen, reasonOf(failed, text('answer.noList')), 'bad');
			});
	}

	function fieldsText(choices) {
		const names = choices.slice(0, MOST_NAMED).map(({ value }) => value);
		if (choices.length > names.length) names.push('…');
		return dialog.text('answer.fields', { names: names.join(', ') });
	}

	function save(node) {
		// Without the table nothing was shown, so nothing was changed.
		if (resources.length > 0) {
			const shown = dialog.rows.filter(({ row }) => row.css('display') !== 'none');
			node.parameters = valuesOf(shown);
		}
		leave();
	}

	function leave() {
		dialog = undefined;
	}

	load();

	return { labelOf, leave, missingIn, prepare, save };
})();

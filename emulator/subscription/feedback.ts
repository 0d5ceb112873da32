import { asText, isObject, senseless, unknown, type JsonObject } from '../refusal';

export interface FeedbackItem extends JsonObject {
	id: string;
}

const TEXTS = ['accountId', 'visitorId', 'title', 'description', 'createdById'];
const LISTS = ['appIds', 'labels', 'productAreas', 'linksData'];

/** What users asked for, as Listen keeps it. */
export class Feedback {
	private readonly book = new Map<string, FeedbackItem>();
	private made = 0;

	create(wanted: JsonObject, now: number): FeedbackItem {
		for (const name of ['visitorId', 'title']) asText(wanted[name], name);
		check(wanted);
		const id = `feedback-${++this.made}`;
		const item = { createdAt: now, ...wanted, id };
		this.book.set(id, item);
		return item;
	}

	update(id: string, changes: JsonObject): FeedbackItem {
		const present = this.book.get(id);
		if (!present) throw unknown('feedback');
		if ('title' in changes) asText(changes.title, 'title');
		check(changes);
		const item = { ...present, ...changes, id };
		this.book.set(id, item);
		return item;
	}

	/** All of them or none. */
	delete(ids: readonly string[]): void {
		if (!ids.every((id) => this.book.has(id))) throw unknown('feedback');
		for (const id of ids) this.book.delete(id);
	}

	all(): FeedbackItem[] {
		return [...this.book.values()];
	}
}

function check(item: JsonObject): void {
	for (const name of TEXTS)
		if (item[name] !== undefined && typeof item[name] !== 'string')
			throw senseless(`${name} must be text`);
	for (const name of LISTS)
		if (item[name] !== undefined && !Array.isArray(item[name]))
			throw senseless(`${name} must be a list`);
	if (item.importance !== undefined && typeof item.importance !== 'number')
		throw senseless('importance must be a number');
	const labels = (item.labels ?? []) as unknown[];
	if (!labels.every((label) => isObject(label) && typeof label.name === 'string'))
		throw senseless('each label must have a name');
}

import { poll } from '../../core/watch';
import { WATCH } from '../watch';
import type { Way } from './way';

/** This package. */
export const pendoNodes: Way = {
	async poll(stored, body) {
		const before: unknown = stored === undefined ? undefined : JSON.parse(stored);
		const { state, events } = await poll(before, body, WATCH);
		return {
			stored: state === before ? undefined : JSON.stringify(state),
			newcomers: events.length,
		};
	},
};

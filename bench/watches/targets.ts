import type { Finding } from '../targets';
import type { WatchesCost } from './measure';

/** Many watches beside the same ones switched off, in one engine: nothing waits for them, nothing is missed. */
export function watchFindings(costs: readonly WatchesCost[]): Finding[] {
	return costs.flatMap(({ load, idle, busy, entered, wrong }) => {
		const where = `${load.watches} watches in one ${load.engine}`;
		return [
			{
				name: `median delay of the event loop above that of an idle one, ${where}`,
				unit: 'ms',
				value: busy.median - idle.median,
				atMost: 1,
			},
			{
				name: `worst delay of the event loop, ${where}`,
				unit: 'ms',
				value: busy.worst,
				byProcessorTime: busy.worstCpu,
				// What a person who works in the editor does not notice.
				atMost: 100,
			},
			{
				name: `visitors missed or told twice of ${entered} who entered, ${where}`,
				unit: 'visitors',
				value: wrong,
				exactly: 0,
			},
		];
	});
}

import type { Emulator } from '../../../emulator/server';

const WATCHES = 3;

/** Of ten visitors each, so that one read is a few kilobytes. */
export function makeReports({ control }: Emulator): string[] {
	return Array.from({ length: WATCHES }, (_, index) => {
		const id = `killed-${index + 1}`;
		control.createReport({ id, name: id, type: 'Visitor', generated: 10 });
		return id;
	});
}

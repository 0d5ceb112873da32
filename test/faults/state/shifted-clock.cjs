// Loaded before a program: its clock is shifted by the milliseconds in a file, which may change at any time.
const { readFileSync } = require('node:fs');

const RealDate = Date;

function now() {
	try {
		return RealDate.now() + Number(readFileSync(process.env.CLOCK_OFFSET_FILE, 'utf8'));
	} catch {
		return RealDate.now();
	}
}

globalThis.Date = class extends RealDate {
	constructor(...parameters) {
		if (parameters.length === 0) super(now());
		else super(...parameters);
	}

	static now() {
		return now();
	}
};

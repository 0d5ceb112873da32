import { arch, cpus, loadavg, totalmem, type } from 'node:os';

/** The machine that measured, in words. */
export function describeMachine(): string {
	const processors = cpus();
	const model = (processors[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
	const gigabytes = Math.round(totalmem() / 2 ** 30);
	return `${processors.length} × ${model}, ${gigabytes} GB, ${type()} ${arch()}, Node.js ${process.versions.node}`;
}

/** How many programs wanted a processor in the last minute. */
export function load(): number {
	return loadavg()[0]!;
}

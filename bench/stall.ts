/** Watches how long the event loop is held: the longest gap between two runs of a 1 ms timer. */
export class StallWatch {
	/** By the clock, which also counts what other programs take from this one. */
	milliseconds = 0;
	/** By the processor time of this thread, which does not. */
	cpuMilliseconds = 0;

	private wall = performance.now();
	private cpu = threadMilliseconds();
	private readonly timer = setInterval(() => this.tick(), 1);

	/** Waits for the last gap to end. */
	async stop(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, 5));
		clearInterval(this.timer);
	}

	private tick(): void {
		const wall = performance.now();
		const cpu = threadMilliseconds();
		this.milliseconds = Math.max(this.milliseconds, wall - this.wall);
		this.cpuMilliseconds = Math.max(this.cpuMilliseconds, cpu - this.cpu);
		this.wall = wall;
		this.cpu = cpu;
	}
}

function threadMilliseconds(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1000;
}

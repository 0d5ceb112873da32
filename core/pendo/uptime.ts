/**
 * Whole milliseconds since this process began. What a process waits for is measured by it and not by
 * the time of day, which somebody may set.
 */
export function uptime(): number {
	return Math.floor(performance.now());
}

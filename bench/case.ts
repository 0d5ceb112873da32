/** A case runs in a process of its own, which gets its parameters as JSON and prints its result as JSON. */
export function runCase<Parameters, Result>(
	work: (parameters: Parameters) => Promise<Result>,
): void {
	work(JSON.parse(process.argv[2]!) as Parameters).then(
		(result) => console.log(JSON.stringify(result)),
		(error: unknown) => {
			console.error(error);
			process.exitCode = 1;
		},
	);
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	const middle = (sorted.length - 1) / 2;
	return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

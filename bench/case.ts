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

import { fuzz } from './fuzzers';

fuzz(Number(process.argv[2])).then(
	(tallies) => process.stdout.write(`${JSON.stringify(tallies)}\n`),
	(error: unknown) => {
		process.stderr.write(`${String(error)}\n`);
		process.exitCode = 1;
	},
);

import { json, streamed } from '../answer';
import { membersOf } from '../aggregation/run';
import { senseless, unknown } from '../refusal';
import { csvText } from '../results';
import type { Export } from '../subscription/subscription';
import type { Job } from '../subscription/jobs';
import type { Call, Operation } from './operation';

export const SEGMENT_EXPORTS: readonly Operation[] = [
	{
		method: 'POST',
		path: '/api/v1/segment/{segmentId}/visitors',
		answer: (call) => {
			const { world } = call;
			const { id } = world.subscription.segments.get(call.parameters.segmentId ?? '');
			const visitors = [...membersOf(id, world.subscription, world.now())];
			const { exportReadyAfter } = world.delays;
			const facts = { segmentId: id, visitors };
			const job = world.subscription.exports.start(facts, world.now(), exportReadyAfter);
			return json(200, shown(call, job), world.variants);
		},
	},
	{
		method: 'GET',
		path: '/api/v1/segment/{segmentId}/visitors/{jobId}/status',
		answer: (call) => json(200, shown(call, find(call)), call.world.variants),
	},
	{
		method: 'GET',
		path: '/api/v1/segment/{segmentId}/visitors/{jobId}/results/csv',
		answer: (call) => {
			const { world } = call;
			const { doneAt, facts } = find(call);
			if (doneAt > world.now()) throw senseless('the export is not done yet');
			const { csvHeader, csvByteOrderMark } = world.variants;
			const mark = csvByteOrderMark === 'present' ? '\ufeff' : '';
			const title = csvHeader === 'title' ? 'Visitor ID' : 'visitorId';
			const lines = [title, ...facts.visitors.map(csvText)].map((line) => `${line}\r\n`);
			return streamed(200, 'text/csv', [mark, ...lines], world.variants);
		},
	},
];

function find({ world, parameters }: Call): Job<Export> {
	const job = world.subscription.exports.get(parameters.jobId ?? '');
	if (job.facts.segmentId !== parameters.segmentId) throw unknown('job');
	return job;
}

function shown({ world }: Call, { id, doneAt, facts }: Job<Export>): object {
	const { jobKey, jobDone } = world.variants;
	const status = doneAt > world.now() ? 'processing' : jobDone;
	return { [jobKey]: id, segmentId: facts.segmentId, status };
}

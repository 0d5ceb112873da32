import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nNode, WorkflowDraft } from './n8n-client';
import { projectRoot } from './project';

export const triggerType = 'n8n-nodes-pendo.pendoVisitorInReportTrigger';

interface Filling {
	credential: { id: string; name: string };
	/** Left for the person to choose when missing. */
	report?: { id: string; name: string };
	/** Where chat messages go; the template's own placeholder when missing. */
	chat?: string;
	/** Instead of the template's minutes. */
	pollEverySeconds?: number;
}

/** The workflow that the docs offer for import, with its gaps filled. */
export function fillExample(filling: Filling): WorkflowDraft {
	const file = join(projectRoot, 'docs', 'templates', 'visitor-to-chat.json');
	const template = JSON.parse(readFileSync(file, 'utf8')) as WorkflowDraft;
	const { name, connections, settings } = template;
	return { name, connections, settings, nodes: template.nodes.map((node) => fill(node, filling)) };
}

/** The same nodes posting to another chat: the emulator's port may change between starts. */
export function redirectChat(nodes: N8nNode[], chat: string): N8nNode[] {
	return nodes.map((node) => {
		const { url } = node.parameters;
		const ours =
			typeof url === 'string' && /^http:\/\/127\.0\.0\.1:\d+\/emulator\/inbox$/.test(url);
		return ours ? { ...node, parameters: { ...node.parameters, url: chat } } : node;
	});
}

function fill(node: N8nNode, { credential, report, chat, pollEverySeconds }: Filling): N8nNode {
	const parameters = { ...node.parameters };
	if (chat && 'url' in parameters) parameters.url = chat;
	if (node.type !== triggerType) return { ...node, parameters };
	if (report)
		parameters.report = {
			__rl: true,
			mode: 'list',
			value: report.id,
			cachedResultName: report.name,
		};
	if (pollEverySeconds) parameters.pollTimes = { item: everySeconds(pollEverySeconds) };
	return { ...node, parameters, credentials: { pendoApi: credential } };
}

/** n8n offers minutes at the least and refuses a cron step or list of seconds; single seconds of each minute it takes. */
export function everySeconds(seconds: number): { mode: 'custom'; cronExpression: string }[] {
	return Array.from({ length: Math.ceil(60 / seconds) }, (_, index) => ({
		mode: 'custom' as const,
		cronExpression: `${index * seconds} * * * * *`,
	}));
}

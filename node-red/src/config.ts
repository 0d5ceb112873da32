import type { Node, NodeAPI, NodeDef } from 'node-red';

/** The deployed configuration of a Pendo subscription. */
export interface ConfigNode extends Node<{ apiKey?: string }> {
	region: string;
	baseUrl?: string;
}

interface ConfigParameters extends NodeDef {
	region?: string;
	baseUrl?: string;
}

export function registerConfig(RED: NodeAPI): void {
	RED.nodes.registerType<ConfigNode, ConfigParameters, object, { apiKey?: string }>(
		'pendo-config',
		function (parameters) {
			RED.nodes.createNode(this, parameters);
			this.region = parameters.region ?? 'us';
			this.baseUrl = parameters.baseUrl;
		},
		{ credentials: { apiKey: { type: 'password' } } },
	);
}

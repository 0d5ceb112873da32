import type { Node, NodeAPI, NodeDef } from 'node-red';

export interface Secrets {
	apiKey?: string;
	/** Of an app; only track events want it. */
	trackEventSecret?: string;
}

/** The deployed configuration of a Pendo subscription. */
export interface ConfigNode extends Node<Secrets> {
	region: string;
	baseUrl?: string;
}

interface ConfigParameters extends NodeDef {
	region?: string;
	baseUrl?: string;
}

export function registerConfig(RED: NodeAPI): void {
	RED.nodes.registerType<ConfigNode, ConfigParameters, object, Secrets>(
		'pendo-config',
		function (parameters) {
			RED.nodes.createNode(this, parameters);
			this.region = parameters.region ?? 'us';
			this.baseUrl = parameters.baseUrl;
		},
		{
			credentials: { apiKey: { type: 'password' }, trackEventSecret: { type: 'password' } },
		},
	);
}

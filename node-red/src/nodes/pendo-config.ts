import type { NodeAPI } from 'node-red';
import { registerAdmin } from '../admin';
import { registerConfig } from '../config';

export = (RED: NodeAPI): void => {
	registerConfig(RED);
	registerAdmin(RED);
};

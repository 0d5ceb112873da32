import type { NodeAPI } from 'node-red';
import { registerTrigger } from '../trigger';

export = (RED: NodeAPI): void => registerTrigger(RED, 'visitor');

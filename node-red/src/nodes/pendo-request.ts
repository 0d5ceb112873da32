import type { NodeAPI } from 'node-red';
import { registerRequest } from '../request';

export = (RED: NodeAPI): void => registerRequest(RED);

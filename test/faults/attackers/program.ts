import { slowExpressions } from './expressions';

process.stdout.write(`${JSON.stringify(slowExpressions())}\n`);

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coveragePage, coverageText, operationRows } from '../../scripts/operations';

/** Every call of Pendo's public API, ids aside. Source: Engage API documentation. */
const PUBLIC_API = `
GET /api/v1/token/verify
GET /api/v1/report
GET /api/v1/report/{}/results.json
GET /api/v1/report/{}/results.csv
POST /api/v1/aggregation
GET /api/v1/visitor/{}
GET /api/v1/visitor/{}/history
GET /api/v1/account/{}
GET /api/v1/metadata/schema/{}
POST /api/v1/metadata/schema/{}/{}
DELETE /api/v1/metadata/schema/{}/{}/{}
GET /api/v1/metadata/dependencies
GET /api/v1/metadata/dependencies/{}/{}/{}
GET /api/v1/metadata/visitor/{}/value/{}/{}
GET /api/v1/metadata/account/{}/value/{}/{}
PUT /api/v1/metadata/visitor/{}/value/{}/{}
PUT /api/v1/metadata/account/{}/value/{}/{}
POST /api/v1/metadata/visitor/{}/value
POST /api/v1/metadata/account/{}/value
PUT /api/v1/metadata/visitor/pendo/value/{}/donotprocess
PUT /api/v1/metadata/account/pendo/value/{}/donotprocess
PUT /api/v1/metadata/visitor/pendo/value/{}/blacklistguides
PUT /api/v1/metadata/account/pendo/value/{}/blacklistguides
GET /api/v1/page
GET /api/v1/feature
GET /api/v1/tracktype
GET /api/v1/guide
GET /api/v1/guide/{}/history
PUT /api/v1/guide/{}/state
PUT /api/v1/guide/{}/segment
POST /api/v1/guide/{}/visitor/{}/reset
POST /api/v1/guide/all/visitor/{}/reset
POST /api/v1/guide/{}/reset
POST /api/v1/guide/staged/reset
POST /api/v1/guide/{}/experiment/export
GET /api/v1/guide/order
GET /api/v1/guide/localization/export
POST /api/v1/guide/localization/import
GET /api/v1/segment
GET /api/v1/segment/{}
POST /api/v1/segment/upload
GET /api/v1/segment/{}/status
PUT /api/v1/segment/{}
DELETE /api/v1/segment/{}
PUT /api/v1/segment/{}/visitor/{}
DELETE /api/v1/segment/{}/visitor/{}
PATCH /api/v1/segment/{}/visitor
POST /api/v1/segment/{}/visitors
GET /api/v1/segment/{}/visitors/{}/status
GET /api/v1/segment/{}/visitors/{}/results/csv
POST /api/v1/bulkdelete/visitor
POST /api/v1/bulkdelete/account
GET /api/v1/bulkdelete
GET /api/v1/bulkdelete/{}
GET /api/v1/blacklist
GET /api/v1/blacklist/type/{}
GET /api/v1/servername
GET /api/v1/servername/{}
GET /api/v1/servername/flag/{}
GET /api/v1/feedback/options
POST /api/v1/feedback
PATCH /api/v1/feedback/{}
DELETE /api/v1/feedback
POST /data/track
POST /data/agentic
PUT /api/v1/datasync/storageTypes/gcs/destinations/Default/credentials
PUT /api/v1/datasync/storageTypes/s3/destinations/Default/credentials
PUT /api/v1/datasync/storageTypes/azure/destinations/Default/credentials
`
	.trim()
	.split('\n');

describe('the table of operations', () => {
	test('has every call of the public API, and no other', () => {
		const calls = operationRows().map(
			({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`,
		);
		expect([...new Set(calls)].sort()).toEqual([...PUBLIC_API].sort());
	});

	test('gives a reason for each call that is left out', () => {
		const leftOut = operationRows().filter(({ left_out }) => left_out !== undefined);
		expect(leftOut).toHaveLength(4);
		for (const { left_out } of leftOut) expect(left_out).toMatch(/^[A-Z].{20,}\.$/);
	});

	test('is printed as JSON by its command', () => {
		const tsx = require.resolve('tsx/cli');
		const script = join(__dirname, '..', '..', 'scripts', 'operations.ts');
		const printed = execFileSync(process.execPath, [tsx, script], { encoding: 'utf8' });
		expect(JSON.parse(printed)).toEqual(operationRows());
	});

	test('is what the page of the docs shows', () => {
		expect(readFileSync(coveragePage, 'utf8')).toBe(coverageText());
	});
});

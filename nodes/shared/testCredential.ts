import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import {
	baseUrlOf,
	Failure,
	KEY_HEADER,
	meaningOfException,
	meaningOfStatus,
	readKeyRights,
	verifyKey,
} from '../../core/pendo';

const LIMIT = 30_000;

interface PendoCredential {
	region: string;
	baseUrl?: string;
	apiKey: string;
}

/** Asks Pendo whether the key is valid, and says in words what is wrong. */
export async function testPendoCredential(
	this: ICredentialTestFunctions,
	{ data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const credential = data as unknown as PendoCredential;
	let problem: unknown;
	try {
		const origin = baseUrlOf(credential);
		const { writeAccess } = readKeyRights(await ask(this, origin, credential.apiKey));
		return {
			status: 'OK',
			message: `Connection successful: the key is valid and may ${writeAccess ? 'read and write' : 'read'}`,
		};
	} catch (error) {
		problem = error;
	}
	if (!(problem instanceof Failure)) throw problem;
	return { status: 'Error', message: `${problem.message}. ${problem.description}` };
}

async function ask(
	context: ICredentialTestFunctions,
	origin: string,
	apiKey: string,
): Promise<string> {
	const asked = { host: new URL(origin).host };
	let answer: { statusCode: number; headers: Record<string, string>; body: unknown } | undefined;
	let problem: unknown;
	try {
		answer = await context.helpers.request({
			method: verifyKey.method,
			uri: origin + verifyKey.path,
			headers: { ...verifyKey.headers, [KEY_HEADER]: apiKey.trim() },
			// A followed redirect would carry the key to another host.
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
			timeout: LIMIT,
		});
	} catch (error) {
		problem = error;
	}
	if (answer === undefined) throw meaningOfException(problem, asked, LIMIT);
	const failure = meaningOfStatus(
		{ status: answer.statusCode, retryAfter: answer.headers['retry-after'] },
		asked,
		Date.now(),
	);
	if (failure) throw failure;
	return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
}

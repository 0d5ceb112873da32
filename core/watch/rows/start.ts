import { Byte } from './scanner';

export function hasByteOrderMark(bytes: Uint8Array): boolean {
	return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Why a body that begins with these bytes can be no report, if so. */
export function refusalOf(bytes: Uint8Array): string | undefined {
	const first = bytes[0]!;
	const second = bytes[1];
	const isUtf16 =
		(first === 0xff && second === 0xfe) ||
		(first === 0xfe && second === 0xff) ||
		(bytes.length > 1 && (first === 0) !== (second === 0));
	if (isUtf16) return 'is encoded as UTF-16, not as UTF-8';
	if (first === 0x1f && second === 0x8b) return 'is compressed (gzip) and was not unpacked';
	if (first === Byte.LessThan) return 'is a web page (HTML), not a report';
	if (first === Byte.OpenBracket || first === Byte.OpenBrace || first === Byte.LowerN)
		return undefined;
	const isJson = '"tf-0123456789'.includes(String.fromCharCode(first));
	return isJson ? 'has another shape: it is not a list of rows' : 'is not JSON';
}

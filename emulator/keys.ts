import type { Region } from './regions';

export const READ_WRITE_KEY = 'emulator-read-write-key';
export const READ_ONLY_KEY = 'emulator-read-only-key';
export const EU_KEY = 'emulator-eu-key';
export const REVOKED_KEY = 'emulator-revoked-key';
/** The app's track event secret: the same header, another purpose. */
export const TRACK_SECRET = 'emulator-track-event-secret';

export interface Key {
	region: Region;
	writeAccess: boolean;
	revoked: boolean;
}
export type KeyVerdict = 'ok' | 'revoked' | 'wrong' | 'none';

/** Which integration keys open which region. */
export class Keys {
	private readonly book = new Map<string, Key>([
		[READ_WRITE_KEY, { region: 'us', writeAccess: true, revoked: false }],
		[READ_ONLY_KEY, { region: 'us', writeAccess: false, revoked: false }],
		[EU_KEY, { region: 'eu', writeAccess: true, revoked: false }],
		[REVOKED_KEY, { region: 'us', writeAccess: false, revoked: true }],
	]);
	private readonly published = new Set(this.book.keys());

	find(key: string | undefined): Key | undefined {
		return key === undefined ? undefined : this.book.get(key);
	}

	judge(key: string | undefined, region: Region): KeyVerdict {
		if (key === undefined || key === '') return 'none';
		const known = this.book.get(key);
		if (!known || known.region !== region) return 'wrong';
		return known.revoked ? 'revoked' : 'ok';
	}

	judgeSecret(secret: string | undefined): KeyVerdict {
		if (secret === undefined || secret === '') return 'none';
		return secret === TRACK_SECRET ? 'ok' : 'wrong';
	}

	set(key: string, change: Partial<Key>): void {
		const known = this.book.get(key) ?? { region: 'us', writeAccess: true, revoked: false };
		this.book.set(key, { ...known, ...change });
	}

	remove(key: string): boolean {
		return this.book.delete(key);
	}

	/** Keys that somebody added may be real ones: they are counted, never shown. */
	list(): Array<Key & { key: string }> {
		return [...this.book].map(([key, facts]) => ({
			key: this.published.has(key) ? key : '(added)',
			...facts,
		}));
	}

	/** Text without any known key in it. */
	redact(text: string): string {
		let clean = text;
		for (const key of [...this.book.keys(), TRACK_SECRET]) clean = clean.replaceAll(key, '(key)');
		return clean;
	}
}

export type Row = Record<string, unknown>;

/** This many visitors, `<name>-0` and so on. */
export function visitors(count: number, name = 'visitor'): Row[] {
	return Array.from({ length: count }, (_, index) => visitor(`${name}-${index}`));
}

export function visitor(visitorId: string, more: Row = {}): Row {
	return { visitorId, visitor_agent_email: `${visitorId}@example.test`, ...more };
}

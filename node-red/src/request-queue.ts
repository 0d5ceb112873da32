import { uptime } from '../../core/pendo';
import { Session } from '../../core/pendo/operations';
import type { LentHost } from './lent-host';
import type { Result } from './request-answer';

/** Lists of Pendo's that operations look into are asked for again after this time, and by each lone message. */
const LISTS_LAST = 60_000;

interface Turn {
	/** It is being served, or more wait behind it. */
	show(waiting: number): void;
	run(session: Session): Promise<Result>;
	/** Not called any more once the node is closed; nor is `fail`. */
	succeed(result: Result): void;
	fail(problem: unknown): void;
}

/** One request after the other, in the order of the messages. */
export class RequestQueue {
	/** Until all that was added is done. */
	idle: Promise<void> = Promise.resolve();
	private readonly session: Session;
	private readonly turns: Turn[] = [];
	private listsSince = 0;
	private current: Turn | undefined;

	constructor(private readonly host: LentHost) {
		this.session = new Session(host);
	}

	add(turn: Turn): void {
		this.turns.push(turn);
		if (this.current !== undefined) return this.current.show(this.turns.length);
		this.listsSince = -Infinity;
		this.idle = this.serve();
	}

	private async serve(): Promise<void> {
		for (let turn = this.turns.shift(); turn; turn = this.turns.shift()) {
			if (this.host.isClosed) break;
			this.current = turn;
			turn.show(this.turns.length);
			await this.take(turn);
		}
		this.current = undefined;
	}

	private async take(turn: Turn): Promise<void> {
		const { host, session } = this;
		if (uptime() - this.listsSince > LISTS_LAST) {
			session.forget();
			this.listsSince = uptime();
		}
		host.status = undefined;
		let settle: () => void;
		try {
			const result = await turn.run(session);
			settle = () => turn.succeed(result);
		} catch (problem) {
			settle = () => turn.fail(problem);
		}
		if (!host.isClosed) settle();
	}
}

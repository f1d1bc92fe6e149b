/** The operations of one user, over any connection. */

import { type CampaignKitError, unheard } from "./error.js";
import type { READS } from "./operation-table.js";
import { callable } from "./options.js";
import { SendingCalls } from "./session/sending.js";
import type { Commit } from "./types.js";

export type { ImportListOptions } from "./session/people.js";
export type { DueOptions, DueTask } from "./due.js";
export type { Pages } from "./pages.js";

/**
 * A database acting for one user; made by {@link Kit.as}.
 *
 * The id of another user's object gives the same error as an id that does not exist. Where the user itself does not
 * exist, every operation rejects with `user_not_found`.
 */
export class Session extends SendingCalls {
  /**
   * As {@link Session.subscribe}, for anything that is read: calls back with the result of a function, first as it is
   * now and then after the commits that concern what the function read, as the engine knows of each operation. What
   * changes by time alone, as what {@link Session.explain} says, causes no call.
   *
   * One reading runs at a time, and what takes long with much data (`plan`, `forecast`, `explain`) is read at most once
   * a second.
   *
   * @param read Gets a session that only reads, and may make any number of calls, also one after the other; it is run
   *   again from its beginning. A call that changes something fails with `invalid_input`.
   * @param callback As for {@link Session.subscribe}.
   * @param failed Gets what `read` throws, or rejects with. Where it is not given, it is uncaught, but for `closed`.
   */
  live<Data>(
    read: (me: Reader) => Data | PromiseLike<Data>,
    callback: (data: Data, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void = unheard,
  ): () => void {
    callable("read", read);
    callable("callback", callback);
    callable("failed", failed);
    return this.keep(async (through) => read(this.through(through)), { callback, failed });
  }

  /**
   * The calls that a function makes before it waits for the result of one: two functions of the same text that differ
   * in these read something else. @internal
   */
  firstCalls(read: (me: Reader) => unknown): unknown[] {
    const calls: unknown[] = [];
    const call = (...made: unknown[]) => {
      calls.push(made);
      return new Promise<never>(() => {});
    };
    (async () => read(this.through({ call })))().catch(() => {});
    return calls;
  }
}

/** The part of a session that only reads. */
export type Reader = Pick<Session, keyof Session & keyof typeof READS>;

/** What all operations of a user share: whom they act for, and how they are called. */

import type { Clock } from "../clock.js";
import type { Caller } from "../connection.js";
import { type CampaignKitError, unheard } from "../error.js";
import type { Live } from "../live.js";
import type { Operation, Work } from "../operation.js";
import { callable, parseWork } from "../options.js";
import { type Pages, paged } from "../pages.js";
import { callOf, type LiveAnswer, type LiveQuery } from "../query.js";
import type { Reader } from "../session.js";
import type { Commit, UserId } from "../types.js";

/** What a session is made of. */
export abstract class SessionBase {
  readonly #caller: Caller;
  readonly #live: Live;
  readonly #user_id: UserId;

  /** @internal */
  constructor(caller: Caller, live: Live, user_id: UserId) {
    this.#caller = caller;
    this.#live = live;
    this.#user_id = user_id;
  }

  /**
   * Calls back with the result of a query: first as it is now, with `null` for the commit, then after transactions of
   * any tab that may have changed it: once for each, or once for all that were committed while a result was on its way.
   * The last result is always that after the last transaction. Changes of other lists, campaigns or users cause no
   * call. Call the returned function to unsubscribe.
   *
   * @param query `{ user: true }`, `{ accounts: ListAccounts }`, `{ campaigns: ListCampaigns }`, `{ campaign: id }`, or
   *   the prospects or tasks of a campaign, `{ prospects: id, status, limit, cursor }` and `{ tasks: id, … }`.
   * @param callback Gets the result, as of the transaction or a later one, and the commit: of several the last one;
   *   {@link Session.onCommit} reports each.
   * @param failed Gets the error if there is no result: `campaign_not_found` once the campaign was deleted;
   *   `invalid_input` for a query that is none. Where it is not given, errors are uncaught, but for `closed`.
   * @throws `invalid_input` for a callback that is no function; what a callback throws is uncaught, and stops nothing.
   */
  subscribe<Query extends LiveQuery>(
    query: Query,
    callback: (answer: LiveAnswer<Query>, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void = unheard,
  ): () => void {
    callable("callback", callback);
    callable("failed", failed);
    const asked = (async () => callOf(query))();
    asked.catch(() => {});
    const read = async (through: Caller) => {
      const [operation, ...args] = await asked;
      return through.call(operation, [this.#user_id, ...args]);
    };
    return this.#live.subscribe(this.#user_id, read, { callback, failed });
  }

  /**
   * The same for anything that is read: calls back with the result of a function, first as it is now and then after the
   * commits that concern what the function read, as the engine knows of each operation. What changes by time alone, as
   * what {@link Session.explain} says, causes no call.
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
    return this.#live.subscribe(this.#user_id, async (through) => read(this.#reader(through)), { callback, failed });
  }

  /**
   * The calls that a function makes before it waits for the result of one, as text: two functions of the same text that
   * differ in these read something else. @internal
   */
  firstCalls(read: (me: Reader) => unknown): string {
    const calls: unknown[] = [];
    const call = (...made: unknown[]) => {
      calls.push(made);
      return new Promise<never>(() => {});
    };
    (async () => read(this.#reader({ call })))().catch(() => {});
    return JSON.stringify(calls);
  }

  #reader(through: Caller): Reader {
    const Session = this.constructor as new (caller: Caller, live: Live, user_id: UserId) => Reader;
    return new Session(through, this.#live, this.#user_id);
  }

  /**
   * Calls back once for every transaction that changed objects of the user, in any tab. Call the returned function to
   * end it.
   */
  onCommit(callback: (commit: Commit) => void): () => void {
    callable("callback", callback);
    return this.#live.listen(this.#user_id, callback, unheard);
  }

  /** @internal */
  protected call<Answer>(operation: Operation, ...args: unknown[]): Promise<Answer> {
    return this.#caller.call(operation, [this.#user_id, ...args]);
  }

  /** A page, from which on all items can be read. @internal */
  protected list<Page extends { next_cursor: string | null }, Field extends keyof Page>(
    operation: Operation,
    field: Field,
    query: object,
    ...of: string[]
  ): Pages<Page, Field> {
    return paged(field, (cursor) => this.call(operation, ...of, cursor === undefined ? query : { ...query, cursor }));
  }

  /** The clock of the database. @internal */
  protected get clock(): Clock {
    return this.#live.clock;
  }

  /** @internal */
  protected async work<Answer>(work: Work | undefined, operation: Operation, ...args: unknown[]): Promise<Answer> {
    return await this.#caller.call(operation, [this.#user_id, ...args], parseWork(work));
  }
}

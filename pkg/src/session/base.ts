/** What all operations of a user share: whom they act for, and how they are called. */

import type { Clock } from "../clock.js";
import type { Caller } from "../connection.js";
import { type CampaignKitError, unheard } from "../error.js";
import type { Audience, Live } from "../live.js";
import type { Operation, Work } from "../operation.js";
import { callable, parseWork } from "../options.js";
import { type Pages, paged } from "../pages.js";
import { callOf, type LiveAnswer, type LiveQuery } from "../query.js";
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
    return this.keep(read, { callback, failed });
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

  /** Keeps the result of a reading up to date; it makes its calls through what it is given. @internal */
  protected keep(read: (through: Caller) => Promise<unknown>, audience: Audience): () => void {
    return this.#live.subscribe(this.#user_id, read, audience);
  }

  /** A session of the same user that makes its calls through something else. @internal */
  protected through(caller: Caller): this {
    const Session = this.constructor as new (caller: Caller, live: Live, user_id: UserId) => this;
    return new Session(caller, this.#live, this.#user_id);
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

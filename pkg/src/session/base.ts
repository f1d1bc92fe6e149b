/** What all operations of a user share: whom they act for, and how they are called. */

import type { Connection } from "../connection.js";
import type { CampaignKitError } from "../error.js";
import type { Live } from "../live.js";
import type { Operation, Work } from "../operation.js";
import { callable, parseWork } from "../options.js";
import type { LiveAnswer, LiveQuery } from "../query.js";
import type { Commit } from "../types.js";

/** What a session is made of. */
export abstract class SessionBase {
  readonly #connection: Connection;
  readonly #live: Live;
  readonly #user_id: string;

  /** @internal */
  constructor(connection: Connection, live: Live, user_id: string) {
    this.#connection = connection;
    this.#live = live;
    this.#user_id = user_id;
  }

  /** Whether both act for the same user of the same open database. @internal */
  isSame(other: SessionBase): boolean {
    return this.#live === other.#live && this.#user_id === other.#user_id;
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
   *   `invalid_input` for a query that is none.
   * @throws `invalid_input` for a callback that is no function; what a callback throws is uncaught, and stops nothing.
   */
  subscribe<Query extends LiveQuery>(
    query: Query,
    callback: (answer: LiveAnswer<Query>, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void = () => {},
  ): () => void {
    callable("callback", callback);
    callable("failed", failed);
    return this.#live.subscribe(this.#user_id, query, callback, failed);
  }

  /**
   * Calls back once for every transaction that changed objects of the user, in any tab. Call the returned function to
   * end it.
   */
  onCommit(callback: (commit: Commit) => void): () => void {
    callable("callback", callback);
    return this.#live.listen(this.#user_id, callback);
  }

  /** @internal */
  protected call<Answer>(operation: Operation, ...args: unknown[]): Promise<Answer> {
    return this.#connection.call(operation, [this.#user_id, ...args]);
  }

  /** @internal */
  protected async work<Answer>(work: Work | undefined, operation: Operation, ...args: unknown[]): Promise<Answer> {
    return await this.#connection.call(operation, [this.#user_id, ...args], parseWork(work));
  }
}

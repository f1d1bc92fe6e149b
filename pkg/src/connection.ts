/** The connection to an open database: calls, and commits. */

import type { Clock } from "./clock.js";
import type { Operation, Work } from "./operation.js";
import type { Storage } from "./options.js";
import type { Commit, Recovery, Topic } from "./types.js";

/**
 * What runs the engine: a worker in the browser, this thread in Node. Failures are rejections with a
 * `CampaignKitError`.
 *
 * @internal
 */
export interface Connection extends Caller {
  readonly storage: Storage;
  readonly clock: Clock;
  /**
   * From the operation `watch` on, reports every commit of that user, and from `watchAll` on those of all;
   * `"reconnected"` when some may be missing.
   */
  follow(follower: Follower): void;
  onOutdated(callback: () => void): () => void;
  close(): Promise<void>;
}

/** Performs operations. @internal */
export interface Caller {
  call<Answer>(operation: Operation, args: unknown[], work?: Work): Promise<Answer>;
}

/** @internal */
export type Follower = (followed: Followed | "reconnected") => void;

/** What happened to the database, for those who follow it. @internal */
export type Followed =
  | { readonly commits: CommitNotice[] }
  /** Another database took its place; the numbers of the last events there, by the users who are followed. */
  | { readonly replaced: Record<string, number> };

/** A commit, and what each of its events concerns. @internal */
export interface CommitNotice extends Commit {
  readonly concerns: Topic[][];
}

/** The commits after an event: up to 500 events at once. @internal */
export interface Missed {
  readonly commits: CommitNotice[];
  readonly more: boolean;
}

/** What is readable of a database that cannot be opened. */
export interface Recovered {
  /** A SQLite file with it, for `replaceDatabase`. */
  database: Blob;
  report: Recovery;
}

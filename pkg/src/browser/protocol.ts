/**
 * The messages between pages and workers.
 *
 * Tabs of different versions of the package meet, so the messages of the lobby and their meaning never change.
 */

import type { Followed } from "../connection.js";
import type { EngineCall } from "../operation.js";
import type { ParsedOptions } from "../options.js";
import type { ErrorShape } from "../types.js";
import type { Build } from "./version.js";

/** How the worker opens its database. */
export interface Opening {
  readonly options: ParsedOptions;
  /** The name under which it serves other tabs; without one it serves none. */
  readonly owner?: string;
  /** For a damaged database: it can only be recovered or replaced. */
  readonly isRescue?: boolean;
}

/** To a worker. `id` counts the calls of a page; `told` says whether it wants to know the progress of a long one. */
export type ToEngine =
  | { readonly id: number; readonly open: Opening }
  | { readonly id: number; readonly operation: EngineCall; readonly args: unknown[]; readonly told: boolean }
  /** The call with this id is not wanted any more: it happens wholly, or not at all. */
  | { readonly cancel: number }
  /**
   * The page got the report that is the last chance to cancel this call, and still wants it: the worker waits for this
   * before it commits. So it does with the update of a database of an older version, before which the page may end it.
   */
  | { readonly heard: number };

/** The outcome of a call. After a `fatal` one the worker ends. */
export type Outcome = { readonly value: unknown } | { readonly error: ErrorShape; readonly fatal: boolean };

/** From a worker to one page. */
export type FromEngine =
  | ({ readonly id: number } & Outcome)
  /** Rows of a list in the result that follows: a long list at once would block a page's thread for too long. */
  | { readonly id: number; readonly list: string; readonly rows: unknown[] }
  | { readonly id: number; readonly done: number; readonly total: number; readonly isLastChance: boolean }
  /** This message of the page, counted from 0, could not be read: it nests deeper than this thread's stack allows. */
  | { readonly unreadable: number }
  | { readonly followed: Followed };

/** In the channel that all tabs of a database share. */
export type InLobby =
  /** A tab looks for the owner, which replies on the tab's own channel. */
  | { readonly hello: string; readonly build: Build }
  /** A worker has opened the database. */
  | { readonly here: string; readonly build: Build }
  /** A tab wants to know whether the owner lives. */
  | { readonly ping: string }
  | { readonly alive: string }
  /** How much of the update of a database of an older version is done, of how much. */
  | { readonly updated: number; readonly total: number }
  | { readonly owner: string; readonly followed: Followed };

/** In the channel of one tab, to it. From it come calls. */
export type ToTab =
  | FromEngine
  | { readonly welcome: string }
  /** The owner runs another version of the package. */
  | { readonly refused: Build }
  /** The owner ends in an orderly way: it did not perform the calls that it did not finish. */
  | { readonly gone: string };

export const lobbyOf = (name: string): string => `campaignkit:${name}`;
/** The channel of one tab, and the lock that it holds as long as it is alive and not frozen. */
export const channelOf = (name: string, client: string): string => `campaignkit:${name}:${client}`;

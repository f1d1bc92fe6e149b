/** The operations, and which of them are long. */

import { LONG, ON_DEMAND } from "./operation-table.js";

/** The engine's operations, by their names. @internal */
export type Operation = Exclude<
  keyof import("./wasm/campaignkit.js").Engine,
  "storage" | "close" | "free" | "commits" | "beginBatch" | "commitBatch" | `${string}Paced` | symbol
> | "watchAll";

/** Every call that a worker takes. @internal */
export type EngineCall = Operation | "close" | "recover" | "replace";

/** @internal */
export function isOperation(call: EngineCall): call is Operation {
  return call !== "close" && call !== "recover" && call !== "replace";
}

/** @internal */
export type LongOperation = (typeof LONG)[number];

/** @internal */
export function isLong(operation: Operation): operation is LongOperation {
  return (LONG as readonly Operation[]).includes(operation);
}

const LOADED_ON_DEMAND: readonly EngineCall[] = ["importDatabase", "recover", "replace", ...ON_DEMAND];

/** Whether the engine loads the code of a call with the first of its kind. @internal */
export function isOnDemand(call: EngineCall): boolean {
  return LOADED_ON_DEMAND.includes(call);
}

/** Progress and cancellation of a long operation. */
export interface Work {
  /**
   * Called as the work proceeds, with how much is done of how much: lines of a file and, where they suppress, the open
   * prospects of active and paused campaigns; leads of a list, prospects of a campaign and, where it is deleted,
   * messages that were handed out; of suppressions, each address and profile once for every campaign in which it is
   * looked for and, where a domain is among them, the prospects of email campaigns. The last quarter of a change is
   * storing it. Where it throws before, the operation is rejected with `cancelled`, whose `cause` is what it threw, and
   * nothing was changed. A deletion of more than some thousands is done when the first of them are removed: what it throws
   * after that only leaves the removal of the rest for later. What it returns, a promise too, means nothing. `open` calls it
   * only where the tables of the database are of an older version.
   */
  onProgress?: (done: number, total: number) => void;
  /** Aborting it rejects the operation with `cancelled`, unless it is done; nothing was changed then. */
  signal?: AbortSignal;
}

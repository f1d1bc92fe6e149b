/** Calls of the engine beyond its operations, the same in a worker and in Node. */

import type { Recovered } from "./connection.js";
import type { EngineCall, LongOperation, Operation } from "./operation.js";
import { shapeOf } from "./error.js";
import type { ErrorShape, Recovery, UserPage } from "./types.js";
import type { Engine, Rescue } from "./wasm/campaignkit.js";

/**
 * Performs a long operation, in one transaction.
 *
 * @param pause Gets, now and then, how much is done of how much, and returns whether to go on. After the last chance the
 *   change is stored, which nothing stops.
 */
export function performPaced(
  engine: Engine,
  operation: LongOperation,
  args: unknown[],
  pause: (done: number, total: number, isLastChance: boolean) => Promise<boolean>,
): Promise<unknown> {
  return (engine[`${operation}Paced`] as (...args: unknown[]) => Promise<unknown>).call(engine, ...args, pause);
}

/** Performs any other operation. */
export function perform(engine: Engine, operation: Operation, args: unknown[]): unknown {
  if (operation === "exportDatabase") return exported((piece) => engine.exportDatabase(piece));
  if (operation === "watchAll") return lastEvents(engine, [EVERYONE]);
  return (engine[operation] as (...args: unknown[]) => unknown).call(engine, ...args);
}

/** The most calls that are stored together. */
export const MOST_TOGETHER = 64;

export type Result = { readonly value: unknown } | { readonly error: ErrorShape };

/**
 * Performs calls that are stored together, and fail together where that fails; each fails alone for any other reason. It
 * ends before a call that must be alone, for which there is no result.
 *
 * @param results Gets a result for each call. Nobody may be told of it before the end. If the engine traps, the call that
 *   has none did it.
 */
export function performTogether(
  engine: Engine,
  calls: readonly { readonly operation: Operation; readonly args: unknown[] }[],
  results: Result[],
): void {
  engine.beginBatch();
  for (const { operation, args } of calls) {
    const result = attempt(() => perform(engine, operation, args));
    if ("error" in result && result.error.code === "in_scope") break;
    results.push(result);
  }
  const committed = attempt(() => engine.commitBatch());
  if ("error" in committed) results.fill(committed);
}

function attempt(run: () => unknown): Result {
  try {
    return { value: run() };
  } catch (thrown) {
    const error = shapeOf(thrown);
    if (!error) throw thrown;
    return { error };
  }
}

/** All users, where those are listed whose commits are reported; no user has this id. */
export const EVERYONE = "00000000-0000-0000-0000-000000000000";

/** The user whom this call watches, as commits name them; undefined for any other call. */
export function watched(operation: EngineCall, args: unknown[]): string | undefined {
  if (operation === "watchAll") return EVERYONE;
  return operation === "watch" && typeof args[0] === "string" ? args[0].toLowerCase() : undefined;
}

/** The numbers of the last events of those of these users that exist. */
export function lastEvents(engine: Engine, users: readonly string[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const user of users.includes(EVERYONE) ? [...users, ...everyone(engine)] : users) {
    try {
      numbers[user] = engine.watch(user);
    } catch (error) {
      if (shapeOf(error)?.code !== "user_not_found") throw error;
    }
  }
  return numbers;
}

function* everyone(engine: Engine): Iterable<string> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { users, next_cursor } = engine.listUsers({ limit: 200, cursor }) as UserPage;
    for (const { id } of users) yield id;
    cursor = next_cursor;
  }
}

/** One file of the pieces that are handed out; a browser may keep them outside memory. */
function exported(handOut: (take: (piece: Uint8Array) => void) => void): Blob {
  const pieces: Blob[] = [];
  handOut((piece) => pieces.push(new Blob([piece as BlobPart])));
  return new Blob(pieces, { type: "application/vnd.sqlite3" });
}

export function recovered(rescue: Rescue): Recovered {
  let report!: Recovery;
  const database = exported((take) => (report = rescue.recover(take) as Recovery));
  return { database, report };
}

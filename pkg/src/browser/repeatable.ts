/** Which calls are sent again to a new owner of the database, when the last one ended before it returned a result. */

import { CREATES, READS, REPEATABLE } from "../operation-table.js";
import type { EngineCall } from "../operation.js";
import { uuidv7 } from "../uuid.js";

/** Calls that are not in the table of operations and may be repeated, too. */
const REPEATABLE_TOO: readonly EngineCall[] = ["watch", "commitsAfter", "exportDatabase", "watchAll"];

/** Whether there are arguments with which the operation may be repeated. */
export function mayBeRepeated(operation: EngineCall): boolean {
  return (
    Object.hasOwn(READS, operation) ||
    (REPEATABLE as readonly EngineCall[]).includes(operation) ||
    REPEATABLE_TOO.includes(operation)
  );
}

/** Whether a call, with the copy of its arguments, may be repeated. */
export function isRepeatable(operation: EngineCall, args: readonly unknown[]): boolean {
  if (!(CREATES as readonly EngineCall[]).includes(operation)) return mayBeRepeated(operation);
  return typeof (args[1] as { id?: unknown } | null)?.id === "string";
}

/** The arguments of a call, with an id for what it creates, so that it may be repeated. */
export function withId(operation: EngineCall, args: unknown[]): unknown[] {
  if (!(CREATES as readonly EngineCall[]).includes(operation)) return args;
  const [user_id, request, ...rest] = args;
  const { id, ...given } = plainRequest(request) ?? { id: false };
  if (id !== undefined && id !== null) return args;
  // First: of what has too many parts, the engine reads no more after a while.
  return [user_id, { id: uuidv7(), ...given }, ...rest];
}

/** A copy of the request, unless it is something else, of which the engine says what is wrong. */
function plainRequest(request: unknown): Record<string, unknown> | undefined {
  if (typeof request !== "object" || request === null) return undefined;
  try {
    return Object.getPrototypeOf(request) === Object.prototype ? { ...request } : undefined;
  } catch {
    // A getter threw.
    return undefined;
  }
}

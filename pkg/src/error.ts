/** Errors: the one shape of every boundary, and the `Error` that carries it. */

import type { ErrorCode, ErrorShape } from "./types.js";

/** The process that has a database file of Node open: with `other_owner`, where it is known. */
export interface Owner {
  /** Its id, in its container. */
  readonly pid?: number | undefined;
  /** The name of the script that it runs, without its folder. */
  readonly program?: string | undefined;
}

export interface CampaignKitError extends ErrorShape, Owner {}

/**
 * Why an operation did nothing: `kind` says what to do about it, `code` what happened, `issues` which fields of an
 * `invalid_input` are wrong. The same on every platform and for every storage.
 */
export class CampaignKitError extends Error {
  override readonly name = "CampaignKitError";

  constructor(shape: ErrorShape & Owner, options?: ErrorOptions) {
    super(shape.message, options);
    Object.assign(this, shape);
  }
}

/**
 * What the engine threw, as a plain object that survives `structuredClone`; undefined if it is not one of its errors.
 */
export function shapeOf(thrown: unknown): ErrorShape | undefined {
  if (!(thrown instanceof Error) || thrown.name !== "CampaignKitError") return undefined;
  const { name: _, ...shape } = thrown as Error & ErrorShape;
  return { ...shape, message: thrown.message };
}

/** Runs the app's code: its errors are the app's, and stop nothing here. */
export function guarded(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The result of `run`; undefined if it throws. */
export function tried<Answer>(run: () => Answer): Answer | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

export const closed = unavailable("closed", "the database is closed");

export const otherOwner = unavailable("other_owner", "another owner has this database open");

export const busy = unavailable("busy", "the tab that has this database open does not answer");

export const ownerLost = unavailable(
  "owner_lost",
  "the tab that ran this call ended before it answered: the call may have been done or not",
);

export const cancelled = unavailable("cancelled", "the call was cancelled and changed nothing");

export const bug: ErrorShape = {
  kind: "internal",
  code: "bug",
  status: 500,
  message: "the engine broke a promise of its own",
};

export const unreadable = storageUnavailable("the file cannot be read");

export function storageUnavailable(message: string): ErrorShape {
  return unavailable("storage_unavailable", message);
}

export function unavailable(code: ErrorCode, message: string): ErrorShape {
  return { kind: "unavailable", code, status: 503, message };
}

/** Errors: the one shape of every boundary, and the `Error` that carries it. */

import type { ErrorShape, Issue } from "./types.js";

/** The process that has a database file of Node open: with `other_owner`, where it is known. */
export interface Owner {
  /** Its id, in its container. */
  readonly pid?: number | undefined;
  /** The name of the script that it runs, without its folder. */
  readonly program?: string | undefined;
}

/**
 * Why an operation did nothing: `kind` says what to do about it, `code` what happened, and with some codes there are
 * further fields, as the `issues` of an `invalid_input`. The same on every platform and for every storage.
 */
export type CampaignKitError = Error & { readonly name: "CampaignKitError" } & Shape;

/** The shape of an error, with what only the package knows. */
type Shape = Exclude<ErrorShape, { code: "other_owner" }> | (Extract<ErrorShape, { code: "other_owner" }> & Owner);

/** The class of all errors. Once it is known that an error is one, its `code` says which fields it has. */
export const CampaignKitError = class CampaignKitError extends Error {
  override readonly name = "CampaignKitError";

  constructor(shape: ErrorShape & Owner, options?: ErrorOptions) {
    super(shape.message, options);
    Object.assign(this, shape);
  }
} as unknown as CampaignKitErrorClass;

/** What {@link CampaignKitError} is as a value. */
export interface CampaignKitErrorClass {
  new (shape: Shape, options?: ErrorOptions): CampaignKitError;
  readonly prototype: CampaignKitError;
}

/**
 * An issue as a sentence that stands alone, such as "name must not be empty". A name that a caller made up is on one
 * line of it, with at most 100 characters.
 */
export function issueText({ path, message }: Issue): string {
  const name = path.replace(/\p{Cc}/gu, "\ufffd").replace(/^(.{100}).+/su, "$1…");
  return `${name || "the request"} ${message}`;
}

/**
 * What the engine threw, as a plain object that survives `structuredClone`; undefined if it is not one of its errors.
 */
export function shapeOf(thrown: unknown): ErrorShape | undefined {
  if (!(thrown instanceof Error) || thrown.name !== "CampaignKitError") return undefined;
  const { name: _, ...shape } = thrown as Error & ErrorShape;
  return { ...shape, message: thrown.message };
}

/** What becomes of errors that nobody asked for: they are uncaught, unless the app closed the database itself. */
export function unheard(error: CampaignKitError): void {
  if (error.code !== "closed") throw error;
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

export const otherOwner = unavailable("other_owner", "another tab, worker or process has the database open");

export const busy = unavailable("busy", "the tab that has the database open does not answer");

export const ownerLost = unavailable(
  "owner_lost",
  "the tab that ran the call ended before the result was there: the call may have been done or not",
);

export const cancelled = unavailable("cancelled", "the operation was cancelled, and changed nothing");

export const bug: ErrorShape = {
  kind: "internal",
  code: "bug",
  status: 500,
  message: "campaignkit broke a promise of its own: please report this bug",
};

export const unreadable = storageUnavailable("the file cannot be read, or was changed since it was chosen");

export function storageUnavailable(message: string) {
  return unavailable("storage_unavailable", message);
}

/** An error of a code that has no further fields. */
export function unavailable<Code extends Unavailable>(code: Code, message: string) {
  return { kind: "unavailable", code, status: 503, message } as const;
}

type Unavailable = Extract<ErrorShape, { kind: "unavailable" }>["code"];

/** What `open` takes, and how it becomes something that cannot be wrong. */

import { CampaignKitError } from "./error.js";
import type { Issue } from "./types.js";

/** Where a database lives: in this process only, in the browser's origin-private file system, or in a file. */
export type Storage = "memory" | "opfs" | "file";

/** Which database `open` opens. The storage is never guessed and never replaced by another one. */
export type OpenOptions =
  /** Gone when it is closed. Every platform. */
  | { storage: "memory" }
  /** Persistent in this origin. Browsers; the `name` is `"campaignkit"` where none is given. */
  | { storage: "opfs"; name?: string }
  /** A SQLite file, made where there is none. Node. */
  | { storage: "file"; path: string };

const FIELDS = { memory: [], opfs: ["name"], file: ["path"] } as const satisfies Record<Storage, readonly string[]>;
const STORAGES = Object.keys(FIELDS);

/** The options with their defaults. Throws `invalid_input` with every issue. */
export function parseOptions(options: unknown): Required<OpenOptions> {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalid([wrongType("", "an object")]);
  const { storage, ...rest } = options as Record<string, unknown>;
  if (storage === undefined || storage === null) throw invalid([required("storage")]);
  if (typeof storage !== "string") throw invalid([wrongType("storage", "text")]);
  if (!isStorage(storage)) {
    const message = `must be one of: ${STORAGES.join(", ")}`;
    throw invalid([{ path: "storage", code: "unknown_value", message, allowed: STORAGES }]);
  }

  const known: readonly string[] = FIELDS[storage];
  const issues: Issue[] = Object.keys(rest)
    .filter((field) => !known.includes(field))
    .map((path) => ({ path, code: "unknown_field", message: "is not an option of this storage" }));
  for (const path of known) {
    const value = rest[path] ?? undefined;
    if (value === undefined && path === "name") rest[path] = "campaignkit";
    else if (value === undefined) issues.push(required(path));
    else if (typeof value !== "string") issues.push(wrongType(path, "text"));
    else if (value === "") issues.push({ path, code: "empty", message: "must not be empty" });
  }
  if (issues.length > 0) throw invalid(issues);
  return { storage, ...rest } as Required<OpenOptions>;
}

function isStorage(text: string): text is Storage {
  return Object.hasOwn(FIELDS, text);
}

function required(path: string): Issue {
  return { path, code: "required", message: "must be given" };
}

function wrongType(path: string, expected: string): Issue {
  return { path, code: "wrong_type", message: `must be ${expected}`, expected };
}

function invalid(issues: Issue[]): CampaignKitError {
  const message = `the options have ${issues.length} field${issues.length === 1 ? "" : "s"} to fix`;
  return new CampaignKitError({ kind: "invalid", code: "invalid_input", status: 400, message, issues });
}

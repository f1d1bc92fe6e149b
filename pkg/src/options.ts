/** The options of `open`, and how they are checked. */

import type { Work } from "./operation.js";
import { CampaignKitError, issueText } from "./error.js";
import { sendable } from "./arguments.js";
import type { ErrorShape, Issue } from "./types.js";

/** Where a database lives: in this process only, in the browser's origin-private file system, or in a file. */
export type Storage = "memory" | "opfs" | "file";

/** Which database `open` opens. The storage is never guessed and never replaced by another one. */
export type OpenOptions = Location & {
  /**
   * A clock that only moves when `Kit.advance` moves it, and randomness, ids included, that follows from a seed:
   * the same calls give the same database, on every platform. For tests.
   */
  simulated?: Simulated | undefined;
};

type Location =
  /** Gone when it is closed. Every platform. */
  | { storage: "memory" }
  /** Persistent in this origin. Browsers; the `name` is `"campaignkit"` where none is given. */
  | { storage: "opfs"; name?: string | undefined }
  /**
   * A SQLite file, created if there is none. Node. `wait_ms`, 0–86,400,000, is how long to wait for another owner of
   * the file to close it, 0 where none is given.
   */
  | { storage: "file"; path: string; wait_ms?: number | undefined };

/** How a simulation begins. */
export interface Simulated {
  /**
   * An integer from 0. The same seed gives the same ids: an existing database needs another seed than the one that made
   * it.
   */
  seed: number;
  /** Where the clock stands, as RFC 3339. */
  now: string;
}

type ParsedLocation =
  | { storage: "memory" }
  | { storage: "opfs"; name: string }
  | { storage: "file"; path: string; wait_ms: number };

/** The options, checked and with their defaults. */
export type ParsedOptions = ParsedLocation & { readonly simulated: Simulation | undefined };

/** A checked {@link Simulated}. */
export interface Simulation {
  readonly seed: number;
  readonly now_ms: number;
}

const FIELDS = {
  memory: [],
  opfs: ["name"],
  file: ["path", "wait_ms"],
} as const satisfies Record<Storage, readonly string[]>;
/** A day. */
const LONGEST_WAIT_MS = 86_400_000;
const STORAGES = Object.keys(FIELDS);

/** Throws `invalid_input` with every issue. */
export function parseOptions(options: unknown): ParsedOptions {
  const given = record(sendable([options])[0]);
  if (!given) throw invalid([wrongType("", "an object")]);
  const { storage, simulated, ...rest } = given;
  if (storage === undefined || storage === null) throw invalid([required("storage")]);
  if (typeof storage !== "string") throw invalid([wrongType("storage", "text")]);
  if (!isStorage(storage)) {
    const message = `must be one of: ${STORAGES.join(", ")}`;
    throw invalid([{ path: "storage", code: "unknown_value", message, allowed: STORAGES }]);
  }

  const known: readonly string[] = FIELDS[storage];
  const issues = unknownFields(rest, ["storage", ...known, "simulated"]);
  for (const path of known) {
    const value = rest[path] ?? undefined;
    if (path === "wait_ms") {
      const issue = integerIssue(path, (rest[path] = value ?? 0), 0, LONGEST_WAIT_MS);
      if (issue) issues.push(issue);
    } else if (value === undefined && path === "name") rest[path] = "campaignkit";
    else if (value === undefined) issues.push(required(path));
    else if (!isText(value)) issues.push(wrongType(path, "text"));
    else if (value === "") issues.push({ path, code: "empty", message: "must not be empty" });
  }
  const simulation = parseSimulated(simulated ?? undefined, issues);
  if (issues.length > 0) throw invalid(issues);
  return { storage, ...rest, simulated: simulation } as ParsedOptions;
}

function parseSimulated(simulated: unknown, issues: Issue[]): Simulation | undefined {
  if (simulated === undefined) return undefined;
  const given = record(simulated);
  if (!given) {
    issues.push(wrongType("simulated", "an object"));
    return undefined;
  }
  const { seed, now, ...rest } = given;
  for (const issue of unknownFields(rest, ["seed", "now"], "simulated.")) issues.push(issue);
  const wrongSeed = integerIssue("simulated.seed", seed, 0);
  if (wrongSeed) issues.push(wrongSeed);
  if (now === undefined || now === null) issues.push(required("simulated.now"));
  const now_ms = parseInstant("simulated.now", now ?? "1970-01-01T00:00:00Z", issues);
  return { seed: seed as number, now_ms };
}

/** Milliseconds since the Unix epoch of an instant as RFC 3339; NaN for anything else, with an issue. */
export function parseInstant(path: string, value: unknown, issues: Issue[]): number {
  const instant_ms = typeof value === "string" ? instant(value) : NaN;
  if (typeof value !== "string") issues.push(wrongType(path, "text"));
  else if (!(instant_ms >= 0)) {
    const message = "must be an instant as RFC 3339, such as 2026-04-22T10:00:00Z";
    issues.push({ path, code: "malformed_instant", message });
  }
  return instant_ms;
}

function instant(text: string): number {
  const local = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text)?.[1];
  const there = Date.parse(`${local}Z`);
  // Some engines take the 30th of February for the 2nd of March.
  return !Number.isNaN(there) && new Date(there).toISOString().startsWith(`${local}.`) ? Date.parse(text) : NaN;
}

/** The issue of a value that must be an integer. */
export function integerIssue(
  path: string,
  value: unknown,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): Issue | undefined {
  if (value === undefined || value === null) return required(path);
  if (typeof value !== "number") return wrongType(path, "a number");
  if (!Number.isInteger(value)) return { path, code: "not_integer", message: "must be an integer" };
  if (value >= min && value <= max) return undefined;
  return { path, code: "out_of_range", message: `must be between ${min} and ${max}`, min, max };
}

/** The options for watching and cancelling a long operation, checked; throws `invalid_input` with every issue. */
export function parseWork(work: unknown): Work | undefined {
  if (work === undefined || work === null) return undefined;
  const onProgress = read(work, "onProgress") ?? undefined;
  const issues: Issue[] = [];
  if (typeof work !== "object") issues.push(wrongType("work", "an object"));
  if (onProgress !== undefined && typeof onProgress !== "function")
    issues.push(wrongType("work.onProgress", "a function"));
  const signal = parseSignal("work.signal", read(work, "signal"), issues);
  if (issues.length > 0) throw invalid(issues);
  return { onProgress, signal } as Work;
}

/** The signal, if there is one; what is none is an issue. */
export function parseSignal(path: string, value: unknown, issues: Issue[]): AbortSignal | undefined {
  const signal = value ?? undefined;
  if (signal !== undefined && !isSignal(signal)) issues.push(wrongType(path, "an AbortSignal"));
  return signal as AbortSignal | undefined;
}

/** A signal of another window or of a library counts, too. */
function isSignal(value: unknown): boolean {
  return typeof read(value, "aborted") === "boolean" && typeof read(value, "addEventListener") === "function";
}

/** A field of any value; NaN, which no option accepts, if a getter throws. */
function read(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return NaN;
  }
}

/** Throws `invalid_input` for anything but a function. */
export function callable(argument: string, value: unknown): void {
  if (typeof value !== "function") throw invalid([wrongType(argument, "a function")]);
}

/** Half a surrogate pair is not text: storing it would change it. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

export function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord =
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function isStorage(text: string): text is Storage {
  return Object.hasOwn(FIELDS, text);
}

export function required(path: string): Issue {
  return { path, code: "required", message: "must be given" };
}

export function wrongType(path: string, expected: string): Issue {
  return { path, code: "wrong_type", message: `must be ${expected}`, expected };
}

/** The fields that are none of the known ones. Of those that are only counted, all are as the first. */
export function unknownFields(given: object, known: readonly string[], prefix = ""): Issue[] {
  const issues: Issue[] = [];
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    issues.push(issues.length < UNKNOWN_FIELDS_MAX ? unknownField(name, known, prefix) : issues[0]!);
  }
  return issues;
}

/** The closest one has the most pairs of letters in common with the field. */
function unknownField(name: string, known: readonly string[], prefix: string): Issue {
  const given = name.replace(/[-_]/g, "").toLowerCase();
  const inCommon = (candidate: string) =>
    [...candidate.replace("_", "")].filter((letter, at, all) => given.includes(letter + all[at + 1])).length;
  const closest = known.reduce((best, other) => (inCommon(other) > inCommon(best) ? other : best));
  const message = `is not a field of this request: the closest one is ${closest}`;
  return { path: prefix + name, code: "unknown_field", message, closest };
}

/** In the engine's form: the first 20 unknown fields are named, the others counted. */
export function invalid(found: Issue[]): CampaignKitError {
  const more = found.length - 1;
  const message = found.slice(0, 1).map(issueText) + (more > 0 ? `; ${more} more field${more > 1 ? "s" : ""}` : "");
  let unknown = 0;
  const issues = found.filter(({ code }) => code !== "unknown_field" || ++unknown <= UNKNOWN_FIELDS_MAX);
  const more_issues = found.length - issues.length;
  const shape: ErrorShape = { kind: "invalid", code: "invalid_input", status: 400, message, issues };
  return new CampaignKitError(more_issues > 0 ? { ...shape, more_issues } : shape);
}

const UNKNOWN_FIELDS_MAX = 20;

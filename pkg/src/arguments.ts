/** The arguments of a call, copied as plain data for the engine, and the files among them. */

import type { EngineCall } from "./operation.js";
import { CampaignKitError, unreadable } from "./error.js";

/**
 * The arguments. Anything that cannot be sent to a worker is replaced by a value that the engine does not accept
 * anywhere.
 */
export function sendable(args: readonly unknown[]): unknown[] {
  let left: number;
  const above: unknown[] = [];
  const copy = (read: () => unknown, depth: number): unknown => {
    // No argument is a number, and bytes are an argument by themselves.
    const refused = depth === 0 ? NaN : new ArrayBuffer(0);
    try {
      const value = read();
      if (left-- <= 0) return refused;
      if (typeof value === "function" || typeof value === "symbol" || depth > DEEPEST) return refused;
      // A cyclic value would never end.
      above.length = depth;
      if (above.includes(value)) return refused;
      if (typeof value !== "object" || value === null || isBlob(value)) return value;
      above.push(value);
      if (Array.isArray(value)) {
        const items: unknown[] = [];
        for (let i = 0; i < value.length && left >= 0; i++) items.push(copy(() => value[i], depth + 1));
        return items;
      }
      if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new Uint8Array(value).slice();
      const fields: [string, unknown][] = [];
      for (const key of Object.keys(value)) {
        if (left < 0) break;
        fields.push([key, copy(() => (value as Record<string, unknown>)[key], depth + 1)]);
      }
      return Object.fromEntries(fields);
    } catch {
      // A getter threw, or the buffer of the bytes is gone.
      return refused;
    }
  };
  return args.map((argument) => {
    left = MOST_VALUES;
    const made = copy(() => argument, 0);
    return left < 0 ? tooLong() : made;
  });
}

/**
 * Whether a list in it has more items than the engine reads: copying them would take long, and no getter needs to run.
 */
function isTooLong(argument: unknown): boolean {
  if (typeof argument !== "object" || argument === null || ArrayBuffer.isView(argument)) return false;
  const isLong = (value: unknown) => Array.isArray(value) && value.length > MOST_VALUES;
  try {
    const valueOf = (field: string): unknown => Object.getOwnPropertyDescriptor(argument, field)?.value;
    return Array.isArray(argument) ? isLong(argument) : Object.keys(argument).some((field) => isLong(valueOf(field)));
  } catch {
    // A getter that throws is handled when it is read.
    return false;
  }
}

function tooLong(): unknown[] {
  return new Array(MOST_VALUES + 1);
}

/**
 * The arguments, with long bytes as files, which are sent without being copied: each copy would block a page's thread.
 */
export function filed(args: unknown[]): unknown[] {
  return args.map((argument) => {
    try {
      const isBytes = argument instanceof Uint8Array || argument instanceof ArrayBuffer;
      if (isBytes && argument.byteLength > MOST_BYTES) return new Blob([argument as BlobPart]);
      return isTooLong(argument) ? tooLong() : argument;
    } catch {
      // The bytes are shared, their number may change, or they only look like bytes.
      return argument;
    }
  });
}

const OF_CSV_FILES: ReadonlySet<EngineCall> = new Set<EngineCall>([
  "previewCsv",
  "importCsv",
  "importCsvIntoList",
  "importSuppressions",
]);

/**
 * The arguments, with the bytes of files. Of a CSV file one byte more than the engine accepts is enough for a refusal.
 */
export function whole(args: unknown[], operation: EngineCall): Promise<unknown[]> {
  const most = OF_CSV_FILES.has(operation) ? MOST_CSV_BYTES + 1 : Infinity;
  const short = (file: Blob) => (file.size > most ? file.slice(0, most) : file);
  return Promise.all(args.map((argument) => (argument instanceof Blob ? bytesOf(short(argument)) : argument)));
}

/** Whether it can be read and sent as a file. Objects that only look like one, such as proxies in a browser, throw. */
export function isBlob(value: unknown): value is Blob {
  return value instanceof Blob && Blob.prototype.slice.call(value, 0, 0) instanceof Blob;
}

export async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await read(() => file.arrayBuffer()));
}

/** Throws `storage_unavailable` if it cannot be read, for example because the file was changed since it was chosen. */
export async function read<Answer>(reading: () => Promise<Answer>): Promise<Answer> {
  try {
    return await reading();
  } catch (cause) {
    throw new CampaignKitError(unreadable, { cause });
  }
}

export function hasFile(args: unknown[]): boolean {
  return args.some((argument) => argument instanceof Blob);
}

/** Copying fewer bytes is faster than reading a file in a worker. */
const MOST_BYTES = 65_536;

/**
 * The engine's bounds on depth and number of values. A larger argument is sent as a list that is one item too long,
 * which the engine refuses as it would the whole.
 */
const DEEPEST = 16;
const MOST_VALUES = 250_000;

/** The engine's bound. */
const MOST_CSV_BYTES = 256 * 2 ** 20;

/**
 * Copies the arguments as if they went to a worker: an argument means the same on every platform, and no getter of the
 * caller runs later or while the engine runs.
 */
export function cloned(args: unknown[]): unknown[] {
  try {
    // Chromium returns nothing for values that nest too deep.
    const short = args.map((argument) => (isTooLong(argument) ? tooLong() : argument));
    return (structuredClone(short) as unknown[] | null) ?? sendable(args);
  } catch {
    return sendable(args);
  }
}

/** Arguments on their way to the engine: plain data that is nobody else's. */

import { CampaignKitError, unreadable } from "./error.js";

/** The arguments with what cannot be sent to a worker replaced by what the engine accepts nowhere either. */
export function sendable(args: readonly unknown[]): unknown[] {
  let left = MOST_VALUES;
  const copy = (read: () => unknown, depth: number): unknown => {
    // No argument is a number, and bytes are an argument of their own.
    const refused = depth === 0 ? NaN : new ArrayBuffer(0);
    try {
      const value = read();
      if (typeof value === "function" || typeof value === "symbol") return refused;
      if (depth > DEEPEST || left-- <= 0) return refused;
      if (typeof value !== "object" || value === null || isBlob(value)) return value;
      // One item too many says that there are too many, and a list may be long without having any.
      if (Array.isArray(value))
        return Array.from({ length: Math.min(value.length, left + 1) }, (_, at) => copy(() => value[at], depth + 1));
      if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new Uint8Array(value).slice();
      const fields = value as Record<string, unknown>;
      return Object.fromEntries(Object.keys(fields).map((key) => [key, copy(() => fields[key], depth + 1)]));
    } catch {
      // A getter threw, or the buffer of the bytes is gone.
      return refused;
    }
  };
  return args.map((argument) => copy(() => argument, 0));
}

/**
 * The arguments, with long bytes as files, which are sent without being copied: each copy would hold a page's thread up.
 */
export function filed(args: unknown[]): unknown[] {
  return args.map((argument) => {
    try {
      const isBytes = argument instanceof Uint8Array || argument instanceof ArrayBuffer;
      return isBytes && argument.byteLength > MOST_BYTES ? new Blob([argument as BlobPart]) : argument;
    } catch {
      // The bytes are shared, their number may change, or this only looks like bytes.
      return argument;
    }
  });
}

/** The arguments, with the bytes of files. */
export function whole(args: unknown[]): Promise<unknown[]> {
  return Promise.all(args.map((argument) => (argument instanceof Blob ? bytesOf(argument) : argument)));
}

/** Whether it can be read and sent as a file. What only looks like one, as a proxy does in a browser, throws. */
export function isBlob(value: unknown): value is Blob {
  return value instanceof Blob && Blob.prototype.slice.call(value, 0, 0) instanceof Blob;
}

export async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await read(() => file.arrayBuffer()));
}

/** Throws `storage_unavailable` for what cannot be read, such as a file that was changed since it was chosen. */
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

/** Fewer are copied sooner than a worker reads a file. */
const MOST_BYTES = 65_536;

/** As deep as the engine reads, and as many values; cyclic objects end here, too. */
const DEEPEST = 16;
const MOST_VALUES = 250_000;

/**
 * Copies, as if they went to a worker: an argument means the same on every platform, and no getter of the caller's runs
 * later or while the engine does.
 */
export function cloned(args: unknown[]): unknown[] {
  try {
    // Chromium answers nothing for what nests too deep.
    return (structuredClone(args) as unknown[] | null) ?? sendable(args);
  } catch {
    return sendable(args);
  }
}

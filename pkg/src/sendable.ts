/** Arguments on their way to the engine: plain data that is nobody else's. */

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
      if (typeof value !== "object" || value === null || value instanceof Blob) return value;
      if (Array.isArray(value)) return value.map((item) => copy(() => item, depth + 1));
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

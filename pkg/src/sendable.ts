/** Arguments on their way to the engine: plain data that is nobody else's. */

/** The arguments with what cannot be sent to a worker replaced by bytes, which the engine accepts nowhere either. */
export function sendable(args: readonly unknown[]): unknown[] {
  return args.map((argument) => copy(() => argument));
}

function copy(read: () => unknown, depth = 0): unknown {
  try {
    const value = read();
    if (typeof value === "function" || typeof value === "symbol" || depth > DEEPEST) return new ArrayBuffer(0);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => copy(() => item, depth + 1));
    const fields = value as Record<string, unknown>;
    return Object.fromEntries(Object.keys(fields).map((key) => [key, copy(() => fields[key], depth + 1)]));
  } catch {
    // A getter threw.
    return new ArrayBuffer(0);
  }
}

/** Deeper than any request; here cyclic objects end, too. */
const DEEPEST = 16;

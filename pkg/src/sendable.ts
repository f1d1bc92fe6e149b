/** Arguments on their way to the engine: plain data that is nobody else's. */

/** The arguments with what cannot be sent to a worker replaced by bytes, which the engine accepts nowhere either. */
export function sendable(args: readonly unknown[]): unknown[] {
  let left = MOST_VALUES;
  const copy = (read: () => unknown, depth: number): unknown => {
    try {
      const value = read();
      if (typeof value === "function" || typeof value === "symbol") return new ArrayBuffer(0);
      if (depth > DEEPEST || left-- <= 0) return new ArrayBuffer(0);
      if (typeof value !== "object" || value === null) return value;
      if (Array.isArray(value)) return value.map((item) => copy(() => item, depth + 1));
      const fields = value as Record<string, unknown>;
      return Object.fromEntries(Object.keys(fields).map((key) => [key, copy(() => fields[key], depth + 1)]));
    } catch {
      // A getter threw.
      return new ArrayBuffer(0);
    }
  };
  return args.map((argument) => copy(() => argument, 0));
}

/** As deep as the engine reads, and as many values; cyclic objects end here, too. */
const DEEPEST = 16;
const MOST_VALUES = 100_000;

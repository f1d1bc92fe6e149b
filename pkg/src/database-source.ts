/** The database files that an app gives. */

import { invalid, wrongType } from "./options.js";
import { isBlob, read } from "./arguments.js";

/** The bytes of a SQLite file. */
export type DatabaseSource = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

/** The source as one file. Throws `invalid_input` for anything else. @internal */
export async function fileOf(source: DatabaseSource): Promise<Blob> {
  const given = bytesIn(source);
  if (!given) throw invalid([wrongType("source", "a Blob, bytes or a stream of bytes")]);
  return given instanceof Blob ? given : await read(() => new Response(given).blob());
}

function bytesIn(source: DatabaseSource): Blob | ReadableStream<Uint8Array> | undefined {
  try {
    // Anything that only looks like one of these throws here.
    if (source instanceof Blob) return isBlob(source) ? source : undefined;
    if (source instanceof ArrayBuffer || source instanceof Uint8Array) return new Blob([source as BlobPart]);
    return source instanceof ReadableStream ? source : undefined;
  } catch {
    return undefined;
  }
}

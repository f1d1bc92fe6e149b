/** Reading database files. */

import type { DatabaseSource } from "./connection.js";
import { invalid, wrongType } from "./options.js";
import { isBlob, read } from "./sendable.js";

/** The source as one file. Throws `invalid_input` for anything else. */
export async function fileOf(source: DatabaseSource): Promise<Blob> {
  const given = bytesIn(source);
  if (!given) throw invalid([wrongType("source", "a Blob, bytes or a stream of bytes")], "the request has");
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

/** Database files on their way in. */

import type { DatabaseSource } from "./client.js";
import { invalid, wrongType } from "./options.js";
import { read } from "./sendable.js";

/** The source as one file. Throws `invalid_input` for anything else. */
export async function fileOf(source: DatabaseSource): Promise<Blob> {
  if (source instanceof Blob) return source;
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) return new Blob([source as BlobPart]);
  if (source instanceof ReadableStream) return await read(() => new Response(source).blob());
  throw invalid([wrongType("source", "a Blob, bytes or a stream of bytes")], "the request has");
}

/** Texts that are read in parts. */

/** Some text, if any, and the cursor of what follows it. */
interface Part {
  csv: string;
  next_cursor: string | null;
}

/** Bytes that are read as they are consumed. */
export type ByteStream = ReadableStream<Uint8Array>;

/** The bytes of a text; each part is read when the consumer wants it. */
export function textStream(first: Part, read: (cursor: string) => Promise<Part>): ByteStream {
  const encoder = new TextEncoder();
  let part = first;
  return new ReadableStream(
    {
      async pull(controller) {
        while (!part.csv && part.next_cursor !== null) part = await read(part.next_cursor);
        if (part.csv) controller.enqueue(encoder.encode(part.csv));
        part = { ...part, csv: "" };
        if (part.next_cursor === null) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

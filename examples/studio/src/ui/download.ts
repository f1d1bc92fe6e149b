/** Hands a file to the person at the page. */

export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface FilePicker {
  /** Only some browsers have it. */
  showSaveFilePicker?(options: {
    suggestedName: string;
    types: { accept: Record<string, string[]> }[];
  }): Promise<FileSystemFileHandle>;
}

/**
 * Writes a CSV file piece by piece to the place that the person chooses; if the browser has no such choice, hands over
 * the whole file. A file that is not written to its end is left as it was.
 *
 * @returns Whether a place was chosen.
 * @throws What opening or reading the stream throws; a `DOMException` where the file cannot be written.
 */
export async function saveCsv(open: () => Promise<ReadableStream<Uint8Array>>, name: string): Promise<boolean> {
  const { showSaveFilePicker } = window as FilePicker;
  if (!showSaveFilePicker) {
    save(await blobOf(await open()), name);
    return true;
  }
  let file: FileSystemWritableFileStream;
  try {
    const handle = await showSaveFilePicker({ suggestedName: name, types: [{ accept: { "text/csv": [".csv"] } }] });
    file = await handle.createWritable();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") return false;
    throw thrown;
  }
  const stream = await open().catch(async (thrown: unknown) => {
    await file.abort();
    throw thrown;
  });
  await stream.pipeTo(file);
  return true;
}

async function blobOf(stream: ReadableStream<Uint8Array>): Promise<Blob> {
  const pieces: BlobPart[] = [];
  const write = (piece: Uint8Array) => void pieces.push(new Uint8Array(piece));
  await stream.pipeTo(new WritableStream({ write }));
  return new Blob(pieces, { type: "text/csv" });
}

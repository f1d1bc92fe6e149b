/**
 * Access handles that read and write in large pieces. SQLite reads and writes a page at a time, and its log in two
 * pieces for each. Where every call of a handle goes to another process, as in a private window of Chromium, which keeps
 * files in memory there, each would take half a millisecond.
 *
 * What was not flushed may be lost with the worker: what SQLite expects of any file.
 */

/** How much is read or written at once. */
const PIECE = 2 ** 18;

/** The most bytes between two reads in a row: in the log, the header of a page is between pages. */
const GAP = 24;

/**
 * How many bytes after a flush are passed on at once: a page of the log with its header. The last page of a commit goes
 * beyond its flush, and must not depend on whether there is room for the next commit.
 */
const BEYOND = 4096 + 24;

interface Handle {
  read(target: Uint8Array, at: At): number;
  write(source: Uint8Array, at: At): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface At {
  at: number;
}

/** What the declarations of pages do not have. */
interface HandleMaker {
  createSyncAccessHandle?: () => Promise<Handle>;
}

/** From now on, the handles that this worker takes are buffered. */
export function bufferHandles(): void {
  const maker = globalThis.FileSystemFileHandle?.prototype as HandleMaker | undefined;
  const take = maker?.createSyncAccessHandle;
  if (!take) return;
  maker.createSyncAccessHandle = async function () {
    return new BufferedHandle(await take.call(this));
  };
}

class BufferedHandle implements Handle {
  readonly #handle: Handle;
  /** What was written and not passed on: so many bytes of a piece, and where in the file they begin. */
  #pending: Uint8Array | undefined;
  #length = 0;
  #start = 0;
  /** What was read ahead, the part of a piece, and where in the file it begins. */
  #piece: Uint8Array | undefined;
  #ahead: Uint8Array = NOTHING;
  #aheadStart = 0;
  /** How many bytes are still passed on at once. */
  #beyond = BEYOND;
  /** Where the last read ended. */
  #next = -1;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  read(target: Uint8Array, { at }: At): number {
    this.#drain();
    const isNext = this.#next >= 0 && at >= this.#next && at <= this.#next + GAP && target.length <= PIECE;
    this.#next = at + target.length;
    if (!isNext) return this.#handle.read(target, { at });
    if (at < this.#aheadStart || this.#next > this.#aheadStart + this.#ahead.length) this.#readAhead(at);
    const found = this.#ahead.subarray(at - this.#aheadStart, this.#next - this.#aheadStart);
    target.set(found);
    return found.length;
  }

  write(source: Uint8Array, { at }: At): number {
    this.#ahead = NOTHING;
    if (at !== this.#start + this.#length || this.#length + source.length > PIECE) this.#drain();
    if (this.#beyond > 0 || source.length > PIECE) {
      this.#beyond -= source.length;
      return this.#handle.write(source, { at });
    }
    if (this.#length === 0) this.#start = at;
    (this.#pending ??= new Uint8Array(PIECE)).set(source, this.#length);
    this.#length += source.length;
    return source.length;
  }

  truncate(size: number): void {
    this.#drain();
    this.#ahead = NOTHING;
    this.#handle.truncate(size);
  }

  getSize(): number {
    this.#drain();
    return this.#handle.getSize();
  }

  flush(): void {
    this.#drain();
    this.#beyond = BEYOND;
    this.#handle.flush();
  }

  close(): void {
    try {
      this.#drain();
    } finally {
      this.#handle.close();
    }
  }

  #readAhead(at: number): void {
    const piece = (this.#piece ??= new Uint8Array(PIECE));
    this.#ahead = piece.subarray(0, this.#handle.read(piece, { at }));
    this.#aheadStart = at;
  }

  /** Passes on what was written, or forgets it: the change that it was part of fails. */
  #drain(): void {
    const length = this.#length;
    if (!this.#pending || length === 0) return;
    this.#length = 0;
    let written: number | undefined;
    try {
      written = this.#handle.write(this.#pending.subarray(0, length), { at: this.#start });
    } catch (error) {
      if (error instanceof DOMException && error.name === FULL) throw error;
    }
    // Also in a flush, where another error would mean that nobody knows whether the change is stored: it is not.
    if (written !== length) throw new DOMException("the file could not be written", FULL);
  }
}

const NOTHING = new Uint8Array();

/** The name of what a browser throws where there is no room. */
const FULL = "QuotaExceededError";

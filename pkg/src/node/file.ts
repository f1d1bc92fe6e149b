/** A database file of Node. */

import fs from "node:fs";
import { cancelled, CampaignKitError, otherOwner, storageUnavailable } from "../error.js";
import { lock } from "./lock.js";

/** A file that is locked until it is released. */
export class DatabaseFile {
  /** The real path. */
  readonly path: string;
  readonly release: () => void;

  private constructor(path: string, release: () => void) {
    this.path = path;
    this.release = release;
  }

  /**
   * @param flags How the file is opened.
   * @param wait_ms How long to wait for another owner to close it.
   * @param signal Ends the wait: `cancelled`.
   */
  static async take(path: string, flags: number, wait_ms: number, signal?: AbortSignal): Promise<DatabaseFile> {
    const until = performance.now() + wait_ms;
    for (;;) {
      try {
        const inode = inodeOf(path, flags);
        const real = fs.realpathSync(path);
        return new DatabaseFile(real, await lock(real, inode, until, signal));
      } catch (cause) {
        if (!(cause instanceof CampaignKitError)) throw unopened(cause);
        if (signal?.aborted) throw new CampaignKitError(cancelled, { cause: signal.reason });
        if (cause.code !== otherOwner.code || performance.now() >= until) throw cause;
      }
    }
  }
}

function unopened(cause: unknown): CampaignKitError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new CampaignKitError(storageUnavailable(`the file cannot be opened${code}`), { cause });
}

const { O_RDWR, O_CREAT, O_NONBLOCK = 0 } = fs.constants;
/** The flags for a file that must exist; a pipe is opened without waiting for its other end. */
export const EXISTING = O_RDWR | O_NONBLOCK;
/** The same, but the file is created if there is none. */
export const CREATED = EXISTING | O_CREAT;

/** The file's inode number; it must be a file that can be locked. */
function inodeOf(path: string, flags: number): bigint {
  const descriptor = fs.openSync(path, flags);
  try {
    const status = fs.fstatSync(descriptor, { bigint: true });
    if (!status.isFile()) throw new CampaignKitError(storageUnavailable("the path leads to something else than a file"));
    // Its journal lies beside one of its names, and is not found by the other names.
    if (status.nlink > 1n) throw new CampaignKitError(storageUnavailable(HARD_LINKS));
    return status.ino;
  } finally {
    fs.closeSync(descriptor);
  }
}

const HARD_LINKS = "the file has other names, too (hard links): a copy of it can be opened";

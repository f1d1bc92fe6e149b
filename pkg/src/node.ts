/** The package in Node: the engine runs in this thread. */

import { type DatabaseSource, fileOf } from "./database-source.js";
import { Kit } from "./kit.js";
import type { Recovered } from "./connection.js";
import { recovered } from "./engine-calls.js";
import { cancelled, CampaignKitError, storageUnavailable } from "./error.js";
import { LocalConnection } from "./node/local-connection.js";
import { CREATED, DatabaseFile, EXISTING } from "./node/file.js";
import { currentInstance } from "./node/instance.js";
import type { Work } from "./operation.js";
import { type OpenOptions, parseOptions, parseWork } from "./options.js";
import { Progress } from "./progress.js";
import { bytesOf } from "./arguments.js";
import type { Imported } from "./types.js";
import type { Rescue } from "./wasm/campaignkit.js";

export type { Work } from "./operation.js";
export type { Recovered } from "./connection.js";
export type { DatabaseSource } from "./database-source.js";
export type { DueOptions, DueTask, ImportListOptions, Pages, Reader, Session } from "./session.js";
export type { Kit, Migrated, StorageInfo } from "./kit.js";
export { CampaignKitError, issueText } from "./error.js";
export { uuidv7 } from "./uuid.js";
export type { LiveAnswer, LiveQuery } from "./query.js";
export type { OpenOptions, Simulated, Storage } from "./options.js";
export type * from "./types.js";

/**
 * Opens a database: `memory`, or a `file` at a path, which is made where there is none. One owner at a time has a file
 * open, over all processes; an owner that crashed does not keep it.
 *
 * @param work Watches the update of a file of an older version, and cancels it or the wait for another owner. This thread
 *   is busy with the update but for pauses between its parts.
 * @throws `cancelled`: the file is as it was; `invalid_input`; `storage_unavailable`, where the file cannot be opened; `other_owner`, when it is open
 *   elsewhere and was not closed within `wait_ms`; `newer_schema`; `foreign_file`; `corrupt`.
 */
export async function open(options: OpenOptions, work?: Work): Promise<Kit> {
  const parsed = parseOptions(options);
  if (parsed.storage === "opfs") throw new CampaignKitError(storageUnavailable('there is no storage "opfs" in Node'));
  const progress = new Progress(parseWork(work));
  const { signal } = progress;
  if (progress.isCancelled) throw progress.rejection(new CampaignKitError(cancelled));
  const instance = await currentInstance();
  const file = parsed.storage === "file" ? await DatabaseFile.take(parsed.path, CREATED, parsed.wait_ms, signal) : undefined;
  return new Kit(await LocalConnection.open(instance, file, parsed.simulated, progress));
}

/**
 * Reads what is readable of a damaged database file, which stays as it is, and reports what is not.
 *
 * @param options Those with which it cannot be opened; nobody may have it open.
 * @throws As {@link open}, but for `corrupt`.
 */
export function recover(options: OpenOptions): Promise<Recovered> {
  return rescue(options, recovered, EXISTING);
}

/**
 * Puts a database in the place of one that may be damaged, in one transaction, after it was checked as by
 * `importDatabase` of a kit.
 *
 * @param options Those of the database that is replaced; nobody may have it open.
 * @returns As `importDatabase`.
 * @throws As {@link open}; `corrupt` where the source is.
 */
export async function replaceDatabase(options: OpenOptions, source: DatabaseSource): Promise<Imported> {
  const bytes = await bytesOf(await fileOf(source));
  return rescue(options, (rescue) => rescue.replace(bytes) as Imported, CREATED);
}

async function rescue<Answer>(
  options: OpenOptions,
  work: (rescue: Rescue) => Answer,
  flags: number,
): Promise<Answer> {
  const parsed = parseOptions(options);
  if (parsed.storage !== "file") throw new CampaignKitError(storageUnavailable('only databases with the storage "file" are recovered and replaced in Node'));
  const instance = await currentInstance();
  const file = await DatabaseFile.take(parsed.path, flags, parsed.wait_ms);
  try {
    return instance.rescue(file, work);
  } finally {
    file.release();
  }
}

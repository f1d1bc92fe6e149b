/** The package in the browser: the engine runs in a dedicated worker, which the tabs of a database share. */

import type { Recovered } from "./connection.js";
import type { EngineCall, Work } from "./operation.js";
import { ExclusiveConnection } from "./browser/exclusive-connection.js";
import { type DatabaseSource, fileOf } from "./database-source.js";
import { Kit } from "./kit.js";
import { cancelled, CampaignKitError, storageUnavailable } from "./error.js";
import { type OpenOptions, type ParsedOptions, parseOptions, parseWork, type Storage } from "./options.js";
import { Progress } from "./progress.js";
import { SharedConnection } from "./browser/shared-connection.js";
import type { Imported } from "./types.js";

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
 * Opens a database: `memory` or, persistent in this origin, `opfs`. Any number of tabs have an OPFS database of a name
 * open: one of them runs the engine for all, and when it is closed, frozen or dies, another one takes over. A
 * simulation has its database alone.
 *
 * @param work Watches the update of a database of an older version, in whichever tab it is done, and cancels it; if
 *   another tab waits for the database, that one begins anew.
 * @throws `cancelled`: the database is as it was; `invalid_input`; `storage_unavailable`, where this context has no such storage or its policy forbids the
 *   worker or WebAssembly; `other_owner`, when a tab has it open that does not answer, or runs another version of the
 *   package; `newer_schema`; `foreign_file`; `corrupt`.
 */
export async function open(options: OpenOptions, work?: Work): Promise<Kit> {
  const parsed = located(options);
  const progress = new Progress(parseWork(work));
  if (progress.isCancelled) throw progress.rejection(new CampaignKitError(cancelled));
  const isShared = parsed.storage === "opfs" && !parsed.simulated;
  const connection = isShared
    ? new SharedConnection(parsed, progress)
    : new ExclusiveConnection({ options: parsed }, progress);
  await connection.opened.catch((error: CampaignKitError) => Promise.reject(progress.rejection(error)));
  progress.fulfilled();
  return new Kit(connection);
}

/**
 * Reads what is readable of a damaged database, which stays as it is, and reports what is not.
 *
 * @param options Those with which it cannot be opened; no tab may have it open.
 * @throws As {@link open}, but for `corrupt`.
 */
export async function recover(options: OpenOptions): Promise<Recovered> {
  const parsed = located(options, "opfs");
  if (parsed.storage === "opfs") await found(parsed.name);
  return rescue(options, "recover", []);
}

/** Refuses a database that does not exist; taking its handles would create it. */
async function found(name: string): Promise<void> {
  try {
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle("campaignkit");
    await all.getDirectoryHandle(name);
  } catch (cause) {
    throw new CampaignKitError(storageUnavailable("there is no database of this name"), { cause });
  }
}

/**
 * Puts a database in the place of one that may be damaged, in one transaction, after it was checked as by
 * `importDatabase` of a kit.
 *
 * @param options Those of the database that is replaced; no tab may have it open.
 * @returns As `importDatabase`.
 * @throws As {@link open}; `corrupt` where the source is.
 */
export async function replaceDatabase(options: OpenOptions, source: DatabaseSource): Promise<Imported> {
  return rescue(options, "replace", [await fileOf(source)]);
}

async function rescue<Answer>(options: OpenOptions, operation: EngineCall, args: unknown[]): Promise<Answer> {
  const connection = new ExclusiveConnection({ options: located(options, "opfs"), isRescue: true });
  await connection.opened;
  try {
    return await connection.call<Answer>(operation, args);
  } finally {
    await connection.close();
  }
}

/** The options, if this context has such a storage. */
function located(options: OpenOptions, only?: Storage): ParsedOptions {
  const parsed = parseOptions(options);
  if (parsed.storage === "file" || (only && parsed.storage !== only))
    throw new CampaignKitError(storageUnavailable('there is no storage "file" in a browser'));
  if (parsed.storage === "opfs" && !(isSecureContext && navigator.locks && globalThis.BroadcastChannel))
    throw new CampaignKitError(storageUnavailable("this page or worker has no origin-private file system"));
  return parsed;
}

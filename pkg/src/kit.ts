/** The operations of an open database. */

import type { Connection } from "./connection.js";
import { type DatabaseSource, fileOf } from "./database-source.js";
import { Session } from "./session.js";
import { Live } from "./live.js";
import { unheard } from "./error.js";
import { callable, integerIssue, invalid, required, type Storage } from "./options.js";
import { type Pages, paged } from "./pages.js";
import { inEvents } from "./reading.js";
import type {
  Commit,
  Compacted,
  CreateUser,
  EventReported,
  Imported,
  ListPage,
  Unsubscribed,
  UpdateUser,
  User,
  UserId,
  UserPage,
} from "./types.js";

/** What opening a database changed, where its tables were of an older version. */
export interface Migrated {
  /** The version that its tables had. */
  from: number;
  /** How many people turned out to be others who were there already. */
  united: { prospects: number; leads: number };
}

interface StoreInfo {
  size: number;
  sqlite_version: string;
  schema_version: number;
  migrated?: Migrated;
}

/** The result of {@link Kit.storageInfo}. */
export interface StorageInfo {
  storage: Storage;
  /** Whether the data stays until it is deleted; otherwise a browser may evict it. */
  persisted: boolean;
  usage: number | null;
  quota: number | null;
  sqlite_version: string;
  schema_version: number;
  migrated?: Migrated;
}

declare global {
  // For compilers whose library does not declare it.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

export interface Kit {
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An open database.
 *
 * Every operation is one transaction: it happened wholly when its promise fulfils, and not at all when it rejects.
 * Operations run in the order of their calls. An id that is no UUID is `invalid_input`. Besides the errors named with
 * each of them, every operation may reject with `unavailable` (`busy`, `storage_full`, `storage_unavailable`,
 * `no_randomness`, `other_owner`, `closed`) or `internal` (`corrupt`, `bug`).
 */
export class Kit {
  readonly #connection: Connection;
  readonly #live: Live;
  /** The sessions that are in use, by the ids of their users. */
  readonly #sessions = new Map<unknown, WeakRef<Session>>();
  readonly #unused = new FinalizationRegistry((id) => {
    if (!this.#sessions.get(id)?.deref()) this.#sessions.delete(id);
  });

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.#live = new Live(connection);
  }

  /** Where the data is: always the storage that `open` was given. */
  get storage(): Storage {
    return this.#connection.storage;
  }

  /**
   * Creates a user, the owner of everything else.
   *
   * @param request `time_zone` is an IANA name, `"UTC"` where none is given.
   * @throws `invalid_input` with every issue, `unknown_time_zone` with the closest names among them;
   *   `external_id_taken`.
   */
  createUser(request: CreateUser = {}): Promise<User> {
    return this.#connection.call("createUser", [request]);
  }

  /** The user as it is now. @throws `user_not_found`. */
  getUser(user_id: UserId): Promise<User> {
    return this.#connection.call("getUser", [user_id]);
  }

  /** The user whom another system knows by this `external_id`. @throws `user_not_found`, `invalid_input`. */
  findUser(external_id: string): Promise<User> {
    return this.#connection.call("findUser", [external_id]);
  }

  /**
   * Changes the given fields of the user; `null` clears the `name` and the `external_id`.
   *
   * @throws `invalid_input`, `user_not_found`, `external_id_taken`.
   */
  updateUser(user_id: UserId, request: UpdateUser): Promise<User> {
    return this.#connection.call("updateUser", [user_id, request]);
  }

  /**
   * One page of users, newest first.
   *
   * @param query `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of the page before, which is
   *   `null` on the last page.
   * @throws `invalid_input`.
   */
  listUsers(query: ListPage = {}): Pages<UserPage, "users"> {
    const read = (cursor?: string) =>
      this.#connection.call<UserPage>("listUsers", [cursor === undefined ? query : { ...query, cursor }]);
    return paged("users", read);
  }

  /**
   * Suppresses the address whose email carried this token, for a page that knows no user; the same as
   * {@link Session.unsubscribe}.
   *
   * @param token The `unsubscribe_token` of a task.
   * @throws `token_not_found`; `invalid_input`.
   */
  unsubscribe(token: string): Promise<Unsubscribed> {
    return this.#connection.call("unsubscribeByToken", [token]);
  }

  /**
   * Records that an email was opened, for an image that knows no user. An email counts as opened once.
   *
   * @param token The `open_token` of a task.
   * @throws `token_not_found`, also where the prospect is gone; `invalid_input`.
   */
  opened(token: string): Promise<EventReported> {
    return this.#connection.call("opened", [token]);
  }

  /**
   * Moves the clock of a database that was opened with `simulated`; a negative number moves it back. Calls made before
   * take effect before.
   *
   * @param ms An integer, in milliseconds.
   * @throws `invalid_input`: at `simulated`, where the clock is the platform's.
   */
  async advance(ms: number): Promise<void> {
    const { clock } = this.#connection;
    const issue = clock.isSimulated ? integerIssue("ms", ms) : required("simulated");
    if (issue) throw invalid([issue]);
    await this.#connection.call("advance", [ms]);
    clock.advance(ms);
  }

  /**
   * Acts for one user: the same session for the same id. A session cannot see or touch objects of another user.
   */
  as(user_id: UserId): Session {
    const id = inEvents(user_id);
    const known = this.#sessions.get(id)?.deref();
    if (known) return known;
    const session = new Session(this.#connection, this.#live, user_id);
    this.#sessions.set(id, new WeakRef(session));
    this.#unused.register(session, id);
    return session;
  }

  /**
   * Calls back once for every transaction that changed objects of any user, in any tab. Call the returned function to
   * end it.
   */
  onCommit(callback: (commit: Commit) => void): () => void {
    callable("callback", callback);
    return this.#live.listenToAll(callback, unheard);
  }

  /**
   * Calls back once a newer version of the package wants this database, or has it: save what is not saved and reload
   * the page. The newer version gets the database when every tab of the older one has closed it. Call the returned
   * function to end it.
   */
  onOutdated(callback: () => void): () => void {
    callable("callback", callback);
    return this.#connection.onOutdated(callback);
  }

  /**
   * Asks the browser to keep this origin's data when the disk gets full; the browser may ask the user. Returns whether
   * it will.
   */
  async requestPersistence(): Promise<boolean> {
    return (await globalThis.navigator?.storage?.persist?.()) ?? (await this.#isPersisted());
  }

  /**
   * Reports where the data is, whether it stays there, how much room there is and which versions run it. `usage` and
   * `quota` are bytes: of the whole origin in a browser, of the database alone elsewhere, where there is no quota.
   */
  async storageInfo(): Promise<StorageInfo> {
    const { size, ...versions } = await this.#connection.call<StoreInfo>("info", []);
    const estimate = this.storage === "opfs" ? await navigator.storage.estimate() : { usage: size };
    return {
      storage: this.storage,
      persisted: await this.#isPersisted(),
      usage: estimate.usage ?? null,
      quota: estimate.quota ?? null,
      ...versions,
    };
  }

  async #isPersisted(): Promise<boolean> {
    if (this.storage !== "opfs") return this.storage === "file";
    return (await navigator.storage.persisted?.()) ?? false;
  }

  /**
   * Gives back the room that the database does not need any more, after large deletions; its content stays the same. It
   * needs free room, and in WebAssembly memory, for a copy of the database, and other calls wait until it is done.
   *
   * @throws `busy`, where another process uses the database meanwhile; `storage_full`, `storage_unavailable`, `corrupt`.
   */
  compact(): Promise<Compacted> {
    return this.#connection.call("compact", []);
  }

  /** A copy of the whole database as it is now: a SQLite file, which needs no log. */
  async exportDatabase(): Promise<ReadableStream<Uint8Array>> {
    const file = await this.#connection.call<Blob>("exportDatabase", []);
    return file.stream();
  }

  /**
   * Replaces this database by another one, in one transaction, after a check that it is undamaged, of campaignkit, and
   * of no newer version. An older one is brought up to date. All data of this database is lost.
   *
   * @param source A SQLite file, as {@link Kit.exportDatabase} gives it.
   * @returns What in it this version cannot fully use; nothing of it is lost.
   * @throws `foreign_file`; `newer_schema`; `corrupt` with the promises that it breaks (`broken`);
   *   `storage_unavailable`, where the source cannot be read; `invalid_input` at `source` for anything but bytes.
   */
  async importDatabase(source: DatabaseSource): Promise<Imported> {
    return this.#connection.call("importDatabase", [await fileOf(source)]);
  }

  /**
   * Closes the database after the calls already made. Closing twice is closing once; later calls of any other kind
   * reject with `closed`. `await using` of TypeScript and newer engines does this at the end of its block.
   */
  close(): Promise<void> {
    return this.#connection.close();
  }
}

// Older engines have no such symbol.
if (Symbol.asyncDispose) Kit.prototype[Symbol.asyncDispose] = Kit.prototype.close;

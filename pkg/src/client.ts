/** The API: the same two classes over whatever runs the engine. */

import type { Storage } from "./options.js";
import type {
  Account,
  AccountPage,
  AddAccount,
  Campaign,
  CampaignPage,
  CreateCampaign,
  Created,
  CreateUser,
  EventPage,
  ListAccounts,
  ListCampaigns,
  ListPage,
  UpdateAccount,
  UpdateUser,
  User,
  UserPage,
} from "./types.js";

/**
 * What runs the engine: a worker in the browser, this thread in Node. Failures are rejections with a
 * `CampaignKitError`.
 *
 * @internal
 */
export interface Connection {
  readonly storage: Storage;
  call<Answer>(operation: Operation, args: unknown[]): Promise<Answer>;
  close(): Promise<void>;
}

/** The engine's operations, by their names. @internal */
export type Operation = Exclude<keyof import("./wasm/campaignkit.js").Engine, "storage" | "close" | "free" | symbol>;

/**
 * An open database.
 *
 * Every operation is one transaction: it happened wholly when its promise fulfils, and not at all when it rejects.
 * Operations run in the order of their calls. An id that is no UUID is `invalid_input`. Besides the errors named with
 * each of them, every operation may reject with `unavailable` (`busy`, `storage_full`, `storage_unavailable`,
 * `other_owner`, `closed`) or `internal` (`corrupt`, `bug`).
 */
export class Kit {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Where the data is: always what `open` was asked for. */
  get storage(): Storage {
    return this.#connection.storage;
  }

  /**
   * Creates a user, the owner of everything else.
   *
   * @param request `time_zone` is an IANA name, `"UTC"` where none is given.
   * @throws `invalid_input` with every issue, `unknown_time_zone` with the closest names among them.
   */
  createUser(request: CreateUser = {}): Promise<User> {
    return this.#connection.call("createUser", [request]);
  }

  /** The user as it is now. @throws `user_not_found`. */
  getUser(user_id: string): Promise<User> {
    return this.#connection.call("getUser", [user_id]);
  }

  /** Changes the given fields of the user. @throws `invalid_input`, `user_not_found`. */
  updateUser(user_id: string, request: UpdateUser): Promise<User> {
    return this.#connection.call("updateUser", [user_id, request]);
  }

  /**
   * One page of users, newest first.
   *
   * @param query `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of the page before, which is
   *   `null` on the last page.
   * @throws `invalid_input`.
   */
  listUsers(query: ListPage = {}): Promise<UserPage> {
    return this.#connection.call("listUsers", [query]);
  }

  /** Acts for one user. Nothing that a session does can see or touch what belongs to another. */
  as(user_id: string): Session {
    return new Session(this.#connection, user_id);
  }

  /**
   * Closes the database after the calls already made. Closing twice is closing once; later calls of any other kind
   * reject with `closed`.
   */
  close(): Promise<void> {
    return this.#connection.close();
  }
}

/**
 * A database acting for one user; made by {@link Kit.as}.
 *
 * An id of another user's answers like an id that does not exist. Where the user itself does not exist, every
 * operation rejects with `user_not_found`.
 */
export class Session {
  readonly #connection: Connection;
  readonly #user_id: string;

  /** @internal */
  constructor(connection: Connection, user_id: string) {
    this.#connection = connection;
    this.#user_id = user_id;
  }

  /**
   * Adds an email mailbox or a LinkedIn profile to send from. It starts `connected`.
   *
   * @throws `invalid_input`; `account_exists`, where the user has one of this type and identity.
   */
  addAccount(request: AddAccount): Promise<Account> {
    return this.#call("addAccount", request);
  }

  /** The account as it is now. @throws `account_not_found`. */
  getAccount(account_id: string): Promise<Account> {
    return this.#call("getAccount", account_id);
  }

  /** Changes the given fields: profile, `status` and limits. @throws `invalid_input`, `account_not_found`. */
  updateAccount(account_id: string, request: UpdateAccount): Promise<Account> {
    return this.#call("updateAccount", account_id, request);
  }

  /**
   * One page of accounts.
   *
   * @param query `type` filters; `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of the page
   *   before, which is `null` on the last page.
   * @throws `invalid_input`.
   */
  listAccounts(query: ListAccounts = {}): Promise<AccountPage> {
    return this.#call("listAccounts", query);
  }

  /**
   * Removes an account.
   *
   * @throws `account_not_found`; `account_in_use`, while a campaign that is not completed uses it.
   */
  removeAccount(account_id: string): Promise<void> {
    return this.#call("removeAccount", account_id);
  }

  /**
   * Creates a draft for one channel with its default sequence.
   *
   * Fields of the other channel and unknown fields are ignored and `daily_limit` is clamped to 1–500; the `notices` of
   * the result tell. With a client-made `id` (a UUIDv7) a retry is safe: the same request again returns the campaign as
   * it is now and writes nothing.
   *
   * @throws `invalid_input` with every issue at once, unusable senders (`sender_not_found`, `sender_wrong_channel`)
   *   with their index; `name_taken` with a free `suggested_name`; `id_reused`.
   */
  createCampaign(request: CreateCampaign): Promise<Created> {
    return this.#call("createCampaign", request);
  }

  /** The campaign with its sequence. @throws `campaign_not_found`. */
  getCampaign(campaign_id: string): Promise<Campaign> {
    return this.#call("getCampaign", campaign_id);
  }

  /**
   * One page of campaigns, newest first.
   *
   * @param query `status` and `type` filter; `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of
   *   the page before, which is `null` on the last page.
   * @throws `invalid_input`.
   */
  listCampaigns(query: ListCampaigns = {}): Promise<CampaignPage> {
    return this.#call("listCampaigns", query);
  }

  /**
   * Deletes a campaign and everything of it; its name is free again.
   *
   * @throws `campaign_not_found`, `campaign_active`.
   */
  deleteCampaign(campaign_id: string): Promise<void> {
    return this.#call("deleteCampaign", campaign_id);
  }

  /**
   * One page of what happened, oldest first; each event was recorded in the transaction of its change.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}; the `number` of an event, as text, is the
   *   cursor of what came after it.
   * @throws `invalid_input`.
   */
  listEvents(query: ListPage = {}): Promise<EventPage> {
    return this.#call("listEvents", query);
  }

  #call<Answer>(operation: Operation, ...args: unknown[]): Promise<Answer> {
    return this.#connection.call(operation, [this.#user_id, ...args]);
  }
}

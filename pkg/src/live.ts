/** Live data: subscriptions and listeners, which are notified after each commit. */

import type { Connection, Followed, Missed, CommitNotice } from "./connection.js";
import type { Operation } from "./operation.js";
import { type CampaignKitError, guarded } from "./error.js";
import { invalid, record, wrongType } from "./options.js";
import type { LiveQuery } from "./query.js";
import { cloned } from "./arguments.js";
import type { Commit, Issue, Topic } from "./types.js";

interface Source {
  readonly operation: Operation;
  readonly args: readonly unknown[];
  readonly topic: Topic;
  /** The only campaign whose changes matter, besides changes that concern no single campaign. */
  readonly campaign_id?: unknown;
}

/**
 * The source of each query's result, by the field that says what is queried; it gets that field's value and the other
 * fields.
 */
const SOURCES: Record<string, (value: unknown, list: Record<string, unknown>) => Source> = {
  user: () => ({ operation: "getUser", args: [], topic: "user" }),
  accounts: (list) => ({ operation: "listAccounts", args: [list], topic: "accounts" }),
  campaigns: (list) => ({ operation: "listCampaigns", args: [list], topic: "campaigns" }),
  campaign: (id) => ({ operation: "getCampaign", args: [id], topic: "campaigns", campaign_id: inEvents(id) }),
  prospects: (id, list) => ({
    operation: "listProspects",
    args: [id, list],
    topic: "prospects",
    campaign_id: inEvents(id),
  }),
  tasks: (id, list) => ({
    operation: "listTasks",
    args: [{ ...list, campaign_id: id }],
    topic: "tasks",
    campaign_id: inEvents(id),
  }),
};

/** An id as events have it. */
function inEvents(id: unknown): unknown {
  return typeof id === "string" ? id.toLowerCase() : id;
}

/** Queries of a campaign's lists have the options of the list beside the id. */
const HAS_LIST = ["prospects", "tasks"];

/** Throws `invalid_input` with every issue of the query itself; issues of its values are left to the engine. */
function source(query: LiveQuery): Source {
  const given = record(cloned([query])[0]);
  if (!given) throw invalid([wrongType("", "an object")], "the request has");
  const words = Object.keys(SOURCES);
  const [word, ...others] = words.filter((word) => given[word] !== undefined);
  if (word === undefined || others.length > 0) {
    const message = `must have exactly one of: ${words.join(", ")}`;
    throw invalid([{ path: "", code: "one_of", message, allowed: words }], "the request has");
  }
  const { [word]: value, ...rest } = given;
  const wrong = word === "user" && value !== true ? [wrongType("user", "true")] : [];
  const issues = HAS_LIST.includes(word) ? wrong : wrong.concat(Object.keys(rest).map(unknownField));
  if (issues.length > 0) throw invalid(issues, "the request has");
  return SOURCES[word]!(value, rest);
}

function unknownField(path: string): Issue {
  return { path, code: "unknown_field", message: "is not a field of this request" };
}

interface Subscriber {
  /** Gets a commit, or `null` at the beginning or when another database replaced this one. */
  notify(commit: CommitNotice | null): void;
  /** Called after everything known so far was notified. */
  caughtUp(): void;
}

/** A callback for every commit, one by one. */
class Listener implements Subscriber {
  readonly #callback: (commit: Commit) => void;

  constructor(callback: (commit: Commit) => void) {
    this.#callback = callback;
  }

  notify(commit: CommitNotice | null): void {
    if (commit) guarded(() => this.#callback(plain(commit)));
  }

  caughtUp(): void {}
}

/**
 * A query whose result is kept up to date. One runs at a time; commits made meanwhile cause one more run.
 */
class Subscription implements Subscriber {
  isWanted = true;
  readonly #source: Source;
  readonly #ask: () => Promise<unknown>;
  readonly #callback: (answer: never, commit: Commit | null) => void;
  readonly #failed: (error: CampaignKitError) => void;
  /** The last commit after which the query has not run yet. */
  #due: { readonly commit: CommitNotice | null } | undefined;
  #isAsking = false;

  constructor(
    source: Source,
    ask: () => Promise<unknown>,
    callback: (answer: never, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void,
  ) {
    this.#source = source;
    this.#ask = ask;
    this.#callback = callback;
    this.#failed = failed;
  }

  notify(commit: CommitNotice | null): void {
    if (!commit || this.#concerns(commit)) this.#due = { commit };
  }

  caughtUp(): void {
    if (!this.#isAsking) void this.#keepUp();
  }

  #concerns({ events, concerns }: CommitNotice): boolean {
    const { topic, campaign_id } = this.#source;
    return events.some(
      (event, at) =>
        concerns[at]?.includes(topic) &&
        (campaign_id === undefined || !("campaign_id" in event) || event.campaign_id === campaign_id),
    );
  }

  async #keepUp(): Promise<void> {
    this.#isAsking = true;
    while (this.#due && this.isWanted) {
      const { commit } = this.#due;
      this.#due = undefined;
      const notify = await this.#ask().then(
        (answer) => () => this.#callback(answer as never, commit && plain(commit)),
        (error: CampaignKitError) => () => this.#failed(error),
      );
      if (this.isWanted) guarded(notify);
    }
    this.#isAsking = false;
  }
}

export class Live {
  readonly #connection: Connection;
  /** The followed users, by their ids as events have them. */
  readonly #followed = new Map<unknown, Following>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.follow((followed) => this.#hear(followed));
  }

  subscribe(
    user_id: string,
    query: LiveQuery,
    callback: (answer: never, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void,
  ): () => void {
    let asked: Source;
    try {
      asked = source(query);
    } catch (error) {
      let isWanted = true;
      queueMicrotask(() => isWanted && failed(error as CampaignKitError));
      return () => void (isWanted = false);
    }
    const ask = () => this.#connection.call(asked.operation, [user_id, ...asked.args]);
    const subscription = new Subscription(asked, ask, callback, failed);
    const leave = this.#add(user_id, subscription, failed);
    return () => {
      subscription.isWanted = false;
      leave();
    };
  }

  listen(user_id: string, callback: (commit: Commit) => void): () => void {
    return this.#add(user_id, new Listener(callback), () => {});
  }

  #add(user_id: string, subscriber: Subscriber, failed: (error: CampaignKitError) => void): () => void {
    const id = inEvents(user_id);
    const following = this.#followed.get(id) ?? new Following(this.#connection, user_id);
    this.#followed.set(id, following);
    const { subscribers } = following;
    const leave = () => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0 && this.#followed.get(id) === following) this.#followed.delete(id);
    };
    following.join(subscriber).catch((error: CampaignKitError) => {
      if (subscribers.has(subscriber)) guarded(() => failed(error));
      leave();
    });
    return leave;
  }

  #hear(followed: Followed | "reconnected"): void {
    if (followed === "reconnected") {
      for (const following of this.#followed.values()) void following.reconnect();
    } else if ("replaced" in followed) {
      for (const [id, following] of this.#followed) void following.replace(followed.replaced[id as string] ?? 0);
    } else {
      for (const commit of followed.commits) void this.#followed.get(commit.user_id)?.hear(commit);
    }
  }
}

/** The subscribers of one user, and up to which event each of them was notified. */
class Following {
  /**
   * With the number of the last event that each was notified of, or of the last one before it subscribed: infinite
   * until that is known.
   */
  readonly subscribers = new Map<Subscriber, number>();
  readonly #connection: Connection;
  readonly #user_id: string;
  /** Settles when the number of the last notified event is known, or cannot be known. */
  #begun: Promise<unknown> | undefined;
  #last: number | undefined;
  #isCatchingUp = false;
  #isBehind = false;
  /** How many times another database replaced this one. */
  #replaced = 0;

  constructor(connection: Connection, user_id: string) {
    this.#connection = connection;
    this.#user_id = user_id;
  }

  /** Notifies of every commit from now on. Rejects with the reason if that is impossible. */
  async join(subscriber: Subscriber): Promise<void> {
    this.subscribers.set(subscriber, Infinity);
    const replaced = this.#replaced;
    const watching = this.#watch();
    this.#begun ??= watching.catch(() => {});
    const answer = await watching;
    this.#last ??= answer;
    if (!this.subscribers.has(subscriber)) return;
    const last = replaced === this.#replaced ? answer : this.#last;
    this.subscribers.set(subscriber, last);
    subscriber.notify(null);
    subscriber.caughtUp();
    // A commit may arrive before a result that was sent earlier.
    if (last < this.#last) {
      this.#last = last;
      await this.#catchUp();
    }
  }

  async hear(commit: CommitNotice): Promise<void> {
    await this.#begun;
    if (!this.#take(commit)) await this.#catchUp();
    else if (!this.#isCatchingUp) this.#caughtUp();
  }

  async replace(last: number): Promise<void> {
    await this.#begun;
    this.#last = last;
    this.#replaced++;
    for (const [subscriber, told] of this.subscribers) {
      if (told === Infinity) continue;
      this.subscribers.set(subscriber, last);
      subscriber.notify(null);
    }
    this.#caughtUp();
  }

  /** The new owner does not yet know who follows, and may have committed already. */
  async reconnect(): Promise<void> {
    try {
      await this.#begun;
      const last = await this.#watch();
      // Fewer events mean another database.
      if (last < (this.#last ??= last)) await this.replace(last);
      else await this.#catchUp();
    } catch {
      // The next subscriber gets the error.
    }
  }

  async #watch(): Promise<number> {
    try {
      return await this.#connection.call<number>("watch", [this.#user_id]);
    } catch (error) {
      // The user may still come, with another database.
      if ((error as CampaignKitError).code === "user_not_found") return 0;
      throw error;
    }
  }

  /** Notifies of a commit once; returns false if a commit before it is missing. */
  #take(commit: CommitNotice): boolean {
    const [first, last] = [commit.events[0]?.number, commit.events.at(-1)?.number];
    if (first === undefined || last === undefined || this.#last === undefined || last <= this.#last) return true;
    if (first > this.#last + 1) return false;
    this.#last = last;
    for (const [subscriber, told] of this.subscribers) {
      if (last <= told) continue;
      this.subscribers.set(subscriber, last);
      subscriber.notify(commit);
    }
    return true;
  }

  async #catchUp(): Promise<void> {
    this.#isBehind = true;
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      while (this.#isBehind) {
        this.#isBehind = false;
        const replaced = this.#replaced;
        const before = this.#last ?? 0;
        const { commits, more } = await this.#connection.call<Missed>("commitsAfter", [this.#user_id, before]);
        this.#isBehind ||= more || replaced !== this.#replaced;
        if (replaced !== this.#replaced) continue;
        // Numbers that are missing in between do not exist.
        for (const commit of commits) {
          this.#last = Math.max(this.#last ?? 0, (commit.events[0]?.number ?? 1) - 1);
          this.#take(commit);
        }
        // Otherwise the query would run after each page of the missed commits.
        if (!more) this.#caughtUp();
      }
    } catch {
      // The next subscriber gets the error; the next commit shows the gap again.
      this.#caughtUp();
    } finally {
      this.#isCatchingUp = false;
    }
  }

  #caughtUp(): void {
    for (const subscriber of this.subscribers.keys()) subscriber.caughtUp();
  }
}

function plain({ user_id, events }: CommitNotice): Commit {
  return { user_id, events };
}

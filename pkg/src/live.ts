/** Live data: readings that are repeated, and listeners that are notified, after commits. */

import type { Clock } from "./clock.js";
import type { Caller, CommitNotice, Connection, Followed } from "./connection.js";
import { type CampaignKitError, guarded } from "./error.js";
import { Following, type Subscriber } from "./following.js";
import { inEvents, Looked } from "./reading.js";
import type { Commit } from "./types.js";

/** How often a reading that takes long is repeated at most. */
const LONG_READING_MS = 1_000;

/** Who gets results of a reading, or errors in their place. */
export interface Audience {
  readonly callback: (answer: never, commit: Commit | null) => void;
  readonly failed: (error: CampaignKitError) => void;
}

/** A callback for every commit, one by one. */
class Listener implements Subscriber {
  /** The numbers of the last events before it listened, by their users, where it listens to all of them. */
  since: Readonly<Record<string, number>> = {};
  readonly #callback: (commit: Commit) => void;

  constructor(callback: (commit: Commit) => void) {
    this.#callback = callback;
  }

  notify(commit: CommitNotice | null): void {
    if (commit) guarded(() => this.#callback(plain(commit)));
  }

  caughtUp(): void {}
}

/** A reading whose result is kept up to date. One runs at a time; commits made meanwhile cause one more. */
class Subscription implements Subscriber {
  isWanted = true;
  readonly #read: (looked: Looked) => Promise<unknown>;
  readonly #audience: Audience;
  /** What the last reading looked at. */
  #looked = new Looked();
  /** The last commit after which the reading has not run yet. */
  #due: { readonly commit: CommitNotice | null } | undefined;
  /** The commits during a reading, of which it is not known yet whether they concern it. */
  #meanwhile: (CommitNotice | null)[] = [];
  #isReading = false;

  constructor(read: (looked: Looked) => Promise<unknown>, audience: Audience) {
    this.#read = read;
    this.#audience = audience;
  }

  notify(commit: CommitNotice | null): void {
    if (this.#isReading) this.#meanwhile.push(commit);
    else if (!commit || this.#looked.isConcernedBy(commit)) this.#due = { commit };
  }

  caughtUp(): void {
    if (!this.#isReading) void this.#keepUp();
  }

  async #keepUp(): Promise<void> {
    const { callback, failed } = this.#audience;
    this.#isReading = true;
    while (this.#due && this.isWanted) {
      const { commit } = this.#due;
      const looked = (this.#looked = new Looked());
      const begun_ms = Date.now();
      const notify = await this.#read(looked).then(
        (answer) => () => callback(answer as never, commit && plain(commit)),
        (error: CampaignKitError) => () => failed(error),
      );
      if (this.isWanted) guarded(notify);
      if (looked.isLong) await pause(begun_ms + LONG_READING_MS - Date.now());
      this.#due = undefined;
      for (const commit of this.#meanwhile.splice(0))
        if (!commit || looked.isConcernedBy(commit)) this.#due = { commit };
    }
    this.#isReading = false;
  }
}

export class Live {
  readonly #connection: Connection;
  /** The followed users, by their ids as events have them. */
  readonly #followed = new Map<unknown, Following>();
  /** Those who listen to all users. */
  readonly #listeners = new Set<Listener>();
  /** Settles when it is known from where on the last of them listens. */
  #beginning: Promise<void> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.follow((followed) => this.#hear(followed));
  }

  get clock(): Clock {
    return this.#connection.clock;
  }

  /** Keeps the result of a reading of this user's objects up to date; it makes its calls through what it is given. */
  subscribe(user_id: string, read: (through: Caller) => Promise<unknown>, audience: Audience): () => void {
    const subscription = new Subscription((looked) => read(looked.through(this.#connection)), audience);
    const leave = this.#add(user_id, subscription, audience.failed);
    return () => {
      subscription.isWanted = false;
      leave();
    };
  }

  listen(user_id: string, callback: (commit: Commit) => void, failed: (error: CampaignKitError) => void): () => void {
    return this.#add(user_id, new Listener(callback), failed);
  }

  listenToAll(callback: (commit: Commit) => void, failed: (error: CampaignKitError) => void): () => void {
    const listener = new Listener(callback);
    let isWanted = true;
    const listen = (since: Record<string, number>) => {
      if (!isWanted) return;
      listener.since = since;
      this.#listeners.add(listener);
      for (const [id, following] of this.#followed) following.adopt(listener, since[id as string] ?? 0);
    };
    const beginning = this.#lastEvents()
      .then(listen, (error: CampaignKitError) => isWanted && guarded(() => failed(error)))
      .then(() => {
        if (this.#beginning === beginning) this.#beginning = undefined;
      });
    this.#beginning = beginning;
    return () => {
      isWanted = false;
      this.#listeners.delete(listener);
      for (const id of this.#followed.keys()) this.#leave(id, listener);
    };
  }

  #add(user_id: string, subscriber: Subscriber, failed: (error: CampaignKitError) => void): () => void {
    const id = inEvents(user_id);
    const following = this.#following(id);
    following.join(subscriber).catch((error: CampaignKitError) => {
      if (following.subscribers.has(subscriber)) guarded(() => failed(error));
      this.#leave(id, subscriber);
    });
    return () => this.#leave(id, subscriber);
  }

  #following(id: unknown): Following {
    let following = this.#followed.get(id);
    if (!following) {
      following = new Following(this.#connection, id as string);
      this.#followed.set(id, following);
      for (const listener of this.#listeners) following.adopt(listener, listener.since[id as string] ?? 0);
    }
    return following;
  }

  #leave(id: unknown, subscriber: Subscriber): void {
    const subscribers = this.#followed.get(id)?.subscribers;
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#followed.delete(id);
  }

  #hear(followed: Followed | "reconnected"): void {
    if (this.#beginning) {
      // A commit may arrive before a result that was sent earlier.
      void this.#beginning.then(() => this.#hear(followed));
    } else if (followed === "reconnected") {
      void this.#reconnect();
    } else if ("replaced" in followed) {
      for (const listener of this.#listeners) listener.since = followed.replaced;
      for (const [id, following] of this.#followed) void following.replace(followed.replaced[id as string] ?? 0);
    } else {
      for (const commit of followed.commits) {
        const { user_id } = commit;
        if (this.#listeners.size > 0) void this.#following(user_id).hear(commit);
        else void this.#followed.get(user_id)?.hear(commit);
      }
    }
  }

  async #reconnect(): Promise<void> {
    for (const following of this.#followed.values()) void following.reconnect();
    if (this.#listeners.size === 0) return;
    // If this fails, the next commit of each user shows what was missed.
    const numbers: Record<string, number> = await this.#lastEvents().catch(() => ({}));
    for (const [id, last] of Object.entries(numbers)) {
      const isBehind = [...this.#listeners].some(({ since }) => since[id] !== last);
      if (isBehind && !this.#followed.has(id)) void this.#following(id).reconnect();
    }
  }

  /** The numbers of the last events of all users, whose commits are reported from now on. */
  #lastEvents(): Promise<Record<string, number>> {
    return this.#connection.call("watchAll", []);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function plain({ user_id, events }: CommitNotice): Commit {
  return { user_id, events };
}

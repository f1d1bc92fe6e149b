/** The commits of one user, each reported once and in order, whatever was missed in between. */

import type { CommitNotice, Connection, Missed } from "./connection.js";
import type { CampaignKitError } from "./error.js";

export interface Subscriber {
  /** Gets a commit, or `null` at the beginning or when another database replaced this one. */
  notify(commit: CommitNotice | null): void;
  /** Called after everything known so far was notified. */
  caughtUp(): void;
}

/** The subscribers of one user, and up to which event each of them was notified. */
export class Following {
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

  /** Notifies of every commit after this event, whose number is known already. */
  adopt(subscriber: Subscriber, last: number): void {
    this.subscribers.set(subscriber, last);
    this.#begun ??= Promise.resolve();
    const isBehind = last < (this.#last ??= last);
    this.#last = Math.min(this.#last, last);
    if (isBehind) void this.#catchUp();
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
      subscriber.notify(told < first ? commit : after(commit, told));
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

/** What came after an event: missed commits of one instant come as one, of which a part may be known. */
function after({ user_id, events, concerns }: CommitNotice, number: number): CommitNotice {
  const known = events.findIndex((event) => event.number > number);
  return { user_id, events: events.slice(known), concerns: concerns.slice(known) };
}

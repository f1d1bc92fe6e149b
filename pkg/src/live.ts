/** Live data: what subscriptions and listeners are told after each commit. */

import type { Connection, Operation } from "./client.js";
import { type CampaignKitError, guarded } from "./error.js";
import { invalid, record, wrongType } from "./options.js";
import type { Followed, Told } from "./protocol.js";
import type { LiveQuery } from "./query.js";
import { cloned } from "./sendable.js";
import type { Commit, Issue, Topic } from "./types.js";

interface Source {
  readonly operation: Operation;
  readonly args: readonly unknown[];
  readonly topic: Topic;
  /** The only campaign whose changes matter, and those that are made to no campaign alone. */
  readonly campaign_id?: unknown;
}

/** How each query is answered, by the field that says what it asks for: of its value, and the fields beside it. */
const SOURCES: Record<string, (value: unknown, list: Record<string, unknown>) => Source> = {
  user: () => ({ operation: "getUser", args: [], topic: "user" }),
  accounts: (list) => ({ operation: "listAccounts", args: [list], topic: "accounts" }),
  campaigns: (list) => ({ operation: "listCampaigns", args: [list], topic: "campaigns" }),
  campaign: (id) => ({ operation: "getCampaign", args: [id], topic: "campaigns", campaign_id: told(id) }),
  prospects: (id, list) => ({
    operation: "listProspects",
    args: [id, list],
    topic: "prospects",
    campaign_id: told(id),
  }),
  tasks: (id, list) => ({ operation: "listTasks", args: [id, list], topic: "tasks", campaign_id: told(id) }),
};

/** An id as events have it. */
function told(id: unknown): unknown {
  return typeof id === "string" ? id.toLowerCase() : id;
}

/** Those that list what a campaign has say how beside it. */
const HAS_LIST = ["prospects", "tasks"];

/** Throws `invalid_input` with every issue of the query itself; those of what it asks for are the engine's to find. */
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
  const issues = word === "user" && value !== true ? [wrongType("user", "true")] : [];
  if (!HAS_LIST.includes(word)) issues.push(...Object.keys(rest).map(unknownField));
  if (issues.length > 0) throw invalid(issues, "the request has");
  return SOURCES[word]!(value, rest);
}

function unknownField(path: string): Issue {
  return { path, code: "unknown_field", message: "is not a field of this request" };
}

interface Subscriber {
  tell(commit: Told | null): void;
}

export class Live {
  readonly #connection: Connection;
  readonly #subscribers = new Set<Subscriber>();
  /** The number of the last event that was told; undefined until someone follows. */
  #seen: Promise<number> | undefined;
  #last = 0;
  #isCatchingUp = false;
  #isBehind = false;

  constructor(connection: Connection) {
    this.#connection = connection;
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
    const { operation, args, topic, campaign_id } = asked;
    let last = Promise.resolve();
    const ask = (commit: Told | null) => {
      const answer = this.#connection.call<never>(operation, [user_id, ...args]);
      const settled = answer.then(
        (answer) => () => callback(answer, commit && plain(commit)),
        (error: CampaignKitError) => () => failed(error),
      );
      // In the order of the commits, whatever the order of the answers.
      last = last.then(async () => {
        const tell = await settled;
        if (this.#subscribers.has(subscriber)) guarded(tell);
      });
    };
    const subscriber: Subscriber = {
      tell(commit) {
        const concerns = ({ events, concerns }: Told) =>
          events.some(
            (event, at) =>
              concerns[at]?.includes(topic) &&
              (campaign_id === undefined || !("campaign_id" in event) || event.campaign_id === campaign_id),
          );
        if (!commit || (commit.user_id === user_id && concerns(commit))) ask(commit);
      },
    };
    return this.#add(subscriber, () => ask(null), failed);
  }

  listen(user_id: string, callback: (commit: Commit) => void): () => void {
    const subscriber: Subscriber = {
      tell: (commit) => commit?.user_id === user_id && guarded(() => callback(plain(commit))),
    };
    const nothing = () => {};
    return this.#add(subscriber, nothing, nothing);
  }

  #add(subscriber: Subscriber, begin: () => void, failed: (error: CampaignKitError) => void): () => void {
    if (!this.#seen) {
      this.#connection.follow((followed) => void this.#hear(followed));
      this.#seen = this.#connection.call<number>("watch", []);
      this.#seen.then((last) => (this.#last = last)).catch(() => (this.#seen = undefined));
    }
    let isWanted = true;
    this.#seen.then(
      () => {
        if (!isWanted) return;
        this.#subscribers.add(subscriber);
        begin();
      },
      (error: CampaignKitError) => isWanted && guarded(() => failed(error)),
    );
    return () => {
      isWanted = false;
      this.#subscribers.delete(subscriber);
    };
  }

  async #hear(followed: Followed | "reconnected"): Promise<void> {
    if (!this.#seen) return;
    if (followed === "reconnected") {
      // The new owner does not know yet who follows, and may have committed already.
      await this.#connection.call("watch", []).catch(() => {});
      return this.#catchUp();
    }
    await this.#seen.catch(() => {});
    if ("replaced" in followed) {
      this.#last = followed.replaced;
      for (const subscriber of this.#subscribers) subscriber.tell(null);
    } else if (!this.#tell(followed.commits)) {
      await this.#catchUp();
    }
  }

  /** Tells what was not told yet; false, where something before it is missing. */
  #tell(commits: readonly Told[]): boolean {
    for (const commit of commits) {
      const [first, last] = [commit.events[0]?.number, commit.events.at(-1)?.number];
      if (first === undefined || last === undefined || last <= this.#last) continue;
      if (first > this.#last + 1) return false;
      this.#last = last;
      for (const subscriber of this.#subscribers) subscriber.tell(commit);
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
        const missed = await this.#connection.call<Told[]>("commitsAfter", [this.#last]);
        // What is missing in between is not there at all.
        for (const commit of missed) {
          this.#last = Math.max(this.#last, (commit.events[0]?.number ?? 1) - 1);
          this.#tell([commit]);
        }
      }
    } catch {
      // Whoever asks next is told why; the next commit shows the gap again.
    } finally {
      this.#isCatchingUp = false;
    }
  }
}

function plain({ user_id, events }: Told): Commit {
  return { user_id, events };
}

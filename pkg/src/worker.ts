/**
 * The worker that runs the engine in the browser: the first message of its page opens the database, then it performs
 * calls in order. If it gets a name as an owner, it serves other tabs, too.
 */

import type { Followed, CommitNotice } from "./connection.js";
import { isLong, isOnDemand, isOperation, type Operation } from "./operation.js";
import {
  EVERYONE,
  lastEvents,
  MOST_TOGETHER,
  perform,
  performPaced,
  performTogether,
  recovered,
  type Result,
  watched,
} from "./engine-calls.js";
import { bug, cancelled, CampaignKitError, shapeOf, storageUnavailable } from "./error.js";
import { bufferHandles } from "./browser/buffered-handle.js";
import { OnDemand } from "./browser/on-demand.js";
import {
  channelOf,
  type FromEngine,
  type InLobby,
  lobbyOf,
  type Opening,
  type Outcome,
  type ToEngine,
  type ToTab,
} from "./browser/protocol.js";
import { hasFile, whole } from "./arguments.js";
import { BUILD } from "./browser/version.js";
import init, { Engine, onDemand, Rescue } from "./wasm/campaignkit.js";

/** One page, and how results are sent to it. */
interface Page {
  answer: (message: FromEngine) => void;
  /** The users whose commits it gets. */
  readonly follows: Set<string>;
}

interface Job {
  readonly page: Page;
  readonly call: Extract<ToEngine, { id: number }>;
  isCancelled: boolean;
  /** Ends the wait for the page to confirm the report that is the last chance to cancel. */
  onHeard?: () => void;
}

/** How long a page may take to confirm the last report before the commit, which follows then even if the page cancels. */
const HEARING_MS = 2_000;

/** The most rows of a result in one message. */
const ROWS = 1_000;

const own: Page = { answer: (message) => postMessage(message), follows: new Set() };
const jobs: Job[] = [];
let current: Job | undefined;
let engine: Engine | undefined;
let rescue: Rescue | undefined;
let rest: OnDemand | undefined;
let tabs: Tabs | undefined;

let received = 0;
// Browsers differ: a message that cannot be read is a `messageerror` or has no data.
addEventListener("message", ({ data }: MessageEvent<ToEngine | null>) => takeOwn(data));
addEventListener("messageerror", () => takeOwn(null));

function takeOwn(message: ToEngine | null): void {
  if (!message) return own.answer({ unreadable: received++ });
  if ("id" in message) received++;
  take(own, message);
}

function take(page: Page, message: ToEngine): void {
  if ("cancel" in message) {
    const job = [current, ...jobs].find((job) => job?.page === page && job.call.id === message.cancel);
    if (job) cancel(job);
  } else if ("heard" in message) {
    if (current?.page === page && current.call.id === message.heard) current.onHeard?.();
  } else {
    jobs.push({ page, call: message, isCancelled: false });
    if (!current) work().catch(reportError);
  }
}

function cancel(job: Job): void {
  job.isCancelled = true;
  job.onHeard?.();
}

/** Waits until the page of a call has confirmed the report, or cancels the call. */
function heard(job: Job): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, HEARING_MS);
    job.onHeard = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Performs calls until none are left. */
async function work(): Promise<void> {
  current = jobs.shift();
  // When a page was frozen, calls of other pages arrive together with the message that nobody waits for them any more.
  if (current?.page !== own) await yieldToMessages();
  while (current && (await performWithWaiting(current))) {
    publishCommits();
    // What arrived meanwhile is performed together.
    await yieldToMessages();
    current = jobs.shift();
  }
}

/** Performs a call, with those that wait and can be stored together with it; returns whether others may follow. */
async function performWithWaiting(job: Job): Promise<boolean> {
  const calls = short([job, ...jobs.slice(0, MOST_TOGETHER - 1)]);
  if (!engine || calls.length < 2) return performAlone(job);
  for (const { page, operation, args } of calls) noteWatched(page, operation, args);
  const results: Result[] = [];
  try {
    performTogether(engine, calls, results);
  } catch (thrown) {
    const { page, id } = calls[results.length] ?? { page: job.page, id: job.call.id };
    return broke(page, id, thrown);
  }
  if (results.length === 0) return performAlone(job);
  jobs.splice(0, results.length - 1);
  calls.length = results.length;
  for (const { page, id } of calls) {
    const result = results.shift();
    if (result) answer(page, id, "error" in result ? { ...result, fatal: false } : result);
  }
  return true;
}

/** The first of these calls, as far as each is performed in one go. */
function short(jobs: Job[]) {
  const calls: { page: Page; id: number; operation: Operation; args: unknown[] }[] = [];
  for (const { page, call, isCancelled } of jobs) {
    if (isCancelled || !("operation" in call) || hasFile(call.args)) break;
    const { id, operation, args } = call;
    if (!isOperation(operation) || isLong(operation) || (isOnDemand(operation) && !rest?.isLoaded)) break;
    calls.push({ page, id, operation, args });
  }
  return calls;
}

/** Performs a call by itself; returns whether another one may follow. */
async function performAlone(job: Job): Promise<boolean> {
  const { page, call } = job;
  let outcome: Outcome;
  try {
    if (job.isCancelled) throw new CampaignKitError(cancelled);
    outcome = { value: await answerOf(job) };
  } catch (thrown) {
    const error = shapeOf(thrown);
    if (!error) return broke(page, call.id, thrown);
    outcome = { error, fatal: false };
  }
  const isLast = "operation" in call && call.operation === "close";
  if (isLast) tabs?.leave();
  answer(page, call.id, outcome);
  return !isLast;
}

/**
 * Anything other than an error of the engine is a trap: the state behind it is unknown, and the page ends this worker.
 * What else was to be stored with this call is not, and is not answered.
 */
function broke(page: Page, id: number, thrown: unknown): false {
  page.answer({ id, error: bug, fatal: true });
  reportError(thrown);
  return false;
}

function answer(page: Page, id: number, outcome: Outcome): void {
  if ("value" in outcome) sendInChunks(outcome.value, (list, rows) => page.answer({ id, list, rows }));
  page.answer({ id, ...outcome });
}

async function answerOf(job: Job): Promise<unknown> {
  const { call, page } = job;
  if ("open" in call) {
    await open(call.open, job);
    return undefined;
  }
  const { id, operation, told } = call;
  const args = hasFile(call.args) ? await whole(call.args, operation) : call.args;
  if (isOnDemand(operation)) await rest?.load();
  if (operation === "close") {
    engine?.close();
    rescue?.close();
  } else if (rescue) {
    return operation === "recover" ? recovered(rescue) : rescue.replace(args[0] as Uint8Array);
  } else if (!engine || operation === "recover" || operation === "replace") {
    throw new CampaignKitError(storageUnavailable("the database is not open"));
  } else if (operation === "importDatabase") {
    const imported = perform(engine, operation, args);
    const users = [own, ...(tabs?.pages ?? [])].flatMap(({ follows }) => [...follows]);
    if (users.length > 0) follow(users, { replaced: lastEvents(engine, users) });
    return imported;
  } else if (isLong(operation)) {
    return await performPaced(engine, operation, args, async (done, total, isLastChance) => {
      if (told) page.answer({ id, done, total, isLastChance });
      if (told && isLastChance && !job.isCancelled) await heard(job);
      else await yieldToMessages();
      return !job.isCancelled;
    });
  } else {
    noteWatched(page, operation, args);
    return perform(engine, operation, args);
  }
}

function noteWatched(page: Page, operation: Operation, args: unknown[]): void {
  const user = watched(operation, args);
  if (user !== undefined) page.follows.add(user);
}

/** Sends the rows of long lists first, and leaves the lists empty. */
function sendInChunks(answer: unknown, send: (list: string, rows: unknown[]) => void): void {
  if (typeof answer !== "object" || answer === null) return;
  for (const [list, rows] of Object.entries(answer)) {
    if (!Array.isArray(rows) || rows.length <= ROWS) continue;
    for (let at = 0; at < rows.length; at += ROWS) send(list, rows.slice(at, at + ROWS));
    (answer as Record<string, unknown>)[list] = [];
  }
}

/** Sends the commits to the pages that follow their users. */
function publishCommits(): void {
  for (const commit of (engine?.commits() ?? []) as CommitNotice[])
    follow([commit.user_id, EVERYONE], { commits: [commit] });
}

/** Informs the pages that follow any of these users. */
function follow(users: string[], followed: Followed): void {
  const isFollowing = ({ follows }: Page) => users.some((user) => follows.has(user));
  if (isFollowing(own)) own.answer({ followed });
  if (tabs?.pages.some(isFollowing)) tabs.follow(followed);
}

const { port1, port2 } = new MessageChannel();
const yields: (() => void)[] = [];
port1.onmessage = () => yields.shift()?.();

/** Lets all messages that have arrived be handled. */
function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => {
    yields.push(resolve);
    port2.postMessage(null);
  });
}

async function open({ options, owner, isRescue }: Opening, job: Job): Promise<void> {
  try {
    const engine = await init({ module_or_path: new URL("./wasm/campaignkit_bg.wasm", import.meta.url) });
    const loading = new OnDemand(engine as unknown as WebAssembly.Exports, new URL("./wasm/campaignkit_on_demand.wasm", import.meta.url));
    onDemand(() => loading.loadNow());
    rest = loading;
  } catch (cause) {
    throw new CampaignKitError(storageUnavailable("the WebAssembly of campaignkit could not be loaded"), { cause });
  }
  if (options.storage !== "opfs") {
    engine = Engine.openMemory(options.simulated);
    return;
  }
  if (!navigator.storage?.getDirectory) {
    throw new CampaignKitError(storageUnavailable("this page or worker has no origin-private file system"));
  }
  bufferHandles();
  if (isRescue) rescue = await Rescue.openOpfs(options.name);
  else engine = await Engine.openOpfs(options.name, updating(job), options.simulated);
  if (owner) tabs = new Tabs(options.name, owner);
}

/**
 * Reports the update of a database of an older version. Its page may end this worker until it has confirmed the last chance,
 * however long that takes.
 */
function updating(job: Job): (done: number, total: number, isLastChance: boolean) => Promise<boolean> {
  return async (done, total, isLastChance) => {
    job.page.answer({ id: job.call.id, done, total, isLastChance });
    if (isLastChance) await new Promise<void>((resolve) => (job.onHeard = resolve));
    else await yieldToMessages();
    return true;
  };
}

/** The other tabs of the database. */
class Tabs {
  readonly #name: string;
  readonly #owner: string;
  readonly #lobby: BroadcastChannel;
  readonly #pages = new Map<string, Page & { readonly channel: BroadcastChannel }>();
  /** Ends the wait for the tabs to end. */
  readonly #left = new AbortController();

  constructor(name: string, owner: string) {
    this.#name = name;
    this.#owner = owner;
    this.#lobby = new BroadcastChannel(lobbyOf(name));
    this.#lobby.onmessage = ({ data }: MessageEvent<InLobby>) => {
      // A frozen page still gets some kinds of messages; calls need another kind.
      if ("ping" in data) void yieldToMessages().then(() => this.#say({ alive: owner }));
      else if ("hello" in data) this.#welcome(data.hello, data.build.version);
    };
    this.#say({ here: owner, build: BUILD });
  }

  get pages(): Page[] {
    return [...this.#pages.values()];
  }

  follow(followed: Followed): void {
    this.#say({ owner: this.#owner, followed });
  }

  leave(): void {
    this.#left.abort();
    for (const { channel } of this.#pages.values()) {
      channel.postMessage({ gone: this.#owner } satisfies ToTab);
      channel.close();
    }
    this.#lobby.close();
  }

  #say(message: InLobby): void {
    this.#lobby.postMessage(message);
  }

  #welcome(client: string, version: string): void {
    const known = this.#pages.get(client);
    if (known) return known.channel.postMessage({ welcome: this.#owner } satisfies ToTab);
    const channel = new BroadcastChannel(channelOf(this.#name, client));
    if (version !== BUILD.version) {
      channel.postMessage({ refused: BUILD } satisfies ToTab);
      return channel.close();
    }
    const page = { channel, follows: new Set<string>(), answer: (message: FromEngine) => channel.postMessage(message) };
    channel.onmessage = ({ data }: MessageEvent<ToEngine>) => take(page, data);
    this.#pages.set(client, page);
    channel.postMessage({ welcome: this.#owner } satisfies ToTab);
    // A tab may end without notice, but its lock is always released.
    navigator.locks
      .request(channelOf(this.#name, client), { signal: this.#left.signal }, () => this.#forget(client))
      .catch(() => {});
  }

  /** A tab has ended or is frozen: its calls are not wanted any more, and if it comes back, it says hello again. */
  #forget(client: string): void {
    const page = this.#pages.get(client);
    if (!page) return;
    this.#pages.delete(client);
    page.answer = () => {};
    page.channel.close();
    for (const job of [current, ...jobs]) if (job?.page === page) cancel(job);
  }
}

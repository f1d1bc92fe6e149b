/**
 * A database of this origin, from one of the tabs that have it open.
 *
 * All tabs request one Web Lock. The tab that holds it is the owner: its worker runs the engine and serves the others
 * over broadcast channels. When the owner ends, the browser gives the lock to the next tab, which starts a worker of
 * its own; all tabs then repeat their calls without a result. Each tab also has a lock of its own, by which the owner
 * learns that the tab is gone, however that happened.
 */

import { Clock } from "../clock.js";
import type { Connection, Follower } from "../connection.js";
import type { Operation, Work } from "../operation.js";
import { PendingCalls, type Transport } from "./pending-calls.js";
import { busy, cancelled, CampaignKitError, closed, otherOwner, shapeOf, storageUnavailable, unavailable } from "../error.js";
import type { ParsedOptions } from "../options.js";
import type { Progress } from "../progress.js";
import { channelOf, type FromEngine, type InLobby, lobbyOf, type ToTab } from "./protocol.js";
import { plain, WorkerHandle } from "./worker-handle.js";
import { withId } from "./repeatable.js";
import type { ErrorShape } from "../types.js";
import { BUILD, type Build, isNewer } from "./version.js";

/** How often an owner with unfinished calls is pinged, and after how many missing replies it is given up. */
const PING_MS = 500;
const MOST_SILENCES = 8;

/** How many times a newer version asks an older one before it gives up: the older one has that long to close. */
const MOST_REFUSALS = 3;

export class SharedConnection implements Connection {
  readonly storage = "opfs";
  readonly clock = new Clock(undefined);
  /** Rejects with the reason if the database could not be opened. */
  readonly opened: Promise<void>;
  readonly #options: Extract<ParsedOptions, { storage: "opfs" }>;
  readonly #progress: Progress;
  readonly #client = crypto.randomUUID();
  readonly #calls = new PendingCalls();
  readonly #lobby: BroadcastChannel;
  readonly #channel: BroadcastChannel;
  readonly #page = new AbortController();
  #settle: ((reason?: ErrorShape) => void) | undefined;
  #closing: Promise<void> | undefined;
  /** The page is frozen or hidden for good, or is about to be: its calls wait until it continues. */
  #isPaused = false;
  /** Ends the wait for the locks, and releases them. */
  #wait: AbortController | undefined;
  /** It holds the lock of its own name, so that an owner notices when it is gone. */
  #isPresent = false;
  /** The worker of this tab, while it has the lock. */
  #worker: WorkerHandle | undefined;
  /** The name of the present owner. */
  #owner: string | undefined;
  #silences = 0;
  /** How many times an owner of an older version refused. */
  #refusals = 0;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #follower: Follower | undefined;
  readonly #outdatedListeners = new Set<() => void>();
  #isOutdated = false;

  constructor(options: Extract<ParsedOptions, { storage: "opfs" }>, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
    this.#lobby = new BroadcastChannel(lobbyOf(options.name));
    this.#lobby.onmessage = ({ data }: MessageEvent<InLobby>) => this.#hearLobby(data);
    this.#channel = new BroadcastChannel(channelOf(options.name, this.#client));
    this.#channel.onmessage = ({ data }: MessageEvent<ToTab>) => this.#hear(data);
    this.opened = new Promise((resolve, reject) => {
      this.#settle = (reason) => (reason ? reject(new CampaignKitError(reason)) : resolve());
    });
    this.opened.catch(() => this.#dispose());
    this.#calls.onWaiting = () => this.#attend();

    // A frozen page can neither answer nor take its turn: it gives up the database, and its place in the queue.
    const { signal } = this.#page;
    globalThis.document?.addEventListener("freeze", () => this.#pause(), { signal });
    globalThis.document?.addEventListener("resume", () => this.#goOn(), { signal });
    globalThis.addEventListener?.("pagehide", () => this.#pause(), { signal });
    globalThis.addEventListener?.("pageshow", () => this.#goOn(), { signal });
    progress.signal?.addEventListener("abort", () => this.#cancel(), { signal });
    this.#enter();
  }

  async call<Answer>(operation: Operation, args: unknown[], work?: Work): Promise<Answer> {
    if (this.#closing) throw new CampaignKitError(closed);
    if (!this.#wait && !this.#isPaused) this.#enter();
    return (await this.#calls.call(operation, withId(operation, args), work)) as Answer;
  }

  follow(follower: Follower): void {
    this.#follower = follower;
  }

  onOutdated(callback: () => void): () => void {
    this.#outdatedListeners.add(callback);
    if (this.#isOutdated) queueMicrotask(() => this.#outdatedListeners.has(callback) && callback());
    return () => this.#outdatedListeners.delete(callback);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      if (this.#worker) await this.#calls.call("close", []);
      else await this.#calls.settled();
    } finally {
      this.#dispose();
    }
  }

  #dispose(): void {
    this.#closing ??= Promise.resolve();
    this.#page.abort();
    this.#leave();
    this.#calls.fail(closed);
    clearTimeout(this.#watch);
    this.#channel.close();
    this.#lobby.close();
  }

  #pause(): void {
    this.#isPaused = true;
    this.#leave();
  }

  #goOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#enter();
  }

  /** Looks for the owner, and waits to become it. */
  #enter(): void {
    if (this.#wait || this.#page.signal.aborted) return;
    const { signal } = (this.#wait = new AbortController());
    // Before it holds its own lock, an owner that waits for that lock would think this tab dead.
    this.#lock(channelOf(this.#options.name, this.#client), signal, () => {
      this.#lock(lobbyOf(this.#options.name), signal, () => this.#start());
      this.#isPresent = true;
      this.#hello();
    });
    this.#attend();
  }

  /** Takes a lock as soon as it is free, until the tab leaves. */
  #lock(name: string, signal: AbortSignal, taken: () => void): void {
    const hold = () =>
      new Promise<void>((release) => {
        // The page was frozen just when it got the lock.
        if (signal.aborted) return release();
        signal.addEventListener("abort", () => release());
        taken();
      });
    navigator.locks.request(name, { signal }, hold).catch(() => {
      // Anything but the end of the wait means that the context refuses: it may have no locks.
      if (!signal.aborted) this.#fail(storageUnavailable("this context has no locks"));
    });
  }

  #leave(): void {
    this.#wait?.abort();
    this.#wait = undefined;
    this.#isPresent = false;
    this.#worker?.end(closed);
    this.#worker = undefined;
    this.#owner = undefined;
    this.#calls.disconnect();
  }

  #start(): void {
    const owner = crypto.randomUUID();
    this.#owner = undefined;
    this.#calls.disconnect();
    const worker = new WorkerHandle(
      { options: this.#options, owner },
      this.#calls,
      (message) => {
        if ("followed" in message) this.#follower?.(message.followed);
        else if ("done" in message) this.#say({ updated: message.done, total: message.total });
      },
      () => this.#start(),
      this.#progress,
    );
    this.#worker = worker;
    worker.opened.then(
      () => this.#worker === worker && this.#connect(owner, worker),
      (error) => this.#worker === worker && this.#fail(shapeOf(error) ?? otherOwner),
    );
  }

  #connect(owner: string, transport: Transport): void {
    this.#owner = owner;
    this.#silences = 0;
    this.#refusals = 0;
    this.#calls.connect(transport);
    if (this.#settle) this.#settle();
    else this.#follower?.("reconnected");
    this.#settle = undefined;
  }

  /** The app does not wait any more for a database that is not open: another tab may go on. */
  #cancel(): void {
    // One that was open is waited for by its calls, which have signals of their own.
    if (!this.#settle) return;
    if (this.#worker) this.#worker.cancel();
    else this.#fail(cancelled);
  }

  /** The database cannot be opened: tells everyone who waits for it. The next call tries again. */
  #fail(reason: ErrorShape): void {
    this.#leave();
    this.#settle?.(reason);
    this.#settle = undefined;
    this.#calls.fail(reason);
  }

  #hello(): void {
    if (this.#isPresent) this.#say({ hello: this.#client, build: BUILD });
  }

  #say(message: InLobby): void {
    this.#lobby.postMessage(message);
  }

  #hearLobby(message: InLobby): void {
    if ("hello" in message) {
      if (isNewer(message.build)) this.#tellOutdated();
    } else if ("ping" in message) {
      // While the worker is busy or starts, its page replies. It does so by a timer, because the timers of a frozen
      // page do not run, although it may receive this message.
      if (this.#worker) setTimeout(() => this.#worker && this.#say({ alive: this.#client }));
    } else if ("here" in message) {
      if (!this.#worker && message.here !== this.#owner && this.#wait) this.#hello();
    } else {
      this.#silences = 0;
      if ("followed" in message && message.owner === this.#owner && !this.#worker) this.#follower?.(message.followed);
      if ("updated" in message && this.#settle) {
        this.#progress.report(message.updated, message.total);
        if (this.#progress.isCancelled) this.#cancel();
      }
    }
  }

  #hear(message: ToTab): void {
    this.#silences = 0;
    if (this.#worker || !this.#wait) return;
    if ("welcome" in message) {
      const post: Transport["post"] = (call) => this.#channel.postMessage(plain(call));
      if (message.welcome !== this.#owner) this.#connect(message.welcome, { post });
    } else if ("refused" in message) {
      if (isNewer(message.refused)) this.#outdated(message.refused);
      else if (++this.#refusals >= MOST_REFUSALS) this.#fail({ ...otherOwner, message: OLDER_OWNER });
    } else if ("gone" in message) {
      if (message.gone !== this.#owner) return;
      this.#owner = undefined;
      this.#calls.undone();
    } else {
      this.#calls.take(message as FromEngine);
    }
  }

  #outdated({ schema }: Build): void {
    this.#fail(unavailable(schema > BUILD.schema ? "newer_schema" : otherOwner.code, NEWER_OWNER));
    this.#tellOutdated();
  }

  #tellOutdated(): void {
    if (this.#isOutdated) return;
    this.#isOutdated = true;
    for (const callback of this.#outdatedListeners) queueMicrotask(callback);
  }

  /** Makes sure that everyone who waits gets a reply: from an owner, or an error. */
  #attend(): void {
    if (this.#watch !== undefined) return;
    this.#silences = 0;
    const look = () => {
      this.#watch = undefined;
      if (!this.#wait || !(this.#settle || this.#calls.isWaiting)) return;
      if (this.#worker) this.#silences = 0;
      else if (this.#silences >= MOST_SILENCES && this.#settle) return this.#fail(otherOwner);
      else if (this.#silences >= MOST_SILENCES) this.#calls.fail(busy);
      this.#silences++;
      if (!this.#owner && !this.#worker) this.#hello();
      this.#say({ ping: this.#client });
      this.#watch = setTimeout(look, PING_MS);
    };
    this.#watch = setTimeout(look, PING_MS);
  }
}

const NEWER_OWNER = "a newer version of the package has this database open";
const OLDER_OWNER = "an older version of the package has this database open";

/** A database that one kit has for itself: in memory, a simulation, or damaged. */

import { Clock } from "../clock.js";
import type { Connection, Follower } from "../connection.js";
import type { EngineCall, Work } from "../operation.js";
import { PendingCalls } from "./pending-calls.js";
import { CampaignKitError, closed, otherOwner, storageUnavailable } from "../error.js";
import { lobbyOf, type Opening } from "./protocol.js";
import { Progress } from "../progress.js";
import { WorkerHandle } from "./worker-handle.js";

/** How long a worker that was just ended may take to release its lock, for example when a page is reloaded. */
const DYING_OWNER_MS = 500;

/** A database in a worker of its own. Its content is lost when the worker dies. */
export class ExclusiveConnection implements Connection {
  readonly storage;
  readonly clock: Clock;
  readonly opened: Promise<void>;
  readonly #calls = new PendingCalls();
  #worker: WorkerHandle | undefined;
  #follower: Follower | undefined;
  #closing: Promise<void> | undefined;
  #release = () => {};

  constructor(opening: Opening, progress = new Progress()) {
    this.storage = opening.options.storage;
    this.clock = new Clock(opening.options.simulated);
    this.opened = this.#open(opening, progress);
  }

  async call<Answer>(operation: EngineCall, args: unknown[], work?: Work): Promise<Answer> {
    if (this.#closing) throw new CampaignKitError(closed);
    if (this.#worker?.ended) throw new CampaignKitError(this.#worker.ended);
    return (await this.#calls.call(operation, args, work)) as Answer;
  }

  follow(follower: Follower): void {
    this.#follower = follower;
  }

  onOutdated(): () => void {
    return () => {};
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      if (!this.#worker?.ended) await this.#calls.call("close", []);
    } finally {
      this.#worker?.end(closed);
      this.#release();
    }
  }

  async #open(opening: Opening, progress: Progress): Promise<void> {
    const { options } = opening;
    if (options.storage === "opfs") this.#release = await own(options.name);
    const worker = new WorkerHandle(
      opening,
      this.#calls,
      (message) => "followed" in message && this.#follower?.(message.followed),
      (reason) => this.#calls.fail(reason),
      progress,
    );
    this.#worker = worker;
    const cancel = () => worker.cancel();
    progress.signal?.addEventListener("abort", cancel);
    if (progress.isCancelled) cancel();
    try {
      await worker.opened;
    } catch (error) {
      this.#release();
      throw error;
    } finally {
      progress.signal?.removeEventListener("abort", cancel);
    }
    this.#calls.connect(worker);
  }
}

/** Takes the lock of a database; the result releases it. */
function own(name: string): Promise<() => void> {
  return new Promise((owned, refused) => {
    const signal = AbortSignal.timeout(DYING_OWNER_MS);
    navigator.locks
      .request(lobbyOf(name), { signal }, () => new Promise<void>((release) => owned(release)))
      .catch((cause: unknown) => {
        // Anything but the end of the wait means that the context refuses: it may have no locks.
        const shape = signal.aborted ? otherOwner : storageUnavailable("this context has no locks");
        refused(new CampaignKitError(shape, { cause }));
      });
  });
}

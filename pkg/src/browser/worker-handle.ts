/** The page's side of the worker that runs the engine. */

import { bug, cancelled, CampaignKitError, storageUnavailable } from "../error.js";
import type { FromEngine, Opening, ToEngine } from "./protocol.js";
import type { PendingCalls, Transport } from "./pending-calls.js";
import { sendable } from "../arguments.js";
import type { Progress } from "../progress.js";
import type { ErrorShape } from "../types.js";

/** One worker from its start to its end. */
export class WorkerHandle implements Transport {
  /** Rejects with the reason if the database could not be opened. */
  readonly opened: Promise<void>;
  ended: ErrorShape | undefined;
  readonly #calls: PendingCalls;
  readonly #worker: Worker | undefined;
  readonly #take: (message: FromEngine) => void;
  readonly #onEnd: (reason: ErrorShape) => void;
  readonly #progress: Progress;
  /** The page has confirmed that the update of an older database is to be stored. */
  #isStoring = false;
  #settle: ((reason?: ErrorShape) => void) | undefined;
  /** The ids of the calls on their way, in order, and how many calls preceded them. */
  readonly #sent: number[] = [];
  #answered = 1;

  /**
   * @param take Gets the worker's messages that are not results of `calls`.
   * @param onEnd Gets the reason if the worker ends after it opened its database, unless `end` was called.
   * @param progress Of the update of a database of an older version.
   */
  constructor(
    opening: Opening,
    calls: PendingCalls,
    take: (message: FromEngine) => void,
    onEnd: (reason: ErrorShape) => void,
    progress: Progress,
  ) {
    this.#calls = calls;
    this.#take = take;
    this.#onEnd = onEnd;
    this.#progress = progress;
    this.opened = new Promise((resolve, reject) => {
      this.#settle = (reason) => (reason ? reject(new CampaignKitError(reason)) : resolve());
    });
    this.opened.catch(() => {});
    try {
      this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "campaignkit" });
      this.#worker.onmessage = ({ data }: MessageEvent<FromEngine>) => this.#hear(data);
      this.#worker.onmessageerror = () => this.#break(bug);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#break(this.#settle ? NO_WORKER : bug);
      };
      this.#worker.postMessage({ id: OPENING, open: opening } satisfies ToEngine);
    } catch {
      this.#break(NO_WORKER);
    }
  }

  post(message: ToEngine): void {
    if (this.ended) return;
    try {
      this.#worker?.postMessage(message);
    } catch {
      this.#worker?.postMessage(plain(message));
    }
    if ("id" in message) this.#sent.push(message.id);
  }

  /** Ends the worker; calls without a result do not get one any more. */
  end(reason: ErrorShape): void {
    this.ended ??= reason;
    this.#worker?.terminate();
    this.#settle?.(reason);
    this.#settle = undefined;
  }

  /** Ends a worker that has neither opened the database nor begun to store an update of it: it is as it was. */
  cancel(): void {
    if (this.#settle && !this.#isStoring) this.end(cancelled);
  }

  #report(message: Extract<FromEngine, { done: number }>): void {
    this.#progress.report(message.done, message.total);
    if (this.#progress.isCancelled) return this.cancel();
    this.#take(message);
    if (!message.isLastChance) return;
    this.#isStoring = true;
    this.#worker?.postMessage({ heard: OPENING } satisfies ToEngine);
  }

  #break(reason: ErrorShape): void {
    if (this.ended) return;
    const wasOpen = !this.#settle;
    this.end(reason);
    if (wasOpen) this.#onEnd(reason);
  }

  #hear(message: FromEngine): void {
    if (this.ended) return;
    if ("unreadable" in message) {
      const id = this.#sent[message.unreadable - this.#answered];
      if (id !== undefined) this.#calls.resend(id, (call) => this.post(plain(call)));
      return;
    }
    if (!("id" in message)) return this.#take(message);
    const isOutcome = "value" in message || "error" in message;
    if (message.id !== OPENING) {
      if (isOutcome) this.#answered += this.#sent.splice(0, this.#sent.indexOf(message.id) + 1).length;
      this.#calls.take(message);
      if ("fatal" in message && message.fatal) this.#break(bug);
    } else if ("done" in message) {
      this.#report(message);
    } else if ("error" in message) {
      this.end(message.error);
    } else {
      this.#settle?.();
      this.#settle = undefined;
    }
  }
}

/** No call of a page has this id. */
const OPENING = -1;

/** A browser does not report the cause: a content security policy, a missing file, a context that has no workers. */
const NO_WORKER = storageUnavailable("the worker could not be started");

/** A message in a form that can be cloned anywhere. */
export function plain(message: ToEngine): ToEngine {
  return "args" in message ? { ...message, args: sendable(message.args) } : message;
}

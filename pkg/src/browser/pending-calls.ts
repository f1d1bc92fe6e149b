/** The calls of one kit that have no result yet, and how they reach the engine. */

import type { EngineCall, Work } from "../operation.js";
import { cancelled, CampaignKitError, ownerLost } from "../error.js";
import type { FromEngine, ToEngine } from "./protocol.js";
import { isRepeatable, mayBeRepeated } from "./repeatable.js";
import { cloned, filed } from "../arguments.js";
import type { ErrorShape } from "../types.js";
import { Progress } from "../progress.js";

/** Sends calls to an engine. */
export interface Transport {
  post(message: ToEngine): void;
}

interface Pending {
  readonly id: number;
  readonly operation: EngineCall;
  args: unknown[];
  readonly progress: Progress;
  readonly answer: Promise<unknown>;
  readonly lists: Record<string, unknown[]>;
  /** How many workers it was sent to that may have performed it. */
  sent: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The most owners that a call is sent to; each may end before it finishes the call. */
const MOST_OWNERS = 3;

/**
 * The most calls on their way at once: enough to keep an engine busy. The others wait here, so that the thread of a
 * page that makes a thousand calls has less to do at once.
 */
const MOST_ON_THEIR_WAY = 32;

export class PendingCalls {
  /** The calls without a result, in their order. */
  readonly #pending = new Map<number, Pending>();
  /** The calls that were not yet sent to the present transport. */
  readonly #unsent = new Map<number, Pending>();
  #transport: Transport | undefined;
  #made = 0;
  /** Called when the first call begins to wait. */
  onWaiting = () => {};

  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  call(operation: EngineCall, given: unknown[], work?: Work): Promise<unknown> {
    const progress = new Progress(work);
    const { signal } = progress;
    if (progress.isCancelled) return Promise.reject(progress.rejection(new CampaignKitError(cancelled)));
    const args = filed(given);
    const id = this.#made++;
    const { promise: answer, ...settle } = withResolvers();
    const pending: Pending = { id, operation, args, progress, answer, lists: {}, sent: 0, ...settle };
    this.#pending.set(id, pending);
    this.#unsent.set(id, pending);
    this.#send();
    // A call that may be sent later keeps its arguments as they were when it was made.
    if (this.#unsent.has(id) || mayBeRepeated(operation)) pending.args = cloned(args);
    if (this.#pending.size === 1) this.onWaiting();
    if (!signal) return answer;

    const cancel = () =>
      this.#unsent.has(id) ? this.#reject(pending, cancelled) : this.#transport?.post({ cancel: id });
    signal.addEventListener("abort", cancel);
    return answer.finally(() => signal.removeEventListener("abort", cancel));
  }

  /**
   * From now on calls go to this transport. Calls that another owner may have performed are repeated if that is safe,
   * and rejected otherwise.
   */
  connect(transport: Transport): void {
    this.#transport = undefined;
    this.#unsent.clear();
    for (const pending of this.#pending.values()) {
      const isAskedAgain = pending.sent < MOST_OWNERS && isRepeatable(pending.operation, pending.args);
      if (pending.sent > 0 && !isAskedAgain) this.#reject(pending, ownerLost);
      else if (pending.progress.isCancelled) this.#reject(pending, cancelled);
      else this.#unsent.set(pending.id, pending);
    }
    this.#transport = transport;
    this.#send();
  }

  /** There is no owner at present. */
  disconnect(): void {
    this.#transport = undefined;
  }

  /** The owner ended in an orderly way: it did not perform the calls that it did not finish. */
  undone(): void {
    for (const pending of this.#pending.values()) pending.sent = 0;
    this.#transport = undefined;
  }

  /** Resolves when every call made so far has a result. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#pending.values()].map(({ answer }) => answer));
  }

  take(message: FromEngine): void {
    const pending = "id" in message ? this.#pending.get(message.id) : undefined;
    if (!pending || !("id" in message)) return;
    if ("done" in message) {
      const { id, progress } = pending;
      progress.report(message.done, message.total);
      if (progress.isCancelled) this.#transport?.post({ cancel: id });
      else if (message.isLastChance) this.#transport?.post({ heard: id });
    } else if ("rows" in message) {
      const rows = (pending.lists[message.list] ??= []);
      for (const row of message.rows) rows.push(row);
    } else if ("error" in message) {
      this.#reject(pending, message.error);
    } else {
      this.#forget(pending);
      pending.progress.fulfilled();
      const { value } = message;
      pending.resolve(typeof value === "object" && value ? Object.assign(value, pending.lists) : value);
      this.#send();
    }
  }

  /** Rejects every call, and cancels those that were sent. */
  fail(error: ErrorShape): void {
    const transport = this.#transport;
    const sent = [...this.#pending.keys()].filter((id) => !this.#unsent.has(id));
    this.#transport = undefined;
    for (const pending of this.#pending.values()) this.#reject(pending, error);
    for (const id of sent) transport?.post({ cancel: id });
    this.#transport = transport;
  }

  /** Sends a call again in a form that can be cloned anywhere. */
  resend(id: number, post: (message: ToEngine) => void): void {
    const pending = this.#pending.get(id);
    if (pending) post(this.#message(pending));
  }

  #send(): void {
    for (const pending of this.#unsent.values()) {
      if (!this.#transport || this.#pending.size - this.#unsent.size >= MOST_ON_THEIR_WAY) return;
      this.#unsent.delete(pending.id);
      pending.sent++;
      for (const list of Object.keys(pending.lists)) delete pending.lists[list];
      this.#transport.post(this.#message(pending));
    }
  }

  #message({ id, operation, args, progress }: Pending): ToEngine {
    return { id, operation, args, told: progress.wantsProgress };
  }

  #forget({ id }: Pending): void {
    this.#pending.delete(id);
    this.#unsent.delete(id);
  }

  #reject(pending: Pending, error: ErrorShape): void {
    this.#forget(pending);
    pending.reject(pending.progress.rejection(new CampaignKitError(error)));
    this.#send();
  }
}

/** `Promise.withResolvers`, which some supported browsers and Node versions lack. */
function withResolvers() {
  let resolve!: (value: unknown) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<unknown>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

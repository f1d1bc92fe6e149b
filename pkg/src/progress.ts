/** Progress and cancellation of one long call, the same on every platform. */

import type { Work } from "./operation.js";
import { cancelled, CampaignKitError, guarded } from "./error.js";

export class Progress {
  readonly #work: Work;
  #thrown: { readonly error: unknown } | undefined;
  /** What was reported last: another engine that begins anew says nothing until it is further. */
  #done = 0;

  constructor(work: Work = {}) {
    this.#work = work;
  }

  get signal(): AbortSignal | undefined {
    return this.#work.signal;
  }

  /** Whether the app wants to know the progress of the call. */
  get wantsProgress(): boolean {
    return this.#work.onProgress !== undefined;
  }

  /** Whether the app cancelled the call: it aborted it, or threw in `onProgress`. */
  get isCancelled(): boolean {
    return this.#thrown !== undefined || this.signal?.aborted === true;
  }

  report(done: number, total: number): void {
    if (this.isCancelled || done < this.#done) return;
    this.#done = done;
    try {
      this.#work.onProgress?.(done, total);
    } catch (error) {
      this.#thrown = { error };
    }
  }

  /** What the call is rejected with; the cause of a `cancelled` is what the app threw, or the reason of its signal. */
  rejection(error: CampaignKitError): CampaignKitError {
    if (error.code !== cancelled.code) {
      this.fulfilled();
      return error;
    }
    return new CampaignKitError(cancelled, { cause: this.#thrown ? this.#thrown.error : this.signal?.reason });
  }

  /** An error that was thrown too late to cancel anything is rethrown uncaught, so that it is not lost. */
  fulfilled(): void {
    const thrown = this.#thrown;
    if (!thrown) return;
    guarded(() => {
      throw thrown.error;
    });
  }
}

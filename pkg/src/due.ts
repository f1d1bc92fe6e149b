/** The loop of a host: tasks, one by one, as they become due. */

import { LEASE_SECONDS_DEFAULT } from "./bounds.js";
import type { Clock } from "./clock.js";
import type { CampaignKitError } from "./error.js";
import { invalid, parseInstant, parseSignal, unknownFields } from "./options.js";
import type {
  Channel,
  ClaimDue,
  Claimed,
  Completion,
  Extended,
  Reported,
  Task,
  TaskId,
} from "./types.js";

/** Which tasks to wait for, and until when; everything is optional. */
export interface DueOptions extends Omit<ClaimDue, "ahead_seconds"> {
  /** The most tasks that are leased at once, by default 10: they are handed to the loop one by one. */
  max?: number | null;
  /** When the loop ends: at an instant, as RFC 3339, or once nothing is due (`idle`); by default never. */
  until?: "idle" | (string & {}) | null;
  /** Aborting it ends the loop after the task that it has at present. */
  signal?: AbortSignal | null;
  /**
   * The present instant as RFC 3339, for a host that pretends one. That clock stands, so the loop waits for changes only;
   * {@link DueTask.complete} takes the same `now`.
   */
  now?: string | null;
}

/** A task of {@link Session.due}, of the channel that was asked for. */
export type DueTask<Type = undefined> = OfChannel<Type> & {
  /**
   * Records the outcome, as {@link Session.complete}. Once it was called, the task is left alone: its lease is not
   * extended any more, nor is it released when the loop ends.
   */
  complete(completion: Completion): Promise<Reported>;
};

type OfChannel<Type> = Type extends "email"
  ? Extract<Task, { type: "email" }>
  : Type extends "linkedin"
    ? Exclude<Task, { type: "email" }>
    : Task;

/** What the loop needs of a session. */
interface Outbox {
  claimDue(request: ClaimDue): Promise<Claimed>;
  complete(task_id: TaskId, completion: Completion): Promise<Reported>;
  extendLease(task_id: TaskId, lease_seconds: number): Promise<Extended>;
  releaseTask(task_id: TaskId): Promise<Reported>;
  onCommit(callback: () => void): () => void;
}

const OPTIONS: Record<keyof DueOptions, 1> = {
  type: 1,
  until: 1,
  signal: 1,
  unsubscribe_url: 1,
  open_url: 1,
  max: 1,
  lease_seconds: 1,
  late: 1,
  now: 1,
};

/** How many tasks are leased at once. */
const BATCH = 10;

/** When to claim again where something is due that a claim passes over, such as messages of the other channel. */
const PASSED_OVER_MS = 15_000;

/** Errors of a lease that is gone for good. */
const GONE: readonly string[] = ["lease_lost", "task_completed", "task_not_found"];

/** Throws `invalid_input` with every issue of the options that are not those of a claim. @internal */
export async function* due<Type extends Channel | null | undefined>(
  me: Outbox,
  clock: Clock,
  options: DueOptions,
): AsyncGenerator<DueTask<Type>, void, void> {
  const { until, signal, ...request } = options;
  const issues = unknownFields(request, Object.keys(OPTIONS));
  const end_ms = until && until !== "idle" ? parseInstant("until", until, issues) : Infinity;
  const aborted = parseSignal("signal", signal, issues);
  if (issues.length > 0) throw invalid(issues);

  const isOver = () => aborted?.aborted || clock.now() >= end_ms;
  const alarm = new Alarm(clock);
  const leases = new Leases(me, clock, request.lease_seconds ?? LEASE_SECONDS_DEFAULT);
  const leave = me.onCommit(alarm.ring);
  aborted?.addEventListener("abort", alarm.ring);
  try {
    while (!isOver()) {
      alarm.silence();
      const claimed_ms = clock.now();
      const { tasks, next_due_at } = await me.claimDue({ max: BATCH, ...request });
      leases.take(tasks);
      for (const task of tasks) {
        if (isOver()) return;
        if (leases.has(task)) yield leases.completable(task) as DueTask<Type>;
        leases.leave(task);
      }
      if (tasks.length > 0) continue;
      if (until === "idle") return;
      const next_ms = next_due_at === null || request.now ? Infinity : Date.parse(next_due_at);
      const isPassedOver = next_ms <= claimed_ms;
      await alarm.wait(Math.min(end_ms, isPassedOver ? claimed_ms + PASSED_OVER_MS : next_ms));
    }
  } finally {
    leave();
    aborted?.removeEventListener("abort", alarm.ring);
    await leases.release();
  }
}

/** A wait that ends at an instant, or when it is rung, also before it began. */
class Alarm {
  readonly ring = (): void => {
    this.#isRung = true;
    this.#wake();
  };
  readonly #clock: Clock;
  #isRung = false;
  #wake = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  silence(): void {
    this.#isRung = false;
  }

  async wait(instant_ms: number): Promise<void> {
    if (this.#isRung) return;
    let end = (): void => {};
    await new Promise<void>((wake) => {
      this.#wake = wake;
      end = this.#clock.at(instant_ms, wake);
    });
    end();
  }
}

/** The leases of tasks that the loop has, or will have. They are extended before they end. */
class Leases {
  readonly #me: Outbox;
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #leased = new Set<TaskId>();
  #end = (): void => {};

  constructor(me: Outbox, clock: Clock, seconds: number) {
    this.#me = me;
    this.#clock = clock;
    this.#seconds = seconds;
  }

  take(tasks: readonly Task[]): void {
    for (const { id } of tasks) this.#leased.add(id);
    if (tasks.length > 0) this.#extendLater();
  }

  /** Whether its lease was not lost meanwhile. */
  has({ id }: Task): boolean {
    return this.#leased.has(id);
  }

  leave({ id }: Task): void {
    this.#leased.delete(id);
    if (this.#leased.size === 0) this.#end();
  }

  /** The same task, with a method that does not show when it is copied or printed. */
  completable(task: Task): Task {
    const value = (completion: Completion): Promise<Reported> => {
      this.#leased.delete(task.id);
      return this.#me.complete(task.id, completion);
    };
    return Object.defineProperty(task, "complete", { value });
  }

  /** Releases the tasks that are left. Where that fails, their leases end by themselves. */
  async release(): Promise<void> {
    this.#end();
    const left = [...this.#leased];
    this.#leased.clear();
    await Promise.allSettled(left.map((id) => this.#me.releaseTask(id)));
  }

  #extendLater(): void {
    this.#end();
    this.#end = this.#clock.at(this.#clock.now() + this.#seconds * 500, () => {
      for (const id of this.#leased) void this.#extend(id);
      this.#extendLater();
    });
  }

  async #extend(id: TaskId): Promise<void> {
    try {
      await this.#me.extendLease(id, this.#seconds);
    } catch (error) {
      // Anything else may pass, and is tried again as long as the lease lasts.
      if (GONE.includes((error as CampaignKitError).code)) this.#leased.delete(id);
    }
  }
}

/** A database in this thread of Node. */

import { Clock } from "../clock.js";
import type { Connection, Follower, CommitNotice } from "../connection.js";
import {
  lastEvents,
  MOST_TOGETHER,
  perform,
  performPaced,
  performTogether,
  type Result,
  watched,
} from "../engine-calls.js";
import { bug, cancelled, CampaignKitError, closed } from "../error.js";
import { isLong, type LongOperation, type Operation, type Work } from "../operation.js";
import type { Simulation, Storage } from "../options.js";
import { cloned, hasFile, whole } from "../arguments.js";
import type { Engine } from "../wasm/campaignkit.js";
import { Progress } from "../progress.js";
import type { DatabaseFile } from "./file.js";
import { currentInstance, type Instance, pausing } from "./instance.js";

/** A call without a result. */
interface Job {
  readonly operation: Operation;
  readonly args: unknown[];
  readonly work: Work | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * A database in this thread. Calls of one turn of the event loop are stored together. If the engine broke, the next call
 * opens the file again; a database in memory is lost, and so is a simulation.
 */
export class LocalConnection implements Connection {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly #file: DatabaseFile | undefined;
  #instance: Instance;
  #engine: Engine;
  #follower: Follower | undefined;
  /** The users whose commits the follower gets. */
  readonly #followed = new Set<string>();
  /** The calls that were not begun, in their order. */
  readonly #jobs: Job[] = [];
  /** Settles when no calls are left. */
  #working: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(instance: Instance, engine: Engine, file: DatabaseFile | undefined, clock: Clock) {
    this.#instance = instance;
    this.#engine = engine;
    this.#file = file;
    this.clock = clock;
    this.storage = engine.storage;
  }

  /** Opens a database, of which the file is released if that fails. */
  static async open(
    instance: Instance,
    file: DatabaseFile | undefined,
    simulation: Simulation | undefined,
    progress: Progress,
  ): Promise<LocalConnection> {
    try {
      const engine = await instance.open(file, simulation, progress);
      progress.fulfilled();
      return new LocalConnection(instance, engine, file, new Clock(simulation));
    } catch (error) {
      file?.release();
      throw progress.rejection(error as CampaignKitError);
    }
  }

  async call<Answer>(operation: Operation, args: unknown[], work?: Work): Promise<Answer> {
    if (this.#closing) throw new CampaignKitError(closed);
    const own = cloned(args);
    const answer = new Promise((resolve, reject) => this.#jobs.push({ operation, args: own, work, resolve, reject }));
    this.#working ??= this.#work();
    return (await answer) as Answer;
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
    await this.#working;
    try {
      if (!this.#instance.broken) this.#instance.close(this.#engine);
    } finally {
      this.#file?.release();
    }
  }

  /** Performs calls until none are left; the first ones when this turn of the event loop has made all of its calls. */
  async #work(): Promise<void> {
    await undefined;
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      if (!this.#instance.broken && this.#performTogether(this.#jobs.slice(0, MOST_TOGETHER))) continue;
      this.#jobs.shift();
      await this.#performAlone(job);
    }
    this.#working = undefined;
  }

  /** Performs the first of these calls, as far as each is done in one go and not alone; returns false if there is none. */
  #performTogether(jobs: Job[]): boolean {
    const end = jobs.findIndex(({ operation, args }) => isLong(operation) || hasFile(args));
    if (end >= 0) jobs.length = end;
    if (jobs.length < 2) return false;
    for (const { operation, args } of jobs) this.#noteWatched(operation, args);
    const results: Result[] = [];
    try {
      this.#instance.attempt(() => performTogether(this.#engine, jobs, results));
      this.#publishCommits();
    } catch (error) {
      // None of them is stored.
      for (const { reject } of this.#jobs.splice(0, Math.min(results.length + 1, jobs.length))) reject(error);
      return true;
    }
    for (const result of results) {
      const job = this.#jobs.shift();
      if ("error" in result) job?.reject(new CampaignKitError(result.error));
      else job?.resolve(result.value);
    }
    return results.length > 0;
  }

  async #performAlone({ operation, args: given, work, resolve, reject }: Job): Promise<void> {
    try {
      const args = hasFile(given) ? await whole(given, operation) : given;
      if (this.#instance.broken) await this.#reopen();
      resolve(work && isLong(operation) ? await this.#long(operation, args, work) : this.#perform(operation, args));
    } catch (error) {
      reject(error);
    }
  }

  #perform(operation: Operation, args: unknown[]): unknown {
    this.#noteWatched(operation, args);
    const answer = this.#instance.attempt(() => perform(this.#engine, operation, args));
    if (operation === "importDatabase" && this.#followed.size > 0) {
      this.#follower?.({ replaced: this.#instance.attempt(() => lastEvents(this.#engine, [...this.#followed])) });
    }
    this.#publishCommits();
    return answer;
  }

  #noteWatched(operation: Operation, args: unknown[]): void {
    const user = watched(operation, args);
    if (user !== undefined) this.#followed.add(user);
  }

  async #long(operation: LongOperation, args: unknown[], work: Work): Promise<unknown> {
    const progress = new Progress(work);
    try {
      if (progress.isCancelled) throw new CampaignKitError(cancelled);
      const answer = await this.#instance.attemptLong(() => performPaced(this.#engine, operation, args, pausing(progress)));
      progress.fulfilled();
      this.#publishCommits();
      return answer;
    } catch (error) {
      throw progress.rejection(error as CampaignKitError);
    }
  }

  #publishCommits(): void {
    if (this.#followed.size === 0) return;
    const commits = this.#instance.attempt(() => this.#engine.commits()) as CommitNotice[] | undefined;
    if (commits) this.#follower?.({ commits });
  }

  async #reopen(): Promise<void> {
    if (!this.#file || this.clock.isSimulated) throw new CampaignKitError(bug);
    const instance = await currentInstance();
    this.#engine = await instance.open(this.#file);
    this.#instance = instance;
    this.#follower?.("reconnected");
  }
}

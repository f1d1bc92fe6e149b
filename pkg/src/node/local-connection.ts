/** A database in this thread of Node. */

import { Clock } from "../clock.js";
import type { Connection, Follower, CommitNotice } from "../connection.js";
import { lastEvents, perform, performPaced, watched } from "../engine-calls.js";
import { bug, cancelled, CampaignKitError, closed } from "../error.js";
import { isLong, type LongOperation, type Operation, type Work } from "../operation.js";
import type { Simulation, Storage } from "../options.js";
import { cloned, hasFile, whole } from "../arguments.js";
import type { Engine } from "../wasm/campaignkit.js";
import { Progress } from "../progress.js";
import type { DatabaseFile } from "./file.js";
import { currentInstance, type Instance } from "./instance.js";

/**
 * A database in this thread. If the engine broke, the next call opens the file again; a database in memory is lost, and
 * so is a simulation.
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
  /** Settles when all long-running work has ended; calls made before that wait for it. */
  #job: Promise<unknown> | undefined;
  #closing: Promise<void> | undefined;

  constructor(instance: Instance, file: DatabaseFile | undefined, simulation: Simulation | undefined) {
    this.#instance = instance;
    this.#file = file;
    this.clock = new Clock(simulation);
    try {
      this.#engine = instance.open(file, simulation);
    } catch (error) {
      file?.release();
      throw error;
    }
    this.storage = this.#engine.storage;
  }

  async call<Answer>(operation: Operation, args: unknown[], work?: Work): Promise<Answer> {
    if (this.#closing) throw new CampaignKitError(closed);
    const own = cloned(args);
    const isShort = !hasFile(own) && !(work && isLong(operation)) && !this.#instance.broken;
    if (isShort && !this.#job) return this.#perform(operation, own) as Answer;
    return (await this.#hold(this.#inTurn(this.#job, operation, own, work))) as Answer;
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
    await this.#job;
    try {
      if (!this.#instance.broken) this.#instance.close(this.#engine);
    } finally {
      this.#file?.release();
    }
  }

  #perform(operation: Operation, args: unknown[]): unknown {
    const user = watched(operation, args);
    if (user !== undefined) this.#followed.add(user);
    const answer = this.#instance.attempt(() => perform(this.#engine, operation, args));
    if (operation === "importDatabase" && this.#followed.size > 0) {
      this.#follower?.({ replaced: this.#instance.attempt(() => lastEvents(this.#engine, [...this.#followed])) });
    }
    this.#publishCommits();
    return answer;
  }

  /** Makes calls wait meanwhile. */
  #hold<Answer>(job: Promise<Answer>): Promise<Answer> {
    const end = () => {
      if (this.#job === held) this.#job = undefined;
    };
    const held = (this.#job = job.then(end, end));
    return job;
  }

  async #inTurn(before: Promise<unknown> | undefined, operation: Operation, given: unknown[], work?: Work) {
    await before;
    const args = await whole(given, operation);
    if (this.#instance.broken) await this.#reopen();
    return work && isLong(operation) ? this.#long(operation, args, work) : this.#perform(operation, args);
  }

  async #long(operation: LongOperation, args: unknown[], work: Work): Promise<unknown> {
    const progress = new Progress(work);
    const pause = async (done: number, total: number): Promise<boolean> => {
      progress.report(done, total);
      await new Promise(setImmediate);
      return !progress.isCancelled;
    };
    try {
      if (progress.isCancelled) throw new CampaignKitError(cancelled);
      const answer = await this.#instance.attemptLong(() => performPaced(this.#engine, operation, args, pause));
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
    this.#engine = instance.open(this.#file);
    this.#instance = instance;
    this.#follower?.("reconnected");
  }
}

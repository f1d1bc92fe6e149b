/**
 * The engine in this thread of Node. Imports are resolved from `dist/node.js`, into which this file is bundled.
 */

import fs from "node:fs";
import { bug, CampaignKitError, shapeOf, storageUnavailable, tried } from "../error.js";
import type { Simulation } from "../options.js";
import { Progress } from "../progress.js";
import type { Engine, Rescue } from "../wasm/campaignkit.js";
import type { DatabaseFile } from "./file.js";

type Glue = typeof import("../wasm/campaignkit.js");

/** The engine's code and memory, shared by the databases of this thread until one of them breaks it. */
export class Instance {
  broken = false;
  readonly #glue: Glue;
  // Kept until they are closed: the glue would free a collected one, which throws at random in a broken instance.
  readonly #engines = new Set<Engine>();
  readonly #descriptors = new Set<number>();
  readonly #onBreak = new Set<(reason: Error) => void>();

  /** `node:fs`, with a record of the open files: an engine that broke cannot close its files. */
  readonly #fs = Object.assign(Object.create(fs) as typeof fs, {
    openSync: (path: string, flags: string) => {
      const status = fs.statSync(path, { throwIfNoEntry: false });
      // A pipe in place of a journal would wait for its other end.
      if (status && !status.isFile() && !status.isDirectory()) throw new Error("no file");
      const descriptor = fs.openSync(path, flags);
      this.#descriptors.add(descriptor);
      return descriptor;
    },
    closeSync: (descriptor: number) => {
      this.#descriptors.delete(descriptor);
      fs.closeSync(descriptor);
    },
  });

  constructor(glue: Glue) {
    this.#glue = glue;
  }

  async open(file: DatabaseFile | undefined, simulation?: Simulation, progress = new Progress()): Promise<Engine> {
    const { Engine } = this.#glue;
    const engine = file
      ? await this.attemptLong(() => Engine.openFile(this.#fs, file.path, pausing(progress), simulation))
      : this.attempt(() => Engine.openMemory(simulation));
    this.#engines.add(engine);
    return engine;
  }

  rescue<Answer>(file: DatabaseFile, work: (rescue: Rescue) => Answer): Answer {
    const rescue = this.attempt(() => this.#glue.Rescue.openFile(this.#fs, file.path));
    try {
      return this.attempt(() => work(rescue));
    } finally {
      if (!this.broken) rescue.free();
    }
  }

  close(engine: Engine): void {
    try {
      this.attempt(() => engine.close());
    } finally {
      if (!this.broken && this.#engines.delete(engine)) engine.free();
    }
  }

  attempt<Answer>(operation: () => Answer): Answer {
    try {
      return operation();
    } catch (thrown) {
      throw this.#failure(thrown);
    }
  }

  /** The same for long work, during which another database may break the instance. */
  async attemptLong<Answer>(operation: () => Promise<Answer>): Promise<Answer> {
    let stop!: (reason: Error) => void;
    const broke = new Promise<never>((_, reject) => this.#onBreak.add((stop = reject)));
    try {
      return await Promise.race([operation(), broke]);
    } catch (thrown) {
      throw this.#failure(thrown);
    } finally {
      this.#onBreak.delete(stop);
    }
  }

  /** Anything thrown other than an error of the engine is a trap: the state of every database is then unknown. */
  #failure(thrown: unknown): CampaignKitError {
    const shape = shapeOf(thrown);
    if (shape) return new CampaignKitError(shape);
    const failure = new CampaignKitError(bug, { cause: thrown });
    if (this.broken) return failure;
    this.broken = true;
    for (const descriptor of this.#descriptors) tried(() => fs.closeSync(descriptor));
    this.#descriptors.clear();
    wrecks.push(this);
    current = undefined;
    for (const reject of this.#onBreak) reject(failure);
    return failure;
  }
}

/** Reports how far some work is, and lets the thread do something else. */
export function pausing(progress: Progress): (done: number, total: number) => Promise<boolean> {
  return async (done, total) => {
    progress.report(done, total);
    await new Promise(setImmediate);
    return !progress.isCancelled;
  };
}

const wrecks: Instance[] = [];
let current: Promise<Instance> | undefined;

export function currentInstance(): Promise<Instance> {
  return (current ??= load().catch((cause: unknown) => {
    current = undefined;
    throw new CampaignKitError(storageUnavailable("the WebAssembly of campaignkit could not be loaded"), { cause });
  }));
}

async function load(): Promise<Instance> {
  // The glue keeps one instance for ever; loaded from another address, it is another module.
  const another = `./wasm/campaignkit.js?${wrecks.length}`;
  const glue: Glue = await (wrecks.length === 0 ? import("../wasm/campaignkit.js") : import(another));
  // The way that waits asks Node for `Request` and `Response` first, which loads its whole HTTP client.
  const engine = glue.initSync({ module: fs.readFileSync(new URL("./wasm/campaignkit_bg.wasm", import.meta.url)) });
  glue.onDemand(() => {
    const module = fs.readFileSync(new URL("./wasm/campaignkit_on_demand.wasm", import.meta.url));
    new WebAssembly.Instance(new WebAssembly.Module(module), { m: engine as unknown as WebAssembly.Exports });
  });
  return new Instance(glue);
}

/** The package in Node: the engine runs in this thread. */

import fs from "node:fs";
import { type Connection, Kit, type Operation } from "./client.js";
import { CampaignKitError, bug, closed, shapeOf, storageUnavailable } from "./error.js";
import { lock } from "./node-lock.js";
import { type OpenOptions, parseOptions, type Simulation, type Storage } from "./options.js";
import { sendable } from "./sendable.js";
import type { Engine } from "./wasm/campaignkit.js";

export type { Kit, Session } from "./client.js";
export { CampaignKitError } from "./error.js";
export type { OpenOptions, Simulated, Storage } from "./options.js";
export type * from "./types.js";

/**
 * Opens a database: `memory`, or a `file` at a path, which is made where there is none. One owner at a time has a file
 * open, over all processes; an owner that crashed does not keep it.
 *
 * @throws `invalid_input`; `storage_unavailable`, where the file cannot be opened; `other_owner`, when it is open
 *   elsewhere; `newer_schema`; `foreign_file`; `corrupt`.
 */
export async function open(options: OpenOptions): Promise<Kit> {
  const parsed = parseOptions(options);
  if (parsed.storage === "opfs") throw new CampaignKitError(storageUnavailable("Node has no storage of this kind"));
  const instance = await currentInstance();
  const file = parsed.storage === "file" ? new DatabaseFile(parsed.path) : undefined;
  return new Kit(new LocalConnection(instance, file, parsed.simulated));
}

/**
 * A database in this thread. Where the engine broke, the next call opens the file anew; what was in memory is gone, and
 * so is a simulation.
 */
class LocalConnection implements Connection {
  readonly storage: Storage;
  readonly isSimulated: boolean;
  readonly #file: DatabaseFile | undefined;
  #instance: Instance;
  #engine: Engine;
  #closed = false;

  constructor(instance: Instance, file: DatabaseFile | undefined, simulation: Simulation | undefined) {
    this.#instance = instance;
    this.#file = file;
    this.isSimulated = simulation !== undefined;
    try {
      this.#engine = instance.open(file, simulation);
    } catch (error) {
      file?.release();
      throw error;
    }
    this.storage = this.#engine.storage;
  }

  async call<Answer>(operation: Operation, args: unknown[]): Promise<Answer> {
    if (this.#closed) throw new CampaignKitError(closed);
    const own = cloned(args);
    if (this.#instance.broken) await this.#reopen();
    return this.#instance.attempt(() => (this.#engine[operation] as (...args: unknown[]) => Answer)(...own));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (!this.#instance.broken) this.#instance.close(this.#engine);
    } finally {
      this.#file?.release();
    }
  }

  async #reopen(): Promise<void> {
    if (!this.#file || this.isSimulated) throw new CampaignKitError(bug);
    const instance = await currentInstance();
    if (this.#closed) throw new CampaignKitError(closed);
    if (!this.#instance.broken) return;
    this.#engine = instance.open(this.#file);
    this.#instance = instance;
  }
}

/**
 * Copies, as if they went to a worker: an argument means the same on every platform, and no getter of the caller's runs
 * while the engine does.
 */
function cloned(args: unknown[]): unknown[] {
  try {
    return structuredClone(args);
  } catch {
    return sendable(args);
  }
}

type Glue = typeof import("./wasm/campaignkit.js");

/** The engine's code and memory, shared by the databases of this thread until one of them breaks it. */
class Instance {
  broken = false;
  readonly #glue: Glue;
  // Held until they are closed: the glue would free a collected one, which throws out of nowhere in a broken instance.
  readonly #engines = new Set<Engine>();
  readonly #descriptors = new Set<number>();

  /** `node:fs`, remembering what is open: an engine that broke cannot close its files. */
  readonly #fs = Object.assign(Object.create(fs) as typeof fs, {
    openSync: (...args: Parameters<typeof fs.openSync>) => {
      const descriptor = fs.openSync(...args);
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

  open(file: DatabaseFile | undefined, simulation?: Simulation): Engine {
    const { Engine } = this.#glue;
    const engine = this.attempt(() =>
      file ? Engine.openFile(this.#fs, file.path, simulation) : Engine.openMemory(simulation),
    );
    this.#engines.add(engine);
    return engine;
  }

  close(engine: Engine): void {
    try {
      this.attempt(() => engine.close());
    } finally {
      if (!this.broken && this.#engines.delete(engine)) engine.free();
    }
  }

  /** Anything thrown but an error of the engine's own is a trap: the state behind it is unknown, for every database. */
  attempt<Answer>(operation: () => Answer): Answer {
    try {
      return operation();
    } catch (thrown) {
      const shape = shapeOf(thrown);
      if (shape) throw new CampaignKitError(shape);
      this.broken = true;
      for (const descriptor of this.#descriptors) this.#fs.closeSync(descriptor);
      wrecks.push(this);
      current = undefined;
      throw new CampaignKitError(bug, { cause: thrown });
    }
  }
}

const wrecks: Instance[] = [];
let current: Promise<Instance> | undefined;

function currentInstance(): Promise<Instance> {
  return (current ??= load().catch((cause: unknown) => {
    current = undefined;
    throw new CampaignKitError(storageUnavailable("the engine could not be loaded"), { cause });
  }));
}

async function load(): Promise<Instance> {
  // The glue holds one instance for ever; under another address it is another module.
  const glue: Glue = await (wrecks.length === 0
    ? import("./wasm/campaignkit.js")
    : import(`./wasm/campaignkit.js?${wrecks.length}`));
  await glue.default({ module_or_path: fs.readFileSync(new URL("./wasm/campaignkit_bg.wasm", import.meta.url)) });
  return new Instance(glue);
}

/** A file that is locked until it is released. */
class DatabaseFile {
  readonly path: string;
  readonly release: () => void;

  constructor(path: string) {
    try {
      // One file has one lock, however its path is written: that takes the real path, for which the file must exist.
      fs.closeSync(fs.openSync(path, "a"));
      this.path = fs.realpathSync(path);
      this.release = lock(this.path);
    } catch (cause) {
      if (cause instanceof CampaignKitError) throw cause;
      const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
      throw new CampaignKitError(storageUnavailable(`the file cannot be opened${code}`), { cause });
    }
  }
}

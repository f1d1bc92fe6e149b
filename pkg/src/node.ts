/** The package in Node: the engine runs in this thread. */

import type { Connection, DatabaseSource, Follower, Recovered, Told } from "./connection.js";
import { isLong, type LongOperation, type Operation, type Work } from "./operation.js";
import fs from "node:fs";
import { Kit } from "./client.js";
import { fileOf } from "./backup.js";
import { lastEvents, perform, performPaced, recovered, watched } from "./engine.js";
import { CampaignKitError, bug, cancelled, closed, shapeOf, storageUnavailable, tried } from "./error.js";
import { lock } from "./node/lock.js";
import { type OpenOptions, parseOptions, type Simulation, type Storage } from "./options.js";
import { bytesOf, cloned, hasFile, whole } from "./sendable.js";
import { Watch } from "./watch.js";
import type { Engine, Rescue } from "./wasm/campaignkit.js";
import type { Imported } from "./types.js";

export type { Work } from "./operation.js";
export type { DatabaseSource, Recovered } from "./connection.js";
export type { Kit, Session, StorageInfo } from "./client.js";
export { CampaignKitError } from "./error.js";
export type { LiveAnswer, LiveQuery } from "./query.js";
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
  const file = parsed.storage === "file" ? await DatabaseFile.take(parsed.path, CREATED) : undefined;
  return new Kit(new LocalConnection(instance, file, parsed.simulated));
}

/**
 * Reads what is readable of a damaged database file, which stays as it is, and reports what is not.
 *
 * @param options Those with which it cannot be opened; no one may have it open.
 * @throws As {@link open}, but for `corrupt`.
 */
export function recover(options: OpenOptions): Promise<Recovered> {
  return rescue(options, recovered, EXISTING);
}

/**
 * Puts a database in the place of one that may be damaged, in one transaction, after it was checked as by
 * `importDatabase` of a kit.
 *
 * @param options Those of the database that is replaced; no one may have it open.
 * @returns As `importDatabase`.
 * @throws As {@link open}; `corrupt` where the source is.
 */
export async function replaceDatabase(options: OpenOptions, source: DatabaseSource): Promise<Imported> {
  const bytes = await bytesOf(await fileOf(source));
  return rescue(options, (rescue) => rescue.replace(bytes) as Imported, CREATED);
}

async function rescue<Answer>(
  options: OpenOptions,
  work: (rescue: Rescue) => Answer,
  flags: number,
): Promise<Answer> {
  const parsed = parseOptions(options);
  if (parsed.storage !== "file") throw new CampaignKitError(storageUnavailable("there is no file to rescue"));
  const instance = await currentInstance();
  const file = await DatabaseFile.take(parsed.path, flags);
  try {
    return instance.rescue(file, work);
  } finally {
    file.release();
  }
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
  #follower: Follower | undefined;
  /** The users of whose commits the follower is told. */
  readonly #followed = new Set<string>();
  /** Ends when everything has ended that could not be done at once; what is called until then waits for it. */
  #job: Promise<unknown> | undefined;
  #closing: Promise<void> | undefined;

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
    const user = operation === "watch" ? watched(args) : undefined;
    if (user !== undefined) this.#followed.add(user);
    const answer = this.#instance.attempt(() => perform(this.#engine, operation, args));
    if (operation === "importDatabase" && this.#followed.size > 0) {
      this.#follower?.({ replaced: this.#instance.attempt(() => lastEvents(this.#engine, this.#followed)) });
    }
    this.#tell();
    return answer;
  }

  /** Lets what is called meanwhile wait. */
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
    const watch = new Watch(work);
    const pause = async (done: number, total: number): Promise<boolean> => {
      watch.tell(done, total);
      await new Promise(setImmediate);
      return !watch.isCancelled;
    };
    try {
      if (watch.isCancelled) throw new CampaignKitError(cancelled);
      const answer = await this.#instance.attemptLong(() => performPaced(this.#engine, operation, args, pause));
      this.#tell();
      return answer;
    } catch (error) {
      throw watch.rejection(error as CampaignKitError);
    }
  }

  #tell(): void {
    if (this.#followed.size === 0) return;
    const commits = this.#instance.attempt(() => this.#engine.commits()) as Told[] | undefined;
    if (commits) this.#follower?.({ commits });
  }

  async #reopen(): Promise<void> {
    if (!this.#file || this.isSimulated) throw new CampaignKitError(bug);
    const instance = await currentInstance();
    this.#engine = instance.open(this.#file);
    this.#instance = instance;
    this.#follower?.("reconnected");
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
  readonly #onBreak = new Set<(reason: Error) => void>();

  /** `node:fs`, remembering what is open: an engine that broke cannot close its files. */
  readonly #fs = Object.assign(Object.create(fs) as typeof fs, {
    openSync: (path: string, flags: string) => {
      const status = fs.statSync(path, { throwIfNoEntry: false });
      // A pipe in the place of a journal would wait for its other end.
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

  open(file: DatabaseFile | undefined, simulation?: Simulation): Engine {
    const { Engine } = this.#glue;
    const engine = this.attempt(() =>
      file ? Engine.openFile(this.#fs, file.path, simulation) : Engine.openMemory(simulation),
    );
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

  /** The same for what goes on for a while, in which the instance may break through another database. */
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

  /** Anything thrown but an error of the engine's own is a trap: the state behind it is unknown, for every database. */
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
  const another = `./wasm/campaignkit.js?${wrecks.length}`;
  const glue: Glue = await (wrecks.length === 0 ? import("./wasm/campaignkit.js") : import(another));
  await glue.default({ module_or_path: fs.readFileSync(new URL("./wasm/campaignkit_bg.wasm", import.meta.url)) });
  return new Instance(glue);
}

/** A file that is locked until it is released. */
class DatabaseFile {
  /** The real path. */
  readonly path: string;
  readonly release: () => void;

  private constructor(path: string, release: () => void) {
    this.path = path;
    this.release = release;
  }

  /** @param flags How the file is opened. */
  static async take(path: string, flags: number): Promise<DatabaseFile> {
    try {
      const inode = inodeOf(path, flags);
      const real = fs.realpathSync(path);
      return new DatabaseFile(real, await lock(real, inode));
    } catch (cause) {
      if (cause instanceof CampaignKitError) throw cause;
      const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
      throw new CampaignKitError(storageUnavailable(`the file cannot be opened${code}`), { cause });
    }
  }
}

const { O_RDWR, O_CREAT, O_NONBLOCK = 0 } = fs.constants;
/** How a file is opened that must be there, without waiting for the other end of what is a pipe. */
const EXISTING = O_RDWR | O_NONBLOCK;
/** The same, but made where there is none. */
const CREATED = EXISTING | O_CREAT;

/** The number of the file, which has to be one that can be locked. */
function inodeOf(path: string, flags: number): bigint {
  const descriptor = fs.openSync(path, flags);
  try {
    const status = fs.fstatSync(descriptor, { bigint: true });
    if (!status.isFile()) throw new CampaignKitError(storageUnavailable("there is something else than a file"));
    // Its journal lies beside one of its names, where those who open it by another do not look.
    if (status.nlink > 1n) throw new CampaignKitError(storageUnavailable(HARD_LINKS));
    return status.ino;
  } finally {
    fs.closeSync(descriptor);
  }
}

const HARD_LINKS = "the file has other names, too (hard links): a copy of it can be opened";

/** The package in the browser: the engine runs in a dedicated worker that `open` starts by itself. */

import { type Connection, Kit, type Operation } from "./client.js";
import { CampaignKitError, bug, closed, storageUnavailable } from "./error.js";
import { type OpenOptions, type ParsedOptions, parseOptions, type Storage } from "./options.js";
import { sendable } from "./sendable.js";
import type { ErrorShape } from "./types.js";
import type { Answer, Call } from "./worker.js";

export type { Kit, Session } from "./client.js";
export { CampaignKitError } from "./error.js";
export type { OpenOptions, Simulated, Storage } from "./options.js";
export type * from "./types.js";

/**
 * Opens a database: `memory` or, persistent in this origin, `opfs`. One owner at a time has an OPFS database of a name
 * open.
 *
 * @throws `invalid_input`; `storage_unavailable`, where this context has no such storage or its policy forbids the
 *   worker or WebAssembly; `other_owner`, when another tab or worker has it open; `newer_schema`; `foreign_file`.
 */
export async function open(options: OpenOptions): Promise<Kit> {
  const parsed = parseOptions(options);
  if (parsed.storage === "file")
    throw new CampaignKitError(storageUnavailable("a browser has no storage of this kind"));
  const connection = new WorkerConnection(parsed);
  await connection.opened;
  return new Kit(connection);
}

/**
 * A database in a worker. A worker that died is replaced with the next call, where its data outlives it; a simulation
 * does not.
 */
class WorkerConnection implements Connection {
  readonly storage: Storage;
  readonly isSimulated: boolean;
  readonly #options: ParsedOptions;
  #thread: Thread;
  #closing: Promise<void> | undefined;

  constructor(options: ParsedOptions) {
    this.storage = options.storage;
    this.isSimulated = options.simulated !== undefined;
    this.#options = options;
    this.#thread = new Thread(options);
  }

  get opened(): Promise<unknown> {
    return this.#thread.opened;
  }

  async call<Answer>(operation: Operation, args: unknown[]): Promise<Answer> {
    if (this.#closing) throw new CampaignKitError(closed);
    const outlives = this.storage === "opfs" && !this.isSimulated;
    if (this.#thread.ended && outlives) this.#thread = new Thread(this.#options);
    return (await this.#thread.call(operation, args)) as Answer;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.#thread.ended) return;
    try {
      await this.#thread.call("close", []);
    } finally {
      this.#thread.end(closed);
    }
  }
}

interface Pending {
  call: Call;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One worker from its start to its end. Every call is answered, or rejected when the worker ends. */
class Thread {
  readonly opened: Promise<unknown>;
  ended: ErrorShape | undefined;
  readonly #worker: Worker | undefined;
  readonly #pending = new Map<number, Pending>();
  #running = false;
  #sent = 0;

  constructor(options: ParsedOptions) {
    try {
      this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "campaignkit" });
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#settle(data);
      this.#worker.onmessageerror = () => this.end(bug);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.end(this.#running ? bug : NO_WORKER);
      };
    } catch {
      this.end(NO_WORKER);
    }
    this.opened = this.call("open", [options]);
    this.opened.catch((error: CampaignKitError) => this.end(error));
  }

  call(...call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => this.#send({ call, resolve, reject }));
  }

  /** Ends the worker; what it did not answer yet is rejected with the reason, and so is every later call. */
  end(reason: ErrorShape): void {
    this.ended ??= reason;
    this.#worker?.terminate();
    for (const { reject } of this.#pending.values()) reject(new CampaignKitError(reason));
    this.#pending.clear();
  }

  #send(pending: Pending): void {
    if (this.ended) return pending.reject(new CampaignKitError(this.ended));
    const [operation, args] = pending.call;
    try {
      this.#worker?.postMessage([operation, args]);
    } catch {
      this.#worker?.postMessage([operation, sendable(args)]);
    }
    this.#pending.set(this.#sent++, pending);
  }

  #settle(answer: Answer): void {
    this.#running = true;
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (!pending) return;
    if ("value" in answer) {
      pending.resolve(answer.value);
    } else if ("error" in answer) {
      pending.reject(new CampaignKitError(answer.error));
      if (answer.fatal) this.end(bug);
    } else {
      const [operation, args] = pending.call;
      this.#send({ ...pending, call: [operation, sendable(args)] as Call });
    }
  }
}

/** A browser does not tell the cause: a content security policy, a missing file, a context that has no workers. */
const NO_WORKER = storageUnavailable("the worker could not be started");

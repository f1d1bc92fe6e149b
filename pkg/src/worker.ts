/** The worker that holds a database in the browser: its first message opens it, then it answers calls in their order. */

import type { Operation } from "./client.js";
import { CampaignKitError, bug, otherOwner, shapeOf, storageUnavailable } from "./error.js";
import type { ParsedOptions } from "./options.js";
import type { ErrorShape } from "./types.js";
import init, { Engine } from "./wasm/campaignkit.js";

/** A call from the page; its id is how many came before it. `open` comes first, once; `close` comes last. */
export type Call =
  | readonly [operation: "open", args: [ParsedOptions]]
  | readonly [operation: "close", args: []]
  | readonly [operation: Operation, args: unknown[]];

/** What became of the call of this id. After a `fatal` one the worker answers nothing more. */
export type Answer = { id: number } & (
  | { value: unknown }
  | { error: ErrorShape; fatal: boolean }
  /** The page could send it, but it did not survive the way here: it nests deeper than this thread's stack. */
  | { unreadable: true }
);

/** How long a worker that was just ended may take to let go of its lock, as happens when a page is reloaded. */
const DYING_OWNER_MS = 500;

let received = 0;
let opening: Promise<Engine>;
let release = () => {};

// Browsers differ in whether a message that cannot be read is a `messageerror` or has no data.
addEventListener("message", ({ data }: MessageEvent<Call | null>) => respond(received++, data));
addEventListener("messageerror", () => respond(received++, null));

async function respond(id: number, call: Call | null): Promise<void> {
  let answer: Answer;
  try {
    answer = call ? { id, value: await run(call) } : { id, unreadable: true };
  } catch (thrown) {
    const error = shapeOf(thrown);
    // Anything but an error of the engine's own is a trap: the state behind it is unknown.
    if (!error) console.error(thrown);
    answer = { id, error: error ?? bug, fatal: !error };
  }
  postMessage(answer);
}

async function run([operation, args]: Call): Promise<unknown> {
  if (operation === "open") {
    opening = open(...args);
    return (await opening).storage;
  }
  const engine = await opening;
  const value = (engine[operation] as (...args: unknown[]) => unknown)(...args);
  if (operation === "close") release();
  return value;
}

async function open(options: ParsedOptions): Promise<Engine> {
  try {
    await init({ module_or_path: new URL("./wasm/campaignkit_bg.wasm", import.meta.url) });
  } catch (cause) {
    throw new CampaignKitError(storageUnavailable("the engine could not be loaded"), { cause });
  }
  if (options.storage !== "opfs") return Engine.openMemory(options.simulated);
  if (!navigator.storage?.getDirectory || !navigator.locks) {
    throw new CampaignKitError(storageUnavailable("this context has no origin-private file system"));
  }
  await own(`campaignkit:${options.name}`);
  return await Engine.openOpfs(options.name, options.simulated);
}

/** Takes the lock of this name until `release` is called or the worker ends. */
function own(name: string): Promise<void> {
  return new Promise((owned, refused) => {
    const signal = AbortSignal.timeout(DYING_OWNER_MS);
    navigator.locks
      .request(name, { signal }, () => {
        owned();
        return new Promise<void>((resolve) => (release = resolve));
      })
      .catch((cause: unknown) => {
        // Anything but the end of the wait is a refusal of the context: it may have no locks.
        const shape = signal.aborted ? otherOwner : storageUnavailable("this context has no locks");
        refused(new CampaignKitError(shape, { cause }));
      });
  });
}

/** The contenders that create in a browser. */

import { engineHere } from "../measure/engine.mjs";
import { engineRounds, handWrittenRounds, packageRounds } from "./work.mjs";

const OPEN = {
  async engine({ storage, retryable, name = "bench" }) {
    const { Engine } = await engineHere();
    return engineRounds(storage === "opfs" ? await Engine.openOpfs(name) : Engine.openMemory(), { retryable });
  },
  async official({ storage, sql, reuse }) {
    const { default: init } = await import("/official/index.mjs");
    const sqlite3 = await init();
    if (storage === "memory") return handWrittenRounds(new sqlite3.oo1.DB(":memory:"), sql, { durable: false, reuse });
    const name = reuse ? "official-prepared" : "official-exec";
    const pool = await sqlite3.installOpfsSAHPoolVfs({ name, directory: name, initialCapacity: 6 });
    return handWrittenRounds(new pool.OpfsSAHPoolDb("/official.db"), sql, { durable: true, reuse });
  },
  async package({ storage, name = "package", together }) {
    const { open } = await import("/dist/browser.js");
    return packageRounds(await open(storage === "opfs" ? { storage, name } : { storage }), { together });
  },
};

export const open = (options) => OPEN[options.contender](options);

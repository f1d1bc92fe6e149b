/** One contender in a worker: opens with the first message, answers each later one with the time of a round. */

import { engineRounds, handWrittenRounds } from "./work.mjs";

const OPEN = {
  async engine({ storage }) {
    const { default: init, Engine } = await import("/dist/wasm/campaignkit.js");
    await init({ module_or_path: "/dist/wasm/campaignkit_bg.wasm" });
    return engineRounds(storage === "opfs" ? await Engine.openOpfs("bench") : Engine.openMemory());
  },
  async official({ storage, sql, reuse }) {
    const { default: init } = await import("/official/index.mjs");
    const sqlite3 = await init();
    if (storage === "memory") return handWrittenRounds(new sqlite3.oo1.DB(":memory:"), sql, { durable: false, reuse });
    const name = reuse ? "official-prepared" : "official-exec";
    const pool = await sqlite3.installOpfsSAHPoolVfs({ name, directory: name, initialCapacity: 6 });
    return handWrittenRounds(new pool.OpfsSAHPoolDb("/official.db"), sql, { durable: true, reuse });
  },
};

let round;

addEventListener("message", async ({ data }) => {
  try {
    if (typeof data === "number") return postMessage({ micros: await round(data) });
    round = await OPEN[data.contender](data);
    postMessage({});
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});

/** A worker that opens a new database with the official sqlite-wasm and writes one campaign. */

import init from "/official/index.mjs";
import { handWrittenRounds } from "/benches/create/work.mjs";

addEventListener("message", async ({ data: { name, sql } }) => {
  try {
    const sqlite3 = await init();
    const pool = await sqlite3.installOpfsSAHPoolVfs({ name, directory: name, initialCapacity: 6 });
    await handWrittenRounds(new pool.OpfsSAHPoolDb("/official.db"), sql, { durable: true, reuse: false })(1);
    postMessage({});
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});

/**
 * What claims, plans, forecasts and events cost in WebAssembly compared with the native crate, in Node and in Chromium.
 */

import { compare, engineInNode, inChromium, nativeRounds } from "./measure/index.mjs";
import { rounds, simulated } from "./running/work.mjs";

const PROSPECTS = 20_000;
/** The pieces of work in a round. */
const OPERATIONS = { claim: 100, plan: 3 * PROSPECTS, forecast: 3 * PROSPECTS, event: 100 };

const native = nativeRounds("running", PROSPECTS);
const { Engine } = await engineInNode();
await besideNative("Node", rounds(() => simulated(Engine), PROSPECTS));
await inChromium({}, async (start) => {
  await besideNative("Chromium", await start("/benches/running/browser.mjs", { prospects: PROSPECTS }));
});
native.end();

async function besideNative(where, round) {
  for (const [operation, pieces] of Object.entries(OPERATIONS)) {
    await compare(`${operation} in memory, ${where}, a message`, { warmUps: 1, rounds: 7, pieces, ask: operation }, [
      { name: "wasm engine", round },
      { name: "native, in memory", round: native.round },
    ]);
  }
}

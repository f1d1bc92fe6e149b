/** The contender that runs a campaign in a browser. */

import init, { Engine } from "/dist/wasm/campaignkit.js";
import { rounds, simulated } from "./work.mjs";

export async function open({ prospects }) {
  await init({ module_or_path: "/dist/wasm/campaignkit_bg.wasm" });
  return rounds(() => simulated(Engine), prospects);
}

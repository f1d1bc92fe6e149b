/** The contenders that import in a browser. */

import init, { Engine } from "/dist/wasm/campaignkit.js";
import { growth, rounds } from "./work.mjs";

const STORAGES = {
  memory: () => Engine.openMemory(),
  async opfs() {
    const files = await navigator.storage.getDirectory();
    // There is none before the first round.
    await files.removeEntry("campaignkit", { recursive: true }).catch(() => {});
    return Engine.openOpfs("bench");
  },
};

/** Runs rounds, or returns once how much the memory grew. */
export async function open({ csv, storage, asks }) {
  const { memory } = await init({ module_or_path: "/dist/wasm/campaignkit_bg.wasm" });
  const bytes = new Uint8Array(await (await fetch(csv)).arrayBuffer());
  const open = STORAGES[storage];
  return asks === "growth" ? () => growth(memory, open, bytes) : rounds(open, bytes);
}

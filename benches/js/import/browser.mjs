/** The contenders that import in a browser. */

import { engineHere } from "../measure/engine.mjs";
import { growth, rounds } from "./work.mjs";

const STORAGES = {
  memory: (Engine) => Engine.openMemory(),
  async opfs(Engine) {
    const files = await navigator.storage.getDirectory();
    // There is none before the first round.
    await files.removeEntry("campaignkit", { recursive: true }).catch(() => {});
    return Engine.openOpfs("bench");
  },
};

/** Runs rounds, or returns once how much the memory grew. */
export async function open({ csv, storage, asks }) {
  const { Engine, memory } = await engineHere();
  const bytes = new Uint8Array(await (await fetch(csv)).arrayBuffer());
  const open = () => STORAGES[storage](Engine);
  return asks === "growth" ? () => growth(memory, open, bytes) : rounds(open, bytes);
}

/** The engine without the package, for one page. */

import init, { Engine } from "/dist/wasm/campaignkit.js";

let opening;

addEventListener("message", async ({ data: [operation, ...args] }) => {
  const engine = await (opening ??= open());
  postMessage(engine[operation](...args));
});

async function open() {
  await init({ module_or_path: "/dist/wasm/campaignkit_bg.wasm" });
  return Engine.openOpfs("least");
}

/** A thousand creates at once beside a thousand one after another, through the package: on OPFS in Chromium, and on a file in Node. */

import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { open } from "../../pkg/dist/node.js";
import { packageRounds } from "./create/work.mjs";
import { compare, inChromium } from "./measure/index.mjs";

const ROUNDS = { warmUps: 2, rounds: 9, pieces: 1_000 };

const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-bench-"));
try {
  const kitOf = (name) => open({ storage: "file", path: join(folder, name) });
  const [together, alone] = [await kitOf("together.db"), await kitOf("alone.db")];
  await compare("durable creates, Node on a file", ROUNDS, [
    { name: "all at once", round: await packageRounds(together, { together: true }) },
    { name: "one after another", round: await packageRounds(alone), atMost: 1 / 6 },
  ]);
  await Promise.all([together.close(), alone.close()]);
} finally {
  fs.rmSync(folder, { recursive: true });
}

await inChromium({}, async (start) => {
  const contender = (name, together) =>
    start("/benches/create/browser.mjs", { contender: "package", storage: "opfs", name, together }, "page");
  await compare("durable creates, Chromium on OPFS", ROUNDS, [
    { name: "all at once", round: await contender("together", true) },
    { name: "one after another", round: await contender("alone", false), atMost: 1 / 6 },
  ]);
});

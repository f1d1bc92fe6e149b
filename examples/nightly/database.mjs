/** The file that the script and the web server share. Each has it open for one piece of work at a time. */

import { open } from "../../pkg/dist/node.js"; // with the package installed: "campaignkit"

const path = process.env.DATABASE ?? "campaigns.sqlite";

/** Opens the file, works, and closes it. The other program has up to 10 seconds to close it before. */
export async function withKit(work) {
  const kit = await open({ storage: "file", path, wait_ms: 10_000 });
  try {
    return await work(kit);
  } finally {
    await kit.close();
  }
}

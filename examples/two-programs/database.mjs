/** The file that both programs share. Each has it open for as long as one piece of work takes. */

import { open } from "../../pkg/dist/node.js"; // with the package installed: "campaignkit"

const path = process.env.DATABASE ?? "campaigns.sqlite";
let last = Promise.resolve();

/**
 * Opens the file, works for its first user, and closes it. Other work of this program has its turn before; the other
 * program has up to 10 seconds to close the file.
 */
export function work(on) {
  const done = last.then(async () => {
    const kit = await open({ storage: "file", path, wait_ms: 10_000 });
    try {
      const [user] = (await kit.listUsers({ limit: 1 })).users;
      return await on(kit.as(user.id));
    } finally {
      await kit.close();
    }
  });
  last = done.catch(() => {});
  return done;
}

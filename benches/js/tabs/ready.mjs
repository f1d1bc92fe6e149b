/** How soon a tab can work in a database that another one has open. */

import { open as openKit } from "/dist/browser.js";

/** Opens the database of a name, for as long as the tab lives, and answers the milliseconds. */
export function open() {
  return async (name) => {
    const start = performance.now();
    await openKit({ storage: "opfs", name });
    return performance.now() - start;
  };
}

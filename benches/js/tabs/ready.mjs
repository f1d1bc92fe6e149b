/** How soon a tab can work in a database that another tab has open. */

import { open as openKit } from "/dist/browser.js";

/** Opens the database with this name for the life of the tab, and returns the milliseconds. */
export function open() {
  return async (name) => {
    const start = performance.now();
    await openKit({ storage: "opfs", name });
    return performance.now() - start;
  };
}

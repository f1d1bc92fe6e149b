/** Contenders of one page, to be called by name from outside. */

import { open } from "/dist/browser.js";
import { packageRounds } from "./work.mjs";

const contenders = new Map();

/** Starts a contender in a worker of its own. */
globalThis.start = async (key, options) => {
  const worker = new Worker("/benches/create/worker.mjs", { type: "module" });
  const ask = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.micros));
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  await ask(options);
  contenders.set(key, ask);
};

globalThis.startPackage = async (key, options) => {
  contenders.set(key, await packageRounds(await open(options)));
};

globalThis.round = (key, count) => contenders.get(key)(count);

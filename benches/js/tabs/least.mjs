/** The least that a page can do to have the engine in a worker: one message to it, one back. Nothing is repeated. */

import { packageRounds } from "/benches/create/work.mjs";

export function open() {
  const worker = new Worker("/benches/tabs/least-worker.mjs", { type: "module" });
  let settle;
  worker.onmessage = ({ data }) => settle.resolve(data);
  worker.onerror = ({ message }) => settle.reject(new Error(message));
  const call = (...message) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      worker.postMessage(message);
    });
  const as = (user) => ({
    addAccount: (request) => call("addAccount", user, request),
    createCampaign: (request) => call("createCampaign", user, request),
  });
  return packageRounds({ as, createUser: (request) => call("createUser", request) });
}

/**
 * A process that the tests of files talk to: one JSON line in is one command, one JSON line out is its outcome, and so
 * is each id that `create` acknowledges.
 */

import { createInterface } from "node:readline";
import { lock } from "../dist/node-lock.js";
import { open } from "../dist/node.js";
import { begin } from "./behaviour.mjs";

let kit;
let me;
let request;
let unlock;

const commands = {
  async open(path) {
    kit = await open({ storage: "file", path });
    return "open";
  },
  async begin() {
    ({ me, request } = await begin(kit));
    return me;
  },
  /** Creates campaigns, telling the id of each, until it is killed, told how many, or refused. */
  async create(prefix, count = Infinity) {
    for (let i = 0; i < count; i++) {
      const { campaign } = await me.createCampaign({ ...request, name: `${prefix} ${i}` });
      say({ id: campaign.id });
    }
    return "created";
  },
  async close() {
    await kit.close();
    return "closed";
  },
  lock(path) {
    unlock = lock(path);
    return "locked";
  },
  unlock() {
    unlock();
    return "unlocked";
  },
  exit() {
    process.exit();
  },
};

/** Written at once: what a killed process had said must have been said. */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...args] = JSON.parse(line);
  try {
    say({ done: await commands[command](...args) });
  } catch (error) {
    say({ error: error.code ?? String(error), message: error.message });
  }
}

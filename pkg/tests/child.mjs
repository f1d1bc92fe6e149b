/**
 * A process that the tests of files talk to: one JSON line in is one command, one JSON line out is its outcome, and so
 * is each id that `create` acknowledges.
 */

import fs from "node:fs";
import net from "node:net";
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
  async lock(path) {
    unlock = await lock(path, fs.statSync(path, { bigint: true }).ino);
    return "locked";
  },
  /** Takes and releases a lock for ever, telling of each time; what it writes meanwhile nobody else may change. */
  async contend(path) {
    for (let turn = 0; ; turn++) {
      try {
        await commands.lock(path);
      } catch (error) {
        if (error.code !== "other_owner") throw error;
        continue;
      }
      const mine = `${process.pid} ${turn}`;
      fs.writeFileSync(`${path}.owner`, mine);
      for (let i = turn % 7; i > 0; i--) await new Promise(setImmediate);
      if (fs.readFileSync(`${path}.owner`, "utf8") !== mine) throw new Error("two owners");
      unlock();
      say({ id: turn });
    }
  },
  unlock() {
    unlock();
    return "unlocked";
  },
  pid() {
    return process.pid;
  },
  exit() {
    process.exit();
  },
  /** From now on this function of `node:fs` fails for names with this end. */
  fail(name, end, code) {
    const works = fs[name];
    fs[name] = (path, ...rest) => {
      if (String(path).endsWith(end)) throw Object.assign(new Error(code), { code });
      return works(path, ...rest);
    };
    return "failing";
  },
  /** From now on folders are on a file system of this kind. */
  mount(type) {
    fs.statfsSync = () => ({ type });
    return "mounted";
  },
  /** From now on no folder can hold a socket. */
  loseSockets() {
    const { listen } = net.Server.prototype;
    net.Server.prototype.listen = function (options, ...rest) {
      if (options.path.startsWith("\0")) return listen.call(this, options, ...rest);
      queueMicrotask(() => this.emit("error", Object.assign(new Error("EPERM"), { code: "EPERM" })));
      return this;
    };
    return "lost";
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

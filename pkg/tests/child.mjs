/**
 * A process that the tests of files talk to. One JSON line in is a command; one JSON line out is its outcome, an id
 * that `create` acknowledges, or a fact of `doEverything`.
 */

import fs from "node:fs";
import net from "node:net";
import { createInterface } from "node:readline";
import { lock } from "../dist/node-lock.js";
import { open } from "../dist/node.js";
import { begin } from "./behaviour/words.mjs";
import { dice } from "./dice.mjs";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const ALWAYS = Object.fromEntries(DAYS.map((day) => [day, [{ start: "00:00", end: "24:00" }]]));

let kit;
let me;
let request;
let unlock;

const commands = {
  async open(path, wait_ms = 0) {
    kit = await open({ storage: "file", path, wait_ms });
    return "open";
  },
  async begin() {
    ({ me, request } = await begin(kit));
    return me;
  },
  /** Creates campaigns and reports the id of each, until it is killed, refused, or has created `count`. */
  async create(prefix, count = Infinity) {
    for (let i = 0; i < count; i++) {
      const { campaign } = await me.createCampaign({ ...request, name: `${prefix} ${i}` });
      say({ id: campaign.id });
    }
    return "created";
  },
  /** Does everything that changes campaigns and people and reports what is done, until it is killed. */
  async doEverything(user, senders, name, seed) {
    const mine = kit.as(user);
    const below = dice(seed);
    const campaigns = [];
    const tasks = [];
    for (let number = 0; ; number++) {
      const die = below(10);
      const at = below(campaigns.length);
      const own = campaigns[at];
      if (die === 0 && own) {
        say({ fact: "deleting", campaign: own.id });
        campaigns.splice(at, 1);
        if ((await mine.getCampaign(own.id)).status === "active") await mine.pause(own.id);
        await mine.deleteCampaign(own.id);
        for (let i = tasks.length; i-- > 0;) if (tasks[i].campaign_id === own.id) tasks.splice(i, 1);
        say({ fact: "deleted", campaign: own.id });
      } else if (die <= 2 && own?.status === "draft" && own.prospects > 0) {
        await mine.launch(own.id);
        own.status = "active";
        say({ fact: "launched", campaign: own.id });
      } else if (die <= 4 && own) {
        // The last message of a campaign completes it.
        if ((await mine.getCampaign(own.id)).status === "completed") continue;
        const people = Array.from({ length: 1 + below(4) }, (_, i) => `${name}-${number}-${i}`);
        const prospects = people.map((who) => ({ linkedin_url: `linkedin.com/in/${who}`, email: `${who}@example.com` }));
        const { outcomes } = await mine.addProspects(own.id, { prospects });
        own.prospects += outcomes.length;
        for (const { prospect_id } of outcomes) say({ fact: "added", campaign: own.id, prospect: prospect_id });
      } else if (die >= 5 && die <= 7 && tasks.length > 0) {
        const { id, campaign_id, prospect_id } = tasks.pop();
        await mine.complete(id, { outcome: "sent" });
        say({ fact: "sent", campaign: campaign_id, id });
        if (below(3) > 0) continue;
        const event = `${name}-${number}`;
        await mine.recordEvent({ id: event, type: "replied", prospect_id });
        say({ fact: "replied", campaign: campaign_id, prospect: prospect_id, id: event });
      } else if (die >= 5 && die <= 7) {
        tasks.push(...(await mine.claimDue({ max: 1 + below(4), lease_seconds: 30 })).tasks);
      } else {
        const type = below(3) === 0 ? "email" : "linkedin";
        const operating_hours = type === "linkedin" ? ALWAYS : undefined;
        const request = { type, name: `${name} ${number}`, sender_account_ids: [senders[type]], operating_hours };
        const { campaign } = await mine.createCampaign(request);
        say({ fact: "created", campaign: campaign.id });
        const node = type === "email" ? { type, subject: "Hi", body: "Hi" } : { type: "message", body: "Hi" };
        await mine.updateCampaign(campaign.id, { sequence_nodes: [node, node] });
        campaigns.push({ id: campaign.id, status: "draft", prospects: 0 });
      }
    }
  },
  async close() {
    await kit.close();
    return "closed";
  },
  async lock(path) {
    unlock = await lock(path, fs.statSync(path, { bigint: true }).ino);
    return "locked";
  },
  /** Takes and releases a lock for ever and reports each time; meanwhile nobody else may change what it writes. */
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
  /** From now on this function of `node:fs` fails for names with this suffix. */
  fail(name, end, code) {
    const works = fs[name];
    fs[name] = (path, ...rest) => {
      if (String(path).endsWith(end)) throw Object.assign(new Error(code), { code });
      return works(path, ...rest);
    };
    return "failing";
  },
  /** From now on folders appear to be on a file system of this type. */
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

/** Written at once: everything that a killed process reported must be readable. */
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

/** The seeds of the fuzz target through the JavaScript API, with values that only JavaScript has. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CampaignKitError, open } from "../dist/node.js";
import { UNPACED } from "./behaviour/words.mjs";

const seeds = fileURLToPath(new URL("../../fuzz/seeds/json_face/", import.meta.url));
const rules = fs.readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
const codes = new Set(rules.split("\n## Errors\n")[1].split("\n## ")[0].match(/(?<=`)[a-z_]+(?=`)/g));

/** The operations without a user. */
const ofKits = new Set(["createUser", "getUser", "findUser", "updateUser", "listUsers", "unsubscribeByToken", "opened", "compact"]);
/** The methods that have another name than their operation. */
const METHODS = { unsubscribeByToken: "unsubscribe" };

/** The same numbers each time (Park and Miller). */
function dice(seed) {
  let state = seed;
  return (bound) => ((state = (state * 48271) % 0x7fffffff), state % bound);
}

const MARK = "gArbAge";
const cyclic = { type: "email" };
cyclic.self = cyclic;
const garbage = [
  undefined, null, true, -0, NaN, Infinity, 1.5, 2 ** 53, -1, 10n, "", MARK, `\r\n${MARK}\0`, "half \ud83d", "$account", "$prospect",
  "9".repeat(400), Symbol(MARK), () => MARK, new Date(0), new Date(NaN), /x/, new Map([["type", "email"]]), new Set(["email"]),
  new Uint8Array([34, 44, 255, 0]), new ArrayBuffer(8), new Error(MARK), Promise.resolve(MARK), [], [[[[]]]], new Array(5), {}, cyclic,
  Object.create(null), Object.freeze({ id: 1 }), { toJSON: () => MARK }, { ["\ud83d"]: 1, type: MARK }, new Proxy({}, {}),
  new Proxy({}, { ownKeys() { throw new TypeError(MARK); } }), { get name() { throw new RangeError(MARK); } }, globalThis.process.env,
];

/** Replaces one of the nested values, or adds a field. */
function spoil(value, below) {
  const inside = typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
  if (!inside || below(4) === 0) return garbage[below(garbage.length)];
  const keys = [...Object.keys(value), Array.isArray(value) ? value.length : "name"];
  const key = keys[below(keys.length)];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = spoil(value[key], below);
  return copy;
}

test("any arguments succeed, or are refused with a code and change nothing", async (t) => {
  const kit = await open({ storage: "memory", simulated: { seed: 1, now: "2026-04-22T10:00:00Z" } });
  const me = kit.as((await kit.createUser()).id);
  const mailbox = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana", ...UNPACED });
  const { campaign } = await me.createCampaign({ type: "email", name: "A", sender_account_ids: [mailbox.id] });
  const people = { prospects: [{ email: "bo@example.com" }, { email: "cy@example.com" }] };
  const added = await me.addProspects(campaign.id, people);
  const things = { account: mailbox.id, campaign: campaign.id, draft: campaign.id, prospect: added.outcomes[0].prospect_id };
  let seen = "0";
  /** How many changes were recorded since the last call. */
  const changes = async () => {
    let count = 0;
    for (let events; (events = (await me.listEvents({ cursor: seen, limit: 200 })).events).length > 0; count += events.length) {
      seen = String(events.at(-1).number);
    }
    return count;
  };
  await changes();

  const below = dice(1);
  const ofOperations = fs.readdirSync(seeds).filter((name) => !name.includes("-") && name !== "info");
  const lines = ofOperations.flatMap((name) => fs.readFileSync(seeds + name, "utf8").trim().split("\n"));
  const calls = lines.map((line) => {
    const [name, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    const filled = text.replace(/\$([a-z]+)\d*/g, (_, noun) => things[noun] ?? mailbox.id).replaceAll("NOW", "0");
    const file = (item) => (typeof item?.bytes === "string" ? new TextEncoder().encode(item.bytes) : item);
    return { name, args: JSON.parse(filled).map(file) };
  });
  const count = { done: 0, refused: 0 };
  for (let round = 0; round < 4_000; round++) {
    const { name, args } = calls[below(calls.length)];
    const target = ofKits.has(name) ? kit : me;
    const given = below(3) === 0 ? args : spoil(args, below);
    try {
      await target[METHODS[name] ?? name](...(Array.isArray(given) ? given : [given]));
      count.done++;
      await changes();
    } catch (error) {
      const about = `${name}: ${error?.stack}`;
      assert.ok(error instanceof CampaignKitError, about);
      assert.ok(codes.has(error.code) && error.status < 500, about);
      const { message, issues = [] } = error;
      assert.ok(![message, ...issues.map((issue) => issue.message)].some((text) => text.includes(MARK)), about);
      assert.equal(await changes(), 0, `${name} is refused but changes something`);
      count.refused++;
    }
  }
  assert.ok(count.done > 300 && count.refused > 1_000, JSON.stringify(count));
  t.diagnostic(JSON.stringify(count));
  // It works as before, and its data keeps every promise of the engine.
  await me.listCampaigns();
  const copy = await open({ storage: "memory" });
  await copy.importDatabase(await kit.exportDatabase());
  await copy.close();
  await kit.close();
});

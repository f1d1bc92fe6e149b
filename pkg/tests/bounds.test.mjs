/** However much is due, a claim, a plan and a page succeed: no request within the limits ends the engine. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { before, test } from "node:test";
import init, { Engine } from "../dist/wasm/campaignkit.js";
import { UNPACED } from "./behaviour/words.mjs";

const MIB = 2 ** 20;
const PEOPLE = 500;

let memory;

before(async () => {
  const wasm = new URL("../dist/wasm/campaignkit_bg.wasm", import.meta.url);
  ({ memory } = await init({ module_or_path: fs.readFileSync(wasm) }));
});

/** The number of characters in all texts of a result. */
function texts(value) {
  if (typeof value === "string") return value.length;
  return value === null || typeof value !== "object" ? 0 : Object.values(value).reduce((sum, part) => sum + texts(part), 0);
}

/** A campaign whose text contains as many names as fit, to people whose names are as long as possible. */
function crafted(engine, body) {
  const user = engine.createUser({}).id;
  const mailbox = { type: "email", email_address: "ana@example.com", first_name: "Ana", daily_limit: 100_000, ...UNPACED };
  const sender = engine.addAccount(user, mailbox).id;
  const request = { type: "email", name: "Loud", sender_account_ids: [sender], daily_limit: 500 };
  const { id } = engine.createCampaign(user, request).campaign;
  engine.updateCampaign(user, id, { sequence_nodes: [{ type: "email", subject: "Hello", body }] });
  const person = (_, n) => ({ email: `p${n}@example.com`, name: `${n}`.padEnd(250, "x") });
  engine.addProspects(user, id, { prospects: Array.from({ length: PEOPLE }, person) });
  return { user, id };
}

test("a text that would be 3 MB for each person is reported before the launch", () => {
  const engine = Engine.openMemory();
  const { user, id } = crafted(engine, "%name|x%".repeat(12_500));
  const { ready, errors } = engine.validate(user, id);
  assert.deepEqual([ready, errors.map(({ code, prospects }) => [code, prospects])], [false, [["body_too_long", PEOPLE]]]);
  assert.throws(() => engine.launch(user, id, {}), { code: "not_ready" });
  engine.close();
});

test("claims of long texts hand out every message once, and other databases still work", () => {
  const [engine, other] = [Engine.openMemory(), Engine.openMemory()];
  const bystander = other.createUser({}).id;
  const { user, id } = crafted(engine, "%name|x%".repeat(780));
  engine.launch(user, id, {});
  const begin = memory.buffer.byteLength;
  const handed = new Set();
  let more = true;
  let claims = 0;
  for (; more; claims++) {
    const claimed = engine.claimDue(user, { max: 1_000 });
    assert.ok(texts(claimed) <= 16 * MIB);
    for (const { prospect_id } of claimed.tasks) handed.add(prospect_id);
    ({ more } = claimed);
  }
  assert.equal(handed.size, PEOPLE);
  // Text and HTML count.
  assert.equal(claims, Math.ceil(PEOPLE / 42));
  assert.deepEqual(engine.claimDue(user, {}).tasks, []);
  assert.ok(memory.buffer.byteLength - begin < 256 * MIB, `grew by ${memory.buffer.byteLength - begin} bytes`);
  assert.equal(other.getUser(bystander).id, bystander);
  engine.close();
  other.close();
});

test("pages of long prospects end early, and their cursors lead through all of them", () => {
  const engine = Engine.openMemory();
  const { user, id } = crafted(engine, "Hello");
  const custom_fields = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`field ${n}`, "x".repeat(10_000)]));
  for (let n = 0; n < 20; n++) engine.addProspects(user, id, { prospects: [{ email: `q${n}@example.com`, custom_fields }] });
  const seen = new Set();
  let cursor = null;
  do {
    const page = engine.listProspects(user, id, { limit: 200, cursor });
    assert.ok(texts(page) <= 16 * MIB);
    for (const prospect of page.prospects) seen.add(prospect.id);
    cursor = page.next_cursor;
  } while (cursor !== null);
  assert.equal(seen.size, PEOPLE + 20);
  engine.close();
});

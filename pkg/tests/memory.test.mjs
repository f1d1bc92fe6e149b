/** An app that opens, uses and closes databases all day needs as much wasm memory at the end as after the first few. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import init, { Engine } from "../dist/wasm/campaignkit.js";
import { UNPACED } from "./behaviour/words.mjs";

const MIB = 2 ** 20;
const CYCLES = 1_000;
const CALLS = 100_000;
/** A campaign is created, read and deleted within this many calls. */
const CALLS_PER_CAMPAIGN = 50;

const request = { type: "email", name: "Q2 Enterprise Outreach" };

let memory;
let folder;

before(async () => {
  const wasm = new URL("../dist/wasm/campaignkit_bg.wasm", import.meta.url);
  ({ memory } = await init({ module_or_path: fs.readFileSync(wasm) }));
  folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-memory-"));
});

after(() => fs.rmSync(folder, { recursive: true }));

/** How many bytes the module's memory grows, after it has grown to the size that the work needs. */
function grown(work, times) {
  work(times / 50);
  const before = memory.buffer.byteLength;
  work(times);
  return memory.buffer.byteLength - before;
}

function repeat(times, work) {
  for (let left = times; left > 0; left--) work();
}

function close(engine) {
  engine.close();
  engine.free();
}

/** A user with an account, and a request for a campaign with it. */
function begin(engine) {
  const user = engine.createUser({}).id;
  const sender = engine.addAccount(user, { type: "email", email_address: "ana@example.com", ...UNPACED }).id;
  const create = () => engine.createCampaign(user, { ...request, sender_account_ids: [sender] }).campaign.id;
  return { user, create };
}

const openings = {
  "in memory": () => Engine.openMemory(),
  "in a file": () => Engine.openFile(fs, join(folder, "cycles.sqlite"), () => true),
};

for (const [where, open] of Object.entries(openings)) {
  test(`a database ${where} leaves no memory behind when it is closed`, async () => {
    const cycle = async (times) => {
      for (let left = times; left > 0; left--) {
        const engine = await open();
        begin(engine).create();
        close(engine);
      }
    };
    await cycle(CYCLES / 50);
    const before = memory.buffer.byteLength;
    await cycle(CYCLES);
    const bytes = memory.buffer.byteLength - before;
    assert.ok(bytes < MIB, `grew by ${bytes} bytes`);
  });
}

test("calls leave no memory behind, whether they succeed or are refused", () => {
  const engine = Engine.openMemory();
  const { user, create } = begin(engine);
  const use = () => {
    const id = create();
    engine.updateCampaign(user, id, { daily_limit: 20 });
    engine.addProspects(user, id, { prospects: [{ email: "ben@example.com", first_name: "Ben" }] });
    repeat((CALLS_PER_CAMPAIGN - 5) / 5, () => {
      engine.getCampaign(user, id);
      engine.listCampaigns(user, {});
      engine.listProspects(user, id, {});
      engine.validate(user, id);
      assert.throws(() => engine.createCampaign(user, { name: 1 }), { code: "invalid_input" });
    });
    assert.throws(() => engine.getCampaign(user, user), { code: "campaign_not_found" });
    engine.deleteCampaign(user, id);
  };
  const bytes = grown((times) => repeat(times / CALLS_PER_CAMPAIGN, use), CALLS);
  close(engine);
  assert.ok(bytes < MIB, `grew by ${bytes} bytes`);
});

/** What few calls need is loaded by the first of them, and by no other. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UNPACED } from "./behaviour/words.mjs";

const at = (name) => new URL(`../dist/wasm/${name}`, import.meta.url);
const main = new WebAssembly.Module(fs.readFileSync(at("campaignkit_bg.wasm")));
const onDemand = new WebAssembly.Module(fs.readFileSync(at("campaignkit_on_demand.wasm")));

const table = fs.readFileSync(new URL("../src/operation-table.ts", import.meta.url), "utf8");
const ON_DEMAND = JSON.parse(/ON_DEMAND = (\[[^]*?),\n\] as const/.exec(table)[1] + "]");

let instances = 0;

/** An instance of the engine of its own, and how often it loaded what is loaded on demand. */
async function instance() {
  const glue = await import(`../dist/wasm/campaignkit.js?on-demand-${instances++}`);
  const engine = await glue.default({ module_or_path: main });
  const loads = { count: 0 };
  glue.onDemand(() => {
    loads.count++;
    new WebAssembly.Instance(onDemand, { m: { ...engine } });
  });
  return { ...glue, loads };
}

const csv = new TextEncoder().encode("email\nbo@example.com\n");
const sequence_nodes = [{ type: "email", subject: "Hello", body: "Hi" }];

/** A user with an account and a draft with one person. */
function begin(engine) {
  const user = engine.createUser({}).id;
  const account = engine.addAccount(user, { type: "email", email_address: "ana@example.com", first_name: "Ana", ...UNPACED }).id;
  const request = { type: "email", name: "One", sender_account_ids: [account] };
  const campaign = engine.createCampaign(user, request).campaign.id;
  engine.updateCampaign(user, campaign, { sequence_nodes });
  engine.addProspects(user, campaign, { prospects: [{ email: "cy@example.com" }, { email: "di@example.com" }] });
  return { user, account, campaign };
}

test("opening, building and running a campaign load nothing on demand", async () => {
  const { Engine, loads } = await instance();
  const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-on-demand-"));
  for (const open of [() => Engine.openMemory(), ...Array(2).fill(() => Engine.openFile(fs, join(folder, "a.sqlite"), () => true))]) {
    const engine = await open();
    const { user, campaign } = begin(engine);
    engine.addSuppressions(user, { suppressions: [{ type: "email_address", value: "di@example.com" }] });
    engine.getProspect(user, person(engine, user, campaign));
    for (const read of ["validate", "launch", "getCampaign"]) engine[read](user, campaign, undefined);
    const [task] = engine.claimDue(user, {}).tasks;
    engine.complete(user, task.id, { outcome: "sent" });
    engine.recordEvent(user, { id: "1", type: "replied", task_id: task.id });
    for (const read of ["listTasks", "listCampaigns", "listSuppressions", "nextDue"]) engine[read](user, {});
    engine.deleteCampaign(user, campaign);
    engine.exportDatabase(() => {});
    engine.close();
  }
  fs.rmSync(folder, { recursive: true });
  assert.equal(loads.count, 0);
});

const person = (engine, user, campaign) => engine.listProspects(user, campaign, {}).prospects[0].id;
const node = (engine, user, campaign) => engine.getCampaign(user, campaign).sequence_nodes[0].id;

const calls = {
  exportProspects: (engine, { user, campaign }) => engine.exportProspects(user, campaign, {}),
  importList: (engine, { user, campaign }) => engine.importList(user, campaign, engine.createList(user, { name: "L" }).id),
  previewCsv: (engine, { user }) => engine.previewCsv(user, csv, {}),
  importCsv: (engine, { user, campaign }) => engine.importCsv(user, campaign, csv, {}),
  importCsvIntoList: (engine, { user }) => engine.importCsvIntoList(user, engine.createList(user, { name: "L" }).id, csv, {}),
  importSuppressions: (engine, { user }) => engine.importSuppressions(user, csv, {}),
  cloneCampaign: (engine, { user, campaign }) => engine.cloneCampaign(user, campaign, {}),
  reviseNode: (engine, { user, campaign }) =>
    engine.reviseNode(user, campaign, node(engine, user, campaign), { body: "Ho" }),
  retryProspects: (engine, { user, campaign }) => engine.retryProspects(user, campaign, {}),
  handOver: (engine, { user, campaign, account }) => engine.handOver(user, campaign, { from: account, to: account }),
  plan: (engine, { user, campaign }) => engine.plan(user, campaign, {}),
  forecast: (engine, { user, campaign }) => engine.forecast(user, campaign, {}),
  previewMessages: (engine, { user, campaign }) => engine.previewMessages(user, person(engine, user, campaign), {}),
  explain: (engine, { user, campaign }) => engine.explain(user, person(engine, user, campaign)),
  hold: (engine, { user }) => engine.hold(user, { email: "cy@example.com" }, {}),
  release: (engine, { user }) => engine.release(user, { email: "cy@example.com" }),
  pauseProspect: (engine, { user, campaign }) => engine.pauseProspect(user, person(engine, user, campaign)),
  resumeProspect: (engine, { user, campaign }) => engine.resumeProspect(user, person(engine, user, campaign)),
  createList: (engine, { user }) => engine.createList(user, { name: "L" }),
  getList: (engine, { user, campaign }) => engine.getList(user, campaign),
  listLists: (engine, { user }) => engine.listLists(user, {}),
  deleteList: (engine, { user, campaign }) => engine.deleteList(user, campaign),
  addLeads: (engine, { user, campaign }) => engine.addLeads(user, campaign, { leads: [{ email: "ed@example.com" }] }),
  listLeads: (engine, { user, campaign }) => engine.listLeads(user, campaign, {}),
  removeLead: (engine, { user, campaign }) => engine.removeLead(user, campaign),
  findProspects: (engine, { user }) => engine.findProspects(user, { email: "cy@example.com" }),
  listEvents: (engine, { user }) => engine.listEvents(user, {}),
  resolveMessages: (engine, { user, campaign }) => engine.resolveMessages(user, campaign, {}),
  editMessage: (engine, { user, campaign }) => engine.editMessage(user, person(engine, user, campaign), node(engine, user, campaign), { body: "Ho" }),
  resetMessage: (engine, { user, campaign }) => engine.resetMessage(user, person(engine, user, campaign), node(engine, user, campaign)),
  messageRequests: (engine, { user, campaign }) => engine.messageRequests(user, campaign, {}),
  submitMessages: (engine, { user, campaign }) => engine.submitMessages(user, campaign, { messages: [] }),
  forgetMessages: (engine, { user }) => engine.forgetMessages(user, {}),
  compact: (engine) => engine.compact(),
  report: (engine, { user }) => engine.report(user, { from: "2026-01-01", to: "2026-02-01", by: ["day"] }),
  compareVariants: (engine, { user, campaign }) => engine.compareVariants(user, campaign),
  exportPerson: (engine, { user }) => engine.exportPerson(user, { email: "cy@example.com" }),
  erasePerson: (engine, { user }) => engine.erasePerson(user, { email: "cy@example.com" }),
  importDatabase: (engine) => {
    const pieces = [];
    engine.exportDatabase((piece) => pieces.push(piece));
    engine.importDatabase(new Uint8Array(Buffer.concat(pieces)));
  },
};

test("every operation that is loaded on demand is called here", () =>
  assert.deepEqual(Object.keys(calls).sort(), [...ON_DEMAND, "importDatabase"].sort()));

for (const [name, call] of Object.entries(calls)) {
  test(`${name} loads it, once`, async () => {
    const { Engine, loads } = await instance();
    const engine = Engine.openMemory();
    const begun = begin(engine);
    assert.equal(loads.count, 0);
    for (const time of [1, 2]) {
      try {
        call(engine, begun);
      } catch (error) {
        // Not each call makes sense, let alone twice.
        assert.equal(error.name, "CampaignKitError", `${time}: ${error.stack}`);
      }
      assert.equal(loads.count, 1);
    }
  });
}

test("a file of an older version loads it to be migrated, and one of this version does not", async () => {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-on-demand-"));
  const path = join(folder, "old.sqlite");
  fs.copyFileSync(new URL("../../tests/databases/v3.sqlite", import.meta.url), path);
  for (const expected of [{ from: 3 }, undefined]) {
    const { Engine, loads } = await instance();
    const engine = await Engine.openFile(fs, path, () => true);
    assert.equal(engine.info().migrated?.from, expected?.from);
    assert.equal(loads.count, expected ? 1 : 0);
    engine.close();
  }
  fs.rmSync(folder, { recursive: true });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { open } from "../dist/node.js";
import { UNPACED, begin } from "./behaviour/words.mjs";
import { dice, SEED } from "./dice.mjs";
import { Child } from "./process.mjs";

/** How many times the owner is killed; `ROUNDS` sets another number. */
const KILLS = Number(process.env.ROUNDS ?? 20);

/** What children reported as done and was not checked yet. */
class Ledger {
  created = new Set();
  deleted = new Set();
  maybeDeleted = new Set();
  launched = new Set();
  added = [];
  sent = [];
  replied = [];
  /** The campaigns that an event reported as created, so far. */
  recorded = new Set();
  seen = "0";
  facts = {};

  note({ fact, campaign, id, prospect }) {
    if (fact === "deleting") return this.maybeDeleted.add(campaign);
    this.facts[fact] = (this.facts[fact] ?? 0) + 1;
    if (fact === "created") this.created.add(campaign);
    else if (fact === "deleted") this.deleted.add(campaign);
    else if (fact === "launched") this.launched.add(campaign);
    else this[fact].push({ campaign, id, prospect });
  }

  /** Looks for everything that was reported; each thing must be there once. */
  async check(me, kills, about) {
    const stored = new Set(await all((query) => me.listCampaigns(query), "campaigns"));
    const lost = [...this.created].filter((id) => !stored.has(id) && !this.maybeDeleted.has(id));
    assert.deepEqual(lost, [], about);
    assert.deepEqual([...this.deleted].filter((id) => stored.has(id)), [], `${about}: back`);
    // Each child may have been killed between its commit and its report.
    const unsaid = [...stored].filter((id) => !this.created.has(id));
    assert.ok(unsaid.length <= kills, `${about}: ${unsaid.length} were never reported`);
    for (const id of taken(this.launched))
      if (stored.has(id)) assert.notEqual((await me.getCampaign(id)).status, "draft", about);
    for (const { campaign, prospect } of this.added.splice(0)) {
      if (!stored.has(campaign)) continue;
      const found = await all((query) => me.listProspects(campaign, query), "prospects");
      assert.equal(found.filter((id) => id === prospect).length, 1, `${about}: ${prospect}`);
    }
    for (const { campaign, id } of this.sent.splice(0)) {
      if (!stored.has(campaign)) continue;
      const { tasks } = await me.listTasks({ campaign_id: campaign, limit: 200 });
      assert.deepEqual(tasks.filter((task) => task.id === id).map(({ status }) => status), ["sent"], about);
    }
    for (const { campaign, id, prospect } of this.replied.splice(0)) {
      if (!stored.has(campaign)) continue;
      const { changed } = await me.recordEvent({ id, type: "replied", prospect_id: prospect });
      assert.deepEqual([changed, (await me.getProspect(prospect)).status], [false, "replied"], about);
    }
    for (let page; (page = await me.listEvents({ cursor: this.seen, limit: 200 })).events.length > 0;) {
      this.seen = String(page.events.at(-1).number);
      for (const { type, campaign_id } of page.events) {
        if (type !== "campaign_created") continue;
        assert.ok(!this.recorded.has(campaign_id), `${about}: ${campaign_id} was created twice`);
        this.recorded.add(campaign_id);
      }
    }
    assert.deepEqual([...this.created].filter((id) => !this.recorded.has(id)), [], about);
  }
}

function taken(set) {
  const all = [...set];
  set.clear();
  return all;
}

/** The ids of all items of a list. */
async function all(list, field) {
  const ids = [];
  for (let cursor; cursor !== null;) {
    const page = await list({ limit: 200, cursor });
    ids.push(...page[field].map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return ids;
}

test("everything acknowledged is there once after the owner was killed, and nothing is stored in part", async (t) => {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const path = join(folder, "campaigns.sqlite");
  const kit = await open({ storage: "file", path });
  const { user, me, account } = await begin(kit);
  const profile = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", ...UNPACED });
  await me.updateAccount(profile.id, { daily_limit: 100_000, weekly_message_limit: 100_000 });
  await kit.close();

  const copy = await open({ storage: "memory" });
  const ledger = new Ledger();
  const below = dice(SEED);
  for (let round = 0; round < KILLS; round++) {
    const child = new Child();
    t.after(() => child.kill());
    assert.deepEqual(await child.run("open", path), { done: "open" });
    child.send("doEverything", user.id, { email: account.id, linkedin: profile.id }, `r${round}`, below(2 ** 32));
    for (let moment = below(60); moment > 0; moment--) ledger.note(await child.next());
    for (const fact of await child.kill()) ledger.note(fact);

    const kit = await open({ storage: "file", path });
    await ledger.check(kit.as(user.id), round + 1, `CAMPAIGNKIT_SEED=${SEED}, round ${round}`);
    // A database that breaks a promise of the engine is refused.
    await copy.importDatabase(await kit.exportDatabase());
    await kit.close();
    assert.deepEqual(fs.readdirSync(folder), [basename(path)], "nothing is left of the killed owner");
  }
  await copy.close();
  assert.equal(Object.keys(ledger.facts).length, 6, JSON.stringify(ledger.facts));
  const integrity = spawnSync("sqlite3", [path, "PRAGMA integrity_check; PRAGMA foreign_key_check"], { encoding: "utf8" });
  if (!integrity.error) assert.equal(integrity.stdout, "ok\n");
  console.log(`${KILLS} kills; acknowledged, and there once: ${JSON.stringify(ledger.facts)}`);
});

/** Several tabs of one origin over one database, in a real Chromium. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./chromium.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const tests = fileURLToPath(new URL("./", import.meta.url));

/** How often owners end in each way of running; `ROUNDS` asks for more. */
const ROUNDS = Number(process.env.ROUNDS ?? 6);
const TABS = 5;

/** A page that is not seen draws no frames, by which Playwright looks otherwise. */
const HIDDEN = { polling: 50 };

const STRICT = "script-src 'self' 'wasm-unsafe-eval'";

/** By how much the schema of a package is newer that says that it is the next version. */
const NEWER = { "/newer/": 0, "/newer-schema/": 1 };

let profile;
let server;
let chromium;
let origin;

before(async () => {
  profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-tabs-"));
  const folders = ["/dist/", "/strict/", ...Object.keys(NEWER)].map((prefix) => [prefix, dist]);
  server = await serve({ ...Object.fromEntries(folders), "/tests/": tests }, override);
  origin = `http://127.0.0.1:${server.port}`;
  chromium = await launch(profile);
});

function override(path, response) {
  if (path.startsWith("/strict/")) response.headers["content-security-policy"] = STRICT;
  if (path === "/" || path === "/strict/")
    return { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" };
  const newer = Object.keys(NEWER).find((prefix) => path.startsWith(prefix));
  if (!newer || !path.endsWith(".js")) return response;
  const next = (_, schema) => `{version:"0.2.0",schema:${Number(schema) + NEWER[newer]}}`;
  const body = response.body.toString().replace(/\{version:"[^"]*",schema:(\d+)\}/, next);
  assert.notEqual(body, response.body.toString(), "the build is named there");
  return { ...response, body };
}

after(async () => {
  await chromium?.kill();
  server?.close();
  // The processes of a killed Chromium may still write for a moment.
  fs.rmSync(profile, { recursive: true, maxRetries: 10 });
});

let names = 0;
const fresh = () => `tabs-${names++}`;

async function visit(path = "/", prepare = () => {}) {
  const page = await chromium.context.newPage();
  await page.addInitScript(prepare);
  await page.goto(origin + path);
  return page;
}

/** Calls a function of `writer.mjs` in a page. */
function within(page, run, ...args) {
  return page.evaluate(async ([run, args]) => (await import("/tests/writer.mjs"))[run](...args), [run, args]);
}

/** A user with an account, made in a page that has the database open. */
function begin(page) {
  return page.evaluate(async () => {
    const user = await kit.createUser();
    const account = await kit.as(user.id).addAccount({ type: "email", email_address: "ana@example.com" });
    return [user.id, account.id];
  });
}

/** The ids of the user's campaigns, each as often as it is there. */
function campaigns(page, user_id) {
  return page.evaluate(async (user_id) => {
    const ids = [];
    for (let cursor; cursor !== null;) {
      const page = await kit.as(user_id).listCampaigns({ limit: 200, cursor });
      ids.push(...page.campaigns.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    return ids;
  }, user_id);
}

/** What can happen to a tab; each answers whether it is the same page afterwards. */
const ENDS = {
  async close(page) {
    await page.close();
    return false;
  },
  async crash(page) {
    const devtools = await chromium.context.newCDPSession(page);
    const crashed = new Promise((resolve) => page.once("crash", resolve));
    devtools.send("Page.crash").catch(() => {});
    await crashed;
    await page.close();
    return false;
  },
  async reload(page) {
    await page.reload();
    return false;
  },
  async freeze(page) {
    const devtools = await chromium.context.newCDPSession(page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    return true;
  },
};

const WAYS = {
  "as browsers are": { path: "/", from: "/dist/" },
  "without SharedWorker": { path: "/", from: "/dist/", prepare: () => void delete globalThis.SharedWorker },
  "under a strict policy": { path: "/strict/", from: "/strict/" },
};

for (const [way, { path, from, prepare }] of Object.entries(WAYS)) {
  test(`whatever happens to the owner, every resolved create is there once, and no call hangs: ${way}`, async () => {
    const name = fresh();
    const tabs = [];
    const ended = { resolved: [], rejected: [] };
    const join = async () => {
      const page = await visit(path, prepare);
      assert.equal(await page.evaluate(() => crossOriginIsolated), false);
      if (prepare) assert.equal(await page.evaluate(() => typeof SharedWorker), "undefined");
      await within(page, "start", from, name);
      return page;
    };
    tabs.push(await join());
    const [user_id, account_id] = await begin(tabs[0]);
    let labels = 0;
    const write = (page) => within(page, "write", user_id, account_id, `Tab ${labels++}`);
    await write(tabs[0]);
    while (tabs.length < TABS) {
      tabs.push(await join());
      await write(tabs.at(-1));
    }

    const collect = async (page) => {
      const { resolved, rejected } = await page.evaluate(() => written);
      ended.resolved.push(...resolved);
      ended.rejected.push(...rejected);
    };
    const takeOvers = [];
    for (let round = 0; round < ROUNDS; round++) {
      const index = tabs.findIndex((page) => page.workers().length > 0);
      assert.ok(index >= 0, "someone owns the database");
      const owner = tabs[index];
      const kinds = Object.keys(ENDS);
      const kind = kinds[(round + Math.floor(Math.random() * 2)) % kinds.length];
      // Whatever it still resolves after this was acknowledged to no one that is left.
      await collect(owner);
      const others = tabs.filter((page) => page !== owner);
      for (const page of others) await within(page, "slowest");
      const isSame = await ENDS[kind](owner);
      // What they called while nobody answered was called before this.
      await Promise.all(others.map((page) => within(page, "answered")));
      const slowest = Math.max(...(await Promise.all(others.map((page) => within(page, "slowest")))));
      assert.ok(slowest < 5_000, `a call took ${slowest} ms after: ${kind}`);
      takeOvers.push({ kind, ms: slowest });
      if (isSame) {
        const devtools = await chromium.context.newCDPSession(owner);
        await devtools.send("Page.setWebLifecycleState", { state: "active" });
        assert.ok((await within(owner, "answered")) < 5_000);
      } else if (kind === "reload") {
        await within(owner, "start", from, name);
        await write(owner);
      } else {
        tabs[index] = await join();
        await write(tabs[index]);
      }
    }
    for (const page of tabs) await collect(page);
    for (const page of tabs) await page.evaluate(() => kit.close());

    const last = await join();
    const ids = await campaigns(last, user_id);
    assert.equal(new Set(ids).size, ids.length);
    const there = new Set(ids);
    assert.deepEqual(
      ended.resolved.filter((id) => !there.has(id)),
      [],
    );
    assert.deepEqual([...new Set(ended.rejected)], []);
    assert.ok(ended.resolved.length > ROUNDS * 5, "tabs wrote");
    takeOvers.sort((one, other) => one.ms - other.ms);
    const [median, slowest] = [takeOvers[takeOvers.length >> 1], takeOvers.at(-1)];
    console.log(
      `${way}: ${ROUNDS} owners ended, ${there.size} campaigns; calls of others took ${median.ms.toFixed(0)} ms (median), ` +
        `${slowest.ms.toFixed(0)} ms at most (${slowest.kind})`,
    );
    for (const page of [...tabs, last]) await page.close();
  });
}

/** Freezes a page, or lets it go on. */
async function setState(page, state) {
  const devtools = await chromium.context.newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state });
  await devtools.detach();
}

/** Tabs that have a new database open, the first one as its owner, and a user with an account. */
async function openTabs(count, prepare) {
  const name = fresh();
  const tabs = [];
  for (let number = 0; number < count; number++) {
    const page = await visit("/", number === 0 ? prepare : undefined);
    await within(page, "start", "/dist/", name);
    tabs.push(page);
  }
  return { name, tabs, ids: await begin(tabs[0]) };
}

test("a tab that waits for its turn gives its place up while it is frozen", async () => {
  const { tabs } = await openTabs(3);
  await setState(tabs[1], "frozen");
  await tabs[0].close();
  assert.ok((await within(tabs[2], "answered")) < 5_000);
  await setState(tabs[1], "active");
  await within(tabs[1], "answered");
  for (const page of tabs.slice(1)) await page.close();
});

test("an owner that stops without a word is told of with a code, and what was rejected does not happen later", async () => {
  // A page that does not hear that it is frozen stands for one that is stopped by its system.
  const deaf = () => {
    const { addEventListener } = Document.prototype;
    Document.prototype.addEventListener = function (type, ...rest) {
      if (type !== "freeze") addEventListener.call(this, type, ...rest);
    };
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (type !== "freeze") add.call(this, type, ...rest);
    };
  };
  const { name, tabs, ids } = await openTabs(2, deaf);
  const [owner, client] = tabs;
  await setState(owner, "frozen");
  const outcome = await client.evaluate(async ([user_id, account_id]) => {
    const begun = performance.now();
    const request = { type: "email", name: "Rejected", sender_account_ids: [account_id] };
    const code = await kit
      .as(user_id)
      .createCampaign(request)
      .then(
        () => "created",
        (error) => error.code,
      );
    return { code, ms: performance.now() - begun };
  }, ids);
  assert.equal(outcome.code, "busy");
  assert.ok(outcome.ms < 5_000, `${outcome.ms} ms`);
  const late = await visit();
  const refusal = await late.evaluate(async (name) => {
    const { open } = await import("/dist/browser.js");
    return open({ storage: "opfs", name }).then(
      () => "opened",
      (error) => error.code,
    );
  }, name);
  assert.equal(refusal, "other_owner");

  await setState(owner, "active");
  await within(client, "answered");
  assert.deepEqual(await campaigns(client, ids[0]), []);
  for (const page of [...tabs, late]) await page.close();
});

test("closing hands over in good order: nothing that was called is lost or done twice", async () => {
  const { name, tabs, ids } = await openTabs(2);
  const [owner, client] = tabs;
  const answers = client.evaluate(async ([user_id]) => {
    const me = kit.as(user_id);
    // None of these may be asked twice.
    const lists = Array.from({ length: 400 }, (_, number) => me.createList({ name: `List ${number}` }));
    return (await Promise.allSettled(lists)).map(({ status, reason }) => reason?.code ?? status);
  }, ids);
  await owner.evaluate(() => kit.close());
  assert.deepEqual([...new Set(await answers)], ["fulfilled"]);
  await within(owner, "start", "/dist/", name);
  for (const page of tabs) await page.close();
});

test("long work of any tab tells that tab how far it is, lets others know that it lives, and can be aborted", async () => {
  const { tabs, ids } = await openTabs(2);
  const outcome = await tabs[1].evaluate(async ([user_id, account_id]) => {
    const me = kit.as(user_id);
    const { campaign } = await me.createCampaign({ type: "email", name: "Large", sender_account_ids: [account_id] });
    const rows = Array.from({ length: 20_000 }, (_, number) => `p${number}@example.com`);
    const file = new TextEncoder().encode(`email\n${rows.join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(file);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const aborted = await me
      .importCsv(campaign.id, file, { mapping, content_hash }, { onProgress, signal: controller.signal })
      .catch(({ code }) => code);
    const left = (await me.listProspects(campaign.id)).prospects.length;
    const told = [];
    const work = { onProgress: (done, total) => told.push([done, total]) };
    const { imported, outcomes } = await me.importCsv(campaign.id, file, { mapping, content_hash }, work);
    return { aborted, left, imported, outcomes: outcomes.length, last: told.at(-1) };
  }, ids);
  assert.deepEqual(outcome, {
    aborted: "cancelled",
    left: 0,
    imported: 20_000,
    outcomes: 20_000,
    last: [20_000, 20_000],
  });
  for (const page of tabs) await page.close();
});

test("two kits of one page share the database, too", async () => {
  const page = await visit();
  const found = await page.evaluate(async (name) => {
    const { open } = await import("/dist/browser.js");
    const [one, other] = await Promise.all([open({ storage: "opfs", name }), open({ storage: "opfs", name })]);
    await one.createUser();
    await other.createUser();
    const counts = [(await one.listUsers()).users.length, (await other.listUsers()).users.length];
    await one.close();
    counts.push((await other.listUsers()).users.length);
    await other.close();
    const codes = await Promise.allSettled([one.listUsers(), other.listUsers()]);
    return [...counts, ...codes.map(({ reason }) => reason.code)];
  }, fresh());
  assert.deepEqual(found, [2, 2, 2, "closed", "closed"]);
  await page.close();
});

test("one callback for each transaction and subscription in every tab, and none for what does not concern it", async () => {
  const { tabs, ids } = await openTabs(3);
  const [user_id, account_id] = ids;
  const [first, second] = await tabs[1].evaluate(async ([user_id, account_id]) => {
    const me = kit.as(user_id);
    const created = [];
    for (const name of ["First", "Second"])
      created.push((await me.createCampaign({ type: "email", name, sender_account_ids: [account_id] })).campaign.id);
    return created;
  }, ids);
  for (const page of tabs) {
    await page.evaluate(
      async ([user_id, first]) => {
        globalThis.told = { campaigns: [], campaign: [], prospects: [], tasks: [], commits: [] };
        const me = kit.as(user_id);
        const note = (list, what) => (answer, commit) =>
          told[list].push([what(answer), commit && commit.events.map(({ type }) => type).join()]);
        me.subscribe(
          { campaigns: {} },
          note("campaigns", ({ campaigns }) => campaigns.length),
        );
        me.subscribe(
          { campaign: first },
          note("campaign", ({ name }) => name),
        );
        me.subscribe(
          { prospects: first, limit: 200 },
          note("prospects", ({ prospects }) => prospects.length),
        );
        me.subscribe(
          { tasks: first },
          note("tasks", ({ tasks }) => tasks.length),
        );
        me.onCommit((commit) => told.commits.push(commit.events.map(({ type }) => type).join()));
      },
      [user_id, first],
    );
    await page.waitForFunction(() => Object.values(told).flat().length === 4, null, HIDDEN);
  }
  await tabs[2].evaluate(
    async ([user_id, first, second]) => {
      const me = kit.as(user_id);
      const people = (count) => Array.from({ length: count }, (_, number) => ({ email: `p${number}@example.com` }));
      await me.addProspects(first, { prospects: people(1_000) });
      await me.addProspects(second, { prospects: people(1) });
      await me.createList({ name: "Elsewhere" });
      await kit.as((await kit.createUser()).id).createList({ name: "Of someone else" });
      await me.updateCampaign(first, { name: "Renamed" });
      await me.deleteCampaign(second);
    },
    [user_id, first, second],
  );
  for (const page of tabs) {
    await page.waitForFunction(() => told.commits.length === 5 && told.campaigns.length === 5, null, HIDDEN);
    const told = await page.evaluate(() => globalThis.told);
    const commits = (list) => told[list].map(([, commit]) => commit);
    assert.deepEqual(commits("campaigns"), [
      null,
      "prospects_added",
      "prospects_added",
      "campaign_updated",
      "campaign_deleted",
    ]);
    assert.deepEqual(commits("campaign"), [null, "prospects_added", "campaign_updated"]);
    assert.deepEqual(commits("prospects"), [null, "prospects_added"]);
    assert.deepEqual(commits("tasks"), [null]);
    assert.deepEqual(told.commits, [
      "prospects_added",
      "prospects_added",
      "list_created",
      "campaign_updated",
      "campaign_deleted",
    ]);
    // What is told is of the transaction or of a later one.
    const last = (list) => told[list].at(-1)[0];
    assert.deepEqual(["campaigns", "campaign", "prospects", "tasks"].map(last), [1, "Renamed", 200, 0]);
  }
  for (const page of tabs) await page.close();
});

test("who subscribed is told once of each transaction, whichever tabs run the engine meanwhile", async () => {
  const { name, tabs, ids } = await openTabs(3);
  await tabs[2].evaluate(([user_id]) => {
    globalThis.told = [];
    kit.as(user_id).onCommit(({ events }) => told.push(...events.map(({ number }) => number)));
  }, ids);
  const begun = await tabs[2].evaluate(() => told.length);
  assert.equal(begun, 0);
  await within(tabs[1], "write", ...ids, "While owners end");
  for (let round = 0; round < 3; round++) {
    await tabs[0].close();
    tabs[0] = await visit();
    await within(tabs[0], "start", "/dist/", name);
    for (const page of tabs.slice(1)) await within(page, "answered");
  }
  const { resolved } = await tabs[1].evaluate(() => {
    void kit.close();
    return written;
  });
  const last = await tabs[0].evaluate(async ([user_id]) => {
    let last = 0;
    for (let cursor; cursor !== null;) {
      const page = await kit.as(user_id).listEvents({ limit: 200, cursor });
      last = page.events.at(-1)?.number ?? last;
      cursor = page.next_cursor;
    }
    return last;
  }, ids);
  await tabs[2].waitForFunction((last) => told.at(-1) >= last, last, HIDDEN);
  const numbers = await tabs[2].evaluate(() => told);
  assert.ok(resolved.length > 0 && numbers.length >= resolved.length);
  assert.deepEqual(
    numbers,
    Array.from(numbers, (_, at) => numbers[0] + at),
  );
  for (const page of tabs) await page.close();
});

test("two versions never share a database: the newer waits or is refused, the older is told", async () => {
  const { name, tabs } = await openTabs(2);
  for (const page of tabs) await page.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  const attempt = (page, from) =>
    page.evaluate(
      async ([from, name]) => {
        const { open } = await import(`${from}browser.js`);
        return open({ storage: "opfs", name }).then(
          (kit) => ((globalThis.kit = kit), "opened"),
          (error) => error.code,
        );
      },
      [from, name],
    );
  const newer = await visit();
  assert.equal(await attempt(newer, "/newer/"), "other_owner");
  for (const page of tabs) await page.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  await within(tabs[1], "answered");

  const opened = attempt(newer, "/newer/");
  await tabs[0].evaluate(() => kit.close());
  await tabs[1].evaluate(() => kit.close());
  assert.equal(await opened, "opened");
  assert.equal(await attempt(tabs[0], "/dist/"), "other_owner");
  await within(newer, "answered");
  for (const page of [...tabs, newer]) await page.close();
});

test("a tab of an older version is told when a newer one takes over", async () => {
  const { name, tabs } = await openTabs(1);
  const newer = await visit();
  const opened = newer.evaluate(async (name) => {
    const { open } = await import("/newer-schema/browser.js");
    for (;;) {
      try {
        globalThis.kit = await open({ storage: "opfs", name });
        return "opened";
      } catch (error) {
        if (error.code !== "other_owner") return error.code;
      }
    }
  }, name);
  const older = await visit();
  await within(older, "start", "/dist/", name);
  await older.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  await older.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  // It waits for its turn before the newer one does, and gets it last.
  await older.evaluate(() => kit.close());
  await tabs[0].close();
  assert.equal(await opened, "opened");
  const refused = await older.evaluate(async (name) => {
    const { open } = await import("/dist/browser.js");
    return open({ storage: "opfs", name }).catch((error) => error.code);
  }, name);
  assert.equal(refused, "newer_schema");
  for (const page of [older, newer]) await page.close();
});

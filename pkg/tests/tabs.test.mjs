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

test("every tab is told of what concerns it, in order, up to the last transaction, and of nothing else", async () => {
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
  const events = [null, "prospects_added", "prospects_added", "campaign_updated", "campaign_deleted"];
  const concerning = {
    campaigns: events,
    campaign: [null, "prospects_added", "campaign_updated"],
    prospects: [null, "prospects_added"],
    tasks: [null],
  };
  for (const page of tabs) {
    await page.waitForFunction(
      (concerning) =>
        told.commits.length === 5 &&
        Object.entries(concerning).every(([list, commits]) => told[list].at(-1)[1] === commits.at(-1)),
      concerning,
      HIDDEN,
    );
    const told = await page.evaluate(() => globalThis.told);
    for (const [list, commits] of Object.entries(concerning)) {
      // Those that come close together have one answer.
      const left = [...commits];
      for (const [, commit] of told[list]) {
        assert.ok(left.includes(commit), `${list}: ${JSON.stringify(told[list])}`);
        left.splice(0, left.indexOf(commit) + 1);
      }
      assert.equal(told[list][0][1], null);
    }
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

/**
 * Waits until this many tabs live, and the owner waits for the end of this many; the ends of the names of their locks.
 */
function untilTabs(page, name, living, awaited) {
  return page.evaluate(
    async ([prefix, living, awaited]) => {
      const clients = (locks) =>
        locks.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
      let tabs;
      for (let looks = 0; looks < 600; looks++) {
        const locks = await navigator.locks.query();
        tabs = { held: clients(locks.held), awaited: clients(locks.pending) };
        if (tabs.held.length === living && tabs.awaited.length === awaited) return tabs;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${tabs.held.length} tabs live, the ends of ${tabs.awaited.length} are awaited`);
    },
    [`campaignkit:${name}:`, living, awaited],
  );
}

/** Whether the owner answers what is asked on the channel of a tab. */
function isAnswered(page, name, client) {
  return page.evaluate(
    async ([channel, name]) => {
      const tab = new BroadcastChannel(channel);
      const answered = new Promise((resolve) => (tab.onmessage = ({ data }) => data.id === -7 && resolve(true)));
      tab.postMessage({ id: -7, operation: "listUsers", args: [{}], told: false });
      // Whoever has that channel answers calls in their order, and pings after what came before them.
      const lobby = new BroadcastChannel(`campaignkit:${name}`);
      const heard = new Promise((resolve) => {
        let pings = 0;
        lobby.onmessage = ({ data }) => "alive" in data && (++pings < 20 ? ping() : resolve(false));
        const ping = () => lobby.postMessage({ ping: "the test" });
        ping();
      });
      const isAnswered = await Promise.race([answered, heard]);
      for (const channel of [tab, lobby]) channel.close();
      return isAnswered;
    },
    [`campaignkit:${name}:${client}`, name],
  );
}

test("a tab that dies without a word is forgotten by the owner, and what it had called does not happen", async () => {
  const { name, tabs, ids } = await openTabs(4);
  const [owner, ...clients] = tabs;
  const all = await untilTabs(owner, name, 4, 3);
  for (const client of all.awaited) assert.equal(await isAnswered(owner, name, client), true);

  await owner.evaluate(async ([user_id, account_id]) => {
    const me = kit.as(user_id);
    const { campaign } = await me.createCampaign({ type: "email", name: "Large", sender_account_ids: [account_id] });
    const file = new TextEncoder().encode(Array.from({ length: 100_000 }, (_, n) => `p${n}@example.com`).join("\n"));
    const { mapping, content_hash } = await me.previewCsv(file);
    await new Promise((resolve) => {
      const onProgress = resolve;
      globalThis.imported = me.importCsv(campaign.id, file, { mapping, content_hash }, { onProgress });
    });
  }, ids);
  await clients[0].evaluate(([user_id]) => {
    for (let number = 0; number < 30; number++) void kit.as(user_id).createList({ name: `List ${number}` });
  }, ids);
  const devtools = await chromium.context.newCDPSession(clients[0]);
  const crashed = new Promise((resolve) => clients[0].once("crash", resolve));
  devtools.send("Page.crash").catch(() => {});
  await crashed;
  const left = await untilTabs(owner, name, 3, 2);
  const [dead] = all.awaited.filter((client) => !left.held.includes(client));
  assert.equal((await owner.evaluate(() => imported)).imported, 100_000);
  assert.equal(await isAnswered(owner, name, dead), false);
  assert.equal((await owner.evaluate(([user_id]) => kit.as(user_id).listLists(), ids)).lists.length, 0);

  await clients[1].close();
  await untilTabs(owner, name, 2, 1);
  await clients[2].evaluate(() => kit.close());
  await untilTabs(owner, name, 1, 0);
  await within(clients[2], "start", "/dist/", name);
  await untilTabs(owner, name, 2, 1);
  await owner.evaluate(() => kit.close());
  const { held, awaited } = await untilTabs(clients[2], name, 1, 0);
  assert.deepEqual([held.length, awaited], [1, []], "the owner that ends waits for nobody any more");
  await within(clients[2], "answered");
  for (const page of tabs) await page.close();
});

test("a frozen tab is forgotten, and comes back with what it follows", async () => {
  const { name, tabs, ids } = await openTabs(3);
  const [owner, frozen] = tabs;
  await frozen.evaluate(([user_id]) => {
    globalThis.told = [];
    kit.as(user_id).subscribe({ campaigns: {} }, ({ campaigns }) => told.push(campaigns.length));
  }, ids);
  await frozen.waitForFunction(() => told.length === 1, null, HIDDEN);
  await untilTabs(owner, name, 3, 2);
  for (let round = 0; round < 3; round++) {
    await setState(frozen, "frozen");
    await untilTabs(owner, name, 2, 1);
    await setState(frozen, "active");
    await untilTabs(owner, name, 3, 2);
    await within(frozen, "answered");
  }
  await owner.evaluate(([user_id, account_id]) => {
    const request = { type: "email", name: "After", sender_account_ids: [account_id] };
    return kit.as(user_id).createCampaign(request);
  }, ids);
  await frozen.waitForFunction(() => told.at(-1) === 1, null, HIDDEN);
  for (const page of tabs) await page.close();
});

test("a tab that wakes up asks once for what it missed, and is told of every commit", async () => {
  const { name, tabs, ids } = await openTabs(2);
  const [owner, sleeper] = tabs;
  const COMMITS = 1_200;
  const { awaited } = await untilTabs(owner, name, 2, 1);
  const campaign_id = await owner.evaluate(async ([user_id, account_id]) => {
    const request = { type: "email", name: "First", sender_account_ids: [account_id] };
    return (await kit.as(user_id).createCampaign(request)).campaign.id;
  }, ids);
  await sleeper.evaluate(
    ([channel, user_id, campaign_id]) => {
      globalThis.told = { campaigns: [], campaign: [], prospects: [] };
      globalThis.commits = [];
      globalThis.asked = [];
      new BroadcastChannel(channel).onmessage = ({ data }) => "operation" in data && asked.push(data.operation);
      const me = kit.as(user_id);
      const note = (list) => (answer, commit) => told[list].push(commit && commit.events.at(-1).number);
      me.subscribe({ campaigns: {} }, note("campaigns"));
      me.subscribe({ campaign: campaign_id }, note("campaign"));
      me.subscribe({ prospects: campaign_id }, note("prospects"));
      me.onCommit(({ events }) => commits.push(...events.map(({ number }) => number)));
    },
    [`campaignkit:${name}:${awaited[0]}`, ids[0], campaign_id],
  );
  await sleeper.waitForFunction(() => Object.values(told).flat().length === 3, null, HIDDEN);
  const begun = await sleeper.evaluate(() => asked.length);
  await setState(sleeper, "frozen");
  const last = await owner.evaluate(
    async ([user_id, campaign_id, count]) => {
      const me = kit.as(user_id);
      const numbers = [];
      const told = new Promise((resolve) =>
        me.onCommit(({ events }) => numbers.push(events.at(-1).number) === count && resolve()),
      );
      const person = (n) => ({ prospects: [{ email: `p${n}@example.com` }] });
      for (let n = 0; n < count; n++) void me.addProspects(campaign_id, person(n));
      await told;
      return numbers.at(-1);
    },
    [ids[0], campaign_id, COMMITS],
  );
  await setState(sleeper, "active");
  await sleeper.waitForFunction(
    (last) => commits.at(-1) === last && Object.values(told).every((numbers) => numbers.at(-1) === last),
    last,
    HIDDEN,
  );
  const { commits, asked, told } = await sleeper.evaluate(() => ({ commits, asked, told }));
  assert.equal(commits.length, COMMITS);
  assert.deepEqual(
    commits,
    commits.map((_, at) => commits[0] + at),
  );
  const since = asked.slice(begun);
  const pages = since.filter((operation) => operation === "commitsAfter").length;
  assert.ok(pages <= COMMITS / 500 + 3, `${pages} pages`);
  const queries = since.filter((operation) => /^(get|list)/.test(operation)).length;
  assert.ok(queries <= 3 * 3, `${queries} queries: ${since.join(" ")}`);
  assert.ok(Object.values(told).flat().length <= 3 + 3 * 3);
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

/** The files of the origin's private file system, as text that can be compared; `patch` changes them first. */
function files(page, name, patch) {
  return page.evaluate(
    async ([name, patch]) => {
      const root = await navigator.storage.getDirectory();
      const all = await (await root.getDirectoryHandle("campaignkit")).getDirectoryHandle(name);
      const found = {};
      const look = async (folder, path) => {
        for await (const [name, handle] of folder.entries()) {
          if (handle.kind === "directory") {
            await look(handle, `${path}/${name}`);
            continue;
          }
          let bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
          // The pool has a header of its own before the file that SQLite sees.
          const at = [0, 4096].find((at) => new TextDecoder().decode(bytes.slice(at, at + 15)) === "SQLite format 3");
          if (patch && at !== undefined) {
            new DataView(bytes.buffer).setUint32(at + 60, patch);
            const writable = await handle.createWritable();
            await writable.write(bytes);
            await writable.close();
          }
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
          found[`${path}/${name}`] = [bytes.length, at ?? null, ...hash].join();
        }
      };
      await look(all, "");
      return found;
    },
    [name, patch],
  );
}

const NEWER_SCHEMA = 1_000_000;

test("an app that is rolled back finds tables that are newer than it: newer_schema, and not a byte is written", async () => {
  const { name, tabs } = await openTabs(1);
  const [page] = tabs;
  await page.evaluate(() => kit.close());
  const patched = await files(page, name, NEWER_SCHEMA);
  assert.ok(
    Object.values(patched).some((file) => /^\d+,(0|4096),/.test(file)),
    "a database is there",
  );
  for (let attempt = 0; attempt < 2; attempt++) {
    const found = await page.evaluate(async (name) => {
      const { open } = await import("/dist/browser.js");
      return open({ storage: "opfs", name }).then(
        () => "opened",
        ({ code, found, supported }) => ({ code, found, supported }),
      );
    }, name);
    assert.deepEqual([found.code, found.found, found.supported < NEWER_SCHEMA], ["newer_schema", NEWER_SCHEMA, true]);
    assert.deepEqual(await files(page, name), patched);
  }
  await page.close();
});

test("an old tab is told newer_schema when a newer one has taken over, and writes nothing into what it left", async () => {
  const { name, tabs, ids } = await openTabs(2);
  const [first, old] = tabs;
  await old.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  const call = () =>
    old.evaluate(async ([user_id]) => {
      const calls = [kit.as(user_id).createList({ name: "Of the old" }), kit.as(user_id).listLists()];
      return (await Promise.allSettled(calls)).map(({ status, reason }) => reason?.code ?? status);
    }, ids);
  // Frozen, it gives its turn up, and the newer one comes before it.
  await setState(old, "frozen");
  await first.close();
  const newer = await visit();
  await within(newer, "start", "/newer-schema/", name);
  await setState(old, "active");
  await old.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  const { lists } = await newer.evaluate(([user_id]) => kit.as(user_id).listLists(), ids);
  assert.deepEqual(lists, []);

  // The newer one is gone, and what it left has tables that the old one does not know.
  await newer.evaluate(() => kit.close());
  const migrated = await files(newer, name, NEWER_SCHEMA);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await files(newer, name), migrated);
  for (const page of [old, newer]) await page.close();
});

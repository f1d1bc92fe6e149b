/** What tabs learn about the database that they share, and about one another. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HIDDEN, chromium, openTabs, setState, visit, within } from "./tabs.mjs";

test("every tab is notified of what concerns it, in order, to the last transaction, and of nothing else", async () => {
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
      // Commits in quick succession share one result.
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
    // A result is that of the transaction or of a later one.
    const last = (list) => told[list].at(-1)[0];
    assert.deepEqual(["campaigns", "campaign", "prospects", "tasks"].map(last), [1, "Renamed", 200, 0]);
  }
  for (const page of tabs) await page.close();
});

/**
 * Waits until this many tabs live and the owner waits for the end of this many; returns the suffixes of their locks'
 * names.
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

/** Whether the owner replies to calls on the channel of a tab. */
function isAnswered(page, name, client) {
  return page.evaluate(
    async ([channel, name]) => {
      const tab = new BroadcastChannel(channel);
      const answered = new Promise((resolve) => (tab.onmessage = ({ data }) => data.id === -7 && resolve(true)));
      tab.postMessage({ id: -7, operation: "listUsers", args: [{}], told: false });
      // The owner of that channel performs calls in order, and replies to pings after the calls before them.
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

test("a tab that dies without notice is forgotten by the owner, and its calls do not happen", async () => {
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
  assert.deepEqual([held.length, awaited], [1, []], "an owner that ends waits for nobody any more");
  await within(clients[2], "answered");
  for (const page of tabs) await page.close();
});

test("a frozen tab is forgotten, and follows the same when it comes back", async () => {
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

test("a tab that wakes up asks once for what it missed, and is notified of every commit", async () => {
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

test("subscribers are notified once of each transaction, whichever tabs run the engine meanwhile", async () => {
  const { name, tabs, ids } = await openTabs(3);
  await tabs[2].evaluate(([user_id]) => {
    globalThis.told = [];
    globalThis.toldOfAll = [];
    kit.as(user_id).onCommit(({ events }) => told.push(...events.map(({ number }) => number)));
    kit.onCommit(({ events }) => toldOfAll.push(...events.map(({ number }) => number)));
  }, ids);
  // What both are told begins with what comes after the calls by which they ask for it.
  await within(tabs[2], "answered");
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
  await tabs[2].waitForFunction((last) => told.at(-1) >= last && toldOfAll.at(-1) >= last, last, HIDDEN);
  const numbers = await tabs[2].evaluate(() => told);
  assert.ok(resolved.length > 0 && numbers.length >= resolved.length);
  assert.deepEqual(
    numbers,
    Array.from(numbers, (_, at) => numbers[0] + at),
  );
  assert.deepEqual(await tabs[2].evaluate(() => toldOfAll), numbers);
  for (const page of tabs) await page.close();
});

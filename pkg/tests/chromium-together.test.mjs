// Calls that wait in the worker are stored together: with one flush, and all of them or none.

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./chromium.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const tests = fileURLToPath(new URL("./", import.meta.url));

/** Counts the flushes in the worker, and makes them fail; each message is answered with the count. */
const COUNTING = `
const { flush } = FileSystemSyncAccessHandle.prototype;
let flushes = 0, fails = false;
FileSystemSyncAccessHandle.prototype.flush = function () {
  flushes++;
  if (fails) throw new DOMException("asked to fail", "InvalidStateError");
  return flush.call(this);
};
const counter = new BroadcastChannel("flushes");
counter.onmessage = ({ data }) => {
  fails = data.fails;
  counter.postMessage({ flushes });
};`;

let profile;
let server;
let chromium;

before(async () => {
  profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-chromium-"));
  server = await serve({ "/dist/": dist, "/tests/": tests }, (path, response) => {
    if (path === "/") return { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" };
    if (path === "/dist/worker.js") return { ...response, body: `${response.body}\n${COUNTING}` };
    return response;
  });
  chromium = await launch(profile);
});

after(async () => {
  await chromium?.kill();
  server?.close();
  // The processes of a killed Chromium may still write for a moment.
  fs.rmSync(profile, { recursive: true, maxRetries: 10 });
});

/** Runs a function in a new page, with a database on OPFS, the words of the tests, and `counted`. */
async function within(run) {
  const page = await chromium.context.newPage();
  await page.goto(`http://127.0.0.1:${server.port}/`);
  const result = await page.evaluate(async (source) => {
    const [{ open }, words] = await Promise.all([import("/dist/browser.js"), import("/tests/behaviour/index.mjs")]);
    const kit = await open({ storage: "opfs", name: crypto.randomUUID() });
    const counter = new BroadcastChannel("flushes");
    const counted = (fails = false) =>
      new Promise((resolve) => {
        counter.onmessage = ({ data }) => resolve(data.flushes);
        counter.postMessage({ fails });
      });
    // A call that takes long, behind which others wait: the page hears of its last chance after it made them.
    const long = (me) =>
      me.addSuppressions({ suppressions: [{ type: "email_address", value: "a@x.com" }] }, { onProgress() {} });
    try {
      return await (0, eval)(`(${source})`)({ ...words, kit, counted, long });
    } finally {
      counter.close();
      await kit.close();
    }
  }, run.toString());
  await page.close();
  return result;
}

test("calls that wait take one flush, and a call alone takes one", async () => {
  const counts = await within(async ({ kit, counted, long }) => {
    const me = kit.as((await kit.createUser()).id);
    let made = 0;
    const create = () => me.createList({ name: `List ${made++}` });
    await create();
    const flushes = async (work) => {
      const before = await counted();
      await work();
      return (await counted()) - before;
    };
    return [
      await flushes(create),
      await flushes(() => Promise.all([long(me), ...Array.from({ length: 31 }, create)])),
    ];
  });
  assert.deepEqual(counts, [1, 2]);
});

test("where the common commit fails, all calls fail, and nothing is told", async () => {
  const { codes, told, names } = await within(async ({ kit, begin, counted, failure }) => {
    const { me, request } = await begin(kit);
    const create = (name) => me.createCampaign({ ...request, name });
    await create("Before");
    const told = [];
    me.onCommit(({ events }) => told.push(...events.map(({ type }) => type)));
    await me.listCampaigns();
    const { campaign } = await create("Planned");
    await counted(true);
    // It flushes nothing, and they wait behind it.
    const planned = me.plan(campaign.id, {}, { onProgress() {} });
    const calls = [create("A"), create("A"), me.listCampaigns(), create("B")];
    const outcomes = Promise.all(calls.map((call) => call.then(() => "done", ({ code }) => code)));
    await planned;
    const codes = await outcomes;
    await counted(false);
    const { campaigns } = await me.listCampaigns();
    return { codes, told, names: campaigns.map(({ name }) => name) };
  });
  assert.deepEqual(codes, Array(4).fill("commit_uncertain"));
  assert.deepEqual(told, ["campaign_created"]);
  assert.deepEqual(names, ["Planned", "Before"]);
});

/** What the package promises in Chromium, tested in Firefox. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { cases, SIMULATED, simulatedCases } from "./behaviour/index.mjs";
import { serve } from "./chromium.mjs";

const EXECUTABLE = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const tests = fileURLToPath(new URL("./", import.meta.url));

const scripts = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-firefox-"));

let server;
let firefox;

before(async () => {
  server = await serve({ "/dist/": dist, "/tests/": tests, "/script/": scripts }, (path, response) =>
    path === "/" ? { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" } : response,
  );
  firefox = await puppeteer.launch({
    browser: "firefox",
    executablePath: EXECUTABLE,
    headless: true,
    // The most time for one call of a page.
    protocolTimeout: 900_000,
    // Nobody is there to answer whether data may be kept.
    extraPrefsFirefox: { "dom.storageManager.prompt.testing": true, "dom.storageManager.prompt.testing.allow": true },
  });
});

after(async () => {
  await firefox?.close();
  server?.close();
  fs.rmSync(scripts, { recursive: true, maxRetries: 10 });
});

async function visit() {
  const page = await firefox.newPage();
  await page.goto(`http://127.0.0.1:${server.port}/`);
  return page;
}

/** Runs a function in a page, with the package and the helpers of the behaviour tests. */
function within(page, run, argument) {
  return page.evaluate(
    async (source, argument) => {
      const [kit, words] = await Promise.all([import("/dist/browser.js"), import("/tests/behaviour/index.mjs")]);
      return await (0, eval)(`(${source})`)({ ...kit, ...words }, argument);
    },
    run.toString(),
    argument,
  );
}

let names = 0;
const fresh = () => `test-${names++}`;

for (const storage of ["memory", "opfs"]) {
  describe(`Firefox, ${storage}`, () => {
    let page;
    before(async () => (page = await visit()));
    after(() => page?.close());

    for (const name of Object.keys({ ...cases, ...simulatedCases })) {
      const simulated = name in simulatedCases ? SIMULATED : undefined;
      test(name, () =>
        within(
          page,
          async (words, { name, options }) => {
            const kit = await words.open(options);
            try {
              words.equal(kit.storage, options.storage);
              await { ...words.cases, ...words.simulatedCases }[name](kit, words);
            } finally {
              await kit.close();
            }
          },
          { name, options: { storage, ...(simulated && { simulated }), ...(storage === "opfs" && { name: fresh() }) } },
        ),
      );
    }
  });
}

/** Opens the database in a page and follows its campaigns there. */
function follow(page, name, user_id) {
  return within(
    page,
    async ({ open }, { name, user_id }) => {
      globalThis.kept ??= await open({ storage: "opfs", name });
      if (!user_id) return (await kept.createUser()).id;
      globalThis.me = kept.as(user_id);
      globalThis.told = [];
      me.subscribe({ campaigns: {} }, ({ campaigns }) => told.push(campaigns.map(({ name }) => name)));
    },
    { name, user_id },
  );
}

function create(page, name) {
  return within(
    page,
    async (_, name) => {
      const [known] = (await me.listAccounts()).accounts;
      const account = known ?? (await me.addAccount({ type: "email", email_address: "ana@example.com" }));
      await me.createCampaign({ type: "email", name, sender_account_ids: [account.id] });
    },
    name,
  );
}

function hears(page, ...names) {
  const is = (names) => JSON.stringify(told.at(-1)) === JSON.stringify(names);
  return page.waitForFunction(is, { polling: 50, timeout: 30_000 }, names);
}

test("two tabs have one database, and when its owner is closed, the other one continues", async () => {
  const name = fresh();
  const [owner, other] = [await visit(), await visit()];
  const user_id = await follow(owner, name);
  await follow(owner, name, user_id);
  await follow(other, name, user_id);
  await create(owner, "One");
  await hears(other, "One");
  await create(other, "Two");
  await hears(owner, "Two", "One");
  await owner.close();
  await create(other, "Three");
  await hears(other, "Three", "Two", "One");
  await other.close();

  const later = await visit();
  await follow(later, name, user_id);
  await hears(later, "Three", "Two", "One");
  await later.close();
});

test("what is in OPFS survives a reload, even of a page that did not close it", async () => {
  const page = await visit();
  const name = fresh();
  const user_id = await follow(page, name);
  await follow(page, name, user_id);
  await create(page, "Outreach");
  for (let i = 0; i < 5; i++) {
    await page.reload();
    await follow(page, name, user_id);
    await hears(page, "Outreach");
  }
  await page.close();
});

test("files in every encoding are read as by the native crate", async () => {
  execFileSync(process.env.SCRIPT, ["encodings", join(scripts, "encodings.jsonl")], { stdio: "ignore" });
  const page = await visit();
  const count = await within(page, async ({ open }) => {
    const { perform } = await import("/tests/script.mjs");
    const script = await (await fetch("/script/encodings.jsonl")).text();
    return await perform(open, { storage: "memory" }, script);
  });
  assert(count >= 1500, `${count} operations`);
  await page.close();
});

/** Tabs of one origin over one database, in a real Chromium that runs for the tests of one file. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./chromium.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const tests = fileURLToPath(new URL("./", import.meta.url));

/** A page in the background draws no frames, which Playwright would wait for by default. */
export const HIDDEN = { polling: 50 };

const STRICT = "script-src 'self' 'wasm-unsafe-eval'";

/** How much newer the schema is of a package that claims to be the next version. */
const NEWER = { "/newer/": 0, "/newer-schema/": 1 };

let profile;
let server;
export let chromium;
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
export const fresh = () => `tabs-${names++}`;

export async function visit(path = "/", prepare = () => {}) {
  const page = await chromium.context.newPage();
  await page.addInitScript(prepare);
  await page.goto(origin + path);
  return page;
}

/** Calls a function of `writer.mjs` in a page. */
export function within(page, run, ...args) {
  return page.evaluate(async ([run, args]) => (await import("/tests/writer.mjs"))[run](...args), [run, args]);
}

/** A user with an account, made in a page that has the database open. */
export function begin(page) {
  return page.evaluate(async () => {
    const user = await kit.createUser();
    const account = await kit.as(user.id).addAccount({ type: "email", email_address: "ana@example.com" });
    return [user.id, account.id];
  });
}

/** The ids of the user's campaigns, with repetitions if there are any. */
export function campaigns(page, user_id) {
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

/** Freezes a page, or lets it continue. */
export async function setState(page, state) {
  const devtools = await chromium.context.newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state });
  await devtools.detach();
}

/** Tabs that have a new database open, the first one as the owner, and a user with an account. */
export async function openTabs(count, prepare) {
  const name = fresh();
  const tabs = [];
  for (let number = 0; number < count; number++) {
    const page = await visit("/", number === 0 ? prepare : undefined);
    await within(page, "start", "/dist/", name);
    tabs.push(page);
  }
  return { name, tabs, ids: await begin(tabs[0]) };
}

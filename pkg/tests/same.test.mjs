/** With a simulated clock, the same operations give the same answers and the same database on every platform. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "../dist/node.js";
import { launch, serve } from "./chromium.mjs";
import { perform } from "./script.mjs";

const SEED = 7;
const OPERATIONS = 10_000;

/** The program `script` of `xtask/tools`. */
const native = (...args) => execFileSync(process.env.SCRIPT, args, { encoding: "utf8", maxBuffer: 2 ** 30 });

let folder;
let expected;
let script;

before(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-same-"));
  const file = join(folder, "script.jsonl");
  expected = native("make", SEED, OPERATIONS, file);
  script = fs.readFileSync(file, "utf8");
});

after(() => fs.rmSync(folder, { recursive: true, maxRetries: 10 }));

/** Dumps are long: says where they part instead of showing them. */
function equalDumps(actual) {
  if (actual === expected) return;
  const [here, there] = [actual.split("\n"), expected.split("\n")];
  const at = here.findIndex((line, at) => line !== there[at]);
  assert.fail(`line ${at + 1} of the dumps:\n${here[at]}\nnatively:\n${there[at]}`);
}

test("a script gives the same in a file of Node's as natively", async () => {
  const path = join(folder, "node.sqlite");
  assert(expected.length > 1_000_000, "the script does something");
  assert.equal(await perform(open, { storage: "file", path }, script), OPERATIONS);
  equalDumps(native("dump", path));
});

test("a script gives the same in Chromium's private file system as natively", async (t) => {
  const own = (path) => fileURLToPath(new URL(path, import.meta.url));
  const page = (path, response) => (path === "/" ? { ...response, status: 200, body: "<!doctype html>" } : response);
  const server = await serve({ "/dist/": own("../dist/"), "/tests/": own("./"), "/script/": folder }, page);
  t.after(() => server.close());
  const chromium = await launch(join(folder, "profile"));
  t.after(() => chromium.kill());
  const tab = await chromium.context.newPage();
  await tab.goto(`http://127.0.0.1:${server.port}/`);
  const [count, base64] = await tab.evaluate(inChromium);
  assert.equal(count, OPERATIONS);
  const path = join(folder, "chromium.sqlite");
  fs.writeFileSync(path, Buffer.from(base64, "base64"));
  equalDumps(native("dump", path));
});

/** Performs the script in the page, and answers how many operations there were and the bytes of the closed database. */
async function inChromium() {
  const [{ open }, { perform }] = await Promise.all([import("/dist/browser.js"), import("/tests/script.mjs")]);
  const script = await (await fetch("/script/script.jsonl")).text();
  const count = await perform(open, { storage: "opfs", name: "same" }, script);

  let pool = await navigator.storage.getDirectory();
  for (const name of ["campaignkit", "same", ".opaque"]) pool = await pool.getDirectoryHandle(name);
  for await (const handle of pool.values()) {
    const file = await handle.getFile();
    // A file of the pool begins with a sector that says which one it is.
    const [path] = (await file.slice(0, 512).text()).split("\0");
    if (!path.endsWith("campaignkit.db")) continue;
    const reader = new FileReader();
    const read = new Promise((resolve) => (reader.onload = resolve));
    reader.readAsDataURL(file.slice(4096));
    await read;
    return [count, reader.result.split(",")[1]];
  }
  throw new Error("the pool has no database");
}

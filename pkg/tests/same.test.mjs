/**
 * With a simulated clock, the same operations give the same results and the same database on every platform; so do
 * files in every encoding.
 */

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

/** The scripts, as arguments of the program `script` of `xtask/tools`. */
const SCRIPTS = { operations: ["make", 7, 10_000], encodings: ["encodings"] };

const native = (...args) => execFileSync(process.env.SCRIPT, args, { encoding: "utf8", maxBuffer: 2 ** 30 });

const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-same-"));
const fileOf = (name) => join(folder, `${name}.jsonl`);
/** One line contains the start of the clock. */
const countOf = (name) => fs.readFileSync(fileOf(name), "utf8").trimEnd().split("\n").length - 1;
const expected = {};

before(() => {
  for (const [name, args] of Object.entries(SCRIPTS)) expected[name] = native(...args, fileOf(name));
});

after(() => fs.rmSync(folder, { recursive: true, maxRetries: 10 }));

/** Dumps are long: shows where they differ instead. */
function equalDumps(actual, expected) {
  if (actual === expected) return;
  const [here, there] = [actual.split("\n"), expected.split("\n")];
  const at = here.findIndex((line, at) => line !== there[at]);
  assert.fail(`line ${at + 1} of the dumps:\n${here[at]}\nnatively:\n${there[at]}`);
}

for (const name of Object.keys(SCRIPTS)) {
  test(`${name} give the same in a file in Node as natively`, async () => {
    const path = join(folder, `${name}.sqlite`);
    assert(expected[name].length > 1_000_000, "the script does something");
    const count = await perform(open, { storage: "file", path }, fs.readFileSync(fileOf(name), "utf8"));
    assert.equal(count, countOf(name));
    equalDumps(native("dump", path), expected[name]);
  });

  test(`${name} give the same in Chromium's private file system as natively`, async (t) => {
    const own = (path) => fileURLToPath(new URL(path, import.meta.url));
    const page = (path, response) => (path === "/" ? { ...response, status: 200, body: "<!doctype html>" } : response);
    const server = await serve({ "/dist/": own("../dist/"), "/tests/": own("./"), "/script/": folder }, page);
    t.after(() => server.close());
    const chromium = await launch(join(folder, `${name}-profile`));
    t.after(() => chromium.kill());
    const tab = await chromium.context.newPage();
    await tab.goto(`http://127.0.0.1:${server.port}/`);
    const [count, base64] = await tab.evaluate(inChromium, name);
    assert.equal(count, countOf(name));
    const path = join(folder, `${name}-chromium.sqlite`);
    fs.writeFileSync(path, Buffer.from(base64, "base64"));
    equalDumps(native("dump", path), expected[name]);
  });
}

/** Performs the script in the page; returns the number of operations and the bytes of the closed database. */
async function inChromium(name) {
  const [{ open }, { perform }] = await Promise.all([import("/dist/browser.js"), import("/tests/script.mjs")]);
  const script = await (await fetch(`/script/${name}.jsonl`)).text();
  const count = await perform(open, { storage: "opfs", name }, script);

  let pool = await navigator.storage.getDirectory();
  for (const part of ["campaignkit", name, ".opaque"]) pool = await pool.getDirectoryHandle(part);
  for await (const handle of pool.values()) {
    const file = await handle.getFile();
    // A file of the pool begins with a sector that contains its name.
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

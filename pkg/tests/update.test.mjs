/** A file of an older version reports how far its update is, and is as it was where that is cancelled. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { open } from "../dist/node.js";
import { refused } from "./behaviour/words.mjs";
import { path, start } from "./files.mjs";

const OLD = fs.readFileSync(new URL("../../tests/databases/v3.sqlite", import.meta.url));
const old = (work) => {
  fs.writeFileSync(path, OLD);
  return open({ storage: "file", path }, work);
};

/** The file, but for the header's notes on how it is written. */
function pages(file) {
  const pages = Buffer.from(file);
  for (const [start, end] of [[18, 20], [24, 28], [92, 100]]) pages.fill(0, start, end);
  return pages;
}

async function isAsItWas() {
  assert.ok(pages(fs.readFileSync(path)).equals(pages(OLD)));
  const kit = await open({ storage: "file", path });
  assert.equal((await kit.storageInfo()).migrated.from, 3);
  await kit.close();
}

test("an update reports how much is done of how much, and a file that is new or up to date reports nothing", async () => {
  const reports = [];
  const onProgress = (...report) => reports.push(report);
  await (await open({ storage: "file", path }, { onProgress })).close();
  await (await open({ storage: "file", path }, { onProgress })).close();
  assert.deepEqual(reports, []);
  await (await old({ onProgress })).close();
  const [[, all]] = reports;
  assert.deepEqual(reports.at(-1), [all, all]);
  assert.ok(reports.every(([done, total], at) => total === all && done >= (reports[at - 1]?.[0] ?? 0)));
  await (await open({ storage: "file", path }, { onProgress: () => assert.fail() })).close();
});

for (const [how, work] of [
  ["by its signal", () => AbortSignal.abort("enough")],
  ["by a timer", () => AbortSignal.timeout(0)],
]) {
  test(`an update that is cancelled ${how} leaves the file as it was`, async () => {
    const signal = work();
    const error = await refused(old({ signal }), "unavailable", 503, "cancelled");
    assert.equal(error.cause, signal.reason);
    await isAsItWas();
  });
}

test("so does one whose onProgress throws or aborts", async () => {
  const thrown = new Error("enough");
  const onProgress = () => {
    throw thrown;
  };
  assert.equal((await refused(old({ onProgress }), "unavailable", 503, "cancelled")).cause, thrown);
  await isAsItWas();
  const stop = new AbortController();
  await refused(old({ onProgress: () => stop.abort(), signal: stop.signal }), "unavailable", 503, "cancelled");
  await isAsItWas();
});

test("a signal ends the wait for another owner", async () => {
  const owner = start();
  await owner.run("open", path);
  const stop = new AbortController();
  const waiting = open({ storage: "file", path, wait_ms: 86_400_000 }, { signal: stop.signal });
  setTimeout(() => stop.abort("enough"), 300);
  assert.equal((await refused(waiting, "unavailable", 503, "cancelled")).cause, "enough");
  await owner.run("close");
  await (await open({ storage: "file", path })).close();
});

test("what is no work is refused", async () => {
  for (const work of [1, { onProgress: 1 }, { signal: {} }])
    await refused(open({ storage: "file", path }, work), "invalid", 400, "invalid_input");
});

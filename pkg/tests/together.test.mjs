// Calls of one turn of the event loop are stored together in Node: with one flush, and all of them or none.

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { open } from "../dist/node.js";
import { Engine } from "../dist/wasm/campaignkit.js";
import { begin, failure, refused } from "./behaviour/words.mjs";

const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-together-"));
after(() => fs.rmSync(folder, { recursive: true }));

let files = 0;
const openFile = () => open({ storage: "file", path: join(folder, `${files++}.sqlite`) });

/** How often files are flushed during some work. */
async function flushes(work) {
  const kinds = ["fsyncSync", "fdatasyncSync"];
  const real = kinds.map((kind) => fs[kind]);
  let count = 0;
  for (const [at, kind] of kinds.entries()) {
    fs[kind] = (...args) => {
      count++;
      return real[at](...args);
    };
  }
  try {
    await work();
  } finally {
    for (const [at, kind] of kinds.entries()) fs[kind] = real[at];
  }
  return count;
}

test("calls made at once take one flush for up to 64, and a call alone takes one", async () => {
  const kit = await openFile();
  const me = kit.as((await kit.createUser()).id);
  let made = 0;
  const create = () => me.createList({ name: `List ${made++}` });
  await create();
  const times = (count) => Array.from({ length: count }, create);
  assert.equal(await flushes(() => create()), 1);
  assert.equal(await flushes(() => Promise.all(times(64))), 1);
  assert.equal(await flushes(() => Promise.all(times(65))), 2);
  const pairs = async () => Promise.all(Array.from({ length: 20 }, async () => (await create(), create())));
  assert.equal(await flushes(pairs), 2, "what follows upon them is together again");
  // Behind a long call, too.
  const long = () => me.addSuppressions({ suppressions: [{ type: "email_address", value: "a@x.com" }] }, { onProgress() {} });
  assert.equal(await flushes(() => Promise.all([long(), ...times(30)])), 2);
  await kit.close();
});

test("where the common commit fails, all calls fail, nothing is told, and the next ones work", async () => {
  const kit = await openFile();
  const { me, request } = await begin(kit);
  const create = (name) => me.createCampaign({ ...request, name });
  await create("Before");
  const told = [];
  const end = me.onCommit((commit) => told.push(commit));
  await me.listCampaigns();
  const { writeSync } = fs;
  fs.writeSync = () => {
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  };
  const calls = [create("A"), create("Before"), me.listCampaigns(), create("B")];
  const codes = await Promise.all(calls.map(async (call) => (await failure(call)).code));
  fs.writeSync = writeSync;
  assert.deepEqual(codes, Array(4).fill("storage_full"));
  assert.deepEqual((await me.listCampaigns()).campaigns.map(({ name }) => name), ["Before"]);
  await Promise.all([create("A"), create("B")]);
  assert.deepEqual(told.map(({ events }) => events[0].type), ["campaign_created", "campaign_created"]);
  end();
  await kit.close();
});

test("closing stores what was called before it", async () => {
  const path = join(folder, `${files++}.sqlite`);
  let kit = await open({ storage: "file", path });
  const calls = [kit.createUser(), kit.createUser()];
  await kit.close();
  assert.notEqual((await calls[0]).id, (await calls[1]).id);
  kit = await open({ storage: "file", path });
  assert.equal((await kit.listUsers()).users.length, 2);
  await kit.close();
});

// Last: it breaks the engine that the tests above share.
test("an engine that breaks stores none of the calls made at once, and reopens for the next one", async (t) => {
  const kit = await openFile();
  const { me, request } = await begin(kit);
  const create = (name) => me.createCampaign({ ...request, name });
  await create("Before");
  t.mock.method(Engine.prototype, "getUser", () => {
    throw new WebAssembly.RuntimeError("unreachable");
  });
  const calls = [create("A"), create("B"), kit.getUser("x"), create("C")];
  for (const call of calls.slice(0, 3)) await refused(call, "internal", 500, "bug");
  assert.equal((await calls[3]).campaign.name, "C", "it was not begun");
  assert.deepEqual((await me.listCampaigns()).campaigns.map(({ name }) => name), ["C", "Before"]);
  await kit.close();
});

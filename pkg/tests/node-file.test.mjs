import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { recover, replaceDatabase } from "../dist/node.js";
import { begin, bytes, failure, refused, wholeCampaigns } from "./behaviour/words.mjs";
import { file, folder, path, start } from "./files.mjs";

const has = (program, ...args) => spawnSync(program, args).status === 0;
const sqlite = (sql) => spawnSync("sqlite3", [path, sql], { encoding: "utf8" });

test("what was created is there when the file is opened again", async () => {
  const first = await file();
  const { user, me, request } = await begin(first);
  const { campaign } = await me.createCampaign(request);
  await first.close();
  assert.deepEqual(fs.readdirSync(folder), [basename(path)], "one file is left");

  const second = await file();
  assert.deepEqual(await second.as(user.id).getCampaign(campaign.id), campaign);
  await refused(second.as(user.id).createCampaign(request), "conflict", 409, "name_taken");
  await second.close();
});

test("a file that is not ours is refused, its bytes untouched", async () => {
  const other = spawnSync("sqlite3", [path, "CREATE TABLE t (x); INSERT INTO t VALUES (1)"]).status === 0;
  for (const bytes of [Buffer.from("Dear diary, ".repeat(1000)), ...(other ? [fs.readFileSync(path)] : [])]) {
    fs.writeFileSync(path, bytes);
    await refused(file(), "invalid", 400, "foreign_file");
    assert.deepEqual(fs.readFileSync(path), bytes);
    assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
  }
});

test("a file of a newer version is refused, its bytes untouched", async () => {
  await (await file()).close();
  const bytes = fs.readFileSync(path);
  const USER_VERSION_AT = 60;
  bytes.writeUInt32BE(1_000_000, USER_VERSION_AT);
  fs.writeFileSync(path, bytes);
  const error = await refused(file(), "unavailable", 503, "newer_schema");
  assert.equal(error.found, 1_000_000);
  assert.ok(error.supported >= 1);
  assert.deepEqual(fs.readFileSync(path), bytes);
});

test("a path that cannot hold a file is unavailable", async () => {
  await refused(file(join(folder, "nowhere", "x.sqlite")), "unavailable", 503, "storage_unavailable");
  const error = await refused(file(folder), "unavailable", 503, "storage_unavailable");
  assert.ok(!error.message.includes(folder), "a message has no value of the user's");
});

/** What the native crate reads from the file, one object for each user and campaign. */
function natively() {
  const list = ["run", "--quiet", "--example", "list", "--", path];
  const { status, stdout, stderr } = spawnSync("cargo", list, { encoding: "utf8", cwd: new URL("../..", import.meta.url) });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The same through this package. */
async function here(kit) {
  const found = [];
  for (const user of (await kit.listUsers()).users)
    found.push(user, ...(await kit.as(user.id).listCampaigns()).campaigns);
  return found;
}

test("the native crate reads what was written here, and writes what is read here", async () => {
  const kit = await file();
  const { me, request } = await begin(kit);
  for (let i = 0; i < 20; i++) await me.createCampaign({ ...request, name: `Campaign ${i}` });
  const written = await here(kit);
  await kit.close();
  assert.equal(written.length, 21);
  assert.deepEqual(natively(), written);

  fs.copyFileSync(new URL("../../tests/databases/v1.sqlite", import.meta.url), path);
  const native = natively();
  const again = await file();
  assert.deepEqual(await here(again), native);
  const [user] = native;
  const account = await again.as(user.id).addAccount({ type: "email", email_address: "new@example.com" });
  const email = { type: "email", name: "Made in Node", sender_account_ids: [account.id] };
  await again.as(user.id).createCampaign(email);
  await again.close();
  assert.equal(natively().length, native.length + 1);
});

test("the native crate reads what a killed process of Node acknowledged", async () => {
  const child = start(process.execPath, [new URL("child.mjs", import.meta.url).pathname]);
  await child.run("open", path);
  await child.run("begin");
  child.send("create", "Doomed");
  const acknowledged = [];
  while (acknowledged.length < 40) acknowledged.push((await child.next()).id);
  await child.kill();
  const ids = new Set(natively().map(({ id }) => id));
  assert.ok(acknowledged.every((id) => ids.has(id)));
});

test("the sqlite3 shell reads the file", { skip: !has("sqlite3", "--version") }, async () => {
  const kit = await file();
  const { me, request } = await begin(kit);
  for (let i = 0; i < 50; i++) await me.createCampaign({ ...request, name: `Campaign ${i}` });
  await kit.close();
  assert.equal(
    sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT count(*), max(name) FROM campaign").stdout,
    "ok\n50|Campaign 9\n",
  );
});

test(
  "a full disk is storage_full, existing data is intact, and the next create works once there is room",
  {
    skip: !has("prlimit", "--version") || process.platform !== "linux",
  },
  async () => {
    const limit = 1024 * 1024;
    const child = start("prlimit", [
      `--fsize=${limit}:unlimited`,
      process.execPath,
      new URL("child.mjs", import.meta.url).pathname,
    ]);
    await child.run("open", path);
    await child.run("begin");
    child.send("create", "Before");
    const acknowledged = [];
    let said;
    while ("id" in (said = await child.next())) acknowledged.push(said.id);
    assert.equal(said.error, "storage_full", JSON.stringify(said));
    assert.ok(acknowledged.length > 10);

    assert.ok(has("prlimit", "--pid", String(child.pid), "--fsize=unlimited"));
    assert.deepEqual(await child.run("create", "After", 10), { done: "created" });
    await child.run("close");
    const kit = await file();
    const ids = new Set(await wholeCampaigns(kit));
    assert.equal(ids.size, acknowledged.length + 10);
    assert.ok(acknowledged.every((id) => ids.has(id)));
    await kit.close();
  },
);

test("what is readable of a damaged file is recovered, and takes its place", async () => {
  const kit = await file();
  const { user, me, request } = await begin(kit);
  const { campaign } = await me.createCampaign(request);
  await kit.close();
  const whole = fs.readFileSync(path);
  // The root of the schema and the settings are gone.
  fs.writeFileSync(path, Buffer.concat([Buffer.alloc(4096, 0xa5), whole.subarray(4096)]));
  assert.ok(["foreign_file", "corrupt"].includes((await failure(file())).code));

  const options = { storage: "file", path };
  const { database, report } = await recover(options);
  assert.equal(report.tables.find(({ table }) => table === "campaign").recovered, 1);
  await refused(replaceDatabase(options, bytes("no database")), "invalid", 400, "foreign_file");
  await replaceDatabase(options, database);
  const again = await file();
  assert.deepEqual(await again.as(user.id).getCampaign(campaign.id), campaign);
  await refused(recover(options), "unavailable", 503, "other_owner");
  await again.close();
  await refused(recover({ storage: "memory" }), "unavailable", 503, "storage_unavailable");
  const missing = join(folder, "missing.sqlite");
  await refused(recover({ storage: "file", path: missing }), "unavailable", 503, "storage_unavailable");
  assert.deepEqual(fs.readdirSync(folder), [basename(path)], "no file is made from it");
});

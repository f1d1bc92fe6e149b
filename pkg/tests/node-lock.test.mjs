/** A file has one owner: who is refused, and what frees the file. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { basename, join, relative } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { recover, replaceDatabase } from "../dist/node.js";
import { begin, refused } from "./behaviour/words.mjs";
import { file, folder, path, start } from "./files.mjs";

const lockOf = (at = path) => join(folder, `campaignkit-${fs.statSync(at, { bigint: true }).ino}.lock`);
const isLinux = process.platform === "linux";

/** The lock that a killed owner left. */
async function leaveLock() {
  const owner = start();
  assert.deepEqual(await owner.run("lock", path), { done: "locked" });
  const claim = JSON.parse(fs.readFileSync(lockOf(), "utf8"));
  await owner.kill();
  return claim;
}

test("a file has one owner, however its path is written", async () => {
  const kit = await file();
  const link = join(folder, "link.sqlite");
  fs.symlinkSync(path, link);
  for (const other of [path, link, relative(process.cwd(), path)]) {
    await refused(file(other), "unavailable", 503, "other_owner");
  }
  const elsewhere = start();
  assert.equal((await elsewhere.run("open", path)).error, "other_owner");
  const renamed = join(folder, "renamed.sqlite");
  fs.renameSync(path, renamed);
  await refused(file(renamed), "unavailable", 503, "other_owner");
  assert.equal((await elsewhere.run("open", renamed)).error, "other_owner");
  fs.renameSync(renamed, path);
  await kit.createUser();
  await kit.close();
  assert.deepEqual(await elsewhere.run("open", link), { done: "open" });
  await refused(file(), "unavailable", 503, "other_owner");
  await elsewhere.run("close");
  await (await file()).close();
});

test("a file with two hard links is refused under both names, owned or not", async () => {
  const kit = await file();
  const database = new Uint8Array(await new Response(await kit.exportDatabase()).arrayBuffer());
  const other = join(folder, "other.sqlite");
  fs.linkSync(path, other);
  const refusals = () =>
    [path, other].flatMap((at) => [
      file(at),
      recover({ storage: "file", path: at }),
      replaceDatabase({ storage: "file", path: at }, database),
    ]);
  for (const refusal of refusals()) {
    assert.match((await refused(refusal, "unavailable", 503, "storage_unavailable")).message, /hard links/);
  }
  await kit.close();
  const bytes = fs.readFileSync(path);
  for (const refusal of refusals()) await refused(refusal, "unavailable", 503, "storage_unavailable");
  assert.deepEqual(fs.readFileSync(path), bytes);
  assert.deepEqual(fs.readdirSync(folder).sort(), [basename(path), "other.sqlite"]);

  fs.rmSync(other);
  await (await file()).close();
});

test("a process that ends without closing leaves the file free", async () => {
  const owner = start();
  await owner.run("open", path);
  await owner.run("begin");
  owner.send("exit");
  assert.equal(await owner.next(), undefined);
  await owner.kill();
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.includes("lock")), []);
  await (await file()).close();
});

test("a stopped owner keeps its file", { skip: process.platform === "win32" }, async () => {
  const owner = start();
  await owner.run("open", path);
  process.kill(owner.pid, "SIGSTOP");
  for (let i = 0; i < 3; i++) await refused(file(), "unavailable", 503, "other_owner");
  process.kill(owner.pid, "SIGCONT");
  await owner.run("close");
  await (await file()).close();
});

test("a worker thread is an owner of its own, and its end frees the file", async () => {
  const node = new URL("../dist/node.js", import.meta.url);
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.node).then(async ({ open }) => {
      globalThis.kit = await open({ storage: "file", path: workerData.path });
      parentPort.on("message", () => {});
      parentPort.postMessage("open");
    });`;
  const worker = new Worker(program, { eval: true, workerData: { node: node.href, path } });
  await once(worker, "message");
  await refused(file(), "unavailable", 503, "other_owner");
  await worker.terminate();
  await (await file()).close();
  assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
});

test("one of several openers of a dead owner's file wins", async () => {
  fs.writeFileSync(path, "");
  const claim = JSON.stringify(await leaveLock());
  const openers = Array.from({ length: 5 }, () => start());

  // The lock of the same dead owner, on one file after another.
  for (let round = 0; round < 100; round++) {
    const contested = join(folder, `${round}.sqlite`);
    fs.writeFileSync(contested, "");
    const root = lockOf(contested);
    fs.writeFileSync(root, claim);
    const outcomes = await Promise.all(openers.map((opener) => opener.run("lock", contested)));
    const winner = outcomes.findIndex(({ done }) => done === "locked");
    assert.deepEqual(
      outcomes.map(({ done, error }) => done ?? error),
      openers.map((_, i) => (i === winner ? "locked" : "other_owner")),
    );
    assert.ok(winner >= 0);
    await openers[winner].run("unlock");
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.startsWith(basename(root))),
      [],
    );
  }
});

test("openers and dying owners in turn never own a file together", async () => {
  fs.writeFileSync(path, "");
  // In each round one of them wins and is killed without notice, at once or after others tried.
  const contenders = new Set(Array.from({ length: 4 }, () => start()));
  for (let round = 0; round < 15; round++) {
    const outcomes = await Promise.all([...contenders].map(async (child) => [child, await child.run("lock", path)]));
    const winners = outcomes.filter(([, { done }]) => done === "locked");
    assert.equal(winners.length, 1, JSON.stringify(outcomes.map(([, outcome]) => outcome)));
    const [[winner]] = winners;
    const killed = winner.kill();
    // Racing with the kill: each finds the owner alive, or takes over from it; never two of them.
    const rest = [...contenders].filter((child) => child !== winner);
    const second = await Promise.all(rest.map((child) => child.run("lock", path)));
    await killed;
    const heirs = rest.filter((_, i) => second[i].done === "locked");
    assert.ok(heirs.length <= 1, JSON.stringify(second));
    for (const heir of heirs) await heir.run("unlock");
    contenders.delete(winner);
    contenders.add(start());
  }
});

test("owners that start, end and are killed at any moment never overlap", async () => {
  fs.writeFileSync(path, "");
  const contenders = Array.from({ length: 4 }, () => start());
  for (const child of contenders) child.send("contend", path);
  const kills = Number(process.env.ROUNDS ?? 25);
  for (let kill = 0; kill < kills; kill++) {
    const at = Math.floor(Math.random() * contenders.length);
    for (let turns = Math.floor(Math.random() * 12); turns > 0; turns--) {
      const said = await contenders[at].next();
      assert.ok("id" in said, JSON.stringify(said));
    }
    for (const said of await contenders[at].kill()) assert.ok("id" in said, JSON.stringify(said));
    contenders[at] = start();
    contenders[at].send("contend", path);
  }
  for (const child of contenders) for (const said of await child.kill()) assert.ok("id" in said, JSON.stringify(said));
  const last = await file();
  await last.close();
});

/** The child in a container, in which it has process id 1. */
function container(host, ...namespaces) {
  const program = new URL("child.mjs", import.meta.url).pathname;
  const inside = [`hostname ${host} && exec "$@"`, "sh", process.execPath, program];
  return start("unshare", [...UNSHARE, ...namespaces, "sh", "-c", ...inside]);
}

const UNSHARE = [
  ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]),
  ...["--pid", "--fork", "--kill-child", "--mount-proc", "--uts"],
];
const hasContainers = spawnSync("unshare", [...UNSHARE, "--net", "true"]).status === 0;

for (const namespaces of [[], ["--net"]]) {
  const kind = namespaces.length > 0 ? "with a network of its own" : "in the same network";
  test(`a container ${kind} is an ordinary owner, and its restart frees the file`, { skip: !hasContainers }, async () => {
    const first = container("one.invalid", ...namespaces);
    assert.deepEqual(await first.run("pid"), { done: 1 });
    assert.deepEqual(await first.run("open", path), { done: "open" });
    await first.run("begin");
    await first.run("create", "Before", 3);

    const second = container("two.invalid", ...namespaces);
    assert.deepEqual(await second.run("pid"), { done: 1 });
    assert.equal((await second.run("open", path)).error, "other_owner");
    await refused(file(), "unavailable", 503, "other_owner");

    await first.kill();
    assert.deepEqual(await second.run("open", path), { done: "open" });
    await refused(file(), "unavailable", 503, "other_owner");
    await second.kill();
    const kit = await file();
    const [user] = (await kit.listUsers()).users;
    assert.equal((await kit.as(user.id).listCampaigns()).campaigns.length, 3);
    await kit.close();
    assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
  });
}

test("a folder that cannot hold sockets is locked all the same", { skip: !isLinux }, async () => {
  fs.writeFileSync(path, "");
  const [owner, other] = [start(), start()];
  for (const child of [owner, other]) await child.run("loseSockets");
  assert.deepEqual(await owner.run("lock", path), { done: "locked" });
  assert.equal((await other.run("lock", path)).error, "other_owner");
  await refused(file(), "unavailable", 503, "other_owner");
  const stranger = hasContainers ? container("stranger.invalid", "--net") : undefined;
  if (stranger) assert.equal((await stranger.run("lock", path)).error, "other_owner");
  await owner.kill();
  // In another network nobody can tell whether the owner lives.
  if (stranger) assert.match((await stranger.run("lock", path)).message, /another machine/);
  assert.deepEqual(await other.run("lock", path), { done: "locked" });
  await other.run("unlock");
  assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
});

const NFS = 0x6969;
const EXT4 = 0xef53;

test("a restart of the machine frees its own locks, but not another machine's", { skip: !isLinux }, async () => {
  fs.writeFileSync(path, "");
  const owner = start();
  await owner.run("mount", EXT4);
  await owner.run("lock", path);
  const claim = JSON.parse(fs.readFileSync(lockOf(), "utf8"));
  await owner.kill();
  const rebooted = { ...claim, machine: crypto.randomUUID() };

  const [here, shared] = [start(), start()];
  await here.run("mount", EXT4);
  await shared.run("mount", NFS);
  for (const [lock, child, outcome] of [
    [rebooted, here, "locked"],
    [rebooted, shared, "other_owner"],
    // A server of the folder, for which the folder is a local disk.
    [{ ...rebooted, isLocal: false }, here, "other_owner"],
    [{ ...rebooted, isLocal: false }, shared, "other_owner"],
    // A kernel knows its own dead processes on every file system.
    [{ ...claim, isLocal: false }, shared, "locked"],
  ]) {
    fs.writeFileSync(lockOf(), JSON.stringify(lock));
    const { done, error } = await child.run("lock", path);
    assert.equal(done ?? error, outcome);
    if (done) await child.run("unlock");
  }
});

test("a lock whose owner is unknown is respected without waiting", { skip: process.platform === "win32" }, async () => {
  await (await file()).close();
  const claim = await leaveLock();
  const root = lockOf();
  const succession = `${root}.${claim.token}`;
  const text = (content) => () => fs.writeFileSync(root, content);
  const around = () => {
    fs.writeFileSync(root, JSON.stringify(claim));
    fs.writeFileSync(succession, JSON.stringify(claim));
  };
  const dangling = () => fs.symlinkSync(join(folder, "nowhere"), root);
  for (const make of [
    text(""),
    text("null"),
    text("{}"),
    text("[]"),
    text(JSON.stringify({ ...claim, token: `../${claim.token}` })),
    text(JSON.stringify({ ...claim, machine: undefined })),
    text(JSON.stringify({ ...claim, machine: "elsewhere.invalid", isLocal: false })),
    text(" ".repeat(1_000_000)),
    dangling,
    () => fs.symlinkSync(root, root),
    () => fs.mkdirSync(root),
    () => assert.equal(spawnSync("mkfifo", [root]).status, 0),
    around,
  ]) {
    fs.rmSync(root, { recursive: true, force: true });
    make();
    const before = fs.readdirSync(folder);
    const error = await refused(file(), "unavailable", 503, "other_owner");
    assert.match(error.message, new RegExp(`remove ${basename(root)} beside`), make);
    assert.deepEqual(fs.readdirSync(folder), before);
  }
  fs.rmSync(root);
  await (await file()).close();
});

test("anything but a file is refused without waiting", { skip: process.platform === "win32" }, async () => {
  const pipe = join(folder, "pipe");
  assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
  const socket = join(folder, "socket");
  const server = net.createServer().listen(socket);
  for (const at of [pipe, socket, folder, "/dev/null", join(pipe, "x")]) {
    for (const work of [file(at), recover({ storage: "file", path: at })]) {
      const error = await refused(work, "unavailable", 503, "storage_unavailable");
      assert.ok(!error.message.includes(folder), "a message has no value of the user's");
    }
  }
  server.close();

  await (await file()).close();
  const bytes = fs.readFileSync(path);
  for (const end of ["-journal", "-wal"]) {
    assert.equal(spawnSync("mkfifo", [`${path}${end}`]).status, 0);
    await refused(file(), "unavailable", 503, "storage_unavailable");
    fs.rmSync(`${path}${end}`);
    assert.deepEqual(fs.readFileSync(path), bytes);
  }
  await (await file()).close();
});

test("a lock that cannot be removed locks nobody out", async () => {
  for (const code of ["EACCES", "EBUSY"]) {
    const [owner, other] = [start(), start()];
    await owner.run("open", path);
    const root = lockOf();
    for (const name of ["renameSync", "rmSync"]) await owner.run("fail", name, ".lock", code);
    assert.deepEqual(await owner.run("close"), { done: "closed" });
    assert.ok(fs.existsSync(root), "it is still there");
    assert.deepEqual(await other.run("open", path), { done: "open" });
    assert.equal((await owner.run("open", path)).error, "other_owner");
    await other.run("close");
    assert.deepEqual(await owner.run("open", path), { done: "open" });
    await owner.run("close");
    assert.deepEqual(await owner.run("open", path), { done: "open" });
    await owner.kill();
  }
});

test("an owner whose lock was removed by hand does not remove the next owner's", async () => {
  const [first, second] = [start(), start()];
  await first.run("open", path);
  fs.rmSync(lockOf());
  assert.deepEqual(await second.run("open", path), { done: "open" });
  await first.run("close");
  await refused(file(), "unavailable", 503, "other_owner");
  await second.run("close");
  await (await file()).close();
  assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
});

test("a draft that cannot be removed does not prevent opening, and is gone after the next crash", async () => {
  const owner = start();
  await owner.run("fail", "rmSync", ".new", "EBUSY");
  assert.deepEqual(await owner.run("open", path), { done: "open" });
  assert.equal(fs.readdirSync(folder).filter((name) => name.endsWith(".new")).length, 1);
  await owner.kill();
  await (await file()).close();
  assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
});

test("a full disk leaves no part of a lock", { skip: spawnSync("prlimit", ["--version"]).status !== 0 }, async () => {
  fs.writeFileSync(path, "");
  const program = new URL("child.mjs", import.meta.url).pathname;
  const child = start("prlimit", ["--fsize=0:unlimited", process.execPath, program]);
  for (let i = 0; i < 3; i++) {
    assert.equal((await child.run("open", path)).error, "storage_unavailable");
    assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
  }
});

test("every promise of a close waits until the file is free", async () => {
  const kit = await file();
  const { me, request } = await begin(kit);
  const { campaign } = await me.createCampaign(request);
  const csv = new TextEncoder().encode(`email\n${Array.from({ length: 5_000 }, (_, i) => `p${i}@example.com\n`).join("")}`);
  const { content_hash } = await me.previewCsv(csv);
  const given = { mapping: ["email"], content_hash };
  const importing = me.importCsv(campaign.id, csv, given, { onProgress: () => {} });
  const first = kit.close();
  await kit.close();
  await (await file()).close();
  await Promise.all([first, importing]);
});

test("failures leave no file open", { skip: !isLinux }, async () => {
  const damaged = join(folder, "damaged.sqlite");
  await (await file()).close();
  const bytes = fs.readFileSync(path);
  fs.writeFileSync(damaged, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(4096, 0xa5), bytes.subarray(4196)]));
  const options = { storage: "file", path: damaged };
  const attempts = [
    () => file(damaged),
    () => recover({ storage: "file", path: join(folder, "missing.sqlite") }),
    () => replaceDatabase(options, new Uint8Array(10_000)),
    () => file(folder),
  ];
  const descriptors = () => fs.readdirSync("/proc/self/fd").length;
  for (const attempt of attempts) await attempt().then(assert.fail, () => {});
  const before = descriptors();
  for (let i = 0; i < 10; i++) for (const attempt of attempts) await attempt().then(assert.fail, () => {});
  assert.equal(descriptors(), before);
});

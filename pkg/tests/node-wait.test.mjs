/** Who finds a file owned learns by whom, and can wait for its end. */

import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import { basename, join } from "node:path";
import { test } from "node:test";
import { open } from "../dist/node.js";
import { failure, refused } from "./behaviour/words.mjs";
import { file, folder, path, start } from "./files.mjs";

const isLinux = process.platform === "linux";
const waiting = (wait_ms = 60_000) => open({ storage: "file", path, wait_ms });
const sockets = () => fs.readdirSync(folder).filter((name) => name.endsWith(".socket"));

/** Until the attempt of a waiting opener has seen the owner and withdrawn. */
async function isWaiting(pause_ms = 300) {
  await new Promise((resolve) => setTimeout(resolve, pause_ms));
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.endsWith(".new")), []);
}

test("a refusal names the process that has the file open", async () => {
  const owner = start();
  await owner.run("open", path);
  const { message, pid, program } = await refused(file(), "unavailable", 503, "other_owner");
  assert.deepEqual([pid, program], [owner.pid, "child.mjs"]);
  assert.equal(message, `another tab, worker or process has the database open: child.mjs, process ${owner.pid}`);

  const lock = join(folder, fs.readdirSync(folder).find((name) => name.endsWith(".lock")));
  const claim = JSON.parse(fs.readFileSync(lock, "utf8"));
  for (const odd of [{ pid: undefined }, { program: undefined }, { pid: "1" }, { program: "a\nb" }, { program: "/x" }]) {
    fs.writeFileSync(lock, JSON.stringify({ ...claim, ...odd }));
    const unnamed = await refused(file(), "unavailable", 503, "other_owner");
    assert.deepEqual([unnamed.message, unnamed.pid], ["another tab, worker or process has the database open", undefined]);
  }
});

for (const [how, end] of [
  ["closes", (owner) => owner.run("close")],
  ["is killed", (owner) => owner.kill()],
]) {
  test(`who waits has the file when its owner ${how}`, async () => {
    const owner = start();
    await owner.run("open", path);
    const next = waiting();
    await isWaiting();
    const begun = performance.now();
    await end(owner);
    await (await next).close();
    assert.ok(performance.now() - begun < 5_000);
    assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
  });
}

test("a wait that is too short ends with the refusal, also by an owner that is stopped", async () => {
  const owner = start();
  await owner.run("open", path);
  process.kill(owner.pid, "SIGSTOP");
  const begun = performance.now();
  assert.equal((await failure(waiting(400))).pid, owner.pid);
  assert.ok(performance.now() - begun >= 400);
  process.kill(owner.pid, "SIGCONT");
  await owner.run("close");
  assert.deepEqual(fs.readdirSync(folder), [basename(path)]);
});

test("all who wait have the file, one after another, and an owner ends while others wait for it", async () => {
  const owner = start();
  await owner.run("open", path);
  const order = [];
  const openers = Array.from({ length: 4 }, async (_, number) => {
    const kit = await waiting();
    order.push(number);
    await kit.createUser();
    await kit.close();
  });
  await isWaiting();
  owner.send("exit");
  await Promise.all(openers);
  assert.equal(order.length, 4);
  const kit = await file();
  assert.equal((await kit.listUsers()).users.length, 4);
  await kit.close();
});

test("an owner that keeps no more callers is waited for all the same", { skip: !isLinux }, async () => {
  const owner = start();
  await owner.run("open", path);
  const [socket] = sockets();
  const idle = Array.from({ length: 100 }, () => net.connect(join(folder, socket)).on("error", () => {}).resume());
  const next = waiting();
  await isWaiting();
  await owner.run("close");
  await (await next).close();
  for (const caller of idle) caller.destroy();
});

/** Runs the two programs in `examples/two-programs/` on one file. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { begin } from "./behaviour/words.mjs";
import { file, path } from "./files.mjs";

const PEOPLE = 25;
const running = [];
after(() => running.forEach((program) => program.kill("SIGKILL")));

function run(name) {
  const program = fileURLToPath(new URL(`../../examples/two-programs/${name}.mjs`, import.meta.url));
  const options = { env: { ...process.env, DATABASE: path, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] };
  const started = spawn(process.execPath, [program], options);
  running.push(started);
  return started;
}

/** The messages that a run to the end sends. */
async function cron() {
  const program = run("cron");
  const [said, [status]] = await Promise.all([text(program.stdout), once(program, "exit")]);
  assert.equal(status, 0);
  return said.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

test("a web server and a timer's program work on one file at the same time", { timeout: 60_000 }, async () => {
  const kit = await file();
  const { user, me, request } = await begin(kit);
  const { campaign } = await me.createCampaign({ ...request, daily_limit: 500 });
  const node = { type: "email", subject: "Hello", body: "Hi. %unsubscribe_url%" };
  await me.updateCampaign(campaign.id, { sequence_nodes: [node, { ...node, is_reply: true }] });
  const prospects = Array.from({ length: PEOPLE }, (_, number) => ({ email: `person-${number}@example.com` }));
  await me.addProspects(campaign.id, { prospects });
  await me.launch(campaign.id);
  await kit.close();

  const server = run("server");
  const [port] = await once(createInterface({ input: server.stdout }), "line");
  const link = ({ body }) => body.match(/http\S+/)[0].replace("https://example.com", `http://127.0.0.1:${port}`);
  const unsubscribe = async (message) => (await fetch(link(message), { method: "POST" })).status;

  // One is killed at its work: the file is free, and what it had claimed is leased.
  const killed = run("cron");
  const first = JSON.parse((await once(createInterface({ input: killed.stdout }), "line"))[0]);
  killed.kill("SIGKILL");
  const [sent, status] = await Promise.all([cron(), unsubscribe(first)]);
  assert.equal(status, 200);
  assert.ok(sent.length >= 10 && !sent.some(({ id }) => id === first.id));
  assert.equal(new Set(sent.map(({ id }) => id)).size, sent.length, "nothing is sent twice");

  assert.equal((await fetch(link(sent[0]))).status, 200);
  const others = sent.slice(1, 6).map(unsubscribe);
  const [again, ...statuses] = await Promise.all([cron(), ...others]);
  assert.deepEqual([again, statuses], [[], others.map(() => 200)]);
  assert.equal(await unsubscribe({ body: `https://example.com/unsubscribe/${"a".repeat(22)}` }), 400);
  assert.equal(await unsubscribe({ body: "https://example.com/elsewhere" }), 404);

  const last = await file();
  assert.equal((await last.as(user.id).listSuppressions()).suppressions.length, 6);
  await last.close();
});

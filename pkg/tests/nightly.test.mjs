/** Runs the script and the web server in `examples/nightly/` on one file, beside a mail service. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json, text } from "node:stream/consumers";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { file, folder, path } from "./files.mjs";

const PEOPLE = 25;
const SITE = "https://example.com";
const running = [];
after(() => running.forEach((program) => program.kill("SIGKILL")));

/** The mail service: what it took, and how it responds to a message; as the status, in the end. */
const mails = [];
let judge = () => 200;
const service = createServer(async (request, response) => {
  const mail = await json(request);
  const status = await judge(mail);
  if (status === 200) mails.push(mail);
  response.writeHead(status).end();
});
before(() => once(service.listen(0, "127.0.0.1"), "listening"));
after(() => {
  service.closeAllConnections();
  service.close();
});
afterEach(() => {
  mails.splice(0);
  judge = () => 200;
});

function run(name, ...args) {
  const program = fileURLToPath(new URL(`../../examples/nightly/${name}.mjs`, import.meta.url));
  const MAIL_API = `http://127.0.0.1:${service.address().port}/send`;
  const env = { ...process.env, DATABASE: path, PORT: "0", PUBLIC_URL: SITE, MAIL_API };
  const started = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  running.push(started);
  return started;
}

/** What a night prints. */
async function night(...args) {
  const program = run("nightly", ...args);
  const [printed, [status]] = await Promise.all([text(program.stdout), once(program, "exit")]);
  assert.equal(status, 0);
  return printed.trim().split("\n");
}

/** A function that follows the link in a mail, or another one, and returns the status and what it reads. */
async function site() {
  const [port] = await once(createInterface({ input: run("server").stdout }), "line");
  return async (link, request) => {
    const response = await fetch(link.replace(SITE, `http://127.0.0.1:${port}`), request);
    return [response.status, await response.text()];
  };
}

const linkIn = ({ text }) => text.match(/https:\S+/)[0];
const ONE_CLICK = { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) };

/** A user and a sender that sends at any time of any day, 90 to 150 s apart, for nights of which the hour is not known. */
beforeEach(async () => {
  const kit = await file();
  const me = kit.as((await kit.createUser({ time_zone: "Europe/Berlin" })).id);
  await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana", daily_limit: 100, sending_hours: null });
  await kit.close();
});

/** Whether messages leave one after another, with the gap of their account. */
function isSpread(mails) {
  const times = mails.map(({ send_at }) => Date.parse(send_at)).sort((one, other) => one - other);
  return times.every((time, place) => place === 0 || (time - times[place - 1] >= 90_000 && time - Date.now() < 86_400_000));
}

function people() {
  const csv = join(folder, "people.csv");
  const rows = Array.from({ length: PEOPLE }, (_, number) => `person-${number}@example.com;Person ${number}`);
  fs.writeFileSync(csv, ["E-Mail;Vorname", ...rows, "nobody;Nobody"].join("\n"));
  return csv;
}

test("a night imports, sends with retries, and reports the rows that it could not take", { timeout: 180_000 }, async () => {
  const csv = people();
  const tries = new Map();
  judge = ({ to: { address } }) => {
    tries.set(address, (tries.get(address) ?? 0) + 1);
    if (address === "person-0@example.com") return tries.get(address) < 3 ? 503 : 200;
    return { "person-1@example.com": 422, "person-2@example.com": 400, "person-3@example.com": 429 }[address] ?? 200;
  };
  assert.deepEqual(await night(csv), [`${PEOPLE} imported, 0 known, 1 rejected`, `${PEOPLE} messages`]);
  assert.deepEqual([tries.get("person-0@example.com"), tries.get("person-3@example.com")], [3, 3]);
  assert.equal(mails.length, PEOPLE - 3);
  assert.ok(isSpread(mails));
  const [first] = mails;
  assert.deepEqual([first.from.address, first.subject], ["ana@example.com", "Hello Person 0"]);
  assert.match(first.message_id, /^<[0-9a-f-]{36}@example\.com>$/);
  assert.equal(first.headers["List-Unsubscribe"], `<${linkIn(first)}>`);
  assert.match(fs.readFileSync(`${csv}.rejected.csv`, "utf8"), /^line,.*\r\n27,,invalid,,,,email: malformed_email\r\n$/);

  // The next night knows them, and sends nothing a second time.
  assert.deepEqual(await night(csv), [`0 imported, ${PEOPLE - 1} known, 1 rejected`, "0 messages"], "and one bounced");
  const kit = await file();
  const [user] = (await kit.listUsers()).users;
  const { campaign_id } = (await kit.as(user.id).listTasks({ status: "deferred", messages: true })).tasks[0];
  const { stats } = await kit.as(user.id).getCampaign(campaign_id);
  assert.deepEqual([stats.messages_sent, stats.bounced, stats.cancelled, stats.pending], [PEOPLE - 2, 1, 1, 1]);
  await kit.close();
});

test("the page to unsubscribe works while a night sends, and after one is killed", { timeout: 180_000 }, async () => {
  const visit = await site();
  // One is killed with its first message on the way: the file is free, and what it had claimed is leased.
  const arrived = new Promise((resolve) => (judge = (mail) => new Promise(() => resolve(mail))));
  const killed = run("nightly", people());
  const lost = await arrived;
  killed.kill("SIGKILL");
  judge = () => 200;
  const [printed, [status]] = await Promise.all([night(), visit(linkIn(lost), ONE_CLICK)]);
  assert.equal(status, 200);
  const sent = mails.map(({ to }) => to.address);
  assert.deepEqual([printed, new Set(sent).size], [[`${sent.length} messages`], sent.length]);
  assert.ok(sent.length >= 10 && !sent.includes(lost.to.address), "what is leased is not sent again");

  const [known, form] = await visit(linkIn(mails[0]));
  assert.equal(known, 200);
  assert.match(form, /<form method="post">/);
  const visits = mails.slice(1, 6).map((mail) => visit(linkIn(mail), ONE_CLICK));
  const statuses = (await Promise.all([night(), ...visits])).slice(1).map(([status]) => status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
  assert.equal((await visit(linkIn(mails[1]), ONE_CLICK))[0], 200, "the same when repeated");
  const unknown = await visit(`${SITE}/unsubscribe/${"0".repeat(32)}`, ONE_CLICK);
  assert.deepEqual([unknown[0], /there is no such token/.test(unknown[1])], [404, true]);
  assert.equal((await visit(`${SITE}/unsubscribe/abc`, ONE_CLICK))[0], 400);
  assert.equal((await visit(`${SITE}/elsewhere`))[0], 404);
  assert.equal((await visit(linkIn(mails[0]), { method: "DELETE" }))[0], 405);

  const kit = await file();
  const [user] = (await kit.listUsers()).users;
  assert.equal((await kit.as(user.id).listSuppressions()).suppressions.length, 6, "a GET changes nothing");
  await kit.close();
});

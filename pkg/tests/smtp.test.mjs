/** The program in `examples/smtp/` against a real SMTP server. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, before, beforeEach, test } from "node:test";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { UNPACED } from "./behaviour/words.mjs";

let program;
let folder;
let server;
/** The messages that the server got, whatever its reply. */
let mails;
const runs = [];

before(() => {
  const cargo = ["build", "--quiet", "--package", "campaignkit-smtp", "--message-format", "json"];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.env.CARGO ?? "cargo", cargo, {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  assert.equal(status, 0, stderr);
  const told = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  program = told.findLast(({ executable, target }) => executable && target.name === "campaignkit-smtp").executable;
});

beforeEach(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-"));
  mails = [];
});

afterEach(async () => {
  await Promise.all(runs.splice(0).map((run) => run.kill()));
  await new Promise((closed) => (server ? server.close(closed) : closed()));
  server = undefined;
  fs.rmSync(folder, { recursive: true });
});

const has = (tool, ...args) => spawnSync(tool, args).status === 0;

/** Replies to recipients and messages: nothing, or the code and text of a refusal. */
async function listen({ recipient, message, ...options } = {}) {
  const answer = (refusal, done) => {
    if (!refusal) return done();
    const [, code, words] = refusal.match(/^(\d+) (.*)/);
    done(Object.assign(new Error(words), { responseCode: Number(code) }));
  };
  server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    onRcptTo: ({ address }, _, done) => answer(recipient?.(address), done),
    onData: async (stream, _, done) => {
      const mail = await simpleParser(stream);
      mails.push(mail);
      const refusal = await message?.(mail);
      mail.acknowledged = !refusal;
      answer(refusal, done);
    },
    ...options,
  });
  // A killed client is not a failure of the server.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
}

const email = (subject, body, more) => ({ type: "email", subject, body, ...more });
const twoEmails = [
  email("A question, %first_name%", "Hello %first_name%,\n\nwho looks after Einkäufe at %company|your company%?"),
  email("", "Did you see my question?", { is_reply: true }),
];
const oneEmail = twoEmails.slice(0, 1);
const names = (...people) => people.map((name) => ({ email: `${name.toLowerCase()}@example.org`, first_name: name }));

/** Writes the campaign file. */
function write({ sequence_nodes = oneEmail, prospects = names("Bo", "Cem"), smtp, open_url, ...campaign } = {}) {
  const file = {
    time_zone: "Europe/Berlin",
    sender: { email_address: "Ana@Example.com", first_name: "Ana", last_name: "Weber", ...UNPACED },
    smtp: { host: "127.0.0.1", port: server?.server.address().port ?? 1, tls: "none", ...smtp },
    unsubscribe_url: "https://example.com/unsubscribe/{token}",
    open_url,
    campaign: { name: "Q2", sequence_nodes, ...campaign },
    prospects,
  };
  fs.writeFileSync(join(folder, "campaign.json"), JSON.stringify(file));
}

function start(...args) {
  const run = spawn(program, args, { cwd: folder, env: { ...process.env, SMTP_PASSWORD: "a secret" } });
  run.said = Promise.all([text(run.stdout), text(run.stderr), once(run, "close")]).then(([out, err, [status]]) => ({
    out,
    err,
    status,
  }));
  runs.push(run);
  return run;
}

/** Runs the program to its end, which must be a success. */
async function done(...args) {
  const { status, out, err } = await start(...args).said;
  assert.equal(status, 0, err);
  return out;
}

async function failed(...args) {
  const { status, err } = await start(...args).said;
  assert.equal(status, 1, err);
  return err;
}

const forever = ["run", "campaign.json", "--database", "outreach.db", "--lease-seconds", "1"];
const only = [...forever, "--once"];
const line = (mail, key) => mail.headerLines.find((header) => header.key === key)?.line;
const receiver = (mail) => mail.to.value[0].address;
const token = (mail) => line(mail, "list-unsubscribe").match(/\/([0-9a-f]{32})>$/)[1];

test("a message has everything that mail programs and mail providers look for", async () => {
  await listen();
  write();
  const out = await done(...only);
  assert.deepEqual(mails.map(receiver), ["bo@example.org", "cem@example.org"]);
  const [mail] = mails;
  assert.deepEqual(mail.from.value, [{ address: "Ana@Example.com", name: "Ana Weber" }]);
  assert.equal(mail.to.value[0].name, "Bo");
  assert.equal(mail.subject, "A question, Bo");
  assert.equal(mail.text.trim(), "Hello Bo,\n\nwho looks after Einkäufe at your company?\n\nBest,\nAna");
  assert.equal(line(mail, "mime-version"), "MIME-Version: 1.0");
  assert.match(line(mail, "content-type"), /^Content-Type: multipart\/alternative;/);
  const paragraphs = ["Hello Bo,", "who looks after Einkäufe at your company?", "Best,<br>Ana"];
  assert.equal(mail.html.trim(), paragraphs.map((text) => `<p>${text}</p>`).join(""));
  assert.ok(Math.abs(mail.date - Date.now()) < 60_000, String(mail.date));
  assert.match(mail.messageId, /^<[0-9a-f-]{36}@Example\.com>$/);
  assert.equal(mail.inReplyTo, undefined);
  const link = line(mail, "list-unsubscribe");
  assert.match(link, /^List-Unsubscribe: <https:\/\/example\.com\/unsubscribe\/[0-9a-f]{32}>$/);
  assert.equal(line(mail, "list-unsubscribe-post"), "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
  assert.match(out, /^sent +bo@example\.org {2}A question, Bo$/m);
  assert.match(out, /^Q2: completed$/m);
});

test("an email that is text only has no HTML, and a pixel is in the HTML of a campaign that tracks", async () => {
  await listen();
  write({ sequence_nodes: [email("A", "Hello", { text_only: true })], name: "Text" });
  await done(...only);
  write({ sequence_nodes: oneEmail, name: "Tracked", open_tracking: true, open_url: "https://t.example.com/{token}.gif" });
  await done(...only);
  const [plain, , tracked] = mails;
  assert.equal(line(plain, "content-type"), "Content-Type: text/plain; charset=utf-8");
  assert.equal(plain.html, false);
  assert.match(tracked.html, /<\/p><img src="https:\/\/t\.example\.com\/[0-9a-f]{32}\.gif" width="1" height="1" alt="">\s*$/);
});

test("the next run sends the follow-up in the thread of the first message, and then nothing more", async () => {
  await listen();
  write({ sequence_nodes: twoEmails });
  await done(...only);
  assert.equal(mails.length, 2);
  await done(...only);
  assert.equal(mails.length, 4);
  for (const [first, second] of [mails.slice(0, 1).concat(mails[2]), mails.slice(1, 2).concat(mails[3])]) {
    assert.equal(receiver(second), receiver(first));
    assert.equal(second.subject, `Re: ${first.subject}`);
    assert.equal(second.inReplyTo, first.messageId);
    assert.equal(second.references, first.messageId);
    assert.notEqual(second.messageId, first.messageId);
    assert.equal(token(second), token(first));
  }
  assert.match(await done(...only), /^Q2: completed\n$/);
  assert.equal(mails.length, 4);
});

test("a run that is killed in the middle of messages again and again sends to everybody once", {
  timeout: 30_000,
}, async () => {
  const people = ["Bo", "Cem", "Dee", "Eli", "Fay", "Gus"];
  let reached;
  await listen({
    // The server gets the third message, then the sixth, and so on, and does not reply until the client is gone.
    message: () => {
      if (mails.length % 3 > 0) return undefined;
      return new Promise((resolve) => reached(() => resolve("451 4.4.2 the client is gone")));
    },
  });
  write({ prospects: names(...people) });
  for (let killed = 0; killed < 2; killed += 1) {
    const held = new Promise((resolve) => (reached = resolve));
    const run = start(...forever);
    const answer = await held;
    run.kill("SIGKILL");
    await run.said;
    answer();
  }
  reached = (answer) => answer();
  await done(...forever);

  const taken = mails.filter((mail) => mail.acknowledged);
  assert.deepEqual(taken.map(receiver).sort(), people.map((name) => `${name.toLowerCase()}@example.org`));
  const ids = new Set(mails.map((mail) => `${receiver(mail)} ${mail.messageId}`));
  assert.equal(ids.size, people.length, "a repeated message keeps its id");
  assert.equal(mails.length, people.length + 2);
});

test("a person who does not exist bounces and gets no follow-up; the others get one", async () => {
  await listen({ recipient: (address) => (address === "bo@example.org" ? "550 5.1.1 no such user" : undefined) });
  write({ sequence_nodes: twoEmails });
  assert.match(await done(...only), /^bounced +bo@example\.org .*no such user$/m);
  assert.doesNotMatch(await done(...only), /bo@example\.org/);
  assert.deepEqual(mails.map(receiver), ["cem@example.org", "cem@example.org"]);
});

test("a message that is refused for now is sent later, and one that is refused for good is not", async () => {
  const refusals = { "bo@example.org": "451 4.3.0 later, please", "cem@example.org": "554 5.6.0 no, thanks" };
  await listen({ message: (mail) => refusals[receiver(mail)] });
  write({ prospects: names("Bo", "Cem", "Dee") });
  const out = await done(...only);
  assert.match(out, /^later +bo@example\.org .*later, please$/m);
  assert.match(out, /^refused +cem@example\.org .*no, thanks$/m);
  assert.match(out, /^sent +dee@example\.org /m);
  assert.match(out, /^Q2: active$/m);
});

test("a person who unsubscribes by the link in the first message gets no other", async () => {
  await listen();
  write({ sequence_nodes: twoEmails });
  await done(...only);
  const out = await done("unsubscribe", token(mails[0]), "--database", "outreach.db");
  assert.equal(out, "bo@example.org is not contacted any more\n");
  await done(...only);
  assert.deepEqual(mails.map(receiver), ["bo@example.org", "cem@example.org", "cem@example.org"]);
});

test("the people of a CSV file are contacted, and later those who were added to it", async () => {
  await listen();
  write({ prospects: "people.csv", sequence_nodes: [...oneEmail, { type: "delay", delay_days: 1 }] });
  const csv = join(folder, "people.csv");
  fs.writeFileSync(csv, "E-Mail;Vorname;Firma\r\nbo@example.org;Bo;Müller & Co\r\nnot an address;Cem;\r\n");
  const { status, err } = await start(...only).said;
  assert.equal(status, 0, err);
  assert.match(err, /^line 3: left out: email must be an email address$/m);
  assert.match(mails[0].text, /Einkäufe at Müller & Co\?/);
  fs.appendFileSync(csv, "dee@example.org;Dee;\r\n");
  assert.match(await done(...only), /^Q2: 1 joined$/m);
  assert.deepEqual(mails.map(receiver), ["bo@example.org", "dee@example.org"]);
});

test("a server that refuses the login is nobody's failure", async () => {
  write();
  assert.match(await failed(...only), /refused/);
  let known = false;
  await listen({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, answer) => {
      const isRight = username === "ana" && password === "a secret";
      answer(known && isRight ? null : new Error("wrong password"), { user: username });
    },
  });
  write({ smtp: { user: "ana" } });
  assert.match(await failed(...only), /535.*wrong password/);
  assert.match(await failed(...forever), /535.*wrong password/);
  known = true;
  assert.match(await done(...only), /^Q2: completed$/m);
  assert.deepEqual(mails.map(receiver), ["bo@example.org", "cem@example.org"]);
});

test("a message claimed while the server refuses the sender stays due, and is sent once it does not", async () => {
  let isBusy = true;
  await listen({
    onMailFrom: (_, __, answer) => {
      if (isBusy) return answer(Object.assign(new Error("4.3.2 busy"), { responseCode: 451 }));
      return answer();
    },
  });
  write();
  assert.match(await failed(...only), /451.*busy/);
  isBusy = false;
  assert.match(await done(...only), /^Q2: completed$/m);
  assert.deepEqual(mails.map(receiver).sort(), ["bo@example.org", "cem@example.org"]);
});

test("no password goes to a server that cannot prove its identity, or over an unencrypted connection", async () => {
  const passwords = [];
  await listen({
    hideSTARTTLS: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _, answer) => answer(null, { user: passwords.push(password) }),
  });
  write({ smtp: { user: "ana", tls: "starttls" } });
  assert.match(await failed(...only), /certificate/);
  write({ smtp: { user: "ana", tls: "none", host: "smtp.example.com" } });
  assert.match(await failed(...only), /a password needs/);
  assert.deepEqual([passwords, mails], [[], []]);
});

test("the password and messages go over an encrypted connection", { skip: !has("openssl", "version") }, async () => {
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name));
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-addext", "basicConstraints=CA:FALSE"];
  assert.ok(has("openssl", "req", "-x509", ...kind, ...names, "-nodes", "-days", "2", "-keyout", key, "-out", cert));
  const encrypted = [];
  const options = {
    hideSTARTTLS: false,
    key: fs.readFileSync(key),
    cert: fs.readFileSync(cert),
    onAuth: ({ password }, { secure }, answer) => answer(null, { user: encrypted.push([secure, password]) }),
  };
  for (const [name, tls] of [["First", "starttls"], ["Second", "tls"]]) {
    await listen({ ...options, secure: tls === "tls" });
    write({ name, smtp: { host: "localhost", user: "ana", tls, ca_file: "cert.pem" } });
    await done(...only);
    await new Promise((closed) => server.close(closed));
  }
  assert.deepEqual(encrypted, [[true, "a secret"], [true, "a secret"]]);
  assert.equal(mails.length, 4);
});

test("a plan lists who gets which message when, and writes nothing", async () => {
  write({ sequence_nodes: [oneEmail[0], { type: "delay", delay_days: 3 }, twoEmails[1]] });
  const out = await done("plan", "campaign.json", "--database", "outreach.db");
  const rows = out.trim().split("\n").map((row) => row.split("  "));
  assert.deepEqual(
    rows.map(([, address, subject]) => `${address} ${subject}`),
    [
      "bo@example.org A question, Bo",
      "cem@example.org A question, Cem",
      "bo@example.org Re: A question, Bo",
      "cem@example.org Re: A question, Cem",
    ],
  );
  assert.match(rows[0][0], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+0[12]:00$/);
  assert.deepEqual(fs.readdirSync(folder), ["campaign.json"]);
});

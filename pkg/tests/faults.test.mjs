import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { open, recover, replaceDatabase } from "../dist/node.js";
import { Engine } from "../dist/wasm/campaignkit.js";
import { SIMULATED, UNPACED } from "./behaviour/words.mjs";
import { dice, SEED } from "./dice.mjs";

/** The errors that a failing disk may cause. */
const FAILURES = ["storage_full", "storage_unavailable", "commit_uncertain"];

/** The tests try one in this many failures; a soak tries all. */
const ONE_IN = process.env.ROUNDS ? 1 : 50;

/** The calls that the engine and the package make to a disk, and how each fails. */
const KINDS = {
  openSync: ["EIO", "ENOSPC"],
  closeSync: ["EIO"],
  readSync: ["EIO"],
  writeSync: ["EIO", "ENOSPC"],
  ftruncateSync: ["EIO"],
  fdatasyncSync: ["EIO"],
  fsyncSync: ["EIO"],
  fstatSync: ["EIO"],
  unlinkSync: ["EIO"],
  realpathSync: ["EIO"],
  statSync: ["EIO"],
  readFileSync: ["EIO"],
  writeFileSync: ["EIO", "ENOSPC"],
  linkSync: ["EIO"],
  renameSync: ["EIO"],
  statfsSync: ["EIO"],
};

const works = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, fs[kind]]));
let asked;
let fault;
let failed;

for (const kind of Object.keys(KINDS)) {
  fs[kind] = (...args) => {
    if (asked === undefined) return works[kind](...args);
    const number = asked[kind] ?? 0;
    asked[kind] = number + 1;
    const fails = fault?.kind === kind && (number === fault.number || (fault.lasts && number > fault.number));
    if (!fails) return works[kind](...args);
    failed++;
    // A close that fails still closes; a write that fails may be done in part.
    if (kind === "closeSync") works.closeSync(...args);
    if (kind === "writeSync" && args[3] > 512) works.writeSync(args[0], args[1], args[2], 512, args[4]);
    throw Object.assign(new Error(fault.code), { code: fault.code });
  };
}
after(() => Object.assign(fs, works));

/** Counts the disk calls during some work, and makes them fail. */
async function meanwhile(next, work) {
  [asked, fault, failed] = [{}, next, 0];
  try {
    return [await work().then((value) => ({ value }), (error) => ({ error })), asked];
  } finally {
    asked = undefined;
  }
}

/** The ways in which work with these disk calls can fail, those that are due in this run. */
const start = dice(SEED)(ONE_IN);
let turn = 0;
function* faults(counts) {
  for (const [kind, count] of Object.entries(counts)) {
    for (let number = 0; number < count; number++) {
      for (const lasts of [false, true]) {
        for (const code of KINDS[kind]) if (turn++ % ONE_IN === start) yield { kind, number, lasts, code };
      }
    }
  }
}

const outcomes = {};
function count(outcome) {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}
after(() => console.log(`CAMPAIGNKIT_SEED=${SEED}, ${turn} failures: ${JSON.stringify(outcomes)}`));

function codeOf(error, about) {
  assert.ok(FAILURES.includes(error.code), `${about}: ${error.code} ${error.stack} ${error.cause?.stack}`);
  return error.code;
}

const CSV = Buffer.from("email,first_name\nnew@x.com,Mine\nbo@x.com,Mine\n");
const NEW = { email: "new@x.com", first_name: "Mine" };

/** Every operation, with arguments that succeed. `$noun` in them stands for the id of an object. */
const OPERATIONS = [
  ["kit.createUser", {}],
  ["kit.getUser", "$user"],
  ["kit.findUser", "mine"],
  ["kit.updateUser", "$user", { time_zone: "Asia/Tokyo" }],
  ["kit.listUsers"],
  ["kit.unsubscribe", "$token"],
  ["kit.opened", "$pixel"],
  ["kit.storageInfo"],
  ["kit.compact"],
  ["kit.exportDatabase"],
  ["kit.importDatabase", "$other"],
  ["addAccount", { type: "email", email_address: "new@x.com" }],
  ["getAccount", "$account"],
  ["updateAccount", "$account", { company: "Mine" }],
  ["listAccounts"],
  ["removeAccount", "$spare"],
  ["createCampaign", { type: "email", name: "New", sender_account_ids: ["$account"] }],
  ["getCampaign", "$campaign"],
  ["campaignByName", "Draft"],
  ["listCampaigns"],
  ["updateCampaign", "$draft", { name: "Changed", sequence_nodes: [{ type: "email", subject: "S", body: "B" }] }],
  ["deleteCampaign", "$draft"],
  ["cloneCampaign", "$campaign", { prospects: true }],
  ["insertNode", "$draft", { type: "delay", delay_days: 1 }],
  ["updateNode", "$draft", "$node", { subject: "S" }],
  ["reviseNode", "$campaign", "$email", { subject: "New", body: "For %first_name%" }],
  ["moveNode", "$draft", "$node", { position: 1 }],
  ["deleteNode", "$draft", "$node"],
  ["addProspects", "$campaign", { prospects: [NEW] }],
  ["getProspect", "$prospect"],
  ["listProspects", "$campaign"],
  ["findProspects", { text: "b" }],
  ["exportProspects", "$campaign"],
  ["updateProspect", "$prospect", { company: "Mine" }],
  ["removeProspect", "$prospect"],
  ["createList", { name: "New" }],
  ["getList", "$list"],
  ["listLists"],
  ["deleteList", "$list"],
  ["addLeads", "$list", { leads: [NEW] }],
  ["listLeads", "$list"],
  ["removeLead", "$lead"],
  ["importList", "$campaign", "$list"],
  ["previewCsv", CSV],
  ["importCsv", "$campaign", CSV, { mapping: ["email", "first_name"], content_hash: "$hash" }],
  ["importCsvIntoList", "$list", CSV, { mapping: ["email", "first_name"], content_hash: "$hash" }],
  ["addSuppressions", { suppressions: [{ type: "email_address", value: "theirs@x.com" }] }],
  ["importSuppressions", CSV],
  ["listSuppressions"],
  ["removeSuppression", "$suppression"],
  ["previewMessages", "$prospect"],
  ["validate", "$draft"],
  ["launch", "$draft"],
  ["pause", "$campaign"],
  ["resume", "$campaign"],
  ["hold", { prospect_id: "$prospect" }, { until: null }],
  ["release", { prospect_id: "$prospect" }],
  ["pauseProspect", "$waiting"],
  ["resumeProspect", "$waiting"],
  ["retryProspects", "$campaign", { status: "cancelled" }],
  ["handOver", "$campaign", { from: "$account", to: "$spare" }],
  ["claimDue"],
  ["nextDue"],
  ["complete", "$task", { outcome: "sent" }],
  ["completeTasks", [{ task_id: "$task", outcome: "sent" }]],
  ["extendLease", "$task", 60],
  ["releaseTask", "$task"],
  ["recordEvent", { id: "1", type: "replied", prospect_id: "$prospect" }],
  ["unsubscribe", "$token"],
  ["plan", "$campaign"],
  ["forecast", "$campaign"],
  ["explain", "$prospect"],
  ["resolveMessages", "$campaign"],
  ["editMessage", "$waiting", "$email", { subject: "S", body: "B" }],
  ["resetMessage", "$waiting", "$email"],
  ["messageRequests", "$campaign"],
  [
    "submitMessages",
    "$campaign",
    { messages: [{ prospect_id: "$waiting", node_id: "$email", input: "0".repeat(32), subject: "S", body: "B" }] },
  ],
  ["listEvents"],
  ["getTask", "$task"],
  ["listTasks", { campaign_id: "$campaign" }],
  ["report", { by: ["day"] }],
  ["compareVariants", "$campaign"],
  ["forgetMessages", { before: "2027-01-01T00:00:00Z" }],
  ["exportPerson", { email: "bo@x.com" }],
  ["erasePerson", { email: "bo@x.com" }],
];

/** Methods that need no disk: those of the object itself, live data, and what is made of other operations. */
const NO_WORK = ["constructor", "call", "list", "work", "keep", "through", "as", "onOutdated", "advance", "requestPersistence", "close"];
const LIVE = ["storage", "clock", "onCommit", "subscribe", "live", "firstCalls", "due"];

/** What is called by another name, or is no operation. */
const OF_THE_ENGINE = [
  ...["constructor", "__destroy_into_raw", "free", "storage", "close", "advance", "beginBatch", "commitBatch"],
  ...["watch", "commits", "commitsAfter", "info", "unsubscribeByToken"],
];

/** Calls an operation of a database. */
function call(kit, things, [name, ...given]) {
  const fill = (value) => {
    if (typeof value === "string") return value.startsWith("$") ? things[value.slice(1)] : value;
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fill(field)]));
  };
  const args = given.map(fill);
  return name.startsWith("kit.") ? kit[name.slice(4)](...args) : kit.as(things.user)[name](...args);
}

let folder;
let things;
/** The files of a database whose last changes are only in its log, and the database that they make. */
let files;
let whole;
let checker;

/** A new folder with these files in it. */
let number = 0;
function put(files) {
  const at = join(folder, String(number++));
  fs.mkdirSync(at);
  for (const [end, bytes] of Object.entries(files)) fs.writeFileSync(join(at, `db.sqlite${end}`), bytes);
  return join(at, "db.sqlite");
}

/** The files as they are on the disk. */
function found(path) {
  const names = fs.readdirSync(join(path, "..")).filter((name) => /^db\.sqlite(-wal|-journal)?$/.test(name));
  return Object.fromEntries(names.map((name) => [name.slice("db.sqlite".length), fs.readFileSync(join(path, "..", name))]));
}

/** The same random values come next each time. */
const openAt = (path) => open({ storage: "file", path, simulated: { ...SIMULATED, seed: 2 } });
async function bytesOf(kit) {
  const bytes = Buffer.from(await new Response(await kit.exportDatabase()).arrayBuffer());
  // The counts of changes, which SQLite keeps in two places, and how often the schema was written.
  return bytes.fill(0, 24, 28).fill(0, 40, 44).fill(0, 92, 96);
}

/** The database in these files; it must keep its promises. */
async function left(files, about, settled = bytesOf) {
  const path = put(files);
  const kit = await openAt(path).catch((error) => assert.fail(`${about}: ${error.code} ${error.message}`));
  const bytes = await settled(kit);
  await kit.close();
  assert.deepEqual(fs.readdirSync(join(path, "..")), [basename(path)], about);
  fs.rmSync(join(path, ".."), { recursive: true });
  await checker.importDatabase(bytes);
  return bytes;
}

before(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-"));
  checker = await open({ storage: "memory" });
  const path = put({});
  const kit = await open({ storage: "file", path, simulated: SIMULATED });
  things = { user: (await kit.createUser({ external_id: "mine" })).id, ...(await populated(kit)) };
  const other = await open({ storage: "memory", simulated: SIMULATED });
  await other.createUser();
  things.other = await bytesOf(other);
  await other.close();
  files = found(path);
  assert.ok(files["-wal"].length > 10_000);
  whole = await bytesOf(kit);
  await kit.close();

  async function populated(kit) {
    const user = (await kit.listUsers()).users[0].id;
    const me = kit.as(user);
    const person = (name) => ({ email: `${name}@x.com`, linkedin_url: `linkedin.com/in/${name}`, first_name: name });
    const account = await me.addAccount({ type: "email", email_address: "ana@x.com", ...UNPACED });
    const spare = await me.addAccount({ type: "email", email_address: "spare@x.com", ...UNPACED });
    const list = await me.createList({ name: "Everyone" });
    const { outcomes } = await me.addLeads(list.id, { leads: [person("bo"), person("cy")] });
    const suppressed = { type: "email_address", value: "not@x.com" };
    const { suppressions } = await me.addSuppressions({ suppressions: [suppressed] });
    const node = { type: "email", subject: "%first_name%", body: "A text" };
    const made = [];
    for (const name of ["Running", "Draft"]) {
      const request = { type: "email", name, sender_account_ids: [account.id], signature: "Ana" };
      const { campaign } = await me.createCampaign(request);
      await me.updateCampaign(campaign.id, { sequence_nodes: [node, node] });
      await me.addProspects(campaign.id, { prospects: [person("bo"), person("cy"), person("di")] });
      made.push(await me.getCampaign(campaign.id));
    }
    const [running, draft] = made;
    await me.launch(running.id);
    const [task] = (await me.claimDue({ max: 1 })).tasks;
    const { prospects } = await me.listProspects(running.id);
    const email = running.sequence_nodes[1].id;
    const waiting = prospects[1].id;
    await me.editMessage(waiting, email, { subject: "Edited", body: "Edited" });
    return {
      account: account.id,
      spare: spare.id,
      list: list.id,
      lead: outcomes[0].lead_id,
      suppression: suppressions[0].id,
      campaign: running.id,
      draft: draft.id,
      node: draft.sequence_nodes[0].id,
      task: task.id,
      token: task.unsubscribe_token,
      pixel: task.open_token,
      prospect: task.prospect_id,
      waiting,
      email,
      hash: (await me.previewCsv(CSV)).content_hash,
    };
  }
});

after(async () => {
  await checker.close();
  fs.rmSync(folder, { recursive: true });
});

test("every operation is tried", async () => {
  const kit = await openAt(put(files));
  const methods = (object) => {
    const parent = Object.getPrototypeOf(object);
    return parent === Object.prototype ? [] : [...Object.getOwnPropertyNames(parent), ...methods(parent)];
  };
  const expected = [...methods(kit).map((name) => `kit.${name}`), ...methods(kit.as(things.user))];
  await kit.close();
  const left = expected.filter((name) => ![...NO_WORK, ...LIVE].includes(name.replace("kit.", "")));
  assert.deepEqual(new Set(OPERATIONS.map(([name]) => name)), new Set(left));
  const tried = [...OPERATIONS.map(([name]) => name.replace("kit.", "")), ...OF_THE_ENGINE];
  const ofTheEngine = Object.getOwnPropertyNames(Engine.prototype).filter((name) => !name.endsWith("Paced"));
  assert.deepEqual(ofTheEngine.filter((name) => !tried.includes(name)), []);
});

/** Operations whose results are of the database alone. */
const READINGS = OPERATIONS.filter(([name]) => /^(get|list|report|compare|exportPerson|validate|preview(?!Csv)|plan|forecast|explain|next|messageReq)/.test(name));

/** How long a long reading may be behind. */
const BEHIND_MS = 3_000;

test("what is live shows what every operation changes", async () => {
  const writes = OPERATIONS.filter((operation) => !READINGS.includes(operation) && operation[0] !== "kit.importDatabase");
  await Promise.all(
    writes.map(async (write) => {
      const path = put(files);
      const kit = await openAt(path);
      const text = (answer) => answer.then(JSON.stringify, ({ code }) => code);
      const told = await Promise.all(
        READINGS.map(
          (reading) =>
            new Promise((begun) => {
              const live = {};
              const [name, ...args] = reading;
              const read = (me) => call({ as: () => me }, things, [name, ...args]);
              const note = (seen) => begun(Object.assign(live, { seen, end, reading }));
              const end = kit.as(things.user).live(
                read,
                (answer) => note(JSON.stringify(answer)),
                ({ code }) => note(code),
              );
            }),
        ),
      );
      await call(kit, things, write);
      for (const live of told) {
        const now = await text(call(kit, things, live.reading));
        for (let ms = 0; live.seen !== now && ms < BEHIND_MS; ms += 50) await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(live.seen, now, `${live.reading[0]} after ${write[0]}`);
        live.end();
      }
      await kit.close();
    }),
  );
});

test("an operation on a failing disk changes nothing or is done, and the next one works", async () => {
  for (const operation of OPERATIONS) {
    const kit = await openAt(put(files));
    const [{ error }, counts] = await meanwhile(undefined, () => call(kit, things, operation));
    assert.ok(!error, `${operation[0]}: ${error?.stack}`);
    const after = await bytesOf(kit);
    await kit.close();
    for (const fault of faults(counts)) {
      await attempt(operation, fault, after, `${operation[0]}, ${JSON.stringify(fault)}, CAMPAIGNKIT_SEED=${SEED}`);
    }
  }
});

async function attempt(operation, fault, after, about) {
  const path = put(files);
  const kit = await openAt(path);
  const [{ error }] = await meanwhile(fault, () => call(kit, things, operation));
  assert.ok(failed > 0, `${about}: it makes the same disk calls each time`);
  const outcome = error ? codeOf(error, about) : "done";
  count(outcome);
  const isUncertain = outcome === "commit_uncertain" || (error && ["erasePerson", "kit.compact"].includes(operation[0]));

  const isRead = whole.equals(after);
  const expected = error ? [whole, ...(isUncertain ? [after] : [])] : [after];
  const isExpected = (bytes) => expected.some((one) => one.equals(bytes));
  // Where the rows are erased and the file is not written anew yet, the same call does that.
  const settled = async (kit) => {
    const bytes = await bytesOf(kit);
    if (isExpected(bytes) || !isUncertain || operation[0] !== "erasePerson") return bytes;
    await call(kit, things, operation);
    return bytesOf(kit);
  };
  const killed = isRead ? whole : await left(found(path), about, settled);
  const seen = await settled(kit);
  assert.ok(isExpected(seen), `${about}: ${outcome}`);
  assert.ok(isExpected(killed), `${about}: ${outcome}, after a kill`);
  if (seen.equals(whole) && error) {
    await call(kit, things, operation).catch((error) => assert.fail(`${about}: and again ${error.code} ${error.message}`));
  }
  const last = await bytesOf(kit);
  await kit.close();
  assert.deepEqual(fs.readdirSync(join(path, "..")), [basename(path)], about);
  if (!isRead) assert.ok((await left(found(path), about)).equals(last), `${about}: everything is there`);
  fs.rmSync(join(path, ".."), { recursive: true });
}

test("a log whose folder cannot be flushed is not written to", async () => {
  const [{ value }, counts] = await meanwhile(undefined, () => openAt(put({})));
  await value.close();
  const path = put({});
  const last = { kind: "fsyncSync", number: counts.fsyncSync - 1, lasts: false, code: "EIO" };
  const [{ error }] = await meanwhile(last, () => openAt(path));
  assert.equal(error?.code, "storage_unavailable");
  assert.deepEqual(Object.keys(found(path)), [""], "the log would be gone after a power cut");
  await (await openAt(path)).close();
});

test("a write that writes nothing is an error, and is not repeated for ever", async () => {
  const kit = await openAt(put(files));
  const { writeSync } = fs;
  let writes = 0;
  fs.writeSync = () => {
    if (++writes > 1000) throw Object.assign(new Error("EIO"), { code: "EIO" });
    return 0;
  };
  const error = await kit.createUser().catch((error) => error);
  fs.writeSync = writeSync;
  assert.deepEqual([error.code, writes < 100], ["storage_full", true]);
  await kit.createUser();
  await kit.close();
});

/** Operations on whole files. */
const OF_FILES = {
  open: async (path) => (await openAt(path)).close(),
  recover: (path) => recover({ storage: "file", path }),
  replace: (path) => replaceDatabase({ storage: "file", path }, things.other),
};

for (const [name, work] of Object.entries(OF_FILES)) {
  test(`a file whose disk fails in ${name} is as before, or as it should be after`, async () => {
    const path = put(files);
    const [{ error, value: sound }, counts] = await meanwhile(undefined, () => work(path));
    assert.ok(!error, error?.stack);
    const after = await left(found(path), name);
    for (const fault of faults(counts)) {
      const about = `${name}, ${JSON.stringify(fault)}, CAMPAIGNKIT_SEED=${SEED}`;
      const path = put(files);
      const [{ error, value }] = await meanwhile(fault, () => work(path));
      if (failed === 0) continue;
      const outcome = error ? codeOf(error, about) : "done";
      count(outcome);
      const now = await left(found(path), about);
      const expected = error ? [whole, ...(outcome === "commit_uncertain" ? [after] : [])] : [after];
      assert.ok(expected.some((bytes) => bytes.equals(now)), `${about}: ${outcome}`);
      if (value?.report?.complete) assert.deepEqual(value.report, sound.report, about);
      // The file is not locked, and nothing of the failure is left.
      await work(path).catch((error) => assert.fail(`${about}: and again ${error.code} ${error.message}`));
      const rest = fs.readdirSync(join(path, "..")).filter((name) => name !== `${basename(path)}-wal`);
      // Except files that could not be removed.
      if (fault.kind !== "unlinkSync") assert.deepEqual(rest, [basename(path)], about);
      fs.rmSync(join(path, ".."), { recursive: true });
    }
  });
}

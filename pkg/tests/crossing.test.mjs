/** Small requests of plain data are read in one piece, all others value by value: both must be read alike. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { before, test } from "node:test";
import init, { Engine, onDemand } from "../dist/wasm/campaignkit.js";

const read = (name) => fs.readFileSync(new URL(`../dist/wasm/${name}`, import.meta.url));

before(async () => {
  const engine = await init({ module_or_path: read("campaignkit_bg.wasm") });
  onDemand(() => new WebAssembly.Instance(new WebAssembly.Module(read("campaignkit_on_demand.wasm")), { m: { ...engine } }));
});

/** Random choices that a seed repeats. */
function choices(seed) {
  let state = seed;
  const below = (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return { below, of: (list) => list[below(list.length)] };
}

class Long {}
class LongList extends Array {}

/** The same value, made so that it is not read in one piece. */
function longWay(value) {
  if (Array.isArray(value)) return LongList.from(value, longWay);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, longWay(field)]);
  return Object.setPrototypeOf(Object.fromEntries(fields), Long.prototype);
}

const TEXTS = ["", "a", "Zoë", "日本", "😀", "\ud83d", "\ude00", "x\ud83d", "\ude00x", "\ufffd", "\0", "__proto__", "𝕏".repeat(9)];
const NUMBERS = [0, -0, 1, -1, 2 ** 28 - 1, 2 ** 28, -(2 ** 28), -(2 ** 28) - 1, 2 ** 31, 2 ** 53, 1e300, 0.5, NaN, -Infinity];

function anything(chosen, depth) {
  const any = () => anything(chosen, depth - 1);
  const some = (make) => Array.from({ length: chosen.below(4) }, make);
  switch (chosen.below(depth > 0 ? 7 : 5)) {
    case 0:
      return chosen.of(TEXTS);
    case 1:
      return chosen.of(NUMBERS);
    case 2:
      return chosen.of([true, false, null, undefined]);
    case 3:
      return chosen.of(TEXTS) + chosen.of(TEXTS);
    case 4:
      return chosen.of([() => {}, Symbol("s"), 1n, 2n ** 70n, new Date(0), new Map([["a", 1]]), new Set(), /x/]);
    case 5:
      return some(any);
    default:
      return Object.fromEntries(some(() => [chosen.of(TEXTS), any()]));
  }
}

/** A request to add people, most fields of which make sense. */
function request(chosen) {
  const seldom = (make) => chosen.below(12) === 0 && make();
  const person = (_, n) => ({
    email: `p${n}@example.com`,
    first_name: chosen.of(["Zoë", "日本", "😀", "x\ufffd", undefined]),
    custom_fields: { [`field ${chosen.below(3)}`]: `𝕏${chosen.below(9)}` },
    ...seldom(() => ({ company: anything(chosen, 2) })),
    ...seldom(() => ({ custom_fields: anything(chosen, 3) })),
    ...seldom(() => ({ [chosen.of(TEXTS)]: anything(chosen, 1) })),
  });
  return { prospects: Array.from({ length: 1 + chosen.below(4) }, person) };
}

/** What comes of a request in a new campaign: the people that were added, or the error. */
function outcome(request) {
  const engine = Engine.openMemory();
  try {
    const user = engine.createUser({}).id;
    const sender = engine.addAccount(user, { type: "email", email_address: "ana@example.com" }).id;
    const { campaign } = engine.createCampaign(user, { type: "email", name: "One", sender_account_ids: [sender] });
    const report = engine.addProspects(user, campaign.id, request);
    const people = engine.listProspects(user, campaign.id, {}).prospects;
    return [report, people].map((value) => JSON.stringify(value).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-[\d-]+T[\d:.]+Z/g, ""));
  } catch (error) {
    assert.equal(error.name, "CampaignKitError", error.stack);
    return [error.code, error.message, JSON.stringify(error.issues)];
  } finally {
    engine.close();
    engine.free();
  }
}

test("a request is read alike in one piece and value by value", () => {
  let stored = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const given = request(choices(seed));
    const inOnePiece = outcome(given);
    assert.deepEqual(inOnePiece, outcome(longWay(given)), `seed ${seed}`);
    stored += inOnePiece[0].startsWith("{");
  }
  assert.ok(stored > 50 && stored < 350, `${stored} of 400 were stored`);
});

test("numbers, lists and objects are what they were", async () => {
  const made = new URL("../dist/wasm/snippets/", import.meta.url);
  const [folder] = fs.readdirSync(made);
  const { pack, unpack } = await import(new URL(`${folder}/src/packed.js`, made));
  const memory = new WebAssembly.Memory({ initial: 2 });
  const [numbers, count, text, bytes] = [64, 4_096, 65_536, 65_536];
  const packed = (value) => pack(value, memory, numbers, count, text, bytes);
  const unpacked = () => unpack(memory, numbers + 4, text, new Uint32Array(memory.buffer)[numbers / 4]);
  const powers = Array.from({ length: 64 }, (_, n) => [2 ** n - 1, 2 ** n, 2 ** n + 1, -(2 ** n) - 1, -(2 ** n), 1 - 2 ** n, 2 ** -n]);
  const values = [NUMBERS, powers, [], [[]], {}, { a: { b: [null, true, false] }, c: "text" }, JSON.parse('{ "__proto__": 1 }')];
  for (const value of values) {
    assert.ok(packed(value) > 0);
    assert.deepEqual(unpacked(), value);
  }
  const long = [Array(5_000).fill(0), "x".repeat(70_000), [[[[[[[[[[[[[[]]]]]]]]]]]]]], new Long(), [new Date(0)]];
  for (const value of long) assert.equal(packed(value), 0);
});

test("a long result has the texts that were given, and a short one, too", () => {
  const engine = Engine.openMemory();
  const user = engine.createUser({}).id;
  const { id } = engine.createList(user, { name: "L" });
  const name = (n) => (n % 2 ? `Zoë 😀 ${n}` : `Ana ${n}`).padEnd(240, n % 3 ? "x" : "ß");
  const leads = Array.from({ length: 200 }, (_, n) => ({ email: `p${n}@example.com`, first_name: name(n) }));
  engine.addLeads(user, id, { leads });
  for (const limit of [3, 200]) {
    const page = engine.listLeads(user, id, { limit }).leads;
    assert.equal(page.length, limit);
    for (const lead of page) assert.equal(lead.first_name, name(Number(/\d+/.exec(lead.email)[0])));
  }
});

test("a getter may call an engine in another memory, or make memory grow", async () => {
  const other = await import("../dist/wasm/campaignkit.js?another-memory");
  await other.default({ module_or_path: read("campaignkit_bg.wasm") });
  const another = other.Engine.openMemory();
  const engines = [];
  const calls = [
    () => another.createUser({ name: "Inner" }),
    () => {
      for (let count = 0; count < 64; count++) engines.push(Engine.openMemory());
    },
  ];
  for (const call of [...calls, () => calls.forEach((call) => call())]) {
    const engine = Engine.openMemory();
    const outer = {
      external_id: "outer",
      get name() {
        call();
        return "Outer";
      },
      time_zone: "Europe/Berlin",
    };
    const { name, external_id, time_zone } = engine.createUser(outer);
    assert.deepEqual([name, external_id, time_zone], ["Outer", "outer", "Europe/Berlin"]);
  }
  assert.equal(another.listUsers({}).users[0].name, "Inner");
});

test("a getter may call another engine", () => {
  const [engine, another] = [Engine.openMemory(), Engine.openMemory()];
  const outer = {
    get name() {
      return another.createUser({ name: "Inner" }).name;
    },
    external_id: "outer",
  };
  assert.equal(engine.createUser(outer).name, "Inner");
  assert.equal(engine.findUser("outer").name, "Inner");
});

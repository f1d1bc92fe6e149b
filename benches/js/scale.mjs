/**
 * How operations of the engine in wasm grow, in Node and in memory: each at a size and at ten times that size, and the
 * exponent of the growth; 1 is linear. The scenes are those of `benches/scale.rs`.
 *
 * `node benches/js/scale.mjs N` measures with N and 10 N people, in place of 10,000 and 100,000.
 */

import { engineInNode, figure } from "./measure/index.mjs";

const START_MS = Date.parse("2026-04-22T10:00:00Z");
/** The exponent that nothing should exceed. */
const MOST = 1.1;
const UNPACED = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 };

const { Engine } = await engineInNode();
const n = Number(process.argv[2] ?? 10_000);

for (const scene of [people, suppressions, campaigns, active]) {
  console.log(`${scene.name}: ${n} and ${10 * n} people, wasm in Node`);
  const at = measured(scene);
  // Until the hot code of the module has its final compilation.
  for (let warmUp = 0; warmUp < 3; warmUp++) at(n);
  const [few, many] = [n, 10 * n].map(at);
  for (const [name, short] of few) {
    const [took, long] = [short, many.get(name)].map((ms) => `${ms.toFixed(1)} ms`);
    const exponent = Math.log10(many.get(name) / short);
    console.log(`  ${name.padEnd(44)}${took.padStart(14)}${long.padStart(15)}   exponent ${exponent.toFixed(2).padStart(5)}`);
    figure(`${scene.name}, ${name}, wasm, exponent of its growth`, exponent, MOST);
  }
}

/** What a scene measures at a size, in milliseconds. */
function measured(scene) {
  return (size) => {
    const engine = Engine.openMemory({ seed: 1, now_ms: START_MS });
    const figures = new Map();
    const time = (name, work) => {
      const start = performance.now();
      const answer = work();
      figures.set(name, performance.now() - start);
      return answer;
    };
    scene({ engine, user: engine.createUser({}).id, time }, size);
    engine.close();
    engine.free();
    return figures;
  };
}

/** A sender for all campaigns of a scene. */
function sender({ engine, user }) {
  const account = { type: "email", email_address: "ana@example.com", daily_limit: 100_000, ...UNPACED };
  return engine.addAccount(user, account).id;
}

/** A draft of one email. */
function draft({ engine, user }, name, account) {
  const request = { type: "email", name, sender_account_ids: [account], daily_limit: 500, signature: "" };
  const { id } = engine.createCampaign(user, request).campaign;
  const email = { type: "email", subject: "Hello %first_name%", body: "How is %company%?" };
  engine.updateCampaign(user, id, { sequence_nodes: [email] });
  return id;
}

function imported({ engine, user }, campaign, { from, to }) {
  const row = (at) => `p${String(at).padStart(7, "0")}@company${at % 977}.example,First${at % 100},Company ${at % 977}\n`;
  const rows = Array.from({ length: to - from }, (_, index) => row(from + index));
  const csv = new TextEncoder().encode(`Email,First Name,Company\n${rows.join("")}`);
  const { mapping, content_hash } = engine.previewCsv(user, csv);
  return () => engine.importCsv(user, campaign, csv, { mapping, content_hash });
}

/** One campaign of many people, from its import to its deletion. */
function people(scene, size) {
  const { engine, user, time } = scene;
  const campaign = draft(scene, "People", sender(scene));
  time("import", imported(scene, campaign, { from: 0, to: size }));
  time("import of 1,000 more", imported(scene, campaign, { from: size, to: size + 1_000 }));
  time("validate", () => engine.validate(user, campaign));
  time("plan of the draft", () => engine.plan(user, campaign));
  time("launch", () => engine.launch(user, campaign));
  time("forecast", () => engine.forecast(user, campaign));
  const found = (at) => {
    const email = `p${String(at).padStart(7, "0")}@company${at % 977}.example`;
    return engine.findProspects(user, { email }).prospects[0].id;
  };
  const [first, last] = [found(0), found(size + 999)];
  time("explain the first", () => engine.explain(user, first));
  time("explain the last", () => engine.explain(user, last));
  time("list a page", () => engine.listProspects(user, campaign, { limit: 200 }));
  time("list a page of a status that nobody has", () => {
    return engine.listProspects(user, campaign, { status: "bounced", limit: 200 });
  });
  time("claim 100", () => engine.claimDue(user, { max: 100 }));
  engine.pause(user, campaign);
  time("deleteCampaign", () => engine.deleteCampaign(user, campaign));
}

/** Addresses in no order that are suppressed. */
function suppressions({ engine, user, time }, size) {
  const value = (at) => `p${(Math.imul(at, 0x9e3779b9) >>> 0).toString(16)}@company${at % 977}.example`;
  time("addSuppressions, 1,000 a call", () => {
    for (let from = 0; from < size; from += 1_000) {
      const one = (_, index) => ({ type: "email_address", value: value(from + index) });
      engine.addSuppressions(user, { suppressions: Array.from({ length: Math.min(1_000, size - from) }, one) });
    }
  });
  time("listSuppressions of a type that has none", () => {
    return engine.listSuppressions(user, { type: "email_domain", limit: 200 });
  });
}

/** Very many campaigns. */
function campaigns(scene, size) {
  const { engine, user, time } = scene;
  const account = sender(scene);
  time("createCampaign, each", () => {
    for (let at = 0; at < (size * 3) / 10; at++) {
      engine.createCampaign(user, { type: "email", name: `C${at}`, sender_account_ids: [account] });
    }
  });
  time("listCampaigns of a status that none has", () => engine.listCampaigns(user, { status: "active", limit: 200 }));
}

/** Active campaigns of 500 people that share a sender. */
function active(scene, size) {
  const { engine, user, time } = scene;
  const account = sender(scene);
  let last;
  for (let at = 0; at < Math.max(size / 2_000, 1); at++) {
    last = draft(scene, `Active ${at}`, account);
    const person = (_, index) => ({ email: `p${index}@of${at}.example`, first_name: "A", company: "B" });
    engine.addProspects(user, last, { prospects: Array.from({ length: 500 }, person) });
    engine.launch(user, last);
  }
  time("claim 1 over many campaigns", () => engine.claimDue(user, { max: 1 }));
  time("forecast of one of many", () => engine.forecast(user, last));
  time("plan of one of many", () => engine.plan(user, last));
}

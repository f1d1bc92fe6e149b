/**
 * What `createCampaign` costs in WebAssembly beside the official sqlite-wasm with the same SQL by hand, and beside the
 * native crate, in Node and in Chromium.
 */

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launch, serve } from "../../pkg/tests/chromium.mjs";
import { open } from "../../pkg/dist/node.js";
import init, { Engine } from "../../pkg/dist/wasm/campaignkit.js";
import initOfficial from "../../pkg/node_modules/@sqlite.org/sqlite-wasm/dist/node.mjs";
import { engineRounds, handWrittenRounds, packageRounds } from "./create/work.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path) => fs.readFileSync(join(root, path), "utf8");
const versions = fs.readdirSync(join(root, "migrations")).sort((a, b) => parseInt(a.slice(1)) - parseInt(b.slice(1)));
const sql = {
  settings: read("benches/workload/settings.sql"),
  create: read("benches/workload/create.sql").split(";"),
  migrations: versions.map((file) => read(`migrations/${file}`)).join("\n"),
};

const MEMORY = { rounds: 60, pieces: 200 };
// A round is long enough for its share of the log's checkpoints.
const OPFS = { rounds: 25, pieces: 150 };

/** The official build, used in the two ways that its documentation shows. */
const STYLES = [
  { name: "official sqlite-wasm, prepared", reuse: true },
  { name: "official sqlite-wasm, db.exec", reuse: false },
];

const native = nativeRounds();
await inNode();
await inChromium();
native.end();

async function inNode() {
  await init({ module_or_path: fs.readFileSync(join(root, "pkg/dist/wasm/campaignkit_bg.wasm")) });
  const sqlite3 = await initOfficial();
  await compare("create in memory, Node", MEMORY, [
    { name: "wasm engine", round: engineRounds(Engine.openMemory()) },
    { name: "native", round: native.round, atMost: 2.2 },
    ...STYLES.map(({ name, reuse }) => ({
      name,
      round: handWrittenRounds(new sqlite3.oo1.DB(":memory:"), sql, { durable: false, reuse }),
      atMost: 0.5,
    })),
    { name: "the package, called and awaited", round: await packageRounds(await open({ storage: "memory" })) },
  ]);
}

async function inChromium() {
  const profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-bench-"));
  const folders = {
    "/dist/": join(root, "pkg/dist"),
    "/benches/": join(root, "benches/js"),
    "/official/": join(root, "pkg/node_modules/@sqlite.org/sqlite-wasm/dist"),
  };
  const html = '<!doctype html><title>bench</title><script type="module" src="/benches/create/page.mjs"></script>';
  const server = await serve(folders, (path, found) => (path === "/" ? { ...found, status: 200, body: html } : found));
  const chromium = await launch(profile);
  try {
    const page = await chromium.context.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.waitForFunction(() => "round" in globalThis);
    const inWorker = async (contender, storage, reuse) => {
      const key = `${contender} ${storage} ${reuse}`;
      await page.evaluate(([key, options]) => start(key, options), [key, { contender, storage, sql, reuse }]);
      return inPage(key);
    };
    const official = (storage, atMost) =>
      Promise.all(STYLES.map(async ({ name, reuse }) => ({ name, atMost, round: await inWorker("official", storage, reuse) })));
    const throughPackage = async (options) => {
      const key = `package ${options.storage}`;
      await page.evaluate(([key, options]) => startPackage(key, options), [key, options]);
      return inPage(key);
    };
    const inPage = (key) => (count) => page.evaluate(([key, count]) => round(key, count), [key, count]);

    await compare("create in memory, Chromium", MEMORY, [
      { name: "wasm engine", round: await inWorker("engine", "memory") },
      { name: "native", round: native.round, atMost: 2.2 },
      ...(await official("memory", 0.5)),
      { name: "the package, called and awaited", round: await throughPackage({ storage: "memory" }) },
    ]);
    await compare("durable create, Chromium on OPFS", OPFS, [
      { name: "wasm engine", round: await inWorker("engine", "opfs") },
      ...(await official("opfs", 1.0)),
      { name: "the package, called and awaited", round: await throughPackage({ storage: "opfs", name: "package" }) },
    ]);
  } finally {
    await chromium.kill();
    server.close();
    // The processes of a killed Chromium may still write for a moment.
    fs.rmSync(profile, { recursive: true, maxRetries: 10 });
  }
}

/** The native crate in a process of its own, which creates when it is told to. */
function nativeRounds() {
  const process = spawn("cargo", ["bench", "--quiet", "--bench", "create", "--", "rounds"], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  return {
    async round(count) {
      process.stdin.write(`${count}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("the native benchmark ended");
      return Number(value) / 1000 / count;
    },
    end: () => process.stdin.end(),
  };
}

/** Prints the medians, and the medians of the rounds' ratios of the first contender to the others. */
async function compare(title, { rounds, pieces }, contenders) {
  // Until a module's hot code is compiled for good.
  for (let warmUp = 0; warmUp < 5; warmUp++) for (const { round } of contenders) await round(pieces);
  const micros = contenders.map(() => []);
  for (let turn = 0; turn < rounds; turn++) {
    for (const [index, { round }] of contenders.entries()) micros[index].push(await round(pieces));
  }
  console.log(`${title}: medians of ${rounds} rounds of ${pieces}`);
  for (const [index, { name, atMost }] of contenders.entries()) {
    const ratio = median(micros[0].map((ours, turn) => ours / micros[index][turn]));
    const target = atMost ? `   target ≤ ${atMost.toFixed(1)}` : "";
    const told = index === 0 ? "" : `   ratio ${ratio.toFixed(2)}${target}`;
    console.log(`  ${name.padEnd(34)}${median(micros[index]).toFixed(1).padStart(9)} µs${told}`);
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/**
 * What importing the rows of a CSV file into a campaign, validating and launching it costs in WebAssembly compared with
 * the native crate, in Node and in Chromium, and how much an import makes the module's memory grow.
 */

import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { rounds } from "./import/work.mjs";
import { compare, engineInNode, figure, inChromium, nativeOutput, nativeRounds } from "./measure/index.mjs";

const ROWS = 100_000;
const OPERATIONS = ["import", "validate", "launch"];

const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-bench-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
// Made by the native benchmark, so that both import the same bytes.
const [small, large] = [ROWS, 3 * ROWS].map((rows) => {
  const [name, bytes] = [`${rows}.csv`, nativeOutput("import", "csv", rows)];
  fs.writeFileSync(join(folder, name), bytes);
  return { name, bytes };
});

const native = nativeRounds("import", ROWS);
const { Engine } = await engineInNode();
const engine = rounds(() => Engine.openMemory(), small.bytes);
for (const operation of OPERATIONS) await besideNative(operation, "in memory, Node", engine);

await inChromium({ "/csv/": folder }, async (start) => {
  const contender = (storage, file, asks) =>
    start("/benches/import/browser.mjs", { storage, csv: `/csv/${file.name}`, asks });
  const engine = await contender("memory", small, "rounds");
  for (const operation of OPERATIONS) await besideNative(operation, "in memory, Chromium", engine);
  await besideNative("import", "durable, Chromium on OPFS", await contender("opfs", small, "rounds"));

  // The page cache is bounded there, and the database is not part of the growth.
  console.log("wasm memory of an import, the bytes of the file included");
  const grown = [];
  for (const file of [small, large]) {
    const bytes = await (await contender("opfs", file, "growth"))();
    console.log(`  ${megabytes(bytes)} MB more for a file of ${megabytes(file.bytes.length)} MB`);
    grown.push(bytes);
  }
  const growth = (grown[1] - grown[0]) / (large.bytes.length - small.bytes.length);
  figure("growth of the wasm memory of an import with its file", growth, 2);
});
native.end();

async function besideNative(operation, where, round) {
  await compare(`${operation} ${where}, a row`, { warmUps: 1, rounds: 5, pieces: ROWS, ask: operation }, [
    { name: "wasm engine", round },
    { name: "native, in memory", round: native.round },
  ]);
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1).padStart(5);
}

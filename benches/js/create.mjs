/**
 * What `createCampaign` costs in WebAssembly compared with the official sqlite-wasm with hand-written SQL, and with the
 * native crate, in Node and in Chromium.
 */

import fs from "node:fs";
import { join } from "node:path";
import { open } from "../../pkg/dist/node.js";
import initOfficial from "../../pkg/node_modules/@sqlite.org/sqlite-wasm/dist/node.mjs";
import { engineRounds, handWrittenRounds, packageRounds } from "./create/work.mjs";
import { compare, engineInNode, inChromium, nativeRounds, root } from "./measure/index.mjs";

const read = (path) => fs.readFileSync(join(root, path), "utf8");
const versions = fs.readdirSync(join(root, "migrations")).sort((a, b) => parseInt(a.slice(1)) - parseInt(b.slice(1)));
const sql = {
  settings: read("benches/workload/settings.sql"),
  create: read("benches/workload/create.sql").split(";"),
  migrations: versions.map((file) => read(`migrations/${file}`)).join("\n"),
};

const MEMORY = { warmUps: 5, rounds: 60, pieces: 200 };
// A round is long enough to include its share of the log's checkpoints.
const OPFS = { warmUps: 5, rounds: 25, pieces: 150 };

/** The official build, used in the two ways that its documentation shows. */
const STYLES = [
  { name: "official sqlite-wasm, prepared", reuse: true },
  { name: "official sqlite-wasm, db.exec", reuse: false },
];

const native = nativeRounds("create");
const { Engine } = await engineInNode();
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

await inChromium({ "/official/": join(root, "pkg/node_modules/@sqlite.org/sqlite-wasm/dist") }, async (start) => {
  const contender = (options, place) => start("/benches/create/browser.mjs", options, place);
  const engine = (storage) => contender({ contender: "engine", storage });
  const official = async (storage, atMost) => {
    const contenders = [];
    for (const { name, reuse } of STYLES) {
      contenders.push({ name, atMost, round: await contender({ contender: "official", storage, sql, reuse }) });
    }
    return contenders;
  };
  const throughPackage = (storage) => contender({ contender: "package", storage }, "page");

  await compare("create in memory, Chromium", MEMORY, [
    { name: "wasm engine", round: await engine("memory") },
    { name: "native", round: native.round, atMost: 2.2 },
    ...(await official("memory", 0.5)),
    { name: "the package, called and awaited", round: await throughPackage("memory") },
  ]);
  await compare("durable create, Chromium on OPFS", OPFS, [
    { name: "wasm engine", round: await engine("opfs") },
    ...(await official("opfs", 1.0)),
    { name: "the package, called and awaited", round: await throughPackage("opfs") },
  ]);
});
native.end();

/**
 * The package in a page: from `open` to the first durable create compared with the official sqlite-wasm, the round trip
 * of a create, tasks that block the page, how soon another tab is ready, and the memory that opening and closing
 * leaves.
 *
 * `node benches/js/tabs.mjs 1000` opens and closes that many times; the default is 100.
 */

import fs from "node:fs";
import { join } from "node:path";
import { compare, figure, inChromium, median, root } from "./measure/index.mjs";

const CYCLES = Number(process.argv[2] ?? 100);
const CALLS = 100 * CYCLES;
const CREATES = 1_000;
const ROWS = 50_000;
const TABS = 20;

const read = (path) => fs.readFileSync(join(root, path), "utf8");
const versions = fs.readdirSync(join(root, "migrations")).sort((a, b) => parseInt(a.slice(1)) - parseInt(b.slice(1)));
const sql = {
  settings: read("benches/workload/settings.sql"),
  create: read("benches/workload/create.sql").split(";"),
  // In one transaction, as the engine does.
  migrations: ["BEGIN", ...versions.map((file) => read(`migrations/${file}`)), "COMMIT"].join(";\n"),
};

const folders = { "/official/": join(root, "pkg/node_modules/@sqlite.org/sqlite-wasm/dist") };
const FIRST = "open to the first durable create";

console.log(`${FIRST}, in a browser that was never used`);
for (const contender of ["package", "official"]) {
  await inChromium(folders, async (_, visit) => {
    const { name, round } = firstCreates(visit, contender);
    console.log(`  ${name.padEnd(34)}${(await round()).toFixed(1).padStart(9)} µs`);
  });
}
await inChromium(folders, async (start, visit) => {
  const official = { ...firstCreates(visit, "official"), atMost: 0.8 };
  await compare(FIRST, { warmUps: 2, rounds: 25, pieces: 1 }, [firstCreates(visit, "package"), official]);
  await thereAndBack(start, visit);
  await longTasks(visit);
  await anotherTab(visit);
  await memory(start);
});

/** Each in a new tab and a new database. */
function firstCreates(visit, contender) {
  const name = contender === "package" ? "the package" : "official sqlite-wasm, db.exec";
  let made = 0;
  const round = async () => {
    const tab = await visit();
    const create = await tab.start("/benches/tabs/first.mjs", { contender, sql }, "page");
    const micros = await create(`first-${contender}-${made++}`);
    await tab.close();
    return micros;
  };
  return { name, round };
}

async function thereAndBack(start, visit) {
  const [module, storage] = ["/benches/create/browser.mjs", "opfs"];
  const asPackage = [module, { contender: "package", storage }, "page"];
  const owner = await visit();
  const round = await owner.start(...asPackage);
  const inWorker = (options) => start(module, { contender: "engine", storage, ...options });
  await compare("durable create, there and back", { warmUps: 5, rounds: 50, pieces: 75 }, [
    { name: "the package, called and awaited", round },
    { name: "the same create in a worker", round: await inWorker({ retryable: true, name: "same" }), atMost: 1.3 },
    { name: "a create without an id in a worker", round: await inWorker({}) },
    { name: "one without an id, by bare messages", round: await owner.start("/benches/tabs/least.mjs", {}, "page") },
  ]);
  // They use the same database, so they are not in the same rounds.
  const other = await visit();
  await compare("durable create from another tab", { warmUps: 5, rounds: 25, pieces: 75 }, [
    { name: "the package, not in the owner's tab", round: await other.start(...asPackage) },
    { name: "in the owner's tab", round },
  ]);
  for (const tab of [other, owner]) await tab.close();
}

async function longTasks(visit) {
  const works = [
    ["creates", `${CREATES} creates, each awaited`],
    ["import", `an import of ${ROWS} rows`],
    // The task that makes all the calls is the caller's own: for information.
    ["burst", `(${CREATES} creates at once)`],
  ];
  const tabs = [];
  for (const where of ["the owner's tab", "another tab"]) {
    const tab = await visit();
    tabs.push(tab);
    const options = { name: "smooth", creates: CREATES, rows: ROWS };
    const watched = await tab.start("/benches/tabs/smooth.mjs", options, "page");
    console.log(`tasks over 50 ms in ${where}`);
    for (const [work, title] of works) {
      const { tasks, gap } = await watched(work);
      const longest = tasks.length > 0 ? `, the longest ${Math.max(...tasks).toFixed(0)} ms` : "";
      console.log(`  ${title.padEnd(34)}${tasks.length}${longest}; never free for ${gap.toFixed(0)} ms at most`);
      figure(`tasks over 50 ms in ${where}, ${title}`, tasks.length, work === "burst" ? undefined : 0);
    }
  }
  for (const tab of tabs) await tab.close();
}

async function anotherTab(visit) {
  const owner = await visit();
  const opened = async (tab) => (await tab.start("/benches/tabs/ready.mjs", {}, "page"))("ready");
  await opened(owner);
  const times = [];
  for (let turn = 0; turn < TABS; turn++) {
    const tab = await visit();
    times.push(await opened(tab));
    await tab.close();
  }
  const most = Math.max(...times);
  console.log(`another tab is ready after ${median(times).toFixed(1)} ms, at most ${most.toFixed(1)}, of ${TABS}`);
  figure("milliseconds until another tab is ready, at most", most, 100);
  await owner.close();
}

async function memory(start) {
  const grown = await start("/benches/tabs/cycles.mjs", {});
  const more = (what, bytes) => figure(`MiB more of wasm memory on OPFS, ${what}`, bytes / 2 ** 20, 1);
  more(`opened and closed ${CYCLES} times`, await grown({ work: "cycle", times: CYCLES }));
  more(`${CALLS} calls`, await grown({ work: "call", times: CALLS }));
}

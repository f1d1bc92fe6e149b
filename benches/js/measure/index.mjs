/**
 * Rounds of several contenders in turn, so that all of them see the same noise, and the places where contenders run.
 */

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launch, serve } from "../../../pkg/tests/chromium.mjs";
import { engine } from "./engine.mjs";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Prints the medians, and the medians of the rounds' ratios of the first contender to the others.
 *
 * @param contenders `{ name, round, atMost }`: `round` takes `ask`, does `pieces` pieces of work and returns the
 *   microseconds of all; `atMost` is the promised ratio.
 */
export async function compare(title, { warmUps, rounds, pieces, ask = pieces }, contenders) {
  // Until the hot code of a module has its final compilation.
  for (let warmUp = 0; warmUp < warmUps; warmUp++) for (const { round } of contenders) await round(ask);
  const micros = contenders.map(() => []);
  for (let turn = 0; turn < rounds; turn++) {
    // Work that one of them leaves to the disk must not always affect the same other one.
    for (const index of shuffled([...contenders.keys()]))
      micros[index].push((await contenders[index].round(ask)) / pieces);
  }
  console.log(`${title}: medians of ${rounds} rounds of ${pieces}`);
  for (const [index, { name, atMost }] of contenders.entries()) {
    const ratio = median(micros[0].map((ours, turn) => ours / micros[index][turn]));
    const took = `${median(micros[index]).toFixed(1)} µs`;
    console.log(`  ${name.padEnd(34)}${took.padStart(12)}${index === 0 ? "" : `   ratio ${ratio.toFixed(2)}`}`);
    if (index === 0) figure(`${title}, ${name}`, took);
    else figure(`${title}, beside ${name}`, ratio, atMost);
  }
}

/**
 * Prints a figure with its target, if it has one, and whether that is met: a row of the table at the end of
 * `cargo xtask bench`.
 */
export function figure(name, value, atMost) {
  const met = atMost === undefined ? "" : value <= atMost ? "met" : "missed";
  const [shown, target] = [value, atMost].map((number) => (typeof number === "number" ? Number(number.toFixed(2)) : number));
  console.log(`FIGURE ${name} | ${shown} | ${target === undefined ? "" : `≤ ${target}`} | ${met}`);
}

function shuffled(values) {
  for (let left = values.length; left > 1; left--) {
    const at = Math.floor(Math.random() * left);
    [values[at], values[left - 1]] = [values[left - 1], values[at]];
  }
  return values;
}

/** The median of some numbers. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const command = (benchmark, words) => ["cargo", ["bench", "--quiet", "--bench", benchmark, "--", ...words]];

/** The output of a native benchmark, as bytes. */
export function nativeOutput(benchmark, ...words) {
  return execFileSync(...command(benchmark, words), { cwd: root, maxBuffer: Infinity });
}

/** A native benchmark in a process of its own, which runs a round for each line that it gets. */
export function nativeRounds(benchmark, ...words) {
  const process = spawn(...command(benchmark, ["rounds", ...words]), { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  return {
    async round(ask) {
      process.stdin.write(`${ask}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("the native benchmark ended");
      return Number(value) / 1000;
    },
    end: () => process.stdin.end(),
  };
}

/** The engine of the package in this process. */
export async function engineInNode() {
  const read = (name) => fs.readFileSync(join(root, "pkg/dist/wasm", name));
  return engine(await import("../../../pkg/dist/wasm/campaignkit.js"), read);
}

/**
 * Gives `use` a function that starts a contender in Chromium: `start(module, options, place)` returns the function that
 * the module's `open` makes from the options, in a worker of its own or in the page. Also gives it a function that
 * opens another tab with a `start` of its own. Files that were loaded once are in the browser's cache.
 *
 * @param folders URL prefix → folder, besides the package at `/dist/` and this folder at `/benches/`.
 */
export async function inChromium(folders, use) {
  const profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-bench-"));
  const html = '<!doctype html><title>bench</title><script type="module" src="/benches/measure/page.mjs"></script>';
  const server = await serve(
    { "/dist/": join(root, "pkg/dist"), "/benches/": join(root, "benches/js"), ...folders },
    (path, found) => {
      const headers = { ...found.headers, "cache-control": "max-age=3600" };
      return path === "/" ? { status: 200, body: html, headers } : { ...found, headers };
    },
  );
  const chromium = await launch(profile);
  const visit = async () => {
    const page = await chromium.context.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/`);
    // A tab in the background draws no frames, which Playwright would wait for by default.
    await page.waitForFunction(() => "start" in globalThis, undefined, { polling: 10 });
    return {
      async start(module, options, place = "worker") {
        const index = await page.evaluate((args) => start(...args), [module, options, place]);
        return (ask) => page.evaluate((args) => answer(...args), [index, ask]);
      },
      close: () => page.close(),
    };
  };
  try {
    await use((await visit()).start, visit);
  } finally {
    await chromium.kill();
    server.close();
    // The processes of a killed Chromium may still write for a moment.
    fs.rmSync(profile, { recursive: true, maxRetries: 10 });
  }
}

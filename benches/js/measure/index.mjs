/** Rounds of several contenders in turn, so that all of them meet the same noise, and where contenders run. */

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launch, serve } from "../../../pkg/tests/chromium.mjs";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Prints the medians, and the medians of the rounds' ratios of the first contender to the others.
 *
 * @param contenders `{ name, round, atMost }`: `round` takes `ask`, does `pieces` pieces of work and answers the
 *   microseconds of all; `atMost` is the ratio that is promised.
 */
export async function compare(title, { warmUps, rounds, pieces, ask = pieces }, contenders) {
  // Until a module's hot code is compiled for good.
  for (let warmUp = 0; warmUp < warmUps; warmUp++) for (const { round } of contenders) await round(ask);
  const micros = contenders.map(() => []);
  for (let turn = 0; turn < rounds; turn++) {
    // What one of them leaves for the disk to do must not always meet the same other one.
    for (const index of shuffled([...contenders.keys()]))
      micros[index].push((await contenders[index].round(ask)) / pieces);
  }
  console.log(`${title}: medians of ${rounds} rounds of ${pieces}`);
  for (const [index, { name, atMost }] of contenders.entries()) {
    const ratio = median(micros[0].map((ours, turn) => ours / micros[index][turn]));
    const target = atMost ? `   target ≤ ${atMost.toFixed(1)}` : "";
    const told = index === 0 ? "" : `   ratio ${ratio.toFixed(2)}${target}`;
    console.log(`  ${name.padEnd(34)}${median(micros[index]).toFixed(1).padStart(9)} µs${told}`);
  }
}

function shuffled(values) {
  for (let left = values.length; left > 1; left--) {
    const at = Math.floor(Math.random() * left);
    [values[at], values[left - 1]] = [values[left - 1], values[at]];
  }
  return values;
}

/** The middle one of some numbers. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const command = (benchmark, words) => ["cargo", ["bench", "--quiet", "--bench", benchmark, "--", ...words]];

/** What a native benchmark prints, as bytes. */
export function nativeOutput(benchmark, ...words) {
  return execFileSync(...command(benchmark, words), { cwd: root, maxBuffer: Infinity });
}

/** A native benchmark in a process of its own, which does a round for each line that it is given. */
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

/**
 * Gives `use` what starts a contender in Chromium: `start(module, options, place)` answers the function that the
 * module's `open` makes of the options in a worker of its own, or in the page. And what opens another tab, with a
 * `start` of its own. Whatever was loaded once is in the browser's cache.
 *
 * @param folders URL prefix → folder, beside the package at `/dist/` and this folder at `/benches/`.
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
    // A tab behind another one draws no frames, by which Playwright looks otherwise.
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

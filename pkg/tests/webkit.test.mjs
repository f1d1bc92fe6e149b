/**
 * What the package promises of memory, in WebKit. Its builds for Linux have no origin-private file system in automated
 * sessions, so databases that last cannot be tested there.
 *
 * `WEBKIT` names the driver; there must be a display: `xvfb-run node --test tests/webkit.test.mjs`.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cases, SIMULATED, simulatedCases } from "./behaviour/index.mjs";
import { serve } from "./chromium.mjs";

const folder = (name) => fileURLToPath(new URL(name, import.meta.url));

let server;
let driver;
let session;

async function command(method, path, body) {
  const init = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(`${driver.address}${path}`, { method, ...init });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${path}: ${value.error}: ${value.message}`);
  return value;
}

/** Starts the driver at a port that was free, and waits until it replies. */
async function startDriver() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  const program = spawn(process.env.WEBKIT ?? "WebKitWebDriver", [`--port=${port}`], { stdio: "ignore" });
  driver = { address: `http://127.0.0.1:${port}`, end: () => program.kill() };
  for (let left = 100; ; left--) {
    const isReady = await command("GET", "/status").then(({ ready }) => ready, () => false);
    if (isReady) return;
    if (left === 0) throw new Error("the driver does not reply");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

before(async () => {
  server = await serve({ "/dist/": folder("../dist/"), "/tests/": folder("./") }, (path, response) =>
    path === "/" ? { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" } : response,
  );
  await startDriver();
  const { sessionId } = await command("POST", "/session", { capabilities: {} });
  session = `/session/${sessionId}`;
  await command("POST", `${session}/timeouts`, { script: 300_000 });
  await command("POST", `${session}/url`, { url: `http://127.0.0.1:${server.port}/` });
});

after(async () => {
  if (session) await command("DELETE", session);
  driver?.end();
  server?.close();
});

/** In the page: runs a case, and calls back with what went wrong. */
const CASE = `
  const [name, options, end] = arguments;
  (async () => {
    const [kit, words] = await Promise.all([import("/dist/browser.js"), import("/tests/behaviour/index.mjs")]);
    const opened = await kit.open(options);
    try {
      await { ...words.cases, ...words.simulatedCases }[name](opened, { ...kit, ...words });
    } finally {
      await opened.close();
    }
  })().then(() => end(), (error) => end(\`\${error}\\n\${error.stack}\`));`;

for (const name of Object.keys({ ...cases, ...simulatedCases })) {
  const options = { storage: "memory", ...(name in simulatedCases && { simulated: SIMULATED }) };
  test(name, async () => {
    const wrong = await command("POST", `${session}/execute/async`, { script: CASE, args: [name, options] });
    assert.equal(wrong, null);
  });
}

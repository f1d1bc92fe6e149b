/** A real Chromium with a profile folder that outlives it, and a local server that it visits. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A host name that is not a secure context, unlike 127.0.0.1. */
export const INSECURE_HOST = "insecure.test";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
];

/** Starts Chromium directly: playwright's own launcher gives no process to kill for a persistent profile. */
export async function launch(profile) {
  const chrome = spawn(EXECUTABLE, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const exited = once(chrome, "exit");
  const killAll = () => {
    try {
      process.kill(-chrome.pid, "SIGKILL");
    } catch {
      // They are gone already.
    }
  };
  process.on("exit", killAll);

  const said = [];
  let address;
  for await (const line of createInterface({ input: chrome.stderr })) {
    said.push(line);
    address = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (address) break;
  }
  if (!address) throw new Error(`Chromium did not start:\n${said.join("\n")}`);
  chrome.stderr.resume();
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [context] = browser.contexts();
  return {
    context,
    /** Ends all of its processes at once. */
    async kill() {
      killAll();
      await exited;
      process.off("exit", killAll);
      await browser.close().catch(() => {});
    },
  };
}

const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
};

/**
 * Serves folders, without any header that a plain server would not send.
 *
 * @param folders URL prefix → folder.
 * @param override Takes a path and the response `{ status, body, headers }`, and returns the response that is sent.
 */
export async function serve(folders, override = (_, response) => response) {
  const server = createServer((request, answer) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://host").pathname));
    const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const file = prefix && join(folders[prefix], path.slice(prefix.length));
    const found = file && fs.statSync(file, { throwIfNoEntry: false })?.isFile();
    const headers = { "content-type": TYPES[extname(path)] ?? "text/html" };
    const { status, body, ...response } = override(
      path,
      found ? { status: 200, body: fs.readFileSync(file), headers } : { status: 404, headers },
    );
    answer.writeHead(status, response.headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

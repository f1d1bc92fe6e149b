/**
 * The packed tarball with the tools that people build with. None of them has a plugin or a setting for it. esbuild and
 * Rollup do not bundle a worker, so it must be copied next to the bundle.
 *
 * `FAST=1` omits the slow tests.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { after, before, describe, test } from "node:test";
import { launch, serve } from "./chromium.mjs";
import { PINNED, REACT } from "./frameworks/pinned.mjs";
import { pack, run } from "./packed.mjs";

const slow = { skip: process.env.FAST ? "FAST" : false };

const SHIPPED = "node_modules/campaignkit/dist";

function template(file) {
  return fs.readFileSync(fileURLToPath(new URL(`frameworks/${file}`, import.meta.url)), "utf8");
}

const STUDIO = { "main.jsx": template("main.jsx"), "studio.jsx": template("studio.jsx") };

function page(script, head = "", body = '<div id="root"></div>') {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><title>Studio</title><link rel="icon" href="data:,">${head}
<body>${body}<script type="module" src="${script}"></script></body>
</html>`;
}

let packed;
before(() => (packed = pack()));
after(() => packed?.remove());

/** A project that is made by the first test that needs it. */
function lazily(make) {
  let made;
  return () => (made ??= make());
}

function bin(at, program) {
  return join(at, "node_modules/.bin", program);
}

/** Starts a server that takes its port from the arguments, and waits until it reports that it listens. */
async function start(at, program, args) {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));

  const server = spawn(bin(at, program), args(port), { cwd: at, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const killAll = () => {
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      // They are gone already.
    }
  };
  process.on("exit", killAll);
  const exited = once(server, "exit");
  let said = "";
  await new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`${program} ${what}:\n${said}`));
    const deadline = setTimeout(() => (killAll(), fail("does not say that it serves")), 60_000);
    const hear = (text) => {
      // Some print colours even without a terminal, and one of them colours only the port.
      if (!stripVTControlCharacters((said += text)).includes(`:${port}`)) return;
      clearTimeout(deadline);
      resolve();
    };
    server.stdout.setEncoding("utf8").on("data", hear);
    server.stderr.setEncoding("utf8").on("data", hear);
    exited.then(() => (clearTimeout(deadline), fail("ended")), reject);
  });
  return {
    address: `http://127.0.0.1:${port}/`,
    async close() {
      killAll();
      await exited;
      process.off("exit", killAll);
    },
  };
}

/** Serves a folder like a plain server. */
async function host(folder) {
  const server = await serve({ "/": folder });
  return { address: `http://127.0.0.1:${server.port}/index.html`, close: server.close };
}

/** Counts the workers that a page starts and ends. */
function countWorkers() {
  globalThis.workers = { started: 0, ended: 0 };
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      workers.started++;
    }
    terminate() {
      super.terminate();
      workers.ended++;
    }
  };
}

/** Opens pages of a server in a new profile, and fails if one of them reports an error. */
async function visit(server, meet) {
  const complaints = [];
  let chromium;
  try {
    chromium = await launch(fs.mkdtempSync(join(packed.folder, "profile-")));
    await meet(async (path = "") => {
      const tab = await chromium.context.newPage();
      tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      tab.on("pageerror", (error) => complaints.push(String(error.stack)));
      tab.on("response", (response) => {
        if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
      });
      tab.on("requestfailed", (request) => {
        const reason = request.failure()?.errorText;
        // A page that is left cancels its open requests.
        if (reason !== "net::ERR_ABORTED") complaints.push(`${reason} ${request.url()}`);
      });
      await tab.addInitScript(countWorkers);
      await tab.goto(server.address + path);
      return tab;
    });
  } catch (error) {
    error.message += `\n${complaints.join("\n")}`;
    throw error;
  } finally {
    await chromium?.kill();
    await server.close();
  }
  assert.deepEqual(complaints, []);
}

/** Waits until it holds. A page in the background draws no frames, which Playwright would wait for by default. */
function until(tab, holds, argument) {
  return tab.waitForFunction(holds, argument, { timeout: 30_000, polling: 50 });
}

async function shows(tab, id, text) {
  const is = ([id, text]) => document.querySelector(id)?.textContent === text;
  await until(tab, is, [id, text]).catch(() => {});
  assert.equal(await tab.evaluate((id) => document.querySelector(id)?.textContent, id), text, id);
}

/** A campaign created in the studio is there after a reload and in a second tab, and the reverse. */
async function studio(visitTab) {
  const tab = await visitTab();
  await shows(tab, "#state", "open");
  await tab.dispatchEvent("#create", "click");
  await shows(tab, "#campaigns", "Outreach 1");
  assert.deepEqual(await tab.evaluate(() => workers), { started: 1, ended: 0 });

  await tab.reload();
  await shows(tab, "#campaigns", "Outreach 1");

  const second = await visitTab();
  await shows(second, "#campaigns", "Outreach 1");
  await second.dispatchEvent("#create", "click");
  await shows(second, "#campaigns", "Outreach 2, Outreach 1");
  await shows(tab, "#campaigns", "Outreach 2, Outreach 1");
  return tab;
}

/** Edits the component while a page shows it: the page keeps its state and its database. */
async function reloadHot(tab, file) {
  await tab.dispatchEvent("#count", "click");
  const before = await tab.evaluate(() => workers);
  const code = fs.readFileSync(file, "utf8");
  const save = () => fs.writeFileSync(file, code.replace('"h1", null, "Studio"', '"h1", null, "Atelier"'));
  save();
  // A busy server may not watch the file yet, so it is saved again until the page shows the change.
  const again = setInterval(save, 1_000);
  await shows(tab, "h1", "Atelier").finally(() => clearInterval(again));
  await shows(tab, "#count", "1");
  await tab.dispatchEvent("#create", "click");
  await shows(tab, "#campaigns", "Outreach 3, Outreach 2, Outreach 1");
  assert.deepEqual(await tab.evaluate(() => workers), before);
}

test("plain page: a module script with an import map", async () => {
  const map = { imports: { campaignkit: `/${SHIPPED}/browser.js` } };
  const head = `<script type="importmap">${JSON.stringify(map)}</script>`;
  const body = '<p id="state"></p><p id="campaigns"></p><button id="create">Create</button>';
  const at = packed.project("plain", { "main.js": template("plain.js"), "index.html": page("/main.js", head, body) });
  await visit(await host(at), studio);
});

describe("Vite", () => {
  const project = lazily(() => {
    const files = {
      ...STUDIO,
      "index.html": page("/main.jsx"),
      "probe.html": page("/probe.jsx"),
      "probe.jsx": template("probe.jsx"),
      "vite.config.js":
        'import react from "@vitejs/plugin-react";\nexport default { plugins: [react()], clearScreen: false };\n',
    };
    return packed.project("vite", files, ...PINNED.vite, ...REACT);
  });
  const development = () => start(project(), "vite", (port) => ["--host", "127.0.0.1", "--port", port]);

  test("development, and a component is edited", async () => {
    const at = project();
    await visit(await development(), async (visitTab) => {
      await reloadHot(await studio(visitTab), join(at, "studio.jsx"));
    });
  });

  test("built", async () => {
    const at = project();
    run(at, bin(at, "vite"), "build");
    await visit(await host(join(at, "dist")), studio);
  });

  /** Tests the hooks under StrictMode, which renders twice and mounts twice in development. */
  function hooks(promise, check) {
    test(`hooks: ${promise}`, async () => {
      await visit(await development(), async (visitTab) => {
        const tab = await visitTab("probe.html");
        await until(tab, () => globalThis.show);
        await check(tab);
      });
    });
  }

  hooks("components with equal options share a database, open as long as one of them is there", async (tab) => {
    await tab.evaluate(() => {
      show({ name: "one", options: { storage: "opfs" } }, { name: "other", options: { storage: "opfs" } });
    });
    await until(tab, () => seen.one?.kit && seen.other?.kit);
    assert.ok(await tab.evaluate(() => seen.one.kit === seen.other.kit));
    await tab.evaluate(() => show({ name: "other", options: { storage: "opfs" } }));
    await until(tab, () => !seen.one);
    assert.deepEqual(await tab.evaluate(async () => (await seen.other.kit.listUsers()).users), []);
    assert.deepEqual(await tab.evaluate(() => workers), { started: 1, ended: 0 });
  });

  hooks("the database is closed when the last component is gone, and opened again for the next", async (tab) => {
    const mount = () => show({ name: "one", options: { storage: "opfs" } });
    await tab.evaluate(mount);
    await until(tab, () => (globalThis.first = seen.one?.kit));
    await tab.evaluate(() => show());
    await until(tab, () => workers.ended === 1);
    assert.equal(await tab.evaluate(() => first.listUsers().catch(({ code }) => code)), "closed");
    await tab.evaluate(mount);
    await until(tab, () => seen.one?.kit);
    assert.equal(await tab.evaluate(() => seen.one.kit === first), false);
    assert.deepEqual(await tab.evaluate(() => workers), { started: 2, ended: 1 });
  });

  hooks("other options are another database, and the one before is closed", async (tab) => {
    await tab.evaluate(() => show({ name: "one", options: { storage: "opfs" } }));
    await until(tab, () => (globalThis.first = seen.one?.kit));
    await tab.evaluate(() => show({ name: "one", options: { storage: "opfs", name: "another" } }));
    await until(tab, () => seen.one?.kit && seen.one.kit !== first && workers.ended === 1);
    assert.equal(await tab.evaluate(() => workers.started), 2);
  });

  hooks("a query is subscribed to anew when it changes, not when an equal one is passed", async (tab) => {
    await tab.evaluate(() => show({ name: "one", options: { storage: "opfs" } }));
    await until(tab, () => seen.one?.kit);
    await tab.evaluate(async () => {
      const { kit } = seen.one;
      const user = await kit.createUser();
      const me = kit.as(user.id);
      const account = await me.addAccount({ type: "email", email_address: "ana@example.com" });
      const draft = { type: "email", name: "Outreach", sender_account_ids: [account.id] };
      const { campaign } = await me.createCampaign(draft);
      const session = Object.getPrototypeOf(me);
      const { subscribe } = session;
      globalThis.subscriptions = { begun: 0, ended: 0 };
      session.subscribe = function (...args) {
        const end = subscribe.apply(this, args);
        subscriptions.begun++;
        return () => {
          end();
          subscriptions.ended++;
        };
      };
      globalThis.campaign_id = campaign.id;
      globalThis.ask = (query, turn) =>
        show({ name: "one", options: { storage: "opfs" }, user_id: user.id, query, turn });
    });
    const subscriptions = () => tab.evaluate(() => subscriptions);

    await tab.evaluate(() => ask({ campaigns: { limit: 5 } }));
    await until(tab, () => seen.one?.data?.campaigns[0]?.id === campaign_id);
    const mounted = await subscriptions();
    assert.equal(mounted.begun - mounted.ended, 1);
    await tab.evaluate(() => ask({ campaigns: { limit: 5 } }, "equal"));
    await until(tab, () => seen.one?.turn === "equal");
    assert.deepEqual(await subscriptions(), mounted);
    assert.ok(await tab.evaluate(() => seen.one.data));
    await tab.evaluate(() => ask({ campaign: campaign_id }));
    await until(tab, () => seen.one?.data?.id === campaign_id);
    assert.deepEqual(await subscriptions(), { begun: mounted.begun + 1, ended: mounted.ended + 1 });
    const isStale = ({ query, data }) => query?.campaign && data && data.id !== query.campaign;
    assert.equal(await tab.evaluate(`answers.some(${isStale})`), false);
    await tab.evaluate(() => ask(null, "nothing"));
    await until(tab, () => seen.one?.turn === "nothing");
    assert.equal(await tab.evaluate(() => seen.one.data), undefined);
    assert.deepEqual(await subscriptions(), { begun: mounted.begun + 1, ended: mounted.ended + 2 });
  });

  hooks("a function is read again when what it reads changes, and an action shows what became of it", async (tab) => {
    await tab.evaluate(() => show({ name: "one", options: { storage: "opfs" } }));
    await until(tab, () => seen.one?.kit);
    await tab.evaluate(async () => {
      const user_id = (await seen.one.kit.createUser()).id;
      const me = seen.one.kit.as(user_id);
      const { id } = await me.addAccount({ type: "email", email_address: "ana@example.com" });
      const create = async (name) => (await me.createCampaign({ type: "email", name, sender_account_ids: [id] })).campaign;
      const campaigns = [await create("One"), await create("Two")];
      globalThis.look = (at, turn) =>
        show({ name: "one", options: { storage: "opfs" }, user_id, campaign_id: campaigns[at].id, turn });
      look(0);
    });
    await until(tab, () => seen.one?.reading.data?.name === "One");
    await tab.evaluate(() => look(0, "equal", (globalThis.before = seen.one.reading.data)));
    await until(tab, () => seen.one?.turn === "equal" && !seen.one.rename.pending && seen.one.reading.data === before);
    await tab.evaluate(() => seen.one.rename.run("Renamed"));
    await until(tab, () => seen.one?.reading.data?.name === "Renamed" && seen.one.rename.data);
    await tab.evaluate(() => seen.one.rename.run("Two"));
    await until(tab, () => seen.one?.rename.error?.code === "name_taken" && !seen.one.rename.data);
    await tab.evaluate(() => look(1));
    await until(tab, () => seen.one?.reading.data?.name === "Two");
  });

  hooks("what goes wrong is answered as an error", async (tab) => {
    await tab.evaluate(() => {
      show(
        { name: "options", options: { storage: "disk" } },
        { name: "storage", options: { storage: "file", path: "studio.sqlite" } },
        { name: "query", options: { storage: "memory" }, user_id: "nobody", query: { campaigns: {} } },
      );
    });
    await until(tab, () => seen.options?.error && seen.storage?.error && seen.query?.failure);
    const codes = () =>
      Object.values(seen).map(({ kit, error, data, failure }) => [!!kit, error?.code, data, failure?.code]);
    assert.deepEqual(await tab.evaluate(codes), [
      [false, "invalid_input", undefined, undefined],
      [false, "storage_unavailable", undefined, undefined],
      [true, undefined, undefined, "invalid_input"],
    ]);
  });
});

describe("webpack", slow, () => {
  const project = lazily(() =>
    packed.project("webpack", { ...STUDIO, "index.html": page("/main.js") }, ...PINNED.webpack, ...REACT),
  );
  const main = ["--entry", "./main.jsx"];

  test("development", async () => {
    const at = project();
    const args = ["serve", "--mode", "development", ...main, "--static", ".", "--host", "127.0.0.1", "--port"];
    await visit(await start(at, "webpack", (port) => [...args, port]), studio);
  });

  test("built", async () => {
    const at = project();
    run(at, bin(at, "webpack"), "--mode", "production", ...main);
    fs.cpSync(join(at, "index.html"), join(at, "dist/index.html"));
    await visit(await host(join(at, "dist")), studio);
  });
});

/** The files that users of esbuild and Rollup must copy: `cp -r node_modules/campaignkit/dist/{worker.js,wasm} www`. */
function lay(at, to) {
  for (const part of ["worker.js", "wasm"]) fs.cpSync(join(at, SHIPPED, part), join(at, to, part), { recursive: true });
}

describe("esbuild", () => {
  const project = lazily(() => {
    const files = { ...STUDIO, "www/index.html": page("/main.js") };
    const at = packed.project("esbuild", files, ...PINNED.esbuild, ...REACT);
    lay(at, "www");
    return at;
  });
  const bundle = ["main.jsx", "--bundle", "--format=esm", "--outdir=www"];

  test("development", async () => {
    const at = project();
    const args = (port) => [...bundle, "--servedir=www", `--serve=127.0.0.1:${port}`];
    await visit(await start(at, "esbuild", args), studio);
  });

  test("built", async () => {
    const at = project();
    run(at, bin(at, "esbuild"), ...bundle, "--minify");
    await visit(await host(join(at, "www")), studio);
  });
});

describe("Rollup", slow, () => {
  const project = lazily(() => {
    const files = {
      ...STUDIO,
      "www/index.html": page("/main.js"),
      "rollup.config.js": template("rollup.config.js"),
    };
    const at = packed.project("rollup", files, ...PINNED.rollup, ...REACT);
    lay(at, "www");
    return at;
  });

  test("built", async () => {
    const at = project();
    run(at, bin(at, "rollup"), "--config");
    await visit(await host(join(at, "www")), studio);
  });

  test("built, minified", async () => {
    const at = project();
    run(at, bin(at, "rollup"), "--config", "--plugin", "terser");
    await visit(await host(join(at, "www")), studio);
  });
});

describe("Next.js with Turbopack", slow, () => {
  const project = lazily(() => {
    const files = {
      "app/layout.jsx": template("layout.jsx"),
      "app/page.jsx": template("page.jsx"),
      "app/studio.jsx": `"use client";\n${STUDIO["studio.jsx"]}`,
      "app/server/route.js": template("route.js"),
    };
    process.env.NEXT_TELEMETRY_DISABLED = "1";
    return packed.project("next", files, ...PINNED.next, ...REACT);
  });
  const args = (command) => (port) => [command, "--hostname", "127.0.0.1", "--port", port];

  /** The page is rendered on the server, where a database opens, too. */
  async function served({ address }) {
    assert.match(await (await fetch(address)).text(), /<p id="state">opening<\/p>/);
    assert.deepEqual(await (await fetch(`${address}server`)).json(), { storage: "memory", users: 1 });
  }

  test("development, and a component is edited", async () => {
    const at = project();
    const server = await start(at, "next", args("dev"));
    await visit(server, async (visitTab) => {
      await served(server);
      await reloadHot(await studio(visitTab), join(at, "app/studio.jsx"));
    });
  });

  test("built", async () => {
    const at = project();
    run(at, bin(at, "next"), "build");
    const server = await start(at, "next", args("start"));
    await visit(server, async (visitTab) => {
      await served(server);
      await studio(visitTab);
    });
  });
});

/** What `frameworks/node.js` prints. */
const NODE_SAYS = "memory: Outreach, 1 sent\nfile: Outreach, 1 sent\n";

describe("Node", slow, () => {
  const project = lazily(() => packed.project("node", { "main.js": template("node.js") }, ...PINNED.esbuild));

  test("a module that imports it", () => {
    const at = project();
    assert.equal(run(at, process.execPath, "main.js"), NODE_SAYS);
  });

  test("bundled for Node", () => {
    const at = project();
    const bundle = ["main.js", "--bundle", "--platform=node", "--format=esm", "--packages=external"];
    run(at, bin(at, "esbuild"), ...bundle, "--outfile=out.js");
    assert.equal(run(at, process.execPath, "out.js"), NODE_SAYS);
  });
});

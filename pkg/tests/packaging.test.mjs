/** The packed tarball as users install it, in folders outside the repository. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { launch, serve } from "./chromium.mjs";
import { documents, pack, pinned, pkg, run } from "./packed.mjs";

let packed;
let plain;
let installed;

before(() => {
  packed = pack();
  plain = packed.project("plain", {});
  installed = join(plain, "node_modules/campaignkit");
});

after(() => packed?.remove());

function files(at) {
  return fs.readdirSync(at, { recursive: true }).filter((name) => fs.statSync(join(at, name)).isFile());
}

test("the tarball has all that is needed, and is small", () => {
  const names = files(installed);
  const stray = names.filter(
    (name) => !/^(README\.md|THIRD-PARTY\.md|LICENSE-\w+|package\.json|dist\/((wasm|session|wasm\/snippets\/[\w-]+\/src)\/)?\w[\w-]*(\.js|\.d\.ts|\.wasm))$/.test(name),
  );
  assert.deepEqual(stray, []);
  for (const text of ["README.md", "THIRD-PARTY.md", "LICENSE-APACHE", "LICENSE-MIT"]) assert.ok(names.includes(text), text);
  // The download of a browser app, without the hooks for React.
  const zipped = (...names) =>
    names.reduce((sum, name) => sum + gzipSync(fs.readFileSync(join(installed, "dist", name)), { level: 9 }).length, 0);
  const javascript = zipped("browser.js", "worker.js");
  const wasm = zipped("wasm/campaignkit_bg.wasm");
  console.log(`gzip: ${javascript} bytes of JavaScript, ${wasm} bytes of WebAssembly`);
  assert.ok(javascript <= 26_000);
  assert.ok(wasm <= 828_000);
  const { exports } = JSON.parse(fs.readFileSync(join(installed, "package.json"), "utf8"));
  const others = Object.keys(exports).filter((name) => name !== "." && !name.endsWith(".json"));
  const readme = fs.readFileSync(join(installed, "README.md"), "utf8");
  const told = [...readme.matchAll(/`campaignkit(\/[\w-]+)` (\d\.\d) KB/g)].map(([, name, kilobytes]) => [`.${name}`, kilobytes]);
  const kilobytes = (name) => (Math.ceil(zipped(`${name}.js`) / 100) / 10).toFixed(1);
  assert.deepEqual(Object.fromEntries(told), Object.fromEntries(others.map((name) => [name, kilobytes(name)])));
  for (const name of names.filter((name) => name.endsWith(".d.ts"))) {
    const code = fs.readFileSync(join(installed, name), "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(code, /\bany\b/, name);
  }
});

test("the examples of the documentation run in Node", () => {
  const examples = documents.flatMap((document) =>
    [...fs.readFileSync(document, "utf8").matchAll(/^```(?:js|ts)\n([^]*?)^```$/gm)].map(([, code]) => code),
  );
  assert.ok(examples.length >= 2);
  for (const [i, code] of examples.entries()) {
    fs.writeFileSync(join(plain, `example-${i}.mjs`), code);
    run(plain, process.execPath, `example-${i}.mjs`);
  }
});

test("the declarations allow what is documented, with each way of resolving modules", () => {
  const at = packed.project("typed", { "types.ts": fs.readFileSync(join(pkg, "tests/types.ts")) });
  const tsc = createRequire(join(pkg, "package.json"))
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  for (const module of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    run(
      at,
      process.execPath,
      tsc,
      "--noEmit",
      "--strict",
      "--exactOptionalPropertyTypes",
      "--target",
      "es2022",
      "--lib",
      "es2022,dom",
      "--types",
      "",
      "--module",
      module[0],
      "--moduleResolution",
      module[1],
      "types.ts",
    );
  }
});

/** Shows the result in the title: it creates a campaign if there is none, and shows an existing one. */
const APP = `
import { open } from "campaignkit";

try {
  const kit = await open({ storage: "opfs", name: "app" });
  const [user] = (await kit.listUsers()).users;
  if (user) {
    const { campaigns } = await kit.as(user.id).listCampaigns();
    document.title = "found " + campaigns.map(({ name }) => name);
  } else {
    const me = kit.as((await kit.createUser({ time_zone: "Europe/Berlin" })).id);
    const account = await me.addAccount({ type: "email", email_address: "ana@example.com" });
    const { campaign } = await me.createCampaign({ type: "email", name: "Outreach", sender_account_ids: [account.id] });
    document.title = "created " + campaign.name;
  }
} catch (error) {
  document.title = error.name + " " + error.code + " " + error.message;
}
`;

const page = (head) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>…</title>${head}<script type="module" src="/main.js"></script></html>`;

/** Opens the app in a new profile and reloads it. */
async function visit(address) {
  const profile = fs.mkdtempSync(join(packed.folder, "profile-"));
  const chromium = await launch(profile);
  try {
    const tab = await chromium.context.newPage();
    const said = [];
    tab.on("console", (message) => said.push(message.text()));
    tab.on("response", (response) => response.status() >= 400 && said.push(`${response.status()} ${response.url()}`));
    const title = async (expected) => {
      await tab.waitForFunction(() => document.title !== "…", null, { timeout: 30_000 }).catch(() => {});
      assert.equal(await tab.title(), expected, said.join("\n"));
    };
    await tab.goto(address);
    await title("created Outreach");
    await tab.reload();
    await title("found Outreach");
  } finally {
    await chromium.kill();
  }
}

test("a plain page with a module script runs it, and the campaign is there after a reload", async () => {
  const map = { imports: { campaignkit: "/node_modules/campaignkit/dist/browser.js" } };
  fs.writeFileSync(join(plain, "index.html"), page(`<script type="importmap">${JSON.stringify(map)}</script>`));
  fs.writeFileSync(join(plain, "main.js"), APP);
  const server = await serve({ "/": plain });
  try {
    await visit(`http://127.0.0.1:${server.port}/index.html`);
  } finally {
    server.close();
  }
});

test("a plain Vite project runs it, in development and built", async () => {
  const at = packed.project("vite", { "index.html": page(""), "main.js": APP }, `vite@${pinned.vite}`);
  const entry = createRequire(join(at, "package.json"))
    .resolve("vite/package.json")
    .replace("package.json", "dist/node/index.js");
  const vite = await import(pathToFileURL(entry));
  const options = {
    root: at,
    logLevel: "warn",
    server: { host: "127.0.0.1", port: 0 },
    preview: { host: "127.0.0.1", port: 0 },
  };

  const development = await (await vite.createServer(options)).listen();
  try {
    await visit(development.resolvedUrls.local[0]);
  } finally {
    await development.close();
  }

  await vite.build(options);
  const built = await vite.preview(options);
  try {
    await visit(built.resolvedUrls.local[0]);
  } finally {
    await built.close();
  }
});

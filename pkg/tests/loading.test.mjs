/** How the parts of the package are loaded in Chromium. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, serve } from "./chromium.mjs";

const folder = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A file that the server does not find. */
let missing;

let profile;
let server;
let chromium;

before(async () => {
  profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-loading-"));
  const folders = { "/dist/": folder("../dist/"), "/tests/": folder("./"), "/databases/": folder("../../tests/databases/") };
  server = await serve(folders, (path, response) => {
    if (path === missing) return { ...response, status: 404, body: "" };
    return path === "/" ? { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" } : response;
  });
  chromium = await launch(profile);
});

after(async () => {
  await chromium?.kill();
  server?.close();
  fs.rmSync(profile, { recursive: true, maxRetries: 10 });
});

async function visit() {
  const page = await chromium.context.newPage();
  await page.goto(`http://127.0.0.1:${server.port}/`);
  return page;
}

/** Runs a function in a page, with the package and the helpers of the behaviour tests as its first argument. */
function within(page, run, argument) {
  return page.evaluate(
    async ([source, argument]) => {
      const [kit, words] = await Promise.all([import("/dist/browser.js"), import("/tests/behaviour/index.mjs")]);
      return await (0, eval)(`(${source})`)({ ...kit, ...words }, argument);
    },
    [run.toString(), argument],
  );
}

test("where the worker or the engine cannot be loaded, the storage is unavailable", async () => {
  for (const file of ["worker.js", "wasm/campaignkit_bg.wasm"]) {
    missing = `/dist/${file}`;
    const page = await visit();
    await within(page, ({ open, refused }) => refused(open({ storage: "memory" }), "unavailable", 503, "storage_unavailable"));
    await page.close();
  }
});

test("what is loaded on demand can be missing for a while", async () => {
  const page = await visit();
  const previewed = () =>
    within(page, async ({ open, bytes }) => {
      globalThis.kit ??= await open({ storage: "memory" });
      globalThis.user ??= (await kit.createUser()).id;
      const preview = kit.as(user).previewCsv(bytes("email\nbo@example.com"));
      return preview.then(
        ({ total }) => total,
        ({ code }) => code,
      );
    });
  missing = "/dist/wasm/campaignkit_on_demand.wasm";
  assert.equal(await previewed(), "storage_unavailable");
  // The engine goes on.
  assert.equal(await previewed(), "storage_unavailable");
  missing = undefined;
  assert.equal(await previewed(), 1);
  await page.close();
});

test("a database of an older version is migrated when it is opened", async () => {
  const page = await visit();
  await within(
    page,
    async ({ open, equal }, name) => {
      await (await open({ storage: "opfs", name })).close();
      const old = await (await fetch("/databases/v3.sqlite")).arrayBuffer();
      for (const file of await filesOf(name)) {
        const { size } = await file.getFile();
        if (size < 40_960) continue;
        const writable = await file.createWritable({ keepExistingData: true });
        // Behind the pool's own header.
        await writable.write({ type: "write", position: 4096, data: old });
        await writable.truncate(4096 + old.byteLength);
        await writable.close();
      }
      const onProgress = () => {
        throw new Error("enough");
      };
      equal(await open({ storage: "opfs", name }, { onProgress }).catch(({ code }) => code), "cancelled");
      const reports = [];
      const kit = await open({ storage: "opfs", name }, { onProgress: (...report) => reports.push(report) });
      equal((await kit.storageInfo()).migrated.from, 3);
      equal(reports.at(-1), [reports[0][1], reports[0][1]]);
      await kit.close();

      async function filesOf(name) {
        const root = await navigator.storage.getDirectory();
        const files = [];
        const look = async (folder) => {
          for await (const entry of folder.values()) entry.kind === "directory" ? await look(entry) : files.push(entry);
        };
        await look(await (await root.getDirectoryHandle("campaignkit")).getDirectoryHandle(name));
        return files;
      }
    },
    "loading",
  );
  await page.close();
});

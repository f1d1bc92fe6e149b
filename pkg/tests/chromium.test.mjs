import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { INSECURE_HOST, launch, serve } from "./chromium.mjs";
import { cases, SIMULATED, simulatedCases } from "./behaviour/index.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const tests = fileURLToPath(new URL("./", import.meta.url));

/** Folders that are served with a content security policy. */
const POLICIES = {
  "/strict/": "script-src 'self' 'wasm-unsafe-eval'",
  "/no-wasm/": "script-src 'self'",
  "/no-workers/": "worker-src 'none'",
};

/** The name of the class of the engine in the worker, which is shortened. */
const ENGINE = /([\w$]+)=class [\w$]*\{static __wrap(?=(?:(?!=class).)*getUser\()/s;

/** Makes the engine break at such a user id, as a bug would. */
const FAULT = `
const { getUser } = Engine.prototype;
Engine.prototype.getUser = function (id) {
  if (id === "trap") throw new WebAssembly.RuntimeError("unreachable");
  return getUser.call(this, id);
};`;

let profile;
let server;
let chromium;
let origin;

before(async () => {
  profile = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-chromium-"));
  const folders = ["/dist/", "/faulty/", ...Object.keys(POLICIES)].map(
    (prefix) => [prefix, dist],
  );
  server = await serve({ ...Object.fromEntries(folders), "/tests/": tests }, override);
  origin = `http://127.0.0.1:${server.port}`;
  chromium = await launch(profile);
});

function override(path, response) {
  const policy = POLICIES[Object.keys(POLICIES).find((prefix) => path.startsWith(prefix))];
  if (policy) response.headers["content-security-policy"] = policy;
  if (path === "/" || path in POLICIES)
    return { ...response, status: 200, body: "<!doctype html><title>campaignkit</title>" };
  if (path === "/faulty/worker.js") {
    const code = `${response.body}`;
    return { ...response, body: `${code}\nconst Engine = ${ENGINE.exec(code)[1]};${FAULT}` };
  }
  return response;
}

after(async () => {
  await chromium?.kill();
  server?.close();
  // The processes of a killed Chromium may still write for a moment.
  fs.rmSync(profile, { recursive: true, maxRetries: 10 });
});

async function visit(path = "/", host = origin) {
  const page = await chromium.context.newPage();
  await page.goto(host + path);
  return page;
}

/**
 * Runs a function in a page, with the package and the helpers of the behaviour tests in scope as `kit.*`; opened
 * databases can stay in `globalThis`.
 */
function within(page, run, argument, from = "/dist/") {
  return page.evaluate(
    async ([source, argument, from]) => {
      const [kit, words] = await Promise.all([import(`${from}browser.js`), import("/tests/behaviour/index.mjs")]);
      return await (0, eval)(`(${source})`)({ ...kit, ...words }, argument);
    },
    [run.toString(), argument, from],
  );
}

let names = 0;
const fresh = () => `test-${names++}`;

for (const storage of ["memory", "opfs"]) {
  describe(`Chromium, ${storage}`, () => {
    let page;
    before(async () => (page = await visit()));
    after(() => page.close());

    for (const name of Object.keys({ ...cases, ...simulatedCases })) {
      const simulated = name in simulatedCases ? SIMULATED : undefined;
      test(name, () =>
        within(
          page,
          async (words, { name, options }) => {
            const kit = await words.open(options);
            try {
              words.equal(kit.storage, options.storage);
              await { ...words.cases, ...words.simulatedCases }[name](kit, words);
            } finally {
              await kit.close();
            }
          },
          { name, options: { storage, simulated, ...(storage === "opfs" ? { name: fresh() } : {}) } },
        ),
      );
    }
  });
}

test("options are checked, and no storage is replaced by another", async () => {
  const page = await visit();
  await within(page, async ({ open, invalid, refused }) => {
    await invalid(open(), ": wrong_type");
    await invalid(open({}), "storage: required");
    await invalid(open({ storage: "disk" }), "storage: unknown_value");
    await invalid(open({ storage: "opfs", name: "", path: "x" }), "path: unknown_field", "name: empty");
    await invalid(open({ storage: "opfs", name: "../x" }), "name: malformed_name");
    await refused(open({ storage: "file", path: "x" }), "unavailable", 503, "storage_unavailable");
  });
  await page.close();
});

test("what is in OPFS survives a reload, even of a page that did not close it", async () => {
  const page = await visit();
  const name = fresh();
  const [user_id, campaign] = await within(
    page,
    async ({ open, begin }, name) => {
      globalThis.kept = await open({ storage: "opfs", name });
      const { user, me, request } = await begin(kept);
      return [user.id, (await me.createCampaign(request)).campaign];
    },
    name,
  );
  for (let i = 0; i < 5; i++) {
    await page.reload();
    const found = await within(
      page,
      async ({ open }, [name, user_id, id]) => {
        globalThis.kept = await open({ storage: "opfs", name });
        return await kept.as(user_id).getCampaign(id);
      },
      [name, user_id, campaign.id],
    );
    assert.deepEqual(found, campaign);
  }
  await page.close();
});

test("an OPFS database can be closed and opened over and over", async () => {
  const page = await visit();
  await within(
    page,
    async ({ open, equal }, name) => {
      for (let i = 0; i < 20; i++) {
        const kit = await open({ storage: "opfs", name });
        await kit.createUser();
        equal((await kit.listUsers()).users.length, i + 1);
        await kit.close();
      }
    },
    fresh(),
  );
  await page.close();
});

test("a simulation does not share its database, and a second owner is refused", async () => {
  const [one, other] = [await visit(), await visit()];
  const name = fresh();
  await within(
    one,
    async ({ open, SIMULATED }, name) => {
      globalThis.kept = await open({ storage: "opfs", name, simulated: SIMULATED });
    },
    name,
  );
  for (const page of [one, other]) {
    await within(
      page,
      async ({ open, refused, SIMULATED }, name) => {
        const again = open({ storage: "opfs", name, simulated: { ...SIMULATED, seed: 9 } });
        await refused(again, "unavailable", 503, "other_owner");
      },
      name,
    );
  }
  await within(other, async ({ open }, name) => (await open({ storage: "opfs", name })).close(), fresh());
  await within(one, () => kept.close());
  await within(other, async ({ open }, name) => (await open({ storage: "opfs", name })).close(), name);
  await one.close();
  await other.close();
});

test("without OPFS there is no OPFS database, and memory still works", async () => {
  const page = await visit("/", `http://${INSECURE_HOST}:${server.port}`);
  await within(
    page,
    async ({ open, refused, begin }, name) => {
      await refused(open({ storage: "opfs", name }), "unavailable", 503, "storage_unavailable");
      const kit = await open({ storage: "memory" });
      const { me, request } = await begin(kit);
      await me.createCampaign(request);
      await kit.close();
    },
    fresh(),
  );
  await page.close();
});

test("the package works under its server's policy, and needs no more than WebAssembly", async () => {
  const expected = { "/strict/": "opened", "/no-wasm/": "storage_unavailable", "/no-workers/": "storage_unavailable" };
  for (const [folder, outcome] of Object.entries(expected)) {
    const page = await visit(folder);
    // Not by `within`: these policies also forbid `eval`.
    const actual = await page.evaluate(
      async ([folder, name]) => {
        const { open } = await import(`${folder}browser.js`);
        try {
          const kit = await open({ storage: "opfs", name });
          await kit.createUser();
          await kit.close();
          return "opened";
        } catch (error) {
          return error.code;
        }
      },
      [folder, fresh()],
    );
    assert.equal(actual, outcome, folder);
    await page.close();
  }
});

test("a broken engine loses memory databases and simulations, and the next call reopens OPFS", async () => {
  const page = await visit();
  await within(
    page,
    async ({ open, refused, begin, equal, SIMULATED }, name) => {
      const memory = await open({ storage: "memory" });
      await memory.createUser();
      // What was to be stored together with the one that breaks is not stored either.
      const inflight = [memory.createUser(), memory.getUser("trap"), memory.createUser(), memory.createUser()];
      const lost = inflight.slice(1).map((call) => refused(call, "internal", 500, "bug"));
      await Promise.all([inflight[0].catch(() => {}), ...lost]);
      await refused(memory.createUser(), "internal", 500, "bug");
      await memory.close();
      await refused(memory.createUser(), "unavailable", 503, "closed");

      const opfs = await open({ storage: "opfs", name });
      for (let round = 0; round < 3; round++) {
        const { me, request } = await begin(opfs);
        const { campaign } = await me.createCampaign(request);
        await refused(opfs.getUser("trap"), "internal", 500, "bug");
        const both = await Promise.all([me.getCampaign(campaign.id), me.listCampaigns()]);
        equal(both, [campaign, { campaigns: [campaign], next_cursor: null }]);
      }
      await opfs.close();

      const simulated = await open({ storage: "opfs", name: `${name}-simulated`, simulated: SIMULATED });
      await refused(simulated.getUser("trap"), "internal", 500, "bug");
      await refused(simulated.createUser(), "internal", 500, "bug");
      await simulated.close();
    },
    fresh(),
    "/faulty/",
  );
  await page.close();
});

test("a signal of open cancels nothing once the database was open", async () => {
  const page = await visit();
  await within(
    page,
    async ({ open, refused, begin, equal }, name) => {
      const abort = new AbortController();
      const kit = await open({ storage: "opfs", name }, { signal: abort.signal });
      const { me, request } = await begin(kit);
      const { campaign } = await me.createCampaign(request);
      // While the worker that replaces a broken one opens the database again.
      globalThis.Worker = class extends Worker {
        constructor(...args) {
          super(...args);
          setTimeout(() => abort.abort());
        }
      };
      await refused(kit.getUser("trap"), "internal", 500, "bug");
      equal(await me.getCampaign(campaign.id), campaign);
      equal(abort.signal.aborted, true);
      await kit.close();
    },
    fresh(),
    "/faulty/",
  );
  await page.close();
});

test("a file that was changed since it was chosen cannot be read, and nothing else fails", async () => {
  const page = await visit();
  const path = join(profile, "people.csv");
  fs.writeFileSync(path, "email\nbo@example.com\n");
  await page.setContent('<input type="file">');
  // Playwright gives a page in a browser that it connects to only a copy of the file.
  const devtools = await chromium.context.newCDPSession(page);
  const { root } = await devtools.send("DOM.getDocument");
  const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector: "input" });
  await devtools.send("DOM.setFileInputFiles", { nodeId, files: [path] });
  const preview = () =>
    within(page, async ({ open, begin }) => {
      globalThis.kit ??= await open({ storage: "memory" });
      const { me } = await begin(kit);
      return (await me.previewCsv(document.querySelector("input").files[0])).total;
    });
  assert.equal(await preview(), 1);
  fs.writeFileSync(path, "email\n");
  await within(page, async ({ begin, refused }) => {
    const [file] = document.querySelector("input").files;
    const { me } = await begin(kit);
    for (const reading of [me.previewCsv(file), kit.importDatabase(file)]) {
      await refused(reading, "unavailable", 503, "storage_unavailable");
    }
    await kit.close();
  });
  await page.close();
});

test("arguments nested too deep for the worker are refused like all wrong ones", async () => {
  const page = await visit();
  await within(page, async ({ open, refused, begin }) => {
    const kit = await open({ storage: "memory" });
    const { me, request } = await begin(kit);
    for (const depth of [100, 1000, 2000, 3000, 4000, 5000, 10_000, 100_000]) {
      let deep = "bottom";
      for (let i = 0; i < depth; i++) deep = { deep };
      const error = await refused(me.createCampaign({ ...request, name: deep }), "invalid", 400, "invalid_input");
      if (error.issues[0].code !== "wrong_type") throw new Error(`${depth}: ${error.issues[0].code}`);
    }
    await me.createCampaign(request);
    await kit.close();
  });
  await page.close();
});

test("a full quota is storage_full, existing data stays, and the next create works once there is room", async () => {
  const page = await visit();
  const devtools = await chromium.context.newCDPSession(page);
  const name = fresh();
  try {
    const before = await within(
      page,
      async ({ open, begin }, name) => {
        globalThis.kept = await open({ storage: "opfs", name });
        ({ me: globalThis.me, request: globalThis.request } = await begin(kept));
        const { usage } = await navigator.storage.estimate();
        return usage;
      },
      name,
    );
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: before + 2 * 1024 * 1024 });
    const acknowledged = await within(page, async ({ failure, equal }) => {
      const ids = [];
      const full = await failure(
        (async () => {
          for (;;) ids.push((await me.createCampaign({ ...request, name: `Before ${ids.length}` })).campaign.id);
        })(),
      );
      equal([full.kind, full.status, full.code], ["unavailable", 503, "storage_full"]);
      for (const id of ids) await me.getCampaign(id);
      return ids;
    });
    assert.ok(acknowledged.length > 10);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await within(
      page,
      async ({ open, wholeCampaigns, equal }, [name, ids]) => {
        ids.push((await me.createCampaign({ ...request, name: "After" })).campaign.id);
        await kept.close();
        const kit = await open({ storage: "opfs", name });
        equal((await wholeCampaigns(kit)).sort(), ids.sort());
        await kit.close();
      },
      [name, acknowledged],
    );
  } finally {
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await page.close();
  }
});

test("what is readable of a damaged database in OPFS is recovered, and takes its place", async () => {
  const page = await visit();
  await within(
    page,
    async ({ open, begin, failure, refused, equal, bytes }, name) => {
      const { recover, replaceDatabase } = await import("/dist/browser.js");
      const options = { storage: "opfs", name };
      const kit = await open(options);
      const { user, me, request } = await begin(kit);
      const { campaign } = await me.createCampaign(request);
      await refused(recover(options), "unavailable", 503, "other_owner");
      await kit.close();
      await refused(recover({ ...options, name: `${name}-missing` }), "unavailable", 503, "storage_unavailable");

      const root = await navigator.storage.getDirectory();
      const pool = await (await root.getDirectoryHandle("campaignkit")).getDirectoryHandle(name);
      const files = [];
      const look = async (folder) => {
        for await (const entry of folder.values()) {
          if (entry.kind === "directory") await look(entry);
          else files.push([(await entry.getFile()).size, entry]);
        }
      };
      await look(pool);
      const [[size, file]] = files.sort(([one], [other]) => other - one);
      if (size < 40_960) throw new Error(`no file has a database: ${size}`);
      const writable = await file.createWritable({ keepExistingData: true });
      // Behind the pool's own header: the root of the schema and the settings.
      await writable.write({ type: "write", position: 4096, data: new Uint8Array(4096).fill(0xa5) });
      await writable.close();
      const { code } = await failure(open(options));
      if (code !== "foreign_file" && code !== "corrupt") throw new Error(code);

      const { database, report } = await recover(options);
      equal(report.tables.find(({ table }) => table === "campaign").recovered, 1);
      await refused(replaceDatabase(options, bytes("no database")), "invalid", 400, "foreign_file");
      await replaceDatabase(options, database);
      const again = await open(options);
      equal(await again.as(user.id).getCampaign(campaign.id), campaign);
      await again.close();
    },
    fresh(),
  );
  await page.close();
});

/** How many times the browser is killed; `ROUNDS` sets another number. */
const KILLS = Number(process.env.ROUNDS ?? 8);

// Last: it kills the browser.
test("nothing acknowledged is lost when Chromium is killed while two tabs write, or stored in part", async () => {
  const acknowledged = [];
  const name = fresh();
  for (let round = 0; round < KILLS; round++) {
    const pages = [await visit(), await visit()];
    const moment = acknowledged.length + 1 + Math.floor(Math.random() * 60);
    await new Promise((resolve, reject) => {
      const acknowledge = (id) => {
        acknowledged.push(id);
        if (acknowledged.length === moment) chromium.kill().then(resolve, reject);
      };
      const create = async ({ open, begin }, [name, label]) => {
        const kit = await open({ storage: "opfs", name });
        const { me, request } = await begin(kit);
        for (let i = 0; ; i++)
          acknowledge((await me.createCampaign({ ...request, name: `${label}, ${i}` })).campaign.id);
      };
      for (const [tab, page] of pages.entries()) {
        page
          .exposeFunction("acknowledge", acknowledge)
          .then(() => within(page, create, [name, `Round ${round}, tab ${tab}`]))
          .catch((error) => acknowledged.length < moment && reject(error));
      }
    });

    chromium = await launch(profile);
    const check = await visit();
    const ids = await within(
      check,
      async ({ open, wholeCampaigns }, name) => {
        const kit = await open({ storage: "opfs", name });
        const ids = await wholeCampaigns(kit);
        await kit.close();
        return ids;
      },
      name,
    );
    assert.deepEqual(
      acknowledged.filter((id) => !ids.includes(id)),
      [],
      `round ${round}`,
    );
    await check.close();
  }
  assert.ok(acknowledged.length > KILLS * 8);
  console.log(`${KILLS} kills, ${acknowledged.length} campaigns acknowledged, none missing`);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import * as campaignkit from "../dist/node.js";
import { Engine } from "../dist/wasm/campaignkit.js";
import { begin, cases, failure, invalid, refused, SIMULATED, simulatedCases } from "./behaviour/index.mjs";

const { open, replaceDatabase } = campaignkit;

const folder = mkdtempSync(join(tmpdir(), "campaignkit-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const storages = {
  memory: () => ({ storage: "memory" }),
  file: () => ({ storage: "file", path: join(folder, `${files++}.sqlite`) }),
};

for (const [storage, options] of Object.entries(storages)) {
  describe(`Node, ${storage}`, () => {
    for (const [name, run] of Object.entries({ ...cases, ...simulatedCases })) {
      test(name, async () => {
        const simulated = name in simulatedCases ? SIMULATED : undefined;
        const kit = await open({ ...options(), simulated });
        try {
          assert.equal(kit.storage, storage);
          await run(kit, campaignkit);
        } finally {
          await kit.close();
        }
      });
    }
  });
}

test("databases in memory share nothing", async () => {
  const [one, other] = [await open({ storage: "memory" }), await open({ storage: "memory" })];
  const user = await one.createUser();
  await refused(other.getUser(user.id), "not_found", 404, "user_not_found");
  await one.close();
  await other.createUser();
  await other.close();
});

test("options are checked", async () => {
  await invalid(open(), ": wrong_type");
  await invalid(open({}), "storage: required");
  await invalid(open({ storage: 7 }), "storage: wrong_type");
  const error = await invalid(open({ storage: "disk" }), "storage: unknown_value");
  assert.deepEqual(error.issues[0].allowed, ["memory", "opfs", "file"]);
  await invalid(open({ storage: "toString" }), "storage: unknown_value");
  await invalid(open({ storage: "file", name: "x" }), "name: unknown_field", "path: required");
  await invalid(open({ storage: "file", path: 7 }), "path: wrong_type");
  await invalid(open({ storage: "file", path: "" }), "path: empty");
  await invalid(open({ storage: "memory", path: "x" }), "path: unknown_field");
  await invalid(open({ storage: "file", path: "x", wait_ms: "1" }), "wait_ms: wrong_type");
  await invalid(open({ storage: "file", path: "x", wait_ms: 1.5 }), "wait_ms: not_integer");
  for (const wait_ms of [-1, 86_400_001]) {
    await invalid(open({ storage: "file", path: "", wait_ms }), "path: empty", "wait_ms: out_of_range");
  }
  await invalid(open({ storage: "memory", wait_ms: 1 }), "wait_ms: unknown_field");
  const simulated = (simulated) => open({ storage: "memory", simulated });
  await invalid(simulated(7), "simulated: wrong_type");
  await invalid(simulated({}), "simulated.seed: required", "simulated.now: required");
  await invalid(simulated({ ...SIMULATED, sed: 7 }), "simulated.sed: unknown_field");
  await invalid(simulated({ seed: 1.5, now: 0 }), "simulated.seed: not_integer", "simulated.now: wrong_type");
  await invalid(simulated({ ...SIMULATED, seed: -1 }), "simulated.seed: out_of_range");
  await invalid(simulated({ ...SIMULATED, seed: "7" }), "simulated.seed: wrong_type");
  for (const now of ["2026-02-30T10:00:00Z", "2026-04-22T24:00:00Z", "2026-04-22T10:00:00", "1969-12-31T23:59:59Z"])
    await invalid(simulated({ seed: 7, now }), "simulated.now: malformed_instant");
  const kit = await simulated({ seed: Number.MAX_SAFE_INTEGER, now: "2026-04-22T12:00:00.25+02:00" });
  assert.equal((await kit.createUser()).created_at, "2026-04-22T10:00:00.250Z");
  await kit.close();
  await (await simulated(null)).close();
});

test("a storage of the browser is refused, never replaced", async () => {
  await refused(open({ storage: "opfs", name: "x" }), "unavailable", 503, "storage_unavailable");
});

test("a file that was changed since it was chosen cannot be read, and nothing else fails", async () => {
  const kit = await open({ storage: "memory" });
  const { me } = await begin(kit);
  const path = join(folder, "people.csv");
  writeFileSync(path, "email\nbo@example.com\n");
  const chosen = await openAsBlob(path);
  assert.equal((await me.previewCsv(chosen)).total, 1);
  writeFileSync(path, "email\n");
  for (const reading of [me.previewCsv(chosen), kit.importDatabase(chosen), replaceDatabase(storages.file(), chosen)]) {
    await refused(reading, "unavailable", 503, "storage_unavailable");
  }
  await kit.createUser();
  await kit.close();
});

// Last: it breaks the engine that the tests above share.
test("a broken engine loses memory databases and simulations, and the next call reopens a file", async (t) => {
  const options = storages.file();
  const [memory, bystander, file, simulated] = [
    await open({ storage: "memory" }),
    await open({ storage: "memory" }),
    await open(options),
    await open({ ...storages.file(), simulated: SIMULATED }),
  ];
  const { me, request } = await begin(file);
  const { campaign } = await me.createCampaign(request);

  t.mock.method(Engine.prototype, "getUser", () => {
    throw new WebAssembly.RuntimeError("unreachable");
  });
  const error = await refused(memory.getUser("x"), "internal", 500, "bug");
  assert(error.cause instanceof WebAssembly.RuntimeError);

  await refused(memory.createUser(), "internal", 500, "bug");
  await refused(bystander.createUser(), "internal", 500, "bug");
  await refused(simulated.createUser(), "internal", 500, "bug");
  const both = await Promise.all([me.getCampaign(campaign.id), me.listCampaigns()]);
  assert.deepEqual(both, [campaign, { campaigns: [campaign], next_cursor: null }]);
  assert.equal((await failure(open(options))).code, "other_owner", "the lock is still held");
  const fresh = await open({ storage: "memory" });
  await fresh.createUser();
  for (const kit of [memory, bystander, file, simulated, fresh]) await kit.close();
  await (await open(options)).close();
});

test("tabs announce the version of the package, and the schema that its engine makes", async () => {
  const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
  const { version } = JSON.parse(read("../package.json"));
  const kit = await open({ storage: "memory" });
  const { schema_version } = await kit.storageInfo();
  await kit.close();
  for (const module of ["browser.js", "worker.js"]) {
    const [build] = read(`../dist/${module}`).match(/\{version:"[^"]*",schema:\d+\}/);
    assert.equal(build, `{version:"${version}",schema:${schema_version}}`, module);
  }
});

const BEGIN = `
  import { open } from ${JSON.stringify(new URL("../dist/node.js", import.meta.url).href)};
  const kit = await open({ storage: "memory" });
  const me = kit.as((await kit.createUser()).id);
`;

test("errors of live data that nobody asked for are uncaught, but for those after the end", () => {
  const run = (code) =>
    spawnSync(process.execPath, ["--input-type=module", "--eval", BEGIN + code], { encoding: "utf8" });
  const uncaught = run("me.subscribe({ campaign: 'no id' }, () => {});");
  assert.equal(uncaught.status, 1);
  assert.match(uncaught.stderr, /CampaignKitError/);
  const listen = "me.onCommit(() => {}); kit.onCommit(() => {}); me.subscribe({ user: true }, () => {});";
  const closed = run(`${listen} await kit.close();`);
  assert.equal(closed.status, 0, closed.stderr);
});

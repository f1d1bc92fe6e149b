import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { CampaignKitError, open } from "../dist/node.js";
import { Engine } from "../dist/wasm/campaignkit.js";
import { begin, cases, failure, invalid, refused } from "./behaviour.mjs";

const folder = mkdtempSync(join(tmpdir(), "campaignkit-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const storages = {
  memory: () => ({ storage: "memory" }),
  file: () => ({ storage: "file", path: join(folder, `${files++}.sqlite`) }),
};

for (const [storage, options] of Object.entries(storages)) {
  describe(`Node, ${storage}`, () => {
    for (const [name, run] of Object.entries(cases)) {
      test(name, async () => {
        const kit = await open(options());
        try {
          assert.equal(kit.storage, storage);
          await run(kit, { open, CampaignKitError });
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
});

test("a storage of the browser is refused, never replaced", async () => {
  await refused(open({ storage: "opfs", name: "x" }), "unavailable", 503, "storage_unavailable");
});

// Last: it breaks the engine that the tests above share.
test("a broken engine loses what was in memory, and the next call opens a file anew", async (t) => {
  const options = storages.file();
  const [memory, bystander, file] = [
    await open({ storage: "memory" }),
    await open({ storage: "memory" }),
    await open(options),
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
  const both = await Promise.all([me.getCampaign(campaign.id), me.listCampaigns()]);
  assert.deepEqual(both, [campaign, { campaigns: [campaign], next_cursor: null }]);
  assert.equal((await failure(open(options))).code, "other_owner", "the lock is still held");
  const fresh = await open({ storage: "memory" });
  await fresh.createUser();
  for (const kit of [memory, bystander, file, fresh]) await kit.close();
  await (await open(options)).close();
});

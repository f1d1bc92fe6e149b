/** What the engine answers is what its declarations say, to the field: samples of it, compiled as literals. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "../dist/node.js";

const pkg = fileURLToPath(new URL("..", import.meta.url));

test("answers fit their declarations and have no other fields", async (t) => {
  const kit = await open({ storage: "memory" });
  const user = await kit.createUser({ time_zone: "Europe/Berlin" });
  const me = kit.as(user.id);
  const mailbox = await me.addAccount({ type: "email", email_address: "ana@example.com" });
  const profile = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", title: "CEO" });
  const email = { type: "email", name: "A", sender_account_ids: [mailbox.id] };
  const created = await me.createCampaign({ ...email, daily_limit: 0, operating_hours: 1, dailyLimit: 1 });
  const linkedin = await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [profile.id] });
  const refusal = (promise) => promise.then(assert.fail, ({ name: _, stack: __, ...shape }) => shape);
  const samples = [
    ["User", user],
    ["UserPage", await kit.listUsers()],
    ["Account", mailbox],
    ["Account", profile],
    ["AccountPage", await me.listAccounts({ limit: 1 })],
    ["Created", created],
    ["Created", linkedin],
    ["CampaignPage", await me.listCampaigns()],
    ["EventPage", await me.listEvents()],
    ["ErrorShape", { message: "", ...(await refusal(me.createCampaign(email))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.createCampaign({ type: "x", name: "", daily_limit: 1.5 }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.listAccounts({ limit: 0, typ: "email" }))) }],
    ["ErrorShape", { message: "", ...(await refusal(kit.createUser({ time_zone: "Mars" }))) }],
  ];
  await kit.close();

  const folder = fs.mkdtempSync(join(pkg, "dist/answers-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const literals = samples.map(([type, sample], at) => `export const a${at}: t.${type} = ${JSON.stringify(sample)};`);
  fs.writeFileSync(join(folder, "answers.ts"), [`import type * as t from "../types.js";`, ...literals].join("\n"));
  const compilerOptions = { noEmit: true, strict: true, module: "nodenext", exactOptionalPropertyTypes: true, types: [] };
  fs.writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["answers.ts"] }));
  const tsc = join(pkg, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

/** The engine's results match their declarations, field by field: samples of them are compiled as literals. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "../dist/node.js";
import { UNPACED } from "./behaviour/words.mjs";

const pkg = fileURLToPath(new URL("..", import.meta.url));

test("results fit their declarations and have no other fields", async (t) => {
  const kit = await open({ storage: "memory", simulated: { seed: 7, now: "2026-04-22T10:00:00Z" } });
  const user = await kit.createUser({ time_zone: "Europe/Berlin" });
  const me = kit.as(user.id);
  const mailbox = await me.addAccount({ type: "email", email_address: "ana@example.com", ...UNPACED });
  const profile = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", title: "CEO", ...UNPACED });
  const email = { type: "email", name: "A", sender_account_ids: [mailbox.id] };
  const created = await me.createCampaign({ ...email, daily_limit: 0, operating_hours: 1, dailyLimit: 1 });
  const linkedin = await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [profile.id] });
  const refusal = (promise) => promise.then(assert.fail, ({ name: _, stack: __, ...shape }) => shape);

  const [{ id: node_id }] = created.campaign.sequence_nodes;
  const updated = await me.updateNode(created.campaign.id, node_id, { subject: "%frist_name%", body: "%company%" });
  const person = { email: "bo@example.com", linkedin_url: "linkedin.com/in/bo", custom_fields: { Plan: "Pro" } };
  const suppressed = await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "rival.example" }] });
  const list = await me.createList({ name: "People" });
  const leads = await me.addLeads(list.id, { leads: [person, person, { linkedin_url: "linkedin.com/in/cy" }] });
  const csv = new TextEncoder().encode("email,Plan,\nbo@example.com,Pro\nnobody,,\ncy@rival.example,,");
  const preview = await me.previewCsv(csv);
  const { mapping, content_hash } = preview;
  const imported = await me.importCsv(created.campaign.id, csv, { mapping, content_hash });
  const { prospects } = await me.listProspects(created.campaign.id);
  const invitation = await me.addProspects(linkedin.campaign.id, { prospects: [person] });
  const validation = await me.validate(created.campaign.id);
  const rival = await me.createCampaign({ type: "linkedin", name: "C", sender_account_ids: [profile.id] });
  await me.addProspects(rival.campaign.id, { prospects: [person, { linkedin_url: "linkedin.com/in/di" }] });
  const launched = [await me.launch(linkedin.campaign.id), await me.launch(rival.campaign.id)];
  const paused = await me.pause(rival.campaign.id);

  const nodes = [
    { type: "email", subject: "Hi", body: "A text" },
    { type: "delay", delay_minutes: 1 },
    { type: "email", subject: "Re: Hi", body: "Again", is_reply: true },
  ];
  const running = await me.createCampaign({ ...email, name: "D", signature: "Ana" });
  await me.updateCampaign(running.campaign.id, { sequence_nodes: nodes });
  await me.addProspects(running.campaign.id, { prospects: [person, { email: "ed@example.com" }] });
  await me.launch(running.campaign.id);
  const plan = await me.plan(running.campaign.id);
  const [stranger, known] = (await me.listProspects(running.campaign.id)).prospects;
  const [{ id: node }] = (await me.getCampaign(running.campaign.id)).sequence_nodes;
  await me.editMessage(known.id, node, { subject: "By hand", body: "By hand" });
  const to_write = await me.messageRequests(running.campaign.id);
  const written = to_write.requests.map(({ prospect_id, node_id, input }) => ({ prospect_id, node_id, input, body: "" }));
  const submitted = await me.submitMessages(running.campaign.id, { messages: written });
  const claimed = await me.claimDue({ type: "email", unsubscribe_url: "mailto:u@example.com?subject={token}" });
  const [first, second] = claimed.tasks;
  const completed = await me.complete(first.id, { outcome: "sent" });
  await kit.advance(60_000);
  const reply = await me.claimDue({ type: "email" });
  assert.equal(reply.tasks[0].in_reply_to, first.idempotency_key);
  const invited = await me.claimDue({ type: "linkedin" });
  const recorded = await me.recordEvent({ id: "1", type: "opened", open_token: first.open_token });
  const events = ["connection_accepted", "replied", "bounced", "unsubscribed"];
  const [{ prospect_id }] = invited.tasks;
  for (const [at, type] of events.entries()) await me.recordEvent({ id: `on ${at}`, type, prospect_id });

  const relief = await me.addAccount({ type: "email", email_address: "relief@example.com", ...UNPACED });

  const samples = [
    ["MessageRequestPage", to_write],
    ["Submitted", submitted],
    ["MessagePreviews", await me.previewMessages(known.id)],
    ["Resolved", await me.resolveMessages(running.campaign.id, { prospect_ids: [stranger.id] })],
    ["Claimed", claimed],
    ["Claimed", reply],
    ["Claimed", invited],
    ["Reported", completed],
    ["EventReported", recorded],
    ["Extended", await me.extendLease(reply.tasks[0].id, 60)],
    ["TaskPage", await me.listTasks({ limit: 1 })],
    ["TaskPage", await me.listTasks({ messages: true })],
    ["Report", await me.report({ by: ["day", "campaign", "account"] })],
    ["Report", await me.report({ until: "2026-01-01T00:00:00Z", by: [] })],
    ["ExportedPerson", await me.exportPerson({ linkedin_url: "linkedin.com/in/bo", limit: 200 })],
    ["Unsubscribed", await me.unsubscribe(second.unsubscribe_token)],
    ["Plan", plan],
    ["Plan", await me.plan(rival.campaign.id)],
    ["NextDue", await me.nextDue()],
    ["Forecast", await me.forecast(rival.campaign.id)],
    ["Explained", await me.explain(first.prospect_id)],
    ["Explained", await me.explain(second.prospect_id)],
    ["Campaign", await me.getCampaign(running.campaign.id)],
    ["User", user],
    ["UserPage", await kit.listUsers()],
    ["Account", mailbox],
    ["Account", profile],
    ["AccountPage", await me.listAccounts({ limit: 1 })],
    ["Created", created],
    ["Created", linkedin],
    ["CampaignPage", await me.listCampaigns()],
    ["Updated", updated],
    ["AddedSuppressions", suppressed],
    ["SuppressionPage", await me.listSuppressions()],
    ["List", list],
    ["SavedListPage", await me.listLists()],
    ["AddedLeads", leads],
    ["LeadPage", await me.listLeads(list.id)],
    ["CsvPreview", preview],
    ["ImportReport", imported],
    ["ImportReport", invitation],
    ["ImportReport", await me.importList(created.campaign.id, list.id)],
    ["Prospect", prospects[0]],
    ["ProspectPage", await me.listProspects(created.campaign.id, { limit: 1 })],
    ["MessagePreviews", await me.previewMessages(prospects[0].id)],
    ["MessagePreviews", await me.previewMessages(invitation.outcomes[0].prospect_id)],
    ["Validation", validation],
    ["Launched", launched[0]],
    ["Launched", launched[1]],
    ["Paused", paused],
    ["Resumed", await me.resume(rival.campaign.id)],
    ["Held", await me.hold({ email: "ed@example.com" }, { until: null })],
    ["Held", await me.release({ email: "ed@example.com" })],
    ["Revised", await me.reviseNode(running.campaign.id, node, { body: "%company%", bdoy: 1 })],
    ["Retried", await me.retryProspects(running.campaign.id, { status: "cancelled" })],
    ["HandedOver", await me.handOver(running.campaign.id, { from: mailbox.id, to: relief.id })],
    ["ErrorShape", { message: "", ...(await refusal(me.createCampaign(email))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.createCampaign({ type: "x", name: "", daily_limit: 1.5 }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.listAccounts({ limit: 0, typ: "email" }))) }],
    ["ErrorShape", { message: "", ...(await refusal(kit.createUser({ time_zone: "Mars" }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.launch(created.campaign.id))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.pause(created.campaign.id))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.launch(rival.campaign.id, { expected_revision: 9 }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.previewCsv(new TextEncoder().encode('a\n"')))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.recordEvent({ task_id: node_id, prospect_id: node_id }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.complete(first.id, { outcome: "bounced" }))) }],
    ["ErrorShape", { message: "", ...(await refusal(me.addLeads(list.id, { leads: Array(1001).fill({}) }))) }],
  ];
  await me.updateProspect(prospects[0].id, { name: "Bo" });
  await me.removeProspect(prospects[0].id);
  await me.removeProspect(invitation.outcomes[0].prospect_id);
  await me.removeLead(leads.outcomes[0].lead_id);
  await me.deleteList(list.id);
  await me.removeSuppression(suppressed.suppressions[0].id);
  await me.deleteCampaign(created.campaign.id);
  samples.push(["EventPage", await me.listEvents({ limit: 200 })]);
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

/** Checked by the compiler against the packed tarball: code that must compile, and code that must not. */

import {
  type Campaign,
  type CampaignId,
  CampaignKitError,
  type ColumnTarget,
  issueText,
  type Kit,
  type LiveQuery,
  open,
  type ProspectId,
  recover,
  replaceDatabase,
  type Session,
  uuidv7,
} from "campaignkit";
import { templateVariables } from "campaignkit/variables";

export async function main(): Promise<void> {
  const kit: Kit = await open({ storage: "memory" });
  const storage: "memory" | "opfs" | "file" = kit.storage;
  await open({ storage: "opfs", name: "app" });
  await open({ storage: "opfs" });
  await open({ storage: "opfs", name: undefined, simulated: undefined });
  await open({ storage: "file", path: "app.sqlite" });
  await open({ storage: "file", path: "app.sqlite", wait_ms: 10_000 });
  const simulated = await open({ storage: "memory", simulated: { seed: 7, now: "2026-04-22T10:00:00Z" } });
  await simulated.advance(60_000);
  // @ts-expect-error a storage is never guessed
  await open({});
  // @ts-expect-error a simulation needs its clock
  await open({ storage: "memory", simulated: { seed: 7 } });
  // @ts-expect-error a file needs its path
  await open({ storage: "file" });

  const me: Session = kit.as((await kit.createUser({ time_zone: "UTC" })).id);
  const { id } = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana" });
  await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", is_premium: true });
  // @ts-expect-error a mailbox has no profile
  await me.addAccount({ type: "email", profile_url: "linkedin.com/in/ana" });

  const { campaign, notices } = await me.createCampaign({
    type: "email",
    name: "A",
    sender_account_ids: [id],
    daily_limit: 20,
  });
  await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [id], skip_other_campaigns: null });
  // @ts-expect-error an email field on a LinkedIn campaign
  await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [id], daily_limit: 20 });
  // @ts-expect-error a name is required
  await me.createCampaign({ type: "email", sender_account_ids: [id] });
  // @ts-expect-error text is no number
  await me.createCampaign({ type: "email", name: "A", sender_account_ids: [id], daily_limit: "20" });
  for (const notice of notices) console.log(storage, notice.code, notice.path);
  console.log(limit(campaign), (await me.listAccounts({ type: "email" })).next_cursor);

  await identify(me, campaign, location.hash);
  await fill(me, campaign);
  await launch(me, campaign);
  await write(me, campaign);
  await send(me, campaign);
  follow(kit, me, campaign);
  await list(kit, me, campaign);
  await keep(kit);

  try {
    await me.deleteCampaign(campaign.id);
  } catch (error) {
    if (!(error instanceof CampaignKitError)) throw error;
    explain(error);
  }
  await kit.close();
}

function explain(error: CampaignKitError): void {
  const status: number = error.status;
  console.log(error.kind, status, error.name, error.stack);
  // @ts-expect-error there is no such code
  console.log(error.code === "name_token");
  // @ts-expect-error only some codes have it
  console.log(error.suggested_name);
  if (error.code === "name_taken") {
    const [free, kind, path]: [string, "conflict", string] = [error.suggested_name, error.kind, error.path];
    console.log(free, kind, path);
  } else if (error.code === "revision_changed") {
    const revision: number = error.revision;
    console.log(revision);
  } else if (error.code === "invalid_transition") {
    console.log(error.from, error.to, error.allowed.join());
  } else if (error.kind === "invalid" && error.code !== "foreign_file") {
    console.log(error.issues.map(issueText), error.more_issues ?? 0);
    for (const issue of error.issues) {
      if (issue.code === "too_long") console.log(issue.max + 1);
      if (issue.code === "unknown_variable") console.log(issue.closest.length, issue.hint.length, issue.variable);
      // @ts-expect-error an empty text has no bound
      if (issue.code === "empty") console.log(issue.max);
      // @ts-expect-error there is no such code
      if (issue.code === "to_long") console.log(issue);
    }
  }
}

/** Ids of one kind are none of another; those that come from elsewhere are plain text. */
async function identify(me: Session, { id }: Campaign, from_url: string): Promise<void> {
  await me.getCampaign(from_url);
  await me.getCampaign(id);
  await me.createCampaign({ type: "email", name: "A", sender_account_ids: [from_url], id: uuidv7() });
  const text: string = id;
  const kept = new Map<string, CampaignId>([[text, id]]);
  const prospects: ProspectId[] = [from_url];
  console.log(kept, prospects);
  // @ts-expect-error a campaign is no prospect
  await me.getProspect(id);
  // @ts-expect-error a campaign is no account
  await me.createCampaign({ type: "email", name: "A", sender_account_ids: [id] });
  // @ts-expect-error a campaign is no prospect here, either
  await me.hold({ prospect_id: id }, { until: null });
}

async function fill(me: Session, { id, sequence_nodes, revision }: Campaign): Promise<void> {
  const step = { type: "email", subject: "Hello", body: "%first_name|there%", is_reply: false } as const;
  // What was read can be written.
  await me.updateCampaign(id, { sequence_nodes, expected_revision: revision, operating_hours: null });
  const { campaign } = await me.updateCampaign(id, { sequence_nodes: [...sequence_nodes, step, { type: "end" }] });
  const node: string | undefined = campaign.sequence_nodes[0]?.id;
  await me.insertNode(id, { type: "delay", delay_days: 1, position: 0 });
  await me.updateNode(id, node ?? "", { body: null, expected_revision: null });
  const { messages, unresolved } = await me.reviseNode(id, node ?? "", { body: "Hi", text_only: null, dry_run: true });
  const missing: ProspectId[] = messages > 0 ? unresolved.prospect_ids : [];
  await me.moveNode(id, node ?? "", { position: missing.length });
  // @ts-expect-error a delay has no texts
  await me.reviseNode(id, node ?? "", { delay_days: 1 });
  await me.deleteNode(id, node ?? "");
  await me.deleteNode(id, node ?? "", { expected_revision: 3 });
  // @ts-expect-error a type is one of those there are
  await me.insertNode(id, { type: "sms" });
  // @ts-expect-error a place is needed
  await me.moveNode(id, node ?? "", {});

  const people = [{ email: "bo@example.com", custom_fields: { Plan: "Pro" } }, { linkedin_url: "linkedin.com/in/bo" }];
  const { outcomes } = await me.addProspects(id, { prospects: people });
  const prospect_id: string | null | undefined = outcomes[0]?.prospect_id;
  await me.updateProspect(prospect_id ?? "", { company: null, custom_fields: { Plan: null } });
  // @ts-expect-error a custom field is text
  await me.addProspects(id, { prospects: [{ email: "bo@example.com", custom_fields: { Size: 10 } }] });
  const list = await me.createList({ name: "People" });
  await me.addLeads(list.id, { leads: people });
  await me.importList(id, list.id);
  await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "example.com" }] });

  const bytes = new TextEncoder().encode("email");
  const { mapping, content_hash } = await me.previewCsv(bytes.buffer);
  await me.previewCsv(new Blob([bytes]));
  const changed: ColumnTarget[] = mapping.map((target) => (target === "headline" ? "ignore" : target));
  await me.importCsv(id, bytes, { mapping: changed, content_hash });
  console.log(templateVariables().map(({ name, of }) => `${of}: %${name}%`));
  const preview = await me.previewCsv(bytes);
  await me.importCsv(id, bytes, preview);
  await me.importCsv(id, bytes, { ...preview, mode: "fill" });
  // @ts-expect-error there is no such mode
  await me.importCsv(id, bytes, { ...preview, mode: "replace" });
  const { added, invalid_rows } = await me.importSuppressions(bytes, { column: 0, reason: "unsubscribed" });
  const lines: number[] = invalid_rows.map(({ line }) => line + added);
  await me.importSuppressions(new Blob([bytes]), {}, { onProgress: () => lines.pop() });
  // @ts-expect-error text is no file
  await me.previewCsv("email");
  // @ts-expect-error no field of a person
  await me.importCsv(id, bytes, { mapping: ["e-mail"], content_hash });
}

async function launch(me: Session, { id, revision }: Campaign): Promise<void> {
  const { ready, errors, warnings } = await me.validate(id);
  for (const issue of [...errors, ...warnings])
    console.log(ready, issue.code, issue.path, "prospect_ids" in issue ? issue.prospect_ids : []);
  await me.launch(id);
  const { enrolled, skipped } = await me.launch(id, { expected_revision: revision });
  for (const { reason, campaign_id } of skipped) console.log(enrolled, reason === "suppressed" ? null : campaign_id);
  const { changed } = await me.pause(id);
  console.log(changed, (await me.resume(id)).skipped.length);
  for (const prospect of (await me.listProspects(id, { status: "skipped" })).prospects) {
    const { messages } = await me.previewMessages(prospect.id);
    console.log(messages[0]?.body, messages[0]?.unresolved);
  }
}

async function write(me: Session, { id }: Campaign): Promise<void> {
  const { requests } = await me.messageRequests(id, { limit: 10 });
  const messages = requests.map(({ prospect_id, node_id, input, prospect }) => {
    return { prospect_id, node_id, input, body: `Hello ${prospect.first_name}` };
  });
  const { outcomes } = await me.submitMessages(id, { messages });
  console.log(outcomes[0]?.outcome === "stale_input", outcomes[0]?.issues?.[0]?.path);
  await me.editMessage(requests[0]?.prospect_id ?? "", requests[0]?.node_id ?? "", { body: "By hand" });
  await me.resetMessage(requests[0]?.prospect_id ?? "", requests[0]?.node_id ?? "");
  console.log((await me.resolveMessages(id)).stale);
  // @ts-expect-error a text is needed
  await me.editMessage("", "", { subject: "By hand" });
}

async function send(me: Session, { id, stats }: Campaign): Promise<void> {
  const { tasks } = await me.claimDue({ max: 10, lease_seconds: 60, type: "email", late: "send" });
  for (const task of tasks) {
    const address: string | null = task.prospect.email;
    if (task.type === "email") console.log(address, task.subject.length, task.unsubscribe_token, task.body);
    // @ts-expect-error what LinkedIn carries has no subject
    else console.log(task.subject.length);
    const html: string | null = task.body_html;
    console.log(html);
    const { prospect_status } = await me.complete(task.id, { outcome: "sent" });
    if (prospect_status === "completed") await me.complete(task.id, { outcome: "failed", retryable: false, now: null });
    // @ts-expect-error an outcome is one of those there are
    await me.complete(task.id, { outcome: "lost" });
    await me.recordEvent({ id: "1", type: "replied", task_id: task.id });
    await me.recordEvent({ id: "2", type: "opened", open_token: task.open_token ?? "" });
    // @ts-expect-error it happened to someone
    await me.recordEvent({ id: "3", type: "bounced" });
    const { reason, at } = await me.explain(task.prospect_id, { onProgress() {} });
    console.log(reason === "awaiting_acceptance", at, (await me.unsubscribe(task.unsubscribe_token ?? "")).email);
  }
  for await (const task of me.due({ type: "email", until: "idle", signal: AbortSignal.timeout(1_000) })) {
    const subject: string = task.subject;
    const { campaign_status } = await task.complete({ outcome: "failed", retryable: false });
    console.log(subject, campaign_status);
    // @ts-expect-error an outcome is one of those there are
    await task.complete({ outcome: "lost" });
  }
  // @ts-expect-error what LinkedIn carries has no subject
  for await (const task of me.due({ type: "linkedin" })) console.log(task.subject.length);
  for await (const task of me.due()) if (task.type === "email") console.log(task.subject.length);
  for await (const task of me.due({ now: "2026-04-22T10:00:00Z" })) await task.complete({ outcome: "sent", now: null });
  const { next_due_at } = await me.nextDue();
  if (next_due_at !== null) console.log(new Date(next_due_at));
  const plan = await me.plan(id, { to: "2030-01-01T00:00:00Z", accepted: false });
  const { days, finish_date, stuck } = await me.forecast(id);
  console.log(stats?.messages_sent, plan.tasks[0]?.local_time, days[0]?.accounts[0]?.messages, finish_date, stuck);
  // @ts-expect-error a limit is a number
  await me.claimDue({ max: "10" });
}

function limit(campaign: Campaign): number | undefined {
  if (campaign.type === "email") return campaign.daily_limit;
  // @ts-expect-error a LinkedIn campaign has no daily limit
  const none: number = campaign.daily_limit;
  return none;
}

function follow(kit: Kit, me: Session, { id }: Campaign): void {
  const end: () => void = me.subscribe({ campaigns: { status: "active" } }, ({ campaigns, next_cursor }, commit) =>
    console.log(
      campaigns.length,
      next_cursor,
      commit?.events.map(({ type, number }) => [type, number]),
    ),
  );
  me.subscribe(
    { campaign: id },
    ({ name }) => console.log(name),
    (error) => console.log(error.code),
  );
  me.subscribe({ prospects: id, status: "pending" }, ({ prospects }) => console.log(prospects[0]?.status));
  me.subscribe({ tasks: id, limit: 10 }, ({ tasks }) => console.log(tasks[0]?.opened_at));
  me.subscribe({ user: true }, ({ time_zone }) => console.log(time_zone));
  me.subscribe({ accounts: { type: "email" } }, ({ accounts }) => console.log(accounts[0]?.display_name));
  // @ts-expect-error there is no such channel
  me.subscribe({ accounts: { type: "fax" } }, () => {});
  // @ts-expect-error a campaign is no list
  me.subscribe({ campaign: id }, ({ campaigns }) => console.log(campaigns));
  // @ts-expect-error no status of a task
  me.subscribe({ tasks: id, status: "pending" }, () => {});
  // @ts-expect-error exactly one key
  me.subscribe({ campaigns: {}, accounts: {} }, () => {});
  // @ts-expect-error one key at least
  const none: LiveQuery = {};
  me.live(
    (me) => me.validate(id),
    ({ ready }, commit) => console.log(ready, none, commit?.user_id),
  );
  me.live(
    async (me) => (await me.listCampaigns()).campaigns.map(({ name }) => name),
    (names) => console.log(names.join()),
    (error) => explain(error),
  );
  // @ts-expect-error it only reads
  me.live((me) => me.launch(id), () => {});
  kit.onCommit(({ user_id }) => console.log(kit.as(user_id) === me));
  me.onCommit(({ events }) => {
    for (const event of events) if (event.type === "prospects_added") console.log(event.campaign_id);
  });
  kit.onOutdated(end);
}

async function list(kit: Kit, me: Session, { id }: Campaign): Promise<void> {
  for await (const campaign of me.listCampaigns({ status: "active" })) console.log(campaign.name);
  for await (const prospect of me.listProspects(id, { limit: 200 })) console.log(prospect.email);
  for await (const user of kit.listUsers()) console.log(user.time_zone);
  for await (const { type } of me.listEvents()) console.log(type);
  const { next_cursor }: { next_cursor: string | null } = await me.listTasks({ campaign_id: id });
  console.log(next_cursor);
  // @ts-expect-error items are campaigns
  for await (const campaign of me.listCampaigns()) console.log(campaign.email);
}

async function keep(kit: Kit): Promise<void> {
  const { usage, persisted }: { usage: number | null; persisted: boolean } = await kit.storageInfo();
  console.log(usage, persisted, await kit.requestPersistence());
  const copy: ReadableStream<Uint8Array> = await kit.exportDatabase();
  await kit.importDatabase(copy);
  await kit.importDatabase(new Uint8Array());
  // @ts-expect-error a path is no file
  await kit.importDatabase("campaigns.sqlite");
  const { database, report } = await recover({ storage: "file", path: "damaged.sqlite" });
  if (!report.complete) console.log(report.tables.map(({ table, recovered, lost }) => [table, recovered, lost ?? "?"]));
  await replaceDatabase({ storage: "file", path: "damaged.sqlite" }, database);
}

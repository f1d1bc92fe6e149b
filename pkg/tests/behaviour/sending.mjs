/** The outbox and the plan, over a simulated clock. */

import {
  assert,
  equal,
  refused,
  invalid,
  uuid7,
  run,
  SIMULATED,
  MINUTE,
  HOUR,
  DAY,
  FIRST,
  FOLLOW_UP,
} from "./words.mjs";
import { UNPACED } from "./words.mjs";

export const simulatedCases = {
  async "nobody who is held is handed out until they are released"(kit) {
    const { me, campaign, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo", "cy"] });
    const bo = { prospect_id: prospects[0] };
    const held = { prospects: [{ id: prospects[0], changed: true }] };
    equal(await me.hold({ email: "bo@example.com" }, { until: "2026-04-22T11:00:00Z" }), held);
    equal(await me.hold(bo, { until: null, campaign_id: campaign.id }), held);
    equal((await me.claimDue()).tasks.map(({ prospect_id }) => prospect_id), [prospects[1]]);
    await kit.advance(2 * HOUR);
    equal(await me.release(bo), held);
    equal((await me.claimDue()).tasks.map(({ prospect_id }) => prospect_id).includes(prospects[0]), true);
    await invalid(me.hold({}, {}), "prospect_id: required");
    await invalid(me.hold(bo, {}), "until: required");
    await refused(me.release({ prospect_id: uuid7() }), "not_found", 404, "prospect_not_found");
  },

  async "a task is extended, given back, deferred or tried again, and counts towards no limit"(kit) {
    const { me, campaign, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo"] });
    const [first] = (await me.claimDue({ lease_seconds: 60 })).tasks;
    equal(await me.extendLease(first.id, 7_200), { leased_until: "2026-04-22T12:00:00Z" });
    await kit.advance(HOUR);
    equal((await me.claimDue()).tasks, []);
    const given_back = { changed: true, prospect_status: "pending", campaign_status: "active" };
    equal(await me.releaseTask(first.id), given_back);
    equal(await me.releaseTask(first.id), { ...given_back, changed: false });
    const [second] = (await me.claimDue()).tasks;
    equal([second.idempotency_key, second.attempts], [first.idempotency_key, 0]);
    equal(await me.complete(second.id, { outcome: "deferred", retry_at: "2026-04-22T12:00:00Z" }), given_back);
    equal((await me.claimDue()).tasks, []);
    await kit.advance(HOUR);
    const [third] = (await me.claimDue()).tasks;
    await invalid(me.complete(third.id, { outcome: "deferred", retry_at: "2027-01-01T00:00:00Z" }), "retry_at: too_far_ahead");
    await invalid(me.extendLease(third.id, 0), "lease_seconds: out_of_range");
    await refused(me.extendLease(first.id, 60), "conflict", 409, "task_completed");
    equal(await me.complete(third.id, { outcome: "failed" }), given_back);
    equal((await me.getCampaign(campaign.id)).stats.pending, 1);
    const { prospects: told } = await me.recordEvent({ id: "1", type: "auto_replied", email: "BO@example.com" });
    equal(told, [{ id: prospects[0], changed: true }]);
    await kit.advance(HOUR);
    equal((await me.claimDue()).tasks, []);
    const complaint = { id: "2", type: "complained", idempotency_key: third.idempotency_key };
    equal((await me.recordEvent(complaint)).prospect_status, "cancelled");
    const [{ value, reason }] = (await me.listSuppressions()).suppressions;
    equal([value, reason], ["bo@example.com", "complained"]);
  },

  async "what is handed out again says the same, and can be read and listed"(kit) {
    const nodes = [{ type: "email", subject: "For %company|you%", body: "Hi" }, FOLLOW_UP];
    const { me, campaign, prospects } = await run(kit, { sequence_nodes: nodes, people: ["bo"] });
    const claimed = await me.claimDue({ lease_seconds: 60 });
    equal([claimed.next_due_at, claimed.more, claimed.held_back], ["2026-04-22T10:01:00Z", false, []]);
    const [first] = claimed.tasks;
    const left = { status: "claimed", at: first.claimed_at, opened_at: null, note: null, provider_id: null, is_forgotten: false };
    equal(await me.getTask(first.id), { ...first, ...left });
    await me.updateProspect(prospects[0], { company: "Acme" });
    await kit.advance(MINUTE);
    const [second] = (await me.claimDue()).tasks;
    equal([second.idempotency_key, second.subject], [first.idempotency_key, "For you"]);
    const { tasks, next_cursor } = await me.listTasks({ messages: true, since: second.claimed_at });
    equal([tasks.map(({ id }) => id), next_cursor], [[second.id], null]);
    equal([tasks[0].message.subject, tasks[0].leased_until], ["For you", second.leased_until]);
    const listed = await me.listTasks({ campaign_id: campaign.id, status: "lost" });
    equal(listed.tasks.map(({ id, message }) => [id, message]), [[first.id, null]]);
    await refused(me.getTask(uuid7()), "not_found", 404, "task_not_found");
  },

  async "many tasks are completed at once, with a note and the id of the provider"(kit) {
    const { me } = await run(kit, { sequence_nodes: [FIRST, FOLLOW_UP], people: ["bo", "cy"] });
    const [bo, cy] = (await me.claimDue()).tasks;
    const { outcomes } = await me.completeTasks([
      { task_id: bo.id, outcome: "sent", note: "250 OK", provider_id: "m-1" },
      { task_id: uuid7(), outcome: "sent" },
      { task_id: cy.id, outcome: "failed", retryable: false },
    ]);
    equal(outcomes.map(({ changed, error }) => changed ?? error.code), [true, "task_not_found", true]);
    equal(outcomes[0], { task_id: bo.id, changed: true, prospect_status: "sent", campaign_status: "active" });
    const { status, note, provider_id } = await me.getTask(bo.id);
    equal([status, note, provider_id], ["sent", "250 OK", "m-1"]);
    equal((await me.recordEvent({ id: "1", type: "bounced", provider_id: "m-1" })).prospect_status, "bounced");
    await invalid(me.completeTasks([{ task_id: bo.id }]), "[0].outcome: required");
  },

  async "a claim says what it held back"(kit) {
    const { me, accounts } = await run(kit, { sequence_nodes: [FIRST], people: ["bo", "cy", "di"] });
    await me.updateAccount(accounts[0].id, { daily_limit: 2 });
    const { tasks, held_back } = await me.claimDue();
    equal([tasks.length, held_back], [2, [{ reason: "account_daily_limit", account_id: null, prospects: 1 }]]);
  },

  async "a completed campaign is reopened by added people and by retried ones"(kit) {
    const { me, campaign, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo"] });
    const { id } = campaign;
    const [task] = (await me.claimDue()).tasks;
    await me.complete(task.id, { outcome: "failed", retryable: false });
    equal((await me.getCampaign(id)).status, "completed");
    const retried = await me.retryProspects(id, { status: "cancelled" });
    equal([retried.campaign.status, retried.retried, retried.skipped], ["active", 1, []]);
    const [again] = (await me.claimDue()).tasks;
    equal([again.prospect_id, again.idempotency_key], [prospects[0], task.idempotency_key]);
    await me.complete(again.id, { outcome: "sent" });
    const list = await me.createList({ name: "More" });
    await me.addLeads(list.id, { leads: [{ email: "cy@example.com", first_name: "Cy" }] });
    const di = { prospects: [{ email: "di@example.com", first_name: "Di" }] };
    await refused(me.addProspects(id, di), "conflict", 409, "campaign_completed");
    await refused(me.importList(id, list.id), "conflict", 409, "campaign_completed");
    equal((await me.importList(id, list.id, { reopen: true })).imported, 1);
    equal((await me.addProspects(id, { ...di, reopen: true })).imported, 1);
    const { status, completed_at, launched_at } = await me.getCampaign(id);
    equal([status, completed_at, launched_at], ["active", null, campaign.launched_at]);
    await me.updateCampaign(id, { stay_open: true });
    for (const { id } of (await me.claimDue()).tasks) await me.complete(id, { outcome: "sent" });
    equal((await me.getCampaign(id)).status, "active", "it stays open");
    equal((await me.updateCampaign(id, { stay_open: false })).campaign.status, "completed");
  },

  async "the people of one sender are handed over to another"(kit) {
    const { me, accounts, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP],
      people: ["bo"],
    });
    const [first] = (await me.claimDue()).tasks;
    await me.complete(first.id, { outcome: "sent" });
    const other = await me.addAccount({ type: "email", email_address: "other@example.com", first_name: "Di", ...UNPACED });
    await refused(me.handOver(campaign.id, { from: accounts[0].id }), "conflict", 409, "no_ready_sender");
    const handed = await me.handOver(campaign.id, { from: accounts[0].id, to: other.id });
    equal([handed.moved, handed.stuck], [1, 0]);
    equal(handed.campaign.sender_account_ids, [accounts[0].id, other.id]);
    await kit.advance(HOUR);
    const [next] = (await me.claimDue()).tasks;
    equal([next.prospect_id, next.account_id, next.in_reply_to], [prospects[0], other.id, first.idempotency_key]);
  },

  async "a message is claimed, completed and followed up after the delay"(kit) {
    const { me, accounts, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP],
      people: ["bo", "cy"],
    });
    const { tasks } = await me.claimDue({ unsubscribe_url: "https://example.com/u/{token}", lease_seconds: 60 });
    const [bo, cy] = tasks;
    equal([tasks.length, bo.prospect_id, cy.prospect_id], [2, ...prospects]);
    for (const token of [bo.unsubscribe_token, bo.open_token]) assert(/^[0-9a-f]{32}$/.test(token), token);
    equal(bo, {
      id: bo.id,
      idempotency_key: bo.idempotency_key,
      type: "email",
      campaign_id: campaign.id,
      prospect_id: prospects[0],
      account_id: accounts[0].id,
      node_id: campaign.sequence_nodes[0].id,
      variant_id: null,
      position: 0,
      subject: "Hi bo",
      body: "A text\n\nBest,\nAna",
      body_html: "<p>A text</p><p>Best,<br>Ana</p>",
      signature: "Best,\nAna",
      is_reply: false,
      in_reply_to: null,
      unsubscribe_token: bo.unsubscribe_token,
      list_unsubscribe: `<https://example.com/u/${bo.unsubscribe_token}>`,
      list_unsubscribe_post: "List-Unsubscribe=One-Click",
      open_token: bo.open_token,
      attempts: 0,
      claimed_at: "2026-04-22T10:00:00Z",
      send_at: "2026-04-22T10:00:00Z",
      leased_until: "2026-04-22T10:01:00Z",
      prospect: await me.getProspect(prospects[0]),
      account: accounts[0],
    });
    equal((await me.claimDue()).tasks, [], "while the leases last");

    const sent = await me.complete(bo.id, { outcome: "sent" });
    equal(sent, { changed: true, prospect_status: "sent", campaign_status: "active" });
    equal(await me.complete(bo.id, { outcome: "sent" }), { ...sent, changed: false });
    await refused(me.complete(bo.id, { outcome: "bounced" }), "conflict", 409, "task_completed");
    equal((await me.complete(cy.id, { outcome: "bounced" })).prospect_status, "bounced");
    equal(await me.explain(prospects[0]), {
      reason: "delay_not_elapsed",
      at: "2026-04-22T11:00:00Z",
      local_time: "2026-04-22T13:00:00+02:00",
    });

    await kit.advance(HOUR - 1);
    equal((await me.claimDue()).tasks, []);
    await kit.advance(1);
    const [follow_up] = (await me.claimDue()).tasks;
    equal(
      [follow_up.subject, follow_up.is_reply, follow_up.in_reply_to, follow_up.unsubscribe_token],
      ["Re: Hi", true, bo.idempotency_key, bo.unsubscribe_token],
    );
    equal(await me.complete(follow_up.id, { outcome: "sent" }), {
      changed: true,
      prospect_status: "completed",
      campaign_status: "completed",
    });
    const { stats, completed_at } = await me.getCampaign(campaign.id);
    equal(completed_at, "2026-04-22T11:00:00Z");
    equal([stats.prospects, stats.completed, stats.bounced, stats.pending, stats.messages_sent], [2, 1, 1, 0, 3]);
    await refused(me.complete(uuid7(), { outcome: "sent" }), "not_found", 404, "task_not_found");
    await invalid(
      me.complete(bo.id, { outcome: "lost", retryable: 1 }),
      "outcome: unknown_value",
      "retryable: wrong_type",
    );
    await invalid(
      me.claimDue({ max: 0, late: "never", unsubscribe_url: "example.com", now: "today" }),
      "max: out_of_range",
      "late: unknown_value",
      "unsubscribe_url: malformed_url",
      "now: malformed_instant",
    );
  },

  async "a lease that ran out is lost when the message is handed out again"(kit) {
    const { me, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo"] });
    const [lost] = (await me.claimDue({ lease_seconds: 60 })).tasks;
    await kit.advance(MINUTE);
    const [task] = (await me.claimDue()).tasks;
    equal([task.idempotency_key, task.id === lost.id], [lost.idempotency_key, false]);
    await refused(me.complete(lost.id, { outcome: "sent" }), "conflict", 409, "lease_lost");

    equal((await me.complete(task.id, { outcome: "failed" })).prospect_status, "pending");
    equal((await me.claimDue()).tasks, []);
    equal((await me.explain(prospects[0])).reason, "retry_later");
    await kit.advance(MINUTE);
    const [again] = (await me.claimDue()).tasks;
    equal([again.attempts, again.idempotency_key], [1, lost.idempotency_key]);
    equal(await me.complete(again.id, { outcome: "failed", retryable: false }), {
      changed: true,
      prospect_status: "cancelled",
      campaign_status: "completed",
    });
  },

  async "a host that sleeps until something is due claims exactly when there is something to send"(kit) {
    const { me, campaign } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP],
      people: ["bo", "cy"],
      daily_limit: 3,
    });
    const began = Date.parse(SIMULATED.now);
    equal(await me.nextDue(), { next_due_at: SIMULATED.now });
    let now = began;
    const sent = [];
    for (let due = await me.nextDue(); due.next_due_at !== null; due = await me.nextDue()) {
      const at = Date.parse(due.next_due_at);
      if (at > now + 1) {
        await kit.advance(at - 1 - now);
        equal((await me.claimDue()).tasks, [], "nothing is due before");
        now = at - 1;
      }
      await kit.advance(at - now);
      now = at;
      const { tasks } = await me.claimDue();
      assert(tasks.length > 0, "something is due then");
      for (const { id } of tasks) await me.complete(id, { outcome: "sent" });
      sent.push([due.next_due_at, tasks.length]);
    }
    equal(sent, [
      ["2026-04-22T10:00:00Z", 2],
      ["2026-04-22T11:00:00Z", 1],
      ["2026-04-22T22:00:00Z", 1],
    ]);
    equal((await me.getCampaign(campaign.id)).status, "completed");
  },

  async "no more is handed out on a day than the limit, and that is reported"(kit) {
    const { me, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST],
      people: ["bo", "cy", "di"],
      daily_limit: 2,
    });
    const midnight = { at: "2026-04-22T22:00:00Z", local_time: "2026-04-23T00:00:00+02:00" };
    equal((await me.explain(prospects[0])).reason, "due");
    const [first, ...more] = (await me.claimDue({ max: 1 })).tasks;
    const [second, ...others] = (await me.claimDue()).tasks;
    equal([more, others], [[], []]);
    equal((await me.explain(prospects[0])).reason, "claimed");
    for (const { id } of [first, second]) await me.complete(id, { outcome: "sent" });
    equal(await me.explain(prospects[2]), { reason: "campaign_daily_limit", ...midnight });
    await kit.advance(Date.parse(midnight.at) - Date.parse(SIMULATED.now) - 1);
    equal((await me.claimDue({ type: "linkedin" })).tasks, []);
    equal((await me.explain(prospects[2])).reason, "campaign_daily_limit");
    await kit.advance(1);
    equal((await me.explain(prospects[2])).reason, "due");
    await me.pause(campaign.id);
    equal(await me.explain(prospects[2]), { reason: "paused", at: null, local_time: null });
    equal((await me.claimDue()).tasks, []);
    await refused(me.explain(uuid7()), "not_found", 404, "prospect_not_found");
  },

  async "the caller decides what happens to late messages"(kit) {
    for (const [late, claimed, status] of [
      [undefined, 0, "message_sent"],
      ["send", 1, "message_sent"],
      ["skip", 0, "completed"],
    ]) {
      const message = { type: "message", body: "Hello" };
      const { me, prospects } = await run(kit, {
        type: "linkedin",
        sequence_nodes: [message, { type: "delay", delay_days: 1 }, message],
        people: ["bo"],
        late_after_minutes: 8 * 60,
      });
      const now = Date.parse(SIMULATED.now);
      const at = (hours) => new Date(now + hours * HOUR).toISOString();
      const [first] = (await me.claimDue({ now: at(0) })).tasks;
      await me.complete(first.id, { outcome: "sent", now: at(0) });
      // It was due at noon of the day before, and it is night now.
      equal((await me.claimDue({ late, now: at(36) })).tasks.length, claimed, late);
      equal((await me.getProspect(prospects[0])).status, status, late);
    }
  },

  async "an event is recorded once, and a reply ends the prospect"(kit) {
    const { me, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_days: 1 }, FOLLOW_UP],
      people: ["bo", "cy"],
    });
    const [bo, cy] = (await me.claimDue()).tasks;
    for (const { id } of [bo, cy]) await me.complete(id, { outcome: "sent" });
    const opened = { id: "1", type: "opened", open_token: bo.open_token };
    const of_bo = (changed) => ({ changed, prospects: [{ id: bo.prospect_id, changed }] });
    equal(await me.recordEvent(opened), { ...of_bo(true), prospect_status: "sent", campaign_status: "active" });
    equal((await me.recordEvent({ id: "2", type: "replied", task_id: bo.id })).prospect_status, "replied");
    const bounced = await me.recordEvent({ id: "3", type: "bounced", prospect_id: prospects[1] });
    equal([bounced.prospect_status, bounced.campaign_status], ["bounced", "completed"]);
    equal(await me.recordEvent({ ...opened, type: "replied" }), {
      ...of_bo(false),
      prospect_status: "replied",
      campaign_status: "completed",
    });
    const { stats } = await me.getCampaign(campaign.id);
    equal([stats.opened, stats.replies, stats.replied, stats.bounced], [1, 1, 1, 1]);
    await invalid(
      me.recordEvent({ id: "", type: "vanished", prospect_id: prospects[0], task_id: bo.id }),
      "id: empty",
      "type: unknown_value",
      ": one_of",
    );
    await refused(me.recordEvent({ ...opened, open_token: "0".repeat(32) }), "not_found", 404, "token_not_found");
  },

  async "people who unsubscribe are suppressed and not contacted any more"(kit) {
    const { me, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_days: 1 }, FOLLOW_UP],
      people: ["bo"],
    });
    const [{ id, unsubscribe_token }] = (await me.claimDue()).tasks;
    await me.complete(id, { outcome: "sent" });
    equal(await me.unsubscribe(unsubscribe_token), { email: "bo@example.com", changed: true });
    equal(await me.unsubscribe(unsubscribe_token), { email: "bo@example.com", changed: false });
    equal((await me.getProspect(prospects[0])).status, "cancelled");
    equal(
      (await me.listSuppressions()).suppressions.map(({ value }) => value),
      ["bo@example.com"],
    );
    await kit.advance(DAY);
    equal((await me.claimDue()).tasks, []);
    await refused(me.unsubscribe("0".repeat(32)), "not_found", 404, "token_not_found");
    await invalid(me.unsubscribe("nonsense"), "token: malformed_token");
    await invalid(
      me.unsubscribe(() => {}),
      "token: wrong_type",
    );
  },

  async "a message waits for the acceptance of the invitation, but not for ever"(kit) {
    const { me, user, campaign, prospects } = await run(kit, {
      type: "linkedin",
      sequence_nodes: [{ type: "connection_request" }, { type: "message", body: "Hello %first_name%" }],
      people: ["bo", "cy"],
    });
    await kit.updateUser(user.id, { acceptance_days: 2 });
    const { tasks } = await me.claimDue();
    equal(
      tasks.map(({ type, body, subject, open_token }) => [type, body, subject, open_token]),
      Array(2).fill(["connection_request", null, null, null]),
    );
    for (const { id } of tasks) await me.complete(id, { outcome: "sent" });
    equal((await me.claimDue()).tasks, []);
    equal(await me.explain(prospects[0]), { reason: "awaiting_acceptance", at: null, local_time: null });

    const accepted = { id: "1", type: "connection_accepted", prospect_id: prospects[0] };
    equal((await me.recordEvent(accepted)).prospect_status, "connected");
    await kit.advance(1);
    const [message] = (await me.claimDue()).tasks;
    equal([message.type, message.body, message.prospect_id], ["message", "Hello bo", prospects[0]]);
    equal((await me.complete(message.id, { outcome: "sent" })).prospect_status, "completed");
    await kit.advance(2 * DAY);
    equal((await me.claimDue()).tasks, []);
    equal((await me.getProspect(prospects[1])).status, "timed_out");
    equal((await me.getCampaign(campaign.id)).status, "completed");
  },

  async "a plan is what will be claimed, and a forecast counts it"(kit) {
    const { me, campaign, prospects, accounts } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 10 }, FOLLOW_UP],
      people: ["bo", "cy", "di", "ed", "fi"],
      senders: 2,
      daily_limit: 3,
    });
    const plan = await me.plan(campaign.id);
    equal(plan.tasks.length, 10);
    equal(plan.tasks[0], {
      prospect_id: prospects[0],
      node_id: campaign.sequence_nodes[0].id,
      position: 0,
      type: "email",
      account_id: accounts[0].id,
      at: "2026-04-22T10:00:00Z",
      local_time: "2026-04-22T12:00:00+02:00",
      subject: "Hi bo",
    });
    const forecast = await me.forecast(campaign.id);
    equal(
      [forecast.messages, forecast.days.map(({ date, messages }) => [date, messages]), forecast.finish_date],
      [
        10,
        [
          ["2026-04-22", 3],
          ["2026-04-23", 3],
          ["2026-04-24", 3],
          ["2026-04-25", 1],
        ],
        "2026-04-25",
      ],
    );
    const to = "2026-04-23T00:00:00+02:00";
    equal((await me.plan(campaign.id, { to })).tasks, plan.tasks.slice(0, 3));
    equal((await me.forecast(campaign.id, { from: to, accepted: false })).messages, 7);

    let now = Date.parse(SIMULATED.now);
    for (const [at, planned] of plan.tasks.entries()) {
      const wait = Date.parse(planned.at) - now;
      if (wait > 0) {
        await kit.advance(wait - 1);
        equal((await me.claimDue()).tasks, [], `before ${at}`);
        await kit.advance(1);
        now += wait;
      }
      const [task] = (await me.claimDue({ max: 1 })).tasks;
      const { prospect_id, node_id, position, type, account_id, claimed_at, subject } = task;
      const { local_time, at: instant, ...rest } = planned;
      equal({ prospect_id, node_id, position, type, account_id, subject, at: claimed_at }, { ...rest, at: instant });
      await me.complete(task.id, { outcome: "sent" });
    }
    equal((await me.getCampaign(campaign.id)).status, "completed");
    equal((await me.plan(campaign.id)).tasks, []);
    await refused(me.plan(uuid7()), "not_found", 404, "campaign_not_found");
    await invalid(me.forecast(campaign.id, { form: "now" }), "form: unknown_field");
  },

  async "a message is sent at the explained instant, and not before"(kit) {
    const { me, prospects } = await run(kit, {
      type: "linkedin",
      sequence_nodes: [{ type: "message", body: "Hello" }],
      people: ["bo"],
      operating_hours: { time_zone: "Asia/Tokyo", thursday: [{ start: "09:30", end: "10:00" }] },
    });
    const told = await me.explain(prospects[0]);
    equal(told, { reason: "outside_hours", at: "2026-04-23T00:30:00Z", local_time: "2026-04-23T09:30:00+09:00" });
    await kit.advance(Date.parse(told.at) - Date.parse(SIMULATED.now) - 1);
    equal((await me.claimDue()).tasks, []);
    await kit.advance(1);
    equal((await me.explain(prospects[0])).reason, "due");
    equal((await me.claimDue()).tasks.length, 1);
  },
};

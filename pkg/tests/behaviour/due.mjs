/** The loop of a host, over a simulated clock. */

import { assert, begin, equal, invalid, run, DAY, FIRST, FOLLOW_UP, HOUR, MINUTE } from "./words.mjs";

const PEOPLE = ["bo", "cy", "di"];

/** Lets everything happen that waits for nothing but the engine. */
async function settled(me) {
  for (let turn = 0; turn < 20; turn++) await me.nextDue();
}

async function statuses(me, campaign) {
  const { tasks } = await me.listTasks({ campaign_id: campaign.id });
  return tasks.map(({ status }) => status).sort();
}

export const simulatedCases = {
  async "the loop gives one task after the other, waits for the clock, and ends when it is told to"(kit) {
    const sequence_nodes = [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP];
    const { me } = await run(kit, { sequence_nodes, people: ["bo"] });
    const sent = [];
    const ended = (async () => {
      for await (const task of me.due({ type: "email", until: "2026-04-24T10:00:00Z" })) {
        sent.push(task.position);
        await task.complete({ outcome: "sent" });
      }
    })();
    await settled(me);
    equal(sent, [0]);
    await kit.advance(HOUR - 1);
    await settled(me);
    equal(sent, [0]);
    await kit.advance(1);
    await settled(me);
    equal(sent, [0, 2]);
    await kit.advance(2 * DAY);
    await ended;
  },

  async "the loop ends once nothing is due, and a signal ends it while it waits"(kit) {
    const { me, campaign } = await run(kit, { sequence_nodes: [FIRST], people: PEOPLE });
    let count = 0;
    for await (const task of me.due({ until: "idle", max: 2 })) {
      count++;
      await task.complete({ outcome: "deferred", retry_at: "2026-04-22T12:00:00Z" });
    }
    equal(count, PEOPLE.length);
    const controller = new AbortController();
    const ended = (async () => {
      for await (const task of me.due({ signal: controller.signal })) await task.complete({ outcome: "sent" });
    })();
    await settled(me);
    await kit.advance(2 * HOUR);
    await settled(me);
    equal((await me.getCampaign(campaign.id)).status, "completed");
    controller.abort();
    await ended;
    for await (const _ of me.due({ signal: controller.signal })) throw new Error("it ended before it began");
  },

  async "a change that brings something forward wakes the loop"(kit) {
    const { me, request } = await begin(kit);
    const sent = [];
    const controller = new AbortController();
    const ended = (async () => {
      for await (const task of me.due({ signal: controller.signal })) {
        sent.push(task.prospect.email);
        await task.complete({ outcome: "sent" });
      }
    })();
    await settled(me);
    const { campaign } = await me.createCampaign(request);
    await me.updateCampaign(campaign.id, { sequence_nodes: [{ ...FIRST, subject: "Hi" }] });
    await me.addProspects(campaign.id, { prospects: [{ email: "bo@example.com" }] });
    await me.launch(campaign.id);
    await settled(me);
    equal(sent, ["bo@example.com"]);
    controller.abort();
    await ended;
  },

  async "leases are extended as long as the loop has the tasks"(kit) {
    const { me } = await run(kit, { sequence_nodes: [FIRST], people: PEOPLE });
    const keys = [];
    for await (const task of me.due({ until: "idle", lease_seconds: 60 })) {
      keys.push(task.idempotency_key);
      for (let minutes = 0; minutes < 5; minutes++) {
        await kit.advance(MINUTE / 2);
        await settled(me);
        equal((await me.claimDue()).tasks, [], "nobody else gets a message meanwhile");
      }
      equal(await task.complete({ outcome: "sent" }).then(({ changed }) => changed), true);
    }
    equal(new Set(keys).size, PEOPLE.length);
  },

  async "what the loop leaves undone is released, and what it tried is not"(kit) {
    const { me, campaign } = await run(kit, { sequence_nodes: [FIRST], people: PEOPLE });
    for await (const task of me.due()) {
      await task.complete({ outcome: "sent" });
      break;
    }
    equal(await statuses(me, campaign), ["deferred", "deferred", "sent"]);
    const thrown = new Error("of the body");
    try {
      for await (const _ of me.due({ max: 1 })) throw thrown;
    } catch (error) {
      assert(error === thrown, "what the body throws comes out");
    }
    equal((await me.claimDue()).tasks.length, 2);
  },

  async "a task whose message is not to be sent any more is not given to the loop"(kit) {
    const { me, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo", "cy"] });
    const sent = [];
    for await (const task of me.due({ until: "idle", lease_seconds: 60 })) {
      sent.push(task.prospect_id);
      const other = prospects.find((id) => id !== task.prospect_id);
      if (sent.length === 1) await me.removeProspect(other);
      await kit.advance(MINUTE / 2);
      await settled(me);
      await task.complete({ outcome: "sent" });
    }
    equal(sent.length, 1);
  },

  async "a filter passes the other channel over without being busy, and a task can be copied"(kit) {
    const { me } = await run(kit, { type: "linkedin", sequence_nodes: [{ type: "connection_request" }], people: ["bo"] });
    const controller = new AbortController();
    const next = me.due({ type: "email", signal: controller.signal }).next();
    await settled(me);
    await kit.advance(MINUTE);
    controller.abort();
    equal((await next).done, true);
    for await (const task of me.due({ type: "linkedin", until: "idle" })) {
      equal([Object.keys(task).includes("complete"), typeof task.complete], [false, "function"]);
      equal(structuredClone(task), JSON.parse(JSON.stringify(task)));
      await task.complete({ outcome: "sent" });
    }
  },

  async "a host that pretends an instant gets what is due then, and what changes; its clock stands"(kit) {
    const sequence_nodes = [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP];
    const { me, campaign } = await run(kit, { sequence_nodes, people: ["bo"] });
    const now = "2026-05-22T10:00:00Z";
    const controller = new AbortController();
    const seen = [];
    const claim = me.claimDue;
    let claims = 0;
    me.claimDue = (request) => (claims++, claim.call(me, request));
    const ended = (async () => {
      for await (const task of me.due({ now, signal: controller.signal })) {
        seen.push([task.prospect.first_name, task.claimed_at]);
        await task.complete({ outcome: "sent", now });
      }
    })();
    await settled(me);
    equal(seen, [["bo", now]]);
    await me.addProspects(campaign.id, { prospects: [{ email: "cy@example.com", first_name: "cy" }] });
    await settled(me);
    equal(seen, [
      ["bo", now],
      ["cy", now],
    ]);
    const before = claims;
    await kit.advance(30 * DAY + 2 * HOUR);
    await settled(me);
    equal([seen.length, claims], [2, before], "messages and claims, though follow-ups are due by the other clock");
    controller.abort();
    await ended;
  },

  async "wrong options of the loop are all reported"(kit) {
    const { me } = await begin(kit);
    await invalid(me.due({ until: "soon", signal: 7 }).next(), "until: malformed_instant", "signal: wrong_type");
    await invalid(me.due({ until: 7 }).next(), "until: wrong_type");
    await invalid(me.due({ max: 0, lease_seconds: "1" }).next(), "max: out_of_range", "lease_seconds: wrong_type");
  },
};

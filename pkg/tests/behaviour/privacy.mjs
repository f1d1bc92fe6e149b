/** Reports, and what is stored of a person. */

import { DAY, equal, FIRST, FOLLOW_UP, invalid, run } from "./words.mjs";

export const simulatedCases = {
  async "a report counts messages by campaign, account and day, and what followed them"(kit) {
    const { me, campaign, accounts } = await run(kit, { sequence_nodes: [FIRST], people: ["bo", "cy"] });
    const [bo, cy] = (await me.claimDue()).tasks;
    await me.complete(bo.id, { outcome: "sent" });
    await me.complete(cy.id, { outcome: "failed", retryable: false });
    await kit.advance(DAY);
    await me.recordEvent({ id: "1", type: "replied", task_id: bo.id });
    const progress = [];
    const by = ["day", "campaign", "account"];
    const { rows, totals } = await me.report({ by }, { onProgress: (done, total) => progress.push([done, total]) });
    equal(totals, {
      ...{ claimed: 2, sent: 1, failed: 1, bounced: 0, opened: 0, replied: 1, unsubscribed: 0, complained: 0 },
      ...{ accepted: 0, timed_out: 0, failures: 1 },
    });
    equal(rows, [{ day: "2026-04-22", campaign_id: campaign.id, account_id: accounts[0].id, ...totals }]);
    equal(progress.at(-1), [1, 1]);
    equal((await me.report({ since: "2026-04-23T00:00:00Z", by: [] })).totals.claimed, 0);
    await invalid(me.report({ by: ["week"] }), "by[0]: unknown_value");
  },

  async "texts of messages that have come to an end are forgotten"(kit) {
    const { me } = await run(kit, { sequence_nodes: [FIRST, FOLLOW_UP], people: ["bo"] });
    const [first] = (await me.claimDue()).tasks;
    await me.complete(first.id, { outcome: "sent" });
    equal((await me.getTask(first.id)).is_forgotten, false);
    await kit.advance(DAY);
    const [second] = (await me.claimDue()).tasks;
    equal(await me.forgetMessages({ before: "2027-01-01T00:00:00Z" }), { forgotten: 1 });
    const { body, is_forgotten, status, prospect } = await me.getTask(first.id);
    equal([body, is_forgotten, status, prospect.email], [null, true, "sent", "bo@example.com"]);
    equal((await me.getTask(second.id)).body, second.body);
    await invalid(me.forgetMessages({}), "before: required");
  },

  async "a person is exported, erased, and suppressed by a hash"(kit) {
    const { me, campaign, prospects } = await run(kit, { sequence_nodes: [FIRST, FOLLOW_UP], people: ["bo", "cy"] });
    const [task] = (await me.claimDue()).tasks;
    await me.complete(task.id, { outcome: "sent", note: "to bo@example.com" });
    const list = await me.createList({ name: "All" });
    await me.addLeads(list.id, { leads: [{ email: "bo@example.com", custom_fields: { Home: "here" } }] });
    const { records, next_cursor } = await me.exportPerson({ email: "BO@example.com", limit: 200 });
    const of = (name) => records.filter(({ table }) => table === name).map(({ row }) => row);
    equal([of("prospect").map(({ id }) => id), of("task").map(({ note }) => note)], [[prospects[0]], ["to bo@example.com"]]);
    equal([of("message")[0].subject, of("lead")[0].custom_fields, next_cursor], ["Hi bo", { Home: "here" }, null]);
    const [page, rest] = [await me.exportPerson({ email: "bo@example.com", limit: 1 }), records.slice(1)];
    equal(page.records, [records[0]]);
    equal((await me.exportPerson({ email: "bo@example.com", limit: 200, cursor: page.next_cursor })).records, rest);

    const erased = await me.erasePerson({ email: "bo@example.com" });
    equal([erased.prospects, erased.leads, erased.is_suppressed], [1, 1, true]);
    const bytes = new Uint8Array(await new Response(await kit.exportDatabase()).arrayBuffer());
    const text = new TextDecoder("latin1").decode(bytes).toLowerCase();
    equal([text.includes("bo@example.com"), text.includes("in/bo"), text.includes("cy@example.com")], [false, false, true]);
    equal(await me.exportPerson({ email: "bo@example.com" }), { records: [], is_erased: true, next_cursor: null });
    const { note, prospect, is_forgotten } = await me.getTask(task.id);
    equal([note, prospect, is_forgotten], [null, null, true]);
    const again = { prospects: [{ email: "bo@example.com" }] };
    equal((await me.addProspects(campaign.id, again)).outcomes[0].reason, "erased");
    await me.erasePerson({ email: "bo@example.com", keep_suppressed: false });
    equal((await me.addProspects(campaign.id, { prospects: [{ email: "bo@example.com", first_name: "Bo" }] })).imported, 1);
    await invalid(me.erasePerson({}), "email: required");
  },
};

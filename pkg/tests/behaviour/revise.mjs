/** Revising the texts of a launched campaign. */

import { assert, equal, invalid, refused, run, uuid7, FIRST, FOLLOW_UP, HOUR } from "./words.mjs";

export const simulatedCases = {
  async "the texts of a launched campaign change for what is not handed out yet"(kit) {
    const sequence_nodes = [FIRST, { type: "delay", delay_hours: 1 }, { ...FOLLOW_UP, subject: "" }];
    const { me, campaign, prospects } = await run(kit, { sequence_nodes, people: ["bo", "cy", "di"] });
    const [{ id }, wait, reply, end] = campaign.sequence_nodes;
    const [first] = (await me.claimDue({ max: 1 })).tasks;
    await me.complete(first.id, { outcome: "sent" });
    await me.editMessage(prospects[2], reply.id, { body: "By hand" });

    const events = [];
    const stop = me.onCommit((commit) => events.push(...commit.events.map(({ type }) => type)));
    const change = { subject: "New for %company%", body: "Better" };
    const foreseen = await me.reviseNode(campaign.id, id, { ...change, dry_run: true });
    equal(foreseen, {
      messages: 2,
      between: 0,
      stale_drafts: 1,
      unresolved: { prospects: 2, prospect_ids: prospects.slice(1) },
      revision: campaign.revision,
      notices: [],
    });
    equal((await me.getCampaign(campaign.id)).revision, campaign.revision, "nothing is written");
    await me.updateProspect(prospects[1], { company: "Acme" });

    const reports = [];
    const onProgress = (progress) => reports.push(progress);
    const expected_revision = foreseen.revision;
    const revised = await me.reviseNode(campaign.id, id, { ...change, expected_revision }, { onProgress });
    equal([revised.messages, revised.revision], [2, expected_revision + 1]);
    equal(revised.unresolved, { prospects: 1, prospect_ids: [prospects[2]] });
    assert(reports.length > 0 && reports.at(-1).done === reports.at(-1).total, JSON.stringify(reports));
    await refused(me.reviseNode(campaign.id, id, { body: "x", expected_revision }), "conflict", 409, "revision_changed");
    equal([(await me.getTask(first.id)).subject, (await me.getCampaign(campaign.id)).sequence_nodes[0].body], ["Hi bo", "Better"]);

    const send = async () => {
      const { tasks } = await me.claimDue();
      for (const task of tasks) await me.complete(task.id, { outcome: "sent" });
      return tasks.map(({ subject }) => subject);
    };
    equal(await send(), ["New for Acme"]);
    equal((await me.explain(prospects[2])).reason, "message_unresolved");
    await me.reviseNode(campaign.id, id, { subject: "New for %company|you%" });
    equal(await send(), ["New for you"]);
    await me.reviseNode(campaign.id, id, { subject: "Newest" });
    await kit.advance(HOUR);
    equal(await send(), ["Re: Hi bo", "Re: New for Acme", "Re: New for you"], "each thread keeps its subject");

    await invalid(me.reviseNode(campaign.id, id, { subject: "", body: "%nmae%" }), "subject: empty_subject", "body: unknown_variable");
    await invalid(me.reviseNode(campaign.id, id, { text_only: 1, dry_run: "yes" }), "text_only: wrong_type", "dry_run: wrong_type");
    await refused(me.reviseNode(campaign.id, wait.id, {}), "not_found", 404, "node_not_found");
    await refused(me.reviseNode(campaign.id, end.id, {}), "conflict", 409, "end_fixed");
    await refused(me.reviseNode(uuid7(), id, {}), "not_found", 404, "campaign_not_found");
    const draft = await me.cloneCampaign(campaign.id);
    await refused(me.reviseNode(draft.id, draft.sequence_nodes[0].id, {}), "conflict", 409, "not_launched");
    stop();
    equal(events.filter((type) => type === "campaign_updated").length, 3);
  },
};

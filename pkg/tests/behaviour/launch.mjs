/** From a draft to a running campaign, and its pauses. */

import { INSTANT, UNPACED, assert, begin, equal, invalid, refused } from "./words.mjs";

export const cases = {
  async "a draft reports what prevents its launch, and launches when that is fixed"(kit) {
    const { me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const text = { subject: "Hi %first_name%", body: "%frist_name% {{name}}" };
    await me.updateNode(id, sequence_nodes[0].id, text);
    const { outcomes } = await me.addProspects(id, {
      prospects: [{ email: "bo@example.com", first_name: "Bo" }, { email: "cy@example.com" }],
    });
    const found = await me.validate(id);
    const findings = (list) => list.map(({ message, hint, ...finding }) => finding);
    assert(
      [...found.errors, ...found.warnings].every(({ message, hint }) => message && hint),
      "a finding has a message and a hint",
    );
    equal(
      [found.ready, findings(found.warnings)],
      [
        false,
        [
          { code: "foreign_template_syntax", path: "sequence_nodes[0].body", variable: "{{name}}", offset: 13 },
          { code: "no_opt_out", path: "sequence_nodes[0].body" },
        ],
      ],
    );
    equal(findings(found.errors), [
      { code: "unknown_variable", path: "sequence_nodes[0].body", variable: "frist_name", closest: "first_name" },
      {
        code: "unresolved_variable",
        path: "sequence_nodes[0].subject",
        variable: "first_name",
        prospects: 1,
        prospect_ids: [outcomes[1].prospect_id],
        sender_account_ids: [],
      },
    ]);
    const error = await refused(me.launch(id), "invalid", 400, "not_ready");
    equal(error.issues, found.errors);

    await me.updateProspect(outcomes[1].prospect_id, { first_name: "Cy" });
    const body = "Is %company|your company% growing? %unsubscribe_url|Or answer with no.%";
    const { campaign } = await me.updateNode(id, sequence_nodes[0].id, { body });
    equal(await me.validate(id), { ready: true, errors: [], warnings: [] });
    await refused(me.launch(id, { expected_revision: 1 }), "conflict", 409, "revision_changed");
    const launched = await me.launch(id, { expected_revision: campaign.revision });
    equal([launched.campaign.status, launched.enrolled, launched.skipped], ["active", 2, []]);
    assert(INSTANT.test(launched.campaign.launched_at), "the instant of the launch is stored");
    await refused(me.launch(id), "conflict", 409, "not_draft");
    await refused(me.updateCampaign(id, { signature: "" }), "conflict", 409, "not_draft");
    await refused(me.insertNode(id, { type: "delay", delay_days: 1 }), "conflict", 409, "not_draft");
    await invalid(
      me.addProspects(id, { prospects: [{ email: "di@example.com" }] }),
      "prospects[0].first_name: unresolved_variable",
    );
    await refused(me.deleteCampaign(id), "conflict", 409, "campaign_active");
  },

  async "a campaign is paused and resumed, and repeating either changes nothing"(kit) {
    const { me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const draft = await refused(me.pause(id), "conflict", 409, "invalid_transition");
    equal([draft.from, draft.to, draft.allowed], ["draft", "paused", ["active", "completed"]]);
    await me.updateNode(id, sequence_nodes[0].id, { subject: "Hello", body: "Hello." });
    await me.addProspects(id, { prospects: [{ email: "bo@example.com" }, { email: "cy@example.com" }] });
    await me.launch(id);

    const paused = await me.pause(id);
    equal([paused.campaign.status, paused.changed], ["paused", true]);
    equal(await me.pause(id), { ...paused, changed: false });
    const { suppressions } = await me.addSuppressions({
      suppressions: [{ type: "email_address", value: "bo@example.com" }],
    });
    const [bo] = (await me.listProspects(id)).prospects;
    equal(bo.status, "skipped");
    const resumed = await me.resume(id);
    equal([resumed.campaign.status, resumed.changed, resumed.skipped], ["active", true, []]);
    equal(await me.resume(id), { ...resumed, changed: false });

    await me.pause(id);
    await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "example.com" }] });
    equal((await me.resume(id)).campaign.status, "completed");
    const completed = await refused(me.resume(id), "conflict", 409, "invalid_transition");
    equal([completed.from, completed.to, completed.allowed], ["completed", "active", []]);
    await me.removeSuppression(suppressions[0].id);
    await refused(
      me.addProspects(id, { prospects: [{ email: "di@example.com" }] }),
      "conflict",
      409,
      "campaign_completed",
    );
  },

  async "a launch skips people who belong to another LinkedIn campaign"(kit) {
    const { me } = await begin(kit);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", ...UNPACED });
    const others = [];
    for (const name of ["First", "Second"]) {
      const { campaign } = await me.createCampaign({ type: "linkedin", name, sender_account_ids: [id] });
      const { outcomes } = await me.addProspects(campaign.id, { prospects: [{ linkedin_url: "linkedin.com/in/bo" }] });
      const launched = await me.launch(campaign.id);
      equal(
        [launched.campaign.status, launched.enrolled, launched.skipped],
        others.length
          ? [
              "completed",
              0,
              [{ prospect_id: outcomes[0].prospect_id, reason: "other_campaign", campaign_id: others[0] }],
            ]
          : ["active", 1, []],
      );
      others.push(campaign.id);
    }
  },
};

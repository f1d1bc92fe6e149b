/** Prospects, leads in saved lists, and people who are never contacted. */

import { equal, refused, invalid, uuid7, begin } from "./words.mjs";

export const cases = {
  async "prospects are added, paged through, changed and removed"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "rival.example" }] });
    const report = await me.addProspects(campaign.id, {
      prospects: [
        { email: " Bo@Example.com", first_name: "Bo", company: "Acme", custom_fields: { Plan: "Pro" } },
        { email: "cy@rival.example" },
        { email: "bo@example.com" },
        { email: "di@example.com" },
      ],
    });
    const [{ prospect_id: bo }, , , { prospect_id: di }] = report.outcomes;
    equal(report, {
      imported: 2,
      updated: 0,
      duplicates: 1,
      suppressed: 1,
      invalid: 0,
      total: 4,
      outcomes: [
        { outcome: "imported", prospect_id: bo },
        { outcome: "suppressed", prospect_id: null, reason: "manual" },
        { outcome: "duplicate", prospect_id: bo },
        { outcome: "imported", prospect_id: di },
      ],
    });
    const prospect = await me.getProspect(bo);
    equal(prospect, {
      id: bo,
      campaign_id: campaign.id,
      status: "pending",
      email: "bo@example.com",
      linkedin_url: null,
      name: "Bo",
      first_name: "Bo",
      last_name: null,
      company: "Acme",
      position: null,
      headline: null,
      time_zone: null,
      custom_fields: { Plan: "Pro" },
      created_at: prospect.created_at,
      updated_at: prospect.created_at,
    });
    const { prospects, next_cursor } = await me.listProspects(campaign.id, { limit: 1 });
    equal(prospects, [prospect]);
    equal(
      (await me.listProspects(campaign.id, { cursor: next_cursor, status: "pending" })).prospects.map(({ id }) => id),
      [di],
    );
    const changed = await me.updateProspect(bo, { company: null, custom_fields: { Plan: null, Size: "10" } });
    equal([changed.company, changed.first_name, changed.custom_fields], [null, "Bo", { Size: "10" }]);
    await invalid(me.updateProspect(bo, { email: "other@example.com" }), "email: immutable");
    await invalid(
      me.addProspects(campaign.id, {
        prospects: [{ email: "new@example.com" }, { first_name: "Eve" }, { email: "eve" }],
      }),
      "prospects[1].email: required",
      "prospects[2].email: malformed_email",
    );
    equal(await me.removeProspect(bo), undefined);
    await refused(me.getProspect(bo), "not_found", 404, "prospect_not_found");
    equal(
      (await me.listProspects(campaign.id)).prospects.map(({ id }) => id),
      [di],
    );
  },

  async "people are found in all campaigns, and lists are searched, sorted and counted"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "Q2 Émigrés" });
    const { campaign: other } = await me.createCampaign({ ...request, name: "Q3" });
    const bo = { email: "bo@example.com", first_name: "Bo", linkedin_url: "linkedin.com/in/bo" };
    await me.addProspects(campaign.id, { prospects: [bo, { email: "zoe@example.com", first_name: "ZOË" }] });
    await me.addProspects(other.id, { prospects: [bo] });
    const ids = ({ prospects }) => prospects.map(({ campaign_id, first_name }) => [campaign_id, first_name]);
    const both = [
      [campaign.id, "Bo"],
      [other.id, "Bo"],
    ];
    for (const by of [{ email: "BO@example.com" }, { linkedin_url: bo.linkedin_url }, { text: "bo" }]) {
      equal(ids(await me.findProspects(by)), both);
    }
    const progress = [];
    const onProgress = (done, total) => progress.push([done, total]);
    const zoe = await me.findProspects({ text: "zoë", campaign_id: campaign.id }, { onProgress });
    equal(ids(zoe), [[campaign.id, "ZOË"]]);
    equal(progress.at(-1), [2, 2]);
    const first = await me.findProspects({ text: "bo", limit: 1 });
    equal(ids(await me.findProspects({ text: "bo", cursor: first.next_cursor })), [both[1]]);

    const page = await me.listProspects(campaign.id, { search: "z", sort: "name", count: true });
    equal([ids(page), page.total], [[[campaign.id, "ZOË"]], 1]);
    const { campaigns, total } = await me.listCampaigns({ search: "ÉMI", sort: "last_contact", count: true });
    equal([campaigns.map(({ id }) => id), total], [[campaign.id], 1]);
    equal((await me.campaignByName("Q3")).id, other.id);
    await refused(me.campaignByName("q3"), "not_found", 404, "campaign_not_found");
    const error = await refused(me.createCampaign({ ...request, name: "Q3" }), "conflict", 409, "name_taken");
    equal([error.campaign_id, error.suggested_name], [other.id, "Q3 (2)"]);
  },

  async "a campaign is copied with its people, one of whom is paused and resumed"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const { outcomes } = await me.addProspects(campaign.id, { prospects: [{ email: "bo@example.com" }] });
    const bo = outcomes[0].prospect_id;
    equal(await me.pauseProspect(bo), { id: bo, changed: true });
    equal(await me.pauseProspect(bo), { id: bo, changed: false });
    equal(await me.resumeProspect(bo), { id: bo, changed: true });
    const progress = [];
    const onProgress = (done, total) => progress.push([done, total]);
    const id = uuid7();
    const copy = await me.cloneCampaign(campaign.id, { id, prospects: true }, { onProgress });
    equal([copy.id, copy.name, copy.status], [id, `${campaign.name} (2)`, "draft"]);
    equal(progress.at(-1), [1, 1]);
    equal((await me.listProspects(id)).prospects.map(({ email }) => email), ["bo@example.com"]);
    equal(await me.cloneCampaign(campaign.id, { id, prospects: true }), copy);
    await refused(me.cloneCampaign(campaign.id, { name: copy.name }), "conflict", 409, "name_taken");
    await refused(kit.unsubscribe("0".repeat(32)), "not_found", 404, "token_not_found");
    await refused(kit.opened("0".repeat(32)), "not_found", 404, "token_not_found");
  },

  async "one call adds a thousand prospects, with long fields"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const custom_fields = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`Field ${i}`, `${i}`]));
    const prospects = Array.from({ length: 1000 }, (_, i) => ({ email: `p${i}@example.com`, custom_fields }));
    // A proxy cannot be cloned. Such arguments reach the engine in another way, which must allow as many values.
    const report = await me.addProspects(campaign.id, new Proxy({ prospects }, {}));
    equal([report.imported, report.total], [1000, 1000]);
    equal((await me.getProspect(report.outcomes[999].prospect_id)).custom_fields, custom_fields);
    await invalid(me.addProspects(campaign.id, { prospects: [...prospects, {}] }), "prospects: too_many");
  },

  async "saved lists are filled, imported and deleted"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const list = await me.createList({ name: " Founders " });
    equal([list.name, list.lead_count], ["Founders", 0]);
    equal(
      (await refused(me.createList({ name: "Founders" }), "conflict", 409, "name_taken")).suggested_name,
      "Founders (2)",
    );
    const added = await me.addLeads(list.id, {
      leads: [
        { email: "bo@example.com", first_name: "Bo" },
        { linkedin_url: "linkedin.com/in/cy" },
        { email: "BO@example.com" },
      ],
    });
    const [{ lead_id: bo }, { lead_id: cy }] = added.outcomes;
    equal(added, {
      added: 2,
      duplicates: 1,
      suppressed: 0,
      outcomes: [
        { outcome: "added", lead_id: bo },
        { outcome: "added", lead_id: cy },
        { outcome: "duplicate", lead_id: bo },
      ],
    });
    await invalid(me.addLeads(list.id, { leads: [{ first_name: "Di" }] }), "leads[0].email: required");

    const { outcomes, ...counts } = await me.importList(campaign.id, list.id);
    equal(counts, { imported: 1, updated: 0, duplicates: 0, suppressed: 0, invalid: 1, total: 2 });
    equal(
      outcomes.map(({ outcome, lead_id, issues }) => [
        outcome,
        lead_id,
        issues?.map(({ path, code }) => `${path}: ${code}`),
      ]),
      [
        ["imported", bo, undefined],
        ["invalid", cy, ["email: required"]],
      ],
    );
    await refused(me.importList(campaign.id, uuid7()), "not_found", 404, "list_not_found");

    const { leads, next_cursor } = await me.listLeads(list.id, { limit: 1 });
    equal(
      leads.map(({ id, list_id, first_name }) => [id, list_id, first_name]),
      [[bo, list.id, "Bo"]],
    );
    equal(
      (await me.listLeads(list.id, { cursor: next_cursor })).leads.map(({ id }) => id),
      [cy],
    );
    equal(await me.removeLead(cy), undefined);
    await refused(me.removeLead(cy), "not_found", 404, "lead_not_found");
    equal((await me.getList(list.id)).lead_count, 1);
    const newer = await me.createList({ name: "Investors" });
    equal((await me.listLists({ limit: 1 })).lists, [newer]);
    equal((await me.listLists()).lists.length, 2);
    equal(await me.deleteList(list.id), undefined);
    await refused(me.getList(list.id), "not_found", 404, "list_not_found");
    equal((await me.listProspects(campaign.id)).prospects.length, 1, "imported people stay");
  },

  async "suppressions are imported from a file, including a domain with its subdomains"(kit) {
    const { me } = await begin(kit);
    const file = new TextEncoder().encode("Who,Why\n*.rival.example,\nnobody,\nBo@example.com,opted out\n");
    const report = await me.importSuppressions(file, { reason_column: 1, reason: "complained" });
    const { invalid_rows, ...counts } = report;
    equal(counts, { column: 0, added: 2, duplicates: 0, invalid: 1, total: 3 });
    equal(
      invalid_rows.map(({ line, issues }) => [line, issues.map(({ path, code }) => `${path}: ${code}`)]),
      [[3, ["value: malformed_email"]]],
    );
    const { suppressions } = await me.listSuppressions();
    equal(
      suppressions.map(({ value, reason }) => `${value} ${reason}`),
      ["bo@example.com unsubscribed", "*.rival.example complained"],
    );
    equal((await me.importSuppressions(new Blob([file]))).duplicates, 2, "the same file again");
    await invalid(me.importSuppressions(file, { column: 2 }), "column: out_of_range");
  },

  async "suppressions are added, listed by type and removed"(kit) {
    const { user, me } = await begin(kit);
    const answer = await me.addSuppressions({
      suppressions: [
        { type: "email_address", value: " Bo@Example.com " },
        { type: "linkedin_profile", value: "https://www.linkedin.com/in/Bo/" },
        { type: "email_address", value: "bo@example.com" },
      ],
    });
    const [address, profile, again] = answer.suppressions;
    equal([answer.added, answer.duplicates, again], [2, 1, address]);
    const { id, created_at } = address;
    equal(address, { id, user_id: user.id, type: "email_address", value: "bo@example.com", reason: "manual", created_at });
    await invalid(
      me.addSuppressions({
        suppressions: [
          { type: "email_domain", value: "@" },
          { type: "phone", value: "1" },
        ],
      }),
      "suppressions[0].value: malformed_domain",
      "suppressions[1].type: unknown_value",
    );
    equal((await me.listSuppressions()).suppressions.length, 2);
    equal((await me.listSuppressions({ type: "linkedin_profile" })).suppressions, [profile]);
    equal(await me.removeSuppression(id), undefined);
    await refused(me.removeSuppression(id), "not_found", 404, "suppression_not_found");
  },
};

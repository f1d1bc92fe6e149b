/** Campaigns and their sequences. */

import { assert, equal, failure, refused, invalid, uuid7, begin, UUID, INSTANT } from "./words.mjs";

export const cases = {
  async "an email campaign is created with its defaults and its sequence"(kit) {
    const { user, me, account, request } = await begin(kit);
    const { campaign, notices } = await me.createCampaign({ ...request, name: "  Q2 Enterprise Outreach\n" });
    const {
      id,
      created_at,
      sequence_nodes: [email, end],
    } = campaign;
    assert(UUID.test(id) && UUID.test(email.id) && UUID.test(end.id), "ids are UUIDv7");
    assert(INSTANT.test(created_at), "instants are RFC 3339 text in UTC");
    equal(notices, []);
    equal(campaign, {
      id,
      user_id: user.id,
      type: "email",
      name: "Q2 Enterprise Outreach",
      status: "draft",
      sender_account_ids: [account.id],
      daily_limit: 50,
      stop_on_reply: true,
      open_tracking: true,
      signature: "Best,\n%first_name%",
      skip_other_campaigns: null,
      operating_hours: null,
      stay_open: false,
      follow_prospect_zone: false,
      late_after_minutes: 4320,
      stats: null,
      revision: 1,
      created_at,
      updated_at: created_at,
      launched_at: null,
      completed_at: null,
      sequence_nodes: [
        { id: email.id, campaign_id: id, position: 0, type: "email", subject: "", body: "", is_reply: false },
        { id: end.id, campaign_id: id, position: 1, type: "end" },
      ],
    });
    equal(await me.getCampaign(id), campaign);
  },

  async "a linkedin campaign gets the default hours and its own sequence"(kit) {
    const { me } = await begin(kit);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "https://www.linkedin.com/in/ana" });
    const { campaign } = await me.createCampaign({ type: "linkedin", name: "Founders", sender_account_ids: [id] });
    equal(
      campaign.sequence_nodes.map((node) => node.type),
      ["connection_request", "end"],
    );
    equal([campaign.skip_other_campaigns, campaign.daily_limit, campaign.signature], [true, null, null]);
    equal(campaign.operating_hours.time_zone, null);
    equal(campaign.operating_hours.friday, [{ start: "09:00", end: "17:00" }]);
    equal(campaign.operating_hours.sunday, []);
  },

  async "a taken name is refused with a free one"(kit) {
    const { me, request } = await begin(kit);
    await me.createCampaign(request);
    const error = await refused(me.createCampaign(request), "conflict", 409, "name_taken");
    equal([error.path, error.suggested_name], ["name", "Outreach (2)"]);
    await me.createCampaign({ ...request, name: error.suggested_name });
    equal((await failure(me.createCampaign(request))).suggested_name, "Outreach (3)");
  },

  async "a client-made id makes a retry safe"(kit) {
    const { me, request } = await begin(kit);
    const id = uuid7();
    const first = await me.createCampaign({ ...request, id });
    equal(first.campaign.id, id);
    equal((await me.createCampaign({ ...request, id })).campaign, first.campaign);
    equal((await me.listCampaigns()).campaigns.length, 1);
    await refused(me.createCampaign({ ...request, id, name: "Another" }), "conflict", 409, "id_reused");
  },

  async "a sender of the other channel is named with its index"(kit) {
    const { me, account, request } = await begin(kit);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana" });
    await invalid(
      me.createCampaign({ ...request, sender_account_ids: [account.id, id, uuid7()] }),
      "sender_account_ids[1]: sender_wrong_channel",
      "sender_account_ids[2]: sender_not_found",
    );
  },

  async "campaigns are listed newest first, page by page"(kit) {
    const { me, request } = await begin(kit);
    const ids = [];
    for (let i = 0; i < 7; i++)
      ids.unshift((await me.createCampaign({ ...request, name: `Campaign ${i}` })).campaign.id);
    const seen = [];
    let cursor;
    do {
      const page = await me.listCampaigns({ limit: 3, cursor });
      seen.push(page.campaigns.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    equal(seen, [ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    equal((await me.listCampaigns({ status: "active" })).campaigns, []);
    equal((await me.listCampaigns({ status: "draft", type: "email" })).campaigns.length, 7);
    await invalid(
      me.listCampaigns({ cursor: "made up", limit: 201 }),
      "limit: out_of_range",
      "cursor: malformed_cursor",
    );
  },

  async "a deleted campaign is gone and its name free"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    equal(await me.deleteCampaign(campaign.id), undefined);
    await refused(me.getCampaign(campaign.id), "not_found", 404, "campaign_not_found");
    await me.createCampaign(request);
  },

  async "a campaign is changed field by field, and its revision counts the changes"(kit) {
    const { me, request } = await begin(kit);
    const { id } = (await me.createCampaign(request)).campaign;
    const { campaign, notices } = await me.updateCampaign(id, {
      name: " Renamed ",
      daily_limit: 900,
      expected_revision: 1,
    });
    equal([campaign.name, campaign.daily_limit, campaign.revision], ["Renamed", 500, 2]);
    equal(
      notices.map(({ message, ...notice }) => notice),
      [{ code: "value_adjusted", path: "daily_limit", from: 900, to: 500 }],
    );
    equal((await me.updateCampaign(id, { name: "Renamed" })).campaign, campaign, "a change of nothing");
    const stale = await refused(
      me.updateCampaign(id, { stop_on_reply: false, expected_revision: 1 }),
      "conflict",
      409,
      "revision_changed",
    );
    equal(stale.revision, 2);
    await invalid(
      me.updateCampaign(id, { type: "linkedin", signature: 5 }),
      "type: type_immutable",
      "signature: wrong_type",
    );
    await refused(me.updateCampaign(uuid7(), { name: "None" }), "not_found", 404, "campaign_not_found");
    equal(await me.getCampaign(id), campaign);
  },

  async "a sequence is replaced as a whole and changed node by node"(kit) {
    const { me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const [email, end] = sequence_nodes;
    const words = ({ sequence_nodes }) =>
      sequence_nodes.map(({ type, subject }) => (subject ? `${type} ${subject}` : type));
    const replaced = await me.updateCampaign(id, {
      sequence_nodes: [
        { ...email, subject: "One" },
        { type: "delay", delay_days: 2 },
      ],
    });
    equal([words(replaced.campaign), replaced.notices], [["email One", "delay", "end"], []]);
    equal([replaced.campaign.sequence_nodes[0].id, replaced.campaign.sequence_nodes[2].id], [email.id, end.id]);

    const inserted = await me.insertNode(id, { type: "email", subject: "Two", delay_days: 1 });
    equal(
      [words(inserted.campaign), inserted.notices.map(({ code, path }) => `${path}: ${code}`)],
      [["email One", "delay", "email Two", "end"], ["delay_days: field_ignored"]],
    );
    const two = inserted.campaign.sequence_nodes[2].id;
    equal(words((await me.insertNode(id, { type: "delay", delay_hours: 1, position: 0 })).campaign)[0], "delay");
    equal(words((await me.updateNode(id, two, { subject: "Three" })).campaign)[3], "email Three");
    equal(words((await me.moveNode(id, two, { position: 0 })).campaign)[0], "email Three");
    const { campaign } = await me.deleteNode(id, two);
    equal(words(campaign), ["delay", "email One", "delay", "end"]);

    await invalid(me.insertNode(id, { type: "message" }), "type: unknown_value");
    await invalid(me.moveNode(id, email.id, { position: 3 }), "position: out_of_range");
    await invalid(me.updateNode(id, email.id, { subject: () => {} }), "subject: wrong_type");
    await refused(me.deleteNode(id, end.id), "conflict", 409, "end_fixed");
    await refused(me.deleteNode(id, two), "not_found", 404, "node_not_found");
    await refused(me.deleteNode(id, email.id, { expected_revision: 1 }), "conflict", 409, "revision_changed");
    equal(await me.getCampaign(id), campaign);
  },
};

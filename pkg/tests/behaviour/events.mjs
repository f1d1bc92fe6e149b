/** What happened, as events report it. */

import { equal, failure, begin } from "./words.mjs";

export const cases = {
  async "events report what happened, in order"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    await failure(me.createCampaign(request));
    await me.deleteCampaign(campaign.id);
    const { events, next_cursor } = await me.listEvents();
    equal(
      events.map((event) => event.type),
      ["user_created", "account_added", "campaign_created", "campaign_deleted"],
    );
    equal(next_cursor, null);
  },

  async "events report what happened to a launched campaign and its prospects"(kit) {
    const { user, me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const { next_cursor, events } = await me.listEvents();
    equal(next_cursor, null);
    await me.updateNode(id, sequence_nodes[0].id, { subject: "Hello", body: "Hello." });
    const { outcomes } = await me.addProspects(id, { prospects: [{ email: "bo@example.com" }] });
    const [{ prospect_id }] = outcomes;
    await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "rival.example" }] });
    await me.launch(id);
    await me.pause(id);
    await me.pause(id);
    await me.resume(id);
    await me.removeProspect(prospect_id);
    equal(
      (await me.listEvents({ cursor: `${events.at(-1).number}` })).events.map(({ number, at, ...event }) => event),
      [
        { type: "campaign_updated", campaign_id: id },
        { type: "prospects_added", campaign_id: id },
        { type: "suppressions_added", user_id: user.id },
        { type: "campaign_launched", campaign_id: id },
        { type: "campaign_paused", campaign_id: id },
        { type: "campaign_resumed", campaign_id: id },
        { type: "prospect_removed", prospect_id, campaign_id: id },
        { type: "campaign_completed", campaign_id: id },
      ],
    );
  },
};

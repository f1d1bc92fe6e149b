/** The text that one prospect reads. */

import { UNPACED, begin, equal, invalid, refused, uuid7 } from "./words.mjs";

export const cases = {
  async "a message is previewed as its prospect will read it"(kit) {
    const { me, account, request } = await begin(kit);
    const other = await me.addAccount({ type: "email", email_address: "cy@example.com", first_name: "Cy", ...UNPACED });
    const { campaign } = await me.createCampaign({ ...request, sender_account_ids: [account.id, other.id] });
    const [{ id: node_id }] = campaign.sequence_nodes;
    await me.updateNode(campaign.id, node_id, { subject: "100%% for %company|you%", body: "%first_name%, hello" });
    const { outcomes } = await me.addProspects(campaign.id, {
      prospects: [
        { email: "bo@example.com", first_name: "Bo" },
        { email: "di@example.com", company: "Acme" },
      ],
    });
    const [bo, di] = outcomes.map(({ prospect_id }) => prospect_id);
    const message = {
      node_id,
      position: 0,
      type: "email",
      variant_id: null,
      subject: "100% for you",
      body: "Bo, hello\n\nBest,\nAna",
      body_html: "<p>Bo, hello</p><p>Best,<br>Ana</p>",
      unresolved: [],
      origin: null,
      stale: false,
    };
    equal(await me.previewMessages(bo), { messages: [message] });
    equal((await me.previewMessages(bo, { account_id: other.id })).messages[0].body, "Bo, hello\n\nBest,\nCy");
    equal(await me.previewMessages(di), {
      messages: [{ ...message, subject: "100% for Acme", body: null, body_html: null, unresolved: ["first_name"] }],
    });
    await invalid(me.previewMessages(bo, { account_id: uuid7() }), "account_id: sender_not_found");
    await refused(me.previewMessages(uuid7()), "not_found", 404, "prospect_not_found");
  },

  async "a message is written for one prospect, by hand or by a model of the host"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, signature: "" });
    const [{ id: node_id }, { id: end_id }] = campaign.sequence_nodes;
    await me.updateNode(campaign.id, node_id, { subject: "Hi %first_name%", body: "A text" });
    const { outcomes } = await me.addProspects(campaign.id, {
      prospects: [
        { email: "bo@example.com", first_name: "Bo" },
        { email: "cy@example.com", first_name: "Cy" },
      ],
    });
    const [bo, cy] = outcomes.map(({ prospect_id }) => prospect_id);
    const shown = async (prospect_id) => {
      const [{ subject, body, origin, stale }] = (await me.previewMessages(prospect_id)).messages;
      return [subject, body, origin, stale];
    };
    equal(await me.editMessage(bo, node_id, { subject: "Dear Bo", body: "By hand" }), undefined);
    equal(await shown(bo), ["Dear Bo", "By hand", "edited", false]);

    const { requests, next_cursor } = await me.messageRequests(campaign.id, { limit: 200 });
    const [{ input }] = requests;
    equal(next_cursor, null);
    const wanted = { prospect_id: cy, node_id, position: 0, type: "email", subject: "Hi %first_name%", body: "A text" };
    equal(requests, [{ ...wanted, variant_id: null, max_characters: null, input, prospect: await me.getProspect(cy) }]);
    const written = { prospect_id: cy, node_id, input, subject: "Cy!", body: "By a model" };
    const empty = { ...written, body: "" };
    const submitted = await me.submitMessages(campaign.id, { messages: [written, empty, { ...written, node_id: bo }] });
    equal(
      submitted.outcomes.map(({ outcome, issues }) => [outcome, issues?.map(({ path, code }) => `${path}: ${code}`)]),
      [
        ["stored", undefined],
        ["invalid", ["messages[1].body: empty_body"]],
        ["not_found", undefined],
      ],
    );
    equal([submitted.stored, await shown(cy)], [1, ["Cy!", "By a model", "generated", false]]);
    await me.updateProspect(cy, { first_name: "Cyd" });
    equal((await me.submitMessages(campaign.id, { messages: [written] })).outcomes[0].outcome, "stale_input");
    equal(await me.resolveMessages(campaign.id), { resolved: 0, kept: 2, stale: 1, unresolved: 0 });

    equal(await me.resetMessage(cy, node_id), undefined);
    equal(await shown(cy), ["Hi Cyd", "A text", null, false]);
    equal((await me.resolveMessages(campaign.id, { prospect_ids: [cy] })).resolved, 1);
    await invalid(
      me.editMessage(bo, node_id, { subject: "", body: "%nobody%" }),
      "subject: empty_subject",
      "body: unknown_variable",
    );
    await invalid(
      me.submitMessages(campaign.id, { messages: [{ prospect_id: bo, node_id, input: "x" }] }),
      "messages[0].input: malformed_token",
      "messages[0].body: required",
    );
    await refused(me.resetMessage(bo, end_id), "not_found", 404, "node_not_found");
  },
};

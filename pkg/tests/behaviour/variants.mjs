/** Variants of messages, over a simulated clock. */

import { equal, refused, invalid, uuid7, run, FIRST, FOLLOW_UP } from "./words.mjs";

export const simulatedCases = {
  async "each person is sent one variant of an email, the same on every platform, and the replies are compared"(kit) {
    const variants = [
      { weight: 1, body: "A" },
      { weight: 3, subject: "S", body: "%{B|b}%" },
    ];
    const { me, campaign, prospects } = await run(kit, {
      sequence_nodes: [{ ...FIRST, variants }, { type: "delay", delay_hours: 1 }, { ...FOLLOW_UP, subject: "" }],
      people: ["bo", "cy", "di", "ed", "fi", "gu"],
    });
    const [node] = campaign.sequence_nodes;
    const [{ id: a }, { id: b }] = node.variants;
    equal(node.variants, [
      { id: a, ...variants[0] },
      { id: b, ...variants[1] },
    ]);
    const shown = async (prospect_id) => {
      const [{ variant_id, subject, body }] = (await me.previewMessages(prospect_id)).messages;
      return [variant_id === a ? "a" : variant_id === b && "b", subject, body.split("\n")[0]];
    };
    const before = await Promise.all(prospects.map(shown));
    for (const [name, subject, body] of before) {
      if (name === "a") equal([subject, body], [subject, "A"]);
      else equal([name, subject, body.toUpperCase()], ["b", "S", "B"]);
    }
    const { tasks } = await me.claimDue();
    const told = tasks.map(({ variant_id, subject, body }) => [variant_id === a ? "a" : "b", subject, body.split("\n")[0]]);
    equal(told, before);
    for (const { id } of tasks) await me.complete(id, { outcome: "sent" });
    await me.recordEvent({ id: "1", type: "replied", task_id: tasks[0].id });
    const { nodes } = await me.compareVariants(campaign.id);
    equal([nodes.length, nodes[0].node_id, nodes[0].position], [1, node.id, 0]);
    const sent = (id) => tasks.filter(({ variant_id }) => variant_id === id).length;
    const replied = (id) => (tasks[0].variant_id === id ? 1 : 0);
    equal(
      nodes[0].variants,
      [a, b].map((id, index) => ({
        variant_id: id,
        weight: variants[index].weight,
        sent: sent(id),
        opened: 0,
        replied: replied(id),
        bounced: 0,
        unsubscribed: 0,
        complained: 0,
        reply_rate: sent(id) ? replied(id) / sent(id) : null,
        is_enough: false,
        against_first: null,
      })),
    );
    await invalid(
      me.insertNode(campaign.id, { ...FIRST, variants: [{ weight: 0, body: "" }] }),
      "variants[0].weight: out_of_range",
    );
    await refused(me.compareVariants(uuid7()), "not_found", 404, "campaign_not_found");
  },
};

/** Hosts that come rarely: claims of what is not due yet. */

import { assert, equal, invalid, run, FIRST, FOLLOW_UP } from "./words.mjs";

export const simulatedCases = {
  async "a claim ahead hands out what is due later, on no blackout date"(kit) {
    const { me, user, campaign, accounts } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 20 }, FOLLOW_UP],
      people: ["bo", "cy"],
    });
    await me.updateAccount(accounts[0].id, { min_gap_seconds: 600 });
    const dates = [{ from: "2026-04-23", label: "Holiday" }];
    const { blackout_dates } = await kit.updateUser(user.id, { blackout_dates: dates });
    equal(blackout_dates, [{ from: "2026-04-23", to: "2026-04-23", label: "Holiday" }]);
    const { tasks } = await me.claimDue({ ahead_seconds: 86_400 });
    const planned = (await me.plan(campaign.id)).tasks;
    equal(
      tasks.map(({ send_at, claimed_at }) => [send_at, claimed_at]),
      ["2026-04-22T10:00:00Z", "2026-04-22T10:10:00Z"].map((at) => [at, "2026-04-22T10:00:00Z"]),
    );
    equal(planned.length, 2);
    assert(planned.every(({ local_time }) => local_time.startsWith("2026-04-24")));
    equal((await me.getTask(tasks[1].id)).send_at, tasks[1].send_at);
    for (const { id } of tasks) await me.complete(id, { outcome: "sent" });
    equal((await me.plan(campaign.id)).tasks, planned);
    await invalid(me.claimDue({ ahead_seconds: 90_000 }), "ahead_seconds: out_of_range");
    await invalid(kit.updateUser(user.id, { blackout_dates: [{ from: "soon" }] }), "blackout_dates[0].from: malformed_date");
  },
};

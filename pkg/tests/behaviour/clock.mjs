/** The platform's clock, and a simulated one. */

import { assert, equal, invalid, run, SIMULATED, HOUR, DAY, FIRST } from "./words.mjs";

export const cases = {
  async "the platform's clock cannot be moved"(kit) {
    const before = (await kit.createUser()).created_at;
    await invalid(kit.advance(86_400_000), "simulated: required");
    assert(Date.parse((await kit.createUser()).created_at) < Date.parse(before) + 86_400_000, "the clock did not move");
  },
};

export const simulatedCases = {
  async "the same calls give the same database, and another seed gives other ids"(kit, { open }) {
    const sequence_nodes = [FIRST];
    const others = [];
    for (const seed of [7, 8]) others.push(await open({ storage: "memory", simulated: { ...SIMULATED, seed } }));
    const answers = [];
    for (const each of [kit, ...others]) {
      const { me, campaign } = await run(each, { sequence_nodes, people: ["bo"] });
      await each.advance(1_500);
      answers.push([campaign, await me.claimDue(), await me.listEvents()]);
    }
    equal(answers[1], answers[0]);
    equal(answers[0][1].tasks[0].claimed_at, "2026-04-22T10:00:01.500Z");
    equal(answers[2][0].created_at, answers[0][0].created_at);
    assert(answers[2][0].id !== answers[0][0].id, "another seed");
    assert(answers[2][1].tasks[0].open_token !== answers[0][1].tasks[0].open_token, "another seed");
    for (const other of others) await other.close();
  },

  async "a simulated clock moves only by calls, in whole milliseconds, and in their order"(kit) {
    const calls = [kit.createUser(), kit.advance(DAY), kit.createUser(), kit.advance(-HOUR), kit.createUser()];
    const users = (await Promise.all(calls)).filter(Boolean);
    equal(
      users.map(({ created_at }) => created_at),
      ["2026-04-22T10:00:00Z", "2026-04-23T10:00:00Z", "2026-04-23T09:00:00Z"],
    );
    await invalid(kit.advance(0.5), "ms: not_integer");
    await invalid(kit.advance("1"), "ms: wrong_type");
    await invalid(kit.advance(2 ** 53), "ms: out_of_range");
    await invalid(kit.advance(), "ms: required");
    equal((await kit.createUser()).created_at, "2026-04-23T09:00:00Z");
  },
};

/** Calls that are made at once: each as if it were alone, all of them stored together. */

import { assert, begin, equal, failure } from "./words.mjs";

const names = (count) => Array.from({ length: count }, (_, i) => `Campaign ${i}`);

export const cases = {
  async "of calls made at once one that is refused changes nothing, and all others are stored"(kit) {
    const { me, request } = await begin(kit);
    const create = (name) => me.createCampaign({ ...request, name });
    const [first, second, third, seen, other] = await Promise.allSettled([
      create("A"),
      create("A"),
      create("B"),
      me.listCampaigns(),
      kit.createUser({ name: "Other" }),
    ]);
    equal(second.reason.code, "name_taken");
    equal([first, third].map(({ value }) => value.campaign.name), ["A", "B"]);
    equal(seen.value.campaigns, [third.value.campaign, first.value.campaign], "a reading sees what was called before it");
    equal(await kit.getUser(other.value.id), other.value);
    equal((await me.listCampaigns()).campaigns, seen.value.campaigns);
  },

  async "commits of calls made at once are told one by one, in order"(kit) {
    const { user, me, request } = await begin(kit);
    const told = [];
    const end = me.onCommit((commit) => told.push(commit));
    await me.listCampaigns();
    const created = await Promise.all(names(200).map((name) => me.createCampaign({ ...request, name })));
    await failure(me.createCampaign({ ...request, name: "Campaign 7" }));
    for (let ms = 0; told.length < 200 && ms < 10_000; ms += 10) await new Promise((resolve) => setTimeout(resolve, 10));
    end();
    equal(
      told.map(({ user_id, events }) => [user_id, events.map(({ type, campaign_id }) => [type, campaign_id])]),
      created.map(({ campaign }) => [user.id, [["campaign_created", campaign.id]]]),
    );
    const numbers = told.map(({ events }) => events[0].number);
    assert(numbers.every((number, at) => number === numbers[0] + at), "without a gap");
  },

  async "calls that must be alone keep their place among those made at once"(kit) {
    const { me, request } = await begin(kit);
    const create = (name) => me.createCampaign({ ...request, name });
    const people = { prospects: [{ email: "bo@example.com" }] };
    const { campaign } = await create("Running");
    const [, , , first, exported, , second, validated, , erased, third] = await Promise.all([
      me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hello", body: "Hello." }),
      me.addProspects(campaign.id, people),
      create("A"),
      me.listCampaigns(),
      kit.exportDatabase(),
      create("B"),
      me.listCampaigns(),
      me.validate(campaign.id),
      me.launch(campaign.id, undefined, { onProgress: () => {} }),
      me.erasePerson({ email: "bo@example.com" }),
      me.listCampaigns(),
    ]);
    const count = ({ campaigns }) => campaigns.length;
    equal([count(first), count(second), count(third), validated.errors, erased.prospects], [2, 3, 3, [], 1]);
    equal(third.campaigns.at(-1).status, "completed");
    const [imported] = await Promise.all([kit.importDatabase(exported), create("C"), create("D")]);
    equal(imported.warnings, []);
    const left = new Set((await me.listCampaigns()).campaigns.map(({ name }) => name));
    assert(left.has("A") && left.has("Running") && !left.has("B"), "what was exported is there");
  },
};

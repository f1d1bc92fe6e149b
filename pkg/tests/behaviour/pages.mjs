/** Lists as a whole, sessions that are shared, and what else the package has for convenience. */

import { assert, equal, failure, begin, UUID } from "./words.mjs";

export const cases = {
  async "a list is one page when it is awaited, and all of it when it is iterated"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const people = Array.from({ length: 7 }, (_, n) => ({ email: `p${n}@example.com` }));
    await me.addProspects(campaign.id, { prospects: people });
    const page = await me.listProspects(campaign.id, { limit: 3 });
    equal([page.prospects.length, typeof page.next_cursor], [3, "string"]);
    const emails = [];
    for await (const { email } of me.listProspects(campaign.id, { limit: 3 })) emails.push(email);
    equal(
      emails,
      people.map(({ email }) => email),
    );
    let first;
    for await (const { type } of me.listEvents({ limit: 1 })) {
      first = type;
      break;
    }
    equal(first, "user_created");
    for await (const user of kit.listUsers({ limit: 1 })) equal(typeof user.id, "string");
    const error = await failure(me.listLeads(campaign.id)[Symbol.asyncIterator]().next());
    equal(error.code, "list_not_found");
  },

  async "a user has one session, whatever the case of the id"(kit) {
    const { user, me } = await begin(kit);
    assert(kit.as(user.id.toUpperCase()) === me, "the same object");
    assert(kit.as((await kit.createUser()).id) !== me, "another one for another user");
  },

  async "ids can be made, and issues are sentences"(kit, { issueText, uuidv7 }) {
    const { me, request } = await begin(kit);
    const ids = Array.from({ length: 5_000 }, uuidv7);
    assert(
      ids.every((id) => UUID.test(id)),
      "each is a UUIDv7",
    );
    equal([...ids].sort(), ids);
    equal((await me.createCampaign({ ...request, id: ids[0] })).campaign.id, ids[0]);
    const { issues } = await failure(me.createCampaign({ ...request, name: "" }));
    equal(issues.map(issueText), ["name must not be empty"]);
    equal(issueText({ path: "", code: "wrong_type", message: "must be an object" }), "the request must be an object");
  },

  async "a kit can be closed by the block that uses it"(kit, { open }) {
    if (!Symbol.asyncDispose) return;
    const other = await open({ storage: "memory" });
    await other[Symbol.asyncDispose]();
    equal((await failure(other.createUser())).code, "closed");
  },
};

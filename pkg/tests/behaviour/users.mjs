/** Users and their accounts. */

import { assert, equal, refused, invalid, uuid7, begin } from "./words.mjs";

export const cases = {
  async "another user's rows behave like rows that do not exist"(kit) {
    const { me, request, account } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const stranger = kit.as((await kit.createUser()).id);
    const unknown = uuid7();
    equal((await stranger.listCampaigns()).campaigns, []);
    for (const id of [campaign.id, unknown]) {
      await refused(stranger.getCampaign(id), "not_found", 404, "campaign_not_found");
      await refused(stranger.deleteCampaign(id), "not_found", 404, "campaign_not_found");
    }
    for (const id of [account.id, unknown]) {
      await refused(stranger.getAccount(id), "not_found", 404, "account_not_found");
      await invalid(
        stranger.createCampaign({ ...request, sender_account_ids: [id] }),
        "sender_account_ids[0]: sender_not_found",
      );
    }
    await refused(kit.as(unknown).createCampaign(request), "not_found", 404, "user_not_found");
  },

  async "accounts are updated, listed by type and removed when nothing uses them"(kit) {
    const { me, account, request } = await begin(kit);
    const linkedin = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana" });
    const error = await refused(
      me.addAccount({ type: "email", email_address: "Ana@Example.com" }),
      "conflict",
      409,
      "account_exists",
    );
    equal(error.path, "email_address");
    equal((await me.updateAccount(account.id, { last_name: "Lovelace" })).last_name, "Lovelace");
    equal((await me.getAccount(account.id)).last_name, "Lovelace");
    equal(
      (await me.listAccounts({ type: "email" })).accounts.map(({ id }) => id),
      [account.id],
    );
    const { campaign } = await me.createCampaign(request);
    await refused(me.removeAccount(account.id), "conflict", 409, "account_in_use");
    equal(await me.removeAccount(linkedin.id), undefined);
    await me.deleteCampaign(campaign.id);
    await me.removeAccount(account.id);
    equal(await me.listAccounts(), { accounts: [], next_cursor: null });
  },

  async "a user is found by the id that another system has for them"(kit) {
    const user = await kit.createUser({ name: "Bo", external_id: "crm-7" });
    equal([user.name, user.external_id], ["Bo", "crm-7"]);
    equal(await kit.findUser("crm-7"), user);
    const error = await refused(kit.createUser({ external_id: "crm-7" }), "conflict", 409, "external_id_taken");
    equal(error.path, "external_id");
    await kit.updateUser(user.id, { external_id: null });
    await refused(kit.findUser("crm-7"), "not_found", 404, "user_not_found");
  },

  async "a user has a time zone that can change"(kit) {
    const user = await kit.createUser();
    equal(user.time_zone, "UTC");
    equal((await kit.updateUser(user.id, { time_zone: "Asia/Tokyo" })).time_zone, "Asia/Tokyo");
    equal((await kit.getUser(user.id)).time_zone, "Asia/Tokyo");
    const error = await invalid(kit.createUser({ time_zone: "Europe/Berlln" }), "time_zone: unknown_time_zone");
    assert(error.issues[0].suggestions.includes("Europe/Berlin"), "the closest names are suggested");
  },
};

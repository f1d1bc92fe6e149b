/** How requests are read: what is ignored with a notice, what is refused, and that no request breaks the engine. */

import { assert, equal, refused, invalid, bytes, uuid7, begin } from "./words.mjs";

export const cases = {
  async "a field of the other channel is ignored with a notice, whatever its value"(kit) {
    const { me, request } = await begin(kit);
    const { campaign, notices } = await me.createCampaign({
      ...request,
      skip_other_campaigns: "perhaps",
      operating_hours: 7,
    });
    equal(campaign.skip_other_campaigns, null);
    equal(notices.map(({ code, path }) => [code, path]).sort(), [
      ["field_ignored", "operating_hours"],
      ["field_ignored", "skip_other_campaigns"],
    ]);
  },

  async "an unknown field is ignored with a notice that names the closest field"(kit) {
    const { me, request } = await begin(kit);
    const { campaign, notices } = await me.createCampaign({ ...request, dailyLimit: 7 });
    equal(campaign.daily_limit, 50);
    const [{ message, ...notice }] = notices;
    assert(message !== "", "a notice has a message");
    equal([notices.length, notice], [1, { code: "unknown_field", path: "dailyLimit", closest: "daily_limit" }]);
  },

  async "a request that is refused reports its unknown fields, with the closest known ones"(kit, { open }) {
    const { me, request } = await begin(kit);
    const unknown = async (promise) => {
      const { issues } = await refused(promise, "invalid", 400, "invalid_input");
      return issues.filter(({ code }) => code === "unknown_field").map(({ path, closest }) => `${path} ${closest}`);
    };
    const refusedFields = { ...request, dailyLimit: 7, stopOnReply: 1 };
    const closest = ["dailyLimit daily_limit", "stopOnReply stop_on_reply"];
    equal(await unknown(me.createCampaign({ ...refusedFields, name: "" })), closest);
    equal(await unknown(me.createCampaign({ ...refusedFields, sender_account_ids: [uuid7()] })), closest);
    const { campaign } = await me.createCampaign(request);
    equal(await unknown(me.updateCampaign(campaign.id, { daily_limit: "7", nmae: "A" })), ["nmae name"]);
    const node = { type: "email", Subject: "Hello", is_reply: 1 };
    equal(await unknown(me.insertNode(campaign.id, node)), ["Subject subject"]);
    const sequence_nodes = [{ ...node, type: "sms" }];
    equal(await unknown(me.updateCampaign(campaign.id, { sequence_nodes })), ["sequence_nodes[0].Subject subject"]);
    equal(await unknown(me.due({ untill: "idle", lease: 60 }).next()), ["untill until", "lease lease_seconds"]);
    const simulated = { seed: 1, time: "2026-04-22T10:00:00Z", Now: 1 };
    equal(await unknown(open({ storage: "memory", simulatd: 1, simulated })), [
      "simulatd simulated",
      "simulated.time seed",
      "simulated.Now now",
    ]);
  },

  async "a daily limit is clamped with a notice, never refused for its size"(kit) {
    const { me, request } = await begin(kit);
    for (const [from, to] of [
      [1e15, 500],
      [2 ** 53, 500],
      [-1e17, 1],
      [1e18, 500],
      [1e300, 500],
      [501, 500],
      [0, 1],
      [-3, 1],
    ]) {
      const { campaign, notices } = await me.createCampaign({ ...request, name: `Limit ${from}`, daily_limit: from });
      equal(campaign.daily_limit, to);
      equal(
        notices.map(({ message, ...notice }) => notice),
        [{ code: "value_adjusted", path: "daily_limit", from, to }],
      );
    }
  },

  async "an object with many references to itself is handled like any other"(kit) {
    const { me, request } = await begin(kit);
    const owner = { name: "row" };
    for (let i = 0; i < 6; i++) owner[`link${i}`] = owner;
    const { notices } = await me.createCampaign({ ...request, owner });
    equal(
      notices.map(({ code, path }) => [code, path]),
      [["unknown_field", "owner"]],
    );
    const { name: _, ...others } = request;
    const { issues } = await refused(
      me.createCampaign({ ...others, name: owner, save() {} }),
      "invalid",
      400,
      "invalid_input",
    );
    equal(
      issues.map(({ code, path }) => [code, path]),
      [
        ["wrong_type", "name"],
        ["unknown_field", "save"],
      ],
    );
  },

  async "a long list without items is refused like one that is too long"(kit) {
    const { me, request } = await begin(kit);
    const longest = new Array(2 ** 32 - 1);
    await invalid(me.createCampaign({ ...request, sender_account_ids: longest }), ": too_many");
    // Anything but plain data reaches the engine in another way.
    await invalid(me.createCampaign({ ...request, sender_account_ids: longest, save() {} }), ": too_many");
    const { campaign } = await me.createCampaign(request);
    await invalid(me.addProspects(campaign.id, { prospects: longest }), ": too_many");
    const length = { get: (list, field) => (field === "length" ? longest.length : list[field]) };
    await invalid(me.addProspects(campaign.id, { prospects: new Proxy([], length) }), ": too_many");
  },

  async "text is kept as it was given, or refused"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "\u{1f680} \ufffd \ufeff\u202e" });
    equal(campaign.name, "\u{1f680} \ufffd \ufeff\u202e");
    await invalid(me.createCampaign({ ...request, name: "a\0b" }), "name: control_character");
    const half = { ...request, name: "\ud83d", signature: "a\udfffb" };
    const { issues } = await refused(me.createCampaign(half), "invalid", 400, "invalid_input");
    equal(issues.map(({ code, path }) => `${path} ${code}`).sort(), ["name wrong_type", "signature wrong_type"]);
  },

  async "names of fields are kept as they were given, or refused, and never confused with one another"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const person = (custom_fields) => ({ email: "bo@example.com", custom_fields });
    const halves = { "a\ud800": "one", "a\udfff": "two" };
    const at = (path) => [`${path}.a\ufffd: malformed_key`, `${path}.a\ufffd: malformed_key`];
    const adding = (custom_fields) => me.addProspects(campaign.id, { prospects: [person(custom_fields)] });
    await invalid(adding(halves), ...at("prospects[0].custom_fields"));
    // Anything but plain data reaches the engine in another way.
    const wrong = "prospects[0].custom_fields.save: wrong_type";
    await invalid(adding({ ...halves, save() {} }), wrong, ...at("prospects[0].custom_fields"));
    await invalid(adding({ "a\ud800": null }), "prospects[0].custom_fields.a\ufffd: malformed_key");
    await invalid(adding({ Plan: "Pro", " Plan": "Free" }), "prospects[0].custom_fields. Plan: duplicate");
    const list = await me.createList({ name: "People" });
    await invalid(me.addLeads(list.id, { leads: [person(halves)] }), ...at("leads[0].custom_fields"));

    const custom_fields = { "\ufffd": "\ufffd", "\u{1f680}": "\u{1f680}", "e\u0301": "1", "\u00e9": "2" };
    const { outcomes } = await adding(custom_fields);
    const [{ prospect_id }] = outcomes;
    equal((await me.getProspect(prospect_id)).custom_fields, custom_fields);
    const update = { custom_fields: { ...halves, "\ufffd": null } };
    await invalid(me.updateProspect(prospect_id, update), ...at("custom_fields"));
    await invalid(
      me.updateProspect(prospect_id, { custom_fields: { Plan: null, "Plan ": "Pro" } }),
      "custom_fields.Plan : duplicate",
    );
    equal((await me.getProspect(prospect_id)).custom_fields, custom_fields);

    const { notices } = await me.createCampaign({ ...request, name: "B", "name\ud800": 1, "name\udfff": 2 });
    equal(
      notices.map(({ code, path, closest }) => [code, path, closest]),
      Array(2).fill(["unknown_field", "name\ufffd", "name"]),
    );
    await invalid(kit.createUser({ "time_zone\ud800": "UTC" }), "time_zone\ufffd: unknown_field");
  },

  async "options and arguments that throw are refused like those of a wrong type"(
    kit,
    { open, recover, replaceDatabase },
  ) {
    const { me, request } = await begin(kit);
    const throws = () => {
      throw new Error("no");
    };
    const trap = (target) => new Proxy(target, { get: throws, getPrototypeOf: throws, has: throws, ownKeys: throws });
    const hidden = (field, rest = {}) => Object.defineProperty({ ...rest }, field, { enumerable: true, get: throws });
    const unprintable = { toString: throws, valueOf: throws, [Symbol.toPrimitive]: throws };
    const cyclic = { storage: "memory" };
    cyclic.simulated = cyclic;
    const { proxy: revoked, revoke } = Proxy.revocable({ storage: "memory" }, {});
    revoke();
    const ways = [open, recover, (options) => replaceDatabase(options, new Uint8Array())];
    for (const way of ways) {
      for (const options of [trap({}), revoked, throws, Symbol("s"), 7n]) await invalid(way(options), ": wrong_type");
      for (const storage of [unprintable, trap({}), throws, Symbol("s"), 7n])
        await invalid(way({ storage }), "storage: wrong_type");
      await invalid(way(hidden("storage")), "storage: wrong_type");
      await invalid(way(hidden("name", { storage: "opfs" })), "name: wrong_type");
      await invalid(way({ storage: "file", path: unprintable }), "path: wrong_type");
      await invalid(way({ storage: "file", path: "a\ud800" }), "path: wrong_type");
      await invalid(way({ storage: "opfs", name: "a\ud800" }), "name: wrong_type");
      await invalid(way(hidden("simulated", { storage: "memory" })), "simulated: wrong_type");
      await invalid(
        way({ storage: "memory", simulated: hidden("now", { seed: unprintable }) }),
        "simulated.seed: wrong_type",
        "simulated.now: wrong_type",
      );
      await invalid(way(cyclic), "simulated: wrong_type");
    }

    const { campaign } = await me.createCampaign(request);
    const file = bytes("email\n");
    for (const work of [hidden("onProgress"), trap({}), { onProgress: 7 }, { signal: 7 }, { signal: trap({}) }, 7]) {
      const error = await refused(me.launch(campaign.id, {}, work), "invalid", 400, "invalid_input");
      assert(
        error.issues.every(({ path, code }) => path.startsWith("work") && code === "wrong_type"),
        "the work is refused",
      );
    }
    for (const source of [trap({}), revoked, unprintable, trap(new Blob([file])), throws])
      await invalid(kit.importDatabase(source), "source: wrong_type");
    for (const value of [trap({}), revoked, unprintable, Symbol("s"), trap(new Blob([file]))]) {
      await invalid(me.previewCsv(value), "bytes: wrong_type");
      await invalid(kit.getUser(value), "user_id: wrong_type");
      await invalid(kit.as(value).listAccounts(), "user_id: wrong_type");
      await invalid(kit.advance(value), "simulated: required");
      await invalid(me.deleteNode(value, value, value), "campaign_id: wrong_type");
    }
    await invalid(me.listCampaigns(hidden("limit")), "limit: wrong_type");
    await invalid(me.createCampaign({ ...request, sender_account_ids: trap([]) }), "sender_account_ids: wrong_type");

    const failed = (query) => new Promise((told) => me.subscribe(query, throws, told));
    for (const query of [trap({}), revoked, undefined, null, 7, "campaigns", [], throws, Symbol("s")])
      await invalid(Promise.reject(await failed(query)), ": wrong_type");
    for (const query of [{}, { lists: {} }, { user: true, accounts: {} }])
      await invalid(Promise.reject(await failed(query)), ": one_of");
    await invalid(Promise.reject(await failed({ user: 1 })), "user: wrong_type");
    await invalid(Promise.reject(await failed({ campaigns: {}, limit: 5 })), "limit: unknown_field");
    await invalid(
      Promise.reject(await failed({ accounts: unprintable })),
      "toString: unknown_field",
      "valueOf: unknown_field",
    );
    await invalid(Promise.reject(await failed({ campaign: hidden("id") })), "campaign_id: wrong_type");
    await invalid(Promise.reject(await failed(hidden("tasks"))), "campaign_id: wrong_type");
    for (const value of [undefined, 7, {}, trap({})]) {
      for (const listen of [
        () => me.subscribe({ user: true }, value),
        () => me.onCommit(value),
        () => kit.onOutdated(value),
      ]) {
        await invalid(new Promise(() => listen()), "callback: wrong_type");
      }
    }
    await kit.createUser();
  },

  async "null means not given"(kit) {
    const { me, request } = await begin(kit);
    const { campaign, notices } = await me.createCampaign({ ...request, id: null, daily_limit: null, signature: null });
    equal([campaign.daily_limit, campaign.signature, notices], [50, "Best,\n%first_name%", []]);
  },

  async "an invalid request is refused with every issue at once and writes nothing"(kit) {
    const { me, account } = await begin(kit);
    const bad = {
      type: "email",
      name: "   ",
      sender_account_ids: ["nonsense", account.id, 5],
      daily_limit: "50",
      stop_on_reply: 1,
    };
    await invalid(
      me.createCampaign(bad),
      "name: empty",
      "sender_account_ids[0]: malformed_id",
      "sender_account_ids[2]: wrong_type",
      "daily_limit: wrong_type",
      "stop_on_reply: wrong_type",
    );
    await invalid(me.createCampaign({}), "type: required", "name: required", "sender_account_ids: required");
    equal((await me.listCampaigns()).campaigns, []);
  },

  async "numbers are not coerced"(kit) {
    const { me, request } = await begin(kit);
    for (const daily_limit of [NaN, Infinity, 12.5, "50", true, [50]]) {
      const error = await refused(me.createCampaign({ ...request, daily_limit }), "invalid", 400, "invalid_input");
      equal(
        error.issues.map(({ path }) => path),
        ["daily_limit"],
        String(daily_limit),
      );
    }
  },

  async "values that are not plain data are refused like every other wrong type"(kit) {
    const { me, request } = await begin(kit);
    for (const value of [undefined, null, 7, "text", true, [], Symbol("s"), () => {}]) {
      await invalid(me.createCampaign(value), ": wrong_type");
    }
    await invalid(
      me.createCampaign({ ...request, name: () => {}, signature: Symbol("s"), daily_limit: () => {} }),
      "name: wrong_type",
      "signature: wrong_type",
      "daily_limit: wrong_type",
    );
    await invalid(
      me.createCampaign({ ...request, name: new Uint8Array(3), daily_limit: new Promise(() => {}) }),
      "name: wrong_type",
      "daily_limit: wrong_type",
    );

    const hostile = Object.defineProperty({ ...request }, "name", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    await invalid(me.createCampaign(hostile), "name: wrong_type");
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    await invalid(me.createCampaign(proxy), ": wrong_type");
    await invalid(me.createCampaign({ ...request, signature: proxy }), "signature: wrong_type");

    const cyclic = { ...request };
    cyclic.name = cyclic;
    await invalid(me.createCampaign(cyclic), "name: wrong_type");
    cyclic.sender_account_ids = [cyclic, () => {}];
    await invalid(
      me.createCampaign(cyclic),
      "name: wrong_type",
      "sender_account_ids[0]: wrong_type",
      "sender_account_ids[1]: wrong_type",
    );

    let deep = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    await refused(me.createCampaign(deep), "invalid", 400, "invalid_input");

    await invalid(
      kit.getUser(() => {}),
      "user_id: wrong_type",
    );
    await invalid(me.getCampaign(Symbol("s")), "campaign_id: wrong_type");
    await invalid(me.getCampaign("nonsense"), "campaign_id: malformed_id");
    equal((await me.createCampaign(request)).campaign.name, request.name, "the database still works");
  },

  async "a request that is too large is one issue, and an invalid one lists a hundred and counts the others"(kit) {
    const { me, account, request } = await begin(kit);
    const many = new Array(250_000).fill(account.id);
    for (const more of [{ x: many }, { x: [...many, () => {}] }, { sender_account_ids: many, name: Symbol("s") }]) {
      await invalid(me.createCampaign({ ...request, ...more }), ": too_many");
    }
    await invalid(me.getCampaign(many), ": too_many");
    await invalid(me.createCampaign({ ...request, x: "é".repeat(2 ** 24 + 1) }), ": too_large");
    await invalid(me.createCampaign({ ...request, ["x".repeat(2 ** 25)]: 1 }), ": too_large");
    await invalid(
      me.createCampaign({ ...request, sender_account_ids: many.slice(0, 101) }),
      "sender_account_ids: too_many",
    );

    const prospects = new Array(1_000).fill({ email: 7 });
    const { campaign, notices, more_notices } = await me.createCampaign({
      ...request,
      ...Object.fromEntries(many.slice(0, 1_000).map((_, n) => [`x${n}`, n])),
    });
    equal([notices.length, more_notices], [20, 980]);
    const { issues, more_issues } = await refused(
      me.addProspects(campaign.id, { prospects }),
      "invalid",
      400,
      "invalid_input",
    );
    equal([issues.length, more_issues], [100, 900]);
  },

  async "the first 20 unknown fields of a request are named, the others counted, and each is read once"(kit, { open }) {
    const { me } = await begin(kit);
    let reads = 0;
    const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`field_${n}`, n]));
    const counted = new Proxy({ name: "L", ...many(100_000) }, { get: (all, name) => (reads++, all[name]) });
    const person = { email: "bo@example.com", ...many(100) };
    const calls = {
      request: [me.createList({ name: "L", ...many(249_000) }), 249_000],
      counted: [me.createList(counted), 100_000],
      query: [me.listCampaigns(many(100_000)), 100_000],
      people: [me.addLeads(uuid7(), { leads: new Array(1_000).fill(person) }), 100_000],
      options: [open({ storage: "memory", ...many(100_000) }), 100_000],
      live: [new Promise((_, reject) => me.subscribe({ user: true, ...many(100_000) }, () => {}, reject)), 100_000],
    };
    for (const [what, [call, count]] of Object.entries(calls)) {
      const { issues, more_issues } = await refused(call, "invalid", 400, "invalid_input");
      equal([issues.length, more_issues, issues[19].code], [20, count - 20, "unknown_field"], what);
    }
    // Names also cause requests for descriptors; values are read only by `get`.
    assert(reads <= 2 * 100_001, `${reads} reads`);
  },

  async "a request is read as it was when the call was made"(kit) {
    const { me, request } = await begin(kit);
    const created = me.createCampaign(request);
    request.name = "Changed afterwards";
    equal((await created).campaign.name, "Outreach");
  },
};

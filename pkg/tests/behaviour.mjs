/**
 * What the package promises everywhere, once: each case runs in Node and in Chromium, over every storage.
 *
 * It is served to browsers as it is, so it imports nothing.
 */

export function assert(holds, message) {
  if (!holds) throw new Error(message);
}

export function equal(actual, expected, where = "value") {
  const same = (a, b) =>
    Object.is(a, b) ||
    (typeof a === "object" &&
      typeof b === "object" &&
      a !== null &&
      b !== null &&
      Array.isArray(a) === Array.isArray(b) &&
      Object.keys(a).length === Object.keys(b).length &&
      Object.keys(a).every((key) => Object.hasOwn(b, key) && same(a[key], b[key])));
  assert(same(actual, expected), `${where}: got ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** The error that a promise rejects with. */
export async function failure(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    assert(
      error instanceof Error && error.name === "CampaignKitError",
      `not a CampaignKitError: ${error?.stack ?? error}`,
    );
    return error;
  }
  throw new Error(`expected an error, got ${JSON.stringify(answer)}`);
}

/** Checks kind, status and code of what a promise rejects with. */
export async function refused(promise, kind, status, code) {
  const error = await failure(promise);
  equal([error.kind, error.status, error.code], [kind, status, code], `error ${error.message}`);
  assert(typeof error.message === "string" && error.message !== "", "an error has a message");
  return error;
}

/** Checks that a request is `invalid_input` with exactly these issues, as `path: code`, in any order. */
export async function invalid(promise, ...issues) {
  const error = await refused(promise, "invalid", 400, "invalid_input");
  equal(error.issues.map(({ path, code }) => `${path}: ${code}`).sort(), issues.sort(), "issues");
  return error;
}

export function bytes(text) {
  return new TextEncoder().encode(text);
}

export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(Date.now() / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, Date.now() % 2 ** 32);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return [...bytes]
    .map((byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + byte.toString(16).padStart(2, "0"))
    .join("");
}

/** A user with an email account, and a request that creates an email campaign. */
export async function begin(kit) {
  const user = await kit.createUser({ time_zone: "Europe/Berlin" });
  const me = kit.as(user.id);
  const account = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana" });
  return { user, me, account, request: { type: "email", name: "Outreach", sender_account_ids: [account.id] } };
}

/** The ids of every campaign of every user, each checked to be whole: an email campaign of `begin`. */
export async function wholeCampaigns(kit) {
  const ids = [];
  for await (const user of rows((query) => kit.listUsers(query), "users")) {
    const me = kit.as(user.id);
    for await (const { id } of rows((query) => me.listCampaigns(query), "campaigns")) {
      const { sender_account_ids, sequence_nodes } = await me.getCampaign(id);
      equal([sender_account_ids.length, ...sequence_nodes.map(({ type }) => type)], [1, "email", "end"]);
      ids.push(id);
    }
  }
  return ids;
}

async function* rows(list, field) {
  for (let cursor; cursor !== null;) {
    const page = await list({ limit: 200, cursor });
    yield* page[field];
    cursor = page.next_cursor;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Each takes an open, empty database; what `open` was and the class of errors are there for the few that need them. */
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

  async "an object that refers to itself in many ways is answered like any other"(kit) {
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
      [["wrong_type", "name"]],
    );
  },

  async "a list that is long without having anything is answered as one that is too long"(kit) {
    const { me, request } = await begin(kit);
    const longest = new Array(2 ** 32 - 1);
    await invalid(me.createCampaign({ ...request, sender_account_ids: longest }), ": too_many");
    // What is no plain data takes another way to the engine.
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

  async "names of fields are kept as they were given, or refused, and never taken for one another"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const person = (custom_fields) => ({ email: "bo@example.com", custom_fields });
    const halves = { "a\ud800": "one", "a\udfff": "two" };
    const at = (path) => [`${path}.a\ufffd: malformed_key`, `${path}.a\ufffd: malformed_key`];
    const adding = (custom_fields) => me.addProspects(campaign.id, { prospects: [person(custom_fields)] });
    await invalid(adding(halves), ...at("prospects[0].custom_fields"));
    // What is no plain data takes another way to the engine.
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

  async "options and arguments that throw are answered like those of a wrong type"(
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
        "it is the work",
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

  async "a bad request answers with every issue at once and writes nothing"(kit) {
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

  async "values that are not plain data are answered like every other wrong type"(kit) {
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
    equal((await me.createCampaign(request)).campaign.name, request.name, "the database goes on");
  },

  async "a request that is too large is one issue, and a bad one tells a hundred and counts the others"(kit) {
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
    // Names are asked for descriptors and such, too; values are read by `get` alone.
    assert(reads <= 2 * 100_001, `${reads} reads`);
  },

  async "a request is what it was when it was made"(kit) {
    const { me, request } = await begin(kit);
    const created = me.createCampaign(request);
    request.name = "Changed afterwards";
    equal((await created).campaign.name, "Outreach");
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

  async "another user's rows answer like rows that do not exist"(kit) {
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

  async "a sender of the other channel is named with its index"(kit) {
    const { me, account, request } = await begin(kit);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana" });
    await invalid(
      me.createCampaign({ ...request, sender_account_ids: [account.id, id, uuid7()] }),
      "sender_account_ids[1]: sender_wrong_channel",
      "sender_account_ids[2]: sender_not_found",
    );
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

  async "a user has a time zone that can change"(kit) {
    const user = await kit.createUser();
    equal(user.time_zone, "UTC");
    equal((await kit.updateUser(user.id, { time_zone: "Asia/Tokyo" })).time_zone, "Asia/Tokyo");
    equal((await kit.getUser(user.id)).time_zone, "Asia/Tokyo");
    const error = await invalid(kit.createUser({ time_zone: "Europe/Berlln" }), "time_zone: unknown_time_zone");
    assert(error.issues[0].suggestions.includes("Europe/Berlin"), "the closest names are suggested");
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

  async "prospects are added, paged through, changed and removed"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "rival.example" }] });
    const report = await me.addProspects(campaign.id, {
      prospects: [
        { email: " Bo@Example.com", first_name: "Bo", company: "Acme", custom_fields: { Plan: "Pro" } },
        { email: "cy@rival.example" },
        { email: "bo@example.com" },
        { email: "di@example.com" },
      ],
    });
    const [{ prospect_id: bo }, , , { prospect_id: di }] = report.outcomes;
    equal(report, {
      imported: 2,
      duplicates: 1,
      suppressed: 1,
      invalid: 0,
      total: 4,
      outcomes: [
        { outcome: "imported", prospect_id: bo },
        { outcome: "suppressed", prospect_id: null },
        { outcome: "duplicate", prospect_id: bo },
        { outcome: "imported", prospect_id: di },
      ],
    });
    const prospect = await me.getProspect(bo);
    equal(prospect, {
      id: bo,
      campaign_id: campaign.id,
      status: "pending",
      email: "bo@example.com",
      linkedin_url: null,
      name: "Bo",
      first_name: "Bo",
      last_name: null,
      company: "Acme",
      position: null,
      headline: null,
      custom_fields: { Plan: "Pro" },
      created_at: prospect.created_at,
      updated_at: prospect.created_at,
    });
    const { prospects, next_cursor } = await me.listProspects(campaign.id, { limit: 1 });
    equal(prospects, [prospect]);
    equal(
      (await me.listProspects(campaign.id, { cursor: next_cursor, status: "pending" })).prospects.map(({ id }) => id),
      [di],
    );
    const changed = await me.updateProspect(bo, { company: null, custom_fields: { Plan: null, Size: "10" } });
    equal([changed.company, changed.first_name, changed.custom_fields], [null, "Bo", { Size: "10" }]);
    await invalid(me.updateProspect(bo, { email: "other@example.com" }), "email: immutable");
    await invalid(
      me.addProspects(campaign.id, {
        prospects: [{ email: "new@example.com" }, { first_name: "Eve" }, { email: "eve" }],
      }),
      "prospects[1].email: required",
      "prospects[2].email: malformed_email",
    );
    equal(await me.removeProspect(bo), undefined);
    await refused(me.getProspect(bo), "not_found", 404, "prospect_not_found");
    equal(
      (await me.listProspects(campaign.id)).prospects.map(({ id }) => id),
      [di],
    );
  },

  async "a thousand prospects go in one call, with much about each"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const custom_fields = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`Field ${i}`, `${i}`]));
    const prospects = Array.from({ length: 1000 }, (_, i) => ({ email: `p${i}@example.com`, custom_fields }));
    // A proxy cannot be cloned; what cannot takes another way to the engine, which must have room for as much.
    const report = await me.addProspects(campaign.id, new Proxy({ prospects }, {}));
    equal([report.imported, report.total], [1000, 1000]);
    equal((await me.getProspect(report.outcomes[999].prospect_id)).custom_fields, custom_fields);
    await invalid(me.addProspects(campaign.id, { prospects: [...prospects, {}] }), "prospects: too_many");
  },

  async "saved lists are filled, imported and deleted"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const list = await me.createList({ name: " Founders " });
    equal([list.name, list.lead_count], ["Founders", 0]);
    equal(
      (await refused(me.createList({ name: "Founders" }), "conflict", 409, "name_taken")).suggested_name,
      "Founders (2)",
    );
    const added = await me.addLeads(list.id, {
      leads: [
        { email: "bo@example.com", first_name: "Bo" },
        { linkedin_url: "linkedin.com/in/cy" },
        { email: "BO@example.com" },
      ],
    });
    const [{ lead_id: bo }, { lead_id: cy }] = added.outcomes;
    equal(added, {
      added: 2,
      duplicates: 1,
      outcomes: [
        { outcome: "added", lead_id: bo },
        { outcome: "added", lead_id: cy },
        { outcome: "duplicate", lead_id: bo },
      ],
    });
    await invalid(me.addLeads(list.id, { leads: [{ first_name: "Di" }] }), "leads[0].email: required");

    const { outcomes, ...counts } = await me.importList(campaign.id, list.id);
    equal(counts, { imported: 1, duplicates: 0, suppressed: 0, invalid: 1, total: 2 });
    equal(
      outcomes.map(({ outcome, lead_id, issues }) => [
        outcome,
        lead_id,
        issues?.map(({ path, code }) => `${path}: ${code}`),
      ]),
      [
        ["imported", bo, undefined],
        ["invalid", cy, ["email: required"]],
      ],
    );
    await refused(me.importList(campaign.id, uuid7()), "not_found", 404, "list_not_found");

    const { leads, next_cursor } = await me.listLeads(list.id, { limit: 1 });
    equal(
      leads.map(({ id, list_id, first_name }) => [id, list_id, first_name]),
      [[bo, list.id, "Bo"]],
    );
    equal(
      (await me.listLeads(list.id, { cursor: next_cursor })).leads.map(({ id }) => id),
      [cy],
    );
    equal(await me.removeLead(cy), undefined);
    await refused(me.removeLead(cy), "not_found", 404, "lead_not_found");
    equal((await me.getList(list.id)).lead_count, 1);
    const newer = await me.createList({ name: "Investors" });
    equal((await me.listLists({ limit: 1 })).lists, [newer]);
    equal((await me.listLists()).lists.length, 2);
    equal(await me.deleteList(list.id), undefined);
    await refused(me.getList(list.id), "not_found", 404, "list_not_found");
    equal((await me.listProspects(campaign.id)).prospects.length, 1, "who was imported stays");
  },

  async "a CSV file is previewed and imported, and stays the caller's"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const file = bytes(
      '\ufeffE-Mail;Vorname;Notiz\r\nbo@example.com;Bo;"zwei\r\nZeilen; ""ja"""\r\nnobody;Cy;\r\nBO@example.com;Bo;\r\n',
    );
    const preview = await me.previewCsv(file);
    const { mapping, content_hash } = preview;
    equal(preview, {
      encoding: "utf-8",
      delimiter: ";",
      has_header: true,
      columns: [
        { name: "E-Mail", samples: ["bo@example.com", "nobody", "BO@example.com"] },
        { name: "Vorname", samples: ["Bo", "Cy", "Bo"] },
        { name: "Notiz", samples: ['zwei\r\nZeilen; "ja"'] },
      ],
      mapping: ["email", "first_name", null],
      rows: [
        ["bo@example.com", "Bo", 'zwei\r\nZeilen; "ja"'],
        ["nobody", "Cy", ""],
        ["BO@example.com", "Bo", ""],
      ],
      total: 3,
      content_hash,
    });

    const around = new Uint8Array(file.length + 20).fill(7);
    around.set(file, 9);
    const view = around.subarray(9, 9 + file.length);
    equal(await me.previewCsv(view), preview, "a part of a buffer");
    equal(await me.previewCsv(file.buffer), preview, "an ArrayBuffer");
    const chosen = new Blob([file]);
    equal(await me.previewCsv(chosen), preview, "a Blob");

    await refused(me.importCsv(campaign.id, around, { mapping, content_hash }), "conflict", 409, "content_changed");
    await invalid(
      me.importCsv(campaign.id, file, { mapping: ["email", "email"], content_hash }),
      "mapping[1]: duplicate",
    );
    await invalid(me.importCsv(campaign.id, file, { mapping: ["name"], content_hash }), "mapping: required");
    const { outcomes, ...counts } = await me.importCsv(campaign.id, file, { mapping, content_hash });
    equal(counts, { imported: 1, duplicates: 1, suppressed: 0, invalid: 1, total: 3 });
    equal(
      outcomes.map(({ outcome, line, issues }) => [outcome, line, issues?.map(({ path, code }) => `${path}: ${code}`)]),
      [
        ["imported", 2, undefined],
        ["invalid", 4, ["email: malformed_email"]],
        ["duplicate", 5, undefined],
      ],
    );
    equal((await me.getProspect(outcomes[0].prospect_id)).custom_fields, { Notiz: 'zwei\r\nZeilen; "ja"' });
    for (const again of [view, chosen])
      equal((await me.importCsv(campaign.id, again, { mapping, content_hash })).imported, 0, "the same file again");
    equal([...view], [...file], "the bytes are where they were");
  },

  async "a file is what it was when the call was made, whatever comes with it"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    for (const rows of [1, 10_000]) {
      const text = `email\n${"bo@example.com\n".repeat(rows)}`;
      const { mapping, content_hash } = await me.previewCsv(bytes(text));
      // A proxy, as reactive libraries make them, cannot be cloned.
      for (const given of [{ mapping, content_hash }, new Proxy({ mapping, content_hash }, {})]) {
        const file = bytes(text);
        const importing = [me.importCsv(campaign.id, file, given), me.importCsv(campaign.id, file.buffer, given)];
        file.fill(0);
        equal(
          (await Promise.all(importing)).map(({ total }) => total),
          [rows, rows],
        );
      }
    }
  },

  async "a file is bytes, and nothing else is"(kit) {
    const { me } = await begin(kit);
    for (const value of [
      "email\n",
      7,
      true,
      [101],
      {},
      new Uint16Array(2),
      new DataView(new ArrayBuffer(2)),
      () => {},
      Symbol("s"),
    ]) {
      await invalid(me.previewCsv(value), "bytes: wrong_type");
    }
    await invalid(me.previewCsv(), "bytes: required");
    await invalid(me.previewCsv(new Uint8Array()), "bytes: empty");
    await invalid(me.previewCsv(bytes('email\n"bo')), "bytes: unterminated_quote");
    const gone = bytes("email\n");
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const value of [gone, gone.buffer]) await invalid(me.previewCsv(value), "bytes: wrong_type");
    await invalid(
      me.importCsv(() => {}, bytes("email\n"), {}),
      "campaign_id: wrong_type",
    );
    await invalid(
      me.importCsv(uuid7(), bytes("email\n"), { mapping: bytes("email"), content_hash: bytes("hash") }),
      "mapping: wrong_type",
      "content_hash: wrong_type",
    );
  },

  async "suppressions are added, listed by type and removed"(kit) {
    const { user, me } = await begin(kit);
    const answer = await me.addSuppressions({
      suppressions: [
        { type: "email_address", value: " Bo@Example.com " },
        { type: "linkedin_profile", value: "https://www.linkedin.com/in/Bo/" },
        { type: "email_address", value: "bo@example.com" },
      ],
    });
    const [address, profile, again] = answer.suppressions;
    equal([answer.added, answer.duplicates, again], [2, 1, address]);
    const { id, created_at } = address;
    equal(address, { id, user_id: user.id, type: "email_address", value: "bo@example.com", created_at });
    await invalid(
      me.addSuppressions({
        suppressions: [
          { type: "email_domain", value: "@" },
          { type: "phone", value: "1" },
        ],
      }),
      "suppressions[0].value: malformed_domain",
      "suppressions[1].type: unknown_value",
    );
    equal((await me.listSuppressions()).suppressions.length, 2);
    equal((await me.listSuppressions({ type: "linkedin_profile" })).suppressions, [profile]);
    equal(await me.removeSuppression(id), undefined);
    await refused(me.removeSuppression(id), "not_found", 404, "suppression_not_found");
  },

  async "a draft tells what is in the way of its launch, and launches when that is mended"(kit) {
    const { me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const text = { subject: "Hi %first_name%", body: "%frist_name% {{name}}" };
    await me.updateNode(id, sequence_nodes[0].id, text);
    const { outcomes } = await me.addProspects(id, {
      prospects: [{ email: "bo@example.com", first_name: "Bo" }, { email: "cy@example.com" }],
    });
    const found = await me.validate(id);
    const findings = (list) => list.map(({ message, hint, ...finding }) => finding);
    assert(
      [...found.errors, ...found.warnings].every(({ message, hint }) => message && hint),
      "a finding has a message and a hint",
    );
    equal(
      [found.ready, findings(found.warnings)],
      [false, [{ code: "foreign_template_syntax", path: "sequence_nodes[0].body" }]],
    );
    equal(findings(found.errors), [
      { code: "unknown_variable", path: "sequence_nodes[0].body", variable: "frist_name", closest: "first_name" },
      {
        code: "unresolved_variable",
        path: "sequence_nodes[0].subject",
        variable: "first_name",
        prospects: 1,
        prospect_ids: [outcomes[1].prospect_id],
        sender_account_ids: [],
      },
    ]);
    const error = await refused(me.launch(id), "invalid", 400, "not_ready");
    equal(error.issues, found.errors);

    await me.updateProspect(outcomes[1].prospect_id, { first_name: "Cy" });
    const { campaign } = await me.updateNode(id, sequence_nodes[0].id, { body: "Is %company|your company% growing?" });
    equal(await me.validate(id), { ready: true, errors: [], warnings: [] });
    await refused(me.launch(id, { expected_revision: 1 }), "conflict", 409, "revision_changed");
    const launched = await me.launch(id, { expected_revision: campaign.revision });
    equal([launched.campaign.status, launched.enrolled, launched.skipped], ["active", 2, []]);
    assert(INSTANT.test(launched.campaign.launched_at), "the launch has its instant");
    await refused(me.launch(id), "conflict", 409, "not_draft");
    await refused(me.updateCampaign(id, { signature: "" }), "conflict", 409, "not_draft");
    await refused(me.insertNode(id, { type: "delay", delay_days: 1 }), "conflict", 409, "not_draft");
    await invalid(
      me.addProspects(id, { prospects: [{ email: "di@example.com" }] }),
      "prospects[0].first_name: unresolved_variable",
    );
    await refused(me.deleteCampaign(id), "conflict", 409, "campaign_active");
  },

  async "a campaign is paused and resumed, and each again changes nothing"(kit) {
    const { me, request } = await begin(kit);
    const { id, sequence_nodes } = (await me.createCampaign(request)).campaign;
    const draft = await refused(me.pause(id), "conflict", 409, "invalid_transition");
    equal([draft.from, draft.to, draft.allowed], ["draft", "paused", ["active", "completed"]]);
    await me.updateNode(id, sequence_nodes[0].id, { subject: "Hello", body: "Hello." });
    await me.addProspects(id, { prospects: [{ email: "bo@example.com" }, { email: "cy@example.com" }] });
    await me.launch(id);

    const paused = await me.pause(id);
    equal([paused.campaign.status, paused.changed], ["paused", true]);
    equal(await me.pause(id), { ...paused, changed: false });
    const { suppressions } = await me.addSuppressions({
      suppressions: [{ type: "email_address", value: "bo@example.com" }],
    });
    const [bo] = (await me.listProspects(id)).prospects;
    const resumed = await me.resume(id);
    equal([resumed.campaign.status, resumed.changed], ["active", true]);
    equal(resumed.skipped, [{ prospect_id: bo.id, reason: "suppressed", campaign_id: null }]);
    equal(await me.resume(id), { ...resumed, changed: false, skipped: [] });
    equal((await me.getProspect(bo.id)).status, "skipped");

    await me.pause(id);
    await me.addSuppressions({ suppressions: [{ type: "email_domain", value: "example.com" }] });
    equal((await me.resume(id)).campaign.status, "completed");
    const completed = await refused(me.resume(id), "conflict", 409, "invalid_transition");
    equal([completed.from, completed.to, completed.allowed], ["completed", "active", []]);
    await me.removeSuppression(suppressions[0].id);
    await refused(
      me.addProspects(id, { prospects: [{ email: "di@example.com" }] }),
      "conflict",
      409,
      "campaign_completed",
    );
  },

  async "a launch leaves to another LinkedIn campaign whom that one holds"(kit) {
    const { me } = await begin(kit);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana" });
    const holder = [];
    for (const name of ["First", "Second"]) {
      const { campaign } = await me.createCampaign({ type: "linkedin", name, sender_account_ids: [id] });
      const { outcomes } = await me.addProspects(campaign.id, { prospects: [{ linkedin_url: "linkedin.com/in/bo" }] });
      const launched = await me.launch(campaign.id);
      equal(
        [launched.campaign.status, launched.enrolled, launched.skipped],
        holder.length
          ? [
              "completed",
              0,
              [{ prospect_id: outcomes[0].prospect_id, reason: "other_campaign", campaign_id: holder[0] }],
            ]
          : ["active", 1, []],
      );
      holder.push(campaign.id);
    }
  },

  async "a message is previewed as its prospect would read it"(kit) {
    const { me, account, request } = await begin(kit);
    const other = await me.addAccount({ type: "email", email_address: "cy@example.com", first_name: "Cy" });
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
      subject: "100% for you",
      body: "Bo, hello\n\nBest,\nAna",
      unresolved: [],
      origin: null,
      stale: false,
    };
    equal(await me.previewMessages(bo), { messages: [message] });
    equal((await me.previewMessages(bo, { account_id: other.id })).messages[0].body, "Bo, hello\n\nBest,\nCy");
    equal(await me.previewMessages(di), {
      messages: [{ ...message, subject: "100% for Acme", body: null, unresolved: ["first_name"] }],
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
    equal(requests, [{ ...wanted, max_characters: null, input, prospect: await me.getProspect(cy) }]);
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

  async "events tell what happened, in order"(kit) {
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

  async "events tell what happened to a launched campaign and its prospects"(kit) {
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

  async "the platform's clock cannot be moved"(kit) {
    const before = (await kit.createUser()).created_at;
    await invalid(kit.advance(86_400_000), "simulated: required");
    assert(Date.parse((await kit.createUser()).created_at) < Date.parse(before) + 86_400_000, "it did not move");
  },

  async "an error is an Error with the whole shape, and no word of the user's"(kit, { CampaignKitError }) {
    const { me, request } = await begin(kit);
    const error = await failure(me.createCampaign({ ...request, daily_limit: "sesame" }));
    assert(error instanceof CampaignKitError && error instanceof Error, "it is the package's class");
    assert(!JSON.stringify([error.message, error.issues]).includes("sesame"), "no value of the user's");
    const {
      name,
      kind,
      status,
      code,
      issues: [{ message, ...issue }],
    } = error;
    equal(
      { name, kind, status, code },
      { name: "CampaignKitError", kind: "invalid", status: 400, code: "invalid_input" },
    );
    equal([issue.path, issue.code, typeof message], ["daily_limit", "wrong_type", "string"]);
    // In some engines a stack begins with the message, in others it is the calls alone.
    assert(typeof error.stack === "string" && error.stack !== "", "it has a stack");
    equal(String(error), `CampaignKitError: ${error.message}`);
  },

  async "calls made together are answered in their order"(kit) {
    const { me, request } = await begin(kit);
    const calls = Array.from({ length: 20 }, (_, i) => me.createCampaign({ ...request, name: `Campaign ${i % 10}` }));
    const outcomes = await Promise.allSettled(calls);
    equal(
      outcomes.map(({ status }) => status),
      [...Array(10).fill("fulfilled"), ...Array(10).fill("rejected")],
    );
    equal((await me.listCampaigns()).campaigns.length, 10);
  },

  async "closing answers the calls made before and refuses those after"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "Large" });
    const file = bytes(`email\n${Array.from({ length: 3_000 }, (_, i) => `p${i}@example.com`).join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(new Blob([file]));
    // What takes long, or needs a file to be read, and what waits behind it.
    const work = { onProgress: () => {} };
    const importing = me.importCsv(campaign.id, new Blob([file]), { mapping, content_hash }, work);
    const before = me.createCampaign(request);
    const page = me.listProspects(campaign.id);
    const closing = kit.close();
    const after = failure(me.createCampaign({ ...request, name: "Too late" }));
    equal((await importing).imported, 3_000);
    equal((await before).campaign.name, "Outreach");
    equal((await page).prospects.length, 50, "calls are answered in their order");
    await closing;
    equal((await after).code, "closed");
    await refused(kit.createUser({}), "unavailable", 503, "closed");
    await kit.close();
  },

  async "long work tells how far it is, and what is done is the same as without"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, signature: "" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    const watched = () => {
      const told = [];
      return { told, work: { onProgress: (done, total) => told.push([done, total]) } };
    };
    const grows = ({ told }, total) => {
      equal(told.at(-1), [total, total]);
      told.reduce(([before], [done, of]) => {
        assert(done >= before && done <= of && of === total, `${done} of ${of} after ${before}`);
        return [done];
      });
    };
    const file = bytes(`email\n${Array.from({ length: 3_000 }, (_, i) => `p${i}@example.com`).join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(file);
    const importing = watched();
    const report = await me.importCsv(campaign.id, file, { mapping, content_hash }, importing.work);
    equal([report.imported, report.outcomes.length], [3_000, 3_000]);
    equal([report.outcomes[0].line, report.outcomes[2_999].line], [2, 3_001]);
    grows(importing, 3_000);

    const list = await me.createList({ name: "Saved" });
    await me.addLeads(list.id, { leads: [{ email: "lead@example.com" }, { email: "p0@example.com" }] });
    const taking = watched();
    const taken = await me.importList(campaign.id, list.id, taking.work);
    equal([taken.imported, taken.duplicates], [1, 1]);
    grows(taking, 2);

    const writing = watched();
    const some = watched();
    const { resolved } = await me.resolveMessages(campaign.id, {}, writing.work);
    equal(resolved, 3_001);
    grows(writing, 3_001);
    const prospect_ids = (await me.listProspects(campaign.id)).prospects.map(({ id }) => id);
    equal((await me.resolveMessages(campaign.id, { prospect_ids }, some.work)).resolved, 50);
    grows(some, 50);

    const planning = watched();
    const who = ({ tasks }) => tasks.map(({ prospect_id }) => prospect_id);
    equal(who(await me.plan(campaign.id, {}, planning.work)), who(await me.plan(campaign.id)));
    grows(planning, 3_001);
    const launching = watched();
    equal((await me.launch(campaign.id, {}, launching.work)).enrolled, 3_001);
    grows(launching, 3_001);

    const deletions = [watched(), watched()];
    equal(await me.deleteList(list.id, deletions[0].work), undefined);
    grows(deletions[0], 2);
    await me.pause(campaign.id);
    await me.addSuppressions({ suppressions: [{ type: "email_address", value: "p1@example.com" }] });
    const resuming = watched();
    equal((await me.resume(campaign.id, resuming.work)).skipped.length, 1);
    grows(resuming, 1);
    await me.pause(campaign.id);
    equal(await me.deleteCampaign(campaign.id, deletions[1].work), undefined);
    grows(deletions[1], 3_001);
    equal([(await me.listCampaigns()).campaigns, (await me.listLists()).lists], [[], []]);
  },

  async "an error that onProgress throws cancels the work, and is the cause"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, signature: "" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    const rows = Array.from({ length: 5_000 }, (_, i) => `p${i}@example.com`);
    const file = bytes(`email\n${rows.join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(file);
    const list = await me.createList({ name: "Short" });
    await me.addLeads(list.id, { leads: [{ email: "lead@example.com" }] });
    const commits = [];
    let wake = () => {};
    const end = me.onCommit((commit) => (commits.push(commit), wake()));
    const thrown = new Error("of the app");
    const cancels = async (start) => {
      for (const isLate of [false, true]) {
        for (const cause of [thrown, undefined]) {
          const controller = new AbortController();
          let calls = 0;
          const onProgress = (done, total) => {
            if (isLate && done < total) return;
            calls++;
            controller.abort("not the cause");
            throw cause;
          };
          const work = isLate ? { onProgress } : { onProgress, signal: controller.signal };
          const error = await refused(start(work), "unavailable", 503, "cancelled");
          equal([error.cause === cause, "cause" in error, calls], [true, true, 1]);
        }
      }
    };
    await cancels((work) => me.importCsv(campaign.id, file, { mapping, content_hash }, work));
    await cancels((work) => me.importList(campaign.id, list.id, work));
    equal((await me.listProspects(campaign.id)).prospects, []);
    await cancels((work) => me.deleteList(list.id, work));
    equal((await me.getList(list.id)).lead_count, 1);
    equal((await me.importCsv(campaign.id, file, { mapping, content_hash })).imported, 5_000);
    await cancels((work) => me.resolveMessages(campaign.id, {}, work));
    await cancels((work) => me.plan(campaign.id, {}, work));
    await cancels((work) => me.forecast(campaign.id, {}, work));
    await cancels((work) => me.launch(campaign.id, {}, work));
    await cancels((work) => me.deleteCampaign(campaign.id, work));
    equal((await me.listProspects(campaign.id)).prospects.length, 50);
    // What it returns is the app's.
    const onProgress = () => Promise.resolve("anything");
    equal((await me.launch(campaign.id, {}, { onProgress })).enrolled, 5_000);
    equal((await me.getCampaign(campaign.id)).status, "active");
    while (commits.length < 2) await new Promise((resolve) => (wake = resolve));
    const types = commits.flatMap(({ events }) => events.map(({ type }) => type));
    equal(types, ["prospects_added", "campaign_launched"]);
    end();

    const other = (await me.createCampaign({ ...request, name: "Paused", signature: "" })).campaign;
    await me.updateNode(other.id, other.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    await me.addProspects(other.id, { prospects: [{ email: "paused@example.com" }] });
    await me.launch(other.id);
    await me.pause(other.id);
    await cancels((work) => me.resume(other.id, work));
    equal((await me.getCampaign(other.id)).status, "paused");
  },

  async "long work that is aborted has changed nothing"(kit, { CampaignKitError }) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, signature: "" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    const rows = Array.from({ length: 20_000 }, (_, i) => `p${i}@example.com`);
    const file = bytes(`email\n${rows.join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(file);
    /** Aborts at the first sign of progress. */
    const aborted = async (start) => {
      const controller = new AbortController();
      const calls = [];
      const onProgress = (done, total) => {
        calls.push([done, total]);
        controller.abort("enough");
      };
      const error = await refused(start({ onProgress, signal: controller.signal }), "unavailable", 503, "cancelled");
      equal([error instanceof CampaignKitError, error.cause], [true, "enough"]);
      assert(calls.length > 0 && calls[0][0] < calls[0][1], "it was aborted half-way");
    };
    await aborted((work) => me.importCsv(campaign.id, file, { mapping, content_hash }, work));
    equal((await me.listProspects(campaign.id)).prospects, []);
    const report = await me.importCsv(campaign.id, file, { mapping, content_hash });
    equal(report.imported, 20_000);
    await aborted((work) => me.launch(campaign.id, {}, work));
    equal((await me.getCampaign(campaign.id)).status, "draft");
    await aborted((work) => me.plan(campaign.id, {}, work));
    await aborted((work) => me.resolveMessages(campaign.id, {}, work));
    equal((await me.resolveMessages(campaign.id)).resolved, 20_000);
    await aborted((work) => me.deleteCampaign(campaign.id, work));
    equal((await me.getCampaign(campaign.id)).revision, (await me.listCampaigns()).campaigns[0].revision);
    const before = { signal: AbortSignal.abort("never") };
    equal((await refused(me.launch(campaign.id, {}, before), "unavailable", 503, "cancelled")).cause, "never");
    const calls = [me.launch(campaign.id), me.getCampaign(campaign.id)];
    equal((await Promise.all(calls))[1].status, "active");
  },

  async "a subscription is told the answer at once, and then after the transactions that concern it"(kit) {
    const { user, me, request } = await begin(kit);
    const first = (await me.createCampaign({ ...request, name: "First" })).campaign;
    const second = (await me.createCampaign({ ...request, name: "Second" })).campaign;
    const told = { campaigns: [], campaign: [], prospects: [], tasks: [], commits: [] };
    let wake = () => {};
    const note = (list, value) => {
      told[list].push(value);
      wake();
    };
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const types = (commit) => commit && commit.events.map(({ type }) => type).join();
    const ends = [
      me.subscribe({ campaigns: {} }, (_, commit) => note("campaigns", types(commit))),
      me.subscribe({ campaign: first.id }, ({ name }, commit) => note("campaign", [name, types(commit)])),
      me.subscribe({ prospects: first.id, status: "pending" }, ({ prospects }) => note("prospects", prospects.length)),
      me.subscribe({ tasks: first.id }, ({ tasks }) => note("tasks", tasks.length)),
      me.onCommit(({ user_id, events }) => note("commits", [user_id === user.id, events.length])),
    ];
    await until(() => ["campaigns", "campaign", "prospects", "tasks"].every((list) => told[list].length === 1));
    const people = Array.from({ length: 1_000 }, (_, i) => ({ email: `p${i}@example.com` }));
    await me.addProspects(first.id, { prospects: people });
    await me.addProspects(second.id, { prospects: people });
    await me.createList({ name: "Of no concern" });
    await kit.as((await kit.createUser()).id).createList({ name: "Of someone else" });
    await me.updateCampaign(first.id, { name: "First!" });
    const last = (list) => told[list].at(-1);
    await until(() => told.commits.length === 4 && last("campaign")[0] === "First!" && last("prospects") === 50);
    await until(() => last("campaigns") === "campaign_updated");
    equal(told.commits, Array(4).fill([true, 1]));
    // Those that come close together have one answer.
    const isAmong = (list, all) => {
      const left = all.map((one) => JSON.stringify(one));
      for (const one of told[list]) {
        const at = left.indexOf(JSON.stringify(one));
        assert(at >= 0, `${JSON.stringify(one)} comes in its turn: ${JSON.stringify(told[list])}`);
        left.splice(0, at + 1);
      }
    };
    isAmong("campaigns", [null, "prospects_added", "prospects_added", "campaign_updated"]);
    equal([told.campaigns[0], told.campaign[0]], [null, ["First", null]]);
    equal(last("campaign"), ["First!", "campaign_updated"]);
    isAmong("prospects", [0, 50]);
    equal(told.tasks, [0]);
    for (const end of ends) end();
    await me.updateCampaign(first.id, { name: "Unseen" });
    const gone = new Promise((resolve) => me.subscribe({ campaign: uuid7() }, () => {}, resolve));
    equal((await gone).code, "campaign_not_found");
    equal(told.commits.length, 4);
  },

  async "what is committed while an answer is on its way asks for one more, with the last commit"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const told = { campaigns: [], campaign: [], prospects: [] };
    const commits = [];
    let wake = () => {};
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const note = (list) => (answer, commit) => (told[list].push([answer, commit]), wake());
    const ends = [
      me.subscribe({ campaigns: {} }, note("campaigns")),
      me.subscribe({ campaign: campaign.id }, note("campaign")),
      me.subscribe({ prospects: campaign.id }, note("prospects")),
      me.onCommit((commit) => (commits.push(commit.events.at(-1).number), wake())),
    ];
    await until(() => Object.values(told).every(({ length }) => length === 1));
    const COMMITS = 400;
    const people = (n) => ({ prospects: [{ email: `p${n}@example.com` }] });
    await Promise.all(Array.from({ length: COMMITS }, (_, n) => me.addProspects(campaign.id, people(n))));
    const number = () => commits.at(-1);
    const isLast = ([, commit]) => commit?.events.at(-1).number === number();
    await until(() => commits.length === COMMITS && Object.values(told).every((calls) => isLast(calls.at(-1))));
    equal(
      commits.map((number) => number - commits[0]),
      Array.from({ length: COMMITS }, (_, n) => n),
      "each commit, in order",
    );
    for (const [list, calls] of Object.entries(told)) {
      assert(calls.length <= COMMITS / 4, `${list} was told ${calls.length} times of ${COMMITS} commits`);
    }
    for (const end of ends) end();
  },

  async "the last answer is that after the last commit, however calls and answers meet"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    let seed = 42;
    const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const queries = {
      campaign: { campaign: campaign.id },
      campaigns: { campaigns: {} },
      prospects: { prospects: campaign.id },
    };
    const ask = {
      campaign: () => me.getCampaign(campaign.id),
      campaigns: () => me.listCampaigns(),
      prospects: () => me.listProspects(campaign.id),
    };
    for (let round = 0; round < 20; round++) {
      const told = {};
      let wake = () => {};
      const ends = Object.entries(queries).map(([name, query]) =>
        me.subscribe(query, (answer) => ((told[name] = answer), wake())),
      );
      const calls = [];
      for (let step = random(20) + 1; step > 0; step--) {
        const name = `Name ${round} ${step}`;
        calls.push(
          [
            () => me.updateCampaign(campaign.id, { name }),
            () => me.addProspects(campaign.id, { prospects: [{ email: `p${round}-${step}@example.com` }] }),
            () => me.createList({ name }),
          ][random(3)](),
        );
        if (random(3) === 0) await calls.at(-1);
        for (let turns = random(4); turns > 0; turns--) await null;
      }
      await Promise.all(calls);
      for (const [name, fresh] of Object.entries(ask)) {
        const last = JSON.stringify(await fresh());
        while (JSON.stringify(told[name]) !== last) await new Promise((resolve) => (wake = resolve));
      }
      for (const end of ends) end();
    }
  },

  async "a subscription to accounts or to the user is told of their changes, and of nobody else's"(kit) {
    const { user, me, account, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "Ended" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    equal((await me.launch(campaign.id)).campaign.status, "completed");
    const stranger = await begin(kit);
    const told = { user: [], accounts: [], mailboxes: [], campaign: [] };
    let wake = () => {};
    const note = (list) => (answer, commit) => {
      told[list].push([answer, commit && commit.events.map(({ type }) => type).join()]);
      wake();
    };
    const until = async (list, count) => {
      while (told[list].length < count) await new Promise((resolve) => (wake = resolve));
    };
    const ends = [
      me.subscribe({ user: true }, note("user")),
      me.subscribe({ accounts: {} }, note("accounts")),
      me.subscribe({ accounts: { type: "email" } }, note("mailboxes")),
      me.subscribe({ campaign: campaign.id }, note("campaign")),
    ];
    for (const list of Object.keys(told)) await until(list, 1);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana" });
    await me.updateAccount(id, { status: "disconnected" });
    await kit.updateUser(stranger.user.id, { time_zone: "Asia/Tokyo" });
    await stranger.me.updateAccount(stranger.account.id, { first_name: "Bo" });
    await me.createList({ name: "Of no concern" });
    await kit.updateUser(user.id, { time_zone: "Asia/Tokyo" });
    await me.removeAccount(account.id);
    await until("user", 2);
    for (const list of ["accounts", "mailboxes"]) await until(list, 4);
    await until("campaign", 2);
    for (const end of ends) end();

    const by = (list) => told[list].map(([, types]) => types);
    const changes = [null, "account_added", "account_updated", "account_removed"];
    equal([by("user"), by("accounts"), by("mailboxes")], [[null, "user_updated"], changes, changes]);
    equal(
      told.user.map(([{ time_zone }]) => time_zone),
      ["Europe/Berlin", "Asia/Tokyo"],
    );
    const last = (list) => told[list].at(-1)[0];
    equal(last("accounts"), await me.listAccounts());
    equal(
      [told.accounts[0][0].accounts, last("accounts").accounts.map(({ status }) => status), last("mailboxes").accounts],
      [[account], ["disconnected"], []],
    );
    // A completed campaign forgets a sender that is removed.
    equal(by("campaign"), [null, "account_removed"]);
    equal(last("campaign"), await me.getCampaign(campaign.id));
  },

  async "each user's events are counted by themselves, and each follower is told of all of them once"(kit, { open }) {
    const users = [await begin(kit), await begin(kit)];
    const told = users.map(() => []);
    let wake = () => {};
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const note = (at) => (commit) => {
      for (const { number, type } of commit.events) told[at].push([number, type]);
      wake();
    };
    const follow = () => users.map(({ user }, at) => kit.as(user.id.toUpperCase()).onCommit(note(at)));
    let ends = follow();
    const shown = [];
    // An id is the same in either case; the first answer says that they follow.
    const campaign = (await users[0].me.createCampaign(users[0].request)).campaign;
    ends.push(
      kit.as(users[0].user.id).subscribe({ campaign: campaign.id.toUpperCase() }, ({ name }) => {
        shown.push(name);
        wake();
      }),
    );
    const lead = { leads: [{ email: "bo@example.com" }] };
    await until(() => shown.length === 1 && told[0].length === 1);
    for (const [step, at] of [0, 1, 1, 0, 1].entries()) {
      const { me } = users[at];
      const { id } = await me.createList({ name: `List ${step}` });
      await me.addLeads(id, lead);
    }
    await users[0].me.updateCampaign(campaign.id, { name: "Renamed" });
    await until(() => shown.length === 2 && told[0].length === 6 && told[1].length === 6);
    equal(
      told.map((events) => events.map(([number]) => number)),
      Array(2).fill([3, 4, 5, 6, 7, 8]),
      "no number tells of another user",
    );
    for (const end of ends) end();
    equal(shown, ["Outreach", "Renamed"]);

    // Another database takes the place of this one: of one user it has fewer events, of the other none.
    const other = await open({ storage: "memory" });
    const early = new Response(await kit.exportDatabase()).arrayBuffer();
    const { me, user } = users[1];
    const failures = [];
    ends = [
      kit.as(user.id).onCommit(note(1)),
      kit.as(user.id).subscribe(
        { accounts: {} },
        () => wake(),
        ({ code }) => {
          failures.push(code);
          wake();
        },
      ),
    ];
    await me.listEvents();
    await me.createList({ name: "Not in the copy" });
    await until(() => told[1].at(-1)[0] === 9);
    await kit.importDatabase(await other.exportDatabase());
    await until(() => failures.length === 1);
    equal(failures, ["user_not_found"]);
    await kit.importDatabase(await early);
    await me.createList({ name: "In the copy" });
    await until(() => told[1].length === 8);
    equal(told[1].slice(6), [
      [9, "list_created"],
      [9, "list_created"],
    ]);
    for (const end of ends) end();
    await other.close();
  },

  async "the storage tells what it is"(kit) {
    const { storage, persisted, usage, quota, sqlite_version, schema_version } = await kit.storageInfo();
    equal([storage, typeof persisted, schema_version], [kit.storage, "boolean", 4]);
    assert(usage > 0, "usage");
    assert(storage === "opfs" ? quota > usage : quota === null, "quota");
    assert(/^3\.\d+\.\d+$/.test(sqlite_version), sqlite_version);
    equal(typeof (await kit.requestPersistence()), "boolean");
  },

  async "a database is exported, and another one takes its place only if it is whole and ours"(kit, { open }) {
    const { user, me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const exported = await new Response(await kit.exportDatabase()).arrayBuffer();
    equal(new TextDecoder().decode(exported.slice(0, 15)), "SQLite format 3");
    let wanted;
    let seen = () => {};
    const end = me.subscribe({ campaigns: {} }, ({ campaigns }) => {
      if (campaigns.map(({ name }) => name).join() === wanted) seen();
    });
    const shows = (names) => new Promise((resolve) => ([wanted, seen] = [names, resolve]));
    await me.deleteCampaign(campaign.id);

    const broken = exported.slice(0);
    new Uint8Array(broken).fill(0xa5, 8_192, 12_288);
    for (const [source, kind, code] of [
      [bytes("no database at all"), "invalid", "foreign_file"],
      [new ArrayBuffer(0), "invalid", "foreign_file"],
      [broken, "internal", "corrupt"],
      [exported.slice(0, 40_960), "internal", "corrupt"],
    ]) {
      equal((await failure(kit.importDatabase(source))).code, code);
    }
    // Where the name is stored, three letters of it are one control character each.
    const renamed = new Uint8Array(exported.slice(0));
    const name = bytes("Outreach");
    for (let at = 0; at < renamed.length; at++) {
      if (name.every((byte, index) => renamed[at + index] === byte)) renamed.fill(0x1b, at, at + 3);
    }
    const error = await failure(kit.importDatabase(renamed));
    equal([error.code, error.broken.length > 0 && error.broken[0].rows], ["corrupt", 1]);
    await invalid(kit.importDatabase("text"), "source: wrong_type");
    const torn = new ReadableStream({ pull: (controller) => controller.error(new Error("torn")) });
    await refused(kit.importDatabase(torn), "unavailable", 503, "storage_unavailable");
    await refused(me.getCampaign(campaign.id), "not_found", 404, "campaign_not_found");
    await me.createCampaign({ ...request, name: "Gone after the import" });

    const shown = shows("Outreach");
    await me.createCampaign({ ...request, name: "Gone, too" });
    await kit.importDatabase(new Blob([exported]).stream());
    equal(await me.getCampaign(campaign.id), campaign);
    await shown;
    const again = shows("After the import,Outreach");
    await me.createCampaign({ ...request, name: "After the import" });
    await again;
    end();

    const other = await open({ storage: "memory" });
    equal(await other.importDatabase(new Uint8Array(exported)), { warnings: [] });
    equal(await other.as(user.id).getCampaign(campaign.id), campaign);
    await other.close();
  },
};

/** How the databases of `simulatedCases` are opened: on a Wednesday, at noon in Berlin. */
export const SIMULATED = { seed: 7, now: "2026-04-22T10:00:00Z" };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FIRST = { type: "email", subject: "Hi %first_name%", body: "A text" };
const FOLLOW_UP = { type: "email", subject: "Re: Hi", body: "Again", is_reply: true };

/** Launches a campaign of a new user with these steps, to people of these names; answers all of it. */
async function run(kit, { type = "email", sequence_nodes, people, senders = 1, ...fields }) {
  const { me, user, account } = await begin(kit);
  const accounts = type === "email" ? [account] : [];
  while (accounts.length < senders) {
    const name = `sender-${accounts.length}`;
    const address =
      type === "email" ? { email_address: `${name}@example.com` } : { profile_url: `linkedin.com/in/${name}` };
    accounts.push(await me.addAccount({ type, ...address, first_name: "Di" }));
  }
  const request = { type, name: "Running", sender_account_ids: accounts.map(({ id }) => id), ...fields };
  const { id } = (await me.createCampaign(request)).campaign;
  await me.updateCampaign(id, { sequence_nodes });
  const { outcomes } = await me.addProspects(id, {
    prospects: people.map((name) => ({
      email: `${name}@example.com`,
      linkedin_url: `linkedin.com/in/${name}`,
      first_name: name,
    })),
  });
  const { campaign } = await me.launch(id);
  return { me, user, accounts, campaign, prospects: outcomes.map(({ prospect_id }) => prospect_id) };
}

/** Each takes a database that was opened as `SIMULATED` and is empty. */
export const simulatedCases = {
  async "a message is claimed, completed and followed up when the delay is over"(kit) {
    const { me, accounts, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 1 }, FOLLOW_UP],
      people: ["bo", "cy"],
    });
    const { tasks } = await me.claimDue({ unsubscribe_url: "https://example.com/u/{token}", lease_seconds: 60 });
    const [bo, cy] = tasks;
    equal([tasks.length, bo.prospect_id, cy.prospect_id], [2, ...prospects]);
    for (const token of [bo.unsubscribe_token, bo.open_token]) assert(/^[0-9a-f]{32}$/.test(token), token);
    equal(bo, {
      id: bo.id,
      idempotency_key: bo.idempotency_key,
      type: "email",
      campaign_id: campaign.id,
      prospect_id: prospects[0],
      account_id: accounts[0].id,
      node_id: campaign.sequence_nodes[0].id,
      position: 0,
      subject: "Hi bo",
      body: "A text\n\nBest,\nAna",
      signature: "Best,\nAna",
      is_reply: false,
      in_reply_to: null,
      unsubscribe_token: bo.unsubscribe_token,
      list_unsubscribe: `<https://example.com/u/${bo.unsubscribe_token}>`,
      list_unsubscribe_post: "List-Unsubscribe=One-Click",
      open_token: bo.open_token,
      attempts: 0,
      claimed_at: "2026-04-22T10:00:00Z",
      leased_until: "2026-04-22T10:01:00Z",
      prospect: await me.getProspect(prospects[0]),
      account: accounts[0],
    });
    equal((await me.claimDue()).tasks, [], "while the leases last");

    const sent = await me.complete(bo.id, { outcome: "sent" });
    equal(sent, { changed: true, prospect_status: "sent", campaign_status: "active" });
    equal(await me.complete(bo.id, { outcome: "sent" }), { ...sent, changed: false });
    await refused(me.complete(bo.id, { outcome: "bounced" }), "conflict", 409, "task_completed");
    equal((await me.complete(cy.id, { outcome: "bounced" })).prospect_status, "bounced");
    equal(await me.explain(prospects[0]), {
      reason: "delay_not_elapsed",
      at: "2026-04-22T11:00:00Z",
      local_time: "2026-04-22T13:00:00+02:00",
    });

    await kit.advance(HOUR - 1);
    equal((await me.claimDue()).tasks, []);
    await kit.advance(1);
    const [follow_up] = (await me.claimDue()).tasks;
    equal(
      [follow_up.subject, follow_up.is_reply, follow_up.in_reply_to, follow_up.unsubscribe_token],
      ["Re: Hi", true, bo.idempotency_key, bo.unsubscribe_token],
    );
    equal(await me.complete(follow_up.id, { outcome: "sent" }), {
      changed: true,
      prospect_status: "completed",
      campaign_status: "completed",
    });
    const { stats, completed_at } = await me.getCampaign(campaign.id);
    equal(completed_at, "2026-04-22T11:00:00Z");
    equal([stats.prospects, stats.completed, stats.bounced, stats.pending, stats.messages_sent], [2, 1, 1, 0, 3]);
    await refused(me.complete(uuid7(), { outcome: "sent" }), "not_found", 404, "task_not_found");
    await invalid(
      me.complete(bo.id, { outcome: "lost", retryable: 1 }),
      "outcome: unknown_value",
      "retryable: wrong_type",
    );
    await invalid(
      me.claimDue({ max: 0, late: "never", unsubscribe_url: "example.com", now: "today" }),
      "max: out_of_range",
      "late: unknown_value",
      "unsubscribe_url: malformed_url",
      "now: malformed_instant",
    );
  },

  async "a lease that ran out is lost when the message is handed out again"(kit) {
    const { me, prospects } = await run(kit, { sequence_nodes: [FIRST], people: ["bo"] });
    const [lost] = (await me.claimDue({ lease_seconds: 60 })).tasks;
    await kit.advance(MINUTE);
    const [task] = (await me.claimDue()).tasks;
    equal([task.idempotency_key, task.id === lost.id], [lost.idempotency_key, false]);
    await refused(me.complete(lost.id, { outcome: "sent" }), "conflict", 409, "lease_lost");

    equal((await me.complete(task.id, { outcome: "failed" })).prospect_status, "pending");
    equal((await me.claimDue()).tasks, []);
    equal((await me.explain(prospects[0])).reason, "retry_later");
    await kit.advance(MINUTE);
    const [again] = (await me.claimDue()).tasks;
    equal([again.attempts, again.idempotency_key], [1, lost.idempotency_key]);
    equal(await me.complete(again.id, { outcome: "failed", retryable: false }), {
      changed: true,
      prospect_status: "cancelled",
      campaign_status: "completed",
    });
  },

  async "no more is handed out on a day than its limit, and that is told"(kit) {
    const { me, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST],
      people: ["bo", "cy", "di"],
      daily_limit: 2,
    });
    const midnight = { at: "2026-04-22T22:00:00Z", local_time: "2026-04-23T00:00:00+02:00" };
    equal((await me.explain(prospects[0])).reason, "due");
    const [first, ...more] = (await me.claimDue({ max: 1 })).tasks;
    const [second, ...others] = (await me.claimDue()).tasks;
    equal([more, others], [[], []]);
    equal((await me.explain(prospects[0])).reason, "claimed");
    for (const { id } of [first, second]) await me.complete(id, { outcome: "sent" });
    equal(await me.explain(prospects[2]), { reason: "campaign_daily_limit", ...midnight });
    await kit.advance(Date.parse(midnight.at) - Date.parse(SIMULATED.now) - 1);
    equal((await me.claimDue({ type: "linkedin" })).tasks, []);
    equal((await me.explain(prospects[2])).reason, "campaign_daily_limit");
    await kit.advance(1);
    equal((await me.explain(prospects[2])).reason, "due");
    await me.pause(campaign.id);
    equal(await me.explain(prospects[2]), { reason: "paused", at: null, local_time: null });
    equal((await me.claimDue()).tasks, []);
    await refused(me.explain(uuid7()), "not_found", 404, "prospect_not_found");
  },

  async "the caller says what happens to what is late"(kit) {
    for (const [late, claimed, status] of [
      [undefined, 0, "message_sent"],
      ["send", 1, "message_sent"],
      ["skip", 0, "completed"],
    ]) {
      const message = { type: "message", body: "Hello" };
      const { me, prospects } = await run(kit, {
        type: "linkedin",
        sequence_nodes: [message, { type: "delay", delay_days: 1 }, message],
        people: ["bo"],
      });
      const now = Date.parse(SIMULATED.now);
      const at = (hours) => new Date(now + hours * HOUR).toISOString();
      const [first] = (await me.claimDue({ now: at(0) })).tasks;
      await me.complete(first.id, { outcome: "sent", now: at(0) });
      // It was due at noon of the day before, and it is night.
      equal((await me.claimDue({ late, now: at(36) })).tasks.length, claimed, late);
      equal((await me.getProspect(prospects[0])).status, status, late);
    }
  },

  async "an event is recorded once, and a reply ends the prospect"(kit) {
    const { me, campaign, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_days: 1 }, FOLLOW_UP],
      people: ["bo", "cy"],
    });
    const [bo, cy] = (await me.claimDue()).tasks;
    for (const { id } of [bo, cy]) await me.complete(id, { outcome: "sent" });
    const opened = { id: "1", type: "opened", open_token: bo.open_token };
    equal(await me.recordEvent(opened), { changed: true, prospect_status: "sent", campaign_status: "active" });
    equal((await me.recordEvent({ id: "2", type: "replied", task_id: bo.id })).prospect_status, "replied");
    const bounced = await me.recordEvent({ id: "3", type: "bounced", prospect_id: prospects[1] });
    equal([bounced.prospect_status, bounced.campaign_status], ["bounced", "completed"]);
    equal(await me.recordEvent({ ...opened, type: "replied" }), {
      changed: false,
      prospect_status: "replied",
      campaign_status: "completed",
    });
    const { stats } = await me.getCampaign(campaign.id);
    equal([stats.opened, stats.replies, stats.replied, stats.bounced], [1, 1, 1, 1]);
    await invalid(
      me.recordEvent({ id: "", type: "vanished", prospect_id: prospects[0], task_id: bo.id }),
      "id: empty",
      "type: unknown_value",
      ": one_of",
    );
    await refused(me.recordEvent({ ...opened, open_token: "0".repeat(32) }), "not_found", 404, "token_not_found");
  },

  async "who unsubscribes is suppressed and contacted no more"(kit) {
    const { me, prospects } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_days: 1 }, FOLLOW_UP],
      people: ["bo"],
    });
    const [{ id, unsubscribe_token }] = (await me.claimDue()).tasks;
    await me.complete(id, { outcome: "sent" });
    equal(await me.unsubscribe(unsubscribe_token), { email: "bo@example.com", changed: true });
    equal(await me.unsubscribe(unsubscribe_token), { email: "bo@example.com", changed: false });
    equal((await me.getProspect(prospects[0])).status, "cancelled");
    equal(
      (await me.listSuppressions()).suppressions.map(({ value }) => value),
      ["bo@example.com"],
    );
    await kit.advance(DAY);
    equal((await me.claimDue()).tasks, []);
    await refused(me.unsubscribe("0".repeat(32)), "not_found", 404, "token_not_found");
    await invalid(me.unsubscribe("nonsense"), "token: malformed_token");
    await invalid(
      me.unsubscribe(() => {}),
      "token: wrong_type",
    );
  },

  async "a message waits for the acceptance of the invitation, but not for ever"(kit) {
    const { me, user, campaign, prospects } = await run(kit, {
      type: "linkedin",
      sequence_nodes: [{ type: "connection_request" }, { type: "message", body: "Hello %first_name%" }],
      people: ["bo", "cy"],
    });
    await kit.updateUser(user.id, { acceptance_days: 2 });
    const { tasks } = await me.claimDue();
    equal(
      tasks.map(({ type, body, subject, open_token }) => [type, body, subject, open_token]),
      Array(2).fill(["connection_request", null, null, null]),
    );
    for (const { id } of tasks) await me.complete(id, { outcome: "sent" });
    equal((await me.claimDue()).tasks, []);
    equal(await me.explain(prospects[0]), { reason: "awaiting_acceptance", at: null, local_time: null });

    const accepted = { id: "1", type: "connection_accepted", prospect_id: prospects[0] };
    equal((await me.recordEvent(accepted)).prospect_status, "connected");
    await kit.advance(1);
    const [message] = (await me.claimDue()).tasks;
    equal([message.type, message.body, message.prospect_id], ["message", "Hello bo", prospects[0]]);
    equal((await me.complete(message.id, { outcome: "sent" })).prospect_status, "completed");
    await kit.advance(2 * DAY);
    equal((await me.claimDue()).tasks, []);
    equal((await me.getProspect(prospects[1])).status, "timed_out");
    equal((await me.getCampaign(campaign.id)).status, "completed");
  },

  async "a plan is what will be claimed, and a forecast counts it"(kit) {
    const { me, campaign, prospects, accounts } = await run(kit, {
      sequence_nodes: [FIRST, { type: "delay", delay_hours: 10 }, FOLLOW_UP],
      people: ["bo", "cy", "di", "ed", "fi"],
      senders: 2,
      daily_limit: 3,
    });
    const plan = await me.plan(campaign.id);
    equal(plan.tasks.length, 10);
    equal(plan.tasks[0], {
      prospect_id: prospects[0],
      node_id: campaign.sequence_nodes[0].id,
      position: 0,
      type: "email",
      account_id: accounts[0].id,
      at: "2026-04-22T10:00:00Z",
      local_time: "2026-04-22T12:00:00+02:00",
      subject: "Hi bo",
    });
    const forecast = await me.forecast(campaign.id);
    equal(
      [forecast.messages, forecast.days.map(({ date, messages }) => [date, messages]), forecast.finish_date],
      [
        10,
        [
          ["2026-04-22", 3],
          ["2026-04-23", 3],
          ["2026-04-24", 3],
          ["2026-04-25", 1],
        ],
        "2026-04-25",
      ],
    );
    const to = "2026-04-23T00:00:00+02:00";
    equal((await me.plan(campaign.id, { to })).tasks, plan.tasks.slice(0, 3));
    equal((await me.forecast(campaign.id, { from: to, accepted: false })).messages, 7);

    let now = Date.parse(SIMULATED.now);
    for (const [at, planned] of plan.tasks.entries()) {
      const wait = Date.parse(planned.at) - now;
      if (wait > 0) {
        await kit.advance(wait - 1);
        equal((await me.claimDue()).tasks, [], `before ${at}`);
        await kit.advance(1);
        now += wait;
      }
      const [task] = (await me.claimDue({ max: 1 })).tasks;
      const { prospect_id, node_id, position, type, account_id, claimed_at, subject } = task;
      const { local_time, at: instant, ...rest } = planned;
      equal({ prospect_id, node_id, position, type, account_id, subject, at: claimed_at }, { ...rest, at: instant });
      await me.complete(task.id, { outcome: "sent" });
    }
    equal((await me.getCampaign(campaign.id)).status, "completed");
    equal((await me.plan(campaign.id)).tasks, []);
    await refused(me.plan(uuid7()), "not_found", 404, "campaign_not_found");
    await invalid(me.forecast(campaign.id, { form: "now" }), "form: unknown_field");
  },

  async "at the instant that is told, and not before, a message goes"(kit) {
    const { me, prospects } = await run(kit, {
      type: "linkedin",
      sequence_nodes: [{ type: "message", body: "Hello" }],
      people: ["bo"],
      operating_hours: { time_zone: "Asia/Tokyo", thursday: [{ start: "09:30", end: "10:00" }] },
    });
    const told = await me.explain(prospects[0]);
    equal(told, { reason: "outside_hours", at: "2026-04-23T00:30:00Z", local_time: "2026-04-23T09:30:00+09:00" });
    await kit.advance(Date.parse(told.at) - Date.parse(SIMULATED.now) - 1);
    equal((await me.claimDue()).tasks, []);
    await kit.advance(1);
    equal((await me.explain(prospects[0])).reason, "due");
    equal((await me.claimDue()).tasks.length, 1);
  },

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

  async "a simulated clock moves when it is told to, in whole milliseconds, in the order of the calls"(kit) {
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

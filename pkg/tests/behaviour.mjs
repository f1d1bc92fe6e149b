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
  for (let cursor; cursor !== null; ) {
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

  async "text is kept as it was given, or refused"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "\u{1f680} \ufffd \0 \ufeff\u202e" });
    equal(campaign.name, "\u{1f680} \ufffd \0 \ufeff\u202e");
    const half = { ...request, name: "\ud83d", signature: "a\udfffb" };
    const { issues } = await refused(me.createCampaign(half), "invalid", 400, "invalid_input");
    equal(issues.map(({ code, path }) => `${path} ${code}`).sort(), ["name wrong_type", "signature wrong_type"]);
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
      me.createCampaign({ ...request, name: () => {}, signature: Symbol("s") }),
      "name: wrong_type",
      "signature: wrong_type",
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
    assert(typeof error.stack === "string" && error.stack.includes(error.message), "it has a stack");
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
    const before = me.createCampaign(request);
    const closing = kit.close();
    const after = failure(me.createCampaign({ ...request, name: "Too late" }));
    equal((await before).campaign.name, "Outreach");
    await closing;
    equal((await after).code, "closed");
    await refused(kit.createUser({}), "unavailable", 503, "closed");
    await kit.close();
  },
};

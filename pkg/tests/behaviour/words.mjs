/**
 * What the cases are written with: checks, and the first steps of a case. It imports nothing, since browsers load it,
 * too.
 */

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Fields of an account that sends at any time, one message right after another. */
export const UNPACED = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 };

/** How the databases of `simulatedCases` are opened: on a Wednesday, at noon in Berlin. */
export const SIMULATED = { seed: 7, now: "2026-04-22T10:00:00Z" };

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const FIRST = { type: "email", subject: "Hi %first_name%", body: "A text" };
export const FOLLOW_UP = { type: "email", subject: "Re: Hi", body: "Again", is_reply: true };

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
    standsAlone(error);
    return error;
  }
  throw new Error(`expected an error, got ${JSON.stringify(answer)}`);
}

/** Checks that a person understands the message who sees nothing else: of a request, its first issue and their number. */
function standsAlone({ code, message, issues, more_issues = 0 }) {
  if (code === "invalid_input") {
    const [{ path, message: first }] = issues;
    const more = issues.length + more_issues - 1;
    const name = path.replace(/\p{Cc}/gu, "\ufffd").replace(/^(.{100}).+/su, "$1…") || "the request";
    const others = more === 0 ? "" : more === 1 ? "; 1 more field" : `; ${more} more fields`;
    equal(message, `${name} ${first}${others}`, "message");
  } else assert(/^\p{Ll}/u.test(message), `it begins like others: ${message}`);
  for (const text of [message, ...(issues ?? []).map(({ message }) => `it ${message}`)]) {
    const isSentence = /^[^\p{Cc}]+ .*[\p{L}\d%"'})…]$/u.test(text) && !/\b(here|it|this|way)$/.test(text) && text.length <= 300;
    assert(isSentence, `it is a sentence: ${text}`);
  }
}

/** Checks kind, status and code of the error that a promise rejects with. */
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
  const account = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana", ...UNPACED });
  return { user, me, account, request: { type: "email", name: "Outreach", sender_account_ids: [account.id] } };
}

/** The ids of every campaign of every user; each is checked to be a complete email campaign of `begin`. */
export async function wholeCampaigns(kit) {
  const ids = [];
  for await (const user of kit.listUsers({ limit: 200 })) {
    const me = kit.as(user.id);
    for await (const { id } of me.listCampaigns({ limit: 200 })) {
      const { sender_account_ids, sequence_nodes } = await me.getCampaign(id);
      equal([sender_account_ids.length, ...sequence_nodes.map(({ type }) => type)], [1, "email", "end"]);
      ids.push(id);
    }
  }
  return ids;
}

/** Launches a campaign of a new user with these steps, to people with these names; returns all of it. */
export async function run(kit, { type = "email", sequence_nodes, people, senders = 1, ...fields }) {
  const { me, user, account } = await begin(kit);
  const accounts = type === "email" ? [account] : [];
  while (accounts.length < senders) {
    const name = `sender-${accounts.length}`;
    const address =
      type === "email" ? { email_address: `${name}@example.com` } : { profile_url: `linkedin.com/in/${name}` };
    accounts.push(await me.addAccount({ type, ...address, first_name: "Di", ...UNPACED }));
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

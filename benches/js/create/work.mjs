/**
 * Creating email campaigns of one user: the work that the engine and hand-written SQL do in turn, in Node and in
 * workers.
 */

/** Names in no order, as people choose them, for the numbers from `start`. */
function names(start, count) {
  return Array.from({ length: count }, (_, index) => {
    const number = start + index;
    const scattered = (Math.imul(number, 0x9e3779b9) >>> 8).toString(16).padStart(6, "0");
    return `${scattered} Enterprise Outreach ${number}`;
  });
}

/**
 * Rounds of `work`, which takes a name; each returns the microseconds of the whole round. `prepare` does not count.
 *
 * `together: true` calls all of a round at once, and then awaits them.
 */
function rounds(prepare, work, { together = false } = {}) {
  let done = 0;
  return async (count) => {
    const prepared = names(done, count).map(prepare);
    done += count;
    const start = performance.now();
    if (together) await Promise.all(prepared.map(work));
    else for (const piece of prepared) {
      const pending = work(piece);
      if (pending instanceof Promise) await pending;
    }
    return (performance.now() - start) * 1000;
  };
}

/**
 * The wasm module's engine, with JavaScript objects in and out.
 *
 * `retryable: true` gives each request an id, as the package does if another tab may have to repeat it.
 */
export function engineRounds(engine, { retryable = false } = {}) {
  const user = engine.createUser({}).id;
  const account = engine.addAccount(user, { type: "email", email_address: "ana@example.com" }).id;
  const id = ids();
  const own = () => (retryable ? { id: hyphenated(id(Date.now())) } : {});
  return rounds(
    (name) => ({ ...own(), type: "email", name, sender_account_ids: [account] }),
    (request) => void engine.createCampaign(user, request),
  );
}

/** The package as its users see it. */
export async function packageRounds(kit, style) {
  const me = kit.as((await kit.createUser({})).id);
  const account = (await me.addAccount({ type: "email", email_address: "ana@example.com" })).id;
  return rounds(
    (name) => ({ type: "email", name, sender_account_ids: [account] }),
    (request) => me.createCampaign(request),
    style,
  );
}

/**
 * Hand-written SQL for the same, in a database of the official sqlite-wasm: the engine's two look-ups and its inserts.
 *
 * `reuse: false` runs each statement as the documentation shows, by `db.exec`, which compiles it every time.
 *
 * @param sql `{ settings, migrations, create }`: the settings of a database, its schema, the statements for one
 *   campaign.
 */
export function handWrittenRounds(db, sql, { durable, reuse }) {
  if (durable) db.exec("PRAGMA locking_mode = EXCLUSIVE");
  db.exec(sql.settings);
  if (durable && db.selectValue("PRAGMA journal_mode = WAL") !== "wal") throw new Error("there is no write-ahead log");
  db.exec(sql.migrations);
  const lookUps = ["SELECT 1 FROM user WHERE id = ?1", "SELECT type FROM account WHERE id = ?1 AND user_id = ?2"];
  const statements = [...lookUps, "BEGIN IMMEDIATE", ...sql.create, "COMMIT"];
  const [findUser, findSender, begin, campaign, sender, first, event, commit] = statements.map((statement) => {
    if (!reuse) return (...bind) => db.exec(statement, bind.length > 0 ? { bind } : {});
    const prepared = db.prepare(statement);
    return (...bind) => (bind.length > 0 ? prepared.bind(bind) : prepared).stepReset();
  });
  const id = ids();
  const now = Date.now();
  const [user, account] = [id(now), id(now)];
  db.exec("INSERT INTO user (id, time_zone, created_ms) VALUES (?1, 'UTC', ?2)", { bind: [user, now] });
  db.exec(
    `INSERT INTO account (id, user_id, type, identity, address, status, created_ms, updated_ms)
     VALUES (?1, ?2, 'email', 'ana@example.com', 'ana@example.com', 'connected', ?3, ?3)`,
    { bind: [account, user, now] },
  );
  return rounds(
    (name) => name,
    (name) => {
      const now = Date.now();
      const [made, node, last] = [id(now), id(now), id(now)];
      findUser(user);
      begin();
      findSender(account, user);
      campaign(made, user, name, now, 50, 1, 1, "Best,\n%first_name%", last);
      sender(made, account);
      first(made, node);
      event(user, now, made);
      commit();
    },
  );
}

/** Increasing UUIDv7s; their randomness costs nothing here. */
function ids() {
  let last = 0;
  return (now) => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, now / 2 ** 32);
    view.setUint32(2, now);
    view.setUint16(6, 0x7000);
    view.setUint16(8, 0x8000);
    view.setUint32(12, ++last);
    return bytes;
  };
}

function hyphenated(bytes) {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)]
    .map((part) => part.join(""))
    .join("-");
}

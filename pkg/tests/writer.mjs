/** The code of a tab in the tests of tabs; it is served to browsers unchanged. */

/** Opens the database, and keeps it in `globalThis.kit`. */
export async function start(from, name) {
  const { open } = await import(`${from}browser.js`);
  globalThis.kit = await open({ storage: "opfs", name });
}

/**
 * Creates campaigns one after the other, with names that begin with `label`, and notes the outcome of each in
 * `written`.
 */
export function write(user_id, account_id, label) {
  globalThis.written = { resolved: [], rejected: [], slowest_ms: 0 };
  const me = kit.as(user_id);
  (async () => {
    for (let number = 0; ; number++) {
      const begun = performance.now();
      try {
        const request = { type: "email", name: `${label} ${number}`, sender_account_ids: [account_id] };
        written.resolved.push((await me.createCampaign(request)).campaign.id);
      } catch (error) {
        written.rejected.push(error.code ?? String(error));
        if (error.code === "closed") return;
      }
      written.slowest_ms = Math.max(written.slowest_ms, performance.now() - begun);
    }
  })();
}

/** The milliseconds of the slowest create since the last call. */
export function slowest() {
  const { slowest_ms } = written;
  written.slowest_ms = 0;
  return slowest_ms;
}

/** Milliseconds until a call has a result. */
export async function answered() {
  const begun = performance.now();
  await kit.listUsers({ limit: 1 });
  return performance.now() - begun;
}

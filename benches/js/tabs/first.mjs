/** From nothing to a durable create in a new database, as in a page that has just loaded. */

const FIRST = {
  async package(name) {
    const { open } = await import("/dist/browser.js");
    const kit = await open({ storage: "opfs", name });
    const me = kit.as((await kit.createUser({})).id);
    const account = (await me.addAccount({ type: "email", email_address: "ana@example.com" })).id;
    await me.createCampaign({ type: "email", name: "Q2 Enterprise Outreach", sender_account_ids: [account] });
  },
  official: (name, sql) =>
    new Promise((resolve, reject) => {
      const worker = new Worker("/benches/tabs/official.mjs", { type: "module" });
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve());
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ name, sql });
    }),
};

/** Returns the microseconds, in a database with this name. */
export function open({ contender, sql }) {
  return async (name) => {
    const start = performance.now();
    await FIRST[contender](name, sql);
    return (performance.now() - start) * 1000;
  };
}

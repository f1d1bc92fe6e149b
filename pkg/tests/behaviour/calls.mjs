/** What holds for every call: its error, its order, and the end. */

import { assert, equal, failure, refused, bytes, begin } from "./words.mjs";

export const cases = {
  async "an error is an Error with the whole shape, and none of the user's values"(kit, { CampaignKitError }) {
    const { me, request } = await begin(kit);
    const error = await failure(me.createCampaign({ ...request, daily_limit: "sesame" }));
    assert(error instanceof CampaignKitError && error instanceof Error, "it is of the package's class");
    assert(!JSON.stringify([error.message, error.issues]).includes("sesame"), "it has no value of the user's");
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
    // In some engines a stack begins with the message, in others it has only the calls.
    assert(typeof error.stack === "string" && error.stack !== "", "it has a stack");
    equal(String(error), `CampaignKitError: ${error.message}`);
  },

  async "calls made together resolve in order"(kit) {
    const { me, request } = await begin(kit);
    const calls = Array.from({ length: 20 }, (_, i) => me.createCampaign({ ...request, name: `Campaign ${i % 10}` }));
    const outcomes = await Promise.allSettled(calls);
    equal(
      outcomes.map(({ status }) => status),
      [...Array(10).fill("fulfilled"), ...Array(10).fill("rejected")],
    );
    equal((await me.listCampaigns()).campaigns.length, 10);
  },

  async "closing completes earlier calls and refuses later ones"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "Large" });
    const file = bytes(`email\n${Array.from({ length: 3_000 }, (_, i) => `p${i}@example.com`).join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(new Blob([file]));
    // Calls that take long or need a file to be read, and calls that wait behind them.
    const work = { onProgress: () => {} };
    const importing = me.importCsv(campaign.id, new Blob([file]), { mapping, content_hash }, work);
    const before = me.createCampaign(request);
    const page = me.listProspects(campaign.id);
    const closing = kit.close();
    const after = failure(me.createCampaign({ ...request, name: "Too late" }));
    equal((await importing).imported, 3_000);
    equal((await before).campaign.name, "Outreach");
    equal((await page).prospects.length, 50, "calls resolve in order");
    await closing;
    equal((await after).code, "closed");
    await refused(kit.createUser({}), "unavailable", 503, "closed");
    await kit.close();
  },
};

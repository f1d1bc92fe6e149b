/** Long work: its progress, and aborting it. */

import { UNPACED, assert, begin, bytes, equal, refused } from "./words.mjs";

export const cases = {
  async "long work reports progress, and its result is the same as without reports"(kit) {
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
    const ending = watched();
    const suppressions = ["p1@example.com", "p2@example.com"].map((value) => ({ type: "email_address", value }));
    equal((await me.addSuppressions({ suppressions }, ending.work)).added, 2);
    grows(ending, 2);
    const resuming = watched();
    equal((await me.resume(campaign.id, resuming.work)).changed, true);
    grows(resuming, 0);
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
    const cancels = async (start, times = [false, true]) => {
      for (const isLate of times) {
        for (const cause of [thrown, undefined]) {
          const controller = new AbortController();
          let calls = 0;
          const onProgress = (done, total) => {
            // Storing the change is the last part, after which nothing can be cancelled.
            if (isLate && done < total - Math.floor(total / 4)) return;
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
    const suppressions = [{ type: "email_domain", value: "rival.example" }];
    await cancels((work) => me.addSuppressions({ suppressions }, work));
    equal((await me.listSuppressions()).suppressions, []);
    await cancels((work) => me.launch(campaign.id, {}, work));
    // Of so many, the first are removed when it is done.
    await cancels((work) => me.deleteCampaign(campaign.id, work), [false]);
    const { prospects } = await me.listProspects(campaign.id);
    equal(prospects.length, 50);
    // The app may return anything.
    const onProgress = () => Promise.resolve("anything");
    equal((await me.launch(campaign.id, {}, { onProgress })).enrolled, 5_000);
    equal((await me.getCampaign(campaign.id)).status, "active");
    await cancels((work) => me.explain(prospects[0].id, work));
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
    const { id: to } = await me.addAccount({ type: "email", email_address: "other@example.com", ...UNPACED });
    await cancels((work) => me.retryProspects(other.id, { status: "skipped" }, work));
    await cancels((work) => me.handOver(other.id, { from: request.sender_account_ids[0], to }, work));
    equal((await me.getCampaign(other.id)).sender_account_ids, request.sender_account_ids);
    await cancels((work) => me.reviseNode(other.id, other.sequence_nodes[0].id, { body: "New" }, work));
    equal((await me.getCampaign(other.id)).sequence_nodes[0].body, "A text");
  },

  async "long work that is aborted has changed nothing"(kit, { CampaignKitError }) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, signature: "" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    const rows = Array.from({ length: 20_000 }, (_, i) => `p${i}@example.com`);
    const file = bytes(`email\n${rows.join("\n")}\n`);
    const { mapping, content_hash } = await me.previewCsv(file);
    /** Aborts at the first report of progress. */
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
};

/** The content of a storage, exported and replaced. */

import { assert, equal, failure, refused, invalid, bytes, begin } from "./words.mjs";

export const cases = {
  async "the storage reports what it is"(kit) {
    const { storage, persisted, usage, quota, sqlite_version, schema_version } = await kit.storageInfo();
    equal([storage, typeof persisted, schema_version], [kit.storage, "boolean", 6]);
    assert(usage > 0, "usage");
    assert(storage === "opfs" ? quota > usage : quota === null, "quota");
    assert(/^3\.\d+\.\d+$/.test(sqlite_version), sqlite_version);
    equal(typeof (await kit.requestPersistence()), "boolean");
  },

  async "a database is exported, and is replaced only by one that is undamaged and ours"(kit, { open }) {
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
    // Three letters of the stored name are each replaced by a control character.
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

/** Tabs with different versions of the package over one database. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HIDDEN, openTabs, setState, visit, within } from "./tabs.mjs";

test("two versions never share a database: the newer waits or is refused, and the older is notified", async () => {
  const { name, tabs } = await openTabs(2);
  for (const page of tabs) await page.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  const attempt = (page, from) =>
    page.evaluate(
      async ([from, name]) => {
        const { open } = await import(`${from}browser.js`);
        return open({ storage: "opfs", name }).then(
          (kit) => ((globalThis.kit = kit), "opened"),
          (error) => error.code,
        );
      },
      [from, name],
    );
  const newer = await visit();
  assert.equal(await attempt(newer, "/newer/"), "other_owner");
  for (const page of tabs) await page.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  await within(tabs[1], "answered");

  const opened = attempt(newer, "/newer/");
  await tabs[0].evaluate(() => kit.close());
  await tabs[1].evaluate(() => kit.close());
  assert.equal(await opened, "opened");
  assert.equal(await attempt(tabs[0], "/dist/"), "other_owner");
  await within(newer, "answered");
  for (const page of [...tabs, newer]) await page.close();
});

test("a tab of an older version is notified when a newer one takes over", async () => {
  const { name, tabs } = await openTabs(1);
  const newer = await visit();
  const opened = newer.evaluate(async (name) => {
    const { open } = await import("/newer-schema/browser.js");
    for (;;) {
      try {
        globalThis.kit = await open({ storage: "opfs", name });
        return "opened";
      } catch (error) {
        if (error.code !== "other_owner") return error.code;
      }
    }
  }, name);
  const older = await visit();
  await within(older, "start", "/dist/", name);
  await older.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  await older.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  // It requests the lock before the newer one does, but gets it last.
  await older.evaluate(() => kit.close());
  await tabs[0].close();
  assert.equal(await opened, "opened");
  const refused = await older.evaluate(async (name) => {
    const { open } = await import("/dist/browser.js");
    return open({ storage: "opfs", name }).catch((error) => error.code);
  }, name);
  assert.equal(refused, "newer_schema");
  for (const page of [older, newer]) await page.close();
});

/** The files of the origin's private file system, as comparable text; `patch` changes them first. */
function files(page, name, patch) {
  return page.evaluate(
    async ([name, patch]) => {
      const root = await navigator.storage.getDirectory();
      const all = await (await root.getDirectoryHandle("campaignkit")).getDirectoryHandle(name);
      const found = {};
      const look = async (folder, path) => {
        for await (const [name, handle] of folder.entries()) {
          if (handle.kind === "directory") {
            await look(handle, `${path}/${name}`);
            continue;
          }
          let bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
          // In the pool, the file that SQLite sees follows a header.
          const at = [0, 4096].find((at) => new TextDecoder().decode(bytes.slice(at, at + 15)) === "SQLite format 3");
          if (patch && at !== undefined) {
            new DataView(bytes.buffer).setUint32(at + 60, patch);
            const writable = await handle.createWritable();
            await writable.write(bytes);
            await writable.close();
          }
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
          found[`${path}/${name}`] = [bytes.length, at ?? null, ...hash].join();
        }
      };
      await look(all, "");
      return found;
    },
    [name, patch],
  );
}

const NEWER_SCHEMA = 1_000_000;

test("an app that is rolled back finds newer tables: newer_schema, and not a byte is written", async () => {
  const { name, tabs } = await openTabs(1);
  const [page] = tabs;
  await page.evaluate(() => kit.close());
  const patched = await files(page, name, NEWER_SCHEMA);
  assert.ok(
    Object.values(patched).some((file) => /^\d+,(0|4096),/.test(file)),
    "a database is there",
  );
  for (let attempt = 0; attempt < 2; attempt++) {
    const found = await page.evaluate(async (name) => {
      const { open } = await import("/dist/browser.js");
      return open({ storage: "opfs", name }).then(
        () => "opened",
        ({ code, found, supported }) => ({ code, found, supported }),
      );
    }, name);
    assert.deepEqual([found.code, found.found, found.supported < NEWER_SCHEMA], ["newer_schema", NEWER_SCHEMA, true]);
    assert.deepEqual(await files(page, name), patched);
  }
  await page.close();
});

test("an old tab gets newer_schema after a newer one has taken over, and does not write to its database", async () => {
  const { name, tabs, ids } = await openTabs(2);
  const [first, old] = tabs;
  await old.evaluate(() => kit.onOutdated(() => (globalThis.isOutdated = true)));
  const call = () =>
    old.evaluate(async ([user_id]) => {
      const calls = [kit.as(user_id).createList({ name: "Of the old" }), kit.as(user_id).listLists()];
      return (await Promise.allSettled(calls)).map(({ status, reason }) => reason?.code ?? status);
    }, ids);
  // A frozen tab gives up its turn, so the newer one comes before it.
  await setState(old, "frozen");
  await first.close();
  const newer = await visit();
  await within(newer, "start", "/newer-schema/", name);
  await setState(old, "active");
  await old.waitForFunction(() => globalThis.isOutdated, null, HIDDEN);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  const { lists } = await newer.evaluate(([user_id]) => kit.as(user_id).listLists(), ids);
  assert.deepEqual(lists, []);

  // The newer one is gone, and its tables are unknown to the old one.
  await newer.evaluate(() => kit.close());
  const migrated = await files(newer, name, NEWER_SCHEMA);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await call(), ["newer_schema", "newer_schema"]);
  assert.deepEqual(await files(newer, name), migrated);
  for (const page of [old, newer]) await page.close();
});

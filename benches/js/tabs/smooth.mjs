/** Whether the thread of a page stays free while the package works for it. */

import { open as openKit } from "/dist/browser.js";

export async function open({ name, creates, rows }) {
  const kit = await openKit({ storage: "opfs", name });
  const me = kit.as((await kit.createUser()).id);
  const account = (await me.addAccount({ type: "email", email_address: "ana@example.com" })).id;
  let made = 0;
  const create = () =>
    me.createCampaign({ type: "email", name: `Enterprise Outreach ${made++}`, sender_account_ids: [account] });
  const csv = new TextEncoder().encode(file(rows));
  const works = {
    async creates() {
      for (let left = creates; left > 0; left--) await create();
    },
    async burst() {
      await Promise.all(Array.from({ length: creates }, create));
    },
    async import() {
      const { campaign } = await create();
      const { mapping, content_hash, total } = await me.previewCsv(csv);
      const { imported, outcomes } = await me.importCsv(campaign.id, csv, { mapping, content_hash });
      if (imported !== rows || total !== rows || outcomes.length !== rows) throw new Error("rows are missing");
    },
  };
  return (work) => watched(works[work]);
}

/** The milliseconds of each long task during some work, and the longest gap between two of many short ones. */
async function watched(work) {
  const tasks = [];
  const note = (entries) => tasks.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "longtask" });
  const { port1, port2 } = new MessageChannel();
  let gap = 0;
  let last = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
    port2.postMessage(null);
  };
  port2.postMessage(null);
  // Tasks that the browser's tools start are not reported.
  await turn();
  await work();
  // A task is reported when it has ended.
  await turn();
  port1.close();
  note(observer.takeRecords());
  observer.disconnect();
  return { tasks, gap };
}

function turn() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A CSV file of 8 columns. */
function file(rows) {
  const people = Array.from({ length: rows }, (_, number) =>
    [
      `Ana${number}`,
      `Person${number}`,
      `ana${number}@example.com`,
      `Company ${number % 5_000} Incorporated`,
      "Head of Operations",
      "Lisbon",
      `${number} EUR`,
      `met at the fair of ${2000 + (number % 26)}`,
    ].join(","),
  );
  return ["First Name,Last Name,Email,Company,Position,City,Deal Size,Notes", ...people, ""].join("\r\n");
}

/**
 * What a timer starts each night: takes the people of a CSV file into a campaign, and sends what is due.
 *
 *     MAIL_API=https://mail.example.com/send PUBLIC_URL=https://example.com node nightly.mjs people.csv
 *
 * Rows that cannot be taken are in `people.csv.rejected.csv` afterwards.
 */

import { openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { reportCsv } from "../../pkg/dist/report-csv.js"; // with the package installed: "campaignkit/report-csv"
import { withKit } from "./database.mjs";
import { send } from "./send.mjs";

const NAME = "Newcomers";
const AT_A_TIME = 10;
const unsubscribe_url = `${process.env.PUBLIC_URL}/unsubscribe/{token}`; // leads to server.mjs

/** The user for whom this program works; the first night adds it. */
async function session(kit) {
  const [user] = (await kit.listUsers({ limit: 1 })).users;
  return kit.as((user ?? (await kit.createUser({ time_zone: "Europe/Berlin" }))).id);
}

async function sender(me) {
  const [account] = (await me.listAccounts({ type: "email", limit: 1 })).accounts;
  if (account) return account;
  const paced = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 }; // all at night, one after another
  return me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana", ...paced });
}

async function draftOf(me) {
  const sender_account_ids = [(await sender(me)).id];
  return (await me.createCampaign({ type: "email", name: NAME, sender_account_ids, stay_open: true })).campaign;
}

/**
 * The campaign for people who are new, which the first night launches. It stays open for those of other nights. Each step
 * looks for what an earlier run has done, which may have been killed.
 */
async function campaignOf(me) {
  const campaign = await me.campaignByName(NAME).catch((error) => {
    if (error.code !== "campaign_not_found") throw error;
    return draftOf(me);
  });
  if (campaign.status !== "draft") return campaign;
  await me.updateCampaign(campaign.id, {
    sequence_nodes: [
      { type: "email", subject: "Hello %first_name|there%", body: "Shall we talk? If not: %unsubscribe_url%" },
      { type: "delay", delay_days: 3 },
      { type: "email", body: "Did you see this?", is_reply: true },
    ],
  });
  return (await me.launch(campaign.id)).campaign;
}

async function importPeople(me, path) {
  const { id } = await campaignOf(me);
  const file = await openAsBlob(path);
  const report = await me.importCsv(id, file, await me.previewCsv(file));
  const outcomes = report.outcomes.filter(({ outcome }) => outcome === "invalid");
  if (outcomes.length > 0) await writeFile(`${path}.rejected.csv`, reportCsv({ ...report, outcomes }));
  console.log(`${report.imported} imported, ${report.duplicates} known, ${report.invalid} rejected`);
}

/** Sends a few of the messages that are due, and returns how many. */
async function sendSome(me) {
  let count = 0;
  for await (const task of me.due({ type: "email", unsubscribe_url, max: AT_A_TIME, until: "idle" })) {
    await task.complete(await send(task));
    if (++count === AT_A_TIME) break;
  }
  return count;
}

const [path] = process.argv.slice(2);
if (path) await withKit(async (kit) => importPeople(await session(kit), path));
let total = 0;
// The file is closed after each few messages, so that the web server has its turn.
for (let sent; sent !== 0; total += sent) sent = await withKit(async (kit) => sendSome(await session(kit)));
console.log(`${total} messages`);

/**
 * What a timer starts each night: takes the people of a CSV file into a campaign, and hands the messages of the next 24 hours
 * to a mail service, which sends each at its time: in the hours of the account, with a gap between two.
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
const DAY_MS = 24 * 60 * 60 * 1_000;
const nextNight = Date.now() + DAY_MS;
const unsubscribe_url = `${process.env.PUBLIC_URL}/unsubscribe/{token}`; // leads to server.mjs

/** The user for whom this program works; the first night adds it. */
async function session(kit) {
  const [user] = (await kit.listUsers({ limit: 1 })).users;
  return kit.as((user ?? (await kit.createUser({ time_zone: "Europe/Berlin" }))).id);
}

async function sender(me) {
  const [account] = (await me.listAccounts({ type: "email", limit: 1 })).accounts;
  if (account) return account;
  return me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana" });
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

/** Hands over a few of the messages that fall due before the next night, and returns how many. */
async function sendSome(me) {
  const ahead_seconds = Math.max(0, Math.floor((nextNight - Date.now()) / 1_000));
  const { tasks } = await me.claimDue({ type: "email", unsubscribe_url, max: AT_A_TIME, ahead_seconds });
  for (const task of tasks) await me.complete(task.id, await send(task));
  return tasks.length;
}

const [path] = process.argv.slice(2);
if (path) await withKit(async (kit) => importPeople(await session(kit), path));
let total = 0;
// The file is closed after each few messages, so that the web server has its turn.
for (let sent; sent !== 0; total += sent) sent = await withKit(async (kit) => sendSome(await session(kit)));
console.log(`${total} messages`);

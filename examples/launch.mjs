/**
 * From accounts to the messages of the first day: 1,000 people from a CSV file as a spreadsheet program saves it.
 *
 * After `cargo xtask build`, `node examples/launch.mjs` makes the file itself; `node examples/launch.mjs people.csv`
 * uses another one.
 */

import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { issueText, open } from "../pkg/dist/node.js"; // with the package installed: "campaignkit"

// A clock that stands, so that it prints the same each time. Without `simulated`, the clock of the machine.
const kit = await open({ storage: "memory", simulated: { seed: 1, now: "2026-04-22T08:00:00Z" } });
const user = await kit.createUser({ time_zone: "Europe/Berlin" });
const me = kit.as(user.id);

const atOnce = { min_gap_seconds: 0, gap_jitter_seconds: 0 }; // by default a message goes every 90 to 150 seconds
const ana = await me.addAccount({ type: "email", email_address: "ana@example.com", ...atOnce });
const ben = await me.addAccount({ type: "email", email_address: "ben@example.com", first_name: "Ben", ...atOnce });
const { campaign } = await me.createCampaign({
  type: "email",
  name: "Q2 Enterprise Outreach",
  sender_account_ids: [ana.id, ben.id],
  daily_limit: 80,
});

await me.updateCampaign(campaign.id, {
  sequence_nodes: [
    {
      type: "email",
      subject: "A question, %first_name|hello%",
      body: "Hello %first_name|there%,\n\nwho at %company% looks after %custom_fields.Thema%?",
    },
    { type: "delay", delay_days: 3 },
    { type: "email", body: "Did you see my question?", is_reply: true },
  ],
});

const bytes = fs.readFileSync(process.argv[2] ?? spreadsheet());
const { columns, mapping, content_hash, total, encoding, delimiter } = await me.previewCsv(bytes);
console.log(`The file has ${total} rows, ${encoding} with \`${delimiter ?? ""}\` between cells:`);
for (const [i, { name }] of columns.entries()) console.log(`  ${name.padEnd(14)} ${JSON.stringify(mapping[i])}`);

const report = await me.importCsv(campaign.id, bytes, { mapping, content_hash });
console.log(`${report.imported} imported, ${report.duplicates} duplicates, ${report.invalid} invalid:`);
for (const { line, issues = [] } of report.outcomes) {
  for (const issue of issues) console.log(`  line ${line}: ${issueText(issue)}`);
}

const validation = await me.validate(campaign.id);
console.log(`Ready: ${validation.ready}`);
for (const issue of validation.errors) console.log(`  ${issueText(issue)} (${issue.hint})`);
// The signature greets with the sender's first name, which Ana's account lacks.
await me.updateAccount(ana.id, { first_name: "Ana" });

const launched = await me.launch(campaign.id);
console.log(`${launched.campaign.status}: ${launched.enrolled} will be contacted`);

const { prospects } = await me.listProspects(campaign.id, { limit: 1 });
const { messages } = await me.previewMessages(prospects[0].id);
console.log(`\n${messages[0].subject}\n\n${messages[0].body}\n`);

const sent = {};
for await (const task of me.due({ type: "email", until: "idle" })) {
  const { email_address } = task.account;
  sent[email_address] = (sent[email_address] ?? 0) + 1; // here it is sent
  await task.complete({ outcome: "sent" });
}
console.log("Sent today:", sent);
console.log("The next is due at", (await me.nextDue()).next_due_at);
await kit.close();

/**
 * A file of 1,000 rows and a few odd ones, as a German spreadsheet program saves it: a byte order mark, `;`, CRLF, and
 * quotes around cells that contain any of these.
 */
function spreadsheet() {
  let text = "\ufeffE-Mail;Vorname;Nachname;Firma;Thema\r\n";
  for (let n = 1; n <= 1000; n++) {
    const firstName = n % 7 === 0 ? "" : `Vorname ${n}`;
    const company = n % 10 === 0 ? `"Müller; ""Söhne""\r\n& Co ${n}"` : `Firma ${n}`;
    text += `Person${n}@Example.com;${firstName};Nachname ${n};${company};Einkauf\r\n`;
  }
  text += "person1@example.com;Noch einmal;;;\r\nkeine Adresse;;;;\r\n;;;;\r\n";
  const path = join(os.tmpdir(), "campaignkit-people.csv");
  fs.writeFileSync(path, text);
  return path;
}

/** The built studio in use. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";
import {
  addAccount,
  createCampaign,
  importPeople,
  launch,
  openBrowser,
  serveStudio,
  start,
  visit,
  writeStep,
} from "./page.mjs";
import { findings, focusedName, tabTo, visited } from "./visited.mjs";
import { BODY, FOLLOW_UP, peopleCsv, SUBJECT } from "./sample.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };
const BEN = { email: "ben@returnloads.example", first_name: "Ben", last_name: "Ito", daily_limit: 15 };

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

visited("a campaign goes from the first visit to a reply", async (page) => {
  await start(page, studio.url, ANA);
  await addAccount(page, BEN);
  assert.equal(await page.getByRole("heading", { name: "Ben Ito" }).count(), 1, "added people are there at once");
  await createCampaign(page, "Autumn");

  // Missing fields are reported at the field, and in a list that leads there.
  await page.getByText("Must not be empty").first().waitFor();
  assert.equal(await page.getByLabel("Subject").getAttribute("aria-invalid"), "true");
  await visit(page, /Check/);
  assert.ok(await page.getByRole("button", { name: "Launch…" }).isDisabled());
  await page.getByRole("link", { name: "Step 1, text:" }).click();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");

  await writeStep(page, 1, { subject: SUBJECT, body: BODY });
  await page.getByRole("button", { name: "Add wait" }).click();
  await page.getByRole("button", { name: "Add email" }).click();
  await page.locator(".step").nth(3).waitFor();
  await writeStep(page, 3, { body: FOLLOW_UP });

  await importPeople(page, peopleCsv(300) + "\nnot-an-address,No,One,,,\nBO.lindqvist1@halden-robotics.example,,,,,");
  await page.getByText("300 imported, 1 duplicate, 1 invalid.").waitFor();
  await page.getByText("Rejected rows").click();
  await page.getByText("Line 302: email Must be an email address.").waitFor();
  await page.getByRole("rowheader", { name: "Amara Okafor" }).waitFor();

  // The preview follows the typing, for any person that is chosen.
  await visit(page, "Sequence");
  await page.getByRole("combobox", { name: "Prospect" }).selectOption({ label: "Carla Moreno" });
  await page.getByText("Carla, empty trucks on the way back from Gothenburg?", { exact: true }).waitFor();
  await page.getByLabel("Subject").fill("%first_name% of ");
  await page.getByLabel("Subject").press("End");
  await page.getByRole("button", { name: "Variable for step 1" }).click();
  await page.getByRole("button", { name: "company", exact: true }).click();
  await page.getByText("Carla of Maple & Stone", { exact: true }).waitFor();

  // The chart and its table show the same: all messages, by day and account.
  await visit(page, /Check/);
  await page.getByText(/no link to unsubscribe/).waitFor();
  const chart = page.getByRole("img", { name: /^600 messages on \d+ days/ });
  await chart.waitFor();
  await page.getByText("The same as a table").click();
  const rows = await page
    .locator(".figures tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent))));
  assert.equal(
    rows.reduce((sum, [, , together]) => sum + together, 0),
    600,
  );
  for (const [ana, ben, together] of rows) {
    assert.equal(ana + ben, together);
    assert.ok(ana <= 30 && ben <= 15);
  }
  assert.equal(await chart.locator(".bar-group:has(.part)").count(), rows.length);

  await page.getByRole("button", { name: "Launch…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true }).click();
  await page.getByRole("heading", { name: "Messages" }).waitFor();

  await page.getByRole("button", { name: "Claim what is due" }).click();
  const messages = page.locator(".message-row");
  await messages.nth(9).waitFor();
  // What is claimed is in the database, and not in the page.
  await page.reload();
  await messages.nth(9).waitFor();
  await messages.first().locator("summary").click();
  await messages.first().getByText("At ").waitFor();
  const name = await messages.first().locator("strong").textContent();
  await messages.first().getByRole("button", { name: "Sent" }).click();
  await page.getByRole("button", { name: `Record… what ${name} did` }).click();
  await page.getByRole("button", { name: "Replied" }).click();
  await messages.first().locator(".tag.replied").waitFor();
  await page.getByRole("log").getByText(`${name} replied`).waitFor();
  await page.getByRole("navigation", { name: "Campaigns" }).getByText("Active · 1 sent · 1 reply").waitFor();

  await visit(page, "People");
  await page
    .getByRole("button", { name: /^When\?/ })
    .last()
    .click();
  await page.getByText(/^The account has sent enough today; goes on|^Due now/).waitFor();
  await page.getByLabel("Status").selectOption("Replied");
  await page.getByRole("rowheader", { name }).waitFor();
  assert.equal(await page.locator("tbody tr").count(), 1);
});

visited("the texts of a launched campaign are changed after their effect was shown", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Revised");
  await writeStep(page, 1, { subject: "One", body: "See https://example.com\n\nOr not" });
  await importPeople(page, peopleCsv(60));
  await visit(page, "Sequence");
  const shown = page.frameLocator(".letter-html").locator("body");
  await shown.getByRole("link", { name: "https://example.com" }).waitFor();
  assert.equal(await shown.locator("p").nth(1).textContent(), "Or not");
  await launch(page);
  await page.getByRole("button", { name: "Claim what is due" }).click();
  await page.locator(".message-row").nth(9).waitFor();

  await visit(page, "Sequence");
  await page.getByRole("button", { name: "Change texts of step 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Text", { exact: true }).fill("");
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await dialog.getByText("Must not be empty").waitFor();
  await dialog.getByLabel("Text", { exact: true }).fill("New for %company%");
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await dialog.getByText(/^\d+ messages are not handed out yet and get the new text\.$/).waitFor();
  assert.equal(await page.locator(".step textarea").first().inputValue(), "See https://example.com\n\nOr not");
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole("button", { name: "Apply" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.waitForFunction(() => document.querySelector(".step textarea")?.value === "New for %company%");
});

visited("a taken name is reported at its field, with a free one", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Twice");
  await page.getByRole("button", { name: "New campaign" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Twice");
  await dialog.getByRole("button", { name: "Create draft" }).click();
  await dialog.getByRole("button", { name: "Use “Twice (2)”" }).click();
  await dialog.getByRole("button", { name: "Create draft" }).click();
  await page.getByRole("heading", { level: 1, name: "Twice (2)" }).waitFor();
});

visited("follow-ups are seen by moving the clock of the host", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Two letters");
  await writeStep(page, 1, { subject: "One", body: "First" });
  await page.getByRole("button", { name: "Add wait" }).click();
  await page.getByRole("button", { name: "Add email" }).click();
  await page.locator(".step").nth(3).waitFor();
  await writeStep(page, 3, { body: "Second" });
  await importPeople(page, peopleCsv(2));
  await launch(page);
  await page.getByLabel("Send automatically").check();
  await page.locator(".tag.sent").nth(1).waitFor();
  await page.getByRole("button", { name: "Jump to what comes next" }).click();
  await page.getByText(/^It pretends that it is/).waitFor();
  await page.getByRole("heading", { level: 1 }).locator("..").getByText("Completed").waitFor();
  await page.getByRole("navigation", { name: "Campaigns" }).getByText("Completed · 4 sent").waitFor();
});

visited("texts are tried against each other", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Two texts");
  await writeStep(page, 1, { subject: "One", body: "First" });
  await page.getByRole("button", { name: "Try other texts, step 1" }).click();
  const variant = (name) => page.getByRole("group", { name: `Variant ${name}` });
  await variant("B").waitFor();
  assert.equal(await variant("A").getByLabel("Text", { exact: true }).inputValue(), "First");
  await variant("B").getByLabel("Text", { exact: true }).fill("");
  await variant("B").getByText("Must not be empty").waitFor();
  await variant("B").getByLabel("Text", { exact: true }).fill("Second");
  await variant("B").getByLabel("Subject, if another").fill("Two");
  await variant("B").getByLabel("Weight").fill("300");
  await variant("B").getByText(/100/).waitFor();
  await variant("B").getByLabel("Weight").fill("3");
  await variant("A").getByText("25 % of the people").waitFor();
  assert.deepEqual(await findings(page), []);
  await page.reload();
  await variant("B").waitFor();
  const texts = ["Weight", "Subject, if another", "Text"].map((label) =>
    variant("B").getByLabel(label, { exact: true }).inputValue(),
  );
  assert.deepEqual(await Promise.all(texts), ["3", "Two", "Second"]);

  await importPeople(page, peopleCsv(20));
  await launch(page);
  await page.getByLabel("Send automatically").check();
  await page.locator(".tag.sent").nth(19).waitFor();
  await visit(page, "Sequence");
  await variant("B").getByText(/^\d+ messages sent, 0 replies \(0 %\)\. Not enough yet to compare\.$/).waitFor();
  assert.deepEqual(await findings(page), []);
});

visited("changes in one tab appear in the other", async (page, context) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Shared");
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole("heading", { level: 1, name: "Shared" }).waitFor();

  await writeStep(page, 1, { subject: "Hello from here", body: "Text" });
  await other.waitForFunction(() => document.querySelector(".step input")?.value === "Hello from here");
  await other.getByLabel("Text", { exact: true }).fill("Text from there");
  await page.waitForFunction(() => document.querySelector(".step textarea")?.value === "Text from there");

  await importPeople(other, peopleCsv(40));
  await page.getByRole("combobox", { name: "Prospect" }).waitFor();
  await launch(page);
  await visit(other, "Activity");
  await page.getByLabel("Send automatically").check();
  await other.locator(".tag.sent").nth(5).waitFor();
  await other
    .getByRole("log")
    .getByText(/Sent to /)
    .first()
    .waitFor();

  // The other one continues when the first, which owned the database, is closed.
  await page.close();
  await other.getByRole("button", { name: "Pause" }).click();
  await other.getByRole("button", { name: "Resume" }).waitFor();
});

visited("the studio opens without a network, with its data", async (page, context) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Kept");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Kept" }).waitFor();
  await writeStep(page, 1, { subject: "Written offline", body: "Text" });
  await page.reload();
  await page.waitForFunction(() => document.querySelector(".step input")?.value === "Written offline");
  await page.goto(`${studio.url}?from=mail`);
  await page.getByRole("navigation", { name: "Campaigns" }).getByText("Kept").waitFor();
  await page.goto(`${studio.url}icon.svg`);
  assert.equal(await page.evaluate(() => document.documentElement.tagName), "svg", "a file is no page");
});

visited("a campaign is written and launched with the keyboard alone", async (page) => {
  await page.goto(studio.url);
  await page.getByLabel("Email address").waitFor();
  await tabTo(page, "Email address");
  await page.keyboard.type(ANA.email);
  await tabTo(page, "First name");
  await page.keyboard.type(ANA.first_name);
  await tabTo(page, "Start");
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Your first campaign" }).waitFor();
  await tabTo(page, "New campaign");
  await page.keyboard.press("Enter");
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "By keys" }).waitFor();
  await tabTo(page, "Subject");
  await page.keyboard.type("Hello ");
  await tabTo(page, "Variable for step 1", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".step input")?.value === "Hello %first_name%");
  await tabTo(page, "Text");
  await page.keyboard.type("Text");

  await tabTo(page, "People", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Import" }).waitFor();
  await tabTo(page, "Add one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("bo@halden-robotics.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Bo");
  await page.keyboard.press("Enter");
  await page.getByRole("rowheader", { name: "Bo" }).waitFor();

  await tabTo(page, /^Check & launch/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText(/no link to unsubscribe/).waitFor();
  await tabTo(page, "Launch…");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await focusedName(page), "Launch…");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Launch");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Campaigns" }).getByText("Active").waitFor();
});

visited("a cancelled import adds nobody", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Called off");
  await visit(page, "People");
  await page
    .getByLabel("CSV file: choose one or drop it here")
    .setInputFiles({ name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(peopleCsv(100_000)) });
  const button = page.getByRole("button", { name: "Import 100,000 rows" });
  await button.waitFor();
  const cancelled = page.evaluate(cancelWork);
  await button.click();
  await cancelled;
  await button.waitFor();
  await page.getByText("Nobody is here yet.").waitFor();
});

visited("a database is exported, and imported into another browser", async (page) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Moved");
  const file = await exportDatabase(page);
  assert.equal((await readFile(file)).subarray(0, 15).toString(), "SQLite format 3");

  const another = await openBrowser();
  try {
    const there = await another.context.newPage();
    await start(there, studio.url, { ...ANA, email: "other@returnloads.example" });
    await there.getByRole("link", { name: "Settings" }).click();
    const import_ = there.getByLabel("Import a database");
    await import_.setInputFiles({ name: "not.sqlite", mimeType: "text/plain", buffer: Buffer.from("no database") });
    await there.getByRole("button", { name: "Replace" }).click();
    await there.getByText("foreign_file").waitFor();
    await import_.setInputFiles(file);
    await there.getByRole("button", { name: "Replace" }).click();
    await there.getByRole("navigation", { name: "Campaigns" }).getByText("Moved").waitFor();
  } finally {
    await another.close();
  }
});

visited("a page that cannot open a damaged database recovers it", async (page, context) => {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Saved from the wreck");
  await writeStep(page, 1, { subject: "One", body: "Text" });
  const database = await readFile(await exportDatabase(page));
  // The place where the root of the schema shows its kind.
  database.fill(0xff, 100, 108);
  await page.goto("about:blank");

  const wrecker = await context.newPage();
  await wrecker.goto(`${studio.url}icon.svg`);
  assert.equal(await wrecker.evaluate(lay, database.toString("base64")), 1);
  await wrecker.goto(studio.url);
  await wrecker.getByRole("heading", { name: "The database does not open" }).waitFor();
  await wrecker.getByText("corrupt").waitFor();
  const [download] = await Promise.all([
    wrecker.waitForEvent("download"),
    wrecker.getByRole("button", { name: "Recover what can be read" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "studio-recovered.sqlite");
  await wrecker.getByRole("navigation", { name: "Campaigns" }).getByText("Saved from the wreck").waitFor();
});

visited("no view has serious axe findings, light and dark", async (page) => {
  const inspect = async (view) => {
    const found = await findings(page, ["serious", "critical"]);
    assert.deepEqual(found, [], view);
  };

  await page.goto(studio.url);
  await page.getByLabel("Email address").waitFor();
  await inspect("start");
  await start(page, studio.url, ANA);
  await inspect("no campaign");
  await page.getByRole("button", { name: "New campaign" }).last().click();
  await inspect("new campaign");
  await page.keyboard.press("Escape");
  await createCampaign(page, "Inspected");
  await page.getByText("Must not be empty").first().waitFor();
  await inspect("findings in the sequence");
  await visit(page, /Check/);
  await page.getByRole("link", { name: "Step 1, text:" }).waitFor();
  await inspect("findings in a list");
  await visit(page, "Sequence");
  await writeStep(page, 1, { subject: SUBJECT, body: BODY });
  await importPeople(page, peopleCsv(60));
  await inspect("people");
  await visit(page, "Sequence");
  await page.locator(".letter").first().waitFor();
  await inspect("sequence with preview");
  await page.getByRole("button", { name: "Variable for step 1" }).click();
  await inspect("variables");
  await page.keyboard.press("Escape");
  await visit(page, "Setup");
  await inspect("setup");
  await visit(page, /Check/);
  await page.locator(".chart > svg").waitFor();
  await page.getByText("The same as a table").click();
  await inspect("forecast");
  await launch(page);
  await page.getByRole("button", { name: "Claim what is due" }).click();
  await page.locator(".message-row").nth(3).waitFor();
  await page.getByRole("button", { name: "Sent", exact: true }).first().click();
  await page.locator(".tag.sent").first().waitFor();
  await inspect("activity");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Storage" }).waitFor();
  await inspect("settings");
  await page.getByRole("link", { name: "Studio" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await inspect("overview");
});

/**
 * Cancels the work as soon as it shows that it has begun; a call from outside might come too late. Runs in a page.
 */
function cancelWork() {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const work = document.querySelector(".work");
      if (!(work?.querySelector("progress").value > 0)) return;
      observer.disconnect();
      work.querySelector("button").click();
      resolve();
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}

/** The file that the page exports. */
async function exportDatabase(page) {
  await page.getByRole("link", { name: "Settings" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export the database" }).click(),
  ]);
  return download.path();
}

/** Puts these bytes in place of the database, without its log; returns how many databases there are. Runs in a page. */
async function lay(base64) {
  const file = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const header = new TextEncoder().encode("SQLite format 3");
  // In each file of the pool, the content follows a page of the pool's own.
  const start = 4096;
  // The worker of a page that was left releases its files a moment later.
  const toWrite = async (entry) => {
    for (;;) {
      try {
        return await entry.createWritable({ keepExistingData: true });
      } catch (error) {
        if (error.name !== "NoModificationAllowedError") throw error;
      }
    }
  };
  let databases = 0;
  const visit = async (folder) => {
    for await (const entry of folder.values()) {
      if (entry.kind === "directory") {
        await visit(entry);
        continue;
      }
      const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer()).subarray(start);
      const writable = await toWrite(entry);
      if (header.every((byte, place) => bytes[place] === byte)) {
        databases++;
        await writable.write({ type: "write", position: start, data: file });
      } else if (bytes.length > 0) {
        await writable.truncate(start);
      }
      await writable.close();
    }
  };
  await visit(await navigator.storage.getDirectory());
  return databases;
}

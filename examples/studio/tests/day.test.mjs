/** What a campaign sends on a day, by the hour. */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { addAccount, addProfile, createCampaign, importPeople, serveStudio, start, visit, writeStep } from "./page.mjs";
import { peopleCsv } from "./sample.mjs";
import { findings, focusedName, tabTo, visited } from "./visited.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };
const BEN = { email: "ben@returnloads.example", first_name: "Ben", last_name: "Ito", daily_limit: 15 };

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

visited("a day shows the open hours and the messages of each sender, by the clock of each", async (page) => {
  await start(page, studio.url, ANA);
  await addAccount(page, BEN);
  await pace(page, "Ana Ferreira", { gap: 120 });
  await pace(page, "Ben Ito", { gap: 1800, zone: "Asia/Tokyo" });
  await openForecast(page, "By the hour", 400);

  // On the first day, hours may be over; the second one is full.
  const first = await page.getByLabel("Day", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Next day" }).click();
  const summary = page.locator(".day").getByRole("status");
  await summary.getByText("45 messages, 09:00 to 16:00, about one each").waitFor();
  await summary.getByText("More are due, kept back by an account’s limit of a day.").waitFor();
  assert.notEqual(await page.getByLabel("Day", { exact: true }).inputValue(), first);
  const [ana, ben] = ["Ana Ferreira", "Ben Ito"].map((name) => page.locator(".lanes li").filter({ hasText: name }));
  await ana
    .getByText("30 messages, 09:00 to 09:58, about one each 2 min · open 09:00–17:00", { exact: true })
    .waitFor();
  const times = "15 messages, 09:00 to 16:00, about one each 30 min";
  await ben.getByText(`Asia/Tokyo · ${times} · open 09:00–17:00`, { exact: true }).waitFor();
  const places = (lane) => lane.locator(".mark").evaluateAll((marks) => marks.map((mark) => mark.getBBox().x));
  assert.deepEqual(
    await places(ana),
    Array.from({ length: 30 }, (_, index) => 540 + 2 * index),
  );
  assert.deepEqual(
    await places(ben),
    Array.from({ length: 15 }, (_, index) => 540 + 30 * index),
  );
  assert.deepEqual(
    await ana.locator("rect").evaluateAll(([open]) => [open.getBBox().x, open.getBBox().width]),
    [540, 480],
  );

  await page.getByText("Each message of the day").click();
  const rows = page.getByRole("region", { name: "Messages of the day" }).locator("tbody tr");
  assert.equal(await rows.count(), 45);
  await rows.getByText("09:58:00").waitFor();
  await page.getByText("The same as a table").click();
  const day = page.getByRole("region", { name: "Messages by day" }).locator("tbody tr").nth(1);
  assert.deepEqual(await day.locator("td").allTextContents(), ["30", "15", "45", "an account’s limit of a day"]);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

visited("a day without messages and one with 500 are shown as well", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page, studio.url, ANA);
  await pace(page, "Ana Ferreira", { gap: 30, limit: 500 });
  await openForecast(page, "Many", 1200, 500);
  await page.getByRole("button", { name: "Previous day" }).click();
  const summary = page.locator(".day").getByRole("status");
  await summary.getByText(/: no message\.$/).waitFor();
  await page.locator(".lanes").getByText("no message · open 09:00–17:00", { exact: true }).waitFor();
  assert.equal(await page.locator(".mark").count(), 0);
  assert.deepEqual(await findings(page), []);

  await page.getByRole("button", { name: "Next day" }).click();
  await summary.getByText(/\d message/).waitFor();
  await page.getByRole("button", { name: "Next day" }).click();
  await summary.getByText("500 messages, 09:00 to 13:09, about one each 30 s.").waitFor();
  await page.getByText("Each message of the day").click();
  assert.equal(await page.getByRole("region", { name: "Messages of the day" }).locator("tbody tr").count(), 500);
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

visited("days are gone through with the keyboard alone", async (page) => {
  await start(page, studio.url, ANA);
  await pace(page, "Ana Ferreira", { gap: 120 });
  await openForecast(page, "By keys", 90);
  const field = page.getByLabel("Day", { exact: true });
  await field.waitFor();
  const first = await field.inputValue();
  const after = (days) => new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);
  const summary = page.locator(".day").getByRole("status");
  const full = "30 messages, 09:00 to 09:58, about one each 2 min.";
  await tabTo(page, "Next day");
  await page.keyboard.press("Enter");
  await summary.getByText(full).waitFor();
  assert.equal(await field.inputValue(), after(1));
  assert.equal(await focusedName(page), "Next day");
  await tabTo(page, "Previous day", "Shift+Tab");
  await page.keyboard.press("Space");
  await page.waitForFunction((day) => document.querySelector(".day input").value === day, first);

  // The parts of a date are typed; while the year is not complete, it is one of long ago.
  await tabTo(page, "Day", "Shift+Tab");
  const [year, month, day] = after(1).split("-");
  await field.focus();
  await page.keyboard.type(`${month}${day}${year}`);
  await summary.getByText(full).waitFor();
  assert.equal(await field.inputValue(), after(1));
  await tabTo(page, "Each message of the day");
  await page.keyboard.press("Enter");
  await page.getByText("09:58:00").waitFor();
});

visited("the hours of a sender are shown by the clock of a LinkedIn campaign, where both are open", async (page) => {
  await start(page, studio.url, ANA);
  await page.getByRole("link", { name: "Settings" }).click();
  await addProfile(page);
  await pace(page, "Ines", { gap: 60, zone: "Asia/Kolkata" });
  await createCampaign(page, "Profiles", "LinkedIn");
  await visit(page, "Setup");
  await page.getByLabel("Time zone").fill("Asia/Tokyo");
  await importPeople(page, "Profile URL,First name\nlinkedin.com/in/bo,Bo\nlinkedin.com/in/elif,Elif");
  await visit(page, /Check/);
  // A Tuesday. Nine o'clock in Kolkata is half past twelve in Tokyo.
  await page.getByLabel("Day", { exact: true }).fill("2030-03-05");
  await page.locator(".lanes").getByText("Asia/Tokyo · no message · open 12:30–17:00", { exact: true }).waitFor();
  await page.getByLabel("Day", { exact: true }).fill("2030-03-09");
  await page.locator(".lanes").getByText("Asia/Tokyo · no message · closed", { exact: true }).waitFor();
});

/** Lets an account send from 09:00 to 17:00 on every day, with a pause that never varies. */
async function pace(page, name, { gap, zone = "", limit }) {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Send at any time").uncheck();
  for (const day of ["saturday", "sunday"]) await dialog.getByRole("checkbox", { name: day }).check();
  await dialog.getByLabel("Time zone").fill(zone);
  await dialog.getByLabel("At least, in seconds").fill(String(gap));
  await dialog.getByLabel("And up to, in seconds more").fill("0");
  if (limit) await dialog.getByLabel("Messages a day").fill(String(limit));
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Opens the forecast of a draft with one email for this many people. */
async function openForecast(page, name, people, limit) {
  await createCampaign(page, name);
  await writeStep(page, 1, { subject: "Hello %first_name%", body: "Text" });
  if (limit) {
    await visit(page, "Setup");
    await page.getByLabel("Messages a day").fill(String(limit));
  }
  await importPeople(page, peopleCsv(people));
  await visit(page, /Check/);
  await page.locator(".strip").first().waitFor();
}

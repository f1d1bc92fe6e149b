/** How accounts spread what they send: in words, changed, and with the keyboard alone. */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { addProfile, createCampaign, serveStudio, start, visit } from "./page.mjs";
import { description, findings, focusedName, tabTo, visited } from "./visited.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

visited("an account says how it sends, and all of that can be changed", async (page) => {
  await openSettings(page);
  await says(page, "Ana Ferreira", ["At any time", "Without a pause between messages", "At most 30 a day"]);

  let dialog = await edit(page, "Ana Ferreira");
  await dialog.getByLabel("Send at any time").uncheck();
  await dialog.getByRole("button", { name: "More hours on tuesday" }).click();
  await dialog.getByLabel("tuesday from").last().fill("19:30");
  await dialog.getByRole("checkbox", { name: "friday" }).uncheck();
  await dialog.getByLabel("Time zone").fill("Asia/Tokyo");
  await dialog.getByLabel("At least, in seconds").fill("60");
  await dialog.getByLabel("And up to, in seconds more").fill("30");
  await dialog.getByText("A message each 60 to 90 s.").waitFor();
  await dialog.getByLabel("Messages a day").fill("18");
  await dialog.getByLabel("Send less on the first days").check();
  await dialog.getByLabel("Messages on day 1").fill("10");
  await dialog.getByText("First days: day 1: 10, day 3: 15, day 5: 18.").waitFor();
  await save(dialog);
  const words = [
    "Mon 09:00–17:00, Tue 09:00–17:00 and 19:30–20:00, Wed–Thu 09:00–17:00 (Asia/Tokyo)",
    "A message each 60 to 90 s",
    "At most 18 a day",
    "First days: day 1: 10, day 3: 15, day 5: 18",
  ];
  await says(page, "Ana Ferreira", words);
  await page.reload();
  await says(page, "Ana Ferreira", words);

  dialog = await edit(page, "Ana Ferreira");
  assert.equal(await dialog.getByLabel("tuesday from").last().inputValue(), "19:30");
  assert.equal(await dialog.getByLabel("Time zone").inputValue(), "Asia/Tokyo");
  await dialog.getByRole("button", { name: "Remove 19:30 to 20:00 on tuesday" }).click();
  await dialog.getByLabel("Time zone").fill("");
  await dialog.getByLabel("Send less on the first days").uncheck();
  await save(dialog);
  await says(page, "Ana Ferreira", ["Mon–Thu 09:00–17:00", "A message each 60 to 90 s", "At most 18 a day"]);
  dialog = await edit(page, "Ana Ferreira");
  await dialog.getByLabel("Send at any time").check();
  await save(dialog);
  await says(page, "Ana Ferreira", ["At any time", "A message each 60 to 90 s", "At most 18 a day"]);
});

visited("a profile has limits of the week as well, and begins with the pace of a new account", async (page) => {
  await openSettings(page);
  await addProfile(page);
  const pace = ["At any time", "A message each 90 to 150 s", "At most 30 a day"];
  await says(page, "Ines", [...pace, "At most 80 invitations and 100 messages in any 7 days"]);
  const dialog = await edit(page, "Ines");
  await dialog.getByLabel("Invitations a week").fill("1");
  await dialog.getByLabel("Spread invitations over the days of the week").check();
  await save(dialog);
  const week = "At most 1 invitation and 100 messages in any 7 days";
  await says(page, "Ines", [...pace, week, "Invitations are spread over the days of the week"]);
});

visited("what is wrong with the pace of an account stands at its fields", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openSettings(page);
  const dialog = await edit(page, "Ana Ferreira");
  await dialog.getByLabel("Send at any time").uncheck();
  await dialog.getByLabel("Send less on the first days").check();
  const wrong = [
    [dialog.getByLabel("thursday to"), "25:00", "17:00", /time of day/],
    [dialog.getByLabel("Time zone"), "Berlin", "Europe/Berlin", /Did you mean .*Europe\/Berlin/],
    [dialog.getByLabel("At least, in seconds"), "86401", "90", /86,?400/],
    [dialog.getByLabel("And up to, in seconds more"), "", "60", /integer/],
    [dialog.getByLabel("Messages on day 1"), "0", "5", /1/],
    [dialog.getByLabel("More each time"), "-1", "5", /0/],
    [dialog.getByLabel("After how many days"), "366", "2", /365/],
  ];
  for (const [field, value] of wrong) await field.fill(value);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".issue").first().waitFor();
  for (const [field, , , said] of wrong) {
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.match(await description(field), said);
  }
  assert.equal(await dialog.getByRole("alert").count(), 0, "each is at a field");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "thursday to");
  assert.deepEqual(await findings(page), []);
  assert.equal(await dialog.getByLabel("Spread invitations").count(), 0, "a mailbox sends none");
  assert.ok(await dialog.evaluate((element) => element.scrollWidth <= element.clientWidth));

  for (const [field, , value] of wrong) await field.fill(value);
  for (const day of ["monday", "tuesday", "wednesday", "thursday", "friday"])
    await dialog.getByRole("checkbox", { name: day }).uncheck();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.locator(".week-notes").getByText("Must have open hours in the week").waitFor();
  assert.equal(await dialog.getByRole("alert").count(), 0);
  await dialog.getByRole("checkbox", { name: "thursday" }).check();
  await save(dialog);
  await says(page, "Ana Ferreira", [
    "Thu 09:00–17:00 (Europe/Berlin)",
    "A message each 90 to 150 s",
    "At most 30 a day",
    "First days: day 1: 5, day 3: 10, day 5: 15, day 7: 20, …, day 11: 30",
  ]);
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

visited("the hours of a LinkedIn campaign are changed in the same fields", async (page) => {
  await openSettings(page);
  await addProfile(page);
  await createCampaign(page, "In hours", "LinkedIn");
  await visit(page, "Setup");
  const monday = page.getByRole("group", { name: "monday" });
  await monday.getByRole("button", { name: "More hours on monday" }).click();
  await monday.getByLabel("monday to").last().fill("20:60");
  await monday.getByText("Must be a time of day").waitFor();
  assert.equal(await monday.getByLabel("monday to").last().getAttribute("aria-invalid"), "true");
  assert.match(await description(monday.getByLabel("monday to").last()), /time of day/);
  assert.deepEqual(await findings(page), []);
  await monday.getByLabel("monday to").last().fill("20:30");
  await monday.getByText("Must be a time of day").waitFor({ state: "hidden" });
  await page.reload();
  await monday.getByRole("button", { name: "Remove 18:00 to 20:30 on monday" }).click();
  assert.equal(await focusedName(page), "More hours on monday");
  assert.equal(await monday.getByLabel("monday from").count(), 1);
});

visited("the pace of an account is changed with the keyboard alone", async (page) => {
  await openSettings(page);
  await tabTo(page, "Edit Ana Ferreira");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Send at any time");
  await page.keyboard.press("Space");
  await tabTo(page, "More hours on tuesday");
  await page.keyboard.press("Enter");
  await tabTo(page, "Remove 18:00 to 20:00 on tuesday");
  await page.keyboard.press("Enter");
  assert.equal(await focusedName(page), "More hours on tuesday");
  await tabTo(page, "wednesday");
  await page.keyboard.press("Space");
  await tabTo(page, "Send less on the first days");
  await page.keyboard.press("Space");
  await tabTo(page, "Messages on day 1");
  await page.keyboard.type("20");
  await tabTo(page, "Save");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await focusedName(page), "Edit Ana Ferreira");
  await says(page, "Ana Ferreira", [
    "Mon–Tue 09:00–17:00, Thu–Fri 09:00–17:00",
    "Without a pause between messages",
    "At most 30 a day",
    "First days: day 1: 20, day 3: 25, day 5: 30",
  ]);
});

async function openSettings(page) {
  await start(page, studio.url, ANA);
  await page.getByRole("link", { name: "Settings" }).click();
}

async function edit(page, name) {
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return dialog;
}

async function save(dialog) {
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Waits until an account says this of how it sends. */
async function says(page, name, words) {
  const list = page.getByRole("list", { name: `How ${name} sends` });
  await list.getByText(words.at(-1), { exact: true }).waitFor();
  for (const text of words) await list.getByText(text, { exact: true }).waitFor();
  assert.equal(await list.getByRole("listitem").count(), words.length);
}

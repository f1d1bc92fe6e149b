/** Dates on which nothing is sent: set, shown and kept. */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { createCampaign, importPeople, launch, serveStudio, start, visit, writeStep } from "./page.mjs";
import { peopleCsv } from "./sample.mjs";
import { description, findings, focusedName, tabTo, visited } from "./visited.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

visited("blackout dates are added and removed, and what is wrong with one stands at its field", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const panel = await openDates(page);
  await panel.getByText("There are none.").waitFor();
  await add(panel, { from: "2031-05-01", label: "Labour Day" });
  await dates(panel, ["1 May 2031 Labour Day"]);
  await add(panel, { from: "2030-12-24", to: "2030-12-26" });
  await dates(panel, ["24 – 26 December 2030", "1 May 2031 Labour Day"]);

  await add(panel, { from: "2032-06-02", to: "2032-06-01" });
  await panel.locator(".issue").waitFor();
  const to = panel.getByLabel("To, if there are several");
  assert.equal(await to.getAttribute("aria-invalid"), "true");
  assert.match(await description(to), /366/);
  assert.deepEqual(await findings(page), []);
  await to.fill("2032-06-03");
  await panel.getByLabel("Date", { exact: true }).fill("");
  await panel.getByRole("button", { name: "Add dates" }).click();
  await page.waitForFunction(
    () => document.querySelector('input[aria-invalid="true"]')?.labels[0].textContent === "Date",
  );
  assert.match(await description(panel.getByLabel("Date", { exact: true })), /YYYY-MM-DD/);
  assert.equal(await panel.getByRole("alert").count(), 0);

  await page.reload();
  await dates(panel, ["24 – 26 December 2030", "1 May 2031 Labour Day"]);
  await panel.getByRole("button", { name: "Remove 24 – 26 December 2030" }).click();
  await dates(panel, ["1 May 2031 Labour Day"]);
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

visited("blackout dates are set with the keyboard alone", async (page) => {
  const panel = await openDates(page);
  await tabTo(page, "Date");
  await page.keyboard.type("12242030");
  await tabTo(page, "To, if there are several");
  await page.keyboard.type("12262030");
  await tabTo(page, "Name");
  await page.keyboard.type("Christmas");
  await page.keyboard.press("Enter");
  await dates(panel, ["24 – 26 December 2030 Christmas"]);
  await page.getByRole("status").getByText("The date was added.").waitFor({ state: "attached" });
  await tabTo(page, "Remove 24 – 26 December 2030");
  await page.keyboard.press("Enter");
  await panel.getByText("There are none.").waitFor();
  assert.equal(await focusedName(page), "Date");
});

visited(
  "a day of the forecast that is blacked out says so, and so does a person who waits for its end",
  async (page) => {
    await start(page, studio.url, ANA);
    await createCampaign(page, "Not on these");
    await writeStep(page, 1, { subject: "One", body: "Text" });
    await importPeople(page, peopleCsv(90));
    await visit(page, /Check/);
    const summary = page.locator(".day").getByRole("status");
    await page.getByRole("button", { name: "Next day" }).click();
    await summary.getByText("30 messages").waitFor();
    const second = await page.getByLabel("Day", { exact: true }).inputValue();
    await page.getByRole("link", { name: "Settings" }).click();
    const panel = page.getByRole("region", { name: "Blackout dates" });
    await add(panel, { from: second, label: "Offsite" });
    await panel.getByText("Offsite").waitFor();

    await page.getByRole("link", { name: /^Not on these/ }).click();
    await visit(page, /Check/);
    await page.getByLabel("Day", { exact: true }).fill(second);
    await summary.getByText("no message. It is a blackout date: Offsite.").waitFor();
    await page.locator(".lanes").getByText("no message · closed", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Next day" }).click();
    await summary.getByText("30 messages").waitFor();
    await page
      .locator(".lanes")
      .getByText(/ · open all day$/)
      .waitFor();

    await launch(page);
    await page.getByRole("link", { name: "Settings" }).click();
    const around = [-2, 2].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
    await add(panel, { from: around[0], to: around[1], label: "These days" });
    await panel.getByText("These days").waitFor();
    await page.getByRole("link", { name: /^Not on these/ }).click();
    await visit(page, "People");
    await page
      .getByRole("button", { name: /^When\?/ })
      .first()
      .click();
    await page.getByText(/^Nothing is sent on this date; goes on/).waitFor();
  },
);

async function openDates(page) {
  await start(page, studio.url, ANA);
  await page.getByRole("link", { name: "Settings" }).click();
  const panel = page.getByRole("region", { name: "Blackout dates" });
  await panel.waitFor();
  return panel;
}

async function add(panel, { from, to = "", label = "" }) {
  await panel.getByLabel("Date", { exact: true }).fill(from);
  await panel.getByLabel("To, if there are several").fill(to);
  await panel.getByLabel("Name").fill(label);
  await panel.getByRole("button", { name: "Add dates" }).click();
}

/** Waits until these dates are listed, in this order. */
async function dates(panel, wanted) {
  const list = panel.getByRole("list", { name: "Blackout dates" }).getByRole("listitem");
  await list.filter({ hasText: wanted[0] }).waitFor();
  await list.nth(wanted.length).waitFor({ state: "detached" });
  const words = (text) => text.replace(/\s+/g, " ").trim();
  assert.deepEqual((await list.allTextContents()).map(words), wanted);
}

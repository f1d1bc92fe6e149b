/** Writes the pictures of the readme into `screenshots/`: the built studio with realistic people and texts. */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
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
import { BODY, FOLLOW_UP, peopleCsv, SUBJECT } from "./sample.mjs";

const FOLDER = fileURLToPath(new URL("../screenshots/", import.meta.url));
const SENT = 32;

const studio = await serveStudio();
const browser = await openBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  const page = await browser.context.newPage();
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await start(page, studio.url, {
    email: "ana@returnloads.example",
    first_name: "Ana",
    last_name: "Ferreira",
    company: "Returnloads",
    title: "Founder",
  });
  await addAccount(page, { email: "ben@returnloads.example", first_name: "Ben", last_name: "Ito", daily_limit: 15 });

  await createCampaign(page, "Return loads, autumn");
  await write(page);
  await importPeople(page, peopleCsv(340));
  await launch(page);
  await page.getByLabel("Send automatically").check();
  await page.getByRole("navigation", { name: "Campaigns" }).getByText(`${SENT} sent`).waitFor({ timeout: 60_000 });
  await page.getByLabel("Send automatically").uncheck();
  for (const [index, what] of ["Opened it", "Replied", "Replied", "Opened it", "It bounced", "Opened it"].entries()) {
    // Rows may still move: the last message is under way.
    await page
      .getByRole("button", { name: /^Record/ })
      .nth(index * 2 + 1)
      .click();
    await page.getByRole("button", { name: what }).click();
  }
  await page.getByRole("button", { name: "Claim what is due" }).click();
  await page.getByText("To send", { exact: true }).nth(3).waitFor();
  await page.locator(".message-row summary").first().click();
  await shoot(page, "activity");

  await page.getByRole("link", { name: "Settings" }).click();
  await pace(page, "Ana Ferreira", { gap: 600, more: 420, first: 10 });
  await pace(page, "Ben Ito", { gap: 900, more: 600 });
  const year = new Date().getFullYear();
  await addDates(page, `${year}-12-24`, `${year}-12-26`, "Christmas");
  await addDates(page, `${year + 1}-01-01`, "", "New Year");
  await shoot(page, "settings");

  await createCampaign(page, "Cold chain pilots");
  await write(page);
  await visit(page, "People");
  await page
    .getByLabel("CSV file: choose one or drop it here")
    .setInputFiles({ name: "cold-chain.csv", mimeType: "text/csv", buffer: Buffer.from(peopleCsv(160)) });
  await page.getByRole("button", { name: "Import 160 rows" }).waitFor();
  await shoot(page, "import");
  await page.getByRole("button", { name: "Import 160 rows" }).click();
  await page.getByText("160 imported").waitFor();

  await visit(page, "Sequence");
  await page.getByRole("combobox", { name: "Prospect" }).selectOption({ label: "Elif Aydin" });
  await page.getByText("Elif, empty trucks", { exact: false }).first().waitFor();
  await writeStep(page, 3, { body: FOLLOW_UP.replace("%company%", "%compnay%") });
  await page.getByText("Did you mean company?").waitFor();
  await shoot(page, "sequence");
  await writeStep(page, 3, { body: FOLLOW_UP });
  await visit(page, /Check/);
  await page.getByText(/no link to unsubscribe/).waitFor();
  await page.locator(".chart > svg").waitFor();
  // A week after the first day, so that it is a day on which they work.
  for (let days = 0; days < 7; days++) await page.getByRole("button", { name: "Next day" }).click();
  await page
    .locator(".day")
    .getByText(/^.*: \d+ messages/)
    .waitFor();
  await shoot(page, "forecast", "#forecast-heading");
} finally {
  await browser.close();
  await studio.close();
}

async function write(page) {
  await writeStep(page, 1, { subject: SUBJECT, body: BODY });
  await page.getByRole("button", { name: "Add wait" }).click();
  await page.getByRole("button", { name: "Add email" }).click();
  await page.locator(".step").nth(3).waitFor();
  await writeStep(page, 3, { body: FOLLOW_UP });
}

/** Lets an account send in the hours of an office. `first`: how many messages on its first day. */
async function pace(page, name, { gap, more, first }) {
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Send at any time").uncheck();
  await dialog.getByLabel("At least, in seconds").fill(String(gap));
  await dialog.getByLabel("And up to, in seconds more").fill(String(more));
  if (first) {
    await dialog.getByLabel("Send less on the first days").check();
    await dialog.getByLabel("Messages on day 1").fill(String(first));
  }
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

async function addDates(page, from, to, label) {
  const panel = page.getByRole("region", { name: "Blackout dates" });
  await panel.getByLabel("Date", { exact: true }).fill(from);
  await panel.getByLabel("To, if there are several").fill(to);
  await panel.getByLabel("Name").fill(label);
  await panel.getByRole("button", { name: "Add dates" }).click();
  await panel.getByText(label).waitFor();
}

/** `at`: what is at the top of the picture, otherwise the top of the page. */
async function shoot(page, name, at = "body") {
  await page.mouse.move(0, 0);
  await page.evaluate((at) => {
    document.activeElement?.blur();
    const { top } = document.querySelector(at).getBoundingClientRect();
    scrollBy(0, top - 40);
  }, at);
  const session = await page.context().newCDPSession(page);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 90 });
    await writeFile(`${FOLDER}${name}-${colorScheme}.webp`, Buffer.from(data, "base64"));
  }
  await page.emulateMedia({ colorScheme: "light" });
}

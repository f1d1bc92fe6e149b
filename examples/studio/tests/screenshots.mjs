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
    const row = page.locator(".message-row").nth(index * 2 + 1);
    await row.getByRole("button", { name: /^Record/ }).click();
    await row.getByRole("button", { name: what }).click();
  }
  await page.getByRole("button", { name: "Claim what is due" }).click();
  await page.getByText("To send", { exact: true }).nth(3).waitFor();
  await page.locator(".message-row summary").first().click();
  await shoot(page, "activity");

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
  await shoot(page, "forecast");
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

async function shoot(page, name) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const session = await page.context().newCDPSession(page);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 90 });
    await writeFile(`${FOLDER}${name}-${colorScheme}.webp`, Buffer.from(data, "base64"));
  }
  await page.emulateMedia({ colorScheme: "light" });
}

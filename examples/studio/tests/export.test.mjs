/** Exporting the people of a campaign as a file. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";
import { createCampaign, importPeople, launch, serveStudio, start, visit, writeStep } from "./page.mjs";
import { findings, visited } from "./visited.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };
const PEOPLE = "Email,First name\nbo@halden.example,Bo\nelif@orbita.example,Elif\n";

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

visited("people are downloaded as CSV, all of them or those with one status", async (page) => {
  await page.addInitScript(() => {
    delete window.showSaveFilePicker;
  });
  await openPeople(page, "Spring: one/two");
  const [download] = await Promise.all([page.waitForEvent("download"), exportButton(page).click()]);
  assert.equal(download.suggestedFilename(), "Spring- one-two people.csv");
  assert.deepEqual(namesIn(await readFile(await download.path(), "utf8")), ["Bo", "Elif"]);
  await page.getByRole("status").getByText("The people were exported.").waitFor();

  await visit(page, "Sequence");
  await writeStep(page, 1, { subject: "Hello", body: "Text" });
  await launch(page);
  await page.getByRole("button", { name: "Claim what is due" }).click();
  await page.getByRole("button", { name: "Sent", exact: true }).first().click();
  await visit(page, "People");
  await page.getByLabel("Status").selectOption("Pending");
  const pending = page.getByRole("button", { name: "Export “Pending” as CSV" });
  const [other] = await Promise.all([page.waitForEvent("download"), pending.click()]);
  assert.equal(namesIn(await readFile(await other.path(), "utf8")).length, 1);
});

visited("people are written into the file that someone chooses, or not at all", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.addInitScript(() => {
    window.showSaveFilePicker = (options) => window.pick(options);
  });
  await openPeople(page, "Chosen");
  await page.evaluate(() => {
    window.pick = async ({ suggestedName }) => {
      const folder = await navigator.storage.getDirectory();
      return folder.getFileHandle(suggestedName, { create: true });
    };
  });
  await exportButton(page).click();
  await page.getByRole("status").getByText("The people were exported.").waitFor();
  const written = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    return (await (await folder.getFileHandle("Chosen people.csv")).getFile()).text();
  });
  assert.deepEqual(namesIn(written), ["Bo", "Elif"]);

  for (const [failure, said] of [
    ["NotAllowedError", /^The browser may not write to this file/],
    ["QuotaExceededError", /^There is no room for the file/],
    ["InvalidStateError", /^The file could not be written/],
  ]) {
    await page.evaluate((name) => {
      const write = () => Promise.reject(new DOMException("", name));
      window.pick = async () => ({ createWritable: async () => new WritableStream({ write }) });
    }, failure);
    await exportButton(page).click();
    await page.getByRole("alert").getByText(said).waitFor();
  }
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);

  // A person who chooses no file has changed their mind.
  await page.evaluate(() => {
    window.pick = () => Promise.reject(new DOMException("", "AbortError"));
  });
  await exportButton(page).click();
  await page.getByRole("alert").getByText("The file").waitFor({ state: "hidden" });
  await exportButton(page).waitFor();
});

async function openPeople(page, name) {
  await start(page, studio.url, ANA);
  await createCampaign(page, name);
  await importPeople(page, PEOPLE);
  await exportButton(page).waitFor();
}

function exportButton(page) {
  return page.getByRole("button", { name: "Export as CSV", exact: true });
}

/** The first names in an exported file. */
function namesIn(csv) {
  const [header, ...rows] = csv.replace("\ufeff", "").trimEnd().split("\r\n");
  const place = header.split(",").indexOf("first_name");
  return rows.map((row) => row.split(",")[place]);
}

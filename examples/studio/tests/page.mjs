/** The built studio, served, and visited by a Chromium of its own. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Serves the output of `npm run build`. */
export async function serveStudio() {
  const server = await preview({ root: ROOT, logLevel: "error", preview: { host: "127.0.0.1", port: 0 } });
  const { port } = server.httpServer.address();
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.httpServer.closeAllConnections();
      await server.close();
    },
  };
}

/** A browser without history, with a profile on disk: a private one has no lasting storage. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "studio-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(10_000);
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Fills in the start page: the sender. */
export async function start(page, url, { email, first_name, last_name, company = "", title = "" }) {
  await page.goto(url);
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("First name").fill(first_name);
  await page.getByLabel("Last name").fill(last_name);
  await page.getByLabel("Company").fill(company);
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Send at any time").check();
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Your first campaign" }).waitFor();
}

export async function addAccount(page, { email, first_name, last_name, daily_limit }) {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Add account" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an account" });
  await dialog.getByLabel("Email address").fill(email);
  await dialog.getByLabel("First name").fill(first_name);
  await dialog.getByLabel("Last name").fill(last_name);
  await dialog.getByLabel("Send at any time").check();
  if (daily_limit) await dialog.getByLabel("Messages a day").fill(String(daily_limit));
  await dialog.getByRole("button", { name: "Add account" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Adds a LinkedIn account, in the settings. */
export async function addProfile(page) {
  await page.getByRole("button", { name: "Add account" }).click();
  const adding = page.getByRole("dialog", { name: "Add an account" });
  await adding.getByLabel("LinkedIn").check();
  await adding.getByLabel("Profile URL").fill("linkedin.com/in/ines");
  await adding.getByLabel("First name").fill("Ines");
  await adding.getByRole("button", { name: "Add account" }).click();
  await adding.waitFor({ state: "hidden" });
}

export async function createCampaign(page, name, channel = "Email") {
  await page.getByRole("button", { name: "New campaign" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New campaign" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel(channel, { exact: true }).check();
  await dialog.getByRole("button", { name: "Create draft" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Opens a tab of the campaign that is shown. */
export async function visit(page, part) {
  const link = page.getByRole("navigation", { name: "Parts of the campaign" }).getByRole("link", { name: part });
  await link.click();
}

/** Writes an email into a step, from 1. */
export async function writeStep(page, number, { subject, body }) {
  const step = page.locator(".step").nth(number - 1);
  if (subject !== undefined) await step.getByLabel("Subject").fill(subject);
  await step.getByLabel("Text", { exact: true }).fill(body);
  await page.getByText("Saving…").first().waitFor({ state: "hidden" });
}

/** Imports people as the preview suggests. */
export async function importPeople(page, csv, name = "people.csv") {
  await visit(page, "People");
  await page
    .getByLabel("CSV file: choose one or drop it here")
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: /^Import \d/ }).click();
  await page.getByText(/imported/).waitFor();
}

export async function launch(page) {
  await visit(page, /Check/);
  await page.getByRole("button", { name: "Launch…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Launch", exact: true }).click();
  await page.getByRole("heading", { name: "Messages" }).waitFor();
}

/** Builds `examples/board/` against the packed tarball, as its users do, and works with it in Chromium. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";
import { pack, run } from "./packed.mjs";

const board = fileURLToPath(new URL("../../examples/board/", import.meta.url));
const read = (name) => fs.readFileSync(join(board, name), "utf8");
const manifest = (name) => JSON.parse(read(name));

let packed;
let server;
let chromium;

before(async () => {
  packed = pack();
  const { dependencies, devDependencies } = manifest("package.json");
  const { campaignkit: _, ...packages } = { ...dependencies, ...devDependencies };
  const names = fs.readdirSync(board, { recursive: true }).filter((name) => /^(src.*\.\w+|index\.html|tsconfig\.json)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [name, read(name)]));
  const at = packed.project("board", files, ...Object.entries(packages).map(([name, version]) => `${name}@${version}`));
  const resolve = (name, file) => createRequire(join(at, "package.json")).resolve(`${name}/package.json`).replace("package.json", file);
  run(at, process.execPath, resolve("typescript", "bin/tsc"));
  const vite = await import(pathToFileURL(resolve("vite", "dist/node/index.js")));
  const options = { root: at, logLevel: "warn", preview: { host: "127.0.0.1", port: 0 } };
  await vite.build(options);
  server = await vite.preview(options);
  chromium = await launch(fs.mkdtempSync(join(packed.folder, "profile-")));
});

after(async () => {
  await chromium?.kill();
  await server?.close();
  packed?.remove();
});

test("it has the packages that the studio has, in the same versions", () => {
  const { dependencies, devDependencies } = manifest("../studio/package.json");
  const studio = { ...dependencies, ...devDependencies };
  const { dependencies: ours, devDependencies: tools } = manifest("package.json");
  for (const [name, version] of Object.entries({ ...ours, ...tools })) assert.equal(version, studio[name], name);
});

test("campaigns, people and errors are shown as they are, in two tabs and after a reload", async () => {
  const [address] = server.resolvedUrls.local;
  const page = await chromium.context.newPage();
  page.setDefaultTimeout(30_000);
  await page.setViewportSize({ width: 1600, height: 900 });
  const failed = [];
  page.on("pageerror", (error) => failed.push(error.message));
  const fill = async (form, values, button) => {
    const within = page.getByRole("form", { name: form });
    for (const [label, value] of Object.entries(values)) await within.getByLabel(label).fill(value);
    await within.getByRole("button", { name: button }).click();
    return within;
  };
  const errorAt = (form, label, message) =>
    form.locator("label", { hasText: label }).locator(".error", { hasText: message }).waitFor();
  const column = (tab, status) => tab.getByRole("region", { name: status, exact: true });

  await page.goto(address);
  const mailbox = await fill("Your mailbox", { "Your email address": "ana", "Your first name": "Ana" }, "Add mailbox");
  await errorAt(mailbox, "Your email address", "must be an email address");
  await fill("Your mailbox", { "Your email address": "ana@example.com" }, "Add mailbox");
  await mailbox.waitFor({ state: "detached" });

  const create = await fill("New campaign", { "Name of a new campaign": " " }, "Create");
  await errorAt(create, "Name of a new campaign", "must not be empty");
  await fill("New campaign", { "Name of a new campaign": "Q2" }, "Create");
  await column(page, "draft").getByText("0 people").waitFor();
  await fill("New campaign", { "Name of a new campaign": "Q2" }, "Create");
  await errorAt(create, "Name of a new campaign", "another campaign of the user has this name");
  await create.getByText("“Q2 (2)” is free.").waitFor();

  await column(page, "draft").getByRole("link", { name: "Q2" }).click();
  const email = page.getByRole("form", { name: "First email" });
  await errorAt(email, "Subject", "must not be empty");
  await fill("First email", { Subject: "Hello %frist_name%", Text: "Shall we talk?" }, "Save");
  await errorAt(email, "Subject", "has %frist_name%, which does not exist: the closest variable is %first_name%");
  await fill("First email", { Subject: "Hello %first_name|there%" }, "Save");
  await email.locator(".error", { hasText: "has" }).waitFor({ state: "detached" });

  const add = await fill("New person", { "Email address": "bo" }, "Add");
  await errorAt(add, "Email address", "must be an email address");
  await fill("New person", { "Email address": "bo@example.com", "First name": "Bo" }, "Add");
  const people = page.getByRole("list", { name: "People" });
  await people.getByRole("link", { name: "Bo", exact: true }).waitFor();
  // The form is emptied once the person is added.
  const typed = await add.getByLabel("Email address").elementHandle();
  await page.waitForFunction((input) => input.value === "", typed);
  await fill("New person", { "Email address": "cy@example.com" }, "Add");
  await people.getByRole("link", { name: "cy@example.com" }).waitFor();
  await column(page, "draft").getByText("2 people").waitFor();

  // A second tab has the same, and follows what the first one does.
  const other = await chromium.context.newPage();
  await other.goto(page.url());
  await other.getByRole("link", { name: "Bo", exact: true }).waitFor();
  // Only the tab in front is drawn, and can be clicked.
  const click = async (tab, status, name) => {
    await tab.bringToFront();
    await column(tab, status).getByRole("button", { name }).click();
  };
  await click(page, "draft", "Launch");
  await click(other, "active", "Pause");
  await click(page, "paused", "Resume");
  await column(other, "active").getByText("2 people, 0 sent, 0 replies").waitFor();

  await people.getByRole("link", { name: "Bo", exact: true }).click();
  const person = page.getByRole("complementary", { name: "Q2" });
  await person.getByText("Hello Bo").waitFor();
  await fill("Person", { "First name": "x".repeat(300) }, "Save");
  await errorAt(page.getByRole("form", { name: "Person" }), "First name", "must have at most 255 characters");
  await fill("Person", { "First name": "Bob" }, "Save");
  await person.getByText("Hello Bob").waitFor();
  await person.getByRole("button", { name: "Do not contact" }).click();
  await person.getByText(/held_until/).waitFor();
  await page.reload();
  await person.getByRole("button", { name: "Contact again" }).click();
  await person.getByRole("button", { name: "Do not contact" }).waitFor();
  assert.deepEqual(failed, []);
});

/** Importing files of people, and of people who must never be contacted. */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { createCampaign, serveStudio, start, visit } from "./page.mjs";
import { description, findings, focusedName, tabTo, visited } from "./visited.mjs";

const ANA = { email: "ana@returnloads.example", first_name: "Ana", last_name: "Ferreira" };

let studio;
before(async () => {
  studio = await serveStudio();
});
after(() => studio.close());

/** One letter is `ő` in windows-1250, but the guess reads it as `õ`: nothing else in the file speaks against that. */
const HUNGARIAN = Buffer.from("Email,First name,Company\njeno@halden.example,Jen\u00f5,Halden\n", "latin1");

visited(
  "a file whose encoding was guessed wrong is read again, and the choices for its columns stay",
  async (page) => {
    await openCampaign(page);
    await choose(page, HUNGARIAN);
    await row(page, "jeno@halden.example Jenõ Halden").waitFor();
    assert.equal(await page.getByLabel("Encoding").inputValue(), "windows-1252");
    assert.match(await description(page.getByLabel("Encoding")), /^Guessed/);
    await page.getByLabel("What Company becomes").selectOption("headline");

    await page.getByLabel("Encoding").selectOption("windows-1250");
    await row(page, "jeno@halden.example Jenő Halden").waitFor();
    await page.getByRole("status").getByText("Read as Central European (windows-1250); Comma").waitFor();
    assert.equal(await description(page.getByLabel("Encoding")), "");
    assert.equal(await page.getByLabel("What Company becomes").inputValue(), "headline");

    await importRows(page, 1);
    await page.getByText("Of 1 row: 1 imported.").waitFor();
    await page.getByRole("rowheader", { name: "Jenő" }).waitFor();
    assert.equal(await page.getByRole("cell", { name: "Halden", exact: true }).count(), 0, "it is the headline");
  },
);

visited("a choice for a column stays when another reading changes its name or place", async (page) => {
  await openCampaign(page);
  await choose(page, Buffer.from("Nr,Email,Erd\u00f5\nEmail,Erd\u00f5\nbo@halden.example,Bo\n", "latin1"));
  const nr = page.getByLabel("What Nr becomes");
  await nr.waitFor();
  await page.getByLabel("Line of the column names").fill("2");
  await nr.waitFor({ state: "hidden" });
  await page.getByLabel("What Erdõ becomes").selectOption("last_name");
  await page.getByLabel("Encoding").selectOption("windows-1250");
  const column = page.getByLabel("What Erdő becomes");
  await column.waitFor();
  assert.equal(await nr.count(), 0, "the other choices stay, too");
  assert.equal(await column.inputValue(), "last_name");
  await column.selectOption("company");
  await page.getByLabel("Line of the column names").fill("1");
  await nr.waitFor();
  assert.equal(await column.inputValue(), "company");
});

visited("two columns never become the same field", async (page) => {
  await openCampaign(page);
  await choose(page, "Email,Work email\nbo@halden.example,bo@orbita.example\n");
  const [email, work] = ["What Email becomes", "What Work email becomes"].map((label) => page.getByLabel(label));
  for (const [chosen, other] of [
    [work, email],
    [email, work],
    [work, email],
  ]) {
    await chosen.selectOption("email");
    assert.equal(await other.inputValue(), "");
  }
  await importRows(page, 1);
  const people = page.getByRole("region", { name: "People of the campaign" });
  await people.getByRole("cell", { name: "bo@orbita.example", exact: true }).waitFor();
});

visited("the header is on another line, or missing", async (page) => {
  await openCampaign(page);
  await choose(page, "email,first_name\nE-mail address,Given name\nbo@halden.example,Bo\n");
  const line = page.getByLabel("Line of the column names");
  assert.equal(await line.inputValue(), "1");
  await button(page, "Import 2 rows").waitFor();
  await page.getByText("The first lines of the file as they are").click();
  await page.getByRole("listitem").filter({ hasText: "E-mail address,Given name" }).waitFor();

  await page.getByLabel("The columns have no names").check();
  await button(page, "Import 3 rows").waitFor();
  await page.getByRole("columnheader", { name: "column 2" }).waitFor();
  assert.equal(await line.inputValue(), "");

  await line.fill("2");
  await page.getByRole("columnheader", { name: "Given name" }).waitFor();
  assert.ok(!(await page.getByLabel("The columns have no names").isChecked()));
  await importRows(page, 1);
  await page.getByText("Of 1 row: 1 imported.").waitFor();
});

visited("the delimiter can be changed", async (page) => {
  await openCampaign(page);
  // The names would begin with a TAB, or end with a semicolon.
  await choose(page, "Email;\tCity;\nbo@halden.example;\tOslo;\n");
  const delimiter = page.getByLabel("Between the cells");
  const found = await delimiter.inputValue();
  for (const [value, columns] of [
    ["\t", 2],
    [";", 3],
  ]) {
    await delimiter.selectOption(value);
    await page.waitForFunction((many) => document.querySelectorAll(".mapping tbody tr").length === many, columns);
  }
  await button(page, "Undo these choices").click();
  await button(page, "Undo these choices").waitFor({ state: "hidden" });
  assert.equal(await delimiter.inputValue(), found);
  await delimiter.selectOption(found === ";" ? "\t" : ";");
  await page.waitForFunction(
    (many) => document.querySelectorAll(".mapping tbody tr").length === many,
    found === ";" ? 2 : 3,
  );
  await importRows(page, 1);
  await page.getByText("Of 1 row: 1 imported.").waitFor();
});

visited("a fault of a file is shown at the choice that fixes it, with a solution", async (page) => {
  await openCampaign(page);
  await choose(page, HUNGARIAN);
  const encoding = page.getByLabel("Encoding");
  await page.getByLabel("What Company becomes").selectOption("ignore");
  await page.getByLabel("Get what they lack").check();
  await encoding.selectOption("utf-8");
  await page.getByText("Line 2 is no text in Unicode (UTF-8).").first().waitFor();
  assert.equal(await encoding.getAttribute("aria-invalid"), "true");
  assert.equal(await description(encoding), "Line 2 is no text in Unicode (UTF-8).");
  assert.equal(await button(page, /^Import \d/).count(), 0, "a file that cannot be read is not imported");
  await button(page, "Read it as Western European (windows-1252)").click();
  await row(page, "jeno@halden.example Jenõ Halden").waitFor();
  assert.equal(await page.getByLabel("What Company becomes").inputValue(), "ignore");
  assert.ok(await page.getByLabel("Get what they lack").isChecked());
  await encoding.selectOption("windows-1250");
  await row(page, "jeno@halden.example Jenő Halden").waitFor();

  await page.getByLabel("Line of the column names").fill("99");
  await page.getByText("No row is on this line or below it: the last begins on line 2.").first().waitFor();
  assert.match(await description(page.getByLabel("Line of the column names")), /^No row is on this line/);
  await button(page, "Read it as before").click();
  await row(page, "jeno@halden.example Jenő Halden").waitFor();
  assert.equal(await encoding.inputValue(), "windows-1250");
  assert.equal(await page.getByLabel("Line of the column names").inputValue(), "1");
  await button(page, "Cancel").click();

  await choose(page, 'Email,Note\nbo@halden.example,"never closed\n');
  await page.getByText("The quote of a cell that begins on line 2 is never closed.").first().waitFor();
  assert.match(await description(page.getByLabel("Between the cells")), /never closed/);
  await button(page, "Choose another file").click();

  const file = page.getByLabel("CSV file: choose one or drop it here");
  assert.equal(await focusedName(page), "CSV file: choose one or drop it here");
  await choose(page, "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n");
  await page.getByText("This is a PDF, not a CSV file.").waitFor();
  assert.equal(await file.getAttribute("aria-invalid"), "true");
  assert.match(await description(file), /Export the table as CSV/);
  await choose(page, "\n\n");
  await page.getByText("Nothing is in the file but blank lines.").waitFor();
  await choose(page, HUNGARIAN);
  await button(page, "Import 1 row").waitFor();
});

visited("a preview shows what to check, for the present mapping", async (page) => {
  await openCampaign(page);
  const people = ["bo@halden.example,Bo,N/A,", ",Carla,null,", "elif@orbita.example,Elif,Orbita,ZoÃ« knows her"];
  await choose(page, ["Email,First name,Company,Note", ...people].join("\n"));
  const told = page.locator(".findings.told");
  await told.getByText("1 row has no address in Email and cannot be taken.").waitFor();
  await told.getByText("2 rows have a placeholder such as “N/A”, “null” or “-” in Company").waitFor();
  await told.getByText("1 row has letters in Note that an earlier program misread").waitFor();

  await page.getByLabel("What Company becomes").selectOption("ignore");
  await page.getByLabel("What Note becomes").selectOption("ignore");
  assert.equal(await told.getByRole("listitem").count(), 1);
  await page.getByLabel("What Email becomes").selectOption("");
  await told.getByText("No column is the email address").waitFor();
  await button(page, "Import 3 rows").click();
  await page.getByRole("alert").getByText("No column is the email address").waitFor();
});

visited("people who unsubscribed elsewhere are first suppressed, and then left out", async (page) => {
  await openCampaign(page);
  const rows = ["bo@halden.example,subscribed", "carla@maple.example,unsubscribed"];
  await choose(page, ["Email,Status", ...rows].join("\n"));
  await page.getByText("1 person must not be written to, by what Status says of them").waitFor();
  await button(page, "Make sure that nobody writes to them…").click();
  const dialog = page.getByRole("dialog", { name: "Never contact" });
  await dialog.getByText("This file has 1 other person").waitFor();
  await chooseSuppressions(dialog, "Email\ncarla@maple.example\n");
  await button(dialog, "Never contact them").click();
  await dialog.getByText("Of 1 row, by “Email”: 1 added.").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await focusedName(page), "Make sure that nobody writes to them…");
  await importRows(page, 2);
  await page.getByText("Of 2 rows: 1 imported, 1 suppressed.").waitFor();
  await page.getByText("People who must not be contacted").click();
  await page.getByText("Line 3: Unsubscribed").waitFor();

  // A file with only such people is imported as it is.
  await choose(page, "Email,Unsubscribed\ndimitri@orbita.example,yes\n");
  await button(page, "Make sure that nobody writes to them…").click();
  await button(dialog, "Never contact them").click();
  await dialog.getByText("1 added").waitFor();
});

visited("existing people are left, filled in or updated; names are split or whole", async (page) => {
  await openCampaign(page);
  await choose(page, "Email,Full name,Company\nbo@halden.example,Bo Lindqvist,\n");
  const notes = () => description(page.getByLabel("What Full name becomes"));
  assert.equal(await notes(), "And by guess: first name, last name");
  await page.getByLabel("Keep names whole").check();
  assert.equal(await notes(), "");
  await page.getByLabel("Keep names whole").uncheck();
  await importRows(page, 1);
  await page.getByText("Of 1 row: 1 imported.").waitFor();

  const other = "Email,Full name,Company\nbo@halden.example,Bo Nyman,Halden\n";
  await choose(page, other);
  await importRows(page, 1);
  await page.getByText("Of 1 row: 0 imported, 1 duplicate.").waitFor();

  await choose(page, other);
  await page.getByLabel("Get what they lack").check();
  await importRows(page, 1);
  await page.getByText("Of 1 row: 0 imported, 1 updated.").waitFor();
  await page.getByRole("cell", { name: "Halden", exact: true }).waitFor();
  await page.getByRole("rowheader", { name: "Bo Lindqvist" }).waitFor();

  await choose(page, other);
  await page.getByLabel("Get all that the file says").check();
  await importRows(page, 1);
  await page.getByRole("rowheader", { name: "Bo Nyman" }).waitFor();

  await choose(page, "Email,Full name\nelif@orbita.example,Elif Aydin\n");
  await page.getByLabel("Keep names whole").check();
  await importRows(page, 1);
  await page.getByRole("rowheader", { name: "Elif Aydin" }).waitFor();
  await visit(page, "Sequence");
  await page.getByLabel("Text", { exact: true }).fill("Hi %first_name|there%");
  await page.getByRole("combobox", { name: "Prospect" }).selectOption({ label: "Elif Aydin" });
  await page.frameLocator(".letter-html").getByText("Hi there").waitFor();
  await page.getByRole("combobox", { name: "Prospect" }).selectOption({ label: "Bo Nyman" });
  await page.frameLocator(".letter-html").getByText("Hi Bo").waitFor();
});

visited("suppressions are added by hand and from a file", async (page) => {
  await start(page, studio.url, ANA);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Kind").selectOption("email_domain");
  const domain = page.getByLabel("Email domain");
  assert.match(await description(domain), /\*\.example\.com for its subdomains/);
  await domain.fill("*.halden.example");
  await button(page, "Add").click();
  const list = page.getByRole("listitem");
  await list.filter({ hasText: "*.halden.example Email domain · Added by hand" }).waitFor();

  const rows = ["bo@orbita.example,Opted out", "nobody,", "*.maple.example,spam complaint", "*.halden.example,"];
  await chooseSuppressions(page, ["Address,Why", ...rows].join("\n"));
  await page.getByLabel("Column of reasons").selectOption("Why");
  await button(page, "Never contact them").click();
  await page.getByText("Of 4 rows, by “Address”: 2 added, 1 there already, 1 invalid.").waitFor();
  await page.getByText("Rejected rows").click();
  await page.getByText(/^Line 3: value Must be/).waitFor();
  await list.filter({ hasText: "bo@orbita.example Email address · Unsubscribed" }).waitFor();
  await list.filter({ hasText: "*.maple.example Email domain · Complained" }).waitFor();
  await button(page, "Remove *.maple.example").click();
  await list.filter({ hasText: "*.maple.example" }).waitFor({ state: "hidden" });
});

visited("a file is read again and imported with the keyboard alone", async (page) => {
  await openCampaign(page);
  await page.getByLabel("CSV file: choose one or drop it here").focus();
  await choose(page, Buffer.concat([Buffer.from("Title\n\n"), HUNGARIAN]));
  await page.waitForFunction(() => document.activeElement?.textContent.startsWith("people.csv"));
  await tabTo(page, "Encoding");
  await page.keyboard.type("Central European (w");
  await row(page, "jeno@halden.example Jenő Halden").waitFor();
  assert.equal(await focusedName(page), "Encoding");
  await tabTo(page, "Line of the column names");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("columnheader", { name: "Email" }).first().waitFor();
  await tabTo(page, "The columns have no names");
  await page.keyboard.press("Space");
  await button(page, "Import 3 rows").waitFor();
  await page.keyboard.press("Space");
  await tabTo(page, "Undo these choices");
  await page.keyboard.press("Enter");
  await row(page, "jeno@halden.example Jenõ Halden").waitFor();
  assert.match(await focusedName(page), /^people\.csv/, "the focus is not lost with its button");
  await tabTo(page, "Stay as they are");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focusedName(page), "Get what they lack");
  await tabTo(page, "Import 1 row");
  await page.keyboard.press("Enter");
  await page.getByText("Of 1 row: 1 imported.").waitFor();
  assert.equal(await focusedName(page), "CSV file: choose one or drop it here");
});

visited("the import has no axe findings, and fits into 360 pixels", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const inspect = async (view) => {
    assert.deepEqual(await findings(page), [], view);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, 360, `${view} is scrolled sideways`);
  };
  await openCampaign(page);
  const rows = ["Jen\u00f5 Kis,Halden Robotics and Sons,unsubscribed,N/A", ",,subscribed,Zo\u00c3\u00ab"];
  const people = rows.map((rest, index) => `somebody.with.a.long.name.${index}@a-long-domain.example,${rest}`);
  const file = Buffer.from(["Email,Full name,Company,Status,Position", ...people].join("\n"), "latin1");
  await choose(page, file);
  await button(page, "Import 2 rows").waitFor();
  await page.getByText("The first lines of the file as they are").click();
  await inspect("a file");
  await button(page, "Make sure that nobody writes to them…").click();
  await chooseSuppressions(page.getByRole("dialog"), "Email\ncarla@maple.example\n");
  await button(page, "Never contact them").waitFor();
  await inspect("a file in a dialog");
  await page.keyboard.press("Escape");
  await page.getByLabel("Encoding").selectOption("utf-8");
  await page
    .getByText(/is no text in/)
    .first()
    .waitFor();
  await inspect("a file that cannot be read");
  await button(page, "Read it as before").click();
  await page.getByLabel("What Email becomes").selectOption("");
  await button(page, "Import 2 rows").click();
  await page.getByRole("alert").getByText("No column is the email address").waitFor();
  await inspect("a column that is missing");
  await page.getByLabel("What Email becomes").selectOption("email");
  await importRows(page, 2);
  await page.getByText("2 imported").waitFor();
  await inspect("a report");
  await choose(page, "%PDF-1.7\n");
  await page.getByText("This is a PDF").waitFor();
  await inspect("no CSV file");

  await page.getByRole("link", { name: "Settings" }).click();
  await chooseSuppressions(page, "Address,Why\nsomebody.with.a.long.name@a-long-domain.example,Opted out\nnobody,\n");
  await button(page, "Never contact them").waitFor();
  await inspect("a file of those never to contact");
  await button(page, "Never contact them").click();
  await page.getByText("1 added").waitFor();
  await button(page, /^Remove somebody/).waitFor();
  await inspect("those never to contact");
});

async function openCampaign(page) {
  await start(page, studio.url, ANA);
  await createCampaign(page, "Imported");
  await visit(page, "People");
}

async function choose(page, content, name = "people.csv") {
  const file = { name, mimeType: "text/csv", buffer: Buffer.from(content) };
  await page.getByLabel("CSV file: choose one or drop it here").setInputFiles(file);
}

async function chooseSuppressions(page, content) {
  const file = { name: "never.csv", mimeType: "text/csv", buffer: Buffer.from(content) };
  await page.getByLabel("CSV file of addresses, profiles or domains").setInputFiles(file);
}

async function importRows(page, rows) {
  await button(page, rows === 1 ? "Import 1 row" : `Import ${rows} rows`).click();
}

function button(page, name) {
  return page.getByRole("button", { name, exact: true });
}

/** One of the first rows, by its cells. */
function row(page, cells) {
  return page
    .getByRole("region", { name: "The first rows of the file" })
    .getByRole("row", { name: cells, exact: true });
}

/** Runs the program in `examples/` and checks what it prints. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../examples/launch.mjs", import.meta.url));

test("a thousand people from a spreadsheet's file are launched, and the messages of a day sent", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.equal(
    stdout,
    `The file has 1002 rows, utf-8 with \`;\` between cells:
  E-Mail         "email"
  Vorname        "first_name"
  Nachname       "last_name"
  Firma          "company"
  Thema          null
1000 imported, 1 duplicates, 1 invalid:
  line 1103: email must be an email address
Ready: false
  signature has %first_name%, which has no fallback and no value for 1 sender (write a fallback as in %first_name|there%, or fill in the field)
active: 1000 will be contacted

A question, Vorname 1

Hello Vorname 1,

who at Firma 1 looks after Einkauf?

Best,
Ana

Sent today: { 'ana@example.com': 30, 'ben@example.com': 30 }
The next is due at 2026-04-23T07:00:00Z
`,
  );
});

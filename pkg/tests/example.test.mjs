/** Runs the program in `examples/` and checks what it prints. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../examples/launch.mjs", import.meta.url));

test("a thousand people from a spreadsheet's file are launched", () => {
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
  signature: has a variable without a value and without a fallback (write a fallback as in %first_name|there%, or fill in the field)
active: 1000 will be contacted

A question, Vorname 1

Hello Vorname 1,

who at Firma 1 looks after Einkauf?

Best,
Ana
`,
  );
});

/** The snippets of the documentation compile against the packed package as strictly as any app. */

import fs from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { documents, pack, pinned, pkg, run } from "./packed.mjs";

let packed;

before(() => (packed = pack()));
after(() => packed?.remove());

test("every snippet of the documentation compiles under the strictest rules", () => {
  const snippets = documents.flatMap((document, number) =>
    [...fs.readFileSync(document, "utf8").matchAll(/^```(js|ts|tsx)\n([^]*?)^```$/gm)].map(([, kind, code], at) => [
      `${basename(document, ".md")}-${number}-${at}.${kind === "tsx" ? "tsx" : "ts"}`,
      code,
    ]),
  );
  if (snippets.length < 8) throw new Error(`only ${snippets.length} snippets were found`);
  const types = `@types/react@${pinned["@types/react"]}`;
  const at = packed.project("snippets", Object.fromEntries(snippets), `react@${pinned.react}`, types);
  const tsc = createRequire(join(pkg, "package.json"))
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes"];
  const target = ["--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
  const context = ["--lib", "es2022,dom,dom.iterable", "--types", "", "--jsx", "react-jsx"];
  run(at, process.execPath, tsc, ...options, ...target, ...context, ...snippets.map(([name]) => name));
});

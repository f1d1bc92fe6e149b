/** What the documentation shows is typed as strictly as any app may be, against the packed package. */

import fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pack, pinned, pkg, run } from "./packed.mjs";

let packed;

before(() => (packed = pack()));
after(() => packed?.remove());

test("every snippet of the documentation compiles under the strictest rules", () => {
  const documents = ["README.md", "../README.md"].map((name) => join(pkg, name));
  const snippets = documents.flatMap((document) =>
    [...fs.readFileSync(document, "utf8").matchAll(/^```(js|ts|tsx)\n([^]*?)^```$/gm)].map(([, kind, code], at) => [
      `${document.startsWith(join(pkg, "..", "R")) ? "root" : "package"}-${at}.${kind === "tsx" ? "tsx" : "ts"}`,
      code,
    ]),
  );
  if (snippets.length < 8) throw new Error(`only ${snippets.length} snippets were found`);
  const types = `@types/react@${pinned["@types/react"]}`;
  const at = packed.project("snippets", Object.fromEntries(snippets), `react@${pinned.react}`, types);
  const tsc = createRequire(join(pkg, "package.json"))
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
  const context = ["--lib", "es2022,dom,dom.iterable", "--types", "", "--jsx", "react-jsx"];
  run(at, process.execPath, tsc, ...options, ...context, ...snippets.map(([name]) => name));
});

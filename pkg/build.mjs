/** From what the compiler made to what is shipped: each entry is one module, so that a page loads a worker in one request. */

import { build } from "esbuild";
import fs from "node:fs";

// The lock of Node's files is for its tests alone, and not packed.
const entries = ["browser", "worker", "node", "node-lock", "react"].map((name) => `dist/${name}.js`);

await build({
  entryPoints: entries,
  outdir: "dist",
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  target: "es2022",
  minifyWhitespace: true,
  minifySyntax: true,
  // Names stay, for those who read a stack or look what runs in their page.
  minifyIdentifiers: false,
  external: ["campaignkit", "react", "node:*"],
  plugins: [
    {
      name: "node loads the glue itself, once for each instance of the engine",
      setup({ onResolve }) {
        onResolve({ filter: /campaignkit\.js$/ }, ({ path, importer }) =>
          importer.endsWith("node.js") ? { path, external: true } : undefined,
        );
      },
    },
  ],
  logLevel: "warning",
});

for (const name of fs.readdirSync("dist")) {
  if (name.endsWith(".js") && !entries.includes(`dist/${name}`)) fs.rmSync(`dist/${name}`);
}

/**
 * Makes the shipped modules from the compiler's output. Each entry is one module, so that a page loads a worker in one
 * request.
 */

import { build, transform } from "esbuild";
import fs from "node:fs";

const entries = Object.fromEntries(
  ["bounds", "browser", "worker", "node", "react", "report-csv", "variables"].map((name) => [name, `dist/${name}.js`]),
);
// These are only for their tests, and are not packed.
entries["node-lock"] = "dist/node/lock.js";
entries["buffered-handle"] = "dist/browser/buffered-handle.js";

/** Modules of which an app calls nothing itself: the way to the worker, checks of arguments, and what feeds live data. */
const INSIDE =
  /dist[\\/](browser[\\/][a-z-]+|arguments|clock|due|following|live|options|pages|progress|query|reading|stream)\.js$/;

await build({
  entryPoints: entries,
  outdir: "dist",
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  target: "es2022",
  minifyWhitespace: true,
  minifySyntax: true,
  // Names are kept for people who read a stack or inspect the code in their page.
  minifyIdentifiers: false,
  external: ["campaignkit", "react", "node:*"],
  plugins: [
    {
      name: "node loads the glue itself, once for each instance of the engine",
      setup({ onResolve }) {
        onResolve({ filter: /campaignkit\.js$/ }, ({ importer }) =>
          /node[\\/]instance\.js$/.test(importer) ? { path: "./wasm/campaignkit.js", external: true } : undefined,
        );
      },
    },
    {
      name: "the names inside of what no app calls are for nobody",
      setup({ onLoad }) {
        onLoad({ filter: INSIDE }, async ({ path }) => {
          const { code } = await transform(fs.readFileSync(path, "utf8"), { minifyIdentifiers: true });
          return { contents: code };
        });
      },
    },
  ],
  logLevel: "warning",
});

// What the worker calls its own is for nobody: an error of it crosses to the page as a code.
const { code } = await transform(fs.readFileSync("dist/worker.js", "utf8"), {
  format: "esm",
  target: "es2022",
  minify: true,
});
fs.writeFileSync("dist/worker.js", code);

const shipped = Object.keys(entries).map((name) => `${name}.js`);
for (const name of fs.readdirSync("dist")) {
  if (name.endsWith(".js") && !shipped.includes(name)) fs.rmSync(`dist/${name}`);
}
for (const folder of ["browser", "node"]) fs.rmSync(`dist/${folder}`, { recursive: true, force: true });

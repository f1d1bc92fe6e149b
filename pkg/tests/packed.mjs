/** The packed tarball, and projects outside the repository that install it as its users do. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const pkg = fileURLToPath(new URL("../", import.meta.url));

const docs = join(pkg, "../docs");

/** The documents whose snippets are run and compiled. */
export const documents = [join(pkg, "README.md"), join(pkg, "../README.md")].concat(
  fs.readdirSync(docs).flatMap((name) => (name.endsWith(".md") ? join(docs, name) : [])),
);

/** The versions of the tools that this package pins. */
export const { devDependencies: pinned } = JSON.parse(fs.readFileSync(join(pkg, "package.json"), "utf8"));

/** Runs a program to its end, which must be a success, and returns its output. */
export function run(cwd, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${error ?? ""}${stdout}${stderr}`);
  return stdout;
}

/** A folder for projects, and a function that makes one in it. */
export function pack() {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-packed-"));
  const [{ filename }] = JSON.parse(
    run(pkg, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder),
  );
  return {
    folder,

    /** A project with these files, by their paths, and with these packages besides the tarball. */
    project(name, files, ...packages) {
      const at = join(folder, name);
      fs.mkdirSync(at);
      fs.writeFileSync(join(at, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
      for (const [file, content] of Object.entries(files)) {
        fs.mkdirSync(join(at, file, ".."), { recursive: true });
        fs.writeFileSync(join(at, file), content);
      }
      run(at, "npm", "install", "--no-audit", "--no-fund", join(folder, filename), ...packages);
      return at;
    },

    remove() {
      fs.rmSync(folder, { recursive: true, maxRetries: 10 });
    },
  };
}

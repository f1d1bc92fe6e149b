/** The packed tarball in what runs programs of Node, beside Node. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { open } from "../dist/node.js";
import { failure } from "./behaviour/words.mjs";
import { pack, run } from "./packed.mjs";

const RUNTIMES = {
  bun: { version: "bun@1.4.5", args: [] },
  deno: { version: "deno@2.9.6", args: ["run", "--allow-all"] },
};

const template = (name) => fs.readFileSync(fileURLToPath(new URL(`frameworks/${name}`, import.meta.url)), "utf8");

let packed;
before(() => (packed = pack()));
after(() => packed?.remove());

for (const [runtime, { version, args }] of Object.entries(RUNTIMES)) {
  describe(runtime, () => {
    let at;
    let program;
    before(() => {
      const files = { "main.js": template("node.js"), "owner.js": template("owner.js") };
      at = packed.project(runtime, files, version);
      program = [join(at, "node_modules/.bin", runtime), ...args];
    });

    test("a module that imports the package sends from memory and from a file", () => {
      const [executable, ...rest] = program;
      const said = run(at, executable, ...rest, "main.js");
      assert.equal(said, "memory: Outreach, 1 sent\nfile: Outreach, 1 sent\n");
    });

    test("an owner of a file keeps Node waiting until it is killed, and the reverse", async (t) => {
      /** Starts an owner, and resolves when it has the file. */
      const own = async ([executable, ...rest]) => {
        const options = { cwd: at, stdio: ["ignore", "pipe", "inherit"] };
        const owner = spawn(executable, [...rest, "owner.js", "owned.sqlite"], options);
        t.after(() => owner.kill("SIGKILL"));
        await once(owner.stdout, "data");
        return owner;
      };
      const file = { storage: "file", path: join(at, "owned.sqlite") };
      const first = await own(program);
      const { code, program: named } = await failure(open(file));
      assert.deepEqual([code, named], ["other_owner", "owner.js"]);
      const waiting = own([process.execPath]);
      first.kill("SIGKILL");
      const second = await waiting;
      const waitingNext = own(program);
      second.kill("SIGKILL");
      (await waitingNext).kill("SIGKILL");
      await (await open({ ...file, wait_ms: 60_000 })).close();
    });
  });
}

/** Which of two builds is newer, which decides which of two tabs gives way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const source = fileURLToPath(new URL("../src/browser/version.ts", import.meta.url));
const { outputFiles } = buildSync({ entryPoints: [source], bundle: true, format: "esm", write: false });
const { isNewer } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

/** From the oldest to the newest, as semver.org lists them in §11 and by its rules; those in a row are equal. */
const ORDER = [
  ["0.0.9"],
  ["0.1.0-0"],
  ["0.1.0-0.0"],
  ["0.1.0-2"],
  ["0.1.0-10", "0.1.0-10+build.7"],
  ["0.1.0-90071992547409930"],
  ["0.1.0-90071992547409931"],
  ["0.1.0-10a"],
  ["0.1.0-A"],
  ["0.1.0-a-b"],
  ["0.1.0-rc"],
  ["0.1.0-rc.1", "0.1.0-rc.1+linux"],
  ["0.1.0-rc.1.1"],
  ["0.1.0-rc.2"],
  ["0.1.0-rc.10"],
  ["0.1.0-rc.x"],
  ["0.1.0-rc-1"],
  ["0.1.0", "0.1.0+1", "0.1.0+2-rc.1"],
  ["0.1.1"],
  ["0.2.0"],
  ["0.10.0"],
  ["1.0.0-alpha", "1.0.0-alpha+001"],
  ["1.0.0-alpha.1"],
  ["1.0.0-alpha.beta"],
  ["1.0.0-beta"],
  ["1.0.0-beta.2"],
  ["1.0.0-beta.11"],
  ["1.0.0-rc.1"],
  ["1.0.0"],
  ["2.0.0"],
  ["2.1.0"],
  ["2.1.1"],
  ["10.0.0"],
];

const builds = ORDER.flatMap((versions, rank) => versions.map((version) => ({ version, schema: 4, rank })));

test("in all pairs, the newer build is the one with the higher precedence", () => {
  for (const one of builds) {
    for (const other of builds) {
      assert.equal(isNewer(one, other), one.rank > other.rank, `${one.version} against ${other.version}`);
    }
  }
});

test("the precedence of versions is transitive", () => {
  const words = ["0", "1", "9", "10", "a", "A", "a1", "1a", "-", "rc"];
  let seed = 7;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const identifiers = () => Array.from({ length: random(4) }, () => words[random(words.length)]).join(".");
  const versions = Array.from({ length: 60 }, () => {
    const [preRelease, metadata] = [identifiers(), identifiers()];
    const version = `${random(2)}.${random(2)}.${random(3)}`;
    return `${version}${preRelease && `-${preRelease}`}${metadata && `+${metadata}`}`;
  });
  const comes = (one, other) => isNewer({ version: one, schema: 4 }, { version: other, schema: 4 });
  const ordering = (version) => version.split("+")[0];
  for (const one of versions) {
    for (const other of versions) {
      const [after, before] = [comes(one, other), comes(other, one)];
      assert.equal(after || before, ordering(one) !== ordering(other), `${one} and ${other}`);
      assert.ok(!(after && before), `${one} and ${other}`);
      for (const third of versions) {
        if (after && comes(other, third)) assert.ok(comes(one, third), `${one}, ${other} and ${third}`);
      }
    }
  }
});

test("newer tables are newer, whatever the versions", () => {
  assert.ok(isNewer({ version: "0.1.0-rc.1", schema: 5 }, { version: "2.0.0", schema: 4 }));
  assert.ok(!isNewer({ version: "2.0.0", schema: 4 }, { version: "0.1.0-rc.1", schema: 5 }));
});

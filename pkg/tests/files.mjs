/**
 * A new folder for each test, with the path of a database in it, and the processes that a test starts; all are removed
 * with the test.
 */

import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { open } from "../dist/node.js";
import { Child } from "./process.mjs";

export let folder;
export let path;
const children = [];

beforeEach(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "campaignkit-"));
  path = join(folder, "campaigns.sqlite");
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  fs.rmSync(folder, { recursive: true });
});

/** Starts `tests/child.mjs`, or the given program. */
export function start(...program) {
  const child = new Child(...program);
  children.push(child);
  return child;
}

/** Opens the file of the test, or another one. */
export const file = (at = path) => open({ storage: "file", path: at });

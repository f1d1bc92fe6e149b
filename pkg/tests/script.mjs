/**
 * Performs a script that the program `script` of `xtask/tools` made. It is served to browsers unchanged, with its
 * imports.
 */

import { assert, bytes } from "./behaviour/words.mjs";

/** The position of a file's content in the arguments of an operation. */
const FILES = { previewCsv: 0, importCsv: 1, importSuppressions: 0 };

/** Performs the operations on a new database, closes it, and returns their number. */
export async function perform(open, options, script) {
  const [simulated, ...calls] = script
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const kit = await open({ ...options, simulated });
  try {
    for (const [at, { user, operation, args, ...native }] of calls.entries()) {
      if (operation in FILES) args[FILES[operation]] = content(args[FILES[operation]]);
      const found = difference(await outcome((user ? kit.as(user) : kit)[operation](...args)), native);
      assert(!found, `operation ${at}, ${operation}: ${found}`);
    }
  } finally {
    await kit.close();
  }
  return calls.length;
}

/** The content of a file: from a text, or from one character for each byte. */
function content(file) {
  return typeof file === "string" ? bytes(file) : Uint8Array.from(file.bytes, (byte) => byte.charCodeAt(0));
}

async function outcome(call) {
  try {
    return { answer: (await call) ?? null };
  } catch (thrown) {
    const { name, ...error } = thrown;
    return { error: { ...error, message: thrown.message } };
  }
}

/** Where two results first differ; they are too long to print. */
function difference(here, native, path = "") {
  if (Object.is(here, native)) return undefined;
  if (typeof here !== "object" || typeof native !== "object" || !here || !native)
    return `${path} is ${JSON.stringify(here)}, natively ${JSON.stringify(native)}`;
  for (const key of new Set([...Object.keys(here), ...Object.keys(native)])) {
    const found = difference(here[key], native[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

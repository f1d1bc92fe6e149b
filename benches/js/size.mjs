/** How much each dependency adds to the download of the package's users; the build prints the total. */

import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} KB`;

// The compiled module still has the names of its functions, but lacks wasm-opt's savings.
const module = parse(fs.readFileSync(join(target, "wasm32-unknown-unknown/wasm/campaignkit_bindings.wasm")));
const parts = new Map([["data: zones, texts, tables", module.data]]);
for (const { name, body } of module.functions) {
  const part = owner(name);
  parts.set(part, [...(parts.get(part) ?? []), body]);
}
const rows = [...parts].map(([part, bodies]) => ({ part, raw: Buffer.concat(bodies) }));
console.log("before wasm-opt, each part compressed by itself (what it adds, roughly)");
let rest = { count: 0, raw: 0, packed: 0 };
for (const { part, raw } of rows.sort((a, b) => b.raw.length - a.raw.length)) {
  if (raw.length < 8_000) {
    rest = { count: rest.count + 1, raw: rest.raw + raw.length, packed: rest.packed + packed(raw) };
  } else {
    console.log(`  ${part.padEnd(30)}${kilobytes(packed(raw))} of ${kilobytes(raw.length)}`);
  }
}
console.log(`  ${`${rest.count} smaller parts`.padEnd(30)}${kilobytes(rest.packed)} of ${kilobytes(rest.raw)}`);

/** The crate of a function, by its mangled name; names of C functions are not mangled. */
function owner(name) {
  const crate = legacyCrate(name) ?? /^_R.*?C(?:s[0-9A-Za-z]*_)?\d+([a-z_]\w*?)(?=\d|$)/.exec(name)?.[1];
  if (crate === undefined) return /^__?wb|^_?_?rust|^_R/.test(name) ? "glue and runtime" : "SQLite and C library";
  return ["std", "core", "alloc", "compiler_builtins", "dlmalloc", "hashbrown", "__rustc"].includes(crate)
    ? "Rust's standard library"
    : crate;
}

function legacyCrate(name) {
  const [, length, rest] = /^_ZN(\d+)(.*)$/.exec(name) ?? [];
  if (rest === undefined) return undefined;
  const first = rest.slice(0, Number(length));
  // `<campaignkit::id::UserId as serde_core::ser::Serialize>::serialize` belongs to the first crate.
  const words = first.replaceAll(/\$\w+\$/g, " ").split(/[^\w.]+|\.\./);
  return words.find((word) => word !== "_" && word !== "" && word !== "mut" && word !== "dyn");
}

/** The functions and the data of a module (WebAssembly core specification §5.5). */
function parse(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    return bytes.toString("utf8", at, (at += length));
  };
  const bodies = [];
  const names = new Map();
  let imported = 0;
  let data = [];
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = number();
    const end = at + length;
    if (section === 2) {
      for (let left = number(); left > 0; left--) {
        text();
        text();
        if (bytes[at++] !== 0) throw new Error("an import is not a function");
        number();
        imported++;
      }
    } else if (section === 10) {
      for (let left = number(); left > 0; left--) {
        const size = number();
        bodies.push(bytes.subarray(at, (at += size)));
      }
    } else if (section === 11) {
      data = [bytes.subarray(at, end)];
    } else if (section === 0 && text() === "name") {
      while (at < end) {
        const kind = bytes[at++];
        const size = number();
        const next = at + size;
        if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
        at = next;
      }
    }
    at = end;
  }
  return { data, functions: bodies.map((body, index) => ({ name: names.get(imported + index) ?? "", body })) };
}

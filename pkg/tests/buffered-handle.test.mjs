/** The buffered access handles of a browser are as good as plain ones, with the file in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bufferHandles } from "../dist/buffered-handle.js";
import { dice } from "./dice.mjs";

/** A plain handle of a file. */
class Plain {
  bytes = new Uint8Array();
  calls = 0;
  flushed = 0;
  /** The most bytes of the file. */
  room = Infinity;
  read(target, { at }) {
    this.calls++;
    const found = this.bytes.subarray(at, at + target.length);
    target.set(found);
    return found.length;
  }
  write(source, { at }) {
    this.calls++;
    if (at + source.length > this.room) throw new DOMException("no room", "QuotaExceededError");
    if (at + source.length > this.bytes.length) this.truncate(at + source.length);
    this.bytes.set(source, at);
    return source.length;
  }
  truncate(size) {
    const before = this.bytes.subarray(0, size);
    this.bytes = new Uint8Array(size);
    this.bytes.set(before);
  }
  getSize() {
    return this.bytes.length;
  }
  flush() {
    this.flushed++;
  }
  close() {}
}

let made;
globalThis.FileSystemFileHandle = class {
  async createSyncAccessHandle() {
    return (made = new Plain());
  }
};
bufferHandles();
const buffered = () => new FileSystemFileHandle().createSyncAccessHandle();

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`whatever is read, written and cut is as with a plain handle (SEED=${seed})`, async () => {
  const below = dice(seed);
  const [handle, plain] = [await buffered(), new Plain()];
  let at = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const die = below(100);
    // Most pieces follow the one before, as SQLite's do, or begin a little later.
    if (below(8) === 0) at = below(4) * 150_000 + below(30);
    else if (below(3) === 0) at += below(40);
    const size = [24, 4096, 4096, 1 + below(9_000), 300_000][below(die === 0 ? 5 : 4)];
    if (die < 50) {
      const bytes = new Uint8Array(size).fill(turn);
      assert.equal(handle.write(bytes, { at }), plain.write(bytes, { at }));
    } else if (die < 96) {
      const [one, other] = [new Uint8Array(size), new Uint8Array(size)];
      assert.equal(handle.read(one, { at }), plain.read(other, { at }), `turn ${turn}`);
      assert.ok(Buffer.compare(one, other) === 0, `turn ${turn}`);
    } else if (die === 96) {
      for (const each of [handle, plain]) each.truncate(at);
    } else if (die === 97) {
      assert.equal(handle.getSize(), plain.getSize());
    } else {
      handle.flush();
      assert.ok(Buffer.compare(made.bytes, plain.bytes) === 0, `turn ${turn}`);
    }
    at += size;
  }
  handle.close();
  assert.ok(Buffer.compare(made.bytes, plain.bytes) === 0);
  assert.ok(made.flushed > 0);
});

test("pages one after another take a call for many", async () => {
  const handle = await buffered();
  const page = new Uint8Array(4096);
  for (let at = 0; at < 1000; at++) handle.write(page, { at: at * page.length });
  handle.flush();
  assert.ok(made.calls < 20, `${made.calls} writes`);
  made.calls = 0;
  for (let at = 0; at < 1000; at++) handle.read(page, { at: at * page.length });
  assert.ok(made.calls < 20, `${made.calls} reads`);
});

test("what has no room says so when it is flushed, whatever the browser throws, and is gone", async () => {
  const isFull = ({ name }) => name === "QuotaExceededError";
  const handle = await buffered();
  handle.write(new Uint8Array(5_000), { at: 0 });
  const more = () => handle.write(new Uint8Array(100), { at: 5_000 });
  made.room = 5_050;
  more();
  assert.throws(() => handle.flush(), isFull);
  assert.equal(handle.getSize(), 5_000);
  for (const write of [() => 7, () => assert.fail("a disk error")]) {
    delete made.write;
    handle.write(new Uint8Array(5_000), { at: 0 });
    made.write = write;
    more();
    assert.throws(() => handle.flush(), isFull);
  }
});

test("the page after a flush is there at once", async () => {
  const handle = await buffered();
  handle.write(new Uint8Array(10_000), { at: 0 });
  handle.flush();
  // The header of a page in two parts, and the page.
  for (const [at, size] of [[10_000, 10], [10_010, 4096]]) handle.write(new Uint8Array(size), { at });
  assert.equal(made.bytes.length, 14_106);
});

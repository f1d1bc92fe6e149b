/**
 * Plain data on its way into the engine and out of it, in one crossing: as numbers and one text (`packed.rs`).
 *
 * A number has its kind in the three lowest bits.
 */

const CONSTANT = 0; // 0 is null, 1 false, 2 true
const TEXT = 1; // its bytes, which are all of ASCII
const WIDE_TEXT = 2; // its bytes; a number follows: its UTF-16 units
const INTEGER = 3;
const FLOAT = 4; // two numbers follow
const LIST = 5; // its items follow
const OBJECT = 6; // its fields follow, each a name and a value
const NAME = 7; // its bytes; where it always is in memory follows

const float = new DataView(new ArrayBuffer(8));

/** Larger requests take the long way, and so does what is not plain data. */
const MOST_NUMBERS = 4_096;
const MOST_UNITS = 65_536;
const DEEPEST = 12;

const numbers = new Uint32Array(MOST_NUMBERS);
let isPacking = false;
let at = 0;
let text = "";

/** A value as numbers, the first of which is the length of its text; undefined if it takes the long way. */
export function pack(value) {
  // A getter may call the engine.
  if (isPacking) return undefined;
  isPacking = true;
  at = 1;
  text = "";
  try {
    if (!put(value, 0)) return undefined;
    numbers[0] = text.length;
    return numbers.subarray(0, at);
  } catch {
    return undefined;
  } finally {
    isPacking = false;
  }
}

/** The text of what was packed last. */
export function packedText() {
  return text;
}

function put(value, depth) {
  if (at + 3 > MOST_NUMBERS) return false;
  switch (typeof value) {
    case "string":
      return putText(value);
    case "number":
      return putNumber(value);
    case "boolean":
      return putConstant(value ? 2 : 1);
    case "undefined":
      return putConstant(0);
    case "object":
      return value === null ? putConstant(0) : putParts(value, depth);
    default:
      return false;
  }
}

function putConstant(which) {
  numbers[at++] = (which << 3) | CONSTANT;
  return true;
}

function putText(value) {
  if (text.length + value.length > MOST_UNITS) return false;
  text += value;
  numbers[at++] = (value.length << 3) | TEXT;
  return true;
}

function putNumber(value) {
  const isSmall = (value << 3) >> 3 === value && (value !== 0 || 1 / value > 0);
  if (isSmall) {
    numbers[at++] = (value << 3) | INTEGER;
  } else {
    float.setFloat64(0, value);
    numbers[at++] = FLOAT;
    numbers[at++] = float.getUint32(0);
    numbers[at++] = float.getUint32(4);
  }
  return true;
}

function putParts(value, depth) {
  if (depth === DEEPEST) return false;
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    const { length } = value;
    if (prototype !== Array.prototype || length > MOST_NUMBERS) return false;
    numbers[at++] = (length << 3) | LIST;
    for (let index = 0; index < length; index++) if (!put(value[index], depth + 1)) return false;
    return true;
  }
  if ((prototype !== Object.prototype && prototype !== null) || Symbol.iterator in value) return false;
  const names = Object.keys(value);
  if (names.length > MOST_NUMBERS) return false;
  numbers[at++] = (names.length << 3) | OBJECT;
  for (const name of names) {
    if (at === MOST_NUMBERS || !putText(name) || !put(value[name], depth + 1)) return false;
  }
  return true;
}

/** Texts of more bytes are decoded one by one: a short one would keep the whole in memory. */
const MOST_BYTES = 65_536;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** The names that the engine has used so far, by their places in its memory, which are the same in each of its instances. */
const names = new Map();
let packed;
let bytes;
let whole;
let next = 0;
let from = 0;
let unit = 0;

/** The value of what the engine packed. */
export function unpack(packedNumbers, packedBytes) {
  packed = packedNumbers;
  bytes = packedBytes;
  whole = bytes.length > MOST_BYTES ? undefined : decoder.decode(bytes);
  next = from = unit = 0;
  const value = take();
  packed = bytes = whole = undefined;
  return value;
}

function take() {
  const head = packed[next++];
  const count = head >>> 3;
  switch (head & 7) {
    case CONSTANT:
      return count === 0 ? null : count === 2;
    case TEXT:
      return takeText(count, count);
    case WIDE_TEXT:
      return takeText(count, packed[next++]);
    case INTEGER:
      return head >> 3;
    case FLOAT:
      float.setUint32(0, packed[next++]);
      float.setUint32(4, packed[next++]);
      return float.getFloat64(0);
    case LIST: {
      const list = [];
      for (let left = count; left > 0; left--) list.push(take());
      return list;
    }
    case OBJECT: {
      const object = {};
      for (let left = count; left > 0; left--) {
        const name = take();
        const value = take();
        if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
        else object[name] = value;
      }
      return object;
    }
    default:
      return takeName(count, packed[next++]);
  }
}

function takeText(count, units) {
  const start = from;
  from += count;
  if (whole === undefined) return decoder.decode(bytes.subarray(start, from));
  return whole.slice(unit, (unit += units));
}

function takeName(count, place) {
  const known = names.get(place);
  if (known?.length === count) return known;
  const name = decoder.decode(new Uint8Array(packed.buffer, place, count));
  names.set(place, name);
  return name;
}

/**
 * Plain data on its way into the engine and out of it, in one crossing: as numbers and one text (`packed.rs`).
 *
 * A number has its kind in the three lowest bits.
 */

const CONSTANT = 0; // 0 is null, 1 false, 2 true
const TEXT = 1; // its bytes, which on the way out are all of ASCII
const WIDE_TEXT = 2; // its bytes; a number follows: its UTF-16 units; only on the way out
const INTEGER = 3;
const FLOAT = 4; // two numbers follow
const LIST = 5; // its items follow
const OBJECT = 6; // its fields follow, each a name and a value
const NAME = 7; // its bytes; where it always is in memory follows

const float = new DataView(new ArrayBuffer(8));

/** The memory of the engine that calls. */
let memory;
let numbers = new Uint32Array(0);
let bytes = new Uint8Array(0);

function look(ofEngine) {
  // Memory that grew is another buffer, and what was made of the old one is empty.
  if (ofEngine === memory && bytes.length > 0) return;
  memory = ofEngine;
  numbers = new Uint32Array(memory.buffer);
  bytes = new Uint8Array(memory.buffer);
}

/** Larger requests take the long way, and so does what is not plain data. */
const DEEPEST = 12;
/** Encoding a shorter text costs less than asking for it. */
const SHORT = 64;

const encoder = new TextEncoder();
let isPacking = false;
let at = 0;
let atMost = 0;
let end = 0;
let endMost = 0;

/**
 * Puts a value into the engine's memory, as numbers from one place on, of which the first is the length of their text, and
 * the text from another one. Returns how many numbers it is; 0 if it takes the long way.
 */
export function pack(value, ofEngine, place, count, textPlace, textBytes) {
  // A getter may call an engine.
  if (isPacking) return 0;
  isPacking = true;
  try {
    look(ofEngine);
    const began = bytes;
    const first = place >>> 2;
    at = first + 1;
    atMost = first + count;
    end = textPlace;
    endMost = textPlace + textBytes;
    // If memory grew meanwhile, something may be missing.
    if (!put(value, 0) || bytes !== began || bytes.length === 0) return 0;
    numbers[first] = end - textPlace;
    return at - first;
  } catch {
    return 0;
  } finally {
    isPacking = false;
  }
}

function put(value, depth) {
  if (at + 3 > atMost) return false;
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
  const { length } = value;
  if (length > endMost - end) return false;
  if (length > SHORT) return putEncoded(value);
  let place = end;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 0x7f) return putEncoded(value);
    bytes[place++] = unit;
  }
  end = place;
  numbers[at++] = (length << 3) | TEXT;
  return true;
}

function putEncoded(value) {
  const { read, written } = encoder.encodeInto(value, bytes.subarray(end, endMost));
  end += written;
  numbers[at++] = (written << 3) | TEXT;
  return read === value.length;
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
    if (prototype !== Array.prototype || length > atMost - at) return false;
    numbers[at++] = (length << 3) | LIST;
    for (let index = 0; index < length; index++) if (!put(value[index], depth + 1)) return false;
    return true;
  }
  if ((prototype !== Object.prototype && prototype !== null) || Symbol.iterator in value) return false;
  const names = Object.keys(value);
  if (names.length > atMost - at) return false;
  numbers[at++] = (names.length << 3) | OBJECT;
  for (const name of names) {
    if (at === atMost || !putText(name) || !put(value[name], depth + 1)) return false;
  }
  return true;
}

/** Texts of more bytes are decoded one by one: a short one would keep the whole in memory. */
const MOST_BYTES = 65_536;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** The names that the engine has used so far, by their places in its memory, which are the same in each of its instances. */
const names = new Map();
let whole;
let next = 0;
let from = 0;
let unit = 0;

/** The value of what the engine packed: numbers from one place on, and their text. */
export function unpack(ofEngine, place, textPlace, textBytes) {
  const before = memory;
  look(ofEngine);
  next = place >>> 2;
  from = textPlace;
  unit = 0;
  whole = textBytes > MOST_BYTES ? undefined : decoder.decode(bytes.subarray(textPlace, textPlace + textBytes));
  const value = take();
  whole = undefined;
  if (isPacking) look(before);
  return value;
}

function take() {
  const head = numbers[next++];
  const count = head >>> 3;
  switch (head & 7) {
    case CONSTANT:
      return count === 0 ? null : count === 2;
    case TEXT:
      return takeText(count, count);
    case WIDE_TEXT:
      return takeText(count, numbers[next++]);
    case INTEGER:
      return head >> 3;
    case FLOAT:
      float.setUint32(0, numbers[next++]);
      float.setUint32(4, numbers[next++]);
      return float.getFloat64(0);
    case LIST: {
      const list = [];
      for (let left = count; left > 0; left--) list.push(take());
      return list;
    }
    case OBJECT: {
      const object = {};
      for (let left = count; left > 0; left--) takeField(object);
      return object;
    }
    default:
      return takeName(count, numbers[next++]);
  }
}

function takeField(object) {
  const head = numbers[next];
  if ((head & 7) === NAME) {
    const name = takeName(head >>> 3, numbers[next + 1]);
    next += 2;
    object[name] = take();
    return;
  }
  // Only what a caller named can be this.
  const name = take();
  const value = take();
  if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
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
  const name = decoder.decode(bytes.subarray(place, place + count));
  names.set(place, name);
  return name;
}

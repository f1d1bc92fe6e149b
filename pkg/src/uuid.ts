/** Ids that the client makes. */

let last_ms = 0;
let count = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7), greater than the previous ones of this thread: for the `id` of a campaign that is to be
 * created, so that the request can be repeated.
 */
export function uuidv7(): string {
  const now_ms = Date.now();
  count = now_ms > last_ms ? 0 : count + 1;
  // There is room for 4,096 in a millisecond.
  last_ms = Math.max(now_ms, last_ms + (count >> 12));
  count &= 0xfff;
  const ms = last_ms.toString(16).padStart(12, "0");
  // Its random part begins with the variant, which version 4 shares.
  const random = crypto.randomUUID().slice(19);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${count.toString(16).padStart(3, "0")}-${random}`;
}

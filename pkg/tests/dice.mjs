/** Choices that differ from run to run; a failure names the seed, which repeats them. */

/** The seed of this run: a new one, or the value of `CAMPAIGNKIT_SEED`. */
export const SEED = Number(process.env.CAMPAIGNKIT_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** Makes a function that chooses a number below a bound (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** The clock of an open database. */

import type { Simulation } from "./options.js";

/** The longest wait of a timer in any browser and in Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The platform's clock, or that of a simulation, which only moves when it is told to. */
export class Clock {
  #simulated_ms: number | undefined;
  /** Those who wait for an instant of the simulation. */
  readonly #waiting = new Set<() => void>();

  constructor(simulation: Simulation | undefined) {
    this.#simulated_ms = simulation?.now_ms;
  }

  get isSimulated(): boolean {
    return this.#simulated_ms !== undefined;
  }

  /** The present instant, in milliseconds since the Unix epoch. */
  now(): number {
    return this.#simulated_ms ?? Date.now();
  }

  /** Moves the clock of a simulation, as the engine's was moved. */
  advance(ms: number): void {
    this.#simulated_ms = this.now() + ms;
    for (const look of [...this.#waiting]) look();
  }

  /** Calls back once, from this instant on. The returned function ends the wait. */
  at(instant_ms: number, callback: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      this.#waiting.delete(look);
    };
    const look = () => {
      const left_ms = instant_ms - this.now();
      if (left_ms <= 0) {
        end();
        callback();
      } else if (!this.isSimulated) {
        timer = setTimeout(look, Math.min(left_ms, LONGEST_TIMER_MS));
      }
    };
    if (this.isSimulated) this.#waiting.add(look);
    look();
    return end;
  }
}

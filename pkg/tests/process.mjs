/** Child processes that take one command at a time and can be killed. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class Child {
  #process;
  #lines;

  /** Runs `tests/child.mjs`, or another program that eventually runs it. */
  constructor(program = process.execPath, args = [new URL("child.mjs", import.meta.url).pathname]) {
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid() {
    return this.#process.pid;
  }

  /** The next line of its output; undefined when it has ended. */
  async next() {
    const { value, done } = await this.#lines.next();
    return done ? undefined : JSON.parse(value);
  }

  send(...command) {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** Sends a command and waits for its outcome, which is `{ done }` or `{ error }`. */
  async run(...command) {
    this.send(...command);
    for (let said; (said = await this.next()); ) if (!("id" in said)) return said;
    throw new Error(`the process ended in ${command[0]}`);
  }

  /** Kills it and waits for its end; returns the output that was not read yet. */
  async kill(signal = "SIGKILL") {
    const ended = this.#process.exitCode ?? this.#process.signalCode;
    const closed = ended === null ? once(this.#process, "close") : undefined;
    this.#process.kill(signal);
    const rest = [];
    for (let said; (said = await this.next()); ) rest.push(said);
    await closed;
    return rest;
  }
}

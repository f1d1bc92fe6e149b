/**
 * The lock beside a database file: one owner at a time over all processes, and a crashed owner does not keep it.
 *
 * `FILE.lock` holds a claim: who made it, and a token that no other claim has. A claim is published by `link`, which
 * puts a complete file in place or fails where one is. Nobody removes the claim of a dead owner, since between finding
 * and removing it may have become someone else's. It is succeeded instead: whoever publishes `FILE.lock.TOKEN`, with
 * the token of the dead claim, while that one still stands, is the next owner, and there can be only one. If that one
 * dies at once, it is succeeded in the same way. The new owner then moves its claim over `FILE.lock`.
 */

import fs from "node:fs";
import os from "node:os";
import { dirname } from "node:path";
import { CampaignKitError, otherOwner } from "./error.js";

interface Claim {
  token: string;
  pid: number;
  host: string;
  /** What tells the process from a later one with its id; empty where the system does not say. */
  started: string;
}

/**
 * Takes the lock of the file at this real path; the result releases it. Throws `other_owner`, or what the file system
 * throws.
 */
export function lock(path: string): () => void {
  const root = `${path}.lock`;
  const claim: Claim = {
    token: crypto.randomUUID(),
    pid: process.pid,
    host: here(),
    started: startOf(process.pid) ?? "",
  };
  const draft = `${root}.${claim.token}.new`;
  // Flushed, or a power cut could leave an empty claim, of which nobody can say whether its owner lives.
  fs.writeFileSync(draft, JSON.stringify(claim), { flush: true });
  try {
    while (!publish(draft, root) && !succeed(draft, root));
  } finally {
    fs.rmSync(draft, { force: true });
  }

  if (held.size === 0) process.on("exit", releaseAll);
  held.add(root);
  return () => release(root);
}

const held = new Set<string>();

function release(root: string): void {
  if (!held.delete(root)) return;
  fs.rmSync(root, { force: true });
  if (held.size === 0) process.off("exit", releaseAll);
}

function releaseAll(): void {
  for (const root of held) release(root);
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Puts a draft in place under this name; false where something is. */
function publish(draft: string, name: string): boolean {
  try {
    fs.linkSync(draft, name);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** Takes over from a dead owner. False when the owner changed meanwhile; throws `other_owner` when it lives. */
function succeed(draft: string, root: string): boolean {
  const first = read(root);
  if (!first) return false;
  let last = first;
  for (let next; (next = read(`${root}.${last.token}`)); ) last = next;
  if (last.host !== here()) throw new CampaignKitError({ ...otherOwner, message: ELSEWHERE });
  if (isAlive(last)) throw new CampaignKitError(otherOwner);

  const succession = `${root}.${last.token}`;
  if (!publish(draft, succession)) return false;
  // A claim counts only while what it succeeds still stands: an earlier successor may be done with it already.
  const stands = read(root)?.token === first.token;
  if (stands) {
    fs.renameSync(draft, root);
    clear(root);
  }
  fs.rmSync(succession, { force: true });
  return stands;
}

/** Removes what dead processes left around the lock; only its owner may. */
function clear(root: string): void {
  const folder = dirname(root);
  for (const entry of fs.readdirSync(folder)) {
    const name = `${folder}/${entry}`;
    if (!name.startsWith(`${root}.`)) continue;
    const claim = read(name);
    if (claim && !isAlive(claim)) fs.rmSync(name, { force: true });
  }
}

function read(name: string): Claim | undefined {
  let text;
  try {
    text = fs.readFileSync(name, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const claim = JSON.parse(text) as Claim;
    return typeof claim.token === "string" ? claim : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

/** Stands for a lock file of another program; as its host is never this one, nobody takes it over. */
const UNREADABLE: Claim = { token: "", pid: 0, host: "", started: "" };

const ELSEWHERE =
  "another host or container has this database open; if it is gone for good, remove the .lock file beside the database";

/** Where process ids mean the same: this host, and on Linux this container of it. */
function here(): string {
  try {
    return `${os.hostname()} ${fs.readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return os.hostname();
  }
}

/** Whether the process that made the claim is still there, as far as this host can see. */
function isAlive(claim: Claim): boolean {
  if (claim.host !== here()) return true;
  const started = startOf(claim.pid);
  return started !== undefined && (started === claim.started || !started || !claim.started);
}

/** What tells a process from a later one with its id: empty where the system does not say, undefined without process. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return undefined;
  }
  if (process.platform !== "linux") return "";
  try {
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // Counted from behind the program's name, which may hold spaces: the state, and 19 fields later the start time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return "";
  }
}

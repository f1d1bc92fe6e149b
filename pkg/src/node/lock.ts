/**
 * The lock of a database file: one owner at a time over all processes, and a dead owner does not keep it.
 *
 * `campaignkit-INODE.lock` beside the file holds a claim: a token that no other claim has, and where its owner listens
 * for as long as it lives. It is named by the file's inode, so that all names of the file in this folder have one lock;
 * not by its device, whose number differs between the machines and boots that may share the folder.
 *
 * A claim is published by `link`, which puts a complete file in place or fails where one is. Nobody removes the claim
 * of a dead owner, since between finding and removing it may have become someone else's. It is succeeded instead: the
 * process that publishes `LOCK.TOKEN`, with the token of the dead claim, while that one still stands, is the next
 * owner, and there can be only one. If that one dies at once, it is succeeded in the same way. The new owner then moves
 * its claim over the lock.
 *
 * An owner is dead when nobody listens at its socket, which the kernel closes with its process: neither process ids nor
 * host names are compared, which mean something else in another container. The socket is a file beside the lock, as
 * every container that has the folder mounted reaches it there, whatever its network. It keeps its callers, so the end
 * of an owner is the end of a connection to it, for which others can wait.
 */

import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CampaignKitError, otherOwner, type Owner, tried } from "../error.js";

interface Claim extends Owner {
  readonly token: string;
  /** The kernel that runs the owner: on Linux the id of its boot, elsewhere the name of the host. */
  readonly machine: string;
  /** Whether only that kernel can have the folder mounted. */
  readonly isLocal: boolean;
  /** Where its owner listens, if not at `LOCK.TOKEN.socket`. */
  readonly address?: string;
  /** The only network from which that address is reached. */
  readonly network?: string | undefined;
}

/**
 * Takes the lock of a file.
 *
 * @param path Its real path.
 * @param until By `performance.now()`: another owner is waited for until it has ended, or until then. Then it is thrown
 *   in any case, since the file at the path may be another one by now.
 * @param signal Ends the wait.
 * @returns A function that releases the lock. It never throws: where the lock cannot be removed, the next owner
 *   succeeds it.
 * @throws `other_owner`, or what the file system throws.
 */
export async function lock(path: string, inode: bigint, until = 0, signal?: AbortSignal): Promise<() => void> {
  const folder = dirname(path);
  const attempt = new Attempt(join(folder, `campaignkit-${inode}.lock`));
  try {
    while (!(await attempt.take()));
  } catch (error) {
    await attempt.giveUp(until, signal);
    throw error;
  }
  if (held.size === 0) process.on("exit", releaseAll);
  held.add(attempt);
  return () => release(attempt);
}

const held = new Set<Attempt>();

function release(lock: Attempt): void {
  if (!held.delete(lock)) return;
  lock.end();
  if (held.size === 0) process.off("exit", releaseAll);
}

function releaseAll(): void {
  for (const lock of held) release(lock);
}

/** One process that wants the lock, until it gives it back. */
class Attempt {
  readonly #root: string;
  /** The folder in the form in which sockets are named; their paths have at most 107 bytes. */
  readonly #folder: string;
  readonly #descriptor: number | undefined;
  readonly #isLocal: boolean;
  #claim!: Claim;
  #stopListening: (() => void) | undefined;
  #isOwner = false;
  /** The claim of another owner, who may live. */
  #other: Claim | undefined;

  constructor(root: string) {
    const folder = dirname(root);
    this.#root = root;
    this.#isLocal = isLocal(folder);
    this.#descriptor = BOOT === undefined ? undefined : fs.openSync(folder, "r");
    this.#folder = this.#descriptor === undefined ? folder : `/proc/self/fd/${this.#descriptor}`;
  }

  get #draft(): string {
    return `${this.#root}.${this.#claim.token}.new`;
  }

  /** Returns false if it has to be tried again. */
  async take(): Promise<boolean> {
    try {
      await this.#announce();
      while (!this.#isOwner) {
        this.#isOwner = publish(this.#draft, this.#root) || (await this.#succeed());
      }
    } catch (error) {
      // An owner took this claim for a dead one's, since nobody listened yet.
      if (!isErrno(error, "ENOENT") || fs.existsSync(this.#draft)) throw error;
      this.#withdraw();
      return false;
    }
    tryRemove(this.#draft);
    return true;
  }

  /** Gives up the attempt, and waits until the other owner has ended, or until then, or until the signal. */
  async giveUp(until: number, signal?: AbortSignal): Promise<void> {
    this.#withdraw();
    const left = until - performance.now();
    if (this.#other && left > 0) await ended(this.#addressOf(this.#other), left, signal);
    this.end();
  }

  /** Gives back the lock, or gives up the attempt. */
  end(): void {
    // The claim is renamed to a draft first: if this process is killed here, the next owner finds what is left of it.
    // If somebody removed the lock by hand, it may belong to another owner by now.
    const isOurs = this.#isOwner && read(this.#root)?.token === this.#claim.token;
    if (isOurs) tried(() => fs.renameSync(this.#root, this.#draft));
    this.#isOwner = false;
    this.#withdraw();
    const descriptor = this.#descriptor;
    if (descriptor !== undefined) tried(() => fs.closeSync(descriptor));
  }

  /** Writes a new claim as a draft, and listens. */
  async #announce(): Promise<void> {
    const token = crypto.randomUUID();
    const beside = { token, machine: MACHINE, isLocal: this.#isLocal, pid: process.pid, program: programName() };
    const elsewhere = { ...beside, ...addressElsewhere(token) };
    for (const claim of BOOT === undefined ? [elsewhere] : [beside, elsewhere]) {
      this.#claim = claim;
      // Flushed, or a power cut could leave an empty claim, and nobody could tell whether its owner lives.
      fs.writeFileSync(this.#draft, JSON.stringify(claim), { flush: true });
      try {
        this.#stopListening = await listen(this.#addressOf(claim));
        return;
      } catch (error) {
        if (claim === elsewhere || !HAS_NO_SOCKETS.some((code) => isErrno(error, code))) throw error;
      }
    }
  }

  #withdraw(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    if (this.#claim) tryRemove(this.#draft);
  }

  /** Takes over from a dead owner. False if the owner changed meanwhile; throws `other_owner` if it lives. */
  async #succeed(): Promise<boolean> {
    const first = read(this.#root);
    if (!first) return false;
    const claims = [first];
    let last = first;
    for (let next; (next = read(`${this.#root}.${last.token}`)); claims.push((last = next))) {
      if (claims.some(({ token }) => token === next!.token)) throw this.#refusal(next, false);
    }
    const isAlive = await this.#isAlive(last);
    if (isAlive !== false) throw this.#refusal(last, isAlive === true);

    const succession = `${this.#root}.${last.token}`;
    if (!publish(this.#draft, succession)) return false;
    // A claim counts only while the one that it succeeds still stands: an earlier successor may have finished already.
    const stands = read(this.#root)?.token === first.token;
    if (stands) {
      fs.renameSync(this.#draft, this.#root);
      this.#isOwner = true;
      await this.#clear(claims).catch(() => {});
    }
    tryRemove(succession);
    return stands;
  }

  /** Removes what dead processes left around the lock; only the owner may do this. */
  async #clear(succeeded: Claim[]): Promise<void> {
    for (const claim of succeeded) tryRemove(this.#addressOf(claim));
    for (const name of namesAround(this.#root)) {
      const claim = read(name);
      if (!claim || (await this.#isAlive(claim)) !== false) continue;
      tryRemove(name);
      tryRemove(this.#addressOf(claim));
    }
  }

  /** Whether the owner that made the claim lives; undefined if that cannot be known here. */
  async #isAlive(claim: Claim): Promise<boolean | undefined> {
    if (claim === UNREADABLE) return undefined;
    if (claim.machine === MACHINE) {
      const isReached = claim.network === undefined || claim.network === network();
      return isReached ? await isListening(this.#addressOf(claim)) : undefined;
    }
    // If both saw a local disk, they are the same machine, which has restarted.
    const wasHere = BOOT !== undefined && claim.isLocal && this.#isLocal;
    return wasHere ? false : undefined;
  }

  #addressOf({ token, address }: Claim): string {
    return address ?? `${this.#folder}/${basename(this.#root)}.${token}.socket`;
  }

  #refusal(other: Claim, isAlive: boolean): CampaignKitError {
    this.#other = other;
    const { pid, program } = other;
    const isNamed = Number.isSafeInteger(pid) && typeof program === "string" && PROGRAM.test(program);
    const named = isNamed ? `${otherOwner.message}: ${program}, process ${pid}` : otherOwner.message;
    const message = isAlive ? named : `${ELSEWHERE} ${basename(this.#root)} beside the database`;
    return new CampaignKitError({ ...otherOwner, message, ...(isNamed && { pid, program }) });
  }
}

const ELSEWHERE =
  "another machine may have the database open, or another program made its lock: if nobody has it open, remove";

/** The name of a program, without its folder. */
const PROGRAM = /^[^\p{Cc}/\\]{1,255}$/u;

function programName(): string {
  return basename(process.argv[1] ?? process.title).slice(0, 255);
}

/** Puts a draft in place under this name; false if there is a file already. */
function publish(draft: string, name: string): boolean {
  try {
    fs.linkSync(draft, name);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** The files of successions and drafts. */
function namesAround(root: string): string[] {
  const folder = dirname(root);
  const own = `${basename(root)}.`;
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(own))
    .map((name) => join(folder, name));
}

function read(name: string): Claim | undefined {
  try {
    const status = fs.lstatSync(name);
    // Anything but a regular file may be endless, or wait for a writer.
    if (!status.isFile() || status.size > MOST_BYTES) return UNREADABLE;
    const claim = JSON.parse(fs.readFileSync(name, "utf8")) as Claim;
    return UUID.test(claim.token) && typeof claim.machine === "string" ? claim : UNREADABLE;
  } catch (error) {
    return isErrno(error, "ENOENT") ? undefined : UNREADABLE;
  }
}

const MOST_BYTES = 4096;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Stands for anything that is not a claim; nobody knows who made it. */
const UNREADABLE: Claim = { token: "", machine: "", isLocal: false };

/**
 * Listens at an address as long as the process lives or until the result is called, which ends its connections, too;
 * this does not keep the process alive.
 */
function listen(address: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const callers = new Set<net.Socket>();
    const server = net.createServer((caller) => {
      callers.add(caller.unref().resume());
      caller.on("error", () => {}).on("close", () => callers.delete(caller));
    });
    server.maxConnections = MOST_CALLERS;
    server.once("error", reject);
    // Other users' processes must be able to connect; an address without a file has no permissions.
    const isFile = !address.startsWith("\0");
    // Exclusive, or all workers of a cluster would share it.
    server.listen({ path: address, exclusive: true, readableAll: isFile, writableAll: isFile }, () => {
      server.on("error", () => {});
      server.unref();
      resolve(() => {
        server.close();
        for (const caller of callers) caller.destroy();
      });
    });
  });
}

/** The most connections that are kept, so that nobody can use up the owner's descriptors; others end at once. */
const MOST_CALLERS = 64;

/** Waits until the owner that listens at an address has ended, but at most so long. */
async function ended(address: string, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  const owner = net.connect(address).resume();
  const leave = () => owner.destroy();
  owner.on("error", () => {}).setTimeout(ms, leave);
  signal?.addEventListener("abort", leave);
  const closed = new Promise((resolve) => owner.once("close", resolve));
  // An owner that does not keep this connection, or cannot be reached, is looked for again after a while.
  await Promise.all([closed, delay(Math.min(LOOK_MS, ms))]);
  signal?.removeEventListener("abort", leave);
}

const LOOK_MS = 100;

async function isListening(address: string): Promise<boolean> {
  for (;;) {
    const error = await new Promise<Error | undefined>((resolve) => {
      const caller = net.connect(address, () => {
        caller.destroy();
        resolve(undefined);
      });
      caller.once("error", resolve);
    });
    // Without an error someone is there; the same holds for one with too many callers, or that admits only others.
    if (!error || ["EAGAIN", "EACCES", "EPERM"].some((code) => isErrno(error, code))) return true;
    if (["ECONNREFUSED", "ENOENT"].some((code) => isErrno(error, code))) return false;
    // It ended just now: check again whether another one listens there.
    if (!isErrno(error, "ECONNRESET")) throw error;
  }
}

/** The errors of file systems that do not support sockets. */
const HAS_NO_SOCKETS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** Where to listen if not beside the lock. */
function addressElsewhere(token: string): Pick<Claim, "address" | "network"> {
  const name = `campaignkit-${token}`;
  if (process.platform === "win32") return { address: `\\\\.\\pipe\\${name}` };
  if (BOOT === undefined) return { address: join(os.tmpdir(), name) };
  return { address: `\0${name}`, network: network() };
}

/** The id of this boot of a Linux kernel, the same in all its containers. */
const BOOT = tried(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());

const MACHINE = BOOT ?? os.hostname();

/** The namespace of abstract sockets, where there are any. */
function network(): string | undefined {
  return tried(() => fs.readlinkSync("/proc/self/ns/net"));
}

/** Whether only one kernel at a time can have this folder mounted, as far as its file system is known. */
function isLocal(folder: string): boolean {
  return LOCAL_FILE_SYSTEMS.includes(tried(() => fs.statfsSync(folder).type) ?? 0);
}

/** The magic numbers of statfs(2): ext, XFS, Btrfs, ZFS, F2FS, bcachefs, tmpfs, overlayfs. */
const LOCAL_FILE_SYSTEMS = [
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994, 0x794c7630,
];

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function tryRemove(name: string): void {
  tried(() => fs.rmSync(name, { force: true }));
}

/** Which version of the package this is. */

import { SCHEMA } from "./schema.js";

export interface Build {
  /** Of the package. */
  readonly version: string;
  /** Of the database's tables, the newest that it knows. */
  readonly schema: number;
}

export const BUILD: Build = { version: "0.1.0", schema: SCHEMA };

/** Whether the other build is newer than this one: by its tables, or by its version if the tables are the same. */
export function isNewer(other: Build, than: Build = BUILD): boolean {
  if (other.schema !== than.schema) return other.schema > than.schema;
  return precedence(other.version, than.version) > 0;
}

/** Above 0 if the first version comes after the second, below 0 if it comes before (semver.org, §11). */
function precedence(one: string, other: string): number {
  const [[core, preRelease], [otherCore, otherPreRelease]] = [parse(one), parse(other)];
  const byCore = compare(core, otherCore);
  if (byCore !== 0) return byCore;
  const isRelease = preRelease.length === 0 || otherPreRelease.length === 0;
  return isRelease ? otherPreRelease.length - preRelease.length : compare(preRelease, otherPreRelease);
}

/** The identifiers of a version and of its pre-release; anything after a plus does not affect the order. */
function parse(version: string): [core: string[], preRelease: string[]] {
  const ordering = version.replace(/\+.*/s, "");
  const core = ordering.replace(/-.*/s, "");
  return [core.split("."), ordering === core ? [] : ordering.slice(core.length + 1).split(".")];
}

function compare(ones: string[], others: string[]): number {
  const at = ones.findIndex((one, at) => one !== others[at]);
  const [one, other] = [ones[at], others[at]];
  // If both begin alike, the longer one comes later.
  if (one === undefined || other === undefined) return ones.length - others.length;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  // Numbers have no leading zeros: the longer one is the larger.
  if (isNumber && one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}

/** Which version of the package this is. */

export interface Build {
  /** Of the package. */
  readonly version: string;
  /** Of the database's tables, the newest that it knows. */
  readonly schema: number;
}

export const BUILD: Build = { version: "0.1.0", schema: 4 };

/** Whether the other build is newer than this one. */
export function isNewer(other: Build, than: Build = BUILD): boolean {
  if (other.schema !== than.schema) return other.schema > than.schema;
  const [theirs, ours] = [other, than].map(({ version }) => version.split(/[.+-]/).map(Number));
  const at = theirs!.findIndex((part, index) => part !== ours![index]);
  return at >= 0 && (theirs![at] ?? 0) > (ours![at] ?? 0);
}

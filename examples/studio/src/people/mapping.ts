/** What the columns of a file become: as the preview suggests, except for a person's choices. */

import type { ColumnTarget, CsvPreview } from "campaignkit";

/** What a person chose for a column, and which column it was. */
export interface Choice {
  readonly name: string;
  readonly index: number;
  /** How many columns there were. */
  readonly columns: number;
  readonly target: ColumnTarget;
}

/** The choices with a new one. No two columns become the same field: the last choice counts. */
export function withChoice(
  choices: readonly Choice[],
  { columns }: CsvPreview,
  index: number,
  target: ColumnTarget,
): readonly Choice[] {
  const name = columns[index]?.name ?? "";
  const others = choices.filter((other) => other.name !== name && !(isField(target) && other.target === target));
  return [...others, { name, index, columns: columns.length, target }];
}

/**
 * The mapping of a preview. A choice stays with the column of its name; if another encoding changes the names, it stays
 * with the column in its place.
 */
export function mappingOf({ columns, mapping }: CsvPreview, choices: readonly Choice[]): ColumnTarget[] {
  const names = new Set(columns.map(({ name }) => name));
  const chosen = columns.map(
    ({ name }, index) =>
      choices.find((choice) => choice.name === name) ??
      choices.find((choice) => choice.index === index && choice.columns === columns.length && !names.has(choice.name)),
  );
  const taken = new Set(chosen.map((choice) => choice?.target));
  return columns.map((_, index) => {
    const suggested = mapping[index] ?? null;
    return chosen[index] ? chosen[index].target : isField(suggested) && taken.has(suggested) ? null : suggested;
  });
}

function isField(target: ColumnTarget): boolean {
  return target !== null && target !== "ignore";
}

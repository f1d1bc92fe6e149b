/** A labelled field for a whole number. */

import type { ReactNode } from "react";
import { Field } from "./field";
import type { FieldIssue } from "./failure";

interface NumberFieldProps {
  label: string;
  /** NaN and `null` are shown as nothing. */
  value: number | null;
  min: number;
  max: number;
  hint?: ReactNode;
  issues: readonly FieldIssue[];
  /** NaN where it is empty. */
  onChange(value: number): void;
}

export function NumberField({ label, value, min, max, hint, issues, onChange }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} issues={issues}>
      {(control) => (
        <input
          {...control}
          type="number"
          min={min}
          max={max}
          value={value === null || Number.isNaN(value) ? "" : value}
          onChange={(event) => onChange(event.target.valueAsNumber)}
        />
      )}
    </Field>
  );
}

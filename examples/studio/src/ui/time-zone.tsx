/** The time zones that the browser knows, to choose from while typing. */

import type { Control } from "./field";

const ZONES = Intl.supportedValuesOf("timeZone");

interface TimeZoneInputProps {
  control: Control;
  value: string;
  onChange(value: string): void;
  onBlur?(): void;
  placeholder?: string;
}

export function TimeZoneInput({ control, value, onChange, ...rest }: TimeZoneInputProps) {
  const list = `${control.id}-zones`;
  return (
    <>
      <input
        {...control}
        {...rest}
        list={list}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

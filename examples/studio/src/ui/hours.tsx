/** The editor of the open hours of a week. */

import { useId, useRef } from "react";
import type { CampaignKitError, Interval, Schedule } from "campaignkit";
import { issuesAt, issuesUnder } from "./failure";
import { Field, fieldId, Issues } from "./field";
import { Icon } from "./icon";
import { TimeZoneInput } from "./time-zone";
import { WEEKDAYS, WORKING_WEEK } from "./week";

/** What is added to the hours of a day, to be changed. */
const EVENING: Interval = { start: "18:00", end: "20:00" };

interface HoursProps {
  legend: string;
  /** Of the hours, such as `operating_hours`. */
  path: string;
  value: Schedule;
  error: CampaignKitError | undefined;
  /** The zone that hours without one follow. */
  user_zone: string;
  onChange(value: Schedule): void;
  onBlur?(): void;
}

export function Hours({ legend, path, value, error, user_zone, onChange, onBlur }: HoursProps) {
  const set = (change: Partial<Schedule>) => onChange({ ...value, ...change });
  return (
    <fieldset id={fieldId(path)} tabIndex={-1}>
      <legend>{legend}</legend>
      <div className="week">
        {WEEKDAYS.map((day) => (
          <Weekday
            key={day}
            day={day}
            path={`${path}.${day}`}
            intervals={value[day]}
            error={error}
            onChange={(intervals) => set({ [day]: intervals })}
            onBlur={onBlur}
          />
        ))}
      </div>
      <div className="week-notes">
        <Issues issues={issuesAt(error, path)} />
      </div>
      <Field
        label="Time zone"
        hint={`Empty follows yours, ${user_zone}.`}
        issues={issuesAt(error, `${path}.time_zone`)}
      >
        {(control) => (
          <TimeZoneInput
            control={control}
            value={value.time_zone ?? ""}
            placeholder={user_zone}
            onChange={(zone) => set({ time_zone: zone || null })}
            {...(onBlur ? { onBlur } : {})}
          />
        )}
      </Field>
    </fieldset>
  );
}

interface WeekdayProps {
  day: (typeof WEEKDAYS)[number];
  path: string;
  intervals: readonly Interval[];
  error: CampaignKitError | undefined;
  onChange(intervals: Interval[]): void;
  onBlur: (() => void) | undefined;
}

function Weekday({ day, path, intervals, error, onChange, onBlur }: WeekdayProps) {
  const notes = useId();
  const add = useRef<HTMLButtonElement>(null);
  const issues = issuesUnder(error, path);
  const remove = (index: number) => {
    add.current?.focus();
    onChange(intervals.toSpliced(index, 1));
  };
  return (
    <div className="weekday" role="group" aria-label={day}>
      <label className="check">
        <input
          type="checkbox"
          checked={intervals.length > 0}
          onChange={(event) => onChange(event.target.checked ? WORKING_WEEK.monday : [])}
        />
        <span className="capital">{day}</span>
      </label>
      <div className="intervals">
        {intervals.map((interval, index) => (
          <span key={index} className="interval">
            {(["start", "end"] as const).map((end) => (
              <input
                key={end}
                aria-label={`${day} ${end === "start" ? "from" : "to"}`}
                aria-invalid={issuesAt(error, `${path}[${index}].${end}`).length > 0}
                aria-describedby={issues.length > 0 ? notes : undefined}
                className="time"
                inputMode="numeric"
                value={interval[end]}
                onChange={(event) => onChange(intervals.with(index, { ...interval, [end]: event.target.value }))}
                onBlur={onBlur}
              />
            ))}
            {index === 0 ? (
              <button
                ref={add}
                type="button"
                className="quiet icon-only"
                aria-label={`More hours on ${day}`}
                onClick={() => onChange([...intervals, EVENING])}
              >
                <Icon name="plus" />
              </button>
            ) : (
              <button
                type="button"
                className="quiet icon-only"
                aria-label={`Remove ${interval.start} to ${interval.end} on ${day}`}
                onClick={() => remove(index)}
              >
                <Icon name="trash" />
              </button>
            )}
          </span>
        ))}
        {issues.length > 0 && (
          <div id={notes}>
            <Issues issues={issues} />
          </div>
        )}
      </div>
    </div>
  );
}

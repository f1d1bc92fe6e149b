/** The editor of the open hours of a week. */

import { useId } from "react";
import type { CampaignKitError, Interval, Schedule } from "campaignkit";
import { issuesAt, issuesOf } from "./failure";
import { Field, fieldId, Issues } from "./field";
import { TimeZoneInput } from "./time-zone";

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const DAY: Interval = { start: "09:00", end: "17:00" };

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
  const notes = useId();
  const set = (change: Partial<Schedule>) => onChange({ ...value, ...change });
  const fields = WEEKDAYS.flatMap((day) =>
    value[day].flatMap((_, index) => ["start", "end"].map((end) => `${path}.${day}[${index}].${end}`)),
  );
  return (
    <fieldset id={fieldId(path)} tabIndex={-1}>
      <legend>{legend}</legend>
      <div className="week">
        {WEEKDAYS.map((day) => (
          <div key={day} className="weekday" role="group" aria-label={day}>
            <label className="check">
              <input
                type="checkbox"
                checked={value[day].length > 0}
                onChange={(event) => set({ [day]: event.target.checked ? [DAY] : [] })}
              />
              <span className="capital">{day}</span>
            </label>
            {value[day].map((interval, index) => (
              <span key={index} className="interval">
                {(["start", "end"] as const).map((end) => (
                  <input
                    key={end}
                    aria-label={`${day} ${end === "start" ? "from" : "to"}`}
                    aria-invalid={issuesAt(error, `${path}.${day}[${index}].${end}`).length > 0}
                    aria-describedby={notes}
                    className="time"
                    inputMode="numeric"
                    value={interval[end]}
                    onChange={(event) =>
                      set({ [day]: value[day].with(index, { ...interval, [end]: event.target.value }) })
                    }
                    onBlur={onBlur}
                  />
                ))}
              </span>
            ))}
          </div>
        ))}
      </div>
      <div id={notes} className="week-notes">
        <Issues issues={issuesOf(error)?.filter((issue) => issue.path === path || fields.includes(issue.path)) ?? []} />
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

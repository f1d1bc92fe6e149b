/** The dates on which nothing is sent. */

import { useRef, useState, type FormEvent } from "react";
import type { BlackoutDate, NewBlackoutDate } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { Icon } from "../ui/icon";
import { useStudio } from "../studio-context";
import { days } from "../ui/text";

const NOTHING = { from: "", to: "", label: "" };
const FIELDS = [
  ["from", "Date", "date"],
  ["to", "To, if there are several", "date"],
  ["label", "Name", "text"],
] as const;

export function BlackoutDates() {
  const { kit, user, announce } = useStudio();
  const [added, setAdded] = useState(NOTHING);
  const form = useRef<HTMLFormElement>(null);
  const action = useAction();
  const dates = user.blackout_dates;
  const save = async (blackout_dates: NewBlackoutDate[], done: string) => {
    if (!(await action.run(() => kit.updateUser(user.id, { blackout_dates })))) return false;
    announce(done);
    return true;
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const { from, to, label } = added;
    const date = { from, to: to || from, label: label || null };
    if (await save([...dates, date], "The date was added.")) setAdded(NOTHING);
  };
  const remove = async (date: BlackoutDate) => {
    // The button is gone with its date.
    form.current?.querySelector("input")?.focus();
    await save(
      dates.filter((other) => other !== date),
      `${days(date.from, date.to)} was removed.`,
    );
  };
  const path = (field: string) => `blackout_dates[${dates.length}].${field}`;
  return (
    <section className="panel" aria-labelledby="blackout-heading">
      <h2 id="blackout-heading">Blackout dates</h2>
      <p className="hint">Nothing is sent on these dates, and a wait that would end on one ends after it.</p>
      <form ref={form} className="row bottom" onSubmit={(event) => void add(event)}>
        {FIELDS.map(([field, label, type]) => (
          <Field
            key={field}
            label={label}
            className={type === "text" ? "grow" : "date"}
            issues={issuesAt(action.error, path(field))}
          >
            {(control) => (
              <input
                {...control}
                type={type}
                autoComplete="off"
                value={added[field]}
                onChange={(event) => setAdded({ ...added, [field]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <button type="submit" disabled={action.busy}>
          Add dates
        </button>
      </form>
      <Failure error={action.error} at={FIELDS.map(([field]) => path(field))} />
      {dates.length === 0 && <p className="hint">There are none.</p>}
      <Listed dates={dates} onRemove={(date) => void remove(date)} />
    </section>
  );
}

interface ListedProps {
  dates: readonly BlackoutDate[];
  onRemove(date: BlackoutDate): void;
}

function Listed({ dates, onRemove }: ListedProps) {
  return (
    <ul className="plain" aria-label="Blackout dates">
      {dates
        .toSorted((a, b) => a.from.localeCompare(b.from))
        .map((date, index) => (
          <li key={index}>
            <span className="value">{days(date.from, date.to)}</span> <small>{date.label}</small>
            <button
              type="button"
              className="quiet icon-only"
              aria-label={`Remove ${days(date.from, date.to)}`}
              onClick={() => onRemove(date)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
    </ul>
  );
}

/** Settings that all campaigns share. */

import { useDraft } from "../ui/saving-field";
import { Accounts } from "../accounts/accounts";
import { BlackoutDates } from "./blackout-dates";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { StoragePanel } from "./storage";
import { useStudio } from "../studio-context";
import { Suppressions } from "../people/suppressions";
import { TimeZoneInput } from "../ui/time-zone";

export function Settings() {
  return (
    <>
      <header className="page-head">
        <h1>Settings</h1>
      </header>
      <Accounts />
      <Time />
      <BlackoutDates />
      <Suppressions />
      <StoragePanel />
    </>
  );
}

function Time() {
  const { kit, user } = useStudio();
  const zone = useDraft(user.time_zone, (time_zone) => kit.updateUser(user.id, { time_zone }));
  const days = useDraft(user.acceptance_days, (acceptance_days) => kit.updateUser(user.id, { acceptance_days }));
  return (
    <section className="panel" aria-labelledby="time-heading">
      <h2 id="time-heading">Time</h2>
      <div className="pair">
        <Field label="Time zone" issues={issuesAt(zone.error, "time_zone")}>
          {(control) => <TimeZoneInput control={control} value={zone.value} onChange={zone.set} onBlur={zone.flush} />}
        </Field>
        <Field label="Days to accept an invitation" issues={issuesAt(days.error, "acceptance_days")}>
          {(control) => (
            <input
              {...control}
              type="number"
              min={1}
              max={365}
              className="short"
              value={Number.isNaN(days.value) ? "" : days.value}
              onChange={(event) => days.set(event.target.valueAsNumber)}
              onBlur={days.flush}
            />
          )}
        </Field>
      </div>
      <Failure error={zone.error ?? days.error} at={["time_zone", "acceptance_days"]} />
    </section>
  );
}

/** The fields of how an account spreads what it sends: its hours, the gap between messages, and its first days. */

import { ACCOUNT_DAILY_LIMIT, GAP_SECONDS, RAMP_UP_DAYS, RAMP_UP_INCREASE } from "campaignkit/bounds";
import type { Account, CampaignKitError, RampUp } from "campaignkit";
import { issuesAt, issuesUnder } from "../ui/failure";
import { Issues } from "../ui/field";
import { Hours } from "../ui/hours";
import { NumberField } from "../ui/number-field";
import { WORKING_WEEK } from "../ui/week";
import { useStudio } from "../studio-context";
import { gapText, rampUpText } from "./pacing-text";

export type Pacing = Pick<
  Account,
  "sending_hours" | "min_gap_seconds" | "gap_jitter_seconds" | "ramp_up" | "spread_invitations"
>;

const FIRST_DAYS: RampUp = { start: 5, increase: 5, every_days: 2 };

/** The paths of an error that these fields show. */
export function pacingPaths(error: CampaignKitError | undefined): string[] {
  const whole = ["sending_hours", "min_gap_seconds", "gap_jitter_seconds", "ramp_up"];
  return whole.flatMap((path) => issuesUnder(error, path).map((issue) => issue.path));
}

interface PacingFieldsProps {
  value: Pacing;
  daily_limit: number;
  error: CampaignKitError | undefined;
  onChange(change: Partial<Pacing>): void;
}

export function PacingFields({ value, daily_limit, error, onChange }: PacingFieldsProps) {
  const { user } = useStudio();
  const { sending_hours, ramp_up } = value;
  return (
    <>
      <div>
        <label className="check">
          <input
            type="checkbox"
            checked={sending_hours === null}
            onChange={(event) => onChange({ sending_hours: event.target.checked ? null : WORKING_WEEK })}
          />
          Send at any time
        </label>
        {sending_hours && (
          <Hours
            legend="Sending hours"
            path="sending_hours"
            value={sending_hours}
            error={error}
            user_zone={user.time_zone}
            onChange={(sending_hours) => onChange({ sending_hours })}
          />
        )}
      </div>
      <Pause value={value} error={error} onChange={onChange} />
      <div>
        <label className="check">
          <input
            type="checkbox"
            checked={ramp_up !== null}
            onChange={(event) => onChange({ ramp_up: event.target.checked ? FIRST_DAYS : null })}
          />
          Send less on the first days
        </label>
        {ramp_up && (
          <FirstDays
            value={ramp_up}
            daily_limit={daily_limit}
            error={error}
            onChange={(ramp_up) => onChange({ ramp_up })}
          />
        )}
      </div>
      {value.spread_invitations !== null && (
        <label className="check">
          <input
            type="checkbox"
            checked={value.spread_invitations}
            onChange={(event) => onChange({ spread_invitations: event.target.checked })}
          />
          Spread invitations over the days of the week
        </label>
      )}
    </>
  );
}

function Pause({ value, error, onChange }: Omit<PacingFieldsProps, "daily_limit">) {
  return (
    <fieldset>
      <legend>Pause between two messages</legend>
      <div className="pair">
        {(["min_gap_seconds", "gap_jitter_seconds"] as const).map((field) => (
          <NumberField
            key={field}
            label={field === "min_gap_seconds" ? "At least, in seconds" : "And up to, in seconds more"}
            {...GAP_SECONDS}
            value={value[field]}
            issues={issuesAt(error, field)}
            onChange={(seconds) => onChange({ [field]: seconds })}
          />
        ))}
      </div>
      <Told numbers={[value.min_gap_seconds, value.gap_jitter_seconds]} text={() => gapText(value)} />
    </fieldset>
  );
}

interface FirstDaysProps {
  value: RampUp;
  daily_limit: number;
  error: CampaignKitError | undefined;
  onChange(value: RampUp): void;
}

const FIRST_DAYS_FIELDS = [
  ["start", "Messages on day 1", ACCOUNT_DAILY_LIMIT],
  ["increase", "More each time", RAMP_UP_INCREASE],
  ["every_days", "After how many days", RAMP_UP_DAYS],
] as const;

function FirstDays({ value, daily_limit, error, onChange }: FirstDaysProps) {
  return (
    <fieldset>
      <legend className="unseen">First days</legend>
      <div className="triple">
        {FIRST_DAYS_FIELDS.map(([field, label, bounds]) => (
          <NumberField
            key={field}
            label={label}
            {...bounds}
            value={value[field]}
            issues={issuesAt(error, `ramp_up.${field}`)}
            onChange={(number) => onChange({ ...value, [field]: number })}
          />
        ))}
      </div>
      <Told numbers={[...Object.values(value), daily_limit]} text={() => rampUpText(value, daily_limit)} />
      <Issues issues={issuesAt(error, "ramp_up")} />
    </fieldset>
  );
}

/** What these numbers mean; nothing while one is missing. */
function Told({ numbers, text }: { numbers: readonly number[]; text: () => string }) {
  return numbers.some(Number.isNaN) ? null : <p className="hint">{text()}.</p>;
}

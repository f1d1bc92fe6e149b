/** The fields of a new sender account. */

import type { AddAccount, CampaignKitError } from "campaignkit";
import { issuesAt } from "../ui/failure";
import { Field } from "../ui/field";

export const emptyAccount: AddAccount = { type: "email", email_address: "" };

/** The paths whose issues are shown at the fields. */
export const ACCOUNT_PATHS = [
  "email_address",
  "profile_url",
  "first_name",
  "last_name",
  "company",
  "title",
  "daily_limit",
];

const ANY_TIME = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 };

/** Whether an account sends at any time, or as new accounts do. */
function atAnyTime(account: AddAccount, isAnyTime: boolean): AddAccount {
  if (isAnyTime) return { ...account, ...ANY_TIME };
  const paced = { ...account };
  delete paced.sending_hours;
  delete paced.min_gap_seconds;
  delete paced.gap_jitter_seconds;
  return paced;
}

interface AccountFieldsProps {
  value: AddAccount;
  error: CampaignKitError | undefined;
  onChange(value: AddAccount): void;
}

export function AccountFields({ value, error, onChange }: AccountFieldsProps) {
  const isAnyTime = value.min_gap_seconds === 0;
  const profile = {
    ...(isAnyTime ? ANY_TIME : {}),
    first_name: value.first_name ?? null,
    last_name: value.last_name ?? null,
    company: value.company ?? null,
    title: value.title ?? null,
    daily_limit: value.daily_limit ?? null,
  };
  return (
    <>
      <fieldset className="choice">
        <legend>Channel</legend>
        <label>
          <input
            type="radio"
            name="account-type"
            checked={value.type === "email"}
            onChange={() => onChange({ type: "email", email_address: "", ...profile })}
          />
          Email
        </label>
        <label>
          <input
            type="radio"
            name="account-type"
            checked={value.type === "linkedin"}
            onChange={() => onChange({ type: "linkedin", profile_url: "", ...profile })}
          />
          LinkedIn
        </label>
      </fieldset>
      {value.type === "email" ? (
        <Field label="Email address" issues={issuesAt(error, "email_address")}>
          {(control) => (
            <input
              {...control}
              inputMode="email"
              autoComplete="email"
              placeholder="ana@example.com"
              value={value.email_address}
              onChange={(event) => onChange({ ...value, email_address: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <>
          <Field label="Profile URL" issues={issuesAt(error, "profile_url")}>
            {(control) => (
              <input
                {...control}
                inputMode="url"
                placeholder="linkedin.com/in/ana"
                value={value.profile_url}
                onChange={(event) => onChange({ ...value, profile_url: event.target.value })}
              />
            )}
          </Field>
          <label className="check">
            <input
              type="checkbox"
              checked={value.is_premium ?? false}
              onChange={(event) => onChange({ ...value, is_premium: event.target.checked })}
            />
            Premium profile: higher weekly limits
          </label>
        </>
      )}
      <div className="pair">
        {(["first_name", "last_name", "company", "title"] as const).map((field) => (
          <Field key={field} label={LABELS[field]} issues={issuesAt(error, field)}>
            {(control) => (
              <input
                {...control}
                autoComplete={AUTOCOMPLETE[field]}
                value={value[field] ?? ""}
                onChange={(event) => onChange({ ...value, [field]: event.target.value || null })}
              />
            )}
          </Field>
        ))}
      </div>
      <Field label="Messages a day" hint="Over all campaigns." issues={issuesAt(error, "daily_limit")}>
        {(control) => (
          <input
            {...control}
            type="number"
            min={1}
            className="short"
            placeholder="30"
            value={value.daily_limit ?? ""}
            onChange={(event) =>
              onChange({ ...value, daily_limit: event.target.value === "" ? null : event.target.valueAsNumber })
            }
          />
        )}
      </Field>
      <label className="check">
        <input
          type="checkbox"
          checked={isAnyTime}
          onChange={(event) => onChange(atAnyTime(value, event.target.checked))}
        />
        Send at any time, without a pause. Otherwise a message goes every 90 to 150 seconds, email Monday to Friday from
        09:00 to 17:00.
      </label>
    </>
  );
}

const LABELS = { first_name: "First name", last_name: "Last name", company: "Company", title: "Title" };
const AUTOCOMPLETE = {
  first_name: "given-name",
  last_name: "family-name",
  company: "organization",
  title: "organization-title",
};

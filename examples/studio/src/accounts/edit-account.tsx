/** Changing a sender account. */

import { ACCOUNT_DAILY_LIMIT, ACCOUNT_WEEKLY_LIMIT } from "campaignkit/bounds";
import { useEffect, useRef, useState, type FormEvent } from "react";
import type { Account } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { NumberField } from "../ui/number-field";
import { useStudio } from "../studio-context";
import { accountAddress } from "../ui/text";
import { PacingFields, pacingPaths, type Pacing } from "./pacing-form";

const TEXTS = {
  display_name: "Display name",
  first_name: "First name",
  last_name: "Last name",
  company: "Company",
  title: "Title",
} as const;
const LIMITS = {
  daily_limit: "Messages a day",
  weekly_connection_limit: "Invitations a week",
  weekly_message_limit: "Messages a week",
} as const;

type Change = Partial<Pick<Account, keyof typeof TEXTS | keyof typeof LIMITS | keyof Pacing>>;

export function EditAccount({ account, onClose }: { account: Account; onClose(): void }) {
  const { me } = useStudio();
  const [change, setChange] = useState<Change>({});
  const action = useAction();
  const form = useRef<HTMLFormElement>(null);
  const shown = { ...account, ...change };
  const add = (more: Change) => setChange({ ...change, ...more });
  const texts = Object.entries(TEXTS) as [keyof typeof TEXTS, string][];
  const limits = (Object.entries(LIMITS) as [keyof typeof LIMITS, string][]).filter(
    ([field]) => account.type === "linkedin" || field === "daily_limit",
  );
  const paths = [...[...texts, ...limits].map(([field]) => field), ...pacingPaths(action.error)];
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await action.run(() => me.updateAccount(account.id, change))) onClose();
  };
  useEffect(() => {
    if (action.error) showFirstIssue(form.current);
  }, [action.error]);
  return (
    <Dialog title={accountAddress(account)} onClose={onClose}>
      <form ref={form} noValidate onSubmit={(event) => void save(event)}>
        <div className="pair">
          {texts.map(([field, label]) => (
            <Field key={field} label={label} issues={issuesAt(action.error, field)}>
              {(control) => (
                <input
                  {...control}
                  autoComplete="off"
                  value={shown[field] ?? ""}
                  onChange={(event) => add({ [field]: event.target.value || null })}
                />
              )}
            </Field>
          ))}
          {limits.map(([field, label]) => (
            <NumberField
              key={field}
              label={label}
              {...(field === "daily_limit" ? ACCOUNT_DAILY_LIMIT : ACCOUNT_WEEKLY_LIMIT)}
              value={shown[field]}
              issues={issuesAt(action.error, field)}
              onChange={(number) => add({ [field]: number })}
            />
          ))}
        </div>
        <PacingFields value={shown} daily_limit={shown.daily_limit} error={action.error} onChange={add} />
        <Failure error={action.error} at={paths} />
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy}>
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The form is longer than the window: what is wrong may be above what is seen. */
function showFirstIssue(form: HTMLFormElement | null): void {
  const issue = form?.querySelector<HTMLElement>('[aria-invalid="true"], .issue');
  issue?.scrollIntoView({ block: "center" });
  issue?.focus();
}

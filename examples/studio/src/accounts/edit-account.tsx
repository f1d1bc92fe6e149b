/** Changing a sender account. */

import { useState, type FormEvent } from "react";
import type { Account, UpdateAccount } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { useStudio } from "../studio-context";
import { accountAddress } from "../ui/text";

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

export function EditAccount({ account, onClose }: { account: Account; onClose(): void }) {
  const { me } = useStudio();
  const [change, setChange] = useState<UpdateAccount>({});
  const action = useAction();
  const shown = { ...account, ...change };
  const texts = Object.entries(TEXTS) as [keyof typeof TEXTS, string][];
  const limits = (Object.entries(LIMITS) as [keyof typeof LIMITS, string][]).filter(
    ([field]) => account.type === "linkedin" || field === "daily_limit",
  );
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await action.run(() => me.updateAccount(account.id, change))) onClose();
  };
  return (
    <Dialog title={accountAddress(account)} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        <div className="pair">
          {texts.map(([field, label]) => (
            <Field key={field} label={label} issues={issuesAt(action.error, field)}>
              {(control) => (
                <input
                  {...control}
                  autoComplete="off"
                  value={shown[field] ?? ""}
                  onChange={(event) => setChange({ ...change, [field]: event.target.value || null })}
                />
              )}
            </Field>
          ))}
          {limits.map(([field, label]) => (
            <Field key={field} label={label} issues={issuesAt(action.error, field)}>
              {(control) => (
                <input
                  {...control}
                  type="number"
                  min={1}
                  value={shown[field] ?? ""}
                  onChange={({ target }) =>
                    setChange({ ...change, [field]: target.value === "" ? null : target.valueAsNumber })
                  }
                />
              )}
            </Field>
          ))}
        </div>
        <Failure error={action.error} at={[...texts, ...limits].map(([field]) => field)} />
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

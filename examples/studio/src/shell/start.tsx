/** The first visit: a time zone and a sender. */

import { useState, type FormEvent } from "react";
import type { Kit } from "campaignkit";
import { ACCOUNT_PATHS, AccountFields, emptyAccount } from "../accounts/account-form";
import { useAction } from "../ui/action";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { TimeZoneInput } from "../ui/time-zone";

interface StartProps {
  kit: Kit;
  onStarted(): Promise<void>;
}

export function Start({ kit, onStarted }: StartProps) {
  const [time_zone, setTimeZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [account, setAccount] = useState(emptyAccount);
  const action = useAction();

  const start = async (event: FormEvent) => {
    event.preventDefault();
    await action.run(async () => {
      const { users } = await kit.listUsers({ limit: 1 });
      const user = users[0] ? await kit.updateUser(users[0].id, { time_zone }) : await kit.createUser({ time_zone });
      await kit.as(user.id).addAccount(account);
      await onStarted();
    });
  };

  return (
    <main className="start">
      <h1>
        <img src="./icon.svg" alt="" width="36" height="36" /> campaignkit studio
      </h1>
      <p>
        Write outreach campaigns, see what each person will read and when, and run them. Everything stays in this
        browser, with or without a network. Nothing is really sent.
      </p>
      <form className="panel" onSubmit={(event) => void start(event)}>
        <h2>Who sends?</h2>
        <AccountFields value={account} error={action.error} onChange={setAccount} />
        <Field
          label="Time zone"
          hint="Days and working hours are in this zone."
          issues={issuesAt(action.error, "time_zone")}
        >
          {(control) => <TimeZoneInput control={control} value={time_zone} onChange={setTimeZone} />}
        </Field>
        <Failure error={action.error} at={["time_zone", ...ACCOUNT_PATHS]} />
        <button type="submit" className="primary" disabled={action.busy}>
          Start
        </button>
      </form>
    </main>
  );
}

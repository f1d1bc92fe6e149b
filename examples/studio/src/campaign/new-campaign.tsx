/** The required fields of a campaign: a name, a channel and senders. */

import { useState, type FormEvent } from "react";
import type { Channel } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure, freeName, issuesAt } from "../ui/failure";
import { Field, Issues } from "../ui/field";
import { campaignHref, go } from "../shell/route";
import { useStudio } from "../studio-context";
import { accountAddress } from "../ui/text";

export function NewCampaign({ onClose }: { onClose(): void }) {
  const { me, accounts, announce } = useStudio();
  const [name, setName] = useState("");
  const [type, setType] = useState<Channel>(
    accounts.some((account) => account.type === "email") ? "email" : "linkedin",
  );
  const [unchecked, setUnchecked] = useState<ReadonlySet<string>>(new Set());
  const action = useAction();
  const usable = accounts.filter((account) => account.type === type);
  const senders = usable.filter((account) => !unchecked.has(account.id)).map((account) => account.id);

  const free = freeName(action.error);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    const created = await action.run(() => me.createCampaign({ type, name, sender_account_ids: senders }));
    if (!created) return;
    announce(`${created.campaign.name} was created.`);
    onClose();
    go(campaignHref(created.campaign.id));
  };

  return (
    <Dialog title="New campaign" onClose={onClose}>
      <form onSubmit={(event) => void create(event)}>
        <Field
          label="Name"
          issues={issuesAt(action.error, "name")}
          hint={
            free && (
              <button type="button" className="small" onClick={() => setName(free)}>
                Use “{free}”
              </button>
            )
          }
        >
          {(control) => (
            <input
              {...control}
              data-first
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="choice">
          <legend>Channel</legend>
          {(["email", "linkedin"] as const).map((channel) => (
            <label key={channel}>
              <input type="radio" name="channel" checked={type === channel} onChange={() => setType(channel)} />
              {channel === "email" ? "Email" : "LinkedIn"}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>Senders</legend>
          {usable.length === 0 && (
            <p className="hint">
              There is no account of this channel.{" "}
              <a href="#/settings" onClick={onClose}>
                Add one in the settings
              </a>
              .
            </p>
          )}
          {usable.map((account) => (
            <label key={account.id} className="check">
              <input
                type="checkbox"
                checked={!unchecked.has(account.id)}
                onChange={(event) => {
                  const next = new Set(unchecked);
                  if (event.target.checked) next.delete(account.id);
                  else next.add(account.id);
                  setUnchecked(next);
                }}
              />
              {account.display_name} <small>{accountAddress(account)}</small>
            </label>
          ))}
          <Issues issues={issuesAt(action.error, "sender_account_ids")} />
        </fieldset>
        <Failure error={action.error} at={["name", "sender_account_ids"]} />
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy}>
            Create draft
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

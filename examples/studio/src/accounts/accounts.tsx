/** The sender accounts: the mailboxes and profiles that messages are sent from. */

import { useEffect, useState, type FormEvent } from "react";
import { ACCOUNT_PATHS, AccountFields, emptyAccount } from "./account-form";
import { EditAccount } from "./edit-account";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { Icon } from "../ui/icon";
import { useStudio } from "../studio-context";
import { accountAddress } from "../ui/text";
import { pacingTexts } from "./pacing-text";

export function Accounts() {
  const { me, accounts } = useStudio();
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<string | undefined>();
  const action = useAction();
  const edited = accounts.find(({ id }) => id === editing);
  return (
    <section className="panel" aria-labelledby="accounts-heading">
      <header className="section-head">
        <h2 id="accounts-heading">Sender accounts</h2>
        <span className="spring" />
        <button type="button" onClick={() => setAdding(true)}>
          <Icon name="plus" /> Add account
        </button>
      </header>
      <Failure error={action.error} />
      <ul className="accounts">
        {accounts.map((account) => (
          <li key={account.id}>
            <div className="who">
              <h3>{account.display_name}</h3>
              <p className="hint">{accountAddress(account)}</p>
            </div>
            <ul className="hint" aria-label={`How ${account.display_name} sends`}>
              {pacingTexts(account).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
            <div className="row">
              <label className="check">
                <input
                  type="checkbox"
                  role="switch"
                  aria-label={`${account.display_name} is connected`}
                  checked={account.status === "connected"}
                  onChange={(event) => {
                    const status = event.target.checked ? "connected" : "disconnected";
                    void action.run(() => me.updateAccount(account.id, { status }));
                  }}
                />
                <span aria-hidden="true">Connected</span>
              </label>
              <button type="button" className="quiet small" onClick={() => setEditing(account.id)}>
                Edit <span className="unseen">{account.display_name}</span>
              </button>
              <button
                type="button"
                className="quiet icon-only"
                aria-label={`Remove ${account.display_name}`}
                onClick={() => void action.run(() => me.removeAccount(account.id))}
              >
                <Icon name="trash" />
              </button>
            </div>
          </li>
        ))}
      </ul>
      {adding && <AddAccountDialog onClose={() => setAdding(false)} />}
      {edited && <EditAccount key={edited.id} account={edited} onClose={() => setEditing(undefined)} />}
    </section>
  );
}

function AddAccountDialog({ onClose }: { onClose(): void }) {
  const { me, accounts, announce } = useStudio();
  const [value, setValue] = useState(emptyAccount);
  const [added, setAdded] = useState<string | undefined>();
  const action = useAction();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setAdded((await action.run(() => me.addAccount(value)))?.id);
  };
  // It stays until the page has the account: whatever is opened next offers it.
  const shown = accounts.find(({ id }) => id === added);
  useEffect(() => {
    if (!shown) return;
    announce(`${shown.display_name} was added.`);
    onClose();
  }, [shown, announce, onClose]);
  return (
    <Dialog title="Add an account" onClose={onClose}>
      <form onSubmit={(event) => void add(event)}>
        <AccountFields value={value} error={action.error} onChange={setValue} />
        <Failure error={action.error} at={ACCOUNT_PATHS} />
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || added !== undefined}>
            Add account
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

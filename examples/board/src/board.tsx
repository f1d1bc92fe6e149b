/** The campaigns by status, with live counts. */

import type { AccountId, Campaign, CampaignStatus, Session } from "campaignkit";
import { useAction, useLive, useQuery } from "campaignkit/react";
import { useSyncExternalStore } from "react";
import { Drawer } from "./drawer";
import { Failure, Field, useForm } from "./form";

const COLUMNS: readonly CampaignStatus[] = ["draft", "active", "paused", "completed"];

export function Board({ me }: { me: Session }) {
  const { data: campaigns, error } = useLive(me, { campaigns: { limit: 200 } });
  const { data: accounts } = useLive(me, { accounts: { type: "email", limit: 1 } });
  const [campaign_id, prospect_id] = useAddress();
  const account = accounts?.accounts[0];
  return (
    <main>
      <h1>Campaigns</h1>
      <Failure error={error} />
      {accounts && (account ? <NewCampaign me={me} sender={account.id} /> : <NewAccount me={me} />)}
      <div className="columns">
        {COLUMNS.map((status) => (
          <section key={status} aria-labelledby={status}>
            <h2 id={status}>{status}</h2>
            {campaigns?.campaigns
              .filter((campaign) => campaign.status === status)
              .map((campaign) => <Card key={campaign.id} me={me} campaign={campaign} />)}
          </section>
        ))}
      </div>
      {campaign_id && <Drawer key={campaign_id} me={me} campaign_id={campaign_id} prospect_id={prospect_id} />}
    </main>
  );
}

/** What is open, by the address: `#CAMPAIGN` or `#CAMPAIGN/PROSPECT`. */
function useAddress(): string[] {
  const hash = useSyncExternalStore(
    (changed) => {
      addEventListener("hashchange", changed);
      return () => removeEventListener("hashchange", changed);
    },
    () => location.hash,
  );
  return hash.slice(1).split("/");
}

/** Whoever works at the board sends each message by hand, when they like. */
const WHENEVER = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 };

function NewAccount({ me }: { me: Session }) {
  const { onSubmit, pending, error } = useForm(({ email_address = "", first_name = "" }) =>
    me.addAccount({ type: "email", email_address, first_name, ...WHENEVER }),
  );
  return (
    <form onSubmit={onSubmit} aria-label="Your mailbox" noValidate>
      <Field label="Your email address" name="email_address" type="email" error={error} />
      <Field label="Your first name" name="first_name" error={error} />
      <button disabled={pending}>Add mailbox</button>
      <Failure error={error} fields={["email_address", "first_name"]} />
    </form>
  );
}

function NewCampaign({ me, sender }: { me: Session; sender: AccountId }) {
  const { onSubmit, pending, error } = useForm(({ name = "" }) =>
    me.createCampaign({ type: "email", name, sender_account_ids: [sender] }),
  );
  return (
    <form onSubmit={onSubmit} aria-label="New campaign">
      <Field label="Name of a new campaign" name="name" error={error} />
      <button disabled={pending}>Create</button>
      {error?.code === "name_taken" && <p>“{error.suggested_name}” is free.</p>}
      <Failure error={error} fields={["name"]} />
    </form>
  );
}

function Card({ me, campaign: { id, name, status, stats } }: { me: Session; campaign: Campaign }) {
  const { data: total } = useQuery(me, async (me) => (await me.listProspects(id, { limit: 1, count: true })).total);
  return (
    <article aria-label={name}>
      <h3>
        <a href={`#${id}`}>{name}</a>
      </h3>
      <p>
        {total ?? "…"} people
        {stats && `, ${stats.messages_sent} sent, ${stats.replies} replies`}
      </p>
      {status === "draft" && <Launch me={me} id={id} />}
      {status === "active" && <Switch label="Pause" to={() => me.pause(id)} />}
      {status === "paused" && <Switch label="Resume" to={() => me.resume(id)} />}
    </article>
  );
}

function Launch({ me, id }: { me: Session; id: string }) {
  const { data: validation } = useQuery(me, (me) => me.validate(id));
  if (!validation) return null;
  if (validation.ready) return <Switch label="Launch" to={() => me.launch(id)} />;
  return <p>{validation.errors.length} to mend before the launch</p>;
}

function Switch({ label, to }: { label: string; to: () => Promise<object> }) {
  const { run, pending, error } = useAction(to);
  return (
    <>
      <button disabled={pending} onClick={run}>
        {label}
      </button>
      <Failure error={error} />
    </>
  );
}

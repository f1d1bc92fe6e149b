/** What is open: the text and the people of a campaign, or one of them. */

import type { Campaign, Issue, Prospect, Session } from "campaignkit";
import { useAction, useLive, useQuery } from "campaignkit/react";
import { Failure, Field, useForm } from "./form";

interface DrawerProps {
  me: Session;
  campaign_id: string;
  prospect_id: string | undefined;
}

export function Drawer({ me, campaign_id, prospect_id }: DrawerProps) {
  const { data: campaign, error } = useLive(me, { campaign: campaign_id });
  return (
    <aside aria-label={campaign?.name ?? "Campaign"}>
      <a href="#">Close</a>
      <Failure error={error} />
      {campaign && prospect_id && <Person key={prospect_id} me={me} campaign={campaign} id={prospect_id} />}
      {campaign && !prospect_id && (
        <>
          <h2>{campaign.name}</h2>
          {campaign.status === "draft" && <FirstEmail me={me} campaign={campaign} />}
          <People me={me} campaign={campaign} />
        </>
      )}
    </aside>
  );
}

/** The text of a draft, with what keeps it from being launched. */
function FirstEmail({ me, campaign: { id, sequence_nodes, revision } }: { me: Session; campaign: Campaign }) {
  const { data: validation } = useQuery(me, (me) => me.validate(id));
  const [first, ...others] = sequence_nodes;
  const { onSubmit, pending, error } = useForm(({ subject = "", body = "" }) =>
    me.updateCampaign(id, {
      sequence_nodes: [{ type: "email", subject, body }, ...others],
      expected_revision: revision,
    }),
  );
  const paths = ["sequence_nodes[0].subject", "sequence_nodes[0].body"] as const;
  const issues: readonly Issue[] = validation?.errors ?? [];
  if (first?.type !== "email") return null;
  return (
    <form onSubmit={onSubmit} aria-label="First email">
      <Field label="Subject" name="subject" path={paths[0]} defaultValue={first.subject} error={error} issues={issues} />
      <Field label="Text" name="body" path={paths[1]} defaultValue={first.body} error={error} issues={issues} />
      <button disabled={pending}>Save</button>
      <Failure error={error} fields={paths} />
      <ul>
        {issues
          .filter(({ path }) => !paths.some((field) => field === path))
          .map(({ path, message }) => (
            <li key={path + message}>
              {path} {message}
            </li>
          ))}
      </ul>
    </form>
  );
}

function People({ me, campaign: { id } }: { me: Session; campaign: Campaign }) {
  const { data, error } = useLive(me, { prospects: id, limit: 200 });
  const add = useForm(async (person) => me.addProspects(id, { prospects: [person] }));
  const paths = ["prospects[0].email", "prospects[0].first_name"] as const;
  return (
    <>
      <form onSubmit={add.onSubmit} aria-label="New person" noValidate>
        <Field label="Email address" name="email" type="email" path={paths[0]} error={add.error} />
        <Field label="First name" name="first_name" path={paths[1]} error={add.error} />
        <button disabled={add.pending}>Add</button>
        <Failure error={add.error} fields={paths} />
      </form>
      <Failure error={error} />
      <ul aria-label="People">
        {data?.prospects.map((person) => (
          <li key={person.id}>
            <a href={`#${id}/${person.id}`}>{person.name ?? person.email}</a> {person.status}
          </li>
        ))}
      </ul>
    </>
  );
}

function Person({ me, campaign, id }: { me: Session; campaign: Campaign; id: string }) {
  const { data, error } = useQuery(me, (me) =>
    Promise.all([me.getProspect(id), me.explain(id), me.previewMessages(id)]),
  );
  const paused = useAction((held: boolean) => (held ? me.resumeProspect(id) : me.pauseProspect(id)));
  if (!data) return <Failure error={error} />;
  const [person, { reason, at }, { messages }] = data;
  const isPaused = reason === "held_until";
  return (
    <>
      <a href={`#${campaign.id}`}>{campaign.name}</a>
      <h2>{person.name ?? person.email}</h2>
      <p>
        {person.status}, {reason} {at && `until ${new Date(at).toLocaleString()}`}
      </p>
      <button disabled={paused.pending} onClick={() => paused.run(isPaused)}>
        {isPaused ? "Contact again" : "Do not contact"}
      </button>
      <Failure error={paused.error} />
      <Edit me={me} person={person} />
      {messages.map(({ node_id, subject, body }) => (
        <blockquote key={node_id}>
          <strong>{subject}</strong>
          <p>{body}</p>
        </blockquote>
      ))}
    </>
  );
}

function Edit({ me, person }: { me: Session; person: Prospect }) {
  const { onSubmit, pending, error } = useForm((fields) => me.updateProspect(person.id, fields));
  return (
    <form onSubmit={onSubmit} aria-label="Person">
      <Field label="First name" name="first_name" defaultValue={person.first_name ?? ""} error={error} />
      <Field label="Company" name="company" defaultValue={person.company ?? ""} error={error} />
      <button disabled={pending}>Save</button>
      <Failure error={error} fields={["first_name", "company"]} />
    </form>
  );
}

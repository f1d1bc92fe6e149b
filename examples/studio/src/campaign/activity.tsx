/** What happens in a campaign, live: its figures, its messages, and the replies. */

import { useEffect, useState } from "react";
import type { Campaign, Prospect, RecordedEventType, Stats, TaskRecord, TaskStatus } from "campaignkit";
import { useLive, useQuery } from "campaignkit/react";
import { Failure } from "../ui/failure";
import { Field } from "../ui/field";
import { useHost } from "../host/host";
import { HostPanel } from "../host/host-panel";
import { countInStage, STAGES, type Stage } from "../people/prospect-status";
import { Log, type Entry } from "../shell/log";
import { Menu } from "../shell/menu";
import { campaignHref } from "../shell/route";
import { useStudio } from "../studio-context";
import { count, personName, TASK_STATUS, TASK_TYPE, when } from "../ui/text";

const PAGE = 50;

interface ActivityProps {
  campaign: Campaign;
  entries: readonly Entry[];
}

export function Activity({ campaign, entries }: ActivityProps) {
  if (campaign.status === "draft") {
    return (
      <section className="empty">
        <h2>Nothing happens in a draft</h2>
        <p>
          <a href={campaignHref(campaign.id, "check")}>Check and launch it</a>; then its messages and replies are here.
        </p>
      </section>
    );
  }
  return (
    <div className="columns activity">
      <div>
        {campaign.stats && <Figures stats={campaign.stats} isEmail={campaign.type === "email"} />}
        <Messages campaign={campaign} />
      </div>
      <div>
        <HostPanel campaign={campaign} />
        <Log entries={entries} />
      </div>
    </div>
  );
}

function Figures({ stats, isEmail }: { stats: Stats; isEmail: boolean }) {
  const figures: [string, number][] = [
    ["People", stats.prospects],
    ["Sent", stats.messages_sent],
    isEmail ? ["Opened", stats.opened] : ["Accepted", stats.accepted],
    ["Replies", stats.replies],
    ...(isEmail
      ? ([
          ["Bounced", stats.bounced],
          ["Unsubscribed", stats.unsubscribed],
        ] as [string, number][])
      : []),
  ];
  const stages = (Object.keys(STAGES) as Stage[]).map((stage) => ({
    stage,
    label: STAGES[stage].label,
    people: countInStage(stats, stage),
  }));
  return (
    <section aria-labelledby="figures-heading">
      <h2 id="figures-heading" className="unseen">
        Figures
      </h2>
      <dl className="tiles">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
      </dl>
      <div className="stages" aria-hidden="true">
        {stages.map(
          ({ stage, people }) => people > 0 && <span key={stage} className={stage} style={{ flexGrow: people }} />,
        )}
      </div>
      <ul className="legend">
        {stages.map(({ stage, label, people }) => (
          <li key={stage}>
            <span className={`swatch ${stage}`} aria-hidden="true" /> {label} {count(people)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Messages({ campaign }: { campaign: Campaign }) {
  const { me } = useStudio();
  const [status, setStatus] = useState<TaskStatus | undefined>();
  const { data, error } = useLive(me, { tasks: campaign.id, messages: true, limit: PAGE, ...(status ? { status } : {}) });
  const people = usePeople(data?.tasks ?? []);
  return (
    <section aria-labelledby="messages-heading">
      <header className="section-head">
        <h2 id="messages-heading">Messages</h2>
        <span className="hint">The latest {PAGE}, newest first</span>
        <span className="spring" />
        <Field label="Status" className="inline">
          {(control) => (
            <select
              {...control}
              value={status ?? ""}
              onChange={(event) => setStatus((event.target.value || undefined) as TaskStatus | undefined)}
            >
              <option value="">All</option>
              {Object.entries(TASK_STATUS).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </header>
      <Failure error={error} />
      {data?.tasks.length === 0 && <p className="hint">No message yet. The host beside this claims what is due.</p>}
      <ul className="messages">
        {data?.tasks.map((task) => (
          <Message key={task.id} campaign={campaign} task={task} person={people.get(task.prospect_id ?? "")} />
        ))}
      </ul>
    </section>
  );
}

interface MessageProps {
  campaign: Campaign;
  task: TaskRecord;
  person: Prospect | undefined;
}

function Message({ campaign, task, person }: MessageProps) {
  const { user, accounts } = useStudio();
  const { complete, record } = useHost();
  const { message } = task;
  const step = campaign.sequence_nodes.find((node) => node.id === task.node_id);
  const name = person ? personName(person) : "someone who was removed";
  const account = accounts.find(({ id }) => id === task.account_id);
  const events: [RecordedEventType, string][] =
    campaign.type === "email"
      ? [
          ["replied", "Replied"],
          ["opened", "Opened it"],
          ["bounced", "It bounced"],
          ["unsubscribed", "Unsubscribed"],
        ]
      : [
          ["replied", "Replied"],
          ["connection_accepted", "Accepted the invitation"],
        ];
  return (
    <li className="message-row">
      <span className={`tag ${task.status}`}>{TASK_STATUS[task.status]}</span>
      <div className="message-what">
        <p>
          <strong>{name}</strong>{" "}
          <span className="hint">
            {campaign.type === "linkedin" && `${TASK_TYPE[task.type]} · `}
            {step && `Step ${step.position + 1} · `}
            {account?.display_name ?? "A removed account"}
            {task.at ? ` · ${when(task.at, user.time_zone)}` : ""}
          </span>
          {task.opened_at && <span className="tag opened">Opened</span>}
          {person?.status === "replied" && <span className="tag replied">Replied</span>}
        </p>
      </div>
      {message && (
        <details>
          <summary>{message.subject ?? message.body?.split("\n", 1)[0] ?? "Without a note"}</summary>
          <div className="letter-body">{message.body ?? "No note"}</div>
        </details>
      )}
      {task.status === "claimed" ? (
        <div className="row" role="group" aria-label={`What became of the message to ${name}`}>
          <button type="button" className="small" onClick={() => void complete(task.id, "sent")}>
            Sent
          </button>
          <button type="button" className="small quiet" onClick={() => void complete(task.id, "failed")}>
            Failed
          </button>
          {campaign.type === "email" && (
            <button type="button" className="small quiet" onClick={() => void complete(task.id, "bounced")}>
              Bounced
            </button>
          )}
        </div>
      ) : (
        task.status === "sent" &&
        person && (
          <Menu
            name={`What ${name} did`}
            label={
              <>
                Record… <span className="unseen">what {name} did</span>
              </>
            }
            groups={[
              {
                choices: events.map(([type, label]) => ({ label, choose: () => void record(person.id, type) })),
              },
            ]}
          />
        )
      )}
    </li>
  );
}

/** The recipients of these messages, by their ids. */
function usePeople(tasks: readonly TaskRecord[]): ReadonlyMap<string, Prospect> {
  const { me } = useStudio();
  const [known, setKnown] = useState<ReadonlyMap<string, Prospect>>(new Map());
  const ids = [...new Set(tasks.flatMap(({ prospect_id }) => prospect_id ?? []))];
  const { data } = useQuery(ids.length > 0 && me, (me) => Promise.all(ids.map((id) => me.getProspect(id))));
  useEffect(() => {
    if (data) setKnown((before) => new Map([...before, ...data.map((person) => [person.id, person] as const)]));
  }, [data]);
  return known;
}

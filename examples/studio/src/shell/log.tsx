/** A live log, in words. */

import { useEffect, useState } from "react";
import type { Event, Session, TaskStatus } from "campaignkit";
import { useStudio } from "../studio-context";
import { clockTime, personName } from "../ui/text";

export interface Entry {
  readonly number: number;
  readonly at: string;
  readonly text: string;
  /** How many times in a row. */
  readonly times: number;
}

const KEPT = 100;

const HAPPENED: Partial<Record<Event["type"], string>> = {
  campaign_launched: "The campaign was launched",
  campaign_paused: "The campaign was paused",
  campaign_resumed: "The campaign was resumed",
  campaign_completed: "The campaign is completed",
  campaign_updated: "The campaign was changed",
  prospects_added: "People were added",
  prospect_updated: "A person was changed",
  prospect_removed: "A person was removed",
  prospects_closed: "People reached the end",
  tasks_claimed: "Messages were handed out",
  connection_accepted: "accepted the invitation",
  prospect_replied: "replied",
  prospect_bounced: "bounced",
  prospect_unsubscribed: "unsubscribed",
  message_opened: "opened an email",
};
const OUTCOMES: Record<TaskStatus, string> = {
  claimed: "Handed out to",
  sent: "Sent to",
  failed: "Not sent to",
  bounced: "Bounced for",
  lost: "Lost for",
  deferred: "Put off for",
};
const BY_PERSON = new Set<Event["type"]>([
  "connection_accepted",
  "prospect_replied",
  "prospect_bounced",
  "prospect_unsubscribed",
  "message_opened",
]);

/** The newest first; repetitions are one entry, which keeps its place. */
function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const [last, ...before] = entries;
  if (last?.text !== entry.text) return [entry, ...entries];
  return [{ ...last, at: entry.at, times: last.times + 1 }, ...before];
}

/** What has happened in a campaign since it was opened here, in any tab; the newest first. */
export function useLog(campaign_id: string): readonly Entry[] {
  const { me } = useStudio();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  useEffect(
    () =>
      me.onCommit(({ events }) => {
        const own = events.filter((event) => "campaign_id" in event && event.campaign_id === campaign_id);
        Promise.all(own.map((event) => described(me, event))).then(
          (described) => setEntries((before) => described.reduce(withEntry, before).slice(0, KEPT)),
          // It is gone before it could be shown.
          () => {},
        );
      }),
    [me, campaign_id],
  );
  return entries;
}

async function nameOf(me: Session, prospect_id: string | null | undefined): Promise<string> {
  const person = prospect_id ? await me.getProspect(prospect_id).catch(() => undefined) : undefined;
  return person ? personName(person) : "Someone";
}

async function described(me: Session, event: Event): Promise<Entry> {
  const what = HAPPENED[event.type] ?? event.type;
  let text = what;
  if (event.type === "task_completed") {
    const task = await me.getTask(event.task_id);
    text = `${OUTCOMES[task.status]} ${await nameOf(me, task.prospect_id)}`;
  } else if (BY_PERSON.has(event.type) && "prospect_id" in event) {
    text = `${await nameOf(me, event.prospect_id)} ${what}`;
  }
  return { number: event.number, at: event.at, text, times: 1 };
}

export function Log({ entries }: { entries: readonly Entry[] }) {
  const { user } = useStudio();
  return (
    <section aria-labelledby="log-heading">
      <h2 id="log-heading">As it happens</h2>
      {entries.length === 0 && <p className="hint">What happens from now on appears here, from every tab.</p>}
      <div className="log" role="log" aria-labelledby="log-heading" tabIndex={entries.length > 0 ? 0 : undefined}>
        <ol>
          {entries.map(({ number, at, text, times }) => (
            <li key={number}>
              <time dateTime={at}>{clockTime(at, user.time_zone)}</time> {text}
              {times > 1 && <small>× {times}</small>}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

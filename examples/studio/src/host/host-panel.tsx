/** The controls of the simulated host. */

import { useState } from "react";
import type { Campaign } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure } from "../ui/failure";
import { Field } from "../ui/field";
import { useHost } from "./host";
import { useStudio } from "../studio-context";
import { when } from "../ui/text";

const MOST = 10;
/** Messages that are due this soon after the next one are jumped to together. */
const TOGETHER_MS = 3_600_000;

export function HostPanel({ campaign }: { campaign: Campaign }) {
  const { me, user } = useStudio();
  const { automatic, setAutomatic, clock, setClock, error, claim } = useHost();
  const [claiming, setClaiming] = useState(false);
  const ahead = useAction();

  const claimDue = async () => {
    setClaiming(true);
    await claim(MOST);
    setClaiming(false);
  };
  const jump = () =>
    ahead.run(async () => {
      const { tasks } = await me.plan(campaign.id, clock ? { from: clock } : {});
      const [next] = tasks;
      if (!next) return;
      const until = Date.parse(next.at) + TOGETHER_MS;
      setClock(tasks.findLast(({ at }) => Date.parse(at) <= until)?.at);
    });

  return (
    <section className="panel host" aria-labelledby="host-heading">
      <h2 id="host-heading">Host</h2>
      <p className="hint">
        Nothing is really sent. This stands in for the program that would: it takes what is due, in all campaigns, and
        says what became of it.
      </p>
      <label className="check switch">
        <input type="checkbox" checked={automatic} onChange={(event) => setAutomatic(event.target.checked)} />
        Send automatically, in this tab
      </label>
      <div className="row">
        <button type="button" disabled={claiming || automatic} onClick={() => void claimDue()}>
          Claim what is due
        </button>
        <button type="button" disabled={ahead.busy || campaign.status !== "active"} onClick={() => void jump()}>
          Jump to what comes next
        </button>
      </div>
      <Field
        label="The host’s clock"
        hint={
          clock
            ? `It pretends that it is ${when(clock, user.time_zone)} in ${user.time_zone}.`
            : "Leave it empty for the present."
        }
      >
        {(control) => (
          <div className="row">
            <input
              {...control}
              type="datetime-local"
              value={clock ? toLocal(clock) : ""}
              onChange={({ target }) => setClock(target.value ? new Date(target.value).toISOString() : undefined)}
            />
            {clock && (
              <button type="button" className="quiet" onClick={() => setClock(undefined)}>
                Now
              </button>
            )}
          </div>
        )}
      </Field>
      <Failure error={error ?? ahead.error} />
    </section>
  );
}

/** An instant in the form of a control for local date and time. */
function toLocal(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

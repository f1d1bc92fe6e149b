/** What goes out on a day: a strip of its hours for each sender, with a mark for each message. */

import { useState } from "react";
import type { Campaign, Forecast, PlannedTask } from "campaignkit";
import { useQuery } from "campaignkit/react";
import { Failure } from "../ui/failure";
import { Field } from "../ui/field";
import { useStudio } from "../studio-context";
import { count, day, KEPT_BACK, TASK_TYPE } from "../ui/text";
import { clockText, DAY_MINUTES, dayAfter, spansText } from "../ui/week";
import { around, blackoutOn, byMinute, clockOf, laneOf, messagesOn, messagesText, type Lane } from "./lanes";

interface DayProps {
  campaign: Campaign;
  forecast: Forecast;
  /** Whether invitations are taken to be accepted. */
  accepted: boolean;
}

export function Day({ campaign, forecast, accepted }: DayProps) {
  const { me, user, accounts } = useStudio();
  const [chosen, setChosen] = useState<string | undefined>();
  const date = chosen ?? forecast.days[0]?.date ?? forecast.finish_date;
  const { data, error } = useQuery(date !== null && me, (me) =>
    me.plan(campaign.id, { ...around(date ?? ""), accepted }),
  );
  if (date === null) return null;
  const messages = data && messagesOn(date, data.tasks);
  const lanes = campaign.sender_account_ids.flatMap((id) => {
    const account = accounts.find((account) => account.id === id);
    return account ? [laneOf(campaign, user, account, date, messages ?? [])] : [];
  });
  const blackout = blackoutOn(date, user);
  const limit = forecast.days.find((day) => day.date === date)?.limit;
  return (
    <section className="day" aria-labelledby="day-heading">
      <h3 id="day-heading">A day by the hour</h3>
      <ChosenDay date={date} onChoose={setChosen} />
      <p role="status">
        <strong>{day(date, { weekday: "long", day: "numeric", month: "long" })}:</strong>{" "}
        {messages ? `${messagesText(messages)}.` : error ? "unknown." : "…"}
        {blackout && ` It is a blackout date${blackout.label ? `: ${blackout.label}` : ""}.`}
        {limit && ` More are due, kept back by ${KEPT_BACK[limit] ?? limit}.`}
      </p>
      <Failure error={error} />
      <Lanes lanes={lanes} user_zone={user.time_zone} isKnown={messages !== undefined} />
      {messages && messages.length > 0 && <Listed campaign={campaign} messages={messages} lanes={lanes} />}
    </section>
  );
}

function ChosenDay({ date, onChoose }: { date: string; onChoose(date: string): void }) {
  // While somebody types a year, it is one of long ago.
  const [typed, setTyped] = useState<string | undefined>();
  const choose = (date: string) => {
    setTyped(undefined);
    onChoose(date);
  };
  return (
    <div className="row">
      <Field label="Day" className="inline">
        {(control) => (
          <input
            {...control}
            type="date"
            min="2000-01-01"
            max="2999-12-31"
            value={typed ?? date}
            onChange={({ target }) => {
              setTyped(target.value);
              if (target.value !== "" && target.validity.valid) onChoose(target.value);
            }}
            onBlur={() => setTyped(undefined)}
          />
        )}
      </Field>
      <button type="button" onClick={() => choose(dayAfter(date, -1))}>
        Previous day
      </button>
      <button type="button" onClick={() => choose(dayAfter(date))}>
        Next day
      </button>
    </div>
  );
}

const HOURS = [0, 6, 12, 18, 24];
const HEIGHT = 28;

interface LanesProps {
  lanes: readonly Lane[];
  user_zone: string;
  isKnown: boolean;
}

function Lanes({ lanes, user_zone, isKnown }: LanesProps) {
  return (
    <div className="lanes">
      <ul>
        {lanes.map((lane, index) => (
          <li key={lane.id}>
            <p>
              <strong>{lane.name}</strong>{" "}
              <span className="hint">
                {lane.zone !== user_zone && `${lane.zone ?? "the clock of each person"} · `}
                {isKnown && `${messagesText(lane.messages)} · `}
                {spansText(lane.open)}
              </span>
            </p>
            <Strip lane={lane} series={(index % 6) + 1} />
          </li>
        ))}
      </ul>
      <div className="hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}

function Strip({ lane, series }: { lane: Lane; series: number }) {
  return (
    <svg
      className={`strip series-${series}`}
      viewBox={`0 0 ${DAY_MINUTES} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {lane.open.map(([from, to]) => (
        <rect key={from} x={from} width={to - from} height={HEIGHT} />
      ))}
      {HOURS.slice(1, -1).map((hour) => (
        <path key={hour} className="hour" d={`M${hour * 60} 0v${HEIGHT}`} />
      ))}
      {[...byMinute(lane.messages)].map(([minute, many]) => (
        <path key={minute} className="mark" d={`M${minute} 5v${HEIGHT - 10}`}>
          <title>{`${clockText(minute)}: ${count(many, "message")}`}</title>
        </path>
      ))}
    </svg>
  );
}

/** More messages than this are not listed. */
const LISTED = 500;

interface ListedProps {
  campaign: Campaign;
  messages: readonly PlannedTask[];
  lanes: readonly Lane[];
}

function Listed({ campaign, messages, lanes }: ListedProps) {
  const names = new Map(lanes.map(({ id, name }) => [id, name]));
  return (
    <details>
      <summary>Each message of the day</summary>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Messages of the day">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Sender</th>
              <th scope="col">Step</th>
              <th scope="col">{campaign.type === "email" ? "Subject" : "Kind"}</th>
            </tr>
          </thead>
          <tbody>
            {messages.slice(0, LISTED).map((message) => (
              <tr key={`${message.prospect_id} ${message.node_id}`}>
                <th scope="row">{clockOf(message)}</th>
                <td>{names.get(message.account_id) ?? "Unknown"}</td>
                <td>{message.position + 1}</td>
                <td>{message.subject ?? TASK_TYPE[message.type]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {messages.length > LISTED && <p className="hint">{count(messages.length - LISTED)} more are not listed.</p>}
    </details>
  );
}

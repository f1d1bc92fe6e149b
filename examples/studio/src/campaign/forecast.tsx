/** The days ahead: how many messages go out on each, by account. */

import { useState } from "react";
import type { Campaign, Forecast } from "campaignkit";
import { useQuery } from "campaignkit/react";
import { Chart, type Bar, type Series } from "../ui/chart";
import { Failure } from "../ui/failure";
import { useStudio } from "../studio-context";
import { count, day, KEPT_BACK } from "../ui/text";
import { Day } from "./day";

/** More days than this are shown as weeks. */
const MOST_DAYS = 70;
const DAY_MS = 86_400_000;

export function ForecastView({ campaign }: { campaign: Campaign }) {
  const { me, accounts } = useStudio();
  const [accepted, setAccepted] = useState(true);
  const { data, error } = useQuery(campaign.status !== "completed" && me, (me) =>
    me.forecast(campaign.id, { accepted }),
  );
  const series: Series[] = campaign.sender_account_ids.map((id) => ({
    id,
    name: accounts.find((account) => account.id === id)?.display_name ?? "Unknown",
  }));

  return (
    <section className="panel" aria-labelledby="forecast-heading">
      <header className="section-head">
        <h2 id="forecast-heading">Forecast</h2>
        {data?.finish_date && (
          <p className="hint">
            <strong>{count(data.messages, "message")}</strong>, done on{" "}
            <strong>{day(data.finish_date, { weekday: "long", day: "numeric", month: "long" })}</strong>, if nobody
            replies
          </p>
        )}
        <span className="spring" />
        {campaign.type === "linkedin" && (
          <label className="check">
            <input type="checkbox" checked={accepted} onChange={(event) => setAccepted(event.target.checked)} />
            Invitations are accepted
          </label>
        )}
      </header>
      <Failure error={error} />
      {campaign.status === "completed" && <p className="hint">The campaign is completed: nothing more goes out.</p>}
      {!data && !error && campaign.status !== "completed" && <p className="hint">Counting the days ahead…</p>}
      {data && data.stuck > 0 && (
        <p className="hint">
          {count(data.stuck, "person", "people")} will be sent nothing until their account is connected, or until they
          are handed over.
        </p>
      )}
      {data && data.messages === 0 && <p className="hint">Nothing would be sent: there is no one to write to.</p>}
      {data && data.messages > 0 && (
        <>
          <Days forecast={data} series={series} />
          <Day campaign={campaign} forecast={data} accepted={accepted} />
        </>
      )}
    </section>
  );
}

function Days({ forecast, series }: { forecast: Forecast; series: readonly Series[] }) {
  const { bars, unit } = grouped(forecast);
  const label =
    `${count(forecast.messages, "message")} on ${count(forecast.days.length, "day")}` +
    (forecast.finish_date ? `, the last on ${day(forecast.finish_date)}` : "");
  return (
    <>
      <Chart label={label} unit={unit} bars={bars} series={series} />
      <details>
        <summary>The same as a table</summary>
        <div className="table-wrap" tabIndex={0} role="region" aria-label={`Messages by ${unit}`}>
          <table className="figures">
            <caption className="unseen">Messages by {unit} and account</caption>
            <thead>
              <tr>
                <th scope="col" className="capital">
                  {unit}
                </th>
                {series.map(({ id, name }) => (
                  <th key={id} scope="col" className="number">
                    {name}
                  </th>
                ))}
                <th scope="col" className="number">
                  Together
                </th>
                <th scope="col">More kept back by</th>
              </tr>
            </thead>
            <tbody>
              {bars
                .filter((bar) => bar.total > 0)
                .map((bar) => (
                  <tr key={bar.date}>
                    <th scope="row">{day(bar.date, { weekday: "short", day: "numeric", month: "short" })}</th>
                    {series.map(({ id }) => (
                      <td key={id} className="number">
                        {count(bar.parts.get(id) ?? 0)}
                      </td>
                    ))}
                    <td className="number">{count(bar.total)}</td>
                    <td>{bar.notes.join(", ")}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

/** A bar for every day from the first to the last, or for every week if there are many. */
function grouped({ days }: Forecast): { bars: readonly Bar[]; unit: "day" | "week" } {
  const at = (date: string) => Date.parse(`${date}T00:00:00Z`);
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return { bars: [], unit: "day" };
  const span = (at(last.date) - at(first.date)) / DAY_MS + 1;
  const unit = span > MOST_DAYS ? "week" : "day";
  const step = unit === "week" ? 7 : 1;
  // Weeks begin on Monday; the first day of the epoch was a Thursday.
  const begin = unit === "week" ? at(first.date) - ((at(first.date) / DAY_MS + 3) % 7) * DAY_MS : at(first.date);
  const bars = Array.from({ length: Math.floor((at(last.date) - begin) / DAY_MS / step) + 1 }, (_, index) => ({
    date: new Date(begin + index * step * DAY_MS).toISOString().slice(0, 10),
    total: 0,
    parts: new Map<string, number>(),
    notes: new Array<string>(),
  }));
  for (const { date, messages, accounts, limit } of days) {
    const bar = bars[Math.floor((at(date) - begin) / DAY_MS / step)];
    if (!bar) continue;
    bar.total += messages;
    for (const { account_id, messages } of accounts)
      bar.parts.set(account_id, (bar.parts.get(account_id) ?? 0) + messages);
    const note = limit && (KEPT_BACK[limit] ?? limit);
    if (note && !bar.notes.includes(note)) bar.notes.push(note);
  }
  return { bars, unit };
}

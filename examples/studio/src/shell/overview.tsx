/** All campaigns in figures. */

import type { Campaign } from "campaignkit";
import { StatusDot } from "./campaign-list";
import { Icon } from "../ui/icon";
import { campaignHref } from "./route";
import { CAMPAIGN_STATUS, count, when } from "../ui/text";
import { useStudio } from "../studio-context";

interface OverviewProps {
  campaigns: readonly Campaign[] | undefined;
  onNew(): void;
}

export function Overview({ campaigns, onNew }: OverviewProps) {
  const { user } = useStudio();
  if (!campaigns) return null;
  if (campaigns.length === 0) {
    return (
      <section className="empty">
        <h1>Your first campaign</h1>
        <ol className="steps">
          <li>Write the sequence, with a preview of what each person will read.</li>
          <li>Bring in people: a CSV file, or one by one.</li>
          <li>Check what is missing, see the days ahead, and launch.</li>
          <li>Watch messages go out and replies come in.</li>
        </ol>
        <button type="button" className="primary" onClick={onNew}>
          <Icon name="plus" /> New campaign
        </button>
      </section>
    );
  }
  return (
    <section>
      <header className="page-head">
        <h1>Overview</h1>
        <button type="button" className="primary" onClick={onNew}>
          <Icon name="plus" /> New campaign
        </button>
      </header>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Campaigns in figures">
        <table>
          <thead>
            <tr>
              <th scope="col">Campaign</th>
              <th scope="col">Status</th>
              <th scope="col">Channel</th>
              <th scope="col" className="number">
                People
              </th>
              <th scope="col" className="number">
                Sent
              </th>
              <th scope="col" className="number">
                Replies
              </th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {campaigns.map(({ id, name, status, type, stats, updated_at }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={campaignHref(id, status === "draft" ? "sequence" : "activity")}>{name}</a>
                </th>
                <td className="nowrap">
                  <StatusDot status={status} /> {CAMPAIGN_STATUS[status]}
                </td>
                <td>{type === "email" ? "Email" : "LinkedIn"}</td>
                <td className="number">{stats ? count(stats.prospects) : "–"}</td>
                <td className="number">{stats ? count(stats.messages_sent) : "–"}</td>
                <td className="number">{stats ? count(stats.replies) : "–"}</td>
                <td className="nowrap">{when(updated_at, user.time_zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

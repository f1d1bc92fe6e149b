/** The list of campaigns in the sidebar, with the progress of each. */

import type { Campaign } from "campaignkit";
import { countFinal } from "../people/prospect-status";
import { Icon } from "../ui/icon";
import { campaignHref, type Route } from "./route";
import { CAMPAIGN_STATUS, count } from "../ui/text";

interface CampaignListProps {
  campaigns: readonly Campaign[] | undefined;
  route: Route;
  onNew(): void;
}

export function CampaignList({ campaigns, route, onNew }: CampaignListProps) {
  return (
    <nav className="campaigns" aria-label="Campaigns">
      <div className="campaigns-head">
        <h2>Campaigns</h2>
        <button type="button" className="quiet small" onClick={onNew}>
          <Icon name="plus" /> New <span className="unseen">campaign</span>
        </button>
      </div>
      {campaigns?.length === 0 && <p className="hint">None yet.</p>}
      <ul>
        {campaigns?.map((campaign) => (
          <li key={campaign.id}>
            <a
              href={campaignHref(campaign.id, route.page === "campaign" ? route.tab : "sequence")}
              aria-current={route.page === "campaign" && route.id === campaign.id ? "page" : undefined}
            >
              <span className="campaign-name">{campaign.name}</span>
              <span className="campaign-state">
                <StatusDot status={campaign.status} /> {summary(campaign)}
              </span>
              {campaign.stats && <Progress campaign={campaign} />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function StatusDot({ status }: { status: Campaign["status"] }) {
  return <span className={`dot ${status}`} aria-hidden="true" />;
}

function summary(campaign: Campaign): string {
  const { status, stats } = campaign;
  if (!stats) return `${CAMPAIGN_STATUS[status]} · ${count(campaign.sequence_nodes.length - 1, "step")}`;
  const replies = stats.replies > 0 ? ` · ${count(stats.replies, "reply", "replies")}` : "";
  return `${CAMPAIGN_STATUS[status]} · ${count(stats.messages_sent)} sent${replies}`;
}

function Progress({ campaign: { stats, name } }: { campaign: Campaign }) {
  if (!stats || stats.prospects === 0) return null;
  return <progress aria-label={`Done in ${name}`} max={stats.prospects} value={countFinal(stats)} />;
}

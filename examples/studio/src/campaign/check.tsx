/** What prevents a launch, what will happen after it, and the launch. */

import type { Campaign, Issue, Validation } from "campaignkit";
import { issueText } from "../ui/failure";
import { ForecastView } from "./forecast";
import { Icon } from "../ui/icon";
import { Launch } from "./launch";
import { campaignHref, type Tab } from "../shell/route";
import { variantName } from "./variants";

interface CheckProps {
  campaign: Campaign;
  validation: Validation | undefined;
}

export function Check({ campaign, validation }: CheckProps) {
  return (
    <>
      {campaign.status === "draft" && (
        <section className="panel" aria-labelledby="check-heading">
          <header className="section-head">
            <h2 id="check-heading">Check</h2>
            <span className="spring" />
            <Launch campaign={campaign} validation={validation} />
          </header>
          {validation && <Findings campaign={campaign} validation={validation} />}
        </section>
      )}
      <ForecastView campaign={campaign} />
    </>
  );
}

function Findings({ campaign, validation }: { campaign: Campaign; validation: Validation }) {
  const { errors, warnings } = validation;
  if (errors.length + warnings.length === 0) {
    return (
      <p className="ready">
        <Icon name="check" /> Nothing is in the way.
      </p>
    );
  }
  return (
    <ul className="findings">
      {errors.map((issue, index) => (
        <Finding key={`e${index}`} campaign={campaign} issue={issue} kind="error" />
      ))}
      {warnings.map((issue, index) => (
        <Finding key={`w${index}`} campaign={campaign} issue={issue} kind="warning" />
      ))}
    </ul>
  );
}

function Finding({ campaign, issue, kind }: { campaign: Campaign; issue: Issue; kind: "error" | "warning" }) {
  return (
    <li className={kind}>
      <span className={`badge ${kind}`}>{kind === "error" ? "To fix" : "Look"}</span>
      <span>
        <a href={campaignHref(campaign.id, tabOf(issue.path), issue.path)}>{place(issue.path)}</a> {issueText(issue)}
      </span>
      <code>{issue.code}</code>
    </li>
  );
}

/** The tab in which the field of a path is edited. */
function tabOf(path: string): Tab {
  if (path.startsWith("prospects")) return "people";
  if (path.startsWith("sequence_nodes") || path === "signature") return "sequence";
  return "setup";
}

const FIELDS: Record<string, string> = { subject: "subject", body: "text" };

/** A path in the words of the page. */
function place(path: string): string {
  const [, position, variant, field] =
    /^sequence_nodes\[(\d+)\](?:\.variants\[(\d+)\])?(?:\.(\w+))?$/.exec(path) ?? [];
  if (position) {
    const step = `Step ${Number(position) + 1}${variant ? `, variant ${variantName(Number(variant))}` : ""}`;
    return `${step}${field ? `, ${FIELDS[field] ?? field}` : ""}:`;
  }
  const [, sender] = /^sender_account_ids\[(\d+)\]$/.exec(path) ?? [];
  if (sender) return `Sender ${Number(sender) + 1}:`;
  const names: Record<string, string> = {
    sequence_nodes: "The sequence:",
    sender_account_ids: "Senders:",
    signature: "Signature:",
    prospects: "People:",
    status: "Status:",
  };
  return names[path] ?? `${path || "The campaign"}:`;
}

/**
 * Why a prospect is sent nothing at this moment, and when that ends; only on request, since it looks at the days ahead.
 */

import { useState } from "react";
import type { Explained, Prospect, Reason } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure } from "../ui/failure";
import { useStudio } from "../studio-context";
import { personName, when } from "../ui/text";

const REASONS: Record<Reason, string> = {
  due: "Due now",
  claimed: "Handed out",
  held_by_campaign: "Belongs to another campaign",
  held_until: "Is held",
  sender_failing: "The account fails and rests",
  unknown_time_zone: "The time zone is not known to this version",
  blackout_date: "Nothing is sent on this date",
  outside_hours: "Outside working hours",
  campaign_daily_limit: "The campaign has sent enough today",
  account_daily_limit: "The account has sent enough today",
  account_ramp_up: "The account has sent enough for one of its first days",
  account_gap: "The account has just sent another message",
  account_weekly_limit: "The account has sent enough this week",
  awaiting_acceptance: "The invitation is not accepted yet",
  delay_not_elapsed: "The wait is not over",
  retry_later: "Will be tried again",
  sender_not_ready: "The account is not connected",
  message_unresolved: "The message has a variable without a value",
  unsubscribe_url_missing: "The message has an unsubscribe link, but the host gives none",
  paused: "The campaign is paused",
  draft: "The campaign is a draft",
  final: "Done",
};

export function Explain({ person }: { person: Prospect }) {
  const { me, user } = useStudio();
  const [explained, setExplained] = useState<Explained | undefined>();
  const action = useAction();
  if (explained) {
    const { reason, at } = explained;
    return (
      <span className="hint" role="status">
        {REASONS[reason]}
        {at && reason !== "due" ? `; goes on ${when(at, user.time_zone)}` : ""}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        className="quiet small"
        disabled={action.busy}
        onClick={() => void action.run(() => me.explain(person.id)).then(setExplained)}
      >
        When? <span className="unseen">{personName(person)}</span>
      </button>
      <Failure error={action.error} />
    </>
  );
}

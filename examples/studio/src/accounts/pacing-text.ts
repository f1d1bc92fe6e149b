/** How an account spreads what it sends, in words. */

import type { Account, RampUp } from "campaignkit";
import { count, duration } from "../ui/text";
import { weekText } from "../ui/week";

export function pacingTexts(account: Account): string[] {
  const { sending_hours, daily_limit, ramp_up } = account;
  return [
    sending_hours ? weekText(sending_hours) : "At any time",
    gapText(account),
    `At most ${count(daily_limit)} a day`,
    ...(ramp_up ? [rampUpText(ramp_up, daily_limit)] : []),
    ...(account.type === "linkedin"
      ? [
          `At most ${count(account.weekly_connection_limit, "invitation")} and ` +
            `${count(account.weekly_message_limit, "message")} in any 7 days`,
          ...(account.spread_invitations ? ["Invitations are spread over the days of the week"] : []),
        ]
      : []),
  ];
}

type Gap = Pick<Account, "min_gap_seconds" | "gap_jitter_seconds">;

export function gapText({ min_gap_seconds: least, gap_jitter_seconds }: Gap): string {
  const most = least + gap_jitter_seconds;
  if (most === 0) return "Without a pause between messages";
  if (most === least) return `A message each ${duration(most)}`;
  // Seconds are easier to compare as long as they are few.
  return most < 600 ? `A message each ${least} to ${most} s` : `A message each ${duration(least)} to ${duration(most)}`;
}

/** The most steps of a ramp-up that are told. */
const STEPS = 4;

export function rampUpText({ start, increase, every_days }: RampUp, daily_limit: number): string {
  if (start >= daily_limit) return "The first days have no limit of their own";
  if (increase === 0) return `From the first day on at most ${count(start)}, which never grows`;
  const grown = Math.ceil((daily_limit - start) / increase);
  const steps = Array.from({ length: Math.min(grown, STEPS) }, (_, step) => {
    return onDay(step * every_days + 1, start + step * increase);
  });
  const last = onDay(grown * every_days + 1, daily_limit);
  return `First days: ${[...steps, ...(grown > STEPS ? ["…"] : []), last].join(", ")}`;
}

function onDay(day: number, limit: number): string {
  return `day\u00a0${count(day)}:\u00a0${count(limit)}`;
}

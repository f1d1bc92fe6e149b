/** Numbers, dates and statuses as people read them. */

import type { Account, CampaignStatus, Prospect, Reason, SuppressionReason, TaskStatus, TaskType } from "campaignkit";

const numbers = new Intl.NumberFormat("en");

export function count(value: number, one?: string, many = `${one}s`): string {
  const number = numbers.format(value);
  return one ? `${number} ${value === 1 ? one : many}` : number;
}

/** An instant in a time zone, or in UTC where the browser does not know the zone. */
function inZone(at: string, time_zone: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: time_zone }).format(date);
  } catch {
    return `${new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(date)} UTC`;
  }
}

/** A day and a time of day. */
export function when(at: string, time_zone: string): string {
  return inZone(at, time_zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** The time of day of an instant, to the second. */
export function clockTime(at: string, time_zone: string): string {
  return inZone(at, time_zone, { timeStyle: "medium" });
}

/** A day given as `YYYY-MM-DD`. */
export function day(date: string, options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" }): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** Days given as `YYYY-MM-DD`, from the first to the last. */
export function days(from: string, to: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return format.formatRange(new Date(from), new Date(to));
}

/** By how many minutes the clocks of a zone are ahead of those of another, at noon of a day. */
export function minutesAhead(zone: string, other: string, date: string): number {
  const noon = `${date}T12:00:00Z`;
  const clock = { dateStyle: "short", timeStyle: "short" } as const;
  const [here, there] = [zone, other].map((each) => {
    const parts = inZone(noon, each, clock).match(/\d+/g)?.map(Number) ?? [];
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = parts;
    return Date.UTC(year, month - 1, day, hour, minute);
  });
  return ((here ?? 0) - (there ?? 0)) / 60_000;
}

/** A time in seconds, such as `90 s`, `2 min 30 s` or `3 h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "min"],
    [whole % 60, "s"],
  ];
  const said = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
  return said.join(" ");
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  const units = ["KB", "MB", "GB", "TB"];
  let value = size;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function personName(person: Prospect): string {
  return person.name ?? person.email ?? person.linkedin_url ?? "Unknown";
}

export function accountAddress(account: Account): string {
  return account.type === "email" ? account.email_address : account.profile_url;
}

export const CAMPAIGN_STATUS: Record<CampaignStatus, string> = {
  draft: "Draft",
  active: "Active",
  paused: "Paused",
  completed: "Completed",
};

export const TASK_STATUS: Record<TaskStatus, string> = {
  claimed: "To send",
  sent: "Sent",
  failed: "Failed",
  bounced: "Bounced",
  lost: "Lost",
  deferred: "Put off",
};

export const TASK_TYPE: Record<TaskType, string> = {
  email: "Email",
  connection_request: "Invitation",
  message: "Message",
};

/** Why somebody can be suppressed by hand; erasing a person is a call of its own. */
export type GivenReason = Exclude<SuppressionReason, "erased">;

export const GIVEN_REASON: Record<GivenReason, string> = {
  manual: "Added by hand",
  unsubscribed: "Unsubscribed",
  bounced: "Bounced",
  complained: "Complained",
};

export const SUPPRESSION_REASON: Record<SuppressionReason, string> = { ...GIVEN_REASON, erased: "Erased" };

/** What keeps messages that are due on a day from going on it. */
export const KEPT_BACK: Partial<Record<Reason, string>> = {
  campaign_daily_limit: "the campaign’s limit of a day",
  account_daily_limit: "an account’s limit of a day",
  account_ramp_up: "the limit of an account’s first days",
  account_weekly_limit: "an account’s limit of the week",
  blackout_date: "a blackout date",
  outside_hours: "the hours of the accounts and the pauses between messages",
};

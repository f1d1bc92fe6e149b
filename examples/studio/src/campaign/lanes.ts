/** A day of a campaign by sender: when each may send, and what it will send. */

import type { Account, BlackoutDate, Campaign, PlannedTask, User } from "campaignkit";
import { count, duration, minutesAhead } from "../ui/text";
import { clockText, DAY_MINUTES, meeting, minutes, openOn, type Span } from "../ui/week";

const HOUR_MS = 3_600_000;

/** The day of a sender, by the clock of its messages. */
export interface Lane {
  readonly id: string;
  readonly name: string;
  /** Of the clock; none where it is that of each person. */
  readonly zone: string | undefined;
  readonly open: readonly Span[];
  readonly messages: readonly PlannedTask[];
}

/** The messages whose local time is on a day; in their order by it. */
export function messagesOn(date: string, tasks: readonly PlannedTask[]): PlannedTask[] {
  return tasks.filter(({ local_time }) => local_time.startsWith(date)).toSorted((a, b) => secondsOf(a) - secondsOf(b));
}

/** A stretch of time that holds the day in every time zone. */
export function around(date: string): { from: string; to: string } {
  const midnight = Date.parse(date);
  const [from, to] = [midnight - 14 * HOUR_MS, midnight + 36 * HOUR_MS].map((at) => new Date(at).toISOString());
  return { from: from!, to: to! };
}

export function laneOf(
  campaign: Campaign,
  user: User,
  account: Account,
  date: string,
  messages: readonly PlannedTask[],
): Lane {
  const hours = account.sending_hours;
  const its = hours?.time_zone ?? user.time_zone;
  const follows = campaign.follow_prospect_zone;
  const zone = campaign.type === "linkedin" ? (campaign.operating_hours.time_zone ?? user.time_zone) : its;
  const always: Span[] = blackoutOn(date, user) ? [] : [[0, DAY_MINUTES]];
  const ahead = follows ? 0 : minutesAhead(zone, its, date);
  const open = hours ? meeting(always, openOn(hours, date, ahead)) : always;
  return {
    id: account.id,
    name: account.display_name,
    zone: follows ? undefined : zone,
    open: campaign.type === "linkedin" ? meeting(open, openOn(campaign.operating_hours, date)) : open,
    messages: messages.filter(({ account_id }) => account_id === account.id),
  };
}

/** The dates of the user without messages that a date belongs to. */
export function blackoutOn(date: string, user: User): BlackoutDate | undefined {
  return user.blackout_dates.find(({ from, to }) => from <= date && date <= to);
}

/** How many messages, from when to when, and how far apart: half of them are closer, half are further. */
export function messagesText(messages: readonly PlannedTask[]): string {
  const times = messages.map(secondsOf);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return "no message";
  const many = count(times.length, "message");
  const [from, to] = [timeOf(first), timeOf(last)];
  if (from === to) return `${many}, ${times.length === 1 ? "at" : "all at"} ${from}`;
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const gap = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const rounded = gap < 120 ? gap : Math.round(gap / 60) * 60;
  return `${many}, ${from} to ${to}${gap > 0 && times.length > 2 ? `, about one each ${duration(rounded)}` : ""}`;
}

/** The minutes of the day at which something is sent, with how many messages. */
export function byMinute(messages: readonly PlannedTask[]): ReadonlyMap<number, number> {
  const many = new Map<number, number>();
  for (const message of messages) {
    const minute = minutes(clockOf(message));
    many.set(minute, (many.get(minute) ?? 0) + 1);
  }
  return many;
}

/** The local time of day as `HH:MM:SS`. */
export function clockOf({ local_time }: PlannedTask): string {
  return local_time.slice(11, 19);
}

function secondsOf(message: PlannedTask): number {
  const clock = clockOf(message);
  return minutes(clock) * 60 + Number(clock.slice(6));
}

function timeOf(seconds: number): string {
  return clockText(Math.floor(seconds / 60));
}

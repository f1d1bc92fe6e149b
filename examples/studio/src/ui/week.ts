/** The open hours of a week, in words and on a day. */

import type { Interval, Schedule } from "campaignkit";

export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const DAY: Interval[] = [{ start: "09:00", end: "17:00" }];

/** The hours of a new mailbox. */
export const WORKING_WEEK: Schedule = {
  time_zone: null,
  monday: DAY,
  tuesday: DAY,
  wednesday: DAY,
  thursday: DAY,
  friday: DAY,
  saturday: [],
  sunday: [],
};

/** Such as `Mon–Fri 09:00–17:00, Sat 10:00–12:00 and 14:00–16:00 (Asia/Tokyo)`. */
export function weekText(schedule: Schedule): string {
  const groups: { first: string; last: string; hours: string }[] = [];
  for (const day of WEEKDAYS) {
    const name = `${day.charAt(0).toUpperCase()}${day.slice(1, 3)}`;
    const hours = schedule[day].map(({ start, end }) => `${start}–${end}`).join(" and ");
    const before = groups.at(-1);
    if (before?.hours === hours) before.last = name;
    else groups.push({ first: name, last: name, hours });
  }
  const text = groups
    .filter(({ hours }) => hours !== "")
    .map(({ first, last, hours }) => `${first === last ? first : `${first}–${last}`} ${hours}`)
    .join(", ");
  return schedule.time_zone ? `${text} (${schedule.time_zone})` : text;
}

/** A part of a day, in minutes after midnight. */
export type Span = readonly [from: number, to: number];

export const DAY_MINUTES = 1440;

/** When hours are open on a day given as `YYYY-MM-DD`, told by a clock that is ahead of theirs by `ahead` minutes. */
export function openOn(schedule: Schedule, date: string, ahead = 0): Span[] {
  // What began on another day may reach into this one, by the time zone or over midnight.
  const spans = [-2, -1, 0, 1, 2].flatMap((days) =>
    schedule[weekday(dayAfter(date, days))].map(({ start, end }): Span => {
      const from = minutes(start) + days * DAY_MINUTES + ahead;
      const length = minutes(end) - minutes(start);
      return [from, from + (length > 0 ? length : length + DAY_MINUTES)];
    }),
  );
  return joined(meeting(spans, [[0, DAY_MINUTES]]));
}

/** Where spans of both are. */
export function meeting(some: readonly Span[], others: readonly Span[]): Span[] {
  return some
    .flatMap(([from, to]) => others.map((other): Span => [Math.max(from, other[0]), Math.min(to, other[1])]))
    .filter(([from, to]) => from < to);
}

function joined(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const before = whole.at(-1);
    if (before && from <= before[1]) whole.splice(-1, 1, [before[0], Math.max(before[1], to)]);
    else whole.push([from, to]);
  }
  return whole;
}

export function spansText(spans: readonly Span[]): string {
  if (spans.length === 0) return "closed";
  if (spans.some(([from, to]) => to - from === DAY_MINUTES)) return "open all day";
  return `open ${spans.map(([from, to]) => `${clockText(from)}–${clockText(to)}`).join(" and ")}`;
}

/** Minutes after midnight as `HH:MM`. */
export function clockText(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** `HH:MM` as minutes after midnight; what is after them does not count. */
export function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

export function dayAfter(date: string, days = 1): string {
  return new Date(Date.parse(date) + days * DAY_MINUTES * 60_000).toISOString().slice(0, 10);
}

function weekday(date: string): (typeof WEEKDAYS)[number] {
  return WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7] ?? "monday";
}

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

/** The statuses of people in a campaign: what they are called, and how far who has them has come. */

import type { ProspectStatus, Stats } from "campaignkit";

/** The stages, in the order in which they are shown; in a final one nothing more is sent. */
export const STAGES = {
  replied: { label: "Replied", isFinal: true },
  done: { label: "Completed", isFinal: true },
  "under-way": { label: "Under way", isFinal: false },
  lost: { label: "Not reached", isFinal: true },
  pending: { label: "Pending", isFinal: false },
} as const;

export type Stage = keyof typeof STAGES;

const STATUSES: Record<ProspectStatus, { label: string; stage: Stage }> = {
  pending: { label: "Pending", stage: "pending" },
  sent: { label: "Sent", stage: "under-way" },
  connection_sent: { label: "Invited", stage: "under-way" },
  connected: { label: "Connected", stage: "under-way" },
  message_sent: { label: "Messaged", stage: "under-way" },
  replied: { label: "Replied", stage: "replied" },
  bounced: { label: "Bounced", stage: "lost" },
  completed: { label: "Completed", stage: "done" },
  timed_out: { label: "Timed out", stage: "lost" },
  cancelled: { label: "Cancelled", stage: "lost" },
  skipped: { label: "Skipped", stage: "lost" },
};

export const PROSPECT_STATUSES = Object.keys(STATUSES) as ProspectStatus[];

export function statusLabel(status: ProspectStatus): string {
  return STATUSES[status].label;
}

export function isFinal(status: ProspectStatus): boolean {
  return STAGES[STATUSES[status].stage].isFinal;
}

/** How many people are in a stage. */
export function countInStage(stats: Stats, stage: Stage): number {
  return countWhere(stats, (status) => STATUSES[status].stage === stage);
}

/** How many people are in a final status. */
export function countFinal(stats: Stats): number {
  return countWhere(stats, isFinal);
}

function countWhere(stats: Stats, holds: (status: ProspectStatus) => boolean): number {
  return PROSPECT_STATUSES.filter(holds).reduce((sum, status) => sum + stats[status], 0);
}

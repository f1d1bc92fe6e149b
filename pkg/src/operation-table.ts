// Generated from `src/operations.rs` by `cargo xtask types`; do not edit.

import type { Topic } from "./types.js";

/** Operations that take long with much data; `…Paced` is the form that pauses. */
export const LONG = [
  "deleteCampaign",
  "cloneCampaign",
  "reviseNode",
  "findProspects",
  "deleteList",
  "importList",
  "importCsv",
  "importCsvIntoList",
  "addSuppressions",
  "importSuppressions",
  "launch",
  "retryProspects",
  "handOver",
  "resume",
  "plan",
  "forecast",
  "explain",
  "resolveMessages",
  "report",
  "forgetMessages",
  "exportPerson",
  "erasePerson",
] as const;

/** Operations of which the code is loaded with the first call. */
export const ON_DEMAND = [
  "cloneCampaign",
  "reviseNode",
  "exportProspects",
  "importList",
  "previewCsv",
  "importCsv",
  "importCsvIntoList",
  "importSuppressions",
  "retryProspects",
  "handOver",
  "report",
  "compareVariants",
  "exportPerson",
  "erasePerson",
] as const;

/** Operations that may be called again when nobody knows whether they were done, as those of `READS` may: they change nothing, or make the same change only once. */
export const REPEATABLE = [
  "findUser",
  "listUsers",
  "unsubscribeByToken",
  "opened",
  "info",
  "compact",
  "createCampaign",
  "hold",
  "release",
  "pauseProspect",
  "resumeProspect",
  "complete",
  "completeTasks",
  "extendLease",
  "releaseTask",
  "recordEvent",
  "unsubscribe",
  "forgetMessages",
  "erasePerson",
] as const;

/** Those of them that make the same change only once if their request, the first argument after the user, has an id. */
export const CREATES = [
  "createCampaign",
] as const;

/** Operations that only read the objects of a user, with the topics whose changes may change their results. */
export const READS = {
  getUser: ["user"],
  getAccount: ["accounts"],
  listAccounts: ["accounts"],
  getCampaign: ["campaigns"],
  campaignByName: ["campaigns"],
  listCampaigns: ["campaigns"],
  getProspect: ["prospects"],
  listProspects: ["prospects"],
  findProspects: ["campaigns", "prospects", "tasks"],
  exportProspects: ["prospects"],
  getList: ["lists"],
  listLists: ["lists"],
  listLeads: ["lists"],
  previewCsv: [],
  listSuppressions: ["suppressions"],
  previewMessages: ["accounts", "campaigns", "prospects", "messages"],
  validate: ["accounts", "campaigns", "prospects", "messages", "suppressions", "user"],
  nextDue: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user"],
  plan: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user"],
  forecast: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user"],
  explain: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user"],
  messageRequests: ["accounts", "campaigns", "prospects", "messages"],
  listEvents: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user", "lists", "holds"],
  getTask: ["accounts", "prospects", "tasks"],
  listTasks: ["tasks"],
  report: ["prospects", "tasks", "user"],
  compareVariants: ["campaigns", "prospects", "tasks"],
  exportPerson: ["accounts", "campaigns", "prospects", "tasks", "messages", "suppressions", "user", "lists", "holds"],
} as const satisfies Record<string, Topic[]>;

/** Those of `READS` for which changes of other campaigns than their first argument names do not count. */
export const OF_CAMPAIGN = [
  "getCampaign",
  "listProspects",
  "exportProspects",
  "messageRequests",
  "listTasks",
  "compareVariants",
] as const;

// Generated from `src/operations.rs` by `cargo xtask types`; do not edit.

/** Operations that take long with much data; `…Paced` is the form that pauses. */
export const LONG = [
  "deleteCampaign",
  "deleteList",
  "importList",
  "importCsv",
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
] as const;

/** Operations that may be called again when nobody knows whether they were done: they change nothing, or make the same change only once. */
export const REPEATABLE = [
  "getUser",
  "listUsers",
  "info",
  "getAccount",
  "listAccounts",
  "createCampaign",
  "getCampaign",
  "listCampaigns",
  "getProspect",
  "listProspects",
  "exportProspects",
  "getList",
  "listLists",
  "listLeads",
  "previewCsv",
  "listSuppressions",
  "previewMessages",
  "validate",
  "hold",
  "release",
  "nextDue",
  "complete",
  "completeTasks",
  "extendLease",
  "releaseTask",
  "recordEvent",
  "unsubscribe",
  "plan",
  "forecast",
  "explain",
  "messageRequests",
  "listEvents",
  "getTask",
  "listTasks",
] as const;

/** Those of them that make the same change only once if their request, the first argument after the user, has an id. */
export const CREATES = [
  "createCampaign",
] as const;

/** The operations: which of them are long, and which may be repeated. */

/** The engine's operations, by their names. @internal */
export type Operation = Exclude<
  keyof import("./wasm/campaignkit.js").Engine,
  "storage" | "close" | "free" | "commits" | `${string}Paced` | symbol
>;

/** Every call that a worker takes. @internal */
export type EngineCall = Operation | "close" | "recover" | "replace";

/** Long operations, and the forms of them that pause. @internal */
export const PACED = {
  importCsv: "importCsvPaced",
  importList: "importListPaced",
  addSuppressions: "addSuppressionsPaced",
  importSuppressions: "importSuppressionsPaced",
  launch: "launchPaced",
  resume: "resumePaced",
  retryProspects: "retryProspectsPaced",
  handOver: "handOverPaced",
  plan: "planPaced",
  forecast: "forecastPaced",
  explain: "explainPaced",
  resolveMessages: "resolveMessagesPaced",
  deleteCampaign: "deleteCampaignPaced",
  deleteList: "deleteListPaced",
} as const;

/** @internal */
export type LongOperation = keyof typeof PACED;

/** @internal */
export function isLong(operation: Operation): operation is LongOperation {
  return Object.hasOwn(PACED, operation);
}

/**
 * The calls that can be repeated without knowing whether they were done: they change nothing, or the same thing only
 * once.
 */
const REPEATABLE: ReadonlySet<EngineCall> = new Set<EngineCall>([
  "createCampaign",
  "complete",
  "extendLease",
  "releaseTask",
  "recordEvent",
  "unsubscribe",
  "hold",
  "release",
  "validate",
  "nextDue",
  "plan",
  "forecast",
  "explain",
  "messageRequests",
  "watch",
  "commitsAfter",
  "info",
]);

/** @internal */
export function mayBeRepeated(operation: EngineCall): boolean {
  return REPEATABLE.has(operation) || /^(get|list|preview|export)/.test(operation);
}

/** Progress and cancellation of a long operation. */
export interface Work {
  /**
   * Called as the work proceeds, with how much is done of how much: lines of a file and, where they suppress, the open
   * prospects of active and paused campaigns; leads of a list, prospects of a campaign and, where it is deleted,
   * messages that were handed out; of suppressions, each address and profile once for every campaign in which it is
   * looked for and, where a domain is among them, the prospects of email campaigns. Where it throws, the operation is
   * rejected with `cancelled`, whose `cause` is what it threw, and nothing was changed. What it returns, a promise too,
   * means nothing.
   */
  onProgress?: (done: number, total: number) => void;
  /** Aborting it rejects the operation with `cancelled`, unless it is done; nothing was changed then. */
  signal?: AbortSignal;
}

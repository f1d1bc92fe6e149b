/** The queries of live data, and their results. */

import { cloned } from "./arguments.js";
import type { Operation } from "./operation.js";
import { invalid, record, unknownFields, wrongType } from "./options.js";
import type {
  AccountPage,
  Campaign,
  CampaignId,
  CampaignPage,
  Issue,
  ListAccounts,
  ListCampaigns,
  ListProspects,
  ListTasks,
  ProspectPage,
  TaskPage,
  User,
} from "./types.js";

/** What can be subscribed to, by its key, with the type of its value. */
interface Queried {
  user: true;
  accounts: ListAccounts;
  campaigns: ListCampaigns;
  campaign: CampaignId;
  prospects: CampaignId;
  tasks: CampaignId;
}

/** The options of a campaign's lists, which a query has beside the id. */
interface Beside {
  prospects: ListProspects;
  tasks: Omit<ListTasks, "campaign_id">;
}

/** What can be subscribed to: exactly one key of these; ids are those of campaigns. */
export type LiveQuery = {
  [Key in keyof Queried]: { readonly [Only in Key]: Queried[Key] } & {
    readonly [Other in Exclude<keyof Queried, Key>]?: never;
  } & (Key extends keyof Beside ? Readonly<Beside[Key]> : unknown);
}[keyof Queried];

/** The result that a subscription to this query gets. */
export type LiveAnswer<Query extends LiveQuery> = Query extends { user: true }
  ? User
  : Query extends { accounts: ListAccounts }
    ? AccountPage
    : Query extends { campaigns: ListCampaigns }
      ? CampaignPage
      : Query extends { campaign: string }
        ? Campaign
        : Query extends { prospects: string }
          ? ProspectPage
          : TaskPage;

/** The operation that each query calls. */
const OPERATIONS: Record<keyof Queried, Operation> = {
  user: "getUser",
  accounts: "listAccounts",
  campaigns: "listCampaigns",
  campaign: "getCampaign",
  prospects: "listProspects",
  tasks: "listTasks",
};
const WORDS = Object.keys(OPERATIONS) as (keyof Queried)[];

/** Queries of a campaign's lists have the options of the list beside the id. */
const HAS_LIST: (keyof Queried)[] = ["prospects", "tasks"] satisfies (keyof Beside)[];

/**
 * The call that a query stands for: the operation, and its arguments after the user.
 *
 * @throws `invalid_input` with every issue of the query itself; issues of its values are left to the engine.
 * @internal
 */
export function callOf(query: LiveQuery): [operation: Operation, ...args: unknown[]] {
  const given = record(cloned([query])[0]);
  if (!given) throw invalid([wrongType("", "an object")]);
  const [word, ...others] = WORDS.filter((word) => given[word] !== undefined);
  if (word === undefined || others.length > 0) {
    const message = `must have exactly one of: ${WORDS.join(", ")}`;
    throw invalid([{ path: "", code: "one_of", message, allowed: WORDS }]);
  }
  const { [word]: value, ...rest } = given;
  const wrong: Issue[] = word === "user" && value !== true ? [wrongType("user", "true")] : [];
  const issues = HAS_LIST.includes(word) ? wrong : wrong.concat(unknownFields(rest, WORDS));
  if (issues.length > 0) throw invalid(issues);
  return [OPERATIONS[word], ...argumentsOf(word, value, rest)];
}

function argumentsOf(word: keyof Queried, value: unknown, list: Record<string, unknown>): unknown[] {
  if (word === "user") return [];
  if (word === "tasks") return [{ ...list, campaign_id: value }];
  return HAS_LIST.includes(word) ? [value, list] : [value];
}

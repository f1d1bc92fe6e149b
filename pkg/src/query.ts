/** The queries of live data, and their results. */

import type {
  AccountPage,
  Campaign,
  CampaignPage,
  ListAccounts,
  ListCampaigns,
  ListProspects,
  ListTasks,
  ProspectPage,
  TaskPage,
  User,
} from "./types.js";

/** What can be subscribed to; ids are those of campaigns. */
export type LiveQuery =
  | { readonly user: true }
  | { readonly accounts: ListAccounts }
  | { readonly campaigns: ListCampaigns }
  | { readonly campaign: string }
  | ({ readonly prospects: string } & ListProspects)
  | ({ readonly tasks: string } & ListTasks);

/** The result that a subscription to this query gets. */
export type LiveAnswer<Query extends LiveQuery> = Query extends { user: unknown }
  ? User
  : Query extends { accounts: unknown }
    ? AccountPage
    : Query extends { campaigns: unknown }
      ? CampaignPage
      : Query extends { campaign: unknown }
        ? Campaign
        : Query extends { prospects: unknown }
          ? ProspectPage
          : TaskPage;

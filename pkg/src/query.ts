/** What live data is asked for, and what it answers. */

import type {
  Campaign,
  CampaignPage,
  ListCampaigns,
  ListProspects,
  ListTasks,
  ProspectPage,
  TaskPage,
} from "./types.js";

/** What can be subscribed to; ids are those of campaigns. */
export type LiveQuery =
  | { readonly campaigns: ListCampaigns }
  | { readonly campaign: string }
  | ({ readonly prospects: string } & ListProspects)
  | ({ readonly tasks: string } & ListTasks);

/** What a subscription to this query is told. */
export type LiveAnswer<Query extends LiveQuery> = Query extends { campaigns: unknown }
  ? CampaignPage
  : Query extends { campaign: unknown }
    ? Campaign
    : Query extends { prospects: unknown }
      ? ProspectPage
      : TaskPage;

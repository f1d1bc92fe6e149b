/** Campaigns with their sequences, and how they begin and halt. */

import type { Work } from "../operation.js";
import type { Pages } from "../pages.js";
import type {
  Campaign,
  CampaignId,
  CampaignPage,
  CloneCampaign,
  CreateCampaign,
  Created,
  ExpectedRevision,
  InsertNode,
  Launched,
  ListCampaigns,
  MoveNode,
  NodeId,
  Paused,
  Resumed,
  ReviseNode,
  Revised,
  UpdateCampaign,
  UpdateNode,
  Updated,
  Validation,
} from "../types.js";
import { AccountCalls } from "./accounts.js";

/** What a user can do with campaigns. */
export abstract class CampaignCalls extends AccountCalls {
  /**
   * Creates a draft for one channel with its default sequence.
   *
   * Fields of the other channel and unknown fields are ignored and `daily_limit` is clamped to `DAILY_LIMIT`; the
   * `notices` of the result report that. With a client-made `id` (a UUIDv7) a retry is safe: the same request again
   * returns the campaign as it is now and writes nothing.
   *
   * @throws `invalid_input` with every issue at once, unusable senders (`sender_not_found`, `sender_wrong_channel`)
   *   with their index; `name_taken` with a free `suggested_name` and the `campaign_id` that has the name; `id_reused`.
   */
  createCampaign(request: CreateCampaign): Promise<Created> {
    return this.call("createCampaign", request);
  }

  /** The campaign with its sequence. @throws `campaign_not_found`. */
  getCampaign(campaign_id: CampaignId): Promise<Campaign> {
    return this.call("getCampaign", campaign_id);
  }

  /** The campaign of this name. @throws `campaign_not_found`; `invalid_input` for what is no name. */
  campaignByName(name: string): Promise<Campaign> {
    return this.call("campaignByName", name);
  }

  /**
   * One page of campaigns, newest first or in another order. A search, another order and a count look at each campaign of the user.
   *
   * @param query `status` and `type` filter, and `search`, which a name has anywhere; `sort` is `created` where none is
   *   given; with `count`, the page has the `total` of all pages. `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of
   *   the page before, which is `null` on the last page, and continues its order.
   * @throws `invalid_input`.
   */
  listCampaigns(query: ListCampaigns = {}): Pages<CampaignPage, "campaigns"> {
    return this.list("listCampaigns", "campaigns", query);
  }

  /**
   * Changes the given fields of a campaign: `name`, `operating_hours` and `daily_limit` in any status, the others of a
   * draft only. Every change adds one to its `revision`; a request that changes nothing writes nothing.
   *
   * @throws `campaign_not_found`; `invalid_input` with every issue, `type_immutable` for another type among them;
   *   `revision_changed`; `not_draft`; `name_taken` with a free `suggested_name`.
   */
  updateCampaign(campaign_id: CampaignId, request: UpdateCampaign): Promise<Updated> {
    return this.call("updateCampaign", campaign_id, request);
  }

  /**
   * Deletes a campaign with everything in it; its name is free again. Rows of many people are removed in steps once it is
   * done: aborted in between, it resolves sooner.
   *
   * @throws `campaign_not_found`, `campaign_active`.
   */
  deleteCampaign(campaign_id: CampaignId, work?: Work): Promise<void> {
    return this.work(work, "deleteCampaign", campaign_id);
  }

  /**
   * Makes a draft with the settings, the senders and the steps of a campaign, and with `prospects: true` with its people
   * who are not suppressed, as if they were imported. With a client-made `id` (a UUIDv7) a retry is safe.
   *
   * @param request `name` is the first free one of `NAME (2)`, `NAME (3)`, … where none is given.
   * @throws `campaign_not_found`; `no_ready_sender` where all of its senders were removed; `name_taken`; `id_reused`;
   *   `invalid_input`.
   */
  cloneCampaign(campaign_id: string, request: CloneCampaign = {}, work?: Work): Promise<Campaign> {
    return this.work(work, "cloneCampaign", campaign_id, request);
  }

  /**
   * Inserts a node into the sequence of a draft, by default before its end.
   *
   * @throws `campaign_not_found`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  insertNode(campaign_id: CampaignId, request: InsertNode): Promise<Updated> {
    return this.call("insertNode", campaign_id, request);
  }

  /**
   * Changes the given fields of a node of a draft; its `type` is fixed.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  updateNode(campaign_id: CampaignId, node_id: NodeId, request: UpdateNode): Promise<Updated> {
    return this.call("updateNode", campaign_id, node_id, request);
  }

  /**
   * Changes the texts of a node of a launched campaign, for what is not handed out yet. What was handed out keeps its
   * text, and what was written by hand for one prospect is sent as it was written. Messages that could not be written
   * are tried again. With `dry_run` nothing is written: the result says what would change. A request that changes
   * nothing looks at nobody.
   *
   * @throws `campaign_not_found`; `node_not_found`, also for a node that sends nothing; `end_fixed`; `not_launched` for
   *   a draft; `revision_changed`; `invalid_input` with all for which a campaign with these texts could not be launched,
   *   but for values that people lack.
   */
  reviseNode(campaign_id: CampaignId, node_id: NodeId, request: ReviseNode, work?: Work): Promise<Revised> {
    return this.work(work, "reviseNode", campaign_id, node_id, request);
  }

  /**
   * Moves a node of a draft to another place before the end.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  moveNode(campaign_id: CampaignId, node_id: NodeId, request: MoveNode): Promise<Updated> {
    return this.call("moveNode", campaign_id, node_id, request);
  }

  /**
   * Deletes a node of a draft; the end cannot be deleted.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  deleteNode(campaign_id: CampaignId, node_id: NodeId, expected: ExpectedRevision = {}): Promise<Updated> {
    return this.call("deleteNode", campaign_id, node_id, expected);
  }

  /**
   * Checks whether a campaign can be launched, and returns the errors and warnings. Changes nothing.
   *
   * @throws `campaign_not_found`.
   */
  validate(campaign_id: CampaignId): Promise<Validation> {
    return this.call("validate", campaign_id);
  }

  /**
   * Launches a draft. Prospects that are suppressed, or belong to another active LinkedIn campaign where the campaign
   * skips such people, are skipped. Where nobody is left, or nobody was there, the campaign is completed at once,
   * unless it stays open for others; this is no error.
   *
   * @throws `campaign_not_found`; `invalid_input`; `revision_changed`; `not_draft`; `not_ready` with the errors of
   *   {@link Session.validate} as its `issues`.
   */
  launch(campaign_id: CampaignId, expected: ExpectedRevision = {}, work?: Work): Promise<Launched> {
    return this.work(work, "launch", campaign_id, expected);
  }

  /**
   * Pauses an active campaign; one that is paused already stays so.
   *
   * @throws `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
   */
  pause(campaign_id: CampaignId): Promise<Paused> {
    return this.call("pause", campaign_id);
  }

  /**
   * Resumes a paused campaign; one that is active already stays so. Overlap and suppressions are checked again, as at
   * launch. Where nobody is left to contact, the campaign is completed.
   *
   * @throws `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
   */
  resume(campaign_id: CampaignId, work?: Work): Promise<Resumed> {
    return this.work(work, "resume", campaign_id);
  }
}

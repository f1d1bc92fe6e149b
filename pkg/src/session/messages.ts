/** Messages for single people. */

import type { Work } from "../operation.js";
import type { Pages } from "../pages.js";
import type {
  CampaignId,
  EditMessage,
  ListPage,
  MessagePreviews,
  MessageRequestPage,
  NodeId,
  PreviewMessages,
  ProspectId,
  ResolveMessages,
  Resolved,
  SubmitMessages,
  Submitted,
} from "../types.js";
import { PeopleCalls } from "./people.js";

/** What a user can do with messages. */
export abstract class MessageCalls extends PeopleCalls {
  /**
   * Renders every message of a prospect's campaign for this prospect, from one of its senders; at most 1 MiB of text
   * but at least one message: where there are more, `next_cursor` is the `cursor` of the next call.
   *
   * @throws `prospect_not_found`; `invalid_input` with `sender_not_found` for an account that the campaign does not
   *   send from, and for a malformed cursor.
   */
  previewMessages(prospect_id: ProspectId, request: PreviewMessages = {}): Promise<MessagePreviews> {
    return this.call("previewMessages", prospect_id, request);
  }

  /**
   * Writes the messages of a campaign that are still to be sent, one for each prospect and node: the template with the
   * values of the prospect filled in. Those that were edited or generated stay. Nothing else changes: prospects without
   * a draft are sent the template as before.
   *
   * @throws `campaign_not_found`; `prospect_not_found` for one that is not of the campaign; `invalid_input`.
   */
  resolveMessages(campaign_id: CampaignId, request: ResolveMessages = {}, work?: Work): Promise<Resolved> {
    return this.work(work, "resolveMessages", campaign_id, request);
  }

  /**
   * Writes a message for one prospect by hand. It is sent as it is, even if the template changes afterwards.
   *
   * @throws `prospect_not_found`; `node_not_found` for a node that sends nothing, too; `message_sent` if it was sent,
   *   or never will be; `invalid_input`: `empty_subject`, `empty_body`, `unknown_variable`, `unresolved_variable`,
   *   `note_too_long`, `subject_too_long`, `body_too_long`.
   */
  editMessage(prospect_id: ProspectId, node_id: NodeId, texts: EditMessage): Promise<void> {
    return this.call("editMessage", prospect_id, node_id, texts);
  }

  /**
   * Deletes the text that was written for one prospect: the template is sent again.
   *
   * @throws `prospect_not_found`; `node_not_found`.
   */
  resetMessage(prospect_id: ProspectId, node_id: NodeId): Promise<void> {
    return this.call("resetMessage", prospect_id, node_id);
  }

  /**
   * Lists what a language model of the host can write: the messages that are still to be sent and were neither edited
   * nor generated from their present input.
   *
   * @param query A page has the messages of at most `limit` prospects; `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`; `invalid_input`.
   */
  messageRequests(campaign_id: CampaignId, query: ListPage = {}): Pages<MessageRequestPage, "requests"> {
    return this.list("messageRequests", "requests", query, campaign_id);
  }

  /**
   * Stores messages that a language model of the host wrote. Each message is stored, or refused with a reason in its
   * outcome: `stale_input` if the template or the prospect changed since it was asked for.
   *
   * @throws `campaign_not_found`; `invalid_input` if the request is malformed; nothing is stored then.
   */
  submitMessages(campaign_id: CampaignId, request: SubmitMessages): Promise<Submitted> {
    return this.call("submitMessages", campaign_id, request);
  }
}

/** The operations of one user, over any connection. */

import type { Connection } from "./connection.js";
import type { Operation, Work } from "./operation.js";
import type { Live } from "./live.js";
import { callable, parseWork } from "./options.js";
import type { LiveAnswer, LiveQuery } from "./query.js";
import type { CampaignKitError } from "./error.js";
import { type ByteStream, textStream } from "./stream.js";
import type {
  Account,
  AccountPage,
  AddAccount,
  AddLeads,
  AddProspects,
  AddSuppressions,
  AddedLeads,
  AddedSuppressions,
  Campaign,
  CampaignPage,
  ClaimDue,
  Claimed,
  Commit,
  Completion,
  CreateCampaign,
  CreateList,
  Created,
  CsvPreview,
  EditMessage,
  EventPage,
  EventReported,
  ExpectedRevision,
  Explained,
  ExportProspects,
  ExportedProspects,
  Extended,
  Forecast,
  HandOver,
  HandedOver,
  Held,
  Hold,
  ImportCsv,
  ImportList,
  ImportReport,
  ImportSuppressions,
  ImportedSuppressions,
  InsertNode,
  Launched,
  LeadPage,
  List,
  ListAccounts,
  ListCampaigns,
  ListPage,
  ListProspects,
  ListSuppressions,
  ListTasks,
  MessagePreviews,
  MessageRequestPage,
  MoveNode,
  NextDue,
  Paused,
  PersonRef,
  Plan,
  PlanQuery,
  PreviewMessages,
  Prospect,
  ProspectPage,
  Reading,
  RecordEvent,
  Reported,
  ResolveMessages,
  Resolved,
  Resumed,
  Retried,
  RetryProspects,
  SavedListPage,
  SubmitMessages,
  Submitted,
  SuppressionPage,
  TaskPage,
  Unsubscribed,
  UpdateAccount,
  UpdateCampaign,
  UpdateNode,
  UpdateProspect,
  Updated,
  Validation,
} from "./types.js";

/** Progress and cancellation of {@link Session.importList}, and whether it reopens a completed campaign. */
export interface ImportListOptions extends Work {
  /** Whether a completed campaign is reopened for the leads; by default not. */
  reopen?: boolean | null;
}

/**
 * A database acting for one user; made by {@link Kit.as}.
 *
 * The id of another user's object gives the same error as an id that does not exist. Where the user itself does not
 * exist, every operation rejects with `user_not_found`.
 */
export class Session {
  readonly #connection: Connection;
  readonly #live: Live;
  readonly #user_id: string;

  /** @internal */
  constructor(connection: Connection, live: Live, user_id: string) {
    this.#connection = connection;
    this.#live = live;
    this.#user_id = user_id;
  }

  /** Whether both act for the same user of the same open database. @internal */
  isSame(other: Session): boolean {
    return this.#live === other.#live && this.#user_id === other.#user_id;
  }

  /**
   * Calls back with the result of a query: first as it is now, with `null` for the commit, then after transactions of
   * any tab that may have changed it: once for each, or once for all that were committed while a result was on its way.
   * The last result is always that after the last transaction. Changes of other lists, campaigns or users cause no
   * call. The returned function ends it.
   *
   * @param query `{ user: true }`, `{ accounts: ListAccounts }`, `{ campaigns: ListCampaigns }`, `{ campaign: id }`, or
   *   the prospects or tasks of a campaign, `{ prospects: id, status, limit, cursor }` and `{ tasks: id, … }`.
   * @param callback Gets the result, as of the transaction or a later one, and the commit: of several the last one;
   *   {@link Session.onCommit} reports each.
   * @param failed Gets the error if there is no result: `campaign_not_found` once the campaign was deleted;
   *   `invalid_input` for a query that is none.
   * @throws `invalid_input` for a callback that is no function; what a callback throws is uncaught, and stops nothing.
   */
  subscribe<Query extends LiveQuery>(
    query: Query,
    callback: (answer: LiveAnswer<Query>, commit: Commit | null) => void,
    failed: (error: CampaignKitError) => void = () => {},
  ): () => void {
    callable("callback", callback);
    callable("failed", failed);
    return this.#live.subscribe(this.#user_id, query, callback, failed);
  }

  /** Calls back after every transaction of any tab that changed objects of the user; the returned function ends it. */
  onCommit(callback: (commit: Commit) => void): () => void {
    callable("callback", callback);
    return this.#live.listen(this.#user_id, callback);
  }

  /**
   * Adds a mailbox (30 messages a day) or a LinkedIn profile (and 80 invitations, 100 messages a week); it is
   * `connected`.
   *
   * @throws `invalid_input`; `account_exists`, where the user has one of this type and identity.
   */
  addAccount(request: AddAccount): Promise<Account> {
    return this.#call("addAccount", request);
  }

  /** The account as it is now. @throws `account_not_found`. */
  getAccount(account_id: string): Promise<Account> {
    return this.#call("getAccount", account_id);
  }

  /** Changes the given fields: profile, `status` and limits. @throws `invalid_input`, `account_not_found`. */
  updateAccount(account_id: string, request: UpdateAccount): Promise<Account> {
    return this.#call("updateAccount", account_id, request);
  }

  /**
   * One page of accounts.
   *
   * @param query `type` filters; `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of the page
   *   before, which is `null` on the last page.
   * @throws `invalid_input`.
   */
  listAccounts(query: ListAccounts = {}): Promise<AccountPage> {
    return this.#call("listAccounts", query);
  }

  /**
   * Removes an account.
   *
   * @throws `account_not_found`; `account_in_use`, while a campaign that is not completed uses it.
   */
  removeAccount(account_id: string): Promise<void> {
    return this.#call("removeAccount", account_id);
  }

  /**
   * Creates a draft for one channel with its default sequence.
   *
   * Fields of the other channel and unknown fields are ignored and `daily_limit` is clamped to `DAILY_LIMIT`; the
   * `notices` of the result report that. With a client-made `id` (a UUIDv7) a retry is safe: the same request again
   * returns the campaign as it is now and writes nothing.
   *
   * @throws `invalid_input` with every issue at once, unusable senders (`sender_not_found`, `sender_wrong_channel`)
   *   with their index; `name_taken` with a free `suggested_name`; `id_reused`.
   */
  createCampaign(request: CreateCampaign): Promise<Created> {
    return this.#call("createCampaign", request);
  }

  /** The campaign with its sequence. @throws `campaign_not_found`. */
  getCampaign(campaign_id: string): Promise<Campaign> {
    return this.#call("getCampaign", campaign_id);
  }

  /**
   * One page of campaigns, newest first.
   *
   * @param query `status` and `type` filter; `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of
   *   the page before, which is `null` on the last page.
   * @throws `invalid_input`.
   */
  listCampaigns(query: ListCampaigns = {}): Promise<CampaignPage> {
    return this.#call("listCampaigns", query);
  }

  /**
   * Changes the given fields of a campaign: `name`, `operating_hours` and `daily_limit` in any status, the others of a
   * draft only. Every change adds one to its `revision`; a request that changes nothing writes nothing.
   *
   * @throws `campaign_not_found`; `invalid_input` with every issue, `type_immutable` for another type among them;
   *   `revision_changed`; `not_draft`; `name_taken` with a free `suggested_name`.
   */
  updateCampaign(campaign_id: string, request: UpdateCampaign): Promise<Updated> {
    return this.#call("updateCampaign", campaign_id, request);
  }

  /**
   * Deletes a campaign with everything in it; its name is free again.
   *
   * @throws `campaign_not_found`, `campaign_active`.
   */
  deleteCampaign(campaign_id: string, work?: Work): Promise<void> {
    return this.#work(work, "deleteCampaign", campaign_id);
  }

  /**
   * Inserts a node into the sequence of a draft, by default before its end.
   *
   * @throws `campaign_not_found`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  insertNode(campaign_id: string, request: InsertNode): Promise<Updated> {
    return this.#call("insertNode", campaign_id, request);
  }

  /**
   * Changes the given fields of a node of a draft; its `type` is fixed.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  updateNode(campaign_id: string, node_id: string, request: UpdateNode): Promise<Updated> {
    return this.#call("updateNode", campaign_id, node_id, request);
  }

  /**
   * Moves a node of a draft to another place before the end.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  moveNode(campaign_id: string, node_id: string, request: MoveNode): Promise<Updated> {
    return this.#call("moveNode", campaign_id, node_id, request);
  }

  /**
   * Deletes a node of a draft; the end cannot be deleted.
   *
   * @throws `campaign_not_found`, `node_not_found`, `end_fixed`, `invalid_input`, `revision_changed`, `not_draft`.
   */
  deleteNode(campaign_id: string, node_id: string, expected: ExpectedRevision = {}): Promise<Updated> {
    return this.#call("deleteNode", campaign_id, node_id, expected);
  }

  /**
   * Adds 1–1,000 people to a campaign, all of them or nobody. The report lists those whom the campaign has already and
   * those who are suppressed; they are no error. A completed campaign takes nobody unless the request says `reopen`: it
   * is then active again if there is someone to contact.
   *
   * @throws `campaign_not_found`; `campaign_completed`; `no_ready_sender` where a campaign that is to be opened again
   *   has lost all of its senders; `invalid_input` with everything that is wrong, by index: a missing or malformed
   *   address, and where the campaign was launched, what its messages need (`unresolved_variable`, `note_too_long`,
   *   `subject_too_long`, `body_too_long`).
   */
  addProspects(campaign_id: string, request: AddProspects): Promise<ImportReport> {
    return this.#call("addProspects", campaign_id, request);
  }

  /** The prospect as it is now. @throws `prospect_not_found`. */
  getProspect(prospect_id: string): Promise<Prospect> {
    return this.#call("getProspect", prospect_id);
  }

  /**
   * One page of the prospects of a campaign, in the order in which they were added.
   *
   * @param query `status` filters; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`, `invalid_input`.
   */
  listProspects(campaign_id: string, query: ListProspects = {}): Promise<ProspectPage> {
    return this.#call("listProspects", campaign_id, query);
  }

  /**
   * The people of a campaign as a CSV file, which {@link Session.previewCsv} knows again: their fields, how far each
   * has come, and custom fields as `custom_fields.KEY`. What spreadsheets take for a formula has an apostrophe before
   * it, which an import takes off. The stream reads as it is consumed and blocks no other call: rows are as they are
   * then, without people who are added meanwhile.
   *
   * @param query `status` filters.
   * @throws `campaign_not_found`; `invalid_input`, at `custom_fields` (`too_many`) for more than 16,365 different ones.
   */
  async exportProspects(campaign_id: string, query: Omit<ExportProspects, "cursor"> = {}): Promise<ByteStream> {
    const part = (query: unknown): Promise<ExportedProspects> => this.#call("exportProspects", campaign_id, query);
    return textStream(await part(query), (cursor) => part({ ...query, cursor }));
  }

  /**
   * Changes the given fields of a prospect. The address on the campaign's channel is fixed.
   *
   * @throws `invalid_input`: `immutable` for another address; where the campaign was launched, `unresolved_variable`
   *   for a field that its messages need, and `note_too_long`, `subject_too_long` and `body_too_long`;
   *   `prospect_not_found`.
   */
  updateProspect(prospect_id: string, request: UpdateProspect): Promise<Prospect> {
    return this.#call("updateProspect", prospect_id, request);
  }

  /**
   * Removes a prospect from its campaign. An active campaign in which nobody is left to contact is then completed.
   *
   * @throws `prospect_not_found`.
   */
  removeProspect(prospect_id: string): Promise<void> {
    return this.#call("removeProspect", prospect_id);
  }

  /**
   * Creates an empty list.
   *
   * @throws `invalid_input`; `name_taken` with a free `suggested_name`, where the user has a list of this name.
   */
  createList(request: CreateList): Promise<List> {
    return this.#call("createList", request);
  }

  /** The list; its leads are read by {@link Session.listLeads}. @throws `list_not_found`. */
  getList(list_id: string): Promise<List> {
    return this.#call("getList", list_id);
  }

  /**
   * One page of the user's saved lists, newest first.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`.
   */
  listLists(query: ListPage = {}): Promise<SavedListPage> {
    return this.#call("listLists", query);
  }

  /**
   * Deletes a list with its leads; its name is free again. Prospects that were imported from it stay.
   *
   * @throws `list_not_found`.
   */
  deleteList(list_id: string, work?: Work): Promise<void> {
    return this.#work(work, "deleteList", list_id);
  }

  /**
   * Adds 1–1,000 leads to a list, all of them or none. One whose email address or LinkedIn profile another lead of the
   * list has is a duplicate: it is not added, and the other stays as it is.
   *
   * @throws `list_not_found`; `invalid_input` with every issue, `required` at `leads[i].email` for one without address.
   */
  addLeads(list_id: string, request: AddLeads): Promise<AddedLeads> {
    return this.#call("addLeads", list_id, request);
  }

  /**
   * One page of the leads of a list, in the order in which they were added.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`, `list_not_found`.
   */
  listLeads(list_id: string, query: ListPage = {}): Promise<LeadPage> {
    return this.#call("listLeads", list_id, query);
  }

  /** Removes a lead from its list. Prospects that were imported from it stay. @throws `lead_not_found`. */
  removeLead(lead_id: string): Promise<void> {
    return this.#call("removeLead", lead_id);
  }

  /**
   * Imports the leads of a saved list into a campaign, in one transaction. A lead without the address of the campaign's
   * channel is `invalid` in the report, and no error.
   *
   * @param options Progress and cancellation, and `reopen` as in {@link Session.addProspects}.
   * @throws `campaign_not_found`, `list_not_found`; `campaign_completed` and `no_ready_sender` as
   *   {@link Session.addProspects}.
   */
  async importList(campaign_id: string, list_id: string, options?: ImportListOptions): Promise<ImportReport> {
    const request: ImportList = { list_id, reopen: options?.reopen ?? null };
    return this.#work(options, "importList", campaign_id, request);
  }

  /**
   * Looks at a CSV file and suggests what its columns hold. Writes nothing.
   *
   * @param bytes The file: the `File` that someone chose, which is not read in this thread, or its bytes, which stay
   *   the caller's; in any encoding, with any line ends, and with `,`, `;`, TAB or `|` between cells, or a single
   *   column; with or without a header, and titles above it.
   * @param reading How to read it, where a guess is wrong; the import needs the same.
   * @throws `invalid_input` at `encoding`: `unknown_value`; at `delimiter` and `header_line`; at `bytes`: `empty`,
   *   `malformed_encoding` or `unterminated_quote` with the line, `not_a_csv_file`, `control_character` for no text,
   *   `too_large` for more than 256 MiB, `cell_too_large` for 1 MiB in a header's cell, `too_many` for 16,384 cells or
   *   1,000,000 rows; `storage_unavailable`, where a `File` cannot be read.
   */
  previewCsv(bytes: Uint8Array | ArrayBuffer | Blob, reading?: Reading): Promise<CsvPreview> {
    return this.#call("previewCsv", bytes, reading);
  }

  /**
   * Takes the rows of a CSV file into a campaign, in one transaction. A row that cannot be taken is told in the report
   * with its line, as `invalid`, and the others are taken all the same.
   *
   * @param bytes The file as it was previewed.
   * @param request `content_hash` and, as suggested or changed, `mapping` of the preview, and its `reading`.
   * @throws As {@link Session.previewCsv}; `content_changed` for other bytes or another reading; `campaign_not_found`;
   *   `campaign_completed` and `no_ready_sender` as {@link Session.addProspects}; `invalid_input` at `mapping` where it
   *   misfits the file (`too_many`), has one twice (`duplicate`) or lacks the address (`required`, `field`, `columns`).
   */
  importCsv(
    campaign_id: string,
    bytes: Uint8Array | ArrayBuffer | Blob,
    request: ImportCsv,
    work?: Work,
  ): Promise<ImportReport> {
    return this.#work(work, "importCsv", campaign_id, bytes, request);
  }

  /**
   * Adds 1–1,000 suppressions, all of them or none. One that is there already is a duplicate and stays as it is.
   *
   * Whom they cover in active and paused campaigns is not contacted any more: people become `skipped`, or `cancelled`
   * where something was sent to them. An active campaign in which nobody is left to contact is then completed.
   *
   * @throws `invalid_input` with every issue of every suppression.
   */
  addSuppressions(request: AddSuppressions, work?: Work): Promise<AddedSuppressions> {
    return this.#work(work, "addSuppressions", request);
  }

  /**
   * Takes the suppressions of a CSV file of up to 1,000,000 rows, in one transaction. A row that cannot be taken is
   * told in the report with its line, and the others are taken all the same. Whom they cover is not contacted any more,
   * as with {@link Session.addSuppressions}.
   *
   * @param bytes The file, as for {@link Session.previewCsv}.
   * @param request Which column to read, and why those in it must not be contacted.
   * @throws As {@link Session.previewCsv}; `content_changed` for other bytes than previewed; `invalid_input` at
   *   `column` or `reason_column` where the file has no such one (`out_of_range`), and at `column` where none is given
   *   and none has addresses, domains or profiles in its first 200 rows (`required`).
   */
  importSuppressions(
    bytes: Uint8Array | ArrayBuffer | Blob,
    request: ImportSuppressions = {},
    work?: Work,
  ): Promise<ImportedSuppressions> {
    return this.#work(work, "importSuppressions", bytes, request);
  }

  /**
   * One page of the user's suppressions, newest first.
   *
   * @param query `type` filters; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`.
   */
  listSuppressions(query: ListSuppressions = {}): Promise<SuppressionPage> {
    return this.#call("listSuppressions", query);
  }

  /** Removes a suppression. @throws `suppression_not_found`. */
  removeSuppression(suppression_id: string): Promise<void> {
    return this.#call("removeSuppression", suppression_id);
  }

  /**
   * Renders every message of a prospect's campaign for this prospect, from one of its senders; at most 1 MiB of text
   * but at least one message: where there are more, `next_cursor` is the `cursor` of the next call.
   *
   * @throws `prospect_not_found`; `invalid_input` with `sender_not_found` for an account that the campaign does not
   *   send from, and for a malformed cursor.
   */
  previewMessages(prospect_id: string, request: PreviewMessages = {}): Promise<MessagePreviews> {
    return this.#call("previewMessages", prospect_id, request);
  }

  /**
   * Writes the messages of a campaign that are still to be sent, one for each prospect and node: the template with the
   * values of the prospect filled in. Those that were edited or generated stay. Nothing else changes: prospects without
   * a draft are sent the template as before.
   *
   * @throws `campaign_not_found`; `prospect_not_found` for one that is not of the campaign; `invalid_input`.
   */
  resolveMessages(campaign_id: string, request: ResolveMessages = {}, work?: Work): Promise<Resolved> {
    return this.#work(work, "resolveMessages", campaign_id, request);
  }

  /**
   * Writes a message for one prospect by hand. It is sent as it is, even if the template changes afterwards.
   *
   * @throws `prospect_not_found`; `node_not_found` for a node that sends nothing, too; `message_sent` if it was sent,
   *   or never will be; `invalid_input`: `empty_subject`, `empty_body`, `unknown_variable`, `unresolved_variable`,
   *   `note_too_long`, `subject_too_long`, `body_too_long`.
   */
  editMessage(prospect_id: string, node_id: string, texts: EditMessage): Promise<void> {
    return this.#call("editMessage", prospect_id, node_id, texts);
  }

  /**
   * Deletes the text that was written for one prospect: the template is sent again.
   *
   * @throws `prospect_not_found`; `node_not_found`.
   */
  resetMessage(prospect_id: string, node_id: string): Promise<void> {
    return this.#call("resetMessage", prospect_id, node_id);
  }

  /**
   * Lists what a language model of the host can write: the messages that are still to be sent and were neither edited
   * nor generated from their present input.
   *
   * @param query A page has the messages of at most `limit` prospects; `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`; `invalid_input`.
   */
  messageRequests(campaign_id: string, query: ListPage = {}): Promise<MessageRequestPage> {
    return this.#call("messageRequests", campaign_id, query);
  }

  /**
   * Stores messages that a language model of the host wrote. Each message is stored, or refused with a reason in its
   * outcome: `stale_input` if the template or the prospect changed since it was asked for.
   *
   * @throws `campaign_not_found`; `invalid_input` if the request is malformed; nothing is stored then.
   */
  submitMessages(campaign_id: string, request: SubmitMessages): Promise<Submitted> {
    return this.#call("submitMessages", campaign_id, request);
  }

  /**
   * Checks whether a campaign can be launched, and returns the errors and warnings. Changes nothing.
   *
   * @throws `campaign_not_found`.
   */
  validate(campaign_id: string): Promise<Validation> {
    return this.#call("validate", campaign_id);
  }

  /**
   * Launches a draft. Prospects that are suppressed, or belong to another active LinkedIn campaign where the campaign
   * skips such people, are skipped. Where nobody is left, or nobody was there, the campaign is completed at once,
   * unless it stays open for others; this is no error.
   *
   * @throws `campaign_not_found`; `invalid_input`; `revision_changed`; `not_draft`; `not_ready` with the errors of
   *   {@link Session.validate} as its `issues`.
   */
  launch(campaign_id: string, expected: ExpectedRevision = {}, work?: Work): Promise<Launched> {
    return this.#work(work, "launch", campaign_id, expected);
  }

  /**
   * Holds a person: nothing more is sent to them until an instant (`null`: for ever), in one campaign or in all, also
   * in those that are launched, or that the person is added to, later. A person is known by address and by profile:
   * prospects of either channel that have one of them are held. Of two holds the later one counts; a past one changes
   * nothing.
   *
   * Messages that are handed out already stay so, and an invitation that waits for its acceptance goes on waiting.
   * Campaigns stay active as long as someone in them is held.
   *
   * @throws `prospect_not_found`, `campaign_not_found`, `invalid_input`.
   */
  hold(person: PersonRef, terms: Hold): Promise<Held> {
    return this.#call("hold", person, terms);
  }

  /**
   * Ends all holds of a person. What was held back meanwhile is due now.
   *
   * @throws `prospect_not_found`, `invalid_input`.
   */
  release(person: PersonRef): Promise<Held> {
    return this.#call("release", person);
  }

  /**
   * Lets prospects that are `cancelled`, `timed_out`, `skipped` or `bounced` continue after the last message that was
   * sent to them, at once if the next one is due. The wait for the acceptance of an invitation starts again; a message
   * that bounced is sent again. A completed campaign is active again, if somebody continues. Prospects that were sent
   * everything, or have another status, stay as they are.
   *
   * @throws `campaign_not_found`; `not_launched`; `prospect_not_found` for one of another campaign; `no_ready_sender`
   *   where a completed campaign has lost all of its senders; `invalid_input`.
   */
  retryProspects(campaign_id: string, whom: RetryProspects, work?: Work): Promise<Retried> {
    return this.#work(work, "retryProspects", campaign_id, whom);
  }

  /**
   * Hands the people of one sender of a launched campaign that are not final over to another account of the user, which
   * becomes a sender of the campaign, or evenly to all of its connected senders. People with a message handed out at
   * present stay.
   *
   * By email, messages go on in their thread. Someone who was invited on LinkedIn is invited again by the new sender,
   * and then goes on where they stood. Their messages have other idempotency keys than those of the old sender.
   *
   * @throws `campaign_not_found`; `not_launched`; `campaign_completed`; `no_ready_sender` where nobody is named and no
   *   other sender is connected; `invalid_input` with `sender_not_found` and `sender_wrong_channel`.
   */
  handOver(campaign_id: string, senders: HandOver, work?: Work): Promise<HandedOver> {
    return this.#work(work, "handOver", campaign_id, senders);
  }

  /**
   * Pauses an active campaign; one that is paused already stays so.
   *
   * @throws `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
   */
  pause(campaign_id: string): Promise<Paused> {
    return this.#call("pause", campaign_id);
  }

  /**
   * Resumes a paused campaign; one that is active already stays so. Overlap and suppressions are checked again, as at
   * launch. Where nobody is left to contact, the campaign is completed.
   *
   * @throws `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
   */
  resume(campaign_id: string, work?: Work): Promise<Resumed> {
    return this.#work(work, "resume", campaign_id);
  }

  /**
   * Hands out messages that are due and leases them: until the lease ends, or the task is {@link Session.complete}d,
   * nobody else gets the same message. Follow-ups go before first messages, in the order in which they became due;
   * campaigns take turns with first messages. A claim hands out at most 16 MiB of text, but at least one task; `more`
   * says whether the same claim at the same instant would hand out more. Repeated claims continue where it ended.
   *
   * A claim also skips people who must not be contacted any more, and closes invitations that were not accepted in time
   * and sequences that ended. {@link Session.nextDue} says when to claim next.
   *
   * @throws `invalid_input`.
   */
  claimDue(request: ClaimDue = {}): Promise<Claimed> {
    return this.#call("claimDue", request);
  }

  /**
   * The first instant at which a claim would change something: hand a message out, give up an invitation or complete a
   * prospect, on either channel; `null` if nothing will happen by itself. Before it, a claim changes nothing, so a host
   * may sleep until then; changes made meanwhile may bring it forward. Changes nothing, and costs about as much as an
   * empty claim.
   */
  nextDue(): Promise<NextDue> {
    return this.#call("nextDue");
  }

  /**
   * Records the outcome of a task: it was sent; it bounced; it failed; or it was not tried and is deferred.
   *
   * A message that failed is tried again after a pause that doubles from a minute to 4 hours. The prospect is cancelled
   * if the failure is not retryable, and by the eighth or a later failure in a row once the first of them is 5 days
   * ago. A sender with failures to 5 people in a row, or 10 failures in a row, rests for 5 minutes and is then tried
   * with one message at a time: each further failure doubles the rest, up to 6 hours.
   *
   * A deferred message counts towards no limit and is no failure: it is handed out again with its sender and its key.
   *
   * A task whose lease ran out can still be completed as long as its message was not handed out again. For a prospect
   * that became final meanwhile the outcome is only recorded. The same outcome again changes nothing.
   *
   * @throws `task_not_found`; `task_completed` if it has another outcome; `lease_lost` if its message was handed out
   *   again; `invalid_input`, with `too_far_ahead` for a `retry_at` more than 30 days ahead.
   */
  complete(task_id: string, completion: Completion): Promise<Reported> {
    return this.#call("complete", task_id, completion);
  }

  /**
   * Extends the lease of a task to this number of seconds from now, also one whose lease ran out as long as its message
   * was not handed out again. A host that sends slowly keeps its tasks this way.
   *
   * @param lease_seconds 1–86,400.
   * @throws `task_not_found`; `task_completed` if its outcome is known; `lease_lost` if its message was handed out
   *   again, or its prospect became final; `invalid_input`.
   */
  extendLease(task_id: string, lease_seconds: number): Promise<Extended> {
    return this.#call("extendLease", task_id, lease_seconds);
  }

  /**
   * Releases a task that was not tried: its message may be handed out again at once, with its sender and its key, and
   * counts towards no limit. The same as completing it as deferred until now.
   *
   * @throws As of `complete`.
   */
  releaseTask(task_id: string): Promise<Reported> {
    return this.#call("releaseTask", task_id);
  }

  /**
   * Records an event of a prospect: a reply, automatic or not; an accepted invitation, a bounce, a complaint, an
   * unsubscription or an opened email. The same event id twice changes nothing.
   *
   * A reply ends the prospect, by email only where the campaign stops on replies; a bounce ends it. People who
   * unsubscribe or complain are suppressed and `cancelled`, as are addresses that do not exist. People who are away are
   * held in all campaigns, by either identity; people who are gone are `cancelled` and not suppressed. A prospect that
   * was sent everything can still become `replied` or `bounced`.
   *
   * The subject is a prospect, or all prospects of the user's active and paused campaigns that have an address or a
   * profile; an address or profile that nobody has is suppressed or held all the same.
   *
   * @throws `prospect_not_found`; `task_not_found`, for a key, too; `token_not_found`; `campaign_not_found`;
   *   `not_launched` for the prospect of a draft; `invalid_input`, with `wrong_channel_event`.
   */
  recordEvent(event: RecordEvent): Promise<EventReported> {
    return this.#call("recordEvent", event);
  }

  /**
   * Suppresses the address whose email carried this token, whatever became of its prospect and campaign since. A
   * repetition changes nothing.
   *
   * @param token The `unsubscribe_token` of a task.
   * @throws `token_not_found`; `invalid_input`.
   */
  unsubscribe(token: string): Promise<Unsubscribed> {
    return this.#call("unsubscribe", token);
  }

  /**
   * Lists every message of a campaign that will be claimed, if every task succeeds at its instant and nobody replies,
   * in the order of the claims. A draft is planned as if it were launched now, a paused campaign as if it were resumed
   * now. Changes nothing. At most 100,000 messages and 64 MB: `next_cursor` is the `cursor` of the next query, which
   * continues after the last message, as of the instant of the first page.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  plan(campaign_id: string, query: PlanQuery = {}, work?: Work): Promise<Plan> {
    return this.#work(work, "plan", campaign_id, query);
  }

  /**
   * Counts the messages of a campaign for each day, and finds its last day, under the assumptions of
   * {@link Session.plan}.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  forecast(campaign_id: string, query: PlanQuery = {}, work?: Work): Promise<Forecast> {
    return this.#work(work, "forecast", campaign_id, query);
  }

  /**
   * Explains why a prospect is sent nothing at present, and when it will be, if every other message is sent when due.
   *
   * @throws `prospect_not_found`.
   */
  explain(prospect_id: string, work?: Work): Promise<Explained> {
    return this.#work(work, "explain", prospect_id);
  }

  /**
   * One page of events, oldest first; each event was recorded in the transaction of its change.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}; an event's `number`, as text, is one.
   * @throws `invalid_input`.
   */
  listEvents(query: ListPage = {}): Promise<EventPage> {
    return this.#call("listEvents", query);
  }

  /**
   * One page of the messages of a campaign that were handed out, with their outcomes, newest first.
   *
   * @param query `status` filters; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`, `invalid_input`.
   */
  listTasks(campaign_id: string, query: ListTasks = {}): Promise<TaskPage> {
    return this.#call("listTasks", campaign_id, query);
  }

  #call<Answer>(operation: Operation, ...args: unknown[]): Promise<Answer> {
    return this.#connection.call(operation, [this.#user_id, ...args]);
  }

  async #work<Answer>(work: Work | undefined, operation: Operation, ...args: unknown[]): Promise<Answer> {
    return await this.#connection.call(operation, [this.#user_id, ...args], parseWork(work));
  }
}

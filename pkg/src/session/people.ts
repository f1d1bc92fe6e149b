/** Prospects, saved lists, files, suppressions and holds. */

import type { Work } from "../operation.js";
import type { Pages } from "../pages.js";
import { type ByteStream, textStream } from "../stream.js";
import type {
  AddLeads,
  AddProspects,
  AddSuppressions,
  AddedLeads,
  AddedSuppressions,
  CampaignId,
  CreateList,
  CsvPreview,
  ErasePerson,
  ErasedPerson,
  ExportPerson,
  ExportProspects,
  ExportedPerson,
  ExportedProspects,
  FindProspects,
  Held,
  HeldProspect,
  Hold,
  ImportCsv,
  ImportList,
  ImportReport,
  ImportSuppressions,
  ImportedLeads,
  ImportedSuppressions,
  LeadId,
  LeadPage,
  List,
  ListId,
  ListPage,
  ListProspects,
  ListSuppressions,
  PersonRef,
  Prospect,
  ProspectId,
  ProspectPage,
  Reading,
  SavedListPage,
  SuppressionId,
  SuppressionPage,
  UpdateProspect,
} from "../types.js";
import { CampaignCalls } from "./campaigns.js";

/** Progress and cancellation of {@link Session.importList}, and whether it reopens a completed campaign. */
export interface ImportListOptions extends Work {
  /** Whether a completed campaign is reopened for the leads; by default not. */
  reopen?: boolean | null;
}

/** What a user can do with people. */
export abstract class PeopleCalls extends CampaignCalls {
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
  addProspects(campaign_id: CampaignId, request: AddProspects): Promise<ImportReport> {
    return this.call("addProspects", campaign_id, request);
  }

  /** The prospect as it is now. @throws `prospect_not_found`. */
  getProspect(prospect_id: ProspectId): Promise<Prospect> {
    return this.call("getProspect", prospect_id);
  }

  /**
   * One page of the prospects of a campaign, in the order in which they were added or in another one. A search and
   * another order look at all of its people for each page; {@link Session.findProspects} can be cancelled.
   *
   * @param query `status` filters, and `search` as the `text` of {@link Session.findProspects}; `sort`, `count`,
   *   `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`, `invalid_input`.
   */
  listProspects(campaign_id: CampaignId, query: ListProspects = {}): Pages<ProspectPage, "prospects"> {
    return this.list("listProspects", "prospects", query, campaign_id);
  }

  /**
   * Finds people in all campaigns, or in one: by `email`, `linkedin_url`, the `idempotency_key` of a message, or a
   * `text` with which their first, last or whole name, company, address or slug begins, whatever the case. For a text,
   * and for a profile in email campaigns, people are looked at one by one until the page is full; the rest is in an
   * index.
   *
   * @throws `campaign_not_found`, `invalid_input`.
   */
  findProspects(query: FindProspects, work?: Work): Promise<ProspectPage> {
    return this.work(work, "findProspects", query);
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
  async exportProspects(campaign_id: CampaignId, query: Omit<ExportProspects, "cursor"> = {}): Promise<ByteStream> {
    const part = (query: unknown): Promise<ExportedProspects> => this.call("exportProspects", campaign_id, query);
    return textStream(await part(query), (cursor) => part({ ...query, cursor }));
  }

  /**
   * Changes the given fields of a prospect. The address on the campaign's channel is fixed.
   *
   * @throws `invalid_input`: `immutable` for another address; where the campaign was launched, `unresolved_variable`
   *   for a field that its messages need, and `note_too_long`, `subject_too_long` and `body_too_long`;
   *   `prospect_not_found`.
   */
  updateProspect(prospect_id: ProspectId, request: UpdateProspect): Promise<Prospect> {
    return this.call("updateProspect", prospect_id, request);
  }

  /**
   * Removes a prospect from its campaign. An active campaign in which nobody is left to contact is then completed.
   *
   * @throws `prospect_not_found`.
   */
  removeProspect(prospect_id: ProspectId): Promise<void> {
    return this.call("removeProspect", prospect_id);
  }

  /**
   * Creates an empty list.
   *
   * @throws `invalid_input`; `name_taken` with a free `suggested_name` and the `list_id`, where the user has a list of this name.
   */
  createList(request: CreateList): Promise<List> {
    return this.call("createList", request);
  }

  /** The list; its leads are read by {@link Session.listLeads}. @throws `list_not_found`. */
  getList(list_id: ListId): Promise<List> {
    return this.call("getList", list_id);
  }

  /**
   * One page of the user's saved lists, newest first.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`.
   */
  listLists(query: ListPage = {}): Pages<SavedListPage, "lists"> {
    return this.list("listLists", "lists", query);
  }

  /**
   * Deletes a list with its leads; its name is free again. Prospects that were imported from it stay. Rows of many leads are
   * removed in steps once it is done: aborted in between, it resolves sooner.
   *
   * @throws `list_not_found`.
   */
  deleteList(list_id: ListId, work?: Work): Promise<void> {
    return this.work(work, "deleteList", list_id);
  }

  /**
   * Adds 1–1,000 leads to a list, all of them or none. One whose email address or LinkedIn profile another lead of the
   * list has is a duplicate: it is not added, and the other stays as it is.
   *
   * @throws `invalid_input` with every issue of every lead, `required` at `leads[i].email` for one that has neither
   *   address; `list_not_found`.
   */
  addLeads(list_id: ListId, request: AddLeads): Promise<AddedLeads> {
    return this.call("addLeads", list_id, request);
  }

  /**
   * One page of the leads of a list, in the order in which they were added.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`, `list_not_found`.
   */
  listLeads(list_id: ListId, query: ListPage = {}): Pages<LeadPage, "leads"> {
    return this.list("listLeads", "leads", query, list_id);
  }

  /** Removes a lead from its list. Prospects that were imported from it stay. @throws `lead_not_found`. */
  removeLead(lead_id: LeadId): Promise<void> {
    return this.call("removeLead", lead_id);
  }

  /**
   * Imports the leads of a saved list into a campaign, in one transaction. A lead without the address of the campaign's
   * channel is `invalid` in the report, and no error.
   *
   * @param options Progress and cancellation, and `reopen` as in {@link Session.addProspects}.
   * @throws `campaign_not_found`, `list_not_found`; `campaign_completed` and `no_ready_sender` as
   *   {@link Session.addProspects}.
   */
  async importList(campaign_id: CampaignId, list_id: ListId, options?: ImportListOptions): Promise<ImportReport> {
    const request: ImportList = { list_id, reopen: options?.reopen ?? null };
    return this.work(options, "importList", campaign_id, request);
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
    return this.call("previewCsv", bytes, reading);
  }

  /**
   * Imports the rows of a CSV file into a campaign, in one transaction. A row that cannot be imported is listed in the
   * report with its line, as `invalid`, and the others are imported all the same.
   *
   * @param bytes The file as it was previewed.
   * @param request `content_hash` and, as suggested or changed, `mapping` of the preview, and the `reading` that it was
   *   given.
   * @throws As {@link Session.previewCsv}; `content_changed` for other bytes or another reading; `campaign_not_found`;
   *   `campaign_completed` and `no_ready_sender` as {@link Session.addProspects}; `invalid_input` at `mapping` where it
   *   does not fit the file (`too_many`), has a field twice (`duplicate`) or lacks the channel's address (`required`,
   *   with `field` and `columns`).
   */
  importCsv(
    campaign_id: CampaignId,
    bytes: Uint8Array | ArrayBuffer | Blob,
    request: ImportCsv,
    work?: Work,
  ): Promise<ImportReport> {
    return this.work(work, "importCsv", campaign_id, bytes, request);
  }

  /**
   * Imports the rows of a CSV file into a saved list, in one transaction. A row is a lead if it has an email address, a
   * LinkedIn profile or both; one whose address or profile another lead of the list has is a duplicate. Rows that cannot
   * be taken are listed with their lines, and the others are imported all the same.
   *
   * @param bytes The file as it was previewed.
   * @param request As {@link Session.importCsv} takes it; of the modes only `add`.
   * @throws As {@link Session.previewCsv}; `content_changed`; `list_not_found`; `invalid_input` at `mapping` as
   *   {@link Session.importCsv}, where it has neither address (`required`), and at `mode`.
   */
  importCsvIntoList(
    list_id: string,
    bytes: Uint8Array | ArrayBuffer | Blob,
    request: ImportCsv,
    work?: Work,
  ): Promise<ImportedLeads> {
    return this.work(work, "importCsvIntoList", list_id, bytes, request);
  }

  /**
   * Adds 1–1,000 suppressions, all of them or none. One that is there already is a duplicate and stays as it is.
   *
   * The people whom they cover in active and paused campaigns are not contacted any more: they become `skipped`, or
   * `cancelled` where something was sent to them. An active campaign in which nobody is left to contact is then
   * completed.
   *
   * @throws `invalid_input` with every issue of every suppression.
   */
  addSuppressions(request: AddSuppressions, work?: Work): Promise<AddedSuppressions> {
    return this.work(work, "addSuppressions", request);
  }

  /**
   * Imports the suppressions of a CSV file of up to 1,000,000 rows, in one transaction. A row that cannot be imported
   * is listed in the report with its line, and the others are imported all the same. The people whom they cover are not
   * contacted any more, as with {@link Session.addSuppressions}.
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
    return this.work(work, "importSuppressions", bytes, request);
  }

  /**
   * One page of the user's suppressions, newest first.
   *
   * @param query `type` filters; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`.
   */
  listSuppressions(query: ListSuppressions = {}): Pages<SuppressionPage, "suppressions"> {
    return this.list("listSuppressions", "suppressions", query);
  }

  /** Removes a suppression. @throws `suppression_not_found`. */
  removeSuppression(suppression_id: SuppressionId): Promise<void> {
    return this.call("removeSuppression", suppression_id);
  }

  /**
   * Pauses a prospect: nothing more is sent to it in its campaign until it is resumed, or its person released. One that
   * is paused already stays so.
   *
   * @throws `prospect_not_found`.
   */
  pauseProspect(prospect_id: string): Promise<HeldProspect> {
    return this.call("pauseProspect", prospect_id);
  }

  /**
   * Resumes a prospect that was paused; what was held back is due now, unless the person is held by something else.
   *
   * @throws `prospect_not_found`.
   */
  resumeProspect(prospect_id: string): Promise<HeldProspect> {
    return this.call("resumeProspect", prospect_id);
  }

  /**
   * Holds a person: nothing more is sent to them until an instant (`null`: for ever), in one campaign or in all, also
   * in those that are launched, or that the person is added to, later. A person is known by address and by profile:
   * prospects of either channel that have one of them are held. Of two holds the later one counts; one in the past
   * changes nothing.
   *
   * Messages that are handed out already stay so, and an invitation that waits for its acceptance goes on waiting.
   * Campaigns stay active as long as someone in them is held.
   *
   * @throws `prospect_not_found`, `campaign_not_found`, `invalid_input`.
   */
  hold(person: PersonRef, terms: Hold): Promise<Held> {
    return this.call("hold", person, terms);
  }

  /**
   * Ends all holds of a person. What was held back meanwhile is due now.
   *
   * @throws `prospect_not_found`, `invalid_input`.
   */
  release(person: PersonRef): Promise<Held> {
    return this.call("release", person);
  }

  /**
   * All that is stored of whoever has an address or a profile, as rows of the database: their prospects in all campaigns
   * with what was written and sent to them, their leads, what is kept by the address or the profile alone, and events.
   * Where their prospects and leads have another address or profile, what is kept by that alone is of the person, too.
   * Texts that mention a person elsewhere are not looked for. The cursor counts rows: what is claimed, recorded or removed
   * between two pages can repeat rows or leave some out.
   *
   * @param query `email` or `linkedin_url`; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `invalid_input`.
   */
  exportPerson(query: ExportPerson, work?: Work): Promise<ExportedPerson> {
    return this.work(work, "exportPerson", query);
  }

  /**
   * Erases all that is stored of whoever has an address or a profile, and writes the file anew, so that no byte of it is
   * left. Tasks stay without anything that names the person, since they count in limits and reports. Accounts of the
   * user stay, and texts elsewhere that mention the person. The same call again changes nothing.
   *
   * @param request `email` or `linkedin_url`. Unless `keep_suppressed` is `false`, salted hashes of the address and the
   *   profile of each row that was erased are kept: whoever has them is suppressed from now on.
   * @param work Writing the file anew takes its time after the last report.
   * @throws `invalid_input`. After `busy`, `storage_full` or `storage_unavailable` the person may be erased all the same,
   *   where only the file could not be written anew: the same call does what is left.
   */
  erasePerson(request: ErasePerson, work?: Work): Promise<ErasedPerson> {
    return this.work(work, "erasePerson", request);
  }
}

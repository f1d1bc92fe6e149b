/** The outbox, what became of messages, what will be sent, and what happened. */

import type { Work } from "../operation.js";
import { due, type DueOptions, type DueTask } from "../due.js";
import type { Pages } from "../pages.js";
import type {
  CampaignId,
  ClaimDue,
  Claimed,
  CompletedTasks,
  CompleteTask,
  Completion,
  EventPage,
  EventReported,
  Explained,
  Extended,
  Forecast,
  ForgetMessages,
  HandOver,
  HandedOver,
  ListPage,
  ListTasks,
  MessagesForgotten,
  NextDue,
  Plan,
  PlanQuery,
  ProspectId,
  RecordEvent,
  Report,
  ReportQuery,
  Reported,
  Retried,
  RetryProspects,
  TaskDetail,
  TaskId,
  TaskPage,
  Unsubscribed,
  VariantComparison,
} from "../types.js";
import { MessageCalls } from "./messages.js";

/** What a host does for a user. */
export abstract class SendingCalls extends MessageCalls {
  /**
   * Hands out messages that are due and leases them: until the lease ends, or the task is {@link Session.complete}d,
   * nobody else gets the same message. Follow-ups go before first messages, in the order in which they became due;
   * campaigns take turns with first messages. A claim hands out at most 16 MiB of text, but at least one task; `more`
   * says whether the same claim at the same instant would hand out more. Repeated claims at the same instant continue
   * where it ended.
   *
   * A claim also skips people who must not be contacted any more, and closes invitations that were not accepted in time
   * and sequences that ended. `next_due_at` says when to claim next, as {@link Session.nextDue} does; `held_back` counts
   * what was due and waits, by its reason.
   *
   * @throws `invalid_input`.
   */
  claimDue(request: ClaimDue = {}): Promise<Claimed> {
    return this.call("claimDue", request);
  }

  /**
   * What is due, one task after the other, waiting for what will be: the loop of a host, as
   * `for await (const task of me.due({ type: "email" }))`.
   *
   * Tasks are claimed a few at a time, and their leases extended as long as the loop has them. `task.complete(…)` records
   * the outcome. Where the loop is left, by `break` or because its body throws, tasks that were not completed are
   * released. What is left uncompleted while the loop goes on is handed out again when its lease ends. A task that was
   * claimed and waits is handed out also where its person has unsubscribed since; with `max: 1` none waits.
   *
   * It waits until {@link Session.nextDue}, or until a commit may have brought that forward; in a simulation, until the
   * clock was moved.
   *
   * @param options As of {@link Session.claimDue}, and `until` and `signal`, which end the loop.
   * @throws As {@link Session.claimDue}, from the loop.
   */
  due<const Options extends DueOptions = DueOptions>(
    options?: Options,
  ): AsyncGenerator<DueTask<Options["type"]>, void, void> {
    return due(this, this.clock, options ?? {});
  }

  /**
   * The first instant at which a claim would change something: hand a message out, give up an invitation or complete a
   * prospect, on either channel; `null` if nothing will happen by itself. Before it, a claim changes nothing, so a host
   * may sleep until then; changes made meanwhile may bring it forward. Changes nothing, and costs about as much as a
   * claim that hands nothing out.
   */
  nextDue(): Promise<NextDue> {
    return this.call("nextDue");
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
   * that became final meanwhile the outcome is only recorded. The same outcome again changes nothing. `note` and
   * `provider_id` are kept with the task; {@link Session.recordEvent} takes the second.
   *
   * @throws `task_not_found`; `task_completed` if it has another outcome; `lease_lost` if its message was handed out
   *   again; `invalid_input`, with `too_far_ahead` for a `retry_at` more than 30 days ahead.
   */
  complete(task_id: TaskId, completion: Completion): Promise<Reported> {
    return this.call("complete", task_id, completion);
  }

  /**
   * Records the outcomes of 1–1,000 tasks in one transaction, in the order given, each as {@link Session.complete}
   * does. What that would refuse is refused for that task alone, with the `error` in its outcome.
   *
   * @throws `invalid_input` if the request is malformed; nothing is recorded then.
   */
  completeTasks(tasks: readonly CompleteTask[]): Promise<CompletedTasks> {
    return this.call("completeTasks", tasks);
  }

  /**
   * Extends the lease of a task to this number of seconds from now, also one whose lease ran out as long as its message
   * was not handed out again. A host that sends slowly keeps its tasks this way.
   *
   * @param lease_seconds 1–86,400.
   * @throws `task_not_found`; `task_completed` if its outcome is known; `lease_lost` if its message was handed out
   *   again, or its prospect became final; `invalid_input`.
   */
  extendLease(task_id: TaskId, lease_seconds: number): Promise<Extended> {
    return this.call("extendLease", task_id, lease_seconds);
  }

  /**
   * Releases a task that was not tried: its message may be handed out again at once, with its sender and its key, and
   * counts towards no limit. The same as completing it as deferred until now.
   *
   * @throws As of `complete`.
   */
  releaseTask(task_id: TaskId): Promise<Reported> {
    return this.call("releaseTask", task_id);
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
   * @throws `prospect_not_found`; `task_not_found`, for a key or an id of a provider, too; `token_not_found`; `campaign_not_found`;
   *   `not_launched` for the prospect of a draft; `invalid_input`, with `wrong_channel_event` for an event of the other
   *   channel.
   */
  recordEvent(event: RecordEvent): Promise<EventReported> {
    return this.call("recordEvent", event);
  }

  /**
   * Suppresses the address whose email carried this token, whatever became of its prospect and campaign since. The same
   * call again changes nothing.
   *
   * @param token The `unsubscribe_token` of a task.
   * @throws `token_not_found`; `invalid_input`.
   */
  unsubscribe(token: string): Promise<Unsubscribed> {
    return this.call("unsubscribe", token);
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
  retryProspects(campaign_id: CampaignId, whom: RetryProspects, work?: Work): Promise<Retried> {
    return this.work(work, "retryProspects", campaign_id, whom);
  }

  /**
   * Hands the people of one sender of a launched campaign that are not final over to another account of the user, which
   * becomes a sender of the campaign, or evenly to all of its connected senders. People with a message that is handed
   * out at present stay.
   *
   * By email, messages go on in their thread. Someone who was invited on LinkedIn is invited again by the new sender,
   * and then goes on where they stood. Their messages have other idempotency keys than those that the old sender tried
   * to send.
   *
   * @throws `campaign_not_found`; `not_launched`; `campaign_completed`; `no_ready_sender` where nobody is named and no
   *   other sender is connected; `invalid_input` with `sender_not_found` and `sender_wrong_channel`.
   */
  handOver(campaign_id: CampaignId, senders: HandOver, work?: Work): Promise<HandedOver> {
    return this.work(work, "handOver", campaign_id, senders);
  }

  /**
   * Lists every message of a campaign that will be claimed, if every task succeeds at its instant and nobody replies,
   * in the order of the claims. A draft is planned as if it were launched now, a paused campaign as if it were resumed
   * now. Changes nothing. At most 100,000 messages and 64 MB: `next_cursor` is the `cursor` of the next query, which
   * continues after the last message, as of the instant of the first page.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  plan(campaign_id: CampaignId, query: PlanQuery = {}, work?: Work): Promise<Plan> {
    return this.work(work, "plan", campaign_id, query);
  }

  /**
   * Counts the messages of a campaign that will be sent on each day, and finds its last day, under the assumptions of
   * {@link Session.plan}.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  forecast(campaign_id: CampaignId, query: PlanQuery = {}, work?: Work): Promise<Forecast> {
    return this.work(work, "forecast", campaign_id, query);
  }

  /**
   * Explains why a prospect is sent nothing at present, and when it will be sent something, if every other message is
   * sent when it is due.
   *
   * @throws `prospect_not_found`.
   */
  explain(prospect_id: ProspectId, work?: Work): Promise<Explained> {
    return this.work(work, "explain", prospect_id);
  }

  /**
   * A task as it was handed out, and what became of it: a host that lost its memory can go on with it. Of a task whose
   * campaign, prospect or account was removed since, it has what is left.
   *
   * @throws `task_not_found`, `invalid_input`.
   */
  getTask(id: TaskId): Promise<TaskDetail> {
    return this.call("getTask", id);
  }

  /**
   * One page of the messages that were handed out, with their outcomes, over all campaigns; those that were claimed
   * last come first. Tasks outlive their campaign, prospect and account.
   *
   * @param query `campaign_id`, `account_id`, `status`, `type`, `since` and `until` (when it was claimed) filter;
   *   `messages` asks for what each said; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`, `account_not_found`, `invalid_input`.
   */
  listTasks(query: ListTasks = {}): Pages<TaskPage, "tasks"> {
    return this.list("listTasks", "tasks", query);
  }

  /**
   * Counts what was handed out in a time and what became of it, over all campaigns and accounts, those that were deleted
   * or removed included. A message and all that followed it count on the day of its claim.
   *
   * @param query `since` (included) and `until` (excluded) say when it was claimed; `by` is any of `campaign`, `account`
   *   and `day` (in the user's zone): there is a row for each combination, in the order of these keys.
   * @throws `invalid_input`.
   */
  report(query: ReportQuery, work?: Work): Promise<Report> {
    return this.work(work, "report", query);
  }

  /**
   * What became of the variants of a campaign's nodes, and by how much the replies to each differ from those to the first
   * of its node.
   *
   * @throws `campaign_not_found`.
   */
  compareVariants(campaign: CampaignId): Promise<VariantComparison> {
    return this.call("compareVariants", campaign);
  }

  /**
   * Forgets what messages said that were last handed out before an instant and have come to an end, in all campaigns.
   * Their tasks stay, and everything that is counted. What is handed out, or will be handed out again, keeps its texts.
   *
   * @throws `invalid_input`.
   */
  forgetMessages(request: ForgetMessages, work?: Work): Promise<MessagesForgotten> {
    return this.work(work, "forgetMessages", request);
  }

  /**
   * One page of events, oldest first; each event was recorded in the transaction of its change.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}; the `number` of an event, as text, is the
   *   cursor of the events after it.
   * @throws `invalid_input`.
   */
  listEvents(query: ListPage = {}): Pages<EventPage, "events"> {
    return this.list("listEvents", "events", query);
  }
}

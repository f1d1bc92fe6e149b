/** The outbox, what became of messages, what will be sent, and what happened. */

import type { Work } from "../operation.js";
import type {
  ClaimDue,
  Claimed,
  Completion,
  EventPage,
  EventReported,
  Explained,
  Extended,
  Forecast,
  HandOver,
  HandedOver,
  ListPage,
  ListTasks,
  NextDue,
  Plan,
  PlanQuery,
  RecordEvent,
  Reported,
  Retried,
  RetryProspects,
  TaskPage,
  Unsubscribed,
} from "../types.js";
import { MessageCalls } from "./messages.js";

/** What a host does for a user. */
export abstract class SendingCalls extends MessageCalls {
  /**
   * Hands out what is due and leases it: until the lease ends, or the task is {@link Session.complete}d, no one else is
   * handed the same message. What was begun goes before first messages, by the instant since which it is due; with first
   * messages campaigns take turns. A claim hands out at most 16 MiB of text, and one task at least; `more` says whether
   * the same claim at the same instant would hand out more, which is what a claim of more would have handed out.
   *
   * Who must not be contacted any more is skipped on the way; invitations that were not accepted in time and sequences
   * that ended are closed. {@link Session.nextDue} says when to claim next.
   *
   * @throws `invalid_input`.
   */
  claimDue(request: ClaimDue = {}): Promise<Claimed> {
    return this.call("claimDue", request);
  }

  /**
   * The first instant at which a claim would change something: hand a message out, give up an invitation or complete a
   * prospect, whatever its channel; `null` where nothing will happen by itself. Before it, a claim changes nothing, so a
   * host may sleep until then; what is changed meanwhile may bring it forward. Changes nothing, and costs about as much as
   * a claim that hands nothing out.
   */
  nextDue(): Promise<NextDue> {
    return this.call("nextDue");
  }

  /**
   * Records what became of a task: it was sent; it bounced; it failed; or it was not tried and is deferred.
   *
   * What failed is tried again after a pause that doubles from a minute to 4 hours. The prospect is cancelled where that
   * is of no use, and by a failure 5 days or more after the first one in a row that is the eighth or a later one. A
   * sender whose messages to 5 people fail in a row, or 10 tries, rests for 5 minutes, and is then tried with one message
   * at a time: each that fails makes it rest twice as long, up to 6 hours.
   *
   * What is deferred counts for no limit and is charged to nobody: it comes back with its sender and its key.
   *
   * A task whose lease ran out can still be completed as long as its message was not handed out again. Of a prospect who
   * became final meanwhile it is recorded only. The same outcome again changes nothing.
   *
   * @throws `task_not_found`; `task_completed` if something else became of it; `lease_lost` if its message was handed
   *   out again; `invalid_input`, with `too_far_ahead` for a `retry_at` more than 30 days ahead.
   */
  complete(task_id: string, completion: Completion): Promise<Reported> {
    return this.call("complete", task_id, completion);
  }

  /**
   * Lets a task be the caller's for so many seconds from now, also one whose lease ran out as long as its message was not
   * handed out again. So a host that sends slowly keeps what it claimed.
   *
   * @param lease_seconds 1–86,400.
   * @throws `task_not_found`; `task_completed` if it is known what became of it; `lease_lost` if its message was handed
   *   out again, or its prospect became final; `invalid_input`.
   */
  extendLease(task_id: string, lease_seconds: number): Promise<Extended> {
    return this.call("extendLease", task_id, lease_seconds);
  }

  /**
   * Gives a task back that was not tried: its message may be handed out again at once, with its sender and its key, and
   * counts for no limit. The same as completing it as deferred until now.
   *
   * @throws As of `complete`.
   */
  releaseTask(task_id: string): Promise<Reported> {
    return this.call("releaseTask", task_id);
  }

  /**
   * Records what a prospect did: it replied, or a machine did for it; it accepted the invitation, bounced, complained,
   * unsubscribed or opened an email. The same event id twice changes nothing.
   *
   * A reply ends the prospect, by email where the campaign stops on replies; a bounce ends it; whoever unsubscribes or
   * complains is suppressed and `cancelled`, as is an address that does not exist. Whoever is away is held in all
   * campaigns, by either identity; whoever is gone is `cancelled` and not suppressed. Someone to whom everything was sent
   * can still become `replied` or `bounced`.
   *
   * It is told of a prospect, or of all prospects of the user's active and paused campaigns that have an address or a
   * profile; where nobody has it, it is suppressed or held all the same.
   *
   * @throws `prospect_not_found`; `task_not_found`, for a key, too; `token_not_found`; `campaign_not_found`;
   *   `not_launched` for the prospect of a draft; `invalid_input`, with `wrong_channel_event` for what does not happen on
   *   the channel.
   */
  recordEvent(event: RecordEvent): Promise<EventReported> {
    return this.call("recordEvent", event);
  }

  /**
   * Suppresses the address whose email carried this token, whatever became of its prospect and campaign since. Once
   * more changes nothing.
   *
   * @param token The `unsubscribe_token` of a task.
   * @throws `token_not_found`; `invalid_input`.
   */
  unsubscribe(token: string): Promise<Unsubscribed> {
    return this.call("unsubscribe", token);
  }

  /**
   * Lets prospects go on who are `cancelled`, `timed_out`, `skipped` or `bounced`: after the last message that was sent to
   * them, and at once where that is due. Whoever was invited gets a new wait for the acceptance; whose message bounced gets
   * that one again. A completed campaign is active again, if someone goes on. To whom everything was sent, or who has another
   * status, stays as they are.
   *
   * @throws `campaign_not_found`; `not_launched`; `prospect_not_found` for one of another campaign; `no_ready_sender` where a
   *   completed campaign has lost all of its senders; `invalid_input`.
   */
  retryProspects(campaign_id: string, whom: RetryProspects, work?: Work): Promise<Retried> {
    return this.work(work, "retryProspects", campaign_id, whom);
  }

  /**
   * Gives the people of one sender of a launched campaign, who are not final, to another account of the user, which becomes a
   * sender of the campaign, or to all of its connected senders, evenly. People to whom a message is handed out at
   * present stay.
   *
   * By email, messages go on in their thread. Whoever was invited on LinkedIn is invited again by the new sender, and then
   * goes on where they stood. What is sent has other idempotency keys than what the old sender tried to send.
   *
   * @throws `campaign_not_found`; `not_launched`; `campaign_completed`; `no_ready_sender` where nobody is named and no other
   *   sender is connected; `invalid_input` with `sender_not_found` and `sender_wrong_channel`.
   */
  handOver(campaign_id: string, senders: HandOver, work?: Work): Promise<HandedOver> {
    return this.work(work, "handOver", campaign_id, senders);
  }

  /**
   * Every message of a campaign that will be claimed, if every task succeeds at its instant and nobody replies, in the
   * order of the claims. A draft is planned as if it were launched now, a paused campaign as if it were resumed now.
   * Changes nothing. At most 100,000 messages and 64 MB: `next_cursor` is the `cursor` of the query that goes on after the
   * last message, as of the instant of the first page.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  plan(campaign_id: string, query: PlanQuery = {}, work?: Work): Promise<Plan> {
    return this.work(work, "plan", campaign_id, query);
  }

  /**
   * How many messages of a campaign will be sent on which day, and when it will be done, under the assumptions of
   * {@link Session.plan}.
   *
   * @throws `campaign_not_found`; `invalid_input`.
   */
  forecast(campaign_id: string, query: PlanQuery = {}, work?: Work): Promise<Forecast> {
    return this.work(work, "forecast", campaign_id, query);
  }

  /**
   * Why a prospect is sent nothing at this moment, and when it will be, if everything else is sent when it is due.
   *
   * @throws `prospect_not_found`.
   */
  explain(prospect_id: string, work?: Work): Promise<Explained> {
    return this.work(work, "explain", prospect_id);
  }

  /**
   * One page of the messages of a campaign that were handed out, with what became of them, newest first.
   *
   * @param query `status` filters; `limit` and `cursor` as in {@link Session.listCampaigns}.
   * @throws `campaign_not_found`, `invalid_input`.
   */
  listTasks(campaign_id: string, query: ListTasks = {}): Promise<TaskPage> {
    return this.call("listTasks", campaign_id, query);
  }

  /**
   * One page of what happened, oldest first; each event was recorded in the transaction of its change.
   *
   * @param query `limit` and `cursor` as in {@link Session.listCampaigns}; the `number` of an event, as text, is the
   *   cursor of what came after it.
   * @throws `invalid_input`.
   */
  listEvents(query: ListPage = {}): Promise<EventPage> {
    return this.call("listEvents", query);
  }
}

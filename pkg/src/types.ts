// Generated from the Rust types by `cargo xtask types`; do not edit.

/**
 * An id, which is a text. TypeScript knows the kind of those that come from the engine, and refuses them where another
 * kind is wanted; a plain `string`, as a URL or a storage has it, is taken for any kind.
 */
export type Id<Kind extends string> = string & { readonly __id?: Kind };

/**
 * The id of a user.
 */
export type UserId = Id<"user_id">;

/**
 * The id of an account.
 */
export type AccountId = Id<"account_id">;

/**
 * The id of a campaign.
 */
export type CampaignId = Id<"campaign_id">;

/**
 * The id of a node of a sequence.
 */
export type NodeId = Id<"node_id">;

/**
 * The id of a prospect.
 */
export type ProspectId = Id<"prospect_id">;

/**
 * The id of a saved list.
 */
export type ListId = Id<"list_id">;

/**
 * The id of a lead of a list.
 */
export type LeadId = Id<"lead_id">;

/**
 * The id of a task.
 */
export type TaskId = Id<"task_id">;

/**
 * The id of a suppression.
 */
export type SuppressionId = Id<"suppression_id">;

/**
 * The id of a variant of a node.
 */
export type VariantId = Id<"variant_id">;

/**
 * The `type` of an account or a campaign: what it sends over.
 */
export type Channel = "email" | "linkedin";

/**
 * The owner of accounts and campaigns.
 */
export type User = { 
/**
 * Identifies the user.
 */
id: UserId, 
/**
 * The IANA time zone in which the user's days and operating hours are meant.
 */
time_zone: string, 
/**
 * After how many days an invitation that was not accepted is given up: 1–365, by default 14.
 */
acceptance_days: number, 
/**
 * Dates on which nothing is sent, in the zone of each message.
 */
blackout_dates: Array<BlackoutDate>, 
/**
 * How the host calls the user: one line.
 */
name: string | null, 
/**
 * What another system knows the user by.
 */
external_id: string | null, 
/**
 * When the user was created.
 */
created_at: string, };

/**
 * The user to create.
 */
export type CreateUser = { 
/**
 * An IANA time zone such as `Europe/Berlin`; `UTC` by default.
 */
time_zone?: string | null, 
/**
 * After how many days an invitation that was not accepted is given up: 1–365, by default 14.
 */
acceptance_days?: number | null, 
/**
 * Dates on which nothing is sent: at most 500, each one date or a range of at most 366 days.
 */
blackout_dates?: Array<NewBlackoutDate> | null, 
/**
 * How the host calls the user: one line of at most 255 characters.
 */
name?: string | null, 
/**
 * What another system knows the user by: one line of 1–255 characters, which no other user of the database has.
 */
external_id?: string | null, };

/**
 * What to change of a user; what is not given stays.
 */
export type UpdateUser = { 
/**
 * An IANA time zone such as `Europe/Berlin`.
 */
time_zone?: string | null, 
/**
 * After how many days an invitation that was not accepted is given up: 1–365.
 */
acceptance_days?: number | null, 
/**
 * Dates on which nothing is sent, instead of those of before: at most 500, each one date or a range of at most 366 days.
 */
blackout_dates?: Array<NewBlackoutDate> | null, 
/**
 * How the host calls the user: one line of at most 255 characters; `null` for nothing.
 */
name?: string | null, 
/**
 * What another system knows the user by: one line of 1–255 characters, which no other user of the database has; `null`
 * for nothing.
 */
external_id?: string | null, };

/**
 * A page of users, newest first.
 */
export type UserPage = { 
/**
 * The users.
 */
users: Array<User>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * One connected mailbox or LinkedIn profile of a user. Fields of the other channel are `null`.
 */
export type Account = { 
/**
 * Identifies the account.
 */
id: AccountId, 
/**
 * The user that it belongs to.
 */
user_id: UserId, 
/**
 * Whether it can send at present.
 */
status: AccountStatus, 
/**
 * The name to show; first and last name, or the address, if it is not given. At most 255 characters.
 */
display_name: string, 
/**
 * The sender's first name, at most 255 characters.
 */
first_name: string | null, 
/**
 * The sender's last name, at most 255 characters.
 */
last_name: string | null, 
/**
 * The sender's company, at most 255 characters.
 */
company: string | null, 
/**
 * The sender's title, at most 255 characters.
 */
title: string | null, 
/**
 * The sender's own signature, at most 10,000 characters.
 */
signature: string | null, 
/**
 * Messages a day, over all campaigns; by default 30.
 */
daily_limit: number, 
/**
 * When it may send; `null`: at any time.
 */
sending_hours: Schedule | null, 
/**
 * The least time between two messages, in seconds.
 */
min_gap_seconds: number, 
/**
 * The most that is added to it, in seconds: each time another part.
 */
gap_jitter_seconds: number, 
/**
 * The limit of its first days, which grows; `null`: the daily limit alone.
 */
ramp_up: RampUp | null, 
/**
 * When it was added, as RFC 3339.
 */
created_at: string, 
/**
 * When it was last changed, as RFC 3339.
 */
updated_at: string, } & ({ 
/**
 * Its channel.
 */
type: "email", 
/**
 * The mailbox as it was given.
 */
email_address: string, 
/**
 * Only LinkedIn has it.
 */
profile_url: null, 
/**
 * Only LinkedIn has it.
 */
is_premium: null, 
/**
 * Only LinkedIn has it.
 */
weekly_connection_limit: null, 
/**
 * Only LinkedIn has it.
 */
weekly_message_limit: null, 
/**
 * Only LinkedIn has it.
 */
spread_invitations: null, } | { 
/**
 * Its channel.
 */
type: "linkedin", 
/**
 * Only email has it.
 */
email_address: null, 
/**
 * The URL of the profile as it was given.
 */
profile_url: string, 
/**
 * Whether the profile has a premium plan, which raises the weekly defaults.
 */
is_premium: boolean, 
/**
 * Invitations per rolling 7 days, over all campaigns.
 */
weekly_connection_limit: number, 
/**
 * Messages per rolling 7 days, over all campaigns.
 */
weekly_message_limit: number, 
/**
 * Whether its invitations are spread over the days of the week.
 */
spread_invitations: boolean, });

/**
 * Whether an account can send at present.
 */
export type AccountStatus = "connected" | "disconnected";

/**
 * The account to add: a mailbox or a LinkedIn profile, and the person who sends from it.
 */
export type AddAccount = ({ "type": "email", 
/**
 * The address; one account per user and address, whatever the case of its letters.
 */
email_address: string, } | { "type": "linkedin", 
/**
 * The URL of the profile, with or without `https://www.`; one account per user and profile.
 */
profile_url: string, 
/**
 * Whether the profile has a premium plan, which raises the weekly defaults; by default not.
 */
is_premium?: boolean | null, 
/**
 * Invitations per rolling 7 days; by default 80, premium 100.
 */
weekly_connection_limit?: number | null, 
/**
 * Messages per rolling 7 days; by default 100, premium 150.
 */
weekly_message_limit?: number | null, 
/**
 * Whether invitations are spread over the days of the week; by default not.
 */
spread_invitations?: boolean | null, }) & { 
/**
 * The name to show; first and last name, or the address, if it is not given. At most 255 characters.
 */
display_name?: string | null, 
/**
 * The sender's first name, at most 255 characters.
 */
first_name?: string | null, 
/**
 * The sender's last name, at most 255 characters.
 */
last_name?: string | null, 
/**
 * The sender's company, at most 255 characters.
 */
company?: string | null, 
/**
 * The sender's title, at most 255 characters.
 */
title?: string | null, 
/**
 * The sender's own signature, at most 10,000 characters.
 */
signature?: string | null, 
/**
 * Messages a day, over all campaigns; by default 30.
 */
daily_limit?: number | null, 
/**
 * When it may send; `null`: at any time.
 */
sending_hours?: NewSchedule | null, 
/**
 * The least time between two messages, in seconds: 0–86,400.
 */
min_gap_seconds?: number | null, 
/**
 * The most that is added to it, in seconds: 0–86,400. Each time it is another part.
 */
gap_jitter_seconds?: number | null, 
/**
 * The limit of its first days, which grows; `null`: the daily limit alone.
 */
ramp_up?: RampUp | null, };

/**
 * The person who sends from an account; everything is optional. Names, company and title are lines: trimmed, with
 * spaces for line breaks and tabs, and without other control characters, so that they can stand in a header.
 */
export type Profile = { 
/**
 * The name to show; first and last name, or the address, if it is not given. At most 255 characters.
 */
display_name?: string | null, 
/**
 * The sender's first name, at most 255 characters.
 */
first_name?: string | null, 
/**
 * The sender's last name, at most 255 characters.
 */
last_name?: string | null, 
/**
 * The sender's company, at most 255 characters.
 */
company?: string | null, 
/**
 * The sender's title, at most 255 characters.
 */
title?: string | null, 
/**
 * The sender's own signature, at most 10,000 characters.
 */
signature?: string | null, 
/**
 * Messages a day, over all campaigns; by default 30.
 */
daily_limit?: number | null, };

/**
 * A limit that grows: on the n-th day, from 0, `start` and as often `increase` as `every_days` fit into n; at most the daily
 * limit. The first day is the one on which the account first hands out a message after this was set or changed.
 */
export type RampUp = { 
/**
 * Messages on the first day: at least 1.
 */
start: number, 
/**
 * How many more each time.
 */
increase: number, 
/**
 * After how many days each time: 1–365.
 */
every_days: number, };

/**
 * What to set of the [pacing](Pacing) of an account. What is not given stays, or is the default of a new account: an email
 * account sends Monday to Friday from 09:00 to 17:00, a LinkedIn account at any time, each 90 to 150 seconds after the
 * message before.
 */
export type SetPacing = { 
/**
 * When it may send; `null`: at any time.
 */
sending_hours?: NewSchedule | null, 
/**
 * The least time between two messages, in seconds: 0–86,400.
 */
min_gap_seconds?: number | null, 
/**
 * The most that is added to it, in seconds: 0–86,400. Each time it is another part.
 */
gap_jitter_seconds?: number | null, 
/**
 * The limit of its first days, which grows; `null`: the daily limit alone.
 */
ramp_up?: RampUp | null, };

/**
 * What to change in an account; fields that are not given stay. `null` (`Some(None)`) clears an optional field or
 * resets it to its default; other fields ignore `null`.
 */
export type UpdateAccount = { 
/**
 * Whether the account can send at present.
 */
status?: AccountStatus | null, 
/**
 * The name to show; first and last name, or the address, if it is not given. At most 255 characters.
 */
display_name?: string | null, 
/**
 * The sender's first name, at most 255 characters.
 */
first_name?: string | null, 
/**
 * The sender's last name, at most 255 characters.
 */
last_name?: string | null, 
/**
 * The sender's company, at most 255 characters.
 */
company?: string | null, 
/**
 * The sender's title, at most 255 characters.
 */
title?: string | null, 
/**
 * The sender's own signature, at most 10,000 characters.
 */
signature?: string | null, 
/**
 * Messages a day, over all campaigns; by default 30.
 */
daily_limit?: number | null, 
/**
 * LinkedIn only: whether the profile has a premium plan.
 */
is_premium?: boolean | null, 
/**
 * LinkedIn only: invitations per rolling 7 days; `null` for the default.
 */
weekly_connection_limit?: number | null, 
/**
 * LinkedIn only: messages per rolling 7 days; `null` for the default.
 */
weekly_message_limit?: number | null, 
/**
 * LinkedIn only: whether invitations are spread over the days of the week.
 */
spread_invitations?: boolean | null, 
/**
 * When it may send; `null`: at any time.
 */
sending_hours?: NewSchedule | null, 
/**
 * The least time between two messages, in seconds: 0–86,400.
 */
min_gap_seconds?: number | null, 
/**
 * The most that is added to it, in seconds: 0–86,400. Each time it is another part.
 */
gap_jitter_seconds?: number | null, 
/**
 * The limit of its first days, which grows; `null`: the daily limit alone.
 */
ramp_up?: RampUp | null, };

/**
 * Which accounts to list.
 */
export type ListAccounts = { 
/**
 * Only those of this channel.
 */
type?: Channel | null, 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A page of accounts, newest first.
 */
export type AccountPage = { 
/**
 * The accounts.
 */
accounts: Array<Account>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * A named outreach over one channel. Fields of the other channel are `null`.
 */
export type Campaign = { 
/**
 * Identifies the campaign.
 */
id: CampaignId, 
/**
 * The user that it belongs to.
 */
user_id: UserId, 
/**
 * Its name: 1–255 characters, unique among the user's campaigns.
 */
name: string, 
/**
 * Its status.
 */
status: CampaignStatus, 
/**
 * The accounts that it sends from, without duplicates, in the order given.
 */
sender_account_ids: Array<AccountId>, 
/**
 * Whether it stays active when everyone in it is final, and waits for others.
 */
stay_open: boolean, 
/**
 * After how many minutes a follow-up that could not go in its hours is late: 1–10,080.
 */
late_after_minutes: number, 
/**
 * Whether messages go in the hours and on the dates of the time zone of their prospect, where they have one.
 */
follow_prospect_zone: boolean, 
/**
 * Its figures since it was launched.
 */
stats: Stats | null, 
/**
 * Counts its changes, from 1.
 */
revision: number, 
/**
 * When it was created, as RFC 3339.
 */
created_at: string, 
/**
 * When it was last changed, as RFC 3339.
 */
updated_at: string, 
/**
 * When it was launched, as RFC 3339.
 */
launched_at: string | null, 
/**
 * When it was completed, as RFC 3339.
 */
completed_at: string | null, 
/**
 * Its steps in order; the last is `end`.
 */
sequence_nodes: Array<SequenceNode>, } & ({ 
/**
 * Its channel.
 */
type: "email", 
/**
 * Messages per day across all senders.
 */
daily_limit: number, 
/**
 * Whether a reply ends the prospect.
 */
stop_on_reply: boolean, 
/**
 * Whether tasks carry a tracking-pixel token.
 */
open_tracking: boolean, 
/**
 * The template that follows the body of each email.
 */
signature: string, 
/**
 * Only LinkedIn has it.
 */
skip_other_campaigns: null, 
/**
 * Only LinkedIn has it.
 */
operating_hours: null, } | { 
/**
 * Its channel.
 */
type: "linkedin", 
/**
 * Only email has it.
 */
daily_limit: null, 
/**
 * Only email has it.
 */
stop_on_reply: null, 
/**
 * Only email has it.
 */
open_tracking: null, 
/**
 * Only email has it.
 */
signature: null, 
/**
 * Whether launching skips prospects that are in another active LinkedIn campaign of the user.
 */
skip_other_campaigns: boolean, 
/**
 * When the campaign may act; `time_zone` null follows the user's.
 */
operating_hours: Schedule, });

/**
 * The counts of a launched campaign.
 */
export type Stats = { 
/**
 * How many prospects it has.
 */
prospects: number, 
/**
 * Of these, those that were sent nothing yet.
 */
pending: number, 
/**
 * Those that were sent an email and will be sent more.
 */
sent: number, 
/**
 * Those that were sent an invitation.
 */
connection_sent: number, 
/**
 * Those that accepted it.
 */
connected: number, 
/**
 * Those that were sent a LinkedIn message and will be sent more.
 */
message_sent: number, 
/**
 * Those that replied.
 */
replied: number, 
/**
 * Those whose message bounced.
 */
bounced: number, 
/**
 * Those that were sent everything.
 */
completed: number, 
/**
 * Those that did not accept the invitation in time.
 */
timed_out: number, 
/**
 * Those that were cancelled.
 */
cancelled: number, 
/**
 * Those that were skipped.
 */
skipped: number, 
/**
 * How many messages were sent.
 */
messages_sent: number, 
/**
 * How many of them were opened, as far as that is known.
 */
opened: number, 
/**
 * How many invitations were accepted.
 */
accepted: number, 
/**
 * How many replies came.
 */
replies: number, 
/**
 * How many unsubscribed.
 */
unsubscribed: number, };

/**
 * The `status` of a campaign.
 */
export type CampaignStatus = "draft" | "active" | "paused" | "completed";

/**
 * Weekly operating hours: the open intervals that start on each weekday.
 */
export type Schedule = { 
/**
 * The IANA time zone in which the hours are meant; `null` follows the user's.
 */
time_zone: string | null, monday: Array<Interval>, tuesday: Array<Interval>, wednesday: Array<Interval>, thursday: Array<Interval>, friday: Array<Interval>, saturday: Array<Interval>, sunday: Array<Interval>, };

/**
 * Dates on which nothing is sent: one, or a range.
 */
export type BlackoutDate = { 
/**
 * The first date, as `YYYY-MM-DD`.
 */
from: string, 
/**
 * The last date, as `YYYY-MM-DD`: `from`, or at most 365 days after it.
 */
to: string, 
/**
 * What the user calls them: one line.
 */
label: string | null, };

/**
 * Dates on which nothing is sent: one, or a range.
 */
export type NewBlackoutDate = { 
/**
 * The first date, as `YYYY-MM-DD`.
 */
from: string, 
/**
 * The last date, as `YYYY-MM-DD`: at most 365 days after `from`, which it is by default.
 */
to?: string | null, 
/**
 * What the user calls them: one line of at most 255 characters.
 */
label?: string | null, };

/**
 * Weekly operating hours to set; a weekday that is not given is closed, and at least one interval must be open.
 */
export type NewSchedule = { 
/**
 * The IANA time zone in which the hours are meant; `null` follows the user's.
 */
time_zone?: string | null, monday?: Array<Interval> | null, tuesday?: Array<Interval> | null, wednesday?: Array<Interval> | null, thursday?: Array<Interval> | null, friday?: Array<Interval> | null, saturday?: Array<Interval> | null, sunday?: Array<Interval> | null, };

/**
 * A half-open stretch of time that starts on a day. An end that is not after its start lies on the next day.
 */
export type Interval = { 
/**
 * When it opens, as `HH:MM`; before `24:00`.
 */
start: string, 
/**
 * When it closes, as `HH:MM`; `24:00` is the end of the day. Not after the start: it closes on the next day.
 */
end: string, };

/**
 * One step of a campaign.
 */
export type SequenceNode = { 
/**
 * Identifies the node.
 */
id: NodeId, 
/**
 * The campaign that it is a step of.
 */
campaign_id: CampaignId, 
/**
 * Its place in the sequence, from 0.
 */
position: number, 
/**
 * The texts of an email or a message of which each person is sent one, instead of that of the node; absent where all are
 * sent the same.
 */
variants?: Array<Variant>, } & ({ "type": "connection_request", 
/**
 * The note, a template (`docs/rules.md#templates`).
 */
body: string | null, } | { "type": "message", 
/**
 * The text, a template (`docs/rules.md#templates`).
 */
body: string, } | { "type": "email", 
/**
 * The subject, a template (`docs/rules.md#templates`).
 */
subject: string, 
/**
 * The text, a template (`docs/rules.md#templates`).
 */
body: string, 
/**
 * Whether it is a reply in the thread of the email before.
 */
is_reply: boolean, 
/**
 * Whether it goes as text alone, without HTML (`docs/rules.md#html`).
 */
text_only?: boolean, } | { "type": "delay", 
/**
 * Calendar days.
 */
delay_days: number, 
/**
 * Elapsed hours.
 */
delay_hours: number, 
/**
 * Elapsed minutes.
 */
delay_minutes: number, } | { "type": "end" });

/**
 * The campaign to create. A field of the other channel cannot be written at all.
 */
export type CreateCampaign = { 
/**
 * A UUIDv7 made by the caller, which makes a retry safe: the same id with the same request returns the campaign
 * as it is now and writes nothing.
 */
id?: CampaignId | null, 
/**
 * Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
 * user's campaigns.
 */
name: string, 
/**
 * The accounts to send from: 1–100, all of the campaign's channel; duplicates collapse.
 */
sender_account_ids: Array<AccountId>, 
/**
 * Whether it stays active when everyone in it is final, and can be launched without people to wait for some; by default
 * not.
 */
stay_open?: boolean | null, 
/**
 * After how many minutes a follow-up that could not go in its hours is late: 1–10,080, by default 4,320.
 */
late_after_minutes?: number | null, 
/**
 * Whether messages go in the hours and on the dates of the time zone of their prospect, where they have one; by default
 * not.
 */
follow_prospect_zone?: boolean | null, } & ({ "type": "email" } & NewEmail | { "type": "linkedin" } & NewLinkedin);

/**
 * How to copy a campaign.
 */
export type CloneCampaign = { 
/**
 * A UUIDv7 made by the caller, so that the request can be retried.
 */
id?: CampaignId | null, 
/**
 * Its name; by default the first free one of `NAME (2)`, `NAME (3)`, ….
 */
name?: string | null, 
/**
 * Whether it gets the people, too: those who are not suppressed, as if they were imported; by default not.
 */
prospects?: boolean | null, };

/**
 * The settings of a new email campaign, before they are checked.
 */
export type NewEmail = { 
/**
 * Messages per day across all senders; brought into [`DAILY_LIMIT`](crate::bounds::DAILY_LIMIT) with a notice, never
 * rejected for its size.
 */
daily_limit?: number | null, 
/**
 * Whether a reply ends the prospect; by default it does.
 */
stop_on_reply?: boolean | null, 
/**
 * Whether tasks carry a tracking-pixel token; by default they do.
 */
open_tracking?: boolean | null, 
/**
 * The template that follows the body of each email, at most 10,000 characters; by default
 * `Best,` and the sender's first name.
 */
signature?: string | null, };

/**
 * The settings of a LinkedIn campaign.
 */
export type NewLinkedin = { 
/**
 * Whether it skips people who belong to another active LinkedIn campaign of the user; by default it does.
 */
skip_other_campaigns?: boolean | null, 
/**
 * When the campaign may act; by default Monday to Friday from 09:00 to 17:00 in the user's time zone.
 */
operating_hours?: NewSchedule | null, };

/**
 * The result of creating a campaign.
 */
export type Created = { 
/**
 * The campaign as it is now.
 */
campaign: Campaign, 
/**
 * Fields that the engine ignored or adjusted; at most 20.
 */
notices: Array<Notice>, 
/**
 * How many notices there are beyond those, where there are more.
 */
more_notices?: number, };

/**
 * What to change of a campaign; what is not given stays. Fields of the other channel are ignored with a notice.
 */
export type UpdateCampaign = { 
/**
 * The channel of the campaign, which never changes.
 */
type?: Channel | null, 
/**
 * Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
 * user's campaigns.
 */
name?: string | null, 
/**
 * Draft only: the accounts to send from, 1–100, all of the campaign's channel; duplicates collapse.
 */
sender_account_ids?: Array<AccountId> | null, 
/**
 * Draft only: the whole sequence. Its end is added where it is missing; at most 100 nodes.
 */
sequence_nodes?: Array<NewNode> | null, 
/**
 * Email: messages per day across all senders; brought into [`DAILY_LIMIT`](crate::bounds::DAILY_LIMIT) with a notice.
 */
daily_limit?: number | null, 
/**
 * Email, draft only: whether a reply ends the prospect.
 */
stop_on_reply?: boolean | null, 
/**
 * Email, draft only: whether tasks carry a tracking-pixel token.
 */
open_tracking?: boolean | null, 
/**
 * Email, draft only: the template that follows the body of each email, at most 10,000 characters.
 */
signature?: string | null, 
/**
 * LinkedIn, draft only: whether launching skips prospects that are in another active LinkedIn campaign.
 */
skip_other_campaigns?: boolean | null, 
/**
 * LinkedIn: when the campaign may act.
 */
operating_hours?: NewSchedule | null, 
/**
 * Whether it stays active when everyone in it is final. Switched off, it completes the campaign at once if everyone is.
 */
stay_open?: boolean | null, 
/**
 * After how many minutes a follow-up that could not go in its hours is late: 1–10,080.
 */
late_after_minutes?: number | null, 
/**
 * Draft only: whether messages go in the hours and on the dates of the time zone of their prospect, where they have one.
 */
follow_prospect_zone?: boolean | null, 
/**
 * The revision of the campaign that the caller saw.
 */
expected_revision?: number | null, };

/**
 * The result of changing a campaign.
 */
export type Updated = { 
/**
 * The campaign as it is now.
 */
campaign: Campaign, 
/**
 * Fields that the engine ignored or adjusted; at most 20.
 */
notices: Array<Notice>, 
/**
 * How many notices there are beyond those, where there are more.
 */
more_notices?: number, };

/**
 * One of several texts of a node that sends an email or a LinkedIn message.
 */
export type Variant = { 
/**
 * Identifies the variant.
 */
id: VariantId, 
/**
 * Its share of the people beside those of the other variants of the node: 1–100.
 */
weight: number, 
/**
 * The subject of an email, a template; absent where it has that of the node.
 */
subject?: string, 
/**
 * The text, a template.
 */
body: string, };

/**
 * A variant of a node to set.
 */
export type NewVariant = { 
/**
 * The id of a variant that the node has, which this one keeps; another id, or none, gives a new one.
 */
id?: VariantId | null, 
/**
 * Its share of the people beside those of the other variants of the node: 1–100.
 */
weight: number, 
/**
 * The subject of an email: one line of at most 1,000 characters, a template; without one it has that of the node.
 */
subject?: string | null, 
/**
 * The text: at most 100,000 characters, a template.
 */
body: string, };

/**
 * A node of a sequence to set.
 */
export type NewNode = { 
/**
 * The id of a node that the sequence has, which this one keeps; another id, or none, gives a new one.
 */
id?: NodeId | null, } & (NewStep | { "type": "end" });

/**
 * What a node to set does.
 */
export type NewStep = { "type": "connection_request", 
/**
 * The note, a template of at most 100,000 characters; rendered at most 200, or 300 for premium senders.
 */
body?: string | null, } | { "type": "message", 
/**
 * The text, a template of at most 100,000 characters.
 */
body?: string | null, 
/**
 * Texts of which each person is sent one, instead of that of the node: at most 5.
 */
variants?: Array<NewVariant> | null, } | { "type": "email", 
/**
 * The subject, a template of one line and at most 1,000 characters.
 */
subject?: string | null, 
/**
 * The text, a template of at most 100,000 characters.
 */
body?: string | null, 
/**
 * Whether it is a reply in the thread of the email before.
 */
is_reply?: boolean | null, 
/**
 * Whether it goes as text alone, without HTML; by default not.
 */
text_only?: boolean | null, 
/**
 * Texts of which each person is sent one, instead of that of the node: at most 5.
 */
variants?: Array<NewVariant> | null, } | { "type": "delay", 
/**
 * Calendar days.
 */
delay_days?: number | null, 
/**
 * Elapsed hours.
 */
delay_hours?: number | null, 
/**
 * Elapsed minutes.
 */
delay_minutes?: number | null, };

/**
 * A node to insert into a sequence: anything but `end`.
 */
export type InsertNode = { 
/**
 * Its place, from 0; before the end where none is given.
 */
position?: number | null, 
/**
 * The revision of the campaign that the caller saw.
 */
expected_revision?: number | null, } & ({ "type": "connection_request", 
/**
 * The note, a template of at most 100,000 characters; rendered at most 200, or 300 for premium senders.
 */
body?: string | null, } | { "type": "message", 
/**
 * The text, a template of at most 100,000 characters.
 */
body?: string | null, 
/**
 * Texts of which each person is sent one, instead of that of the node: at most 5.
 */
variants?: Array<NewVariant> | null, } | { "type": "email", 
/**
 * The subject, a template of one line and at most 1,000 characters.
 */
subject?: string | null, 
/**
 * The text, a template of at most 100,000 characters.
 */
body?: string | null, 
/**
 * Whether it is a reply in the thread of the email before.
 */
is_reply?: boolean | null, 
/**
 * Whether it goes as text alone, without HTML; by default not.
 */
text_only?: boolean | null, 
/**
 * Texts of which each person is sent one, instead of that of the node: at most 5.
 */
variants?: Array<NewVariant> | null, } | { "type": "delay", 
/**
 * Calendar days.
 */
delay_days?: number | null, 
/**
 * Elapsed hours.
 */
delay_hours?: number | null, 
/**
 * Elapsed minutes.
 */
delay_minutes?: number | null, });

/**
 * What to change of a node; what is not given stays.
 */
export type UpdateNode = { 
/**
 * The subject of an email: one line of at most 1,000 characters, a template.
 */
subject?: string | null, 
/**
 * The text of a message or the note of a connection request: at most 100,000 characters, a template.
 */
body?: string | null, 
/**
 * Whether an email is a reply in the thread of the one before.
 */
is_reply?: boolean | null, 
/**
 * Whether an email goes as text alone, without HTML.
 */
text_only?: boolean | null, 
/**
 * Calendar days of a delay.
 */
delay_days?: number | null, 
/**
 * Elapsed hours of a delay.
 */
delay_hours?: number | null, 
/**
 * Elapsed minutes of a delay.
 */
delay_minutes?: number | null, 
/**
 * The variants of an email or a message, at most 5, in place of those that it has; an empty list takes them away.
 */
variants?: Array<NewVariant> | null, 
/**
 * The revision of the campaign that the caller saw.
 */
expected_revision?: number | null, };

/**
 * What to change of the texts of a node of a launched campaign; what is not given stays.
 */
export type ReviseNode = { 
/**
 * The subject of an email: one line of at most 1,000 characters, a template.
 */
subject?: string | null, 
/**
 * The text of a message or the note of a connection request: at most 100,000 characters, a template.
 */
body?: string | null, 
/**
 * Whether an email goes as text alone, without HTML.
 */
text_only?: boolean | null, 
/**
 * The variants of an email or a message, at most 5, in place of those that it has; an empty list takes them away.
 */
variants?: Array<NewVariant> | null, 
/**
 * Whether to write nothing, and only say what would change; by default not.
 */
dry_run?: boolean | null, 
/**
 * The revision of the campaign that the caller saw.
 */
expected_revision?: number | null, };

/**
 * Where to move a node.
 */
export type MoveNode = { 
/**
 * The place that it is to have, from 0; before the end.
 */
position: number, 
/**
 * The revision of the campaign that the caller saw.
 */
expected_revision?: number | null, };

/**
 * The revision that the caller saw, if it wants the operation to depend on it.
 *
 * `None`, `Some(3)`, or JSON `{ "expected_revision": 3 }`.
 */
export type ExpectedRevision = { 
/**
 * The revision of the campaign that the caller saw; `revision_changed` if it has another one.
 */
expected_revision?: number | null, };

/**
 * Whether a campaign can be launched, with errors and warnings.
 */
export type Validation = { 
/**
 * Whether launching it now would succeed: there are no errors.
 */
ready: boolean, 
/**
 * The errors that prevent the launch; at most 100.
 */
errors: Array<Issue>, 
/**
 * How many errors there are beyond those, where there are more.
 */
more_errors?: number, 
/**
 * Warnings: what does not prevent the launch and may still be a mistake; at most 100.
 */
warnings: Array<Issue>, 
/**
 * How many warnings there are beyond those, where there are more.
 */
more_warnings?: number, };

/**
 * The result of launching a campaign.
 */
export type Launched = { 
/**
 * The campaign: `active`, or `completed` where there is nobody to contact.
 */
campaign: Campaign, 
/**
 * How many prospects will be contacted.
 */
enrolled: number, 
/**
 * The prospects that are skipped, in the order in which they were added; at most 100,000 of them.
 */
skipped: Array<Skipped>, 
/**
 * How many more are skipped; none where `skipped` has all.
 */
more_skipped?: number, };

/**
 * A prospect who is not contacted.
 */
export type Skipped = { 
/**
 * The prospect.
 */
prospect_id: ProspectId, 
/**
 * The reason.
 */
reason: "other_campaign" | "suppressed", 
/**
 * The active campaign that holds the prospect; `null` for one that is suppressed.
 */
campaign_id: CampaignId | null, };

/**
 * The result of pausing a campaign.
 */
export type Paused = { 
/**
 * The campaign as it is now.
 */
campaign: Campaign, 
/**
 * Whether it was active before.
 */
changed: boolean, };

/**
 * The result of resuming a campaign.
 */
export type Resumed = { 
/**
 * The campaign: `active`, or `completed` where nobody is left to contact.
 */
campaign: Campaign, 
/**
 * Whether it was paused before.
 */
changed: boolean, 
/**
 * The prospects that are skipped from now on: overlap and suppressions are checked again, as at launch. At most
 * 100,000.
 */
skipped: Array<Skipped>, 
/**
 * How many more are skipped; none where `skipped` has all.
 */
more_skipped?: number, };

/**
 * The result of revising a node, or what it would be.
 */
export type Revised = { 
/**
 * How many messages of the node are not handed out yet: they say the new texts.
 */
messages: number, 
/**
 * How many of these are to people who were sent an earlier message.
 */
between: number, 
/**
 * How many messages that were written by hand for one prospect become stale by it; they are sent as they were written.
 */
stale_drafts: number, 
/**
 * Those of these people for whom the message cannot be written.
 */
unresolved: UnresolvedProspects, 
/**
 * The revision of the campaign now.
 */
revision: number, 
/**
 * The fields that were ignored; at most 20.
 */
notices: Array<Notice>, 
/**
 * How many notices there are beyond those, where there are more.
 */
more_notices?: number, };

/**
 * Prospects for whom a variable has neither a value nor a fallback.
 */
export type UnresolvedProspects = { 
/**
 * How many.
 */
prospects: number, 
/**
 * The first of them; at most 5.
 */
prospect_ids: Array<ProspectId>, };

/**
 * Names a person by what they are known by.
 */
export type PersonIdentity = { "email": string } | { "linkedin_url": string };

/**
 * Whose rows to export.
 */
export type ExportPerson = ({ "email": string } | { "linkedin_url": string }) & { 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A page of all that is stored of a person.
 */
export type ExportedPerson = { 
/**
 * The rows: each prospect with what belongs to it, then leads, what is kept by the address or the profile alone, and
 * events.
 */
records: Array<PersonRecord>, 
/**
 * Whether the person was erased and is not to be contacted.
 */
is_erased: boolean, 
/**
 * Where the next page begins; `null` on the last one.
 */
next_cursor: string | null, };

/**
 * A row of the database that is of a person.
 */
export type PersonRecord = { 
/**
 * The table: `prospect`, `progress` (where a prospect stands in the sequence), `draft` (a message written for them),
 * `message` (what a message said), `task`, `unsubscribe_token`, `lead`, `hold`, `suppression`, `bounce`,
 * `sender_failure`, `recorded_event` or `event`.
 */
table: string, 
/**
 * The values of its columns by their names. Ids, tokens and keys are texts, instants are RFC 3339 and end with `_at`,
 * flags are `true` or `false`, and custom fields are an object of texts.
 */
row: { [column: string]: PersonValue }, };

/**
 * A value in a row that is of a person.
 */
export type PersonValue = null | boolean | number | string | { [key in string]: string };

/**
 * Whom to erase.
 */
export type ErasePerson = { 
/**
 * Whether a hash of the person is kept, by which they are suppressed from now on; by default it is. `false` also
 * forgets one that is kept.
 */
keep_suppressed?: boolean | null, } & ({ "email": string } | { "linkedin_url": string });

/**
 * The result of erasing a person.
 */
export type ErasedPerson = { 
/**
 * How many prospects were erased, each with its messages.
 */
prospects: number, 
/**
 * How many leads of saved lists.
 */
leads: number, 
/**
 * How many rows of other tables that named the person.
 */
others: number, 
/**
 * Whether a hash of the person is kept, by which they are suppressed.
 */
is_suppressed: boolean, };

/**
 * Names a person.
 */
export type PersonRef = { "prospect_id": ProspectId } | { "email": string } | { "linkedin_url": string };

/**
 * How long to hold a person, and where.
 */
export type Hold = { 
/**
 * Until when, as RFC 3339; `null` is for ever.
 */
until: string | null, 
/**
 * Only in this campaign; by default in all campaigns, present and future.
 */
campaign_id?: CampaignId | null, };

/**
 * The result of holding or releasing a person.
 */
export type Held = { 
/**
 * The prospects that are the person, are not final and are in an active or a paused campaign, in the order of the
 * campaigns.
 */
prospects: Array<HeldProspect>, };

/**
 * A prospect of a person who is held or released.
 */
export type HeldProspect = { 
/**
 * The prospect.
 */
id: ProspectId, 
/**
 * Whether it is held longer than before, or not as long where the person is released.
 */
changed: boolean, };

/**
 * Which prospects to retry.
 */
export type RetryProspects = { "status": RetryStatus } | { "prospect_ids": Array<ProspectId> };

/**
 * The statuses of which prospects can be retried.
 */
export type RetryStatus = "cancelled" | "timed_out" | "skipped" | "bounced";

/**
 * The result of retrying prospects.
 */
export type Retried = { 
/**
 * The campaign: active again, if it was completed and somebody continues.
 */
campaign: Campaign, 
/**
 * How many prospects continue.
 */
retried: number, 
/**
 * The prospects that cannot, in the order in which they were added; at most 100,000 of them.
 */
skipped: Array<Skipped>, 
/**
 * How many more cannot; none where `skipped` has all.
 */
more_skipped?: number, };

/**
 * From which sender of a campaign to hand people over, and to which.
 */
export type HandOver = { 
/**
 * Their present sender.
 */
from: AccountId, 
/**
 * Their new sender, which becomes a sender of the campaign; by default the campaign's connected senders share them.
 */
to?: AccountId | null, };

/**
 * The result of handing people over.
 */
export type HandedOver = { 
/**
 * The campaign as it is now.
 */
campaign: Campaign, 
/**
 * How many prospects have another sender now.
 */
moved: number, 
/**
 * How many stay with theirs, since a message to them is handed out.
 */
stuck: number, };

/**
 * What to claim; everything is optional.
 */
export type ClaimDue = { 
/**
 * The most tasks: 1–1,000, by default 100.
 */
max?: number | null, 
/**
 * The length of the lease in seconds: 1–86,400, by default 300.
 */
lease_seconds?: number | null, 
/**
 * Up to how many seconds from now messages are handed out before they are due, each to be sent at its `send_at`:
 * 0–86,400, by default 0.
 */
ahead_seconds?: number | null, 
/**
 * Only those of this channel.
 */
type?: Channel | null, 
/**
 * What to do with messages that are late after an outage; by default `next_window`.
 */
late?: LatePolicy | null, 
/**
 * The link to unsubscribe with `{token}` in it, for the header `List-Unsubscribe` and `%unsubscribe_url%`: `https` or
 * `mailto`. Without it, messages that say the link wait for a claim that has one.
 */
unsubscribe_url?: string | null, 
/**
 * The image by which an opened email is known, an `https` link with `{token}` in it: the HTML of emails of campaigns that
 * track openings ends with it. Without it they have no pixel.
 */
open_url?: string | null, 
/**
 * The present instant as RFC 3339; by default the store's clock.
 */
now?: string | null, };

/**
 * What to do with follow-ups that became due since the last claim, in operating hours (by email, on a day) that are over.
 */
export type LatePolicy = "next_window" | "send" | "skip";

/**
 * The result of claiming.
 */
export type Claimed = { 
/**
 * The messages to send now, in this order.
 */
tasks: Array<Task>, 
/**
 * When to claim next: what [`next_due`](crate::Session::next_due) returns after this claim; now, if there is more.
 */
next_due_at: string | null, 
/**
 * Whether the same claim at the same instant would hand out more: `max` or the bound of 16 MiB of text cut it short.
 */
more: boolean, 
/**
 * What is due and was not handed out, of the messages that this claim looked at: it looks again at what waits when that
 * may go, and no sooner.
 */
held_back: Array<HeldBack>, };

/**
 * Messages that a claim looked at, that are due, and that it did not hand out for one reason.
 */
export type HeldBack = { 
/**
 * What prevents them.
 */
reason: Reason, 
/**
 * Their sender; none for first messages, which have none so far.
 */
account_id: AccountId | null, 
/**
 * To how many prospects they are.
 */
prospects: number, };

/**
 * When to claim next.
 */
export type NextDue = { 
/**
 * The first instant at which a claim would change something; none if nothing will happen by itself.
 */
next_due_at: string | null, };

/**
 * One message to be sent now, by the caller that claimed it. Fields of the other channel are `null`.
 */
export type Task = { 
/**
 * Identifies the task, for its completion.
 */
id: TaskId, 
/**
 * The same whenever this message is handed out: a provider that knows it sends it once. Make the `Message-ID` of it:
 * `<KEY@DOMAIN>`, with the sender's domain.
 */
idempotency_key: string, 
/**
 * The campaign.
 */
campaign_id: CampaignId, 
/**
 * The recipient.
 */
prospect_id: ProspectId, 
/**
 * The sender.
 */
account_id: AccountId, 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The variant of the node that it is; `null` where the node had none.
 */
variant_id: VariantId | null, 
/**
 * The place of the node in the sequence, from 0.
 */
position: number, 
/**
 * How often sending it has failed before.
 */
attempts: number, 
/**
 * When it was claimed, as RFC 3339.
 */
claimed_at: string, 
/**
 * When to send it, as RFC 3339: when it was claimed, or later if it was claimed ahead.
 */
send_at: string, 
/**
 * When it is handed out again, if it is not completed before, as RFC 3339.
 */
leased_until: string, 
/**
 * The recipient.
 */
prospect: Prospect, 
/**
 * The sender.
 */
account: Account, } & ({ 
/**
 * What it sends.
 */
type: "email", 
/**
 * The subject.
 */
subject: string, 
/**
 * The text, an email's with the signature; `null` for an invitation without a note.
 */
body: string, 
/**
 * The text as HTML, with the tracking pixel where the campaign tracks and the claim named its link; `null` where the
 * node is `text_only`.
 */
body_html: string | null, 
/**
 * The signature by itself; `null` if the campaign has none.
 */
signature: string | null, 
/**
 * Whether it is a reply in the thread of an earlier email.
 */
is_reply: boolean, 
/**
 * The key of the email that it replies to, for `In-Reply-To` and `References`; `null` where none was sent.
 */
in_reply_to: string | null, 
/**
 * The token of the unsubscribe link; `unsubscribe` takes it.
 */
unsubscribe_token: string, 
/**
 * The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link.
 */
list_unsubscribe: string | null, 
/**
 * The header `List-Unsubscribe-Post` that goes with it.
 */
list_unsubscribe_post: string | null, 
/**
 * The token of the tracking pixel; `null` where the campaign does not track opens.
 */
open_token: string | null, } | { 
/**
 * What it sends.
 */
type: "connection_request" | "message", 
/**
 * Only email has it.
 */
subject: null, 
/**
 * The text, an email's with the signature; `null` for an invitation without a note.
 */
body: string | null, 
/**
 * Only email has it.
 */
body_html: null, 
/**
 * Only email has it.
 */
signature: null, 
/**
 * Only email has it.
 */
is_reply: null, 
/**
 * Only email has it.
 */
in_reply_to: null, 
/**
 * Only email has it.
 */
unsubscribe_token: null, 
/**
 * Only email has it.
 */
list_unsubscribe: null, 
/**
 * Only email has it.
 */
list_unsubscribe_post: null, 
/**
 * Only email has it.
 */
open_token: null, });

/**
 * What a task sends.
 */
export type TaskType = "email" | "connection_request" | "message";

/**
 * The status of a task.
 */
export type TaskStatus = "claimed" | "sent" | "failed" | "bounced" | "lost" | "deferred";

/**
 * Which tasks to list; without anything, all of the user.
 */
export type ListTasks = { 
/**
 * Only those of this campaign.
 */
campaign_id?: CampaignId | null, 
/**
 * Only those of this sender, which may have been removed since.
 */
account_id?: AccountId | null, 
/**
 * Only those of this status.
 */
status?: TaskStatus | null, 
/**
 * Only those that send this.
 */
type?: TaskType | null, 
/**
 * Only those that were claimed at this instant or later, as RFC 3339.
 */
since?: string | null, 
/**
 * Only those that were claimed before this instant, as RFC 3339.
 */
until?: string | null, 
/**
 * Whether each comes with what it said; by default not.
 */
messages?: boolean | null, 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A message that was handed out, and its outcome.
 */
export type TaskRecord = { 
/**
 * Identifies the task.
 */
id: TaskId, 
/**
 * The key of its message; none for what was handed out by version 0.1.
 */
idempotency_key: string | null, 
/**
 * The campaign; none where it was deleted since.
 */
campaign_id: CampaignId | null, 
/**
 * The recipient; none where the prospect was removed since.
 */
prospect_id: ProspectId | null, 
/**
 * The sender.
 */
account_id: AccountId, 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The variant of the node that it is; none where the node had none.
 */
variant_id: VariantId | null, 
/**
 * What it sends.
 */
type: TaskType, 
/**
 * Its status.
 */
status: TaskStatus, 
/**
 * How often sending its message had failed before it was claimed; none for what was handed out by version 0.1.
 */
attempts: number | null, 
/**
 * When it was claimed; none for what was handed out by version 0.1.
 */
claimed_at: string | null, 
/**
 * When to send it: when it was claimed, or later if it was claimed ahead.
 */
send_at: string | null, 
/**
 * When its message is handed out again, if it is not completed before; none where it is not handed out any more.
 */
leased_until: string | null, 
/**
 * When it took its place in the limits; none if it gave that back.
 */
at: string | null, 
/**
 * When the email was first opened, where that is tracked.
 */
opened_at: string | null, 
/**
 * What the host noted when it completed the task.
 */
note: string | null, 
/**
 * The id that the message has at the host's provider.
 */
provider_id: string | null, 
/**
 * What it said, where the list was asked for it: none where the prospect was removed since, or it is to be written
 * anew.
 */
message: TaskMessage | null, };

/**
 * The texts of a message as they were handed out.
 */
export type TaskMessage = { 
/**
 * The subject of an email.
 */
subject: string | null, 
/**
 * The text, an email's with the signature; none for an invitation without a note.
 */
body: string | null, 
/**
 * The text of an email as HTML, with the tracking pixel of its task (`docs/rules.md#html`); none where its node was
 * `text_only`.
 */
body_html: string | null, 
/**
 * The signature of an email by itself.
 */
signature: string | null, 
/**
 * Whether it is a reply in the thread of an earlier email.
 */
is_reply: boolean, 
/**
 * The key of the email that it replies to.
 */
in_reply_to: string | null, 
/**
 * The header `List-Unsubscribe`, if the claim named the link.
 */
list_unsubscribe: string | null, };

/**
 * A task with all that is left of what it sends: as it was handed out, and what became of it. Fields of the other channel
 * are `null`.
 */
export type TaskDetail = { 
/**
 * Identifies the task, for its completion.
 */
id: TaskId, 
/**
 * The key of its message; `null` for what was handed out by version 0.1.
 */
idempotency_key: string | null, 
/**
 * The campaign; `null` where it was deleted since.
 */
campaign_id: CampaignId | null, 
/**
 * The recipient; `null` where the prospect was removed since.
 */
prospect_id: ProspectId | null, 
/**
 * The sender.
 */
account_id: AccountId, 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The variant of the node that it is; `null` where the node had none.
 */
variant_id: VariantId | null, 
/**
 * The place of the node in the sequence, from 0; `null` where the campaign was deleted since.
 */
position: number | null, 
/**
 * The text, an email's with the signature; `null` for an invitation without a note, too.
 */
body: string | null, 
/**
 * How often sending its message had failed before it was claimed; `null` for what was handed out by version 0.1.
 */
attempts: number | null, 
/**
 * When it was claimed, as RFC 3339; `null` for what was handed out by version 0.1.
 */
claimed_at: string | null, 
/**
 * When to send it, as RFC 3339: when it was claimed, or later if it was claimed ahead.
 */
send_at: string | null, 
/**
 * When its message is handed out again, if it is not completed before, as RFC 3339; `null` where it is not handed
 * out any more.
 */
leased_until: string | null, 
/**
 * Its status.
 */
status: TaskStatus, 
/**
 * When it took its place in the limits, as RFC 3339; `null` if it gave that back.
 */
at: string | null, 
/**
 * When the email was first opened, where that is tracked, as RFC 3339.
 */
opened_at: string | null, 
/**
 * What the host noted when it completed the task.
 */
note: string | null, 
/**
 * The id that the message has at the host's provider.
 */
provider_id: string | null, 
/**
 * The recipient; `null` where the prospect was removed since.
 */
prospect: Prospect | null, 
/**
 * The sender; `null` where the account was removed since.
 */
account: Account | null, 
/**
 * Whether its texts were stored and are not any more: they were forgotten, or its prospect was removed.
 */
is_forgotten: boolean, } & ({ 
/**
 * What it sends.
 */
type: "email", 
/**
 * The subject; it and the other texts are `null` where the prospect was removed since, or the message is to be
 * written anew.
 */
subject: string | null, 
/**
 * The text as HTML, as it was handed out; `null` where the node was `text_only`, too.
 */
body_html: string | null, 
/**
 * The signature by itself; `null` if the campaign has none, too.
 */
signature: string | null, 
/**
 * Whether it is a reply in the thread of an earlier email.
 */
is_reply: boolean | null, 
/**
 * The key of the email that it replies to, for `In-Reply-To` and `References`; `null` where none was sent, too.
 */
in_reply_to: string | null, 
/**
 * The token of the unsubscribe link; `unsubscribe` takes it.
 */
unsubscribe_token: string | null, 
/**
 * The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link, too.
 */
list_unsubscribe: string | null, 
/**
 * The header `List-Unsubscribe-Post` that goes with it.
 */
list_unsubscribe_post: string | null, 
/**
 * The token of the tracking pixel; `null` where the campaign does not track opens.
 */
open_token: string | null, } | { 
/**
 * What it sends.
 */
type: "connection_request" | "message", 
/**
 * Only email has it.
 */
subject: null, 
/**
 * Only email has it.
 */
body_html: null, 
/**
 * Only email has it.
 */
signature: null, 
/**
 * Only email has it.
 */
is_reply: null, 
/**
 * Only email has it.
 */
in_reply_to: null, 
/**
 * Only email has it.
 */
unsubscribe_token: null, 
/**
 * Only email has it.
 */
list_unsubscribe: null, 
/**
 * Only email has it.
 */
list_unsubscribe_post: null, 
/**
 * Only email has it.
 */
open_token: null, });

/**
 * A page of tasks.
 */
export type TaskPage = { 
/**
 * The tasks.
 */
tasks: Array<TaskRecord>, 
/**
 * Where the next page begins; `null` on the last one.
 */
next_cursor: string | null, };

/**
 * Which texts to forget.
 */
export type ForgetMessages = { 
/**
 * Those that were last handed out before this instant, as RFC 3339.
 */
before: string, };

/**
 * The result of forgetting messages.
 */
export type MessagesForgotten = { 
/**
 * How many messages lost their texts.
 */
forgotten: number, };

/**
 * The outcome of a task, and what the host keeps with it.
 */
export type Completion = { 
/**
 * A note of the host, such as what its provider said: one line or several, up to 1,000 characters.
 */
note?: string | null, 
/**
 * The id that the message has at the host's provider, 1–255 characters: `recordEvent` takes it.
 */
provider_id?: string | null, 
/**
 * The present instant as RFC 3339; by default the clock's.
 */
now?: string | null, } & ({ "outcome": "sent" } | { "outcome": "failed", 
/**
 * Whether to try again, with growing pauses, which is the default; otherwise the prospect is `cancelled`.
 */
retryable?: boolean | null, } | { "outcome": "bounced", 
/**
 * Whether the address does not exist, and is suppressed therefore; by default not. That a reply code begins with 5
 * does not say so: most of these are about content, policy or a full mailbox.
 */
permanent?: boolean | null, } | { "outcome": "deferred", 
/**
 * When, as RFC 3339: from now to 30 days ahead; by default in 5 minutes.
 */
retry_at?: string | null, });

/**
 * The result of completing a task.
 */
export type Reported = { 
/**
 * Whether it changed anything: the same report again does not.
 */
changed: boolean, 
/**
 * The status of the prospect now.
 */
prospect_status: ProspectStatus, 
/**
 * The status of its campaign now.
 */
campaign_status: CampaignStatus, };

/**
 * The outcome of one of several tasks.
 */
export type CompleteTask = { 
/**
 * The task.
 */
task_id: TaskId, 
/**
 * A note of the host, such as what its provider said: one line or several, up to 1,000 characters.
 */
note?: string | null, 
/**
 * The id that the message has at the host's provider, 1–255 characters: `recordEvent` takes it.
 */
provider_id?: string | null, } & ({ "outcome": "sent" } | { "outcome": "failed", 
/**
 * Whether to try again, with growing pauses, which is the default; otherwise the prospect is `cancelled`.
 */
retryable?: boolean | null, } | { "outcome": "bounced", 
/**
 * Whether the address does not exist, and is suppressed therefore; by default not. That a reply code begins with 5
 * does not say so: most of these are about content, policy or a full mailbox.
 */
permanent?: boolean | null, } | { "outcome": "deferred", 
/**
 * When, as RFC 3339: from now to 30 days ahead; by default in 5 minutes.
 */
retry_at?: string | null, });

/**
 * The result of completing several tasks.
 */
export type CompletedTasks = { 
/**
 * The outcome of each, in the order of the request.
 */
outcomes: Array<CompletedTask>, };

/**
 * The result of completing one of several tasks: as of `complete`, or why it was refused.
 */
export type CompletedTask = { 
/**
 * The task.
 */
task_id: TaskId, 
/**
 * Whether it changed anything: the same report again does not.
 */
changed: boolean, 
/**
 * The status of the prospect now.
 */
prospect_status: ProspectStatus, 
/**
 * The status of its campaign now.
 */
campaign_status: CampaignStatus, } | { 
/**
 * The task.
 */
task_id: TaskId, 
/**
 * Why nothing was recorded of it.
 */
error: ErrorShape, };

/**
 * The result of recording an event.
 */
export type EventReported = { 
/**
 * Whether it changed anything: the same event again does not.
 */
changed: boolean, 
/**
 * The status of the prospect now; none for an event of an address or a profile, which several prospects may have.
 */
prospect_status: ProspectStatus | null, 
/**
 * The status of its campaign now.
 */
campaign_status: CampaignStatus | null, 
/**
 * The prospects that it concerns, in the order in which they were added: one, but for an address or a profile.
 */
prospects: Array<ReportedProspect>, };

/**
 * A prospect that an event concerns.
 */
export type ReportedProspect = { 
/**
 * The prospect.
 */
id: ProspectId, 
/**
 * Whether the event changed it.
 */
changed: boolean, };

/**
 * The result of extending a lease.
 */
export type Extended = { 
/**
 * When the lease ends.
 */
leased_until: string, };

/**
 * Something that happened to a prospect.
 */
export type RecordEvent = { 
/**
 * The caller's id of this event, 1–255 characters: the same id twice changes nothing.
 */
id: string, 
/**
 * The present instant as RFC 3339; by default the clock's.
 */
now?: string | null, } & ({ "type": "replied", } | { "type": "auto_replied", 
/**
 * Until when the person is held, as RFC 3339; by default for 5 days.
 */
hold_until?: string | null, 
/**
 * Whether the person is not there any more, which ends it; by default not.
 */
gone?: boolean | null, } | { "type": "connection_accepted", } | { "type": "bounced", 
/**
 * Whether the address does not exist, and is suppressed therefore; by default not.
 */
permanent?: boolean | null, } | { "type": "complained", } | { "type": "unsubscribed", } | { "type": "opened", }) & ({ 
/**
 * A prospect.
 */
prospect_id: ProspectId, } | { 
/**
 * The prospect of a task.
 */
task_id: TaskId, } | { 
/**
 * The prospect whose email has this tracking pixel.
 */
open_token: string, } | { 
/**
 * The prospect of the message that has this key.
 */
idempotency_key: string, } | { 
/**
 * The prospect of the message that has this id at the host's provider, which a completion said.
 */
provider_id: string, } | { 
/**
 * Everybody who has this address in the user's active and paused email campaigns.
 */
email: string, 
/**
 * Only in this campaign, which may be completed.
 */
campaign_id?: CampaignId | null, } | { 
/**
 * Everybody who has this profile in the user's active and paused LinkedIn campaigns.
 */
linkedin_url: string, 
/**
 * Only in this campaign, which may be completed.
 */
campaign_id?: CampaignId | null, });

/**
 * What happened to a prospect.
 */
export type EventDetails = { "type": "replied", } | { "type": "auto_replied", 
/**
 * Until when the person is held, as RFC 3339; by default for 5 days.
 */
hold_until?: string | null, 
/**
 * Whether the person is not there any more, which ends it; by default not.
 */
gone?: boolean | null, } | { "type": "connection_accepted", } | { "type": "bounced", 
/**
 * Whether the address does not exist, and is suppressed therefore; by default not.
 */
permanent?: boolean | null, } | { "type": "complained", } | { "type": "unsubscribed", } | { "type": "opened", };

/**
 * What happened to a prospect.
 */
export type RecordedEventType = "replied" | "auto_replied" | "connection_accepted" | "bounced" | "complained" | "unsubscribed" | "opened";

/**
 * The result of unsubscribing.
 */
export type Unsubscribed = { 
/**
 * The address, which is suppressed now.
 */
email: string, 
/**
 * Whether it was not before.
 */
changed: boolean, };

/**
 * Which time to plan, and under which assumptions; everything is optional.
 */
export type PlanQuery = { 
/**
 * From this instant on, as RFC 3339; by default from now.
 */
from?: string | null, 
/**
 * Before this instant, as RFC 3339; by default to the end.
 */
to?: string | null, 
/**
 * Whether invitations are accepted; by default they are.
 */
accepted?: boolean | null, 
/**
 * After how many minutes invitations are accepted: 0–525,600, by default 0.
 */
accepted_after_minutes?: number | null, 
/**
 * The part of the invitations that are accepted, 0–1, by default all. Who accepts depends on their id.
 */
acceptance_rate?: number | null, 
/**
 * The `next_cursor` of a plan: continues it after its last message, as of the instant of its first page.
 */
cursor?: string | null, };

/**
 * The messages that will be sent, if every message is sent when it is due and nobody replies.
 */
export type Plan = { 
/**
 * The messages, in the order in which they will be claimed.
 */
tasks: Array<PlannedTask>, 
/**
 * Continues the plan after the last message; `null` when these are all.
 */
next_cursor: string | null, };

/**
 * A message that will be sent.
 */
export type PlannedTask = { 
/**
 * The recipient.
 */
prospect_id: ProspectId, 
/**
 * The node that will send it.
 */
node_id: NodeId, 
/**
 * The place of the node in the sequence, from 0.
 */
position: number, 
/**
 * What it sends.
 */
type: TaskType, 
/**
 * The sender.
 */
account_id: AccountId, 
/**
 * When, as RFC 3339 in UTC.
 */
at: string, 
/**
 * The wall-clock time then with its offset, as RFC 3339.
 */
local_time: string, 
/**
 * The subject of an email; `null` while something in it is unresolved.
 */
subject: string | null, };

/**
 * How many messages will be sent on which day, if every message is sent when it is due and nobody replies.
 */
export type Forecast = { 
/**
 * The days on which something will be sent, in order.
 */
days: Array<ForecastDay>, 
/**
 * How many messages will be sent.
 */
messages: number, 
/**
 * The day of the last one, in the user's time zone; none if nothing will be sent.
 */
finish_date: string | null, 
/**
 * How many prospects wait for an account that is not connected: they are sent nothing until it is connected or they are
 * handed over.
 */
stuck: number, 
/**
 * How many later days there are that `days` has no room for; none where it has all.
 */
more_days?: number, };

/**
 * What will be sent on a day.
 */
export type ForecastDay = { 
/**
 * The day in the user's time zone, as `YYYY-MM-DD`.
 */
date: string, 
/**
 * How many messages.
 */
messages: number, 
/**
 * How many from each account, in the order of the campaign's senders; those that send none are left out.
 */
accounts: Array<SentByAccount>, 
/**
 * What keeps other messages that are due on this day from going: `campaign_daily_limit`, or of the senders
 * `account_daily_limit`, `account_ramp_up`, `account_weekly_limit`, or `outside_hours`, where their hours and gaps leave
 * no time; none where all go.
 */
limit: Reason | null, };

/**
 * What will be sent from an account.
 */
export type SentByAccount = { 
/**
 * The account.
 */
account_id: AccountId, 
/**
 * How many messages.
 */
messages: number, };

/**
 * When a prospect will be sent something, and why not now.
 */
export type Explained = { 
/**
 * Why not now.
 */
reason: Reason, 
/**
 * The first instant at which a claim hands the next message out, if all others are sent when they are due, as RFC
 * 3339 in UTC; `null` where that depends on an action of somebody.
 */
at: string | null, 
/**
 * The wall-clock time then in the user's time zone with its offset, as RFC 3339.
 */
local_time: string | null, };

/**
 * Of which time a report is, and by what it counts.
 */
export type ReportQuery = { 
/**
 * Only what was claimed at this instant or later, as RFC 3339.
 */
since?: string | null, 
/**
 * Only what was claimed before this instant, as RFC 3339.
 */
until?: string | null, 
/**
 * By what to count, each once; the rows are in the order of the first, then of the second and of the third. By nothing
 * there are totals alone.
 */
by: Array<ReportKey>, };

/**
 * By what a report counts.
 */
export type ReportKey = "campaign" | "account" | "day";

/**
 * What was handed out in a time, and what became of it.
 */
export type Report = { 
/**
 * The counts of what the report counts by, in the order of those keys; none where nothing was handed out, or where it
 * counts by nothing.
 */
rows: Array<ReportRow>, 
/**
 * The counts of all.
 */
totals: ReportCounts, 
/**
 * How many rows come after those that `rows` has room for; none where it has all.
 */
more_rows?: number, };

/**
 * The counts of one campaign, account and day, or of those of the three by which the report counts.
 */
export type ReportRow = { 
/**
 * The campaign; `null` for all that were deleted. Absent, if the report does not count by it.
 */
campaign_id?: CampaignId | null, 
/**
 * The sender, which may have been removed since. Absent, if the report does not count by it.
 */
account_id?: AccountId, 
/**
 * The day in the user's time zone, as `YYYY-MM-DD`. Absent, if the report does not count by it.
 */
day?: string, 
/**
 * How many tasks were claimed.
 */
claimed: number, 
/**
 * How many of them were sent, those that bounced included.
 */
sent: number, 
/**
 * How many failed and were not tried again.
 */
failed: number, 
/**
 * How many came back.
 */
bounced: number, 
/**
 * How many emails were opened, as far as that is known.
 */
opened: number, 
/**
 * How many were the last that was sent before a reply.
 */
replied: number, 
/**
 * How many were the last before the prospect unsubscribed.
 */
unsubscribed: number, 
/**
 * How many were the last before the prospect complained.
 */
complained: number, 
/**
 * How many invitations were accepted.
 */
accepted: number, 
/**
 * How many invitations were not accepted in time.
 */
timed_out: number, 
/**
 * How many tries failed, those that were followed by another one included.
 */
failures: number, };

/**
 * Counts of messages, each on the day of its claim, whenever what followed it happened.
 */
export type ReportCounts = { 
/**
 * How many tasks were claimed.
 */
claimed: number, 
/**
 * How many of them were sent, those that bounced included.
 */
sent: number, 
/**
 * How many failed and were not tried again.
 */
failed: number, 
/**
 * How many came back.
 */
bounced: number, 
/**
 * How many emails were opened, as far as that is known.
 */
opened: number, 
/**
 * How many were the last that was sent before a reply.
 */
replied: number, 
/**
 * How many were the last before the prospect unsubscribed.
 */
unsubscribed: number, 
/**
 * How many were the last before the prospect complained.
 */
complained: number, 
/**
 * How many invitations were accepted.
 */
accepted: number, 
/**
 * How many invitations were not accepted in time.
 */
timed_out: number, 
/**
 * How many tries failed, those that were followed by another one included.
 */
failures: number, };

/**
 * What became of the variants of a campaign.
 */
export type VariantComparison = { 
/**
 * The nodes that have variants, or of which some were handed out, in the order of the sequence.
 */
nodes: Array<ComparedNode>, };

/**
 * What became of the variants of a node.
 */
export type ComparedNode = { 
/**
 * The node.
 */
node_id: NodeId, 
/**
 * Its place in the sequence, from 0.
 */
position: number, 
/**
 * Its variants in their order; after them those that it has not any more and that were handed out.
 */
variants: Array<ComparedVariant>, };

/**
 * What became of the messages of a variant.
 */
export type ComparedVariant = { 
/**
 * The variant.
 */
variant_id: VariantId, 
/**
 * Its weight; none where the node does not have it any more.
 */
weight: number | null, 
/**
 * How many of its messages were sent, those that bounced included. What follows counts among them.
 */
sent: number, 
/**
 * How many emails were opened, as far as that is known.
 */
opened: number, 
/**
 * How many were the last that was sent before a reply.
 */
replied: number, 
/**
 * How many came back.
 */
bounced: number, 
/**
 * How many were the last before the prospect unsubscribed.
 */
unsubscribed: number, 
/**
 * How many were the last before the prospect complained.
 */
complained: number, 
/**
 * The part of those sent that was replied to, from 0 to 1; none where none was sent.
 */
reply_rate: number | null, 
/**
 * Whether enough of them were sent (100) and replied to (5) to compare them with others.
 */
is_enough: boolean, 
/**
 * By how much its reply rate is above that of the first variant; none for the first itself, and while there is not
 * enough of either.
 */
against_first: RateDifference | null, };

/**
 * By how much one rate is above another.
 */
export type RateDifference = { 
/**
 * The difference that was seen, from -1 to 1.
 */
rate: number, 
/**
 * The lower end of its 95 % confidence interval.
 */
low: number, 
/**
 * The upper end of it.
 */
high: number, };

/**
 * Why a prospect is sent nothing at present, or that it is.
 */
export type Reason = "due" | "claimed" | "held_by_campaign" | "held_until" | "sender_failing" | "unknown_time_zone" | "blackout_date" | "outside_hours" | "campaign_daily_limit" | "account_daily_limit" | "account_ramp_up" | "account_weekly_limit" | "account_gap" | "awaiting_acceptance" | "delay_not_elapsed" | "retry_later" | "sender_not_ready" | "message_unresolved" | "unsubscribe_url_missing" | "paused" | "draft" | "final";

/**
 * A person to add. Texts are lines of at most 255 characters, trimmed, with spaces for line breaks and tabs and without
 * other control characters; a blank one counts as none.
 */
export type Person = { 
/**
 * The email address; kept in lower case.
 */
email?: string | null, 
/**
 * The URL of the LinkedIn profile, with or without `https://www.`.
 */
linkedin_url?: string | null, 
/**
 * The whole name; first and last name where none is given.
 */
name?: string | null, 
/**
 * The first name.
 */
first_name?: string | null, 
/**
 * The last name.
 */
last_name?: string | null, 
/**
 * The company.
 */
company?: string | null, 
/**
 * The position in the company.
 */
position?: string | null, 
/**
 * The headline of the LinkedIn profile.
 */
headline?: string | null, 
/**
 * The IANA time zone, by its name or a link's, in any case.
 */
time_zone?: string | null, 
/**
 * At most 200 more fields, for templates: keys of 1–255 characters without `%`, `|` and control characters, trimmed,
 * no two the same, and texts of at most 10,000 characters.
 */
custom_fields?: { [key in string]: string } | null, };

/**
 * The people to add to a campaign.
 */
export type AddProspects = { 
/**
 * 1–1,000 people, each with the address of the campaign's channel.
 */
prospects: Array<Person>, 
/**
 * Whether a completed campaign is reopened for them; by default not.
 */
reopen?: boolean | null, };

/**
 * The saved list to import into a campaign. A [`ListId`] alone is enough unless the campaign is to be reopened.
 */
export type ImportList = { 
/**
 * The list.
 */
list_id: ListId, 
/**
 * Whether a completed campaign is reopened for its leads; by default not.
 */
reopen?: boolean | null, };

/**
 * The result of adding people to a campaign.
 */
export type ImportReport = { 
/**
 * How many became prospects of the campaign.
 */
imported: number, 
/**
 * How many the campaign had already and were changed.
 */
updated: number, 
/**
 * How many the campaign had already, or came twice.
 */
duplicates: number, 
/**
 * How many are suppressed.
 */
suppressed: number, 
/**
 * How many could not be added because something is wrong with them.
 */
invalid: number, 
/**
 * How many there were.
 */
total: number, 
/**
 * The outcome of each person, in the order given.
 */
outcomes: Array<ImportOutcome>, 
/**
 * How many issues the outcomes leave out, where there are more: they list up to 20 of one person, and up to 100,000 of
 * all.
 */
more_issues?: number, };

/**
 * The outcome of one person who was to be added to a campaign.
 */
export type ImportOutcome = { 
/**
 * The result.
 */
outcome: "imported" | "updated" | "duplicate" | "suppressed" | "invalid", 
/**
 * The new prospect, or the one that was there already.
 */
prospect_id: ProspectId | null, 
/**
 * From a CSV file: the line on which its row starts, from 1.
 */
line?: number, 
/**
 * From a saved list: the lead.
 */
lead_id?: LeadId, 
/**
 * `suppressed`: the reason.
 */
reason?: SuppressionReason, 
/**
 * `imported`: that a message to the address bounced before (`bounced_before`), and that the
 * cell of the file has more addresses than the first (`more_addresses`). `imported` and `updated`: that the cell names
 * a time zone that is not known, and was left out (`unknown_time_zone`).
 */
notices?: Array<Notice>, 
/**
 * `invalid`: the issues.
 */
issues?: Array<Issue>, };

/**
 * The status of a prospect.
 */
export type ProspectStatus = "pending" | "sent" | "connection_sent" | "connected" | "message_sent" | "replied" | "bounced" | "completed" | "timed_out" | "cancelled" | "skipped";

/**
 * A person enrolled in a campaign.
 */
export type Prospect = { 
/**
 * Identifies the prospect.
 */
id: ProspectId, 
/**
 * The campaign that it is enrolled in.
 */
campaign_id: CampaignId, 
/**
 * Its status.
 */
status: ProspectStatus, 
/**
 * The email address, in lower case.
 */
email: string | null, 
/**
 * The URL of the LinkedIn profile as it was given.
 */
linkedin_url: string | null, 
/**
 * The whole name: the one that was given, else first and last name.
 */
name: string | null, 
/**
 * The first name.
 */
first_name: string | null, 
/**
 * The last name.
 */
last_name: string | null, 
/**
 * The company.
 */
company: string | null, 
/**
 * The position in the company.
 */
position: string | null, 
/**
 * The headline of the LinkedIn profile.
 */
headline: string | null, 
/**
 * The name of the IANA time zone.
 */
time_zone: string | null, 
/**
 * The fields beside these, by their keys.
 */
custom_fields: { [key in string]: string }, 
/**
 * When it was added, as RFC 3339.
 */
created_at: string, 
/**
 * When it was last changed, as RFC 3339.
 */
updated_at: string, };

/**
 * The order of a list.
 */
export type SortBy = "name" | "created" | "last_contact";

/**
 * Which prospects to list.
 */
export type ListProspects = { 
/**
 * Only those of this status.
 */
status?: ProspectStatus | null, 
/**
 * Only those whose first, last or whole name, company, address or slug begins so, whatever the case; blank is not given.
 */
search?: string | null, 
/**
 * In which order; by default in that in which they were added.
 */
sort?: SortBy | null, 
/**
 * Whether to count all that there are, on every page; by default not.
 */
count?: boolean | null, 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * Which prospects to find, in all campaigns of the user.
 */
export type FindProspects = { 
/**
 * Only in this campaign.
 */
campaign_id?: CampaignId | null, } & ({ "email": string } | { "linkedin_url": string } | { "idempotency_key": string } | { "text": string }) & { 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * Which prospects of a campaign to export.
 */
export type ExportProspects = { 
/**
 * Only those of this status.
 */
status?: ProspectStatus | null, 
/**
 * The `next_cursor` of the part before; the first part, if none is given.
 */
cursor?: string | null, };

/**
 * A part of the CSV file of a campaign's people.
 */
export type ExportedProspects = { 
/**
 * The text, which continues that of the part before: whole rows, or none.
 */
csv: string, 
/**
 * Where the next part begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * A page of prospects.
 */
export type ProspectPage = { 
/**
 * The prospects.
 */
prospects: Array<Prospect>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, 
/**
 * How many there are on all pages, where the request asks for it.
 */
total?: number, };

/**
 * What to change of a prospect: a field that is not given stays, nothing (`null`, `Some(None)`) clears it. The address
 * on the campaign's channel is fixed.
 */
export type UpdateProspect = { 
/**
 * The email address; fixed in an email campaign.
 */
email?: string | null, 
/**
 * The URL of the LinkedIn profile; fixed in a LinkedIn campaign.
 */
linkedin_url?: string | null, 
/**
 * The whole name.
 */
name?: string | null, 
/**
 * The first name.
 */
first_name?: string | null, 
/**
 * The last name.
 */
last_name?: string | null, 
/**
 * The company.
 */
company?: string | null, 
/**
 * The position in the company.
 */
position?: string | null, 
/**
 * The headline of the LinkedIn profile.
 */
headline?: string | null, 
/**
 * The IANA time zone, by its name or a link's, in any case.
 */
time_zone?: string | null, 
/**
 * Custom fields to set or, with nothing, to remove; the others stay.
 */
custom_fields?: { [key in string]: string | null } | null, };

/**
 * From which account to preview messages, and from which message on.
 */
export type PreviewMessages = { 
/**
 * One of the campaign's senders; the first of them where none is given.
 */
account_id?: AccountId | null, 
/**
 * The `next_cursor` of the messages before.
 */
cursor?: string | null, };

/**
 * Every message of a campaign, as one prospect gets it.
 */
export type MessagePreviews = { 
/**
 * The messages in the order of the sequence.
 */
messages: Array<MessagePreview>, 
/**
 * Where the next ones begin; none where these are the last.
 */
next_cursor?: string, };

/**
 * A message of a campaign as one prospect gets it from one sender.
 */
export type MessagePreview = { 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The place of the node in the sequence, from 0.
 */
position: number, 
/**
 * The type of the node.
 */
type: TaskType, 
/**
 * The variant of the node that the prospect is sent; `null` where the node has none.
 */
variant_id: VariantId | null, 
/**
 * The subject of an email; `null` while something is unresolved.
 */
subject: string | null, 
/**
 * The text, an email's with the signature; `null` for a connection request without a note, and while something is
 * unresolved.
 */
body: string | null, 
/**
 * The text of an email as HTML, without the pixel that a claim puts into it; `null` where there is no text, for
 * LinkedIn, and where the node is `text_only`.
 */
body_html: string | null, 
/**
 * The variables that have no value and no fallback, or do not exist, as they were written.
 */
unresolved: Array<string>, 
/**
 * `true` where subject or text has more characters than can be sent: 2,000 for a subject, 200,000 for a text with its
 * signature; 200 or 300 for a note, which is shown all the same.
 */
too_long?: boolean, 
/**
 * The origin of the draft that is sent to this prospect; `null` where the template is sent.
 */
origin: MessageOrigin | null, 
/**
 * Whether the input of that draft has changed since.
 */
stale: boolean, };

/**
 * The origin of a draft.
 */
export type MessageOrigin = "resolved" | "generated" | "edited";

/**
 * Which messages to write from their templates.
 */
export type ResolveMessages = { 
/**
 * Only those of these prospects, 1–1,000; by default of all that are not final.
 */
prospect_ids?: Array<ProspectId> | null, };

/**
 * The result of resolving the messages of a campaign.
 */
export type Resolved = { 
/**
 * How many messages were written from their templates, anew or for the first time.
 */
resolved: number, 
/**
 * How many that were edited or generated stayed as they are.
 */
kept: number, 
/**
 * Of these, how many have an input that has changed since.
 */
stale: number, 
/**
 * How many could not be written: a variable has no value and no fallback, or the message is longer than any can be.
 */
unresolved: number, };

/**
 * The texts of a message for one prospect. They are templates.
 */
export type EditMessage = { 
/**
 * The subject of an email: one line of at most 1,000 characters; a reply without one has that of its thread.
 */
subject?: string | null, 
/**
 * The text: at most 100,000 characters. An empty one is an invitation without a note.
 */
body: string, };

/**
 * A page of messages to write.
 */
export type MessageRequestPage = { 
/**
 * The messages, prospect by prospect.
 */
requests: Array<MessageRequest>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * A message that a language model of the host can write.
 */
export type MessageRequest = { 
/**
 * The recipient.
 */
prospect_id: ProspectId, 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The place of the node in the sequence, from 0.
 */
position: number, 
/**
 * The type of the node.
 */
type: TaskType, 
/**
 * The variant of the node that the prospect is sent; `null` where the node has none.
 */
variant_id: VariantId | null, 
/**
 * The template of the subject of an email.
 */
subject: string | null, 
/**
 * The template of the text.
 */
body: string | null, 
/**
 * The most characters that the text may have; `null` where there is no such limit.
 */
max_characters: number | null, 
/**
 * A fingerprint of its input, to be handed back with the result.
 */
input: string, 
/**
 * The recipient.
 */
prospect: Prospect, };

/**
 * Messages to submit.
 */
export type SubmitMessages = { 
/**
 * The messages, 1–1,000.
 */
messages: Array<SubmittedMessage>, };

/**
 * A message that a language model of the host wrote.
 */
export type SubmittedMessage = { 
/**
 * The recipient.
 */
prospect_id: ProspectId, 
/**
 * The node that sends it.
 */
node_id: NodeId, 
/**
 * The `input` of the request that it is for.
 */
input: string, 
/**
 * The subject of an email: one line of at most 1,000 characters; a reply without one has that of its thread.
 */
subject?: string | null, 
/**
 * The text: at most 100,000 characters. An empty one is an invitation without a note.
 */
body: string, };

/**
 * The result of submitting messages.
 */
export type Submitted = { 
/**
 * How many were stored.
 */
stored: number, 
/**
 * The outcome of each, in the order of the request.
 */
outcomes: Array<Submission>, };

/**
 * The outcome of a message that was submitted.
 */
export type Submission = { 
/**
 * It is stored; its input has changed since; it was edited by hand, which stays; it was sent already, or
 * will never be; there is no such message; it is no message that can be sent.
 */
outcome: "stored" | "stale_input" | "edited" | "over" | "not_found" | "invalid", 
/**
 * `invalid`: what is wrong, at most 100.
 */
issues: Array<Issue> | null, 
/**
 * How many issues there are beyond those, where there are more.
 */
more_issues?: number, };

/**
 * A preview of a CSV file.
 */
export type CsvPreview = { 
/**
 * How its text is encoded: a name of the WHATWG Encoding Standard, in lower case.
 */
encoding: string, 
/**
 * Whether the encoding was guessed from the content, and may be wrong: the rows show whether it is right.
 */
is_encoding_guessed: boolean, 
/**
 * What separates its cells; nothing does in a file of one column.
 */
delimiter: string | null, 
/**
 * The line on which the names of its columns are, from 1: what is above it is no part of the table. Nothing, if there
 * are none.
 */
header_line: number | null, 
/**
 * Whether a row names the columns; none does where the first has an address itself.
 */
has_header: boolean, 
/**
 * Its columns in order.
 */
columns: Array<CsvColumn>, 
/**
 * What each column seems to hold: to correct and give to the import.
 */
mapping: Array<ColumnTarget>, 
/**
 * The first rows below the header: 10, or as many as 384 KiB hold, and one at least. Of long cells the beginning; a row
 * with a cell of more than 1 MiB is left out.
 */
rows: Array<Array<string>>, 
/**
 * How many rows there are below the header; blank ones do not count.
 */
total: number, 
/**
 * What the user should know before importing it as suggested; at most 100.
 */
warnings: Array<CsvWarning>, 
/**
 * Identifies these bytes as they were read; to give to the import.
 */
content_hash: string, };

/**
 * A column of a CSV file.
 */
export type CsvColumn = { 
/**
 * Its name, which no other column has: the key of a custom field. Its beginning, where there are hundreds of columns
 * with long names.
 */
name: string, 
/**
 * The first cells of it that are not blank, at most 3; of long ones the beginning.
 */
samples: Array<string>, 
/**
 * The fields that are guessed from it besides, where it holds whole names and no column holds first names.
 */
guessed?: ("first_name" | "last_name")[], };

/**
 * Something in the cells of a CSV file that the user should know before importing it.
 */
export type CsvWarning = { 
/**
 * Its code: `without_address`, for rows in which the column of an address is blank, or all, where no column is one;
 * `looks_unsubscribed`, for people whom another program says not to write to; `placeholders`, for cells of fields that
 * say that there is no value (`N/A`, `null`, `-`); `unknown_time_zone`, for cells of the column of time zones that name
 * none, and will be left out; `mojibake`, for cells in which an earlier program misread letters (`ZoÃ«`).
 */
code: "without_address" | "looks_unsubscribed" | "placeholders" | "unknown_time_zone" | "mojibake", 
/**
 * The name of the column, if it is in one.
 */
column?: string, 
/**
 * In how many rows.
 */
rows: number, };

/**
 * What a column of a CSV file holds: a field of the person, nothing (`ignore`), or (`null`) a custom field under
 * the name of the column.
 */
export type ColumnTarget = PersonField | "ignore" | null;

/**
 * A field that every person may have.
 */
export type PersonField = "email" | "linkedin_url" | "name" | "first_name" | "last_name" | "company" | "position" | "headline" | "time_zone";

/**
 * How to import a CSV file: as it was previewed. As JSON, a preview is such a request itself, with these fields beside or
 * changed.
 */
export type ImportCsv = { 
/**
 * What each column holds, in order; the columns beyond are custom fields.
 */
mapping: Array<ColumnTarget>, 
/**
 * The `content_hash` of the preview: other bytes are refused, and another reading.
 */
content_hash: string, 
/**
 * Whether names stay whole. By default, where a column holds whole names and none first names, the first word is the
 * first name and the rest the last, of `Last, First` the other way round; never of names in Chinese, Japanese or Korean
 * characters.
 */
whole_names?: boolean | null, 
/**
 * What to do with people whom the campaign has already; by default they stay as they are, as `duplicate`.
 */
mode?: ImportMode | null, 
/**
 * Whether a completed campaign is reopened for the rows; by default not.
 */
reopen?: boolean | null, 
/**
 * The encoding: any label of the WHATWG Encoding Standard, such as `windows-1252`, `latin1` or `macintosh`.
 */
encoding?: string | null, 
/**
 * What separates the cells: `,`, `;`, TAB or `|`.
 */
delimiter?: string | null, 
/**
 * The line on which the names of the columns are, from 1; the rows begin below it. 0 says that there are no names.
 */
header_line?: number | null, };

/**
 * What an import does with people whom the campaign has already.
 */
export type ImportMode = "add" | "fill" | "update";

/**
 * How to read a CSV file where the detection is wrong. What is not given is detected.
 */
export type Reading = { 
/**
 * The encoding: any label of the WHATWG Encoding Standard, such as `windows-1252`, `latin1` or `macintosh`.
 */
encoding?: string | null, 
/**
 * What separates the cells: `,`, `;`, TAB or `|`.
 */
delimiter?: string | null, 
/**
 * The line on which the names of the columns are, from 1; the rows begin below it. 0 says that there are no names.
 */
header_line?: number | null, };

/**
 * A saved list of people.
 */
export type List = { 
/**
 * Identifies the list.
 */
id: ListId, 
/**
 * The user that it belongs to.
 */
user_id: UserId, 
/**
 * Its name, unique among the user's lists.
 */
name: string, 
/**
 * How many leads it has.
 */
lead_count: number, 
/**
 * When it was created.
 */
created_at: string, 
/**
 * When it was last changed: its leads are part of it.
 */
updated_at: string, };

/**
 * The saved list to create.
 */
export type CreateList = { 
/**
 * Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
 * user's lists.
 */
name: string, };

/**
 * A page of saved lists, newest first.
 */
export type SavedListPage = { 
/**
 * The lists.
 */
lists: Array<List>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * A person in a saved list.
 */
export type Lead = { 
/**
 * Identifies the lead.
 */
id: LeadId, 
/**
 * The list that it is in.
 */
list_id: ListId, 
/**
 * The email address, in lower case.
 */
email: string | null, 
/**
 * The URL of the LinkedIn profile as it was given.
 */
linkedin_url: string | null, 
/**
 * The whole name: the one that was given, else first and last name.
 */
name: string | null, 
/**
 * The first name.
 */
first_name: string | null, 
/**
 * The last name.
 */
last_name: string | null, 
/**
 * The company.
 */
company: string | null, 
/**
 * The position in the company.
 */
position: string | null, 
/**
 * The headline of the LinkedIn profile.
 */
headline: string | null, 
/**
 * The name of the IANA time zone.
 */
time_zone: string | null, 
/**
 * The fields beside these, by their keys.
 */
custom_fields: { [key in string]: string }, 
/**
 * When it was added, as RFC 3339.
 */
created_at: string, };

/**
 * The leads to add to a saved list.
 */
export type AddLeads = { 
/**
 * 1–1,000 people, each with an email address, a LinkedIn profile or both.
 */
leads: Array<Person>, };

/**
 * The result of adding leads.
 */
export type AddedLeads = { 
/**
 * How many leads were added.
 */
added: number, 
/**
 * How many were there already.
 */
duplicates: number, 
/**
 * How many are of somebody who was erased.
 */
suppressed: number, 
/**
 * The outcome of each lead, in the order of the request.
 */
outcomes: Array<LeadOutcome>, };

/**
 * The outcome of a lead to add.
 */
export type LeadOutcome = { "outcome": "added", 
/**
 * The new lead.
 */
lead_id: LeadId, } | { "outcome": "duplicate", 
/**
 * The lead that was there, the one with the address if there are two; it stays as it is.
 */
lead_id: LeadId, } | { "outcome": "suppressed" };

/**
 * A page of leads, in the order in which they were added.
 */
export type LeadPage = { 
/**
 * The leads.
 */
leads: Array<Lead>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * An address, domain or profile that must never be contacted.
 */
export type Suppression = { 
/**
 * Identifies the suppression.
 */
id: SuppressionId, 
/**
 * The user that it belongs to.
 */
user_id: UserId, 
/**
 * What it names.
 */
type: SuppressionType, 
/**
 * The address, domain or profile in normal form.
 */
value: string, 
/**
 * Why it is there. Those of before version 4 of the tables are `manual`, whatever the reason was.
 */
reason: SuppressionReason, 
/**
 * When it was added.
 */
created_at: string, };

/**
 * What a suppression names.
 */
export type SuppressionType = "email_address" | "email_domain" | "linkedin_profile";

/**
 * An address, domain or profile that must never be contacted.
 */
export type NewSuppression = { 
/**
 * What it names.
 */
type: SuppressionType, 
/**
 * An email address, whatever the case of its letters; a domain, with or without an `@` before it, or `*.` and a domain
 * for it and all below; a LinkedIn profile, with or without `https://www.`.
 */
value: string, 
/**
 * Why it is there, but for `erased`; by default `manual`.
 */
reason?: Exclude<SuppressionReason, "erased"> | null, };

/**
 * Why a suppression is there.
 */
export type SuppressionReason = "manual" | "unsubscribed" | "bounced" | "complained" | "erased";

/**
 * The suppressions to add.
 */
export type AddSuppressions = { 
/**
 * 1–1,000 addresses, domains and profiles.
 */
suppressions: Array<NewSuppression>, };

/**
 * The result of adding suppressions.
 */
export type AddedSuppressions = { 
/**
 * How many suppressions were added.
 */
added: number, 
/**
 * How many were there already, or were given before in the same call.
 */
duplicates: number, 
/**
 * The suppression of each row, in the order of the request.
 */
suppressions: Array<Suppression>, };

/**
 * How to import suppressions from a CSV file.
 */
export type ImportSuppressions = { 
/**
 * The place, from 0, of the column that holds email addresses, LinkedIn profiles, and domains as `example.com` or, for
 * all below it, too, `*.example.com`. By default the one in whose first cells there are most of them; addresses and
 * profiles count before domains.
 */
column?: number | null, 
/**
 * The place, from 0, of a column that says why: one of the reasons, or as other tools say it, such as `Hard bounce`,
 * `spam complaint` and `Opted out`. Anything else means `reason`.
 */
reason_column?: number | null, 
/**
 * The reason of rows for which the file gives none, but for `erased`; by default `manual`.
 */
reason?: Exclude<SuppressionReason, "erased"> | null, 
/**
 * The `content_hash` of a preview, if there was one: other bytes are refused, and another reading.
 */
content_hash?: string | null, 
/**
 * The encoding: any label of the WHATWG Encoding Standard, such as `windows-1252`, `latin1` or `macintosh`.
 */
encoding?: string | null, 
/**
 * What separates the cells: `,`, `;`, TAB or `|`.
 */
delimiter?: string | null, 
/**
 * The line on which the names of the columns are, from 1; the rows begin below it. 0 says that there are no names.
 */
header_line?: number | null, };

/**
 * The result of importing suppressions from a CSV file.
 */
export type ImportedSuppressions = { 
/**
 * The place, from 0, of the column that was read.
 */
column: number, 
/**
 * How many suppressions were added.
 */
added: number, 
/**
 * How many were there already, which stay as they are, or stand in the file before.
 */
duplicates: number, 
/**
 * How many rows could not be taken.
 */
invalid: number, 
/**
 * How many rows there are; blank ones do not count.
 */
total: number, 
/**
 * The first 1,000 rows that could not be taken.
 */
invalid_rows: Array<InvalidRow>, };

/**
 * The result of importing a CSV file into a saved list.
 */
export type ImportedLeads = { 
/**
 * How many leads were added.
 */
added: number, 
/**
 * How many the list had already, or stand in the file before.
 */
duplicates: number, 
/**
 * How many are of somebody who was erased, and were not stored.
 */
suppressed: number, 
/**
 * How many rows could not be taken.
 */
invalid: number, 
/**
 * How many rows there are; blank ones do not count.
 */
total: number, 
/**
 * The first 1,000 rows that could not be taken.
 */
invalid_rows: Array<InvalidRow>, };

/**
 * A row that could not be taken.
 */
export type InvalidRow = { 
/**
 * The line on which it starts, from 1.
 */
line: number, 
/**
 * What is wrong with it.
 */
issues: Array<Issue>, };

/**
 * Which suppressions to list.
 */
export type ListSuppressions = { 
/**
 * Only those of this type.
 */
type?: SuppressionType | null, 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A page of suppressions, newest first.
 */
export type SuppressionPage = { 
/**
 * The suppressions.
 */
suppressions: Array<Suppression>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * A field of an accepted request that the engine ignored or adjusted.
 */
export type Notice = { "code": "field_ignored", 
/**
 * The field.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, } | { "code": "unknown_field", 
/**
 * The field as it was given.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, 
/**
 * The known field whose name is closest.
 */
closest: string, } | { "code": "value_adjusted", 
/**
 * The field.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, 
/**
 * The number as it was given.
 */
from: number, 
/**
 * The number that is stored.
 */
to: number, } | { "code": "more_addresses", 
/**
 * The field that holds the address.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, } | { "code": "unknown_time_zone", 
/**
 * The field that holds the zone.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, } | { "code": "bounced_before", 
/**
 * The field that holds the address.
 */
path: string, 
/**
 * The same for people, in English.
 */
message: string, };

/**
 * Which campaigns to list.
 */
export type ListCampaigns = { 
/**
 * Only those of this status.
 */
status?: CampaignStatus | null, 
/**
 * Only those of this channel.
 */
type?: Channel | null, 
/**
 * Only those that have this in their name, whatever the case; blank is not given.
 */
search?: string | null, 
/**
 * In which order; by default the newest first.
 */
sort?: SortBy | null, 
/**
 * Whether to count all that there are, on every page; by default not.
 */
count?: boolean | null, 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A page of campaigns.
 */
export type CampaignPage = { 
/**
 * The campaigns.
 */
campaigns: Array<Campaign>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, 
/**
 * How many there are on all pages, where the request asks for it.
 */
total?: number, };

/**
 * One change of one user's objects.
 */
export type Event = { 
/**
 * Counts the user's changes, from 1. In a database of before version 4 of its tables, those of all users were counted
 * together; that of the first change since is one more than the last of these.
 */
number: number, 
/**
 * When the transaction of the change took place.
 */
at: string, } & ({ "type": "user_created", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "user_updated", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "account_added", 
/**
 * What it happened to.
 */
account_id: AccountId, } | { "type": "account_updated", 
/**
 * What it happened to.
 */
account_id: AccountId, } | { "type": "account_removed", 
/**
 * What it happened to.
 */
account_id: AccountId, } | { "type": "campaign_created", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_updated", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_launched", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_paused", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_resumed", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_completed", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_reopened", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "campaign_deleted", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "prospects_added", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "prospects_retried", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "prospects_handed_over", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "prospects_updated", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "prospect_updated", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_removed", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "person_held", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "person_released", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "prospect_held", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_released", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "tasks_claimed", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "lease_extended", 
/**
 * What it happened to.
 */
task_id: TaskId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospects_closed", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "task_completed", 
/**
 * What it happened to.
 */
task_id: TaskId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "connection_accepted", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_replied", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_auto_replied", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_complained", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_bounced", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "prospect_unsubscribed", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "message_opened", 
/**
 * What it happened to.
 */
prospect_id: ProspectId, 
/**
 * What that is part of.
 */
campaign_id: CampaignId, } | { "type": "messages_written", 
/**
 * What it happened to.
 */
campaign_id: CampaignId, } | { "type": "messages_forgotten", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "person_erased", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "list_created", 
/**
 * What it happened to.
 */
list_id: ListId, } | { "type": "list_deleted", 
/**
 * What it happened to.
 */
list_id: ListId, } | { "type": "leads_added", 
/**
 * What it happened to.
 */
list_id: ListId, } | { "type": "lead_removed", 
/**
 * What it happened to.
 */
lead_id: LeadId, 
/**
 * What that is part of.
 */
list_id: ListId, } | { "type": "suppressions_added", 
/**
 * What it happened to.
 */
user_id: UserId, } | { "type": "suppression_removed", 
/**
 * What it happened to.
 */
suppression_id: SuppressionId, });

/**
 * A page of events, oldest first.
 */
export type EventPage = { 
/**
 * The events.
 */
events: Array<Event>, 
/**
 * Where the next page begins; `null` when this one is the last so far.
 */
next_cursor: string | null, };

/**
 * The changes of one transaction.
 */
export type Commit = { 
/**
 * Whose objects it changed.
 */
user_id: UserId, 
/**
 * Every change, in its order; at least one.
 */
events: Array<Event>, };

/**
 * A part of the database that a reader may show.
 */
export type Topic = "campaigns" | "prospects" | "tasks" | "accounts" | "user" | "lists" | "suppressions" | "holds" | "messages";

/**
 * The report of a recovery.
 */
export type Recovery = { 
/**
 * Whether everything was readable and consistent: the new database holds all that the damaged one did. If not, its
 * campaigns that were active are paused.
 */
complete: boolean, 
/**
 * The result for each table.
 */
tables: Array<RecoveredTable>, };

/**
 * The result of a recovery for one table.
 */
export type RecoveredTable = { 
/**
 * Its name in the database: `campaign`, `prospect`, …
 */
table: string, 
/**
 * How many rows were recovered.
 */
recovered: number, 
/**
 * How many could not be read; `null` where that is not known.
 */
lost: number | null, 
/**
 * How many were readable and left out, because the rows that they belong to are lost or they are damaged themselves.
 */
dropped: number, 
/**
 * How many were recreated, because other rows need them: a user in UTC, a disconnected account, a count.
 */
made: number, };

/**
 * The result of importing a database file.
 */
export type Imported = { 
/**
 * What in the file this version cannot fully use; nothing of it is lost.
 */
warnings: Array<FileWarning>, };

/**
 * What a compaction did to the size of the database.
 */
export type Compacted = { 
/**
 * The bytes that it took before, without its log.
 */
size_before: number, 
/**
 * The bytes that it takes now.
 */
size: number, };

/**
 * A warning about a file that was imported.
 */
export type FileWarning = { 
/**
 * `unknown_time_zone`: the name of a zone that only a version with newer zone data knows. Messages that need it wait.
 */
code: "unknown_time_zone", 
/**
 * How many users, campaigns, prospects and leads have it.
 */
rows: number, };

/**
 * A promise of the engine that a database breaks.
 */
export type BrokenPromise = { 
/**
 * The promise, in English.
 */
promise: string, 
/**
 * How many rows break it.
 */
rows: number, };

/**
 * Which part of a list to return.
 */
export type ListPage = { 
/**
 * The most rows: 1–200, by default 50. A page has fewer where their texts exceed 16 MiB, but at least one.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * What the caller should do about an error.
 */
export type Kind = "invalid" | "unauthorized" | "not_found" | "conflict" | "unavailable" | "internal";

/**
 * The fields that errors have, those of any code.
 */
export type ErrorFields = { 
/**
 * The same for people, in English: a sentence that stands alone, such as `name must not be empty; 2 more fields`.
 */
message: string, 
/**
 * The field that a conflict is about.
 */
path?: string, 
/**
 * `invalid_input`: every field that breaks a rule; `not_ready`: the errors of the campaign's validation. At most 100,
 * of which 20 are unknown fields.
 */
issues?: Array<Issue>, 
/**
 * How many issues there are beyond those, where there are more.
 */
more_issues?: number, 
/**
 * `name_taken`: the first free name of the form `NAME (2)`, `NAME (3)`, …
 */
suggested_name?: string, 
/**
 * `name_taken`: the campaign that has the name, if one has.
 */
campaign_id?: CampaignId, 
/**
 * `name_taken`: the saved list that has the name, if one has.
 */
list_id?: ListId, 
/**
 * `corrupt`, of a file that was not taken: the promises that it breaks.
 */
broken?: Array<BrokenPromise>, 
/**
 * `newer_schema`: the schema version of the file.
 */
found?: number, 
/**
 * `newer_schema`: the newest schema version that this build knows.
 */
supported?: number, 
/**
 * `revision_changed`: the revision that the campaign has now.
 */
revision?: number, 
/**
 * `invalid_transition`: the status that the campaign has.
 */
from?: string, 
/**
 * `invalid_transition`: the status that was asked for.
 */
to?: string, 
/**
 * `invalid_transition`: the statuses that can follow.
 */
allowed?: Array<string>, };

type ErrorOf<
  Of extends Kind,
  Status extends number,
  Code extends string,
  Always extends keyof ErrorFields = never,
  Sometimes extends keyof ErrorFields = never,
> = { kind: Of; code: Code; status: Status; message: string } & Required<Pick<ErrorFields, Always>> &
  Pick<ErrorFields, Sometimes>;

/**
 * Why an operation did nothing: of each code with the fields that it has. `kind` says what the caller should do, and
 * `status` is the HTTP status that goes with it.
 */
export type ErrorShape =
  | ErrorOf<"invalid", 400, "invalid_input", "issues", "more_issues">
  | ErrorOf<"invalid", 400, "not_ready", "issues", "more_issues">
  | ErrorOf<"invalid", 400, "foreign_file">
  | ErrorOf<"not_found", 404, "user_not_found">
  | ErrorOf<"not_found", 404, "account_not_found">
  | ErrorOf<"not_found", 404, "campaign_not_found">
  | ErrorOf<"not_found", 404, "node_not_found">
  | ErrorOf<"not_found", 404, "prospect_not_found">
  | ErrorOf<"not_found", 404, "list_not_found">
  | ErrorOf<"not_found", 404, "lead_not_found">
  | ErrorOf<"not_found", 404, "suppression_not_found">
  | ErrorOf<"conflict", 409, "name_taken", "path" | "suggested_name", "campaign_id" | "list_id">
  | ErrorOf<"conflict", 409, "external_id_taken", "path">
  | ErrorOf<"conflict", 409, "id_reused", "path">
  | ErrorOf<"conflict", 409, "account_exists", "path">
  | ErrorOf<"conflict", 409, "account_in_use">
  | ErrorOf<"conflict", 409, "not_draft">
  | ErrorOf<"conflict", 409, "revision_changed", "path" | "revision">
  | ErrorOf<"conflict", 409, "not_launched">
  | ErrorOf<"conflict", 409, "campaign_completed">
  | ErrorOf<"conflict", 409, "no_ready_sender">
  | ErrorOf<"conflict", 409, "invalid_transition", "allowed" | "from" | "to">
  | ErrorOf<"not_found", 404, "task_not_found">
  | ErrorOf<"not_found", 404, "token_not_found">
  | ErrorOf<"conflict", 409, "task_completed">
  | ErrorOf<"conflict", 409, "message_sent">
  | ErrorOf<"conflict", 409, "lease_lost">
  | ErrorOf<"conflict", 409, "end_fixed">
  | ErrorOf<"conflict", 409, "content_changed", "path">
  | ErrorOf<"conflict", 409, "campaign_active">
  | ErrorOf<"conflict", 409, "in_scope">
  | ErrorOf<"unavailable", 503, "busy">
  | ErrorOf<"unavailable", 503, "storage_full">
  | ErrorOf<"unavailable", 503, "storage_unavailable">
  | ErrorOf<"unavailable", 503, "no_randomness">
  | ErrorOf<"unavailable", 503, "other_owner">
  | ErrorOf<"unavailable", 503, "owner_lost">
  | ErrorOf<"unavailable", 503, "newer_schema", never, "found" | "supported">
  | ErrorOf<"unavailable", 503, "closed">
  | ErrorOf<"unavailable", 503, "cancelled">
  | ErrorOf<"internal", 500, "commit_uncertain">
  | ErrorOf<"internal", 500, "corrupt", never, "broken">
  | ErrorOf<"internal", 500, "bug">;

/**
 * The fields that issues have, those of any code.
 */
export type IssueFields = { 
/**
 * Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
 */
path: string, 
/**
 * The same for people, in English, to be read after the path: `must not be empty`.
 */
message: string, 
/**
 * `wrong_type`: the type it must have, in words.
 */
expected?: string, 
/**
 * `unknown_value`: the words that are allowed; `one_of`: the fields of which one can be given.
 */
allowed?: Array<string>, 
/**
 * `required`, of a mapping: the field that a column must hold.
 */
field?: string, 
/**
 * `required`, of a mapping: the columns that there are, at most 100.
 */
columns?: Array<string>, 
/**
 * `out_of_range`: the smallest value.
 */
min?: number, 
/**
 * `out_of_range`: the largest value; `too_long`, `note_too_long`, `subject_too_long`, `body_too_long`: the most characters;
 * `too_many`: the most items; `too_large`, `cell_too_large`: the most bytes.
 */
max?: number, 
/**
 * `unknown_field`, `unknown_variable`: the known one whose name is closest.
 */
closest?: string, 
/**
 * `unknown_time_zone`: the zones that are probably meant, the likeliest first; `malformed_encoding`: encodings in which the
 * file can be read.
 */
suggestions?: Array<string>, 
/**
 * `malformed_encoding`, `unterminated_quote`, `cell_too_large`, `too_many` for the cells of a row: the line, from 1.
 */
line?: number, 
/**
 * `malformed_encoding`: the encoding in which the file was read.
 */
encoding?: string, 
/**
 * `not_a_csv_file`: what the file is.
 */
found?: "workbook" | "pdf" | "image" | "archive", 
/**
 * What to do about it, in English, with everything that validating a campaign finds.
 */
hint?: string, 
/**
 * `unknown_variable`, `unusable_variable`, `unresolved_variable`: the variable as it was written;
 * `foreign_template_syntax`: all that stands there for it, to 200 characters.
 */
variable?: string, 
/**
 * `foreign_template_syntax`: how many characters (Unicode code points) of the text come before it.
 */
offset?: number, 
/**
 * `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
 * `in_other_campaigns`, `writes_to_sender`: how many prospects it is about.
 */
prospects?: number, 
/**
 * `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
 * `in_other_campaigns`, `writes_to_sender`: at most 5 of these prospects.
 */
prospect_ids?: Array<ProspectId>, 
/**
 * `unresolved_variable`: the senders that have no value.
 */
sender_account_ids?: Array<AccountId>, };

type IssueOf<
  Code extends string,
  Always extends keyof IssueFields = never,
  Sometimes extends keyof IssueFields = never,
> = { path: string; code: Code; message: string } & Required<Pick<IssueFields, Always>> & Pick<IssueFields, Sometimes>;

/**
 * One field of a request that breaks a rule: of each code with the fields that it has. `path` says where: `name`,
 * `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
 */
export type Issue =
  | IssueOf<"required", never, "columns" | "field">
  | IssueOf<"wrong_type", "expected">
  | IssueOf<"unknown_value", "allowed">
  | IssueOf<"empty">
  | IssueOf<"too_long", "max">
  | IssueOf<"malformed_id">
  | IssueOf<"not_uuid_v7">
  | IssueOf<"not_integer">
  | IssueOf<"out_of_range", "max" | "min">
  | IssueOf<"unknown_field", "closest">
  | IssueOf<"wrong_channel_field">
  | IssueOf<"wrong_channel_event">
  | IssueOf<"immutable">
  | IssueOf<"erased">
  | IssueOf<"type_immutable">
  | IssueOf<"malformed_email">
  | IssueOf<"malformed_domain">
  | IssueOf<"malformed_profile_url">
  | IssueOf<"malformed_time">
  | IssueOf<"malformed_date">
  | IssueOf<"date_out_of_range">
  | IssueOf<"never_open", "hint">
  | IssueOf<"unknown_time_zone", "hint" | "suggestions">
  | IssueOf<"malformed_name">
  | IssueOf<"malformed_cursor">
  | IssueOf<"sender_not_found">
  | IssueOf<"sender_wrong_channel">
  | IssueOf<"malformed_instant">
  | IssueOf<"too_far_ahead">
  | IssueOf<"malformed_url">
  | IssueOf<"malformed_token">
  | IssueOf<"one_of", "allowed">
  | IssueOf<"too_many", "max", "line">
  | IssueOf<"too_large", "max">
  | IssueOf<"cell_too_large", "line" | "max">
  | IssueOf<"duplicate">
  | IssueOf<"malformed_key">
  | IssueOf<"control_character">
  | IssueOf<"line_break">
  | IssueOf<"end_not_last">
  | IssueOf<"second_connection_request">
  | IssueOf<"delay_out_of_range">
  | IssueOf<"too_many_cells">
  | IssueOf<"malformed_encoding", "encoding" | "hint" | "line" | "suggestions">
  | IssueOf<"not_a_csv_file", "found" | "hint">
  | IssueOf<"unterminated_quote", "line">
  | IssueOf<"not_draft", "hint">
  | IssueOf<"empty_subject", "hint">
  | IssueOf<"empty_body", "hint">
  | IssueOf<"no_sendable_node", "hint">
  | IssueOf<"no_ready_sender", "hint">
  | IssueOf<"unknown_variable", "closest" | "hint" | "variable">
  | IssueOf<"unusable_variable", "hint" | "variable">
  | IssueOf<"malformed_choice", "hint">
  | IssueOf<"unresolved_variable", "hint" | "prospect_ids" | "prospects" | "sender_account_ids" | "variable">
  | IssueOf<"note_too_long", "hint" | "max" | "prospect_ids" | "prospects">
  | IssueOf<"subject_too_long", "hint" | "max" | "prospect_ids" | "prospects">
  | IssueOf<"body_too_long", "hint" | "max" | "prospect_ids" | "prospects">
  | IssueOf<"no_prospects", "hint">
  | IssueOf<"sender_not_ready", "hint">
  | IssueOf<"foreign_template_syntax", "hint" | "offset" | "variable">
  | IssueOf<"stray_percent", "hint">
  | IssueOf<"limit_unreachable", "hint" | "max">
  | IssueOf<"no_opt_out", "hint">
  | IssueOf<"writes_to_sender", "hint" | "prospect_ids" | "prospects">
  | IssueOf<"all_prospects_skipped", "hint">
  | IssueOf<"bounced_before", "hint" | "prospect_ids" | "prospects">
  | IssueOf<"in_other_campaigns", "hint" | "prospect_ids" | "prospects">;

/**
 * What an error is: its code.
 */
export type ErrorCode = ErrorShape["code"];

/**
 * What is wrong with a field.
 */
export type IssueCode = Issue["code"];

// Generated from the Rust types by `cargo xtask types`; do not edit.

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
id: string, 
/**
 * The IANA time zone in which the user's days and operating hours are meant.
 */
time_zone: string, 
/**
 * When the user was created.
 */
created_at: string, };

/**
 * What a new user is given.
 */
export type CreateUser = { 
/**
 * An IANA time zone such as `Europe/Berlin`; `UTC` by default.
 */
time_zone?: string | null, };

/**
 * What to change of a user; what is not given stays.
 */
export type UpdateUser = { 
/**
 * An IANA time zone such as `Europe/Berlin`.
 */
time_zone?: string | null, };

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
id: string, 
/**
 * Whose it is.
 */
user_id: string, 
/**
 * The name to show: the one that was given, else first and last name, else the address.
 */
display_name: string, 
/**
 * Whether it can send at present.
 */
status: AccountStatus, 
/**
 * The sender's first name.
 */
first_name: string | null, 
/**
 * The sender's last name.
 */
last_name: string | null, 
/**
 * The sender's company.
 */
company: string | null, 
/**
 * The sender's title.
 */
title: string | null, 
/**
 * The sender's own signature.
 */
signature: string | null, 
/**
 * Messages a day, over all campaigns.
 */
daily_limit: number, 
/**
 * When it was added, as RFC 3339.
 */
created_at: string, 
/**
 * When it was last changed, as RFC 3339.
 */
updated_at: string, } & ({ "type": "email", 
/**
 * The mailbox as it was given.
 */
email_address: string, 
/**
 * Only LinkedIn accounts have one.
 */
profile_url: null, 
/**
 * Only LinkedIn accounts have it.
 */
is_premium: null, 
/**
 * Only LinkedIn accounts have one.
 */
weekly_connection_limit: null, 
/**
 * Only LinkedIn accounts have one.
 */
weekly_message_limit: null, } | { "type": "linkedin", 
/**
 * Only email accounts have one.
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
weekly_message_limit: number, });

/**
 * Whether an account can send at present.
 */
export type AccountStatus = "connected" | "disconnected";

/**
 * The account to add: a mailbox or a LinkedIn profile, and who sends from it.
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
 * Invitations per rolling 7 days: 1–100,000, by default 80, premium 100.
 */
weekly_connection_limit?: number | null, 
/**
 * Messages per rolling 7 days: 1–100,000, by default 100, premium 150.
 */
weekly_message_limit?: number | null, }) & { 
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
 * Messages a day, over all campaigns: 1–100,000, by default 30.
 */
daily_limit?: number | null, };

/**
 * Who sends from an account; everything is optional.
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
 * Messages a day, over all campaigns: 1–100,000, by default 30.
 */
daily_limit?: number | null, };

/**
 * What to change of an account: a field that is not given stays. A field that can be absent is cleared, or goes
 * back to its default, by nothing (`null`, `Some(None)`); `null` leaves the others as they are.
 */
export type UpdateAccount = { 
/**
 * Whether the account can send at present.
 */
status?: AccountStatus | null, 
/**
 * The name to show, at most 255 characters; `null` for the default.
 */
display_name?: string | null, 
/**
 * The sender's first name, at most 255 characters; `null` for none.
 */
first_name?: string | null, 
/**
 * The sender's last name, at most 255 characters; `null` for none.
 */
last_name?: string | null, 
/**
 * The sender's company, at most 255 characters; `null` for none.
 */
company?: string | null, 
/**
 * The sender's title, at most 255 characters; `null` for none.
 */
title?: string | null, 
/**
 * The sender's own signature, at most 10,000 characters; `null` for none.
 */
signature?: string | null, 
/**
 * Messages a day: 1–100,000; `null` for the default.
 */
daily_limit?: number | null, 
/**
 * LinkedIn only: whether the profile has a premium plan.
 */
is_premium?: boolean | null, 
/**
 * LinkedIn only: invitations per rolling 7 days, 1–100,000; `null` for the default.
 */
weekly_connection_limit?: number | null, 
/**
 * LinkedIn only: messages per rolling 7 days, 1–100,000; `null` for the default.
 */
weekly_message_limit?: number | null, };

/**
 * Which accounts to list.
 */
export type ListAccounts = { 
/**
 * Only those of this channel.
 */
type?: Channel | null, 
/**
 * At most so many rows: 1–200, by default 50.
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
id: string, 
/**
 * Whose it is.
 */
user_id: string, 
/**
 * Its name: 1–255 characters, unique among the user's campaigns.
 */
name: string, 
/**
 * How far it has come.
 */
status: CampaignStatus, 
/**
 * The accounts that it sends from, without duplicates, in the order given.
 */
sender_account_ids: Array<string>, 
/**
 * Its figures once it runs.
 */
stats: null, 
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
sequence_nodes: Array<SequenceNode>, } & ({ "type": "email", 
/**
 * Messages per day across all senders: 1–500.
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
 * Only LinkedIn campaigns have it.
 */
skip_other_campaigns: null, 
/**
 * Only LinkedIn campaigns have them.
 */
operating_hours: null, } | { "type": "linkedin", 
/**
 * Only email campaigns have one.
 */
daily_limit: null, 
/**
 * Only email campaigns have it.
 */
stop_on_reply: null, 
/**
 * Only email campaigns have it.
 */
open_tracking: null, 
/**
 * Only email campaigns have one.
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
id: string, 
/**
 * The campaign that it is a step of.
 */
campaign_id: string, 
/**
 * Its place in the sequence, from 0.
 */
position: number, } & ({ "type": "connection_request", 
/**
 * The note, a template.
 */
body: string | null, } | { "type": "message", 
/**
 * The text, a template.
 */
body: string, } | { "type": "email", 
/**
 * The subject, a template.
 */
subject: string, 
/**
 * The text, a template.
 */
body: string, 
/**
 * Whether it answers in the thread of the email before.
 */
is_reply: boolean, } | { "type": "delay", 
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
 * A UUIDv7 made by the caller, which makes a retry safe: the same id with the same request answers the campaign
 * as it is now and writes nothing.
 */
id?: string | null, 
/**
 * Its name. Surrounding white space is trimmed; then 1–255 characters, unique among the user's campaigns.
 */
name: string, 
/**
 * The accounts to send from: at least one, all of the campaign's channel; duplicates collapse.
 */
sender_account_ids: Array<string>, } & ({ "type": "email" } & NewEmail | { "type": "linkedin" } & NewLinkedin);

/**
 * What only an email campaign has, before it is checked.
 */
export type NewEmail = { 
/**
 * Messages per day across all senders; brought into 1–500 with a notice, never rejected for its size.
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
 * What only a LinkedIn campaign has.
 */
export type NewLinkedin = { 
/**
 * Whether launching skips prospects that are in another active LinkedIn campaign of the user; by default it does.
 */
skip_other_campaigns?: boolean | null, 
/**
 * When the campaign may act; by default Monday to Friday from 09:00 to 17:00 in the user's time zone.
 */
operating_hours?: NewSchedule | null, };

/**
 * What creating a campaign answers.
 */
export type Created = { 
/**
 * The campaign as it is now.
 */
campaign: Campaign, 
/**
 * What the engine did to the request that the caller might not expect.
 */
notices: Array<Notice>, };

/**
 * What the engine did to an accepted request that the caller might not expect: it ignored or adjusted a field.
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
to: number, };

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
 * At most so many rows: 1–200, by default 50.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * A page of campaigns, newest first.
 */
export type CampaignPage = { 
/**
 * The campaigns.
 */
campaigns: Array<Campaign>, 
/**
 * Where the next page begins; `null` when this one is the last.
 */
next_cursor: string | null, };

/**
 * One change of one user's objects.
 */
export type Event = { 
/**
 * Grows with every change in the database; what is missing in between happened to others.
 */
number: number, 
/**
 * When the transaction of the change took place.
 */
at: string, } & ({ "type": "user_created", 
/**
 * What it happened to.
 */
user_id: string, } | { "type": "user_updated", 
/**
 * What it happened to.
 */
user_id: string, } | { "type": "account_added", 
/**
 * What it happened to.
 */
account_id: string, } | { "type": "account_updated", 
/**
 * What it happened to.
 */
account_id: string, } | { "type": "account_removed", 
/**
 * What it happened to.
 */
account_id: string, } | { "type": "campaign_created", 
/**
 * What it happened to.
 */
campaign_id: string, } | { "type": "campaign_deleted", 
/**
 * What it happened to.
 */
campaign_id: string, });

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
 * Which part of a list to answer.
 */
export type ListPage = { 
/**
 * At most so many rows: 1–200, by default 50.
 */
limit?: number | null, 
/**
 * The `next_cursor` of the page before.
 */
cursor?: string | null, };

/**
 * Why an operation did nothing.
 */
export type ErrorShape = { 
/**
 * What the caller should do.
 */
kind: Kind, 
/**
 * The stable snake-case code.
 */
code: string, 
/**
 * The HTTP status that goes with the kind.
 */
status: number, 
/**
 * The same for people, in English; never contains a value that a user typed.
 */
message: string, 
/**
 * The field that a conflict is about.
 */
path?: string, 
/**
 * `invalid_input`: every field that breaks a rule.
 */
issues?: Array<Issue>, 
/**
 * `name_taken`: the first free name of the form `NAME (2)`, `NAME (3)`, …
 */
suggested_name?: string, 
/**
 * `newer_schema`: the schema version of the file.
 */
found?: number, 
/**
 * `newer_schema`: the newest schema version that this build knows.
 */
supported?: number, };

/**
 * One field of a request that breaks a rule.
 */
export type Issue = { 
/**
 * Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
 */
path: string, 
/**
 * The stable snake-case code of what is wrong.
 */
code: string, 
/**
 * The same for people, in English; never contains a value that a user typed.
 */
message: string, 
/**
 * `wrong_type`: the type it must have, in words.
 */
expected?: string, 
/**
 * `unknown_value`: the words that are allowed.
 */
allowed?: Array<string>, 
/**
 * `out_of_range`: the smallest value.
 */
min?: number, 
/**
 * `out_of_range`: the largest value; `too_long`: the most characters.
 */
max?: number, 
/**
 * `unknown_field`: the known field whose name is closest.
 */
closest?: string, 
/**
 * `unknown_time_zone`: the zones with the closest names.
 */
suggestions?: Array<string>, };

/**
 * What the caller should do about an error.
 */
export type Kind = "invalid" | "unauthorized" | "not_found" | "conflict" | "unavailable" | "internal";

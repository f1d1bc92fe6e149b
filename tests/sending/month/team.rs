//! The team: who sends, from which accounts, in which campaigns, and what the people they write to do.

use std::collections::BTreeMap;

use campaignkit::{AccountId, CampaignId, OpenOptions, SimulatedHost, Store, UserId};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::world::over;

pub(super) const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";

/// The day on which everything that is sent from Ben's second mailbox fails.
pub(super) const BROKEN: Date = date(2026, 12, 14);

pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

pub(super) fn local(at: i64, zone: &TimeZone) -> DateTime {
    zone.to_datetime(Timestamp::from_millisecond(at).unwrap())
}

/// An instant of the team's clock, in milliseconds.
pub(super) fn at(date: Date, hour: i8) -> i64 {
    zone(BERLIN).to_timestamp(date.at(hour, 0, 0, 0)).unwrap().as_millisecond()
}

/// Each day of the month.
pub(super) fn days() -> Vec<Date> {
    date(2026, 12, 1).series(jiff::Span::new().days(1)).take(31).collect()
}

pub(super) fn is_weekend(day: Date) -> bool {
    day.weekday().to_monday_zero_offset() >= 5
}

/// What a blackout date is for.
pub(super) fn closed(day: Date) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (12, 11) => Some("company day"),
        (12, 24..=26) => Some("Christmas"),
        (12, 31) | (1, 1) => Some("New Year"),
        _ => None,
    }
}

/// An account, with what the test needs to know of its limits.
pub(super) struct Sender {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) zone: TimeZone,
    pub(super) daily_limit: u32,
    pub(super) min_gap_seconds: i64,
    /// The start of a ramp-up that adds as much every second day.
    pub(super) ramp_up: Option<u32>,
    /// Invitations in any seven days.
    pub(super) weekly: Option<usize>,
    pub(super) spreads: bool,
    request: Value,
}

fn mailbox(name: &'static str, about: &'static str, fields: Value) -> Sender {
    let request = over(json!({ "type": "email", "email_address": name }), fields);
    sender(name, about, request, None)
}

fn profile(name: &'static str, about: &'static str, weekly: usize, fields: Value) -> Sender {
    let request = over(json!({ "type": "linkedin", "profile_url": name }), fields);
    sender(name, about, request, Some(weekly))
}

fn sender(name: &'static str, about: &'static str, request: Value, weekly: Option<usize>) -> Sender {
    let number = |field: &str, usual: u64| request[field].as_u64().unwrap_or(usual) as u32;
    Sender {
        name,
        about,
        zone: zone(request["sending_hours"]["time_zone"].as_str().unwrap_or(BERLIN)),
        daily_limit: number("daily_limit", 30),
        min_gap_seconds: number("min_gap_seconds", 90).into(),
        ramp_up: request["ramp_up"]["start"].as_u64().map(|start| start as u32),
        weekly,
        spreads: request["spread_invitations"] == true,
        request,
    }
}

/// Hours from Monday to Friday, and on Saturday if these are given.
fn hours(zone: Option<&str>, saturday: Value) -> Value {
    let day = json!([{ "start": "09:00", "end": "17:00" }]);
    json!({ "time_zone": zone, "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
            "saturday": saturday })
}

pub(super) fn senders() -> Vec<Sender> {
    let american = hours(Some(NEW_YORK), json!([]));
    let saturday = hours(None, json!([{ "start": "10:00", "end": "14:00" }]));
    let ramp_up = json!({ "start": 5, "increase": 5, "every_days": 2 });
    vec![
        mailbox(
            "ana@example.com",
            "as every new account: 30 a day, Mon–Fri 09:00–17:00, gaps of 90 to 150 s",
            json!({}),
        ),
        mailbox("ben@example.com", "the same", json!({})),
        mailbox("cleo@example.com", "the same, and on Saturdays 10:00–14:00", json!({ "sending_hours": saturday })),
        mailbox("dan@example.com", "the hours of New York", json!({ "sending_hours": american })),
        mailbox(
            "ana@example.net",
            "new: a ramp-up that begins with 5 a day and adds 5 every second day",
            json!({ "ramp_up": ramp_up }),
        ),
        mailbox(
            "ben@example.net",
            "50 a day, gaps of 240 to 540 s",
            json!({ "daily_limit": 50, "min_gap_seconds": 240, "gap_jitter_seconds": 300 }),
        ),
        profile(
            "linkedin.com/in/ana",
            "80 invitations in any 7 days, spread",
            80,
            json!({ "spread_invitations": true }),
        ),
        profile(
            "linkedin.com/in/dan",
            "premium, 100 invitations in any 7 days, not spread; the hours of New York",
            100,
            json!({ "is_premium": true, "sending_hours": american }),
        ),
    ]
}

/// A campaign, with the places of its senders among the accounts.
pub(super) struct Outreach {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) launched: Date,
    pub(super) senders: &'static [usize],
    pub(super) people: usize,
    pub(super) daily_limit: Option<u32>,
    nodes: Value,
}

pub(super) fn campaigns() -> Vec<Outreach> {
    let [first, again] = [false, true].map(|is_reply| {
        let subject = if is_reply { "" } else { "Hello" };
        json!({ "type": "email", "subject": subject, "body": "A text", "is_reply": is_reply })
    });
    let days = |days: u32| json!({ "type": "delay", "delay_days": days });
    let (invitation, message) =
        (json!({ "type": "connection_request" }), json!({ "type": "message", "body": "Thanks" }));
    vec![
        Outreach {
            name: "Trade fair",
            about: "3 emails, 3 and 4 days apart",
            launched: date(2026, 12, 1),
            senders: &[0, 1, 2],
            people: 125,
            daily_limit: Some(50),
            nodes: json!([first, days(3), again, days(4), again]),
        },
        Outreach {
            name: "Founders",
            about: "an invitation, and a message a day after it is accepted",
            launched: date(2026, 12, 2),
            senders: &[6],
            people: 140,
            daily_limit: None,
            nodes: json!([invitation, days(1), message]),
        },
        Outreach {
            name: "Webinar",
            about: "2 emails, 3 days apart",
            launched: date(2026, 12, 7),
            senders: &[3, 4, 5],
            people: 200,
            daily_limit: Some(100),
            nodes: json!([first, days(3), again]),
        },
        Outreach {
            name: "Heads of sales",
            about: "an invitation, a message when it is accepted, another one 3 days later",
            launched: date(2026, 12, 9),
            senders: &[7],
            people: 110,
            daily_limit: None,
            nodes: json!([invitation, message, days(3), message]),
        },
        Outreach {
            name: "Renewals",
            about: "2 emails, a week apart",
            launched: date(2026, 12, 14),
            senders: &[0, 1, 4],
            people: 70,
            daily_limit: Some(20),
            nodes: json!([first, days(7), again]),
        },
    ]
}

/// The team's database, with all accounts, and drafts of all campaigns.
pub(super) struct Team {
    pub(super) store: Store,
    pub(super) clock: SimulatedHost,
    pub(super) user: UserId,
    pub(super) accounts: BTreeMap<AccountId, usize>,
    pub(super) campaigns: Vec<CampaignId>,
}

impl Team {
    pub(super) fn new(now: i64) -> Self {
        let clock = SimulatedHost::new(1, now);
        let mut store = OpenOptions::new(clock.clone()).open_in_memory().unwrap();
        let closed = json!([{ "from": "2026-12-11" }, { "from": "2026-12-24", "to": "2026-12-26" },
                            { "from": "2026-12-31", "to": "2027-01-01" }]);
        let user = store.create_user(json!({ "time_zone": BERLIN, "blackout_dates": closed })).unwrap().id;
        let mut me = store.session(user).unwrap();
        let ids: Vec<AccountId> =
            senders().into_iter().map(|sender| me.add_account(sender.request).unwrap().id).collect();
        let mut drafts = Vec::new();
        for (index, outreach) in campaigns().into_iter().enumerate() {
            let is_email = outreach.daily_limit.is_some();
            let chosen: Vec<AccountId> = outreach.senders.iter().map(|sender| ids[*sender]).collect();
            let zone = outreach.senders.contains(&7).then_some(NEW_YORK);
            let request = if is_email {
                json!({ "type": "email", "daily_limit": outreach.daily_limit, "signature": "" })
            } else {
                json!({ "type": "linkedin", "operating_hours": hours(zone, json!([])) })
            };
            let request = over(request, json!({ "name": outreach.name, "sender_account_ids": chosen }));
            let id = me.create_campaign(request).unwrap().campaign.id;
            me.update_campaign(id, json!({ "sequence_nodes": outreach.nodes })).unwrap();
            let person = |n: usize| match is_email {
                true => json!({ "email": format!("p{n}@c{index}.example") }),
                false => json!({ "linkedin_url": format!("linkedin.com/in/c{index}-p{n}") }),
            };
            let people: Vec<Value> = (0..outreach.people).map(person).collect();
            me.add_prospects(id, json!({ "prospects": people })).unwrap();
            drafts.push(id);
        }
        Self { store, clock, user, accounts: ids.into_iter().zip(0..).collect(), campaigns: drafts }
    }
}

/// A number from 0 to 99 that follows from what is asked of whom (FNV-1a).
pub(super) fn percent(question: &str, person: &str) -> u64 {
    let bytes = question.bytes().chain([0]).chain(person.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) % 100
}

//! Plan, forecast and explain predict what claims hand out (`docs/rules.md#plans-and-forecasts`).

mod monotone;
mod plans;
mod properties;

use std::collections::{BTreeMap, BTreeSet};

use crate::world;
use crate::world::{World, shape};
use campaignkit::{CampaignId, Claimed, Instant, Outcome, ProspectId, TaskType};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Six properties have 500 scenes together; `cargo xtask soak foresight` has 20,000. `PROPTEST_RNG_SEED` repeats a run.
fn config() -> ProptestConfig {
    let cases = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(84);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The compared properties of a planned message, and of a claimed one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    at: Instant,
    prospect: ProspectId,
    position: u16,
    account: String,
    subject: Option<String>,
}

/// Several campaigns that share senders.
#[derive(Clone, Debug)]
struct Scene {
    time_zone: &'static str,
    /// How long after the start of 2026-03-20 in UTC everything starts, in minutes.
    start: i64,
    /// Dates on which nothing goes.
    blackout_dates: Vec<Value>,
    /// The daily and weekly limits of each sender, whether it spreads invitations, and its pacing.
    senders: Vec<(u32, u32, bool, Value)>,
    campaigns: Vec<Outreach>,
    accepted_after_minutes: Option<u32>,
}

#[derive(Clone, Debug)]
struct Outreach {
    channel: &'static str,
    senders: Vec<usize>,
    daily_limit: u32,
    skips: bool,
    follows_zones: bool,
    hours: Value,
    nodes: Vec<Value>,
    prospects: Vec<u8>,
    /// Minutes after the launch of the campaign before.
    launched_after: i64,
}

fn hours() -> impl Strategy<Value = Value> {
    let time =
        (0_u32..24, prop_oneof![Just(0_u32), Just(30)]).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"));
    let interval = (time.clone(), time).prop_map(|(start, end)| json!({ "start": start, "end": end }));
    let day = prop::collection::vec(interval, 0..3);
    (
        prop::collection::vec(day, 7),
        prop::option::of(prop::sample::select(vec!["America/New_York", "Australia/Lord_Howe"])),
    )
        .prop_map(|(days, zone)| {
            let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let mut hours = serde_json::Map::from_iter(
                names.iter().map(|name| (*name).to_owned()).zip(days.into_iter().map(Value::from)),
            );
            hours.insert("time_zone".into(), json!(zone));
            if names.iter().all(|name| hours[*name] == json!([])) {
                hours.insert("tuesday".into(), json!([{ "start": "09:00", "end": "09:30" }]));
            }
            Value::Object(hours)
        })
}

/// How an account spreads what it sends: in part, or not at all.
fn pacing() -> impl Strategy<Value = Value> {
    let ramp_up = (1_u32..4, 0_u32..3, 1_u32..4)
        .prop_map(|(start, increase, days)| json!({ "start": start, "increase": increase, "every_days": days }));
    let seconds = || prop_oneof![2 => Just(0_u32), 1 => 1_u32..200, 1 => Just(7_200)];
    (prop::option::of(hours()), seconds(), seconds(), prop::option::of(ramp_up)).prop_map(
        |(hours, gap, jitter, ramp_up)| {
            json!({ "sending_hours": hours, "min_gap_seconds": gap, "gap_jitter_seconds": jitter, "ramp_up": ramp_up })
        },
    )
}

/// Dates and ranges of the first three weeks.
fn blackout_dates() -> impl Strategy<Value = Vec<Value>> {
    let date = |day: i64| (jiff::civil::date(2026, 3, 20) + jiff::Span::new().days(day)).to_string();
    let range = (0_i64..21, 0_i64..4).prop_map(move |(day, days)| json!({ "from": date(day), "to": date(day + days) }));
    prop_oneof![1 => Just(Vec::new()), 2 => prop::collection::vec(range, 1..5)]
}

fn delay() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0_u32..4, 0_u32..30, 1_u32..90)
            .prop_map(|(days, hours, minutes)| json!({ "type": "delay", "delay_days": days, "delay_hours": hours, "delay_minutes": minutes })),
        Just(json!({ "type": "delay", "delay_days": 1 })),
    ]
}

fn outreach(senders: usize) -> impl Strategy<Value = Outreach> {
    let email = prop_oneof![
        3 => Just(json!({ "type": "email", "subject": "Hello %first_name|you%", "body": "From %sender_email%" })),
        1 => Just(json!({ "type": "email", "is_reply": true, "subject": "Again", "body": "%email%" })),
        1 => (1_u32..4, 1_u32..4).prop_map(|(one, other)| {
            let variants = [(one, "This"), (other, "That")].map(|(weight, subject)| json!({ "weight": weight, "subject": subject, "body": "%{Hi|Hello}%" }));
            json!({ "type": "email", "subject": "own", "body": "own", "variants": variants })
        }),
        2 => delay(),
    ];
    let variants = json!([{ "weight": 1, "body": "Hi" }, { "weight": 2, "body": "Hello" }]);
    let linkedin = prop_oneof![
        Just(json!({ "type": "message", "body": "Hi" })),
        Just(json!({ "type": "message", "body": "own", "variants": variants })),
        delay(),
    ];
    let email = (prop::collection::vec(email, 0..5), Just("email")).prop_map(|(mut nodes, channel)| {
        nodes.push(json!({ "type": "email", "subject": "Last", "body": "Bye" }));
        (nodes, channel)
    });
    let linkedin = (prop::collection::vec(linkedin, 0..4), prop::bool::ANY, Just("linkedin")).prop_map(
        |(mut nodes, request, channel)| {
            if request || !nodes.iter().any(|node| node["type"] == "message") {
                let place = nodes.len() / 2;
                nodes.insert(place, json!({ "type": "connection_request" }));
            }
            (nodes, channel)
        },
    );
    (
        prop_oneof![email, linkedin],
        prop::sample::subsequence((0..senders).collect::<Vec<_>>(), 1..=senders),
        1_u32..9,
        any::<(bool, bool)>(),
        hours(),
        prop::collection::btree_set(0_u8..30, 1..11),
        0_i64..3_000,
    )
        .prop_map(
            |((nodes, channel), senders, daily_limit, (skips, follows_zones), hours, prospects, launched_after)| {
                Outreach {
                    channel,
                    senders,
                    daily_limit,
                    skips,
                    follows_zones,
                    hours,
                    nodes,
                    prospects: prospects.into_iter().collect(),
                    launched_after,
                }
            },
        )
}

fn scene() -> impl Strategy<Value = Scene> {
    (1_usize..4)
        .prop_flat_map(|count| {
            (
                prop::sample::select(vec![
                    "UTC",
                    "Europe/Berlin",
                    "America/Sao_Paulo",
                    "Pacific/Apia",
                    "Asia/Kathmandu",
                ]),
                0_i64..30_000,
                blackout_dates(),
                prop::collection::vec((1_u32..7, 1_u32..20, any::<bool>(), pacing()), count),
                prop::collection::vec(outreach(count), 1..6),
                prop::option::of(0_u32..5_000),
            )
        })
        .prop_map(|(time_zone, start, blackout_dates, senders, campaigns, accepted_after_minutes)| Scene {
            time_zone,
            start,
            blackout_dates,
            senders,
            campaigns,
            accepted_after_minutes,
        })
}

impl Scene {
    /// Launches everything; returns the running campaigns, with the query that describes what the hosts will do.
    fn play(&self) -> (World, Vec<CampaignId>, Value) {
        let (mut world, campaigns, query) = self.prepare();
        if let Some(last) = campaigns.last() {
            world.me().launch(*last, None).unwrap();
        }
        (world, campaigns, query)
    }

    /// The same, with the last campaign as a draft.
    fn prepare(&self) -> (World, Vec<CampaignId>, Value) {
        let mut world = World::new();
        world.clock.advance_ms(1_773_964_800_000 - world::NOW_MS + self.start * 60_000);
        let user = json!({ "time_zone": self.time_zone, "blackout_dates": self.blackout_dates });
        world.store.update_user(world.user, user).unwrap();
        let mut accounts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (index, (daily, weekly, spreads, pacing)) in self.senders.iter().enumerate() {
            let email = json!({ "type": "email", "email_address": format!("s{index}@x.com"), "daily_limit": daily });
            let linkedin = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/s{index}"), "daily_limit": daily,
                                   "weekly_connection_limit": weekly, "weekly_message_limit": weekly, "spread_invitations": spreads });
            for (channel, request) in [("email", email), ("linkedin", linkedin)] {
                let account = world.me().add_account(world::over(request, pacing.clone())).unwrap();
                accounts.entry(channel).or_default().push(account.id.to_string());
            }
        }
        let mut launched = Vec::new();
        for (index, outreach) in self.campaigns.iter().enumerate() {
            world.clock.advance_ms(outreach.launched_after * 60_000);
            let senders: Vec<&String> =
                outreach.senders.iter().map(|index| &accounts[outreach.channel][*index]).collect();
            let request = json!({ "type": outreach.channel, "name": format!("c{index}"), "sender_account_ids": senders,
                "daily_limit": outreach.daily_limit, "skip_other_campaigns": outreach.skips, "operating_hours": outreach.hours,
                "follow_prospect_zone": outreach.follows_zones, "signature": "" });
            let id = world.create(request).unwrap().campaign.id;
            world.me().update_campaign(id, json!({ "sequence_nodes": outreach.nodes })).unwrap();
            let prospects: Vec<Value> = outreach
                .prospects
                .iter()
                .map(|n| {
                    let zone = [None, Some("America/Los_Angeles"), Some("Asia/Tokyo"), Some("Europe/London")];
                    json!({ "email": format!("p{n}@y.com"), "linkedin_url": format!("linkedin.com/in/p{n}"),
                            "time_zone": zone[usize::from(*n) % 4] })
                })
                .collect();
            world.add(id, json!(prospects));
            if index + 1 < self.campaigns.len() {
                world.me().launch(id, None).unwrap();
            }
            launched.push(id);
        }
        let query = match self.accepted_after_minutes {
            Some(minutes) => json!({ "accepted_after_minutes": minutes }),
            None => json!({ "accepted": false }),
        };
        (world, launched, query)
    }
}

fn planned(world: &mut World, campaign: CampaignId, query: &Value) -> Vec<Sent> {
    let plan = world.me().plan(campaign, query.clone()).unwrap();
    let sent = plan.tasks.into_iter().map(|task| Sent {
        at: task.at,
        prospect: task.prospect_id,
        position: task.position,
        account: task.account_id.to_string(),
        subject: task.subject,
    });
    sent.collect()
}

/// Hosts that claim at some instants and whenever a claim changes something, send everything, and learn of acceptances
/// when they happen.
struct Hosts {
    now: i64,
    instants: BTreeSet<i64>,
    accepted_after: Option<u32>,
    accepting: Vec<(i64, ProspectId)>,
    batch: u32,
    /// Whether the last claim at this instant reported that there is more.
    more: Option<bool>,
    sent: BTreeMap<CampaignId, Vec<Sent>>,
    acceptances: u32,
}

impl Hosts {
    /// Moves from instant to instant, as long as they are before `until`.
    fn drive(&mut self, world: &mut World, until: i64) {
        loop {
            self.accept(world);
            while self.claim(world) {}
            // Nobody learns of an acceptance before the messages of the same instant are sent.
            self.accept(world);
            let accepted = self.accepting.iter().map(|(at, _)| *at);
            let due = world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms());
            let next = self.instants.iter().copied().filter(|at| *at > self.now).chain(accepted).chain(due).min();
            let Some(next) = next.filter(|next| *next < until) else { return };
            world.clock.advance_ms(next - self.now);
            (self.now, self.more) = (next, None);
        }
    }

    fn accept(&mut self, world: &mut World) {
        let now = self.now;
        for (_, prospect) in self.accepting.extract_if(.., |(at, _)| *at <= now) {
            self.acceptances += 1;
            let id = self.acceptances.to_string();
            let event = json!({ "id": id, "type": "connection_accepted", "prospect_id": prospect });
            assert!(world.me().record_event(event).unwrap().changed);
            // Room is now kept for its follow-ups.
            self.more = None;
        }
    }

    fn claim(&mut self, world: &mut World) -> bool {
        let Claimed { tasks, more, .. } = world.me().claim_due(json!({ "max": self.batch })).unwrap();
        let any = !tasks.is_empty();
        if let Some(more) = self.more.replace(more) {
            assert_eq!(any, more, "there is more exactly where another claim hands out more");
        }
        for task in tasks {
            world.me().complete(task.id, Outcome::Sent).unwrap();
            if let (TaskType::ConnectionRequest, Some(minutes)) = (task.kind, self.accepted_after) {
                self.accepting.push((self.now + i64::from(minutes) * 60_000, task.prospect.id));
            }
            self.sent.entry(task.prospect.campaign_id).or_default().push(Sent {
                at: task.claimed_at,
                prospect: task.prospect.id,
                position: task.position,
                account: task.account.id.to_string(),
                subject: task.email.map(|email| email.subject),
            });
        }
        any
    }
}

fn plans(world: &mut World, campaigns: &[CampaignId], query: &Value) -> BTreeMap<CampaignId, Vec<Sent>> {
    campaigns.iter().map(|id| (*id, planned(world, *id, query))).filter(|(_, plan)| !plan.is_empty()).collect()
}

/// The explained instant of everyone is the first planned one.
fn explained(
    world: &mut World,
    campaigns: &[CampaignId],
    plan: &BTreeMap<CampaignId, Vec<Sent>>,
) -> Result<(), TestCaseError> {
    for id in campaigns {
        for prospect in world.me().list_prospects(*id, json!({})).unwrap().prospects {
            let first = plan.get(id).and_then(|plan| plan.iter().find(|sent| sent.prospect == prospect.id));
            let explained = world.me().explain(prospect.id).unwrap();
            prop_assert_eq!(explained.at, first.map(|sent| sent.at), "{:?}", explained.reason);
        }
    }
    Ok(())
}

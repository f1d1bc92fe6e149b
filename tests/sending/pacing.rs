//! How accounts spread what they send (`docs/rules.md#pacing`).

use std::collections::BTreeMap;

use crate::world::{DAY, HOUR, MINUTE, NOW_MS, World, over, shape, unpaced};
use campaignkit::{AccountId, AddAccount, CampaignId, Outcome, RampUp, Task};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

const FIELDS: [&str; 4] = ["sending_hours", "min_gap_seconds", "gap_jitter_seconds", "ramp_up"];

fn pacing_of(world: &mut World, account: AccountId) -> Value {
    let account = shape(&world.me().account(account).unwrap());
    FIELDS.into_iter().map(|field| (field.to_owned(), account[field].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// A launched campaign of one email to some people, from one account.
fn launched(world: &mut World, account: AccountId, people: usize) -> CampaignId {
    let id = prepared(world, account, people);
    world.me().launch(id, None).unwrap();
    id
}

fn prepared(world: &mut World, account: AccountId, people: usize) -> CampaignId {
    let request = world.email_request(
        json!({ "name": format!("c{account}"), "sender_account_ids": [account], "daily_limit": 500, "signature": "" }),
    );
    let id = world.create(request).unwrap().campaign.id;
    let node = json!({ "type": "email", "subject": "S", "body": "B" });
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
    world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@example.com") })).collect());
    id
}

fn claimed(world: &mut World) -> Vec<Task> {
    world.me().claim_due(json!({ "max": 1_000 })).unwrap().tasks
}

#[test]
fn a_new_account_has_hours_and_a_gap_unless_it_is_told_otherwise() {
    let mut world = World::new();
    let mailbox = json!({ "type": "email", "email_address": "new@example.com" });
    let profile = json!({ "type": "linkedin", "profile_url": "linkedin.com/in/new" });
    let [mailbox, profile] = [mailbox, profile].map(|request| world.me().add_account(request).unwrap().id);
    let working = json!([{ "start": "09:00", "end": "17:00" }]);
    let hours = json!({ "time_zone": null, "monday": working, "tuesday": working, "wednesday": working, "thursday": working,
                        "friday": working, "saturday": [], "sunday": [] });
    let of_new = |hours: Value| json!({ "sending_hours": hours, "min_gap_seconds": 90, "gap_jitter_seconds": 60, "ramp_up": null });
    assert_eq!(pacing_of(&mut world, mailbox), of_new(hours.clone()));
    assert_eq!(pacing_of(&mut world, profile), of_new(Value::Null));
    let typed = world.me().add_account(AddAccount::email("typed@example.com")).unwrap().id;
    assert_eq!(pacing_of(&mut world, typed), of_new(hours));

    let sunday = json!({ "time_zone": "Asia/Tokyo", "sunday": [{ "start": "22:00", "end": "02:00" }] });
    let ramp_up = json!({ "start": 5, "increase": 2, "every_days": 3 });
    let fields =
        json!({ "sending_hours": sunday, "min_gap_seconds": 0, "gap_jitter_seconds": 86_400, "ramp_up": ramp_up });
    world.me().update_account(mailbox, fields).unwrap();
    let changed = pacing_of(&mut world, mailbox);
    assert_eq!((&changed["ramp_up"], &changed["sending_hours"]["sunday"]), (&ramp_up, &sunday["sunday"]));
    assert_eq!((&changed["min_gap_seconds"], &changed["gap_jitter_seconds"]), (&json!(0), &json!(86_400)));
    // What is not given stays.
    world.me().update_account(mailbox, json!({ "title": "CEO", "min_gap_seconds": null })).unwrap();
    assert_eq!(pacing_of(&mut world, mailbox), changed);
    world.me().update_account(mailbox, unpaced(json!({ "ramp_up": null }))).unwrap();
    let none = json!({ "sending_hours": null, "min_gap_seconds": 0, "gap_jitter_seconds": 0, "ramp_up": null });
    assert_eq!(pacing_of(&mut world, mailbox), none);
}

#[test]
fn what_no_pacing_can_be_is_an_issue() {
    let mut world = World::new();
    let account = world.email;
    for (fields, path, code) in [
        (json!({ "min_gap_seconds": 86_401 }), "min_gap_seconds", "out_of_range"),
        (json!({ "gap_jitter_seconds": -1 }), "gap_jitter_seconds", "out_of_range"),
        (json!({ "gap_jitter_seconds": 1.5 }), "gap_jitter_seconds", "not_integer"),
        (json!({ "sending_hours": {} }), "sending_hours", "never_open"),
        (json!({ "sending_hours": "9 to 5" }), "sending_hours", "wrong_type"),
        (
            json!({ "sending_hours": { "mon": [], "sunday": [{ "start": "1", "end": "2" }] } }),
            "sending_hours.sunday[0].start",
            "malformed_time",
        ),
        (
            json!({ "sending_hours": { "mon": [], "sunday": [{ "start": "09:00", "end": "10:00" }] } }),
            "sending_hours.mon",
            "unknown_field",
        ),
        (
            json!({ "sending_hours": { "time_zone": "Mars/Base", "sunday": [{ "start": "09:00", "end": "10:00" }] } }),
            "sending_hours.time_zone",
            "unknown_time_zone",
        ),
        (json!({ "ramp_up": {} }), "ramp_up.start", "required"),
        (json!({ "ramp_up": { "start": 0, "increase": 1, "every_days": 1 } }), "ramp_up.start", "out_of_range"),
        (json!({ "ramp_up": { "start": 1, "increase": 1, "every_days": 366 } }), "ramp_up.every_days", "out_of_range"),
        (json!({ "ramp_up": { "start": 1, "increase": 1, "every_days": 1, "to": 5 } }), "ramp_up.to", "unknown_field"),
    ] {
        let error = world.refused(|me| me.update_account(account, fields.clone()));
        assert!(
            error.issues().iter().any(|issue| (issue.path.as_str(), issue.code()) == (path, code)),
            "{fields} {error:?}"
        );
    }
    let typed = AddAccount::email("x@example.com").gap_seconds(90_000, 0).ramp_up(RampUp {
        start: 1,
        increase: 0,
        every_days: 0,
    });
    let error = world.refused(|me| me.add_account(typed));
    let paths: Vec<&str> = error.issues().iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["min_gap_seconds", "ramp_up.every_days"]);
}

#[test]
fn cold_mail_goes_in_working_hours_one_at_a_time() {
    let mut world = World::new();
    world.store.update_user(world.user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    // A Friday at 15:30 in Berlin.
    world.clock.advance_ms(2 * DAY + 3 * HOUR + 30 * MINUTE);
    let account = world.me().add_account(AddAccount::email("hours@example.com").daily_limit(60)).unwrap().id;
    let id = launched(&mut world, account, 100);
    let plan = world.me().plan(id, json!({})).unwrap().tasks;
    let mut days: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for task in &plan {
        let (date, time) =
            task.local_time().split_once('T').map(|(date, time)| (date.to_owned(), time.to_owned())).unwrap();
        assert!(("09:00".."17:00").contains(&&time[..5]), "{}", task.local_time());
        days.entry(date).or_default().push(task.at.unix_ms());
    }
    let counts: Vec<(&str, usize)> = days.iter().map(|(day, sent)| (day.as_str(), sent.len())).collect();
    assert_eq!((counts[0].0, counts[1].0, counts.len()), ("2026-04-24", "2026-04-27", 2), "{counts:?}");
    for sent in days.values() {
        let gaps: Vec<i64> = sent.windows(2).map(|pair| (pair[1] - pair[0]) / 1_000).collect();
        assert!(gaps.iter().all(|gap| (90..=150).contains(gap)), "{gaps:?}");
        assert!(gaps.iter().collect::<std::collections::BTreeSet<_>>().len() > 10, "each is another one: {gaps:?}");
    }
    let forecast = shape(&world.me().forecast(id, json!({})).unwrap());
    assert_eq!((&forecast["days"][0]["limit"], &forecast["days"][1]["limit"]), (&json!("outside_hours"), &Value::Null));
}

#[test]
fn a_claim_hands_out_one_message_of_an_account_and_says_when_the_next_is_due() {
    let mut world = World::new();
    let account = world.me().add_account(AddAccount::email("gap@example.com").gap_seconds(60, 0)).unwrap().id;
    let id = launched(&mut world, account, 3);
    let claim = world.me().claim_due(json!({})).unwrap();
    assert_eq!((claim.tasks.len(), claim.more), (1, false));
    assert_eq!(claim.next_due_at.map(|at| at.unix_ms()), Some(NOW_MS + 60_000));
    assert_eq!(shape(&claim)["held_back"], json!([{ "reason": "account_gap", "account_id": null, "prospects": 2 }]));
    let all = world.me().list_prospects(id, json!({})).unwrap().prospects;
    let waiting = all.iter().find(|prospect| prospect.id != claim.tasks[0].prospect.id).unwrap().id;
    let explained = world.me().explain(waiting).unwrap();
    assert_eq!((explained.reason.to_string().as_str(), explained.at), ("account_gap", claim.next_due_at));
    // Whatever becomes of it, and whether the account is removed and added again.
    world.me().complete(claim.tasks[0].id, Outcome::Failed { retryable: true }).unwrap();
    world.clock.advance_ms(59_999);
    assert_eq!(claimed(&mut world).len(), 0);
    world.clock.advance_ms(1);
    assert_eq!(claimed(&mut world).len(), 1);
    world.me().pause(id).unwrap();
    world.me().delete_campaign(id).unwrap();
    world.me().remove_account(account).unwrap();
    let again = world.me().add_account(AddAccount::email("Gap@Example.com").gap_seconds(60, 0)).unwrap().id;
    launched(&mut world, again, 1);
    assert_eq!(claimed(&mut world).len(), 0);
    assert_eq!(world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms()), Some(NOW_MS + 120_000));
}

#[test]
fn a_ramp_up_begins_with_the_first_message_after_it_was_set() {
    let mut world = World::new();
    let ramp_up = json!({ "start": 2, "increase": 3, "every_days": 2 });
    let account = world.email;
    world
        .me()
        .update_account(account, over(unpaced(json!({ "daily_limit": 7 })), json!({ "ramp_up": ramp_up })))
        .unwrap();
    let id = prepared(&mut world, account, 100);
    world.clock.advance_ms(5 * DAY);
    world.me().launch(id, None).unwrap();
    let forecast = shape(&world.me().forecast(id, json!({})).unwrap());
    let told = |field: &str| {
        forecast["days"].as_array().unwrap().iter().map(|day| day[field].clone()).take(7).collect::<Vec<_>>()
    };
    assert_eq!(told("messages"), [2, 2, 5, 5, 7, 7, 7]);
    assert_eq!(
        told("limit"),
        ["account_ramp_up"; 4].iter().chain(&["account_daily_limit"; 3]).copied().collect::<Vec<_>>()
    );
    let mut counts = Vec::new();
    for _ in 0..5 {
        counts.push(claimed(&mut world).len());
        world.clock.advance_ms(DAY);
    }
    assert_eq!(counts, [2, 2, 5, 5, 7]);
    let waiting = world.me().list_prospects(id, json!({ "status": "pending" })).unwrap().prospects;
    let changed = json!({ "start": 1, "increase": 1, "every_days": 1 });
    world.me().update_account(account, json!({ "ramp_up": changed })).unwrap();
    assert_eq!(claimed(&mut world).len(), 1, "it begins again");
    assert_eq!(world.me().explain(waiting.last().unwrap().id).unwrap().reason.to_string(), "account_ramp_up");
    world.me().update_account(account, json!({ "ramp_up": changed })).unwrap();
    world.clock.advance_ms(DAY);
    assert_eq!(claimed(&mut world).len(), 2, "the same again is no change");
}

#[test]
fn a_campaign_is_told_of_senders_that_cannot_reach_their_limit_or_never_meet_its_hours() {
    let mut world = World::new();
    let hour = json!({ "monday": [{ "start": "09:00", "end": "10:00" }] });
    let slow = AddAccount::email("slow@example.com").daily_limit(40).gap_seconds(60, 120);
    let slow = world.me().add_account(slow).unwrap().id;
    world.me().update_account(slow, json!({ "sending_hours": hour })).unwrap();
    let id = prepared(&mut world, slow, 1);
    let warnings = |world: &mut World, id: CampaignId| {
        let found = shape(&world.me().validate(id).unwrap());
        let of_senders =
            found["warnings"].as_array().unwrap().iter().filter(|warning| warning["path"] == "sender_account_ids[0]");
        of_senders.map(|warning| json!([warning["code"], warning["max"]])).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&mut world, id), [json!(["limit_unreachable", 30])]);
    world.me().update_account(slow, json!({ "daily_limit": 30 })).unwrap();
    assert_eq!(warnings(&mut world, id), [] as [Value; 0]);

    let profile = AddAccount::linkedin("linkedin.com/in/night").unpaced();
    let profile = world.me().add_account(profile).unwrap().id;
    let hours =
        |zone: &str, start: &str, end: &str| json!({ "time_zone": zone, "tuesday": [{ "start": start, "end": end }] });
    let request = world.linkedin_request(
        json!({ "sender_account_ids": [profile], "operating_hours": hours("Europe/Berlin", "09:00", "10:00") }),
    );
    let id = world.create(request).unwrap().campaign.id;
    for (own, expected) in [
        (hours("Europe/Berlin", "10:00", "11:00"), vec![json!(["never_open", null])]),
        (hours("Europe/Paris", "09:59", "11:00"), vec![]),
        // For some weeks a year only, New York is an hour nearer to Berlin.
        (hours("America/New_York", "04:00", "04:30"), vec![]),
        (hours("America/New_York", "06:00", "07:00"), vec![json!(["never_open", null])]),
    ] {
        world.me().update_account(profile, json!({ "sending_hours": own })).unwrap();
        assert_eq!(warnings(&mut world, id), expected, "{own}");
    }
}

#[test]
fn delays_of_an_email_campaign_are_days_where_its_sender_has_its_hours() {
    let mut world = World::new();
    let working = json!({ "time_zone": "America/New_York", "saturday": [{ "start": "00:00", "end": "24:00" }], "monday": [{ "start": "00:00", "end": "24:00" }] });
    let account = world.email;
    world.me().update_account(account, json!({ "sending_hours": working })).unwrap();
    // The Saturday before the clocks of New York go back.
    world.clock.advance_ms(Timestamp::from_second(1_793_419_200).unwrap().as_millisecond() - NOW_MS);
    let request = world.email_request(json!({ "name": "Days", "signature": "" }));
    let id = world.create(request).unwrap().campaign.id;
    let mail = json!({ "type": "email", "subject": "S", "body": "B" });
    world
        .me()
        .update_campaign(id, json!({ "sequence_nodes": [mail, { "type": "delay", "delay_days": 2 }, mail] }))
        .unwrap();
    world.add(id, json!([{ "email": "a@example.com" }]));
    let plan = world.me().plan(id, json!({})).unwrap().tasks;
    let times: Vec<String> = plan.iter().map(campaignkit::PlannedTask::local_time).collect();
    assert_eq!(times, ["2026-10-31T00:00:00-04:00", "2026-11-02T00:00:00-05:00"]);
    world.me().launch(id, None).unwrap();
    let task = claimed(&mut world).remove(0);
    world.me().complete(task.id, Outcome::Sent).unwrap();
    assert_eq!(world.me().next_due().unwrap().next_due_at, Some(plan[1].at));
}

#[test]
fn invitations_are_spread_over_the_open_days_of_the_week() {
    let mut world = World::new();
    let account = world.linkedin;
    let request = world.linkedin_request(json!({ "sender_account_ids": [account] }));
    let id = world.create(request).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": [{ "type": "connection_request" }] })).unwrap();
    world.add(id, (0..170).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") })).collect());
    world.me().launch(id, None).unwrap();
    let told = |world: &mut World, field: &str| {
        let forecast = shape(&world.me().forecast(id, json!({})).unwrap());
        forecast["days"].as_array().unwrap().iter().map(|day| day[field].clone()).collect::<Vec<_>>()
    };
    // From a Wednesday on.
    assert_eq!(told(&mut world, "messages"), [30, 30, 20, 30, 30, 20, 10]);
    world.me().update_account(account, json!({ "spread_invitations": true })).unwrap();
    let spread = [16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 10];
    assert_eq!(told(&mut world, "messages"), spread);
    assert_eq!(told(&mut world, "limit")[..10], ["account_weekly_limit"; 10]);
    let tasks = claimed(&mut world);
    assert_eq!(tasks.len(), 16);
    let waiting = world.me().list_prospects(id, json!({ "status": "pending" })).unwrap().prospects;
    let waiting = waiting.iter().find(|person| tasks.iter().all(|task| task.prospect.id != person.id)).unwrap().id;
    assert_eq!(world.me().explain(waiting).unwrap().reason.to_string(), "account_weekly_limit");
    // A place that is given back is taken on the same day.
    world.me().complete(tasks[0].id, json!({ "outcome": "deferred", "retry_at": "2026-04-30T12:00:00Z" })).unwrap();
    assert_eq!((claimed(&mut world).len(), claimed(&mut world).len()), (1, 0));
    // With a day on which nothing goes, the others take more.
    world.store.update_user(world.user, json!({ "blackout_dates": [{ "from": "2026-04-24" }] })).unwrap();
    assert_eq!(claimed(&mut world).len(), 4);
}

#[test]
fn a_part_of_the_invitations_is_accepted_and_a_higher_rate_adds_some() {
    let mut world = World::new();
    let id = world.create(world.linkedin_request(json!({}))).unwrap().campaign.id;
    let nodes = json!([{ "type": "connection_request" }, { "type": "message", "body": "B" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    world.add(id, (0..400).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") })).collect());
    let mut accepting = |query: Value| {
        let plan = world.me().plan(id, query.clone()).unwrap().tasks;
        let messages = world.me().forecast(id, query).unwrap().messages;
        assert_eq!(messages, plan.len() as u64);
        plan.iter()
            .filter(|task| task.position == 1)
            .map(|task| task.prospect_id)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(accepting(json!({ "acceptance_rate": 0 })).len(), 0);
    assert_eq!(accepting(json!({ "acceptance_rate": 1 })).len(), 400);
    assert_eq!(accepting(json!({ "acceptance_rate": 1, "accepted": false })).len(), 0);
    let [some, more] =
        [0.3, 0.5].map(|rate| accepting(json!({ "acceptance_rate": rate, "accepted_after_minutes": 90 })));
    assert!((90..150).contains(&some.len()) && (160..240).contains(&more.len()), "{} {}", some.len(), more.len());
    assert!(some.is_subset(&more));
    for rate in [json!(1.1), json!(-0.1), json!(2), json!("0.5")] {
        let error = world.refused(|me| me.forecast(id, json!({ "acceptance_rate": rate })));
        assert_eq!(error.issues()[0].path, "acceptance_rate", "{rate}");
    }
}

/// The changes of the clock of a zone within five years of now, each with the offset after it.
fn changes(zone: &TimeZone) -> Vec<(i64, i32)> {
    let [from, until] = ["2021-01-01T00:00:00Z", "2031-12-31T00:00:00Z"].map(|at| at.parse::<Timestamp>().unwrap());
    let following = zone.following(from).take_while(|change| change.timestamp() < until);
    following.map(|change| (change.timestamp().as_millisecond(), change.offset().seconds())).collect()
}

#[test]
fn where_clocks_change_an_account_keeps_its_hours_its_gap_and_the_dates() {
    let mut world = World::new();
    let account = world.email;
    let interval = json!([{ "start": "00:30", "end": "01:00" }, { "start": "02:15", "end": "02:45" }]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let mut hours: serde_json::Map<String, Value> =
        days.iter().map(|day| ((*day).to_owned(), interval.clone())).collect();
    let id = prepared(&mut world, account, 12);
    let mut now = NOW_MS;
    let (mut seen, mut rules) = (0, std::collections::HashSet::new());
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).unwrap();
        let changes = changes(&zone);
        // Most names are links, or have the rules of another.
        if !rules.insert(changes.clone()) {
            continue;
        }
        hours.insert("time_zone".into(), json!(name.as_str()));
        let pacing =
            json!({ "sending_hours": hours, "min_gap_seconds": 400, "gap_jitter_seconds": 50, "daily_limit": 100 });
        world.me().update_account(account, pacing).unwrap();
        for (index, (change, _)) in changes.into_iter().enumerate() {
            let at = |ms: i64| zone.to_datetime(Timestamp::from_millisecond(ms).unwrap());
            let closed = if index % 2 == 0 { vec![at(change).date()] } else { vec![] };
            let dates: Vec<Value> = closed.iter().map(|date| json!({ "from": date.to_string() })).collect();
            world.store.update_user(world.user, json!({ "blackout_dates": dates })).unwrap();
            world.clock.advance_ms(change - DAY - now);
            now = change - DAY;
            let plan = world.me().plan(id, json!({})).unwrap().tasks;
            assert_eq!(plan.len(), 12);
            for task in &plan {
                let local = at(task.at.unix_ms());
                let offset = |ms: i64| zone.to_offset(Timestamp::from_millisecond(ms).unwrap()).seconds();
                let change = (offset(task.at.unix_ms()) - offset(task.at.unix_ms() - 4 * HOUR)) / 60;
                let (gap, repeated) = (change.max(0), (-change).max(0));
                let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
                // A time in a gap moves forward by the gap; hours that begin the first time last until the clock went back.
                let opens = [30, 135, 30 + gap, 135 + gap];
                assert!(
                    opens.iter().any(|open| (open - repeated..open + 30).contains(&minute)),
                    "{} {local}",
                    name.as_str()
                );
                assert!(!closed.contains(&local.date()), "{} {local}", name.as_str());
                seen += 1;
            }
            let near = plan.windows(2).find(|pair| pair[1].at.unix_ms() - pair[0].at.unix_ms() < 400_000);
            assert!(near.is_none(), "{} {near:?}", name.as_str());
        }
    }
    assert!(seen > 9_000, "{seen}");
}

/// What happens to a message that was handed out.
fn outcomes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0_u8..5, 12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_gap_no_hours_and_no_limit_are_ever_broken(
        zone in prop::sample::select(vec!["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
        gap in 0_u32..4_000,
        jitter in 0_u32..4_000,
        start in 1_u32..5,
        increase in 0_u32..3,
        opens in 0_i8..20,
        outcomes in outcomes(),
    ) {
        let mut world = World::new();
        let hours = json!([{ "start": format!("{opens:02}:00"), "end": format!("{:02}:30", opens + 3) }]);
        let days = ["monday", "wednesday", "thursday", "saturday"];
        let mut week: serde_json::Map<String, Value> = days.iter().map(|day| ((*day).to_owned(), hours.clone())).collect();
        week.insert("time_zone".into(), json!(zone));
        let account = world.email;
        let ramp_up = json!({ "start": start, "increase": increase, "every_days": 1 });
        let fields = json!({ "sending_hours": week, "min_gap_seconds": gap, "gap_jitter_seconds": jitter, "ramp_up": ramp_up, "daily_limit": 6 });
        world.me().update_account(account, fields).unwrap();
        launched(&mut world, account, 12);
        let zone = TimeZone::get(zone).unwrap();
        let mut sent: Vec<i64> = Vec::new();
        let mut outcomes = outcomes.into_iter().cycle();
        for _ in 0..40 {
            let Some(next) = world.me().next_due().unwrap().next_due_at else { break };
            let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
            world.clock.advance_ms(next.unix_ms() - now);
            for task in claimed(&mut world) {
                sent.push(task.claimed_at.unix_ms());
                match outcomes.next() {
                    Some(0) => drop(world.me().complete(task.id, Outcome::Failed { retryable: true }).unwrap()),
                    Some(1) => drop(world.me().complete(task.id, json!({ "outcome": "deferred" })).unwrap()),
                    Some(2) => drop(world.me().release_task(task.id).unwrap()),
                    _ => drop(world.me().complete(task.id, Outcome::Sent).unwrap()),
                }
            }
        }
        prop_assert!(sent.len() >= 12);
        let least = if gap + jitter == 0 { 0 } else { (i64::from(gap) * 1_000).max(1) };
        prop_assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= least), "{:?}", sent);
        for at in &sent {
            let at = zone.to_datetime(Timestamp::from_millisecond(*at).unwrap());
            let minute = i32::from(at.hour()) * 60 + i32::from(at.minute());
            let open = i32::from(opens) * 60;
            prop_assert!((open..open + 210).contains(&minute), "{}", at);
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

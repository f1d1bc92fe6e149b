//! Plans for single campaigns.

use super::*;

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
                // A time in a gap moves forward by the gap: up to an hour.
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

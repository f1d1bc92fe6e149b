//! Holding people and releasing them.

use proptest::prelude::*;

use super::*;

/// Two emails a day apart.
fn two() -> Value {
    json!([mail("One"), delay(1, 0, 0), reply()])
}

fn hold(world: &mut World, person: Value, until: Option<i64>) -> Value {
    let until = until.map(Instant::from_unix_ms);
    shape(&world.me().hold(person, json!({ "until": until })).unwrap())
}

fn release(world: &mut World, person: Value) -> Value {
    shape(&world.me().release(person).unwrap())
}

fn held(prospects: &[(ProspectId, bool)]) -> Value {
    let prospects: Vec<Value> = prospects.iter().map(|(id, changed)| json!({ "id": id, "changed": changed })).collect();
    json!({ "prospects": prospects })
}

fn subjects(tasks: &[Task]) -> Vec<String> {
    tasks.iter().map(|task| task.prospect.person.get(campaignkit::Field::Email).unwrap().into_owned()).collect()
}

#[test]
fn nobody_who_is_held_is_sent_anything_until_the_hold_ends() {
    let mut world = World::new();
    let (id, prospects) = email(&mut world, json!({}), two(), &["bo", "cy"]);
    send(&mut world);
    let bo = json!({ "prospect_id": prospects[0] });
    assert_eq!(hold(&mut world, bo, Some(NOW_MS + 5 * DAY)), held(&[(prospects[0], true)]));
    world.clock.advance_ms(DAY);
    assert_eq!(subjects(&send(&mut world)), ["cy@example.com"]);
    world.clock.advance_ms(4 * DAY - 1);
    assert_eq!(claim(&mut world), []);
    assert_eq!(campaign_status(&mut world, id), "active", "someone who is held keeps it active");
    world.clock.advance_ms(1);
    assert_eq!(subjects(&send(&mut world)), ["bo@example.com"]);
    assert_eq!(campaign_status(&mut world, id), "completed");
    sound(&mut world);
}

#[test]
fn of_two_holds_the_later_one_counts() {
    let mut world = World::new();
    let (_, prospects) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let bo = json!({ "email": "Bo@Example.com" });
    assert_eq!(hold(&mut world, bo.clone(), Some(NOW_MS + 2 * HOUR)), held(&[(prospects[0], true)]));
    assert_eq!(hold(&mut world, bo.clone(), Some(NOW_MS + HOUR)), held(&[(prospects[0], false)]));
    world.clock.advance_ms(HOUR);
    assert_eq!(claim(&mut world), []);
    assert_eq!(hold(&mut world, bo.clone(), None), held(&[(prospects[0], true)]), "without an end");
    assert_eq!(hold(&mut world, bo.clone(), Some(NOW_MS + 9 * HOUR)), held(&[(prospects[0], false)]));
    world.clock.advance_ms(5_000 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!(release(&mut world, bo.clone()), held(&[(prospects[0], true)]));
    assert_eq!(release(&mut world, bo), held(&[(prospects[0], false)]), "once more");
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn a_hold_that_is_over_already_changes_nothing() {
    let mut world = World::new();
    let (_, prospects) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let before = world.store.dump().unwrap();
    let bo = json!({ "prospect_id": prospects[0] });
    assert_eq!(hold(&mut world, bo, Some(NOW_MS)), held(&[(prospects[0], false)]));
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn a_person_is_held_by_address_and_profile_on_both_channels() {
    for named in ["email of mail", "email of profile", "address", "profile"] {
        let mut world = World::new();
        let (mails, by_mail) = email(&mut world, json!({}), json!([mail("One")]), &["bo", "cy"]);
        let (_, by_profile) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo", "cy"]);
        world.me().pause(mails).unwrap();
        let bo = match named {
            "email of mail" => json!({ "prospect_id": by_mail[0] }),
            "email of profile" => json!({ "prospect_id": by_profile[0] }),
            "address" => json!({ "email": "bo@example.com" }),
            _ => json!({ "linkedin_url": "https://www.linkedin.com/in/BO/?x" }),
        };
        let everywhere = held(&[(by_mail[0], true), (by_profile[0], true)]);
        assert_eq!(hold(&mut world, bo, Some(NOW_MS + DAY)), everywhere, "{named}");
        world.me().resume(mails).unwrap();
        assert_eq!(subjects(&claim(&mut world)), ["cy@example.com", "cy@example.com"], "{named}");
        assert_eq!(release(&mut world, json!({ "email": "bo@example.com" })), everywhere, "{named}");
        assert_eq!(subjects(&claim(&mut world)), ["bo@example.com", "bo@example.com"], "{named}");
        sound(&mut world);
    }
}

#[test]
fn whoever_comes_into_a_campaign_later_is_held_there_too() {
    let mut world = World::new();
    hold(&mut world, json!({ "email": "bo@example.com" }), Some(NOW_MS + DAY));
    hold(&mut world, json!({ "linkedin_url": "linkedin.com/in/cy" }), None);
    hold(&mut world, json!({ "email": "di@example.com" }), Some(NOW_MS + MINUTE));
    world.clock.advance_ms(MINUTE);
    let people = ["bo", "cy", "di", "eve"];
    email(&mut world, json!({}), json!([mail("One")]), &people);
    linkedin(&mut world, json!({}), json!([invitation()]), &people);
    let held_back = subjects(&claim(&mut world));
    assert_eq!(held_back, ["di@example.com", "di@example.com", "eve@example.com", "eve@example.com"]);
    let (added, _) = email(&mut world, json!({}), json!([mail("One")]), &["zoe"]);
    world.add(added, json!([{ "email": "bo@example.com" }, { "email": "fay@example.com" }]));
    assert_eq!(subjects(&claim(&mut world)), ["zoe@example.com", "fay@example.com"]);
    sound(&mut world);
}

#[test]
fn someone_who_gets_the_address_of_one_who_is_held_is_held() {
    let mut world = World::new();
    let (id, _) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let eve = world.add(id, json!([{ "linkedin_url": "linkedin.com/in/eve" }]))[0];
    hold(&mut world, json!({ "email": "eve@example.com" }), None);
    world.me().update_prospect(eve, json!({ "email": "eve@example.com" })).unwrap();
    assert_eq!(subjects(&claim(&mut world)), ["bo@example.com"]);
    sound(&mut world);
}

#[test]
fn a_hold_in_one_campaign_holds_nowhere_else() {
    let mut world = World::new();
    let (here, mine) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let (_, theirs) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let terms = json!({ "until": null, "campaign_id": here });
    let answer = shape(&world.me().hold(json!({ "email": "bo@example.com" }), terms).unwrap());
    assert_eq!(answer, held(&[(mine[0], true)]));
    assert_eq!(prospects(&claim(&mut world)), theirs);
    sound(&mut world);
}

#[test]
fn a_hold_touches_neither_a_lease_nor_the_wait_for_an_acceptance() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    let tasks = claim(&mut world);
    for person in &people {
        hold(&mut world, json!({ "prospect_id": person }), Some(NOW_MS + 20 * DAY));
    }
    for task in &tasks {
        assert_eq!(complete(&mut world, task, Outcome::Sent)["changed"], true);
    }
    event(&mut world, "1", "connection_accepted", people[1]);
    world.clock.advance_ms(15 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!((status(&mut world, people[0]), status(&mut world, people[1])), ("timed_out", "connected"));
    world.clock.advance_ms(5 * DAY);
    assert_eq!(prospects(&claim(&mut world)), [people[1]]);
    sound(&mut world);
}

#[test]
fn a_lease_that_is_lost_comes_again_after_the_hold() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let task = claim_one(&mut world);
    hold(&mut world, json!({ "prospect_id": people[0] }), Some(NOW_MS + HOUR));
    world.clock.advance_ms(HOUR - 1);
    assert_eq!(claim(&mut world), []);
    assert_eq!(complete(&mut world, &task, Outcome::Failed { retryable: true })["changed"], true);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world), [], "the pause after a failure");
    world.clock.advance_ms(MINUTE);
    assert_eq!(claim(&mut world).len(), 1);
}

#[test]
fn what_was_held_back_falls_due_when_it_is_released() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("One")]), &["bo", "cy"]);
    hold(&mut world, json!({ "prospect_id": people[0] }), None);
    world.clock.advance_ms(HOUR);
    release(&mut world, json!({ "prospect_id": people[0] }));
    assert_eq!(prospects(&claim(&mut world)), [people[1], people[0]]);
}

#[test]
fn holds_are_recorded_for_those_who_look() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let bo = json!({ "prospect_id": people[0] });
    let terms = json!({ "until": null });
    let user = world.user;
    let of = |word: &str| json!({ "type": word, "prospect_id": people[0], "campaign_id": id });
    let all = |word: &str| json!({ "type": word, "user_id": user });
    assert_eq!(world.recorded(|me| me.hold(bo.clone(), terms.clone())).1, [all("person_held"), of("prospect_held")]);
    assert_eq!(world.recorded(|me| me.hold(bo.clone(), terms.clone())).1, Vec::<Value>::new());
    let released = [all("person_released"), of("prospect_released")];
    assert_eq!(world.recorded(|me| me.release(bo.clone())).1, released);
    assert_eq!(world.recorded(|me| me.release(bo)).1, Vec::<Value>::new());
    let nobody = json!({ "email": "nobody@example.com" });
    assert_eq!(world.recorded(|me| me.hold(nobody.clone(), terms)).1, [all("person_held")]);
    assert_eq!(world.recorded(|me| me.release(nobody)).1, [all("person_released")]);
}

#[test]
fn what_is_wrong_with_a_hold_is_told() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    let bo = json!({ "prospect_id": people[0] });
    for (person, terms, told) in [
        (json!({}), json!({ "until": null }), issues(&[("prospect_id", "required")])),
        (json!({ "email": "bo" }), json!({ "until": null }), issues(&[("email", "malformed_email")])),
        (
            json!({ "email": "a@x.example", "prospect_id": people[0] }),
            json!({ "until": null }),
            issues(&[("", "one_of")]),
        ),
        (bo.clone(), json!({}), issues(&[("until", "required")])),
        (bo.clone(), json!({ "until": 5 }), issues(&[("until", "wrong_type")])),
        (bo.clone(), json!({ "until": "tomorrow" }), issues(&[("until", "malformed_instant")])),
        (bo.clone(), json!({ "until": null, "campaign": 1 }), issues(&[("campaign", "unknown_field")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.hold(person, terms))), told);
    }
    let unknown = json!({ "prospect_id": UNKNOWN });
    assert_eq!(world.refused(|me| me.hold(unknown.clone(), json!({ "until": null }))).code(), "prospect_not_found");
    assert_eq!(world.refused(|me| me.release(unknown)).code(), "prospect_not_found");
    let elsewhere = json!({ "until": null, "campaign_id": UNKNOWN });
    assert_eq!(world.refused(|me| me.hold(bo, elsewhere)).code(), "campaign_not_found");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Any order of holds, claims, sent messages and releases.
    #[test]
    fn nothing_is_handed_out_to_someone_who_is_held(
        steps in proptest::collection::vec((0..5_u8, 0..4_usize, 1..60_i64), 1..40),
    ) {
        let mut world = World::new();
        let people = ["bo", "cy", "di", "eve"];
        email(&mut world, json!({}), two(), &people[..3]);
        let nodes = json!([invitation(), delay(0, 7, 0), message("Hi")]);
        let (profiles, invited) = linkedin(&mut world, json!({}), nodes, &people[1..]);
        let mut until = [0; 4];
        let mut now = NOW_MS;
        for (step, (kind, who, hours)) in steps.into_iter().enumerate() {
            let named = [json!({ "email": format!("{}@example.com", people[who]) }),
                json!({ "linkedin_url": format!("linkedin.com/in/{}", people[who]) })][step % 2].clone();
            match kind {
                0 => {
                    hold(&mut world, named, Some(now + hours * HOUR));
                    until[who] = until[who].max(now + hours * HOUR);
                }
                1 => {
                    release(&mut world, named);
                    until[who] = 0;
                }
                2 if who > 0 => drop(event(&mut world, &step.to_string(), "connection_accepted", invited[who - 1])),
                3 => {
                    world.me().pause(profiles).ok();
                    world.me().resume(profiles).ok();
                }
                _ => {
                    now += hours * HOUR / 4;
                    world.clock.advance_ms(hours * HOUR / 4);
                }
            }
            for task in claim(&mut world) {
                let address = task.prospect.person.get(campaignkit::Field::Email).unwrap().into_owned();
                let place = people.iter().position(|name| address.starts_with(name)).unwrap();
                prop_assert!(until[place] <= now, "{address} is held");
                complete(&mut world, &task, [Outcome::Sent, Outcome::Failed { retryable: true }][step % 2]);
            }
            sound(&mut world);
        }
    }

    #[test]
    fn who_is_held_and_released_at_once_stands_where_they_stood(
        sent in 0..3_usize, who in 0..2_usize, is_endless in any::<bool>(),
    ) {
        let mut world = World::new();
        let (_, people) = email(&mut world, json!({}), two(), &["bo", "cy"]);
        for _ in 0..sent {
            send(&mut world);
            world.clock.advance_ms(13 * HOUR);
        }
        let progress = |world: &mut World| -> Vec<String> {
            let dump = world.store.dump().unwrap();
            let (_, progress) = dump.split_once("\nprogress (").unwrap();
            progress.lines().skip(1).take_while(|line| line.starts_with(' ')).map(String::from).collect()
        };
        let before = progress(&mut world);
        let named = json!({ "prospect_id": people[who] });
        hold(&mut world, named.clone(), (!is_endless).then_some(NOW_MS + 90 * DAY));
        release(&mut world, named);
        prop_assert_eq!(progress(&mut world), before);
    }
}

#[test]
fn a_plan_waits_for_the_end_of_a_hold_and_never_sends_where_it_has_none() {
    let mut world = World::new();
    hold(&mut world, json!({ "email": "bo@example.com" }), Some(NOW_MS + DAY));
    hold(&mut world, json!({ "email": "cy@example.com" }), None);
    let id = world.email_campaign("Held");
    world.me().update_campaign(id, json!({ "sequence_nodes": [mail("S")], "signature": "" })).unwrap();
    let person = |name: &&str| json!({ "email": format!("{name}@example.com") });
    let people = world.add(id, ["bo", "cy", "di"].iter().map(person).collect());
    for step in ["draft", "active"] {
        let plan = world.me().plan(id, json!({})).unwrap().tasks;
        let planned: Vec<_> = plan.iter().map(|task| (task.prospect_id, task.at.unix_ms() - NOW_MS)).collect();
        assert_eq!(planned, [(people[2], 0), (people[0], DAY)], "{step}");
        if step == "draft" {
            world.me().launch(id, None).unwrap();
        }
    }
    let explained: Vec<_> =
        people[..2].iter().map(|id| shape(&world.me().explain(*id).unwrap())["reason"].clone()).collect();
    assert_eq!(explained, ["held_until", "held_until"]);
    assert_eq!(prospects(&send(&mut world)), people[2..]);
    assert_eq!(world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms()), Some(NOW_MS + DAY));
    sound(&mut world);
}

#[test]
fn whoever_is_held_while_an_invitation_waits_is_planned_after_the_hold() {
    // The invitation is sent, or handed out.
    for is_sent in [true, false] {
        let mut world = World::new();
        let nodes = json!([invitation(), message("Hi")]);
        let (id, people) = linkedin(&mut world, json!({ "operating_hours": always() }), nodes, &["bo", "cy", "di"]);
        for task in claim(&mut world) {
            if is_sent {
                complete(&mut world, &task, Outcome::Sent);
            }
        }
        hold(&mut world, json!({ "prospect_id": people[0] }), Some(NOW_MS + 2 * HOUR));
        hold(&mut world, json!({ "prospect_id": people[1] }), None);
        let plan = world.me().plan(id, json!({ "accepted_after_minutes": 60 })).unwrap().tasks;
        let planned: Vec<_> = plan.iter().map(|task| (task.prospect_id, task.at.unix_ms() - NOW_MS)).collect();
        assert_eq!(planned, [(people[2], HOUR + 1), (people[0], 2 * HOUR)], "{is_sent}");
    }
}

#[test]
fn of_a_delay_and_a_hold_the_one_that_ends_last_is_told() {
    for (until, reason, at) in [(2 * DAY, "delay_not_elapsed", 3 * DAY), (9 * DAY, "held_until", 9 * DAY)] {
        let mut world = World::new();
        let nodes = json!([mail("S"), delay(3, 0, 0), mail("T")]);
        let (_, people) = email(&mut world, json!({}), nodes, &["bo"]);
        let task = claim_one(&mut world);
        complete(&mut world, &task, Outcome::Sent);
        hold(&mut world, json!({ "email": "bo@example.com" }), Some(NOW_MS + until));
        let explained = world.me().explain(people[0]).unwrap();
        assert_eq!(shape(&explained)["reason"], reason);
        assert_eq!(explained.at.map(|at| at.unix_ms() - NOW_MS), Some(at));
        sound(&mut world);
    }
}

//! Events for an address, a profile or a key, and the effects of bounces and complaints.

use super::*;

fn told(world: &mut World, event: Value) -> Value {
    shape(&world.me().record_event(event).unwrap())
}

fn reasons(world: &mut World) -> Vec<(String, &'static str)> {
    let suppressions = world.me().list_suppressions(json!({})).unwrap().suppressions;
    suppressions.into_iter().map(|suppression| (suppression.value, suppression.reason.word())).collect()
}

#[test]
fn an_event_finds_a_person_by_the_key_of_a_message() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = send(&mut world);
    let key = tasks[1].idempotency_key.to_string();
    let event = json!({ "id": "1", "type": "opened", "idempotency_key": key.to_uppercase() });
    assert_eq!(record(&mut world, event.clone()), reported(true, "sent", "active"));
    assert_eq!(record(&mut world, event), reported(false, "sent", "active"));
    let event = json!({ "id": "2", "type": "replied", "idempotency_key": key });
    assert_eq!(record(&mut world, event)["prospect_status"], "replied");
    assert_eq!((status(&mut world, people[0]), status(&mut world, people[1])), ("sent", "replied"));

    let of = |key: &str| json!({ "id": "3", "type": "replied", "idempotency_key": key });
    assert_eq!(world.refused(|me| me.record_event(of(UNKNOWN))).code(), "task_not_found");
    let simple = key.replace('-', "");
    let error = world.refused(|me| me.record_event(of(&simple)));
    assert_eq!(problems(&error), issues(&[("idempotency_key", "malformed_id")]));
    (world.user, _, _) = add_user(&mut world.store);
    assert_eq!(world.refused(|me| me.record_event(of(&key))).code(), "task_not_found");
    sound(&mut world);
}

#[test]
fn an_event_of_an_address_happens_in_all_active_and_paused_campaigns_or_in_one() {
    let mut world = World::new();
    let nodes = json!([mail("S"), mail("T")]);
    let (active, first) = email(&mut world, json!({}), nodes.clone(), &["bo", "cy"]);
    let (paused, second) = email(&mut world, json!({}), nodes.clone(), &["bo", "cy"]);
    let (done, third) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let (_, profile) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo"]);
    world.email_campaign("A draft");
    send(&mut world);
    world.me().pause(paused).unwrap();
    assert_eq!(campaign_status(&mut world, done), "completed");

    let event = json!({ "id": "1", "type": "replied", "email": " Bo@Example.com" });
    let listed = |changed: bool, people: &[ProspectId]| {
        let prospects: Vec<Value> = people.iter().map(|id| json!({ "id": id, "changed": changed })).collect();
        json!({ "changed": changed, "prospect_status": null, "campaign_status": null, "prospects": prospects })
    };
    assert_eq!(told(&mut world, event.clone()), listed(true, &[first[0], second[0]]));
    let before = world.store.dump().unwrap();
    assert_eq!(told(&mut world, event), listed(false, &[first[0], second[0]]));
    assert_eq!(world.store.dump().unwrap(), before);
    let now = [first[0], second[0], third[0], profile[0], first[1]].map(|id| status(&mut world, id));
    assert_eq!(now, ["replied", "replied", "completed", "message_sent", "sent"]);
    assert_eq!(stats_of(&mut world, active)["replies"], 1);

    let event = json!({ "id": "2", "type": "replied", "email": "cy@example.com", "campaign_id": active });
    assert_eq!(told(&mut world, event), listed(true, &first[1..]));
    assert_eq!(status(&mut world, second[1]), "sent");
    let event = json!({ "id": "3", "type": "replied", "email": "bo@example.com", "campaign_id": done });
    assert_eq!(told(&mut world, event), listed(true, &third), "also a completed one, if it is named");
    assert_eq!(status(&mut world, third[0]), "replied");
    let event = json!({ "id": "4", "type": "replied", "linkedin_url": "https://www.linkedin.com/in/BO/" });
    assert_eq!(told(&mut world, event), listed(true, &profile));
    assert_eq!(status(&mut world, profile[0]), "replied");
    let event = json!({ "id": "5", "type": "replied", "email": "nobody@example.com" });
    assert_eq!(told(&mut world, event), listed(true, &[]));
    sound(&mut world);
}

#[test]
fn an_event_names_one_person_and_tells_what_belongs_to_it() {
    let mut world = World::new();
    let draft = world.email_campaign("A draft");
    let event = |fields: Value| over(json!({ "id": "1", "type": "replied" }), fields);
    for (fields, expected) in [
        (
            json!({ "email": "bo", "campaign_id": 1 }),
            issues(&[("campaign_id", "wrong_type"), ("email", "malformed_email")]),
        ),
        (json!({ "linkedin_url": "x" }), issues(&[("linkedin_url", "malformed_profile_url")])),
        (json!({ "email": "bo@x.com", "linkedin_url": "linkedin.com/in/bo" }), issues(&[("", "one_of")])),
        (json!({ "prospect_id": UNKNOWN, "campaign_id": UNKNOWN }), issues(&[("campaign_id", "unknown_field")])),
        (json!({ "email": "bo@x.com", "gone": true }), issues(&[("gone", "unknown_field")])),
        (json!({ "email": "bo@x.com", "permanent": true }), issues(&[("permanent", "unknown_field")])),
        (
            json!({ "email": "bo@x.com", "type": "auto_replied", "gone": 1, "hold_until": "soon" }),
            issues(&[("hold_until", "malformed_instant"), ("gone", "wrong_type")]),
        ),
        (json!({ "email": "bo@x.com", "type": "connection_accepted" }), issues(&[("type", "wrong_channel_event")])),
        (json!({ "linkedin_url": "linkedin.com/in/bo", "type": "opened" }), issues(&[("type", "wrong_channel_event")])),
    ] {
        let error = world.refused(|me| me.record_event(event(fields.clone())));
        assert_eq!(problems(&error), expected, "{fields}");
    }
    for (campaign, code) in [(json!(UNKNOWN), "campaign_not_found"), (json!(draft), "not_launched")] {
        let of = event(json!({ "email": "bo@x.com", "campaign_id": campaign }));
        assert_eq!(world.refused(|me| me.record_event(of)).code(), code);
    }
}

#[test]
fn whoever_complains_is_called_off_and_suppressed_whoever_names_it() {
    for by in ["prospect_id", "email"] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let (other, others) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
        send(&mut world);
        let to = if by == "email" { json!({ "email": "bo@example.com" }) } else { json!({ by: people[0] }) };
        told(&mut world, over(json!({ "id": "1", "type": "complained" }), to));
        assert_eq!((status(&mut world, people[0]), status(&mut world, others[0])), ("cancelled", "cancelled"));
        assert_eq!(campaign_status(&mut world, other), "completed");
        assert_eq!(stats_of(&mut world, id)["unsubscribed"], 1);
        assert_eq!(reasons(&mut world), [("bo@example.com".to_owned(), "complained")]);
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        sound(&mut world);
    }
    let mut world = World::new();
    told(&mut world, json!({ "id": "1", "type": "complained", "email": "bo@example.com" }));
    told(&mut world, json!({ "id": "2", "type": "unsubscribed", "linkedin_url": "linkedin.com/in/bo" }));
    told(&mut world, json!({ "id": "3", "type": "bounced", "email": "cy@example.com", "permanent": true }));
    told(&mut world, json!({ "id": "4", "type": "bounced", "email": "di@example.com" }));
    let expected =
        [("cy@example.com", "bounced"), ("linkedin.com/in/bo", "unsubscribed"), ("bo@example.com", "complained")];
    assert_eq!(reasons(&mut world), expected.map(|(value, reason)| (value.to_owned(), reason)), "nobody has it");
}

#[test]
fn an_automatic_answer_holds_the_person_in_all_campaigns_and_is_no_reply() {
    for (hold_until, wait) in [(Value::Null, 5 * DAY), (json!("2026-05-01T10:00:00Z"), 9 * DAY)] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
        let (_, profile) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo"]);
        let tasks = send(&mut world);
        let mine = tasks.iter().find(|task| task.prospect.id == people[0]).unwrap();
        let event = json!({ "id": "1", "type": "auto_replied", "task_id": mine.id, "hold_until": hold_until });
        let (answer, events) = world.recorded(|me| me.record_event(event.clone()));
        assert_eq!(of_one(&answer), reported(true, "sent", "active"));
        let change = json!({ "type": "prospect_auto_replied", "prospect_id": people[0], "campaign_id": id });
        assert_eq!(events[0], change);
        assert_eq!(events.len(), 4, "and one for the person, and one for each who is held: {events:?}");
        assert_eq!(record(&mut world, event)["changed"], false);
        assert_eq!(stats_of(&mut world, id)["replies"], 0);
        world.clock.advance_ms(wait - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        let both: BTreeSet<ProspectId> = prospects(&claim(&mut world)).into_iter().collect();
        assert_eq!(both, [people[0], profile[0]].into());
        sound(&mut world);
    }
}

#[test]
fn an_automatic_answer_of_an_address_holds_whoever_has_it_later_too() {
    let mut world = World::new();
    told(&mut world, json!({ "id": "1", "type": "auto_replied", "email": "bo@example.com" }));
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(5 * DAY);
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn whoever_is_gone_is_called_off_and_not_suppressed() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let (done, others) = email(&mut world, json!({}), json!([mail("S")]), &["cy"]);
    send(&mut world);
    for (n, (of, prospect)) in [(id, people[0]), (done, others[0])].into_iter().enumerate() {
        let before = status(&mut world, prospect);
        let event = json!({ "id": n.to_string(), "type": "auto_replied", "prospect_id": prospect, "gone": true });
        let after = if before == "completed" { "completed" } else { "cancelled" };
        assert_eq!(record(&mut world, event), reported(true, after, "completed"));
        assert_eq!(stats_of(&mut world, of)["unsubscribed"], 0);
    }
    assert_eq!(reasons(&mut world), []);
    sound(&mut world);
}

/// What an import and a validation report about someone who is added to a new campaign.
fn said_of(world: &mut World, name: &str) -> (Value, Vec<Value>) {
    let id = world.email_campaign(&format!("For {name}"));
    world.me().update_campaign(id, json!({ "sequence_nodes": [mail("S")] })).unwrap();
    let people = json!([{ "email": format!("{name}@example.com") }, { "email": "new@example.com" }]);
    let report = shape(&world.me().add_prospects(id, json!({ "prospects": people })).unwrap());
    assert_eq!(report["outcomes"][1].get("notices"), None);
    let warnings = shape(&world.me().validate(id).unwrap())["warnings"].clone();
    let warnings = warnings.as_array().unwrap().iter().filter(|warning| warning["code"] != "no_opt_out");
    (report["outcomes"][0].clone(), warnings.cloned().collect())
}

#[test]
fn a_bounce_is_told_at_the_next_import_and_by_validate_and_a_permanent_one_suppresses() {
    for (by_event, permanent) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut world = World::new();
        let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
        let (_, others) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
        let tasks = claim(&mut world);
        if by_event {
            let event = json!({ "id": "1", "type": "bounced", "prospect_id": people[0], "permanent": permanent });
            record(&mut world, event);
        } else {
            world.me().complete(tasks[0].id, json!({ "outcome": "bounced", "permanent": permanent })).unwrap();
        }
        assert_eq!(status(&mut world, people[0]), "bounced");
        let (outcome, warnings) = said_of(&mut world, "bo");
        if permanent {
            assert_eq!(outcome, json!({ "outcome": "suppressed", "prospect_id": null, "reason": "bounced" }));
            assert_eq!((warnings, status(&mut world, others[0])), (vec![], "skipped"));
        } else {
            assert_eq!(outcome["outcome"], "imported");
            let message = "has bounced before, and will be written to all the same";
            let notice = json!({ "code": "bounced_before", "path": "email", "message": message });
            assert_eq!(outcome["notices"], json!([notice]));
            let warning = json!({
                "code": "bounced_before", "path": "prospects", "message": "include 1 whose address bounced before",
                "hint": "remove or suppress those whose address does not exist", "prospects": 1,
                "prospect_ids": [outcome["prospect_id"]],
            });
            // They are in another active campaign, too.
            assert_eq!(warnings[0], warning);
            let codes: Vec<_> = warnings.iter().map(|warning| warning["code"].clone()).collect();
            assert_eq!(
                (codes, status(&mut world, others[0])),
                (vec![json!("bounced_before"), json!("in_other_campaigns")], "pending")
            );
        }
        sound(&mut world);
    }
}

#[test]
fn bounces_are_of_one_user_and_outlive_their_campaign() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::BOUNCED);
    world.me().delete_campaign(id).unwrap();
    assert!(said_of(&mut world, "bo").0.get("notices").is_some());
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [{ "email": "bo@example.com" }] })).unwrap();
    let campaign = world.email_campaign("From a list");
    let report = shape(&world.me().import_list(campaign, list).unwrap());
    assert_eq!(report["outcomes"][0]["notices"][0]["code"], "bounced_before");
    assert_eq!(report["imported"], 1);
    (world.user, world.email, _) = add_user(&mut world.store);
    assert_eq!(said_of(&mut world, "bo").0.get("notices"), None);
    sound(&mut world);
}

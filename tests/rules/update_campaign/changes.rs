//! A change as a whole: its revision, its event, the order of errors, and both APIs.

use super::*;
use campaignkit::{Channel, NewNode, Schedule, Step, UpdateCampaign};

#[test]
fn a_stale_revision_changes_nothing() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let renamed = update(&mut world, id, json!({ "name": "A", "expected_revision": 1 }));
    assert_eq!(renamed["campaign"]["revision"], 2);
    for stale in [1, 3, u32::MAX] {
        for change in [json!({ "name": "B" }), json!({}), json!({ "signature": "x" })] {
            let request = over(change, json!({ "expected_revision": stale }));
            let error = world.refused(|me| me.update_campaign(id, request));
            let expected = json!({ "kind": "conflict", "code": "revision_changed", "status": 409,
                                   "path": "expected_revision", "revision": 2,
                                   "message": "the campaign was changed in the meantime, and has revision 2 now" });
            assert_eq!(shape(&error), expected);
        }
    }
    for (given, code) in [
        (json!("2"), "wrong_type"),
        (json!(true), "wrong_type"),
        (json!(2.5), "not_integer"),
        (json!(0), "out_of_range"),
        (json!(-1), "out_of_range"),
        (json!(1e10), "out_of_range"),
    ] {
        let request = json!({ "expected_revision": given });
        assert_eq!(refusal(&mut world, id, request), issues(&[("expected_revision", code)]));
    }
    update(&mut world, id, json!({ "expected_revision": null, "name": "C" }));
    assert_eq!(update(&mut world, id, json!({ "expected_revision": 3, "name": "D" }))["campaign"]["revision"], 4);
}

#[test]
fn a_change_of_nothing_writes_nothing() {
    let mut world = World::new();
    for (channel, status) in [("email", "draft"), ("linkedin", "draft"), ("email", "completed"), ("linkedin", "active")]
    {
        let campaign = world.campaign(channel, status);
        let answered = shape(&campaign);
        let mut same = json!({ "expected_revision": campaign.revision, "unknown": 1 });
        for (field, value) in answered.as_object().unwrap() {
            let is_free = ["type", "name", "daily_limit", "operating_hours"].contains(&field.as_str());
            let is_of_draft = [
                "sender_account_ids",
                "sequence_nodes",
                "stop_on_reply",
                "open_tracking",
                "signature",
                "skip_other_campaigns",
            ]
            .contains(&field.as_str());
            if is_free || (is_of_draft && status == "draft") {
                same[field] = value.clone();
            }
        }
        let before = world.store.dump().unwrap();
        world.clock.advance_ms(1_000);
        for request in [same, json!({})] {
            let (updated, events) = world.recorded(|me| me.update_campaign(campaign.id, request));
            assert_eq!((&updated.campaign, events), (&campaign, vec![]), "{channel} {status}");
        }
        assert_eq!(world.store.dump().unwrap(), before);
    }
}

#[test]
fn every_change_leaves_one_event_and_adds_one_to_the_revision() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    for revision in 2..6 {
        let many = json!({ "name": format!("{revision}"), "daily_limit": 1_000 - revision, "signature": revision.to_string() });
        let (updated, events) = world.recorded(|me| me.update_campaign(id, many));
        assert_eq!(updated.campaign.revision, revision);
        assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
    }
}

#[test]
fn what_is_refused_is_told_in_a_fixed_order() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    world.email_campaign("Taken");
    let id = world.campaign("email", "draft").id;
    let revision = world.me().campaign(id).unwrap().revision;
    let wrong =
        json!({ "name": "Taken", "sender_account_ids": [UNKNOWN], "expected_revision": 99, "daily_limit": "x" });
    let code = |world: &mut World, id: &str, request: &Value| {
        let error = world.refused(|me| me.update_campaign(json!(id), request.clone()));
        (error.code(), error.issues().first().map(|issue| issue.code()))
    };
    assert_eq!(code(&mut world, "1", &wrong), ("invalid_input", Some("malformed_id")));
    assert_eq!(code(&mut world, UNKNOWN, &wrong), ("campaign_not_found", None));
    let theirs = world.store.session(other).unwrap().update_campaign(id, wrong.clone()).unwrap_err();
    assert_eq!((theirs.code(), theirs.status()), ("campaign_not_found", 404));

    let id = id.to_string();
    assert_eq!(code(&mut world, &id, &wrong), ("invalid_input", Some("wrong_type")));
    let wrong = over(wrong, json!({ "daily_limit": 3 }));
    assert_eq!(code(&mut world, &id, &wrong), ("revision_changed", None));
    let wrong = over(wrong, json!({ "expected_revision": revision }));
    assert_eq!(code(&mut world, &id, &wrong), ("invalid_input", Some("sender_not_found")));
    let launched = world.me().launch(json!(id), None).unwrap().campaign.revision;
    let right = over(wrong.clone(), json!({ "expected_revision": launched }));
    assert_eq!(code(&mut world, &id, &wrong), ("revision_changed", None));
    assert_eq!(code(&mut world, &id, &right), ("not_draft", None));
    let right = over(right, json!({ "sender_account_ids": null }));
    assert_eq!(code(&mut world, &id, &right), ("name_taken", None));
}

#[test]
fn a_campaign_is_not_to_be_found_by_another_user() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let id = world.campaign("email", "draft").id;
    let before = world.store.dump().unwrap();
    let error = world.store.session(other).unwrap().update_campaign(id, json!({ "name": "Mine now" })).unwrap_err();
    assert_eq!(error.code(), "campaign_not_found");
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn the_typed_face_and_the_json_face_change_the_same() {
    let hours: Schedule =
        r#"{ "time_zone": "Europe/Berlin", "friday": [{ "start": "08:00", "end": "12:00" }] }"#.parse().unwrap();
    let node = |step: Step| Some(vec![NewNode::from(step)]);
    for (channel, typed, json) in [
        (
            Channel::Email,
            UpdateCampaign {
                channel: Some(Channel::Email),
                name: Some(" New ".into()),
                sequence_nodes: node(Step::Email {
                    subject: "S".into(),
                    body: "B".into(),
                    is_reply: true,
                    text_only: false,
                }),
                daily_limit: Some(1_000),
                stop_on_reply: Some(false),
                open_tracking: Some(false),
                signature: Some("Bye".into()),
                operating_hours: Some(hours.clone()),
                expected_revision: Some(1),
                ..UpdateCampaign::default()
            },
            json!({ "type": "email", "name": " New ", "daily_limit": 1000, "stop_on_reply": false, "open_tracking": false,
                    "sequence_nodes": [{ "type": "email", "subject": "S", "body": "B", "is_reply": true }],
                    "signature": "Bye", "expected_revision": 1, "operating_hours": 1 }),
        ),
        (
            Channel::Linkedin,
            UpdateCampaign {
                sequence_nodes: node(Step::Delay { days: 1, hours: 2, minutes: 3 }),
                skip_other_campaigns: Some(false),
                operating_hours: Some(hours.clone()),
                ..UpdateCampaign::default()
            },
            json!({ "sequence_nodes": [{ "type": "delay", "delay_days": 1, "delay_hours": 2, "delay_minutes": 3 }],
                    "operating_hours": hours, "skip_other_campaigns": false }),
        ),
    ] {
        let answer = |in_types: bool| {
            let mut world = World::new();
            let id = match channel {
                Channel::Email => world.email_campaign("Mine"),
                Channel::Linkedin => world.linkedin_campaign("Mine"),
            };
            let answer = if in_types {
                world.me().update_campaign(id, typed.clone())
            } else {
                world.me().update_campaign(id, json.clone())
            };
            (answer.unwrap(), world.store.dump().unwrap())
        };
        assert_eq!(answer(true), answer(false));
    }

    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let bad = UpdateCampaign {
        channel: Some(Channel::Linkedin),
        name: Some(String::new()),
        sender_account_ids: Some(vec![]),
        expected_revision: Some(9),
        ..UpdateCampaign::default()
    };
    assert_eq!(
        problems(&world.refused(|me| me.update_campaign(id, bad))),
        issues(&[("type", "type_immutable"), ("name", "empty"), ("sender_account_ids", "empty")])
    );
}

//! updateCampaign: what docs/rules.md#changing-a-campaign says of changing the fields of a campaign, through the public
//! door.

use crate::world::{World, add_user, issues, over, problems, shape};
use campaignkit::{
    AccountId, AddAccount, CampaignId, Channel, Input, Name, NewNode, Schedule, Step, UpdateCampaign, strategies,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
const STATUSES: [&str; 4] = ["draft", "active", "paused", "completed"];

/// What an update that must succeed answers.
fn update(world: &mut World, id: CampaignId, fields: Value) -> Value {
    shape(&world.me().update_campaign(id, fields).unwrap())
}

/// The issues of an update that must be refused.
fn refusal(world: &mut World, id: CampaignId, fields: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.update_campaign(id, fields)))
}

fn add_accounts(world: &mut World) -> (AccountId, AccountId) {
    let mut me = world.me();
    let email = me.add_account(AddAccount::email("ben@example.com")).unwrap().id;
    (email, me.add_account(AddAccount::linkedin("linkedin.com/in/ben")).unwrap().id)
}

/// Another value for every field of both channels.
fn other_values(sender: AccountId, node: &str) -> [(&'static str, Value); 9] {
    [
        ("name", json!("Another name")),
        ("sender_account_ids", json!([sender])),
        ("sequence_nodes", json!([{ "type": node, "body": "Another text" }])),
        ("daily_limit", json!(7)),
        ("stop_on_reply", json!(false)),
        ("open_tracking", json!(false)),
        ("signature", json!("Bye")),
        ("skip_other_campaigns", json!(false)),
        ("operating_hours", json!({ "sunday": [{ "start": "10:00", "end": "11:00" }] })),
    ]
}

const EMAIL_ONLY: [&str; 4] = ["daily_limit", "stop_on_reply", "open_tracking", "signature"];
const LINKEDIN_ONLY: [&str; 2] = ["skip_other_campaigns", "operating_hours"];

fn is_of_other_channel(channel: &str, field: &str) -> bool {
    if channel == "email" { LINKEDIN_ONLY.contains(&field) } else { EMAIL_ONLY.contains(&field) }
}

#[test]
fn the_given_field_changes_and_the_others_stay() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let (ben, ben_on_linkedin) = add_accounts(&mut world);
        let (sender, node) = if channel == "email" { (ben, "email") } else { (ben_on_linkedin, "message") };
        let id = world.campaign(channel, "draft").id;
        for (field, value) in other_values(sender, node) {
            if is_of_other_channel(channel, field) {
                continue;
            }
            let before = shape(&world.me().campaign(id).unwrap());
            world.clock.advance_ms(1_000);
            let answer = update(&mut world, id, json!({ field: value }));
            let after = &answer["campaign"];
            let mut expected = over(
                before.clone(),
                json!({ "revision": before["revision"].as_u64().unwrap() + 1, "updated_at": after["updated_at"] }),
            );
            expected[field] = match field {
                "sequence_nodes" => after[field].clone(),
                "operating_hours" => over(
                    json!({ "time_zone": null, "monday": [], "tuesday": [], "wednesday": [], "thursday": [],
                            "friday": [], "saturday": [] }),
                    value,
                ),
                _ => value,
            };
            assert_eq!(*after, expected, "{field}");
            assert_ne!((&after[field], &after["updated_at"]), (&before[field], &before["updated_at"]), "{field}");
            assert_eq!(answer["notices"], json!([]));
            assert_eq!(shape(&world.me().campaign(id).unwrap()), *after, "what was answered is what is stored");
        }
        assert_eq!(shape(&world.me().campaign(id).unwrap())["sequence_nodes"][0]["body"], "Another text");
    }
}

#[test]
fn what_may_change_depends_on_the_status() {
    for channel in ["email", "linkedin"] {
        for status in STATUSES {
            let mut world = World::new();
            let (ben, ben_on_linkedin) = add_accounts(&mut world);
            let (sender, node) = if channel == "email" { (ben, "email") } else { (ben_on_linkedin, "message") };
            let campaign = world.campaign(channel, status);
            let (id, mut revision) = (campaign.id, campaign.revision);
            for (field, value) in other_values(sender, node) {
                let case = format!("{field} of a {status} {channel} campaign");
                let request = json!({ field: value });
                if is_of_other_channel(channel, field) {
                    let before = world.store.dump().unwrap();
                    let answer = update(&mut world, id, request);
                    assert_eq!(answer["notices"][0]["code"], "field_ignored", "{case}");
                    assert_eq!(world.store.dump().unwrap(), before, "{case}");
                } else if status == "draft" || ["name", "daily_limit", "operating_hours"].contains(&field) {
                    let answer = update(&mut world, id, request);
                    revision += 1;
                    assert_eq!(answer["campaign"]["revision"], revision, "{case}");
                    assert_eq!(answer["campaign"]["status"], status, "{case}");
                } else {
                    let error = world.refused(|me| me.update_campaign(id, request));
                    assert_eq!((error.code(), error.status()), ("not_draft", 409), "{case}");
                    // Not even what could change alone.
                    let both = json!({ field: value, "name": "Together" });
                    assert_eq!(world.refused(|me| me.update_campaign(id, both)).code(), "not_draft", "{case}");
                    // Null is not given.
                    let none = world.me().update_campaign(id, json!({ field: null })).unwrap();
                    assert_eq!(none.campaign.revision, revision, "{case}");
                }
            }
        }
    }
}

#[test]
fn the_type_is_fixed_for_ever() {
    for (channel, other) in [("email", "linkedin"), ("linkedin", "email")] {
        for status in STATUSES {
            let mut world = World::new();
            let before = world.campaign(channel, status);
            let same = world.me().update_campaign(before.id, json!({ "type": channel })).unwrap();
            assert_eq!((same.campaign, same.notices.len()), (before.clone(), 0), "equal is accepted and no change");
            assert_eq!(refusal(&mut world, before.id, json!({ "type": other })), issues(&[("type", "type_immutable")]));
            for (value, code) in [(json!("sms"), "unknown_value"), (json!(1), "wrong_type")] {
                assert_eq!(refusal(&mut world, before.id, json!({ "type": value })), issues(&[("type", code)]));
            }
        }
    }
}

#[test]
fn a_field_of_the_other_channel_is_ignored_whatever_its_value() {
    for (channel, fields) in [("email", &LINKEDIN_ONLY[..]), ("linkedin", &EMAIL_ONLY[..])] {
        for status in STATUSES {
            let mut world = World::new();
            let id = world.campaign(channel, status).id;
            let before = world.store.dump().unwrap();
            for field in fields {
                for value in [json!(1), json!("x"), json!([1.5]), json!({ "monday": 3 }), json!(false)] {
                    let answer = update(&mut world, id, json!({ *field: value }));
                    assert_eq!(
                        answer["notices"],
                        json!([{ "code": "field_ignored", "path": field,
                                 "message": "does not apply here and was ignored" }])
                    );
                }
                assert_eq!(update(&mut world, id, json!({ *field: null }))["notices"], json!([]));
            }
            assert_eq!(world.store.dump().unwrap(), before);
        }
    }
}

#[test]
fn an_unknown_field_is_ignored_with_a_notice_of_the_closest_one() {
    let mut world = World::new();
    let id = world.campaign("email", "active").id;
    let before = world.store.dump().unwrap();
    let request = json!({ "dailyLimit": 9, "Name": "X", "expectedRevision": 99, "sequence_node": [], "stopOnReply": {},
                          "operating_hour": null, "skipOtherCampaign": 1 });
    let answer = update(&mut world, id, request);
    let mut notices: Vec<(&str, &str, &str)> = Vec::new();
    for notice in answer["notices"].as_array().unwrap() {
        let text = |field: &str| notice[field].as_str().unwrap();
        notices.push((text("code"), text("path"), text("closest")));
    }
    notices.sort_unstable();
    assert_eq!(
        notices,
        [
            ("unknown_field", "Name", "name"),
            ("unknown_field", "dailyLimit", "daily_limit"),
            ("unknown_field", "expectedRevision", "expected_revision"),
            ("unknown_field", "operating_hour", "operating_hours"),
            ("unknown_field", "sequence_node", "sequence_nodes"),
            ("unknown_field", "skipOtherCampaign", "skip_other_campaigns"),
            ("unknown_field", "stopOnReply", "stop_on_reply"),
        ]
    );
    assert_eq!(world.store.dump().unwrap(), before);

    // Also beside a change, and inside of it.
    let linkedin = world.campaign("linkedin", "active").id;
    let hours = json!({ "monday": [{ "start": "09:00", "end": "10:00" }], "mondays": [] });
    let answer = update(&mut world, linkedin, json!({ "operating_hours": hours, "names": 1 }));
    let found: Vec<_> = answer["notices"].as_array().unwrap().iter().map(|notice| &notice["path"]).collect();
    assert_eq!(found, ["operating_hours.mondays", "names"]);
    assert_eq!(answer["campaign"]["operating_hours"]["monday"], json!([{ "start": "09:00", "end": "10:00" }]));
}

#[test]
fn the_daily_limit_is_clamped_and_never_coerced() {
    let mut world = World::new();
    let id = world.campaign("email", "active").id;
    for (given, kept) in [
        (json!(0), 1),
        (json!(-3), 1),
        (json!(501), 500),
        (json!(1e15), 500),
        (json!(u64::MAX), 500),
        (json!(i64::MIN), 1),
        (json!(1), 1),
        (json!(500), 500),
        (json!(60.0), 60),
    ] {
        let answer = update(&mut world, id, json!({ "daily_limit": given }));
        assert_eq!(answer["campaign"]["daily_limit"], kept, "{given}");
        let is_adjusted = given.as_f64() != Some(f64::from(kept));
        let codes: Vec<_> =
            answer["notices"].as_array().unwrap().iter().map(|notice| (&notice["code"], &notice["to"])).collect();
        let expected = [(&json!("value_adjusted"), &json!(kept))];
        assert_eq!(codes, if is_adjusted { &expected[..] } else { &[] }, "{given}");
    }
    let answer = update(&mut world, id, json!({ "daily_limit": 501 }));
    let expected = json!([{ "code": "value_adjusted", "path": "daily_limit", "from": 501, "to": 500,
                            "message": "was outside its range and was brought into it" }]);
    assert_eq!(answer["notices"], expected);
    for (given, code) in [(json!(12.5), "not_integer"), (json!("50"), "wrong_type"), (json!(true), "wrong_type")] {
        assert_eq!(refusal(&mut world, id, json!({ "daily_limit": given })), issues(&[("daily_limit", code)]));
    }
    let nan = Input::from_iter([("daily_limit".to_owned(), nan())]);
    assert_eq!(problems(&world.refused(|me| me.update_campaign(id, nan))), issues(&[("daily_limit", "not_integer")]));
}

fn nan() -> Input {
    use serde::de::Deserialize;
    Input::deserialize(serde::de::value::F64Deserializer::<serde::de::value::Error>::new(f64::NAN)).unwrap()
}

#[test]
fn all_shape_errors_are_reported_together_and_nothing_is_written() {
    let mut world = World::new();
    let email = world.campaign("email", "draft").id;
    assert_eq!(
        refusal(
            &mut world,
            email,
            json!({
                "type": "linkedin", "name": " \n", "sender_account_ids": ["x", UNKNOWN, null], "daily_limit": 1.5,
                "stop_on_reply": "no", "open_tracking": 0, "signature": "x".repeat(10_001), "expected_revision": "1",
                "sequence_nodes": [{ "type": "email", "subject": 1 }, { "type": "sms" }],
            })
        ),
        issues(&[
            ("type", "type_immutable"),
            ("expected_revision", "wrong_type"),
            ("name", "empty"),
            ("sender_account_ids[0]", "malformed_id"),
            ("sender_account_ids[2]", "wrong_type"),
            ("sequence_nodes[0].subject", "wrong_type"),
            ("sequence_nodes[1].type", "unknown_value"),
            ("daily_limit", "not_integer"),
            ("stop_on_reply", "wrong_type"),
            ("open_tracking", "wrong_type"),
            ("signature", "too_long"),
        ])
    );
    let linkedin = world.campaign("linkedin", "draft").id;
    assert_eq!(
        refusal(
            &mut world,
            linkedin,
            json!({
                "name": "x".repeat(256), "sender_account_ids": [], "skip_other_campaigns": "yes", "sequence_nodes": {},
                "operating_hours": { "time_zone": "Mars/Base", "monday": [{ "start": "9:00", "end": "17:00" }] },
            })
        ),
        issues(&[
            ("name", "too_long"),
            ("sender_account_ids", "empty"),
            ("sequence_nodes", "wrong_type"),
            ("skip_other_campaigns", "wrong_type"),
            ("operating_hours.time_zone", "unknown_time_zone"),
            ("operating_hours.monday[0].start", "malformed_time"),
        ])
    );
    for (value, code) in [(json!({}), "never_open"), (json!("9-5"), "wrong_type")] {
        let found = refusal(&mut world, linkedin, json!({ "operating_hours": value }));
        assert_eq!(found, issues(&[("operating_hours", code)]));
    }
    for request in [json!(null), json!([]), json!("name"), json!(1)] {
        assert_eq!(refusal(&mut world, email, request), issues(&[("", "wrong_type")]));
    }
}

#[test]
fn a_signature_of_ten_thousand_characters_is_kept_as_it_is() {
    let mut world = World::new();
    let id = world.campaign("email", "draft").id;
    for signature in ["ä".repeat(10_000), " \n".into(), String::new()] {
        assert_eq!(update(&mut world, id, json!({ "signature": signature }))["campaign"]["signature"], signature);
    }
}

#[test]
fn every_sender_must_exist_belong_to_the_user_and_have_the_type() {
    let mut world = World::new();
    let (ben, ben_on_linkedin) = add_accounts(&mut world);
    let (_, foreign, _) = add_user(&mut world.store);
    let id = world.campaign("email", "draft").id;
    let (ana, ana_on_linkedin) = (world.email, world.linkedin);
    assert_eq!(
        refusal(
            &mut world,
            id,
            json!({ "sender_account_ids": [ana, foreign, ana_on_linkedin, UNKNOWN, ben, foreign, ben_on_linkedin] })
        ),
        issues(&[
            ("sender_account_ids[1]", "sender_not_found"),
            ("sender_account_ids[2]", "sender_wrong_channel"),
            ("sender_account_ids[3]", "sender_not_found"),
            ("sender_account_ids[6]", "sender_wrong_channel"),
        ])
    );
    let answer =
        update(&mut world, id, json!({ "sender_account_ids": [ben, ana, ben, ben.to_string().to_uppercase()] }));
    assert_eq!(answer["campaign"]["sender_account_ids"], json!([ben, ana]), "the first position is kept");
    let answer = update(&mut world, id, json!({ "sender_account_ids": [ana, ben] }));
    assert_eq!(answer["campaign"]["sender_account_ids"], json!([ana, ben]), "another order is a change");
    assert_eq!(world.me().campaign(id).unwrap().sender_account_ids, [ana, ben]);
}

#[test]
fn a_sender_that_is_replaced_can_be_removed_and_one_that_is_taken_cannot() {
    let mut world = World::new();
    let (ben, _) = add_accounts(&mut world);
    let ana = world.email;
    let id = world.campaign("email", "draft").id;
    update(&mut world, id, json!({ "sender_account_ids": [ben] }));
    assert_eq!(world.refused(|me| me.remove_account(ben)).code(), "account_in_use");
    world.me().remove_account(ana).unwrap();
}

#[test]
fn a_name_is_trimmed_and_unique_among_the_users_campaigns() {
    let mut world = World::new();
    let (other, theirs, _) = add_user(&mut world.store);
    let theirs = json!({ "type": "email", "name": "Theirs", "sender_account_ids": [theirs] });
    world.store.session(other).unwrap().create_campaign(theirs).unwrap();
    let taken = world.email_campaign("Taken");
    world.linkedin_campaign("Taken (2)");
    let id = world.email_campaign("Mine");

    let error = world.refused(|me| me.update_campaign(id, json!({ "name": "\tTaken " })));
    let expected = json!({ "kind": "conflict", "code": "name_taken", "status": 409, "path": "name",
                           "message": "the name is taken", "suggested_name": "Taken (3)" });
    assert_eq!(shape(&error), expected);
    assert_eq!(update(&mut world, id, json!({ "name": " Theirs\n" }))["campaign"]["name"], "Theirs");
    assert_eq!(update(&mut world, id, json!({ "name": "taken" }))["campaign"]["name"], "taken", "an exact comparison");

    let before = world.store.dump().unwrap();
    assert_eq!(update(&mut world, id, json!({ "name": "  taken  " }))["campaign"]["name"], "taken");
    assert_eq!(world.store.dump().unwrap(), before, "its own name is no change");

    // The name that a campaign had and that of a deleted one are free.
    update(&mut world, taken, json!({ "name": "Mine" }));
    world.email_campaign("Taken");
    world.me().delete_campaign(id).unwrap();
    update(&mut world, taken, json!({ "name": "taken" }));
}

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
                                   "message": "the campaign was changed in the meantime" });
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
                sequence_nodes: node(Step::Email { subject: "S".into(), body: "B".into(), is_reply: true }),
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

/// The fields of a change, some of them given.
fn changes(accounts: Vec<AccountId>) -> impl Strategy<Value = Value> {
    let senders = subsequence(accounts.clone(), 1..=accounts.len()).prop_shuffle();
    (
        option::of(strategies::names()),
        option::of(senders),
        option::of(prop_oneof![1..=500_i64, any::<i64>()]),
        option::of(any::<bool>()),
        option::of("\\PC{0,20}"),
        option::of(strategies::schedules()),
        option::of(any::<bool>()),
    )
        .prop_map(|(name, senders, limit, flag, signature, hours, skip)| {
            json!({ "name": name, "sender_account_ids": senders, "daily_limit": limit, "stop_on_reply": flag,
                    "signature": signature, "operating_hours": hours, "skip_other_campaigns": skip })
        })
}

/// A world with two senders on each channel; every such world has the same ids.
fn with_senders(channel: &str) -> (World, Vec<AccountId>) {
    let mut world = World::new();
    let (ben, ben_on_linkedin) = add_accounts(&mut world);
    let senders = if channel == "email" { vec![world.email, ben] } else { vec![world.linkedin, ben_on_linkedin] };
    (world, senders)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_fields_given_are_kept_and_giving_them_twice_is_giving_them_once(
        (channel, requests) in prop_oneof![Just("email"), Just("linkedin")].prop_flat_map(|channel| {
            (Just(channel), proptest::collection::vec(changes(with_senders(channel).1), 1..5))
        }),
    ) {
        let (mut world, _) = with_senders(channel);
        let id = world.campaign(channel, "draft").id;
        for request in requests {
            let mut expected = shape(&world.me().campaign(id).unwrap());
            let before = expected.clone();
            for (field, value) in request.as_object().unwrap() {
                if !value.is_null() && !is_of_other_channel(channel, field) {
                    expected[field] = match field.as_str() {
                        "name" => json!(Name::parse(value.as_str().unwrap()).unwrap()),
                        "daily_limit" => json!(value.as_i64().unwrap().clamp(1, 500)),
                        _ => value.clone(),
                    };
                }
            }
            if expected != before {
                expected["revision"] = json!(before["revision"].as_u64().unwrap() + 1);
            }
            let answer = update(&mut world, id, request.clone());
            prop_assert_eq!(&answer["campaign"], &expected);
            let dump = world.store.dump().unwrap();
            prop_assert_eq!(update(&mut world, id, request), answer);
            prop_assert_eq!(world.store.dump().unwrap(), dump);
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

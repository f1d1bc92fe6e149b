//! What each field may be changed to, and when.

use super::*;
use campaignkit::Input;

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
            assert_eq!(shape(&world.me().campaign(id).unwrap()), *after, "the result is what is stored");
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
                    // Not even the field that could change alone.
                    let both = json!({ field: value, "name": "Together" });
                    assert_eq!(world.refused(|me| me.update_campaign(id, both)).code(), "not_draft", "{case}");
                    // Null counts as not given.
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
            assert_eq!(
                (same.campaign, same.notices.len()),
                (before.clone(), 0),
                "an equal value is accepted and no change"
            );
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

    // Also beside a change, and nested.
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
                           "message": "another campaign of the user has this name", "suggested_name": "Taken (3)", "campaign_id": taken });
    assert_eq!(shape(&error), expected);
    assert_eq!(update(&mut world, id, json!({ "name": " Theirs\n" }))["campaign"]["name"], "Theirs");
    assert_eq!(update(&mut world, id, json!({ "name": "taken" }))["campaign"]["name"], "taken", "an exact comparison");

    let before = world.store.dump().unwrap();
    assert_eq!(update(&mut world, id, json!({ "name": "  taken  " }))["campaign"]["name"], "taken");
    assert_eq!(world.store.dump().unwrap(), before, "its own name is no change");

    // The previous name of a campaign and that of a deleted one are free.
    update(&mut world, taken, json!({ "name": "Mine" }));
    world.email_campaign("Taken");
    world.me().delete_campaign(id).unwrap();
    update(&mut world, taken, json!({ "name": "taken" }));
}

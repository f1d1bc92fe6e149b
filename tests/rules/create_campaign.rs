//! createCampaign: every row and sentence of docs/rules.md#creating-a-campaign, through the public door.

use std::hash::Hasher;

use crate::world;
use crate::world::{NOW_MS, World, issues};
use campaignkit::Input;
use campaignkit::{
    AddAccount, CampaignId, CreateCampaign, CreateUser, Error, LinkedinSettings, ListPage, NewEmail, Notice,
    OpenOptions, SimulatedHost,
};
use serde::de::Deserialize;
use serde::de::value::F64Deserializer;
use serde_json::{Value, json};
use siphasher::sip128::{Hasher128, SipHasher13};

const V7: &str = "019dc000-0000-7000-8000-000000000001";

#[test]
fn an_email_campaign_has_the_shape_of_the_specification() {
    let mut world = World::new();
    let created = world.answer(world.email_request(json!({})));
    let (id, first, end) = (
        created["campaign"]["id"].clone(),
        created["campaign"]["sequence_nodes"][0]["id"].clone(),
        created["campaign"]["sequence_nodes"][1]["id"].clone(),
    );
    assert_eq!(
        created,
        json!({
            "campaign": {
                "id": id, "user_id": world.user, "type": "email", "name": "Q2 Enterprise Outreach", "status": "draft",
                "sender_account_ids": [world.email], "daily_limit": 50, "stop_on_reply": true, "open_tracking": true,
                "signature": "Best,\n%first_name%", "skip_other_campaigns": null, "operating_hours": null,
                "stay_open": false, "late_after_minutes": 4_320, "stats": null, "revision": 1, "created_at": "2026-04-22T10:00:00Z",
                "updated_at": "2026-04-22T10:00:00Z", "launched_at": null, "completed_at": null,
                "sequence_nodes": [
                    { "id": first, "campaign_id": id, "position": 0, "type": "email", "subject": "", "body": "",
                      "is_reply": false },
                    { "id": end, "campaign_id": id, "position": 1, "type": "end" },
                ],
            },
            "notices": [],
        })
    );
}

#[test]
fn a_linkedin_campaign_is_seeded_with_a_connection_request_and_working_hours() {
    let mut world = World::new();
    let created = world.answer(world.linkedin_request(json!({})));
    let campaign = &created["campaign"];
    for absent in ["daily_limit", "stop_on_reply", "open_tracking", "signature"] {
        assert_eq!(campaign[absent], Value::Null, "{absent}");
    }
    assert_eq!(campaign["skip_other_campaigns"], true);
    let open = json!([{ "start": "09:00", "end": "17:00" }]);
    assert_eq!(
        campaign["operating_hours"],
        json!({ "time_zone": null, "monday": open, "tuesday": open, "wednesday": open, "thursday": open,
                "friday": open, "saturday": [], "sunday": [] })
    );
    let types: Vec<&Value> = campaign["sequence_nodes"].as_array().unwrap().iter().map(|node| &node["type"]).collect();
    assert_eq!(types, ["connection_request", "end"]);
    assert_eq!(campaign["sequence_nodes"][0]["body"], Value::Null);
}

#[test]
fn what_was_created_is_what_is_read_back() {
    let mut world = World::new();
    for request in [
        world.email_request(
            json!({ "daily_limit": 7, "stop_on_reply": false, "open_tracking": false, "signature": "" }),
        ),
        world.linkedin_request(json!({
            "skip_other_campaigns": false,
            "operating_hours": { "time_zone": "europe/berlin", "sunday": [{ "start": "22:00", "end": "06:00" }] },
        })),
    ] {
        let created = world.create(request).unwrap();
        assert_eq!(world.me().campaign(created.campaign.id).unwrap(), created.campaign);
    }
}

#[test]
fn the_typed_face_and_the_json_face_make_the_same_campaign() {
    let mut world = World::new();
    let email = NewEmail { daily_limit: 1_000, stop_on_reply: false, ..NewEmail::default() };
    let typed = world.email;
    let typed = world.me().create_campaign(CreateCampaign::new(" A ", [typed], email)).unwrap();
    let json =
        world.create(world.email_request(json!({ "name": "B", "daily_limit": 1000, "stop_on_reply": false }))).unwrap();
    assert_eq!(typed.campaign.settings, json.campaign.settings);
    assert_eq!(typed.notices, json.notices);
    assert_eq!(typed.campaign.name.as_str(), "A");

    let sender = world.linkedin;
    let typed = world.me().create_campaign(CreateCampaign::new("C", [sender], LinkedinSettings::default())).unwrap();
    let json = world.create(world.linkedin_request(json!({}))).unwrap();
    assert_eq!(typed.campaign.settings, json.campaign.settings);
}

#[test]
fn the_campaign_its_senders_and_its_nodes_come_with_an_event_of_the_same_instant() {
    let mut world = World::new();
    world.clock.advance_ms(1_500);
    let created = world.create(world.email_request(json!({}))).unwrap();
    let events = world.me().list_events(ListPage::default()).unwrap().events;
    let last = serde_json::to_value(events.last().unwrap()).unwrap();
    assert_eq!(
        last,
        json!({ "number": 4, "type": "campaign_created", "campaign_id": created.campaign.id,
                "at": "2026-04-22T10:00:01.500Z" })
    );
    assert_eq!(created.campaign.created_at.unix_ms(), NOW_MS + 1_500);
}

#[test]
fn required_fields_are_required_and_null_means_not_given() {
    let mut world = World::new();
    let missing = issues(&[("type", "required"), ("name", "required"), ("sender_account_ids", "required")]);
    assert_eq!(world.refusal(json!({})), missing);
    assert_eq!(world.refusal(json!({ "type": null, "name": null, "sender_account_ids": null })), missing);
    let created = world
        .create(world.email_request(json!({
            "daily_limit": null, "stop_on_reply": null, "open_tracking": null, "signature": null, "id": null,
            "skip_other_campaigns": null,
        })))
        .unwrap();
    assert_eq!(created.notices, []);
    assert_eq!(serde_json::to_value(&created.campaign).unwrap()["daily_limit"], 50);
}

#[test]
fn null_means_not_given_for_linkedin_fields_too() {
    let mut world = World::new();
    let nothing =
        json!({ "skip_other_campaigns": null, "operating_hours": null, "daily_limit": null, "signature": null });
    let created = world.create(world.linkedin_request(nothing)).unwrap();
    assert_eq!(created.notices, []);
    assert_eq!(created.campaign.settings.linkedin(), Some(&LinkedinSettings::default()));
}

#[test]
fn a_request_that_is_not_an_object_is_invalid() {
    let mut world = World::new();
    for request in [json!(null), json!([]), json!("email"), json!(1), json!(true)] {
        assert_eq!(world.refusal(request), issues(&[("", "wrong_type")]));
    }
}

#[test]
fn the_type_is_one_of_two_words_in_lower_case() {
    let mut world = World::new();
    for (value, code) in [
        (json!("Email"), "unknown_value"),
        (json!("sms"), "unknown_value"),
        (json!(""), "unknown_value"),
        (json!(1), "wrong_type"),
        (json!(["email"]), "wrong_type"),
    ] {
        assert_eq!(world.refusal(world.email_request(json!({ "type": value }))), issues(&[("type", code)]));
    }
}

#[test]
fn a_name_is_trimmed_and_has_1_to_255_characters() {
    let mut world = World::new();
    for (given, kept) in [
        ("  Q2 \n".to_owned(), "Q2".to_owned()),
        ("\u{a0}\u{2003}x\u{3000}".to_owned(), "x".to_owned()),
        ("🚀".repeat(255), "🚀".repeat(255)),
        (format!("  {}  ", "ä".repeat(255)), "ä".repeat(255)),
    ] {
        let created = world.create(world.email_request(json!({ "name": given }))).unwrap();
        assert_eq!(created.campaign.name.as_str(), kept);
        assert_eq!(world.me().campaign(created.campaign.id).unwrap().name.as_str(), kept);
    }
    for (given, code) in [
        (json!(""), "empty"),
        (json!(" \t\n\u{2003}"), "empty"),
        (json!("x".repeat(256)), "too_long"),
        (json!("🚀".repeat(256)), "too_long"),
        (json!("a\0b"), "control_character"),
        (json!("\0"), "control_character"),
        (json!(7), "wrong_type"),
        (json!({}), "wrong_type"),
    ] {
        assert_eq!(world.refusal(world.email_request(json!({ "name": given }))), issues(&[("name", code)]));
    }
}

#[test]
fn a_name_is_unique_per_user_by_exact_comparison() {
    let mut world = World::new();
    let request = world.email_request(json!({ "name": "Launch" }));
    world.create(request.clone()).unwrap();
    let other_case = world.email_request(json!({ "name": "launch" }));
    world.create(other_case).unwrap();
    let other_form = world.email_request(json!({ "name": "Launch\u{301}" }));
    world.create(other_form).unwrap();

    let before = world.store.dump().unwrap();
    let error = world.create(world.linkedin_request(json!({ "name": " Launch " }))).unwrap_err();
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        json!({ "kind": "conflict", "code": "name_taken", "status": 409, "path": "name",
                "message": "the name is taken", "suggested_name": "Launch (2)" })
    );
    assert_eq!(world.store.dump().unwrap(), before);

    let (stranger, account, _) = world::add_user(&mut world.store);
    let theirs = json!({ "type": "email", "name": "Launch", "sender_account_ids": [account] });
    world.store.session(stranger).unwrap().create_campaign(theirs).unwrap();
}

#[test]
fn the_suggested_name_is_the_first_free_one_and_can_be_used() {
    let mut world = World::new();
    for taken in ["Q2", "Q2 (2)", "Q2 (4)"] {
        world.create(world.email_request(json!({ "name": taken }))).unwrap();
    }
    for expected in ["Q2 (3)", "Q2 (5)"] {
        let Error::NameTaken { suggested_name } =
            world.create(world.email_request(json!({ "name": "Q2" }))).unwrap_err()
        else {
            panic!("the name is taken");
        };
        assert_eq!(suggested_name, expected);
        world.create(world.email_request(json!({ "name": suggested_name }))).unwrap();
    }

    let long = "é".repeat(255);
    world.create(world.email_request(json!({ "name": long }))).unwrap();
    let error = world.create(world.email_request(json!({ "name": long }))).unwrap_err();
    let Error::NameTaken { suggested_name } = error else { panic!("the name is taken") };
    assert_eq!(suggested_name, format!("{} (2)", "é".repeat(251)));
    assert_eq!(suggested_name.chars().count(), 255);
}

#[test]
fn the_name_of_a_deleted_campaign_is_free_again() {
    let mut world = World::new();
    let first = world.create(world.email_request(json!({}))).unwrap();
    world.me().delete_campaign(first.campaign.id).unwrap();
    let second = world.create(world.email_request(json!({}))).unwrap();
    assert_ne!(first.campaign.id, second.campaign.id);
}

#[test]
fn shape_and_sender_errors_come_before_a_taken_name() {
    let mut world = World::new();
    world.create(world.email_request(json!({}))).unwrap();
    assert_eq!(
        world.refusal(world.email_request(json!({ "daily_limit": "x" }))),
        issues(&[("daily_limit", "wrong_type")])
    );
    assert_eq!(
        world.refusal(world.email_request(json!({ "sender_account_ids": [V7] }))),
        issues(&[("sender_account_ids[0]", "sender_not_found")])
    );
}

#[test]
fn senders_are_a_list_of_at_least_one_id() {
    let mut world = World::new();
    for (given, path, code) in [
        (json!([]), "sender_account_ids", "empty"),
        (json!("x"), "sender_account_ids", "wrong_type"),
        (json!({ "0": "x" }), "sender_account_ids", "wrong_type"),
        (json!([1]), "sender_account_ids[0]", "wrong_type"),
        (json!([null]), "sender_account_ids[0]", "wrong_type"),
        (json!([[]]), "sender_account_ids[0]", "wrong_type"),
    ] {
        assert_eq!(world.refusal(world.email_request(json!({ "sender_account_ids": given }))), issues(&[(path, code)]));
    }
}

#[test]
fn duplicate_senders_collapse_to_their_first_position() {
    let mut world = World::new();
    let ben = world.me().add_account(AddAccount::email("ben@example.com")).unwrap().id;
    let upper = world.email.to_string().to_uppercase();
    let request = world.email_request(json!({ "sender_account_ids": [ben, world.email, ben, upper] }));
    let created = world.create(request).unwrap();
    assert_eq!(created.campaign.sender_account_ids, [ben, world.email]);
    assert_eq!(world.me().campaign(created.campaign.id).unwrap().sender_account_ids, [ben, world.email]);
}

#[test]
fn ids_are_accepted_in_one_form_only() {
    let mut world = World::new();
    let id = world.email.to_string();
    for malformed in [
        id.replace('-', ""),
        format!("{{{id}}}"),
        format!("urn:uuid:{id}"),
        format!(" {id}"),
        id.replacen('7', "9", 1).replace("-7", "-9"),
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF".into(),
        String::new(),
    ] {
        assert_eq!(
            world.refusal(world.email_request(json!({ "sender_account_ids": [malformed] }))),
            issues(&[("sender_account_ids[0]", "malformed_id")]),
        );
    }
    for unknown in [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "018f4d2e-7c3a-1b1e-8a2b-0123456789ab",
        "018F4D2E-7C3A-8B1E-BA2B-0123456789AB",
    ] {
        assert_eq!(
            world.refusal(world.email_request(json!({ "sender_account_ids": [unknown] }))),
            issues(&[("sender_account_ids[0]", "sender_not_found")]),
        );
    }
}

#[test]
fn every_sender_that_cannot_send_is_listed_with_its_index() {
    let mut world = World::new();
    let (_, foreign, _) = world::add_user(&mut world.store);
    let request = world.email_request(json!({ "sender_account_ids": [V7, world.email, world.linkedin, foreign, V7] }));
    assert_eq!(
        world.refusal(request),
        issues(&[
            ("sender_account_ids[0]", "sender_not_found"),
            ("sender_account_ids[2]", "sender_wrong_channel"),
            ("sender_account_ids[3]", "sender_not_found"),
        ])
    );
    let request = world.linkedin_request(json!({ "sender_account_ids": [world.email] }));
    assert_eq!(world.refusal(request), issues(&[("sender_account_ids[0]", "sender_wrong_channel")]));
}

#[test]
fn a_foreign_sender_and_an_unknown_one_are_answered_alike() {
    let mut world = World::new();
    let (_, foreign, _) = world::add_user(&mut world.store);
    let answers =
        [json!(foreign), json!(V7)].map(|id| world.answer(world.email_request(json!({ "sender_account_ids": [id] }))));
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_disconnected_account_may_be_a_sender_of_a_draft() {
    let mut world = World::new();
    let email = world.email;
    world.me().update_account(email, json!({ "status": "disconnected" })).unwrap();
    world.create(world.email_request(json!({}))).unwrap();
}

#[test]
fn a_field_of_the_other_channel_is_ignored_with_a_notice_whatever_its_value() {
    let mut world = World::new();
    let created =
        world.create(world.email_request(json!({ "skip_other_campaigns": "yes", "operating_hours": 17 }))).unwrap();
    let ignored = |path: &str| Notice::FieldIgnored { path: path.into() };
    assert_eq!(created.notices, [ignored("skip_other_campaigns"), ignored("operating_hours")]);
    assert_eq!(serde_json::to_value(&created.campaign).unwrap()["operating_hours"], Value::Null);

    let created = world
        .create(world.linkedin_request(json!({
            "daily_limit": [], "stop_on_reply": 3, "open_tracking": false, "signature": "x".repeat(20_000),
        })))
        .unwrap();
    assert_eq!(
        created.notices,
        [ignored("daily_limit"), ignored("stop_on_reply"), ignored("open_tracking"), ignored("signature")]
    );
    assert_eq!(serde_json::to_value(&created.campaign).unwrap()["signature"], Value::Null);
}

#[test]
fn an_unknown_field_is_ignored_with_a_notice_that_names_the_closest_known_one() {
    let mut world = World::new();
    let created = world.answer(world.email_request(json!({ "dailyLimit": 5, "sendersAccountIds": [], "Name": "x" })));
    let closest: Vec<(&Value, &Value, &Value)> = created["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| (&notice["code"], &notice["path"], &notice["closest"]))
        .collect();
    let unknown = json!("unknown_field");
    assert_eq!(
        closest,
        [
            (&unknown, &json!("Name"), &json!("name")),
            (&unknown, &json!("dailyLimit"), &json!("daily_limit")),
            (&unknown, &json!("sendersAccountIds"), &json!("sender_account_ids")),
        ]
    );
    assert_eq!(created["campaign"]["daily_limit"], 50);
}

#[test]
fn a_daily_limit_of_any_size_is_brought_into_1_to_500() {
    let mut world = World::new();
    for (n, (given, stored)) in [
        (json!(0), 1),
        (json!(-5), 1),
        (json!(501), 500),
        (json!(1e15), 500),
        (json!(-1e300), 1),
        (json!(u64::MAX), 500),
        (json!(9_007_199_254_740_993_i64), 500),
    ]
    .into_iter()
    .enumerate()
    {
        let created = world.answer(world.email_request(json!({ "name": format!("case {n}"), "daily_limit": given })));
        assert_eq!(created["campaign"]["daily_limit"], stored);
        let notice = &created["notices"][0];
        assert_eq!((&notice["code"], &notice["path"]), (&json!("value_adjusted"), &json!("daily_limit")));
        assert_eq!((notice["from"].as_f64(), &notice["to"]), (given.as_f64(), &json!(stored)));
    }
    for (given, stored) in [(json!(1), 1), (json!(500), 500), (json!(50.0), 50)] {
        let created = world.answer(world.email_request(json!({ "name": given.to_string(), "daily_limit": given })));
        assert_eq!((&created["campaign"]["daily_limit"], &created["notices"]), (&json!(stored), &json!([])));
    }
}

#[test]
fn nothing_is_coerced() {
    let mut world = World::new();
    for (field, value, code) in [
        ("daily_limit", json!(12.5), "not_integer"),
        ("daily_limit", json!("50"), "wrong_type"),
        ("daily_limit", json!(true), "wrong_type"),
        ("daily_limit", json!([50]), "wrong_type"),
        ("stop_on_reply", json!(1), "wrong_type"),
        ("stop_on_reply", json!("true"), "wrong_type"),
        ("open_tracking", json!(0), "wrong_type"),
        ("signature", json!(1), "wrong_type"),
        ("signature", json!("ä".repeat(10_001)), "too_long"),
        ("id", json!(1), "wrong_type"),
        ("id", json!("1"), "malformed_id"),
        ("id", json!("018f4d2e-7c3a-4b1e-8a2b-0123456789ab"), "not_uuid_v7"),
        ("id", json!("00000000-0000-0000-0000-000000000000"), "not_uuid_v7"),
    ] {
        assert_eq!(world.refusal(world.email_request(json!({ field: value }))), issues(&[(field, code)]), "{field}");
    }
    for (field, value, path, code) in [
        ("skip_other_campaigns", json!("true"), "skip_other_campaigns", "wrong_type"),
        ("operating_hours", json!("9-5"), "operating_hours", "wrong_type"),
        ("operating_hours", json!({}), "operating_hours", "never_open"),
        (
            "operating_hours",
            json!({ "monday": [{ "start": "9:00", "end": "17:00" }] }),
            "operating_hours.monday[0].start",
            "malformed_time",
        ),
    ] {
        assert_eq!(world.refusal(world.linkedin_request(json!({ field: value }))), issues(&[(path, code)]));
    }
    let signature = "ä".repeat(10_000);
    let created = world.answer(world.email_request(json!({ "signature": signature })));
    assert_eq!(created["campaign"]["signature"], json!(signature));
}

#[test]
fn what_is_no_number_is_no_limit() {
    let mut world = World::new();
    for (number, code) in
        [(f64::NAN, "not_integer"), (f64::INFINITY, "not_integer"), (f64::NEG_INFINITY, "not_integer")]
    {
        let limit = Input::deserialize(F64Deserializer::<serde::de::value::Error>::new(number)).unwrap();
        let fields = [("type", json!("email")), ("name", json!("A")), ("sender_account_ids", json!([world.email]))];
        let fields = fields.map(|(field, value)| (field.to_owned(), Input::from(value)));
        let request: Input = fields.into_iter().chain([("daily_limit".to_owned(), limit)]).collect();
        let error = world.me().create_campaign(request).unwrap_err();
        let found: Vec<_> = error.issues().iter().map(|issue| (issue.path.as_str(), issue.code())).collect();
        assert_eq!(found, [("daily_limit", code)]);
    }
}

#[test]
fn all_shape_errors_are_reported_together() {
    let mut world = World::new();
    assert_eq!(
        world.refusal(json!({
            "type": "email", "name": "", "sender_account_ids": ["x", V7, 3], "daily_limit": 1.5, "stop_on_reply": "no",
            "signature": 1, "id": "x",
        })),
        issues(&[
            ("sender_account_ids[0]", "malformed_id"),
            ("sender_account_ids[2]", "wrong_type"),
            ("id", "malformed_id"),
            ("daily_limit", "not_integer"),
            ("stop_on_reply", "wrong_type"),
            ("signature", "wrong_type"),
            ("name", "empty"),
        ])
    );
}

#[test]
fn a_message_never_contains_a_value_that_was_typed() {
    let mut world = World::new();
    let secret = "hunter2";
    let answer = world.answer(json!({
        "type": secret, "name": secret.repeat(100), "sender_account_ids": [secret], "id": secret,
    }));
    for issue in answer["issues"].as_array().unwrap() {
        assert!(!issue["message"].as_str().unwrap().contains(secret), "{issue}");
    }
}

#[test]
fn the_same_id_with_the_same_input_answers_the_campaign_as_it_is_and_writes_nothing() {
    let mut world = World::new();
    let request = world.email_request(json!({ "id": V7, "daily_limit": 900 }));
    let first = world.create(request.clone()).unwrap();
    assert_eq!(first.campaign.id.to_string(), V7);
    let before = world.store.dump().unwrap();
    world.clock.advance_ms(1_000);
    // The same input in other words: the default spelled out, the sender twice, the name with white space.
    let again = world.email_request(json!({
        "id": V7.to_uppercase(), "daily_limit": 9e2, "stop_on_reply": true, "name": " Q2 Enterprise Outreach ",
        "sender_account_ids": [world.email, world.email],
    }));
    for retry in [request, again] {
        assert_eq!(world.create(retry).unwrap().campaign, first.campaign);
    }
    assert_eq!(world.store.dump().unwrap(), before);
    // The notices are those of the retry's own words.
    let spelled = world.email_request(json!({ "id": V7, "daily_limit": 900, "dailyLimit": 500 }));
    let codes: Vec<_> = world.create(spelled).unwrap().notices.iter().map(Notice::code).collect();
    assert_eq!(codes, ["unknown_field", "value_adjusted"]);
}

#[test]
fn a_retry_asks_for_the_same_whatever_the_bounds_make_of_it() {
    let mut world = World::new();
    let asked =
        |world: &World, daily_limit: Value| world.email_request(json!({ "id": V7, "daily_limit": daily_limit }));
    let first = world.create(asked(&world, json!(900))).unwrap().campaign;
    assert_eq!(world.create(asked(&world, json!(900.0))).unwrap().campaign, first);
    // Where the bound is another, these are two campaigns.
    for other in [json!(500), json!(501), json!(1e15), json!(-900)] {
        assert_eq!(world.create(asked(&world, other)).unwrap_err().code(), "id_reused");
    }
}

#[test]
fn a_retry_of_what_an_earlier_version_made_is_still_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("campaigns.db");
    let clock = SimulatedHost::new(1, world::NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let asked =
        |world: &World, daily_limit: Value| world.email_request(json!({ "id": V7, "daily_limit": daily_limit }));
    let first = world.create(asked(&world, json!(900))).unwrap().campaign;
    // As it was: of the campaign that came of the request, without a version.
    let text = format!(
        r#"{{"name":"Q2 Enterprise Outreach","senders":["{}"],"daily_limit":500,"stop_on_reply":true,"open_tracking":true,"signature":"Best,\n%first_name%","skip_other_campaigns":null,"operating_hours":null}}"#,
        world.email
    );
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    let store = |fingerprint: &[u8]| {
        let conn = rusqlite::Connection::open(&path).unwrap();
        assert_eq!(conn.execute("UPDATE campaign SET fingerprint = ?1", (fingerprint,)).unwrap(), 1);
    };
    let old = hasher.finish128().as_bytes();
    store(&old);
    for same in [json!(900), json!(500), json!(1e15)] {
        assert_eq!(world.create(asked(&world, same)).unwrap().campaign, first);
    }
    assert_eq!(world.create(asked(&world, json!(499))).unwrap_err().code(), "id_reused");
    // What a newer version stores is not known to be the same.
    for unknown in [&[2; 17][..], &[], &[1; 33], &old[..15]] {
        store(unknown);
        assert_eq!(world.create(asked(&world, json!(900))).unwrap_err().code(), "id_reused");
    }
}

#[test]
fn a_linkedin_campaign_is_retried_by_the_same_rules() {
    let mut world = World::new();
    let hours = json!({ "tuesday": [{ "start": "10:00", "end": "11:00" }] });
    let request = world.linkedin_request(json!({ "id": V7, "operating_hours": hours }));
    let first = world.create(request.clone()).unwrap();
    let same = world::over(request.clone(), json!({ "skip_other_campaigns": true, "daily_limit": 3 }));
    assert_eq!(world.create(same).unwrap().campaign, first.campaign);
    for other in [
        json!({ "skip_other_campaigns": false }),
        json!({ "operating_hours": null }),
        json!({ "operating_hours": { "tuesday": [{ "start": "10:00", "end": "11:01" }] } }),
        json!({ "operating_hours": { "time_zone": "UTC", "tuesday": [{ "start": "10:00", "end": "11:00" }] } }),
    ] {
        let error = world.create(world::over(request.clone(), other)).unwrap_err();
        assert_eq!(error.code(), "id_reused");
    }
}

#[test]
fn the_same_id_with_other_input_is_a_conflict() {
    let mut world = World::new();
    world.create(world.email_request(json!({ "id": V7 }))).unwrap();
    let ben = world.me().add_account(AddAccount::email("ben@example.com")).unwrap().id;
    let before = world.store.dump().unwrap();
    for other in [
        json!({ "name": "Another" }),
        json!({ "daily_limit": 51 }),
        json!({ "signature": "" }),
        json!({ "sender_account_ids": [world.email, ben] }),
        json!({ "open_tracking": false }),
        json!({ "stop_on_reply": false }),
    ] {
        let request = world::over(world.email_request(json!({ "id": V7 })), other);
        let error = world.create(request).unwrap_err();
        assert_eq!((error.code(), error.status(), error.path()), ("id_reused", 409, Some("id")));
    }
    let request = world.linkedin_request(json!({ "id": V7 }));
    assert_eq!(world.create(request).unwrap_err().code(), "id_reused");
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn an_id_that_is_in_use_in_any_other_way_is_a_conflict() {
    let mut world = World::new();
    let made_here = world.create(world.email_request(json!({}))).unwrap().campaign;
    let (stranger, theirs, _) = world::add_user(&mut world.store);
    let foreign = world
        .store
        .session(stranger)
        .unwrap()
        .create_campaign(json!({ "type": "email", "name": "x", "sender_account_ids": [theirs], "id": V7 }))
        .unwrap()
        .campaign;
    for taken in [json!(made_here.id), json!(foreign.id), json!(world.email), json!(theirs), json!(world.user)] {
        let request = world.email_request(json!({ "id": taken, "name": "Another" }));
        assert_eq!(world.create(request).unwrap_err().code(), "id_reused", "{taken}");
    }
}

#[test]
fn a_retry_is_answered_before_the_rules_that_the_first_try_changed() {
    let mut world = World::new();
    let request = world.email_request(json!({ "id": V7 }));
    let first = world.create(request.clone()).unwrap();
    // Its own name is taken by itself now, which must not make the retry a conflict.
    assert_eq!(world.create(request).unwrap(), first);
    let id: CampaignId = V7.parse().unwrap();
    world.me().delete_campaign(id).unwrap();
    world.create(world.email_request(json!({ "id": V7, "name": "Later" }))).unwrap();
}

#[test]
fn a_new_draft_has_no_launch_and_no_prospects_and_belongs_to_one_user() {
    let mut world = World::new();
    let campaign = world.create(world.email_request(json!({}))).unwrap().campaign;
    assert_eq!((campaign.status.launched_at(), campaign.status.completed_at(), campaign.revision), (None, None, 1));
    let stranger = world.store.create_user(CreateUser::default()).unwrap().id;
    let mut they = world.store.session(stranger).unwrap();
    assert_eq!(they.campaign(campaign.id).unwrap_err().code(), "campaign_not_found");
    assert_eq!(they.delete_campaign(campaign.id).unwrap_err().code(), "campaign_not_found");
    assert_eq!(they.list_campaigns(json!({})).unwrap().campaigns, []);
    assert_eq!(world.me().campaign(campaign.id).unwrap(), campaign);
}

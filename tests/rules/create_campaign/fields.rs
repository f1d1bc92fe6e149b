//! The values that each field accepts, and the notices and issues for those that are ignored, clamped or refused.

use super::*;
use campaignkit::Input;
use serde::de::value::F64Deserializer;

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

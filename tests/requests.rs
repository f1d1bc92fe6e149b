//! Requests in general: no input makes a parser panic, and what is refused changes nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use campaignkit::{CampaignId, Error, Input, Name, Request, Schedule, TimeZone, strategies};
use proptest::prelude::*;
use serde_json::{Value, json};
use world::{World, over};

/// Sends one value to every operation that takes a request; the refusals.
fn send_everywhere(world: &mut World, value: &Value) -> Vec<Error> {
    let (user, email) = (world.user, world.email);
    let before = world.store.dump().unwrap();
    let mut refusals = Vec::new();
    refusals.extend(world.store.create_user(value.clone()).err());
    refusals.extend(world.store.update_user(user, value.clone()).err());
    refusals.extend(world.store.list_users(value.clone()).err());
    let mut me = world.store.session(user).unwrap();
    refusals.extend(me.add_account(value.clone()).err());
    refusals.extend(me.update_account(email, value.clone()).err());
    refusals.extend(me.list_accounts(value.clone()).err());
    refusals.extend(me.create_campaign(value.clone()).err());
    refusals.extend(me.list_campaigns(value.clone()).err());
    refusals.extend(me.list_events(value.clone()).err());
    refusals.extend(me.campaign(Input::from(value.clone())).err());
    refusals.extend(me.remove_account(Input::from(value.clone())).err());
    refusals.extend(me.delete_campaign(Input::from(value.clone())).err());
    refusals.extend(me.claim_due(value.clone()).err());
    refusals.extend(me.complete(Input::from(value.clone()), value.clone()).err());
    refusals.extend(me.record_event(value.clone()).err());
    refusals.extend(me.unsubscribe(Input::from(value.clone())).err());
    if refusals.len() == 16 {
        assert_eq!(world.store.dump().unwrap(), before, "what is refused changes nothing");
    }
    refusals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_json_makes_an_operation_panic_or_break_an_invariant(value in strategies::json()) {
        let mut world = World::new();
        for refusal in send_everywhere(&mut world, &value) {
            prop_assert!(refusal.status() < 500, "{refusal:?}");
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "(\\PC|[\\x00-\\x1f]){0,40}") {
        let _ = Input::from_json(&text);
        let _ = text.parse::<CampaignId>();
        let _ = text.parse::<Schedule>();
        let _ = TimeZone::parse(&text);
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(name.as_str(), text.trim());
        }
    }

    #[test]
    fn a_bad_request_is_refused_with_issues_and_changes_nothing(
        request in strategies::bad_requests(World::new().email), // every world has the same ids
    ) {
        let mut world = World::new();
        prop_assert!(!world.refusal(request).is_empty());
    }

    #[test]
    fn a_good_request_creates_what_it_says(request in prop_oneof![
        strategies::email_requests(vec![World::new().email]),
        strategies::linkedin_requests(vec![World::new().linkedin]),
    ]) {
        let mut world = World::new();
        let name = request.name.trim().to_owned();
        let created = world.me().create_campaign(request).unwrap();
        prop_assert_eq!(created.campaign.name.as_str(), name);
        prop_assert_eq!(world.me().campaign(created.campaign.id).unwrap(), created.campaign);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn text_that_is_not_json_is_refused() {
    for text in ["", "{", "{'type': 1}", "[1,]", "nul"] {
        assert_eq!(Input::from_json(text).unwrap_err().code(), "invalid_input", "{text}");
    }
}

#[test]
fn of_a_field_given_twice_the_last_counts() {
    let mut world = World::new();
    let text = format!(r#"{{"type":"email","name":"first","name":"last","sender_account_ids":["{}"]}}"#, world.email);
    let created = world.me().create_campaign(Input::from_json(&text).unwrap()).unwrap();
    assert_eq!((created.campaign.name.as_str(), created.notices.len()), ("last", 0));
}

#[test]
fn nesting_beyond_any_request_is_a_wrong_type() {
    let mut deep = json!("x");
    for _ in 0..60 {
        deep = json!([deep]);
    }
    let mut world = World::new();
    assert_eq!(world.refusal(world.email_request(json!({ "name": deep }))), world::issues(&[("name", "wrong_type")]));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = world.me().create_campaign(Input::from_json(&deep).unwrap()).unwrap_err();
    assert_eq!(error.issues()[0].code(), "wrong_type");
}

#[test]
fn more_values_than_any_request_has_are_not_kept() {
    let mut world = World::new();
    let many = vec!["x"; 2 * Input::MOST_VALUES as usize];
    let error = world.me().create_campaign(world::over(json!({ "unknown": many }), json!({}))).unwrap_err();
    assert_eq!(error.issues().len(), 3);
    let request = world.email_request(json!({ "sender_account_ids": many }));
    let error = world.create(request).unwrap_err();
    let count = |code| error.issues().iter().filter(|issue| issue.code() == code).count();
    assert!(count("malformed_id") < Input::MOST_VALUES as usize);
    assert!(count("wrong_type") > Input::MOST_VALUES as usize);
}

#[test]
fn a_value_that_is_not_plain_data_is_a_wrong_type() {
    let not_given: Result<CampaignId, Error> = Input::NONE.parse();
    let not_data: Result<CampaignId, Error> = Input::OPAQUE.parse();
    assert_eq!(not_given.unwrap_err().issues()[0].code(), "required");
    assert_eq!(not_data.unwrap_err().issues()[0].code(), "wrong_type");
    let request: Input = [("type".to_owned(), Input::OPAQUE), ("name".to_owned(), Input::from_iter([Input::NONE]))]
        .into_iter()
        .collect();
    let mut world = World::new();
    let error = world.me().create_campaign(request).unwrap_err();
    let codes: Vec<_> = error.issues().iter().map(|issue| (issue.path.as_str(), issue.code())).collect();
    assert_eq!(codes, [("type", "wrong_type"), ("name", "wrong_type"), ("sender_account_ids", "required")]);
}

#[test]
fn every_error_has_a_stable_code_a_kind_and_its_status() {
    let catalogue = [
        (Error::InvalidInput(vec![]), "invalid", "invalid_input", 400),
        (Error::NotReady(vec![]), "invalid", "not_ready", 400),
        (Error::ForeignFile, "invalid", "foreign_file", 400),
        (Error::UserNotFound, "not_found", "user_not_found", 404),
        (Error::AccountNotFound, "not_found", "account_not_found", 404),
        (Error::CampaignNotFound, "not_found", "campaign_not_found", 404),
        (Error::NodeNotFound, "not_found", "node_not_found", 404),
        (Error::ProspectNotFound, "not_found", "prospect_not_found", 404),
        (Error::ListNotFound, "not_found", "list_not_found", 404),
        (Error::LeadNotFound, "not_found", "lead_not_found", 404),
        (Error::SuppressionNotFound, "not_found", "suppression_not_found", 404),
        (Error::TaskNotFound, "not_found", "task_not_found", 404),
        (Error::TokenNotFound, "not_found", "token_not_found", 404),
        (Error::NameTaken { suggested_name: String::new() }, "conflict", "name_taken", 409),
        (Error::IdReused, "conflict", "id_reused", 409),
        (Error::AccountExists { path: "profile_url" }, "conflict", "account_exists", 409),
        (Error::AccountInUse, "conflict", "account_in_use", 409),
        (Error::CampaignActive, "conflict", "campaign_active", 409),
        (Error::NotDraft, "conflict", "not_draft", 409),
        (Error::RevisionChanged { revision: 2 }, "conflict", "revision_changed", 409),
        (Error::CampaignCompleted, "conflict", "campaign_completed", 409),
        (Error::InvalidTransition { from: "draft", to: "paused", allowed: &[] }, "conflict", "invalid_transition", 409),
        (Error::NotLaunched, "conflict", "not_launched", 409),
        (Error::MessageSent, "conflict", "message_sent", 409),
        (Error::TaskCompleted, "conflict", "task_completed", 409),
        (Error::LeaseLost, "conflict", "lease_lost", 409),
        (Error::EndFixed, "conflict", "end_fixed", 409),
        (Error::ContentChanged, "conflict", "content_changed", 409),
        (Error::Busy, "unavailable", "busy", 503),
        (Error::StorageFull, "unavailable", "storage_full", 503),
        (Error::StorageUnavailable(None), "unavailable", "storage_unavailable", 503),
        (Error::OtherOwner, "unavailable", "other_owner", 503),
        (Error::NewerSchema { found: 2, supported: 1 }, "unavailable", "newer_schema", 503),
        (Error::Closed, "unavailable", "closed", 503),
        (Error::Cancelled, "unavailable", "cancelled", 503),
        (Error::Corrupt(None), "internal", "corrupt", 500),
        (Error::Bug(None), "internal", "bug", 500),
    ];
    for (error, kind, code, status) in catalogue {
        let shape = serde_json::to_value(&error).unwrap();
        assert_eq!((&shape["kind"], &shape["code"], &shape["status"]), (&json!(kind), &json!(code), &json!(status)));
        assert_eq!((error.code(), error.status()), (code, status));
        assert_eq!(shape["message"], error.to_string());
    }
}

#[test]
fn every_issue_of_the_outbox_has_a_stable_code_and_says_what_is_right() {
    let id = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    let event = json!({ "id": "1", "type": "opened" });
    let mut world = World::new();
    let mut issue = |operation: &dyn Fn(&mut World) -> Error| {
        let error = operation(&mut world);
        assert_eq!((error.code(), error.issues().len()), ("invalid_input", 1));
        serde_json::to_value(&error).unwrap()["issues"][0].clone()
    };
    assert_eq!(
        issue(&|world| world.refused(|me| me.claim_due(json!({ "now": "10:00" })))),
        json!({ "path": "now", "code": "malformed_instant",
                "message": "must be an instant as RFC 3339, such as 2026-04-22T10:00:00Z" })
    );
    assert_eq!(
        issue(&|world| world.refused(|me| me.claim_due(json!({ "unsubscribe_url": "https://example.com" })))),
        json!({ "path": "unsubscribe_url", "code": "malformed_url",
                "message": "must be an https or mailto link with {token} in it" })
    );
    let malformed =
        json!({ "path": "open_token", "code": "malformed_token", "message": "must be a token that a task carried" });
    let request = over(event.clone(), json!({ "open_token": id }));
    assert_eq!(issue(&|world| world.refused(|me| me.record_event(request.clone()))), malformed);
    assert_eq!(issue(&|world| world.refused(|me| me.unsubscribe(id))), over(malformed, json!({ "path": "token" })));
    let request = over(event.clone(), json!({ "prospect_id": id, "task_id": id }));
    assert_eq!(
        issue(&|world| world.refused(|me| me.record_event(request.clone()))),
        json!({ "path": "", "code": "one_of", "message": "must have only one of: prospect_id, task_id, open_token",
                "allowed": ["prospect_id", "task_id", "open_token"] })
    );
    assert_eq!(
        issue(&|world| {
            let id = world.campaign("linkedin", "active").id;
            let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
            world.refused(|me| me.record_event(over(event.clone(), json!({ "prospect_id": prospect }))))
        }),
        json!({ "path": "type", "code": "wrong_channel_event",
                "message": "does not happen on the channel of the campaign" })
    );
}

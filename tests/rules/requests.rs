//! Requests in general: no input makes a parser panic, and refused requests change nothing.

use crate::world;
use crate::world::{World, over, shape};
use campaignkit::{
    CampaignId, Error, IdentityField, Input, Name, NameOwner, Reading, Request, Schedule, SchemaVersions, TakenName,
    TimeZone, Transition, strategies,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Sends one value to every operation that takes a request; returns the errors.
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
        assert_eq!(world.store.dump().unwrap(), before, "a refused request changes nothing");
    }
    refusals
}

#[test]
fn a_name_that_is_no_text_is_refused_wherever_it_stands_and_one_with_a_replacement_character_is_kept() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for (value, refused) in [
        (Input::MISNAMED, Some("malformed_key")),
        (Input::OPAQUE, Some("wrong_type")),
        (Input::from("\u{fffd}".to_owned()), None),
    ] {
        let custom: Input = [("\u{fffd}".to_owned(), value)].into_iter().collect();
        let email = ("email".to_owned(), Input::from("bo@example.com".to_owned()));
        let person: Input = [email, ("custom_fields".to_owned(), custom)].into_iter().collect();
        let request: Input = [("prospects".to_owned(), Input::from_iter([person]))].into_iter().collect();
        let answer = world.me().add_prospects(campaign, request);
        let problem = answer.err().map(|error| (error.issues()[0].path.clone(), error.issues()[0].code()));
        assert_eq!(problem, refused.map(|code| ("prospects[0].custom_fields.\u{fffd}".to_owned(), code)));
    }
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
        const BREAKS: [char; 7] = ['\t', '\n', '\u{b}', '\u{c}', '\r', '\u{2028}', '\u{2029}'];
        if let Ok(name) = Name::parse(&text) {
            let line = text.trim().replace("\r\n", " ").replace(BREAKS, " ");
            prop_assert_eq!(name.as_str(), line);
            prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()), "parsed again, it is the same");
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
        let name = Name::parse(&request.name).unwrap();
        let created = world.me().create_campaign(request).unwrap();
        prop_assert_eq!(&created.campaign.name, &name);
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
fn a_value_that_is_not_plain_data_is_a_wrong_type() {
    let not_given = Request::<CampaignId>::parse(Input::NONE);
    let not_data = Request::<CampaignId>::parse(Input::OPAQUE);
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
    let list = World::new().me().create_list(json!({ "name": "L" })).unwrap().id;
    let name = TakenName { suggested_name: String::new(), taken_by: NameOwner::List(list) };
    let transition = Transition { from: "draft", to: "paused", allowed: &[] };
    let versions = SchemaVersions { found: 2, supported: 1 };
    let catalogue = [
        (Error::InvalidInput(Box::default()), "invalid", "invalid_input", 400),
        (Error::NotReady(Box::default()), "invalid", "not_ready", 400),
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
        (Error::NameTaken(Box::new(name)), "conflict", "name_taken", 409),
        (Error::ExternalIdTaken, "conflict", "external_id_taken", 409),
        (Error::IdReused, "conflict", "id_reused", 409),
        (Error::AccountExists { path: IdentityField::ProfileUrl }, "conflict", "account_exists", 409),
        (Error::AccountInUse, "conflict", "account_in_use", 409),
        (Error::CampaignActive, "conflict", "campaign_active", 409),
        (Error::InScope, "conflict", "in_scope", 409),
        (Error::NotDraft, "conflict", "not_draft", 409),
        (Error::RevisionChanged { revision: 2 }, "conflict", "revision_changed", 409),
        (Error::CampaignCompleted, "conflict", "campaign_completed", 409),
        (Error::InvalidTransition(Box::new(transition)), "conflict", "invalid_transition", 409),
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
        (Error::NewerSchema(Box::new(versions)), "unavailable", "newer_schema", 503),
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
                "message": "must be a link that contains {token}, by https or, to unsubscribe, by mailto" })
    );
    let malformed =
        json!({ "path": "open_token", "code": "malformed_token", "message": "must be a token that campaignkit gave" });
    let request = over(event.clone(), json!({ "open_token": id }));
    assert_eq!(issue(&|world| world.refused(|me| me.record_event(request.clone()))), malformed);
    assert_eq!(issue(&|world| world.refused(|me| me.unsubscribe(id))), over(malformed, json!({ "path": "token" })));
    let request = over(event.clone(), json!({ "prospect_id": id, "task_id": id }));
    assert_eq!(
        issue(&|world| world.refused(|me| me.record_event(request.clone()))),
        json!({ "path": "", "code": "one_of", "message": "must have only one of: prospect_id, task_id, open_token, idempotency_key, provider_id, email, linkedin_url",
                "allowed": ["prospect_id", "task_id", "open_token", "idempotency_key", "provider_id", "email", "linkedin_url"] })
    );
    assert_eq!(
        issue(&|world| {
            let id = world.campaign("linkedin", "active").id;
            let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
            world.refused(|me| me.record_event(over(event.clone(), json!({ "prospect_id": prospect }))))
        }),
        json!({ "path": "type", "code": "wrong_channel_event",
                "message": "must be an event that happens on the channel of the campaign" })
    );
}

/// One way to set a text field, with a number that no other call has: returns the stored text, or the error.
type Door = fn(&mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error>;

fn added_account(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let address = format!("{number}@example.com");
    let account = world.me().add_account(json!({ "type": "email", "email_address": address, field: text }))?;
    Ok(shape(&account)[field].clone())
}

fn updated_account(world: &mut World, field: &'static str, text: &str, _: usize) -> Result<Value, Error> {
    let id = world.linkedin;
    Ok(shape(&world.me().update_account(id, json!({ field: text }))?)[field].clone())
}

fn created_campaign(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let request = over(world.email_request(json!({ "name": number.to_string() })), json!({ field: text }));
    Ok(shape(&world.create(request)?.campaign)[field].clone())
}

fn updated_campaign(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    Ok(shape(&world.me().update_campaign(id, json!({ field: text }))?.campaign)[field].clone())
}

fn created_list(world: &mut World, field: &'static str, text: &str, _: usize) -> Result<Value, Error> {
    Ok(shape(&world.me().create_list(json!({ field: text }))?)[field].clone())
}

fn added_prospect(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    let person = json!({ "email": "bo@example.com", field: text });
    world.me().add_prospects(id, json!({ "prospects": [person] }))?;
    Ok(shape(&world.me().list_prospects(id, json!({}))?)["prospects"][0][field].clone())
}

fn updated_prospect(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let campaign = world.email_campaign(&number.to_string());
    let id = world.add(campaign, json!([{ "email": "bo@example.com" }]))[0];
    Ok(shape(&world.me().update_prospect(id, json!({ field: text }))?)[field].clone())
}

fn added_lead(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let list = world.me().create_list(json!({ "name": number.to_string() }))?.id;
    let person = json!({ "email": "bo@example.com", field: text });
    world.me().add_leads(list, json!({ "leads": [person] }))?;
    Ok(shape(&world.me().list_leads(list, json!({}))?)["leads"][0][field].clone())
}

fn imported_prospect(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    let file = format!("Email,{field}\nbo@example.com,\"{text}\"\n").into_bytes();
    let preview = shape(&world.me().preview_csv(&file, Reading::default())?);
    let request = json!({ "mapping": ["email", field], "content_hash": preview["content_hash"] });
    let report = shape(&world.me().import_csv(id, &file, request)?);
    match report["outcomes"][0]["issues"].as_array().map(|issues| issues[0]["code"].clone()) {
        Some(code) => Ok(code),
        None => Ok(shape(&world.me().list_prospects(id, json!({}))?)["prospects"][0][field].clone()),
    }
}

fn set_node(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    let nodes = json!([{ "type": "email", "subject": "s", "body": "b", field: text }]);
    let updated = world.me().update_campaign(id, json!({ "sequence_nodes": nodes }))?;
    Ok(shape(&updated.campaign)["sequence_nodes"][0][field].clone())
}

fn inserted_node(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    let node = json!({ "type": "email", "subject": "s", "body": "b", field: text, "position": 0 });
    Ok(shape(&world.me().insert_node(id, node)?.campaign)["sequence_nodes"][0][field].clone())
}

fn updated_node(world: &mut World, field: &'static str, text: &str, number: usize) -> Result<Value, Error> {
    let id = world.email_campaign(&number.to_string());
    let node = world.me().campaign(id)?.sequence_nodes[0].id;
    let updated = world.me().update_node(id, node, json!({ field: text }))?;
    Ok(shape(&updated.campaign)["sequence_nodes"][0][field].clone())
}

fn edited_message(world: &mut World, field: &'static str, text: &str, _: usize) -> Result<Value, Error> {
    let campaign = world.campaign("email", "draft");
    let prospect = world.me().list_prospects(campaign.id, json!({}))?.prospects[0].id;
    let texts = over(json!({ "subject": "s", "body": "b" }), json!({ field: text }));
    world.me().edit_message(prospect, campaign.sequence_nodes[0].id, texts)?;
    let previews = world.me().preview_messages(prospect, json!({}))?;
    Ok(shape(&previews)["messages"][0][field].clone())
}

const LINE_BREAKS: [char; 7] = ['\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

fn control_characters() -> impl Iterator<Item = char> {
    ('\0'..='\u{9f}').filter(|c| c.is_control())
}

/// The result for a text with each control character and each line break in each of these fields.
fn every_character(doors: &[(Door, &[&'static str])], check: impl Fn(char, &str, Result<Value, &'static str>)) {
    for (door, fields) in doors {
        for field in *fields {
            let mut world = World::new();
            for (number, c) in control_characters().chain(['\u{2028}', '\u{2029}']).enumerate() {
                let stored = door(&mut world, field, &format!("{number}a{c}b"), number);
                let code = |error: Error| {
                    assert_eq!((error.code(), error.issues().len()), ("invalid_input", 1), "{field} {c:?}");
                    let issue = &error.issues()[0];
                    assert!(issue.path.ends_with(field), "{}", issue.path);
                    issue.code()
                };
                let stored = stored.map_err(code).map(|stored| match stored {
                    Value::String(text) => Value::from(text.trim_start_matches(|c: char| c.is_ascii_digit())),
                    other => other,
                });
                check(c, field, stored);
            }
        }
    }
}

const NAMES: &[&str] = &["display_name", "first_name", "last_name", "company", "title"];
const PERSON: &[&str] = &["name", "first_name", "last_name", "company", "position", "headline"];

#[test]
fn no_line_of_any_noun_takes_a_line_break_or_a_control_character() {
    let doors: [(Door, &[&str]); 9] = [
        (added_account, NAMES),
        (updated_account, NAMES),
        (created_campaign, &["name"]),
        (updated_campaign, &["name"]),
        (created_list, &["name"]),
        (added_prospect, PERSON),
        (updated_prospect, PERSON),
        (added_lead, PERSON),
        (imported_prospect, PERSON),
    ];
    every_character(&doors, |c, field, stored| {
        let expected = if c == '\t' || LINE_BREAKS.contains(&c) { Ok(json!("a b")) } else { Err("control_character") };
        // The outcome of a file's row contains the error.
        let stored = if stored == Ok(json!("control_character")) { Err("control_character") } else { stored };
        assert_eq!(stored, expected, "{field} {c:?}");
    });
}

#[test]
fn no_subject_takes_a_line_break_or_a_control_character() {
    let check = |c, stored, tab| match c {
        '\t' => assert_eq!(stored, Ok(json!(tab))),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => assert_eq!(stored, Err("line_break"), "{c:?}"),
        _ => assert_eq!(stored, Err("control_character"), "{c:?}"),
    };
    let doors: [(Door, &[&str]); 3] =
        [(set_node, &["subject"]), (inserted_node, &["subject"]), (updated_node, &["subject"])];
    every_character(&doors, |c, _, stored| check(c, stored, "a\tb"));
    every_character(&[(edited_message, &["subject"])], |c, _, stored| check(c, stored, "a b"));
}

#[test]
fn a_text_of_several_lines_takes_line_breaks_and_no_other_control_character() {
    let doors: [(Door, &[&str]); 8] = [
        (added_account, &["signature"]),
        (updated_account, &["signature"]),
        (created_campaign, &["signature"]),
        (updated_campaign, &["signature"]),
        (set_node, &["body"]),
        (inserted_node, &["body"]),
        (updated_node, &["body"]),
        (edited_message, &["body"]),
    ];
    every_character(&doors, |c, field, stored| match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
            assert_eq!(stored, Ok(json!(format!("a{c}b"))), "{field} {c:?}")
        }
        _ => assert_eq!(stored, Err("control_character"), "{field} {c:?}"),
    });
}

#[test]
fn the_id_of_an_event_is_compared_as_it_is_and_has_no_control_character() {
    let mut world = World::new();
    let campaign = world.campaign("email", "active").id;
    let prospect = world.me().list_prospects(campaign, json!({})).unwrap().prospects[0].id;
    for c in control_characters() {
        let event = json!({ "id": format!("a{c}"), "type": "opened", "prospect_id": prospect });
        let error = world.refused(|me| me.record_event(event));
        assert_eq!(world::problems(&error), world::issues(&[("id", "control_character")]), "{c:?}");
    }
}

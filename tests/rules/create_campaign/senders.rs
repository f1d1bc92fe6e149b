//! The senders: at least one, each of them able to send.

use super::*;

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
    let ben = world.me().add_account(AddAccount::email("ben@example.com").unpaced()).unwrap().id;
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

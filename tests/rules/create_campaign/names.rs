//! Names are unique per user, and a free one is suggested.

use super::*;
use campaignkit::Error;

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
    let taken_by = world.create(request.clone()).unwrap().campaign.id;
    let other_case = world.email_request(json!({ "name": "launch" }));
    world.create(other_case).unwrap();
    let other_form = world.email_request(json!({ "name": "Launch\u{301}" }));
    world.create(other_form).unwrap();

    let before = world.store.dump().unwrap();
    let error = world.create(world.linkedin_request(json!({ "name": " Launch " }))).unwrap_err();
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        json!({ "kind": "conflict", "code": "name_taken", "status": 409, "path": "name",
                "message": "another campaign of the user has this name", "suggested_name": "Launch (2)", "campaign_id": taken_by })
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
        let Error::NameTaken(taken) = world.create(world.email_request(json!({ "name": "Q2" }))).unwrap_err() else {
            panic!("the name is taken");
        };
        assert_eq!(taken.suggested_name, expected);
        world.create(world.email_request(json!({ "name": taken.suggested_name }))).unwrap();
    }

    let long = "é".repeat(255);
    world.create(world.email_request(json!({ "name": long }))).unwrap();
    let error = world.create(world.email_request(json!({ "name": long }))).unwrap_err();
    let Error::NameTaken(taken) = error else { panic!("the name is taken") };
    assert_eq!(taken.suggested_name, format!("{} (2)", "é".repeat(251)));
    assert_eq!(taken.suggested_name.chars().count(), 255);
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

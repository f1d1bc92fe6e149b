//! The effects of a launch, and its conditions.

use super::*;
use crate::world::problems;

#[test]
fn a_ready_draft_becomes_active() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let before = world.campaign(channel, "draft");
        world.clock.advance_ms(1_000);
        let (launched, events) = world.recorded(|me| me.launch(before.id, None));
        let instant = "2026-04-22T10:00:01Z";
        let expected = over(
            shape(&before),
            json!({ "status": "active", "launched_at": instant, "updated_at": instant,
                    "revision": before.revision + 1, "stats": stats(json!({ "prospects": 1, "pending": 1 })) }),
        );
        assert_eq!(shape(&launched), json!({ "campaign": expected, "enrolled": 1, "skipped": [] }));
        assert_eq!(world.me().campaign(before.id).unwrap(), launched.campaign);
        assert_eq!(events, [json!({ "type": "campaign_launched", "campaign_id": before.id })]);
        assert_eq!(statuses(&mut world, before.id), ["pending"]);
    }
}

#[test]
fn only_a_draft_is_launched() {
    for channel in ["email", "linkedin"] {
        for word in &STATUSES[1..] {
            let mut world = World::new();
            let id = world.campaign(channel, word).id;
            let error = world.refused(|me| me.launch(id, None));
            assert_eq!((error.code(), error.status()), ("not_draft", 409), "{word} {channel}");
        }
    }
}

#[test]
fn a_draft_that_is_not_ready_is_refused_with_the_errors_of_its_validation() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    world.add(id, json!([{ "email": "bo@example.com" }]));
    write(&mut world, id, json!([{ "type": "email", "body": "%company% %nam%" }]));
    let expected = validate(&mut world, id)["errors"].clone();
    assert_eq!(expected.as_array().unwrap().len(), 4);
    let error = world.refused(|me| me.launch(id, None));
    let message = "the campaign cannot be launched: sequence_nodes[0].subject must not be empty; 3 more errors";
    assert_eq!(
        shape(&error),
        json!({ "kind": "invalid", "code": "not_ready", "status": 400, "issues": expected, "message": message })
    );
}

#[test]
fn a_campaign_without_prospects_is_completed_at_once() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let before = world.campaign(channel, "draft");
        let prospect = world.me().list_prospects(before.id, json!({})).unwrap().prospects[0].id;
        world.me().remove_prospect(prospect).unwrap();
        world.clock.advance_ms(1_000);
        let (launched, events) = world.recorded(|me| me.launch(before.id, None));
        let instant = "2026-04-22T10:00:01Z";
        let expected = over(
            shape(&before),
            json!({ "status": "completed", "launched_at": instant, "completed_at": instant, "updated_at": instant,
                    "revision": before.revision + 1, "stats": stats(json!({})) }),
        );
        assert_eq!(shape(&launched), json!({ "campaign": expected, "enrolled": 0, "skipped": [] }));
        assert_eq!(world.me().campaign(before.id).unwrap(), launched.campaign);
        assert_eq!(
            events,
            [
                json!({ "type": "campaign_launched", "campaign_id": before.id }),
                json!({ "type": "campaign_completed", "campaign_id": before.id }),
            ]
        );
        let error = world.refused(|me| me.add_prospects(before.id, json!({ "prospects": [{ "email": "x@y.z" }] })));
        assert_eq!(error.code(), "campaign_completed");
    }
}

#[test]
fn a_launch_depends_on_the_revision_that_the_caller_saw() {
    let mut world = World::new();
    let id = world.campaign("email", "draft").id;
    let revision = world.me().campaign(id).unwrap().revision;
    for stale in [json!({ "expected_revision": revision - 1 }), json!({ "expected_revision": revision + 1 })] {
        let error = world.refused(|me| me.launch(id, stale));
        assert_eq!((error.code(), error.status()), ("revision_changed", 409));
        assert_eq!(shape(&error)["revision"], revision);
    }
    assert_eq!(world.refused(|me| me.launch(id, Some(revision + 1))).code(), "revision_changed");
    for (request, expected) in [
        (json!({ "expected_revision": "1" }), ("expected_revision", "wrong_type")),
        (json!({ "expected_revision": 1.5 }), ("expected_revision", "not_integer")),
        (json!({ "revision": 1 }), ("revision", "unknown_field")),
        (json!([]), ("", "wrong_type")),
    ] {
        assert_eq!(problems(&world.refused(|me| me.launch(id, request))), world::issues(&[expected]));
    }
    // A stale revision is reported before any other reason.
    write(&mut world, id, json!([]));
    let now = json!({ "expected_revision": revision + 1 });
    assert_eq!(world.refused(|me| me.launch(id, Some(revision))).code(), "revision_changed");
    assert_eq!(world.refused(|me| me.launch(id, now)).code(), "not_ready");
    write(&mut world, id, json!([{ "type": "email", "subject": "S", "body": "B" }]));
    let launched = world.me().launch(id, json!({ "expected_revision": revision + 2 })).unwrap().campaign.revision;
    assert_eq!(launched, revision + 3);
    assert_eq!(world.refused(|me| me.launch(id, Some(revision))).code(), "revision_changed");
    assert_eq!(world.refused(|me| me.launch(id, Some(launched))).code(), "not_draft");
}

#[test]
fn what_is_not_the_users_is_not_found() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    for word in STATUSES {
        let id = world.campaign("email", word).id;
        let before = world.store.dump().unwrap();
        let mut they = world.store.session(other).unwrap();
        let codes = [
            they.validate(id).unwrap_err().code(),
            they.launch(id, None).unwrap_err().code(),
            they.pause(id).unwrap_err().code(),
            they.resume(id).unwrap_err().code(),
        ];
        assert_eq!(codes, ["campaign_not_found"; 4]);
        assert_eq!(world.store.dump().unwrap(), before);
    }
    for (id, code) in
        [(json!(UNKNOWN), "campaign_not_found"), (json!("x"), "invalid_input"), (json!(null), "invalid_input")]
    {
        for error in [
            world.refused(|me| me.validate(id.clone())),
            world.refused(|me| me.launch(id.clone(), None)),
            world.refused(|me| me.pause(id.clone())),
            world.refused(|me| me.resume(id.clone())),
        ] {
            assert_eq!(error.code(), code);
        }
    }
}

#[test]
fn a_launched_campaign_holds_its_senders_until_it_is_completed() {
    let mut world = World::new();
    let mail = world.email;
    let id = world.campaign("email", "active").id;
    assert_eq!(world.refused(|me| me.remove_account(mail)).code(), "account_in_use");
    assert_eq!(world.refused(|me| me.delete_campaign(id)).code(), "campaign_active");
    world.me().pause(id).unwrap();
    assert_eq!(world.refused(|me| me.remove_account(mail)).code(), "account_in_use");
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    world.me().delete_campaign(id).unwrap();
    assert_eq!(world.refused(|me| me.prospect(prospect)).code(), "prospect_not_found", "everything in it is deleted");
    world.campaign("email", "completed");
    world.me().remove_account(mail).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

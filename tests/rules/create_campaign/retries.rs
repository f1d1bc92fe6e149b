//! A repeated id: the same campaign for the same request, a conflict for another.

use super::*;
use campaignkit::{CampaignId, OpenOptions, SimulatedHost};
use siphasher::sip128::SipHasher13;

#[test]
fn the_same_id_with_the_same_input_answers_the_campaign_as_it_is_and_writes_nothing() {
    let mut world = World::new();
    let request = world.email_request(json!({ "id": V7, "daily_limit": 900 }));
    let first = world.create(request.clone()).unwrap();
    assert_eq!(first.campaign.id.to_string(), V7);
    let before = world.store.dump().unwrap();
    world.clock.advance_ms(1_000);
    // The same input in another form: the default written out, the sender twice, the name with white space.
    let again = world.email_request(json!({
        "id": V7.to_uppercase(), "daily_limit": 9e2, "stop_on_reply": true, "name": " Q2 Enterprise Outreach ",
        "sender_account_ids": [world.email, world.email],
    }));
    for retry in [request, again] {
        assert_eq!(world.create(retry).unwrap().campaign, first.campaign);
    }
    assert_eq!(world.store.dump().unwrap(), before);
    // The notices are those of the retry's own form.
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
    // With another bound, these would be two different campaigns.
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
    // The old form: a hash of the campaign that the request makes, without a version.
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
    // A newer version's fingerprint cannot be compared.
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
    let ben = world.me().add_account(AddAccount::email("ben@example.com").unpaced()).unwrap().id;
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
    // The campaign has taken its own name, which must not make the retry a conflict.
    assert_eq!(world.create(request).unwrap(), first);
    let id: CampaignId = V7.parse().unwrap();
    world.me().delete_campaign(id).unwrap();
    world.create(world.email_request(json!({ "id": V7, "name": "Later" }))).unwrap();
}

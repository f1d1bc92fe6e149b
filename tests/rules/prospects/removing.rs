//! Removing people, and the effect on their campaign.

use super::*;

#[test]
fn a_removed_prospect_is_gone_and_can_come_back_as_another() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let ids = ["a@example.com", "b@example.com", "c@example.com"]
        .map(|email| add_one(&mut world, campaign, json!({ "email": email })));
    world.me().remove_prospect(ids[1]).unwrap();
    let left: Vec<_> = prospects(&mut world, campaign).iter().map(|prospect| prospect["email"].clone()).collect();
    assert_eq!(left, ["a@example.com", "c@example.com"]);
    for error in [
        world.refused(|me| me.prospect(ids[1])),
        world.refused(|me| me.remove_prospect(ids[1])),
        world.refused(|me| me.update_prospect(ids[1], json!({ "company": "C" }))),
    ] {
        assert_eq!((error.code(), error.status()), ("prospect_not_found", 404));
    }
    assert!(add_one(&mut world, campaign, json!({ "email": "b@example.com" })) > ids[2], "it is the last one now");
    assert_eq!(status_of(&mut world, campaign), "draft");
}

#[test]
fn an_active_campaign_without_anyone_left_to_contact_is_completed() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com", "b@example.com"]));
    let ids: Vec<_> = prospects(&mut world, campaign).iter().map(|prospect| prospect["id"].clone()).collect();
    world.me().remove_prospect(ids[0].clone()).unwrap();
    assert_eq!(status_of(&mut world, campaign), "active");
    world.clock.advance_ms(1_000);
    let ((), changes) = world.recorded(|me| me.remove_prospect(ids[1].clone()));
    let removed = json!({ "type": "prospect_removed", "prospect_id": ids[1], "campaign_id": campaign });
    assert_eq!(changes, [removed, json!({ "type": "campaign_completed", "campaign_id": campaign })]);
    let completed = shape(&world.me().campaign(campaign).unwrap());
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["completed_at"], "2026-04-22T10:00:01Z");
    let error = world.refused(|me| me.add_prospects(campaign, json!({ "prospects": [{ "email": "a@example.com" }] })));
    assert_eq!(error.code(), "campaign_completed");
}

#[test]
fn those_who_are_skipped_do_not_keep_a_campaign_active() {
    let mut world = World::new();
    launched_with_note(&mut world, "Hi", json!([{ "linkedin_url": "linkedin.com/in/held" }]));
    let campaign = world.linkedin_campaign("B");
    let open = ["a", "b"]
        .map(|who| add_one(&mut world, campaign, json!({ "linkedin_url": format!("linkedin.com/in/{who}") })));
    let held = add_one(&mut world, campaign, json!({ "linkedin_url": "linkedin.com/in/held" }));
    world.me().launch(campaign, None).unwrap();
    world.me().remove_prospect(open[0]).unwrap();
    assert_eq!(status_of(&mut world, campaign), "active");
    world.me().remove_prospect(open[1]).unwrap();
    assert_eq!(status_of(&mut world, campaign), "completed");
    assert_eq!(world.me().prospect(held).unwrap().status, ProspectStatus::Skipped);
    world.me().remove_prospect(held).unwrap();
}

#[test]
fn a_paused_campaign_without_anyone_left_stays_paused_until_it_is_resumed() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com"]));
    world.me().pause(campaign).unwrap();
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    world.me().remove_prospect(id).unwrap();
    assert_eq!(status_of(&mut world, campaign), "paused");
    let resumed = world.me().resume(campaign).unwrap();
    assert_eq!((resumed.changed, resumed.campaign.status().word()), (true, "completed"));
}

#[test]
fn prospects_go_with_their_campaign() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, json!({ "email": "a@example.com" }));
    world.me().delete_campaign(campaign).unwrap();
    assert_eq!(world.refused(|me| me.prospect(id)).code(), "prospect_not_found");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn every_change_of_prospects_leaves_one_event() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let people = || json!({ "prospects": emails(&["a@example.com", "b@example.com", "A@example.com"]) });
    let (report, changes) = world.recorded(|me| me.add_prospects(campaign, people()));
    assert_eq!(changes, [json!({ "type": "prospects_added", "campaign_id": campaign })]);
    let (_, changes) = world.recorded(|me| me.add_prospects(campaign, people()));
    assert_eq!(changes, Vec::<Value>::new(), "nobody is new");
    let ImportResult::Imported(id) = report.outcome(1).unwrap().result else { panic!("{report:?}") };
    let (_, changes) = world.recorded(|me| me.update_prospect(id, json!({ "company": "C" })));
    assert_eq!(changes, [json!({ "type": "prospect_updated", "prospect_id": id, "campaign_id": campaign })]);
    let (_, changes) = world.recorded(|me| me.update_prospect(id, json!({ "company": "C" })));
    assert_eq!(changes, Vec::<Value>::new(), "nothing is new");
    let ((), changes) = world.recorded(|me| me.remove_prospect(id));
    assert_eq!(changes, [json!({ "type": "prospect_removed", "prospect_id": id, "campaign_id": campaign })]);
}

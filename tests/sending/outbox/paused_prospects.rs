//! Pausing and resuming single prospects (`docs/rules.md#holds`).

use super::*;

/// An active email campaign with these addresses, and the ids of their prospects.
fn campaign(world: &mut World, name: &str, addresses: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let request = world.email_request(json!({ "name": name, "signature": "" }));
    let id = world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "S", "body": "B" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    (id, world.add(id, addresses.iter().map(|address| json!({ "email": address })).collect()))
}

/// To whom a claim of everything writes.
fn claimed(world: &mut World) -> Vec<ProspectId> {
    world.me().claim_due(json!({ "max": 100 })).unwrap().tasks.iter().map(|task| task.prospect.id).collect()
}

#[test]
fn nothing_is_sent_to_a_prospect_that_is_paused_in_its_campaign_until_it_is_resumed() {
    let mut world = World::new();
    let (a, in_a) = campaign(&mut world, "A", &["bo@example.com", "cy@example.com"]);
    let (b, in_b) = campaign(&mut world, "B", &["bo@example.com"]);
    // Before the launch and after it.
    assert!(world.me().pause_prospect(in_a[0]).unwrap().changed);
    world.me().launch(a, None).unwrap();
    world.me().launch(b, None).unwrap();
    assert!(world.me().pause_prospect(in_a[1]).unwrap().changed);
    let before = world.store.dump().unwrap();
    assert!(!world.me().pause_prospect(in_a[1]).unwrap().changed);
    assert!(!world.me().resume_prospect(in_b[0]).unwrap().changed);
    assert_eq!(world.store.dump().unwrap(), before, "both are so already");
    assert_eq!(claimed(&mut world), in_b);
    world.clock.advance_ms(DAY);
    assert!(claimed(&mut world).iter().all(|id| !in_a.contains(id)));
    assert_eq!(world.me().campaign(a).unwrap().status().word(), "active");

    assert!(world.me().resume_prospect(in_a[0]).unwrap().changed);
    assert!(claimed(&mut world).contains(&in_a[0]));
    let release = json!({ "prospect_id": in_a[1] });
    world.me().release(release).unwrap();
    assert!(!world.me().resume_prospect(in_a[1]).unwrap().changed, "the release ended it");
    assert!(claimed(&mut world).contains(&in_a[1]));
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_resumed_prospect_whose_person_is_held_stays_held() {
    let mut world = World::new();
    let (a, in_a) = campaign(&mut world, "A", &["bo@example.com"]);
    world.me().launch(a, None).unwrap();
    world.me().pause_prospect(in_a[0]).unwrap();
    world.me().hold(json!({ "email": "bo@example.com" }), json!({ "until": "2026-05-22T00:00:00Z" })).unwrap();
    assert!(world.me().resume_prospect(in_a[0]).unwrap().changed);
    assert_eq!(claimed(&mut world), []);
    world.clock.advance_ms(31 * DAY);
    assert_eq!(claimed(&mut world), in_a);
    let unknown = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    assert_eq!(world.refused(|me| me.pause_prospect(unknown)).code(), "prospect_not_found");
    assert_eq!(world.refused(|me| me.resume_prospect(unknown)).code(), "prospect_not_found");
}

#[test]
fn only_the_one_who_is_paused_waits_where_two_on_linkedin_have_one_address() {
    let mut world = World::new();
    let campaign = world.create(world.linkedin_request(json!({ "operating_hours": always() }))).unwrap().campaign.id;
    let person = |slug: &str| json!({ "linkedin_url": format!("linkedin.com/in/{slug}"), "email": "both@example.com" });
    let ids = world.add(campaign, json!([person("bo"), person("cy")]));
    world.me().launch(campaign, None).unwrap();
    assert!(world.me().pause_prospect(ids[0]).unwrap().changed);
    assert_eq!(claimed(&mut world), [ids[1]]);
}

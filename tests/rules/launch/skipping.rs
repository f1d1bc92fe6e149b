//! Who is skipped: suppressed people, and those whom another active campaign holds.

use super::*;
use crate::world::always;

#[test]
fn a_launch_skips_whom_the_user_suppressed() {
    let mut world = World::new();
    let (id, people) =
        email_draft(&mut world, &["a@one.com", "b@one.com", "c@two.com", "d@sub.two.com", "e@three.com"]);
    suppress(&mut world, "email_address", "B@one.com");
    suppress(&mut world, "email_domain", "two.com");
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/e");
    let (other, ..) = add_user(&mut world.store);
    let theirs = json!({ "suppressions": [{ "type": "email_address", "value": "a@one.com" }] });
    world.store.session(other).unwrap().add_suppressions(theirs).unwrap();
    let launched = world.me().launch(id, None).unwrap();
    assert_eq!((launched.enrolled, status(&mut world, id)), (3, "active"));
    assert_eq!(skipped(&launched), json!([suppressed(people[1]), suppressed(people[2])]));
    assert_eq!(statuses(&mut world, id), ["pending", "skipped", "skipped", "pending", "pending"]);

    lift_suppressions(&mut world);
    let (id, people) = linkedin_draft(&mut world, "Ours", &["d", "e", "f"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/e");
    suppress(&mut world, "email_domain", "linkedin.com");
    suppress(&mut world, "linkedin_profile", "https://www.LinkedIn.com/in/F/?x");
    let launched = world.me().launch(id, None).unwrap();
    assert_eq!(skipped(&launched), json!([suppressed(people[1]), suppressed(people[2])]));
    assert_eq!(statuses(&mut world, id), ["pending", "skipped", "skipped"]);
}

#[test]
fn where_all_are_skipped_the_campaign_is_completed_at_once() {
    let mut world = World::new();
    let (id, people) = email_draft(&mut world, &["a@one.com", "b@one.com"]);
    suppress(&mut world, "email_domain", "one.com");
    let (launched, events) = world.recorded(|me| me.launch(id, None));
    assert_eq!((launched.enrolled, status(&mut world, id)), (0, "completed"));
    assert_eq!(skipped(&launched), json!([suppressed(people[0]), suppressed(people[1])]));
    let words: Vec<_> = events.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(words, ["campaign_launched", "campaign_completed"]);

    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    world.me().launch(first, None).unwrap();
    let (second, people) = linkedin_draft(&mut world, "Second", &["b", "a"]);
    let launched = world.me().launch(second, None).unwrap();
    assert_eq!((launched.enrolled, status(&mut world, second)), (0, "completed"));
    assert_eq!(skipped(&launched), json!([held(people[0], first), held(people[1], first)]));
}

#[test]
fn a_launch_skips_whom_another_active_campaign_holds_and_names_it() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    let (second, _) = linkedin_draft(&mut world, "Second", &["c"]);
    for id in [first, second] {
        world.me().launch(id, None).unwrap();
    }
    let (third, people) = linkedin_draft(&mut world, "Third", &["c", "d", "B/?trk=1", "e", "A"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/c");
    let launched = world.me().launch(third, None).unwrap();
    assert_eq!(launched.enrolled, 2);
    let expected = json!([suppressed(people[0]), held(people[2], first), held(people[4], first)]);
    assert_eq!(skipped(&launched), expected, "in the order in which they were added; suppressed before held");
    assert_eq!(statuses(&mut world, third), ["skipped", "pending", "skipped", "pending", "skipped"]);
    assert_eq!(statuses(&mut world, first), ["pending", "pending"], "the holder keeps them");
    let page = world.me().list_prospects(third, json!({ "status": "skipped" })).unwrap();
    assert_eq!(page.prospects.len(), 3);
}

#[test]
fn who_is_skipped_is_changed_at_the_instant_of_the_launch() {
    let mut world = World::new();
    let (id, people) = email_draft(&mut world, &["a@one.com", "b@two.com"]);
    suppress(&mut world, "email_domain", "one.com");
    world.clock.advance_ms(1_000);
    world.me().launch(id, None).unwrap();
    let updated: Vec<_> =
        people.iter().map(|prospect| shape(&world.me().prospect(*prospect).unwrap())["updated_at"].clone()).collect();
    assert_eq!(updated, ["2026-04-22T10:00:01Z", "2026-04-22T10:00:00Z"]);
}

#[test]
fn a_campaign_that_allows_overlap_takes_everyone() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    world.me().launch(first, None).unwrap();
    let (second, _) = linkedin_draft(&mut world, "Second", &["a"]);
    world.me().update_campaign(second, json!({ "skip_other_campaigns": false })).unwrap();
    assert_eq!(skipped(&world.me().launch(second, None).unwrap()), json!([]));
    world.me().pause(second).unwrap();
    assert_eq!(skipped(&world.me().resume(second).unwrap()), json!([]));
    world.add(second, json!([{ "linkedin_url": "linkedin.com/in/b" }]));
    assert_eq!(statuses(&mut world, second), ["pending", "pending"]);

    // If two campaigns hold someone, one of them is reported, once.
    let (third, people) = linkedin_draft(&mut world, "Third", &["a"]);
    let launched = world.me().launch(third, None).unwrap();
    assert_eq!(launched.skipped.len(), 1);
    assert_eq!(launched.skipped[0].prospect_id, people[0]);
    assert!([Some(first), Some(second)].contains(&launched.skipped[0].campaign_id));
}

#[test]
fn only_an_active_linkedin_campaign_of_the_user_holds_someone() {
    let mut world = World::new();
    let everyone = ["a", "b", "c"];
    let (draft, _) = linkedin_draft(&mut world, "Draft", &everyone);
    let (paused, _) = linkedin_draft(&mut world, "Paused", &everyone);
    world.me().launch(paused, None).unwrap();
    world.me().pause(paused).unwrap();
    let (completed, people) = linkedin_draft(&mut world, "Completed", &everyone);
    for person in everyone {
        suppress(&mut world, "linkedin_profile", &format!("linkedin.com/in/{person}"));
    }
    world.me().launch(completed, None).unwrap();
    assert_eq!((status(&mut world, completed), people.len()), ("completed", 3));
    lift_suppressions(&mut world);
    // An email campaign with prospects of the same profiles.
    let (mail, people) = email_draft(&mut world, &["a@example.com"]);
    world.me().update_prospect(people[0], json!({ "linkedin_url": "linkedin.com/in/a" })).unwrap();
    world.me().launch(mail, None).unwrap();
    // Another user's campaign.
    let (other, _, theirs) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "linkedin", "name": "Theirs", "sender_account_ids": [theirs] });
    let foreign = they.create_campaign(request).unwrap().campaign.id;
    they.add_prospects(foreign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/a" }] })).unwrap();
    they.launch(foreign, None).unwrap();
    // One that skipped them itself.
    let (skipping, _) = linkedin_draft(&mut world, "Skipping", &["z", "b"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/b");
    world.me().launch(skipping, None).unwrap();
    assert_eq!(statuses(&mut world, skipping), ["pending", "skipped"]);
    lift_suppressions(&mut world);

    let launched = world.me().launch(draft, None).unwrap();
    assert_eq!((launched.enrolled, skipped(&launched)), (3, json!([])));
}

#[test]
fn overlap_and_suppression_are_decided_again_when_a_campaign_is_resumed() {
    let mut world = World::new();
    let (first, people) = linkedin_draft(&mut world, "First", &["a", "b", "c"]);
    world.me().launch(first, None).unwrap();
    world.me().pause(first).unwrap();
    let (second, _) = linkedin_draft(&mut world, "Second", &["b", "d"]);
    assert_eq!(world.me().launch(second, None).unwrap().enrolled, 2, "a paused campaign has nobody");
    let hours = json!({ "operating_hours": always() });
    world.me().update_campaign(second, hours).unwrap();
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 2);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/c");
    assert_eq!(statuses(&mut world, first), ["pending", "pending", "skipped"], "they are ended at once");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!(skipped(&resumed), json!([held(people[1], second)]));
    assert_eq!(statuses(&mut world, first), ["pending", "skipped", "skipped"]);
    world.me().pause(first).unwrap();
    assert_eq!(skipped(&world.me().resume(first).unwrap()), json!([]), "people skipped before are not reported again");

    world.me().pause(first).unwrap();
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/a");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!((skipped(&resumed), status(&mut world, first)), (json!([]), "completed"));
}

#[test]
fn someone_added_to_an_active_campaign_while_another_holds_them_is_skipped() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b", "c"]);
    let (second, _) = linkedin_draft(&mut world, "Second", &["x"]);
    for id in [first, second] {
        world.me().launch(id, None).unwrap();
    }
    let report = shape(
        &world
            .me()
            .add_prospects(second, json!({ "prospects": [{ "linkedin_url": "LinkedIn.com/in/A/" }, { "linkedin_url": "linkedin.com/in/y" }] }))
            .unwrap(),
    );
    assert_eq!((&report["imported"], &report["outcomes"][0]["outcome"]), (&json!(2), &json!("imported")));
    let list = world.me().create_list(json!({ "name": "List" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [{ "linkedin_url": "linkedin.com/in/b" }] })).unwrap();
    assert_eq!(world.me().import_list(second, list).unwrap().imported, 1);
    assert_eq!(statuses(&mut world, second), ["pending", "skipped", "pending", "skipped"]);
    world.me().pause(first).unwrap();
    world.add(second, json!([{ "linkedin_url": "linkedin.com/in/c" }]));
    assert_eq!(statuses(&mut world, second)[4], "pending", "nobody belongs to a paused campaign");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!(resumed.skipped.len(), 0, "nobody has them, and it was launched first");
    assert_eq!(statuses(&mut world, first), ["pending", "pending", "pending"]);
}

#[test]
fn someone_added_whom_no_other_active_campaign_of_the_user_holds_is_contacted() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/a");
    world.me().launch(first, None).unwrap();
    lift_suppressions(&mut world);
    assert_eq!(statuses(&mut world, first), ["skipped", "pending"]);
    let (other, _, theirs) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "linkedin", "name": "Theirs", "sender_account_ids": [theirs] });
    let foreign = they.create_campaign(request).unwrap().campaign.id;
    they.add_prospects(foreign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/c" }] })).unwrap();
    they.launch(foreign, None).unwrap();
    linkedin_draft(&mut world, "Draft", &["d"]);

    let (second, _) = linkedin_draft(&mut world, "Second", &["x"]);
    world.me().launch(second, None).unwrap();
    let people = ["a", "b", "c", "d"].map(|person| json!({ "linkedin_url": format!("linkedin.com/in/{person}") }));
    world.add(second, json!(people));
    assert_eq!(statuses(&mut world, second), ["pending", "pending", "skipped", "pending", "pending"]);
}

#[test]
fn whoever_is_in_another_active_email_campaign_is_told_before_the_launch() {
    let mut world = World::new();
    let names = ["a@x.com", "b@x.com", "c@x.com", "d@x.com", "e@x.com", "f@x.com", "g@x.com", "h@x.com"];
    let draft = |world: &mut World, name: &str, addresses: &[&str]| {
        let (id, people) = email_draft(world, addresses);
        world.me().update_campaign(id, json!({ "name": name })).unwrap();
        (id, people)
    };
    let (other, others) = draft(&mut world, "Other", &names[..7]);
    let (second, _) = draft(&mut world, "Second", &["A@x.com", "z@x.com"]);
    let (id, people) = draft(&mut world, "Third", &names);
    let warnings = |world: &mut World| {
        let told = shape(&world.me().validate(id).unwrap())["warnings"].as_array().unwrap().clone();
        told.into_iter().filter(|warning| warning["code"] == "in_other_campaigns").collect::<Vec<_>>()
    };
    assert_eq!(warnings(&mut world), [] as [Value; 0], "drafts write to nobody");
    suppress(&mut world, "email_address", "g@x.com");
    for launched in [other, second] {
        world.me().launch(launched, None).unwrap();
    }
    let [warning] = warnings(&mut world).try_into().unwrap();
    assert_eq!((&warning["path"], &warning["prospects"]), (&json!("prospects"), &json!(6)));
    assert_eq!(warning["prospect_ids"], json!(people[..5]));
    let replied = json!({ "id": "1", "type": "replied", "prospect_id": others[0] });
    world.me().record_event(replied).unwrap();
    assert_eq!(warnings(&mut world)[0]["prospects"], 6, "a reply in one stops no other");
    world.me().pause(other).unwrap();
    let [warning] = warnings(&mut world).try_into().unwrap();
    assert_eq!((&warning["prospects"], &warning["prospect_ids"]), (&json!(1), &json!(people[..1])));
    world.me().resume(other).unwrap();
    assert!(world.me().validate(id).unwrap().ready);
    assert_eq!(world.me().launch(id, None).unwrap().enrolled, 7);
    assert_eq!(warnings(&mut world), [] as [Value; 0], "it was launched");

    let (active, _) = linkedin_draft(&mut world, "L", &["a"]);
    world.me().launch(active, None).unwrap();
    let (id, _) = linkedin_draft(&mut world, "M", &["a", "b"]);
    assert_eq!(shape(&world.me().validate(id).unwrap())["warnings"], json!([]), "on LinkedIn they are skipped");
}

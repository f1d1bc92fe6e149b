//! Campaigns that stay open, and those that are reopened.

use super::*;

fn one() -> Value {
    json!([mail("One")])
}

/// Launches a campaign that stays open.
fn open(world: &mut World, people: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let request = world.email_request(json!({ "signature": "", "name": "Open", "stay_open": true }));
    let id = world.create(request).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": one() })).unwrap();
    let people: Vec<Value> = people.iter().map(|name| json!({ "email": format!("{name}@example.com") })).collect();
    let prospects = if people.is_empty() { Vec::new() } else { world.add(id, json!(people)) };
    world.me().launch(id, None).unwrap();
    (id, prospects)
}

#[test]
fn a_campaign_that_stays_open_is_launched_without_people_and_waits_for_them() {
    let mut world = World::new();
    let (id, _) = open(&mut world, &[]);
    assert_eq!(campaign_status(&mut world, id), "active");
    assert_eq!(claim(&mut world), []);
    world.me().pause(id).unwrap();
    world.me().resume(id).unwrap();
    assert_eq!(campaign_status(&mut world, id), "active", "nobody is left to contact, and it waits");
    sound(&mut world);
    for name in ["bo", "cy"] {
        world.clock.advance_ms(DAY);
        world.add(id, json!([{ "email": format!("{name}@example.com") }]));
        assert_eq!(send(&mut world).len(), 1);
        assert_eq!(campaign_status(&mut world, id), "active", "after the last one");
        sound(&mut world);
    }
    let di = world.add(id, json!([{ "email": "di@example.com" }]))[0];
    world.me().remove_prospect(di).unwrap();
    assert_eq!(campaign_status(&mut world, id), "active", "after the last one is removed");
}

#[test]
fn whoever_takes_stay_open_away_completes_it_where_nobody_is_left() {
    let mut world = World::new();
    let (id, _) = open(&mut world, &["bo"]);
    let (updated, recorded) = world.recorded(|me| me.update_campaign(id, json!({ "stay_open": false })));
    assert_eq!(updated.campaign.status().word(), "active", "someone is left");
    assert_eq!(recorded, [json!({ "type": "campaign_updated", "campaign_id": id })]);
    world.me().update_campaign(id, json!({ "stay_open": true })).unwrap();
    send(&mut world);
    let before = world.me().campaign(id).unwrap().revision;
    let (updated, recorded) = world.recorded(|me| me.update_campaign(id, json!({ "stay_open": false })));
    assert_eq!(shape(&updated.campaign)["completed_at"], "2026-04-22T10:00:00Z");
    assert_eq!(updated.campaign.revision, before + 1, "it is one change");
    assert_eq!(recorded, [json!({ "type": "campaign_updated", "campaign_id": id }), completed(id)]);
    sound(&mut world);

    let (paused, _) = email(&mut world, json!({ "stay_open": true }), one(), &["eve"]);
    world.me().pause(paused).unwrap();
    world.me().update_campaign(paused, json!({ "stay_open": false })).unwrap();
    assert_eq!(campaign_status(&mut world, paused), "paused", "it is completed when it is resumed");
    send(&mut world);
    sound(&mut world);
}

#[test]
fn a_launch_that_waits_for_people_warns_of_nothing() {
    let mut world = World::new();
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": one() })).unwrap();
    let warned = |world: &mut World| {
        let validation = shape(&world.me().validate(id).unwrap());
        let warnings = validation["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].clone());
        warnings.filter(|code| code != "no_opt_out").collect::<Vec<_>>()
    };
    assert_eq!(warned(&mut world), ["no_prospects"]);
    world.me().update_campaign(id, json!({ "stay_open": true })).unwrap();
    assert_eq!(warned(&mut world), json!([]).as_array().unwrap()[..]);
}

#[test]
fn when_a_follow_up_is_late_and_whether_it_stays_open_can_be_changed_in_any_status() {
    for status in ["draft", "active", "paused", "completed"] {
        let mut world = World::new();
        let id = world.campaign("email", status).id;
        let before = shape(&world.me().campaign(id).unwrap());
        assert_eq!((&before["stay_open"], &before["late_after_minutes"]), (&json!(false), &json!(4_320)));
        let changed = json!({ "stay_open": true, "late_after_minutes": 10_080 });
        let updated = shape(&world.me().update_campaign(id, changed.clone()).unwrap().campaign);
        assert_eq!((&updated["stay_open"], &updated["late_after_minutes"]), (&json!(true), &json!(10_080)), "{status}");
        assert_eq!(updated["status"], status);
        let (again, recorded) = world.recorded(|me| me.update_campaign(id, changed));
        assert_eq!((shape(&again.campaign), recorded), (updated, Vec::<Value>::new()), "{status}");
        let nulls = json!({ "stay_open": null, "late_after_minutes": null });
        assert_eq!(world.recorded(|me| me.update_campaign(id, nulls)).1, Vec::<Value>::new(), "{status}");
        for minutes in [json!(0), json!(10_081), json!(-1), json!(1e15)] {
            let error = world.refused(|me| me.update_campaign(id, json!({ "late_after_minutes": minutes })));
            assert_eq!(problems(&error), issues(&[("late_after_minutes", "out_of_range")]));
        }
        let error = world.refused(|me| me.update_campaign(id, json!({ "late_after_minutes": "1", "stay_open": 1 })));
        assert_eq!(problems(&error), issues(&[("stay_open", "wrong_type"), ("late_after_minutes", "wrong_type")]));
        sound(&mut world);
    }
}

#[test]
fn a_retry_of_creating_is_told_apart_by_what_it_says_of_staying_open() {
    let mut world = World::new();
    let id = "018f4d2e-7c3a-7b1e-8a2b-0123456789ac";
    let request = world.email_request(json!({ "id": id, "stay_open": false, "late_after_minutes": 4_320 }));
    world.create(request.clone()).unwrap();
    world.create(world.email_request(json!({ "id": id }))).unwrap();
    for other in [json!({ "stay_open": true }), json!({ "late_after_minutes": 4_321 })] {
        let request = over(request.clone(), other);
        assert_eq!(world.refused(|me| me.create_campaign(request)).code(), "id_reused");
    }
}

fn add(world: &mut World, id: CampaignId, name: &str, reopen: bool) -> Result<Value, campaignkit::Error> {
    let people = json!([{ "email": format!("{name}@example.com"), "linkedin_url": format!("linkedin.com/in/{name}") }]);
    world.me().add_prospects(id, json!({ "prospects": people, "reopen": reopen })).map(|report| shape(&report))
}

#[test]
fn a_completed_campaign_takes_people_if_it_is_told_to_reopen() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), one(), &["bo"]);
    send(&mut world);
    assert_eq!(campaign_status(&mut world, id), "completed");
    let people = json!({ "prospects": [{ "email": "cy@example.com" }] });
    for request in [people.clone(), over(people.clone(), json!({ "reopen": false }))] {
        assert_eq!(world.refused(|me| me.add_prospects(id, request)).code(), "campaign_completed");
    }
    world.clock.advance_ms(DAY);
    let (report, recorded) = world.recorded(|me| me.add_prospects(id, over(people, json!({ "reopen": true }))));
    assert_eq!(report.imported, 1);
    let reopened = json!({ "type": "campaign_reopened", "campaign_id": id });
    assert_eq!(recorded, [json!({ "type": "prospects_added", "campaign_id": id }), reopened]);
    let campaign = shape(&world.me().campaign(id).unwrap());
    assert_eq!((&campaign["status"], &campaign["completed_at"]), (&json!("active"), &Value::Null));
    assert_eq!(campaign["launched_at"], "2026-04-22T10:00:00Z", "it was launched once");
    assert_eq!(campaign["stats"], stats(json!({ "prospects": 2, "completed": 1, "pending": 1, "messages_sent": 1 })));
    assert_eq!(send(&mut world)[0].prospect.person.get(campaignkit::Field::Email).unwrap(), "cy@example.com");
    assert_eq!(shape(&world.me().campaign(id).unwrap())["completed_at"], "2026-04-23T10:00:00Z");
    sound(&mut world);
}

#[test]
fn lists_and_files_reopen_likewise() {
    for by in ["list", "file"] {
        let mut world = World::new();
        let (id, _) = email(&mut world, json!({}), one(), &["bo"]);
        send(&mut world);
        if by == "list" {
            let list = world.me().create_list(json!({ "name": "A" })).unwrap().id;
            world.me().add_leads(list, json!({ "leads": [{ "email": "cy@example.com" }] })).unwrap();
            assert_eq!(world.refused(|me| me.import_list(id, list)).code(), "campaign_completed");
            let request = json!({ "list_id": list, "reopen": false });
            assert_eq!(world.refused(|me| me.import_list(id, request)).code(), "campaign_completed");
            world.me().import_list(id, json!({ "list_id": list, "reopen": true })).unwrap();
        } else {
            let bytes = b"email\ncy@example.com\n".to_vec();
            let hash = world.me().preview_csv(&bytes, campaignkit::Reading::default()).unwrap().content_hash;
            let request = json!({ "mapping": ["email"], "content_hash": hash });
            assert_eq!(world.refused(|me| me.import_csv(id, &bytes, request.clone())).code(), "campaign_completed");
            world.me().import_csv(id, &bytes, over(request, json!({ "reopen": true }))).unwrap();
        }
        assert_eq!(campaign_status(&mut world, id), "active", "{by}");
        assert_eq!(claim(&mut world).len(), 1, "{by}");
        sound(&mut world);
    }
}

#[test]
fn a_campaign_is_not_reopened_for_nobody() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), one(), &["bo"]);
    send(&mut world);
    suppress(&mut world, "email_address", "cy@example.com");
    let before = world.store.dump().unwrap();
    assert_eq!(add(&mut world, id, "cy", true).unwrap()["suppressed"], 1);
    assert_eq!(add(&mut world, id, "bo", true).unwrap()["duplicates"], 1);
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn reopening_decides_overlap_as_a_resume_does() {
    let mut world = World::new();
    let nodes = json!([invitation()]);
    let (id, _) = linkedin(&mut world, json!({}), nodes.clone(), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(15 * DAY);
    claim(&mut world);
    assert_eq!(campaign_status(&mut world, id), "completed");
    linkedin(&mut world, json!({}), nodes, &["cy"]);
    claim(&mut world);
    add(&mut world, id, "cy", true).unwrap();
    assert_eq!(campaign_status(&mut world, id), "completed", "another campaign has the only person");
    add(&mut world, id, "di", true).unwrap();
    assert_eq!(campaign_status(&mut world, id), "active");
    sound(&mut world);
}

#[test]
fn a_campaign_that_lost_senders_goes_on_with_the_others() {
    let mut world = World::new();
    let other = add_sender(&mut world, "email", "other", json!({}));
    let senders = json!({ "sender_account_ids": [world.email, other] });
    let (id, _) = email(&mut world, senders, one(), &["bo", "cy"]);
    send(&mut world);
    let first = world.email;
    world.me().remove_account(first).unwrap();
    add(&mut world, id, "di", true).unwrap();
    sound(&mut world);
    assert_eq!(send(&mut world)[0].account.id, other);
    world.me().remove_account(other).unwrap();
    let people = json!({ "prospects": [{ "email": "eve@example.com" }], "reopen": true });
    assert_eq!(world.refused(|me| me.add_prospects(id, people)).code(), "no_ready_sender");
}

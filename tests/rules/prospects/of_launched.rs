//! People of a launched campaign: nobody is added or changed if a message would then lack a value.

use super::*;

#[test]
fn prospects_are_added_to_drafts_active_and_paused_campaigns_and_not_to_completed_ones() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com"]));
    assert_eq!(outcomes(&add(&mut world, campaign, emails(&["b@example.com"]))), ["imported"]);
    world.me().pause(campaign).unwrap();
    assert_eq!(outcomes(&add(&mut world, campaign, emails(&["c@example.com"]))), ["imported"]);
    assert_eq!(status_of(&mut world, campaign), "paused");

    let completed = world.linkedin_campaign("B");
    assert_eq!(world.me().launch(completed, None).unwrap().campaign.status().word(), "completed");
    let person = json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/bo" }] });
    let error = world.refused(|me| me.add_prospects(completed, person));
    assert_eq!((error.code(), error.status()), ("campaign_completed", 409));
}

#[test]
fn no_one_is_added_to_a_launched_campaign_for_whom_its_messages_would_have_a_hole() {
    let mut world = World::new();
    let body = "%first_name% at %company%, %position|you% of %company%: %custom_fields.Deal Size%";
    let full = |n: u8| {
        json!({ "email": format!("{n}@example.com"), "first_name": "F", "company": "C",
                "custom_fields": { "Deal Size": "1" } })
    };
    let campaign = launched(&mut world, "A", body, json!([full(0)]));
    for status in ["active", "paused"] {
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        assert_eq!(status_of(&mut world, campaign), status);
        let mut lacking = [full(1), full(2), full(3), full(4)];
        lacking[1]["company"] = json!(" ");
        lacking[3]["custom_fields"] = json!({ "deal size": "1" }); // keys are compared exactly
        lacking[3]["first_name"] = json!(null);
        let error = world.refused(|me| me.add_prospects(campaign, json!({ "prospects": lacking })));
        assert_eq!(
            problems(&error),
            issues(&[
                ("prospects[1].company", "unresolved_variable"),
                ("prospects[3].first_name", "unresolved_variable"),
                ("prospects[3].custom_fields.Deal Size", "unresolved_variable"),
            ])
        );
        assert_eq!(shape(&error)["issues"][2]["variable"], "custom_fields.Deal Size");
        assert_eq!(outcomes(&add(&mut world, campaign, json!([full(0)]))), ["duplicate"]);
    }
    let draft = world.email_campaign("B");
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body }]);
    world.me().update_campaign(draft, json!({ "sequence_nodes": nodes })).unwrap();
    assert_eq!(outcomes(&add(&mut world, draft, emails(&["a@example.com"]))), ["imported"], "a draft may lack values");
}

#[test]
fn no_one_is_added_to_a_launched_campaign_for_whom_its_note_would_be_too_long() {
    let mut world = World::new();
    let person =
        |n: u8, length: usize| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "company": "é".repeat(length) });
    let campaign = launched_with_note(&mut world, "Hi %company%", json!([person(0, 197)]));
    let found = refused_issues(&mut world, campaign, json!([person(1, 197), person(2, 198)]));
    assert_eq!(found, issues(&[("prospects[1]", "note_too_long")]));
    let id = add_one(&mut world, campaign, person(1, 197));
    let error = world.refused(|me| me.update_prospect(id, json!({ "company": "é".repeat(198) })));
    assert_eq!(problems(&error), issues(&[("", "note_too_long")]));
}

#[test]
fn what_the_messages_of_a_launched_campaign_need_cannot_be_cleared() {
    let mut world = World::new();
    let full = json!({ "email": "bo@example.com", "first_name": "B", "last_name": "S", "custom_fields": { "k": "1" } });
    let campaign = launched(&mut world, "A", "%name% %custom_fields.k% %company|x%", json!([full]));
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    for status in ["active", "paused"] {
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        let update = json!({ "first_name": null, "last_name": null, "custom_fields": { "k": null } });
        let error = world.refused(|me| me.update_prospect(id.clone(), update));
        let expected = issues(&[("name", "unresolved_variable"), ("custom_fields.k", "unresolved_variable")]);
        assert_eq!(problems(&error), expected, "{status}");
    }
    world.me().update_prospect(id.clone(), json!({ "first_name": null, "company": null })).unwrap();
    world.me().update_prospect(id, json!({ "name": "B", "last_name": null, "custom_fields": { "k": "2" } })).unwrap();
}

#[test]
fn who_is_there_already_or_suppressed_needs_nothing_of_a_launched_campaign() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let sender = world.email;
    let mut me = world.me();
    me.update_account(sender, json!({ "first_name": "Ana" })).unwrap();
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "Hello %first_name%" }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let bo = json!({ "prospects": [{ "email": "bo@example.com", "first_name": "Bo" }] });
    me.add_prospects(campaign, bo).unwrap();
    me.launch(campaign, None).unwrap();
    let cy = json!({ "suppressions": [{ "type": "email_address", "value": "cy@example.com" }] });
    me.add_suppressions(cy).unwrap();
    let again = json!({ "prospects": [{ "email": "bo@example.com" }, { "email": "cy@example.com" }] });
    let report = me.add_prospects(campaign, again).unwrap();
    assert_eq!((report.duplicates, report.suppressed), (1, 1));
}

#[test]
fn a_change_of_a_launched_prospect_is_not_held_up_by_what_was_wrong_before() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    let sender = world.linkedin;
    let mut me = world.me();
    me.update_account(sender, json!({ "is_premium": true })).unwrap();
    let nodes = json!([{ "type": "connection_request", "body": "x".repeat(250) }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let report =
        me.add_prospects(campaign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/bo" }] })).unwrap();
    let Some(ImportResult::Imported(id)) = report.outcome(0).map(|outcome| outcome.result) else {
        panic!("{report:?}")
    };
    me.launch(campaign, None).unwrap();
    me.update_account(sender, json!({ "is_premium": false })).unwrap();
    assert_eq!(me.update_prospect(id, json!({ "headline": "New" })).unwrap().id, id);
}

#[test]
fn what_nobody_sees_is_no_value() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let person = json!({ "email": "\u{feff}bo@example.com", "first_name": "\u{200b}", "company": "\u{ad} A\u{2060}" });
    world.me().add_prospects(campaign, json!({ "prospects": [person] })).unwrap();
    let prospect = world.me().list_prospects(campaign, json!({})).unwrap().prospects.swap_remove(0);
    let shape = serde_json::to_value(&prospect).unwrap();
    assert_eq!(
        (&shape["email"], &shape["first_name"], &shape["company"]),
        (&json!("bo@example.com"), &json!(null), &json!("A"))
    );
}

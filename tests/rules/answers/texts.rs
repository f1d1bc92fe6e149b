//! Texts that become too long when values are filled in.

use super::*;
use campaignkit::Outcome;

#[test]
fn a_text_that_is_too_long_for_someone_keeps_a_draft_from_its_launch() {
    let mut world = World::new();
    let id = shouting(&mut world, 7, &names(12_500));
    let validation = shape(&world.me().validate(id).unwrap());
    let found = &validation["errors"][0];
    assert_eq!(validation["errors"].as_array().unwrap().len(), 1);
    assert_eq!(found["code"], "body_too_long");
    assert_eq!(found["path"], "sequence_nodes[0].body");
    assert_eq!((&found["max"], &found["prospects"]), (&json!(200_000), &json!(7)));
    assert_eq!(found["prospect_ids"].as_array().unwrap().len(), 5);
    let error = world.refused(|me| me.launch(id, None));
    assert_eq!((error.code(), error.issues()[0].code()), ("not_ready", "body_too_long"));
    let someone: campaignkit::ProspectId = found["prospect_ids"][0].as_str().unwrap().parse().unwrap();
    let preview = shape(&world.me().preview_messages(someone, json!({})).unwrap())["messages"][0].clone();
    assert_eq!((&preview["body"], &preview["too_long"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_text_may_have_as_many_characters_as_its_limit_with_its_signature() {
    // 799 names of 250 characters, a blank line, `Ana` and filler.
    let fill = 200_000 - 799 * 250 - 2 - 3;
    for (extra, code) in [(0, None), (1, Some("body_too_long"))] {
        let mut world = World::new();
        let id = shouting(&mut world, 1, &format!("{}{}", names(799), "文".repeat(fill + extra)));
        let errors = shape(&world.me().validate(id).unwrap())["errors"].clone();
        assert_eq!(errors[0]["code"].as_str(), code);
        if code.is_none() {
            world.me().launch(id, None).unwrap();
            let (tasks, _) = claim(&mut world, json!({}));
            assert_eq!(tasks[0]["body"].as_str().unwrap().chars().count(), 200_000);
        }
    }
}

#[test]
fn a_subject_may_have_as_many_characters_as_its_limit() {
    for (length, code) in [(1_994, None), (1_995, Some("subject_too_long"))] {
        let mut world = World::new();
        let id = world.email_campaign("Q2");
        let nodes = json!([{ "type": "email", "subject": "For %custom_fields.x%, %name|a%", "body": "B" }]);
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "" })).unwrap();
        let text = "文".repeat(length - 1);
        let people = json!([{ "email": "bo@x.com", "custom_fields": { "x": text } }, { "email": "cy@x.com", "custom_fields": { "x": "y" } }]);
        let people = world.add(id, people);
        let errors = shape(&world.me().validate(id).unwrap())["errors"].clone();
        assert_eq!(errors[0]["code"].as_str(), code);
        let planned = shape(&world.me().plan(id, json!({})).unwrap())["tasks"][0]["subject"].clone();
        if code.is_some() {
            assert_eq!((&errors[0]["max"], &errors[0]["prospects"]), (&json!(2_000), &json!(1)));
            assert_eq!(errors[0]["prospect_ids"], json!([people[0]]));
            assert_eq!(planned, Value::Null);
        } else {
            assert_eq!(planned.as_str().unwrap().chars().count(), 2_000);
        }
    }
}

#[test]
fn a_message_that_became_too_long_waits_and_the_others_go() {
    let mut world = World::new();
    let account = world.email;
    let body = format!("%sender_company|x%{}", names(1)).repeat(800);
    let id = shouting(&mut world, 0, &body);
    let people =
        world.add(id, json!([{ "email": "bo@x.com", "name": "Bo" }, { "email": "cy@x.com", "name": "y".repeat(200) }]));
    world.me().launch(id, None).unwrap();
    world.me().update_account(account, json!({ "company": "c".repeat(100) })).unwrap();
    let (tasks, more) = claim(&mut world, json!({}));
    assert_eq!((tasks.len(), more), (1, false));
    assert_eq!(tasks[0]["prospect_id"], json!(people[0]));
    assert_eq!(shape(&world.me().explain(people[1]).unwrap())["reason"], "message_unresolved");
    world.me().update_account(account, json!({ "company": null })).unwrap();
    assert_eq!(claim(&mut world, json!({})).0[0]["prospect_id"], json!(people[1]));
    let task: campaignkit::TaskId = tasks[0]["id"].as_str().unwrap().parse().unwrap();
    world.me().complete(task, Outcome::Sent).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_text_for_one_prospect_is_no_longer_than_any_other() {
    let mut world = World::new();
    let id = shouting(&mut world, 1, "Hello");
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let node = world.me().campaign(id).unwrap().sequence_nodes[0].id;
    let long = names(900);
    let error = world.refused(|me| me.edit_message(prospect, node, json!({ "subject": "S", "body": long })));
    assert_eq!(problems(&error), issues(&[("body", "body_too_long")]));
    let subject = "%name|x%".repeat(9);
    let error = world.refused(|me| me.edit_message(prospect, node, json!({ "subject": subject, "body": "B" })));
    assert_eq!(problems(&error), issues(&[("subject", "subject_too_long")]));
    let request = shape(&world.me().message_requests(id, json!({})).unwrap())["requests"][0].clone();
    let written =
        json!({ "prospect_id": prospect, "node_id": node, "input": request["input"], "subject": "S", "body": long });
    let answer = shape(&world.me().submit_messages(id, json!({ "messages": [written] })).unwrap());
    assert_eq!(answer["outcomes"][0]["issues"][0]["code"], "body_too_long");
    let nodes = json!([{ "type": "email", "subject": "S", "body": long }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let resolved = shape(&world.me().resolve_messages(id, json!({})).unwrap());
    assert_eq!(resolved, json!({ "resolved": 0, "kept": 0, "stale": 0, "unresolved": 1 }));
}

#[test]
fn whoever_joins_a_launched_campaign_is_not_too_long_for_it() {
    let mut world = World::new();
    let id = shouting(&mut world, 0, &names(790));
    world.add(id, json!([{ "email": "bo@x.com", "name": "Bo" }]));
    world.me().launch(id, None).unwrap();
    let long = json!({ "prospects": [{ "email": "cy@x.com", "name": "y".repeat(254) }] });
    let error = world.refused(|me| me.add_prospects(id, long));
    assert_eq!(problems(&error), issues(&[("prospects[0]", "body_too_long")]));
    let bo = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let error = world.refused(|me| me.update_prospect(bo, json!({ "name": "y".repeat(254) })));
    assert_eq!(problems(&error), issues(&[("", "body_too_long")]));
    world.me().update_prospect(bo, json!({ "name": "y".repeat(253) })).unwrap();
}

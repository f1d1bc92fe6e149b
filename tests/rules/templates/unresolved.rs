//! A variable without a value keeps a draft from its launch.

use super::*;

#[test]
fn an_unknown_variable_is_an_error_even_with_a_fallback() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    let nodes = json!([
        { "type": "email", "subject": "%firstname%", "body": "%FirstName% %firstname|x% %FirstName%" },
        { "type": "delay", "delay_days": 1 },
        { "type": "email", "subject": "S", "body": "%sender_frist% %custom_field% %unsubscribe_link%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "%sender_tittle%" })).unwrap();
    let found = findings(&mut world, id, "unknown_variable");
    let seen: Vec<_> = found.iter().map(|found| json!([found["path"], found["variable"], found["closest"]])).collect();
    assert_eq!(
        seen,
        [
            json!(["sequence_nodes[0].subject", "firstname", "first_name"]),
            json!(["sequence_nodes[0].body", "FirstName", "first_name"]),
            json!(["sequence_nodes[0].body", "firstname", "first_name"]),
            json!(["sequence_nodes[2].body", "sender_frist", "sender_first"]),
            json!(["sequence_nodes[2].body", "custom_field", found[4]["closest"]]),
            json!(["sequence_nodes[2].body", "unsubscribe_link", found[5]["closest"]]),
            json!(["signature", "sender_tittle", "sender_title"]),
        ]
    );
    assert_eq!(
        found[0],
        json!({ "path": "sequence_nodes[0].subject", "code": "unknown_variable", "variable": "firstname",
                "closest": "first_name",
                "message": "has %firstname%, which does not exist: the closest variable is %first_name%",
                "hint": "use the closest variable, or write %% for a percent sign" })
    );
    assert_eq!(world.refused(|me| me.launch(id, None)).issues().len(), found.len());

    let id = world.linkedin_campaign("Ours");
    let nodes = json!([{ "type": "connection_request", "body": "%nme%" }, { "type": "message", "body": "%nme%" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let paths: Vec<_> =
        findings(&mut world, id, "unknown_variable").iter().map(|found| found["path"].clone()).collect();
    assert_eq!(paths, ["sequence_nodes[0].body", "sequence_nodes[1].body"]);
}

#[test]
fn an_unresolved_variable_is_told_with_how_many_prospects_lack_it_and_the_first_five() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    world.me().update_campaign(id, json!({ "signature": "%company|our%" })).unwrap();
    let person = |n: usize| {
        let mut person = json!({ "email": format!("{n}@example.com"), "first_name": "X" });
        if n.is_multiple_of(2) {
            person["company"] = json!("Y");
        }
        if n == 3 {
            person["custom_fields"] = json!({ "x": "Z" });
        }
        person
    };
    let people = world.add(id, json!((0..14).map(person).collect::<Vec<_>>()));
    let nodes = json!([
        { "type": "email", "subject": "%company%", "body": "%first_name% %company% %company% %custom_fields.x%" },
        { "type": "email", "subject": "S", "body": "%last_name|x% %company|x%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let odd: Vec<ProspectId> = people.iter().copied().skip(1).step_by(2).collect();
    let without_x: Vec<ProspectId> = [0, 1, 2, 4, 5].map(|n| people[n]).to_vec();
    let finding = |path: &str, variable: &str, prospects: u64, sample: &[ProspectId]| {
        let people = if prospects == 1 { "prospect" } else { "prospects" };
        json!({ "path": path, "code": "unresolved_variable", "variable": variable, "prospects": prospects,
                "prospect_ids": sample, "sender_account_ids": [],
                "message": format!("has %{variable}%, which has no fallback and no value for {prospects} {people}"),
                "hint": "write a fallback as in %first_name|there%, or fill in the field" })
    };
    assert_eq!(
        findings(&mut world, id, "unresolved_variable"),
        [
            finding("sequence_nodes[0].subject", "company", 7, &odd[..5]),
            finding("sequence_nodes[0].body", "company", 7, &odd[..5]),
            finding("sequence_nodes[0].body", "custom_fields.x", 13, &without_x),
        ]
    );
    for id in &people[4..] {
        world.me().remove_prospect(*id).unwrap();
    }
    assert_eq!(
        findings(&mut world, id, "unresolved_variable")[0],
        finding("sequence_nodes[0].subject", "company", 2, &odd[..2])
    );
}

#[test]
fn a_prospect_who_will_be_skipped_needs_no_values() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({}));
    let cy = world.add(id, json!([{ "email": "cy@example.org" }, { "email": "di@example.net", "company": "Di" }]))[0];
    write(&mut world, id, "%company%");
    let count = |world: &mut World| {
        let found = findings(world, id, "unresolved_variable");
        found.first().map(|found| json!([found["prospects"], found["prospect_ids"]]))
    };
    assert_eq!(count(&mut world), Some(json!([2, [bo, cy]])));
    let suppress = |world: &mut World, kind: &str, value: &str| {
        let one = json!({ "type": kind, "value": value });
        world.me().add_suppressions(json!({ "suppressions": [one] })).unwrap();
    };
    suppress(&mut world, "email_address", "bo@example.com");
    assert_eq!(count(&mut world), Some(json!([1, [cy]])));
    suppress(&mut world, "email_domain", "example.org");
    assert_eq!(count(&mut world), None);
    let launched = world.me().launch(id, None).unwrap();
    assert_eq!((launched.enrolled, launched.skipped.len()), (1, 2));
}

#[test]
fn every_sender_must_have_what_the_messages_say_of_it() {
    let mut world = World::new();
    let mut add =
        |name: &str| world.me().add_account(AddAccount::email(format!("{name}@example.com")).unpaced()).unwrap().id;
    let (ben, cleo) = (add("ben"), add("cleo"));
    let (id, bo) = draft(&mut world, "email", json!({}));
    let ana = world.email;
    write(&mut world, id, "%sender_first_name% %sender_first% %sender_title|x% %sender_email% %company%");
    world.me().update_campaign(id, json!({ "sender_account_ids": [ana, ben, cleo] })).unwrap();
    world.me().update_account(ben, json!({ "first_name": "Ben" })).unwrap();
    // A sender that cannot send now may send later.
    world.me().update_account(cleo, json!({ "status": "disconnected" })).unwrap();
    let seen = |world: &mut World| -> Vec<Value> {
        let found = findings(world, id, "unresolved_variable");
        let parts = |found: &Value| {
            json!([found["variable"], found["prospects"], found["prospect_ids"], found["sender_account_ids"]])
        };
        found.iter().map(parts).collect()
    };
    let of_prospect = json!(["company", 1, [bo], []]);
    assert_eq!(seen(&mut world), [json!(["sender_first_name", 0, [], [ana, cleo]]), of_prospect.clone()]);
    for account in [ana, cleo] {
        world.me().update_account(account, json!({ "first_name": "X" })).unwrap();
    }
    assert_eq!(seen(&mut world), [of_prospect]);
}

#[test]
fn a_variable_is_named_as_each_template_writes_it() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    let body = "%sender_first_name% %custom_fields.x% %custom_fields. x %";
    let nodes = json!([
        { "type": "email", "subject": "S", "body": body },
        { "type": "email", "subject": "%custom_fields. x %", "body": "%sender_first%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "%first_name%" })).unwrap();
    let found = findings(&mut world, id, "unresolved_variable");
    let found: Vec<_> = found.iter().map(|found| json!([found["path"], found["variable"]])).collect();
    assert_eq!(
        found,
        [
            json!(["sequence_nodes[0].body", "sender_first_name"]),
            json!(["sequence_nodes[0].body", "custom_fields.x"]),
            json!(["sequence_nodes[1].subject", "custom_fields. x "]),
            json!(["sequence_nodes[1].body", "sender_first"]),
            json!(["signature", "first_name"]),
        ]
    );
}

#[test]
fn a_senders_variable_blocks_also_a_campaign_without_prospects() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    write(&mut world, id, "A text");
    let error = world.refused(|me| me.launch(id, None));
    let codes: Vec<_> = error.issues().iter().map(|issue| (issue.path.as_str(), issue.code())).collect();
    assert_eq!((error.code(), codes), ("not_ready", vec![("signature", "unresolved_variable")]));
}

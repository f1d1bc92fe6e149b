//! Templates: what docs/rules.md#templates says of variables, fallbacks, percent signs and signatures, through the public
//! door.

use crate::world::{World, add_user, issues, over, problems, shape};
use campaignkit::{AccountId, AddAccount, CampaignId, PreviewMessages, ProspectId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

/// A draft whose one message has this body, and a prospect of it.
fn draft(world: &mut World, channel: &str, person: Value) -> (CampaignId, ProspectId) {
    let id = if channel == "email" { world.email_campaign("Mine") } else { world.linkedin_campaign("Mine") };
    if channel == "email" {
        world.me().update_campaign(id, json!({ "signature": "" })).unwrap();
    }
    let identity = json!({ "email": "Bo@Example.com", "linkedin_url": "https://www.LinkedIn.com/in/Bo/" });
    (id, world.add(id, json!([over(identity, person)]))[0])
}

/// Sets the body of the campaign's only message.
fn write(world: &mut World, id: CampaignId, body: &str) {
    let channel = shape(&world.me().campaign(id).unwrap())["type"].clone();
    let node = if channel == "email" {
        json!({ "type": "email", "subject": "S", "body": body })
    } else {
        json!({ "type": "message", "body": body })
    };
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
}

/// The first message of a prospect.
fn message(world: &mut World, prospect: ProspectId) -> Value {
    shape(&world.me().preview_messages(prospect, json!(null)).unwrap())["messages"][0].clone()
}

/// The body for a prospect, which must leave nothing unresolved.
fn rendered(world: &mut World, id: CampaignId, prospect: ProspectId, body: &str) -> String {
    write(world, id, body);
    let message = message(world, prospect);
    assert_eq!(message["unresolved"], json!([]), "{body}");
    message["body"].as_str().unwrap().to_owned()
}

/// What is unresolved in a body for a prospect: there is no body then.
fn unresolved(world: &mut World, id: CampaignId, prospect: ProspectId, body: &str) -> Value {
    write(world, id, body);
    let message = message(world, prospect);
    assert_eq!(message["body"], Value::Null, "{body}");
    message["unresolved"].clone()
}

/// The findings of a validation with this code.
fn findings(world: &mut World, id: CampaignId, code: &str) -> Vec<Value> {
    let validation = shape(&world.me().validate(id).unwrap());
    let both = ["errors", "warnings"].map(|kind| validation[kind].as_array().unwrap().clone());
    both.concat().into_iter().filter(|finding| finding["code"] == code).collect()
}

#[test]
fn every_variable_of_a_prospect_stands_for_its_field() {
    let person = json!({
        "first_name": "Bo", "last_name": "Ek", "name": "Dr. Bo Ek", "company": "Ek & Sons", "position": "CEO",
        "headline": "Bridges", "custom_fields": { "Deal Size": "12 000 €", "a.b": "dotted", "Ünï": "code" },
    });
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let (id, bo) = draft(&mut world, channel, person.clone());
        for (variable, text) in [
            ("first_name", "Bo"),
            ("last_name", "Ek"),
            ("name", "Dr. Bo Ek"),
            ("email", "bo@example.com"),
            ("company", "Ek & Sons"),
            ("position", "CEO"),
            ("headline", "Bridges"),
            ("linkedin_url", "https://www.LinkedIn.com/in/Bo/"),
            ("custom_fields.Deal Size", "12 000 €"),
            ("custom_fields. Deal Size ", "12 000 €"),
            ("custom_fields.a.b", "dotted"),
            ("custom_fields.Ünï", "code"),
        ] {
            let body = rendered(&mut world, id, bo, &format!("<%{variable}%|%{variable}|fallback%>"));
            assert_eq!(body, format!("<{text}|{text}>"));
        }
        for missing in ["custom_fields.deal size", "custom_fields.first_name"] {
            assert_eq!(unresolved(&mut world, id, bo, &format!("%{missing}%")), json!([missing]));
        }
    }
}

#[test]
fn a_name_that_is_not_given_is_made_of_first_and_last_name() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo", "last_name": "Ek" }));
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Bo Ek");
    world.me().update_prospect(bo, json!({ "first_name": null })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Ek");
    world.me().update_prospect(bo, json!({ "first_name": "Bo", "last_name": null })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Bo");
    world.me().update_prospect(bo, json!({ "first_name": null })).unwrap();
    assert_eq!(unresolved(&mut world, id, bo, "%name%"), json!(["name"]));
    assert_eq!(findings(&mut world, id, "unresolved_variable").len(), 1);
    world.me().update_prospect(bo, json!({ "name": "B" })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "B");
    assert_eq!(findings(&mut world, id, "unresolved_variable"), [] as [Value; 0]);
}

#[test]
fn every_variable_of_a_sender_stands_for_its_field_and_sender_first_is_the_first_name() {
    let profile = json!({ "first_name": "Ana", "last_name": "Paz", "company": "Paz SA", "title": "Sales", "display_name": "A. Paz" });
    for (channel, address) in [("email", Some("ana@example.com")), ("linkedin", None)] {
        let mut world = World::new();
        let (id, bo) = draft(&mut world, channel, json!({ "first_name": "Bo" }));
        let ana = if channel == "email" { world.email } else { world.linkedin };
        let missing = ["sender_first_name", "sender_first", "sender_last_name", "sender_company", "sender_title"];
        for variable in missing {
            assert_eq!(unresolved(&mut world, id, bo, &format!("%{variable}%")), json!([variable]));
            assert_eq!(rendered(&mut world, id, bo, &format!("%{variable}|x%")), "x");
        }
        let own = if channel == "email" { "ana@example.com" } else { "https://www.linkedin.com/in/ana" };
        assert_eq!(rendered(&mut world, id, bo, "%sender_name%"), own, "the name to show, which is never missing");
        world.me().update_account(ana, json!({ "first_name": "Ana", "last_name": "Paz" })).unwrap();
        assert_eq!(rendered(&mut world, id, bo, "%sender_name%"), "Ana Paz");
        world.me().update_account(ana, profile.clone()).unwrap();
        let body =
            "%sender_first_name% %sender_first% %sender_last_name%, %sender_title% %sender_company%: %sender_name%";
        assert_eq!(rendered(&mut world, id, bo, body), "Ana Ana Paz, Sales Paz SA: A. Paz");
        match address {
            Some(address) => assert_eq!(rendered(&mut world, id, bo, "%sender_email%"), address),
            None => assert_eq!(unresolved(&mut world, id, bo, "%sender_email%"), json!(["sender_email"])),
        }
        assert_eq!(rendered(&mut world, id, bo, "%first_name%"), "Bo", "in a message, the prospect's");
    }
}

#[test]
fn a_fallback_stands_in_for_a_missing_value_only_and_a_blank_one_for_none() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (body, expected) in [
        ("%first_name|there%", "Bo"),
        ("%first_name|%", "Bo"),
        ("%company|your firm%", "your firm"),
        ("%company| a | b\n%", " a | b\n"),
        ("%company|{{x}}%", "{{x}}"),
        ("%custom_fields.x|–%%company|.%", "–."),
    ] {
        assert_eq!(rendered(&mut world, id, bo, body), expected);
    }
    for blank in ["%company|%", "%company| %", "%company|\n\t\u{a0}%"] {
        assert_eq!(unresolved(&mut world, id, bo, blank), json!(["company"]));
        assert_eq!(findings(&mut world, id, "unresolved_variable")[0]["variable"], "company");
    }
}

#[test]
fn two_percent_signs_are_one_and_a_stray_one_stays_with_a_warning_beside_a_name() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (body, expected, strays) in [
        ("100%%", "100%", 0),
        ("%%first_name%%", "%first_name%", 0),
        ("%%%first_name%%%", "%Bo%", 0),
        ("%%%%", "%%", 0),
        ("50% off", "50% off", 0),
        ("Save 50% or even 30% today", "Save 50% or even 30% today", 0),
        ("5% to 10% of %first_name%", "5% to 10% of Bo", 0),
        ("%first_name% %", "Bo %", 0),
        ("f%C3%BCr/dich?x=%E4%B8%AD", "f%C3%BCr/dich?x=%E4%B8%AD", 0),
        ("https://example.com/f%fcr/%Date%", "https://example.com/f%fcr/%Date%", 0),
        ("% first_name %", "% first_name %", 1),
        ("%first_name, %company|you%", "%first_name, you", 1),
        ("first_name% of 5%", "first_name% of 5%", 1),
    ] {
        assert_eq!(rendered(&mut world, id, bo, body), expected);
        let found = findings(&mut world, id, "stray_percent");
        assert_eq!(found.len(), strays, "one for a template: {body}");
        if let Some(finding) = found.first() {
            assert_eq!(
                *finding,
                json!({ "path": "sequence_nodes[0].body", "code": "stray_percent",
                        "message": "has a % that belongs to no variable and is sent as it stands",
                        "hint": "close the variable, or write %% for a percent sign" })
            );
        }
        assert!(world.me().validate(id).unwrap().ready, "a warning is not in the way");
    }
}

#[test]
fn a_value_is_no_template() {
    let mut world = World::new();
    let (id, bo) = draft(
        &mut world,
        "email",
        json!({ "first_name": "%last_name%", "last_name": "Ek", "company": "100%%", "custom_fields": { "x": "%x" } }),
    );
    let body = "%first_name% %company% %custom_fields.x% %last_name%";
    assert_eq!(rendered(&mut world, id, bo, body), "%last_name% 100%% %x Ek");
    assert_eq!(findings(&mut world, id, "stray_percent"), [] as [Value; 0]);
}

#[test]
fn the_signature_follows_the_body_of_each_email_and_names_the_sender() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo", "last_name": "Ek", "company": "Ek AB" }));
    let ana = world.email;
    world.me().update_account(ana, json!({ "first_name": "Ana", "last_name": "Paz", "company": "Paz SA" })).unwrap();
    let nodes = json!([
        { "type": "email", "subject": "%first_name%", "body": "Hi %first_name% %last_name%" },
        { "type": "delay", "delay_days": 1 },
        { "type": "email", "is_reply": true, "body": "Again" },
    ]);
    let signature = "%first_name% %last_name% (%sender_first%)\nfor %name% of %company%, not %sender_company% %%";
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": signature })).unwrap();
    let messages = shape(&world.me().preview_messages(bo, json!({})).unwrap())["messages"].clone();
    let campaign = world.me().campaign(id).unwrap();
    let said = "Ana Paz (Ana)\nfor Bo Ek of Ek AB, not Paz SA %";
    assert_eq!(
        messages,
        json!([
            { "node_id": campaign.sequence_nodes[0].id, "position": 0, "type": "email", "subject": "Bo",
              "body": format!("Hi Bo Ek\n\n{said}"), "unresolved": [], "origin": null, "stale": false },
            { "node_id": campaign.sequence_nodes[2].id, "position": 2, "type": "email", "subject": "Re: Bo",
              "body": format!("Again\n\n{said}"), "unresolved": [], "origin": null, "stale": false },
        ])
    );
    for blank in ["", " \n"] {
        world.me().update_campaign(id, json!({ "signature": blank })).unwrap();
        assert_eq!(message(&mut world, bo)["body"], "Hi Bo Ek", "nothing follows");
    }
}

#[test]
fn the_default_signature_says_the_senders_first_name() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let bo = world.add(id, json!([{ "email": "bo@example.com", "first_name": "Bo" }]))[0];
    write(&mut world, id, "Hi");
    let ana = world.email;
    let found = findings(&mut world, id, "unresolved_variable");
    assert_eq!(
        found,
        [json!({ "path": "signature", "code": "unresolved_variable", "variable": "first_name", "prospects": 0,
                 "prospect_ids": [], "sender_account_ids": [ana],
                 "message": "has a variable without a value and without a fallback",
                 "hint": "write a fallback as in %first_name|there%, or fill in the field" })]
    );
    world.me().update_account(ana, json!({ "first_name": "Ana" })).unwrap();
    assert_eq!(findings(&mut world, id, "unresolved_variable"), [] as [Value; 0]);
    assert_eq!(message(&mut world, bo)["body"], "Hi\n\nBest,\nAna");
}

#[test]
fn nothing_is_rendered_with_a_hole() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({}));
    let node = |subject: &str, body: &str| json!({ "type": "email", "subject": subject, "body": body });
    let nodes = json!([
        node("%company%", "A"),
        node("B", "%first_name% %company% %first_name% %nam|x%"),
        node("%headline%", "%headline% %custom_fields.x%"),
        node("C", "D"),
    ]);
    let change = json!({ "sequence_nodes": nodes, "signature": "%first_name|x%" });
    world.me().update_campaign(id, change).unwrap();
    let seen = |world: &mut World| -> Vec<Value> {
        let messages = shape(&world.me().preview_messages(bo, json!({})).unwrap())["messages"].clone();
        let parts = |message: &Value| json!([message["subject"], message["body"], message["unresolved"]]);
        messages.as_array().unwrap().iter().map(parts).collect()
    };
    assert_eq!(
        seen(&mut world),
        [
            json!([null, "A\n\nx", ["company"]]),
            json!(["B", null, ["first_name", "company", "nam"]]),
            json!([null, null, ["headline", "custom_fields.x"]]),
            json!(["C", "D\n\nx", []]),
        ]
    );
    world.me().update_campaign(id, json!({ "signature": "%last_name% %first_name% %company%" })).unwrap();
    assert_eq!(seen(&mut world)[3], json!(["C", null, ["last_name", "first_name", "company"]]));
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
}

#[test]
fn a_subject_stays_one_line_whatever_a_custom_field_says() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "custom_fields": { "x": "a\r\nBcc: eve@example.com\n\tb\rc" } }));
    let node = json!({ "type": "email", "subject": "S %custom_fields.x%", "body": "%custom_fields.x%" });
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
    let message = message(&mut world, bo);
    assert_eq!(message["subject"], "S a Bcc: eve@example.com  b c");
    assert_eq!(message["body"], "a\r\nBcc: eve@example.com\n\tb\rc");
}

#[test]
fn a_linkedin_message_has_no_subject_and_no_signature_and_a_request_may_have_no_note() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "linkedin", json!({ "first_name": "Bo" }));
    let seen = |world: &mut World| shape(&world.me().preview_messages(bo, json!({})).unwrap())["messages"].clone();
    let first = world.me().campaign(id).unwrap().sequence_nodes[0].id;
    assert_eq!(
        seen(&mut world),
        json!([{ "node_id": first, "position": 0, "type": "connection_request", "subject": null, "body": null,
                 "unresolved": [], "origin": null, "stale": false }])
    );
    let nodes = json!([
        { "type": "connection_request", "body": "Hi %first_name%" }, { "type": "delay", "delay_days": 1 },
        { "type": "message", "body": "%company%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let messages = seen(&mut world);
    assert_eq!((&messages[0]["body"], &messages[0]["subject"]), (&json!("Hi Bo"), &Value::Null));
    assert_eq!((&messages[1]["body"], &messages[1]["unresolved"]), (&Value::Null, &json!(["company"])));
    assert_eq!((&messages[1]["type"], &messages[1]["position"]), (&json!("message"), &json!(2)));
}

#[test]
fn messages_are_previewed_from_the_first_sender_or_from_the_one_asked_for() {
    let mut world = World::new();
    let (other, foreign, _) = add_user(&mut world.store);
    let ben = world.me().add_account(AddAccount::email("ben@example.com")).unwrap().id;
    let (id, bo) = draft(&mut world, "email", json!({}));
    let ana = world.email;
    write(&mut world, id, "%sender_email%");
    world.me().update_campaign(id, json!({ "sender_account_ids": [ben, ana] })).unwrap();
    world.me().update_account(ben, json!({ "status": "disconnected" })).unwrap();
    let body = |world: &mut World, query: Value| {
        shape(&world.me().preview_messages(bo, query).unwrap())["messages"][0]["body"].clone()
    };
    for query in [json!(null), json!({}), json!({ "account_id": null })] {
        assert_eq!(body(&mut world, query), "ben@example.com");
    }
    assert_eq!(body(&mut world, json!({ "account_id": ana })), "ana@example.com");
    for account_id in [None, Some(ana), Some(ben)] {
        let typed = world.me().preview_messages(bo, PreviewMessages { account_id, cursor: None }).unwrap();
        assert_eq!(typed, world.me().preview_messages(bo, json!({ "account_id": account_id })).unwrap());
    }
    let unused = world.me().add_account(AddAccount::email("cy@example.com")).unwrap().id;
    let linkedin = world.linkedin;
    for account in [json!(foreign), json!(UNKNOWN), json!(unused), json!(linkedin)] {
        let error = world.refused(|me| me.preview_messages(bo, json!({ "account_id": account })));
        assert_eq!(problems(&error), issues(&[("account_id", "sender_not_found")]));
    }
    for (query, expected) in [
        (json!({ "account_id": "x" }), ("account_id", "malformed_id")),
        (json!({ "account": ana }), ("account", "unknown_field")),
        (json!([]), ("", "wrong_type")),
    ] {
        assert_eq!(problems(&world.refused(|me| me.preview_messages(bo, query))), issues(&[expected]));
    }
    assert_eq!(world.refused(|me| me.preview_messages(json!(UNKNOWN), json!({}))).code(), "prospect_not_found");
    let error = world.refused(|me| me.preview_messages(json!("x"), json!({})));
    assert_eq!(problems(&error), issues(&[("prospect_id", "malformed_id")]));
    let theirs = world.store.session(other).unwrap().preview_messages(bo, json!({})).unwrap_err();
    assert_eq!((theirs.code(), theirs.status()), ("prospect_not_found", 404));
}

#[test]
fn looking_at_messages_changes_nothing() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({}));
    write(&mut world, id, "%company%");
    let before = world.store.dump().unwrap();
    let (_, events) = world.recorded(|me| me.preview_messages(bo, json!({})));
    assert_eq!((events, world.store.dump().unwrap()), (vec![], before));
}

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
                "closest": "first_name", "message": "has a variable that does not exist",
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
        json!({ "path": path, "code": "unresolved_variable", "variable": variable, "prospects": prospects,
                "prospect_ids": sample, "sender_account_ids": [],
                "message": "has a variable without a value and without a fallback",
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
    let mut add = |name: &str| world.me().add_account(AddAccount::email(format!("{name}@example.com"))).unwrap().id;
    let (ben, cleo) = (add("ben"), add("cleo"));
    let (id, bo) = draft(&mut world, "email", json!({}));
    let ana = world.email;
    write(&mut world, id, "%sender_first_name% %sender_first% %sender_title|x% %sender_email% %company%");
    world.me().update_campaign(id, json!({ "sender_account_ids": [ana, ben, cleo] })).unwrap();
    world.me().update_account(ben, json!({ "first_name": "Ben" })).unwrap();
    // One that cannot send now may send later.
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

/// A LinkedIn draft from these senders, who are premium or not, with a note.
fn with_note(world: &mut World, premium: &[bool], note: &str) -> (CampaignId, Vec<AccountId>) {
    let mut senders = Vec::new();
    for (n, is_premium) in premium.iter().enumerate() {
        let account = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"),
                              "is_premium": is_premium });
        senders.push(world.me().add_account(account).unwrap().id);
    }
    let id = world.create(world.linkedin_request(json!({ "sender_account_ids": senders }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "delay", "delay_days": 1 }, { "type": "connection_request", "body": note }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    (id, senders)
}

#[test]
fn a_note_has_at_most_200_characters_rendered_and_300_from_premium_senders() {
    for (premium, max) in [
        (&[false][..], 200),
        (&[true], 300),
        (&[true, true], 300),
        (&[true, false], 200),
        (&[false, true], 200),
        (&[false, false], 200),
    ] {
        let mut world = World::new();
        // The text, ten characters of a name, then nine for the company and a percent sign.
        let note = format!("{}%first_name%%company|you%%%", "ä".repeat(max - 20));
        let (id, _) = with_note(&mut world, premium, &note);
        let person = |n: usize, company: Option<String>| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "first_name": "🚀éß漢456789", "company": company });
        let [short, exact] = world.add(id, json!([person(0, None), person(1, Some("漢".repeat(9)))]))[..] else {
            panic!("two prospects")
        };
        assert!(world.me().validate(id).unwrap().ready, "{premium:?}");
        for (prospect, length) in [(short, max - 6), (exact, max)] {
            assert_eq!(message(&mut world, prospect)["body"].as_str().unwrap().chars().count(), length);
        }

        let over = world.add(id, json!([person(2, Some("漢".repeat(10)))]));
        let found = findings(&mut world, id, "note_too_long");
        assert_eq!(
            found,
            [json!({ "path": "sequence_nodes[1].body", "code": "note_too_long", "max": max, "prospects": 1,
                     "prospect_ids": over, "hint": "shorten the note",
                     "message": format!("has more than {max} characters once it is rendered") })]
        );
        assert!(!world.me().validate(id).unwrap().ready);
    }
}

#[test]
fn the_length_of_a_note_counts_what_the_sender_says_in_it() {
    let mut world = World::new();
    let (id, senders) = with_note(&mut world, &[false, true], "%sender_first|Ann%%first_name|Bob%");
    let bo = world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo", "first_name": "B" }]));
    let found = |world: &mut World| findings(world, id, "note_too_long").first().map(|found| found["max"].clone());
    // Beside the three characters of the fallback.
    for (length, expected) in [(197, None), (198, Some(json!(200))), (180, None)] {
        world.me().update_prospect(bo[0], json!({ "first_name": "B".repeat(length) })).unwrap();
        assert_eq!(found(&mut world), expected);
    }
    let mut rename = |sender: usize, length: usize, expected: Option<Value>| {
        world.me().update_account(senders[sender], json!({ "first_name": "S".repeat(length) })).unwrap();
        assert_eq!(found(&mut world), expected);
    };
    rename(0, 20, None);
    rename(0, 21, Some(json!(200)));
    rename(0, 1, None);
    rename(1, 120, None);
    rename(1, 121, Some(json!(300)));
    let fallback = json!({ "first_name": null });
    world.me().update_prospect(bo[0], fallback).unwrap();
    assert_eq!(found(&mut world), None, "the fallback is short");
}

#[test]
fn the_length_of_a_note_counts_a_custom_field_that_no_template_needs() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], "%custom_fields.x|short%");
    let person =
        |n: usize| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "custom_fields": { "x": "é".repeat(n) } });
    let people = world.add(id, json!([person(200), person(201)]));
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!(found.iter().map(|found| found["prospect_ids"].clone()).collect::<Vec<_>>(), [json!([people[1]])]);
}

#[test]
fn the_text_around_the_variables_counts_for_every_prospect() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], &("é".repeat(197) + "%%%x"));
    let people: Vec<_> = (0..7).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/{n}") })).collect();
    let people = world.add(id, json!(people));
    assert!(world.me().validate(id).unwrap().ready, "a percent sign is one character, doubled or stray");
    let node = world.me().campaign(id).unwrap().sequence_nodes[1].id;
    world.me().update_node(id, node, json!({ "body": "é".repeat(201) })).unwrap();
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!((&found[0]["prospects"], &found[0]["prospect_ids"]), (&json!(7), &json!(people[..5])));
    let suppressed: Vec<_> =
        (0..6).map(|n| json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/{n}") })).collect();
    world.me().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!((&found[0]["prospects"], &found[0]["prospect_ids"]), (&json!(1), &json!(people[6..])));
    // A message may be as long as it likes.
    let nodes = json!([{ "type": "message", "body": "é".repeat(201) }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    assert!(world.me().validate(id).unwrap().ready);
}

#[test]
fn a_note_that_lacks_a_value_has_no_length_yet() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], &("é".repeat(201) + "%company%"));
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }]));
    let codes: Vec<_> = world.me().validate(id).unwrap().errors.iter().map(|error| error.code()).collect();
    assert_eq!(codes, ["unresolved_variable"]);
}

#[test]
fn the_syntax_of_other_products_is_a_warning_in_every_template() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    let nodes = json!([
        { "type": "email", "subject": "Hi {{first_name}}", "body": "{{ x }} {{y}}" },
        { "type": "email", "subject": "{{", "body": "}} {x} {{" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "a {{b\n}} c" })).unwrap();
    let finding = |path: &str, variable: &str, offset: usize, hint: &str| {
        json!({ "path": path, "code": "foreign_template_syntax", "variable": variable, "offset": offset, "hint": hint,
                "message": "has a variable of another product, which is sent as it stands" })
    };
    let unknown = "variables are written %first_name%";
    assert_eq!(
        findings(&mut world, id, "foreign_template_syntax"),
        [
            finding("sequence_nodes[0].subject", "{{first_name}}", 3, "write %first_name%"),
            finding("sequence_nodes[0].body", "{{ x }}", 0, unknown),
            finding("sequence_nodes[0].body", "{{y}}", 8, unknown),
            finding("signature", "{{b\n}}", 2, unknown),
        ]
    );
    let validation = world.me().validate(id).unwrap();
    assert!(validation.ready && validation.warnings.len() == 5, "and that there is no link to unsubscribe");
}

#[test]
fn the_columns_of_the_people_are_known_names() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "custom_fields": { "Deal Size": "12", "a": "1" } }));
    let hints = |world: &mut World, body: &str| {
        write(world, id, body);
        let found = findings(world, id, "foreign_template_syntax");
        found.iter().map(|found| found["hint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let ours = ["write %custom_fields.Deal Size%"];
    for body in ["[Deal Size]", "é {deal_size}", "«Deal_Size»", "{{contact.dealSize}}", "%%DealSize%%", "*|DEALSIZE|*"]
    {
        assert_eq!(hints(&mut world, body), ours, "{body}");
    }
    assert_eq!(hints(&mut world, "[Deal Date] [A-1] [Big Deal]"), [""; 0]);
    write(&mut world, id, "%deal size|none% %a b% 5%");
    let [found] = findings(&mut world, id, "unknown_variable").try_into().unwrap();
    assert_eq!((&found["variable"], &found["closest"]), (&json!("deal size"), &json!("custom_fields.Deal Size")));
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
    world.me().remove_prospect(bo).unwrap();
    assert_eq!(hints(&mut world, "[Deal Size]"), [""; 0], "it is a text then");
    assert_eq!(findings(&mut world, id, "unknown_variable"), [] as [Value; 0]);
}

#[test]
fn a_name_in_other_words_is_an_unknown_variable_with_the_closest() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (name, closest) in [
        ("First Name", "first_name"),
        ("first name", "first_name"),
        ("First-Nmae", "first_name"),
        ("Last Name", "last_name"),
        ("contact.first_name", "first_name"),
        ("FNAME", "first_name"),
        ("LNAME", "last_name"),
        ("Company Name", "company"),
        ("Job Title", "position"),
        ("sender.name", "sender_name"),
        ("Unsubscribe Link", "unsubscribe_url"),
        ("frist_name", "first_name"),
    ] {
        assert_eq!(unresolved(&mut world, id, bo, &format!("Hi %{name}%, %{name}|x%")), json!([name]));
        let [found] = findings(&mut world, id, "unknown_variable").try_into().unwrap();
        assert_eq!((&found["variable"], &found["closest"]), (&json!(name), &json!(closest)));
    }
}

#[test]
fn only_the_text_of_an_email_says_the_link_to_unsubscribe() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({}));
    let stand_in = "https://example.com/unsubscribe";
    assert_eq!(rendered(&mut world, id, bo, "Bye %unsubscribe_url%"), format!("Bye {stand_in}"));
    world.me().update_campaign(id, json!({ "signature": "%unsubscribe_url|no% %sender_email%" })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "Bye"), format!("Bye\n\n{stand_in} ana@example.com"));
    assert!(world.me().validate(id).unwrap().ready);
    let unusable = |path: &str| {
        json!({ "path": path, "code": "unusable_variable", "variable": "unsubscribe_url",
                "message": "has a variable that only the text of an email can have",
                "hint": "write it in the text of an email, or in its signature" })
    };
    let node = json!({ "type": "email", "subject": "%unsubscribe_url%", "body": "B" });
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
    assert_eq!(findings(&mut world, id, "unusable_variable"), [unusable("sequence_nodes[0].subject")]);
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    let nodes = json!([{ "type": "connection_request", "body": "%unsubscribe_url%" }, { "type": "message", "body": "%unsubscribe_url|x%" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let found = findings(&mut world, id, "unusable_variable");
    assert_eq!(found, [unusable("sequence_nodes[0].body"), unusable("sequence_nodes[1].body")]);
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
}

#[test]
fn the_first_email_without_a_link_to_unsubscribe_is_warned_of() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    let node = |body: &str| json!({ "type": "email", "subject": "S", "body": body });
    for (first, second, signature, is_warned) in [
        ("A", "B", "", true),
        ("A", "%unsubscribe_url%", "", true),
        ("A %unsubscribe_url%", "B", "", false),
        ("A %unsubscribe_url|or answer%", "B", "", false),
        ("A", "B", "%unsubscribe_url%", false),
        // There is nothing to be said about it yet.
        (" ", "B", "", false),
    ] {
        let delay = json!({ "type": "delay", "delay_days": 1 });
        let nodes = json!([delay, node(first), node(second)]);
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": signature })).unwrap();
        let expected = json!({ "path": "sequence_nodes[1].body", "code": "no_opt_out",
                               "message": "has no link to unsubscribe",
                               "hint": "write %unsubscribe_url% in the text or the signature" });
        let expected: Vec<Value> = is_warned.then_some(expected).into_iter().collect();
        assert_eq!(findings(&mut world, id, "no_opt_out"), expected, "{first} {second} {signature}");
    }
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    write(&mut world, id, "A");
    assert_eq!(findings(&mut world, id, "no_opt_out"), [] as [Value; 0]);
}

#[test]
fn a_choice_is_one_of_its_texts_wherever_it_is_seen() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let nodes = json!([
        { "type": "email", "subject": "%{Hi|Hello|Hey}% %first_name%", "body": "%{a|b}%%{c|d|}%" },
        { "type": "email", "is_reply": true, "subject": "", "body": "%{e|f}%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "%{g|h}%" })).unwrap();
    let people: Vec<Value> =
        (0..30).map(|n| json!({ "email": format!("p{n}@example.com"), "first_name": "Bo" })).collect();
    let people = world.add(id, json!(people));
    let seen = |world: &mut World| -> Vec<Value> {
        let mut of = |id| shape(&world.me().preview_messages(id, json!({})).unwrap())["messages"].clone();
        let parts = |message: &Value| json!([message["subject"], message["body"]]);
        people.iter().map(|id| of(*id).as_array().unwrap().iter().map(parts).collect()).collect()
    };
    let before = seen(&mut world);
    let count = |at: usize, field: usize| {
        before
            .iter()
            .map(|messages| messages[at][field].as_str().unwrap().to_owned())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert_eq!([count(0, 0), count(1, 0), count(1, 1)], [3, 3, 4], "all are said by someone");
    assert!(count(0, 1) > 9, "each is drawn by itself: {}", count(0, 1));
    for messages in &before {
        assert_eq!(messages[1][0], format!("Re: {}", messages[0][0].as_str().unwrap()), "a reply follows its thread");
    }
    assert_eq!(seen(&mut world), before);
    let plan = shape(&world.me().plan(id, json!({})).unwrap())["tasks"].clone();
    for task in plan.as_array().unwrap() {
        let person = people.iter().position(|id| task["prospect_id"] == json!(id)).unwrap();
        let at = task["position"].as_u64().unwrap() as usize;
        assert_eq!(task["subject"], before[person][at][0]);
    }
    world.me().resolve_messages(id, json!({})).unwrap();
    assert_eq!(seen(&mut world), before, "what is resolved says what was shown");
    world.me().launch(id, None).unwrap();
    let tasks = world.me().claim_due(json!({ "max": 30 })).unwrap().tasks;
    assert_eq!(tasks.len(), 15, "as much room is kept for replies");
    for task in &tasks {
        let person = people.iter().position(|id| *id == task.prospect.id).unwrap();
        assert_eq!(json!([task.email.as_ref().unwrap().subject, task.body]), before[person][0]);
    }
}

#[test]
fn what_looks_like_a_choice_and_is_none_blocks_the_launch() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for body in ["%{Hi}%", "%{Hi %first_name%|Hello}%", "%{a|{b|c}}%", "%{|}%", "%{first_name}%"] {
        write(&mut world, id, body);
        let [found] = findings(&mut world, id, "malformed_choice").try_into().unwrap();
        assert_eq!(found["path"], "sequence_nodes[0].body");
        assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
        let node = world.me().campaign(id).unwrap().sequence_nodes[0].id;
        let texts = json!({ "subject": "S", "body": body });
        assert_eq!(world.refused(|me| me.edit_message(bo, node, texts)).issues()[0].code(), "malformed_choice");
    }
    // It may say nothing.
    write(&mut world, id, " %{Hi|}%");
    assert_eq!(findings(&mut world, id, "empty_body").len(), 1);
    write(&mut world, id, "%{Hi|}% %first_name%");
    assert!(world.me().validate(id).unwrap().ready);
}

#[test]
fn the_length_of_a_note_counts_the_longest_text_of_a_choice() {
    for (length, is_ready) in [(195, true), (196, false)] {
        let mut world = World::new();
        let (id, _) = with_note(&mut world, &[false], &format!("{}%{{a|12345}}%", "x".repeat(length)));
        world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }]));
        assert_eq!(world.me().validate(id).unwrap().ready, is_ready);
    }
}

#[test]
fn people_who_are_senders_of_the_campaign_are_warned_of() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    assert_eq!(findings(&mut world, id, "writes_to_sender"), [] as [Value; 0]);
    let themselves = world.add(id, json!([{ "email": " ANA@example.com" }]));
    assert_eq!(
        findings(&mut world, id, "writes_to_sender"),
        [json!({ "path": "prospects", "code": "writes_to_sender", "prospects": 1, "prospect_ids": themselves,
                 "message": "has people who are its senders", "hint": "remove them, or send from other accounts" })]
    );
    let ben = world.me().add_account(AddAccount::email("ben@example.com")).unwrap().id;
    world.me().update_campaign(id, json!({ "sender_account_ids": [ben] })).unwrap();
    assert_eq!(findings(&mut world, id, "writes_to_sender"), [] as [Value; 0], "it is not from them");
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/Ana/" }]));
    assert_eq!(findings(&mut world, id, "writes_to_sender").len(), 1);
}

/// A piece of a template, of which a test knows what it says.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(&'static str, Option<String>),
}

const VARIABLES: [&str; 11] = [
    "first_name",
    "last_name",
    "company",
    "position",
    "custom_fields.a b",
    "email",
    "sender_first_name",
    "sender_first",
    "sender_company",
    "sender_email",
    "sender_name",
];

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop_oneof!["\\PC{1,8}", Just("%".to_owned()), Just("%first_name%".to_owned()), Just("\n".to_owned())];
    let fallback = option::of(prop_oneof!["[^%\\pC]{1,6}", Just(" ".to_owned()), Just(String::new())]);
    let variable = (select(VARIABLES.to_vec()), fallback).prop_map(|(name, text)| Piece::Variable(name, text));
    vec(prop_oneof![text.prop_map(Piece::Text), variable], 1..6)
}

fn print(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.replace('%', "%%"),
        Piece::Variable(name, None) => format!("%{name}%"),
        Piece::Variable(name, Some(fallback)) => format!("%{name}|{fallback}%"),
    };
    pieces.iter().map(piece).collect()
}

/// What a variable stands for: a synonym and the plain names of a signature are other words for the sender's.
fn meaning(name: &'static str, is_signature: bool) -> &'static str {
    match name {
        "sender_first" => "sender_first_name",
        "first_name" if is_signature => "sender_first_name",
        "last_name" if is_signature => "sender_last_name",
        name => name,
    }
}

/// What the pieces say, and the variables in them that have no value and no fallback.
fn expected(pieces: &[Piece], values: &[(&str, &str)], is_signature: bool) -> (String, Vec<&'static str>) {
    let (mut text, mut missing) = (String::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text += plain,
            Piece::Variable(name, fallback) => {
                let value = values.iter().find(|(known, _)| *known == meaning(name, is_signature));
                let fallback = fallback.as_deref().filter(|text| !text.trim().is_empty());
                match value.map(|(_, value)| *value).or(fallback) {
                    Some(value) => text += value,
                    None => missing.push(*name),
                }
            }
        }
    }
    (text, missing)
}

/// The items without those that are the same as an earlier one.
fn once<K: PartialEq>(names: &[&'static str], key: impl Fn(&'static str) -> K) -> Vec<&'static str> {
    let mut kept: Vec<&'static str> = Vec::new();
    for name in names {
        if !kept.iter().any(|known| key(known) == key(name)) {
            kept.push(name);
        }
    }
    kept
}

/// Values of a person and of a sender, none of which looks like a variable.
const PERSON: [(&str, &str); 5] = [
    ("first_name", "Bo%"),
    ("last_name", "Ek"),
    ("company", "Ek | Sons"),
    ("position", "漢"),
    ("custom_fields.a b", "a\nb"),
];
const SENDER: [(&str, &str); 3] =
    [("sender_first_name", "Ana"), ("sender_last_name", "Paz"), ("sender_company", "Paz SA")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_rendered_is_what_the_parts_say_and_validation_knows_it(
        body in pieces(), signature in pieces(),
        person in subsequence(PERSON.to_vec(), 0..=5), sender in subsequence(SENDER.to_vec(), 0..=3),
    ) {
        let mut world = World::new();
        let mut given = json!({ "custom_fields": {} });
        for (name, value) in &person {
            match name.strip_prefix("custom_fields.") {
                Some(key) => given["custom_fields"][key] = json!(value),
                None => given[*name] = json!(value),
            }
        }
        let (id, bo) = draft(&mut world, "email", given);
        let ana = world.email;
        let profile = sender.iter().map(|(name, value)| (name.trim_start_matches("sender_").to_owned(), json!(value)));
        world.me().update_account(ana, Value::Object(profile.collect())).unwrap();
        let mut values = [person, sender.clone()].concat();
        let of_sender = |field: &str| sender.iter().find(|(name, _)| *name == field).map(|(_, value)| *value);
        let names: Vec<&str> = ["sender_first_name", "sender_last_name"].into_iter().filter_map(of_sender).collect();
        let name = if names.is_empty() { "ana@example.com".to_owned() } else { names.join(" ") };
        values.extend([("email", "bo@example.com"), ("sender_email", "ana@example.com"), ("sender_name", &name)]);

        let (body_text, signature_text) = (print(&body), print(&signature));
        write(&mut world, id, &body_text);
        world.me().update_campaign(id, json!({ "signature": signature_text })).unwrap();
        let (said, lacking) = expected(&body, &values, false);
        let (signed, lacking_signed) = expected(&signature, &values, true);
        let message = message(&mut world, bo);
        let unresolved = once(&[lacking.clone(), lacking_signed.clone()].concat(), |name| name);
        prop_assert_eq!(&message["unresolved"], &json!(unresolved));
        let whole = if signature_text.trim().is_empty() { said } else { format!("{said}\n\n{signed}") };
        prop_assert_eq!(&message["body"], &if unresolved.is_empty() { json!(whole) } else { Value::Null });

        // A synonym is not told twice of one template.
        let found = findings(&mut world, id, "unresolved_variable");
        let found: Vec<_> = found.iter().map(|found| json!([found["path"], found["variable"]])).collect();
        let told = once(&lacking, |name| meaning(name, false));
        let told_signed = once(&lacking_signed, |name| meaning(name, true));
        let all = told.iter().map(|name| json!(["sequence_nodes[0].body", name]));
        let all: Vec<_> = all.chain(told_signed.iter().map(|name| json!(["signature", name]))).collect();
        prop_assert_eq!(found.len(), all.len());
        prop_assert!(all.iter().all(|finding| found.contains(finding)), "{:?} {:?}", found, all);
    }
}

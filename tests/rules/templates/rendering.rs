//! The parts of a message: its subject, its body, its signature, and its preview.

use super::*;
use crate::world::{add_user, problems};
use campaignkit::PreviewMessages;

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
    let html = |text: &str| format!("<p>{text}</p><p>{}</p>", said.replace('\n', "<br>"));
    assert_eq!(
        messages,
        json!([
            { "node_id": campaign.sequence_nodes[0].id, "position": 0, "type": "email", "variant_id": null, "subject": "Bo",
              "body": format!("Hi Bo Ek\n\n{said}"), "body_html": html("Hi Bo Ek"), "unresolved": [], "origin": null,
              "stale": false },
            { "node_id": campaign.sequence_nodes[2].id, "position": 2, "type": "email", "variant_id": null, "subject": "Re: Bo",
              "body": format!("Again\n\n{said}"), "body_html": html("Again"), "unresolved": [], "origin": null,
              "stale": false },
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
                 "message": "has %first_name%, which has no fallback and no value for 1 sender",
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
        json!([{ "node_id": first, "position": 0, "type": "connection_request", "variant_id": null, "subject": null,
                 "body": null, "body_html": null, "unresolved": [], "origin": null, "stale": false }])
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
    let ben = world.me().add_account(AddAccount::email("ben@example.com").unpaced()).unwrap().id;
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
    let unused = world.me().add_account(AddAccount::email("cy@example.com").unpaced()).unwrap().id;
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

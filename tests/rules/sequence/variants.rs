//! Variants of nodes: set, shown and checked (`docs/rules.md#variants`).

use std::collections::BTreeMap;

use super::*;
use crate::world::always;
use campaignkit::{InsertNode, NewNode, NewVariant, Step, UpdateCampaign, UpdateNode};

fn with_variants(variants: Value) -> Value {
    over(email("Own"), json!({ "variants": variants }))
}

fn two() -> Value {
    json!([{ "weight": 1, "body": "A" }, { "weight": 3, "subject": "T", "body": "B" }])
}

/// The variants of the first node.
fn variants(world: &mut World, id: CampaignId) -> Vec<Value> {
    nodes(world, id)[0]["variants"].as_array().cloned().unwrap_or_default()
}

#[test]
fn variants_are_shown_with_their_node_and_keep_their_ids_where_these_are_given() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([with_variants(two()), email("-")]));
    let shown = nodes(&mut world, id);
    assert_eq!(shown[1].get("variants"), None, "a node without variants looks as it always did");
    let [a, b] = variants(&mut world, id).try_into().unwrap();
    assert_eq!(a, json!({ "id": a["id"], "weight": 1, "body": "A" }));
    assert_eq!(b, json!({ "id": b["id"], "weight": 3, "subject": "T", "body": "B" }));
    let revision = world.me().campaign(id).unwrap().revision;
    replace(&mut world, id, json!(shown));
    assert_eq!(world.me().campaign(id).unwrap().revision, revision, "what was read can be written and changes nothing");

    let node = ids(&mut world, id)[0];
    let turned = json!([b, over(a.clone(), json!({ "weight": 100 })), { "id": UNKNOWN, "weight": 2, "body": "C" }]);
    world.me().update_node(id, node, json!({ "variants": turned })).unwrap();
    let [first, second, third] = variants(&mut world, id).try_into().unwrap();
    assert_eq!((&first["id"], &second["id"], &second["weight"]), (&b["id"], &a["id"], &json!(100)));
    assert!(![&a["id"], &b["id"], &json!(UNKNOWN)].contains(&&third["id"]), "an unknown id gives a new one");
    world.me().update_node(id, node, json!({ "subject": "Other", "variants": null })).unwrap();
    assert_eq!(variants(&mut world, id).len(), 3, "what is not given stays");
    replace(&mut world, id, json!([with_variants(json!([first, second]))]));
    assert!(variants(&mut world, id).iter().all(|new| ![&a["id"], &b["id"]].contains(&&new["id"])), "of another node");

    let node = ids(&mut world, id)[0];
    world.me().update_node(id, node, json!({ "variants": [] })).unwrap();
    assert_eq!(nodes(&mut world, id)[0].get("variants"), None);
    let inserted = shape(&world.me().insert_node(id, with_variants(two())).unwrap());
    assert_eq!(inserted["campaign"]["sequence_nodes"][1]["variants"][1]["body"], "B");
    let moved = inserted["campaign"]["sequence_nodes"][1].clone();
    let node = ids(&mut world, id)[1];
    world.me().move_node(id, node, json!({ "position": 0 })).unwrap();
    assert_eq!(json!(variants(&mut world, id)), moved["variants"]);
    assert_eq!(world.store.check_invariants().unwrap(), []);
    world.me().delete_node(id, node, None).unwrap();
    world.me().delete_campaign(id).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn every_field_of_a_variant_is_checked() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let one = |fields: Value| over(json!({ "weight": 1, "body": "A" }), fields);
    for (given, expected) in [
        (json!("x"), &[("", "wrong_type")][..]),
        (json!([{}, {}, {}, {}, {}, {}]), &[("", "too_many")]),
        (json!([{}]), &[("[0].weight", "required"), ("[0].body", "required")]),
        (json!([null]), &[("[0]", "wrong_type")]),
        (json!([one(json!({ "weight": 0 }))]), &[("[0].weight", "out_of_range")]),
        (json!([one(json!({})), one(json!({ "weight": 101 }))]), &[("[1].weight", "out_of_range")]),
        (json!([one(json!({ "weight": 1.5 }))]), &[("[0].weight", "not_integer")]),
        (json!([one(json!({ "subject": "a\nb" }))]), &[("[0].subject", "line_break")]),
        (json!([one(json!({ "body": "x".repeat(100_001) }))]), &[("[0].body", "too_long")]),
        (json!([one(json!({ "id": "x" }))]), &[("[0].id", "malformed_id")]),
        (json!([one(json!({ "id": UNKNOWN })), one(json!({ "id": UNKNOWN }))]), &[("[1].id", "duplicate")]),
    ] {
        let of = |start: &str| -> Vec<(String, &'static str)> {
            expected.iter().map(|(path, code)| (format!("{start}{path}"), *code)).collect()
        };
        assert_eq!(refusal(&mut world, id, json!([with_variants(given.clone())])), of("sequence_nodes[0].variants"));
        let inserted = world.refused(|me| me.insert_node(id, with_variants(given.clone())));
        assert_eq!(problems(&inserted), of("variants"));
        let node = ids(&mut world, id)[0];
        let updated = world.refused(|me| me.update_node(id, node, json!({ "variants": given })));
        assert_eq!(problems(&updated), of("variants"));
    }
}

#[test]
fn what_means_nothing_of_a_variant_is_ignored_with_a_notice() {
    let mut world = World::new();
    let (mail, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let answer = replace(&mut world, mail, json!([over(delay(1), json!({ "variants": two() }))]));
    assert_eq!(notices(&answer), [("field_ignored", "sequence_nodes[0].variants")]);
    let answer = replace(&mut world, mail, json!([with_variants(json!([{ "weight": 1, "body": "", "wieght": 2 }]))]));
    assert_eq!(notices(&answer), [("unknown_field", "sequence_nodes[0].variants[0].wieght")]);
    let nodes = json!([{ "type": "connection_request", "variants": two() }, { "type": "message", "variants": two() }]);
    let answer = replace(&mut world, linkedin, nodes);
    let paths = ["sequence_nodes[0].variants", "sequence_nodes[1].variants[1].subject"];
    assert_eq!(notices(&answer), paths.map(|path| ("field_ignored", path)));
    let shown = &answer["campaign"]["sequence_nodes"];
    assert_eq!((shown[0].get("variants"), shown[1]["variants"][1].get("subject")), (None, None));
}

#[test]
fn a_copy_of_a_campaign_has_its_variants_under_ids_of_their_own() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([with_variants(two())]));
    let copy = world.me().clone_campaign(id, json!({})).unwrap().id;
    let [source, copied] = [variants(&mut world, id), variants(&mut world, copy)];
    for (one, other) in source.iter().zip(&copied) {
        assert_ne!(one["id"], other["id"]);
        assert_eq!(over(one.clone(), json!({ "id": 0 })), over(other.clone(), json!({ "id": 0 })));
    }
    assert_eq!(copied.len(), 2);
}

#[test]
fn the_typed_face_and_the_json_face_set_the_same_variants() {
    let set = |in_types: bool| {
        let mut world = World::new();
        let id = world.email_campaign("Mine");
        let node = ids(&mut world, id)[0];
        let mut me = world.me();
        if in_types {
            let given = || vec![NewVariant::new(1, "A"), NewVariant::new(3, "B").subject("T")];
            let nodes = [NewNode::from(Step::email("S", "Own")).id(node).variants(given())];
            me.update_campaign(id, UpdateCampaign::default().sequence_nodes(nodes)).unwrap();
            me.insert_node(id, InsertNode::from(Step::email("S", "Own")).variants(given())).unwrap();
            me.update_node(id, node, UpdateNode::default().variants(given())).unwrap();
        } else {
            let node_with = over(with_variants(two()), json!({ "id": node }));
            me.update_campaign(id, json!({ "sequence_nodes": [node_with] })).unwrap();
            me.insert_node(id, with_variants(two())).unwrap();
            me.update_node(id, node, json!({ "variants": two() })).unwrap();
        }
        world.store.dump().unwrap()
    };
    assert_eq!(set(true), set(false));
}

/// The paths and codes of what validation finds.
fn findings(world: &mut World, id: CampaignId, kind: &str) -> Vec<(String, String)> {
    let validation = shape(&world.me().validate(id).unwrap());
    let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
    validation[kind].as_array().unwrap().iter().map(|finding| (text(finding, "path"), text(finding, "code"))).collect()
}

#[test]
fn every_check_of_a_text_is_made_of_each_variant() {
    let mut world = World::new();
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    let own = json!({ "type": "email", "subject": "", "body": "", "variants": [
        { "weight": 1, "subject": "S", "body": "%unsubscribe_url%" },
        { "weight": 1, "body": " " },
        { "weight": 1, "body": "%nickname% {{first_name}}" },
        { "weight": 1, "subject": " ", "body": "%company% %{a}%" },
    ] });
    replace(&mut world, id, json!([own, { "type": "email", "is_reply": true, "body": "Again" }]));
    world.add(id, json!([{ "email": "bo@example.com", "first_name": "Bo" }]));
    let expected = [
        ("subject", "empty_subject"),
        ("variants[1].body", "empty_body"),
        ("variants[3].subject", "empty_subject"),
        ("variants[2].body", "unknown_variable"),
        ("variants[3].body", "malformed_choice"),
        ("variants[3].body", "unresolved_variable"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(path, code)| (format!("sequence_nodes[0].{path}"), (*code).to_owned())).collect();
    assert_eq!(findings(&mut world, id, "errors"), expected);
    let warnings = [("variants[2].body", "foreign_template_syntax"), ("variants[2].body", "no_opt_out")];
    let warnings: Vec<_> =
        warnings.iter().map(|(path, code)| (format!("sequence_nodes[0].{path}"), (*code).to_owned())).collect();
    assert_eq!(findings(&mut world, id, "warnings"), warnings);
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");

    // The texts of the node itself are not looked at, but for a subject that a variant has from it.
    let own = json!({ "type": "email", "subject": "%nickname%", "body": "%nickname%", "variants": [
        { "weight": 1, "subject": "S", "body": "A %unsubscribe_url%" },
        { "weight": 2, "subject": "T", "body": "B %unsubscribe_url%" },
    ] });
    replace(&mut world, id, json!([own]));
    assert!(world.me().validate(id).unwrap().ready);
    let own = json!({ "type": "email", "subject": "%nickname%", "body": "", "variants": [
        { "weight": 1, "body": "A" }, { "weight": 2, "body": "B" },
    ] });
    replace(&mut world, id, json!([own]));
    let told = findings(&mut world, id, "errors");
    assert_eq!(
        told,
        [("sequence_nodes[0].subject".to_owned(), "unknown_variable".to_owned())],
        "once for all variants"
    );
}

#[test]
fn the_length_of_each_variant_is_that_of_the_message_that_some_are_sent() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Mine");
    world.me().update_campaign(id, json!({ "operating_hours": always() })).unwrap();
    let long = "%custom_fields.Long%".repeat(21);
    let message = json!({ "type": "message", "body": "", "variants": [
        { "weight": 1, "body": "A" }, { "weight": 1, "body": long },
    ] });
    replace(&mut world, id, json!([message]));
    let custom_fields: BTreeMap<&str, String> = [("Long", "x".repeat(10_000))].into();
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo", "custom_fields": custom_fields }]));
    let told = findings(&mut world, id, "errors");
    assert_eq!(told, [("sequence_nodes[0].variants[1].body".to_owned(), "body_too_long".to_owned())]);

    // A reply has the subject of whichever variant went before it, with four characters more.
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    let first = json!({ "type": "email", "subject": "S", "body": "", "variants": [
        { "weight": 1, "body": "A" },
        { "weight": 1, "subject": "%company%".repeat(8), "body": "B" },
    ] });
    replace(&mut world, id, json!([first, { "type": "email", "is_reply": true, "body": "Again" }]));
    world.add(id, json!([{ "email": "bo@example.com", "company": "x".repeat(250) }]));
    let told = findings(&mut world, id, "errors");
    assert_eq!(told, [("sequence_nodes[1].subject".to_owned(), "subject_too_long".to_owned())]);
}

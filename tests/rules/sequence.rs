//! Sequences: what docs/rules.md#sequences says of replacing a sequence and of its single nodes, through the public door.

use crate::world::{World, add_user, issues, over, problems, shape};
use campaignkit::{
    CampaignId, Input, InsertNode, MoveNode, NewNode, NodeId, Step, UpdateCampaign, UpdateNode, strategies,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn replace(world: &mut World, id: CampaignId, nodes: Value) -> Value {
    shape(&world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap())
}

/// The issues of a sequence that must be refused.
fn refusal(world: &mut World, id: CampaignId, nodes: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.update_campaign(id, json!({ "sequence_nodes": nodes }))))
}

fn nodes(world: &mut World, id: CampaignId) -> Vec<Value> {
    shape(&world.me().campaign(id).unwrap())["sequence_nodes"].as_array().unwrap().clone()
}

/// The types of the nodes in their order.
fn types(nodes: &[Value]) -> Vec<&str> {
    nodes.iter().map(|node| node["type"].as_str().unwrap()).collect()
}

fn ids(world: &mut World, id: CampaignId) -> Vec<NodeId> {
    world.me().campaign(id).unwrap().sequence_nodes.iter().map(|node| node.id).collect()
}

/// The codes and paths of the notices of an answer.
fn notices(answer: &Value) -> Vec<(&str, &str)> {
    let notices = answer["notices"].as_array().unwrap();
    notices.iter().map(|notice| (notice["code"].as_str().unwrap(), notice["path"].as_str().unwrap())).collect()
}

fn email(body: &str) -> Value {
    json!({ "type": "email", "subject": "S", "body": body })
}

fn delay(days: u32) -> Value {
    json!({ "type": "delay", "delay_days": days })
}

#[test]
fn a_sequence_is_replaced_as_a_whole_and_numbered_from_0() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let end = ids(&mut world, id)[1];
    let given = json!([
        { "type": "email", "subject": "Hello %first_name%", "body": "One\n\ttwo" },
        { "type": "delay", "delay_days": 3, "delay_hours": 2, "delay_minutes": 1 },
        { "type": "email", "subject": "", "body": "Again", "is_reply": true },
        { "type": "end" },
    ]);
    let answer = replace(&mut world, id, given);
    let kept = &answer["campaign"]["sequence_nodes"];
    let node_id = |n: usize| kept[n]["id"].clone();
    assert_eq!(
        *kept,
        json!([
            { "id": node_id(0), "campaign_id": id, "position": 0, "type": "email", "subject": "Hello %first_name%",
              "body": "One\n\ttwo", "is_reply": false },
            { "id": node_id(1), "campaign_id": id, "position": 1, "type": "delay", "delay_days": 3, "delay_hours": 2,
              "delay_minutes": 1 },
            { "id": node_id(2), "campaign_id": id, "position": 2, "type": "email", "subject": "", "body": "Again",
              "is_reply": true },
            { "id": end, "campaign_id": id, "position": 3, "type": "end" },
        ])
    );
    assert_eq!(answer["notices"], json!([]));
    assert_eq!(json!(nodes(&mut world, id)), *kept, "what was answered is what is stored");
}

#[test]
fn the_nodes_of_linkedin_are_a_request_messages_and_delays() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Mine");
    let end = ids(&mut world, id)[1];
    let given = json!([
        { "type": "message", "body": "Hello" },
        { "type": "connection_request", "body": "A note" },
        { "type": "delay", "delay_minutes": 1 },
        { "type": "message", "body": "" },
    ]);
    let kept = replace(&mut world, id, given)["campaign"]["sequence_nodes"].clone();
    let node_id = |n: usize| kept[n]["id"].clone();
    assert_eq!(
        kept,
        json!([
            { "id": node_id(0), "campaign_id": id, "position": 0, "type": "message", "body": "Hello" },
            { "id": node_id(1), "campaign_id": id, "position": 1, "type": "connection_request", "body": "A note" },
            { "id": node_id(2), "campaign_id": id, "position": 2, "type": "delay", "delay_days": 0, "delay_hours": 0,
              "delay_minutes": 1 },
            { "id": node_id(3), "campaign_id": id, "position": 3, "type": "message", "body": "" },
            { "id": end, "campaign_id": id, "position": 4, "type": "end" },
        ])
    );
}

#[test]
fn what_a_node_does_not_say_is_nothing_and_null_says_nothing() {
    for nothing in
        [json!({}), json!({ "id": null, "subject": null, "body": null, "is_reply": null, "delay_hours": null })]
    {
        let mut world = World::new();
        let id = world.email_campaign("Mine");
        let given = json!([
            over(nothing.clone(), json!({ "type": "email" })),
            over(nothing.clone(), json!({ "type": "delay", "delay_days": 1 })),
        ]);
        let answer = replace(&mut world, id, given);
        let kept = &answer["campaign"]["sequence_nodes"];
        assert_eq!((&kept[0]["subject"], &kept[0]["body"]), (&json!(""), &json!("")));
        assert_eq!(kept[0]["is_reply"], false);
        assert_eq!((&kept[1]["delay_hours"], &kept[1]["delay_minutes"]), (&json!(0), &json!(0)));
        assert_eq!(answer["notices"], json!([]));

        let id = world.linkedin_campaign("Ours");
        let given = json!([
            over(nothing.clone(), json!({ "type": "connection_request" })),
            over(nothing.clone(), json!({ "type": "message" })),
        ]);
        let answer = replace(&mut world, id, given);
        assert_eq!(answer["campaign"]["sequence_nodes"][0]["body"], Value::Null);
        assert_eq!(answer["campaign"]["sequence_nodes"][1]["body"], "");
    }
}

#[test]
fn a_note_without_text_is_none() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Mine");
    for blank in ["", " \n\t"] {
        let answer = replace(&mut world, id, json!([{ "type": "connection_request", "body": blank }]));
        assert_eq!(answer["campaign"]["sequence_nodes"][0]["body"], Value::Null);
    }
    let answer = replace(&mut world, id, json!([{ "type": "connection_request", "body": " a " }]));
    assert_eq!(answer["campaign"]["sequence_nodes"][0]["body"], " a ", "a text stays as it is");
    let node = ids(&mut world, id)[0];
    let answer = shape(&world.me().update_node(id, node, json!({ "body": " " })).unwrap());
    assert_eq!(answer["campaign"]["sequence_nodes"][0]["body"], Value::Null);
}

#[test]
fn a_node_that_carries_a_known_id_keeps_it() {
    let mut world = World::new();
    let stranger = world.email_campaign("Another");
    let foreign = ids(&mut world, stranger)[0];
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([email("a"), delay(1), email("b")]));
    let [a, wait, b, end] = ids(&mut world, id)[..] else { panic!("four nodes") };
    let given = json!([
        over(email("b"), json!({ "id": b.to_string().to_uppercase() })),
        over(email("new"), json!({ "id": UNKNOWN })),
        over(email("a, changed"), json!({ "id": a })),
        over(email("no delay any more"), json!({ "id": wait })),
        over(email("of another campaign"), json!({ "id": foreign })),
        over(email("of the end"), json!({ "id": end })),
        { "type": "end", "id": UNKNOWN.replace('a', "b") },
    ]);
    replace(&mut world, id, given);
    let now = ids(&mut world, id);
    assert_eq!((now[0], now[2], now[3], now[6]), (b, a, wait, end), "the end keeps its own");
    for fresh in [now[1], now[4], now[5]] {
        assert!(![a, wait, b, end, foreign].contains(&fresh) && fresh.to_string() != UNKNOWN);
    }
    assert_eq!(nodes(&mut world, id)[2]["body"], "a, changed");
    assert_eq!(ids(&mut world, stranger)[0], foreign);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_sequence_as_it_was_answered_can_be_given_back() {
    let mut world = World::new();
    for (id, given) in [
        (world.email_campaign("A"), json!([email("a"), delay(1), email("b")])),
        (world.linkedin_campaign("B"), json!([{ "type": "connection_request" }, delay(2), { "type": "message" }])),
    ] {
        let answered = replace(&mut world, id, given)["campaign"]["sequence_nodes"].clone();
        let before = world.store.dump().unwrap();
        let again = replace(&mut world, id, answered.clone());
        assert_eq!((&again["campaign"]["sequence_nodes"], &again["notices"]), (&answered, &json!([])));
        assert_eq!(world.store.dump().unwrap(), before, "nothing is another");

        // What it says of its places counts no more than its order.
        let mut turned = answered.as_array().unwrap().clone();
        turned.swap(0, 2);
        let order: Vec<Value> = turned.iter().map(|node| node["id"].clone()).collect();
        replace(&mut world, id, json!(turned));
        let kept = nodes(&mut world, id);
        assert_eq!(kept.iter().map(|node| node["id"].clone()).collect::<Vec<_>>(), order);
        assert_eq!(kept.iter().map(|node| node["position"].clone()).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}

#[test]
fn the_end_is_last_exactly_once_added_where_missing_and_an_error_elsewhere() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let end = ids(&mut world, id)[1];
    let stop = json!({ "type": "end" });
    for given in [json!([]), json!([stop])] {
        replace(&mut world, id, given);
        assert_eq!(ids(&mut world, id), [end]);
    }
    for given in [json!([email("a")]), json!([email("a"), stop])] {
        replace(&mut world, id, given);
        assert_eq!(types(&nodes(&mut world, id)), ["email", "end"]);
        assert_eq!(ids(&mut world, id)[1], end);
    }
    for (given, wrong) in [
        (json!([stop, email("a")]), &["sequence_nodes[0].type"][..]),
        (json!([stop, stop]), &["sequence_nodes[0].type"]),
        (json!([email("a"), stop, email("b"), stop]), &["sequence_nodes[1].type"]),
        (json!([stop, stop, stop]), &["sequence_nodes[0].type", "sequence_nodes[1].type"]),
    ] {
        let expected: Vec<(&str, &'static str)> = wrong.iter().map(|path| (*path, "end_not_last")).collect();
        assert_eq!(refusal(&mut world, id, given), issues(&expected));
    }
}

#[test]
fn a_node_has_a_type_of_the_campaigns_channel() {
    let mut world = World::new();
    let both = [
        (world.email_campaign("A"), json!(["email", "delay", "end"]), ["connection_request", "message"]),
        (world.linkedin_campaign("B"), json!(["connection_request", "message", "delay", "end"]), ["email", "Message"]),
    ];
    for (id, allowed, wrong) in both {
        for word in wrong.into_iter().chain(["", "sms"]) {
            let request = json!({ "sequence_nodes": [{ "type": word }] });
            let error = shape(&world.refused(|me| me.update_campaign(id, request)));
            let issue = &error["issues"][0];
            assert_eq!((&issue["path"], &issue["code"]), (&json!("sequence_nodes[0].type"), &json!("unknown_value")));
            assert_eq!(issue["allowed"], allowed);
        }
        for (kind, code) in [(json!(null), "required"), (json!(1), "wrong_type"), (json!(["email"]), "wrong_type")] {
            let found = refusal(&mut world, id, json!([delay(1), { "type": kind }]));
            assert_eq!(found, issues(&[("sequence_nodes[1].type", code)]));
        }
        for node in [json!(null), json!("email"), json!([]), json!(3)] {
            assert_eq!(refusal(&mut world, id, json!([node])), issues(&[("sequence_nodes[0]", "wrong_type")]));
        }
        for whole in [json!({}), json!("x"), json!(1)] {
            assert_eq!(refusal(&mut world, id, whole), issues(&[("sequence_nodes", "wrong_type")]));
        }
    }
}

#[test]
fn a_sequence_has_at_most_one_connection_request() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Mine");
    let request = json!({ "type": "connection_request" });
    let message = json!({ "type": "message", "body": "x" });
    let found = refusal(&mut world, id, json!([message, request, request, message, request]));
    let second = "second_connection_request";
    assert_eq!(found, issues(&[("sequence_nodes[2].type", second), ("sequence_nodes[4].type", second)]));
    let error = world.refused(|me| me.insert_node(id, request.clone()));
    assert_eq!(problems(&error), issues(&[("type", second)]));
    replace(&mut world, id, json!([message]));
    world.me().insert_node(id, request).unwrap();
    assert_eq!(types(&nodes(&mut world, id)), ["message", "connection_request", "end"]);
}

#[test]
fn a_delay_is_one_minute_to_thirty_days_all_parts_together() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let node = |days, hours, minutes| json!({ "type": "delay", "delay_days": days, "delay_hours": hours, "delay_minutes": minutes });
    for (days, hours, minutes) in
        [(0, 0, 1), (30, 0, 0), (0, 720, 0), (0, 0, 43_200), (29, 23, 60), (0, 0, 90), (1, 30, 61)]
    {
        let kept =
            replace(&mut world, id, json!([node(days, hours, minutes)]))["campaign"]["sequence_nodes"][0].clone();
        let parts = (&kept["delay_days"], &kept["delay_hours"], &kept["delay_minutes"]);
        assert_eq!(parts, (&json!(days), &json!(hours), &json!(minutes)), "the parts stay as they were given");
    }
    let path = "sequence_nodes[0].delay_days";
    for (days, hours, minutes) in [(0, 0, 0), (30, 0, 1), (29, 24, 1), (0, 720, 1), (30, 720, 43_200)] {
        assert_eq!(
            refusal(&mut world, id, json!([node(days, hours, minutes)])),
            issues(&[(path, "delay_out_of_range")])
        );
    }
    assert_eq!(refusal(&mut world, id, json!([{ "type": "delay" }])), issues(&[(path, "delay_out_of_range")]));
    for field in ["delay_days", "delay_hours", "delay_minutes"] {
        for (value, code) in [
            (json!(-1), "out_of_range"),
            (json!(43_201), "out_of_range"),
            (json!(4_294_967_297_i64), "out_of_range"),
            (json!(1e300), "out_of_range"),
            (json!(1.5), "not_integer"),
            (json!("1"), "wrong_type"),
            (json!(true), "wrong_type"),
        ] {
            // With a minute of its own, so that nothing else is wrong.
            let whole = over(json!({ "type": "delay", "delay_minutes": 1, "delay_hours": 1 }), json!({ field: value }));
            let path = format!("sequence_nodes[0].{field}");
            assert_eq!(refusal(&mut world, id, json!([whole])), issues(&[(&path, code)]), "{value}");
        }
    }
}

#[test]
fn a_part_of_a_delay_that_cannot_be_read_is_the_only_issue() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    for value in [json!("3"), json!(-1), json!(0.5)] {
        let found = refusal(&mut world, id, json!([{ "type": "delay", "delay_days": value }]));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn a_sequence_has_at_most_a_hundred_nodes_its_end_among_them() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let many = |count: usize, has_end: bool| {
        let mut many = vec![delay(1); count];
        many.extend(has_end.then(|| json!({ "type": "end" })));
        json!(many)
    };
    for has_end in [true, false] {
        for count in [100, 101, 250] {
            let request = json!({ "sequence_nodes": many(count, has_end) });
            let error = shape(&world.refused(|me| me.update_campaign(id, request)));
            let expected = json!([{ "path": "sequence_nodes", "code": "too_many", "max": 100,
                                    "message": "must have at most 100 items" }]);
            assert_eq!(error["issues"], expected, "{count} {has_end}");
        }
        replace(&mut world, id, many(99, has_end));
        assert_eq!(ids(&mut world, id).len(), 100);
    }
    let error = world.refused(|me| me.insert_node(id, delay(1)));
    assert_eq!(problems(&error), issues(&[("", "too_many")]));
    let first = ids(&mut world, id)[0];
    world.me().delete_node(id, first, None).unwrap();
    world.me().insert_node(id, delay(1)).unwrap();
    assert_eq!(ids(&mut world, id).len(), 100);
}

#[test]
fn every_error_of_every_node_is_reported_with_its_path() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let node = ids(&mut world, id)[0];
    let found = refusal(
        &mut world,
        id,
        json!([
            { "type": "email", "id": "x", "subject": 1, "body": [], "is_reply": "no" },
            { "type": "end" },
            { "type": "email", "id": node, "subject": "a\nb" },
            { "type": "message" },
            { "type": "delay", "delay_days": 31 },
            { "type": "email", "id": node, "body": "\u{7}" },
            7,
        ]),
    );
    let expected = [
        ("sequence_nodes[0].id", "malformed_id"),
        ("sequence_nodes[0].subject", "wrong_type"),
        ("sequence_nodes[0].body", "wrong_type"),
        ("sequence_nodes[0].is_reply", "wrong_type"),
        ("sequence_nodes[1].type", "end_not_last"),
        ("sequence_nodes[2].subject", "line_break"),
        ("sequence_nodes[3].type", "unknown_value"),
        ("sequence_nodes[4].delay_days", "delay_out_of_range"),
        ("sequence_nodes[5].body", "control_character"),
        ("sequence_nodes[5].id", "duplicate"),
        ("sequence_nodes[6]", "wrong_type"),
    ];
    assert_eq!(found, issues(&expected));
    let twice = json!([over(email("a"), json!({ "id": UNKNOWN })), over(delay(1), json!({ "id": UNKNOWN }))]);
    assert_eq!(refusal(&mut world, id, twice), issues(&[("sequence_nodes[1].id", "duplicate")]));
}

#[test]
fn texts_have_a_length_and_a_subject_is_one_line() {
    let mut world = World::new();
    let (mail, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let (subject, body) = ("ß".repeat(1_000), "漢".repeat(100_000));
    let whole = json!([{ "type": "email", "subject": subject, "body": body }]);
    let kept = replace(&mut world, mail, whole)["campaign"]["sequence_nodes"][0].clone();
    assert_eq!((&kept["subject"], &kept["body"]), (&json!(subject), &json!(body)));
    for (id, node, field, text, code) in [
        (mail, "email", "subject", subject + "x", "too_long"),
        (mail, "email", "body", body.clone() + "x", "too_long"),
        (linkedin, "message", "body", body.clone() + "x", "too_long"),
        (linkedin, "connection_request", "body", body + "x", "too_long"),
        (mail, "email", "subject", "a\rb".into(), "line_break"),
        (mail, "email", "subject", "a\n".into(), "line_break"),
        (mail, "email", "subject", "a\0".into(), "control_character"),
        (mail, "email", "body", "\u{1b}[1m".into(), "control_character"),
        (linkedin, "message", "body", "\u{85}".into(), "control_character"),
    ] {
        let path = format!("sequence_nodes[0].{field}");
        assert_eq!(refusal(&mut world, id, json!([{ "type": node, field: text }])), issues(&[(&path, code)]));
    }
    let kept = replace(&mut world, mail, json!([{ "type": "email", "subject": " a\tb ", "body": "\r\n\t " }]));
    let kept = &kept["campaign"]["sequence_nodes"][0];
    assert_eq!((&kept["subject"], &kept["body"]), (&json!(" a\tb "), &json!("\r\n\t ")), "kept as they are");
}

#[test]
fn what_a_node_cannot_have_is_ignored_with_a_notice() {
    let mut world = World::new();
    let (mail, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let answer = replace(
        &mut world,
        mail,
        json!([
            { "type": "email", "Subject": "x", "delay_days": "soon", "campaign_id": 1, "position": "first" },
            { "type": "delay", "delay_day": 1, "delay_days": 1, "body": 3, "is_reply": null },
            { "type": "end", "subject": {}, "x": null },
        ]),
    );
    assert_eq!(
        notices(&answer),
        [
            ("field_ignored", "sequence_nodes[0].delay_days"),
            ("unknown_field", "sequence_nodes[0].Subject"),
            ("field_ignored", "sequence_nodes[1].body"),
            ("unknown_field", "sequence_nodes[1].delay_day"),
            ("field_ignored", "sequence_nodes[2].subject"),
            ("unknown_field", "sequence_nodes[2].x"),
        ]
    );
    assert_eq!(answer["notices"][1]["closest"], "subject");
    assert_eq!(answer["campaign"]["sequence_nodes"][0]["subject"], "");
    let given = json!([{ "type": "message", "subject": "x", "is_reply": true }, { "type": "connection_request", "delay_hours": 1 }]);
    let answer = replace(&mut world, linkedin, given);
    assert_eq!(
        notices(&answer),
        [
            ("field_ignored", "sequence_nodes[0].subject"),
            ("field_ignored", "sequence_nodes[0].is_reply"),
            ("field_ignored", "sequence_nodes[1].delay_hours"),
        ]
    );
}

#[test]
fn a_node_is_inserted_before_the_end_or_at_its_place() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let bodies = |world: &mut World| -> String {
        nodes(world, id).iter().map(|node| node["body"].as_str().unwrap_or(".").to_owned()).collect()
    };
    replace(&mut world, id, json!([email("-")]));
    let (answer, events) = world.recorded(|me| me.insert_node(id, email("b")));
    let answer = shape(&answer);
    assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
    assert_eq!((&answer["campaign"]["revision"], &answer["notices"]), (&json!(3), &json!([])));
    let inserted = &answer["campaign"]["sequence_nodes"][1];
    assert_eq!(
        *inserted,
        json!({ "id": inserted["id"], "campaign_id": id, "position": 1, "type": "email", "subject": "S", "body": "b",
                "is_reply": false })
    );
    assert_eq!(shape(&world.me().campaign(id).unwrap()), answer["campaign"]);
    for (position, body, expected) in
        [(json!(0), "a", "a-b."), (json!(3), "d", "a-bd."), (json!(3), "c", "a-bcd."), (json!(null), "e", "a-bcde.")]
    {
        world.me().insert_node(id, over(email(body), json!({ "position": position }))).unwrap();
        assert_eq!(bodies(&mut world), expected);
    }
    for (position, code) in [
        (json!(-1), "out_of_range"),
        (json!(7), "out_of_range"),
        (json!(1.5), "not_integer"),
        (json!("0"), "wrong_type"),
    ] {
        let error = world.refused(|me| me.insert_node(id, over(email("x"), json!({ "position": position }))));
        assert_eq!(problems(&error), issues(&[("position", code)]), "{position}");
    }
    world.me().insert_node(id, over(email("f"), json!({ "position": 6 }))).unwrap();
    assert_eq!(bodies(&mut world), "a-bcdef.", "the place of the end is before it");
    assert_eq!(
        nodes(&mut world, id).iter().map(|node| node["position"].clone()).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4, 5, 6, 7]
    );
}

#[test]
fn an_inserted_node_is_checked_as_one_of_a_whole_sequence() {
    let mut world = World::new();
    let (mail, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    for (id, node, expected) in [
        (mail, json!({}), &[("type", "required")][..]),
        (mail, json!({ "type": "message" }), &[("type", "unknown_value")]),
        (mail, json!({ "type": "end" }), &[("type", "unknown_value")]),
        (linkedin, json!({ "type": "end" }), &[("type", "unknown_value")]),
        (linkedin, json!({ "type": "email" }), &[("type", "unknown_value")]),
        (mail, json!({ "type": "delay" }), &[("delay_days", "delay_out_of_range")]),
        (mail, json!([]), &[("", "wrong_type")]),
        (mail, json!(null), &[("", "wrong_type")]),
        (
            mail,
            json!({ "type": "email", "position": 9, "expected_revision": "x", "subject": "\n", "body": 1, "is_reply": 1 }),
            &[
                ("position", "out_of_range"),
                ("expected_revision", "wrong_type"),
                ("subject", "line_break"),
                ("body", "wrong_type"),
                ("is_reply", "wrong_type"),
            ],
        ),
    ] {
        assert_eq!(problems(&world.refused(|me| me.insert_node(id, node.clone()))), issues(expected), "{node}");
    }
    let error = shape(&world.refused(|me| me.insert_node(linkedin, json!({ "type": "end" }))));
    assert_eq!(error["issues"][0]["allowed"], json!(["connection_request", "message", "delay"]));
    let node =
        json!({ "type": "delay", "delay_days": 1, "subject": "x", "delay_week": 1, "id": UNKNOWN, "campaign_id": 3 });
    let answer = shape(&world.me().insert_node(mail, node).unwrap());
    assert_eq!(notices(&answer), [("field_ignored", "subject"), ("unknown_field", "delay_week")]);
    assert_ne!(answer["campaign"]["sequence_nodes"][1]["id"], UNKNOWN, "an inserted node is a new one");
}

#[test]
fn the_given_fields_of_a_node_change_and_the_others_stay() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let wait = json!({ "type": "delay", "delay_days": 1, "delay_hours": 2, "delay_minutes": 3 });
    replace(&mut world, id, json!([email("a"), wait, email("b")]));
    let before = nodes(&mut world, id);
    let mut expected = before.clone();
    let mut revision = 2;
    for (place, change) in [
        (0, json!({ "subject": "New" })),
        (0, json!({ "body": "" })),
        (2, json!({ "is_reply": true, "body": "c", "type": "email" })),
        (1, json!({ "delay_hours": 0 })),
        (1, json!({ "delay_days": 0, "delay_minutes": 43_200, "type": null, "subject": null })),
        (2, json!({ "subject": "", "body": null })),
    ] {
        let node = before[place]["id"].clone();
        let (answer, events) = world.recorded(|me| me.update_node(id, node, change.clone()));
        assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
        for (field, value) in change.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()) {
            expected[place][field] = value.clone();
        }
        revision += 1;
        let answer = shape(&answer);
        assert_eq!((&answer["campaign"]["revision"], &answer["notices"]), (&json!(revision), &json!([])));
        assert_eq!(answer["campaign"]["sequence_nodes"], json!(expected));
        assert_eq!(nodes(&mut world, id), expected);

        let dump = world.store.dump().unwrap();
        let node = before[place]["id"].clone();
        world.me().update_node(id, node.clone(), change).unwrap();
        world.me().update_node(id, node, expected[place].clone()).unwrap();
        assert_eq!(world.store.dump().unwrap(), dump, "what it is already, and what was answered, is no change");
    }
}

#[test]
fn a_changed_node_is_checked_as_one_of_a_whole_sequence() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([email("a"), delay(30)]));
    let [mail, wait, _] = ids(&mut world, id)[..] else { panic!("three nodes") };
    for (node, change, expected) in [
        (mail, json!({ "type": "delay" }), &[("type", "immutable")][..]),
        (mail, json!({ "type": "end" }), &[("type", "immutable")]),
        (mail, json!({ "type": 1 }), &[("type", "wrong_type")]),
        (mail, json!({ "subject": "a\nb", "body": "\0" }), &[("subject", "line_break"), ("body", "control_character")]),
        (mail, json!({ "subject": "x".repeat(1_001) }), &[("subject", "too_long")]),
        (
            mail,
            json!({ "is_reply": 0, "expected_revision": -1 }),
            &[("expected_revision", "out_of_range"), ("is_reply", "wrong_type")],
        ),
        // With the 30 days that it has.
        (wait, json!({ "delay_minutes": 1 }), &[("delay_days", "delay_out_of_range")]),
        (wait, json!({ "delay_days": 0 }), &[("delay_days", "delay_out_of_range")]),
        (mail, json!("x"), &[("", "wrong_type")]),
        (mail, json!(null), &[("", "wrong_type")]),
    ] {
        let error = world.refused(|me| me.update_node(id, node, change.clone()));
        assert_eq!(problems(&error), issues(expected), "{change}");
    }
    let change = json!({ "delay_days": "x", "position": 7, "id": 1, "campaign_id": [], "Body": "b", "subject": "T" });
    let answer = shape(&world.me().update_node(id, mail, change).unwrap());
    assert_eq!(
        notices(&answer),
        [("field_ignored", "position"), ("field_ignored", "delay_days"), ("unknown_field", "Body")]
    );
    assert_eq!(ids(&mut world, id)[0], mail, "it stays in its place, with its id");
}

#[test]
fn a_node_moves_to_its_place_and_the_others_close_up() {
    let order = |world: &mut World, id| -> String {
        nodes(world, id).iter().map(|node| node["body"].as_str().unwrap_or(".").to_owned()).collect()
    };
    for (from, to, expected) in [
        (0, 0, "abcd."),
        (0, 1, "bacd."),
        (0, 3, "bcda."),
        (3, 0, "dabc."),
        (2, 1, "acbd."),
        (1, 3, "acdb."),
        (3, 3, "abcd."),
    ] {
        let mut world = World::new();
        let id = world.email_campaign("Mine");
        replace(&mut world, id, json!(["a", "b", "c", "d"].map(email)));
        let known = ids(&mut world, id);
        let dump = world.store.dump().unwrap();
        let (answer, events) = world.recorded(|me| me.move_node(id, known[from], json!({ "position": to })));
        assert_eq!(order(&mut world, id), expected, "{from} to {to}");
        assert_eq!(shape(&answer.campaign), shape(&world.me().campaign(id).unwrap()));
        assert_eq!(nodes(&mut world, id)[to]["id"], json!(known[from]), "with its id");
        if from == to {
            assert_eq!((events, answer.campaign.revision), (vec![], 2));
            assert_eq!(world.store.dump().unwrap(), dump, "where it is already is no change");
        } else {
            assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
            assert_eq!(answer.campaign.revision, 3);
        }
    }
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([email("a"), email("b")]));
    let node = ids(&mut world, id)[0];
    for (request, expected) in [
        (json!({}), &[("position", "required")][..]),
        (json!({ "position": null }), &[("position", "required")]),
        (json!({ "position": 2 }), &[("position", "out_of_range")]),
        (json!({ "position": -1 }), &[("position", "out_of_range")]),
        (json!({ "position": 0.5 }), &[("position", "not_integer")]),
        (
            json!({ "position": "1", "expected_revision": [] }),
            &[("expected_revision", "wrong_type"), ("position", "wrong_type")],
        ),
        (json!(1), &[("", "wrong_type")]),
    ] {
        let error = world.refused(|me| me.move_node(id, node, request.clone()));
        assert_eq!(problems(&error), issues(expected), "{request}");
    }
}

#[test]
fn a_node_is_deleted_and_the_others_close_up() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!(["a", "b", "c"].map(email)));
    let [a, b, c, end] = ids(&mut world, id)[..] else { panic!("four nodes") };
    for (node, left) in [(b, &[a, c, end][..]), (a, &[c, end]), (c, &[end])] {
        let (answer, events) = world.recorded(|me| me.delete_node(id, node, None));
        assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
        assert_eq!(ids(&mut world, id), left);
        let positions: Vec<u64> = nodes(&mut world, id).iter().map(|node| node["position"].as_u64().unwrap()).collect();
        assert_eq!(positions, (0..left.len() as u64).collect::<Vec<_>>());
        assert_eq!(answer.campaign, world.me().campaign(id).unwrap());
    }
    assert_eq!(world.refused(|me| me.delete_node(id, a, None)).code(), "node_not_found");
}

#[test]
fn the_end_stays_where_and_what_it_is() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let campaign = world.campaign(channel, "draft");
        let (id, end) = (campaign.id, campaign.sequence_nodes.last().unwrap().id);
        let errors = [
            world.refused(|me| me.update_node(id, end, json!({}))),
            world.refused(|me| me.update_node(id, end, json!({ "type": "delay", "delay_days": 1 }))),
            world.refused(|me| me.move_node(id, end, json!({ "position": 0 }))),
            world.refused(|me| me.move_node(id, end, json!({ "position": 1 }))),
            world.refused(|me| me.delete_node(id, end, None)),
        ];
        for error in errors {
            assert_eq!((error.code(), error.status()), ("end_fixed", 409));
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let (id, neighbour) = (world.email_campaign("Mine"), world.email_campaign("Neighbour"));
    let (node, elsewhere) = (ids(&mut world, id)[0], ids(&mut world, neighbour)[0]);
    for (campaign, node, code) in [
        (json!(id), json!(UNKNOWN), "node_not_found"),
        (json!(id), json!(elsewhere), "node_not_found"),
        (json!(UNKNOWN), json!(node), "campaign_not_found"),
    ] {
        let both = || (campaign.clone(), node.clone());
        for error in [
            world.refused(|me| me.update_node(both().0, both().1, json!({ "body": "x" }))),
            world.refused(|me| me.move_node(both().0, both().1, json!({ "position": 0 }))),
            world.refused(|me| me.delete_node(both().0, both().1, None)),
        ] {
            assert_eq!((error.code(), error.status()), (code, 404));
        }
    }
    assert_eq!(world.refused(|me| me.insert_node(json!(UNKNOWN), email("x"))).code(), "campaign_not_found");

    let before = world.store.dump().unwrap();
    let mut they = world.store.session(other).unwrap();
    for result in [
        they.insert_node(id, email("x")),
        they.update_node(id, node, json!({ "body": "x" })),
        they.move_node(id, node, json!({ "position": 0 })),
        they.delete_node(id, node, None),
    ] {
        assert_eq!(result.unwrap_err().code(), "campaign_not_found");
    }
    assert_eq!(world.store.dump().unwrap(), before);

    for (campaign, node, path, code) in [
        (json!("x"), json!(node), "campaign_id", "malformed_id"),
        (json!(id), json!("x"), "node_id", "malformed_id"),
        (json!(id), json!(null), "node_id", "required"),
        (json!(1), json!(node), "campaign_id", "wrong_type"),
    ] {
        let error = world.refused(|me| me.delete_node(campaign, node, None));
        assert_eq!(problems(&error), issues(&[(path, code)]));
    }
}

#[test]
fn only_a_draft_that_the_caller_saw_has_its_nodes_changed() {
    for channel in ["email", "linkedin"] {
        for status in ["draft", "active", "paused", "completed"] {
            let mut world = World::new();
            let campaign = world.campaign(channel, status);
            let (id, node, now) = (campaign.id, campaign.sequence_nodes[0].id, campaign.revision);
            let every = |world: &mut World, revision: u32| {
                let with = |fields: Value| over(fields, json!({ "expected_revision": revision }));
                [
                    world.refused(|me| me.insert_node(id, with(delay(1)))),
                    world.refused(|me| me.update_node(id, node, with(json!({ "body": "Another" })))),
                    world.refused(|me| me.move_node(id, node, with(json!({ "position": 0 })))),
                    world.refused(|me| me.delete_node(id, node, with(json!({})))),
                    world.refused(|me| me.delete_node(id, node, Some(revision))),
                ]
            };
            for error in every(&mut world, now + 1) {
                assert_eq!(
                    (error.code(), shape(&error)["revision"].as_u64()),
                    ("revision_changed", Some(u64::from(now)))
                );
            }
            if status != "draft" {
                for error in every(&mut world, now) {
                    assert_eq!((error.code(), error.status()), ("not_draft", 409), "{channel} {status}");
                }
                continue;
            }
            let saw = |revision: u32| json!({ "expected_revision": revision });
            world.me().insert_node(id, over(delay(1), saw(now))).unwrap();
            world.me().update_node(id, node, over(json!({ "body": "Another" }), saw(now + 1))).unwrap();
            world.me().move_node(id, node, over(json!({ "position": 1 }), saw(now + 2))).unwrap();
            assert_eq!(world.me().delete_node(id, node, Some(now + 3)).unwrap().campaign.revision, now + 4);
        }
    }
}

#[test]
fn the_typed_face_and_the_json_face_change_the_same_nodes() {
    let steps = |world: &mut World, in_types: bool| {
        let id = world.linkedin_campaign("Mine");
        let node = ids(world, id)[0];
        let mut me = world.me();
        let note = Step::ConnectionRequest { body: Some("Hi".into()) };
        if in_types {
            let nodes = vec![
                NewNode { id: Some(node), step: note },
                Step::Delay { days: 1, hours: 2, minutes: 3 }.into(),
                Step::End.into(),
            ];
            let whole = UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() };
            me.update_campaign(id, whole).unwrap();
            me.insert_node(id, InsertNode::from(Step::Message { body: "A".into() })).unwrap();
            let step = Step::Message { body: "B".into() };
            me.insert_node(id, InsertNode { position: Some(1), step, expected_revision: Some(3) }).unwrap();
            let change = UpdateNode { body: Some("Hello".into()), expected_revision: Some(4), ..UpdateNode::default() };
            me.update_node(id, node, change).unwrap();
            me.move_node(id, node, MoveNode { position: 2, expected_revision: Some(5) }).unwrap();
        } else {
            let nodes = json!([
                { "id": node, "type": "connection_request", "body": "Hi" },
                { "type": "delay", "delay_days": 1, "delay_hours": 2, "delay_minutes": 3 },
                { "type": "end" },
            ]);
            me.update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
            me.insert_node(id, json!({ "type": "message", "body": "A" })).unwrap();
            me.insert_node(id, json!({ "type": "message", "body": "B", "position": 1, "expected_revision": 3 }))
                .unwrap();
            me.update_node(id, node, json!({ "body": "Hello", "expected_revision": 4 })).unwrap();
            me.move_node(id, node, json!({ "position": 2, "expected_revision": 5 })).unwrap();
        }
        world.store.dump().unwrap()
    };
    assert_eq!(steps(&mut World::new(), true), steps(&mut World::new(), false));

    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let node = ids(&mut world, id)[0];
    let bad = InsertNode::from(Step::Message { body: String::new() });
    assert_eq!(problems(&world.refused(|me| me.insert_node(id, bad))), issues(&[("type", "unknown_value")]));
    let bad = MoveNode { position: 1, expected_revision: None };
    assert_eq!(problems(&world.refused(|me| me.move_node(id, node, bad))), issues(&[("position", "out_of_range")]));
    let ignored = UpdateNode { delay_days: Some(1), ..UpdateNode::default() };
    assert_eq!(notices(&shape(&world.me().update_node(id, node, ignored).unwrap())), [("field_ignored", "delay_days")]);
}

/// A call on one of two campaigns; places count around.
#[derive(Clone, Debug)]
enum Call {
    Replace(Vec<(Option<usize>, &'static str)>),
    Insert(Option<u32>, &'static str),
    Update(usize, Value),
    Move(usize, u32),
    Delete(usize),
}

const WORDS: [&str; 5] = ["email", "connection_request", "message", "delay", "end"];

fn node(word: &str) -> Value {
    json!({ "type": word, "delay_minutes": if word == "delay" { json!(5) } else { json!(null) } })
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let word = || select(WORDS.to_vec());
    let whole = proptest::collection::vec((proptest::option::of(0..8_usize), word()), 0..6);
    let change = prop_oneof![
        Just(json!({ "body": "Another" })),
        Just(json!({ "subject": "Another", "delay_days": 1 })),
        word().prop_map(|word| json!({ "type": word })),
        strategies::json(),
    ];
    let call = prop_oneof![
        2 => whole.prop_map(Call::Replace),
        3 => (proptest::option::of(0..6_u32), word()).prop_map(|(position, word)| Call::Insert(position, word)),
        2 => (0..8_usize, change).prop_map(|(place, change)| Call::Update(place, change)),
        2 => (0..8_usize, 0..6_u32).prop_map(|(place, position)| Call::Move(place, position)),
        2 => (0..8_usize).prop_map(Call::Delete),
    ];
    proptest::collection::vec(call, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_sequence_of_calls_leaves_a_sequence_without_exactly_one_final_end(
        channel in select(vec!["email", "linkedin"]), calls in calls(),
    ) {
        let mut world = World::new();
        let id = if channel == "email" { world.email_campaign("Mine") } else { world.linkedin_campaign("Mine") };
        // Another one, whose nodes no call may touch.
        let untouched = world.email_campaign("Another");
        let theirs = nodes(&mut world, untouched);
        let end = ids(&mut world, id)[1];
        let mut revision = 1;
        for call in calls {
            let before = nodes(&mut world, id);
            let dump = world.store.dump().unwrap();
            let at = |place: usize| before[place % before.len()]["id"].clone();
            let mut me = world.me();
            let result = match call.clone() {
                Call::Replace(given) => {
                    let given: Vec<Value> = given.into_iter()
                        .map(|(known, word)| over(node(word), json!({ "id": known.map(at) })))
                        .collect();
                    me.update_campaign(id, json!({ "sequence_nodes": given }))
                }
                Call::Insert(position, word) => me.insert_node(id, over(node(word), json!({ "position": position }))),
                Call::Update(place, change) => me.update_node(id, at(place), change),
                Call::Move(place, position) => me.move_node(id, at(place), json!({ "position": position })),
                Call::Delete(place) => me.delete_node(id, at(place), None),
            };
            let after = nodes(&mut world, id);
            match result {
                Ok(updated) => {
                    prop_assert_eq!(&shape(&updated.campaign)["sequence_nodes"], &json!(after));
                    revision += u32::from(after != before);
                    prop_assert_eq!(updated.campaign.revision, revision);
                    // What the call was to do, it did.
                    match call {
                        Call::Replace(given) => {
                            let words: Vec<&str> = given.iter().map(|(_, word)| *word).filter(|word| *word != "end").collect();
                            prop_assert_eq!(&types(&after)[..after.len() - 1], words);
                        }
                        Call::Insert(position, word) => {
                            let place = position.map_or(before.len() - 1, |position| position as usize);
                            let mut expected = before.clone();
                            expected.insert(place, after[place].clone());
                            prop_assert_eq!(after[place]["type"].as_str(), Some(word));
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                        Call::Update(..) => prop_assert_eq!(order(&after), order(&before)),
                        Call::Move(place, position) => {
                            let mut expected = before.clone();
                            let node = expected.remove(place % before.len());
                            expected.insert(position as usize, node);
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                        Call::Delete(place) => {
                            let mut expected = before.clone();
                            expected.remove(place % before.len());
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                    }
                }
                Err(error) => {
                    prop_assert!(["invalid_input", "end_fixed"].contains(&error.code()), "{:?}", error);
                    prop_assert_eq!(world.store.dump().unwrap(), dump);
                }
            }
            let words = types(&after);
            prop_assert_eq!(words.iter().filter(|word| **word == "end").count(), 1);
            prop_assert_eq!((words[words.len() - 1], &after[after.len() - 1]["id"]), ("end", &json!(end)));
            for (position, node) in after.iter().enumerate() {
                prop_assert_eq!(&node["position"], position);
            }
            prop_assert!(words.iter().filter(|word| **word == "connection_request").count() <= 1);
        }
        prop_assert_eq!(nodes(&mut world, untouched), theirs);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

/// The ids of the nodes in their order.
fn order(nodes: &[Value]) -> Vec<&Value> {
    nodes.iter().map(|node| &node["id"]).collect()
}

#[test]
fn of_a_field_given_twice_the_last_one_counts() {
    let mut world = World::new();
    let id = world.email_campaign("A");
    let delay = Input::from_json(r#"{ "type": "delay", "delay_days": 5, "delay_days": null }"#).unwrap();
    let error = world.refused(|me| me.insert_node(id, delay));
    assert_eq!(problems(&error), issues(&[("delay_days", "delay_out_of_range")]));
    let node = ids(&mut world, id)[0];
    let place = Input::from_json(r#"{ "position": 0, "position": null }"#).unwrap();
    let error = world.refused(|me| me.move_node(id, node, place));
    assert_eq!(problems(&error), issues(&[("position", "required")]));
}

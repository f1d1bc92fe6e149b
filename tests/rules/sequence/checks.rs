//! What a sequence must not be: each error has its path.

use super::*;

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
            // With its own value in minutes, so that nothing else is wrong.
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

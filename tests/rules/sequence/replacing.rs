//! Replacing a sequence as a whole: what is kept of its nodes, and what is ignored.

use super::*;
use campaignkit::Input;

#[test]
fn a_sequence_is_replaced_as_a_whole_and_numbered_from_0() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let end = ids(&mut world, id)[1];
    let given = json!([
        { "type": "email", "subject": "Hello %first_name%", "body": "One\n\ttwo" },
        { "type": "delay", "delay_days": 3, "delay_hours": 2, "delay_minutes": 1 },
        { "type": "email", "subject": "", "body": "Again", "is_reply": true, "text_only": true },
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
              "is_reply": true, "text_only": true },
            { "id": end, "campaign_id": id, "position": 3, "type": "end" },
        ])
    );
    assert_eq!(answer["notices"], json!([]));
    assert_eq!(json!(nodes(&mut world, id)), *kept, "the result is what is stored");
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
        assert_eq!(world.store.dump().unwrap(), before, "nothing has changed");

        // Stated positions count no more than the order.
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

//! Single nodes: inserted, changed, moved and deleted.

use super::*;
use crate::world::add_user;
use campaignkit::{InsertNode, MoveNode, NewNode, Step, UpdateCampaign, UpdateNode};

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
    assert_eq!(bodies(&mut world), "a-bcdef.", "a node at the end's position goes before it");
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
            json!({ "type": "email", "position": 9, "expected_revision": "x", "subject": "\n", "body": 1, "is_reply": 1,
                    "text_only": "yes" }),
            &[
                ("position", "out_of_range"),
                ("expected_revision", "wrong_type"),
                ("subject", "line_break"),
                ("body", "wrong_type"),
                ("is_reply", "wrong_type"),
                ("text_only", "wrong_type"),
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
fn text_only_is_shown_where_it_is() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    replace(&mut world, id, json!([over(email("a"), json!({ "text_only": true })), email("b")]));
    let shown =
        |world: &mut World| nodes(world, id)[..2].iter().map(|node| node.get("text_only").cloned()).collect::<Vec<_>>();
    assert_eq!(shown(&mut world), [Some(json!(true)), None]);
    let [first, second] = [0, 1].map(|place| nodes(&mut world, id)[place]["id"].clone());
    for (node, given, expected) in [
        (&second, json!(true), [Some(json!(true)), Some(json!(true))]),
        (&first, json!(false), [None, Some(json!(true))]),
        (&second, json!(null), [None, Some(json!(true))]),
    ] {
        world.me().update_node(id, node.clone(), json!({ "text_only": given })).unwrap();
        assert_eq!(shown(&mut world), expected, "{given}");
    }
    world.me().insert_node(id, over(email("c"), json!({ "text_only": true, "position": 0 }))).unwrap();
    assert_eq!(shown(&mut world), [Some(json!(true)), None]);
    let linkedin = world.linkedin_campaign("Other");
    let answer = replace(&mut world, linkedin, json!([{ "type": "message", "body": "b", "text_only": true }]));
    assert_eq!(answer["notices"][0]["path"], json!("sequence_nodes[0].text_only"));
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
        assert_eq!(world.store.dump().unwrap(), dump, "its present values, and those of a result, are no change");
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
        // Together with the 30 days that it has.
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
            assert_eq!(world.store.dump().unwrap(), dump, "its present position is no change");
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
                NewNode::from(note).id(node),
                Step::Delay { days: 1, hours: 2, minutes: 3 }.into(),
                Step::End.into(),
            ];
            let whole = UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() };
            me.update_campaign(id, whole).unwrap();
            me.insert_node(id, InsertNode::from(Step::Message { body: "A".into() })).unwrap();
            let step = Step::Message { body: "B".into() };
            me.insert_node(id, InsertNode::from(step).position(1).expected_revision(3)).unwrap();
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

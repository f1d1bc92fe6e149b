//! Choices: one of several texts.

use super::*;

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
    assert_eq!([count(0, 0), count(1, 0), count(1, 1)], [3, 3, 4], "each is in someone's message");
    assert!(count(0, 1) > 9, "each is drawn independently: {}", count(0, 1));
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
    assert_eq!(seen(&mut world), before, "resolved messages match the preview");
    world.me().launch(id, None).unwrap();
    let tasks = world.me().claim_due(json!({ "max": 30 })).unwrap().tasks;
    assert_eq!(tasks.len(), 15, "the same room is kept for replies");
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
    // A choice may be empty.
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

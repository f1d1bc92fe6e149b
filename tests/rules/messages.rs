//! Messages written for single prospects (`docs/rules.md#messages-for-one-prospect`): from templates, by hand, and by a
//! language model of the host.

use crate::world;
use crate::world::{World, issues, problems, shape};
use campaignkit::{CampaignId, NodeId, Outcome, ProspectId};
use serde_json::{Value, json};

/// A draft of two emails, from someone called Ana to Bo and to someone without a name.
fn scene() -> (World, CampaignId, [NodeId; 2], [ProspectId; 2]) {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "first_name": "Ana" })).unwrap();
    let id = world.email_campaign("Q2");
    let nodes = json!([
        { "type": "email", "subject": "For %first_name|you%", "body": "100%% %first_name|friend%, %sender_first%" },
        { "type": "email", "is_reply": true, "subject": "", "body": "Again, %first_name|friend%" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "" })).unwrap();
    let people = json!([{ "email": "bo@x.com", "first_name": "B%o" }, { "email": "cy@x.com" }]);
    let prospects = world.add(id, people).try_into().unwrap();
    let nodes = world.me().campaign(id).unwrap().sequence_nodes;
    (world, id, [nodes[0].id, nodes[1].id], prospects)
}

fn resolved(world: &mut World, id: CampaignId) -> Value {
    shape(&world.me().resolve_messages(id, json!({})).unwrap())
}

/// Subject, text, origin and staleness of each message.
fn said(world: &mut World, prospect: ProspectId) -> Vec<[Value; 4]> {
    let previews = shape(&world.me().preview_messages(prospect, json!({})).unwrap());
    let told = |preview: &Value| ["subject", "body", "origin", "stale"].map(|field| preview[field].clone());
    previews["messages"].as_array().unwrap().iter().map(told).collect()
}

#[test]
fn a_resolved_message_says_what_its_template_says() {
    let (mut world, id, _, [bo, cy]) = scene();
    let before = [said(&mut world, bo), said(&mut world, cy)];
    let (answer, events) = world.recorded(|me| me.resolve_messages(id, json!({})));
    assert_eq!(shape(&answer), json!({ "resolved": 4, "kept": 0, "stale": 0, "unresolved": 0 }));
    assert_eq!(events, [json!({ "type": "messages_written", "campaign_id": id })]);
    for (prospect, before) in [(bo, &before[0]), (cy, &before[1])] {
        for (now, before) in said(&mut world, prospect).iter().zip(before) {
            assert_eq!(now[..2], before[..2]);
            assert_eq!(now[2..], [json!("resolved"), json!(false)]);
        }
    }
    assert_eq!(said(&mut world, bo)[0][1], "100% B%o, Ana");
    assert_eq!(resolved(&mut world, id)["resolved"], 4, "a repetition has the same result");
}

#[test]
fn only_the_prospects_that_are_named_are_resolved() {
    let (mut world, id, _, [bo, cy]) = scene();
    let answer = world.me().resolve_messages(id, json!({ "prospect_ids": [cy] })).unwrap();
    assert_eq!(answer.resolved, 2);
    assert_eq!(said(&mut world, bo)[0][2], Value::Null);
    let other = world.email_campaign("other");
    let error = world.refused(|me| me.resolve_messages(other, json!({ "prospect_ids": [cy] })));
    assert_eq!(error.code(), "prospect_not_found");
}

#[test]
fn a_message_that_cannot_be_resolved_is_counted() {
    let (mut world, id, _, [bo, cy]) = scene();
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "%first_name%" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    assert_eq!(resolved(&mut world, id), json!({ "resolved": 1, "kept": 0, "stale": 0, "unresolved": 1 }));
    assert_eq!(
        [said(&mut world, bo)[0][2].clone(), said(&mut world, cy)[0][2].clone()],
        [json!("resolved"), Value::Null]
    );
}

#[test]
fn a_resolved_message_follows_its_template_and_its_prospect() {
    let (mut world, id, _, [bo, _]) = scene();
    resolved(&mut world, id);
    world.me().update_prospect(bo, json!({ "first_name": "Bob" })).unwrap();
    assert_eq!(said(&mut world, bo)[0], [json!("For Bob"), json!("100% Bob, Ana"), Value::Null, json!(false)]);
    assert_eq!(resolved(&mut world, id)["resolved"], 4);
    assert_eq!(said(&mut world, bo)[0][2], "resolved");
}

#[test]
fn an_edited_message_is_kept_and_becomes_stale() {
    let (mut world, id, [first, second], [bo, _]) = scene();
    let body = "By hand, %first_name%: 5 % off. %sender_first%";
    let (_, events) = world.recorded(|me| me.edit_message(bo, first, json!({ "subject": "Mine", "body": body })));
    assert_eq!(events, [json!({ "type": "messages_written", "campaign_id": id })]);
    let text = json!("By hand, B%o: 5 % off. Ana");
    assert_eq!(said(&mut world, bo)[0], [json!("Mine"), text.clone(), json!("edited"), json!(false)]);
    assert_eq!(said(&mut world, bo)[1][0], "Re: Mine", "a reply follows its thread");
    let plan = shape(&world.me().plan(id, json!({})).unwrap());
    let subjects: Vec<&Value> = plan["tasks"].as_array().unwrap().iter().map(|task| &task["subject"]).collect();
    assert_eq!(subjects, ["Mine", "For you", "Re: Mine", "Re: For you"]);
    assert_eq!(resolved(&mut world, id), json!({ "resolved": 3, "kept": 1, "stale": 0, "unresolved": 0 }));
    let nodes = json!([{ "id": first, "type": "email", "subject": "New", "body": "New" },
                       { "id": second, "type": "email", "subject": "New", "body": "New" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    assert_eq!(resolved(&mut world, id), json!({ "resolved": 3, "kept": 1, "stale": 1, "unresolved": 0 }));
    assert_eq!(said(&mut world, bo)[0], [json!("Mine"), text, json!("edited"), json!(true)]);
    world.me().launch(id, None).unwrap();
    let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
    assert_eq!(
        (task.email.unwrap().subject.as_str(), task.body.as_deref()),
        ("Mine", Some("By hand, B%o: 5 % off. Ana"))
    );
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn what_was_written_can_be_forgotten() {
    let (mut world, id, [first, _], [bo, _]) = scene();
    let before = said(&mut world, bo);
    world.me().edit_message(bo, first, json!({ "body": "Mine" })).unwrap();
    assert_eq!(said(&mut world, bo)[0][..2], [json!("For B%o"), json!("Mine")], "the subject stays");
    let ((), events) = world.recorded(|me| me.reset_message(bo, first));
    assert_eq!(events, [json!({ "type": "messages_written", "campaign_id": id })]);
    assert_eq!(said(&mut world, bo), before);
    let ((), events) = world.recorded(|me| me.reset_message(bo, first));
    assert_eq!(events, [] as [Value; 0]);
}

#[test]
fn an_edit_that_could_not_be_sent_is_refused() {
    let (mut world, id, [first, second], [bo, cy]) = scene();
    for (prospect, node, texts, expected) in [
        (bo, first, json!({ "subject": " ", "body": "x" }), ("subject", "empty_subject")),
        (bo, first, json!({ "body": " " }), ("body", "empty_body")),
        (bo, first, json!({ "body": "%nmae%" }), ("body", "unknown_variable")),
        (cy, first, json!({ "body": "%first_name%" }), ("body", "unresolved_variable")),
        (bo, first, json!({ "body": "%sender_company%" }), ("body", "unresolved_variable")),
        (bo, first, json!({ "subject": "a\nb", "body": "x" }), ("subject", "line_break")),
        (bo, first, json!({ "subject": "a" }), ("body", "required")),
    ] {
        let error = world.refused(|me| me.edit_message(prospect, node, texts.clone()));
        assert_eq!(problems(&error), issues(&[expected]), "{texts}");
    }
    let end = world.me().campaign(id).unwrap().sequence_nodes[2].id;
    assert_eq!(world.refused(|me| me.edit_message(bo, end, json!({ "body": "x" }))).code(), "node_not_found");
    world.me().edit_message(bo, second, json!({ "subject": "", "body": "x" })).unwrap();
    assert_eq!(said(&mut world, bo)[1][0], "Re: For B%o", "a reply needs no subject");
}

#[test]
fn a_note_that_is_too_long_is_refused() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Founders");
    let [bo] = world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }])).try_into().unwrap();
    let node = world.me().campaign(id).unwrap().sequence_nodes[0].id;
    world.me().edit_message(bo, node, json!({ "body": "x".repeat(200) })).unwrap();
    let error = world.refused(|me| me.edit_message(bo, node, json!({ "body": "x".repeat(201) })));
    assert_eq!(problems(&error), issues(&[("body", "note_too_long")]));
    let requests = shape(&world.me().message_requests(id, json!({})).unwrap());
    assert_eq!(requests["requests"], json!([]));
    world.me().reset_message(bo, node).unwrap();
    let requests = shape(&world.me().message_requests(id, json!({})).unwrap());
    assert_eq!(requests["requests"][0]["max_characters"], 200);
}

#[test]
fn a_message_that_was_sent_is_not_written_any_more() {
    let (mut world, id, [first, second], [bo, cy]) = scene();
    world.me().launch(id, None).unwrap();
    let tasks = world.me().claim_due(json!({})).unwrap().tasks;
    world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    let error = world.refused(|me| me.edit_message(bo, first, json!({ "body": "x" })));
    assert_eq!((error.code(), error.status()), ("message_sent", 409));
    world.me().edit_message(bo, second, json!({ "body": "By hand" })).unwrap();
    world.me().complete(tasks[1].id, Outcome::BOUNCED).unwrap();
    assert_eq!(world.refused(|me| me.edit_message(cy, second, json!({ "body": "x" }))).code(), "message_sent");
    assert_eq!(resolved(&mut world, id), json!({ "resolved": 0, "kept": 1, "stale": 0, "unresolved": 0 }));
    world.clock.advance_ms(1);
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    assert_eq!((task.body.as_deref(), task.email.unwrap().subject.as_str()), (Some("By hand"), "Re: For B%o"));
}

#[test]
fn a_language_model_of_the_host_writes_messages() {
    let (mut world, id, [first, _], [bo, cy]) = scene();
    let page = shape(&world.me().message_requests(id, json!({ "limit": 1 })).unwrap());
    assert_eq!(page["requests"].as_array().unwrap().len(), 2, "the requests of one prospect");
    let request = page["requests"][0].clone();
    assert_eq!([&request["prospect_id"], &request["node_id"]], [&json!(bo), &json!(first)]);
    assert_eq!(request["prospect"]["first_name"], "B%o");
    assert_eq!(request["body"], "100%% %first_name|friend%, %sender_first%");
    let rest = shape(&world.me().message_requests(id, json!({ "cursor": page["next_cursor"] })).unwrap());
    assert_eq!((rest["requests"].as_array().unwrap().len(), &rest["next_cursor"]), (2, &Value::Null));

    let answer = |prospect: ProspectId, input: &Value, body: &str| json!({ "prospect_id": prospect, "node_id": first, "input": input, "subject": "Generated", "body": body });
    let (input, other) = (&request["input"], &rest["requests"][0]["input"]);
    let messages = json!({ "messages": [answer(bo, input, "For you, Bo"), answer(cy, input, "x"), answer(cy, other, "%first_name%")] });
    let submitted = shape(&world.me().submit_messages(id, messages).unwrap());
    let told: Vec<&Value> =
        submitted["outcomes"].as_array().unwrap().iter().map(|outcome| &outcome["outcome"]).collect();
    assert_eq!(
        (&submitted["stored"], told),
        (&json!(1), vec![&json!("stored"), &json!("stale_input"), &json!("invalid")])
    );
    assert_eq!(submitted["outcomes"][2]["issues"][0]["path"], "messages[2].body");
    assert_eq!(said(&mut world, bo)[0], [json!("Generated"), json!("For you, Bo"), json!("generated"), json!(false)]);
    assert_eq!(world.me().message_requests(id, json!({})).unwrap().requests.len(), 3);

    world.me().update_prospect(bo, json!({ "headline": "CEO" })).unwrap();
    assert_eq!(said(&mut world, bo)[0][2], Value::Null, "it was written about someone else");
    assert_eq!(world.me().message_requests(id, json!({})).unwrap().requests.len(), 4);
    let again = json!({ "messages": [answer(bo, input, "x")] });
    assert_eq!(shape(&world.me().submit_messages(id, again).unwrap())["outcomes"][0]["outcome"], "stale_input");
    world.me().edit_message(bo, first, json!({ "body": "By hand" })).unwrap();
    let now = shape(&world.me().message_requests(id, json!({})).unwrap());
    assert!(
        now["requests"]
            .as_array()
            .unwrap()
            .iter()
            .all(|left| left["node_id"] != json!(first) || left["prospect_id"] != json!(bo))
    );
    let late = json!({ "messages": [answer(bo, input, "x")] });
    assert_eq!(shape(&world.me().submit_messages(id, late).unwrap())["outcomes"][0]["outcome"], "edited");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn another_users_messages_are_out_of_reach() {
    let (mut world, id, [first, _], [bo, _]) = scene();
    let other = world::add_user(&mut world.store).0;
    let before = world.store.dump().unwrap();
    let mut me = world.store.session(other).unwrap();
    let codes = [
        me.resolve_messages(id, json!({})).unwrap_err().code(),
        me.edit_message(bo, first, json!({ "body": "x" })).unwrap_err().code(),
        me.reset_message(bo, first).unwrap_err().code(),
        me.message_requests(id, json!({})).unwrap_err().code(),
    ];
    assert_eq!(codes, ["campaign_not_found", "prospect_not_found", "prospect_not_found", "campaign_not_found"]);
    assert_eq!(world.store.dump().unwrap(), before);
}

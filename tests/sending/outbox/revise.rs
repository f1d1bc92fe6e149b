//! Revising the texts of a launched campaign, for what is not handed out yet.

use super::*;
use campaignkit::{NodeId, PlanQuery, ReviseNode};

fn node(world: &mut World, id: CampaignId, place: usize) -> NodeId {
    world.me().campaign(id).unwrap().sequence_nodes[place].id
}

fn revise(world: &mut World, id: CampaignId, place: usize, request: Value) -> Value {
    let node = node(world, id, place);
    shape(&world.me().revise_node(id, node, request).unwrap())
}

/// What a dry run says, which changes nothing.
fn dry(world: &mut World, id: CampaignId, place: usize, request: &Value) -> Value {
    let (node, dump) = (node(world, id, place), world.store.dump().unwrap());
    let (answer, events) =
        world.recorded(|me| me.revise_node(id, node, over(request.clone(), json!({ "dry_run": true }))));
    assert_eq!((events, world.store.dump().unwrap()), (vec![], dump), "a dry run writes nothing");
    shape(&answer)
}

fn said(tasks: &[Task]) -> Vec<(String, String)> {
    let said = |task: &Task| (task.email.clone().map(|email| email.subject).unwrap_or_default(), task.body.clone());
    tasks.iter().map(said).map(|(subject, body)| (subject, body.unwrap_or_default())).collect()
}

fn pairs(said: &[(&str, &str)]) -> Vec<(String, String)> {
    said.iter().map(|(subject, body)| ((*subject).to_owned(), (*body).to_owned())).collect()
}

#[test]
fn what_is_not_handed_out_yet_says_the_new_text_and_what_was_keeps_its_own() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("Old")]), &["bo", "cy", "di"]);
    let bo = claim_with(&mut world, json!({ "max": 1, "lease_seconds": 60 })).remove(0);
    let cy = claim_with(&mut world, json!({ "max": 1, "lease_seconds": 60 })).remove(0);
    complete(&mut world, &cy, Outcome::Failed { retryable: true });
    let change = json!({ "subject": "New", "body": "Better" });
    let foreseen = dry(&mut world, id, 0, &change);
    let node_id = node(&mut world, id, 0);
    let (answer, events) = world.recorded(|me| me.revise_node(id, node_id, change));
    assert_eq!(events, [json!({ "type": "campaign_updated", "campaign_id": id })]);
    let revision = foreseen["revision"].as_u64().unwrap() + 1;
    assert_eq!(shape(&answer), over(foreseen, json!({ "revision": revision })));
    assert_eq!(
        shape(&answer),
        json!({ "messages": 1, "between": 0, "stale_drafts": 0, "unresolved": { "prospects": 0, "prospect_ids": [] },
            "revision": revision, "notices": [] })
    );
    let campaign = shape(&world.me().campaign(id).unwrap());
    assert_eq!((&campaign["revision"], &campaign["status"]), (&json!(revision), &json!("active")));
    assert_eq!(campaign["sequence_nodes"][0]["subject"], "New");

    world.clock.advance_ms(MINUTE);
    let tasks = claim(&mut world);
    let of = |who: usize| tasks.iter().filter(|task| task.prospect.id == people[who]).cloned().collect::<Vec<_>>();
    assert_eq!(said(&of(0)), pairs(&[("Old", "A text")]), "a lost lease");
    assert_eq!(of(0)[0].idempotency_key, bo.idempotency_key);
    assert_eq!(said(&of(1)), pairs(&[("Old", "A text")]), "a failure");
    assert_eq!(said(&of(2)), pairs(&[("New", "Better")]));
    let read = shape(&world.me().task(bo.id).unwrap());
    assert_eq!((&read["subject"], &read["body"]), (&json!("Old"), &json!("A text")));
    sound(&mut world);
}

/// Three emails to five people of whom the first was sent two of them, and the second one.
fn midway(world: &mut World) -> (CampaignId, Vec<ProspectId>) {
    let nodes = json!([mail("A"), delay(1, 0, 0), mail("B"), delay(1, 0, 0), mail("C")]);
    let (id, people) = email(world, json!({ "daily_limit": 1 }), nodes, &["p0", "p1", "p2", "p3", "p4"]);
    let first = send(world);
    world.clock.advance_ms(DAY);
    let second = send(world);
    world.me().update_campaign(id, json!({ "daily_limit": 500 })).unwrap();
    assert_eq!((prospects(&first), prospects(&second)), (vec![people[0]], vec![people[0]]));
    let third = claim_with(world, json!({ "max": 1 }));
    assert_eq!(prospects(&third), vec![people[1]]);
    complete(world, &third[0], Outcome::Sent);
    (id, people)
}

#[test]
fn the_effect_counts_messages_people_between_stale_drafts_and_missing_values() {
    let mut world = World::new();
    let (id, people) = midway(&mut world);
    let last = node(&mut world, id, 4);
    let write = |world: &mut World, who: usize| {
        world.me().edit_message(people[who], last, json!({ "subject": "Mine", "body": "By hand" })).unwrap();
    };
    write(&mut world, 1);
    write(&mut world, 2);
    write(&mut world, 3);
    world.me().resolve_messages(id, json!({ "prospect_ids": [people[4]] })).unwrap();
    // What is stale already does not become so.
    for who in [0, 3] {
        world.me().update_prospect(people[who], json!({ "company": "Acme" })).unwrap();
    }
    let change = json!({ "body": "For %company%" });
    let unresolved = |ids: &[ProspectId]| json!({ "prospects": ids.len(), "prospect_ids": ids });
    let foreseen = dry(&mut world, id, 4, &change);
    assert_eq!(
        foreseen,
        json!({ "messages": 5, "between": 2, "stale_drafts": 2, "unresolved": unresolved(&people[4..]),
            "revision": foreseen["revision"], "notices": [] })
    );
    let second = dry(&mut world, id, 2, &change);
    assert_eq!((&second["messages"], &second["between"], &second["stale_drafts"]), (&json!(4), &json!(1), &json!(0)));
    assert_eq!(second["unresolved"], unresolved(&[people[1], people[2], people[4]]));
    let first = dry(&mut world, id, 0, &change);
    assert_eq!((&first["messages"], &first["between"]), (&json!(3), &json!(0)));

    let applied = revise(&mut world, id, 4, change);
    assert_eq!(over(applied.clone(), json!({ "revision": foreseen["revision"] })), foreseen);
    let mut last_texts = BTreeMap::new();
    for _ in 0..8 {
        for task in send(&mut world).into_iter().filter(|task| task.node_id == last) {
            last_texts.insert(task.prospect.id, task.body.unwrap());
        }
        world.clock.advance_ms(DAY);
    }
    let expected: BTreeMap<_, _> =
        (0..4).map(|who| (people[who], if who == 0 { "For Acme" } else { "By hand" }.to_owned())).collect();
    assert_eq!(last_texts, expected, "the last has no company, and its text of the template before does not count");
    assert_eq!(shape(&world.me().explain(people[4]).unwrap())["reason"], "message_unresolved");
    sound(&mut world);
}

#[test]
fn people_whose_message_could_not_be_written_are_due_again_once_it_can() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    world.me().update_prospect(people[1], json!({ "company": "Acme" })).unwrap();
    let answer = revise(&mut world, id, 0, json!({ "body": "Hi %company%" }));
    assert_eq!(answer["unresolved"], json!({ "prospects": 1, "prospect_ids": [people[0]] }));
    assert_eq!(prospects(&claim(&mut world)), [people[1]]);
    assert_eq!(shape(&world.me().explain(people[0]).unwrap())["reason"], "message_unresolved");
    let due = |world: &mut World| shape(&world.me().next_due().unwrap())["next_due_at"].clone();
    let before = due(&mut world);
    world.clock.advance_ms(MINUTE);
    let now = json!(Instant::from_unix_ms(NOW_MS + MINUTE));
    assert_ne!(before, now);

    dry(&mut world, id, 0, &json!({ "body": "Hi %company|you%" }));
    assert_eq!(due(&mut world), before);
    revise(&mut world, id, 0, json!({ "subject": "Still %company%" }));
    assert_eq!(due(&mut world), now, "it is tried again");
    assert_eq!(prospects(&claim(&mut world)), []);
    assert_eq!(due(&mut world), before);
    let answer = revise(&mut world, id, 0, json!({ "subject": "S", "body": "Hi %company|you%" }));
    assert_eq!((&answer["messages"], &answer["unresolved"]["prospects"]), (&json!(1), &json!(0)));
    assert_eq!(due(&mut world), now);
    assert_eq!(said(&claim(&mut world)), pairs(&[("S", "Hi you")]));
    sound(&mut world);
}

#[test]
fn people_whose_sender_lacked_a_value_are_due_again_once_it_is_not_asked_for() {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "title": "CEO" })).unwrap();
    let second = json!({ "type": "email", "subject": "Again", "body": "By %sender_title%" });
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 1, 0), second]), &["bo"]);
    send(&mut world);
    world.me().update_account(account, json!({ "title": null })).unwrap();
    world.clock.advance_ms(DAY);
    assert_eq!(claim(&mut world), []);
    let node_id = node(&mut world, id, 2);
    let error = world.refused(|me| me.revise_node(id, node_id, json!({ "body": "Still by %sender_title%" })));
    assert_eq!(problems(&error), issues(&[("body", "unresolved_variable")]));
    assert_eq!(shape(&error)["issues"][0]["sender_account_ids"], json!([account]));
    revise(&mut world, id, 2, json!({ "body": "By me" }));
    assert_eq!(prospects(&claim(&mut world)), people);
    sound(&mut world);
}

#[test]
fn a_text_with_which_no_campaign_could_be_launched_is_refused_dry_or_not() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), reply(), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo", "cy"]);
    let long = "x".repeat(10_000);
    let fields: BTreeMap<_, _> = (0..20).map(|n| (n.to_string(), long.clone())).collect();
    world.me().update_prospect(people[1], json!({ "custom_fields": fields, "name": "n".repeat(200) })).unwrap();
    let all_fields: String = (0..20).map(|n| format!("%custom_fields.{n}|%")).collect();
    let each_name = "%name|you%".repeat(10);
    for (place, request, expected) in [
        (0, json!({ "subject": " " }), &[("subject", "empty_subject")][..]),
        (0, json!({ "body": "" }), &[("body", "empty_body")]),
        (0, json!({ "subject": "", "body": "\n" }), &[("subject", "empty_subject"), ("body", "empty_body")]),
        (4, json!({ "subject": "" }), &[("subject", "empty_subject")]),
        (2, json!({ "body": "" }), &[("body", "empty_body")]),
        (0, json!({ "body": "%nmae%" }), &[("body", "unknown_variable")]),
        (
            0,
            json!({ "subject": "%nmae%" }),
            &[("subject", "unknown_variable"), ("sequence_nodes[2].subject", "unknown_variable")],
        ),
        (
            0,
            json!({ "subject": "%unsubscribe_url%" }),
            &[("subject", "unusable_variable"), ("sequence_nodes[2].subject", "unusable_variable")],
        ),
        (0, json!({ "body": "%{a}%" }), &[("body", "malformed_choice")]),
        (0, json!({ "body": "%sender_title%" }), &[("body", "unresolved_variable")]),
        (0, json!({ "body": all_fields.clone() + "x" }), &[("body", "body_too_long")]),
        (4, json!({ "subject": each_name + "x" }), &[("subject", "subject_too_long")]),
        (0, json!({ "subject": "a\nb" }), &[("subject", "line_break")]),
        (0, json!({ "body": "x".repeat(100_001) }), &[("body", "too_long")]),
        (
            0,
            json!({ "body": 1, "text_only": "no", "dry_run": 1 }),
            &[("body", "wrong_type"), ("dry_run", "wrong_type"), ("text_only", "wrong_type")],
        ),
        (0, json!({ "type": "message" }), &[("type", "immutable")]),
        (0, json!({ "expected_revision": 0 }), &[("expected_revision", "out_of_range")]),
        (0, json!([]), &[("", "wrong_type")]),
    ] {
        let node = node(&mut world, id, place);
        let error = world.refused(|me| me.revise_node(id, node, request.clone()));
        let mut found = problems(&error);
        found.sort();
        let mut expected = issues(expected);
        expected.sort();
        assert_eq!(found, expected, "{request}");
        if request.is_object() && request["dry_run"].is_null() {
            let dry = world.refused(|me| me.revise_node(id, node, over(request.clone(), json!({ "dry_run": true }))));
            assert_eq!(shape(&dry), shape(&error));
        }
    }
    let (id, _) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["di", "eve"]);
    let node_id = node(&mut world, id, 0);
    let error = world.refused(|me| me.revise_node(id, node_id, json!({ "body": "x".repeat(201) })));
    assert_eq!(problems(&error), issues(&[("body", "note_too_long")]));
    assert_eq!(shape(&error)["issues"][0]["prospects"], 2);
    assert_eq!(revise(&mut world, id, 0, json!({ "body": "x".repeat(200) }))["messages"], 2);
    assert_eq!(revise(&mut world, id, 0, json!({ "body": " " }))["messages"], 2, "an invitation needs no note");
    let invitations = claim_with(&mut world, json!({ "type": "linkedin" }));
    assert_eq!(invitations.iter().map(|task| task.body.clone()).collect::<Vec<_>>(), [None, None]);
    sound(&mut world);
}

#[test]
fn only_nodes_that_send_something_of_launched_campaigns_are_revised() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S"), delay(1, 0, 0), mail("T")]), &["bo"]);
    let nodes: Vec<_> = world.me().campaign(id).unwrap().sequence_nodes.iter().map(|node| node.id).collect();
    let text = json!({ "body": "New" });
    for (node, code) in
        [(json!(nodes[1]), "node_not_found"), (json!(nodes[3]), "end_fixed"), (json!(UNKNOWN), "node_not_found")]
    {
        assert_eq!(world.refused(|me| me.revise_node(id, node, text.clone())).code(), code);
    }
    assert_eq!(world.refused(|me| me.revise_node(UNKNOWN, nodes[0], text.clone())).code(), "campaign_not_found");
    let stranger = add_user(&mut world.store).0;
    let error = world.store.session(stranger).unwrap().revise_node(id, nodes[0], text.clone()).unwrap_err();
    assert_eq!(error.code(), "campaign_not_found");

    let revision = world.me().campaign(id).unwrap().revision;
    let stale = json!({ "body": "New", "expected_revision": revision - 1 });
    assert_eq!(world.refused(|me| me.revise_node(id, nodes[0], stale)).code(), "revision_changed");
    let draft = world.email_campaign("Draft");
    let node_id = node(&mut world, draft, 0);
    assert_eq!(world.refused(|me| me.revise_node(draft, node_id, text.clone())).code(), "not_launched");

    let fresh = ReviseNode::default().body("New").expected_revision(revision);
    assert_eq!(world.me().revise_node(id, nodes[0], fresh).unwrap().revision, revision + 1);
    world.me().pause(id).unwrap();
    assert_eq!(revise(&mut world, id, 0, json!({ "body": "Newer" }))["messages"], 1);
    world.me().resume(id).unwrap();
    assert_eq!(said(&send(&mut world)), pairs(&[("S", "Newer")]));
    world.clock.advance_ms(DAY);
    send(&mut world);
    assert_eq!(world.me().campaign(id).unwrap().status().word(), "completed");
    let answer = revise(&mut world, id, 0, json!({ "body": "Newest" }));
    assert_eq!((&answer["messages"], &answer["between"]), (&json!(0), &json!(0)));
    let people = json!({ "prospects": [{ "email": "cy@example.com" }], "reopen": true });
    world.me().add_prospects(id, people).unwrap();
    assert_eq!(said(&claim(&mut world)), pairs(&[("S", "Newest")]));
    sound(&mut world);
}

#[test]
fn a_request_that_changes_nothing_writes_nothing_and_other_fields_are_ignored() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let before = shape(&world.me().campaign(id).unwrap());
    let node_id = node(&mut world, id, 0);
    let same = before["sequence_nodes"][0].clone();
    for request in [json!({}), json!({ "subject": null, "body": "A text", "text_only": false }), same] {
        let (answer, events) = world.recorded(|me| me.revise_node(id, node_id, request));
        assert_eq!((events, json!(answer.revision), answer.messages), (vec![], before["revision"].clone(), 0));
    }
    assert_eq!(shape(&world.me().campaign(id).unwrap()), before);
    let answer = revise(&mut world, id, 0, json!({ "is_reply": true, "delay_days": 1, "bdoy": "x", "subject": "New" }));
    let notices: Vec<_> = answer["notices"].as_array().unwrap().iter().map(|notice| notice["path"].clone()).collect();
    assert_eq!(notices, ["is_reply", "delay_days", "bdoy"]);
    let node = shape(&world.me().campaign(id).unwrap())["sequence_nodes"][0].clone();
    assert_eq!((&node["is_reply"], &node["subject"]), (&json!(false), &json!("New")));
    sound(&mut world);
}

#[test]
fn a_reply_keeps_the_subject_under_which_its_thread_was_sent() {
    let mut world = World::new();
    let first = json!({ "type": "email", "subject": "100%% for %name|you%", "body": "Hi" });
    let (id, people) = email(&mut world, json!({}), json!([first, delay(0, 1, 0), reply()]), &["bo", "cy"]);
    let sent = claim_with(&mut world, json!({ "max": 1 }));
    complete(&mut world, &sent[0], Outcome::Sent);
    let answer = revise(&mut world, id, 0, json!({ "subject": "New for %name|you%" }));
    assert_eq!((&answer["messages"], &answer["between"]), (&json!(1), &json!(0)));
    // What people say of themselves later does not change it, either.
    for person in &people {
        world.me().update_prospect(*person, json!({ "name": "50% {x}" })).unwrap();
    }
    let preview = |world: &mut World, who: usize| {
        shape(&world.me().preview_messages(people[who], json!({})).unwrap())["messages"][1]["subject"].clone()
    };
    assert_eq!(
        (preview(&mut world, 0), preview(&mut world, 1)),
        (json!("Re: 100% for you"), json!("Re: New for 50% {x}"))
    );
    assert_eq!(said(&send(&mut world)), pairs(&[("New for 50% {x}", "Hi")]));
    let planned = world.me().plan(id, PlanQuery::default()).unwrap().tasks;
    world.clock.advance_ms(HOUR + 1);
    let tasks = claim(&mut world);
    assert_eq!(said(&tasks), pairs(&[("Re: 100% for you", "Again"), ("Re: New for 50% {x}", "Again")]));
    let subjects: Vec<_> = planned.iter().map(|task| task.subject.clone().unwrap()).collect();
    assert_eq!(subjects, ["Re: 100% for you", "Re: New for 50% {x}"], "the plan says the same");
    sound(&mut world);
}

#[test]
fn a_plan_after_a_revision_is_what_is_handed_out() {
    let mut world = World::new();
    let (id, _) = midway(&mut world);
    for (place, word) in [(0, "New A"), (2, "New B"), (4, "New C")] {
        revise(&mut world, id, place, json!({ "subject": word, "body": "Hi %name|you%" }));
    }
    let planned = world.me().plan(id, PlanQuery::default()).unwrap().tasks;
    let planned: Vec<_> = planned.into_iter().map(|task| (task.at, task.prospect_id, task.subject.unwrap())).collect();
    let mut handed = Vec::new();
    while let Some(due) = world.me().next_due().unwrap().next_due_at {
        let tasks = world.me().claim_due(json!({ "now": due })).unwrap().tasks;
        for task in &tasks {
            handed.push((task.claimed_at, task.prospect.id, task.email.clone().unwrap().subject));
            world.me().complete(task.id, json!({ "outcome": "sent", "now": due })).unwrap();
        }
    }
    assert_eq!(handed, planned);
    assert_eq!(handed.len(), 12);
    sound(&mut world);
}

#[test]
fn a_plan_has_the_subject_of_what_is_handed_out_again() {
    for outcome in [Outcome::Failed { retryable: true }, Outcome::Deferred { retry_at: None }] {
        let mut world = World::new();
        let (id, _) = email(&mut world, json!({}), json!([mail("Old")]), &["bo", "cy"]);
        let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        complete(&mut world, &task, outcome);
        revise(&mut world, id, 0, json!({ "subject": "New" }));
        let planned = world.me().plan(id, PlanQuery::default()).unwrap().tasks;
        let planned: Vec<_> = planned.into_iter().map(|task| task.subject.unwrap()).collect();
        let mut handed = said(&send(&mut world));
        world.clock.advance_ms(HOUR);
        handed.extend(said(&send(&mut world)));
        let handed: Vec<_> = handed.into_iter().map(|(subject, _)| subject).collect();
        assert_eq!((&handed, handed.len()), (&planned, 2));
        assert_eq!(handed, ["New", "Old"]);
    }
}

#[test]
fn the_html_of_what_is_not_handed_out_can_be_taken_away() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    let first = claim_with(&mut world, json!({ "max": 1, "lease_seconds": 60 })).remove(0);
    let answer = revise(&mut world, id, 0, json!({ "text_only": true }));
    assert_eq!((&answer["messages"], &answer["stale_drafts"]), (&json!(1), &json!(0)));
    world.clock.advance_ms(MINUTE);
    let html = |task: &Task| task.email.as_ref().unwrap().body_html.is_some();
    let again = claim(&mut world);
    let has_html: BTreeMap<_, _> =
        again.iter().map(|task| (task.idempotency_key == first.idempotency_key, html(task))).collect();
    assert_eq!(has_html, BTreeMap::from([(true, true), (false, false)]));
    sound(&mut world);
}

#[test]
fn variants_are_revised_for_those_who_were_not_handed_one() {
    let mut world = World::new();
    let (account, people) = (world.email, 40);
    world.me().update_account(account, json!({ "daily_limit": 100 })).unwrap();
    let request = world.email_request(json!({ "name": "V", "signature": "", "daily_limit": 100 }));
    let id = world.create(request).unwrap().campaign.id;
    let variants = json!([{ "weight": 1, "body": "A" }, { "weight": 1, "subject": "Own", "body": "B" }]);
    let mail = json!({ "type": "email", "subject": "Node", "body": "", "variants": variants });
    world.me().update_campaign(id, json!({ "sequence_nodes": [mail] })).unwrap();
    world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@example.com") })).collect());
    world.me().launch(id, None).unwrap();
    let before = world.me().claim_due(json!({ "max": 10 })).unwrap().tasks;
    let known = shape(&world.me().campaign(id).unwrap())["sequence_nodes"][0]["variants"].clone();
    let revised = json!([{ "id": known[0]["id"], "weight": 1, "body": "A2" }, known[1]]);
    let effect = dry(&mut world, id, 0, &json!({ "variants": revised }));
    assert_eq!(effect["messages"], 30);
    assert_eq!(revise(&mut world, id, 0, json!({ "variants": known }))["messages"], 0, "the same again");
    revise(&mut world, id, 0, json!({ "variants": revised, "subject": "Node 2" }));
    let bodies = |tasks: &[Task]| {
        let said = said(tasks).into_iter();
        said.map(|(subject, body)| format!("{subject}/{body}")).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(bodies(&before), ["Node/A", "Own/B"].map(String::from).into());
    let after = world.me().claim_due(json!({ "max": 100 })).unwrap().tasks;
    assert_eq!((after.len(), bodies(&after)), (30, ["Node 2/A2", "Own/B"].map(String::from).into()));
    // What was handed out says the same again.
    for task in &before {
        world.me().release_task(task.id).unwrap();
    }
    let again = world.me().claim_due(json!({ "max": 100 })).unwrap().tasks;
    assert_eq!(bodies(&again), bodies(&before));
    let blank = json!({ "variants": [{ "weight": 1, "body": " " }] });
    let node = node(&mut world, id, 0);
    let error = world.refused(|me| me.revise_node(id, node, blank));
    assert_eq!(problems(&error), issues(&[("variants[0].body", "empty_body")]));
}

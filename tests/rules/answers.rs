//! Every answer has a bound in bytes (`docs/rules.md#bounds`): what does not fit comes with the next one, and nothing is
//! left out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::world::{DAY, HOUR, World, issues, over, problems, shape};
use campaignkit::{CampaignId, Error, Outcome, PlannedTask, Reading, Session};
use serde_json::{Map, Value, json};

const MIB: usize = 1 << 20;
const TEXT_MAX: usize = 16 * MIB;

/// The bytes of all texts in an answer, keys of custom fields among them.
fn texts(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(texts).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + texts(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// As long as a person can be in letters of one byte: 2 MB.
fn long_person(address: &str) -> Value {
    let custom: Map<String, Value> = (0..200).map(|n| (format!("field {n}"), json!("x".repeat(10_000)))).collect();
    json!({ "email": address, "custom_fields": custom })
}

/// All pages of a list under one limit, each within the bound, and the ids of their rows in order.
fn pages(
    world: &mut World,
    field: &str,
    limit: u32,
    mut page: impl FnMut(&mut Session<'_>, Value) -> Result<Value, Error>,
) -> (Vec<usize>, Vec<Value>) {
    let (mut counts, mut ids) = (Vec::new(), Vec::new());
    let mut cursor = Value::Null;
    loop {
        let answer = page(&mut world.me(), json!({ "limit": limit, "cursor": cursor })).unwrap();
        let rows = answer[field].as_array().unwrap();
        assert!(rows.len() == 1 || texts(&answer) <= TEXT_MAX, "{field}: {} bytes", texts(&answer));
        assert!(!rows.is_empty() || answer["next_cursor"].is_null());
        counts.push(rows.len());
        ids.extend(rows.iter().map(|row| if field == "requests" { row["input"].clone() } else { row["id"].clone() }));
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() {
            return (counts, ids);
        }
    }
}

/// A campaign of ten people of 2 MB each.
fn crowd(world: &mut World) -> (CampaignId, Vec<Value>) {
    let id = world.email_campaign("Crowd");
    let ids = (0..10).map(|n| json!(world.add(id, json!([long_person(&format!("p{n}@x.com"))]))[0])).collect();
    (id, ids)
}

#[test]
fn a_page_of_long_prospects_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let (id, people) = crowd(&mut world);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list), (vec![8, 2], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 3, list), (vec![3, 3, 3, 1], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 8, list), (vec![8, 2], people.clone()), "the limit and the bound meet");
    let pending =
        |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, over(page, json!({ "status": "pending" })))?));
    assert_eq!(pages(&mut world, "prospects", 200, pending), (vec![8, 2], people));
}

#[test]
fn a_page_of_long_leads_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "Crowd" })).unwrap().id;
    let mut leads = Vec::new();
    for n in 0..9 {
        let lead = long_person(&format!("p{n}@x.com"));
        let added = shape(&world.me().add_leads(list, json!({ "leads": [lead] })).unwrap());
        leads.push(added["outcomes"][0]["lead_id"].clone());
    }
    let page = |me: &mut Session<'_>, page| Ok(shape(&me.list_leads(list, page)?));
    assert_eq!(pages(&mut world, "leads", 200, page), (vec![8, 1], leads));
}

#[test]
fn a_page_of_long_campaigns_ends_early_and_has_one_that_is_longer_than_a_page() {
    let mut world = World::new();
    let mut campaigns = Vec::new();
    for (name, nodes, letter) in [("A", 60, "x"), ("B", 90, "x"), ("C", 60, "文"), ("D", 1, "x")] {
        let id = world.email_campaign(name);
        let node = json!({ "type": "email", "subject": "S", "body": letter.repeat(100_000) });
        world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; nodes] })).unwrap();
        campaigns.insert(0, json!(id));
    }
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_campaigns(page)?));
    assert_eq!(pages(&mut world, "campaigns", 200, list), (vec![1, 1, 2], campaigns));
}

#[test]
fn messages_to_write_end_early_within_a_prospect_and_go_on_there() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let nodes = vec![json!({ "type": "email", "subject": "S", "body": "B" }); 10];
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people: Vec<Value> =
        (0..3).map(|n| json!(world.add(id, json!([long_person(&format!("p{n}@x.com"))]))[0])).collect();
    let (mut counts, mut told, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let page = shape(&world.me().message_requests(id, json!({ "limit": 2, "cursor": cursor })).unwrap());
        assert!(texts(&page) <= TEXT_MAX, "{} bytes", texts(&page));
        let requests = page["requests"].as_array().unwrap();
        counts.push(requests.len());
        told.extend(requests.iter().map(|request| (request["prospect_id"].clone(), request["position"].clone())));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let expected: Vec<(Value, Value)> =
        people.iter().flat_map(|id| (0..10).map(move |position| (id.clone(), json!(position)))).collect();
    assert_eq!(told, expected);
    assert_eq!(counts, [8, 8, 8, 6]);
    for cursor in
        ["x", "x.1", &format!("{}.", people[0].as_str().unwrap()), &format!("{}.-1", people[0].as_str().unwrap())]
    {
        let error = world.refused(|me| me.message_requests(id, json!({ "cursor": cursor })));
        assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
    }
}

#[test]
fn a_page_whose_rows_are_short_has_as_many_as_its_limit() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let people: Value = (0..450).map(|n| json!({ "email": format!("p{n}@x.com") })).collect();
    world.add(id, people);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list).0, [200, 200, 50]);
    assert_eq!(pages(&mut world, "prospects", 150, list).0, [150, 150, 150]);
}

/// A campaign over a mailbox that may send as much as it likes, to people whose names are as long as names can be: 250
/// characters, and 100,000 characters of a template that says nothing else.
fn shouting(world: &mut World, people: usize, body: &str) -> CampaignId {
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 100_000, "first_name": "Ana" })).unwrap();
    let fields = json!({ "name": format!("Loud {}", body.len()), "daily_limit": 500, "signature": "%first_name%" });
    let id = world.create(world.email_request(fields)).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "For %name|you%", "body": body }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let person = |n: usize| json!({ "email": format!("p{n}@x.com"), "name": format!("{n:0>250}") });
    if people > 0 {
        world.add(id, (0..people).map(person).collect());
    }
    id
}

/// A body of so many names, which are 250 characters each.
fn names(count: usize) -> String {
    "%name|x%".repeat(count)
}

/// The tasks of a claim and whether there are more, within the bound.
fn claim(world: &mut World, request: Value) -> (Vec<Value>, bool) {
    let claimed = shape(&world.me().claim_due(request).unwrap());
    let tasks = claimed["tasks"].as_array().unwrap().clone();
    assert!(tasks.len() < 2 || texts(&claimed) <= TEXT_MAX, "{} bytes", texts(&claimed));
    (tasks, claimed["more"].as_bool().unwrap())
}

fn keys(tasks: &[Value]) -> Vec<String> {
    tasks.iter().map(|task| task["idempotency_key"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_claim_of_long_messages_hands_out_fewer_and_repeated_claims_hand_out_everybody_once() {
    let texts = names(780);
    let handed = |max: u32| {
        let mut world = World::new();
        let id = shouting(&mut world, 120, &texts);
        world.me().launch(id, None).unwrap();
        let (mut counts, mut handed) = (Vec::new(), Vec::new());
        loop {
            let (tasks, more) = claim(&mut world, json!({ "max": max }));
            counts.push(tasks.len());
            handed.extend(keys(&tasks));
            if !more {
                break;
            }
        }
        assert_eq!(claim(&mut world, json!({})), (vec![], false), "what says that there is no more is right");
        assert_eq!(world.store.check_invariants().unwrap(), []);
        (counts, handed)
    };
    let (counts, all) = handed(1_000);
    assert_eq!(counts, [84, 36]);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120);
    assert_eq!(handed(50), (vec![50, 50, 20], all.clone()), "the same in the same order");
    assert_eq!(handed(84), (vec![84, 36], all.clone()));
    assert_eq!(handed(40), (vec![40, 40, 40], all), "more is false though the claim is full");
}

#[test]
fn a_claim_counts_what_is_known_of_the_prospects() {
    let mut world = World::new();
    let id = shouting(&mut world, 0, &names(1));
    let long = |n: usize| {
        let custom: Map<String, Value> = (0..200).map(|n| (format!("{n}"), json!("文".repeat(10_000)))).collect();
        json!({ "email": format!("p{n}@x.com"), "name": "Bo", "custom_fields": custom })
    };
    for n in 0..4 {
        world.add(id, json!([long(n)]));
    }
    world.me().launch(id, None).unwrap();
    let counts: Vec<(usize, bool)> =
        (0..3).map(|_| claim(&mut world, json!({}))).map(|(tasks, more)| (tasks.len(), more)).collect();
    assert_eq!(counts, [(2, true), (2, false), (0, false)]);
}

#[test]
fn there_is_more_exactly_while_the_same_claim_hands_out_more() {
    let mut world = World::new();
    let account = world.email;
    let id = shouting(&mut world, 12, "Hello");
    world.me().update_account(account, json!({ "daily_limit": 7 })).unwrap();
    world.me().launch(id, None).unwrap();
    let at = |n: usize| format!("p{n}@x.com");
    let suppressed: Vec<Value> = [2, 3, 6].map(|n| json!({ "type": "email_address", "value": at(n) })).into();
    world.me().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
    let to = |tasks: &[Value]| tasks.iter().map(|task| task["prospect"]["email"].clone()).collect::<Vec<_>>();
    for (max, people, more) in
        [(2, vec![0, 1], true), (2, vec![4, 5], true), (2, vec![7, 8], true), (1, vec![9], false), (1, vec![], false)]
    {
        let (tasks, is_more) = claim(&mut world, json!({ "max": max }));
        assert_eq!((to(&tasks), is_more), (people.into_iter().map(|n| json!(at(n))).collect(), more));
    }
    world.clock.advance_ms(DAY);
    let (tasks, more) = claim(&mut world, json!({ "type": "linkedin" }));
    assert_eq!((tasks.len(), more), (0, false), "what another claim would hand out does not count");
    let rest: Vec<Value> = [10, 11].map(|n| json!({ "type": "email_address", "value": at(n) })).into();
    world.me().add_suppressions(json!({ "suppressions": rest })).unwrap();
    let (tasks, more) = claim(&mut world, json!({ "max": 7 }));
    assert_eq!((tasks.len(), more), (7, false), "those who come after are suppressed");
}

#[test]
fn a_text_that_is_too_long_for_someone_keeps_a_draft_from_its_launch() {
    let mut world = World::new();
    let id = shouting(&mut world, 7, &names(12_500));
    let validation = shape(&world.me().validate(id).unwrap());
    let found = &validation["errors"][0];
    assert_eq!(validation["errors"].as_array().unwrap().len(), 1);
    assert_eq!(found["code"], "body_too_long");
    assert_eq!(found["path"], "sequence_nodes[0].body");
    assert_eq!((&found["max"], &found["prospects"]), (&json!(200_000), &json!(7)));
    assert_eq!(found["prospect_ids"].as_array().unwrap().len(), 5);
    let error = world.refused(|me| me.launch(id, None));
    assert_eq!((error.code(), error.issues()[0].code()), ("not_ready", "body_too_long"));
    let someone: campaignkit::ProspectId = found["prospect_ids"][0].as_str().unwrap().parse().unwrap();
    let preview = shape(&world.me().preview_messages(someone, json!({})).unwrap())["messages"][0].clone();
    assert_eq!((&preview["body"], &preview["too_long"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_text_may_have_as_many_characters_as_its_limit_with_its_signature() {
    // 799 names of 250 characters, a blank line, `Ana` and what fills it up.
    let fill = 200_000 - 799 * 250 - 2 - 3;
    for (extra, code) in [(0, None), (1, Some("body_too_long"))] {
        let mut world = World::new();
        let id = shouting(&mut world, 1, &format!("{}{}", names(799), "文".repeat(fill + extra)));
        let errors = shape(&world.me().validate(id).unwrap())["errors"].clone();
        assert_eq!(errors[0]["code"].as_str(), code);
        if code.is_none() {
            world.me().launch(id, None).unwrap();
            let (tasks, _) = claim(&mut world, json!({}));
            assert_eq!(tasks[0]["body"].as_str().unwrap().chars().count(), 200_000);
        }
    }
}

#[test]
fn a_subject_may_have_as_many_characters_as_its_limit() {
    for (length, code) in [(1_994, None), (1_995, Some("subject_too_long"))] {
        let mut world = World::new();
        let id = world.email_campaign("Q2");
        let nodes = json!([{ "type": "email", "subject": "For %custom_fields.x%, %name|a%", "body": "B" }]);
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "" })).unwrap();
        let text = "文".repeat(length - 1);
        let people = json!([{ "email": "bo@x.com", "custom_fields": { "x": text } }, { "email": "cy@x.com", "custom_fields": { "x": "y" } }]);
        let people = world.add(id, people);
        let errors = shape(&world.me().validate(id).unwrap())["errors"].clone();
        assert_eq!(errors[0]["code"].as_str(), code);
        let planned = shape(&world.me().plan(id, json!({})).unwrap())["tasks"][0]["subject"].clone();
        if code.is_some() {
            assert_eq!((&errors[0]["max"], &errors[0]["prospects"]), (&json!(2_000), &json!(1)));
            assert_eq!(errors[0]["prospect_ids"], json!([people[0]]));
            assert_eq!(planned, Value::Null);
        } else {
            assert_eq!(planned.as_str().unwrap().chars().count(), 2_000);
        }
    }
}

#[test]
fn a_message_that_became_too_long_waits_and_the_others_go() {
    let mut world = World::new();
    let account = world.email;
    let body = format!("%sender_company|x%{}", names(1)).repeat(800);
    let id = shouting(&mut world, 0, &body);
    let people =
        world.add(id, json!([{ "email": "bo@x.com", "name": "Bo" }, { "email": "cy@x.com", "name": "y".repeat(200) }]));
    world.me().launch(id, None).unwrap();
    world.me().update_account(account, json!({ "company": "c".repeat(100) })).unwrap();
    let (tasks, more) = claim(&mut world, json!({}));
    assert_eq!((tasks.len(), more), (1, false));
    assert_eq!(tasks[0]["prospect_id"], json!(people[0]));
    assert_eq!(shape(&world.me().explain(people[1]).unwrap())["reason"], "message_unresolved");
    world.me().update_account(account, json!({ "company": null })).unwrap();
    assert_eq!(claim(&mut world, json!({})).0[0]["prospect_id"], json!(people[1]));
    let task: campaignkit::TaskId = tasks[0]["id"].as_str().unwrap().parse().unwrap();
    world.me().complete(task, Outcome::Sent).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_text_for_one_prospect_is_no_longer_than_any_other() {
    let mut world = World::new();
    let id = shouting(&mut world, 1, "Hello");
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let node = world.me().campaign(id).unwrap().sequence_nodes[0].id;
    let long = names(900);
    let error = world.refused(|me| me.edit_message(prospect, node, json!({ "subject": "S", "body": long })));
    assert_eq!(problems(&error), issues(&[("body", "body_too_long")]));
    let subject = "%name|x%".repeat(9);
    let error = world.refused(|me| me.edit_message(prospect, node, json!({ "subject": subject, "body": "B" })));
    assert_eq!(problems(&error), issues(&[("subject", "subject_too_long")]));
    let request = shape(&world.me().message_requests(id, json!({})).unwrap())["requests"][0].clone();
    let written =
        json!({ "prospect_id": prospect, "node_id": node, "input": request["input"], "subject": "S", "body": long });
    let answer = shape(&world.me().submit_messages(id, json!({ "messages": [written] })).unwrap());
    assert_eq!(answer["outcomes"][0]["issues"][0]["code"], "body_too_long");
    let nodes = json!([{ "type": "email", "subject": "S", "body": long }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let resolved = shape(&world.me().resolve_messages(id, json!({})).unwrap());
    assert_eq!(resolved, json!({ "resolved": 0, "kept": 0, "stale": 0, "unresolved": 1 }));
}

#[test]
fn whoever_joins_a_launched_campaign_is_not_too_long_for_it() {
    let mut world = World::new();
    let id = shouting(&mut world, 0, &names(790));
    world.add(id, json!([{ "email": "bo@x.com", "name": "Bo" }]));
    world.me().launch(id, None).unwrap();
    let long = json!({ "prospects": [{ "email": "cy@x.com", "name": "y".repeat(254) }] });
    let error = world.refused(|me| me.add_prospects(id, long));
    assert_eq!(problems(&error), issues(&[("prospects[0]", "body_too_long")]));
    let bo = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let error = world.refused(|me| me.update_prospect(bo, json!({ "name": "y".repeat(254) })));
    assert_eq!(problems(&error), issues(&[("", "body_too_long")]));
    world.me().update_prospect(bo, json!({ "name": "y".repeat(253) })).unwrap();
}

#[test]
fn previews_of_long_messages_come_in_pieces() {
    let mut world = World::new();
    let id = shouting(&mut world, 1, "Hello");
    let node = json!({ "type": "email", "subject": "S", "body": names(780) });
    world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; 12] })).unwrap();
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let (mut counts, mut positions, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let preview = shape(&world.me().preview_messages(prospect, json!({ "cursor": cursor })).unwrap());
        assert!(texts(&preview) <= MIB, "{} bytes", texts(&preview));
        let messages = preview["messages"].as_array().unwrap();
        counts.push(messages.len());
        positions.extend(messages.iter().map(|message| message["position"].as_u64().unwrap()));
        cursor = preview["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((counts, positions), (vec![5, 5, 2], (0..12).collect()));
    let error = world.refused(|me| me.preview_messages(prospect, json!({ "cursor": "x" })));
    assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
}

/// A draft with so many people and emails without a pause between them, whose subjects say what each person has in `x`.
fn saga(world: &mut World, people: usize, emails: usize, x: &str) -> CampaignId {
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 100_000 })).unwrap();
    let fields = json!({ "name": "Saga", "daily_limit": 500, "signature": "" });
    let id = world.create(world.email_request(fields)).unwrap().campaign.id;
    let node = json!({ "type": "email", "subject": "%custom_fields.x%", "body": "B" });
    world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; emails] })).unwrap();
    let people: Vec<Value> =
        (0..people).map(|n| json!({ "email": format!("p{n}@x.com"), "custom_fields": { "x": x } })).collect();
    for people in people.chunks(1_000) {
        world.add(id, json!(people));
    }
    id
}

/// All of a plan in one go.
fn whole_plan(world: &mut World, id: CampaignId, query: Value) -> Vec<PlannedTask> {
    let mut tasks = Vec::new();
    let visit = |task| {
        tasks.push(task);
        ControlFlow::Continue(())
    };
    world.me().plan_each(id, query, visit).unwrap();
    tasks
}

/// A plan page by page, an hour passing before each.
fn paged_plan(world: &mut World, id: CampaignId, query: &Value) -> (Vec<usize>, Vec<PlannedTask>) {
    let (mut counts, mut tasks, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let plan = world.me().plan(id, over(query.clone(), json!({ "cursor": cursor }))).unwrap();
        let bytes: usize = plan.tasks.iter().map(|task| serde_json::to_vec(task).unwrap().len()).sum();
        assert!(bytes <= 64_000_000, "{bytes} bytes");
        counts.push(plan.tasks.len());
        tasks.extend(plan.tasks);
        cursor = plan.next_cursor;
        if cursor.is_none() {
            return (counts, tasks);
        }
        world.clock.advance_ms(HOUR);
    }
}

#[test]
fn a_plan_has_at_most_100_000_messages_and_its_pages_are_the_whole() {
    let mut world = World::new();
    let id = saga(&mut world, 1_030, 99, "x");
    let whole = whole_plan(&mut world, id, json!({}));
    let (counts, tasks) = paged_plan(&mut world, id, &json!({}));
    assert_eq!(counts, [100_000, 1_970]);
    assert!(tasks == whole, "what comes after a cursor is exactly the rest");
    let cursor = world.me().plan(id, json!({})).unwrap().next_cursor;
    let forecast = world.me().forecast(id, json!({ "cursor": cursor })).unwrap();
    assert_eq!(forecast.messages, 1_970, "a forecast counts what comes after a cursor");
}

#[test]
fn a_plan_of_long_subjects_ends_early_and_its_pages_are_the_whole() {
    let mut world = World::new();
    let id = saga(&mut world, 160, 50, &"😀".repeat(2_000));
    let whole = whole_plan(&mut world, id, json!({}));
    let part = json!({ "from": whole[200].at, "to": whole[7_900].at });
    let (counts, tasks) = paged_plan(&mut world, id, &part);
    assert_eq!(counts.len(), 2);
    let is_of_part = |task: &&PlannedTask| (whole[200].at..whole[7_900].at).contains(&task.at);
    assert!(tasks.iter().eq(whole.iter().filter(is_of_part)), "what comes after a cursor is exactly the rest");
}

#[test]
fn a_visitor_of_a_plan_can_break_off() {
    let mut world = World::new();
    let id = saga(&mut world, 5, 3, "x");
    let whole = whole_plan(&mut world, id, json!({}));
    let mut seen = Vec::new();
    let visit = |task| {
        seen.push(task);
        if seen.len() < 7 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    world.me().plan_each(id, json!({}), visit).unwrap();
    assert_eq!(seen, whole[..7]);
    assert_eq!(world.me().plan(id, json!({})).unwrap().next_cursor, None);
    for cursor in ["", "1", "1.2", "x.1.2", "-1.1.019db4a1-dd00-7ea2-93f8-0bc942ee9088", "1.1.019db4a1"] {
        let error = world.refused(|me| me.plan(id, json!({ "cursor": cursor })));
        assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
    }
}

/// A table of so many columns and rows, with a header and cells of these lengths, the first of them an address.
fn table(columns: usize, rows: usize, header: usize, cell: usize) -> Vec<u8> {
    let line = |length: usize, row: usize| {
        let cells = (0..columns).map(|column| match (row, column) {
            (0, 0) => "email".to_owned(),
            (_, 0) => format!("p{row}@x.com"),
            _ => format!("{}{column}", "x".repeat(length.saturating_sub(column.to_string().len()))),
        });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    let mut text = line(header, 0);
    for row in 1..=rows {
        text.push_str(&line(cell, row));
    }
    text.into_bytes()
}

#[test]
fn a_preview_of_a_large_file_shows_a_mebibyte_of_it() {
    let mut world = World::new();
    for (columns, rows, header, cell) in
        [(16_384, 1, 250, 20), (16_384, 4, 4, 4), (3, 12, 4, 100_000), (500, 3, 255, 1_200), (2, 1, 4, 400_000)]
    {
        let file = table(columns, rows, header, cell);
        let preview = shape(&world.me().preview_csv(&file, Reading::default()).unwrap());
        let about = format!("{columns} columns, {rows} rows: {} bytes", texts(&preview));
        assert!(texts(&preview) <= MIB + 32 * columns, "{about}");
        assert_eq!(
            (&preview["total"], preview["mapping"].as_array().unwrap().len()),
            (&json!(rows), columns),
            "{about}"
        );
        assert_eq!(preview["mapping"][0], "email", "{about}");
        let shown = preview["rows"].as_array().unwrap();
        assert!((1..=rows.min(10)).contains(&shown.len()), "{about}");
        assert!(shown.iter().all(|row| row.as_array().unwrap().len() == columns), "{about}");
    }
    // A row that has more cells than there are columns.
    let file = [b"email\np@x.com".to_vec(), b",\"0123456789012345678901234567890123456789\"".repeat(16_000)].concat();
    assert!(texts(&shape(&world.me().preview_csv(&file, Reading::default()).unwrap())) <= MIB);
    let small = shape(&world.me().preview_csv(&table(20, 12, 100, 1_000), Reading::default()).unwrap());
    assert_eq!(small["rows"].as_array().unwrap().len(), 10);
    assert_eq!(
        (texts(&small["rows"][9][19]), texts(&small["columns"][19]["name"])),
        (1_000, 100),
        "whole where there is room"
    );
}

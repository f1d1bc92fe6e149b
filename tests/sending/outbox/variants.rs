//! Variants: who is sent which, that they keep it, and what became of each (`docs/rules.md#variants`).

use campaignkit::{NodeId, OpenOptions, SimulatedHost, VariantId};
use proptest::prelude::*;

use super::*;
use crate::world::file_of;

/// An email with a variant of each weight; each says its number.
fn with_weights(weights: &[u32]) -> Value {
    let variants = weights.iter().enumerate().map(|(n, weight)| {
        json!({ "weight": weight, "subject": format!("S{n}"), "body": format!("B{n} for %{{you|thee}}%") })
    });
    json!({ "type": "email", "subject": "own", "body": "own", "variants": variants.collect::<Value>() })
}

/// A draft with these nodes and this many people.
fn draft(world: &mut World, nodes: Value, people: usize) -> (CampaignId, Vec<ProspectId>) {
    let fields = json!({ "name": format!("Draft of {people}"), "signature": "", "daily_limit": 500 });
    let id = world.create(world.email_request(fields)).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 10_000 })).unwrap();
    let mut prospects = Vec::new();
    for crowd in crowd(people).chunks(1_000) {
        let crowd = crowd.iter().map(|name| json!({ "email": format!("{name}@example.com") }));
        prospects.extend(world.add(id, crowd.collect()));
    }
    (id, prospects)
}

fn first_node(world: &mut World, id: CampaignId) -> NodeId {
    world.me().campaign(id).unwrap().sequence_nodes[0].id
}

/// Sets the weights of the variants of the first node of a draft, which keep their ids.
fn weigh(world: &mut World, id: CampaignId, weights: &[u32]) {
    let campaign = shape(&world.me().campaign(id).unwrap());
    let variants = campaign["sequence_nodes"][0]["variants"].as_array().unwrap().clone();
    let weighed = variants.into_iter().zip(weights).map(|(variant, weight)| over(variant, json!({ "weight": weight })));
    let node = first_node(world, id);
    world.me().update_node(id, node, json!({ "variants": weighed.collect::<Value>() })).unwrap();
}

/// What the first message of a campaign says to a prospect, with its variant.
fn preview(world: &mut World, prospect: ProspectId) -> [Value; 3] {
    let shown = shape(&world.me().preview_messages(prospect, json!({})).unwrap())["messages"][0].clone();
    ["variant_id", "subject", "body"].map(|field| shown[field].clone())
}

fn task(task: &Task) -> [Value; 3] {
    [json!(task.variant_id), json!(task.email.as_ref().map(|email| &email.subject)), json!(task.body)]
}

#[test]
fn previews_plans_drafts_requests_and_tasks_have_the_same_variant() {
    let mut world = World::new();
    let nodes = json!([with_weights(&[1, 2, 3]), delay(0, 1, 0), reply()]);
    let (id, people) = draft(&mut world, nodes, 60);
    let seen = |world: &mut World| people.iter().map(|person| preview(world, *person)).collect::<Vec<_>>();
    let before = seen(&mut world);
    let variants = world.me().campaign(id).unwrap().sequence_nodes[0].variants.clone();
    for [variant, subject, body] in &before {
        let n = variants.iter().position(|known| json!(known.id) == *variant).unwrap();
        assert_eq!(*subject, format!("S{n}"));
        assert!(body.as_str().unwrap().starts_with(&format!("B{n} for ")));
    }
    let plan = shape(&world.me().plan(id, json!({})).unwrap())["tasks"].as_array().unwrap().clone();
    assert_eq!(plan.len(), 120);
    let planned = |person: usize, at: u64| {
        let is_it = |task: &&Value| task["prospect_id"] == json!(people[person]) && task["position"] == at;
        plan.iter().find(is_it).unwrap()["subject"].clone()
    };
    let requests = shape(&world.me().message_requests(id, json!({ "limit": 200 })).unwrap())["requests"].clone();
    for (person, [variant, subject, _]) in before.iter().enumerate() {
        assert_eq!(planned(person, 0), *subject);
        assert_eq!(planned(person, 2), format!("Re: {}", subject.as_str().unwrap()), "a reply follows the variant");
        let request = &requests[2 * person];
        assert_eq!((&request["variant_id"], &request["subject"]), (variant, subject));
        assert_eq!(requests[2 * person + 1]["variant_id"], Value::Null);
    }
    world.me().resolve_messages(id, json!({ "prospect_ids": people[..30] })).unwrap();
    assert_eq!(seen(&mut world), before);
    world.me().launch(id, None).unwrap();
    for _ in 0..2 {
        let tasks = send(&mut world);
        assert_eq!(tasks.len(), 60);
        for sent in &tasks {
            let [variant, subject, body] = &before[people.iter().position(|id| *id == sent.prospect.id).unwrap()];
            if sent.position == 0 {
                assert_eq!(task(sent), [variant.clone(), subject.clone(), body.clone()]);
            } else {
                let reply_to = json!(format!("Re: {}", subject.as_str().unwrap()));
                assert_eq!(task(sent), [Value::Null, reply_to, json!("Again")]);
            }
            let detail = shape(&world.me().task(sent.id).unwrap());
            assert_eq!(detail["variant_id"], json!(sent.variant_id));
        }
        world.clock.advance_ms(2 * HOUR);
    }
}

#[test]
fn a_linkedin_message_has_variants_too() {
    let mut world = World::new();
    let variants = json!([{ "weight": 1, "body": "A" }, { "weight": 1, "body": "B" }]);
    let node = json!({ "type": "message", "body": "own", "variants": variants });
    let (_, people) = linkedin(&mut world, json!({}), json!([node]), &crowd(30));
    let before: Vec<_> = people.iter().map(|person| preview(&mut world, *person)).collect();
    let tasks = send(&mut world);
    for sent in &tasks {
        let [variant, _, body] = &before[people.iter().position(|id| *id == sent.prospect.id).unwrap()];
        assert_eq!((json!(sent.variant_id), json!(sent.body)), (variant.clone(), body.clone()));
    }
    let said: BTreeSet<_> = tasks.iter().map(|sent| sent.body.clone().unwrap()).collect();
    assert_eq!(said, ["A".to_owned(), "B".to_owned()].into());
}

#[test]
fn who_has_a_variant_keeps_it_whatever_becomes_of_the_weights() {
    let mut world = World::new();
    let (id, people) = draft(&mut world, json!([with_weights(&[1, 1])]), 60);
    let variants: Vec<VariantId> =
        world.me().campaign(id).unwrap().sequence_nodes[0].variants.iter().map(|variant| variant.id).collect();
    let node = first_node(&mut world, id);
    let seen = |world: &mut World| people.iter().map(|person| preview(world, *person)).collect::<Vec<_>>();
    let before = seen(&mut world);
    let is_of = |n: usize| move |[variant, ..]: &[Value; 3]| *variant == json!(variants[n]);
    let first = before.iter().position(is_of(0)).unwrap();
    let edited = before.iter().enumerate().skip(first + 1).find(|(_, seen)| seen[0] == before[first][0]).unwrap().0;
    world.me().resolve_messages(id, json!({ "prospect_ids": [people[first]] })).unwrap();
    let texts = json!({ "subject": "Mine", "body": "By hand" });
    world.me().edit_message(people[edited], node, texts).unwrap();
    weigh(&mut world, id, &[1, 100]);
    let after = seen(&mut world);
    assert_eq!(after[first], before[first], "what was written keeps its variant, and is not stale");
    assert_eq!(after[edited], [before[first][0].clone(), json!("Mine"), json!("By hand")]);
    let moved = (0..60).filter(|at| ![first, edited].contains(at) && after[*at] != before[*at]).count();
    assert!(moved > 15, "those who had none follow the weights: {moved}");
    world.me().reset_message(people[edited], node).unwrap();
    assert_eq!(
        preview(&mut world, people[edited])[0],
        json!(after.iter().find(|seen| seen[0] != before[first][0]).unwrap()[0])
    );
    world.me().launch(id, None).unwrap();
    let mine = claim(&mut world).into_iter().find(|task| task.prospect.id == people[first]).unwrap();
    assert_eq!(task(&mine), before[first]);
}

#[test]
fn retries_deferred_and_handed_over_messages_keep_the_variant() {
    let mut world = World::new();
    let (id, people) = draft(&mut world, json!([with_weights(&[1, 1])]), 30);
    world.me().launch(id, None).unwrap();
    let before: BTreeMap<ProspectId, [Value; 3]> =
        claim(&mut world).iter().map(|sent| (sent.prospect.id, task(sent))).collect();
    assert_eq!(before.len(), 30);
    let again = |world: &mut World| {
        let tasks = claim(world);
        assert_eq!(tasks.len(), 30);
        for sent in &tasks {
            assert_eq!(task(sent), before[&sent.prospect.id]);
        }
        tasks
    };
    // The lease runs out.
    world.clock.advance_ms(5 * MINUTE);
    for sent in again(&mut world) {
        complete(&mut world, &sent, Outcome::Deferred { retry_at: None });
    }
    // Deferred, its text is written anew where nothing of it is kept.
    let node = first_node(&mut world, id);
    for person in &people {
        world.me().reset_message(*person, node).unwrap();
    }
    world.clock.advance_ms(5 * MINUTE);
    let tasks = again(&mut world);
    for sent in &tasks {
        complete(&mut world, sent, Outcome::Deferred { retry_at: None });
    }
    let eve = world
        .me()
        .add_account(unpaced(json!({ "type": "email", "email_address": "eve@example.com", "daily_limit": 500 })));
    let moved = world.me().hand_over(id, json!({ "from": tasks[0].account.id, "to": eve.unwrap().id })).unwrap();
    assert_eq!(moved.moved, 30);
    world.clock.advance_ms(5 * MINUTE);
    let handed = again(&mut world);
    assert!(handed.iter().zip(&tasks).all(|(after, before)| after.account.id != before.account.id));
    let counts = shape(&world.me().compare_variants(id).unwrap());
    assert_eq!(counts["nodes"][0]["variants"][0]["sent"], 0, "nothing was sent so far");
    for sent in &handed {
        complete(&mut world, sent, Outcome::Sent);
    }
    let counts = shape(&world.me().compare_variants(id).unwrap());
    let sent = |n: usize| counts["nodes"][0]["variants"][n]["sent"].as_u64().unwrap();
    assert_eq!(sent(0) + sent(1), 30, "each message counts once, however often it was handed out");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

/// Changes the variants of the database as an edit of a launched campaign would.
fn change(world: &mut World, script: &str) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("changed.db");
    std::fs::write(&path, file_of(&mut world.store)).unwrap();
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch(script).unwrap();
    conn.close().unwrap();
    world.store.import(&std::fs::read(path).unwrap()).unwrap();
}

#[test]
fn weights_and_variants_that_change_while_it_runs_do_not_move_who_was_handed_one() {
    let mut world = World::new();
    let (id, people) = draft(&mut world, json!([with_weights(&[1, 1]), delay(0, 1, 0), reply()]), 60);
    world.me().launch(id, None).unwrap();
    let node = first_node(&mut world, id);
    let of = |tasks: &[Task]| tasks.iter().map(|sent| (sent.prospect.id, task(sent))).collect::<BTreeMap<_, _>>();
    let before = of(&claim(&mut world));
    change(&mut world, "UPDATE variant SET weight = 1 + 99 * position");
    world.clock.advance_ms(5 * MINUTE);
    let lost = claim(&mut world);
    assert_eq!(of(&lost), before, "a lost lease");
    for sent in &lost {
        complete(&mut world, sent, Outcome::Deferred { retry_at: None });
    }
    for person in &people {
        world.me().reset_message(*person, node).unwrap();
        assert_eq!(preview(&mut world, *person), before[person], "its text is written anew");
    }
    world.clock.advance_ms(5 * MINUTE);
    assert_eq!(of(&send(&mut world)), before, "deferred");
    world.clock.advance_ms(HOUR);
    for sent in send(&mut world) {
        let subject = format!("Re: {}", before[&sent.prospect.id][1].as_str().unwrap());
        assert_eq!(sent.email.unwrap().subject, subject, "a reply to what was sent");
    }
    change(&mut world, "DELETE FROM variant WHERE position = 1");
    let compared = shape(&world.me().compare_variants(id).unwrap())["nodes"][0]["variants"].clone();
    assert_eq!([&compared[0]["weight"], &compared[1]["weight"]], [&json!(1), &Value::Null]);
    let second = compared[1]["variant_id"].clone();
    assert_eq!(compared[1]["sent"], before.values().filter(|[variant, ..]| *variant == second).count());
}

#[test]
fn a_comparison_counts_what_became_of_each_variant_and_compares_from_enough_on() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, json!([with_weights(&[1, 1]), delay(1, 0, 0), mail("T")]), 400);
    world.me().update_campaign(id, json!({ "open_tracking": true })).unwrap();
    let (other, _) = draft(&mut world, json!([with_weights(&[1])]), 3);
    world.me().launch(id, None).unwrap();
    world.me().launch(other, None).unwrap();
    let variants = world.me().campaign(id).unwrap().sequence_nodes[0].variants.clone();
    let tasks = send(&mut world);
    let of = |n: usize| tasks.iter().filter(|task| task.variant_id == Some(variants[n].id)).collect::<Vec<_>>();
    let record = |world: &mut World, kind: &str, task: &Task| {
        let id = format!("{kind} {}", task.id);
        world.me().record_event(json!({ "id": id, "type": kind, "task_id": task.id })).unwrap();
    };
    for (n, replies) in [(0, 20), (1, 4)] {
        for task in &of(n)[..replies] {
            record(&mut world, "opened", task);
            record(&mut world, "replied", task);
        }
        record(&mut world, "bounced", of(n)[30]);
        record(&mut world, "unsubscribed", of(n)[31]);
        record(&mut world, "complained", of(n)[32]);
    }
    let compared = shape(&world.me().compare_variants(id).unwrap());
    let nodes = compared["nodes"].as_array().unwrap();
    assert_eq!((nodes.len(), &nodes[0]["position"], &nodes[0]["node_id"]), (1, &json!(0), &json!(tasks[0].node_id)));
    for (n, replies, is_enough) in [(0, 20, true), (1, 4, false)] {
        let sent = of(n).len();
        assert!((150..250).contains(&sent));
        let expected = json!({ "variant_id": variants[n].id, "weight": 1, "sent": sent, "opened": replies,
            "replied": replies, "bounced": 1, "unsubscribed": 1, "complained": 1,
            "reply_rate": replies as f64 / sent as f64, "is_enough": is_enough, "against_first": null });
        assert_eq!(nodes[0]["variants"][n], expected);
    }
    record(&mut world, "replied", of(1)[5]);
    let compared = shape(&world.me().compare_variants(id).unwrap())["nodes"][0]["variants"][1].clone();
    let [rate, low, high] = ["rate", "low", "high"].map(|end| compared["against_first"][end].as_f64().unwrap());
    assert!(low < rate && rate < high && high < 0.0, "significantly less: {compared}");
    // What follows belongs to the message before it: a reply to the second email is none to a variant.
    world.clock.advance_ms(DAY);
    let follow_up = send(&mut world).into_iter().find(|task| task.position == 2).unwrap();
    record(&mut world, "replied", &follow_up);
    assert_eq!(shape(&world.me().compare_variants(id).unwrap())["nodes"][0]["variants"][1], compared);
    assert_eq!(shape(&world.me().compare_variants(other).unwrap())["nodes"][0]["variants"][0]["sent"], 3);
}

#[test]
fn a_campaign_without_variants_has_nothing_to_compare() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    assert_eq!(task(&send(&mut world)[0])[0], Value::Null);
    assert_eq!(shape(&world.me().compare_variants(id).unwrap()), json!({ "nodes": [] }));
    assert_eq!(world.refused(|me| me.compare_variants(json!(UNKNOWN))).code(), "campaign_not_found");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn each_variant_goes_to_its_part_of_the_people_on_whichever_database(
        weights in proptest::collection::vec(1..=100_u32, 1..=5),
    ) {
        const PEOPLE: usize = 1_000;
        let mut world = World::new();
        let (id, people) = draft(&mut world, json!([with_weights(&weights)]), PEOPLE);
        let total: u32 = weights.iter().sum();
        let plan = shape(&world.me().plan(id, json!({})).unwrap())["tasks"].clone();
        let subject = |task: &Value| task["subject"].as_str().unwrap().to_owned();
        let planned: BTreeMap<String, String> = plan.as_array().unwrap().iter()
            .map(|task| (task["prospect_id"].as_str().unwrap().to_owned(), subject(task))).collect();
        prop_assert_eq!(planned.len(), PEOPLE);
        for (n, weight) in weights.iter().enumerate() {
            let part = f64::from(*weight) / f64::from(total);
            let expected = PEOPLE as f64 * part;
            // Five standard deviations.
            let most = 5.0 * (expected * (1.0 - part)).sqrt() + 1e-9;
            let found = planned.values().filter(|subject| **subject == format!("S{n}")).count() as f64;
            prop_assert!((found - expected).abs() <= most, "{} of {} for {} in {}", found, PEOPLE, weight, total);
        }
        // The same in a copy of the file, under another clock and with other randomness.
        let file = file_of(&mut world.store);
        let mut copy = OpenOptions::new(SimulatedHost::new(99, NOW_MS + DAY)).open_in_memory().unwrap();
        copy.import(&file).unwrap();
        for person in &people[..20] {
            let shown = shape(&copy.session(world.user).unwrap().preview_messages(*person, json!({})).unwrap());
            prop_assert_eq!(&shown["messages"][0]["subject"], &json!(planned[&person.to_string()]));
        }
    }
}

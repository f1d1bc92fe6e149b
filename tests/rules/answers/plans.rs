//! Plans, in pages and as a whole.

use std::ops::ControlFlow;

use super::*;
use crate::world::HOUR;
use campaignkit::PlannedTask;

/// A draft with this many people and emails without a pause between them; the subjects contain each person's `x`.
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

/// A plan page by page, with an hour passing before each.
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
    assert!(tasks == whole, "the pages after a cursor are exactly the rest");
    let cursor = world.me().plan(id, json!({})).unwrap().next_cursor;
    let forecast = world.me().forecast(id, json!({ "cursor": cursor })).unwrap();
    assert_eq!(forecast.messages, 1_970, "a forecast counts the messages after a cursor");
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
    assert!(tasks.iter().eq(whole.iter().filter(is_of_part)), "the pages after a cursor are exactly the rest");
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

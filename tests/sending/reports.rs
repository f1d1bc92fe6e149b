//! Reports, and texts that are forgotten: the rules of docs/rules.md#reports and docs/privacy.md.

use campaignkit::{Outcome, ReportKey, ReportQuery, Task, TaskType};
use serde_json::{Value, json};

use crate::world::{DAY, HOUR, MINUTE, World, always, issues, over, problems, shape};

const NONE: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

/// The counts of a report that are not 0, with the keys of a row.
fn told(row: &Value) -> Value {
    row.as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| **value != json!(0))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

fn report(world: &mut World, query: Value) -> Value {
    shape(&world.me().report(query).unwrap())
}

fn claim(world: &mut World) -> Vec<Task> {
    world.me().claim_due(json!({})).unwrap().tasks
}

fn event(world: &mut World, fields: Value) {
    let id = world.me().last_event().unwrap().to_string();
    world.me().record_event(over(json!({ "id": id }), fields)).unwrap();
}

/// An email campaign with two emails, a day apart, and a LinkedIn campaign with an invitation and a message.
fn launch_both(world: &mut World) -> [campaignkit::CampaignId; 2] {
    let email = world.create(world.email_request(json!({ "name": "E", "signature": "" }))).unwrap().campaign.id;
    let hours = json!({ "name": "L", "operating_hours": always() });
    let linkedin = world.create(world.linkedin_request(hours)).unwrap().campaign.id;
    let mails = json!([{ "type": "email", "subject": "S", "body": "B" }, { "type": "delay", "delay_days": 1 },
        { "type": "email", "subject": "T", "body": "C" }]);
    let notes = json!([{ "type": "connection_request" }, { "type": "message", "body": "Thanks" }]);
    for (id, nodes) in [(email, mails), (linkedin, notes)] {
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        let people = ["bo", "cy", "di", "ed", "fi"].map(
            |name| json!({ "email": format!("{name}@example.com"), "linkedin_url": format!("linkedin.com/in/{name}") }),
        );
        world.add(id, json!(people));
        world.me().launch(id, None).unwrap();
    }
    [email, linkedin]
}

#[test]
fn a_report_counts_messages_and_what_followed_them_on_the_day_of_their_claim() {
    let mut world = World::new();
    let user = world.user;
    world.store.update_user(user, json!({ "time_zone": "Asia/Tokyo" })).unwrap();
    let [email, linkedin] = launch_both(&mut world);
    let tasks = claim(&mut world);
    let mails: Vec<&Task> = tasks.iter().filter(|task| task.kind == TaskType::Email).collect();
    let invitations: Vec<&Task> = tasks.iter().filter(|task| task.kind == TaskType::ConnectionRequest).collect();
    assert_eq!((mails.len(), invitations.len()), (5, 5));
    let outcomes = [
        json!({ "outcome": "sent" }),
        json!({ "outcome": "bounced" }),
        json!({ "outcome": "failed", "retryable": false }),
        json!({ "outcome": "failed" }),
        json!({ "outcome": "deferred" }),
    ];
    for (task, outcome) in mails.iter().zip(outcomes) {
        world.me().complete(task.id, outcome).unwrap();
    }
    for task in &invitations {
        world.me().complete(task.id, Outcome::Sent).unwrap();
    }
    // Ten o'clock in the morning is the evening in Tokyo: what follows is on the next day, and counts on this one.
    world.clock.advance_ms(10 * HOUR);
    event(&mut world, json!({ "type": "opened", "task_id": mails[0].id }));
    event(&mut world, json!({ "type": "complained", "idempotency_key": mails[0].idempotency_key.to_string() }));
    event(&mut world, json!({ "type": "connection_accepted", "prospect_id": invitations[0].prospect.id }));
    event(&mut world, json!({ "type": "replied", "linkedin_url": "linkedin.com/in/cy" }));
    event(&mut world, json!({ "type": "unsubscribed", "task_id": mails[1].id }));
    world.clock.advance_ms(1);
    let again = claim(&mut world);
    assert_eq!(again.len(), 3, "two tries, and the message after the invitation");
    let linkedin_message = again.iter().find(|task| task.kind == TaskType::Message).unwrap();
    world.me().complete(linkedin_message.id, Outcome::Sent).unwrap();
    event(&mut world, json!({ "type": "bounced", "task_id": linkedin_message.id }));
    // Three of the invitations were neither accepted nor answered.
    world.clock.advance_ms(15 * DAY);
    claim(&mut world);

    let by = |by: &[&str]| json!({ "since": "2026-04-22T00:00:00Z", "until": "2026-04-24T00:00:00Z", "by": by });
    let all = report(&mut world, by(&["day", "campaign"]));
    let rows: Vec<Value> = all["rows"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        rows,
        [
            json!({ "day": "2026-04-22", "campaign_id": email, "claimed": 5, "sent": 2, "failed": 1, "bounced": 1,
                "opened": 1, "unsubscribed": 1, "complained": 1, "failures": 2 }),
            json!({ "day": "2026-04-22", "campaign_id": linkedin, "claimed": 5, "sent": 5, "replied": 1, "accepted": 1,
                "timed_out": 3 }),
            json!({ "day": "2026-04-23", "campaign_id": email, "claimed": 2 }),
            json!({ "day": "2026-04-23", "campaign_id": linkedin, "claimed": 1, "sent": 1, "bounced": 1 }),
        ]
    );
    let totals = json!({ "claimed": 13, "sent": 8, "failed": 1, "bounced": 2, "opened": 1, "replied": 1,
        "unsubscribed": 1, "complained": 1, "accepted": 1, "timed_out": 3, "failures": 2 });
    assert_eq!(all["totals"], totals);
    assert_eq!(report(&mut world, by(&[])), json!({ "rows": [], "totals": totals }));
    let accounts = report(&mut world, by(&["account"]));
    assert_eq!(accounts["rows"][0]["account_id"], json!(world.email));
    assert_eq!(accounts["rows"].as_array().unwrap().len(), 2);
    // From an instant on, and before one.
    let first_day = json!({ "until": "2026-04-22T15:00:00Z", "by": [] });
    assert_eq!(report(&mut world, first_day)["totals"]["claimed"], 10);
    let later = json!({ "since": "2026-04-22T10:00:00.001Z", "until": "2026-04-24T00:00:00Z", "by": [] });
    assert_eq!(report(&mut world, later)["totals"]["claimed"], 3);
    let typed =
        ReportQuery { by: vec![ReportKey::Account, ReportKey::Campaign, ReportKey::Day], ..ReportQuery::default() };
    assert_eq!(world.me().report(typed).unwrap().totals.sent, 8);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn who_is_retried_has_not_failed_and_an_acceptance_that_comes_late_changes_nothing() {
    let mut world = World::new();
    let [email, linkedin] = launch_both(&mut world);
    let tasks = claim(&mut world);
    for task in &tasks {
        let outcome = if task.kind == TaskType::Email {
            json!({ "outcome": "failed", "retryable": false })
        } else {
            json!({ "outcome": "sent" })
        };
        world.me().complete(task.id, outcome).unwrap();
    }
    world.clock.advance_ms(15 * DAY);
    claim(&mut world);
    let invitation = tasks.iter().find(|task| task.kind == TaskType::ConnectionRequest).unwrap();
    event(&mut world, json!({ "type": "connection_accepted", "prospect_id": invitation.prospect.id }));
    let query = json!({ "until": "2026-04-23T00:00:00Z", "by": ["campaign"] });
    let rows = |world: &mut World| -> Vec<Value> {
        report(world, query.clone())["rows"].as_array().unwrap().iter().map(told).collect()
    };
    let before = rows(&mut world);
    assert_eq!(before[0], json!({ "campaign_id": email, "claimed": 5, "failed": 5, "failures": 5 }));
    assert_eq!(before[1], json!({ "campaign_id": linkedin, "claimed": 5, "sent": 5, "timed_out": 5 }));
    world.me().retry_prospects(email, json!({ "status": "cancelled" })).unwrap();
    world.me().retry_prospects(linkedin, json!({ "prospect_ids": [invitation.prospect.id] })).unwrap();
    let after = rows(&mut world);
    assert_eq!(after[0], json!({ "campaign_id": email, "claimed": 5, "failures": 5 }));
    assert_eq!(after[1], json!({ "campaign_id": linkedin, "claimed": 5, "sent": 5, "timed_out": 4 }));
}

#[test]
fn what_was_deleted_and_removed_counts_and_other_users_do_not() {
    let mut world = World::new();
    let [email, linkedin] = launch_both(&mut world);
    for task in claim(&mut world) {
        world.me().complete(task.id, Outcome::Sent).unwrap();
    }
    let bo =
        world.me().find_prospects(json!({ "email": "bo@example.com", "campaign_id": email })).unwrap().prospects[0].id;
    world.me().remove_prospect(bo).unwrap();
    world.me().erase_person(json!({ "email": "cy@example.com" })).unwrap();
    world.me().pause(email).unwrap();
    world.me().delete_campaign(email).unwrap();
    let account = world.email;
    world.me().remove_account(account).unwrap();
    let rows = report(&mut world, json!({ "by": ["campaign", "account"] }))["rows"].clone();
    assert_eq!(
        rows.as_array().unwrap().iter().map(told).collect::<Vec<_>>(),
        [
            json!({ "campaign_id": null, "account_id": account, "claimed": 5, "sent": 5 }),
            json!({ "campaign_id": linkedin, "account_id": world.linkedin, "claimed": 5, "sent": 5 }),
        ]
    );
    let stranger = crate::world::add_user(&mut world.store).0;
    let theirs = world.store.session(stranger).unwrap().report(json!({ "by": ["day"] })).unwrap();
    assert_eq!((theirs.rows.len(), theirs.totals.claimed), (0, 0));
}

#[test]
fn a_request_for_a_report_is_checked() {
    let mut world = World::new();
    let mut refused = |query: Value| problems(&world.refused(|me| me.report(query)));
    assert_eq!(refused(json!({})), issues(&[("by", "required")]));
    let wrong = json!({ "by": ["day", "day", "week"], "since": "today", "till": 1 });
    assert_eq!(
        refused(wrong),
        issues(&[
            ("since", "malformed_instant"),
            ("by[1]", "duplicate"),
            ("by[2]", "unknown_value"),
            ("till", "unknown_field"),
        ])
    );
    assert_eq!(refused(json!({ "by": ["day", "account", "campaign", "day"] })), issues(&[("by", "too_many")]));
}

#[test]
fn texts_are_forgotten_once_their_messages_have_come_to_an_end() {
    let mut world = World::new();
    let [email, _] = launch_both(&mut world);
    let tasks = claim(&mut world);
    let mails: Vec<&Task> = tasks.iter().filter(|task| task.kind == TaskType::Email).collect();
    // One is sent, one failed for good, one will be tried again, one is deferred, and one is out.
    world.me().complete(mails[0].id, Outcome::Sent).unwrap();
    world.me().complete(mails[1].id, json!({ "outcome": "failed", "retryable": false })).unwrap();
    world.me().complete(mails[2].id, json!({ "outcome": "failed" })).unwrap();
    world.me().complete(mails[3].id, json!({ "outcome": "deferred" })).unwrap();
    let bodies = |world: &mut World| -> Vec<Value> {
        mails.iter().map(|task| shape(&world.me().task(task.id).unwrap())).map(|task| task["body"].clone()).collect()
    };
    let forget = |world: &mut World, before: &str| {
        let (forgotten, events) = world.recorded(|me| me.forget_messages(json!({ "before": before })));
        assert_eq!(events.len(), usize::from(forgotten.forgotten > 0), "{events:?}");
        forgotten.forgotten
    };
    assert_eq!(forget(&mut world, "2026-04-22T10:00:00Z"), 0, "none was handed out before");
    assert_eq!(forget(&mut world, "2026-04-22T10:00:00.001Z"), 2);
    assert_eq!(bodies(&mut world), [json!(null), json!(null), json!("B"), json!("B"), json!("B")]);
    let detail = shape(&world.me().task(mails[0].id).unwrap());
    assert_eq!((&detail["is_forgotten"], &detail["status"]), (&json!(true), &json!("sent")));
    assert_eq!(detail["prospect"]["email"], "bo@example.com");
    assert_eq!(forget(&mut world, "2026-04-22T10:00:00.001Z"), 0, "the same again changes nothing");

    // What is handed out again says the same, and can then be forgotten.
    world.me().update_prospect(mails[2].prospect.id, json!({ "first_name": "Dina" })).unwrap();
    world.clock.advance_ms(10 * MINUTE);
    for task in claim(&mut world).into_iter().filter(|task| task.kind == TaskType::Email) {
        assert_eq!(task.body.as_deref(), Some("B"));
        world.me().complete(task.id, Outcome::Sent).unwrap();
    }
    assert_eq!(forget(&mut world, "2026-04-22T10:01:00Z"), 0, "they were handed out after that");
    // The invitations are out.
    assert_eq!(forget(&mut world, "2027-01-01T00:00:00Z"), 3);
    world.clock.advance_ms(2 * DAY);
    let follow_ups: Vec<Task> =
        claim(&mut world).into_iter().filter(|task| task.prospect.campaign_id == email).collect();
    assert_eq!(follow_ups.len(), 4);
    let replies = follow_ups.iter().filter_map(|task| task.email.as_ref()).filter(|mail| mail.subject == "T").count();
    assert_eq!(replies, 4);
    assert_eq!(problems(&world.refused(|me| me.forget_messages(json!({})))), issues(&[("before", "required")]));
    assert_eq!(world.refused(|me| me.task(NONE)).code(), "task_not_found");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

//! Tasks can be read again, and what was handed out keeps its text.

use super::*;

/// A campaign whose message says the person's company and the sender's title.
fn personal(world: &mut World, fields: Value) -> (CampaignId, ProspectId) {
    let mail = json!({ "type": "email", "subject": "For %company|you%", "body": "From %sender_title|me%" });
    let fields = over(json!({ "signature": "Yours, %first_name|me%" }), fields);
    let (id, people) = email(world, fields, json!([mail, self::mail("T")]), &["bo"]);
    (id, people[0])
}

/// Changes everything that the message is made of.
fn change_values(world: &mut World, prospect: ProspectId, word: &str) {
    let account = world.email;
    world.me().update_prospect(prospect, json!({ "company": word })).unwrap();
    world.me().update_account(account, json!({ "title": word, "first_name": word })).unwrap();
}

/// What a task says.
fn texts(task: &Task) -> Value {
    let task = shape(task);
    let fields =
        ["idempotency_key", "subject", "body", "body_html", "signature", "is_reply", "in_reply_to", "list_unsubscribe"];
    fields.into_iter().map(|field| (field.to_owned(), task[field].clone())).collect()
}

#[test]
fn what_is_handed_out_again_says_the_same_under_the_same_key() {
    let mut world = World::new();
    let (_, bo) = personal(&mut world, json!({}));
    let first = world.me().claim_due(json!({ "unsubscribe_url": "https://x.com/{token}" })).unwrap().tasks.remove(0);
    let said = texts(&first);
    assert_eq!((said["subject"].clone(), said["body"].clone()), (json!("For you"), json!("From me\n\nYours, me")));

    change_values(&mut world, bo, "Acme");
    world.clock.advance_ms(5 * MINUTE);
    let lost = claim_one(&mut world);
    assert_eq!(texts(&lost), said, "after a lost lease, also in a claim without the link");

    complete(&mut world, &lost, Outcome::Failed { retryable: true });
    world.me().edit_message(bo, lost.node_id, json!({ "subject": "Mine", "body": "Mine" })).unwrap();
    world.clock.advance_ms(MINUTE);
    let failed = claim_one(&mut world);
    assert_eq!(
        (texts(&failed), failed.attempts),
        (said.clone(), 1),
        "after a failure, also if it was edited meanwhile"
    );

    complete(&mut world, &failed, Outcome::Deferred { retry_at: None });
    world.clock.advance_ms(5 * MINUTE);
    let deferred = claim_one(&mut world);
    assert_eq!(texts(&deferred), said, "after a deferral");
    sound(&mut world);
}

#[test]
fn a_deferred_message_that_is_edited_or_reset_is_written_anew() {
    for is_edited in [true, false] {
        let mut world = World::new();
        let (_, bo) = personal(&mut world, json!({}));
        let first = claim_one(&mut world);
        change_values(&mut world, bo, "Acme");
        world.me().release_task(first.id).unwrap();
        if is_edited {
            world.me().edit_message(bo, first.node_id, json!({ "subject": "For %company%", "body": "Hi" })).unwrap();
        } else {
            world.me().reset_message(bo, first.node_id).unwrap();
        }
        assert_eq!(shape(&world.me().task(first.id).unwrap())["body"], json!(null), "it is to be written anew");
        let second = claim_one(&mut world);
        assert_eq!(second.idempotency_key, first.idempotency_key);
        let body = if is_edited { "Hi\n\nYours, Acme" } else { "From Acme\n\nYours, Acme" };
        assert_eq!(texts(&second)["subject"], "For Acme");
        assert_eq!(second.body.as_deref(), Some(body));

        // What was sent stays as it was.
        complete(&mut world, &second, Outcome::Sent);
        world.me().reset_message(bo, first.node_id).unwrap();
        assert_eq!(shape(&world.me().task(second.id).unwrap())["body"], body);
        sound(&mut world);
    }
}

#[test]
fn a_message_that_is_handed_over_is_another_one() {
    let mut world = World::new();
    let (id, bo) = personal(&mut world, json!({}));
    let first = claim_one(&mut world);
    change_values(&mut world, bo, "Acme");
    world.me().release_task(first.id).unwrap();
    let other = add_sender(&mut world, "email", "other", json!({ "title": "Boss", "first_name": "Cy" }));
    let from = world.email;
    world.me().hand_over(id, json!({ "from": from, "to": other })).unwrap();
    let second = claim_one(&mut world);
    assert_ne!(second.idempotency_key, first.idempotency_key);
    assert_eq!(second.body.as_deref(), Some("From Boss\n\nYours, Cy"));
    assert_eq!(shape(&world.me().task(first.id).unwrap())["body"], "From me\n\nYours, me");
    sound(&mut world);
}

#[test]
fn who_is_retried_is_written_to_anew() {
    let mut world = World::new();
    let (id, bo) = personal(&mut world, json!({}));
    let first = claim_one(&mut world);
    complete(&mut world, &first, Outcome::Failed { retryable: false });
    change_values(&mut world, bo, "Acme");
    world.me().retry_prospects(id, json!({ "prospect_ids": [bo] })).unwrap();
    let second = claim_one(&mut world);
    assert_eq!(second.idempotency_key, first.idempotency_key);
    assert_eq!(second.body.as_deref(), Some("From Acme\n\nYours, Acme"));
    sound(&mut world);
}

#[test]
fn a_host_that_lost_its_memory_reads_what_it_was_handed() {
    let mut world = World::new();
    personal(&mut world, json!({}));
    linkedin(&mut world, json!({}), json!([invitation()]), &["cy"]);
    let tasks = claim_with(&mut world, json!({ "unsubscribe_url": "https://x.com/{token}", "lease_seconds": 60 }));
    assert_eq!(tasks.len(), 2);
    let file = crate::world::file_of(&mut world.store);
    world.store.import(&file).unwrap();
    for task in &tasks {
        let left = json!({ "status": "claimed", "at": task.claimed_at, "opened_at": null, "note": null,
            "provider_id": null, "is_forgotten": false });
        assert_eq!(shape(&world.me().task(task.id).unwrap()), over(shape(task), left));
    }
    world.clock.advance_ms(MINUTE);
    let again = claim(&mut world);
    assert_eq!(shape(&world.me().task(tasks[0].id).unwrap())["leased_until"], json!(null), "it is lost");
    complete(&mut world, &again[0], Outcome::Sent);
    let sent = shape(&world.me().task(again[0].id).unwrap());
    assert_eq!((sent["status"].clone(), sent["leased_until"].clone()), (json!("sent"), json!(null)));
    assert_eq!(world.refused(|me| me.task(UNKNOWN)).code(), "task_not_found");
    let stranger = add_user(&mut world.store).0;
    assert_eq!(world.store.session(stranger).unwrap().task(tasks[0].id).unwrap_err().code(), "task_not_found");
}

#[test]
fn of_a_task_whose_prospect_campaign_and_account_are_gone_there_is_what_is_left() {
    let mut world = World::new();
    let (id, bo) = personal(&mut world, json!({}));
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::Sent);
    world.me().remove_prospect(bo).unwrap();
    let gone = json!({ "prospect_id": null, "prospect": null, "subject": null, "body": null, "body_html": null, "signature": null,
        "is_reply": null, "unsubscribe_token": null, "leased_until": null, "is_forgotten": true });
    let left = json!({ "status": "sent", "at": task.claimed_at, "opened_at": null, "note": null, "provider_id": null });
    let expected = over(over(shape(&task), left), gone);
    assert_eq!(shape(&world.me().task(task.id).unwrap()), expected);

    world.me().delete_campaign(id).unwrap();
    let account = world.email;
    world.me().remove_account(account).unwrap();
    let gone = json!({ "campaign_id": null, "position": null, "account": null });
    assert_eq!(shape(&world.me().task(task.id).unwrap()), over(expected, gone));
    for query in [json!({}), json!({ "account_id": account, "messages": true })] {
        let listed = world.me().list_tasks(query).unwrap().tasks;
        assert_eq!(listed.iter().map(|listed| listed.id).collect::<Vec<_>>(), [task.id], "it is listed all the same");
        assert_eq!((listed[0].campaign_id, &listed[0].message), (None, &None));
    }
    sound(&mut world);
}

/// Tasks of two campaigns over both channels with every status, one claimed each minute, the last first.
fn some_of_each(world: &mut World) -> Vec<Value> {
    let sender = add_sender(world, "email", "other", json!({}));
    let senders = json!([world.email, sender]);
    email(world, json!({ "sender_account_ids": senders }), json!([mail("S"), mail("T")]), &crowd(9));
    linkedin(world, json!({}), json!([invitation(), message("M")]), &crowd(6));
    for outcome in ["sent", "failed", "bounced", "deferred", "", "sent", "failed"].into_iter().cycle().take(21) {
        let Some(task) = claim_with(world, json!({ "max": 1, "lease_seconds": 120 })).pop() else { continue };
        if !outcome.is_empty() {
            world.me().complete(task.id, json!({ "outcome": outcome })).unwrap();
        }
        world.clock.advance_ms(MINUTE);
    }
    let all = world.me().list_tasks(json!({ "limit": 200 })).unwrap();
    assert_eq!(all.next_cursor, None);
    let all: Vec<Value> = all.tasks.iter().map(shape).collect();
    assert!(all.len() > 12 && all.is_sorted_by(|a, b| a["claimed_at"].as_str() > b["claimed_at"].as_str()));
    all
}

/// All pages of a list.
fn pages(world: &mut World, query: &Value, limit: usize) -> Vec<Value> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.me().list_tasks(over(query.clone(), json!({ "limit": limit, "cursor": cursor }))).unwrap();
        assert!(page.tasks.len() <= limit);
        seen.extend(page.tasks.iter().map(shape));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return seen,
        }
    }
}

#[test]
fn tasks_are_listed_over_all_campaigns_narrowed_and_in_pages() {
    let mut world = World::new();
    let all = some_of_each(&mut world);
    let distinct = |field: &str| all.iter().map(|task| task[field].clone()).collect::<Vec<_>>();
    let mut filters = vec![json!({})];
    for field in ["campaign_id", "account_id", "status", "type"] {
        let mut values = distinct(field);
        values.sort_by_key(Value::to_string);
        values.dedup();
        assert!(values.len() > 1, "{field}");
        filters.extend(values.into_iter().map(|value| json!({ field: value })));
    }
    let [campaign, account] = ["campaign_id", "account_id"].map(|field| all[3][field].clone());
    filters.push(json!({ "campaign_id": campaign, "account_id": account, "status": all[3]["status"] }));
    let instants = distinct("claimed_at");
    let (since, until) = (&instants[instants.len() - 3], &instants[2]);
    for filter in filters {
        for range in
            [json!({}), json!({ "since": since }), json!({ "until": until }), json!({ "since": since, "until": until })]
        {
            let matches = |task: &&Value| {
                filter.as_object().unwrap().iter().all(|(field, value)| task[field] == *value)
                    && range["since"].as_str().is_none_or(|since| task["claimed_at"].as_str() >= Some(since))
                    && range["until"].as_str().is_none_or(|until| task["claimed_at"].as_str() < Some(until))
            };
            let expected: Vec<Value> = all.iter().filter(matches).cloned().collect();
            let query = over(filter.clone(), range.clone());
            for limit in [1, 2, 5, 200] {
                assert_eq!(pages(&mut world, &query, limit), expected, "{query}, {limit} a page");
            }
        }
    }
    for (field, code) in [("campaign_id", "campaign_not_found"), ("account_id", "account_not_found")] {
        assert_eq!(world.refused(|me| me.list_tasks(json!({ field: UNKNOWN }))).code(), code);
    }
}

#[test]
fn a_list_has_the_texts_that_it_is_asked_for() {
    let mut world = World::new();
    let all = some_of_each(&mut world);
    let with_texts = pages(&mut world, &json!({ "messages": true }), 4);
    assert_eq!(all.len(), with_texts.len());
    for (without, with) in all.iter().zip(with_texts) {
        assert_eq!(without["message"], json!(null));
        let detail = shape(&world.me().task(with["id"].clone()).unwrap());
        let is_reply = detail["is_reply"].as_bool().unwrap_or(false);
        let said = json!({ "subject": detail["subject"], "body": detail["body"], "body_html": detail["body_html"], "signature": detail["signature"],
            "is_reply": is_reply, "in_reply_to": detail["in_reply_to"], "list_unsubscribe": detail["list_unsubscribe"] });
        assert_eq!(with["message"], said);
        assert_eq!(over(with, json!({ "message": null })), *without);
    }
}

#[test]
fn a_host_keeps_a_note_and_its_providers_id_with_a_task() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = claim(&mut world);
    let kept = json!({ "outcome": "sent", "note": "250 2.0.0 OK\nqueued", "provider_id": "<1@mail>" });
    assert!(world.me().complete(tasks[0].id, kept).unwrap().changed);
    let typed = Completion { outcome: Outcome::Sent, note: Some(" ".to_owned()), provider_id: None, now: None };
    world.me().complete(tasks[1].id, typed).unwrap();
    let other = json!({ "outcome": "sent", "note": "another" });
    assert!(!world.me().complete(tasks[0].id, other).unwrap().changed, "the same outcome again changes nothing");
    let stored = shape(&world.me().task(tasks[0].id).unwrap());
    assert_eq!(
        (stored["note"].clone(), stored["provider_id"].clone()),
        (json!("250 2.0.0 OK\nqueued"), json!("<1@mail>"))
    );
    assert_eq!(shape(&world.me().task(tasks[1].id).unwrap())["note"], json!(null), "a blank one is none");

    let bounced = json!({ "id": "1", "type": "bounced", "provider_id": "<1@mail>" });
    assert_eq!(record(&mut world, bounced)["prospect_status"], "bounced");
    assert_eq!(status(&mut world, people[0]), "bounced");
    let unknown = json!({ "id": "2", "type": "bounced", "provider_id": "<2@mail>" });
    assert_eq!(world.refused(|me| me.record_event(unknown)).code(), "task_not_found");
    let stranger = add_user(&mut world.store).0;
    let event = json!({ "id": "1", "type": "bounced", "provider_id": "<1@mail>" });
    assert_eq!(world.store.session(stranger).unwrap().record_event(event).unwrap_err().code(), "task_not_found");

    for (field, value, code) in [
        ("note", "x".repeat(1_001), "too_long"),
        ("note", "\u{7}".to_owned(), "control_character"),
        ("provider_id", "x".repeat(256), "too_long"),
        ("provider_id", String::new(), "empty"),
        ("provider_id", "a\nb".to_owned(), "control_character"),
    ] {
        let error = world.refused(|me| me.complete(tasks[1].id, json!({ "outcome": "sent", field: value })));
        assert_eq!(problems(&error), issues(&[(field, code)]));
    }
    sound(&mut world);
}

#[test]
fn many_tasks_are_completed_at_once_and_one_that_cannot_be_stops_no_other() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &crowd(5));
    let tasks = claim_with(&mut world, json!({ "lease_seconds": 60 }));
    let ids: Vec<Value> = tasks.iter().map(|task| json!(task.id)).collect();
    complete(&mut world, &tasks[3], Outcome::Sent);
    world.clock.advance_ms(MINUTE);
    let again = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    assert_eq!(again.prospect.id, tasks[0].prospect.id);
    let of = |id: &Value, outcome: &str| json!({ "task_id": id, "outcome": outcome });
    let request = json!([
        of(&ids[0], "sent"),
        over(of(&ids[1], "sent"), json!({ "note": "OK", "provider_id": "p1" })),
        of(&json!(UNKNOWN), "sent"),
        of(&ids[1], "sent"),
        of(&ids[3], "failed"),
        over(of(&ids[2], "deferred"), json!({ "retry_at": "2027-01-01T00:00:00Z" })),
        over(of(&ids[4], "failed"), json!({ "retryable": false })),
    ]);
    let (answer, events) = world.recorded(|me| me.complete_tasks(request));
    let answer = shape(&answer);
    let told: Vec<Value> = answer["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| outcome.get("error").map_or(outcome["changed"].clone(), |error| error["code"].clone()))
        .collect();
    assert_eq!(
        json!(told),
        json!(["lease_lost", true, "task_not_found", false, "task_completed", "invalid_input", true])
    );
    let done = over(reported(true, "completed", "active"), json!({ "task_id": ids[1] }));
    assert_eq!(answer["outcomes"][1], done);
    assert_eq!(answer["outcomes"][5]["error"]["issues"][0]["code"], "too_far_ahead");
    assert_eq!(events.iter().filter(|event| event["type"] == "task_completed").count(), 2);
    assert_eq!(shape(&world.me().task(ids[1].clone()).unwrap())["provider_id"], "p1");

    let typed = |task_id| CompleteTask { task_id, outcome: Outcome::Sent, note: None, provider_id: None };
    let outcomes = world.me().complete_tasks(vec![typed(again.id), typed(tasks[2].id)]).unwrap().outcomes;
    assert!(outcomes.iter().all(|outcome| outcome.result.as_ref().unwrap().changed));
    sound(&mut world);
}

#[test]
fn a_list_of_outcomes_that_is_malformed_records_nothing() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    let good = json!({ "task_id": task.id, "outcome": "sent" });
    for (request, expected) in [
        (json!({}), ("", "wrong_type")),
        (json!([]), ("", "empty")),
        (json!(vec![good.clone(); 1_001]), ("", "too_many")),
        (json!([good, { "outcome": "sent" }]), ("[1].task_id", "required")),
        (json!([good, { "task_id": task.id, "outcome": "lost" }]), ("[1].outcome", "unknown_value")),
        (json!([over(good.clone(), json!({ "now": "2026-04-22T12:00:00Z" }))]), ("[0].now", "unknown_field")),
    ] {
        let error = world.refused(|me| me.complete_tasks(request));
        assert_eq!(problems(&error), issues(&[expected]));
    }
    assert_eq!(complete(&mut world, &task, Outcome::Sent)["changed"], true);
}

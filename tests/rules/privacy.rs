//! What is stored of a person, exported and erased: the rules of docs/privacy.md.

use std::collections::BTreeMap;

use campaignkit::{CampaignId, CampaignStatus, ErasePerson, ErasedPerson, ExportPerson, Outcome, PersonIdentity};
use serde_json::{Value, json};

use crate::world::{World, add_user, always, issues, problems, shape};

/// Every record of a person, over pages of three, by table.
fn exported(world: &mut World, person: Value) -> BTreeMap<String, Vec<Value>> {
    let (mut query, mut tables) = (person, BTreeMap::<String, Vec<Value>>::new());
    query["limit"] = json!(3);
    loop {
        let page = shape(&world.me().export_person(query.clone()).unwrap());
        for record in page["records"].as_array().unwrap() {
            let table = record["table"].as_str().unwrap().to_owned();
            tables.entry(table).or_default().push(record["row"].clone());
        }
        if page["next_cursor"].is_null() {
            return tables;
        }
        query["cursor"] = page["next_cursor"].clone();
    }
}

fn counts(tables: &BTreeMap<String, Vec<Value>>) -> Vec<(&str, usize)> {
    tables.iter().map(|(table, rows)| (table.as_str(), rows.len())).collect()
}

/// Bo and Cy in a running email campaign, a LinkedIn campaign and a list, with everything that can be stored of them.
fn crowd(world: &mut World) -> [CampaignId; 2] {
    let person = |name: &str| {
        json!({ "email": format!("{name}@example.com"), "linkedin_url": format!("https://www.linkedin.com/in/{name}"),
            "first_name": name, "custom_fields": { "Home": format!("{name}@example.com") } })
    };
    let list = world.me().create_list(json!({ "name": "All" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [person("bo"), person("cy")] })).unwrap();
    let email = world
        .create(world.email_request(json!({ "name": "E", "signature": "", "stay_open": true })))
        .unwrap()
        .campaign
        .id;
    let hours = json!({ "name": "L", "operating_hours": always(), "stay_open": true });
    let linkedin = world.create(world.linkedin_request(hours)).unwrap().campaign.id;
    let mails = json!([{ "type": "email", "subject": "Hi", "body": "For %email%" }, { "type": "email", "subject": "S", "body": "B" }]);
    world.me().update_campaign(email, json!({ "sequence_nodes": mails })).unwrap();
    for id in [email, linkedin] {
        world.add(id, json!([person("bo"), person("cy")]));
        world.me().launch(id, None).unwrap();
    }
    world.me().resolve_messages(email, json!({})).unwrap();
    for (number, task) in world.me().claim_due(json!({ "type": "email" })).unwrap().tasks.iter().enumerate() {
        let note = json!({ "outcome": "failed", "note": format!("for {:?}", task.prospect.person), "provider_id": number.to_string() });
        world.me().complete(task.id, note).unwrap();
    }
    for name in ["bo", "cy"] {
        let to = format!("{name}@example.com");
        world
            .me()
            .record_event(json!({ "id": format!("1-{}", to.to_uppercase()), "type": "auto_replied", "email": to }))
            .unwrap();
        world
            .me()
            .record_event(json!({ "id": format!("2-{name}"), "type": "bounced", "email": to, "permanent": true }))
            .unwrap();
    }
    [email, linkedin]
}

#[test]
fn all_that_is_of_a_person_is_exported_in_pages() {
    let mut world = World::new();
    crowd(&mut world);
    let bo = exported(&mut world, json!({ "email": "Bo <BO@example.com>" }));
    assert_eq!(
        counts(&bo),
        [
            ("bounce", 1),
            ("draft", 2),
            ("event", 5),
            ("hold", 1),
            ("lead", 1),
            ("message", 1),
            ("progress", 1),
            ("prospect", 2),
            ("recorded_event", 1),
            ("sender_failure", 1),
            ("suppression", 1),
            ("task", 1),
            ("unsubscribe_token", 1),
        ],
        "{bo:#?}"
    );
    let prospect = &bo["prospect"][0];
    assert_eq!(prospect["identity"], "bo@example.com");
    assert_eq!(prospect["custom_fields"], json!({ "Home": "bo@example.com" }));
    assert_eq!((&prospect["created_at"], &prospect["is_taken"]), (&json!("2026-04-22T10:00:00Z"), &json!(false)));
    assert_eq!(bo["message"][0]["body"], "For bo@example.com");
    assert_eq!(bo["task"][0]["prospect_id"], prospect["id"]);
    assert_eq!(bo["unsubscribe_token"][0]["token"].as_str().map(str::len), Some(32));
    assert!(!format!("{bo:?}").contains("cy@"));
    // By profile, also in email campaigns.
    let by_profile = exported(&mut world, json!({ "linkedin_url": "de.linkedin.com/in/BO/?x=1" }));
    assert_eq!((by_profile["prospect"].len(), by_profile["lead"].len(), by_profile["hold"].len()), (2, 1, 1));
    assert_eq!(exported(&mut world, json!({ "email": "nobody@example.com" })), BTreeMap::new());
    let typed = ExportPerson::new(PersonIdentity::LinkedinUrl("linkedin.com/in/bo".into()));
    assert_eq!(world.me().export_person(typed).unwrap().records[0].table, "prospect");

    let stranger = add_user(&mut world.store).0;
    let theirs = world.store.session(stranger).unwrap().export_person(json!({ "email": "bo@example.com" })).unwrap();
    assert_eq!(theirs.records, []);
    let mut refused = |query: Value| problems(&world.refused(|me| me.export_person(query)));
    assert_eq!(refused(json!({})), issues(&[("email", "required")]));
    let both = json!({ "email": "a@b.co", "linkedin_url": "linkedin.com/in/a" });
    assert_eq!(refused(both), issues(&[("", "one_of")]));
    let wrong = json!({ "email": "a@b", "cursor": "x", "campaign_id": 1 });
    assert_eq!(
        refused(wrong),
        issues(&[("email", "malformed_email"), ("campaign_id", "unknown_field"), ("cursor", "malformed_cursor")])
    );
}

#[test]
fn a_person_is_erased_and_everybody_else_stays() {
    let mut world = World::new();
    let [email, linkedin] = crowd(&mut world);
    let cy = exported(&mut world, json!({ "email": "cy@example.com" }));
    let tasks = world.me().list_tasks(json!({})).unwrap().tasks;
    let (erased, events) = world.recorded(|me| me.erase_person(json!({ "email": "bo@example.com" })));
    assert_eq!(erased, ErasedPerson { prospects: 2, leads: 1, others: 6, is_suppressed: true });
    let words: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(words, ["prospect_removed", "prospect_removed", "lead_removed", "person_erased"]);
    assert!(!world.store.dump().unwrap().to_lowercase().contains("bo@example.com"));
    let page = world.me().export_person(json!({ "email": "bo@example.com" })).unwrap();
    assert_eq!((page.records.len(), page.is_erased), (0, true));
    assert_eq!(exported(&mut world, json!({ "email": "cy@example.com" })), cy, "the other is as before");
    // What was sent counts as before, and says nothing of anybody.
    let left = world.me().list_tasks(json!({})).unwrap().tasks;
    assert_eq!(left.len(), tasks.len());
    let anonymous = left.iter().find(|task| task.prospect_id.is_none()).unwrap();
    assert_eq!((&anonymous.note, &anonymous.provider_id, anonymous.idempotency_key), (&None, &None, None));
    assert_eq!(anonymous.claimed_at, tasks[0].claimed_at);
    assert_eq!(exported(&mut world, json!({ "linkedin_url": "linkedin.com/in/bo" })), BTreeMap::new());

    // By either identity nobody gets them back, whoever asks for it.
    let request = json!({ "prospects": [{ "email": "BO@example.com", "linkedin_url": "linkedin.com/in/bo" }] });
    for id in [email, linkedin] {
        let report = shape(&world.me().add_prospects(id, request.clone()).unwrap());
        assert_eq!((&report["suppressed"], &report["outcomes"][0]["reason"]), (&json!(1), &json!("erased")));
    }
    let (same, events) = world.recorded(|me| me.erase_person(json!({ "email": "bo@example.com" })));
    assert_eq!((same, events), (ErasedPerson { is_suppressed: true, ..ErasedPerson::default() }, vec![]));
    assert_eq!(world.store.check_invariants().unwrap(), []);

    let stranger = add_user(&mut world.store);
    let mut theirs = world.store.session(stranger.0).unwrap();
    let draft = json!({ "type": "email", "name": "T", "sender_account_ids": [stranger.1] });
    let theirs_id = theirs.create_campaign(draft).unwrap().campaign.id;
    assert_eq!(theirs.add_prospects(theirs_id, request).unwrap().imported, 1, "of another user");
}

#[test]
fn an_erasure_that_keeps_nothing_lets_the_person_come_back() {
    let mut world = World::new();
    let [email, _] = crowd(&mut world);
    let request = json!({ "prospects": [{ "email": "bo@example.com" }] });
    let erase = |keep: bool| json!({ "linkedin_url": "linkedin.com/in/bo", "keep_suppressed": keep });
    assert!(!world.me().erase_person(erase(false)).unwrap().is_suppressed);
    assert_eq!(exported(&mut world, json!({ "email": "bo@example.com" })), BTreeMap::new());
    assert_eq!(world.me().add_prospects(email, request.clone()).unwrap().imported, 1);
    assert_eq!(
        world.me().erase_person(ErasePerson::new(PersonIdentity::Email("bo@example.com".into()))).unwrap().prospects,
        1
    );
    assert_eq!(world.me().add_prospects(email, request.clone()).unwrap().suppressed, 1);
    let ((), events) =
        world.recorded(|me| me.erase_person(json!({ "email": "bo@example.com", "keep_suppressed": false })).map(drop));
    assert_eq!(events.len(), 1, "what was kept is forgotten");
    assert_eq!(world.me().add_prospects(email, request).unwrap().imported, 1);
    let reason = json!({ "suppressions": [{ "type": "email_address", "value": "x@example.com", "reason": "erased" }] });
    let error = world.refused(|me| me.add_suppressions(reason));
    assert_eq!(problems(&error), issues(&[("suppressions[0].reason", "unknown_value")]));
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn what_either_identity_alone_keeps_is_of_a_person_whose_rows_have_both() {
    let mut world = World::new();
    let id = world.campaign("email", "draft").id;
    let profile = json!({ "linkedin_url": "linkedin.com/in/ed" });
    let both = json!({ "email": "jo@x.com", "linkedin_url": "linkedin.com/in/ed" });
    world.add(id, json!([both]));
    for (id, kind, who) in [
        ("reply-jo@x.com", "auto_replied", json!({ "email": "jo@x.com" })),
        ("reply-marijo@x.com", "auto_replied", json!({ "email": "marijo@x.com" })),
        ("linkedin.com/in/ed?1", "auto_replied", profile.clone()),
        ("linkedin.com/in/eddy?1", "auto_replied", json!({ "linkedin_url": "linkedin.com/in/eddy" })),
        ("5", "bounced", json!({ "email": "jo@x.com" })),
    ] {
        world.me().record_event(crate::world::over(who, json!({ "id": id, "type": kind }))).unwrap();
    }
    let suppression = json!({ "type": "linkedin_profile", "value": "linkedin.com/in/ed" });
    world.me().add_suppressions(json!({ "suppressions": [suppression] })).unwrap();
    let shown = exported(&mut world, json!({ "email": "jo@x.com" }));
    let rows = [("bounce", 1), ("hold", 2), ("prospect", 1), ("recorded_event", 2), ("suppression", 1)];
    let mut counted = counts(&shown);
    counted.retain(|(table, _)| !["event", "progress"].contains(table));
    assert_eq!(counted, rows);
    let erase = |keep: bool| json!({ "email": "jo@x.com", "keep_suppressed": keep });
    assert_eq!(world.me().erase_person(erase(true)).unwrap().others, 6);
    for who in [json!({ "email": "jo@x.com" }), profile.clone()] {
        let page = world.me().export_person(who).unwrap();
        assert_eq!((page.records, page.is_erased), (vec![], true));
    }
    let others = [json!({ "email": "marijo@x.com" }), json!({ "linkedin_url": "linkedin.com/in/eddy" })];
    for who in others {
        assert_eq!(counts(&exported(&mut world, who)), [("hold", 1), ("recorded_event", 1)]);
    }
    // What connects them brings both hashes away.
    let list = world.me().create_list(json!({ "name": "All" })).unwrap().id;
    world.me().erase_person(erase(false)).unwrap();
    assert!(world.me().export_person(profile.clone()).unwrap().is_erased);
    world.me().erase_person(json!({ "linkedin_url": "linkedin.com/in/ed", "keep_suppressed": false })).unwrap();
    world.me().add_leads(list, json!({ "leads": [both] })).unwrap();
    world.me().erase_person(json!({ "linkedin_url": "linkedin.com/in/ed" })).unwrap();
    assert!(world.me().export_person(json!({ "email": "jo@x.com" })).unwrap().is_erased);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn whom_either_hash_covers_is_suppressed_on_either_channel() {
    let mut world = World::new();
    let draft = world.campaign("linkedin", "draft").id;
    let linkedin = world.campaign("linkedin", "active").id;
    let email = world.campaign("email", "draft").id;
    world.me().erase_person(json!({ "email": "bo@x.co" })).unwrap();
    world.me().erase_person(json!({ "linkedin_url": "linkedin.com/in/di" })).unwrap();
    let bo = json!({ "email": "bo@x.co", "linkedin_url": "linkedin.com/in/bo" });
    let di = json!({ "email": "di@x.co", "linkedin_url": "linkedin.com/in/di" });
    let cy = json!({ "email": "cy@x.co", "linkedin_url": "linkedin.com/in/cy" });
    for id in [draft, linkedin, email] {
        let request = json!({ "prospects": [bo, di, cy] });
        let report = shape(&world.me().add_prospects(id, request).unwrap());
        assert_eq!((&report["suppressed"], &report["imported"]), (&json!(2), &json!(1)));
        assert_eq!(report["outcomes"][1]["reason"], "erased");
    }
    let list = world.me().create_list(json!({ "name": "All" })).unwrap().id;
    let leads = shape(&world.me().add_leads(list, json!({ "leads": [bo, cy, di] })).unwrap());
    assert_eq!((&leads["suppressed"], &leads["outcomes"][2]), (&json!(2), &json!({ "outcome": "suppressed" })));
    let prospect = |world: &mut World, id: CampaignId| {
        world.me().find_prospects(json!({ "email": "cy@x.co", "campaign_id": id })).unwrap().prospects[0].id
    };
    let on_linkedin = prospect(&mut world, linkedin);
    let error = world.refused(|me| me.update_prospect(on_linkedin, json!({ "email": "bo@x.co" })));
    assert_eq!(problems(&error), issues(&[("email", "erased")]));
    let by_email = prospect(&mut world, email);
    let error = world.refused(|me| me.update_prospect(by_email, json!({ "linkedin_url": "linkedin.com/in/DI" })));
    assert_eq!(problems(&error), issues(&[("linkedin_url", "erased")]));
    // Of a late report nothing is stored, not even its id.
    for kind in ["bounced", "complained", "unsubscribed", "auto_replied"] {
        let event = json!({ "id": format!("{kind} bo@x.co"), "type": kind, "email": "bo@x.co" });
        assert!(!world.me().record_event(event).unwrap().changed);
    }
    assert!(!world.store.dump().unwrap().contains("bo@x.co"));
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_hash_of_the_other_channel_counts_at_launch_and_in_claims() {
    let mut world = World::new();
    let hours = json!({ "operating_hours": always(), "stay_open": true, "skip_other_campaigns": false });
    let fields = |name: &str| crate::world::over(hours.clone(), json!({ "name": name }));
    let [draft, active] = ["D", "A"].map(|name| {
        let id = world.create(world.linkedin_request(fields(name))).unwrap().campaign.id;
        world.add(id, json!([{ "email": "bo@x.co", "linkedin_url": "linkedin.com/in/other" }]));
        id
    });
    world.me().launch(active, None).unwrap();
    // A lead connects the address with another profile, by which they are erased.
    let list = world.me().create_list(json!({ "name": "All" })).unwrap().id;
    let lead = json!({ "email": "bo@x.co", "linkedin_url": "linkedin.com/in/bo" });
    world.me().add_leads(list, json!({ "leads": [lead] })).unwrap();
    world.me().erase_person(json!({ "linkedin_url": "linkedin.com/in/bo" })).unwrap();
    let warnings = shape(&world.me().validate(draft).unwrap())["warnings"].clone();
    assert!(warnings.as_array().unwrap().iter().any(|warning| warning["code"] == "all_prospects_skipped"));
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 0);
    let page = shape(&world.me().list_prospects(active, json!({})).unwrap());
    assert_eq!(page["prospects"][0]["status"], "skipped");
    let launched = shape(&world.me().launch(draft, None).unwrap());
    assert_eq!((&launched["enrolled"], &launched["skipped"][0]["reason"]), (&json!(0), &json!("suppressed")));
}

#[test]
fn the_last_open_person_completes_a_campaign_and_a_launch_skips_whom_a_hash_covers() {
    let mut world = World::new();
    let last = world.campaign("email", "active").id;
    let address = shape(&world.me().list_prospects(last, json!({})).unwrap())["prospects"][0]["email"].clone();
    let draft = world.campaign("email", "draft").id;
    world
        .me()
        .add_prospects(draft, json!({ "prospects": [{ "email": address, "linkedin_url": "linkedin.com/in/x" }] }))
        .unwrap();
    let other =
        world.create(world.linkedin_request(json!({ "name": "L", "operating_hours": always() }))).unwrap().campaign.id;
    world.add(other, json!([{ "linkedin_url": "linkedin.com/in/x" }, { "linkedin_url": "linkedin.com/in/y" }]));
    let later = world
        .create(
            world.linkedin_request(json!({ "name": "M", "operating_hours": always(), "skip_other_campaigns": false })),
        )
        .unwrap()
        .campaign
        .id;
    world.add(later, json!([{ "linkedin_url": "linkedin.com/in/x" }]));
    world.me().launch(other, None).unwrap();
    world.me().erase_person(json!({ "email": address })).unwrap();
    assert_eq!(world.me().campaign(last).unwrap().status(), CampaignStatus::Completed);
    assert_eq!(world.me().list_prospects(draft, json!({})).unwrap().prospects.len(), 1);
    // Who has the profile alone is not erased, and not contacted.
    let page = shape(&world.me().list_prospects(other, json!({})).unwrap());
    assert_eq!(page["prospects"][0]["status"], "skipped");
    let warnings = shape(&world.me().validate(later).unwrap())["warnings"].clone();
    assert!(
        warnings.as_array().unwrap().iter().any(|warning| warning["code"] == "all_prospects_skipped"),
        "{warnings}"
    );
    let launched = shape(&world.me().launch(later, None).unwrap());
    assert_eq!((&launched["enrolled"], &launched["skipped"][0]["reason"]), (&json!(0), &json!("suppressed")));
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn what_was_sent_to_the_erased_counts_in_limits_and_their_messages_are_not_completed() {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 2 })).unwrap();
    let id = world.create(world.email_request(json!({ "name": "E", "signature": "" }))).unwrap().campaign.id;
    world
        .me()
        .update_campaign(id, json!({ "sequence_nodes": [{ "type": "email", "subject": "S", "body": "B" }] }))
        .unwrap();
    world.add(id, json!(["bo", "cy", "di"].map(|name| json!({ "email": format!("{name}@example.com") }))));
    world.me().launch(id, None).unwrap();
    let tasks = world.me().claim_due(json!({})).unwrap().tasks;
    assert_eq!(tasks.len(), 2);
    world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    for name in ["bo", "cy"] {
        world.me().erase_person(json!({ "email": format!("{name}@example.com") })).unwrap();
    }
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 0, "the day is used up");
    assert_eq!(world.refused(|me| me.complete(tasks[1].id, Outcome::Sent)).code(), "task_not_found");
    let token = tasks[1].email.as_ref().unwrap().unsubscribe_token.to_string();
    assert_eq!(world.refused(|me| me.unsubscribe(token.as_str())).code(), "token_not_found");
    world.clock.advance_ms(crate::world::DAY);
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 1);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

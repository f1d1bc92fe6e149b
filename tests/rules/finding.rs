//! Finding prospects and campaigns: the rules of docs/rules.md#finding.

use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use campaignkit::{CampaignId, FindBy, FindProspects, WorkProgress};
use serde_json::{Value, json};

use crate::world::{DAY, World, add_user, always, issues, over, problems, shape};

/// The first names of those who are found, over all pages of two.
fn found(world: &mut World, query: Value) -> Vec<String> {
    let mut query = over(query, json!({ "limit": 2 }));
    let mut names = Vec::new();
    loop {
        let page = shape(&world.me().find_prospects(query.clone()).unwrap());
        names.extend(firsts(&page));
        if page["next_cursor"].is_null() {
            return names;
        }
        query["cursor"] = page["next_cursor"].clone();
    }
}

fn firsts(page: &Value) -> Vec<String> {
    let text = |person: &Value| person["first_name"].as_str().unwrap_or("-").to_owned();
    page["prospects"].as_array().unwrap().iter().map(text).collect()
}

/// Two email campaigns and one over LinkedIn, with some people in several.
fn crowd(world: &mut World) -> [CampaignId; 3] {
    let campaigns = [world.email_campaign("A"), world.email_campaign("B"), world.linkedin_campaign("C")];
    let bo = json!({ "email": "bo@example.com", "first_name": "Bo", "last_name": "Öberg", "company": "Acme GmbH",
        "linkedin_url": "https://www.linkedin.com/in/Bo-Berg/" });
    let zoe = json!({ "email": "zz@example.org", "first_name": "ZOË", "company": "Öl AG" });
    let cy = json!({ "email": "cy@example.com", "first_name": "Cy", "linkedin_url": "linkedin.com/in/cyrus",
        "name": "Dr. Cy Young" });
    world.add(campaigns[0], json!([zoe, bo]));
    world.add(campaigns[1], json!([cy, bo]));
    world.add(campaigns[2], json!([cy, bo]));
    campaigns
}

#[test]
fn people_are_found_by_what_they_are_known_by_in_all_campaigns_or_in_one() {
    let mut world = World::new();
    let [a, _, c] = crowd(&mut world);
    assert_eq!(found(&mut world, json!({ "email": "Bo <BO@example.com>" })), ["Bo", "Bo", "Bo"]);
    assert_eq!(found(&mut world, json!({ "email": "bo@example.com", "campaign_id": a })), ["Bo"]);
    assert_eq!(found(&mut world, json!({ "linkedin_url": "de.linkedin.com/in/bo-berg" })), ["Bo", "Bo", "Bo"]);
    assert_eq!(found(&mut world, json!({ "linkedin_url": "linkedin.com/in/cyrus", "campaign_id": c })), ["Cy"]);
    assert_eq!(found(&mut world, json!({ "email": "nobody@example.com" })), Vec::<String>::new());

    let (stranger, account, _) = add_user(&mut world.store);
    let mut theirs = world.store.session(stranger).unwrap();
    let request = json!({ "type": "email", "name": "T", "sender_account_ids": [account] });
    let campaign = theirs.create_campaign(request).unwrap().campaign.id;
    theirs
        .add_prospects(campaign, json!({ "prospects": [{ "email": "bo@example.com", "first_name": "Not" }] }))
        .unwrap();
    assert_eq!(found(&mut world, json!({ "email": "bo@example.com" })), ["Bo", "Bo", "Bo"]);
    assert_eq!(found(&mut world, json!({ "text": "bo" })), ["Bo", "Bo", "Bo"]);
    let error = world.refused(|me| me.find_prospects(json!({ "text": "bo", "campaign_id": campaign })));
    assert_eq!(error.code(), "campaign_not_found");
}

#[test]
fn a_person_is_found_by_the_key_of_a_message() {
    let mut world = World::new();
    let campaign = world.campaign("email", "active").id;
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    let key = FindBy::IdempotencyKey(task.idempotency_key.to_string());
    let page = world.me().find_prospects(FindProspects::new(key.clone())).unwrap();
    assert_eq!(
        (page.prospects.len(), page.prospects[0].id, page.prospects[0].campaign_id),
        (1, task.prospect.id, campaign)
    );
    let other = world.email_campaign("Other");
    let elsewhere = FindProspects { campaign_id: Some(other), ..FindProspects::new(key) };
    assert_eq!(world.me().find_prospects(elsewhere).unwrap().prospects, []);
    let nobodys = json!({ "idempotency_key": "018f4d2e-7c3a-7b1e-8a2b-0123456789ab" });
    assert_eq!(world.me().find_prospects(nobodys).unwrap().prospects, []);
}

#[test]
fn a_text_finds_the_beginning_of_a_name_a_company_an_address_or_a_slug_whatever_the_case() {
    let mut world = World::new();
    let [a, ..] = crowd(&mut world);
    for (text, expected) in [
        ("zoë", &["ZOË"][..]),
        ("öBERG", &["Bo", "Bo", "Bo"]),
        ("bo ö", &["Bo", "Bo", "Bo"]),
        ("acme g", &["Bo", "Bo", "Bo"]),
        ("Öl", &["ZOË"]),
        ("ZZ@", &["ZOË"]),
        ("bo-berg", &["Bo", "Bo", "Bo"]),
        ("cyr", &["Cy", "Cy"]),
        ("dr. cy", &["Cy", "Cy"]),
        ("young", &[]),
        ("berg", &[]),
    ] {
        assert_eq!(found(&mut world, json!({ "text": text })), expected, "{text}");
    }
    assert_eq!(found(&mut world, json!({ "text": "ö", "campaign_id": a })), ["ZOË", "Bo"]);
}

#[test]
fn a_search_names_one_thing_and_its_cursor_is_its_own() {
    let mut world = World::new();
    for (query, expected) in [
        (json!({}), issues(&[("text", "required")])),
        (json!({ "text": " " }), issues(&[("text", "empty")])),
        (json!({ "text": "x".repeat(256) }), issues(&[("text", "too_long")])),
        (json!({ "text": "x", "email": "a@b.cd" }), issues(&[("", "one_of")])),
        (json!({ "email": "x" }), issues(&[("email", "malformed_email")])),
        (json!({ "linkedin_url": "x" }), issues(&[("linkedin_url", "malformed_profile_url")])),
        (json!({ "idempotency_key": "x" }), issues(&[("idempotency_key", "malformed_id")])),
        (
            json!({ "text": "x", "cursor": "x", "limit": 0 }),
            issues(&[("limit", "out_of_range"), ("cursor", "malformed_cursor")]),
        ),
        (json!({ "text": "x", "tetx": "y" }), issues(&[("tetx", "unknown_field")])),
        (json!("x"), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.find_prospects(query.clone()))), expected, "{query}");
    }
}

/// The result of work that never has to wait.
fn finish<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn a_search_reports_its_progress_and_can_be_cancelled() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for hundred in 0..3 {
        let people = (0..100).map(|n| json!({ "email": format!("p{hundred}-{n}@example.com") })).collect();
        world.add(campaign, people);
    }
    let mut seen = Vec::new();
    let mut watch = |progress: WorkProgress| {
        seen.push((progress.done, progress.total));
        ControlFlow::Continue(())
    };
    let text = FindProspects::new(FindBy::Text("p2-99".into()));
    let page = finish(world.me().find_prospects_paced(text.clone(), &mut watch)).unwrap();
    assert_eq!((page.prospects.len(), seen.last()), (1, Some(&(300, 300))));
    assert!(seen.len() > 3 && seen.is_sorted(), "{seen:?}");
    let mut stop = |_: WorkProgress| ControlFlow::Break(());
    assert_eq!(finish(world.me().find_prospects_paced(text, &mut stop)).unwrap_err().code(), "cancelled");
}

/// The first names in a campaign in an order, over all pages of two, and the total that each page has.
fn listed(world: &mut World, campaign: CampaignId, query: Value) -> (Vec<String>, Option<u64>) {
    let mut query = over(query, json!({ "limit": 2 }));
    let (mut names, mut total) = (Vec::new(), None);
    loop {
        let page = shape(&world.me().list_prospects(campaign, query.clone()).unwrap());
        assert!(names.is_empty() || total == page["total"].as_u64(), "{page}");
        total = page["total"].as_u64();
        names.extend(firsts(&page));
        if page["next_cursor"].is_null() {
            return (names, total);
        }
        query["cursor"] = page["next_cursor"].clone();
    }
}

#[test]
fn the_people_of_a_campaign_are_searched_sorted_and_counted() {
    let mut world = World::new();
    let campaign = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let names = ["bo", "Émile", "Ada", "ada", "Bob"];
    let mut people: Vec<Value> = names
        .iter()
        .zip(0..)
        .map(|(name, n)| json!({ "email": format!("{n}@example.com"), "first_name": name }))
        .collect();
    people.push(json!({ "email": "nameless@example.com" }));
    world.add(campaign, json!(people));
    let all = ["bo", "Émile", "Ada", "ada", "Bob", "-"];
    let mut list = |query: Value| listed(&mut world, campaign, query);
    assert_eq!(list(json!({ "sort": "created", "count": true })), (all.map(String::from).to_vec(), Some(6)));
    assert_eq!(list(json!({ "search": " ", "sort": null, "count": false })), (all.map(String::from).to_vec(), None));
    assert_eq!(list(json!({ "sort": "name", "count": true })).0, ["Ada", "ada", "bo", "Bob", "Émile", "-"]);
    assert_eq!(list(json!({ "search": "B", "count": true })), (vec!["bo".into(), "Bob".into()], Some(2)));
    assert_eq!(list(json!({ "search": "ad", "sort": "name", "status": "pending", "count": true })).1, Some(2));
    assert_eq!(list(json!({ "status": "sent", "count": true })), (vec![], Some(0)));

    world.me().launch(campaign, None).unwrap();
    for _ in 0..3 {
        let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
        world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
        world.clock.advance_ms(DAY);
    }
    let mut list = |query: Value| listed(&mut world, campaign, query);
    assert_eq!(list(json!({ "sort": "last_contact" })).0, ["Ada", "Émile", "bo", "ada", "Bob", "-"]);
    let page = world.me().list_prospects(campaign, json!({ "sort": "last_contact", "limit": 1 })).unwrap();
    for sort in ["name", "created"] {
        let query = json!({ "sort": sort, "cursor": page.next_cursor });
        let error = world.refused(|me| me.list_prospects(campaign, query));
        assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
    }
}

#[test]
fn campaigns_are_searched_sorted_counted_and_read_by_name() {
    let mut world = World::new();
    let hours = json!({ "operating_hours": always() });
    for name in ["Über alles", "Q2 overall", "alpha", "Beta"] {
        world.create(world.linkedin_request(over(hours.clone(), json!({ "name": name })))).unwrap();
        world.clock.advance_ms(1_000);
    }
    let mut list = |query: Value| {
        let mut query = over(query, json!({ "limit": 1 }));
        let mut names = Vec::new();
        loop {
            let page = shape(&world.me().list_campaigns(query.clone()).unwrap());
            names
                .extend(page["campaigns"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()));
            if page["next_cursor"].is_null() {
                return (names, page["total"].as_u64());
            }
            query["cursor"] = page["next_cursor"].clone();
        }
    };
    let newest_first = ["Beta", "alpha", "Q2 overall", "Über alles"].map(String::from).to_vec();
    assert_eq!(list(json!({})), (newest_first.clone(), None));
    assert_eq!(list(json!({ "count": true, "sort": "created" })), (newest_first, Some(4)));
    assert_eq!(list(json!({ "sort": "name" })).0, ["alpha", "Beta", "Q2 overall", "Über alles"]);
    assert_eq!(
        list(json!({ "search": "ALL", "count": true })),
        (vec!["Q2 overall".into(), "Über alles".into()], Some(2))
    );
    assert_eq!(list(json!({ "search": "über", "status": "draft", "type": "email" })).0, Vec::<String>::new());

    let contacted = world.campaign("email", "active");
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    let page = world.me().list_campaigns(json!({ "sort": "last_contact", "limit": 2 })).unwrap();
    assert_eq!(
        [page.campaigns[0].id, page.campaigns[1].id],
        [contacted.id, world.me().campaign_by_name("Beta").unwrap().id]
    );
    let error = world.refused(|me| me.list_campaigns(json!({ "sort": "name", "cursor": page.next_cursor })));
    assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));

    assert_eq!(world.me().campaign_by_name(" Beta ").unwrap().name.as_str(), "Beta");
    assert_eq!(world.refused(|me| me.campaign_by_name("beta")).code(), "campaign_not_found");
    assert_eq!(problems(&world.refused(|me| me.campaign_by_name(json!("")))), issues(&[("name", "empty")]));
}

#[test]
fn a_taken_name_says_what_has_it() {
    let mut world = World::new();
    let campaign = world.email_campaign("Q2");
    let taken = shape(&world.create(world.linkedin_request(json!({ "name": "Q2" }))).unwrap_err());
    assert_eq!((&taken["campaign_id"], &taken["list_id"]), (&json!(campaign), &Value::Null));
    let other = world.email_campaign("Q3");
    let taken = shape(&world.refused(|me| me.update_campaign(other, json!({ "name": "Q2" }))));
    assert_eq!(taken["campaign_id"], json!(campaign));
    let list = world.me().create_list(json!({ "name": "Q2" })).unwrap().id;
    let taken = shape(&world.refused(|me| me.create_list(json!({ "name": "Q2" }))));
    assert_eq!(
        (&taken["campaign_id"], &taken["list_id"], &taken["suggested_name"]),
        (&Value::Null, &json!(list), &json!("Q2 (2)"))
    );
}

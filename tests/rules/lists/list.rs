//! The lists themselves: created, read, counted, deleted, and invisible to other users.

use super::*;
use crate::world::{NOW_MS, add_user};
use campaignkit::{LeadOutcome, OpenOptions, SimulatedHost};

#[test]
fn a_new_list_is_empty_and_read_back_as_it_was_answered() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": " Founders\n" })).unwrap();
    assert_eq!(
        serde_json::to_value(&list).unwrap(),
        json!({
            "id": list.id, "user_id": world.user, "name": "Founders", "lead_count": 0,
            "created_at": "2026-04-22T10:00:00Z", "updated_at": "2026-04-22T10:00:00Z",
        })
    );
    assert_eq!(world.me().list(list.id).unwrap(), list);
    assert_eq!(leads(&mut world, list.id), Vec::<Value>::new());
}

#[test]
fn a_malformed_list_is_refused_with_every_issue() {
    let mut world = World::new();
    let before = world.store.dump().unwrap();
    for (request, expected) in [
        (json!(null), issues(&[("", "wrong_type")])),
        (json!([]), issues(&[("", "wrong_type")])),
        (json!({}), issues(&[("name", "required")])),
        (json!({ "name": null }), issues(&[("name", "required")])),
        (json!({ "name": 7 }), issues(&[("name", "wrong_type")])),
        (json!({ "name": " \t" }), issues(&[("name", "empty")])),
        (json!({ "name": "é".repeat(256), "nmae": 1 }), issues(&[("name", "too_long"), ("nmae", "unknown_field")])),
    ] {
        assert_eq!(refused(&world.me().create_list(request).unwrap_err()), expected);
    }
    let typed = world.me().create_list(CreateList::new(" ")).unwrap_err();
    assert_eq!(refused(&typed), issues(&[("name", "empty")]));
    assert_eq!(world.store.dump().unwrap(), before);
    world.me().create_list(CreateList::new("é".repeat(255))).unwrap();
}

#[test]
fn a_name_is_taken_by_another_list_of_the_user_only() {
    let mut world = World::new();
    let first = a_list(&mut world, "Founders");
    a_list(&mut world, "Founders (2)");
    let before = world.store.dump().unwrap();
    let error = world.me().create_list(json!({ "name": " Founders" })).unwrap_err();
    let shape = serde_json::to_value(&error).unwrap();
    assert_eq!((&shape["code"], &shape["status"], &shape["path"]), (&json!("name_taken"), &json!(409), &json!("name")));
    assert_eq!(shape["suggested_name"], "Founders (3)");
    assert_eq!(world.store.dump().unwrap(), before);

    a_list(&mut world, "founders"); // names are compared exactly
    world.create(world.email_request(json!({ "name": "Founders" }))).unwrap(); // campaigns have names of their own
    let (other, ..) = add_user(&mut world.store);
    world.store.session(other).unwrap().create_list(CreateList::new("Founders")).unwrap();
    world.me().delete_list(first).unwrap();
    a_list(&mut world, "Founders");
}

#[test]
fn the_users_lists_are_listed_newest_first_page_by_page() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let mut created = Vec::new();
    for n in 0..7 {
        world.clock.advance_ms(n % 2); // some in the same millisecond
        created.insert(0, world.me().create_list(CreateList::new(n.to_string())).unwrap());
        world.store.session(other).unwrap().create_list(CreateList::new(n.to_string())).unwrap();
    }
    for limit in [1, 3, 7, 50] {
        let mut listed = Vec::new();
        let mut query = json!({ "limit": limit });
        loop {
            let page = world.me().list_lists(query.clone()).unwrap();
            listed.extend(page.lists);
            let Some(next) = page.next_cursor else { break };
            assert!(listed.len() < created.len(), "the last page has no cursor");
            query["cursor"] = json!(next);
        }
        assert_eq!(listed, created, "limit {limit}");
    }
    let all = world.me().list_lists(ListPage::default()).unwrap();
    assert_eq!(serde_json::to_value(all).unwrap(), json!({ "lists": created, "next_cursor": null }));
}

#[test]
fn a_list_counts_its_leads_and_changes_with_them() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let other = a_list(&mut world, "Others");
    world.clock.advance_ms(1_000);
    let answer = add(&mut world, list, json!([{ "email": "bo@example.com" }, { "email": "eve@example.com" }]));
    let state = |world: &mut World| {
        let list = world.me().list(list).unwrap();
        (list.lead_count, list.created_at.unix_ms() - NOW_MS, list.updated_at.unix_ms() - NOW_MS)
    };
    assert_eq!(state(&mut world), (2, 0, 1_000));
    world.clock.advance_ms(1_000);
    let bo = answer["outcomes"][0]["lead_id"].as_str().unwrap();
    world.me().remove_lead(bo).unwrap();
    assert_eq!(state(&mut world), (1, 0, 2_000));
    assert_eq!(world.me().remove_lead(bo).unwrap_err().code(), "lead_not_found");
    assert_eq!(state(&mut world), (1, 0, 2_000));
    world.clock.advance_ms(1_000);
    assert_eq!(outcomes(&add(&mut world, list, json!([{ "email": "bo@example.com" }]))), ["added"]);
    assert_eq!(state(&mut world), (2, 0, 3_000));
    assert_eq!(world.me().list(other).unwrap().lead_count, 0);
}

#[test]
fn a_deleted_list_takes_its_leads_with_it() {
    let mut world = World::new();
    let (list, other) = (a_list(&mut world, "Founders"), a_list(&mut world, "Others"));
    let lead = add(&mut world, list, json!([{ "email": "bo@example.com" }]))["outcomes"][0]["lead_id"].clone();
    add(&mut world, other, json!([{ "email": "eve@example.com" }]));
    world.me().delete_list(list).unwrap();
    assert_eq!(world.me().list(list).unwrap_err().code(), "list_not_found");
    assert_eq!(world.me().remove_lead(lead).unwrap_err().code(), "lead_not_found");
    assert!(!world.store.dump().unwrap().contains("bo@example.com"));
    assert_eq!(leads(&mut world, other).len(), 1);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn what_is_another_users_is_answered_like_what_never_was() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let mut them = world.store.session(other).unwrap();
    let list = them.create_list(CreateList::new("Founders")).unwrap().id;
    let leads = vec![NewPerson::email("bo@example.com")];
    let [LeadOutcome::Added { lead_id }] = them.add_leads(list, AddLeads { leads }).unwrap().outcomes[..] else {
        panic!("one was added")
    };
    let before = world.store.dump().unwrap();
    for (list, lead) in [(list.to_string(), lead_id.to_string()), (UNKNOWN.into(), UNKNOWN.into())] {
        let (list, lead) = (list.as_str(), lead.as_str());
        let mut me = world.me();
        let leads = json!({ "leads": [{ "email": "eve@example.com" }] });
        for error in [
            me.list(list).unwrap_err(),
            me.delete_list(list).unwrap_err(),
            me.add_leads(list, leads).unwrap_err(),
            me.list_leads(list, json!({})).unwrap_err(),
        ] {
            assert_eq!((error.code(), error.status()), ("list_not_found", 404));
        }
        let error = me.remove_lead(lead).unwrap_err();
        assert_eq!((error.code(), error.status()), ("lead_not_found", 404));
    }
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(world.me().list_lists(json!({})).unwrap().lists, []);
    assert_eq!(refused(&world.me().list("x").unwrap_err()), issues(&[("list_id", "malformed_id")]));
    assert_eq!(refused(&world.me().remove_lead("x").unwrap_err()), issues(&[("lead_id", "malformed_id")]));
}

#[test]
fn every_change_of_a_list_leaves_one_event() {
    let mut world = World::new();
    let before = words_of_events(&mut world).len();
    let list = a_list(&mut world, "Founders");
    world.clock.advance_ms(1_500);
    let lead = add(&mut world, list, json!([{ "email": "bo@example.com" }, { "email": "eve@example.com" }]));
    let lead = lead["outcomes"][0]["lead_id"].clone();
    world.me().create_list(CreateList::new("Founders")).unwrap_err();
    world.me().add_leads(list, json!({ "leads": [{}] })).unwrap_err();
    world.me().remove_lead(lead.clone()).unwrap();
    world.me().remove_lead(lead.clone()).unwrap_err();
    world.me().delete_list(list).unwrap();
    let events = words_of_events(&mut world);
    let at = "2026-04-22T10:00:01.500Z";
    assert_eq!(
        events[before..],
        [
            json!({ "number": 4, "at": "2026-04-22T10:00:00Z", "type": "list_created", "list_id": list }),
            json!({ "number": 5, "at": at, "type": "leads_added", "list_id": list }),
            json!({ "number": 6, "at": at, "type": "lead_removed", "lead_id": lead, "list_id": list }),
            json!({ "number": 7, "at": at, "type": "list_deleted", "list_id": list }),
        ]
    );
}

#[test]
fn lists_are_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = SimulatedHost::new(1, NOW_MS);
    let open = || OpenOptions::new(clock.clone()).open(folder.path().join("lists.db")).unwrap();
    let mut world = World::within(open(), clock.clone());
    let list = a_list(&mut world, "Founders");
    add(&mut world, list, json!([{ "email": "bo@example.com", "custom_fields": { "city": "Köln" } }]));
    let before = (world.me().list(list).unwrap(), leads(&mut world, list));
    let user = world.user;
    drop(world);
    let mut store = open();
    let mut me = store.session(user).unwrap();
    let leads: Vec<Value> =
        me.list_leads(list, json!({})).unwrap().leads.iter().map(|lead| serde_json::to_value(lead).unwrap()).collect();
    assert_eq!((me.list(list).unwrap(), leads), before);
}

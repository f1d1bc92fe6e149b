//! Saved lists and their leads: what docs/rules.md#lists says of them.

use std::collections::BTreeMap;

use crate::world;
use crate::world::{NOW_MS, World, add_user, issues};
use campaignkit::{
    AddLeads, CreateList, Error, Field, LeadOutcome, ListId, ListPage, NewPerson, OpenOptions, SimulatedHost,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn refused(error: &Error) -> Vec<(String, &'static str)> {
    assert_eq!((error.code(), error.status()), ("invalid_input", 400));
    error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
}

fn a_list(world: &mut World, name: &str) -> ListId {
    world.me().create_list(CreateList::new(name)).unwrap().id
}

fn add(world: &mut World, list: ListId, leads: Value) -> Value {
    serde_json::to_value(world.me().add_leads(list, json!({ "leads": leads })).unwrap()).unwrap()
}

/// What became of each lead, in words.
fn outcomes(answer: &Value) -> Vec<&str> {
    answer["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect()
}

fn leads(world: &mut World, list: ListId) -> Vec<Value> {
    let page = world.me().list_leads(list, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.leads.iter().map(|lead| serde_json::to_value(lead).unwrap()).collect()
}

fn words_of_events(world: &mut World) -> Vec<Value> {
    let events = world.me().list_events(json!({ "limit": 200 })).unwrap().events;
    events.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}

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
fn a_lead_is_kept_with_its_addresses_in_normal_form() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let answer = add(
        &mut world,
        list,
        json!([
            { "email": " Bo@Example.com ", "linkedin_url": "https://www.linkedin.com/in/Bo/", "first_name": " Bo ",
              "last_name": "Ode", "company": "ACME", "position": "CEO", "headline": "I make things", "name": null,
              "custom_fields": { "city": " Köln ", "empty": "" } },
            { "linkedin_url": "linkedin.com/in/eve" },
            { "email": "cy@example.com", "name": "Cy" },
        ]),
    );
    let ids: Vec<Value> = answer["outcomes"].as_array().unwrap().iter().map(|row| row["lead_id"].clone()).collect();
    assert_eq!(
        answer,
        json!({ "added": 3, "duplicates": 0, "outcomes": [
            { "outcome": "added", "lead_id": ids[0] },
            { "outcome": "added", "lead_id": ids[1] },
            { "outcome": "added", "lead_id": ids[2] },
        ] })
    );
    let nothing = json!({ "email": null, "linkedin_url": null, "name": null, "first_name": null, "last_name": null,
                          "company": null, "position": null, "headline": null, "custom_fields": {}, "list_id": list,
                          "created_at": "2026-04-22T10:00:00Z" });
    let lead = |fields| world::over(nothing.clone(), fields);
    assert_eq!(
        leads(&mut world, list),
        [
            lead(json!({ "id": ids[0], "email": "bo@example.com", "linkedin_url": "https://www.linkedin.com/in/Bo/",
                         "name": "Bo Ode", "first_name": "Bo", "last_name": "Ode", "company": "ACME", "position": "CEO",
                         "headline": "I make things", "custom_fields": { "city": "Köln" } })),
            lead(json!({ "id": ids[1], "linkedin_url": "linkedin.com/in/eve" })),
            lead(json!({ "id": ids[2], "email": "cy@example.com", "name": "Cy" })),
        ]
    );
}

#[test]
fn a_lead_whose_address_or_profile_another_one_has_is_a_duplicate() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let first = add(
        &mut world,
        list,
        json!([{ "email": "bo@example.com", "company": "ACME" }, { "linkedin_url": "https://linkedin.com/in/eve" }]),
    );
    let (bo, eve) = (&first["outcomes"][0]["lead_id"], &first["outcomes"][1]["lead_id"]);
    world.clock.advance_ms(1_000);
    let second = add(
        &mut world,
        list,
        json!([
            { "email": "BO@example.com", "company": "Other" },
            { "email": "eve@example.com", "linkedin_url": "www.LinkedIn.com/in/Eve/?utm=1#x" },
            { "email": "cy@example.com" },
            { "email": "bo@example.com", "linkedin_url": "linkedin.com/in/eve" },
            { "email": " CY@example.com", "linkedin_url": "linkedin.com/in/cy" },
        ]),
    );
    let cy = &second["outcomes"][2]["lead_id"];
    assert_eq!(
        second,
        json!({ "added": 1, "duplicates": 4, "outcomes": [
            { "outcome": "duplicate", "lead_id": bo },
            { "outcome": "duplicate", "lead_id": eve },
            { "outcome": "added", "lead_id": cy },
            { "outcome": "duplicate", "lead_id": bo }, // the address goes before the profile
            { "outcome": "duplicate", "lead_id": cy }, // of the same call
        ] })
    );
    let kept = leads(&mut world, list);
    assert_eq!(kept.iter().map(|lead| &lead["id"]).collect::<Vec<_>>(), [bo, eve, cy]);
    assert_eq!((&kept[0]["company"], &kept[1]["email"]), (&json!("ACME"), &Value::Null));

    let other = a_list(&mut world, "Others");
    assert_eq!(outcomes(&add(&mut world, other, json!([{ "email": "bo@example.com" }]))), ["added"]);
}

#[test]
fn leads_that_are_all_there_change_nothing() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let people = json!([{ "email": "bo@example.com" }, { "linkedin_url": "linkedin.com/in/eve" }]);
    add(&mut world, list, people.clone());
    world.clock.advance_ms(1_000);
    let before = world.store.dump().unwrap();
    assert_eq!(outcomes(&add(&mut world, list, people)), ["duplicate", "duplicate"]);
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn a_call_with_a_bad_lead_adds_none_and_names_every_issue() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let before = world.store.dump().unwrap();
    let request = json!({
        "leads": [
            { "email": "good@example.com" },
            { "email": "bo@", "linkedin_url": "example.com/in/bo" },
            { "first_name": "Eve" },
            { "email": " ", "linkedin_url": null, "company": "x".repeat(256), "custom_fields": { "a%": "b" } },
            "cy@example.com",
            null,
            { "email": 7 },
            { "linkedin_url": "x" },
            { "emial": "cy@example.com" },
            { "linkedin_url": "linkedin.com/in/di", "email": "d i@example.com" },
        ],
        "list": 1,
    });
    let mut found = refused(&world.me().add_leads(list, request).unwrap_err());
    let mut expected = issues(&[
        ("list", "unknown_field"),
        ("leads[1].email", "malformed_email"),
        ("leads[1].linkedin_url", "malformed_profile_url"),
        ("leads[2].email", "required"),
        ("leads[3].email", "required"),
        ("leads[3].company", "too_long"),
        ("leads[3].custom_fields.a%", "malformed_key"),
        ("leads[4]", "wrong_type"),
        ("leads[5]", "wrong_type"),
        ("leads[6].email", "wrong_type"),
        ("leads[7].linkedin_url", "malformed_profile_url"),
        ("leads[8].email", "required"),
        ("leads[8].emial", "unknown_field"),
        ("leads[9].email", "malformed_email"),
    ]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn one_to_a_thousand_leads_are_added_at_once() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let people = |count| -> Vec<Value> { (0..count).map(|n| json!({ "email": format!("{n}@example.com") })).collect() };
    let before = world.store.dump().unwrap();
    for (leads, code) in
        [(json!([]), "empty"), (json!(null), "required"), (json!({}), "wrong_type"), (json!(people(1_001)), "too_many")]
    {
        let error = world.me().add_leads(list, json!({ "leads": leads })).unwrap_err();
        assert_eq!(refused(&error), issues(&[("leads", code)]));
    }
    assert_eq!(refused(&world.me().add_leads(list, json!([])).unwrap_err()), issues(&[("", "wrong_type")]));
    assert_eq!(world.store.dump().unwrap(), before);

    assert_eq!(add(&mut world, list, json!(people(1_000)))["added"], 1_000);
    assert_eq!(world.me().list(list).unwrap().lead_count, 1_000);
}

#[test]
fn the_typed_face_and_the_json_face_add_the_same_leads() {
    let bo = NewPerson {
        first_name: Some(" Bo ".into()),
        custom_fields: BTreeMap::from([("city".into(), "Köln".into())]),
        ..NewPerson::email("Bo@example.com")
    };
    let eve = NewPerson { company: Some("".into()), ..NewPerson::linkedin("linkedin.com/in/eve") };
    let mut typed = World::new();
    let list = a_list(&mut typed, "Founders");
    let answer = typed.me().add_leads(list, AddLeads { leads: vec![bo, eve.clone(), eve] }).unwrap();

    let mut json = World::new();
    assert_eq!(json.me().create_list(json!({ "name": "Founders" })).unwrap().id, list);
    let eve = json!({ "linkedin_url": "linkedin.com/in/eve", "company": "" });
    let bo = json!({ "email": "Bo@example.com", "first_name": " Bo ", "custom_fields": { "city": "Köln" } });
    assert_eq!(json.me().add_leads(list, json!({ "leads": [bo, eve, eve] })).unwrap(), answer);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());

    let nobody = AddLeads { leads: vec![NewPerson::email("di@example.com"), NewPerson::default()] };
    assert_eq!(refused(&typed.me().add_leads(list, nobody).unwrap_err()), issues(&[("leads[1].email", "required")]));
}

#[test]
fn leads_are_listed_in_the_order_in_which_they_were_added_page_by_page() {
    let mut world = World::new();
    let (list, other) = (a_list(&mut world, "Founders"), a_list(&mut world, "Others"));
    let mut expected = Vec::new();
    for n in 0..9 {
        world.clock.advance_ms([0, 5, -3][n % 3]); // some in the same millisecond, some before
        let emails = [format!("{}@example.com", 20 - n), format!("x{n}@example.com")];
        add(&mut world, list, json!([{ "email": emails[0] }, { "email": emails[1] }]));
        add(&mut world, other, json!([{ "email": format!("other{n}@example.com") }]));
        expected.extend(emails);
    }
    for limit in [1, 2, 5, 18, 19] {
        let mut listed = Vec::new();
        let mut cursor = None;
        loop {
            let page = world.me().list_leads(list, ListPage { limit: Some(limit), cursor }).unwrap();
            assert!(page.leads.len() <= limit as usize);
            listed.extend(page.leads.iter().map(|lead| lead.person.get(Field::Email).unwrap().into_owned()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
            assert!(listed.len() < expected.len(), "the last page says so");
        }
        assert_eq!(listed, expected, "limit {limit}");
    }
}

#[test]
fn pages_of_leads_stay_complete_while_leads_come_and_go() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let people: Vec<Value> = (0..6).map(|n| json!({ "email": format!("{n}@example.com") })).collect();
    add(&mut world, list, json!(people));
    let first = world.me().list_leads(list, json!({ "limit": 3 })).unwrap();
    for seen in &first.leads {
        world.me().remove_lead(seen.id).unwrap(); // also the one that the cursor stands at
    }
    add(&mut world, list, json!([{ "email": "late@example.com" }]));
    let rest = world.me().list_leads(list, json!({ "limit": 4, "cursor": first.next_cursor })).unwrap();
    let emails: Vec<_> = rest.leads.iter().map(|lead| lead.person.get(Field::Email).unwrap()).collect();
    assert_eq!(emails, ["3@example.com", "4@example.com", "5@example.com", "late@example.com"]);
    assert_eq!(rest.next_cursor, None, "a full page that is the last says so");
}

#[test]
fn a_malformed_page_is_refused() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    for (query, expected) in [
        (json!({ "limit": 0 }), issues(&[("limit", "out_of_range")])),
        (json!({ "limit": 201, "cursor": "x" }), issues(&[("limit", "out_of_range"), ("cursor", "malformed_cursor")])),
        (json!({ "cursor": "" }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "offset": 1 }), issues(&[("offset", "unknown_field")])),
        (json!([]), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(refused(&world.me().list_leads(list, query.clone()).unwrap_err()), expected);
        assert_eq!(refused(&world.me().list_lists(query).unwrap_err()), expected);
    }
    // The cursor of the one is not one of the other.
    let of_leads = json!({ "cursor": format!("1.{UNKNOWN}") });
    assert_eq!(refused(&world.me().list_leads(list, of_leads).unwrap_err()), issues(&[("cursor", "malformed_cursor")]));
    let of_lists = json!({ "cursor": UNKNOWN });
    assert_eq!(refused(&world.me().list_lists(of_lists).unwrap_err()), issues(&[("cursor", "malformed_cursor")]));
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
            assert!(listed.len() < created.len(), "the last page says so");
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

/// The numbers of an address and of a profile, one of them at least.
type Numbers = (Option<u8>, Option<u8>);

/// What is done to a list: people are added, or the lead at a place is removed.
#[derive(Clone, Debug)]
enum Call {
    Add(Vec<Numbers>),
    Remove(usize),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let person = (option::of(0..6_u8), option::of(0..6_u8))
        .prop_filter("a lead has an address", |(email, profile)| email.is_some() || profile.is_some());
    vec(prop_oneof![3 => vec(person, 1..6).prop_map(Call::Add), 1 => (0..8_usize).prop_map(Call::Remove)], 1..12)
}

fn are_twins(one: Numbers, other: Numbers) -> bool {
    one.0.is_some() && one.0 == other.0 || one.1.is_some() && one.1 == other.1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_two_leads_of_a_list_share_an_address_or_a_profile(calls in calls()) {
        let mut world = World::new();
        let list = a_list(&mut world, "Founders");
        let mut model: Vec<Numbers> = Vec::new();
        for call in calls {
            match call {
                Call::Remove(place) => {
                    if place < model.len() {
                        let lead = leads(&mut world, list)[place]["id"].clone();
                        world.me().remove_lead(lead).unwrap();
                        model.remove(place);
                    }
                }
                Call::Add(people) => {
                    let mut expected = Vec::new();
                    for person in &people {
                        let is_new = !model.iter().any(|lead| are_twins(*lead, *person));
                        expected.push(if is_new { "added" } else { "duplicate" });
                        if is_new {
                            model.push(*person);
                        }
                    }
                    let people: Vec<Value> = people.iter().map(|(email, profile)| json!({
                        "email": email.map(|n| format!("{n}@Example.com")),
                        "linkedin_url": profile.map(|n| format!("linkedin.com/in/{n}")),
                    })).collect();
                    let answer = add(&mut world, list, json!(people));
                    prop_assert_eq!(outcomes(&answer), expected);
                    let again = add(&mut world, list, json!(people));
                    prop_assert_eq!((&again["added"], &again["duplicates"]), (&json!(0), &json!(people.len())));
                }
            }
            let kept: Vec<Value> =
                leads(&mut world, list).iter().map(|lead| json!([lead["email"], lead["linkedin_url"]])).collect();
            let expected: Vec<Value> = model.iter().map(|(email, profile)| json!([
                email.map(|n| format!("{n}@example.com")),
                profile.map(|n| format!("linkedin.com/in/{n}")),
            ])).collect();
            prop_assert_eq!(kept, expected);
            prop_assert_eq!(world.me().list(list).unwrap().lead_count as usize, model.len());
        }
    }
}

//! The leads of a list: added, found to be there already, and listed page by page.

use std::collections::BTreeMap;

use super::*;
use campaignkit::Field;

#[test]
fn a_lead_is_kept_with_its_addresses_in_normal_form() {
    let mut world = World::new();
    let list = a_list(&mut world, "Founders");
    let answer = add(
        &mut world,
        list,
        json!([
            { "email": " Bo@Example.com ", "linkedin_url": "https://www.linkedin.com/in/Bo/", "first_name": " Bo ",
              "last_name": "Ode", "company": "ACME", "position": "CEO", "headline": "I make things", "time_zone": "europe/berlin", "name": null,
              "custom_fields": { "city": " Köln ", "empty": "" } },
            { "linkedin_url": "linkedin.com/in/eve" },
            { "email": "cy@example.com", "name": "Cy" },
        ]),
    );
    let ids: Vec<Value> = answer["outcomes"].as_array().unwrap().iter().map(|row| row["lead_id"].clone()).collect();
    assert_eq!(
        answer,
        json!({ "added": 3, "duplicates": 0, "suppressed": 0, "outcomes": [
            { "outcome": "added", "lead_id": ids[0] },
            { "outcome": "added", "lead_id": ids[1] },
            { "outcome": "added", "lead_id": ids[2] },
        ] })
    );
    let nothing = json!({ "email": null, "linkedin_url": null, "name": null, "first_name": null, "last_name": null,
                          "company": null, "position": null, "headline": null, "time_zone": null, "custom_fields": {},
                          "list_id": list, "created_at": "2026-04-22T10:00:00Z" });
    let lead = |fields| world::over(nothing.clone(), fields);
    assert_eq!(
        leads(&mut world, list),
        [
            lead(json!({ "id": ids[0], "email": "bo@example.com", "linkedin_url": "https://www.linkedin.com/in/Bo/",
                         "name": "Bo Ode", "first_name": "Bo", "last_name": "Ode", "company": "ACME", "position": "CEO",
                         "headline": "I make things", "time_zone": "Europe/Berlin", "custom_fields": { "city": "Köln" } })),
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
        json!({ "added": 1, "duplicates": 4, "suppressed": 0, "outcomes": [
            { "outcome": "duplicate", "lead_id": bo },
            { "outcome": "duplicate", "lead_id": eve },
            { "outcome": "added", "lead_id": cy },
            { "outcome": "duplicate", "lead_id": bo }, // the address takes precedence over the profile
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
            assert!(listed.len() < expected.len(), "the last page has no cursor");
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
        world.me().remove_lead(seen.id).unwrap(); // including the one that the cursor points to
    }
    add(&mut world, list, json!([{ "email": "late@example.com" }]));
    let rest = world.me().list_leads(list, json!({ "limit": 4, "cursor": first.next_cursor })).unwrap();
    let emails: Vec<_> = rest.leads.iter().map(|lead| lead.person.get(Field::Email).unwrap()).collect();
    assert_eq!(emails, ["3@example.com", "4@example.com", "5@example.com", "late@example.com"]);
    assert_eq!(rest.next_cursor, None, "a full last page has no cursor");
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
    // A cursor of one list is not a cursor of another.
    let of_leads = json!({ "cursor": format!("1.{UNKNOWN}") });
    assert_eq!(refused(&world.me().list_leads(list, of_leads).unwrap_err()), issues(&[("cursor", "malformed_cursor")]));
    let of_lists = json!({ "cursor": UNKNOWN });
    assert_eq!(refused(&world.me().list_lists(of_lists).unwrap_err()), issues(&[("cursor", "malformed_cursor")]));
}

//! Adding people: what is stored, what is refused, and the messages about it.

use std::collections::BTreeMap;

use super::*;
use crate::world::add_user;
use campaignkit::{AddProspects, ListPage, ListProspects, NewPerson, UpdateProspect};

#[test]
fn a_prospect_is_kept_with_all_its_fields_trimmed_and_its_address_in_normal_form() {
    let mut world = World::new();
    for (campaign, n) in [(world.email_campaign("A"), 0), (world.linkedin_campaign("B"), 1)] {
        let report = add(&mut world, campaign, json!([everything()]));
        let id = &report["outcomes"][0]["prospect_id"];
        assert_eq!(
            report,
            json!({
                "imported": 1, "updated": 0, "duplicates": 0, "suppressed": 0, "invalid": 0, "total": 1,
                "outcomes": [{ "outcome": "imported", "prospect_id": id }],
            })
        );
        let expected = json!({
            "id": id,
            "campaign_id": campaign,
            "status": "pending",
            "email": "bo.smith@example.com",
            "linkedin_url": "https://www.LinkedIn.com/in/Bo/?utm=1",
            "name": "Dr. Bo Smith",
            "first_name": "Bo",
            "last_name": "Smith",
            "company": "Smith & Sons",
            "position": "CTO",
            "headline": "Builds things",
            "time_zone": "Europe/Lisbon",
            "custom_fields": { "Deal Size": "12 \n 000" },
            "created_at": "2026-04-22T10:00:00Z",
            "updated_at": "2026-04-22T10:00:00Z",
        });
        assert_eq!(shape(&world.me().prospect(id.clone()).unwrap()), expected, "{n}");
        assert_eq!(prospects(&mut world, campaign), [expected]);
    }
}

#[test]
fn what_is_blank_or_null_is_not_given() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for (n, nothing) in [json!(null), json!(""), json!(" \t\r\n\u{a0}")].into_iter().enumerate() {
        let given = json!({
            "email": format!("{n}@example.com"), "linkedin_url": nothing, "name": nothing, "first_name": nothing,
            "last_name": nothing, "company": nothing, "position": nothing, "headline": nothing,
            "time_zone": nothing, "custom_fields": { "a": nothing },
        });
        let id = add_one(&mut world, campaign, given);
        let prospect = shape(&world.me().prospect(id).unwrap());
        for field in ["linkedin_url", "name", "first_name", "last_name", "company", "position", "headline", "time_zone"]
        {
            assert_eq!(prospect[field], json!(null), "{field}");
        }
        assert_eq!(prospect["custom_fields"], json!({}));
    }
    let all_null = json!({ "email": "9@example.com", "custom_fields": null });
    add_one(&mut world, campaign, all_null);
}

#[test]
fn the_name_is_the_one_given_else_made_of_first_and_last_name() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for (n, (fields, name)) in [
        (json!({ "name": "N", "first_name": "F", "last_name": "L" }), json!("N")),
        (json!({ "first_name": "F", "last_name": "L" }), json!("F L")),
        (json!({ "first_name": "F" }), json!("F")),
        (json!({ "last_name": "L" }), json!("L")),
        (json!({ "name": " ", "last_name": "L" }), json!("L")),
        (json!({}), json!(null)),
    ]
    .into_iter()
    .enumerate()
    {
        let id = add_one(&mut world, campaign, over(json!({ "email": format!("{n}@example.com") }), fields));
        assert_eq!(shape(&world.me().prospect(id).unwrap())["name"], name);
    }
}

#[test]
fn one_to_a_thousand_prospects_are_added_at_once() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let many = |count| -> Value { (0..count).map(|n| json!({ "email": format!("{n}@example.com") })).collect() };
    for (prospects, code) in
        [(json!([]), "empty"), (json!(null), "required"), (json!({}), "wrong_type"), (many(1_001), "too_many")]
    {
        assert_eq!(refused_issues(&mut world, campaign, prospects), issues(&[("prospects", code)]));
    }
    let error = world.refused(|me| me.add_prospects(campaign, json!(null)));
    assert_eq!(problems(&error), issues(&[("", "wrong_type")]));
    let error = world.refused(|me| me.add_prospects(campaign, AddProspects::default()));
    assert_eq!(problems(&error), issues(&[("prospects", "empty")]));
    let report = add(&mut world, campaign, many(1_000));
    assert_eq!((&report["imported"], &report["total"]), (&json!(1_000), &json!(1_000)));
    let report = add(&mut world, campaign, many(1));
    assert_eq!((&report["duplicates"], &report["total"]), (&json!(1), &json!(1)));
}

#[test]
fn an_addition_with_a_missing_or_malformed_address_adds_none_and_names_every_offending_index() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let request = json!({
        "prospects": [
            { "email": "good@example.com" },
            {},
            { "email": null, "linkedin_url": "linkedin.com/in/no-address" },
            { "email": " " },
            { "email": "no-address" },
            { "email": 7 },
            { "email": "fine@example.com", "linkedin_url": "example.com/in/bo", "frist_name": "Bo" },
            { "company": "x".repeat(256) },
            { "email": "good@example.com" },
        ],
        "prospect": [],
    });
    let error = world.refused(|me| me.add_prospects(campaign, request));
    let mut found = problems(&error);
    found.sort();
    assert_eq!(
        found,
        issues(&[
            ("prospect", "unknown_field"),
            ("prospects[1].email", "required"),
            ("prospects[2].email", "required"),
            ("prospects[3].email", "required"),
            ("prospects[4].email", "malformed_email"),
            ("prospects[5].email", "wrong_type"),
            ("prospects[6].frist_name", "unknown_field"),
            ("prospects[6].linkedin_url", "malformed_profile_url"),
            ("prospects[7].company", "too_long"),
            ("prospects[7].email", "required"),
        ])
    );

    let campaign = world.linkedin_campaign("B");
    let found = refused_issues(
        &mut world,
        campaign,
        json!([
            { "linkedin_url": "linkedin.com/in/good" },
            { "email": "good@example.com" },
            { "linkedin_url": "linkedin.com" },
            { "linkedin_url": "linkedin.com/in/good", "email": "bad" },
        ]),
    );
    assert_eq!(
        found,
        issues(&[
            ("prospects[1].linkedin_url", "required"),
            ("prospects[2].linkedin_url", "malformed_profile_url"),
            ("prospects[3].email", "malformed_email"),
        ])
    );
}

#[test]
fn what_is_no_person_at_all_is_one_issue() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let found = refused_issues(&mut world, campaign, json!(["bo@example.com", null, ["bo@example.com"], 1]));
    let expected: Vec<_> = (0..4).map(|n| (format!("prospects[{n}]"), "wrong_type")).collect();
    assert_eq!(found, expected);
}

#[test]
fn someone_suppressed_is_not_added_even_where_it_is_a_prospect_already() {
    let mut world = World::new();
    let email = world.email_campaign("A");
    let linkedin = world.linkedin_campaign("B");
    let people = json!([
        { "email": "Bo@Example.com", "linkedin_url": "linkedin.com/in/bo" },
        { "email": "cy@example.org", "linkedin_url": "https://www.linkedin.com/in/Cy/" },
        { "email": "di@sub.example.org", "linkedin_url": "linkedin.com/in/di" },
        { "email": "bo@example.com", "linkedin_url": "linkedin.com/in/bo" },
    ]);
    let expected = ["imported", "imported", "imported", "duplicate"];
    assert_eq!(outcomes(&add(&mut world, email, people.clone())), expected);

    let (other, ..) = add_user(&mut world.store);
    let theirs = json!({ "suppressions": [{ "type": "email_domain", "value": "sub.example.org" }] });
    world.store.session(other).unwrap().add_suppressions(theirs).unwrap();
    let mine = json!({ "suppressions": [
        { "type": "email_address", "value": "BO@example.com" },
        { "type": "email_domain", "value": "Example.ORG" },
        { "type": "linkedin_profile", "value": "linkedin.com/in/CY" },
    ] });
    world.me().add_suppressions(mine).unwrap();

    let before = world.store.dump().unwrap();
    let report = add(&mut world, email, people.clone());
    assert_eq!(
        outcomes(&report),
        ["suppressed", "suppressed", "duplicate", "suppressed"],
        "a domain is matched exactly"
    );
    assert_eq!((&report["suppressed"], &report["duplicates"], &report["total"]), (&json!(3), &json!(1), &json!(4)));
    assert_eq!(report["outcomes"][0], json!({ "outcome": "suppressed", "prospect_id": null, "reason": "manual" }));
    assert_eq!(world.store.dump().unwrap(), before);

    let report = add(&mut world, linkedin, people);
    assert_eq!(
        outcomes(&report),
        ["imported", "suppressed", "imported", "duplicate"],
        "by the campaign's address only"
    );
}

#[test]
fn every_field_has_its_bounds() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let with = |fields: Value| json!([over(json!({ "email": "bo@example.com" }), fields)]);
    for field in ["name", "first_name", "last_name", "company", "position", "headline"] {
        let path = format!("prospects[0].{field}");
        for (value, code) in [
            (json!("é".repeat(256)), "too_long"),
            (json!("a\0b"), "control_character"),
            (json!("a\u{1b}b"), "control_character"),
            (json!("a\u{84}b"), "control_character"),
            (json!(1), "wrong_type"),
            (json!(true), "wrong_type"),
            (json!(["a"]), "wrong_type"),
            (json!({}), "wrong_type"),
        ] {
            assert_eq!(refused_issues(&mut world, campaign, with(json!({ field: value }))), issues(&[(&path, code)]));
        }
    }
    let long: Value = (0..300).map(|n| (format!("{n:03}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    let first = |count: usize| -> Value {
        long.as_object().unwrap().clone().into_iter().take(count).collect::<serde_json::Map<_, _>>().into()
    };
    for (custom_fields, path, code) in [
        (first(201), "", "too_many"),
        (json!([]), "", "wrong_type"),
        (json!("a"), "", "wrong_type"),
        (json!({ "": "x" }), ".", "malformed_key"),
        (json!({ " ": "x" }), ". ", "malformed_key"),
        (json!({ "a%": "x" }), ".a%", "malformed_key"),
        (json!({ "a|b": "x" }), ".a|b", "malformed_key"),
        (json!({ "a\nb": "x" }), ".a\nb", "malformed_key"),
        (json!({ "k".repeat(256): "x" }), &format!(".{}", "k".repeat(256)), "malformed_key"),
        (json!({ "a": "é".repeat(10_001) }), ".a", "too_long"),
        (json!({ "a": "x\0y" }), ".a", "control_character"),
        (json!({ "a": "x\u{b}y" }), ".a", "control_character"),
        (json!({ "a": 12 }), ".a", "wrong_type"),
        (json!({ "a": { "b": "c" } }), ".a", "wrong_type"),
        (json!({ "a": "1", "a ": "2" }), ".a ", "duplicate"),
    ] {
        let path = format!("prospects[0].custom_fields{path}");
        let found = refused_issues(&mut world, campaign, with(json!({ "custom_fields": custom_fields })));
        assert_eq!(found, issues(&[(&path, code)]));
    }
    let key = "é".repeat(255);
    let mut custom_fields = first(199);
    custom_fields[&key] = json!(format!(" {} ", "é\r\n\t".repeat(2_500)));
    let line = json!("é".repeat(255));
    let id = add_one(
        &mut world,
        campaign,
        json!({
            "email": "bo@example.com", "name": line, "first_name": line, "last_name": line, "company": line,
            "position": line, "headline": line, "custom_fields": custom_fields,
        }),
    );
    let prospect = shape(&world.me().prospect(id).unwrap());
    assert_eq!(prospect["custom_fields"].as_object().unwrap().len(), 200);
    // Its last line break is trimmed.
    assert_eq!(prospect["custom_fields"][&key].as_str().unwrap(), "é\r\n\t".repeat(2_500).trim());
    assert_eq!(prospect["headline"], line);
}

#[test]
fn the_typed_face_and_the_json_face_do_the_same() {
    let text = |text: &str| Some(text.to_owned());
    let person = NewPerson {
        email: text("Bo@Example.com"),
        linkedin_url: text("linkedin.com/in/bo"),
        name: text("N"),
        first_name: text(" F "),
        last_name: text("L"),
        company: text("C"),
        position: text("P"),
        headline: text("H"),
        time_zone: text(" asia/TOKYO"),
        custom_fields: BTreeMap::from([("a".into(), "1".into()), ("b".into(), "2".into())]),
    };
    let mut typed = World::new();
    let mut json = World::new();
    let campaign = typed.email_campaign("A");
    assert_eq!(json.email_campaign("A"), campaign, "both worlds are the same");
    let request = [person.clone(), NewPerson::email("cy@example.com"), NewPerson::email("CY@example.com")];
    let report = typed.me().add_prospects(campaign, request.iter().cloned().collect::<AddProspects>()).unwrap();
    let in_json = json!({ "prospects": [
        { "email": "Bo@Example.com", "linkedin_url": "linkedin.com/in/bo", "name": "N", "first_name": " F ",
          "last_name": "L", "company": "C", "position": "P", "headline": "H", "time_zone": " asia/TOKYO",
          "custom_fields": { "a": "1", "b": "2" } },
        { "email": "cy@example.com" },
        { "email": "CY@example.com" },
    ] });
    assert_eq!(json.me().add_prospects(campaign, in_json).unwrap(), report);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());

    let ImportResult::Imported(id) = report.outcome(0).unwrap().result else { panic!("{report:?}") };
    let update = UpdateProspect {
        email: Some(text("BO@example.com")),
        linkedin_url: Some(None),
        name: Some(text("M")),
        headline: Some(None),
        time_zone: Some(None),
        custom_fields: BTreeMap::from([("a".into(), None), ("c".into(), text("3"))]),
        ..UpdateProspect::default()
    };
    let in_json = json!({
        "email": "BO@example.com", "linkedin_url": null, "name": "M", "headline": null, "time_zone": null,
        "custom_fields": { "a": null, "c": "3" },
    });
    let updated = typed.me().update_prospect(id, update).unwrap();
    assert_eq!(json.me().update_prospect(id, in_json).unwrap(), updated);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());

    let page = ListPage { limit: Some(1), cursor: None };
    let query = ListProspects { status: Some(ProspectStatus::Pending), page, ..ListProspects::default() };
    let listed = typed.me().list_prospects(campaign, query).unwrap();
    assert_eq!(json.me().list_prospects(campaign, json!({ "status": "pending", "limit": 1 })).unwrap(), listed);
    assert_eq!(listed.prospects, [updated]);

    let bad = [NewPerson { company: text("a\0"), ..NewPerson::email("x") }, NewPerson::default()];
    let error = typed.refused(|me| me.add_prospects(campaign, bad.into_iter().collect::<AddProspects>()));
    let expected = issues(&[
        ("prospects[0].email", "malformed_email"),
        ("prospects[0].company", "control_character"),
        ("prospects[1].email", "required"),
    ]);
    assert_eq!(problems(&error), expected);
    let page = ListPage { limit: Some(0), cursor: Some("x".into()) };
    let error = typed.refused(|me| me.list_prospects(campaign, ListProspects { page, ..ListProspects::default() }));
    assert_eq!(problems(&error), issues(&[("limit", "out_of_range"), ("cursor", "malformed_cursor")]));
    let error = typed
        .refused(|me| me.update_prospect(id, UpdateProspect { name: Some(text("\0")), ..UpdateProspect::default() }));
    assert_eq!(problems(&error), issues(&[("name", "control_character")]));
}

#[test]
fn another_users_campaign_and_prospects_are_answered_like_ones_that_never_were() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, json!({ "email": "bo@example.com" }));
    let (other, ..) = add_user(&mut world.store);
    let before = world.store.dump().unwrap();
    let mut they = world.store.session(other).unwrap();
    let person = || json!({ "prospects": [{ "email": "cy@example.com" }] });
    for campaign in [campaign.to_string().as_str(), UNKNOWN] {
        assert_eq!(they.add_prospects(campaign, person()).unwrap_err().code(), "campaign_not_found");
        assert_eq!(they.list_prospects(campaign, json!({})).unwrap_err().code(), "campaign_not_found");
    }
    for id in [id.to_string().as_str(), UNKNOWN] {
        for error in [
            they.prospect(id).unwrap_err(),
            they.update_prospect(id, json!({ "company": "Mine" })).unwrap_err(),
            they.remove_prospect(id).unwrap_err(),
            they.preview_messages(id, json!({})).unwrap_err(),
        ] {
            assert_eq!((error.code(), error.status()), ("prospect_not_found", 404));
        }
    }
    for (error, argument) in [
        (they.add_prospects("x", person()).unwrap_err(), "campaign_id"),
        (they.list_prospects("x", json!({})).unwrap_err(), "campaign_id"),
        (they.prospect("x").unwrap_err(), "prospect_id"),
        (they.update_prospect("x", json!({})).unwrap_err(), "prospect_id"),
        (they.remove_prospect("x").unwrap_err(), "prospect_id"),
    ] {
        assert_eq!(problems(&error), issues(&[(argument, "malformed_id")]));
    }
    assert_eq!(world.store.dump().unwrap(), before);
}

//! Prospects: what docs/rules.md#prospects says of adding, listing, changing and removing them.

use std::collections::BTreeMap;

use crate::world::{World, add_user, issues, over, problems, shape};
use campaignkit::{
    AddProspects, CampaignId, Error, ImportResult, ListPage, ListProspects, NewPerson, ProspectId, ProspectStatus,
    Reading, Session, UpdateProspect, strategies,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn add(world: &mut World, campaign: CampaignId, prospects: Value) -> Value {
    shape(&world.me().add_prospects(campaign, json!({ "prospects": prospects })).unwrap())
}

/// Adds one who must be new.
fn add_one(world: &mut World, campaign: CampaignId, prospect: Value) -> ProspectId {
    let request = json!({ "prospects": [prospect] });
    match world.me().add_prospects(campaign, request).unwrap().outcome(0).unwrap().result {
        ImportResult::Imported(id) => id,
        ref other => panic!("{other:?}"),
    }
}

/// What became of each, in words.
fn outcomes(report: &Value) -> Vec<&str> {
    report["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect()
}

fn prospects(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.prospects.iter().map(shape).collect()
}

fn refused_issues(world: &mut World, campaign: CampaignId, prospects: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.add_prospects(campaign, json!({ "prospects": prospects }))))
}

fn emails(addresses: &[&str]) -> Value {
    addresses.iter().map(|address| json!({ "email": address })).collect()
}

/// An active email campaign whose only message is `body`, with these prospects.
fn launched(world: &mut World, name: &str, body: &str, prospects: Value) -> CampaignId {
    let campaign = world.email_campaign(name);
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body }]);
    world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
    add(world, campaign, prospects);
    assert_eq!(world.me().launch(campaign, None).unwrap().campaign.status().word(), "active");
    campaign
}

/// An active LinkedIn campaign that invites with this note, with these prospects.
fn launched_with_note(world: &mut World, note: &str, prospects: Value) -> CampaignId {
    let campaign = world.linkedin_campaign("With a note");
    let nodes = json!([{ "type": "connection_request", "body": note }]);
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    add(world, campaign, prospects);
    assert_eq!(world.me().launch(campaign, None).unwrap().campaign.status().word(), "active");
    campaign
}

fn status_of(world: &mut World, campaign: CampaignId) -> &'static str {
    world.me().campaign(campaign).unwrap().status().word()
}

fn everything() -> Value {
    json!({
        "email": " Bo.Smith@Example.COM ",
        "linkedin_url": " https://www.LinkedIn.com/in/Bo/?utm=1 ",
        "name": " Dr. Bo Smith\n",
        "first_name": "\tBo",
        "last_name": "Smith ",
        "company": "Smith\r\n& Sons",
        "position": "CTO",
        "headline": "Builds\tthings",
        "custom_fields": { " Deal Size ": " 12 \n 000 ", "Blank": " \n", "Nothing": null },
    })
}

// Adding

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
            "custom_fields": { "a": nothing },
        });
        let id = add_one(&mut world, campaign, given);
        let prospect = shape(&world.me().prospect(id).unwrap());
        for field in ["linkedin_url", "name", "first_name", "last_name", "company", "position", "headline"] {
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
fn someone_who_is_there_already_is_a_duplicate_of_the_first_who_stays_as_it_is() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let report = add(
        &mut world,
        campaign,
        json!([
            { "email": "bo@example.com", "company": "First" },
            { "email": "cy@example.com" },
            { "email": "BO@example.com", "company": "Second" },
        ]),
    );
    assert_eq!(outcomes(&report), ["imported", "imported", "duplicate"]);
    assert_eq!(report["outcomes"][2]["prospect_id"], report["outcomes"][0]["prospect_id"]);
    assert_eq!((&report["imported"], &report["duplicates"]), (&json!(2), &json!(1)));

    let before = world.store.dump().unwrap();
    world.clock.advance_ms(1_000);
    let again = add(&mut world, campaign, json!([{ "email": "cy@example.com", "company": "Third" }]));
    assert_eq!(outcomes(&again), ["duplicate"]);
    assert_eq!(again["outcomes"][0]["prospect_id"], report["outcomes"][1]["prospect_id"]);
    assert_eq!(world.store.dump().unwrap(), before, "nothing new changes nothing, and no event tells of it");
    assert_eq!(prospects(&mut world, campaign)[0]["company"], "First");

    let other = world.email_campaign("B");
    assert_eq!(outcomes(&add(&mut world, other, emails(&["bo@example.com"]))), ["imported"], "per campaign");
}

#[test]
fn all_forms_of_an_email_address_are_one_person() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let first = add_one(&mut world, campaign, json!({ "email": "Bo.Smith+x@Example.com" }));
    let forms = ["bo.smith+x@example.com", " BO.SMITH+X@EXAMPLE.COM\n", "\u{a0}bo.smith+X@example.Com"];
    let report = add(&mut world, campaign, emails(&forms));
    for outcome in report["outcomes"].as_array().unwrap() {
        assert_eq!((&outcome["outcome"], &outcome["prospect_id"]), (&json!("duplicate"), &json!(first)));
    }
    let others = ["bosmith+x@example.com", "bo.smith@example.com", "bo.smith+x@sub.example.com"];
    assert_eq!(add(&mut world, campaign, emails(&others))["imported"], 3, "and nothing else is");
}

#[test]
fn all_forms_of_a_linkedin_profile_are_one_person() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    let first = add_one(&mut world, campaign, json!({ "linkedin_url": "https://www.linkedin.com/in/bo" }));
    let forms = [
        "linkedin.com/in/bo",
        "www.linkedin.com/in/bo",
        "http://linkedin.com/in/bo",
        "HTTPS://WWW.LinkedIn.com/in/BO",
        "https://linkedin.com/in/bo/",
        "https://linkedin.com/in/bo//",
        "https://www.linkedin.com/in/bo?trk=x",
        "https://www.linkedin.com/in/bo/?trk=x#y",
        "linkedin.com/in/bo#about",
        " linkedin.com/in/bo\t",
        "de.linkedin.com/in/bo",
        "linkedin.com/in/bo/de",
        "linkedin.com/comm/in/b%6f/details/experience/",
    ];
    let given: Value = forms.iter().map(|form| json!({ "linkedin_url": form })).collect();
    let report = add(&mut world, campaign, given);
    for (form, outcome) in forms.iter().zip(report["outcomes"].as_array().unwrap()) {
        assert_eq!((&outcome["outcome"], &outcome["prospect_id"]), (&json!("duplicate"), &json!(first)), "{form}");
    }
    let others =
        ["linkedin.com/in/bo-b", "linkedin.com/sales/lead/bo", "linkedin.com/pub/bo", "linkedin.com/sales/lead/BO"];
    let given: Value = others.iter().map(|form| json!({ "linkedin_url": form })).collect();
    assert_eq!(add(&mut world, campaign, given)["imported"], 4, "and nothing else is");
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
fn an_address_has_no_control_characters_anywhere() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    for url in
        ["linkedin.com/in/b\0o", "linkedin.com/in/bo?a=\0", "linkedin.com/in/bo?a\r\nb", "linkedin.com/in/bo#\u{1b}"]
    {
        let found = refused_issues(&mut world, campaign, json!([{ "linkedin_url": url }]));
        assert_eq!(found, issues(&[("prospects[0].linkedin_url", "malformed_profile_url")]), "{url:?}");
    }
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
          "last_name": "L", "company": "C", "position": "P", "headline": "H",
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
        custom_fields: BTreeMap::from([("a".into(), None), ("c".into(), text("3"))]),
        ..UpdateProspect::default()
    };
    let in_json = json!({
        "email": "BO@example.com", "linkedin_url": null, "name": "M", "headline": null,
        "custom_fields": { "a": null, "c": "3" },
    });
    let updated = typed.me().update_prospect(id, update).unwrap();
    assert_eq!(json.me().update_prospect(id, in_json).unwrap(), updated);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());

    let page = ListPage { limit: Some(1), cursor: None };
    let query = ListProspects { status: Some(ProspectStatus::Pending), page };
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
    let error = typed.refused(|me| me.list_prospects(campaign, ListProspects { status: None, page }));
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

#[test]
fn prospects_are_added_to_drafts_active_and_paused_campaigns_and_not_to_completed_ones() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com"]));
    assert_eq!(outcomes(&add(&mut world, campaign, emails(&["b@example.com"]))), ["imported"]);
    world.me().pause(campaign).unwrap();
    assert_eq!(outcomes(&add(&mut world, campaign, emails(&["c@example.com"]))), ["imported"]);
    assert_eq!(status_of(&mut world, campaign), "paused");

    let completed = world.linkedin_campaign("B");
    assert_eq!(world.me().launch(completed, None).unwrap().campaign.status().word(), "completed");
    let person = json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/bo" }] });
    let error = world.refused(|me| me.add_prospects(completed, person));
    assert_eq!((error.code(), error.status()), ("campaign_completed", 409));
}

#[test]
fn no_one_is_added_to_a_launched_campaign_for_whom_its_messages_would_have_a_hole() {
    let mut world = World::new();
    let body = "%first_name% at %company%, %position|you% of %company%: %custom_fields.Deal Size%";
    let full = |n: u8| {
        json!({ "email": format!("{n}@example.com"), "first_name": "F", "company": "C",
                "custom_fields": { "Deal Size": "1" } })
    };
    let campaign = launched(&mut world, "A", body, json!([full(0)]));
    for status in ["active", "paused"] {
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        assert_eq!(status_of(&mut world, campaign), status);
        let mut lacking = [full(1), full(2), full(3), full(4)];
        lacking[1]["company"] = json!(" ");
        lacking[3]["custom_fields"] = json!({ "deal size": "1" }); // keys are compared exactly
        lacking[3]["first_name"] = json!(null);
        let error = world.refused(|me| me.add_prospects(campaign, json!({ "prospects": lacking })));
        assert_eq!(
            problems(&error),
            issues(&[
                ("prospects[1].company", "unresolved_variable"),
                ("prospects[3].first_name", "unresolved_variable"),
                ("prospects[3].custom_fields.Deal Size", "unresolved_variable"),
            ])
        );
        assert_eq!(shape(&error)["issues"][2]["variable"], "custom_fields.Deal Size");
        assert_eq!(outcomes(&add(&mut world, campaign, json!([full(0)]))), ["duplicate"]);
    }
    let draft = world.email_campaign("B");
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body }]);
    world.me().update_campaign(draft, json!({ "sequence_nodes": nodes })).unwrap();
    assert_eq!(outcomes(&add(&mut world, draft, emails(&["a@example.com"]))), ["imported"], "a draft may have holes");
}

#[test]
fn no_one_is_added_to_a_launched_campaign_for_whom_its_note_would_be_too_long() {
    let mut world = World::new();
    let person =
        |n: u8, length: usize| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "company": "é".repeat(length) });
    let campaign = launched_with_note(&mut world, "Hi %company%", json!([person(0, 197)]));
    let found = refused_issues(&mut world, campaign, json!([person(1, 197), person(2, 198)]));
    assert_eq!(found, issues(&[("prospects[1]", "note_too_long")]));
    let id = add_one(&mut world, campaign, person(1, 197));
    let error = world.refused(|me| me.update_prospect(id, json!({ "company": "é".repeat(198) })));
    assert_eq!(problems(&error), issues(&[("", "note_too_long")]));
}

// Listing

/// All prospects of a campaign, page by page, with what `between` does between two pages.
fn paged(world: &mut World, campaign: CampaignId, query: Value, mut between: impl FnMut(&mut World)) -> Vec<Value> {
    let mut all = Vec::new();
    let mut query = query;
    loop {
        let page = world.me().list_prospects(campaign, query.clone()).unwrap();
        assert!(page.prospects.len() as u64 <= query["limit"].as_u64().unwrap());
        all.extend(page.prospects.iter().map(shape));
        let Some(next) = page.next_cursor else { return all };
        assert_eq!(page.prospects.len() as u64, query["limit"].as_u64().unwrap(), "only the last page is not full");
        query["cursor"] = json!(next);
        between(world);
    }
}

#[test]
fn prospects_are_listed_page_by_page_in_the_order_in_which_they_were_added() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let other = world.email_campaign("B");
    // Neither the alphabet nor a clock that goes back decides.
    let mut ids = Vec::new();
    for n in (0..20).rev() {
        world.clock.advance_ms(-1);
        let people = [format!("{n}b@example.com"), format!("{n}a@example.com")];
        let report = add(&mut world, campaign, emails(&[&people[0], &people[1]]));
        add(&mut world, other, emails(&[&people[0]]));
        ids.extend([0, 1].map(|n: usize| report["outcomes"][n]["prospect_id"].clone()));
    }
    for limit in [1, 7, 39, 40, 41, 200] {
        let listed = paged(&mut world, campaign, json!({ "limit": limit }), |_| {});
        assert_eq!(listed.iter().map(|prospect| prospect["id"].clone()).collect::<Vec<_>>(), ids, "by {limit}");
        let pending = paged(&mut world, campaign, json!({ "status": "pending", "limit": limit }), |_| {});
        assert_eq!(pending, listed);
    }
    add(&mut world, campaign, (0..20).map(|n| json!({ "email": format!("{n}c@example.com") })).collect());
    let page = world.me().list_prospects(campaign, json!(null)).unwrap();
    assert_eq!((page.prospects.len(), page.next_cursor.is_some()), (50, true), "50 where no limit is given");
}

#[test]
fn prospects_are_filtered_by_each_status() {
    let mut world = World::new();
    let holder = launched_with_note(&mut world, "Hi", json!([{ "linkedin_url": "linkedin.com/in/held" }]));
    let campaign = world.linkedin_campaign("B");
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(json!({ "linkedin_url": format!("linkedin.com/in/{n}") }));
    }
    people.insert(2, json!({ "linkedin_url": "linkedin.com/in/held" }));
    add(&mut world, campaign, json!(people));
    assert_eq!(world.me().launch(campaign, None).unwrap().skipped.len(), 1);
    let all = prospects(&mut world, campaign);
    let of =
        |status: &str| -> Vec<Value> { all.iter().filter(|prospect| prospect["status"] == status).cloned().collect() };
    assert_eq!((of("pending").len(), of("skipped").len()), (6, 1));
    for status in [
        "pending",
        "sent",
        "connection_sent",
        "connected",
        "message_sent",
        "replied",
        "bounced",
        "completed",
        "timed_out",
        "cancelled",
        "skipped",
    ] {
        for limit in [1, 6, 7] {
            let query = json!({ "status": status, "limit": limit });
            assert_eq!(paged(&mut world, campaign, query, |_| {}), of(status), "{status}");
        }
    }
    assert_eq!(prospects(&mut world, holder).len(), 1);
}

#[test]
fn pages_stay_in_step_while_others_are_added_and_removed() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let mut ids = Vec::new();
    for n in 0..9 {
        ids.push(add_one(&mut world, campaign, json!({ "email": format!("{n}@example.com") })));
    }
    let mut round = 0;
    let listed = paged(&mut world, campaign, json!({ "limit": 2 }), |world| {
        // After 0 and 1: the next one and one already seen go. After 3 and 4: the very one that the cursor names.
        match round {
            0 => [2, 0].into_iter().for_each(|n: usize| world.me().remove_prospect(ids[n]).unwrap()),
            1 => world.me().remove_prospect(ids[4]).unwrap(),
            2 => {
                add_one(world, campaign, json!({ "email": "late@example.com" }));
            }
            _ => {}
        }
        round += 1;
    });
    let listed: Vec<_> = listed.iter().map(|prospect| prospect["email"].as_str().unwrap()).collect();
    let expected = [0, 1, 3, 4, 5, 6, 7, 8].map(|n| format!("{n}@example.com"));
    assert_eq!(listed[..8], expected);
    assert_eq!(listed[8..], ["late@example.com"]);
}

#[test]
fn a_malformed_query_is_refused() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for (query, expected) in [
        (json!({ "status": "draft", "limit": 201 }), issues(&[("status", "unknown_value"), ("limit", "out_of_range")])),
        (json!({ "limit": 0 }), issues(&[("limit", "out_of_range")])),
        (json!({ "limit": 1.5 }), issues(&[("limit", "not_integer")])),
        (json!({ "limit": "1", "status": 1 }), issues(&[("status", "wrong_type"), ("limit", "wrong_type")])),
        (json!({ "cursor": "x" }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "cursor": format!("5.{UNKNOWN}") }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "stauts": "pending" }), issues(&[("stauts", "unknown_field")])),
        (json!([]), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.list_prospects(campaign, query))), expected);
    }
    let nothing = json!({ "status": null, "limit": null, "cursor": null });
    assert_eq!(world.me().list_prospects(campaign, nothing).unwrap().prospects, []);
}

// Changing

const LINES: [&str; 6] = ["name", "first_name", "last_name", "company", "position", "headline"];

#[test]
fn an_update_sets_what_is_given_clears_what_is_null_or_blank_and_keeps_the_rest() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, everything());
    let mut expected = shape(&world.me().prospect(id).unwrap());
    let bare = shape(&world.me().prospect(id).unwrap());
    for (n, field) in LINES.into_iter().enumerate() {
        for (value, kept) in [
            (json!(" New\nvalue "), json!("New value")),
            (json!(null), json!(null)),
            (json!("Other"), json!("Other")),
            (json!(" \t"), json!(null)),
            (json!("Last"), json!("Last")),
        ] {
            world.clock.advance_ms(1_000);
            let answer = shape(&world.me().update_prospect(id, json!({ field: value })).unwrap());
            expected[field] = kept;
            expected["updated_at"] = answer["updated_at"].clone();
            if field == "name" && expected["name"].is_null() {
                expected["name"] = json!("Bo Smith"); // made of the names
                assert_eq!(answer, expected);
                expected["name"] = json!(null);
            } else {
                assert_eq!(answer, expected, "{field}");
            }
            assert_eq!(shape(&world.me().prospect(id).unwrap()), answer);
        }
        assert_eq!(expected["updated_at"].as_str().unwrap(), format!("2026-04-22T10:00:{:02}Z", 5 * (n + 1)));
    }
    for (value, kept) in [
        (json!("LinkedIn.com/in/Other"), json!("LinkedIn.com/in/Other")),
        (json!(null), json!(null)),
        (json!("linkedin.com/in/bo"), json!("linkedin.com/in/bo")),
        (json!(""), json!(null)),
    ] {
        let answer = world.me().update_prospect(id, json!({ "linkedin_url": value })).unwrap();
        assert_eq!(shape(&answer)["linkedin_url"], kept, "the address on the other channel is a field like others");
    }
    let restored = json!({
        "linkedin_url": bare["linkedin_url"], "name": bare["name"], "first_name": bare["first_name"],
        "last_name": bare["last_name"], "company": bare["company"], "position": bare["position"],
        "headline": bare["headline"],
    });
    let answer = shape(&world.me().update_prospect(id, restored).unwrap());
    assert_eq!(over(answer, json!({ "updated_at": bare["updated_at"] })), bare, "several at once");
}

#[test]
fn custom_fields_are_merged_by_key() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let custom_fields = json!({ "a": "1", "b": "2", "c": "3", "d": "4" });
    let id = add_one(&mut world, campaign, json!({ "email": "bo@example.com", "custom_fields": custom_fields }));
    let update =
        json!({ "custom_fields": { "a": " new ", "b": null, " c ": "trimmed", "d": " ", "e": "5", "f": null } });
    let answer = world.me().update_prospect(id, update).unwrap();
    assert_eq!(shape(&answer)["custom_fields"], json!({ "a": "new", "c": "trimmed", "e": "5" }));
    assert_eq!(world.me().prospect(id).unwrap(), answer);
    for keeps_all in [json!({ "custom_fields": {} }), json!({ "custom_fields": null }), json!({})] {
        assert_eq!(world.me().update_prospect(id, keeps_all).unwrap(), answer);
    }

    let many = |range: std::ops::Range<usize>| -> Value {
        range.map(|n| (format!("k{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into()
    };
    world.me().update_prospect(id, json!({ "custom_fields": many(0..197) })).unwrap();
    let error = world.refused(|me| me.update_prospect(id, json!({ "custom_fields": many(197..198) })));
    assert_eq!(problems(&error), issues(&[("custom_fields", "too_many")]));
    let mut swap = many(197..198);
    swap["a"] = json!(null);
    let answer = world.me().update_prospect(id, json!({ "custom_fields": swap })).unwrap();
    assert_eq!(answer.person.custom_fields().len(), 200);
}

#[test]
fn the_address_on_the_campaigns_channel_never_changes() {
    let mut world = World::new();
    let (email, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let given = json!({ "email": "bo@example.com", "linkedin_url": "linkedin.com/in/bo" });
    let by_email = add_one(&mut world, email, given.clone());
    let by_profile = add_one(&mut world, linkedin, given);
    for (id, field, others) in [
        (by_email, "email", ["cy@example.com", "bo@example.org"]),
        (by_profile, "linkedin_url", ["linkedin.com/in/cy", "linkedin.com/pub/bo"]),
    ] {
        for other in [json!(others[0]), json!(others[1]), json!(null), json!(" ")] {
            let error = world.refused(|me| me.update_prospect(id, json!({ field: other, "company": "New" })));
            assert_eq!(problems(&error), issues(&[(field, "immutable")]), "{other}");
        }
    }
    let before = world.store.dump().unwrap();
    world.me().update_prospect(by_email, json!({ "email": " BO@Example.com" })).unwrap();
    assert_eq!(world.store.dump().unwrap(), before, "the same address in another form is no change");
    let answer = world.me().update_prospect(by_profile, json!({ "linkedin_url": "https://www.linkedin.com/in/Bo/" }));
    assert_eq!(shape(&answer.unwrap())["linkedin_url"], "https://www.linkedin.com/in/Bo/", "kept as it is given");
    let report = add(&mut world, linkedin, json!([{ "linkedin_url": "linkedin.com/in/bo" }]));
    assert_eq!(report["outcomes"][0]["prospect_id"], json!(by_profile));
    world.me().update_prospect(by_profile, json!({ "email": null })).unwrap();
    world.me().update_prospect(by_email, json!({ "linkedin_url": null })).unwrap();
}

#[test]
fn an_update_with_a_bad_field_is_refused_with_every_issue() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, everything());
    let update = json!({
        "email": "x", "linkedin_url": 1, "name": "a\0", "first_name": "é".repeat(256), "company": [], "position": "fine",
        "status": "replied", "custom_fields": { "a%": "x", "b|": null, "c": 1, "d": "\0", "e": "é".repeat(10_001),
            "f": null, "f ": "x" },
    });
    let mut found = problems(&world.refused(|me| me.update_prospect(id, update)));
    found.sort();
    assert_eq!(
        found,
        issues(&[
            ("company", "wrong_type"),
            ("custom_fields.a%", "malformed_key"),
            ("custom_fields.b|", "malformed_key"),
            ("custom_fields.c", "wrong_type"),
            ("custom_fields.d", "control_character"),
            ("custom_fields.e", "too_long"),
            ("custom_fields.f ", "duplicate"),
            ("email", "malformed_email"),
            ("first_name", "too_long"),
            ("linkedin_url", "wrong_type"),
            ("name", "control_character"),
            ("status", "unknown_field"),
        ])
    );
    for (update, path) in [(json!([]), ""), (json!(null), ""), (json!({ "custom_fields": [] }), "custom_fields")] {
        let error = world.refused(|me| me.update_prospect(id, update));
        assert_eq!(problems(&error), issues(&[(path, "wrong_type")]));
    }
}

#[test]
fn an_update_that_changes_nothing_writes_nothing() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, everything());
    let prospect = world.me().prospect(id).unwrap();
    let before = world.store.dump().unwrap();
    world.clock.advance_ms(1_000);
    for update in [json!({}), everything(), json!({ "company": " Smith & Sons", "custom_fields": { "gone": null } })] {
        assert_eq!(world.me().update_prospect(id, update).unwrap(), prospect);
    }
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn what_the_messages_of_a_launched_campaign_need_cannot_be_cleared() {
    let mut world = World::new();
    let full = json!({ "email": "bo@example.com", "first_name": "B", "last_name": "S", "custom_fields": { "k": "1" } });
    let campaign = launched(&mut world, "A", "%name% %custom_fields.k% %company|x%", json!([full]));
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    for status in ["active", "paused"] {
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        let update = json!({ "first_name": null, "last_name": null, "custom_fields": { "k": null } });
        let error = world.refused(|me| me.update_prospect(id.clone(), update));
        let expected = issues(&[("name", "unresolved_variable"), ("custom_fields.k", "unresolved_variable")]);
        assert_eq!(problems(&error), expected, "{status}");
    }
    world.me().update_prospect(id.clone(), json!({ "first_name": null, "company": null })).unwrap();
    world.me().update_prospect(id, json!({ "name": "B", "last_name": null, "custom_fields": { "k": "2" } })).unwrap();
}

// Removing

#[test]
fn a_removed_prospect_is_gone_and_can_come_back_as_another() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let ids = ["a@example.com", "b@example.com", "c@example.com"]
        .map(|email| add_one(&mut world, campaign, json!({ "email": email })));
    world.me().remove_prospect(ids[1]).unwrap();
    let left: Vec<_> = prospects(&mut world, campaign).iter().map(|prospect| prospect["email"].clone()).collect();
    assert_eq!(left, ["a@example.com", "c@example.com"]);
    for error in [
        world.refused(|me| me.prospect(ids[1])),
        world.refused(|me| me.remove_prospect(ids[1])),
        world.refused(|me| me.update_prospect(ids[1], json!({ "company": "C" }))),
    ] {
        assert_eq!((error.code(), error.status()), ("prospect_not_found", 404));
    }
    assert!(add_one(&mut world, campaign, json!({ "email": "b@example.com" })) > ids[2], "it is the last one now");
    assert_eq!(status_of(&mut world, campaign), "draft");
}

#[test]
fn an_active_campaign_without_anyone_left_to_contact_is_completed() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com", "b@example.com"]));
    let ids: Vec<_> = prospects(&mut world, campaign).iter().map(|prospect| prospect["id"].clone()).collect();
    world.me().remove_prospect(ids[0].clone()).unwrap();
    assert_eq!(status_of(&mut world, campaign), "active");
    world.clock.advance_ms(1_000);
    let ((), changes) = world.recorded(|me| me.remove_prospect(ids[1].clone()));
    let removed = json!({ "type": "prospect_removed", "prospect_id": ids[1], "campaign_id": campaign });
    assert_eq!(changes, [removed, json!({ "type": "campaign_completed", "campaign_id": campaign })]);
    let completed = shape(&world.me().campaign(campaign).unwrap());
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["completed_at"], "2026-04-22T10:00:01Z");
    let error = world.refused(|me| me.add_prospects(campaign, json!({ "prospects": [{ "email": "a@example.com" }] })));
    assert_eq!(error.code(), "campaign_completed");
}

#[test]
fn those_who_are_skipped_do_not_keep_a_campaign_active() {
    let mut world = World::new();
    launched_with_note(&mut world, "Hi", json!([{ "linkedin_url": "linkedin.com/in/held" }]));
    let campaign = world.linkedin_campaign("B");
    let open = ["a", "b"]
        .map(|who| add_one(&mut world, campaign, json!({ "linkedin_url": format!("linkedin.com/in/{who}") })));
    let held = add_one(&mut world, campaign, json!({ "linkedin_url": "linkedin.com/in/held" }));
    world.me().launch(campaign, None).unwrap();
    world.me().remove_prospect(open[0]).unwrap();
    assert_eq!(status_of(&mut world, campaign), "active");
    world.me().remove_prospect(open[1]).unwrap();
    assert_eq!(status_of(&mut world, campaign), "completed");
    assert_eq!(world.me().prospect(held).unwrap().status, ProspectStatus::Skipped);
    world.me().remove_prospect(held).unwrap();
}

#[test]
fn a_paused_campaign_without_anyone_left_stays_paused_until_it_is_resumed() {
    let mut world = World::new();
    let campaign = launched(&mut world, "A", "Hello", emails(&["a@example.com"]));
    world.me().pause(campaign).unwrap();
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    world.me().remove_prospect(id).unwrap();
    assert_eq!(status_of(&mut world, campaign), "paused");
    let resumed = world.me().resume(campaign).unwrap();
    assert_eq!((resumed.changed, resumed.campaign.status().word()), (true, "completed"));
}

#[test]
fn prospects_go_with_their_campaign() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let id = add_one(&mut world, campaign, json!({ "email": "a@example.com" }));
    world.me().delete_campaign(campaign).unwrap();
    assert_eq!(world.refused(|me| me.prospect(id)).code(), "prospect_not_found");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn every_change_of_prospects_leaves_one_event() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let people = || json!({ "prospects": emails(&["a@example.com", "b@example.com", "A@example.com"]) });
    let (report, changes) = world.recorded(|me| me.add_prospects(campaign, people()));
    assert_eq!(changes, [json!({ "type": "prospects_added", "campaign_id": campaign })]);
    let (_, changes) = world.recorded(|me| me.add_prospects(campaign, people()));
    assert_eq!(changes, Vec::<Value>::new(), "no one is new");
    let ImportResult::Imported(id) = report.outcome(1).unwrap().result else { panic!("{report:?}") };
    let (_, changes) = world.recorded(|me| me.update_prospect(id, json!({ "company": "C" })));
    assert_eq!(changes, [json!({ "type": "prospect_updated", "prospect_id": id, "campaign_id": campaign })]);
    let (_, changes) = world.recorded(|me| me.update_prospect(id, json!({ "company": "C" })));
    assert_eq!(changes, Vec::<Value>::new(), "nothing is new");
    let ((), changes) = world.recorded(|me| me.remove_prospect(id));
    assert_eq!(changes, [json!({ "type": "prospect_removed", "prospect_id": id, "campaign_id": campaign })]);
}

// Properties

/// Addresses in one of their many forms, most of which are accepted.
fn email_forms() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ \t]{0,2}[a-zA-Z0-9.+%'_-]{1,20}@[A-Za-z0-9]{1,9}(\\.[A-Za-z]{2,5}){0,2}[ \n]{0,2}",
        1 => "\\PC{0,6}@?\\PC{0,6}",
    ]
}

fn profile_forms() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ \t]{0,2}([hH][tT][tT][pP][sS]?://)?([wW]{3}\\.){0,2}([a-z]{2}\\.)?[Ll]inked[Ii]n\\.com/(in|pub)/[\\PC&&[^\\s]]{1,12}/{0,2}(\\?[a-z/?#=]{0,6})?(#[a-z/?]{0,4})?[ \n]{0,2}",
        1 => "(https?://|www\\.|linkedin\\.com|/|\\?|#|in|\\PC){0,8}",
    ]
}

proptest! {
    #![proptest_config(Config::with_cases(128))]

    #[test]
    fn the_normal_form_of_an_address_is_the_same_person(given in email_forms()) {
        let mut world = World::new();
        let campaign = world.email_campaign("A");
        let request = json!({ "prospects": [{ "email": given }] });
        let Ok(report) = world.me().add_prospects(campaign, request) else { return Ok(()) };
        let ImportResult::Imported(id) = report.outcome(0).unwrap().result else { panic!("{report:?}") };
        let before = world.store.dump().unwrap();
        let normal = shape(&world.me().prospect(id).unwrap())["email"].clone();
        let again = world.me().add_prospects(campaign, json!({ "prospects": [{ "email": normal }] })).unwrap();
        prop_assert_eq!(&again.outcome(0).unwrap().result, &ImportResult::Duplicate(id));
        world.me().update_prospect(id, json!({ "email": normal })).unwrap();
        prop_assert_eq!(world.store.dump().unwrap(), before, "the normal form of a normal form is itself");
    }

    #[test]
    fn the_normal_form_of_a_profile_is_the_same_person(given in profile_forms()) {
        let mut world = World::new();
        let campaign = world.linkedin_campaign("A");
        let request = json!({ "prospects": [{ "linkedin_url": given }] });
        let Ok(report) = world.me().add_prospects(campaign, request) else { return Ok(()) };
        let ImportResult::Imported(id) = report.outcome(0).unwrap().result else { panic!("{report:?}") };
        // A suppression shows the normal form.
        let suppress = |world: &mut World, url: &str| {
            let request = json!({ "suppressions": [{ "type": "linkedin_profile", "value": url }] });
            let answer = world.me().add_suppressions(request).unwrap();
            (answer.added, answer.suppressions[0].id, answer.suppressions[0].value.clone())
        };
        let (_, suppression, normal) = suppress(&mut world, &given);
        prop_assert_eq!(suppress(&mut world, &normal), (0, suppression, normal.clone()));
        world.me().remove_suppression(suppression).unwrap();
        let again = world.me().add_prospects(campaign, json!({ "prospects": [{ "linkedin_url": normal }] })).unwrap();
        prop_assert_eq!(&again.outcome(0).unwrap().result, &ImportResult::Duplicate(id));
    }
}

// What fails changes nothing

/// Something to ask for of everything that there is.
struct Objects {
    email: CampaignId,
    linkedin: CampaignId,
    active: CampaignId,
    prospect: ProspectId,
    list: campaignkit::ListId,
    lead: campaignkit::LeadId,
    suppression: campaignkit::SuppressionId,
    node: campaignkit::NodeId,
    csv: (&'static [u8], String),
}

impl Objects {
    fn of(world: &mut World) -> Self {
        let active = launched(world, "Active", "Hi %first_name%", json!([{ "email": "x@x.de", "first_name": "X" }]));
        let email = world.email_campaign("Email");
        let linkedin = world.linkedin_campaign("LinkedIn");
        let prospect = add_one(world, active, json!({ "email": "a@x.de", "first_name": "A" }));
        let mut me = world.me();
        let list = me.create_list(json!({ "name": "List" })).unwrap().id;
        let leads = json!({ "leads": [{ "email": "a@x.de" }, { "linkedin_url": "linkedin.com/in/b" }] });
        let campaignkit::LeadOutcome::Added { lead_id: lead } = me.add_leads(list, leads).unwrap().outcomes[0] else {
            panic!("it is new");
        };
        let suppressions = json!({ "suppressions": [{ "type": "email_domain", "value": "spam.de" }] });
        let suppression = me.add_suppressions(suppressions).unwrap().suppressions[0].id;
        let node = me.campaign(email).unwrap().sequence_nodes[0].id;
        let csv: &[u8] = b"Email,Company\nq@x.de,Q\nq,Q\nr@spam.de,R\n";
        let hash = me.preview_csv(csv, Reading::default()).unwrap().content_hash;
        Self { email, linkedin, active, prospect, list, lead, suppression, node, csv: (csv, hash) }
    }

    /// Every operation on prospects with a request that is sound.
    fn operations(&self) -> Vec<(Operation, Value)> {
        let person = json!({ "email": "b@x.de", "linkedin_url": "linkedin.com/in/b", "first_name": "B",
                             "custom_fields": { "k": "v" } });
        let nodes = json!([{ "type": "email", "id": self.node, "body": "B" }, { "type": "delay", "delay_days": 1 }]);
        vec![
            (|me, it, request| me.add_prospects(it.email, request).map(drop), json!({ "prospects": [person, person] })),
            (|me, it, request| me.add_prospects(it.active, request).map(drop), json!({ "prospects": [person] })),
            (|me, it, request| me.list_prospects(it.email, request).map(drop), json!({ "status": "sent", "limit": 2 })),
            (
                |me, it, request| me.update_prospect(it.prospect, request).map(drop),
                json!({ "first_name": "C", "company": null }),
            ),
            (
                |me, it, request| me.import_csv(it.active, it.csv.0, request).map(drop),
                json!({ "mapping": ["email", "first_name"], "content_hash": self.csv.1 }),
            ),
            (|me, it, request| me.import_list(it.linkedin, input(request)).map(drop), json!(self.list)),
            (|me, it, request| me.import_list(input(request), it.list).map(drop), json!(self.active)),
            (|me, _, request| me.create_list(request).map(drop), json!({ "name": "Another" })),
            (|me, it, request| me.add_leads(it.list, request).map(drop), json!({ "leads": [person, person] })),
            (|me, _, request| me.list_lists(request).map(drop), json!({ "limit": 5 })),
            (|me, it, request| me.list_leads(it.list, request).map(drop), json!({ "limit": 5 })),
            (
                |me, _, request| me.add_suppressions(request).map(drop),
                json!({ "suppressions": [{ "type": "email_address", "value": "b@x.de" }] }),
            ),
            (|me, _, request| me.list_suppressions(request).map(drop), json!({ "type": "email_domain", "limit": 5 })),
            (
                |me, it, request| me.update_campaign(it.email, request).map(drop),
                json!({ "name": "New", "daily_limit": 9, "signature": "S", "sequence_nodes": nodes, "expected_revision": 1 }),
            ),
            (
                |me, it, request| me.update_campaign(it.linkedin, request).map(drop),
                json!({ "operating_hours": { "time_zone": "UTC", "monday": [{ "start": "09:00", "end": "17:00" }] }, "skip_other_campaigns": false }),
            ),
            (
                |me, it, request| me.insert_node(it.email, request).map(drop),
                json!({ "type": "email", "position": 0, "subject": "S" }),
            ),
            (|me, it, request| me.update_node(it.email, it.node, request).map(drop), json!({ "subject": "S" })),
            (|me, it, request| me.move_node(it.email, it.node, request).map(drop), json!({ "position": 0 })),
            (|me, it, request| me.preview_messages(it.prospect, request).map(drop), json!({ "account_id": null })),
            (|me, it, request| me.launch(it.linkedin, request).map(drop), json!({ "expected_revision": 2 })),
            (
                |me, it, request| me.delete_node(it.email, it.node, request).map(drop),
                json!({ "expected_revision": null }),
            ),
            (|me, _, request| me.validate(input(request)).map(drop), json!(self.email)),
            (|me, _, request| me.pause(input(request)).map(drop), json!(self.active)),
            (|me, _, request| me.resume(input(request)).map(drop), json!(self.active)),
            (|me, _, request| me.prospect(input(request)).map(drop), json!(self.prospect)),
            (|me, _, request| me.remove_prospect(input(request)), json!(self.prospect)),
            (|me, _, request| me.list(input(request)).map(drop), json!(self.list)),
            (|me, _, request| me.remove_lead(input(request)), json!(self.lead)),
            (|me, _, request| me.delete_list(input(request)), json!(self.list)),
            (|me, _, request| me.remove_suppression(input(request)), json!(self.suppression)),
        ]
    }
}

type Operation = fn(&mut Session<'_>, &Objects, Value) -> Result<(), Error>;

fn input(value: Value) -> campaignkit::Input {
    value.into()
}

/// Puts `other` somewhere into `value`: where `steps` lead, over what is there or beside it.
fn spoil(value: &mut Value, steps: &[usize], other: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = other;
        return;
    };
    match value {
        Value::Array(items) if step % (items.len() + 1) < items.len() => {
            let index = step % (items.len() + 1);
            spoil(&mut items[index], rest, other);
        }
        Value::Array(items) => items.push(other),
        Value::Object(fields) => {
            let index = step % (fields.len() + 1);
            match fields.values_mut().nth(index) {
                Some(field) => spoil(field, rest, other),
                None => drop(fields.insert("custom_fields".into(), other)),
            }
        }
        _ => *value = other,
    }
}

#[test]
fn the_requests_that_are_spoiled_are_sound_before() {
    let mut world = World::new();
    let objects = Objects::of(&mut world);
    for (n, (operation, request)) in objects.operations().into_iter().enumerate() {
        operation(&mut world.me(), &objects, request).unwrap_or_else(|error| panic!("{n}: {error:?}"));
    }
}

proptest! {
    #![proptest_config(Config::with_cases(48))]

    #[test]
    fn an_operation_that_fails_changes_nothing(
        spoiled in vec((vec(0..9_usize, 0..5), prop_oneof![3 => strategies::json(), 1 => Just(json!(null))]), 30),
    ) {
        let mut world = World::new();
        let objects = Objects::of(&mut world);
        let operations = objects.operations();
        prop_assert_eq!(operations.len(), spoiled.len());
        let mut before = world.store.dump().unwrap();
        for ((operation, mut request), (steps, other)) in operations.into_iter().zip(spoiled) {
            spoil(&mut request, &steps, other);
            let answer = operation(&mut world.me(), &objects, request);
            let after = world.store.dump().unwrap();
            if let Err(error) = answer {
                prop_assert!(error.status() < 500, "{error:?}");
                prop_assert_eq!(&after, &before, "{:?}", error);
            }
            before = after;
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn who_is_there_already_or_suppressed_needs_nothing_of_a_launched_campaign() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let sender = world.email;
    let mut me = world.me();
    me.update_account(sender, json!({ "first_name": "Ana" })).unwrap();
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "Hello %first_name%" }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let bo = json!({ "prospects": [{ "email": "bo@example.com", "first_name": "Bo" }] });
    me.add_prospects(campaign, bo).unwrap();
    me.launch(campaign, None).unwrap();
    let cy = json!({ "suppressions": [{ "type": "email_address", "value": "cy@example.com" }] });
    me.add_suppressions(cy).unwrap();
    let again = json!({ "prospects": [{ "email": "bo@example.com" }, { "email": "cy@example.com" }] });
    let report = me.add_prospects(campaign, again).unwrap();
    assert_eq!((report.duplicates, report.suppressed), (1, 1));
}

#[test]
fn a_change_of_a_launched_prospect_is_not_held_up_by_what_was_wrong_before() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    let sender = world.linkedin;
    let mut me = world.me();
    me.update_account(sender, json!({ "is_premium": true })).unwrap();
    let nodes = json!([{ "type": "connection_request", "body": "x".repeat(250) }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let report =
        me.add_prospects(campaign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/bo" }] })).unwrap();
    let Some(ImportResult::Imported(id)) = report.outcome(0).map(|outcome| outcome.result) else {
        panic!("{report:?}")
    };
    me.launch(campaign, None).unwrap();
    me.update_account(sender, json!({ "is_premium": false })).unwrap();
    assert_eq!(me.update_prospect(id, json!({ "headline": "New" })).unwrap().id, id);
}

#[test]
fn what_nobody_sees_is_no_value() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let person = json!({ "email": "\u{feff}bo@example.com", "first_name": "\u{200b}", "company": "\u{ad} A\u{2060}" });
    world.me().add_prospects(campaign, json!({ "prospects": [person] })).unwrap();
    let prospect = world.me().list_prospects(campaign, json!({})).unwrap().prospects.swap_remove(0);
    let shape = serde_json::to_value(&prospect).unwrap();
    assert_eq!(
        (&shape["email"], &shape["first_name"], &shape["company"]),
        (&json!("bo@example.com"), &json!(null), &json!("A"))
    );
}

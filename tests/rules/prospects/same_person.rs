//! Who is the same person: all forms of an address, and of a profile, are equal.

use super::*;

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
    assert_eq!(world.store.dump().unwrap(), before, "without anything new nothing changes, and no event is recorded");
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

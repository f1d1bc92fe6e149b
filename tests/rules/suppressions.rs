//! Suppressions: the rules of docs/rules.md#suppressions about adding, listing and removing them.

use crate::world::{World, add_user, issues, over};
use campaignkit::{
    AddSuppressions, Error, ListPage, ListSuppressions, NewSuppression, Suppression, SuppressionReason, SuppressionType,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn refused(error: &Error) -> Vec<(String, &'static str)> {
    assert_eq!((error.code(), error.status()), ("invalid_input", 400));
    error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
}

fn add(world: &mut World, suppressions: Value) -> Value {
    let request = json!({ "suppressions": suppressions });
    serde_json::to_value(world.me().add_suppressions(request).unwrap()).unwrap()
}

fn address(value: &str) -> Value {
    json!({ "type": "email_address", "value": value })
}

fn domain(value: &str) -> Value {
    json!({ "type": "email_domain", "value": value })
}

fn profile(value: &str) -> Value {
    json!({ "type": "linkedin_profile", "value": value })
}

#[test]
fn suppressions_are_kept_in_normal_form() {
    let mut world = World::new();
    let given =
        [address(" Bo@Example.COM\n"), domain(" @Example.org "), profile("https://www.LinkedIn.com/in/Eve/?x#y")];
    let answer = add(&mut world, json!(given));
    let ids: Vec<Value> = answer["suppressions"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    let kept = |n: usize, kind: &str, value: &str| {
        json!({ "id": ids[n], "user_id": world.user, "type": kind, "value": value, "reason": "manual",
                "created_at": "2026-04-22T10:00:00Z" })
    };
    let expected = [
        kept(0, "email_address", "bo@example.com"),
        kept(1, "email_domain", "example.org"),
        kept(2, "linkedin_profile", "linkedin.com/in/eve"),
    ];
    assert_eq!(answer, json!({ "added": 3, "duplicates": 0, "suppressions": expected }));
    let [first, second, third] = expected;
    let page = world.me().list_suppressions(json!(null)).unwrap();
    assert_eq!(
        serde_json::to_value(page).unwrap(),
        json!({ "suppressions": [third, second, first], "next_cursor": null })
    );
}

#[test]
fn a_suppression_has_a_reason_that_whoever_adds_it_may_give_and_the_first_stays() {
    let mut world = World::new();
    for (n, reason) in ["manual", "unsubscribed", "bounced", "complained"].into_iter().enumerate() {
        let given = over(address(&format!("bo@{n}.com")), json!({ "reason": reason }));
        assert_eq!(add(&mut world, json!([given]))["suppressions"][0]["reason"], reason);
        let again = over(address(&format!("bo@{n}.com")), json!({ "reason": "manual" }));
        let again = add(&mut world, json!([again]));
        assert_eq!((&again["duplicates"], &again["suppressions"][0]["reason"]), (&json!(1), &json!(reason)));
    }
    let page = serde_json::to_value(world.me().list_suppressions(json!({})).unwrap()).unwrap();
    let reasons: Vec<&Value> =
        page["suppressions"].as_array().unwrap().iter().map(|suppression| &suppression["reason"]).collect();
    assert_eq!(reasons, ["complained", "bounced", "unsubscribed", "manual"]);
    for (reason, code) in [(json!("spam"), "unknown_value"), (json!(1), "wrong_type")] {
        let one = over(address("cy@x.com"), json!({ "reason": reason }));
        let error = world.me().add_suppressions(json!({ "suppressions": [one] })).unwrap_err();
        assert_eq!(refused(&error), issues(&[("suppressions[0].reason", code)]));
    }
}

#[test]
fn a_suppression_that_is_there_already_is_a_duplicate_and_stays() {
    let mut world = World::new();
    let first = add(&mut world, json!([address("bo@example.com"), profile("linkedin.com/in/eve")]));
    world.clock.advance_ms(1_000);
    let second = add(
        &mut world,
        json!([
            domain("example.com"),
            address("BO@example.com"),
            domain("@EXAMPLE.com"),
            profile("linkedin.com/in/EVE/")
        ]),
    );
    assert_eq!((&second["added"], &second["duplicates"]), (&json!(1), &json!(3)));
    let rows = second["suppressions"].as_array().unwrap();
    assert_eq!(rows[0]["created_at"], "2026-04-22T10:00:01Z");
    assert_eq!(rows[1], first["suppressions"][0]);
    assert_eq!(rows[2], rows[0], "the second of the same call is the first");
    assert_eq!(rows[3], first["suppressions"][1]);

    let before = world.store.dump().unwrap();
    let third = add(&mut world, json!([domain("example.com"), domain("example.com")]));
    assert_eq!((&third["added"], &third["duplicates"]), (&json!(0), &json!(2)));
    assert_eq!(world.store.dump().unwrap(), before, "without anything new nothing changes");
}

#[test]
fn the_same_text_of_another_type_or_another_user_is_another_suppression() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let theirs = json!({ "suppressions": [domain("linkedin.com")] });
    world.store.session(other).unwrap().add_suppressions(theirs).unwrap();
    assert_eq!(add(&mut world, json!([domain("linkedin.com"), profile("linkedin.com/in/a")]))["added"], 2);
    assert_eq!(add(&mut world, json!([domain("sub.linkedin.com")]))["added"], 1, "a subdomain is another domain");
}

#[test]
fn a_call_with_a_bad_suppression_adds_none_and_names_every_issue() {
    let mut world = World::new();
    let before = world.store.dump().unwrap();
    let request = json!({
        "suppressions": [
            address("good@example.com"),
            address("example.com"),
            domain("bo@example.com"),
            profile("https://example.com/in/eve"),
            { "type": "email", "value": "bo@example.com" },
            { "value": "bo@example.com", "reason": "asked" },
            { "type": "email_domain", "value": null },
            { "type": 1, "value": 2 },
            "bo@example.com",
            address(" "),
            domain("@"),
        ],
        "suppresions": [],
    });
    assert_eq!(
        refused(&world.me().add_suppressions(request).unwrap_err()),
        issues(&[
            ("suppresions", "unknown_field"),
            ("suppressions[1].value", "malformed_email"),
            ("suppressions[2].value", "malformed_domain"),
            ("suppressions[3].value", "malformed_profile_url"),
            ("suppressions[4].type", "unknown_value"),
            ("suppressions[5].type", "required"),
            ("suppressions[5].reason", "unknown_value"),
            ("suppressions[6].value", "required"),
            ("suppressions[7].type", "wrong_type"),
            ("suppressions[7].value", "wrong_type"),
            ("suppressions[8]", "wrong_type"),
            ("suppressions[9].value", "malformed_email"),
            ("suppressions[10].value", "malformed_domain"),
        ])
    );
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn one_to_a_thousand_suppressions_are_added_at_once() {
    let mut world = World::new();
    let many = |count| -> Vec<Value> { (0..count).map(|n| domain(&format!("{n}.example.com"))).collect() };
    let before = world.store.dump().unwrap();
    for (suppressions, code) in
        [(json!([]), "empty"), (json!(null), "required"), (json!("x"), "wrong_type"), (json!(many(1_001)), "too_many")]
    {
        let error = world.me().add_suppressions(json!({ "suppressions": suppressions })).unwrap_err();
        assert_eq!(refused(&error), issues(&[("suppressions", code)]));
    }
    assert_eq!(refused(&world.me().add_suppressions(json!(null)).unwrap_err()), issues(&[("", "wrong_type")]));
    let typed = world.me().add_suppressions(AddSuppressions { suppressions: vec![] }).unwrap_err();
    assert_eq!(refused(&typed), issues(&[("suppressions", "empty")]));
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(add(&mut world, json!(many(1_000)))["added"], 1_000);
}

#[test]
fn the_typed_face_and_the_json_face_add_and_list_the_same() {
    let mut typed = World::new();
    let request = AddSuppressions {
        suppressions: vec![
            NewSuppression::new(SuppressionType::EmailAddress, "Bo@example.com"),
            NewSuppression::new(SuppressionType::EmailDomain, "@example.org"),
            NewSuppression {
                reason: Some(SuppressionReason::Complained),
                ..NewSuppression::new(SuppressionType::LinkedinProfile, "www.linkedin.com/in/eve")
            },
        ],
    };
    let answer = typed.me().add_suppressions(request).unwrap();
    let mut json = World::new();
    let request = json!({ "suppressions": [
        address("Bo@example.com"), domain("@example.org"),
        over(profile("www.linkedin.com/in/eve"), json!({ "reason": "complained" })),
    ] });
    assert_eq!(json.me().add_suppressions(request).unwrap(), answer);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());

    let page = ListPage { limit: Some(1), cursor: None };
    let query = ListSuppressions { kind: Some(SuppressionType::EmailDomain), page };
    let listed = typed.me().list_suppressions(query).unwrap();
    assert_eq!(listed, json.me().list_suppressions(json!({ "type": "email_domain", "limit": 1 })).unwrap());
    assert_eq!(listed.suppressions, answer.suppressions[1..2]);

    let bad = AddSuppressions { suppressions: vec![NewSuppression::new(SuppressionType::EmailDomain, "a b")] };
    let error = typed.me().add_suppressions(bad).unwrap_err();
    assert_eq!(refused(&error), issues(&[("suppressions[0].value", "malformed_domain")]));
    let page = ListPage { limit: Some(0), cursor: Some("x".into()) };
    let error = typed.me().list_suppressions(ListSuppressions { kind: None, page }).unwrap_err();
    assert_eq!(refused(&error), issues(&[("limit", "out_of_range"), ("cursor", "malformed_cursor")]));
}

#[test]
fn suppressions_are_listed_newest_first_and_by_type_page_by_page() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let mut all: Vec<Suppression> = Vec::new();
    for n in 0..9 {
        world.clock.advance_ms(n % 2); // some in the same millisecond
        let pair = json!({ "suppressions": [domain(&format!("{n}.com")), address(&format!("bo@{}.com", 9 - n))] });
        for suppression in world.me().add_suppressions(pair.clone()).unwrap().suppressions {
            all.insert(0, suppression);
        }
        world.store.session(other).unwrap().add_suppressions(pair).unwrap();
    }
    let domains: Vec<_> =
        all.iter().filter(|suppression| suppression.kind == SuppressionType::EmailDomain).cloned().collect();
    for (kind, expected) in
        [(json!(null), &all), (json!("email_domain"), &domains), (json!("linkedin_profile"), &Vec::new())]
    {
        for limit in [1, 4, 9, 18, 200] {
            let mut listed = Vec::new();
            let mut query = json!({ "type": kind, "limit": limit });
            loop {
                let page = world.me().list_suppressions(query.clone()).unwrap();
                assert!(page.suppressions.len() <= limit);
                listed.extend(page.suppressions);
                let Some(next) = page.next_cursor else { break };
                assert!(listed.len() < expected.len(), "the last page has no cursor");
                query["cursor"] = json!(next);
            }
            assert_eq!(&listed, expected, "{kind} by {limit}");
        }
    }
}

#[test]
fn a_malformed_query_is_refused() {
    let mut world = World::new();
    for (query, expected) in [
        (json!({ "type": "domain", "limit": 201 }), issues(&[("type", "unknown_value"), ("limit", "out_of_range")])),
        (json!({ "cursor": UNKNOWN }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "kind": "email_domain" }), issues(&[("kind", "unknown_field")])),
        (json!("email_domain"), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(refused(&world.me().list_suppressions(query).unwrap_err()), expected);
    }
}

#[test]
fn a_removed_suppression_is_gone_and_can_come_back() {
    let mut world = World::new();
    let answer = add(&mut world, json!([domain("example.com"), domain("example.org")]));
    let id = answer["suppressions"][0]["id"].clone();
    world.me().remove_suppression(id.clone()).unwrap();
    let left = world.me().list_suppressions(json!({})).unwrap().suppressions;
    assert_eq!(left.iter().map(|suppression| suppression.value.as_str()).collect::<Vec<_>>(), ["example.org"]);
    let error = world.me().remove_suppression(id.clone()).unwrap_err();
    assert_eq!((error.code(), error.status()), ("suppression_not_found", 404));
    let again = add(&mut world, json!([domain("example.com")]));
    assert_eq!(again["added"], 1);
    assert_ne!(again["suppressions"][0]["id"], id);
}

#[test]
fn another_users_suppression_is_answered_like_one_that_never_was() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    let theirs = json!({ "suppressions": [domain("example.com")] });
    let theirs = world.store.session(other).unwrap().add_suppressions(theirs).unwrap().suppressions;
    let before = world.store.dump().unwrap();
    for id in [theirs[0].id.to_string().as_str(), UNKNOWN] {
        assert_eq!(world.me().remove_suppression(id).unwrap_err().code(), "suppression_not_found");
    }
    assert_eq!(
        refused(&world.me().remove_suppression("x").unwrap_err()),
        issues(&[("suppression_id", "malformed_id")])
    );
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(world.me().list_suppressions(json!({})).unwrap().suppressions, []);
    world.store.session(other).unwrap().remove_suppression(theirs[0].id).unwrap();
}

#[test]
fn every_change_of_suppressions_leaves_one_event() {
    let mut world = World::new();
    let answer = add(&mut world, json!([domain("example.com"), domain("example.org")]));
    let id = answer["suppressions"][1]["id"].clone();
    add(&mut world, json!([domain("example.com")])); // nothing new
    world.clock.advance_ms(1_500);
    world.me().remove_suppression(id.clone()).unwrap();
    world.me().remove_suppression(id.clone()).unwrap_err();
    let events = world.me().list_events(json!({ "cursor": "3" })).unwrap().events;
    assert_eq!(
        serde_json::to_value(events).unwrap(),
        json!([
            { "number": 4, "at": "2026-04-22T10:00:00Z", "type": "suppressions_added", "user_id": world.user },
            { "number": 5, "at": "2026-04-22T10:00:01.500Z", "type": "suppression_removed", "suppression_id": id },
        ])
    );
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[ \t]{0,2}[a-zA-Z0-9+]{1,9}([.][a-zA-Z0-9+]{1,9})?@[A-Za-z0-9]{1,9}\\.[A-Za-z]{2,5} {0,2}".prop_map(|value| address(&value)),
        "[ \t]{0,2}@?[A-Za-z0-9]{1,9}(\\.[A-Za-z0-9]{1,9}){0,3} {0,2}".prop_map(|value| domain(&value)),
        "(https://|HTTP://)?(www\\.)?(de\\.)?[Ll]inked[Ii]n\\.com/in/[\\PC&&[^\\s/?#%\\\\]]{0,20}[a-z](/|\\?a=b|#c){0,2}"
            .prop_map(|value| profile(&value)),
    ]
}

proptest! {
    #[test]
    fn the_normal_form_of_a_normal_form_is_itself(given in values()) {
        let mut world = World::new();
        let first = world.me().add_suppressions(json!({ "suppressions": [given] })).unwrap();
        let normal = &first.suppressions[0];
        let again = add(&mut world, json!([{ "type": normal.kind, "value": normal.value }]));
        prop_assert_eq!((&again["added"], &again["suppressions"][0]), (&json!(0), &json!(normal)));
    }
}

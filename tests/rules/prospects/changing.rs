//! Changing the fields of a person.

use super::*;

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
                expected["name"] = json!("Bo Smith"); // made from the names
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
        "headline": bare["headline"], "time_zone": bare["time_zone"],
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

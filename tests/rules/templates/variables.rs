//! What variables and fallbacks stand for, and the meaning of a percent sign.

use super::*;

#[test]
fn every_variable_of_a_prospect_stands_for_its_field() {
    let person = json!({
        "first_name": "Bo", "last_name": "Ek", "name": "Dr. Bo Ek", "company": "Ek & Sons", "position": "CEO",
        "headline": "Bridges", "custom_fields": { "Deal Size": "12 000 €", "a.b": "dotted", "Ünï": "code" },
    });
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let (id, bo) = draft(&mut world, channel, person.clone());
        for (variable, text) in [
            ("first_name", "Bo"),
            ("last_name", "Ek"),
            ("name", "Dr. Bo Ek"),
            ("email", "bo@example.com"),
            ("company", "Ek & Sons"),
            ("position", "CEO"),
            ("headline", "Bridges"),
            ("linkedin_url", "https://www.LinkedIn.com/in/Bo/"),
            ("custom_fields.Deal Size", "12 000 €"),
            ("custom_fields. Deal Size ", "12 000 €"),
            ("custom_fields.a.b", "dotted"),
            ("custom_fields.Ünï", "code"),
        ] {
            let body = rendered(&mut world, id, bo, &format!("<%{variable}%|%{variable}|fallback%>"));
            assert_eq!(body, format!("<{text}|{text}>"));
        }
        for missing in ["custom_fields.deal size", "custom_fields.first_name"] {
            assert_eq!(unresolved(&mut world, id, bo, &format!("%{missing}%")), json!([missing]));
        }
    }
}

#[test]
fn a_name_that_is_not_given_is_made_of_first_and_last_name() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo", "last_name": "Ek" }));
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Bo Ek");
    world.me().update_prospect(bo, json!({ "first_name": null })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Ek");
    world.me().update_prospect(bo, json!({ "first_name": "Bo", "last_name": null })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "Bo");
    world.me().update_prospect(bo, json!({ "first_name": null })).unwrap();
    assert_eq!(unresolved(&mut world, id, bo, "%name%"), json!(["name"]));
    assert_eq!(findings(&mut world, id, "unresolved_variable").len(), 1);
    world.me().update_prospect(bo, json!({ "name": "B" })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "%name%"), "B");
    assert_eq!(findings(&mut world, id, "unresolved_variable"), [] as [Value; 0]);
}

#[test]
fn every_variable_of_a_sender_stands_for_its_field_and_sender_first_is_the_first_name() {
    let profile = json!({ "first_name": "Ana", "last_name": "Paz", "company": "Paz SA", "title": "Sales", "display_name": "A. Paz" });
    for (channel, address) in [("email", Some("ana@example.com")), ("linkedin", None)] {
        let mut world = World::new();
        let (id, bo) = draft(&mut world, channel, json!({ "first_name": "Bo" }));
        let ana = if channel == "email" { world.email } else { world.linkedin };
        let missing = ["sender_first_name", "sender_first", "sender_last_name", "sender_company", "sender_title"];
        for variable in missing {
            assert_eq!(unresolved(&mut world, id, bo, &format!("%{variable}%")), json!([variable]));
            assert_eq!(rendered(&mut world, id, bo, &format!("%{variable}|x%")), "x");
        }
        let own = if channel == "email" { "ana@example.com" } else { "https://www.linkedin.com/in/ana" };
        assert_eq!(rendered(&mut world, id, bo, "%sender_name%"), own, "the display name, which is never missing");
        world.me().update_account(ana, json!({ "first_name": "Ana", "last_name": "Paz" })).unwrap();
        assert_eq!(rendered(&mut world, id, bo, "%sender_name%"), "Ana Paz");
        world.me().update_account(ana, profile.clone()).unwrap();
        let body =
            "%sender_first_name% %sender_first% %sender_last_name%, %sender_title% %sender_company%: %sender_name%";
        assert_eq!(rendered(&mut world, id, bo, body), "Ana Ana Paz, Sales Paz SA: A. Paz");
        match address {
            Some(address) => assert_eq!(rendered(&mut world, id, bo, "%sender_email%"), address),
            None => assert_eq!(unresolved(&mut world, id, bo, "%sender_email%"), json!(["sender_email"])),
        }
        assert_eq!(rendered(&mut world, id, bo, "%first_name%"), "Bo", "in a message, the prospect's");
    }
}

#[test]
fn a_fallback_stands_in_for_a_missing_value_only_and_a_blank_one_for_none() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (body, expected) in [
        ("%first_name|there%", "Bo"),
        ("%first_name|%", "Bo"),
        ("%company|your firm%", "your firm"),
        ("%company| a | b\n%", " a | b\n"),
        ("%company|{{x}}%", "{{x}}"),
        ("%custom_fields.x|–%%company|.%", "–."),
    ] {
        assert_eq!(rendered(&mut world, id, bo, body), expected);
    }
    for blank in ["%company|%", "%company| %", "%company|\n\t\u{a0}%"] {
        assert_eq!(unresolved(&mut world, id, bo, blank), json!(["company"]));
        assert_eq!(findings(&mut world, id, "unresolved_variable")[0]["variable"], "company");
    }
}

#[test]
fn two_percent_signs_are_one_and_a_stray_one_stays_with_a_warning_beside_a_name() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (body, expected, strays) in [
        ("100%%", "100%", 0),
        ("%%first_name%%", "%first_name%", 0),
        ("%%%first_name%%%", "%Bo%", 0),
        ("%%%%", "%%", 0),
        ("50% off", "50% off", 0),
        ("Save 50% or even 30% today", "Save 50% or even 30% today", 0),
        ("5% to 10% of %first_name%", "5% to 10% of Bo", 0),
        ("%first_name% %", "Bo %", 0),
        ("f%C3%BCr/dich?x=%E4%B8%AD", "f%C3%BCr/dich?x=%E4%B8%AD", 0),
        ("https://example.com/f%fcr/%Date%", "https://example.com/f%fcr/%Date%", 0),
        ("% first_name %", "% first_name %", 1),
        ("%first_name, %company|you%", "%first_name, you", 1),
        ("first_name% of 5%", "first_name% of 5%", 1),
    ] {
        assert_eq!(rendered(&mut world, id, bo, body), expected);
        let found = findings(&mut world, id, "stray_percent");
        assert_eq!(found.len(), strays, "one for a template: {body}");
        if let Some(finding) = found.first() {
            assert_eq!(
                *finding,
                json!({ "path": "sequence_nodes[0].body", "code": "stray_percent",
                        "message": "has a % that belongs to no variable and is sent as it stands",
                        "hint": "close the variable, or write %% for a percent sign" })
            );
        }
        assert!(world.me().validate(id).unwrap().ready, "a warning does not prevent a launch");
    }
}

#[test]
fn a_value_is_no_template() {
    let mut world = World::new();
    let (id, bo) = draft(
        &mut world,
        "email",
        json!({ "first_name": "%last_name%", "last_name": "Ek", "company": "100%%", "custom_fields": { "x": "%x" } }),
    );
    let body = "%first_name% %company% %custom_fields.x% %last_name%";
    assert_eq!(rendered(&mut world, id, bo, body), "%last_name% 100%% %x Ek");
    assert_eq!(findings(&mut world, id, "stray_percent"), [] as [Value; 0]);
}

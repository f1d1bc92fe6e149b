//! How long the note of a connection request may be.

use super::*;

#[test]
fn a_note_has_at_most_200_characters_rendered_and_300_from_premium_senders() {
    for (premium, max) in [
        (&[false][..], 200),
        (&[true], 300),
        (&[true, true], 300),
        (&[true, false], 200),
        (&[false, true], 200),
        (&[false, false], 200),
    ] {
        let mut world = World::new();
        // The text, ten characters of a name, then nine for the company and a percent sign.
        let note = format!("{}%first_name%%company|you%%%", "ä".repeat(max - 20));
        let (id, _) = with_note(&mut world, premium, &note);
        let person = |n: usize, company: Option<String>| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "first_name": "🚀éß漢456789", "company": company });
        let [short, exact] = world.add(id, json!([person(0, None), person(1, Some("漢".repeat(9)))]))[..] else {
            panic!("two prospects")
        };
        assert!(world.me().validate(id).unwrap().ready, "{premium:?}");
        for (prospect, length) in [(short, max - 6), (exact, max)] {
            assert_eq!(message(&mut world, prospect)["body"].as_str().unwrap().chars().count(), length);
        }

        let over = world.add(id, json!([person(2, Some("漢".repeat(10)))]));
        let found = findings(&mut world, id, "note_too_long");
        assert_eq!(
            found,
            [json!({ "path": "sequence_nodes[1].body", "code": "note_too_long", "max": max, "prospects": 1,
                     "prospect_ids": over, "hint": "shorten the note",
                     "message": format!("is rendered with more than {max} characters for 1 prospect") })]
        );
        assert!(!world.me().validate(id).unwrap().ready);
    }
}

#[test]
fn the_length_of_a_note_counts_what_the_sender_says_in_it() {
    let mut world = World::new();
    let (id, senders) = with_note(&mut world, &[false, true], "%sender_first|Ann%%first_name|Bob%");
    let bo = world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo", "first_name": "B" }]));
    let found = |world: &mut World| findings(world, id, "note_too_long").first().map(|found| found["max"].clone());
    // In addition to the three characters of the fallback.
    for (length, expected) in [(197, None), (198, Some(json!(200))), (180, None)] {
        world.me().update_prospect(bo[0], json!({ "first_name": "B".repeat(length) })).unwrap();
        assert_eq!(found(&mut world), expected);
    }
    let mut rename = |sender: usize, length: usize, expected: Option<Value>| {
        world.me().update_account(senders[sender], json!({ "first_name": "S".repeat(length) })).unwrap();
        assert_eq!(found(&mut world), expected);
    };
    rename(0, 20, None);
    rename(0, 21, Some(json!(200)));
    rename(0, 1, None);
    rename(1, 120, None);
    rename(1, 121, Some(json!(300)));
    let fallback = json!({ "first_name": null });
    world.me().update_prospect(bo[0], fallback).unwrap();
    assert_eq!(found(&mut world), None, "the fallback is short");
}

#[test]
fn the_length_of_a_note_counts_a_custom_field_that_no_template_needs() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], "%custom_fields.x|short%");
    let person =
        |n: usize| json!({ "linkedin_url": format!("linkedin.com/in/{n}"), "custom_fields": { "x": "é".repeat(n) } });
    let people = world.add(id, json!([person(200), person(201)]));
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!(found.iter().map(|found| found["prospect_ids"].clone()).collect::<Vec<_>>(), [json!([people[1]])]);
}

#[test]
fn the_text_around_the_variables_counts_for_every_prospect() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], &("é".repeat(197) + "%%%x"));
    let people: Vec<_> = (0..7).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/{n}") })).collect();
    let people = world.add(id, json!(people));
    assert!(world.me().validate(id).unwrap().ready, "a percent sign is one character, doubled or stray");
    let node = world.me().campaign(id).unwrap().sequence_nodes[1].id;
    world.me().update_node(id, node, json!({ "body": "é".repeat(201) })).unwrap();
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!((&found[0]["prospects"], &found[0]["prospect_ids"]), (&json!(7), &json!(people[..5])));
    let suppressed: Vec<_> =
        (0..6).map(|n| json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/{n}") })).collect();
    world.me().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
    let found = findings(&mut world, id, "note_too_long");
    assert_eq!((&found[0]["prospects"], &found[0]["prospect_ids"]), (&json!(1), &json!(people[6..])));
    // A message has no such limit.
    let nodes = json!([{ "type": "message", "body": "é".repeat(201) }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    assert!(world.me().validate(id).unwrap().ready);
}

#[test]
fn a_note_that_lacks_a_value_has_no_length_yet() {
    let mut world = World::new();
    let (id, _) = with_note(&mut world, &[false], &("é".repeat(201) + "%company%"));
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }]));
    let codes: Vec<_> = world.me().validate(id).unwrap().errors.iter().map(|error| error.code()).collect();
    assert_eq!(codes, ["unresolved_variable"]);
}

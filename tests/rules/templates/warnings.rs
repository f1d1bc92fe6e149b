//! Likely mistakes are reported as warnings, and prevent nothing.

use super::*;

#[test]
fn the_syntax_of_other_products_is_a_warning_in_every_template() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    let nodes = json!([
        { "type": "email", "subject": "Hi {{first_name}}", "body": "{{ x }} {{y}}" },
        { "type": "email", "subject": "{{", "body": "}} {x} {{" },
    ]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": "a {{b\n}} c" })).unwrap();
    let finding = |path: &str, variable: &str, offset: usize, hint: &str| {
        json!({ "path": path, "code": "foreign_template_syntax", "variable": variable, "offset": offset, "hint": hint,
                "message": "has a variable of another product, which is sent as it stands" })
    };
    let unknown = "variables are written %first_name%";
    assert_eq!(
        findings(&mut world, id, "foreign_template_syntax"),
        [
            finding("sequence_nodes[0].subject", "{{first_name}}", 3, "write %first_name%"),
            finding("sequence_nodes[0].body", "{{ x }}", 0, unknown),
            finding("sequence_nodes[0].body", "{{y}}", 8, unknown),
            finding("signature", "{{b\n}}", 2, unknown),
        ]
    );
    let validation = world.me().validate(id).unwrap();
    assert!(validation.ready && validation.warnings.len() == 5, "and that there is no link to unsubscribe");
}

#[test]
fn the_columns_of_the_people_are_known_names() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "custom_fields": { "Deal Size": "12", "a": "1" } }));
    let hints = |world: &mut World, body: &str| {
        write(world, id, body);
        let found = findings(world, id, "foreign_template_syntax");
        found.iter().map(|found| found["hint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let ours = ["write %custom_fields.Deal Size%"];
    for body in ["[Deal Size]", "é {deal_size}", "«Deal_Size»", "{{contact.dealSize}}", "%%DealSize%%", "*|DEALSIZE|*"]
    {
        assert_eq!(hints(&mut world, body), ours, "{body}");
    }
    assert_eq!(hints(&mut world, "[Deal Date] [A-1] [Big Deal]"), [""; 0]);
    write(&mut world, id, "%deal size|none% %a b% 5%");
    let [found] = findings(&mut world, id, "unknown_variable").try_into().unwrap();
    assert_eq!((&found["variable"], &found["closest"]), (&json!("deal size"), &json!("custom_fields.Deal Size")));
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
    world.me().remove_prospect(bo).unwrap();
    assert_eq!(hints(&mut world, "[Deal Size]"), [""; 0], "then it is plain text");
    assert_eq!(findings(&mut world, id, "unknown_variable"), [] as [Value; 0]);
}

#[test]
fn a_name_in_other_words_is_an_unknown_variable_with_the_closest() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({ "first_name": "Bo" }));
    for (name, closest) in [
        ("First Name", "first_name"),
        ("first name", "first_name"),
        ("First-Nmae", "first_name"),
        ("Last Name", "last_name"),
        ("contact.first_name", "first_name"),
        ("FNAME", "first_name"),
        ("LNAME", "last_name"),
        ("Company Name", "company"),
        ("Job Title", "position"),
        ("sender.name", "sender_name"),
        ("Unsubscribe Link", "unsubscribe_url"),
        ("frist_name", "first_name"),
    ] {
        assert_eq!(unresolved(&mut world, id, bo, &format!("Hi %{name}%, %{name}|x%")), json!([name]));
        let [found] = findings(&mut world, id, "unknown_variable").try_into().unwrap();
        assert_eq!((&found["variable"], &found["closest"]), (&json!(name), &json!(closest)));
    }
}

#[test]
fn only_the_text_of_an_email_says_the_link_to_unsubscribe() {
    let mut world = World::new();
    let (id, bo) = draft(&mut world, "email", json!({}));
    let stand_in = "https://example.com/unsubscribe";
    assert_eq!(rendered(&mut world, id, bo, "Bye %unsubscribe_url%"), format!("Bye {stand_in}"));
    world.me().update_campaign(id, json!({ "signature": "%unsubscribe_url|no% %sender_email%" })).unwrap();
    assert_eq!(rendered(&mut world, id, bo, "Bye"), format!("Bye\n\n{stand_in} ana@example.com"));
    assert!(world.me().validate(id).unwrap().ready);
    let unusable = |path: &str| {
        json!({ "path": path, "code": "unusable_variable", "variable": "unsubscribe_url",
                "message": "has %unsubscribe_url%, which only the text of an email can have",
                "hint": "write it in the text of an email, or in its signature" })
    };
    let node = json!({ "type": "email", "subject": "%unsubscribe_url%", "body": "B" });
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
    assert_eq!(findings(&mut world, id, "unusable_variable"), [unusable("sequence_nodes[0].subject")]);
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    let nodes = json!([{ "type": "connection_request", "body": "%unsubscribe_url%" }, { "type": "message", "body": "%unsubscribe_url|x%" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let found = findings(&mut world, id, "unusable_variable");
    assert_eq!(found, [unusable("sequence_nodes[0].body"), unusable("sequence_nodes[1].body")]);
    assert_eq!(world.refused(|me| me.launch(id, None)).code(), "not_ready");
}

#[test]
fn the_first_email_without_a_link_to_unsubscribe_is_warned_of() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    let node = |body: &str| json!({ "type": "email", "subject": "S", "body": body });
    for (first, second, signature, is_warned) in [
        ("A", "B", "", true),
        ("A", "%unsubscribe_url%", "", true),
        ("A %unsubscribe_url%", "B", "", false),
        ("A %unsubscribe_url|or answer%", "B", "", false),
        ("A", "B", "%unsubscribe_url%", false),
        // There is nothing to say about it yet.
        (" ", "B", "", false),
    ] {
        let delay = json!({ "type": "delay", "delay_days": 1 });
        let nodes = json!([delay, node(first), node(second)]);
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes, "signature": signature })).unwrap();
        let expected = json!({ "path": "sequence_nodes[1].body", "code": "no_opt_out",
                               "message": "has no link to unsubscribe",
                               "hint": "write %unsubscribe_url% in the text or the signature" });
        let expected: Vec<Value> = is_warned.then_some(expected).into_iter().collect();
        assert_eq!(findings(&mut world, id, "no_opt_out"), expected, "{first} {second} {signature}");
    }
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    write(&mut world, id, "A");
    assert_eq!(findings(&mut world, id, "no_opt_out"), [] as [Value; 0]);
}

#[test]
fn people_who_are_senders_of_the_campaign_are_warned_of() {
    let mut world = World::new();
    let (id, _) = draft(&mut world, "email", json!({}));
    assert_eq!(findings(&mut world, id, "writes_to_sender"), [] as [Value; 0]);
    let themselves = world.add(id, json!([{ "email": " ANA@example.com" }]));
    assert_eq!(
        findings(&mut world, id, "writes_to_sender"),
        [json!({ "path": "prospects", "code": "writes_to_sender", "prospects": 1, "prospect_ids": themselves,
                 "message": "include 1 of the campaign's senders", "hint": "remove them, or send from other accounts" })]
    );
    let ben = world.me().add_account(AddAccount::email("ben@example.com").unpaced()).unwrap().id;
    world.me().update_campaign(id, json!({ "sender_account_ids": [ben] })).unwrap();
    assert_eq!(findings(&mut world, id, "writes_to_sender"), [] as [Value; 0], "it is not from them");
    let mut world = World::new();
    let (id, _) = draft(&mut world, "linkedin", json!({}));
    world.add(id, json!([{ "linkedin_url": "linkedin.com/in/Ana/" }]));
    assert_eq!(findings(&mut world, id, "writes_to_sender").len(), 1);
}

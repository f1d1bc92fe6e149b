//! The findings of a validation before the launch.

use super::*;
use campaignkit::AddAccount;

#[test]
fn a_new_email_draft_is_told_everything_that_it_lacks() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    let ana = world.email;
    assert_eq!(
        validate(&mut world, id),
        json!({
            "ready": false,
            "errors": [
                { "path": "sequence_nodes[0].subject", "code": "empty_subject", "message": "must not be empty",
                  "hint": "write a subject, or let the email reply to an earlier one" },
                { "path": "sequence_nodes[0].body", "code": "empty_body", "message": "must not be empty",
                  "hint": "write a text, or delete the node" },
                { "path": "signature", "code": "unresolved_variable", "variable": "first_name", "prospects": 0,
                  "prospect_ids": [], "sender_account_ids": [ana],
                  "message": "has %first_name%, which has no fallback and no value for 1 sender",
                  "hint": "write a fallback as in %first_name|there%, or fill in the field" },
            ],
            "warnings": [
                { "path": "prospects", "code": "no_prospects",
                  "message": "are missing: launching completes the campaign", "hint": "add prospects" },
            ],
        })
    );
}

#[test]
fn a_new_linkedin_draft_lacks_nothing_but_prospects() {
    let mut world = World::new();
    let id = world.linkedin_campaign("Mine");
    let validation = validate(&mut world, id);
    assert_eq!((&validation["ready"], &validation["errors"]), (&json!(true), &json!([])));
    assert_eq!(warnings(&mut world, id), pairs(&[("prospects", "no_prospects")]));
}

#[test]
fn everything_that_is_found_at_once_has_a_code_a_path_a_message_and_a_hint() {
    let mut world = World::new();
    let sender = json!({ "type": "linkedin", "profile_url": "linkedin.com/in/ben" });
    let ben = world.me().add_account(sender).unwrap().id;
    let ana = world.linkedin;
    for account in [ana, ben] {
        world.me().update_account(account, json!({ "status": "disconnected" })).unwrap();
    }
    let (id, _) = linkedin_draft(&mut world, "Mine", &["bo"]);
    world.me().update_campaign(id, json!({ "sender_account_ids": [ana, ben] })).unwrap();
    let nodes = json!([
        { "type": "connection_request", "body": "x".repeat(201) },
        { "type": "message", "body": " " },
        { "type": "message", "body": "%nam% %company% {{x}} 5% % name%" },
    ]);
    write(&mut world, id, nodes);
    let expected = pairs(&[
        ("sequence_nodes[1].body", "empty_body"),
        ("sequence_nodes[2].body", "unknown_variable"),
        ("sequence_nodes[2].body", "unresolved_variable"),
        ("sequence_nodes[0].body", "note_too_long"),
        ("sender_account_ids", "no_ready_sender"),
    ]);
    assert_eq!(errors(&mut world, id), expected);
    let expected = pairs(&[
        ("sender_account_ids[0]", "sender_not_ready"),
        ("sender_account_ids[1]", "sender_not_ready"),
        ("sequence_nodes[2].body", "foreign_template_syntax"),
        ("sequence_nodes[2].body", "stray_percent"),
    ]);
    assert_eq!(warnings(&mut world, id), expected);
    let validation = validate(&mut world, id);
    for finding in ["errors", "warnings"].map(|kind| validation[kind].as_array().unwrap().clone()).concat() {
        for field in ["code", "path", "message", "hint"] {
            assert!(finding[field].as_str().is_some_and(|text| !text.is_empty()), "{finding}");
        }
    }
}

#[test]
fn an_email_needs_a_subject_unless_it_replies_to_an_earlier_one() {
    let mut world = World::new();
    let (id, _) = email_draft(&mut world, &["bo@example.com"]);
    let email = |subject: &str, is_reply: bool| json!({ "type": "email", "subject": subject, "body": "B", "is_reply": is_reply });
    let delay = json!({ "type": "delay", "delay_days": 1 });
    for (nodes, lacking) in [
        (json!([email("S", false), email("", true), email(" \t", true)]), &[][..]),
        (json!([email("", false)]), &[0][..]),
        (json!([email("\u{a0} ", false)]), &[0]),
        (json!([email("", true)]), &[0]),
        (json!([delay, email("", true), email("", true)]), &[1]),
        (json!([email("S", false), delay, email("", false), email("", true), email("", false)]), &[2, 4]),
        (json!([email("%first_name|x%", true)]), &[]),
    ] {
        write(&mut world, id, nodes);
        let expected: Vec<_> = lacking
            .iter()
            .map(|place| (format!("sequence_nodes[{place}].subject"), "empty_subject".to_owned()))
            .collect();
        assert_eq!(errors(&mut world, id), expected);
    }
}

#[test]
fn every_email_and_every_message_needs_a_body_and_a_connection_request_does_not() {
    let mut world = World::new();
    let (mail, _) = email_draft(&mut world, &["bo@example.com"]);
    for blank in ["", " \r\n\t\u{2003}"] {
        let nodes = json!([
            { "type": "email", "subject": "S", "body": blank }, { "type": "delay", "delay_days": 1 },
            { "type": "email", "body": blank, "is_reply": true }, { "type": "email", "body": "B", "is_reply": true },
        ]);
        write(&mut world, mail, nodes);
        let expected = pairs(&[("sequence_nodes[0].body", "empty_body"), ("sequence_nodes[2].body", "empty_body")]);
        assert_eq!(errors(&mut world, mail), expected);

        let (linkedin, _) = linkedin_draft(&mut world, "Ours", &["bo"]);
        write(
            &mut world,
            linkedin,
            json!([{ "type": "connection_request", "body": blank }, { "type": "message", "body": blank }]),
        );
        assert_eq!(errors(&mut world, linkedin), pairs(&[("sequence_nodes[1].body", "empty_body")]));
        world.me().delete_campaign(linkedin).unwrap();
    }
}

#[test]
fn a_sequence_must_send_something() {
    let mut world = World::new();
    let (mail, _) = email_draft(&mut world, &["bo@example.com"]);
    let (linkedin, _) = linkedin_draft(&mut world, "Ours", &["bo"]);
    for id in [mail, linkedin] {
        for nodes in [json!([]), json!([{ "type": "end" }]), json!([{ "type": "delay", "delay_days": 1 }])] {
            write(&mut world, id, nodes);
            assert_eq!(errors(&mut world, id), pairs(&[("sequence_nodes", "no_sendable_node")]));
        }
    }
    write(&mut world, linkedin, json!([{ "type": "message", "body": "B" }]));
    assert_eq!(errors(&mut world, linkedin), []);
}

#[test]
fn one_connected_sender_is_enough_and_the_others_are_warned_of() {
    let mut world = World::new();
    let mut add =
        |name: &str| world.me().add_account(AddAccount::email(format!("{name}@example.com")).unpaced()).unwrap().id;
    let (ben, cleo) = (add("ben"), add("cleo"));
    let (id, _) = email_draft(&mut world, &["bo@example.com"]);
    let ana = world.email;
    world.me().update_campaign(id, json!({ "sender_account_ids": [ana, ben, cleo] })).unwrap();
    let mut turn = |account, to: &str, expected: &[(&str, &str)], is_ready: bool| {
        world.me().update_account(account, json!({ "status": to })).unwrap();
        assert_eq!(warnings(&mut world, id), pairs(&[expected, &[NO_OPT_OUT]].concat()));
        let expected = if is_ready { vec![] } else { pairs(&[("sender_account_ids", "no_ready_sender")]) };
        assert_eq!(errors(&mut world, id), expected);
    };
    let [first, second, third] = ["sender_account_ids[0]", "sender_account_ids[1]", "sender_account_ids[2]"]
        .map(|path| (path, "sender_not_ready"));
    turn(ben, "disconnected", &[second], true);
    turn(ana, "disconnected", &[first, second], true);
    turn(cleo, "disconnected", &[first, second, third], false);
    turn(ben, "connected", &[first, third], true);
    assert_eq!(world.me().launch(id, None).unwrap().enrolled, 1);
}

#[test]
fn only_a_draft_is_ready() {
    for channel in ["email", "linkedin"] {
        for word in STATUSES {
            let mut world = World::new();
            let id = world.campaign(channel, word).id;
            let expected = if word == "draft" { vec![] } else { pairs(&[("status", "not_draft")]) };
            assert_eq!(errors(&mut world, id), expected, "{word} {channel}");
            let expected = if (channel, word) == ("email", "draft") { pairs(&[NO_OPT_OUT]) } else { vec![] };
            assert_eq!(warnings(&mut world, id), expected, "the people were chosen already: {word} {channel}");
        }
    }
}

#[test]
fn a_campaign_without_anyone_to_contact_is_warned_of() {
    let mut world = World::new();
    let (id, people) = email_draft(&mut world, &["bo@example.com", "cy@example.com"]);
    assert_eq!(warnings(&mut world, id), pairs(&[NO_OPT_OUT]));
    suppress(&mut world, "email_address", "bo@example.com");
    assert_eq!(warnings(&mut world, id), pairs(&[NO_OPT_OUT]));
    suppress(&mut world, "email_domain", "example.com");
    assert_eq!(warnings(&mut world, id), pairs(&[NO_OPT_OUT, ("prospects", "all_prospects_skipped")]));
    assert_eq!(
        validate(&mut world, id)["warnings"][1],
        json!({ "path": "prospects", "code": "all_prospects_skipped",
                "message": "will all be skipped: launching completes the campaign",
                "hint": "add prospects that belong to no other campaign, or allow the overlap" })
    );
    for prospect in people {
        world.me().remove_prospect(prospect).unwrap();
    }
    assert_eq!(warnings(&mut world, id), pairs(&[NO_OPT_OUT, ("prospects", "no_prospects")]));

    let (first, _) = linkedin_draft(&mut world, "First", &["bo", "cy"]);
    world.me().launch(first, None).unwrap();
    let (second, _) = linkedin_draft(&mut world, "Second", &["cy"]);
    assert_eq!(warnings(&mut world, second), pairs(&[("prospects", "all_prospects_skipped")]));
    world.me().update_campaign(second, json!({ "skip_other_campaigns": false })).unwrap();
    assert_eq!(warnings(&mut world, second), []);
}

#[test]
fn validating_changes_nothing() {
    for channel in ["email", "linkedin"] {
        for word in STATUSES {
            let mut world = World::new();
            let id = world.campaign(channel, word).id;
            suppress(&mut world, "email_domain", "example.com");
            let before = world.store.dump().unwrap();
            world.clock.advance_ms(1_000);
            let (_, events) = world.recorded(|me| me.validate(id));
            assert_eq!((events, world.store.dump().unwrap()), (vec![], before));
        }
    }
}

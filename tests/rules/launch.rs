//! Validating, launching, pausing and resuming: what docs/rules.md#launch-pause-and-resume says of them, through the
//! public door.

use crate::world;
use crate::world::{World, add_user, always, over, problems, shape, stats};
use campaignkit::{AddAccount, CampaignId, ListProspects, ProspectId};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
const STATUSES: [&str; 4] = ["draft", "active", "paused", "completed"];

fn validate(world: &mut World, id: CampaignId) -> Value {
    shape(&world.me().validate(id).unwrap())
}

/// What is told of an email that names no link to unsubscribe.
const NO_OPT_OUT: (&str, &str) = ("sequence_nodes[0].body", "no_opt_out");

/// The errors or warnings of a validation, as `(path, code)`.
fn found(world: &mut World, id: CampaignId, kind: &str) -> Vec<(String, String)> {
    let validation = validate(world, id);
    assert_eq!(validation["ready"], json!(validation["errors"] == json!([])), "ready is without errors");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    validation[kind].as_array().unwrap().iter().map(|found| (text(&found["path"]), text(&found["code"]))).collect()
}

fn errors(world: &mut World, id: CampaignId) -> Vec<(String, String)> {
    found(world, id, "errors")
}

fn warnings(world: &mut World, id: CampaignId) -> Vec<(String, String)> {
    found(world, id, "warnings")
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect()
}

fn write(world: &mut World, id: CampaignId, nodes: Value) {
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
}

/// A LinkedIn draft that is ready, with these people.
fn linkedin_draft(world: &mut World, name: &str, people: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let id = world.linkedin_campaign(name);
    let people: Vec<Value> =
        people.iter().map(|person| json!({ "linkedin_url": format!("linkedin.com/in/{person}") })).collect();
    let ids = if people.is_empty() { Vec::new() } else { world.add(id, json!(people)) };
    (id, ids)
}

/// An email draft that is ready, with these addresses.
fn email_draft(world: &mut World, addresses: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    write(world, id, json!([{ "type": "email", "subject": "S", "body": "B" }]));
    let people: Vec<Value> = addresses.iter().map(|address| json!({ "email": address })).collect();
    (id, world.add(id, json!(people)))
}

fn suppress(world: &mut World, kind: &str, value: &str) {
    let one = json!({ "type": kind, "value": value });
    world.me().add_suppressions(json!({ "suppressions": [one] })).unwrap();
}

fn lift_suppressions(world: &mut World) {
    for suppression in world.me().list_suppressions(json!({})).unwrap().suppressions {
        world.me().remove_suppression(suppression.id).unwrap();
    }
}

/// The statuses of the prospects of a campaign, in the order in which they were added.
fn statuses(world: &mut World, id: CampaignId) -> Vec<String> {
    let page = world.me().list_prospects(id, ListProspects::default()).unwrap();
    page.prospects.iter().map(|prospect| prospect.status.word().to_owned()).collect()
}

fn status(world: &mut World, id: CampaignId) -> &'static str {
    world.me().campaign(id).unwrap().status().word()
}

fn skipped(answer: &impl serde::Serialize) -> Value {
    shape(answer)["skipped"].clone()
}

fn held(prospect: ProspectId, holder: CampaignId) -> Value {
    json!({ "prospect_id": prospect, "reason": "other_campaign", "campaign_id": holder })
}

fn suppressed(prospect: ProspectId) -> Value {
    json!({ "prospect_id": prospect, "reason": "suppressed", "campaign_id": null })
}

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
                { "path": "sequence_nodes[0].subject", "code": "empty_subject", "message": "has no subject",
                  "hint": "write a subject, or let the email reply to an earlier one" },
                { "path": "sequence_nodes[0].body", "code": "empty_body", "message": "has no text",
                  "hint": "write a text, or delete the node" },
                { "path": "signature", "code": "unresolved_variable", "variable": "first_name", "prospects": 0,
                  "prospect_ids": [], "sender_account_ids": [ana],
                  "message": "has a variable without a value and without a fallback",
                  "hint": "write a fallback as in %first_name|there%, or fill in the field" },
            ],
            "warnings": [
                { "path": "prospects", "code": "no_prospects",
                  "message": "has no one in it: launching completes the campaign", "hint": "add prospects" },
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
    let mut add = |name: &str| world.me().add_account(AddAccount::email(format!("{name}@example.com"))).unwrap().id;
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
            assert_eq!(warnings(&mut world, id), expected, "who is contacted was decided: {word} {channel}");
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

#[test]
fn a_ready_draft_becomes_active() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let before = world.campaign(channel, "draft");
        world.clock.advance_ms(1_000);
        let (launched, events) = world.recorded(|me| me.launch(before.id, None));
        let instant = "2026-04-22T10:00:01Z";
        let expected = over(
            shape(&before),
            json!({ "status": "active", "launched_at": instant, "updated_at": instant,
                    "revision": before.revision + 1, "stats": stats(json!({ "prospects": 1, "pending": 1 })) }),
        );
        assert_eq!(shape(&launched), json!({ "campaign": expected, "enrolled": 1, "skipped": [] }));
        assert_eq!(world.me().campaign(before.id).unwrap(), launched.campaign);
        assert_eq!(events, [json!({ "type": "campaign_launched", "campaign_id": before.id })]);
        assert_eq!(statuses(&mut world, before.id), ["pending"]);
    }
}

#[test]
fn only_a_draft_is_launched() {
    for channel in ["email", "linkedin"] {
        for word in &STATUSES[1..] {
            let mut world = World::new();
            let id = world.campaign(channel, word).id;
            let error = world.refused(|me| me.launch(id, None));
            assert_eq!((error.code(), error.status()), ("not_draft", 409), "{word} {channel}");
        }
    }
}

#[test]
fn a_draft_that_is_not_ready_is_refused_with_the_errors_of_its_validation() {
    let mut world = World::new();
    let id = world.email_campaign("Mine");
    world.add(id, json!([{ "email": "bo@example.com" }]));
    write(&mut world, id, json!([{ "type": "email", "body": "%company% %nam%" }]));
    let expected = validate(&mut world, id)["errors"].clone();
    assert_eq!(expected.as_array().unwrap().len(), 4);
    let error = world.refused(|me| me.launch(id, None));
    assert_eq!(
        shape(&error),
        json!({ "kind": "invalid", "code": "not_ready", "status": 400, "issues": expected,
                "message": "the campaign has 4 errors in the way of its launch" })
    );
}

#[test]
fn a_campaign_without_prospects_is_completed_at_once() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let before = world.campaign(channel, "draft");
        let prospect = world.me().list_prospects(before.id, json!({})).unwrap().prospects[0].id;
        world.me().remove_prospect(prospect).unwrap();
        world.clock.advance_ms(1_000);
        let (launched, events) = world.recorded(|me| me.launch(before.id, None));
        let instant = "2026-04-22T10:00:01Z";
        let expected = over(
            shape(&before),
            json!({ "status": "completed", "launched_at": instant, "completed_at": instant, "updated_at": instant,
                    "revision": before.revision + 1, "stats": stats(json!({})) }),
        );
        assert_eq!(shape(&launched), json!({ "campaign": expected, "enrolled": 0, "skipped": [] }));
        assert_eq!(world.me().campaign(before.id).unwrap(), launched.campaign);
        assert_eq!(
            events,
            [
                json!({ "type": "campaign_launched", "campaign_id": before.id }),
                json!({ "type": "campaign_completed", "campaign_id": before.id }),
            ]
        );
        let error = world.refused(|me| me.add_prospects(before.id, json!({ "prospects": [{ "email": "x@y.z" }] })));
        assert_eq!(error.code(), "campaign_completed");
    }
}

#[test]
fn a_launch_skips_whom_the_user_suppressed() {
    let mut world = World::new();
    let (id, people) =
        email_draft(&mut world, &["a@one.com", "b@one.com", "c@two.com", "d@sub.two.com", "e@three.com"]);
    suppress(&mut world, "email_address", "B@one.com");
    suppress(&mut world, "email_domain", "two.com");
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/e");
    let (other, ..) = add_user(&mut world.store);
    let theirs = json!({ "suppressions": [{ "type": "email_address", "value": "a@one.com" }] });
    world.store.session(other).unwrap().add_suppressions(theirs).unwrap();
    let launched = world.me().launch(id, None).unwrap();
    assert_eq!((launched.enrolled, status(&mut world, id)), (3, "active"));
    assert_eq!(skipped(&launched), json!([suppressed(people[1]), suppressed(people[2])]));
    assert_eq!(statuses(&mut world, id), ["pending", "skipped", "skipped", "pending", "pending"]);

    lift_suppressions(&mut world);
    let (id, people) = linkedin_draft(&mut world, "Ours", &["d", "e", "f"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/e");
    suppress(&mut world, "email_domain", "linkedin.com");
    suppress(&mut world, "linkedin_profile", "https://www.LinkedIn.com/in/F/?x");
    let launched = world.me().launch(id, None).unwrap();
    assert_eq!(skipped(&launched), json!([suppressed(people[1]), suppressed(people[2])]));
    assert_eq!(statuses(&mut world, id), ["pending", "skipped", "skipped"]);
}

#[test]
fn where_all_are_skipped_the_campaign_is_completed_at_once() {
    let mut world = World::new();
    let (id, people) = email_draft(&mut world, &["a@one.com", "b@one.com"]);
    suppress(&mut world, "email_domain", "one.com");
    let (launched, events) = world.recorded(|me| me.launch(id, None));
    assert_eq!((launched.enrolled, status(&mut world, id)), (0, "completed"));
    assert_eq!(skipped(&launched), json!([suppressed(people[0]), suppressed(people[1])]));
    let words: Vec<_> = events.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(words, ["campaign_launched", "campaign_completed"]);

    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    world.me().launch(first, None).unwrap();
    let (second, people) = linkedin_draft(&mut world, "Second", &["b", "a"]);
    let launched = world.me().launch(second, None).unwrap();
    assert_eq!((launched.enrolled, status(&mut world, second)), (0, "completed"));
    assert_eq!(skipped(&launched), json!([held(people[0], first), held(people[1], first)]));
}

#[test]
fn a_launch_skips_whom_another_active_campaign_holds_and_names_it() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    let (second, _) = linkedin_draft(&mut world, "Second", &["c"]);
    for id in [first, second] {
        world.me().launch(id, None).unwrap();
    }
    let (third, people) = linkedin_draft(&mut world, "Third", &["c", "d", "B/?trk=1", "e", "A"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/c");
    let launched = world.me().launch(third, None).unwrap();
    assert_eq!(launched.enrolled, 2);
    let expected = json!([suppressed(people[0]), held(people[2], first), held(people[4], first)]);
    assert_eq!(skipped(&launched), expected, "in the order in which they were added; suppressed before held");
    assert_eq!(statuses(&mut world, third), ["skipped", "pending", "skipped", "pending", "skipped"]);
    assert_eq!(statuses(&mut world, first), ["pending", "pending"], "the holder keeps them");
    let page = world.me().list_prospects(third, json!({ "status": "skipped" })).unwrap();
    assert_eq!(page.prospects.len(), 3);
}

#[test]
fn who_is_skipped_is_changed_at_the_instant_of_the_launch() {
    let mut world = World::new();
    let (id, people) = email_draft(&mut world, &["a@one.com", "b@two.com"]);
    suppress(&mut world, "email_domain", "one.com");
    world.clock.advance_ms(1_000);
    world.me().launch(id, None).unwrap();
    let updated: Vec<_> =
        people.iter().map(|prospect| shape(&world.me().prospect(*prospect).unwrap())["updated_at"].clone()).collect();
    assert_eq!(updated, ["2026-04-22T10:00:01Z", "2026-04-22T10:00:00Z"]);
}

#[test]
fn a_campaign_that_allows_overlap_takes_everyone() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    world.me().launch(first, None).unwrap();
    let (second, _) = linkedin_draft(&mut world, "Second", &["a"]);
    world.me().update_campaign(second, json!({ "skip_other_campaigns": false })).unwrap();
    assert_eq!(skipped(&world.me().launch(second, None).unwrap()), json!([]));
    world.me().pause(second).unwrap();
    assert_eq!(skipped(&world.me().resume(second).unwrap()), json!([]));
    world.add(second, json!([{ "linkedin_url": "linkedin.com/in/b" }]));
    assert_eq!(statuses(&mut world, second), ["pending", "pending"]);

    // Of two that hold someone, one is named, once.
    let (third, people) = linkedin_draft(&mut world, "Third", &["a"]);
    let launched = world.me().launch(third, None).unwrap();
    assert_eq!(launched.skipped.len(), 1);
    assert_eq!(launched.skipped[0].prospect_id, people[0]);
    assert!([Some(first), Some(second)].contains(&launched.skipped[0].campaign_id));
}

#[test]
fn only_an_active_linkedin_campaign_of_the_user_holds_someone() {
    let mut world = World::new();
    let everyone = ["a", "b", "c"];
    let (draft, _) = linkedin_draft(&mut world, "Draft", &everyone);
    let (paused, _) = linkedin_draft(&mut world, "Paused", &everyone);
    world.me().launch(paused, None).unwrap();
    world.me().pause(paused).unwrap();
    let (completed, people) = linkedin_draft(&mut world, "Completed", &everyone);
    for person in everyone {
        suppress(&mut world, "linkedin_profile", &format!("linkedin.com/in/{person}"));
    }
    world.me().launch(completed, None).unwrap();
    assert_eq!((status(&mut world, completed), people.len()), ("completed", 3));
    lift_suppressions(&mut world);
    // An email campaign with prospects of the same profiles.
    let (mail, people) = email_draft(&mut world, &["a@example.com"]);
    world.me().update_prospect(people[0], json!({ "linkedin_url": "linkedin.com/in/a" })).unwrap();
    world.me().launch(mail, None).unwrap();
    // Another user's campaign.
    let (other, _, theirs) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "linkedin", "name": "Theirs", "sender_account_ids": [theirs] });
    let foreign = they.create_campaign(request).unwrap().campaign.id;
    they.add_prospects(foreign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/a" }] })).unwrap();
    they.launch(foreign, None).unwrap();
    // One that skipped them itself.
    let (skipping, _) = linkedin_draft(&mut world, "Skipping", &["z", "b"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/b");
    world.me().launch(skipping, None).unwrap();
    assert_eq!(statuses(&mut world, skipping), ["pending", "skipped"]);
    lift_suppressions(&mut world);

    let launched = world.me().launch(draft, None).unwrap();
    assert_eq!((launched.enrolled, skipped(&launched)), (3, json!([])));
}

#[test]
fn a_launch_depends_on_the_revision_that_the_caller_saw() {
    let mut world = World::new();
    let id = world.campaign("email", "draft").id;
    let revision = world.me().campaign(id).unwrap().revision;
    for stale in [json!({ "expected_revision": revision - 1 }), json!({ "expected_revision": revision + 1 })] {
        let error = world.refused(|me| me.launch(id, stale));
        assert_eq!((error.code(), error.status()), ("revision_changed", 409));
        assert_eq!(shape(&error)["revision"], revision);
    }
    assert_eq!(world.refused(|me| me.launch(id, Some(revision + 1))).code(), "revision_changed");
    for (request, expected) in [
        (json!({ "expected_revision": "1" }), ("expected_revision", "wrong_type")),
        (json!({ "expected_revision": 1.5 }), ("expected_revision", "not_integer")),
        (json!({ "revision": 1 }), ("revision", "unknown_field")),
        (json!([]), ("", "wrong_type")),
    ] {
        assert_eq!(problems(&world.refused(|me| me.launch(id, request))), world::issues(&[expected]));
    }
    // A stale revision is told before what else is in the way.
    write(&mut world, id, json!([]));
    let now = json!({ "expected_revision": revision + 1 });
    assert_eq!(world.refused(|me| me.launch(id, Some(revision))).code(), "revision_changed");
    assert_eq!(world.refused(|me| me.launch(id, now)).code(), "not_ready");
    write(&mut world, id, json!([{ "type": "email", "subject": "S", "body": "B" }]));
    let launched = world.me().launch(id, json!({ "expected_revision": revision + 2 })).unwrap().campaign.revision;
    assert_eq!(launched, revision + 3);
    assert_eq!(world.refused(|me| me.launch(id, Some(revision))).code(), "revision_changed");
    assert_eq!(world.refused(|me| me.launch(id, Some(launched))).code(), "not_draft");
}

#[test]
fn what_is_not_the_users_is_not_found() {
    let mut world = World::new();
    let (other, ..) = add_user(&mut world.store);
    for word in STATUSES {
        let id = world.campaign("email", word).id;
        let before = world.store.dump().unwrap();
        let mut they = world.store.session(other).unwrap();
        let codes = [
            they.validate(id).unwrap_err().code(),
            they.launch(id, None).unwrap_err().code(),
            they.pause(id).unwrap_err().code(),
            they.resume(id).unwrap_err().code(),
        ];
        assert_eq!(codes, ["campaign_not_found"; 4]);
        assert_eq!(world.store.dump().unwrap(), before);
    }
    for (id, code) in
        [(json!(UNKNOWN), "campaign_not_found"), (json!("x"), "invalid_input"), (json!(null), "invalid_input")]
    {
        for error in [
            world.refused(|me| me.validate(id.clone())),
            world.refused(|me| me.launch(id.clone(), None)),
            world.refused(|me| me.pause(id.clone())),
            world.refused(|me| me.resume(id.clone())),
        ] {
            assert_eq!(error.code(), code);
        }
    }
}

#[test]
fn a_campaign_is_paused_and_resumed_and_twice_is_once() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let active = world.campaign(channel, "active");
        let id = active.id;
        let mut now = shape(&active);
        for (revision, word) in [(1, "paused"), (2, "active"), (3, "paused"), (4, "active")] {
            world.clock.advance_ms(1_000);
            now = over(
                now,
                json!({ "status": word, "revision": active.revision + revision,
                        "updated_at": format!("2026-04-22T10:00:0{revision}Z") }),
            );
            let (is_pause, event) =
                (word == "paused", if word == "paused" { "campaign_paused" } else { "campaign_resumed" });
            let call = |world: &mut World| {
                let (answer, events) = world.recorded(|me| {
                    if is_pause {
                        me.pause(id).map(|paused| shape(&paused))
                    } else {
                        me.resume(id).map(|resumed| shape(&resumed))
                    }
                });
                let words: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
                (answer, words)
            };
            let answered = |changed: bool| {
                let answer = json!({ "campaign": now, "changed": changed });
                if is_pause { answer } else { over(answer, json!({ "skipped": [] })) }
            };
            assert_eq!(call(&mut world), (answered(true), vec![event.to_owned()]));
            assert_eq!(shape(&world.me().campaign(id).unwrap()), now);
            let dump = world.store.dump().unwrap();
            world.clock.advance_ms(0);
            assert_eq!(call(&mut world), (answered(false), vec![]));
            assert_eq!(world.store.dump().unwrap(), dump);
        }
    }
}

#[test]
fn an_illegal_transition_is_refused_with_what_is_allowed() {
    for (word, pause, resume) in [
        ("draft", Some(json!(["active", "completed"])), Some(json!(["active", "completed"]))),
        ("active", None, None),
        ("paused", None, None),
        ("completed", Some(json!([])), Some(json!([]))),
    ] {
        for channel in ["email", "linkedin"] {
            for (to, allowed) in [("paused", &pause), ("active", &resume)] {
                let mut world = World::new();
                let id = world.campaign(channel, word).id;
                let call = |world: &mut World| {
                    let mut me = world.me();
                    if to == "paused" { me.pause(id).map(drop) } else { me.resume(id).map(drop) }
                };
                let Some(allowed) = allowed else {
                    call(&mut world).unwrap();
                    assert_eq!(status(&mut world, id), to);
                    continue;
                };
                let before = world.store.dump().unwrap();
                let error = call(&mut world).unwrap_err();
                assert_eq!(
                    shape(&error),
                    json!({ "kind": "conflict", "code": "invalid_transition", "status": 409, "from": word, "to": to,
                            "allowed": allowed, "message": format!("a campaign that is {word} does not become {to} this way") })
                );
                assert_eq!(world.store.dump().unwrap(), before);
            }
        }
    }
}

#[test]
fn a_campaign_that_is_resumed_without_work_left_is_completed() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let paused = world.campaign(channel, "paused");
        let id = paused.id;
        let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
        world.me().remove_prospect(prospect).unwrap();
        assert_eq!(status(&mut world, id), "paused", "until it is resumed");
        world.clock.advance_ms(1_000);
        let (resumed, events) = world.recorded(|me| me.resume(id));
        let expected = over(
            shape(&paused),
            json!({ "status": "completed", "completed_at": "2026-04-22T10:00:01Z", "updated_at": "2026-04-22T10:00:01Z",
                    "revision": paused.revision + 1, "stats": stats(json!({})) }),
        );
        assert_eq!(shape(&resumed), json!({ "campaign": expected, "changed": true, "skipped": [] }));
        assert_eq!(
            events,
            [
                json!({ "type": "campaign_resumed", "campaign_id": id }),
                json!({ "type": "campaign_completed", "campaign_id": id }),
            ]
        );
        assert_eq!(world.refused(|me| me.resume(id).map(drop)).code(), "invalid_transition");
    }
}

#[test]
fn overlap_and_suppression_are_decided_again_when_a_campaign_is_resumed() {
    let mut world = World::new();
    let (first, people) = linkedin_draft(&mut world, "First", &["a", "b", "c"]);
    world.me().launch(first, None).unwrap();
    world.me().pause(first).unwrap();
    let (second, _) = linkedin_draft(&mut world, "Second", &["b", "d"]);
    assert_eq!(world.me().launch(second, None).unwrap().enrolled, 2, "a paused campaign has nobody");
    let hours = json!({ "operating_hours": always() });
    world.me().update_campaign(second, hours).unwrap();
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 2);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/c");
    assert_eq!(statuses(&mut world, first), ["pending", "pending", "skipped"], "those are ended at once");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!(skipped(&resumed), json!([held(people[1], second)]));
    assert_eq!(statuses(&mut world, first), ["pending", "skipped", "skipped"]);
    world.me().pause(first).unwrap();
    assert_eq!(skipped(&world.me().resume(first).unwrap()), json!([]), "who is skipped already is not told again");

    world.me().pause(first).unwrap();
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/a");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!((skipped(&resumed), status(&mut world, first)), (json!([]), "completed"));
}

#[test]
fn someone_added_to_an_active_campaign_while_another_holds_them_is_skipped() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b", "c"]);
    let (second, _) = linkedin_draft(&mut world, "Second", &["x"]);
    for id in [first, second] {
        world.me().launch(id, None).unwrap();
    }
    let report = shape(
        &world
            .me()
            .add_prospects(second, json!({ "prospects": [{ "linkedin_url": "LinkedIn.com/in/A/" }, { "linkedin_url": "linkedin.com/in/y" }] }))
            .unwrap(),
    );
    assert_eq!((&report["imported"], &report["outcomes"][0]["outcome"]), (&json!(2), &json!("imported")));
    let list = world.me().create_list(json!({ "name": "List" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [{ "linkedin_url": "linkedin.com/in/b" }] })).unwrap();
    assert_eq!(world.me().import_list(second, list).unwrap().imported, 1);
    assert_eq!(statuses(&mut world, second), ["pending", "skipped", "pending", "skipped"]);
    world.me().pause(first).unwrap();
    world.add(second, json!([{ "linkedin_url": "linkedin.com/in/c" }]));
    assert_eq!(statuses(&mut world, second)[4], "pending", "nobody belongs to a paused campaign");
    let resumed = world.me().resume(first).unwrap();
    assert_eq!(resumed.skipped.len(), 0, "nobody has them, and it was launched first");
    assert_eq!(statuses(&mut world, first), ["pending", "pending", "pending"]);
}

#[test]
fn someone_added_whom_no_other_active_campaign_of_the_user_holds_is_contacted() {
    let mut world = World::new();
    let (first, _) = linkedin_draft(&mut world, "First", &["a", "b"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/a");
    world.me().launch(first, None).unwrap();
    lift_suppressions(&mut world);
    assert_eq!(statuses(&mut world, first), ["skipped", "pending"]);
    let (other, _, theirs) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "linkedin", "name": "Theirs", "sender_account_ids": [theirs] });
    let foreign = they.create_campaign(request).unwrap().campaign.id;
    they.add_prospects(foreign, json!({ "prospects": [{ "linkedin_url": "linkedin.com/in/c" }] })).unwrap();
    they.launch(foreign, None).unwrap();
    linkedin_draft(&mut world, "Draft", &["d"]);

    let (second, _) = linkedin_draft(&mut world, "Second", &["x"]);
    world.me().launch(second, None).unwrap();
    let people = ["a", "b", "c", "d"].map(|person| json!({ "linkedin_url": format!("linkedin.com/in/{person}") }));
    world.add(second, json!(people));
    assert_eq!(statuses(&mut world, second), ["pending", "pending", "skipped", "pending", "pending"]);
}

#[test]
fn a_launched_campaign_holds_its_senders_until_it_is_completed() {
    let mut world = World::new();
    let mail = world.email;
    let id = world.campaign("email", "active").id;
    assert_eq!(world.refused(|me| me.remove_account(mail)).code(), "account_in_use");
    assert_eq!(world.refused(|me| me.delete_campaign(id)).code(), "campaign_active");
    world.me().pause(id).unwrap();
    assert_eq!(world.refused(|me| me.remove_account(mail)).code(), "account_in_use");
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    world.me().delete_campaign(id).unwrap();
    assert_eq!(world.refused(|me| me.prospect(prospect)).code(), "prospect_not_found", "everything of it goes");
    world.campaign("email", "completed");
    world.me().remove_account(mail).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

/// A draft, with everything that decides whether it is ready.
#[derive(Clone, Debug)]
struct Sample {
    channel: &'static str,
    senders: Vec<Value>,
    nodes: Vec<Value>,
    signature: &'static str,
    people: Vec<Value>,
    /// Who are suppressed and whom another active campaign holds, by their numbers.
    suppressed: Vec<usize>,
    held: Vec<usize>,
    skips: bool,
    /// Someone who is added after the launch.
    late: Value,
}

fn texts() -> impl Strategy<Value = String> {
    let harmless =
        ["A text", "Hi %first_name|there%", "%email|x% 100%%", "{{x}} 5%", "%sender_name%", "%custom_fields.x|?%"];
    let demanding = ["Hi %first_name%", "%company%", "%sender_first%", "%custom_fields.x%", "%first_name|% %name%"];
    prop_oneof![
        12 => select(harmless.to_vec()).prop_map(str::to_owned),
        4 => select(demanding.to_vec()).prop_map(str::to_owned),
        1 => select(vec!["", " ", "%nam%", "%nam|x%"]).prop_map(str::to_owned),
    ]
}

/// Texts about as long as a note may be.
fn long_texts() -> impl Strategy<Value = String> {
    let length = prop_oneof![3 => 185..203_usize, 1 => 285..303_usize];
    (length, select(vec!["", "%first_name|01234%", "%custom_fields.x|0%", "%sender_first|01%%company|%"]))
        .prop_map(|(length, rest)| "é".repeat(length) + rest)
}

fn nodes(channel: &'static str) -> impl Strategy<Value = Vec<Value>> {
    let delay = Just(json!({ "type": "delay", "delay_hours": 1 })).boxed();
    let message = if channel == "email" {
        let subject = prop_oneof![4 => Just("S"), 1 => Just(""), 1 => Just("%company|you%"), 1 => Just("%company%")];
        (texts(), subject, any::<bool>())
            .prop_map(|(body, subject, is_reply)| {
                json!({ "type": "email", "subject": subject, "body": body, "is_reply": is_reply })
            })
            .boxed()
    } else {
        texts().prop_map(|body| json!({ "type": "message", "body": body })).boxed()
    };
    let note = option::weighted(0.7, option::weighted(0.8, prop_oneof![texts(), long_texts()]));
    let few = prop_oneof![1 => Just(0), 9 => 1..4_usize];
    (note, few.prop_flat_map(move |count| vec(prop_oneof![1 => delay.clone(), 4 => message.clone()], count))).prop_map(
        move |(note, mut nodes)| {
            if let Some(note) = note.filter(|_| channel == "linkedin") {
                nodes.insert(0, json!({ "type": "connection_request", "body": note }));
            }
            nodes
        },
    )
}

fn people(number: usize) -> impl Strategy<Value = Value> {
    let fields = (
        option::weighted(0.7, "[a-zé]{1,9}"),
        option::weighted(0.7, "[A-Z]{1,9}"),
        option::weighted(0.5, "[xyz]{1,9}"),
    );
    fields.prop_map(move |(first_name, company, x)| {
        json!({ "email": format!("{number}@{}.example", number % 2), "linkedin_url": format!("linkedin.com/in/{number}"),
                "first_name": first_name, "company": company, "custom_fields": { "x": x } })
    })
}

fn samples() -> impl Strategy<Value = Sample> {
    let sender = (option::weighted(0.8, "[a-z]{1,9}"), any::<bool>(), prop::bool::weighted(0.8));
    let numbers = || btree_set(0..4_usize, 0..3).prop_map(|numbers| numbers.into_iter().collect::<Vec<_>>());
    select(vec!["email", "linkedin"]).prop_flat_map(move |channel| {
        let senders = vec(
            sender.clone().prop_map(move |(first_name, is_premium, is_connected)| {
                let status = if is_connected { "connected" } else { "disconnected" };
                json!({ "first_name": first_name, "is_premium": is_premium, "status": status })
            }),
            1..3,
        );
        let crowd = (prop_oneof![1 => Just(0), 6 => 1..=4_usize], people(0), people(1), people(2), people(3))
            .prop_map(|(count, a, b, c, d)| [a, b, c, d].into_iter().take(count).collect::<Vec<_>>());
        let signature =
            select(vec!["", "Best, %first_name|me%", "%first_name%", "of %company|here%", "%sender_company%"]);
        (senders, nodes(channel), signature, crowd, numbers(), numbers(), any::<bool>(), people(4)).prop_map(
            move |(senders, nodes, signature, people, suppressed, held, skips, late)| Sample {
                channel,
                senders,
                nodes,
                signature,
                people,
                suppressed,
                held,
                skips,
                late,
            },
        )
    })
}

/// Makes the draft of a sample; its id and its prospects.
fn make(world: &mut World, sample: &Sample) -> (CampaignId, Vec<ProspectId>) {
    let is_email = sample.channel == "email";
    let mut me = world.store.session(world.user).unwrap();
    let mut senders = Vec::new();
    for (n, sender) in sample.senders.iter().enumerate() {
        let mut account = if is_email {
            json!({ "type": "email", "email_address": format!("sender-{n}@example.com") })
        } else {
            json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"), "is_premium": sender["is_premium"] })
        };
        account["first_name"] = sender["first_name"].clone();
        let id = me.add_account(account).unwrap().id;
        me.update_account(id, json!({ "status": sender["status"] })).unwrap();
        senders.push(id);
    }
    let rival = json!({ "type": "linkedin", "name": "Rival", "sender_account_ids": [world.linkedin] });
    let rival = me.create_campaign(rival).unwrap().campaign.id;
    if !sample.held.is_empty() {
        let people: Vec<_> =
            sample.held.iter().map(|n| json!({ "linkedin_url": format!("linkedin.com/in/{n}") })).collect();
        me.add_prospects(rival, json!({ "prospects": people })).unwrap();
        me.launch(rival, None).unwrap();
    }
    let mut request = json!({ "type": sample.channel, "name": "Mine", "sender_account_ids": senders });
    if is_email {
        request["signature"] = json!(sample.signature);
    } else {
        request["skip_other_campaigns"] = json!(sample.skips);
    }
    let id = me.create_campaign(request).unwrap().campaign.id;
    me.update_campaign(id, json!({ "sequence_nodes": sample.nodes })).unwrap();
    let people = if sample.people.is_empty() { vec![] } else { world.add(id, json!(sample.people)) };
    for number in &sample.suppressed {
        suppress(world, "email_address", &format!("{number}@{}.example", number % 2));
        suppress(world, "linkedin_profile", &format!("linkedin.com/in/{number}"));
    }
    (id, people)
}

/// What every message says to a prospect from every sender: its type, the most characters, the subject, the body.
fn said(world: &mut World, id: CampaignId, prospect: ProspectId) -> Vec<(Value, usize)> {
    let mut all = Vec::new();
    for sender in world.me().campaign(id).unwrap().sender_account_ids {
        let account = shape(&world.me().account(sender).unwrap());
        let max = if account["is_premium"] == true { 300 } else { 200 };
        let previews = shape(&world.me().preview_messages(prospect, json!({ "account_id": sender })).unwrap());
        all.extend(previews["messages"].as_array().unwrap().iter().map(|message| (message.clone(), max)));
    }
    all
}

fn is_too_long(message: &Value, max: usize) -> bool {
    message["type"] == "connection_request" && message["body"].as_str().is_some_and(|note| note.chars().count() > max)
}

/// Nothing of it is left open, blank or too long.
fn is_whole((message, max): &(Value, usize)) -> bool {
    let is_text = |field: &str| message[field].as_str().is_some_and(|text| !text.trim().is_empty());
    let has_body = is_text("body") || (message["type"] == "connection_request" && message["body"].is_null());
    let has_subject = message["type"] != "email" || message["subject"].is_string();
    message["unresolved"] == json!([]) && has_body && has_subject && !is_too_long(message, *max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_draft_is_ready_exactly_when_its_launch_succeeds_and_then_nothing_is_left_open(sample in samples()) {
        let mut world = World::new();
        let (id, people) = make(&mut world, &sample);
        let is_skipped = |n: &usize| {
            sample.suppressed.contains(n) || (sample.channel == "linkedin" && sample.skips && sample.held.contains(n))
        };
        let contacted: Vec<ProspectId> = (0..people.len()).filter(|n| !is_skipped(n)).map(|n| people[n]).collect();

        let validation = world.me().validate(id).unwrap();
        let is_of = |codes: &[&str]| validation.errors.iter().any(|error| codes.contains(&error.code()));
        let before: Vec<_> = contacted.iter().flat_map(|prospect| said(&mut world, id, *prospect)).collect();
        if !before.is_empty() {
            let is_open = before.iter().any(|(message, _)| message["unresolved"] != json!([]));
            prop_assert_eq!(is_of(&["unknown_variable", "unresolved_variable"]), is_open);
            if !is_open {
                let is_too_long = before.iter().any(|(message, max)| is_too_long(message, *max));
                prop_assert_eq!(is_of(&["note_too_long"]), is_too_long);
            }
        }

        let dump = world.store.dump().unwrap();
        let launched = match world.me().launch(id, None) {
            Ok(launched) => launched,
            Err(error) => {
                prop_assert_eq!((error.code(), validation.ready), ("not_ready", false));
                prop_assert_eq!(error.issues(), validation.errors);
                prop_assert_eq!(world.store.dump().unwrap(), dump);
                return Ok(());
            }
        };
        prop_assert!(validation.ready);
        let skipped: Vec<ProspectId> = launched.skipped.iter().map(|skipped| skipped.prospect_id).collect();
        let expected: Vec<ProspectId> = (0..people.len()).filter(is_skipped).map(|n| people[n]).collect();
        prop_assert_eq!(skipped, expected);
        prop_assert_eq!(launched.enrolled as usize, contacted.len());
        for prospect in &people {
            let word = world.me().prospect(*prospect).unwrap().status.word();
            prop_assert_eq!(word, if contacted.contains(prospect) { "pending" } else { "skipped" });
        }
        let word = launched.campaign.status().word();
        prop_assert_eq!(word, if contacted.is_empty() { "completed" } else { "active" });
        for message in &before {
            prop_assert!(is_whole(message), "{:?}", message);
        }

        // Who comes later gets whole messages too, or does not come.
        match world.me().add_prospects(id, json!({ "prospects": [sample.late] })) {
            Ok(_) => {
                let late = world.me().list_prospects(id, json!({})).unwrap().prospects.last().unwrap().id;
                for message in said(&mut world, id, late) {
                    prop_assert!(is_whole(&message), "{:?}", message);
                }
            }
            Err(error) if contacted.is_empty() => prop_assert_eq!(error.code(), "campaign_completed"),
            Err(error) => {
                let codes = ["unresolved_variable", "note_too_long"];
                prop_assert!(error.issues().iter().all(|issue| codes.contains(&issue.code())), "{:?}", error);
                prop_assert!(!error.issues().is_empty());
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn whoever_is_in_another_active_email_campaign_is_told_before_the_launch() {
    let mut world = World::new();
    let names = ["a@x.com", "b@x.com", "c@x.com", "d@x.com", "e@x.com", "f@x.com", "g@x.com", "h@x.com"];
    let draft = |world: &mut World, name: &str, addresses: &[&str]| {
        let (id, people) = email_draft(world, addresses);
        world.me().update_campaign(id, json!({ "name": name })).unwrap();
        (id, people)
    };
    let (other, others) = draft(&mut world, "Other", &names[..7]);
    let (second, _) = draft(&mut world, "Second", &["A@x.com", "z@x.com"]);
    let (id, people) = draft(&mut world, "Third", &names);
    let warnings = |world: &mut World| {
        let told = shape(&world.me().validate(id).unwrap())["warnings"].as_array().unwrap().clone();
        told.into_iter().filter(|warning| warning["code"] == "in_other_campaigns").collect::<Vec<_>>()
    };
    assert_eq!(warnings(&mut world), [] as [Value; 0], "drafts write to nobody");
    suppress(&mut world, "email_address", "g@x.com");
    for launched in [other, second] {
        world.me().launch(launched, None).unwrap();
    }
    let [warning] = warnings(&mut world).try_into().unwrap();
    assert_eq!((&warning["path"], &warning["prospects"]), (&json!("prospects"), &json!(6)));
    assert_eq!(warning["prospect_ids"], json!(people[..5]));
    let replied = json!({ "id": "1", "type": "replied", "prospect_id": others[0] });
    world.me().record_event(replied).unwrap();
    assert_eq!(warnings(&mut world)[0]["prospects"], 6, "a reply in one stops no other");
    world.me().pause(other).unwrap();
    let [warning] = warnings(&mut world).try_into().unwrap();
    assert_eq!((&warning["prospects"], &warning["prospect_ids"]), (&json!(1), &json!(people[..1])));
    world.me().resume(other).unwrap();
    assert!(world.me().validate(id).unwrap().ready);
    assert_eq!(world.me().launch(id, None).unwrap().enrolled, 7);
    assert_eq!(warnings(&mut world), [] as [Value; 0], "it was launched");

    let (active, _) = linkedin_draft(&mut world, "L", &["a"]);
    world.me().launch(active, None).unwrap();
    let (id, _) = linkedin_draft(&mut world, "M", &["a", "b"]);
    assert_eq!(shape(&world.me().validate(id).unwrap())["warnings"], json!([]), "on LinkedIn they are skipped");
}

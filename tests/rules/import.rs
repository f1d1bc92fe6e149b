//! Importing a saved list into a campaign: the rules of docs/rules.md#imports.

use crate::world::{World, add_user, issues, problems, shape};
use campaignkit::{CampaignId, LeadOutcome, ListId};
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

/// A list with these leads, all of them new, and their ids.
fn a_list(world: &mut World, name: &str, leads: Value) -> (ListId, Vec<Value>) {
    let list = world.me().create_list(json!({ "name": name })).unwrap().id;
    (list, add_leads(world, list, leads))
}

fn add_leads(world: &mut World, list: ListId, leads: Value) -> Vec<Value> {
    let added = world.me().add_leads(list, json!({ "leads": leads })).unwrap();
    let id = |outcome: &LeadOutcome| match outcome {
        LeadOutcome::Added { lead_id } => json!(lead_id),
        LeadOutcome::Duplicate { .. } | LeadOutcome::Suppressed => panic!("{outcome:?}"),
    };
    added.outcomes.iter().map(id).collect()
}

fn import(world: &mut World, campaign: CampaignId, list: ListId) -> Value {
    shape(&world.me().import_list(campaign, list).unwrap())
}

fn outcomes(report: &Value) -> Vec<&str> {
    report["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect()
}

fn people() -> Value {
    json!([
        { "email": "a@example.com", "linkedin_url": "linkedin.com/in/a", "name": "A", "first_name": "F",
          "last_name": "L", "company": "C", "position": "P", "headline": "H", "time_zone": "Asia/Tokyo", "custom_fields": { "k": "v" } },
        { "linkedin_url": "https://www.linkedin.com/in/B/" },
        { "email": "C@Example.com" },
        { "email": "d@spam.example", "linkedin_url": "linkedin.com/in/d" },
        { "email": "e@example.com", "linkedin_url": "linkedin.com/in/e" },
    ])
}

#[test]
fn every_lead_of_the_list_has_an_outcome_in_the_order_in_which_it_was_added() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let there = world.add(campaign, json!([{ "email": "E@example.com" }]))[0];
    let suppressions = json!({ "suppressions": [{ "type": "email_domain", "value": "spam.example" }] });
    world.me().add_suppressions(suppressions).unwrap();
    let (list, leads) = a_list(&mut world, "L", people());
    let report = import(&mut world, campaign, list);
    let imported: Vec<_> = [0, 2].map(|n: usize| report["outcomes"][n]["prospect_id"].clone()).into();
    let required = report["outcomes"][1]["issues"].clone();
    assert_eq!(
        report,
        json!({
            "imported": 2, "updated": 0, "duplicates": 1, "suppressed": 1, "invalid": 1, "total": 5,
            "outcomes": [
                { "outcome": "imported", "prospect_id": imported[0], "lead_id": leads[0] },
                { "outcome": "invalid", "prospect_id": null, "lead_id": leads[1], "issues": required },
                { "outcome": "imported", "prospect_id": imported[1], "lead_id": leads[2] },
                { "outcome": "suppressed", "prospect_id": null, "lead_id": leads[3], "reason": "manual" },
                { "outcome": "duplicate", "prospect_id": there, "lead_id": leads[4] },
            ],
        })
    );
    assert_eq!(required, json!([{ "path": "email", "code": "required", "message": "must be given" }]));
    let stored = world.me().list_prospects(campaign, json!({})).unwrap().prospects;
    let stored: Vec<_> = stored.iter().map(|prospect| json!(prospect.id)).collect();
    assert_eq!(stored, [json!(there), imported[0].clone(), imported[1].clone()]);
}

#[test]
fn a_linkedin_campaign_takes_the_leads_that_have_a_profile() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    let there = world.add(campaign, json!([{ "linkedin_url": "linkedin.com/in/b" }]))[0];
    let suppressions = json!({ "suppressions": [
        { "type": "email_domain", "value": "spam.example" },
        { "type": "linkedin_profile", "value": "linkedin.com/in/E" },
    ] });
    world.me().add_suppressions(suppressions).unwrap();
    let (list, _) = a_list(&mut world, "L", people());
    let report = import(&mut world, campaign, list);
    assert_eq!(outcomes(&report), ["imported", "duplicate", "invalid", "imported", "suppressed"]);
    assert_eq!(report["outcomes"][1]["prospect_id"], json!(there));
    let issue = &report["outcomes"][2]["issues"][0];
    assert_eq!((&issue["path"], &issue["code"]), (&json!("linkedin_url"), &json!("required")));
}

#[test]
fn an_imported_prospect_has_all_that_the_lead_has() {
    let mut world = World::new();
    let (list, _) = a_list(&mut world, "L", people());
    for campaign in [world.email_campaign("A"), world.linkedin_campaign("B")] {
        import(&mut world, campaign, list);
        let prospect = world.me().list_prospects(campaign, json!({ "limit": 1 })).unwrap().prospects.remove(0);
        let lead = world.me().list_leads(list, json!({ "limit": 1 })).unwrap().leads.remove(0);
        assert_eq!(prospect.person, lead.person);
        assert_eq!(shape(&prospect)["custom_fields"], json!({ "k": "v" }));
    }
}

#[test]
fn importing_a_list_twice_imports_nothing_the_second_time() {
    let mut world = World::new();
    for (n, campaign) in [world.email_campaign("A"), world.linkedin_campaign("B")].into_iter().enumerate() {
        let (list, leads) = a_list(&mut world, &n.to_string(), people());
        let first = import(&mut world, campaign, list);
        assert_eq!((&first["imported"], &first["invalid"]), (&json!(4), &json!(1)));
        let before = world.store.dump().unwrap();
        world.clock.advance_ms(1_000);
        let second = import(&mut world, campaign, list);
        assert_eq!((&second["imported"], &second["duplicates"]), (&json!(0), &json!(4)));
        for (first, second) in first["outcomes"].as_array().unwrap().iter().zip(second["outcomes"].as_array().unwrap())
        {
            assert_eq!(first["prospect_id"], second["prospect_id"]);
        }
        assert_eq!(world.store.dump().unwrap(), before, "and writes nothing");

        let late =
            add_leads(&mut world, list, json!([{ "email": "z@example.com", "linkedin_url": "linkedin.com/in/z" }]));
        world.me().remove_lead(leads[0].clone()).unwrap();
        let third = import(&mut world, campaign, list);
        assert_eq!((&third["imported"], &third["total"]), (&json!(1), &json!(5)), "the list as it is now");
        assert_eq!(third["outcomes"][4]["lead_id"], late[0]);
    }
}

#[test]
fn an_import_is_one_change_at_one_time_however_long_the_list() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let lead = |n| json!({ "email": format!("{n}@example.com") });
    let (list, mut leads) = a_list(&mut world, "L", (0..1_000).map(lead).collect());
    leads.extend(add_leads(&mut world, list, (1_000..1_100).map(lead).collect()));
    let (report, changes) = world.recorded(|me| me.import_list(campaign, list));
    assert_eq!(changes, [json!({ "type": "prospects_added", "campaign_id": campaign })]);
    let report = shape(&report);
    assert_eq!((&report["imported"], &report["total"]), (&json!(1_100), &json!(1_100)));
    let of_report: Vec<_> =
        report["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["lead_id"].clone()).collect();
    assert_eq!(of_report, leads);
    let (_, changes) = world.recorded(|me| me.import_list(campaign, list));
    assert_eq!(changes, Vec::<Value>::new());
}

#[test]
fn an_empty_list_imports_no_one() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    let before = world.store.dump().unwrap();
    assert_eq!(
        import(&mut world, campaign, list),
        json!({ "imported": 0, "updated": 0, "duplicates": 0, "suppressed": 0, "invalid": 0, "total": 0, "outcomes": [] })
    );
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn prospects_stay_when_the_list_goes() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let (list, leads) = a_list(&mut world, "L", people());
    import(&mut world, campaign, list);
    let before = world.me().list_prospects(campaign, json!({})).unwrap();
    assert_eq!(before.prospects.len(), 4);
    world.me().remove_lead(leads[0].clone()).unwrap();
    world.me().delete_list(list).unwrap();
    assert_eq!(world.me().list_prospects(campaign, json!({})).unwrap(), before);
    assert_eq!(world.refused(|me| me.import_list(campaign, list)).code(), "list_not_found");
}

#[test]
fn a_launched_campaign_takes_the_leads_that_leave_no_hole_in_its_messages() {
    let mut world = World::new();
    let (list, _) = a_list(
        &mut world,
        "L",
        json!([
            { "email": "a@example.com", "company": "A" },
            { "email": "b@example.com" },
            { "linkedin_url": "linkedin.com/in/c" },
            { "email": "d@example.com", "company": "D" },
        ]),
    );
    for status in ["active", "paused"] {
        let campaign = world.email_campaign(status);
        let nodes = json!([{ "type": "email", "subject": "Hello", "body": "%company%" }]);
        world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
        world.add(campaign, json!([{ "email": "x@example.com", "company": "X" }]));
        world.me().launch(campaign, None).unwrap();
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        let report = import(&mut world, campaign, list);
        assert_eq!(outcomes(&report), ["imported", "invalid", "invalid", "imported"], "{status}");
        let issue = &report["outcomes"][1]["issues"][0];
        assert_eq!((&issue["path"], &issue["code"]), (&json!("company"), &json!("unresolved_variable")));
    }
}

#[test]
fn an_active_linkedin_campaign_takes_a_lead_that_another_one_holds_as_skipped() {
    let mut world = World::new();
    let (list, _) = a_list(&mut world, "L", people());
    let holder = world.campaign("linkedin", "active").id;
    let campaign = world.campaign("linkedin", "active").id;
    import(&mut world, holder, list);
    assert_eq!(import(&mut world, campaign, list)["imported"], 4);
    let skipped = world.me().list_prospects(campaign, json!({ "status": "skipped" })).unwrap();
    assert_eq!(skipped.prospects.len(), 4);
    assert_eq!(world.me().list_prospects(holder, json!({ "status": "skipped" })).unwrap().prospects, []);
}

#[test]
fn a_completed_campaign_takes_no_list() {
    let mut world = World::new();
    let (list, _) = a_list(&mut world, "L", people());
    let campaign = world.campaign("email", "completed").id;
    let error = world.refused(|me| me.import_list(campaign, list));
    assert_eq!((error.code(), error.status()), ("campaign_completed", 409));
}

#[test]
fn another_users_list_and_campaign_are_answered_like_ones_that_never_were() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let (list, _) = a_list(&mut world, "L", people());
    let (other, email, _) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "email", "name": "A", "sender_account_ids": [email] });
    let their_campaign = they.create_campaign(request).unwrap().campaign.id;
    let their_list = they.create_list(json!({ "name": "L" })).unwrap().id;
    for unknown in [their_campaign.to_string().as_str(), UNKNOWN] {
        assert_eq!(world.refused(|me| me.import_list(unknown, list)).code(), "campaign_not_found");
    }
    for unknown in [their_list.to_string().as_str(), UNKNOWN] {
        let error = world.refused(|me| me.import_list(campaign, unknown));
        assert_eq!((error.code(), error.status()), ("list_not_found", 404));
    }
    let error = world.refused(|me| me.import_list("x", list));
    assert_eq!(problems(&error), issues(&[("campaign_id", "malformed_id")]));
    let error = world.refused(|me| me.import_list(campaign, json!(7)));
    assert_eq!(problems(&error), issues(&[("list_id", "wrong_type")]));
}

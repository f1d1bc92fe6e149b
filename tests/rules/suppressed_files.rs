//! Suppressions from CSV files, and the people that a suppressed domain covers.

use crate::world::{World, issues, problems, shape};
use campaignkit::{CampaignId, ImportSuppressions, Reading, SuppressionReason};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

fn import(world: &mut World, file: &str, request: Value) -> Value {
    shape(&world.me().import_suppressions(file.as_bytes(), request).unwrap())
}

/// All suppressions, in short and in order.
fn suppressed(world: &mut World) -> Vec<String> {
    let page = shape(&world.me().list_suppressions(json!({ "limit": 200 })).unwrap());
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = page["suppressions"].as_array().unwrap().iter();
    let mut all: Vec<_> = all.map(|one| ["type", "value", "reason"].map(|name| word(one, name)).join(" ")).collect();
    all.sort();
    all
}

#[test]
fn a_cell_is_an_address_a_domain_or_a_profile_and_what_is_none_is_told_by_its_line() {
    let mut world = World::new();
    let file = "Name,Who,Why\n\
        A,Bo@Example.com,\n\
        B,@Example.org,Hard bounce\n\
        C,example.net,Spam complaint\n\
        \n\
        D,*.Example.de,Opted-Out\n\
        E,https://www.linkedin.com/in/Cy/?x=1,unsubscribed\n\
        F,bo@EXAMPLE.com,bounced\n\
        G,nobody,\n\
        H,,\n\
        I,https://example.com/in/ana,asked by phone\n\
        J,\"di@example.com\",asked by\n";
    let report = import(&mut world, file, json!({ "reason_column": 2, "reason": "manual" }));
    let told = |line: u32, code: &str| json!({ "line": line, "issues": [{ "path": "value", "code": code }] });
    let mut rows = report["invalid_rows"].clone();
    for row in rows.as_array_mut().unwrap() {
        row["issues"][0].as_object_mut().unwrap().retain(|key, _| key == "path" || key == "code");
    }
    assert_eq!(rows, json!([told(9, "malformed_email"), told(10, "required"), told(11, "malformed_profile_url")]));
    let counts = ["column", "added", "duplicates", "invalid", "total"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [1, 6, 1, 3, 10]);
    assert_eq!(
        suppressed(&mut world),
        [
            "email_address bo@example.com manual",
            "email_address di@example.com manual",
            "email_domain *.example.de unsubscribed",
            "email_domain example.net complained",
            "email_domain example.org bounced",
            "linkedin_profile linkedin.com/in/cy unsubscribed",
        ]
    );
    let again = import(&mut world, file, json!({}));
    assert_eq!((&again["added"], &again["duplicates"]), (&json!(0), &json!(7)));
    assert_eq!(suppressed(&mut world).len(), 6, "existing suppressions stay as they are");
}

#[test]
fn the_column_is_the_one_with_most_addresses_or_else_domains_or_the_one_that_is_told() {
    for (file, request, values) in [
        ("Company,Domain\nExample,example.com\nOther,example.org\n", json!({}), vec!["example.com", "example.org"]),
        ("Site;Email\nexample.com;a@x.com\nexample.org;b@x.com\n", json!({}), vec!["a@x.com", "b@x.com"]),
        ("Site;Email\nexample.com;a@x.com\n", json!({ "column": 0 }), vec!["example.com"]),
        ("a@x.com\n*.x.com\n", json!({ "reason": "bounced" }), vec!["*.x.com", "a@x.com"]),
    ] {
        let mut world = World::new();
        import(&mut world, file, request);
        let mut found: Vec<_> =
            suppressed(&mut world).iter().map(|one| one.split(' ').nth(1).unwrap().to_owned()).collect();
        found.sort();
        assert_eq!(found, values, "{file}");
    }
}

#[test]
fn a_file_or_a_request_that_does_not_fit_changes_nothing() {
    let mut world = World::new();
    let hash = world.me().preview_csv(&b"a@x.com\n"[..], Reading::default()).unwrap().content_hash;
    for (file, request, expected) in [
        ("Name\nAna\n", json!({}), ("column", "required")),
        ("Name\na@x.com\n", json!({ "column": 1 }), ("column", "out_of_range")),
        ("a@x.com\n", json!({ "reason_column": 7 }), ("reason_column", "out_of_range")),
        ("a@x.com\n", json!({ "column": -1 }), ("column", "out_of_range")),
        ("a@x.com\n", json!({ "reason": "other" }), ("reason", "unknown_value")),
        ("a@x.com\n", json!({ "mapping": [] }), ("mapping", "unknown_field")),
        ("\n", json!({}), ("bytes", "empty")),
    ] {
        let error = world.refused(|me| me.import_suppressions(file.as_bytes(), request));
        assert_eq!(problems(&error), issues(&[expected]), "{file:?}");
    }
    let request = ImportSuppressions { content_hash: Some(hash), ..ImportSuppressions::default() };
    let error = world.refused(|me| me.import_suppressions(&b"b@x.com\n"[..], request.clone()));
    assert_eq!(error.code(), "content_changed");
    assert_eq!(world.me().import_suppressions(&b"a@x.com\n"[..], request).unwrap().added, 1);
    assert!(suppressed(&mut world)[0].ends_with("manual"));
    let reason = Some(SuppressionReason::Complained);
    let request = ImportSuppressions { reason, ..ImportSuppressions::default() };
    world.me().import_suppressions(&b"c@x.com\n"[..], request).unwrap();
    assert!(suppressed(&mut world)[1].ends_with("complained"));
}

/// Two running campaigns, one on each channel, and the statuses of their people.
fn running(world: &mut World) -> [CampaignId; 2] {
    ["email", "linkedin"].map(|channel| {
        let fields = json!({ "name": channel, "signature": "" });
        let request = if channel == "email" { world.email_request(fields) } else { world.linkedin_request(fields) };
        let id = world.create(request).unwrap().campaign.id;
        let node = json!({ "type": "email", "subject": "S", "body": "B" });
        let invitation = json!({ "type": "connection_request" });
        let nodes = json!([if channel == "email" { node } else { invitation }]);
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        let person = |n: u32| {
            let domain = ["x.com", "a.x.com", "y.com"][n as usize % 3];
            json!({ "email": format!("p{n}@{domain}"), "linkedin_url": format!("linkedin.com/in/p{n}") })
        };
        world.add(id, (0..30).map(person).collect());
        world.me().launch(id, None).unwrap();
        id
    })
}

#[test]
fn many_suppressions_end_whom_few_do() {
    let few = "p2@y.com\n*.x.com\nlinkedin.com/in/p4\n";
    let many: String = (0..1_500).map(|n| format!("q{n}@z.com\n")).collect();
    let [first, second] = [few.to_owned(), format!("{many}{few}")].map(|file| {
        let mut world = World::new();
        let campaigns = running(&mut world);
        let report = import(&mut world, &file, json!({}));
        assert_eq!(report["added"].as_u64(), Some(file.lines().count() as u64));
        assert!(world.store.check_invariants().unwrap().is_empty());
        let skipped = campaigns.map(|id| {
            let query = json!({ "status": "skipped", "limit": 200 });
            let page = shape(&world.me().list_prospects(id, query).unwrap());
            let people = page["prospects"].as_array().unwrap();
            people.iter().map(|one| one["email"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        });
        let stats = campaigns.map(|id| shape(&world.me().campaign(id).unwrap())["stats"].clone());
        (skipped, stats)
    });
    assert_eq!(first, second);
    assert_eq!(first.0.map(|skipped| skipped.len()), [21, 1]);
}

#[test]
fn a_campaign_in_which_everybody_is_suppressed_is_completed() {
    for lines in [1, 1_200] {
        let mut world = World::new();
        let [email, linkedin] = running(&mut world);
        let more: String = (1..lines).map(|n| format!("q{n}@z.com\n")).collect();
        import(&mut world, &format!("*.com\n{more}"), json!({}));
        let status = |world: &mut World, id| shape(&world.me().campaign(id).unwrap())["status"].clone();
        assert_eq!((status(&mut world, email), status(&mut world, linkedin)), (json!("completed"), json!("active")));
        let claimed = shape(&world.me().claim_due(json!({})).unwrap());
        let whom = claimed["tasks"].as_array().unwrap();
        assert!(whom.iter().all(|task| task["type"] != "email"), "{whom:?}");
    }
}

fn domains() -> impl Strategy<Value = String> {
    proptest::collection::vec("[ab]", 2..5).prop_map(|labels| labels.join("."))
}

proptest! {
    #![proptest_config(Config::with_cases(48))]

    #[test]
    fn an_address_is_suppressed_by_its_domain_or_by_one_that_it_is_below_of(
        entries in proptest::collection::vec((any::<bool>(), domains()), 1..4),
        people in proptest::collection::btree_set(domains(), 1..8),
    ) {
        let mut world = World::new();
        let id = world.email_campaign("C");
        let file: String = entries
            .iter()
            .map(|(below, domain)| if *below { format!("*.{domain}\n") } else { format!("{domain}\n") })
            .collect();
        import(&mut world, &file, json!({}));
        let prospects: Vec<Value> = people.iter().map(|domain| json!({ "email": format!("p@{domain}") })).collect();
        let report = shape(&world.me().add_prospects(id, json!({ "prospects": prospects })).unwrap());
        for (index, domain) in people.iter().enumerate() {
            let is_covered = entries.iter().any(|(below, entry)| {
                let mine: Vec<&str> = domain.split('.').collect();
                let theirs: Vec<&str> = entry.split('.').collect();
                if *below { mine.ends_with(&theirs) } else { mine == theirs }
            });
            let outcome = if is_covered { "suppressed" } else { "imported" };
            prop_assert_eq!(&report["outcomes"][index]["outcome"], outcome, "{} by {:?}", domain, entries);
        }
    }
}

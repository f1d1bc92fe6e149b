//! Importing a file: the outcomes of its rows, and the campaigns that accept it.

use super::*;
use crate::world::add_user;
use campaignkit::ImportCsv;

#[test]
fn every_row_has_an_outcome_with_its_physical_line() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let there = world.add(campaign, json!([{ "email": "there@example.com" }]))[0];
    let suppressions = json!({ "suppressions": [
        { "type": "email_domain", "value": "spam.example" },
        { "type": "email_address", "value": "cy@example.com" },
    ] });
    world.me().add_suppressions(suppressions).unwrap();
    let file = "\u{feff}E-Mail;Firma;Notiz\r\n\
                BO@example.com;\"Bo\n& \"\"Söhne\"\"\n\";\"a\nb\"\r\n\
                \r\n\
                ;;\r\n\
                no address;\"\n\";x\r\n\
                bo@example.com;Other;\r\n\
                ;;only a note\r\n\
                Cy@Example.com;;\r\n\
                x@SPAM.example;;\r\n\
                THERE@example.com;;\r\n\
                di@example.com\r\n";
    let report = shape(&import_as_suggested(&mut world, campaign, file));
    let [bo, di] = [0, 7].map(|n: usize| report["outcomes"][n]["prospect_id"].clone());
    let issue = |code: &str, message: &str| json!([{ "path": "email", "code": code, "message": message }]);
    assert_eq!(
        report,
        json!({
            "imported": 2, "updated": 0, "duplicates": 2, "suppressed": 2, "invalid": 2, "total": 8,
            "outcomes": [
                { "outcome": "imported", "prospect_id": bo, "line": 2 },
                { "outcome": "invalid", "prospect_id": null, "line": 8,
                  "issues": issue("malformed_email", "must be an email address") },
                { "outcome": "duplicate", "prospect_id": bo, "line": 10 },
                { "outcome": "invalid", "prospect_id": null, "line": 11, "issues": issue("required", "must be given") },
                { "outcome": "suppressed", "prospect_id": null, "line": 12, "reason": "manual" },
                { "outcome": "suppressed", "prospect_id": null, "line": 13, "reason": "manual" },
                { "outcome": "duplicate", "prospect_id": there, "line": 14 },
                { "outcome": "imported", "prospect_id": di, "line": 15 },
            ],
        })
    );
    let stored = prospects(&mut world, campaign);
    assert_eq!(stored.len(), 3);
    assert_eq!(stored[1]["id"], bo);
    assert_eq!(
        (&stored[1]["email"], &stored[1]["company"], &stored[1]["custom_fields"]),
        (&json!("bo@example.com"), &json!("Bo & \"Söhne\""), &json!({ "Notiz": "a\nb" }))
    );
    assert_eq!((&stored[2]["id"], &stored[2]["custom_fields"]), (&di, &json!({})), "a short row lacks its last fields");
}

#[test]
fn a_linkedin_campaign_takes_the_rows_by_their_profile() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("A");
    let suppressions = json!({ "suppressions": [
        { "type": "linkedin_profile", "value": "linkedin.com/in/out" },
        { "type": "email_domain", "value": "x.y" },
    ] });
    world.me().add_suppressions(suppressions).unwrap();
    let file = "LinkedIn URL,Email,Headline\n\
                https://www.linkedin.com/in/Ana/?a=b,ana@x.y,Builds\n\
                linkedin.com/in/ana,,\n\
                http://linkedin.com/in/OUT,,\n\
                example.com/in/bo,,\n\
                ,only@an.address,\n\
                linkedin.com/in/bo,nonsense,\n\
                linkedin.com/in/cy,,\n";
    let report = import_as_suggested(&mut world, campaign, file);
    assert_eq!(
        told(&report),
        "2 imported / 3 duplicate / 4 suppressed / 5 invalid linkedin_url malformed_profile_url / \
         6 invalid linkedin_url required / 7 invalid email malformed_email / 8 imported"
    );
    let ana = &prospects(&mut world, campaign)[0];
    assert_eq!(
        (&ana["linkedin_url"], &ana["email"], &ana["headline"]),
        (&json!("https://www.linkedin.com/in/Ana/?a=b"), &json!("ana@x.y"), &json!("Builds"))
    );
}

#[test]
fn the_typed_face_and_the_json_face_do_the_same() {
    let file = b"Email,Company,A,B\nbo@example.com,Bo,1,2\nx,,,\n";
    let mut typed = World::new();
    let mut json = World::new();
    let campaign = typed.email_campaign("A");
    assert_eq!(json.email_campaign("A"), campaign, "both worlds are the same");
    let previewed = typed.me().preview_csv(&file[..], Reading::default()).unwrap();
    let [email, company] = [Field::Email, Field::Company].map(ColumnTarget::Field);
    assert_eq!(previewed.mapping, [email, company, ColumnTarget::CustomField, ColumnTarget::CustomField]);
    let mapping = vec![email, ColumnTarget::CustomField, ColumnTarget::Ignore, company];
    let request = ImportCsv { mapping, content_hash: previewed.content_hash.clone(), ..ImportCsv::default() };
    let report = typed.me().import_csv(campaign, &file[..], request).unwrap();
    let request = json!({ "mapping": ["email", null, "ignore", "company"], "content_hash": previewed.content_hash });
    assert_eq!(json.me().import_csv(campaign, &file[..], request).unwrap(), report);
    assert_eq!(json.store.dump().unwrap(), typed.store.dump().unwrap());
    assert_eq!(told(&report), "2 imported / 3 invalid email malformed_email");
    let twice = ImportCsv { mapping: vec![email; 2], content_hash: previewed.content_hash, ..ImportCsv::default() };
    let error = typed.refused(|me| me.import_csv(campaign, &file[..], twice));
    assert_eq!(problems(&error), issues(&[("mapping[1]", "duplicate")]));
}

#[test]
fn other_bytes_than_previewed_are_refused() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = b"Email\na@example.com\n";
    let hash = preview(&mut world, file)["content_hash"].as_str().unwrap().to_owned();
    for (file, hash) in [
        (&b"Email\nb@example.com\n"[..], hash.as_str()),
        (b"Email\na@example.com", &hash),
        (b"", &hash),
        (b"\xFF\xFF", &hash),
        (file, ""),
        (file, &hash.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")),
        (file, "00000000000000000000000000000000"),
    ] {
        let error =
            world.refused(|me| me.import_csv(campaign, file, json!({ "mapping": ["email"], "content_hash": hash })));
        assert_eq!((error.code(), error.status(), error.path()), ("content_changed", 409, Some("content_hash")));
    }
    import(&mut world, campaign, file, json!(["email"]));
}

#[test]
fn importing_a_file_twice_imports_nothing_the_second_time() {
    let mut world = World::new();
    for (n, campaign) in [world.email_campaign("A"), world.linkedin_campaign("B")].into_iter().enumerate() {
        let file =
            "Email,LinkedIn\na@x.y,linkedin.com/in/a\nb@x.y,linkedin.com/in/b\nbad,bad\nA@x.y,linkedin.com/in/A/\n";
        let (first, changes) = {
            let request =
                json!({ "mapping": ["email", "linkedin_url"], "content_hash": content_hash(file.as_bytes(), "utf-8") });
            world.recorded(|me| me.import_csv(campaign, file.as_bytes(), request))
        };
        assert_eq!((first.imported, first.duplicates, first.invalid), (2, 1, 1));
        assert_eq!(changes, [json!({ "type": "prospects_added", "campaign_id": campaign })], "one change");
        let before = world.store.dump().unwrap();
        world.clock.advance_ms(1_000);
        let second = import_as_suggested(&mut world, campaign, file);
        assert_eq!((second.imported, second.duplicates, second.invalid), (0, 3, 1), "{n}");
        assert_eq!(world.store.dump().unwrap(), before, "and writes nothing");
        let grown = format!("{file}c@x.y,linkedin.com/in/c\n");
        assert_eq!(import_as_suggested(&mut world, campaign, grown).imported, 1, "only new people are imported");
    }
}

#[test]
fn the_report_of_an_import_is_a_csv_file() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let spam = json!({ "suppressions": [{ "type": "email_address", "value": "no@x.yz" }] });
    world.me().add_suppressions(spam).unwrap();
    let file = format!("Email,\"A, \"\"B\"\"\"\na@x.yz; b@x.yz,\nno@x.yz,\na@x.yz,\nbad,{}\n", "x".repeat(10_001));
    let report = import(&mut world, campaign, &file, json!(["email"]));
    let id = prospects(&mut world, campaign)[0]["id"].as_str().unwrap().to_owned();
    let expected = format!(
        "line,lead_id,outcome,prospect_id,reason,notices,issues\r\n2,,imported,{id},,more_addresses,\r\n\
         3,,suppressed,,manual,,\r\n4,,duplicate,{id},,,\r\n\
         5,,invalid,,,,\"email: malformed_email; custom_fields.A, \"\"B\"\": too_long\"\r\n"
    );
    assert_eq!(report.to_csv(), expected);
}

#[test]
fn a_launched_campaign_takes_the_rows_that_leave_no_hole_in_its_messages() {
    let mut world = World::new();
    let file = "Email,Company,Deal\na@x.y,A,1\nb@x.y,,2\nc@x.y,C,\nd@x.y\nbad,,\na@x.y,A,1\n";
    for status in ["active", "paused"] {
        let campaign = world.email_campaign(status);
        let nodes = json!([{ "type": "email", "subject": "%company%", "body": "%custom_fields.Deal%" }]);
        world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
        import(&mut world, campaign, "Email,Company,Deal\nz@x.y,Z,0\n", json!(["email", "company"]));
        world.me().launch(campaign, None).unwrap();
        if status == "paused" {
            world.me().pause(campaign).unwrap();
        }
        assert_eq!(
            told(&import_as_suggested(&mut world, campaign, file)),
            "2 imported / 3 invalid company unresolved_variable / 4 invalid custom_fields.Deal unresolved_variable / \
             5 invalid company unresolved_variable, custom_fields.Deal unresolved_variable / \
             6 invalid email malformed_email / 7 duplicate",
            "{status}"
        );
    }
}

#[test]
fn a_completed_campaign_takes_no_file() {
    let mut world = World::new();
    let campaign = world.campaign("email", "completed").id;
    let file = b"Email\na@x.y\n";
    let request = json!({ "mapping": ["email"], "content_hash": content_hash(file, "utf-8") });
    let error = world.refused(|me| me.import_csv(campaign, &file[..], request));
    assert_eq!((error.code(), error.status()), ("campaign_completed", 409));
}

#[test]
fn another_users_campaign_is_answered_like_one_that_never_was() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let (other, ..) = add_user(&mut world.store);
    let file = b"Email\na@x.y\n";
    let request = json!({ "mapping": ["email"], "content_hash": content_hash(file, "utf-8") });
    let before = world.store.dump().unwrap();
    let mut they = world.store.session(other).unwrap();
    for campaign in [campaign.to_string().as_str(), UNKNOWN] {
        let error = they.import_csv(campaign, &file[..], request.clone()).unwrap_err();
        assert_eq!((error.code(), error.status()), ("campaign_not_found", 404));
    }
    assert_eq!(world.store.dump().unwrap(), before);
    let error = world.refused(|me| me.import_csv("x", &file[..], request));
    assert_eq!(problems(&error), issues(&[("campaign_id", "malformed_id")]));
}

#[test]
fn a_hundred_thousand_rows_are_imported_in_one_call() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = (0..100_000).fold(String::from("Email\n"), |file, n| file + &format!("{n}@x.y\n"));
    let report = import(&mut world, campaign, &file, json!(["email"]));
    assert_eq!((report.imported, report.total()), (100_000, 100_000));
    assert_eq!(report.outcome(99_999).unwrap().source, Source::Line(100_001));
}

#[test]
fn a_file_that_was_corrected_fills_what_was_missing_or_replaces_it() {
    let first = "Email,First Name,Company,Deal\nana@example.com,,Acme,\nbo@example.com,Bo,,1\n";
    let corrected =
        "Email,First Name,Company,Deal\nANA@example.com,Ana,Other,2\nbo@example.com,Rob,N/A,1\ncy@example.com,Cy,,\n";
    for (mode, updated, people) in [
        ("add", 0, ["ana -  Acme {}", "bo - Bo  {\"Deal\":\"1\"}"]),
        ("fill", 1, ["ana - Ana Acme {\"Deal\":\"2\"}", "bo - Bo  {\"Deal\":\"1\"}"]),
        ("update", 2, ["ana - Ana Other {\"Deal\":\"2\"}", "bo - Rob  {\"Deal\":\"1\"}"]),
    ] {
        let mut world = World::new();
        let campaign = world.email_campaign("A");
        let mut import = |file: &str, mode: &str| {
            let preview = world.me().preview_csv(file.as_bytes(), Reading::default()).unwrap();
            let request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash, "mode": mode });
            shape(&world.me().import_csv(campaign, file.as_bytes(), request).unwrap())
        };
        assert_eq!(import(first, "add")["imported"], 2);
        let report = import(corrected, mode);
        assert_eq!((&report["imported"], &report["updated"]), (&json!(1), &json!(updated)), "{mode}");
        assert_eq!(report["duplicates"], json!(2 - updated), "{mode}");
        assert_eq!(import(corrected, mode)["updated"], 0, "{mode}: there is nothing more to change");
        let prospects = world.me().list_prospects(campaign, json!({})).unwrap().prospects;
        let told = prospects.iter().map(|prospect| {
            let field = |field| prospect.person.get(field).unwrap_or_default().into_owned();
            let name = field(Field::Email).split('@').next().unwrap().to_owned();
            let custom = serde_json::to_string(prospect.person.custom_fields()).unwrap();
            format!("{name} - {} {} {custom}", field(Field::FirstName), field(Field::Company))
        });
        assert_eq!(told.collect::<Vec<_>>()[..2], people, "{mode}");
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

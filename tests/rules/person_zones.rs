//! The time zone of a person: given, changed, imported, exported and copied (`docs/rules.md#time-zones`).

use crate::world::{World, file_of, issues, problems, shape};
use campaignkit::{CampaignId, CloneCampaign, ImportReport, ListId, Reading, UpdateProspect};
use serde_json::{Value, json};

fn zones(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = shape(&world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap());
    page["prospects"].as_array().unwrap().iter().map(|prospect| prospect["time_zone"].clone()).collect()
}

fn lead_zones(world: &mut World, list: ListId) -> Vec<Value> {
    let page = shape(&world.me().list_leads(list, json!({ "limit": 200 })).unwrap());
    page["leads"].as_array().unwrap().iter().map(|lead| lead["time_zone"].clone()).collect()
}

fn a_list(world: &mut World, leads: Value) -> ListId {
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": leads })).unwrap();
    list
}

/// Imports a file as its preview suggests.
fn import(world: &mut World, campaign: CampaignId, file: &str, mode: &str) -> ImportReport {
    let preview = world.me().preview_csv(file.as_bytes(), Reading::default()).unwrap();
    let request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash, "mode": mode });
    world.me().import_csv(campaign, file.as_bytes(), request).unwrap()
}

/// The outcome of each row, with the codes of its notices.
fn told(report: &ImportReport) -> Vec<String> {
    let report = shape(report);
    let outcomes = report["outcomes"].as_array().unwrap().iter().map(|outcome| {
        let notices =
            outcome["notices"].as_array().into_iter().flatten().map(|notice| notice["code"].as_str().unwrap());
        std::iter::once(outcome["outcome"].as_str().unwrap()).chain(notices).collect::<Vec<_>>().join(" ")
    });
    outcomes.collect()
}

#[test]
fn a_zone_is_kept_by_its_name_whatever_its_case_and_the_white_space_around_it() {
    let mut world = World::new();
    let given = [
        (json!("Europe/Berlin"), json!("Europe/Berlin")),
        (json!(" \u{a0}america/NEW_YORK\u{200b}\n"), json!("America/New_York")),
        (json!("utc"), json!("UTC")),
        (json!("asia/calcutta"), json!("Asia/Calcutta")),
        (json!(null), json!(null)),
        (json!(" \t"), json!(null)),
        (json!("N/A"), json!(null)),
    ];
    let people: Vec<Value> = given
        .iter()
        .enumerate()
        .map(|(n, (zone, _))| {
            json!({ "email": format!("p{n}@example.com"), "linkedin_url": format!("linkedin.com/in/p{n}"),
                    "time_zone": zone })
        })
        .chain([json!({ "email": "z@example.com", "linkedin_url": "linkedin.com/in/z" })])
        .collect();
    let mut expected: Vec<Value> = given.into_iter().map(|(_, kept)| kept).collect();
    expected.push(json!(null));
    for campaign in [world.email_campaign("A"), world.linkedin_campaign("B")] {
        world.add(campaign, people.clone().into());
        assert_eq!(zones(&mut world, campaign), expected);
    }
    let list = a_list(&mut world, people.into());
    assert_eq!(lead_zones(&mut world, list), expected);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn an_update_sets_a_zone_null_clears_it_and_another_field_keeps_it() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let [bo] = world.add(campaign, json!([{ "email": "bo@example.com" }])).try_into().unwrap();
    for (update, kept) in [
        (json!({ "time_zone": " asia/tokyo" }), json!("Asia/Tokyo")),
        (json!({ "company": "Acme" }), json!("Asia/Tokyo")),
        (json!({ "time_zone": null }), json!(null)),
        (json!({ "time_zone": "Africa/Lagos", "company": null }), json!("Africa/Lagos")),
        (json!({ "time_zone": "" }), json!(null)),
    ] {
        let updated = shape(&world.me().update_prospect(bo, update.clone()).unwrap());
        assert_eq!(updated["time_zone"], kept, "{update}");
        assert_eq!(shape(&world.me().prospect(bo).unwrap()), updated);
    }
    for (zone, kept) in [(Some("Asia/Tokyo"), json!("Asia/Tokyo")), (None, json!(null))] {
        let typed = UpdateProspect::default().time_zone(zone.map(str::to_owned));
        assert_eq!(shape(&world.me().update_prospect(bo, typed).unwrap())["time_zone"], kept);
    }
}

#[test]
fn an_unknown_zone_is_refused_where_it_stands_with_those_that_are_meant() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let [bo] = world.add(campaign, json!([{ "email": "bo@example.com" }])).try_into().unwrap();
    let list = a_list(&mut world, json!([{ "email": "bo@example.com" }]));
    let people = |zone: &Value| json!([{ "email": "cy@example.com", "time_zone": "UTC" }, { "email": "di@example.com", "time_zone": zone }]);
    for (zone, meant) in
        [("Europe/Berln", "Europe/Berlin"), ("UTC+2", "Etc/GMT-2"), ("W. Europe Standard Time", "Europe/Berlin")]
    {
        let zone = json!(zone);
        let refused = [
            ("prospects[1].", world.refused(|me| me.add_prospects(campaign, json!({ "prospects": people(&zone) })))),
            ("leads[1].", world.refused(|me| me.add_leads(list, json!({ "leads": people(&zone) })))),
            ("", world.refused(|me| me.update_prospect(bo, json!({ "time_zone": zone, "company": "Acme" })))),
        ];
        for (path, error) in refused {
            assert_eq!(problems(&error), issues(&[(&format!("{path}time_zone"), "unknown_time_zone")]));
            let suggestions = shape(&error)["issues"][0]["suggestions"].clone();
            assert!(suggestions.as_array().unwrap().contains(&json!(meant)), "{zone}: {suggestions}");
        }
    }
    let number = world.refused(|me| me.update_prospect(bo, json!({ "time_zone": 2 })));
    assert_eq!(problems(&number), issues(&[("time_zone", "wrong_type")]));
}

const FILE: &str = "Email,Time Zone\nana@example.com, EUROPE/paris \nbo@example.com,GMT+2\ncy@example.com,N/A\n\
    di@example.com,\nana@example.com,Nowhere\nnobody,Nowhere\n";

#[test]
fn a_row_whose_zone_is_not_known_is_taken_without_one_and_has_a_notice() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let preview = shape(&world.me().preview_csv(FILE.as_bytes(), Reading::default()).unwrap());
    assert_eq!(preview["mapping"], json!(["email", "time_zone"]));
    assert_eq!(
        preview["warnings"],
        json!([
            { "code": "placeholders", "column": "Time Zone", "rows": 1 },
            { "code": "unknown_time_zone", "column": "Time Zone", "rows": 3 },
        ])
    );
    let report = import(&mut world, campaign, FILE, "add");
    let outcomes = ["imported", "imported unknown_time_zone", "imported", "imported", "duplicate", "invalid"];
    assert_eq!(told(&report), outcomes);
    let bo = &shape(&report)["outcomes"][1];
    assert_eq!((&bo["line"], &bo["notices"][0]["path"]), (&json!(3), &json!("time_zone")));
    assert!(report.outcome(1).unwrap().unknown_time_zone && !report.outcome(0).unwrap().unknown_time_zone);
    assert!(report.to_csv().contains(",,unknown_time_zone,\r\n"));
    assert_eq!(zones(&mut world, campaign), [json!("Europe/Paris"), json!(null), json!(null), json!(null)]);

    let list = a_list(&mut world, json!([{ "email": "z@example.com" }]));
    let request = json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"] });
    let leads = world.me().import_csv_into_list(list, FILE.as_bytes(), request).unwrap();
    assert_eq!((leads.added, leads.duplicates, leads.invalid), (4, 1, 1));
    assert_eq!(lead_zones(&mut world, list)[1..], zones(&mut world, campaign));
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_file_fills_zones_that_are_missing_or_replaces_them_and_clears_none() {
    let file = "Email,TZ,Company\nana@example.com,Asia/Tokyo,\nbo@example.com,Asia/Tokyo,\ncy@example.com,Nowhere,Acme\n\
        di@example.com,-,\n";
    for (mode, expected, outcomes) in [
        ("add", ["UTC", "", "UTC", "UTC"], ["duplicate", "duplicate", "duplicate", "duplicate"]),
        (
            "fill",
            ["UTC", "Asia/Tokyo", "UTC", "UTC"],
            ["duplicate", "updated", "updated unknown_time_zone", "duplicate"],
        ),
        (
            "update",
            ["Asia/Tokyo", "Asia/Tokyo", "UTC", "UTC"],
            ["updated", "updated", "updated unknown_time_zone", "duplicate"],
        ),
    ] {
        let mut world = World::new();
        let campaign = world.email_campaign("A");
        let people = ["ana", "bo", "cy", "di"].map(|name| {
            let zone = if name == "bo" { json!(null) } else { json!("UTC") };
            json!({ "email": format!("{name}@example.com"), "time_zone": zone })
        });
        world.add(campaign, people.to_vec().into());
        assert_eq!(told(&import(&mut world, campaign, file, mode)), outcomes, "{mode}");
        let kept = zones(&mut world, campaign);
        assert_eq!(kept.iter().map(|zone| zone.as_str().unwrap_or_default()).collect::<Vec<_>>(), expected, "{mode}");
    }
}

#[test]
fn a_column_of_zones_is_known_by_its_name_in_thirty_languages() {
    let mut world = World::new();
    for (language, name) in [
        ("en", "Time zone"),
        ("en", "IANA time zone"),
        ("en", "tz"),
        ("en", "contact_timezone"),
        ("de", "Zeitzone"),
        ("fr", "Fuseau horaire"),
        ("es", "Zona horaria"),
        ("it", "Fuso orario"),
        ("pt", "Fuso horário"),
        ("nl", "Tijdzone"),
        ("pl", "Strefa czasowa"),
        ("cs", "Časové pásmo"),
        ("sk", "Časové pásmo"),
        ("hu", "Időzóna"),
        ("ro", "Fus orar"),
        ("bg", "Часова зона"),
        ("el", "Ζώνη ώρας"),
        ("sv", "Tidszon"),
        ("da", "Tidszone"),
        ("nb", "Tidssone"),
        ("fi", "Aikavyöhyke"),
        ("tr", "Saat dilimi"),
        ("ru", "Часовой пояс"),
        ("uk", "Часовий пояс"),
        ("ja", "タイムゾーン"),
        ("zh-Hans", "时区"),
        ("zh-Hant", "時區"),
        ("ko", "시간대"),
        ("ar", "المنطقة الزمنية"),
        ("he", "אזור זמן"),
        ("vi", "Múi giờ"),
        ("th", "เขตเวลา"),
        ("id", "Zona waktu"),
    ] {
        for name in [name.to_owned(), name.to_uppercase()] {
            let file = format!("Email;{name}\nana@example.com;Europe/Paris\n");
            let preview = shape(&world.me().preview_csv(file.as_bytes(), Reading::default()).unwrap());
            assert_eq!(preview["mapping"], json!(["email", "time_zone"]), "{language}: {name}");
        }
    }
}

#[test]
fn an_export_has_the_zone_after_the_headline_and_gives_it_back() {
    let mut world = World::new();
    let (campaign, copy) = (world.email_campaign("A"), world.email_campaign("B"));
    let people = json!([{ "email": "ana@example.com", "headline": "Builds", "time_zone": "Europe/Paris" },
        { "email": "bo@example.com" }]);
    world.add(campaign, people);
    let mut text = String::new();
    let add = |piece: &str| {
        text.push_str(piece);
        Ok(())
    };
    world.me().export_prospects(campaign, None, add).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains(",headline,time_zone,status,"), "{text}");
    assert!(lines[1].starts_with("ana@example.com,,,,,,,Builds,Europe/Paris,pending,"), "{text}");
    assert!(lines[2].starts_with("bo@example.com,,,,,,,,,pending,"), "{text}");
    assert_eq!(told(&import(&mut world, copy, &text, "add")), ["imported", "imported"]);
    assert_eq!(zones(&mut world, copy), [json!("Europe/Paris"), json!(null)]);
}

#[test]
fn a_zone_goes_with_the_person_and_is_erased_with_them() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let person = json!([{ "email": "ana@example.com", "time_zone": "Antarctica/Troll" }]);
    let list = a_list(&mut world, person);
    world.me().import_list(campaign, list).unwrap();
    let copy = world.me().clone_campaign(campaign, CloneCampaign::default().prospects(true)).unwrap().id;
    for campaign in [campaign, copy] {
        assert_eq!(zones(&mut world, campaign), ["Antarctica/Troll"]);
    }
    let found = shape(&world.me().find_prospects(json!({ "email": "ana@example.com" })).unwrap());
    assert_eq!(found["prospects"][0]["time_zone"], "Antarctica/Troll");

    let ana = json!({ "email": "ana@example.com" });
    let exported = shape(&world.me().export_person(ana.clone()).unwrap());
    let rows = exported["records"].as_array().unwrap().iter();
    let with_zone = rows.filter(|record| record["row"]["time_zone"] == "Antarctica/Troll");
    let tables: Vec<&str> = with_zone.map(|record| record["table"].as_str().unwrap()).collect();
    assert_eq!(tables, ["prospect", "prospect", "lead"]);
    world.me().erase_person(ana).unwrap();
    let file = file_of(&mut world.store);
    assert!(!file.windows(16).any(|bytes| bytes == b"Antarctica/Troll"));
}

#[test]
fn a_zone_is_no_variable_of_templates() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    world.add(campaign, json!([{ "email": "ana@example.com", "time_zone": "Europe/Paris" }]));
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "In %time_zone%" }]);
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let errors = shape(&world.me().validate(campaign).unwrap())["errors"].clone();
    assert_eq!((&errors[0]["code"], &errors[0]["variable"]), (&json!("unknown_variable"), &json!("time_zone")));
}

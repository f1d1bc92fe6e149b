//! The people of a campaign as a CSV file, and back (`docs/rules.md#exports`).

use crate::world::{DAY, World, problems, shape};
use campaignkit::{CampaignId, ExportProspects, NewPerson, ProspectStatus};
use proptest::prelude::*;
use serde_json::{Value, json};

const HEADER: &str = "email,linkedin_url,first_name,last_name,name,company,position,headline,time_zone,status,sender,step,\
    first_contact_at,last_contact_at,replied_at,bounced_at,opened_at,suppressed_reason,prospect_id";

fn export(world: &mut World, campaign: CampaignId, status: Option<ProspectStatus>) -> String {
    let mut text = String::new();
    let mut add = |piece: &str| {
        assert!(!piece.is_empty() && piece.len() < 300_000, "{}", piece.len());
        text.push_str(piece);
        Ok(())
    };
    world.me().export_prospects(campaign, status, &mut add).unwrap();
    text
}

/// The same in parts.
fn export_parts(world: &mut World, campaign: CampaignId, status: Option<ProspectStatus>) -> Vec<String> {
    let (mut parts, mut cursor) = (Vec::new(), None);
    loop {
        let part = world.me().export_prospects_part(campaign, ExportProspects { status, cursor }).unwrap();
        parts.push(part.csv);
        cursor = part.next_cursor;
        if cursor.is_none() {
            return parts;
        }
    }
}

/// The rows below the header, if no cell has a comma or a line break.
fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

/// Everybody's wire shape without the campaign's part.
fn people(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let (mut people, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = shape(&world.me().list_prospects(campaign, json!({ "limit": 200, "cursor": cursor })).unwrap());
        for person in page["prospects"].as_array().unwrap() {
            let mut person = person.as_object().unwrap().clone();
            person.retain(|field, _| {
                !["id", "campaign_id", "status", "created_at", "updated_at"].contains(&field.as_str())
            });
            people.push(Value::Object(person));
        }
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            return people;
        }
    }
}

/// Imports a file into a campaign as its preview suggests.
fn import(world: &mut World, campaign: CampaignId, text: &str) -> Value {
    let preview = shape(&world.me().preview_csv(text.as_bytes(), campaignkit::Reading::default()).unwrap());
    let request = json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"] });
    shape(&world.me().import_csv(campaign, text.as_bytes(), request).unwrap())
}

#[test]
fn people_are_written_in_the_order_in_which_they_were_added() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    assert_eq!(export(&mut world, campaign, None), format!("\u{feff}{HEADER}\r\n"));
    let people = json!([
        { "email": "ana@example.com", "first_name": "Ana", "last_name": "Lopez", "company": "Acme, Inc.",
          "headline": "=SUM(A1)", "custom_fields": { "Deal Size": "40", "note": "two\nlines \"quoted\"" } },
        { "email": "+bo@example.com", "linkedin_url": "linkedin.com/in/bo", "name": "'t Hooft", "position": "-" ,
          "custom_fields": { "a": "@x" } },
    ]);
    let [ana, bo] = world.add(campaign, people).try_into().unwrap();
    assert_eq!(
        export(&mut world, campaign, None),
        format!(
            "\u{feff}{HEADER},custom_fields.Deal Size,custom_fields.a,custom_fields.note\r\n\
             ana@example.com,,Ana,Lopez,Ana Lopez,\"Acme, Inc.\",,'=SUM(A1),,pending,,,,,,,,,{ana},40,,\"two\nlines \"\"quoted\"\"\"\r\n\
             '+bo@example.com,linkedin.com/in/bo,,,''t Hooft,,,,,pending,,,,,,,,,{bo},,'@x,\r\n"
        )
    );
    assert_eq!(export_parts(&mut world, campaign, None).concat(), export(&mut world, campaign, None));
    let error = world.refused(|me| me.export_prospects("018f4d2e-7c3a-7b1e-8a2b-0123456789ab", None, |_| Ok(())));
    assert_eq!(error.code(), "campaign_not_found");
}

#[test]
fn how_far_each_has_come_is_told() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let nodes = json!([
        { "type": "email", "subject": "Hello", "body": "A text" },
        { "type": "delay", "delay_days": 1 },
        { "type": "email", "subject": "Again", "body": "A text" },
    ]);
    let fields = json!({ "sequence_nodes": nodes, "open_tracking": true, "daily_limit": 500, "signature": "" });
    world.me().update_campaign(campaign, fields).unwrap();
    let names = ["ana", "bo", "cy", "dee", "eve"];
    let people = names.map(|name| json!({ "email": format!("{name}@example.com") }));
    let [ana, bo, cy, _, _] = world.add(campaign, people.to_vec().into()).try_into().unwrap();
    world.me().launch(campaign, None).unwrap();
    let claimed = world.me().claim_due(json!({ "max": 4 })).unwrap().tasks;
    for task in &claimed {
        let outcome =
            if task.prospect.id == bo { json!({ "outcome": "bounced" }) } else { json!({ "outcome": "sent" }) };
        world.clock.advance_ms(1_000);
        world.me().complete(task.id, outcome).unwrap();
    }
    world.clock.advance_ms(1_000);
    let event = |id: &str, what: &str, who| json!({ "id": id, "type": what, "prospect_id": who });
    world.me().record_event(event("1", "opened", ana)).unwrap();
    world.me().record_event(event("2", "replied", cy)).unwrap();
    world.clock.advance_ms(DAY);
    world.me().record_event(event("3", "replied", cy)).unwrap();
    world.me().record_event(event("4", "unsubscribed", cy)).unwrap();
    for task in world.me().claim_due(json!({ "max": 1 })).unwrap().tasks {
        assert_eq!(task.prospect.id, ana);
        world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    }
    let first = "2026-04-22T10:00:00Z";
    let text = export(&mut world, campaign, None);
    let told: Vec<_> = rows(&text).into_iter().map(|row| row[9..18].join(" ")).collect();
    assert_eq!(
        told,
        [
            format!("completed ana@example.com 2 {first} 2026-04-23T10:00:05Z   2026-04-22T10:00:05Z "),
            format!("bounced ana@example.com 1 {first} {first}  2026-04-22T10:00:02Z  "),
            format!("replied ana@example.com 1 {first} {first} 2026-04-22T10:00:05Z   unsubscribed"),
            format!("sent ana@example.com 1 {first} {first}    "),
            "pending        ".to_owned(),
        ]
    );
    let replied = export(&mut world, campaign, Some(ProspectStatus::Replied));
    assert_eq!(rows(&replied).len(), 1);
    assert_eq!(rows(&replied)[0][0], "cy@example.com");
}

#[test]
fn parts_leave_out_who_and_what_came_after_the_first() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for page in 0..5 {
        let people =
            (0..500).map(|n| json!({ "email": format!("p{page}-{n}@example.com"), "custom_fields": { "k": "v" } }));
        world.add(campaign, people.collect::<Vec<_>>().into());
    }
    let first = world.me().export_prospects_part(campaign, ExportProspects::default()).unwrap();
    assert_eq!(first.csv, "");
    let late = json!([{ "email": "late@example.com", "custom_fields": { "late": "yes" } }]);
    world.add(campaign, late);
    let (mut text, mut cursor) = (String::new(), first.next_cursor);
    while let Some(next) = cursor {
        let part = world.me().export_prospects_part(campaign, json!({ "cursor": next })).unwrap();
        assert!(part.csv.lines().count() <= 1_001);
        text.push_str(&part.csv);
        cursor = part.next_cursor;
    }
    assert_eq!(rows(&text).len(), 2_500);
    assert!(text.starts_with(&format!("\u{feff}{HEADER},custom_fields.k\r\n")));
    let id = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    for cursor in [
        "",
        "look",
        "look..",
        &format!("read..{id}.[]"),
        "look...[]",
        &format!("look..{id}."),
        &format!("look.x.{id}.[]"),
    ] {
        let error = world.refused(|me| me.export_prospects_part(campaign, json!({ "cursor": cursor })));
        assert_eq!(problems(&error), [("cursor".to_owned(), "malformed_cursor")], "{cursor}");
    }
    let error = world.refused(|me| me.export_prospects_part(campaign, json!({ "status": "gone" })));
    assert_eq!(problems(&error), [("status".to_owned(), "unknown_value")]);
}

#[test]
fn what_people_do_to_a_file_does_not_hide_whose_it_is() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let people = json!([
        { "email": "ana@example.com", "first_name": "Ana", "headline": "Head; of; many",
          "custom_fields": { "email": "ana@home.example", "status": "new", "x": "1", "email (2)": "y" } },
    ]);
    world.add(campaign, people);
    let text = export(&mut world, campaign, None);
    let mapping = |world: &mut World, text: &str| {
        let preview = shape(&world.me().preview_csv(text.as_bytes(), campaignkit::Reading::default()).unwrap());
        let names = preview["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap());
        let targets = preview["mapping"].as_array().unwrap().iter().map(|target| target.as_str().unwrap_or("custom"));
        let told = names.zip(targets).filter(|(_, target)| *target != "ignore");
        told.map(|(name, target)| format!("{name}: {target}")).collect::<Vec<_>>()
    };
    assert_eq!(
        mapping(&mut world, &text),
        [
            "email (3): email",
            "linkedin_url: linkedin_url",
            "first_name: first_name",
            "last_name: last_name",
            "name: name",
            "company: company",
            "position: position",
            "headline: headline",
            "time_zone: time_zone",
            "email: custom",
            "email (2): custom",
            "status: custom",
            "x: custom"
        ]
    );
    // As a German spreadsheet saves it, without the columns that nobody needed, and with an additional one.
    let changed =
        "prospect_id;suppressed_reason;status;email;Telefon\r\n1;unsubscribed;sent;ana@example.com;'+49 30 1\r\n";
    assert_eq!(mapping(&mut world, changed), ["email: email", "Telefon: custom"]);
    let copy = world.email_campaign("B");
    assert_eq!(import(&mut world, copy, changed)["imported"], 1);
    assert_eq!(self::people(&mut world, copy)[0]["custom_fields"], json!({ "Telefon": "+49 30 1" }));
    // A file of another program has no marks of ours, but its texts stay.
    let foreign = "Email,Name,Note\nana@example.com,'t Hooft,'=1+1\n";
    let third = world.email_campaign("C");
    assert_eq!(import(&mut world, third, foreign)["imported"], 1);
    let ana = self::people(&mut world, third)[0].clone();
    assert_eq!([&ana["name"], &ana["custom_fields"]["Note"]], [&json!("'t Hooft"), &json!("=1+1")]);
}

/// A text of any characters that a person's field may contain.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=+@'\"-][ -~]{0,20}",
        "[ -~]{1,30}",
        "\\PC{1,20}",
        "[;|,\t'\"= a]{1,12}",
        prop::sample::select(vec![
            "=\"x\"",
            "'",
            "''",
            "'=1",
            "\"",
            "\"\"",
            "a\"b",
            "N/A x",
            "1,2;3|4",
            "Email",
            "first_name",
            "name,email",
            "sep=;",
            "ZoÃ«",
            "a@b.example",
            "a@b.example, c@d.example",
            "http://linkedin.com/in/x",
            "\u{feff}x",
            "x\u{200b}y",
        ])
        .prop_map(str::to_owned),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z ._'=\"()-]{1,12}",
        "\\PC{1,12}",
        prop::sample::select(vec![
            "email",
            "name",
            "status",
            "prospect_id",
            "custom_fields.x",
            "email (2)",
            "column 1",
            "x\u{200b}y",
            "=a",
            "'a",
            "E-Mail",
        ])
        .prop_map(str::to_owned),
        "[a-z]{230,255}",
    ]
}

/// An email address and a profile, each with odd letters, and any other texts.
fn person() -> impl Strategy<Value = NewPerson> {
    let texts = prop::array::uniform6(prop::option::of(text()));
    let lines = prop_oneof![text(), "[ -~\r\n\t]{1,40}"];
    let custom = prop::collection::btree_map(key(), lines, 0..4);
    let zone = prop::option::of(prop::sample::select(vec!["Europe/Paris", "etc/gmt-2", "Asia/Calcutta", "UTC"]));
    (("['=+|a-c{}!-]{1,6}", "[a-cäß]{1,6}"), texts, zone, custom).prop_map(
        |((local, slug), texts, zone, custom_fields)| {
            let [name, first_name, last_name, company, position, headline] = texts;
            NewPerson {
                email: Some(format!("{local}@example.com")),
                linkedin_url: Some(format!("https://www.linkedin.com/in/{slug}")),
                name,
                first_name,
                last_name,
                company,
                position,
                headline,
                time_zone: zone.map(str::to_owned),
                custom_fields,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_exported_can_be_imported(
        persons in prop::collection::vec(person(), 1..8),
        is_email in any::<bool>(),
    ) {
        let mut world = World::new();
        let [from, to] = ["A", "B"].map(|name| if is_email { world.email_campaign(name) } else { world.linkedin_campaign(name) });
        for person in persons {
            // Some of these texts are not valid for a person.
            let _ = world.me().add_prospects(from, json!({ "prospects": [shape(&person)] }));
        }
        let text = export(&mut world, from, None);
        prop_assert_eq!(&export_parts(&mut world, from, None).concat(), &text);
        let before = people(&mut world, from);
        let report = import(&mut world, to, &text);
        prop_assert_eq!(&report["imported"], &json!(before.len()), "{}\n{}", text, report);
        prop_assert_eq!(people(&mut world, to), before, "{}", text);
        // A repetition changes nothing, in any mode.
        let preview = shape(&world.me().preview_csv(text.as_bytes(), campaignkit::Reading::default()).unwrap());
        let request = json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"], "mode": "update" });
        let again = shape(&world.me().import_csv(to, text.as_bytes(), request).unwrap());
        prop_assert_eq!(&again["duplicates"], &report["imported"], "{}", text);
    }
}

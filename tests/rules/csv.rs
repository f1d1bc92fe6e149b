//! CSV files: what docs/rules.md#csv-files says of looking at one and importing it. What the reader makes of bytes has
//! tests of its own.

use std::hash::Hasher;

use crate::world::{World, add_user, issues, problems, shape};
use campaignkit::{
    CampaignId, ColumnTarget, Error, Field, ImportCsv, ImportReport, ImportResult, Input, Reading, Source,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use serde::Deserialize;
use serde_json::{Value, json};
use siphasher::sip128::{Hasher128, SipHasher13};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn preview(world: &mut World, file: impl AsRef<[u8]>) -> Value {
    shape(&world.me().preview_csv(file.as_ref(), Reading::default()).unwrap())
}

/// What files are read as without an encoding given.
const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "big5",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-15",
    "koi8-r",
    "koi8-u",
];

/// The hash of a preview, also of a file that cannot be previewed.
fn content_hash(file: &[u8], encoding: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(file);
    if encoding != "utf-8" {
        hasher.write(encoding.as_bytes());
    }
    format!("{:032x}", hasher.finish128().as_u128())
}

fn try_import(world: &mut World, campaign: CampaignId, file: &[u8], mapping: Value) -> Result<ImportReport, Error> {
    let mut refused = None;
    // A file that cannot be previewed does not say what it would be read as.
    let previewed = world.me().preview_csv(file, Reading::default()).map(|preview| vec![preview.encoding]);
    for encoding in previewed.unwrap_or_else(|_| ENCODINGS.to_vec()) {
        let request = json!({ "mapping": mapping, "content_hash": content_hash(file, encoding) });
        match world.me().import_csv(campaign, file, request) {
            Err(error @ Error::ContentChanged) => refused = Some(error),
            imported => return imported,
        }
    }
    Err(refused.unwrap())
}

fn import(world: &mut World, campaign: CampaignId, file: impl AsRef<[u8]>, mapping: Value) -> ImportReport {
    try_import(world, campaign, file.as_ref(), mapping).unwrap()
}

/// Imports as the preview suggests.
fn import_as_suggested(world: &mut World, campaign: CampaignId, file: impl AsRef<[u8]>) -> ImportReport {
    let mapping = preview(world, &file)["mapping"].clone();
    import(world, campaign, file, mapping)
}

/// A report in short: `2 imported / 4 invalid email malformed_email`.
fn told(report: &ImportReport) -> String {
    let outcomes = report.outcomes().map(|outcome| {
        let Source::Line(line) = outcome.source else { panic!("{outcome:?}") };
        match &outcome.result {
            ImportResult::Imported(_) => format!("{line} imported"),
            ImportResult::Updated(_) => format!("{line} updated"),
            ImportResult::Duplicate(_) => format!("{line} duplicate"),
            ImportResult::Suppressed => format!("{line} suppressed"),
            ImportResult::Invalid(issues) => {
                let issues: Vec<_> = issues.iter().map(|issue| format!("{} {}", issue.path, issue.code())).collect();
                format!("{line} invalid {}", issues.join(", "))
            }
        }
    });
    outcomes.collect::<Vec<_>>().join(" / ")
}

fn prospects(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.prospects.iter().map(shape).collect()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

// Looking at a file

#[test]
fn a_preview_tells_the_form_the_columns_the_first_rows_and_how_many_there_are() {
    let mut world = World::new();
    let before = world.store.dump().unwrap();
    let mut file = String::from("\u{feff}E-Mail;Vorname;Firma;Deal Size;\r\n");
    file += "\r\nbo@example.com;Bo;\"Bo; \"\"Söhne\"\"\r\n& Co\";;\r\n;;;;\r\n";
    for n in 1..=11 {
        file += &format!("{n}@example.com;;Firma {n};{n}\r\n");
    }
    let answer = preview(&mut world, &file);
    let row = |n: usize| json!([format!("{n}@example.com"), "", format!("Firma {n}"), n.to_string()]);
    let mut rows = vec![json!(["bo@example.com", "Bo", "Bo; \"Söhne\"\r\n& Co", "", ""])];
    rows.extend((1..=9).map(row));
    assert_eq!(
        answer,
        json!({
            "encoding": "utf-8",
            "is_encoding_guessed": false,
            "delimiter": ";",
            "header_line": 1,
            "has_header": true,
            "columns": [
                { "name": "E-Mail", "samples": ["bo@example.com", "1@example.com", "2@example.com"] },
                { "name": "Vorname", "samples": ["Bo"] },
                { "name": "Firma", "samples": ["Bo; \"Söhne\"\r\n& Co", "Firma 1", "Firma 2"] },
                { "name": "Deal Size", "samples": ["1", "2", "3"] },
                { "name": "column 5", "samples": [] },
            ],
            "mapping": ["email", "first_name", "company", null, null],
            "rows": rows,
            "total": 12,
            "warnings": [],
            "content_hash": content_hash(file.as_bytes(), "utf-8"),
        })
    );
    assert_eq!(world.store.dump().unwrap(), before, "it writes nothing");
}

#[test]
fn a_file_without_a_header_has_numbered_columns_and_its_first_row_counts() {
    let mut world = World::new();
    let answer = preview(&mut world, "Bo\tlinkedin.com/in/bo\tbo@example.com\nCy\tlinkedin.com/in/cy\tcy@example.com");
    assert_eq!(
        (&answer["has_header"], &answer["delimiter"], &answer["total"]),
        (&json!(false), &json!("\t"), &json!(2))
    );
    assert_eq!(answer["mapping"], json!([null, "linkedin_url", "email"]));
    assert_eq!(answer["columns"][0], json!({ "name": "column 1", "samples": ["Bo", "Cy"] }));
    assert_eq!(answer["rows"][0], json!(["Bo", "linkedin.com/in/bo", "bo@example.com"]));
}

#[test]
fn other_bytes_have_another_content_hash() {
    let mut world = World::new();
    let mut hash = |file: &[u8]| preview(&mut world, file)["content_hash"].as_str().unwrap().to_owned();
    let file = b"Email\na@x.y\n";
    assert_eq!(hash(file), hash(file));
    assert_eq!(hash(file).len(), 32);
    for other in [&b"Email\na@x.y"[..], b"Email\na@x.z\n", b"\xEF\xBB\xBFEmail\na@x.y\n", b"Email\r\na@x.y\r\n"] {
        assert_ne!(hash(file), hash(other));
    }
}

#[test]
fn the_file_is_an_argument_of_bytes() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = b"Email\na@x.y\n";
    let bytes =
        || Input::deserialize(serde::de::value::BytesDeserializer::<serde::de::value::Error>::new(file)).unwrap();
    let previewed = world.me().preview_csv(bytes(), Reading::default()).unwrap();
    assert_eq!(previewed, world.me().preview_csv(&file.to_vec(), Reading::default()).unwrap());
    let request = json!({ "mapping": ["email"], "content_hash": previewed.content_hash });
    assert_eq!(world.me().import_csv(campaign, bytes(), request.clone()).unwrap().imported, 1);
    for (given, code) in [
        (json!(null), "required"),
        (json!("Email\na@x.y\n"), "wrong_type"),
        (json!([69, 109]), "wrong_type"),
        (json!({}), "wrong_type"),
    ] {
        for error in [
            world.refused(|me| me.preview_csv(given.clone(), Reading::default())),
            world.refused(|me| me.import_csv(campaign, given.clone(), request.clone())),
        ] {
            assert_eq!(problems(&error), issues(&[("bytes", code)]));
        }
    }
}

// Importing

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

/// The report and the whole database after the file was imported into a new one.
fn imported_alone(file: &[u8]) -> (Value, Value, String) {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let suppressions = json!({ "suppressions": [{ "type": "email_address", "value": "out@example.com" }] });
    world.me().add_suppressions(suppressions).unwrap();
    let previewed = preview(&mut world, file);
    let report = shape(&import_as_suggested(&mut world, campaign, file));
    (previewed, report, world.store.dump().unwrap())
}

/// A table in text: with these delimiters and line ends, and quotes everywhere or only where needed.
fn table(rows: &[&[&str]], delimiter: char, end: &str, quotes_all: bool) -> String {
    let cell = |cell: &&str| {
        if quotes_all || cell.contains([delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    };
    let line = |row: &&[&str]| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end;
    rows.iter().map(line).collect()
}

fn encoded(text: &str) -> [(&'static str, Vec<u8>); 4] {
    [
        ("utf-8", text.into()),
        ("utf-8", format!("\u{feff}{text}").into()),
        ("utf-16le", utf16(text, u16::to_le_bytes)),
        ("utf-16be", utf16(text, u16::to_be_bytes)),
    ]
}

const ROWS: [&[&str]; 8] = [
    &["Email", "Company", "Note"],
    &["ana@example.com", "Zoë, 山田; 𝄞 | Söhne", "said \"yes\"\tand left"],
    &["Bo@example.com", "two\nlines", "one\n\nthree"],
    &["no address", "", "\n"],
    &["bo@example.com", "", "x"],
    &["", "", "no one"],
    &["out@example.com", "", ""],
    &["cy@example.com", "", "last"],
];

#[test]
fn the_same_rows_in_any_encoding_with_any_delimiter_and_line_end_are_the_same_import() {
    let (_, expected, contents) = imported_alone(table(&ROWS, ',', "\n", false).as_bytes());
    let lines: Vec<_> =
        expected["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 3, 7, 9, 10, 11, 12]);
    assert_eq!(
        [&expected["imported"], &expected["duplicates"], &expected["suppressed"], &expected["invalid"]],
        [&json!(3), &json!(1), &json!(1), &json!(2)]
    );
    for delimiter in [',', ';', '\t', '|'] {
        for (end, quotes_all) in [("\n", true), ("\r\n", false), ("\r", true)] {
            for (encoding, file) in encoded(&table(&ROWS, delimiter, end, quotes_all)) {
                let (previewed, report, dump) = imported_alone(&file);
                let form = format!("{encoding} {delimiter:?} {end:?}");
                assert_eq!(previewed["encoding"], encoding, "{form}");
                assert_eq!(previewed["delimiter"], delimiter.to_string(), "{form}");
                assert_eq!(previewed["total"], report["total"], "{form}");
                assert_eq!(report, expected, "{form}");
                assert_eq!(dump, contents, "{form}");
            }
        }
    }
}

#[test]
fn lines_above_the_table_count_and_change_nothing_else() {
    let rows = table(&ROWS, ';', "\r\n", false);
    let (_, mut expected, contents) = imported_alone(rows.as_bytes());
    for outcome in expected["outcomes"].as_array_mut().unwrap() {
        outcome["line"] = json!(outcome["line"].as_u64().unwrap() + 2);
    }
    for above in ["sep=;\r\n\r\n", "\r\n\r\n", ";;\r\n\"\";;\r\n"] {
        for (_, file) in encoded(&format!("{above}{rows}")) {
            let (_, report, dump) = imported_alone(&file);
            assert_eq!(report, expected, "{above:?}");
            assert_eq!(dump, contents);
        }
    }
}

#[test]
fn the_line_ends_within_a_cell_count_as_those_between_rows() {
    for end in ["\n", "\r\n", "\r"] {
        let note = ["a", "", "b"].join(end);
        let rows: [&[&str]; 4] =
            [&["Email", "Note"], &["a@example.com", &note], &["b@example.com", &note], &["c@example.com", ""]];
        for (_, file) in encoded(&table(&rows, ',', end, false)) {
            let mut world = World::new();
            let campaign = world.email_campaign("A");
            let report = import_as_suggested(&mut world, campaign, file);
            assert_eq!(told(&report), "2 imported / 5 imported / 8 imported", "{end:?}");
            assert_eq!(prospects(&mut world, campaign)[0]["custom_fields"]["Note"], note);
        }
    }
}

#[test]
fn a_file_of_one_column_is_a_list_of_addresses() {
    for (above, first) in [("Email", 2), ("Address of the person", 2), ("", 1)] {
        for end in ["\n", "\r\n", "\r"] {
            let rows = ["a@example.com", "\"b@example.com\"", "", "nobody", " A@example.com "];
            let header = if above.is_empty() { String::new() } else { format!("{above}{end}") };
            for (encoding, file) in encoded(&(header + &rows.join(end))) {
                let mut world = World::new();
                let campaign = world.email_campaign("A");
                let previewed = preview(&mut world, &file);
                assert_eq!((&previewed["delimiter"], &previewed["encoding"]), (&json!(null), &json!(encoding)));
                assert_eq!((&previewed["has_header"], &previewed["total"]), (&json!(first == 2), &json!(4)));
                let report = import(&mut world, campaign, &file, json!(["email"]));
                let expected = format!(
                    "{first} imported / {} imported / {} invalid email malformed_email / {} duplicate",
                    first + 1,
                    first + 3,
                    first + 4
                );
                assert_eq!(told(&report), expected);
            }
        }
    }
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
fn a_column_is_a_field_a_custom_field_or_ignored() {
    let mut world = World::new();
    let file = "Email,Company,A,B,C\nbo@example.com,Bo,1,2,3\n";
    for (n, (mapping, company, custom_fields)) in [
        (json!(["email"]), json!(null), json!({ "Company": "Bo", "A": "1", "B": "2", "C": "3" })),
        (json!(["email", "company"]), json!("Bo"), json!({ "A": "1", "B": "2", "C": "3" })),
        (json!(["email", "ignore", "ignore", null]), json!(null), json!({ "B": "2", "C": "3" })),
        (json!(["email", "headline", "ignore", "company", "ignore"]), json!("2"), json!({})),
        (
            json!(["email", null, null, null, null]),
            json!(null),
            json!({ "Company": "Bo", "A": "1", "B": "2", "C": "3" }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let campaign = world.email_campaign(&n.to_string());
        assert_eq!(told(&import(&mut world, campaign, file, mapping)), "2 imported");
        let bo = &prospects(&mut world, campaign)[0];
        assert_eq!((&bo["company"], &bo["custom_fields"]), (&company, &custom_fields));
    }
    let every = ["email", "linkedin_url", "name", "first_name", "last_name", "company", "position", "headline"];
    let file = "a,b,c,d,e,f,g,h\na@x.y,linkedin.com/in/a,c,d,e,f,g,h\n";
    let campaign = world.email_campaign("Every");
    import(&mut world, campaign, file, json!(every));
    let stored = &prospects(&mut world, campaign)[0];
    let values = ["a@x.y", "linkedin.com/in/a", "c", "d", "e", "f", "g", "h"];
    for (field, value) in every.iter().zip(values) {
        assert_eq!(stored[field], value, "{field}");
    }
}

#[test]
fn what_is_ignored_may_be_anything() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = format!("Email,X,Y\nbo@example.com,a\0b,{}\n,only,this\n", "x".repeat(20_000));
    let report = import(&mut world, campaign, &file, json!(["email", "ignore", "ignore"]));
    assert_eq!(told(&report), "2 imported / 3 invalid email required");
}

#[test]
fn a_mapping_that_does_not_fit_is_refused() {
    let mut world = World::new();
    let (email, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let file = b"Email,LinkedIn,Note\na@example.com,linkedin.com/in/a,x\n";
    for (campaign, mapping, expected) in [
        (email, json!([]), issues(&[("mapping", "required")])),
        (email, json!([null, null, null]), issues(&[("mapping", "required")])),
        (email, json!(["ignore", "linkedin_url"]), issues(&[("mapping", "required")])),
        (linkedin, json!(["email", "ignore"]), issues(&[("mapping", "required")])),
        (email, json!(["email", null, null, null]), issues(&[("mapping", "too_many")])),
        (email, json!(["ignore", null, null, "email"]), issues(&[("mapping", "too_many")])),
        (email, json!([null, null, null, null]), issues(&[("mapping", "too_many"), ("mapping", "required")])),
        (email, json!(["email", "email"]), issues(&[("mapping[1]", "duplicate")])),
        (
            email,
            json!(["name", "email", "name", "email"]),
            issues(&[("mapping[2]", "duplicate"), ("mapping[3]", "duplicate")]),
        ),
        (
            email,
            json!(["e-mail", 1, "Email", true, ["email"], {}, ""]),
            issues(&[
                ("mapping[0]", "unknown_value"),
                ("mapping[1]", "wrong_type"),
                ("mapping[2]", "unknown_value"),
                ("mapping[3]", "wrong_type"),
                ("mapping[4]", "wrong_type"),
                ("mapping[5]", "wrong_type"),
                ("mapping[6]", "unknown_value"),
            ]),
        ),
        (email, json!("email"), issues(&[("mapping", "wrong_type")])),
        (email, json!({ "Email": "email" }), issues(&[("mapping", "wrong_type")])),
        (email, json!(null), issues(&[("mapping", "required")])),
    ] {
        let error = world.refused(|me| {
            me.import_csv(
                campaign,
                &file[..],
                json!({ "mapping": mapping, "content_hash": content_hash(file, "utf-8") }),
            )
        });
        assert_eq!(problems(&error), expected, "{mapping}");
    }
    for (request, expected) in [
        (json!(null), issues(&[("", "wrong_type")])),
        (json!({}), issues(&[("mapping", "required"), ("content_hash", "required")])),
        (json!({ "mapping": ["email"] }), issues(&[("content_hash", "required")])),
        (
            json!({ "maping": [], "mapping": ["x"], "content_hash": 7 }),
            issues(&[("content_hash", "wrong_type"), ("maping", "unknown_field"), ("mapping[0]", "unknown_value")]),
        ),
    ] {
        assert_eq!(problems(&world.refused(|me| me.import_csv(email, &file[..], request))), expected);
    }
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
fn the_name_of_any_column_is_a_variable_of_templates() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let long = "é".repeat(300);
    let header = [
        "Email",
        "Deal",
        "Deal",
        "",
        "50%|off",
        "two\nlines",
        " spaced  out ",
        &long,
        "%custom_fields.Deal%",
        "Deal (2)",
    ];
    let row = ["bo@example.com", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9"];
    let file = table(&[&header, &row], ';', "\r\n", false);
    let previewed = preview(&mut world, &file);
    let names: Vec<_> =
        previewed["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "Email",
            "Deal",
            "Deal (2)",
            "column 4",
            "50__off",
            "two_lines",
            "spaced  out",
            &"é".repeat(255),
            "_custom_fields.Deal_",
            "Deal (2) (2)"
        ]
    );
    assert_eq!(told(&import_as_suggested(&mut world, campaign, &file)), "3 imported");
    let body: Vec<_> = names[1..].iter().map(|name| format!("%custom_fields.{name}%")).collect();
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body.join(" ") }]);
    world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
    let validation = world.me().validate(campaign).unwrap();
    assert!(validation.ready, "{validation:?}");
    let warned: Vec<_> = validation.warnings.iter().map(|warning| warning.code()).collect();
    assert_eq!(warned, ["no_opt_out"], "{validation:?}");
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    let messages = world.me().preview_messages(id, json!({})).unwrap().messages;
    assert_eq!(messages[0].body.as_deref(), Some("v1 v2 v3 v4 v5 v6 v7 v8 v9"));
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
        assert_eq!(import_as_suggested(&mut world, campaign, grown).imported, 1, "what is new is imported");
    }
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

// Files that are no good

/// What importing a file as plausibly as possible answers: the outcomes, or the code of the refusal and its line.
fn outcome(world: &mut World, campaign: CampaignId, file: &[u8]) -> String {
    let before = world.store.dump().unwrap();
    let previewed = world.me().preview_csv(file, Reading::default());
    let mut mapping = json!(["email"]);
    if let Ok(previewed) = &previewed {
        mapping = json!(previewed.mapping);
        if !previewed.mapping.contains(&ColumnTarget::Field(Field::Email)) {
            mapping[0] = json!("email");
        }
    }
    let imported = try_import(world, campaign, file, mapping);
    match (previewed, imported) {
        (Ok(previewed), Ok(report)) => {
            assert_eq!(previewed.total as usize, report.total());
            let imported = report.outcomes().filter_map(|outcome| match outcome.result {
                ImportResult::Imported(id) => Some(json!(id)),
                _ => None,
            });
            let ids: Vec<_> = imported.collect();
            let stored: Vec<_> = prospects(world, campaign).iter().map(|prospect| prospect["id"].clone()).collect();
            assert_eq!(stored, ids, "exactly the good rows");
            if ids.is_empty() {
                assert_eq!(world.store.dump().unwrap(), before);
            }
            told(&report)
        }
        (Err(previewed), Err(imported)) => {
            assert_eq!(shape(&previewed), shape(&imported), "both say the same");
            assert_eq!(world.store.dump().unwrap(), before, "a file with a fault changes nothing");
            let issue = &shape(&imported)["issues"][0];
            assert_eq!((imported.code(), &issue["path"]), ("invalid_input", &json!("bytes")));
            let line = issue["line"].as_u64().map_or(String::new(), |line| format!(" {line}"));
            format!("{}{line}", issue["code"].as_str().unwrap())
        }
        (previewed, imported) => panic!("{previewed:?} {imported:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn a_file_that_is_no_good_is_refused_as_a_whole_or_row_by_row() {
    let long_name = format!("Email,Name\na@x.y,{}\nb@x.y,B", "é".repeat(256));
    let long_note = format!("Email,Note\na@x.y,{}\nb@x.y,{}", "é".repeat(10_001), "é".repeat(10_000));
    let many = |count: usize| (0..count).map(|n| format!(",{n}")).collect::<String>();
    let wide = format!("Email{0}\na@x.y{0}\nb@x.y{1}\n", many(201), many(200));
    let too_wide = format!("Email,Note\na@x.y\nb@x.y{}", ",".repeat(20_000));
    let widest = format!("Email{}\na@x.y", ",".repeat(20_000));
    let all_at_once = format!("Name,Email,Note\n{},,\0,more\nB,b@x.y", "x".repeat(256));
    let utf16_open = utf16("Email,Name\r\na@x.y,A\r\n\"b@x.y,B\r\n", u16::to_be_bytes);
    let cases: Vec<(&str, &[u8], &str)> = vec![
        ("nothing", b"", "empty"),
        ("a byte order mark", b"\xEF\xBB\xBF", "empty"),
        ("a byte order mark of UTF-16LE", b"\xFF\xFE", "empty"),
        ("a byte order mark of UTF-16BE", b"\xFE\xFF", "empty"),
        ("half a byte order mark", b"\xEF\xBB", ""),
        ("blank lines", b"\n\r\n\r", "empty"),
        ("white space", b" \t \n  ", "empty"),
        ("delimiters", b",,,\n;;", "empty"),
        ("empty quotes", b"\"\",\"\"", "empty"),
        ("a delimiter and no table", b"sep=;", "empty"),
        ("a header only", b"Email,Name\r\n", ""),
        ("a header and blank rows", b"Email,Name\n,\n\n , \n\"\",\"\"\n", ""),
        ("one word", b"hello", ""),
        ("an open quote in the header", b"Email,\"Name\na@x.y,A\n", "unterminated_quote 1"),
        ("an open quote in the first row", b"Email,Name\na@x.y,\"A\nb@x.y,B\n", "unterminated_quote 2"),
        ("good rows above an open quote", b"Email\na@x.y\nb@x.y\n\"c@x.y\n", "unterminated_quote 4"),
        ("an open quote below a quoted line break", b"Email,N\na@x.y,\"1\n2\"\nb@x.y,\"", "unterminated_quote 4"),
        ("an open quote after a doubled one", b"Email,N\na@x.y,\"1\"\"\nb@x.y,2", "unterminated_quote 2"),
        ("an open quote after CRLF", b"Email\r\na@x.y\r\n\"b@x.y\r\n", "unterminated_quote 3"),
        ("an open quote after CR", b"Email\ra@x.y\r\"b@x.y\r", "unterminated_quote 3"),
        ("an open quote in UTF-16", &utf16_open, "unterminated_quote 3"),
        (
            "a quote that is closed far below",
            b"Email,N\n\"a@x.y,1\nb@x.y,2\n\",3\nc@x.y,4",
            // Of several addresses in a cell, the first.
            "2 imported / 5 imported",
        ),
        ("quotes within a cell", b"Email,N\na@x.y,5\" pipe\nb@x.y,a \"b\" c", "2 imported / 3 imported"),
        (
            "text after a closed quote",
            b"Email,N\n\"a@x.y\" x,\n\"b@x.y\" ,",
            "2 invalid email malformed_email / 3 imported",
        ),
        ("a backslash before a quote", b"Email,N\na@x.y,\"1\\\"\nb@x.y,2", "2 imported / 3 imported"),
        ("rows that are too short", b"Email,Name,Company\na@x.y\nb@x.y,B\n", "2 imported / 3 imported"),
        ("a row too short for its address", b"Name,Email\nA\nB,b@x.y", "2 invalid email required / 3 imported"),
        ("a row that is too long", b"Email,Name\na@x.y,A,more\nb@x.y,B\n", "2 invalid  too_many_cells / 3 imported"),
        ("a row with blank cells too many", b"Email,Name\na@x.y,A,, \nb@x.y,B,\n", "2 imported / 3 imported"),
        ("the same column twice", b"Email,Email\na@x.y,b@x.y\n,c@x.y\n", "2 imported / 3 invalid email required"),
        ("columns without names", b",,Email\n1,2,a@x.y", "2 imported"),
        ("a blank first row", b",,\na@x.y,1,2\n", "2 imported"),
        ("too many columns", widest.as_bytes(), "too_many 1"),
        ("too many cells in a row", too_wide.as_bytes(), "too_many 3"),
        ("a custom field too many", wide.as_bytes(), "2 invalid custom_fields too_many / 3 imported"),
        ("NUL in the header", b"Email,N\0\na@x.y,1", "control_character"),
        ("NUL in a name", b"Email,Name\na@x.y,A\0\nb@x.y,B", "2 invalid name control_character / 3 imported"),
        ("NUL in an address", b"Email\na@x\0.y\nb@x.y", "2 invalid email malformed_email / 3 imported"),
        (
            "NUL in a custom field",
            b"Email,Note\na@x.y,\0\nb@x.y,B",
            "2 invalid custom_fields.Note control_character / 3 imported",
        ),
        (
            "an escape in a custom field",
            b"Email,Note\na@x.y,\x1B[1m\nb@x.y,B",
            "2 invalid custom_fields.Note control_character / 3 imported",
        ),
        ("UTF-16 without a byte order mark", b"E\0m\0a\0i\0l\0\n\0", ""),
        ("UTF-32", b"\xFF\xFE\0\0E\0\0\0m\0\0\0", "control_character"),
        ("Latin-1 in the header", b"Email,Pr\xE9nom\na@x.y,A", "2 imported"),
        ("Latin-1 in a row", b"Email,Name\r\na@x.y,A\r\nb@x.y,M\xFCller\r\n", "2 imported / 3 imported"),
        (
            "half a character at the end",
            b"Email,Name\na@x.y,\xC3\xA9\xC3\xA8\xC3\xA9\xC3\xA8\xC3",
            "malformed_encoding 2",
        ),
        ("an overlong character", b"Email,Name\na@x.y,\xC0\xAF", "2 imported"),
        ("a surrogate in UTF-8", b"Email,Name\na@x.y,\xED\xA0\x80", "2 imported"),
        ("a lone surrogate in UTF-16", b"\xFF\xFEa\0\n\0\x3D\xD8x\0", "malformed_encoding 2"),
        ("an odd number of bytes in UTF-16", b"\xFF\xFEa\0\n\0b", "malformed_encoding 2"),
        ("a picture", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "not_a_csv_file"),
        ("an archive", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "not_a_csv_file"),
        ("an old workbook", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", "not_a_csv_file"),
        ("a compressed file", b"\x1F\x8B\x08\0\0\0\0\0\0\x03", "not_a_csv_file"),
        ("a printed document", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "not_a_csv_file"),
        ("a web page", b"<html>\n<body>a@x.y</body>\n", "2 invalid email malformed_email"),
        ("JSON", b"[{\"email\":\n\"a@x.y\"}]", "2 invalid email malformed_email"),
        ("line ends of all kinds", b"Email\ra@x.y\nb@x.y\r\nc@x.y", "2 imported / 3 imported / 4 imported"),
        ("line ends doubled on the way", b"Email\r\r\na@x.y\r\r\nb@x.y", "3 imported / 5 imported"),
        (
            "another delimiter in a row",
            b"Email;Name\na@x.y,A\nb@x.y;B\n",
            "2 invalid email malformed_email / 3 imported",
        ),
        ("another delimiter than it says", b"sep=;\nEmail,Name\na@x.y,A\n", "3 invalid email malformed_email"),
        ("a mark before an address", "Email\n\u{feff}a@x.y\nb@x.y".as_bytes(), "2 imported / 3 imported"),
        ("hard spaces around an address", "Email\n\u{a0}a@x.y\u{2003}\n".as_bytes(), "2 imported"),
        ("rows of form feeds", b"Email\n\x0C\n\x0B\na@x.y", "4 imported"),
        ("a name too long", long_name.as_bytes(), "2 invalid name too_long / 3 imported"),
        ("a custom field too long", long_note.as_bytes(), "2 invalid custom_fields.Note too_long / 3 imported"),
        (
            "everything wrong with a row",
            all_at_once.as_bytes(),
            "2 invalid name too_long, custom_fields.Note control_character,  too_many_cells, email required / 3 imported",
        ),
        ("one address many times", b"Email\na@x.y\nA@x.y\n a@X.y\n", "2 imported / 3 duplicate / 4 duplicate"),
        (
            "nothing but bad rows",
            b"Email\nx\ny\n@\n",
            "2 invalid email malformed_email / 3 invalid email malformed_email / 4 invalid email malformed_email",
        ),
    ];
    assert!(cases.len() >= 50);
    let mut world = World::new();
    for (what, file, expected) in cases {
        let campaign = world.email_campaign(what);
        assert_eq!(outcome(&mut world, campaign, file), expected, "{what}");
        world.me().delete_campaign(campaign).unwrap();
    }
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_cell_of_ten_megabytes_is_one_bad_row() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let cell = "lorem \"\"ipsum\"\",\r\n".repeat(10 * 1024 * 1024 / 18);
    let file = format!("Email,Note\r\na@x.y,1\r\nb@x.y,\"{cell}\"\r\nc@x.y,3\r\n");
    let last = 4 + cell.matches('\n').count();
    assert_eq!(
        outcome(&mut world, campaign, file.as_bytes()),
        format!("2 imported / 3 invalid custom_fields.Note cell_too_large / {last} imported")
    );
    let open = format!("Email,Note\r\na@x.y,1\r\nb@x.y,\"{cell}");
    let other = world.email_campaign("B");
    assert_eq!(outcome(&mut world, other, open.as_bytes()), "unterminated_quote 3");
}

#[test]
fn a_cell_has_at_most_a_mebibyte() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let most = "x".repeat(1 << 20);
    let good = format!("Email,Note\na@x.y,{most}\nb@x.y,\"{most}\"\n");
    let report = try_import(&mut world, campaign, good.as_bytes(), json!(["email", "ignore"])).unwrap();
    assert_eq!(report.imported, 2);
    let campaign = world.email_campaign("B");
    let large = "é".repeat((1 << 19) + 1);
    let file = format!(
        "Email,Note\nc@x.y,{most}x\nd@x.y,\"1\n2\"\ne@x.y,\"\"\"{most}\"\n{large},1\nf@x.y,{},{large},x\n\n{large}\ng@x.y,1\n",
        ",".repeat(9)
    );
    assert_eq!(
        outcome(&mut world, campaign, file.as_bytes()),
        "2 invalid custom_fields.Note cell_too_large / 3 imported / 5 invalid custom_fields.Note cell_too_large / \
         6 invalid email cell_too_large / 7 invalid  cell_too_large / 9 invalid email cell_too_large / 10 imported"
    );
    let preview = world.me().preview_csv(file.as_bytes(), Reading::default()).unwrap();
    assert_eq!((preview.total, preview.rows.len()), (7, 2), "what is too large is not shown");
    let campaign = world.email_campaign("C");
    let file = utf16(&format!("Email,Note\r\nc@x.y,{}\r\n", "漢".repeat(350_000)), u16::to_be_bytes);
    assert_eq!(outcome(&mut world, campaign, &file), "2 invalid custom_fields.Note cell_too_large", "in UTF-8");
    let report = try_import(&mut world, campaign, &file, json!(["email", "ignore"])).unwrap();
    assert_eq!(
        shape(&report)["outcomes"][0]["issues"],
        json!([{ "path": "", "code": "cell_too_large", "line": 2, "max": 1 << 20,
                 "message": "has a cell of more than 1 MiB in the row on line 2" }])
    );
    for (file, code) in [
        (format!("Email,{most}x\nc@x.y,1\n"), "cell_too_large 1"),
        (format!("\n\n{most}{most}{most}"), "cell_too_large 3"),
        (format!("Email,Note\nc@x.y,1\nd@x.y,\"{most}{most}"), "unterminated_quote 3"),
    ] {
        assert_eq!(outcome(&mut world, campaign, file.as_bytes()), code);
    }
}

#[test]
fn a_row_has_at_most_16384_cells() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let wide = |cells: usize| format!("Email,Note\na@x.y\n\nb@x.y{}\n", ",".repeat(cells - 1));
    assert_eq!(outcome(&mut world, campaign, wide(16_384).as_bytes()), "2 imported / 4 imported");
    let error = world.me().preview_csv(wide(16_385).as_bytes(), Reading::default()).unwrap_err();
    assert_eq!(
        shape(&error)["issues"],
        json!([{ "path": "bytes", "code": "too_many", "line": 4, "max": 16_384,
                 "message": "has a row of more than 16384 cells on line 4" }])
    );
}

#[test]
fn a_file_has_at_most_256_mebibytes_and_a_million_rows() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = vec![0; (256 << 20) + 1];
    assert_eq!(outcome(&mut world, campaign, &file), "too_large");
    let error = world.me().preview_csv(&file, Reading::default()).unwrap_err();
    assert_eq!(
        shape(&error)["issues"],
        json!([{ "path": "bytes", "code": "too_large", "max": 256 << 20, "message": "must have at most 256 MiB" }])
    );
    let rows = format!("Email{}", "\na".repeat(1_000_000));
    assert_eq!(world.me().preview_csv(rows.as_bytes(), Reading::default()).unwrap().total, 1_000_000);
    let error = world.me().preview_csv((rows + "\na").as_bytes(), Reading::default()).unwrap_err();
    assert_eq!(
        (problems(&error), &shape(&error)["issues"][0]["max"]),
        (issues(&[("bytes", "too_many")]), &json!(1_000_000))
    );
}

// Properties

/// Addresses of few people, in several forms; blank ones, and some that are none.
fn addresses() -> impl Strategy<Value = String> {
    prop_oneof![8 => " ?[abAB]{1,2}@x\\.(de|fr|FR) ?", 1 => "[ \t]?", 1 => "[a-z ]{1,4}"]
}

/// Cells with everything that a format has a meaning for, but no address.
fn cells() -> impl Strategy<Value = String> {
    let special = vec!["\"", "\r", "\n", "\r\n", "\"\"", "\u{1F600}", " ", "sep=;", "a\u{feff}b", "%first_name%"];
    prop_oneof!["[a-z]{0,5}", "[\"',;|\t\r\n a-cé]{0,8}", select(special).prop_map(str::to_owned)]
}

/// A table as the `csv` crate writes it, and the lines on which its rows start.
fn written(rows: &[[String; 3]], delimiter: u8, end: &str, quotes: csv::QuoteStyle) -> (String, Vec<usize>) {
    let (mut text, mut lines) = (String::new(), Vec::new());
    for row in rows {
        lines.push(1 + text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count());
        let mut writer = csv::WriterBuilder::new();
        writer.delimiter(delimiter).quote_style(quotes).terminator(csv::Terminator::Any(b'\n'));
        let mut writer = writer.from_writer(Vec::new());
        writer.write_record(row).unwrap();
        let row = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        text += row.strip_suffix('\n').unwrap();
        text += end;
    }
    (text, lines)
}

/// A cell without the apostrophe that keeps spreadsheets from what follows it.
fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])).unwrap_or(cell)
}

/// What the rows become by the rules of `docs/rules.md#csv-files`: the report in short, and the prospects.
fn expected(rows: &[[String; 3]], lines: &[usize]) -> (String, Vec<Value>) {
    let (mut told, mut stored) = (Vec::new(), Vec::<Value>::new());
    for ([email, company, note], line) in rows.iter().zip(lines) {
        let (email, note) = (unmarked(email).trim().to_lowercase(), unmarked(note).trim());
        let company = unmarked(company).trim().replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        if email.is_empty() && company.is_empty() && note.is_empty() {
            continue;
        }
        told.push(if email.is_empty() {
            format!("{line} invalid email required")
        } else if !email.contains('@') {
            format!("{line} invalid email malformed_email")
        } else if stored.iter().any(|prospect| prospect["email"] == email) {
            format!("{line} duplicate")
        } else {
            let company = if company.is_empty() { json!(null) } else { json!(company) };
            let custom_fields = if note.is_empty() { json!({}) } else { json!({ "Note": note }) };
            stored.push(json!({ "email": email, "company": company, "custom_fields": custom_fields }));
            format!("{line} imported")
        });
    }
    (told.join(" / "), stored)
}

proptest! {
    #![proptest_config(Config::with_cases(96))]

    #[test]
    fn rows_that_were_written_come_back_as_the_same_prospects(
        rows in vec((addresses(), cells(), cells()).prop_map(|(email, company, note)| [email, company, note]), 0..12),
        delimiter in select(b",;\t|".to_vec()),
        end in select(vec!["\n", "\r\n", "\r"]),
        quotes in select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always, csv::QuoteStyle::NonNumeric]),
        encoding in 0..4_usize,
        is_ended in any::<bool>(),
    ) {
        let header = ["E-Mail", "Company", "Note"].map(str::to_owned);
        let rows = [vec![header], rows].concat();
        let (mut text, lines) = written(&rows, delimiter, end, quotes);
        if !is_ended {
            text.truncate(text.len() - end.len());
        }
        let file = encoded(&text)[encoding].1.clone();
        let (told_rows, people) = expected(&rows[1..], &lines[1..]);

        let mut world = World::new();
        let campaign = world.email_campaign("A");
        let report = import(&mut world, campaign, &file, json!(["email", "company"]));
        prop_assert_eq!(told(&report), told_rows);
        let stored: Vec<Value> = prospects(&mut world, campaign)
            .iter()
            .map(|found| json!({ "email": found["email"], "company": found["company"], "custom_fields": found["custom_fields"] }))
            .collect();
        prop_assert_eq!(stored, people);

        let before = world.store.dump().unwrap();
        let again = import(&mut world, campaign, &file, json!(["email", "company"]));
        prop_assert_eq!((again.imported, again.invalid), (0, report.invalid));
        prop_assert_eq!(again.duplicates, report.imported + report.duplicates);
        prop_assert_eq!(world.store.dump().unwrap(), before, "importing twice is importing once");
    }

    #[test]
    fn every_column_is_a_custom_field_under_the_name_that_the_preview_gives_it(
        header in vec(prop_oneof!["[ab%|\t ]{0,4}", "\\PC{0,8}", Just("__proto__".to_owned())], 1..6),
    ) {
        let header: Vec<&str> = std::iter::once("Email").chain(header.iter().map(String::as_str)).collect();
        let row = vec!["v"; header.len() - 1];
        let row: Vec<&str> = std::iter::once("bo@example.com").chain(row).collect();
        let file = table(&[&header, &row], ';', "\n", true);
        let mut world = World::new();
        let campaign = world.email_campaign("A");
        let previewed = world.me().preview_csv(file.as_bytes(), Reading::default()).unwrap();
        prop_assert_eq!(told(&import(&mut world, campaign, &file, json!(["email"]))), "2 imported");
        let names = previewed.columns[1..].iter().map(|column| (column.name.clone(), json!("v")));
        let expected = Value::Object(names.collect());
        prop_assert_eq!(expected.as_object().unwrap().len(), header.len() - 1, "no two have the same name");
        prop_assert_eq!(&prospects(&mut world, campaign)[0]["custom_fields"], &expected);
    }

    #[test]
    fn no_bytes_make_an_import_panic_or_break_a_promise(
        mark in select(vec![&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF", b"Email,", b"sep=;\n"]),
        body in prop_oneof![
            vec(any::<u8>(), 0..120),
            "([a-c]@x\\.y|linkedin\\.com/in/[a-c]|[\"',;|\t\r\n \0a-cé%]){0,40}".prop_map(String::into_bytes),
        ],
    ) {
        let file = [mark, &body].concat();
        let mut world = World::new();
        for (campaign, field) in [(world.email_campaign("A"), "email"), (world.linkedin_campaign("B"), "linkedin_url")] {
            let before = world.store.dump().unwrap();
            match try_import(&mut world, campaign, &file, json!([field])) {
                Ok(report) => {
                    let previewed = world.me().preview_csv(&file, Reading::default()).unwrap();
                    prop_assert_eq!(previewed.total as usize, report.total());
                    prop_assert_eq!(import(&mut world, campaign, &file, json!([field])).imported, 0);
                }
                Err(error) => {
                    prop_assert_eq!(error.code(), "invalid_input");
                    prop_assert_eq!(world.store.dump().unwrap(), before);
                }
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
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

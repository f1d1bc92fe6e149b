//! Previewing a file.

use super::*;
use campaignkit::Input;

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

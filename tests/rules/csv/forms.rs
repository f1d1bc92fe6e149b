//! The same rows in any form of file give the same import.

use super::*;

/// The report and the whole database after importing the file into a new one.
fn imported_alone(file: &[u8]) -> (Value, Value, String) {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let suppressions = json!({ "suppressions": [{ "type": "email_address", "value": "out@example.com" }] });
    world.me().add_suppressions(suppressions).unwrap();
    let previewed = preview(&mut world, file);
    let report = shape(&import_as_suggested(&mut world, campaign, file));
    (previewed, report, world.store.dump().unwrap())
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

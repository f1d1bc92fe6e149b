//! Any rows that are written come back as the same people.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;

/// Addresses of few people, in several forms; blank ones, and invalid ones.
fn addresses() -> impl Strategy<Value = String> {
    prop_oneof![8 => " ?[abAB]{1,2}@x\\.(de|fr|FR) ?", 1 => "[ \t]?", 1 => "[a-z ]{1,4}"]
}

/// Cells with every character that has a meaning in a format, but without an address.
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

/// A cell without the apostrophe that protects it from spreadsheets.
fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])).unwrap_or(cell)
}

/// The result for the rows by `docs/rules.md#csv-files`: a short report, and the prospects.
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

//! Unusable files, and files that are too large.

use super::*;

/// The result of importing a file as plausibly as possible: the outcomes, or the error code and its line.
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
            assert_eq!(shape(&previewed), shape(&imported), "both give the same error");
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
            // The first of several addresses in a cell.
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
    assert_eq!((preview.total, preview.rows.len()), (7, 2), "rows that are too large are not shown");
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

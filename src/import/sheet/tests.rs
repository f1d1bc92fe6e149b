#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::bounds::COLUMNS_MAX;
use crate::store::host::SimulatedHost;

pub(super) const IDENTITIES: Identities = Identities {
    is_email: |cell| cell.contains('@') && !cell.contains([' ', ',', ';', '\t', '|', '"', '\n']),
    is_profile: |cell| cell.contains("linkedin.com/") && !cell.contains([' ', ',', ';', '\t', '|', '"', '\n']),
};

type Content = (Vec<String>, Vec<(u32, Vec<String>)>);

fn sheet(bytes: &[u8]) -> Result<Sheet<'_>, Fault> {
    let text = Text::read(bytes, None, &mut SimulatedHost::new(1, 0)).map_err(|fault| match fault {
        Fault::Encoding { line, .. } => Fault::Encoding { line, encoding: "", suggestions: Vec::new() },
        fault => fault,
    });
    Sheet::read(text?, &Words::new(), IDENTITIES, Given::default())
}

fn content(bytes: &[u8]) -> Result<Content, Fault> {
    let sheet = sheet(bytes)?;
    let (mut rows, mut content) = (sheet.rows(), Vec::new());
    while let Some(row) = rows.next()? {
        let cells: Vec<String> = row.cells().map(str::to_owned).collect();
        assert_eq!(row.len(), cells.len());
        content.push((row.line(), cells));
    }
    assert_eq!(rows.next().map(|row| row.is_none()), Ok(true), "the end stays the end");
    Ok((sheet.columns().to_vec(), content))
}

/// `a·b / 2:1·2`: the columns, then the rows with their lines.
fn outcome(bytes: &[u8]) -> Result<String, Fault> {
    let (columns, rows) = content(bytes)?;
    let rows = rows.into_iter().map(|(line, cells)| format!(" / {line}:{}", cells.join("·")));
    Ok(columns.join("·") + &rows.collect::<String>())
}

/// The fault on this line of a file with a byte order mark.
fn malformed(line: u32) -> Result<&'static str, Fault> {
    Err(Fault::Encoding { line, encoding: "", suggestions: Vec::new() })
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Writes rows with `::csv`; returns the lines on which they start, too.
fn written(rows: &[Vec<String>], delimiter: u8, end: &str, quotes: ::csv::QuoteStyle) -> (String, Vec<u32>) {
    let mut text = String::new();
    let mut lines = Vec::new();
    for row in rows {
        lines.push(1 + text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() as u32);
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(quotes)
            .terminator(::csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        writer.write_record(row).unwrap();
        let row = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        text += row.strip_suffix('\n').unwrap();
        text += end;
    }
    (text, lines)
}

fn owned(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[test]
fn the_same_rows_are_read_whatever_the_encoding_the_delimiter_and_the_line_ends() {
    let table = |end: &str| {
        let quoted = format!("one{end}two{end}{end}four");
        owned(&[
            &["Name", "E-Mail", "Note"],
            &["Zoë Müller", "zoe@example.com", "said \"yes\", then; left\t| came back"],
            &["山田 𝄞", "yamada@example.com", &quoted],
            &["Ana", "ana@example.com", ""],
            &["", "", "last"],
        ])
    };
    for delimiter in *b",;\t|" {
        for end in ["\n", "\r\n", "\r"] {
            for quotes in [::csv::QuoteStyle::Necessary, ::csv::QuoteStyle::Always] {
                let rows = table(end);
                let (text, lines) = written(&rows, delimiter, end, quotes);
                assert_eq!(lines, [1, 2, 3, 7, 8]);
                for (encoding, bytes) in [
                    ("utf-8", text.as_bytes().to_vec()),
                    ("utf-8", format!("\u{feff}{text}").into_bytes()),
                    ("utf-16le", utf16(&text, u16::to_le_bytes)),
                    ("utf-16be", utf16(&text, u16::to_be_bytes)),
                    ("utf-8", text.trim_end_matches(end).as_bytes().to_vec()),
                ] {
                    let sheet = sheet(&bytes).unwrap();
                    assert_eq!(sheet.encoding().word(), encoding);
                    assert_eq!(sheet.delimiter(), Some(char::from(delimiter)));
                    assert_eq!(sheet.header_line(), Some(1));
                    let expected = lines[1..].iter().copied().zip(rows[1..].iter().cloned()).collect();
                    assert_eq!(content(&bytes), Ok((rows[0].clone(), expected)), "{delimiter} {end:?}");
                }
            }
        }
    }
}

#[test]
fn a_row_has_the_line_it_starts_on() {
    for (text, expected) in [
        ("a,b\n1,2\n3,4\n", "a·b / 2:1·2 / 3:3·4"),
        ("a,b\r\n1,2\r\n3,4", "a·b / 2:1·2 / 3:3·4"),
        ("a,b\r1,2\r3,4\r", "a·b / 2:1·2 / 3:3·4"),
        ("a,b\n1,2\r\n3,4\r5,6\n\r7,8", "a·b / 2:1·2 / 3:3·4 / 4:5·6 / 6:7·8"),
        ("\n\r\n\ra,b\n\n\n1,2\r\n\r\n3,4\r\r5,6", "a·b / 7:1·2 / 9:3·4 / 11:5·6"),
        ("a,b\n\"1\n1\",2\n3,4", "a·b / 2:1\n1·2 / 4:3·4"),
        ("a,b\r\n\"1\r\n1\",2\r\n3,4", "a·b / 2:1\r\n1·2 / 4:3·4"),
        ("a,b\r\"1\r1\",2\r3,4", "a·b / 2:1\r1·2 / 4:3·4"),
        ("a,b\r\n1,\"\r\n\"\r\n3,4", "a·b / 2:1·\r\n / 4:3·4"),
        ("a,b\n1,\"\r\"\n3,4", "a·b / 2:1·\r / 4:3·4"),
        ("\"a\n\nb\",c\n1,2", "a__b·c / 4:1·2"),
        ("sep=;\r\na;b\r\n1;2", "a·b / 3:1·2"),
        ("\u{feff}sep=,\n\na,b\n1,2", "a·b / 4:1·2"),
        ("a,b\n , \n,\n1,2\n\u{a0},\t\n3,4", "a·b / 4:1·2 / 6:3·4"),
        ("a,b\r\n \"1\r\n\",2\r\n3,4", "a·b / 2:1\r\n·2 / 4:3·4"),
    ] {
        assert_eq!(outcome(text.as_bytes()), Ok(expected.to_owned()), "{text:?}");
    }
}

#[test]
fn the_delimiter_is_found() {
    for (text, expected) in [
        ("a,b\n1,2", Some(',')),
        ("a;b\n1;2", Some(';')),
        ("a\tb\n1\t2", Some('\t')),
        ("a|b\n1|2", Some('|')),
        ("name\nAna\nBo", None),
        ("name\nSmith, Ana\nDoe, Bo", None),
        ("ana@example.com\nbo@example.com", None),
        // More rows are as wide as the first one.
        ("name;company, city;phone\nAna;Acme, Lisbon;1\nBo;Beta;2", Some(';')),
        ("name, first;a\nAna;b\nBo;c", Some(';')),
        // The wider one.
        ("a;b;c, d", Some(';')),
        // Quotes are respected.
        ("\"a,b,c\";d\n\"1,2,3\";4", Some(';')),
        ("a,\"b;c;d\"\n1,\"2;3;4\"", Some(',')),
        ("a,\"b\nc;d;e\nf;g;h\"\n1,2", Some(',')),
        // Addresses are whole cells, however ragged the rows are.
        ("email,notes;tags\na@x.y,hello;1\nb@x.y,foo,bar;2", Some(',')),
        ("last, first;email\nSmith, Ana;a@x.y\nDoe, Bo;b@x.y", Some(';')),
        // The file's own statement takes precedence over its looks.
        ("sep=;\na,b\n1,2", Some(';')),
        ("SEP=^\na^b,c", Some('^')),
        ("sep=\t\na,b\t1", Some('\t')),
        ("\"sep=;\"\na;b", Some(';')),
        ("sep=,,,\na,b,c", Some(',')),
        ("sep=^\na^b\n1^2", Some('^')),
        ("sep=\na;b\n1;2", Some(';')),
    ] {
        assert_eq!(sheet(text.as_bytes()).unwrap().delimiter(), expected, "{text:?}");
    }
    let long = format!("a;b\n\"{}\";1\n", "x,y\n".repeat(50_000));
    assert_eq!(sheet(long.as_bytes()).unwrap().delimiter(), Some(';'));
    let low = format!("{}a;b\n1;2\n", "\r\n".repeat(50_000));
    assert_eq!(sheet(low.as_bytes()).unwrap().delimiter(), Some(';'));
    let late = format!("a;b,c\n{}{}", "1;2,3\n".repeat(30), "1;2\n".repeat(100));
    assert_eq!(sheet(late.as_bytes()).unwrap().delimiter(), Some(','), "the first rows decide");
}

#[test]
fn a_first_row_that_identifies_somebody_is_no_header() {
    for text in ["Ana,ana@example.com\nBo,bo@example.com", "https://linkedin.com/in/ana,Ana\nlinkedin.com/in/bo,Bo"] {
        let sheet = sheet(text.as_bytes()).unwrap();
        assert_eq!(sheet.header_line(), None);
        assert_eq!(sheet.columns(), ["column 1", "column 2"]);
        assert_eq!(sheet.rows().next().unwrap().unwrap().line(), 1);
    }
    let outcome = outcome("\n\nana@example.com\n\nbo@example.com".as_bytes());
    assert_eq!(outcome.unwrap(), "column 1 / 3:ana@example.com / 5:bo@example.com");
}

#[test]
fn the_note_above_linkedins_export_of_connections_is_passed_over() {
    for (text, line) in [
        ("Notes:\n\"When exporting, you may notice\"\n\nFirst Name,URL\nAna,https://www.linkedin.com/in/ana", 5),
        ("Notes:\r\n\"a\"\r\n\"b\"\r\n\r\nFirst Name,URL\r\nAna,https://www.linkedin.com/in/ana", 6),
        ("Notes:;;\n\"a, b\";;\n;;\nFirst Name;URL\nAna;https://www.linkedin.com/in/ana", 5),
    ] {
        let (columns, rows) = content(text.as_bytes()).unwrap();
        assert_eq!(columns, ["First Name", "URL"]);
        assert_eq!(rows, [(line, vec!["Ana".to_owned(), "https://www.linkedin.com/in/ana".to_owned()])]);
    }
    assert_eq!(outcome(b"Notes:\nfirst\nsecond"), Ok("Notes: / 2:first / 3:second".to_owned()));
    assert_eq!(outcome(b"Notes,Name\n\n1,2"), Ok("Notes·Name / 3:1·2".to_owned()));
}

#[test]
fn column_names_are_different_keys() {
    let long = "x".repeat(300);
    for (header, expected) in [
        (" a ,b\tb,\"c\nd\"", vec!["a", "b_b", "c_d"]),
        ("100%,a|b,\u{1}x", vec!["100_", "a_b", "_x"]),
        ("a,,b, ", vec!["a", "column 2", "b", "column 4"]),
        ("a,a,a,A", vec!["a", "a (2)", "a (3)", "A"]),
        ("a,a (2),a,a", vec!["a", "a (2)", "a (3)", "a (4)"]),
        ("a%,a_,a|", vec!["a_", "a_ (2)", "a_ (3)"]),
        ("column 2,,", vec!["column 2", "column 2 (2)", "column 3"]),
    ] {
        assert_eq!(outcome(header.as_bytes()), Ok(expected.join("·")), "{header:?}");
    }
    let sheet = [long.as_str(), long.as_str(), &long[..250], &"ä".repeat(300)].join(",");
    let (columns, _) = content(sheet.as_bytes()).unwrap();
    assert_eq!(columns[0], long[..255]);
    assert_eq!(columns[1], format!("{} (2)", &long[..247]));
    assert_eq!(columns[2], long[..250]);
    assert_eq!(columns[3], "ä".repeat(255));
}

#[test]
fn a_hash_is_of_the_bytes() {
    // SipHash-1-3-128 with a key of zeros, computed with another implementation.
    assert_eq!(content_hash(b"", Encoding::UTF_8, Given::default()), "b91c5ed031fb33032134935d61d9b40d");
    assert_eq!(content_hash(b"a,b\n1,2\n", Encoding::UTF_8, Given::default()), "852aac0fbe4c474d6b876129a4d918ad");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn files_that_are_no_good_tables_have_a_known_outcome() {
    use Fault::{Empty, NulByte, TooManyColumns, UnterminatedQuote};
    let many = "x,".repeat(COLUMNS_MAX);
    let fits = ["a,b\n1", &"x,".repeat(COLUMNS_MAX - 1)].concat();
    let fitting = ["a·b / 2:1", &"x·".repeat(COLUMNS_MAX - 1)].concat();
    let wide_row = ["a,b\n1,2\n", &many].concat();
    let delimiters = ",".repeat(COLUMNS_MAX);
    let cases: Vec<(&str, &[u8], Result<&str, Fault>)> = vec![
        ("nothing", b"", Err(Empty)),
        ("a byte order mark", b"\xEF\xBB\xBF", Err(Empty)),
        ("a byte order mark of UTF-16LE", b"\xFF\xFE", Err(Empty)),
        ("a byte order mark of UTF-16BE", b"\xFE\xFF", Err(Empty)),
        ("a byte order mark below the header", b"a\n\xEF\xBB\xBF", Ok("a / 2:\u{feff}")),
        ("half a byte order mark", b"\xEF\xBB", Ok("ï»")),
        ("a quarter of one", b"\xFF", Ok("ÿ")),
        ("a line end", b"\n", Err(Empty)),
        ("blank lines", b"\r\n\n\r\r\n", Err(Empty)),
        ("white space", b"  \t \n \r\n", Err(Empty)),
        ("delimiters", b",,,\n,,\n", Err(Empty)),
        ("delimiters of all kinds", b",;\t|\n|;\t,", Err(Empty)),
        ("empty quotes", b"\"\",\"\"\n\"\"", Err(Empty)),
        ("sep= without a delimiter", b"sep=", Err(Empty)),
        ("sep= with nothing below", b"sep=;\r\n", Err(Empty)),
        ("sep= twice", b"sep=;\nsep=;\na;b", Ok("sep=·column 2 / 3:a·b")),
        ("sep= with two delimiters", b"sep=;,\n1;2", Ok("sep=·, / 2:1·2")),
        ("sep= with a letter", b"sep=x\naxb", Ok("sep=x / 2:axb")),
        ("sep= with a quote", b"sep=\"\na,b", Ok("sep=\" / 2:a,b")),
        ("sep= with another delimiter than the rows", b"sep=;\na,b\n1,2", Ok("a,b / 3:1,2")),
        ("a header only", b"name,email", Ok("name·email")),
        ("a header and blank lines", b"name,email\r\n\r\n,\r\n", Ok("name·email")),
        ("one word", b"name", Ok("name")),
        ("one character", b"x\n", Ok("x")),
        ("the same name twice", b"a,a\n1,2", Ok("a·a (2) / 2:1·2")),
        ("a header of quotes", b"\"\"\"\",\"\"\"\"\"\"\n1,2", Ok("\"·\"\" / 2:1·2")),
        ("a quote", b"\"", Err(Empty)),
        ("an open quote", b"\"a", Err(UnterminatedQuote { line: 1 })),
        ("an open quote in the header", b"a,\"b\n1,2\n", Err(UnterminatedQuote { line: 1 })),
        ("an open quote in a row", b"a,b\n1,2\n3,\"4\n5,6\n", Err(UnterminatedQuote { line: 3 })),
        ("an open quote after CRLF", b"a,b\r\n1,2\r\n3,\"4\r\n5,6\r\n", Err(UnterminatedQuote { line: 3 })),
        ("an open quote at the end", b"a,b\n1,\"", Err(UnterminatedQuote { line: 2 })),
        ("an open quote after a closed one", b"a,b\n\"1\n1\",\"2", Err(UnterminatedQuote { line: 2 })),
        ("an open quote after a doubled one", b"a,b\n1,\"2\"\"", Err(UnterminatedQuote { line: 2 })),
        ("an open quote in one column", b"a\nb\n\"c\nd", Err(UnterminatedQuote { line: 3 })),
        ("an open quote below sep=", b"sep=;\na;b\n1;\"2", Err(UnterminatedQuote { line: 3 })),
        ("three quotes", b"a,b\n\"\"\",2", Err(UnterminatedQuote { line: 2 })),
        ("a quote closed far below", b"a,b\n\"1,2\n3,4\n5\",6", Ok("a·b / 2:1,2\n3,4\n5·6")),
        ("quotes inside of a cell", b"a,b\n1 \"x\" 2,5\" pipe", Ok("a·b / 2:1 \"x\" 2·5\" pipe")),
        ("text after a closed quote", b"a,b\n\"1\"x,\"2\" \"3\"", Ok("a·b / 2:1x·2 \"3\"")),
        ("a space before a quote", b"a,b\n1, \"2\"", Ok("a·b / 2:1·2")),
        ("a closed quote at the end", b"a,b\n1,\"2\"", Ok("a·b / 2:1·2")),
        ("an empty cell at the end", b"a,b\n1,", Ok("a·b / 2:1·")),
        ("a row too short", b"a,b,c\n1\n1,2,3", Ok("a·b·c / 2:1 / 3:1·2·3")),
        ("a row too long", b"a,b\n1,2,3,4", Ok("a·b / 2:1·2·3·4")),
        ("a header too short", b"a\n1,2\n3,4", Ok("a / 2:1,2 / 3:3,4")),
        ("as many cells as there may be", fits.as_bytes(), Ok(&fitting)),
        ("too many columns", many.as_bytes(), Err(TooManyColumns { line: 1 })),
        ("too many cells in a row", wide_row.as_bytes(), Err(TooManyColumns { line: 3 })),
        ("many delimiters", delimiters.as_bytes(), Err(Empty)),
        ("NUL in the header", b"a\0,b\n1,2", Err(NulByte { line: 1 })),
        ("NUL in the header below blank lines", b"\n\na,\0\n1,2", Err(NulByte { line: 3 })),
        ("NUL in the first row without a header", b"a@x.y,\0\n", Err(NulByte { line: 1 })),
        ("NUL in a row", b"a,b\n1,\0\n3,4", Ok("a·b / 2:1·\0 / 3:3·4")),
        ("NUL only", b"\0\0\0\0", Err(NulByte { line: 1 })),
        ("UTF-16 without a byte order mark", b"a\0,\0b\0\n\0", Ok("a·b")),
        ("UTF-32", b"\xFF\xFE\0\0a\0\0\0,\0\0\0", Err(NulByte { line: 1 })),
        ("Latin-1 in the header", b"Pr\xE9nom,b\n1,2", Ok("Prénom·b / 2:1·2")),
        ("Latin-1 in a row", b"a,b\r\n1,2\r\nM\xFCller,4", Ok("a·b / 2:1·2 / 3:Müller·4")),
        ("Latin-1 after CR", b"a,b\r1,2\r\xFC,4", Ok("a·b / 2:1·2 / 3:ü·4")),
        ("half a character at the end", b"\xC3\xA9,\xC3\xA8\n\xC3\xAA,\xC3\xAB\xC3", malformed(2)),
        ("an overlong character", b"a,b\n1,\xC0\xAF", Ok("a·b / 2:1·АЇ")),
        ("a surrogate in UTF-8", b"a,b\n1,\xED\xA0\x80", Ok("a·b / 2:1·í\u{a0}€")),
        ("beyond the last character", b"a\n\xF4\x90\x80\x80", Ok("a / 2:фђЂЂ")),
        ("a lone high surrogate", b"\xFF\xFEa\0\n\0\x3D\xD8x\0", malformed(2)),
        ("a lone low surrogate", b"\xFE\xFF\0a\0\n\xDC\x00\0x", malformed(2)),
        ("half a pair at the end", b"\xFF\xFEa\0\n\0\n\0\x3D\xD8", malformed(3)),
        ("an odd number of bytes", b"\xFF\xFEa\0\r\0\n\0b", malformed(2)),
        ("one byte after the mark", b"\xFE\xFF\0", malformed(1)),
        ("an open quote in UTF-16", b"\xFF\xFEa\0\n\0\"\0b\0", Err(UnterminatedQuote { line: 2 })),
        ("two byte order marks", b"\xEF\xBB\xBF\xEF\xBB\xBFa,b\n1,2", Ok("a·b / 2:1·2")),
        ("a form feed and a vertical tab", b"a,b\n\x0C,\x0B\n1,2", Ok("a·b / 3:1·2")),
        (
            "other line ends of Unicode",
            "a,b\n1\u{2028}2,\u{85}\n3,4".as_bytes(),
            Ok("a·b / 2:1\u{2028}2·\u{85} / 3:3·4"),
        ),
        ("mixed delimiters", b"a,b;c\n1,2;3", Ok("a·b;c / 2:1·2;3")),
        ("a backslash before a quote", b"a,b\n\"1\\\",2", Ok("a·b / 2:1\\·2")),
        ("a note without a table", b"Notes:\n\n", Err(Empty)),
    ];
    assert!(cases.len() >= 50);
    for (what, bytes, expected) in cases {
        assert_eq!(outcome(bytes), expected.map(str::to_owned), "{what}");
    }
}

#[test]
fn a_cell_may_be_of_many_lines() {
    let long = "lorem \"\" ipsum,\r\n".repeat(1024 * 1024 / 17);
    let text = format!("a,b\r\n1,\"{long}\"\r\n3,4");
    let (_, rows) = content(text.as_bytes()).unwrap();
    assert_eq!(rows[0].0, 2);
    assert_eq!(rows[0].1[1], long.replace("\"\"", "\""));
    assert_eq!(rows[1], (3 + long.matches('\n').count() as u32, vec!["3".to_owned(), "4".to_owned()]));
    let open = format!("a,b\r\n1,\"{long}\r\n3,4");
    assert_eq!(content(open.as_bytes()), Err(Fault::UnterminatedQuote { line: 2 }));
}

fn cells() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,5}",
        "[\"',;|\t\r\n a-cé]{0,8}",
        "\\PC{0,6}",
        select(vec!["\"", "\r", "\n", "\r\n", "\"\"", "\u{1F600}", " ", "sep=;"]).prop_map(str::to_owned),
    ]
    .prop_map(|cell| cell.replace('\u{feff}', ""))
}

fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1..6_usize).prop_flat_map(|width| vec(vec(cells(), width), 0..8))
}

fn quotes() -> impl Strategy<Value = ::csv::QuoteStyle> {
    use ::csv::QuoteStyle::{Always, Necessary, NonNumeric};
    select(vec![Necessary, Always, NonNumeric])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_is_read(
        table in tables(),
        delimiter in select(b",;\t|".to_vec()),
        end in select(vec!["\n", "\r\n", "\r"]),
        quotes in quotes(),
        encoding in 0..4_usize,
        blank in select(vec!["", " ", "\t ", "\"\""]),
        is_hinted in any::<bool>(),
        is_ended in any::<bool>(),
    ) {
        let width = table.first().map_or(2, Vec::len);
        let header = (1..=width).map(|column| format!("name {column}")).collect();
        let rows: Vec<_> = [vec![header], table].concat();
        let (body, mut lines) = written(&rows, delimiter, end, quotes);
        // With the `sep=` line, and blank ones above the table.
        let mut text = if is_hinted { format!("sep={}{end}", char::from(delimiter)) } else { String::new() };
        text += &format!("{blank}{end}").repeat(3);
        lines.iter_mut().for_each(|line| *line += 3 + u32::from(is_hinted));
        text += &body;
        if !is_ended {
            text.truncate(text.len() - end.len());
        }
        let bytes = match encoding {
            0 => text.into_bytes(),
            1 => format!("\u{feff}{text}").into_bytes(),
            2 => utf16(&text, u16::to_le_bytes),
            _ => utf16(&text, u16::to_be_bytes),
        };
        // An apostrophe that protects the cell from spreadsheets is not part of the text.
        let unmarked = |cell: String| match cell.strip_prefix('\'') {
            Some(text) if exported_file::is_marked(text.as_bytes()) => text.to_owned(),
            _ => cell,
        };
        let mut expected = lines.into_iter().zip(rows.into_iter().map(|row| row.into_iter().map(unmarked).collect::<Vec<_>>()));
        let (_, header) = expected.next().unwrap();
        let expected = expected.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())).collect();
        prop_assert_eq!(content(&bytes), Ok((header, expected)));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300), mark in select(vec![&b""[..], b"\xFF\xFE", b"\xFE\xFF"])) {
        let _ = content(&[mark, &bytes].concat());
        let _ = content_hash(&bytes, Encoding::UTF_8, Given::default());
    }

    #[test]
    fn no_table_makes_it_panic_and_lines_rise(
        text in "(sep=.?\n)?[a\"',;|\t\r\n \u{feff}\0é@/]{0,60}",
    ) {
        if let Ok((columns, rows)) = content(text.as_bytes()) {
            let different: std::collections::HashSet<_> = columns.iter().collect();
            prop_assert_eq!(different.len(), columns.len());
            prop_assert!(rows.windows(2).all(|rows| rows[0].0 < rows[1].0));
            let last = text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() as u32 + 1;
            prop_assert!(rows.iter().all(|(line, _)| (1..=last).contains(line)));
        }
    }
}

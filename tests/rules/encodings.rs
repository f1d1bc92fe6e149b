//! The encoding in which a file is read, with and without one given (`docs/rules.md#encodings`).

mod names;

use crate::world::{World, shape};
use campaignkit::Reading;
use names::{LANGUAGES, Random};
use serde_json::{Value, json};

/// The detected encoding of a file of rows.
fn encoding_of(world: &mut World, file: &[u8]) -> Result<String, campaignkit::Error> {
    world.me().preview_csv(file, Reading::default()).map(|preview| preview.encoding.to_owned())
}

/// How many of a hundred generated lists are read as they were written, for each encoding.
fn read_right(rows: usize, lists: usize) -> Vec<(&'static str, f64, Vec<String>)> {
    let mut world = World::new();
    let mut figures: Vec<(&str, usize, usize, Vec<String>)> = Vec::new();
    for language in LANGUAGES {
        for encoding in language.encodings {
            let reference = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
            let mut random = Random::of(&format!("{} {encoding} {rows}", language.name));
            for _ in 0..lists {
                let text = language.list(rows, &mut random);
                let (bytes, _, is_lossy) = reference.encode(&text);
                assert!(!is_lossy, "{} in {encoding}", language.name);
                let read = encoding_of(&mut world, &bytes).unwrap_or_else(|error| error.code().to_owned());
                let decoded = encoding_rs::Encoding::for_label(read.as_bytes())
                    .and_then(|read| read.decode_without_bom_handling_and_without_replacement(&bytes));
                let place = figures.iter().position(|(name, ..)| name == encoding).unwrap_or(figures.len());
                if place == figures.len() {
                    figures.push((encoding, 0, 0, Vec::new()));
                }
                let (_, right, all, wrong) = &mut figures[place];
                *all += 1;
                if decoded.is_some_and(|decoded| decoded == text) {
                    *right += 1;
                } else {
                    wrong.push(format!("{} as {read}", language.name));
                }
            }
        }
    }
    figures.into_iter().map(|(name, right, all, wrong)| (name, right as f64 * 100. / all as f64, wrong)).collect()
}

#[test]
fn lists_of_names_are_read_as_they_were_written() {
    for (rows, lists, least) in [(500, 2, 98.), (20, 12, 90.)] {
        let figures = read_right(rows, lists);
        assert!(figures.len() >= 20, "{}", figures.len());
        let mut sum = 0.;
        for (encoding, right, wrong) in &figures {
            println!("{rows:>4} rows {encoding:>14} {right:>6.1} % {}", wrong.join(", "));
            sum += right;
        }
        let average = sum / figures.len() as f64;
        println!("{rows:>4} rows {:>14} {average:>6.2} %", "all");
        assert!(average >= least, "{rows} rows: {average} %");
        for (encoding, right, _) in figures {
            assert!(right >= least - 10., "{rows} rows in {encoding}: {right} %");
        }
    }
}

/// The people of a file that is imported as its preview suggests: `address|first name or name|company`.
fn people(world: &mut World, file: &[u8], reading: &Value) -> Vec<String> {
    let preview = world.me().preview_csv(file, reading.clone()).unwrap();
    let campaign = world.email_campaign("People");
    let mut request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash });
    request.as_object_mut().unwrap().extend(reading.as_object().unwrap().clone());
    world.me().import_csv(campaign, file, request).unwrap();
    let page = shape(&world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap());
    world.me().delete_campaign(campaign).unwrap();
    let fields = |person: &Value| {
        let name = if person["first_name"].is_null() { &person["name"] } else { &person["first_name"] };
        let fields = [&person["email"], name, &person["company"]].map(|field| field.as_str().map(str::to_owned));
        fields.into_iter().flatten().collect::<Vec<_>>().join("|")
    };
    page["prospects"].as_array().unwrap().iter().map(fields).collect()
}

#[test]
fn files_of_a_row_or_two_are_read_as_the_common_programs_write_them() {
    let cases: [(&[u8], &str, &str); 11] = [
        (
            b"Anrede;Vorname;Nachname;Firma;E-Mail-Adresse\r\nFrau;J\xFCrgen;M\xFCller;\xD6l & S\xF6hne \x96 K\xF6ln;j@x.com\r\n\
              Herr;Zo\xEB;Wei\xDF;Stra\xDFenbau \x93Nord\x94 \x80;z@x.com\r\n",
            "windows-1252",
            "j@x.com|Jürgen|Öl & Söhne – Köln / z@x.com|Zoë|Straßenbau “Nord” €",
        ),
        (b"Name;E-Mail\r\n\xC4nne \xD6sel;anne@x.de\r\n", "windows-1252", "anne@x.de|Änne"),
        (
            b"E-mail;Imi\xEA;Nazwisko;Firma\r\nl@x.pl;\xA3ukasz;\xAF\xF3\xB3\xE6;\x8Cwiat Ksi\xB9\xBFki\r\n",
            "windows-1250",
            "l@x.pl|Łukasz|Świat Książki",
        ),
        (b"E-mail;\xC8\xEC\xFF\r\nivan@x.ru;\xC8\xE2\xE0\xED\r\n", "windows-1251", "ivan@x.ru|Иван"),
        (
            b"\x8E\x81\x96\xBC,\x89\xEF\x8E\xD0\x96\xBC,Email\r\n\x95\\ \x8F\\\x8EO,\x83\\\x83j\x81[\x8F\xA4\x93X,o@x.jp\r\n",
            "shift_jis",
            "o@x.jp|表 十三|ソニー商店",
        ),
        (b"\xD0\xD5\xC3\xFB,\xB9\xAB\xCB\xBE,Email\r\n\xCD\xF5\xD0\xA1\xC3\xF7,\xCA\xBE\xC0\xFD,w@x.cn\r\n", "gb18030", "w@x.cn|王小明|示例"),
        (b"\xC0\xCC\xB8\xA7,\xC8\xB8\xBB\xE7,Email\r\n\xB1\xE8\xC3\xB6\xBC\xF6,\xBF\xB9\xBD\xC3,k@x.kr\r\n", "euc-kr", "k@x.kr|김철수|예시"),
        (b"\xA9m\xA6W,\xA4\xBD\xA5q,Email\r\n\xB3\xAF\xA4j\xA4\xE5,\xBDd\xA8\xD2,c@x.tw\r\n", "big5", "c@x.tw|陳大文|範例"),
        (b"E\0m\0a\0i\0l\0\t\0N\0a\0m\0e\0\n\0a\0@\0x\0.\0y\0\t\0A\0n\0a\0\n\0", "utf-16le", "a@x.y|Ana"),
        (b"\0E\0m\0a\0i\0l\0,\0N\0a\0m\0e\0\n\0a\0@\0x\0.\0y\0,\x01\x0D\0n\0a\0\n", "utf-16be", "a@x.y|čna"),
        (b"Email,First Name\rjose@x.com,Jos\xE9\r", "windows-1252", "jose@x.com|José"),
    ];
    let mut world = World::new();
    for (file, encoding, expected) in cases {
        let preview = world.me().preview_csv(file, Reading::default()).unwrap();
        assert_eq!((preview.encoding, preview.is_encoding_guessed), (encoding, true), "{expected}");
        let people = people(&mut world, file, &json!({})).join(" / ");
        assert_eq!(people, expected);
    }
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let (bytes, _, is_lossy) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text);
    assert!(!is_lossy, "{text} in {label}");
    bytes.into_owned()
}

#[test]
fn an_encoding_that_is_given_decides() {
    let table = "Email,First Name,Company\ra@x.com,José,Peña “Diseño”\r";
    let mut world = World::new();
    for label in ["macintosh", "x-mac-roman", " MAC\n"] {
        let reading = Reading { encoding: Some(label.to_owned()), ..Reading::default() };
        let preview = world.me().preview_csv(&encoded(table, "macintosh"), reading).unwrap();
        assert_eq!((preview.encoding, preview.is_encoding_guessed), ("macintosh", false));
        assert_eq!(
            people(&mut world, &encoded(table, "macintosh"), &json!({ "encoding": label })),
            ["a@x.com|José|Peña “Diseño”"]
        );
    }
    let cases: [(&[u8], Value, &str, Value); 7] = [
        ("é,a@x.com".as_bytes(), json!({ "encoding": "windows-1252" }), "windows-1252", json!("Ã©")),
        ("é,a@x.com".as_bytes(), json!({ "encoding": null }), "utf-8", json!("é")),
        ("\u{feff}é,a@x.com".as_bytes(), json!({ "encoding": "utf8" }), "utf-8", json!("é")),
        (b"\xFF\xFE\xE9\0,\0a\0@\0x\0.\0y\0", json!({ "encoding": "utf-16" }), "utf-16le", json!("é")),
        (b"\xE9\0,\0a\0@\0x\0.\0y\0", json!({ "encoding": "ucs-2" }), "utf-16le", json!("é")),
        (b"\xE9,a@x.com", json!({ "encoding": "koi8-u" }), "koi8-u", json!("И")),
        (b"\x8B\xE0,a@x.com", json!({ "encoding": "sjis" }), "shift_jis", json!("金")),
    ];
    for (file, reading, encoding, cell) in cases {
        let preview = shape(&world.me().preview_csv(file, reading).unwrap());
        assert_eq!((&preview["encoding"], &preview["rows"][0][0]), (&json!(encoding), &cell));
    }
}

#[test]
fn a_file_that_an_encoding_cannot_read_is_refused_with_the_line_and_what_to_try() {
    let good = "é,ü,ö,ñ\n";
    let damaged = [good.repeat(9).as_bytes(), b"\xC3\n", good.as_bytes()].concat();
    let cyrillic = encoded("Имя,Фамилия\nИван,Смирнов\nОльга,Кузнецова\n", "windows-1251");
    let cases: [(&[u8], Value, u64, &str, &str); 5] = [
        (&damaged, json!({}), 10, "utf-8", "windows-1252"),
        (&cyrillic, json!({ "encoding": "utf-8" }), 1, "utf-8", "windows-1251"),
        (&cyrillic, json!({ "encoding": "shift_jis" }), 1, "shift_jis", "windows-1251"),
        (b"a,b\nc,\xAA", json!({ "encoding": "cp1253" }), 2, "windows-1253", "windows-1252"),
        ("х\nх".as_bytes(), json!({ "encoding": "euc-jp" }), 1, "euc-jp", "utf-8"),
    ];
    let mut world = World::new();
    for (file, reading, line, encoding, first) in cases {
        let previewed = world.me().preview_csv(file, reading.clone());
        let issue = shape(&previewed.unwrap_err())["issues"][0].clone();
        assert_eq!((&issue["path"], &issue["code"]), (&json!("bytes"), &json!("malformed_encoding")));
        assert_eq!((&issue["line"], &issue["encoding"]), (&json!(line), &json!(encoding)), "{issue}");
        assert_eq!(issue["suggestions"][0], first, "{issue}");
        for suggestion in issue["suggestions"].as_array().unwrap() {
            assert!(world.me().preview_csv(file, json!({ "encoding": suggestion })).is_ok(), "{suggestion}");
        }
    }
    // With its mark, it is neither valid UTF-8 nor valid UTF-16.
    let error = world.refused(|me| me.preview_csv(&b"\xFF\xFEa\0@\0x\0."[..], json!({})));
    assert_eq!(shape(&error)["issues"][0]["suggestions"], json!([]));
    let error = world.refused(|me| me.preview_csv(&b"a"[..], json!({ "encoding": "cp1259", "delimeter": "," })));
    let issues = shape(&error)["issues"].clone();
    assert_eq!((&issues[0]["path"], &issues[0]["code"]), (&json!("encoding"), &json!("unknown_value")));
    assert!(issues[0]["allowed"].as_array().unwrap().contains(&json!("macintosh")));
    assert_eq!(issues[1]["code"], "unknown_field");
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_it_is() {
    let mut world = World::new();
    for (file, found) in [(&b"%PDF-1.7\n"[..], "pdf"), (b"\x1F\x8B\x08\0", "archive"), (b"GIF89a", "image")] {
        let error = world.refused(|me| me.preview_csv(file, json!({ "encoding": "latin1" })));
        let issue = &shape(&error)["issues"][0];
        assert_eq!((&issue["code"], &issue["found"]), (&json!("not_a_csv_file"), &json!(found)));
    }
}

#[test]
fn another_encoding_than_previewed_is_other_content() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = encoded("Email,Name\na@x.com,Zoë\n", "windows-1252");
    let preview = world.me().preview_csv(&file, Reading::default()).unwrap();
    let request = |encoding: Value| json!({ "mapping": preview.mapping, "content_hash": preview.content_hash, "encoding": encoding });
    for other in ["windows-1250", "koi8-r", "macintosh"] {
        let error = world.refused(|me| me.import_csv(campaign, &file, request(json!(other))));
        assert_eq!(error.code(), "content_changed", "{other}");
    }
    let error = world.refused(|me| me.import_csv(campaign, &file, request(json!("x"))));
    assert_eq!(shape(&error)["issues"][0]["path"], "encoding");
    // Requesting the guessed encoding gives the same reading.
    let report = world.me().import_csv(campaign, &file, request(json!("latin1"))).unwrap();
    assert_eq!(report.imported, 1);
    assert_eq!(world.me().import_csv(campaign, &file, request(Value::Null)).unwrap().duplicates, 1);
}

//! In which encoding a file is read, when nobody says so and when somebody does (SPEC §3b).

mod names;

use crate::world::{World, shape};
use campaignkit::Reading;
use names::{LANGUAGES, Random};
use serde_json::{Value, json};

/// What a file of rows is read as without an encoding given.
fn encoding_of(world: &mut World, file: &[u8]) -> Result<String, campaignkit::Error> {
    world.me().preview_csv(file, Reading::default()).map(|preview| preview.encoding.to_owned())
}

/// How many of a hundred generated lists are read as they were written, in each encoding.
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
    for (rows, lists, least) in [(500, 4, 98.), (20, 25, 90.)] {
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
        (b"Name;E-Mail\r\n\xC4nne \xD6sel;anne@x.de\r\n", "windows-1252", "anne@x.de|Änne Ösel"),
        (
            b"E-mail;Imi\xEA;Nazwisko;Firma\r\nl@x.pl;\xA3ukasz;\xAF\xF3\xB3\xE6;\x8Cwiat Ksi\xB9\xBFki\r\n",
            "windows-1250",
            "l@x.pl||\u{15a}wiat Książki",
        ),
        (b"E-mail;\xC8\xEC\xFF\r\nivan@x.ru;\xC8\xE2\xE0\xED\r\n", "windows-1251", "ivan@x.ru"),
        (
            b"\x8E\x81\x96\xBC,\x89\xEF\x8E\xD0\x96\xBC,Email\r\n\x95\\ \x8F\\\x8EO,\x83\\\x83j\x81[\x8F\xA4\x93X,o@x.jp\r\n",
            "shift_jis",
            "o@x.jp",
        ),
        (b"\xD0\xD5\xC3\xFB,\xB9\xAB\xCB\xBE,Email\r\n\xCD\xF5\xD0\xA1\xC3\xF7,\xCA\xBE\xC0\xFD,w@x.cn\r\n", "gb18030", "w@x.cn"),
        (b"\xC0\xCC\xB8\xA7,\xC8\xB8\xBB\xE7,Email\r\n\xB1\xE8\xC3\xB6\xBC\xF6,\xBF\xB9\xBD\xC3,k@x.kr\r\n", "euc-kr", "k@x.kr"),
        (b"\xA9m\xA6W,\xA4\xBD\xA5q,Email\r\n\xB3\xAF\xA4j\xA4\xE5,\xBDd\xA8\xD2,c@x.tw\r\n", "big5", "c@x.tw"),
        (b"E\0m\0a\0i\0l\0\t\0N\0a\0m\0e\0\n\0a\0@\0x\0.\0y\0\t\0A\0n\0a\0\n\0", "utf-16le", "a@x.y|Ana"),
        (b"\0E\0m\0a\0i\0l\0,\0N\0a\0m\0e\0\n\0a\0@\0x\0.\0y\0,\x01\x0D\0n\0a\0\n", "utf-16be", "a@x.y|čna"),
        (b"Email,First Name\rjose@x.com,Jos\xE9\r", "windows-1252", "jose@x.com|José"),
    ];
    let mut world = World::new();
    for (file, encoding, expected) in cases {
        let preview = world.me().preview_csv(file, Reading::default()).unwrap();
        assert_eq!((preview.encoding, preview.is_encoding_guessed), (encoding, true), "{expected}");
        let people = people(&mut world, file, &json!({})).join(" / ");
        assert!(
            people.replace("||", "|").ends_with(expected.replace("||", "|").as_str()),
            "{people} is not {expected}"
        );
    }
}

//! Reading imperfect CSV files, and requesting how to read them (`docs/rules.md#csv-files`).

use campaignkit::{CampaignId, Error, ImportCsv, ImportReport, Reading, Source};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::world::{World, issues, problems, shape};

fn previewed(world: &mut World, file: &str, reading: Value) -> Value {
    shape(&world.me().preview_csv(file.as_bytes(), reading).unwrap())
}

/// A request to import as the preview suggests, with additional fields.
fn request(preview: &Value, fields: &Value) -> Value {
    let mut request = json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"] });
    for (field, value) in fields.as_object().into_iter().flatten() {
        request[field] = value.clone();
    }
    request
}

fn try_import(world: &mut World, campaign: CampaignId, file: &str, reading: &Value) -> Result<ImportReport, Error> {
    let preview = shape(&world.me().preview_csv(file.as_bytes(), reading.clone())?);
    world.me().import_csv(campaign, file.as_bytes(), request(&preview, reading))
}

/// The people in a campaign after a file was imported as suggested, `address|first name|last name|company`, and the
/// lines of the rows that were not imported.
fn imported(world: &mut World, file: &str, reading: &Value) -> (Vec<String>, Vec<u32>) {
    let campaign = world.email_campaign("Read");
    let report = try_import(world, campaign, file, reading).unwrap();
    let bad = report.outcomes().filter(|outcome| !matches!(outcome.result, campaignkit::ImportResult::Imported(_)));
    let line = |source| if let Source::Line(line) = source { line } else { 0 };
    let bad = bad.map(|outcome| line(outcome.source)).collect();
    let people =
        world.me().list_prospects(campaign, json!({})).unwrap().prospects.iter().map(shape).collect::<Vec<_>>();
    world.me().delete_campaign(campaign).unwrap();
    let text = |person: &Value, field: &str| person[field].as_str().unwrap_or_default().to_owned();
    let told =
        |person: &Value| ["email", "first_name", "last_name", "company"].map(|field| text(person, field)).join("|");
    (people.iter().map(told).collect(), bad)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn files_that_are_not_as_they_should_be_are_read() {
    let mut world = World::new();
    let acme = ["ana@example.com|Ana||Acme", "bo@example.com|Bo||Beta"];
    let acme_inc = ["ana@example.com|Ana||Acme, Inc.", "bo@example.com|Bo||Beta"];
    let none: &[u32] = &[];
    for (what, file, people, bad) in [
        (
            "titles",
            "Attendee report,,\nGenerated: 2026-11-01,,\n,,\nEmail,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme[..],
            none,
        ),
        (
            "titles without delimiters",
            "Attendee report\nGenerated: 2026-11-01, 10:00\n\nEmail,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "a title with an address",
            "Prepared by,sam@mycorp.example,\n\nEmail,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "a title that is a known word",
            "Contacts\nCompany,Mycorp\nEmail,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "a title of several lines",
            "\"Report\nof\nNovember\"\nEmail;First Name;Company\nana@example.com;Ana;Acme\nnone;;\nbo@example.com;Bo;Beta\n",
            &acme,
            &[6],
        ),
        (
            "nineteen rows above",
            &format!(
                "{}Email,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
                "A note,,\n".repeat(19)
            ),
            &acme,
            none,
        ),
        (
            "first rows without an address",
            "First Name,Email,Company\nCy,,Acme\nDi,,Acme\nAna,ana@example.com,Acme\nBo,bo@example.com,Beta\n",
            &acme,
            &[2, 3],
        ),
        (
            "rows that are quoted as a whole",
            "\"Email,First Name,Company\"\n\"ana@example.com,Ana,\"\"Acme, Inc.\"\"\"\n\"bo@example.com,Bo,Beta\"\n",
            &acme_inc,
            none,
        ),
        (
            "such rows below a header",
            "Email,First Name,Company\r\n\"ana@example.com,Ana,\"\"Acme, Inc.\"\"\"\r\n\r\n\"bad,,\"\r\n\"bo@example.com,Bo,Beta\"\r\n",
            &acme_inc,
            &[4],
        ),
        (
            "such rows with semicolons and delimiters behind",
            "\"Email;First Name;Company\",,\n\"ana@example.com;Ana;Acme\",,\n\"bo@example.com;Bo;Beta\",,\n",
            &acme,
            none,
        ),
        (
            "such rows below titles",
            "\"A report\"\n\"Email,First Name,Company\"\n\"ana@example.com,Ana,Acme\"\n\"bo@example.com,Bo,Beta\"\n",
            &acme,
            none,
        ),
        (
            "such rows with lines in a cell",
            "\"Email,First Name,Company,Note\"\n\"ana@example.com,Ana,Acme,\"\"one\ntwo\"\"\"\n\"bad,,,\"\n\"bo@example.com,Bo,Beta,\"\n",
            &acme,
            &[4],
        ),
        (
            "a list of one quoted column",
            "\"Email\"\n\"ana@example.com\"\n\"bo@example.com\"\n",
            &["ana@example.com|||", "bo@example.com|||"],
            none,
        ),
        (
            "blanks before quotes",
            "Email, \"First Name\", \"Company\"\nana@example.com, \"Ana\", \"Acme, Inc.\"\nbo@example.com,\t\"Bo\",   \"Beta\"\n",
            &acme_inc,
            none,
        ),
        (
            "texts as formulas",
            "Email,First Name,Company\n=\"ana@example.com\",=\"Ana\",\"=\"\"Acme, Inc.\"\"\"\nbo@example.com,=\"Bo\",=\"Beta\"\n",
            &acme_inc,
            none,
        ),
        (
            "delimiters in values",
            "First Name,Email (several: use ;),Company\nAna,ana@example.com,Acme\nBo,bo@example.com,\"a;b;c\"\n",
            &["ana@example.com|Ana||Acme", "bo@example.com|Bo||a;b;c"],
            none,
        ),
        (
            "no header and a bad first row",
            "ana(at)example.com,Ana\nbo@example.com,Bo\ncy@example.com,Cy\n",
            &["bo@example.com|||", "cy@example.com|||"],
            &[1],
        ),
        ("no header and two bad first rows", "ana@,Ana\nn/a,Di\nbo@example.com,Bo\n", &["bo@example.com|||"], &[1, 2]),
        ("no header and no address first", ",Ana\nbo@example.com,Bo\n", &["bo@example.com|||"], &[1]),
        (
            "no header and rows that get wider",
            "ana@example.com\nbo@example.com,Bo,Beta\ncy@example.com,Cy,\n",
            &["ana@example.com|||", "bo@example.com|||", "cy@example.com|||"],
            none,
        ),
        ("an unknown header", "Πελάτης,Foo\nana@example.com,Ana\n", &["ana@example.com|||"], none),
        (
            "what nobody sees in names",
            "\u{200b}E\u{ad}mail\u{200f},\u{2060}First\u{200d} Name,Com\u{202d}pany\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "wide letters in names",
            "Ｅ－ｍａｉｌ,Ｆｉｒｓｔ　Ｎａｍｅ,会社名\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "a column full of addresses under another name",
            "Username,First Name,Company\nana@example.com,Ana,Acme\nbo@example.com,Bo,Beta\n",
            &acme,
            none,
        ),
        (
            "a question as the name",
            "Timestamp,What is your email address? (required),First Name,Company\n1,ana@example.com,Ana,Acme\n2,no,Cy,\n3,bo@example.com,Bo,Beta\n",
            &acme,
            &[3],
        ),
        ("an address column without any", "Email,First Name\nana at example,Ana\n", &[], &[2]),
    ] {
        let (got, lines) = imported(&mut world, file, &json!({}));
        assert_eq!((got, &lines[..]), (people.iter().map(|person| (*person).to_owned()).collect(), bad), "{what}");
    }
}

#[test]
fn a_caller_says_how_to_read_a_file() {
    let mut world = World::new();
    let file = "Name;Mail,x\r\nAna;ana@example.com,1\r\n\r\nEmail;First Name,x\r\nbo@example.com;Bo,2\r\ncy@example.com;Cy,3\r\n";
    for (reading, delimiter, header_line, columns, total) in [
        (json!({}), json!(";"), json!(1), vec!["Name", "Mail,x"], 4),
        (json!(null), json!(";"), json!(1), vec!["Name", "Mail,x"], 4),
        (json!({ "delimiter": null, "header_line": null }), json!(";"), json!(1), vec!["Name", "Mail,x"], 4),
        (json!({ "delimiter": "," }), json!(","), json!(1), vec!["Name;Mail", "x"], 4),
        (json!({ "delimiter": "|" }), json!("|"), json!(1), vec!["Name;Mail,x"], 4),
        (json!({ "delimiter": "\t", "header_line": 4 }), json!("\t"), json!(4), vec!["Email;First Name,x"], 2),
        (json!({ "header_line": 2 }), json!(";"), json!(2), vec!["Ana", "ana@example.com,1"], 3),
        (json!({ "header_line": 3 }), json!(";"), json!(4), vec!["Email", "First Name,x"], 2),
        (json!({ "header_line": 6 }), json!(";"), json!(6), vec!["cy@example.com", "Cy,3"], 0),
        (json!({ "header_line": 0 }), json!(";"), json!(null), vec!["column 1", "column 2"], 5),
    ] {
        let preview = previewed(&mut world, file, reading.clone());
        let names: Vec<_> =
            preview["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!((&preview["delimiter"], &preview["header_line"]), (&delimiter, &header_line), "{reading}");
        assert_eq!(preview["has_header"], !header_line.is_null(), "{reading}");
        assert_eq!((names, &preview["total"]), (columns, &json!(total)), "{reading}");
    }
    let (people, bad) = imported(&mut world, file, &json!({ "header_line": 4 }));
    assert_eq!((people.len(), bad.len()), (2, 0));
    let typed = Reading { delimiter: Some(','), header_line: Some(4), ..Reading::default() };
    let json = json!({ "delimiter": ",", "header_line": 4 });
    let preview = world.me().preview_csv(file.as_bytes(), typed.clone()).unwrap();
    assert_eq!(preview, world.me().preview_csv(file.as_bytes(), json).unwrap());
    let campaign = world.linkedin_campaign("A");
    let request = ImportCsv { content_hash: preview.content_hash, reading: typed, ..ImportCsv::default() };
    let error = world.refused(|me| me.import_csv(campaign, file.as_bytes(), request));
    assert_eq!(
        shape(&error)["issues"],
        json!([{ "path": "mapping", "code": "required", "field": "linkedin_url", "columns": ["Email;First Name", "x"],
                 "message": "must say which column holds linkedin_url, as none of 2 columns was recognised" }])
    );
}

#[test]
fn what_is_found_of_a_file_can_be_said_of_it() {
    let mut world = World::new();
    for file in [
        "\u{feff}\u{feff}\"Email\",\"Name\"\nana@example.com,Ana\n",
        "\u{feff}\r\n\r\nEmail;Name\r\nana@example.com;Ana\r\n",
        "sep=;\n\n\"Email\";Name\nana@example.com;Ana\n",
        "Notes:\n\"What this is\nin two lines\"\n\nEmail,Name\nana@example.com,Ana\n",
        "\u{feff}\u{feff}\"ana@example.com\",Ana\nbo@example.com,Bo\n",
    ] {
        let mut found = previewed(&mut world, file, json!({}));
        let header_line = found["header_line"].as_u64().unwrap_or(0);
        let said =
            json!({ "encoding": found["encoding"], "delimiter": found["delimiter"], "header_line": header_line });
        found["is_encoding_guessed"] = json!(false);
        assert_eq!(previewed(&mut world, file, said), found, "{file:?}");
    }
}

#[test]
fn what_is_said_of_a_file_must_be_possible() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = "Email\nana@example.com\n\n";
    for (reading, path, code) in [
        (json!({ "delimiter": "" }), "delimiter", "unknown_value"),
        (json!({ "delimiter": ":" }), "delimiter", "unknown_value"),
        (json!({ "delimiter": ",," }), "delimiter", "unknown_value"),
        (json!({ "delimiter": "tab" }), "delimiter", "unknown_value"),
        (json!({ "delimiter": 9 }), "delimiter", "wrong_type"),
        (json!({ "header_line": -1 }), "header_line", "out_of_range"),
        (json!({ "header_line": 3 }), "header_line", "out_of_range"),
        (json!({ "header_line": 4_000_000_000_u32 }), "header_line", "out_of_range"),
        (json!({ "header_line": 4_294_967_296_u64 }), "header_line", "out_of_range"),
        (json!({ "header_line": 1.5 }), "header_line", "not_integer"),
        (json!({ "header_line": "1" }), "header_line", "wrong_type"),
    ] {
        let error = world.refused(|me| me.preview_csv(file.as_bytes(), reading.clone()));
        assert_eq!(problems(&error), issues(&[(path, code)]), "{reading}");
        let preview = previewed(&mut world, file, json!({}));
        let error = world.refused(|me| me.import_csv(campaign, file.as_bytes(), request(&preview, &reading)));
        let is_unreadable = error.code() == "content_changed" && code == "out_of_range";
        assert!(is_unreadable || problems(&error) == issues(&[(path, code)]), "{reading} {error:?}");
    }
    let error = world.refused(|me| me.preview_csv(file.as_bytes(), json!({ "header_line": 9 })));
    assert_eq!((&shape(&error)["issues"][0]["min"], &shape(&error)["issues"][0]["max"]), (&json!(0), &json!(2)));
    let error = world.refused(|me| me.preview_csv(file.as_bytes(), json!({ "delimiter": ":" })));
    assert_eq!(shape(&error)["issues"][0]["allowed"], json!([",", ";", "\t", "|"]));
    let error = world.refused(|me| me.preview_csv(file.as_bytes(), json!({ "delimeter": ";" })));
    assert_eq!(shape(&error)["issues"][0]["closest"], "delimiter");
}

#[test]
fn another_reading_than_previewed_is_refused() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = "A title;,\nEmail;Name,x\nana@example.com;Ana,1\n";
    let readings = [
        json!({}),
        json!({ "delimiter": "," }),
        json!({ "header_line": 3 }),
        json!({ "header_line": 0 }),
        json!({ "delimiter": ",", "header_line": 3 }),
    ];
    for (n, given) in readings.iter().enumerate() {
        let preview = previewed(&mut world, file, given.clone());
        for (m, other) in readings.iter().enumerate() {
            let mapping = json!({ "mapping": ["email"], "content_hash": preview["content_hash"] });
            let mut request = request(&mapping, other);
            request["mapping"] = json!(["email"]);
            match world.me().import_csv(campaign, file.as_bytes(), request) {
                Ok(_) => assert_eq!(n, m, "{given} {other}"),
                Err(error) => assert_eq!((n == m, error.code()), (false, "content_changed"), "{given} {other}"),
            }
        }
    }
    // Detected values and the same values given as a reading are one reading.
    let preview = previewed(&mut world, file, json!({}));
    for same in
        [json!({ "delimiter": ";" }), json!({ "header_line": 2 }), json!({ "delimiter": ";", "header_line": 2 })]
    {
        assert_eq!(previewed(&mut world, file, same.clone()), preview, "{same}");
        world.me().import_csv(campaign, file.as_bytes(), request(&preview, &same)).unwrap();
    }
}

#[test]
fn whole_names_are_split_where_no_column_holds_first_names() {
    let mut world = World::new();
    let file = "Full Name,Email\nAna Diaz,a@example.com\n\"Müller, Jürgen\",b@example.com\n山田 太郎,c@example.com\nCher,d@example.com\nn/a,e@example.com\n,f@example.com\n";
    let preview = previewed(&mut world, file, json!({}));
    assert_eq!(preview["mapping"], json!(["name", "email"]));
    assert_eq!(preview["columns"][0]["guessed"], json!(["first_name", "last_name"]));
    assert_eq!(preview["columns"][1].get("guessed"), None);
    let (people, _) = imported(&mut world, file, &json!({}));
    assert_eq!(
        people,
        [
            "a@example.com|Ana|Diaz|",
            "b@example.com|Jürgen|Müller|",
            "c@example.com|||",
            "d@example.com|Cher||",
            "e@example.com|||",
            "f@example.com|||"
        ]
    );
    let campaign = world.email_campaign("Whole");
    let whole = request(&preview, &json!({ "whole_names": true }));
    world.me().import_csv(campaign, file.as_bytes(), whole).unwrap();
    let first = shape(&world.me().list_prospects(campaign, json!({})).unwrap().prospects[0]);
    assert_eq!((&first["name"], &first["first_name"]), (&json!("Ana Diaz"), &json!(null)));
    for (file, guessed, person) in [
        ("Full Name,First Name,Email\nAna Diaz,Anita,a@example.com\n", json!(null), "a@example.com|Anita||"),
        ("Full Name,Last Name,Email\nAna Diaz,Díaz,a@example.com\n", json!(["first_name"]), "a@example.com|Ana|Díaz|"),
        ("Name,Last Name,Email\nAna,Díaz,a@example.com\n", json!(null), "a@example.com|Ana|Díaz|"),
    ] {
        let preview = previewed(&mut world, file, json!({}));
        assert_eq!(preview["columns"][0].get("guessed").unwrap_or(&json!(null)), &guessed, "{file}");
        assert_eq!(imported(&mut world, file, &json!({})).0, [person], "{file}");
    }
}

#[test]
fn a_preview_warns_of_what_it_counts() {
    let mut world = World::new();
    let warnings = |world: &mut World, file: &str| previewed(world, file, json!({}))["warnings"].clone();
    let file = "Email,First Name,Company,Unsubscribed,Status,Note\n\
                a@example.com,N/A,Acme,true,subscribed,\n\
                b@example.com,-,ZoÃ«,,Unsubscribed,N/A\n\
                ,Cy,null,0,,itâ€™s\n\
                n/a,Di,Beta,2026-01-01,cleaned,„Spaß“\n";
    assert_eq!(
        warnings(&mut world, file),
        json!([
            { "code": "without_address", "column": "Email", "rows": 2 },
            { "code": "placeholders", "column": "Email", "rows": 1 },
            { "code": "placeholders", "column": "First Name", "rows": 2 },
            { "code": "placeholders", "column": "Company", "rows": 1 },
            { "code": "mojibake", "column": "Company", "rows": 1 },
            { "code": "looks_unsubscribed", "column": "Unsubscribed", "rows": 2 },
            { "code": "looks_unsubscribed", "column": "Status", "rows": 2 },
            { "code": "mojibake", "column": "Note", "rows": 1 },
        ])
    );
    for (column, values, rows) in [
        ("Opted Out", "yes no 1 0 TRUE", 3),
        ("Do not contact", "x", 1),
        ("Email Opt Out", "true false", 1),
        ("HasOptedOutOfEmail", "1 0", 1),
        ("Bounced", "hard never", 1),
        ("Cleaned", "1", 1),
        ("UNSUB_TIME", "2026-01-01", 1),
        ("Member Status", "cleaned subscribed", 1),
        ("Abgemeldet", "ja nein", 1),
        ("Lead Status", "Open", 0),
        ("Bounce rate", "5", 0),
        ("Note", "unsubscribed", 0),
    ] {
        let rows_of = |value: &str| format!("a@example.com,{value}\n");
        let file = format!("Email,{column}\n") + &values.split(' ').map(rows_of).collect::<String>();
        let expected = json!([{ "code": "looks_unsubscribed", "column": column, "rows": rows }]);
        assert_eq!(warnings(&mut world, &file), if rows > 0 { expected } else { json!([]) }, "{column}");
    }
    assert_eq!(
        warnings(&mut world, "Company,Note\nAcme,x\nBeta,y\n"),
        json!([{ "code": "without_address", "rows": 2 }])
    );
    let wide = format!("Email{}\na@example.com{}\n", ",First Name".repeat(3_000), ",ZoÃ«".repeat(3_000));
    assert_eq!(warnings(&mut world, &wide).as_array().unwrap().len(), 100);
}

#[test]
fn columns_are_known_by_their_names_in_thirty_languages() {
    let mut world = World::new();
    for (language, email, first, last, company) in [
        ("en", "E-mail address", "First name", "Surname", "Company"),
        ("de", "E-Mail-Adresse", "Vorname", "Nachname", "Firma"),
        ("fr", "Adresse e-mail", "Prénom", "Nom", "Société"),
        ("es", "Correo electrónico", "Nombre", "Apellidos", "Empresa"),
        ("it", "Indirizzo e-mail", "Nome", "Cognome", "Azienda"),
        ("pt", "Endereço de e-mail", "Nome", "Apelido", "Empresa"),
        ("nl", "E-mailadres", "Voornaam", "Achternaam", "Bedrijf"),
        ("pl", "Adres e-mail", "Imię", "Nazwisko", "Nazwa firmy"),
        ("cs", "E-mailová adresa", "Jméno", "Příjmení", "Společnost"),
        ("sk", "E-mailová adresa", "Meno", "Priezvisko", "Spoločnosť"),
        ("hu", "E-mail-cím", "Keresztnév", "Vezetéknév", "Cég"),
        ("ro", "Adresă de e-mail", "Prenume", "Nume", "Companie"),
        ("bg", "Имейл", "Име", "Фамилия", "Фирма"),
        ("el", "Ηλεκτρονικό ταχυδρομείο", "Όνομα", "Επώνυμο", "Εταιρεία"),
        ("sv", "E-postadress", "Förnamn", "Efternamn", "Företag"),
        ("da", "E-mailadresse", "Fornavn", "Efternavn", "Virksomhed"),
        ("nb", "E-postadresse", "Fornavn", "Etternavn", "Bedrift"),
        ("fi", "Sähköpostiosoite", "Etunimi", "Sukunimi", "Yritys"),
        ("tr", "E-posta adresi", "Ad", "Soyad", "Şirket"),
        ("ru", "Электронная почта", "Имя", "Фамилия", "Компания"),
        ("uk", "Електронна пошта", "Ім’я", "Прізвище", "Компанія"),
        ("ja", "メールアドレス", "名", "姓", "会社名"),
        ("zh-Hans", "电子邮箱", "名", "姓", "公司名称"),
        ("zh-Hant", "電子郵件", "名", "姓", "公司名稱"),
        ("ko", "이메일", "이름", "성", "회사"),
        ("ar", "البريد الإلكتروني", "الاسم الأول", "اسم العائلة", "الشركة"),
        ("he", "דוא״ל", "שם פרטי", "שם משפחה", "חברה"),
        ("vi", "Địa chỉ email", "Tên", "Họ", "Công ty"),
        ("th", "อีเมล", "ชื่อ", "นามสกุล", "บริษัท"),
        ("id", "Alamat email", "Nama depan", "Nama belakang", "Perusahaan"),
    ] {
        for header in [[email, first, last, company], [email, first, last, company].map(|_| "")] {
            let names = if header[0].is_empty() {
                [email, first, last, company].map(str::to_uppercase)
            } else {
                header.map(str::to_owned)
            };
            let file = format!("{}\nana@example.com;A;D;Acme\n", names.join(";"));
            assert_eq!(
                previewed(&mut world, &file, json!({}))["mapping"],
                json!(["email", "first_name", "last_name", "company"]),
                "{language}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_above_a_table_and_how_it_is_quoted_changes_nothing_but_lines(
        above in proptest::collection::vec(select(vec!["", "A report", "Generated: 2026", "\"two\nlines\"", ",,", "Notes, and more"]), 0..8),
        rows in proptest::collection::vec("[a-c]{1,3}", 1..6),
        delimiter in select(vec![',', ';', '\t', '|']),
        end in select(vec!["\n", "\r\n"]),
        is_wrapped in any::<bool>(),
    ) {
        let cells = |cells: [&str; 4]| cells.join(&delimiter.to_string());
        let line = |row: String| if is_wrapped { format!("\"{}\"", row.replace('"', "\"\"")) } else { row } + end;
        let above: Vec<String> = above.iter().map(|row| row.replace(',', &delimiter.to_string())).collect();
        let mut file = above.iter().map(|row| line(row.clone())).collect::<String>();
        let lines = file.matches('\n').count() as u32;
        file += &line(cells(["Email", "First Name", "Last Name", "Company"]));
        for (n, row) in rows.iter().enumerate() {
            file += &line(cells([&format!("{n}@example.com"), row, "D", "\"Acme, Inc.; x\""]));
        }
        let mut world = World::new();
        let preview = previewed(&mut world, &file, json!({}));
        prop_assert_eq!(&preview["header_line"], &json!(lines + 1), "{}", file);
        prop_assert_eq!(&preview["delimiter"], &json!(delimiter.to_string()));
        prop_assert_eq!(&preview["mapping"], &json!(["email", "first_name", "last_name", "company"]));
        let campaign = world.email_campaign("A");
        let report = try_import(&mut world, campaign, &file, &json!({})).unwrap();
        let told: Vec<_> = report.outcomes().map(|outcome| outcome.source).collect();
        prop_assert_eq!(told, (0..rows.len() as u32).map(|n| Source::Line(lines + 2 + n)).collect::<Vec<_>>());
        prop_assert_eq!(report.imported as usize, rows.len());
        let company = shape(&world.me().list_prospects(campaign, json!({})).unwrap().prospects[0])["company"].clone();
        prop_assert_eq!(company, json!("Acme, Inc.; x"));
    }
}

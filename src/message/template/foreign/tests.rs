#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::TemplateKind;
use super::*;

/// What is reported about another product's syntax in a text, with the columns `Deal Size` and `Budget`.
fn told(text: &str) -> Vec<(String, String)> {
    let mut columns = Columns::default();
    ["Deal Size", "Budget"].into_iter().for_each(|key| columns.add(key));
    let template = Template::parse(text, TemplateKind::Message);
    let source = Source::of(&template);
    let told = source.tags().filter_map(|tag| Some((tag.text.to_owned(), tag.meaning(&columns)?.hint().into_owned())));
    told.collect()
}

/// How other products write a name.
const FOREIGN: [(&str, &str); 13] = [
    ("{{", "}}"),
    ("{{ ", " }}"),
    ("{{{", "}}}"),
    ("{", "}"),
    ("[", "]"),
    ("[[", "]]"),
    ("*|", "|*"),
    ("${", "}"),
    ("<<", ">>"),
    ("«", "»"),
    ("<%= ", " %>"),
    ("<%", "%>"),
    ("%%", "%%"),
];

#[test]
fn names_in_the_notations_of_other_products_are_told_with_ours() {
    for (word, ours) in [
        ("first_name", "first_name"),
        ("FNAME", "first_name"),
        ("firstName", "first_name"),
        ("First Name", "first_name"),
        ("FIRST_NAME", "first_name"),
        ("first-name", "first_name"),
        ("Frist_Name", "first_name"),
        ("contact.first_name", "first_name"),
        ("Lead.FirstName", "first_name"),
        ("LNAME", "last_name"),
        ("Surname", "last_name"),
        ("fullName", "name"),
        ("EMAIL", "email"),
        ("email_address", "email"),
        ("lead.company", "company"),
        ("Company Name", "company"),
        ("Conpany_Name", "company"),
        ("jobTitle", "position"),
        ("linkedin_url", "linkedin_url"),
        ("sender.firstName", "sender_first_name"),
        ("my_company", "sender_company"),
        ("unsubscribe_link", "unsubscribe_url"),
        ("UNSUB", "unsubscribe_url"),
        ("Deal Size", "custom_fields.Deal Size"),
        ("deal_size", "custom_fields.Deal Size"),
        ("contact.dealSize", "custom_fields.Deal Size"),
        ("Budget", "custom_fields.Budget"),
    ] {
        for (open, close) in FOREIGN {
            let tag = format!("{open}{word}{close}");
            // A link of its own, of which people write the address in angle brackets.
            if tag == "<%linkedin_url%>" {
                continue;
            }
            assert_eq!(told(&format!("Hi {tag}, é")), [(tag, format!("write %{ours}%"))]);
        }
    }
    for (tag, hint) in [
        ("{{ first_name | default: \"there\" }}", "write %first_name|there%"),
        ("{{first_name|there}}", "write %first_name|there%"),
        ("{{ contact.FIRSTNAME | capitalize }}", "write %first_name%"),
        ("{{lead.First Name:default=friend}}", "write %first_name|friend%"),
        ("[Name,fallback=there]", "write %name|there%"),
        ("[[FIRSTNAME OR \"there\"]]", "write %first_name|there%"),
        ("{first_name|there}", "write %first_name|there%"),
        ("{!Contact.FirstName}", "write %first_name%"),
        ("{$name}", "write %name%"),
        ("{Hi|Hello}", "write %{Hi|Hello}%"),
        ("{Hi|Hello|Hey}", "write %{Hi|Hello|Hey}%"),
        ("{, quick question|}", "write %{, quick question|}%"),
        ("{{random|Hi|Hello}}", "write %{Hi|Hello}%"),
        ("{{ RANDOM | Hi | Hello }}", "write %{Hi | Hello}%"),
        ("{{ x }}", "variables are written %first_name%"),
        ("{{#if x}}", "variables are written %first_name%"),
    ] {
        assert_eq!(told(&format!("é {tag}.")), [(tag.to_owned(), hint.to_owned())]);
    }
    assert_eq!(told("{Hi|{Hello|Hey}} [First Name][Last Name]").len(), 3);
    assert_eq!(told("%%{first_name} *|FNAME|**|LNAME|* %company|{{name}}%").len(), 4);
    assert_eq!(told("%{first_name}"), [("{first_name}".to_owned(), "write %first_name%".to_owned())]);
}

#[test]
fn what_people_write_is_no_syntax_of_other_products() {
    for text in [
        "[sic] [1] [x] [ ] [] {} {0} { } [...] [email protected] [note] [mane] [attached]",
        "It costs $5 or ${5}, ${PATH} and $10 {net}",
        "see [Company](https://example.com) and ![name](x.png) and [our site][company]",
        "const x = list[name] + f(a)[email]; if (a < b) { return { a: 1 }; }",
        "p { position: absolute; } {\"name\": \"x\"} {name: 1}",
        "a || b, {x | x > 0}, { a: 1 | 2 }; {a||b}",
        "« Bonjour », «thanks»; 3 << 4 >> 5; <b>name</b>; Ana <%sender_email%>",
        "5 * 3 | 4 * 2, *bold*, **, a*|b",
        "100%% sure, 50%% off and 30%% more",
        "%first_name%%company%%last_name% %%%first_name%%%",
        "%{Hi|Hello}% %first_name|there%",
        "%{company|email}%",
        "{{ }} {{}} }} {{ [[ ]] *||* «» %%%% <%%> ${}",
    ] {
        assert_eq!(told(text), [], "{text}");
    }
}

#[test]
fn a_percent_sign_is_told_beside_a_known_name_only() {
    let mut columns = Columns::default();
    columns.add("Deal Size");
    let strays = |text: &str| {
        let template = Template::parse(text, TemplateKind::Message);
        let source = Source::of(&template);
        let strays = source.strays(&columns).map(|stray| match stray {
            StrayPercent::Column { name, variable } => format!("{name}: {variable}"),
            StrayPercent::Beside => "beside".to_owned(),
        });
        let mut strays: Vec<String> = strays.collect();
        strays.dedup();
        strays.join(", ")
    };
    for (text, expected) in [
        ("Save 50% or even 30% today", ""),
        ("50% off", ""),
        ("5% to 10% of %first_name%", ""),
        ("%first_name% %", ""),
        ("f%C3%BCr/dich?x=%E4%B8%AD", ""),
        ("5%company", ""),
        ("% first_name%", "beside"),
        ("Hi %first_name, there", "beside"),
        ("Hi first_name% there", "beside"),
        ("Hi % First Name %", "beside"),
        ("% deal size %", "beside"),
        ("%Deal Size%", "Deal Size: custom_fields.Deal Size"),
        ("%deal-size|x%", "deal-size: custom_fields.Deal Size"),
    ] {
        assert_eq!(strays(text), expected, "{text}");
    }
}

/// Texts of pieces of the notations of other products.
fn foreign_texts() -> impl Strategy<Value = String> {
    let marks = FOREIGN.iter().flat_map(|(open, close)| [*open, *close]);
    let words = ["first_name", "FNAME", "Deal Size", "x", "|", "é", "\n", " ", "%", "\"", ",fallback=", ":", "random"];
    let piece =
        prop_oneof![9 => select(marks.chain(words).collect::<Vec<_>>()).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_told_stands_where_it_is_told(text in foreign_texts()) {
        let template = Template::parse(&text, TemplateKind::Message);
        let (source, columns) = (Source::of(&template), Columns::default());
        source.strays(&columns).for_each(drop);
        let mut end = 0;
        for tag in source.tags() {
            prop_assert!(tag.start >= end && text[tag.start..].starts_with(tag.text), "{:?} {:?}", text, tag);
            prop_assert_eq!(source.characters_before(&tag), text[..tag.start].chars().count());
            end = tag.start + tag.text.len();
            let hint = tag.meaning(&columns).as_ref().map(Meaning::hint);
            prop_assert!(hint.is_none_or(|hint| hint.contains('%')));
        }
    }
}

#[test]
fn texts_of_any_kind_are_read_in_time_that_grows_with_them() {
    for piece in
        ["%{", "{{", "{a|", "[a", "*|", "%a b%", "%De", "«a»", "{abcdef} ", "%first name%", "<%", "${", "{Hi|Ho}"]
    {
        let read = |length: usize| {
            let text = piece.repeat(length / piece.len());
            let begun = std::time::Instant::now();
            let template = Template::parse(&text, TemplateKind::Message);
            let source = Source::of(&template);
            let columns = Columns::default();
            let tags = source.tags().filter(|tag| tag.meaning(&columns).is_some()).count();
            (begun.elapsed(), tags + source.strays(&columns).count())
        };
        let (took, _) = read(100_000);
        assert!(took < std::time::Duration::from_secs(10), "{piece}: {took:?}");
    }
}

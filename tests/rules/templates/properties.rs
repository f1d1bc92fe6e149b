//! Whatever parts a template has, the rendered text is that of the parts.

use super::*;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A piece of a template whose text the test knows.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(&'static str, Option<String>),
}

const VARIABLES: [&str; 11] = [
    "first_name",
    "last_name",
    "company",
    "position",
    "custom_fields.a b",
    "email",
    "sender_first_name",
    "sender_first",
    "sender_company",
    "sender_email",
    "sender_name",
];

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop_oneof!["\\PC{1,8}", Just("%".to_owned()), Just("%first_name%".to_owned()), Just("\n".to_owned())];
    let fallback = option::of(prop_oneof!["[^%\\pC]{1,6}", Just(" ".to_owned()), Just(String::new())]);
    let variable = (select(VARIABLES.to_vec()), fallback).prop_map(|(name, text)| Piece::Variable(name, text));
    vec(prop_oneof![text.prop_map(Piece::Text), variable], 1..6)
}

fn print(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.replace('%', "%%"),
        Piece::Variable(name, None) => format!("%{name}%"),
        Piece::Variable(name, Some(fallback)) => format!("%{name}|{fallback}%"),
    };
    pieces.iter().map(piece).collect()
}

/// The name that a variable stands for: a synonym and the short names in a signature stand for the sender's.
fn meaning(name: &'static str, is_signature: bool) -> &'static str {
    match name {
        "sender_first" => "sender_first_name",
        "first_name" if is_signature => "sender_first_name",
        "last_name" if is_signature => "sender_last_name",
        name => name,
    }
}

/// The text of the pieces, and the variables in them without a value and without a fallback.
fn expected(pieces: &[Piece], values: &[(&str, &str)], is_signature: bool) -> (String, Vec<&'static str>) {
    let (mut text, mut missing) = (String::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text += plain,
            Piece::Variable(name, fallback) => {
                let value = values.iter().find(|(known, _)| *known == meaning(name, is_signature));
                let fallback = fallback.as_deref().filter(|text| !text.trim().is_empty());
                match value.map(|(_, value)| *value).or(fallback) {
                    Some(value) => text += value,
                    None => missing.push(*name),
                }
            }
        }
    }
    (text, missing)
}

/// The items without those that equal an earlier one.
fn once<K: PartialEq>(names: &[&'static str], key: impl Fn(&'static str) -> K) -> Vec<&'static str> {
    let mut kept: Vec<&'static str> = Vec::new();
    for name in names {
        if !kept.iter().any(|known| key(known) == key(name)) {
            kept.push(name);
        }
    }
    kept
}

/// Values of a person and of a sender, none of which resembles a variable.
const PERSON: [(&str, &str); 5] = [
    ("first_name", "Bo%"),
    ("last_name", "Ek"),
    ("company", "Ek | Sons"),
    ("position", "漢"),
    ("custom_fields.a b", "a\nb"),
];
const SENDER: [(&str, &str); 3] =
    [("sender_first_name", "Ana"), ("sender_last_name", "Paz"), ("sender_company", "Paz SA")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_rendered_is_what_the_parts_say_and_validation_knows_it(
        body in pieces(), signature in pieces(),
        person in subsequence(PERSON.to_vec(), 0..=5), sender in subsequence(SENDER.to_vec(), 0..=3),
    ) {
        let mut world = World::new();
        let mut given = json!({ "custom_fields": {} });
        for (name, value) in &person {
            match name.strip_prefix("custom_fields.") {
                Some(key) => given["custom_fields"][key] = json!(value),
                None => given[*name] = json!(value),
            }
        }
        let (id, bo) = draft(&mut world, "email", given);
        let ana = world.email;
        let profile = sender.iter().map(|(name, value)| (name.trim_start_matches("sender_").to_owned(), json!(value)));
        world.me().update_account(ana, Value::Object(profile.collect())).unwrap();
        let mut values = [person, sender.clone()].concat();
        let of_sender = |field: &str| sender.iter().find(|(name, _)| *name == field).map(|(_, value)| *value);
        let names: Vec<&str> = ["sender_first_name", "sender_last_name"].into_iter().filter_map(of_sender).collect();
        let name = if names.is_empty() { "ana@example.com".to_owned() } else { names.join(" ") };
        values.extend([("email", "bo@example.com"), ("sender_email", "ana@example.com"), ("sender_name", &name)]);

        let (body_text, signature_text) = (print(&body), print(&signature));
        write(&mut world, id, &body_text);
        world.me().update_campaign(id, json!({ "signature": signature_text })).unwrap();
        let (said, lacking) = expected(&body, &values, false);
        let (signed, lacking_signed) = expected(&signature, &values, true);
        let message = message(&mut world, bo);
        let unresolved = once(&[lacking.clone(), lacking_signed.clone()].concat(), |name| name);
        prop_assert_eq!(&message["unresolved"], &json!(unresolved));
        let whole = if signature_text.trim().is_empty() { said } else { format!("{said}\n\n{signed}") };
        prop_assert_eq!(&message["body"], &if unresolved.is_empty() { json!(whole) } else { Value::Null });

        // A synonym is not reported twice for one template.
        let found = findings(&mut world, id, "unresolved_variable");
        let found: Vec<_> = found.iter().map(|found| json!([found["path"], found["variable"]])).collect();
        let told = once(&lacking, |name| meaning(name, false));
        let told_signed = once(&lacking_signed, |name| meaning(name, true));
        let all = told.iter().map(|name| json!(["sequence_nodes[0].body", name]));
        let all: Vec<_> = all.chain(told_signed.iter().map(|name| json!(["signature", name]))).collect();
        prop_assert_eq!(found.len(), all.len());
        prop_assert!(all.iter().all(|finding| found.contains(finding)), "{:?} {:?}", found, all);
    }
}

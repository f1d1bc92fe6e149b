#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// `text·%·<name|fallback>`: the parts, with `?` before the name of a variable that does not exist.
fn parts(text: &str) -> String {
    let show = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::StrayPercent => "%".to_owned(),
        Part::Slot(slot) => {
            let unknown = if slot.variable.is_none() { "?" } else { "" };
            let fallback = slot.fallback.as_ref().map(|fallback| format!("|{fallback}")).unwrap_or_default();
            format!("<{unknown}{}{fallback}>", slot.name)
        }
    };
    Template::parse(text, Place::Message).parts.iter().map(show).collect::<Vec<_>>().join("·")
}

#[test]
fn a_text_is_its_variables_its_percent_signs_and_what_is_between() {
    for (text, expected) in [
        ("", ""),
        ("a", "a"),
        ("%first_name%", "<first_name>"),
        ("Hi %first_name%, %company%!", "Hi ·<first_name>·, ·<company>·!"),
        ("%first_name%%company%", "<first_name>·<company>"),
        ("%first_name|there%", "<first_name|there>"),
        ("%first_name|%", "<first_name|>"),
        ("%first_name| a|b\nc %", "<first_name| a|b\nc >"),
        ("%nam%", "<?nam>"),
        ("%nam|x%", "<?nam|x>"),
        ("%First_Name%", "<?First_Name>"),
        ("%_%", "<?_>"),
        ("%x1%", "<?x1>"),
        ("%custom_fields%", "<?custom_fields>"),
        ("%custom_fields.Deal Size|none%", "<custom_fields.Deal Size|none>"),
        ("%custom_fields. é.1 %", "<custom_fields. é.1 >"),
        // A percent sign is two of them.
        ("%%", "%"),
        ("100%% sure", "100% sure"),
        ("%%first_name%%", "%first_name%"),
        ("%%%first_name%%%", "%·<first_name>·%"),
        ("%%%%", "%%"),
        // One that belongs to nothing stands for itself.
        ("%", "%"),
        ("%%%", "%·%"),
        ("100%", "100·%"),
        ("50% of %company%", "50·%· of ·<company>"),
        ("%first_name%%", "<first_name>·%"),
        ("%first_name", "%·first_name"),
        ("%first_name|x", "%·first_name|x"),
        ("% first_name%", "%· first_name·%"),
        ("%first_name %", "%·first_name ·%"),
        ("%first-name%", "%·first-name·%"),
        ("%prospect.name%", "%·prospect.name·%"),
        ("%1st%", "%·1st·%"),
        ("%é%", "%·é·%"),
        ("%|x%", "%·|x·%"),
        ("%custom_fields.%", "%·custom_fields.·%"),
        ("%custom_fields. %", "%·custom_fields. ·%"),
        ("%custom_fields.a\nb%", "%·custom_fields.a\nb·%"),
        ("5% %company% %", "5·%· ·<company>· ·%"),
    ] {
        assert_eq!(parts(text), expected, "{text:?}");
        assert_eq!(Template::parse(text, Place::Message).to_string(), text);
    }
    let has_stray = |text| Template::parse(text, Place::Message).has_stray_percent();
    assert_eq!(["100%", "100%%", "%x%", "%x%%"].map(has_stray), [true, false, false, true]);
}

#[test]
fn every_variable_has_its_meaning() {
    use SenderField::{Company, Email, FirstName, LastName, Name, Title};
    let of_prospect = |field| Some(Variable::Prospect(field));
    let of_sender = |field| Some(Variable::Sender(field));
    let same_in_both = [
        ("name", of_prospect(Field::Name)),
        ("email", of_prospect(Field::Email)),
        ("company", of_prospect(Field::Company)),
        ("position", of_prospect(Field::Position)),
        ("headline", of_prospect(Field::Headline)),
        ("linkedin_url", of_prospect(Field::LinkedinUrl)),
        ("custom_fields.KEY", Some(Variable::Custom("KEY".into()))),
        ("custom_fields. first_name ", Some(Variable::Custom("first_name".into()))),
        ("sender_first_name", of_sender(FirstName)),
        ("sender_first", of_sender(FirstName)),
        ("sender_last_name", of_sender(LastName)),
        ("sender_name", of_sender(Name)),
        ("sender_email", of_sender(Email)),
        ("sender_company", of_sender(Company)),
        ("sender_title", of_sender(Title)),
        ("title", None),
        ("sender", None),
        ("sender_last", None),
        ("sender_position", None),
        ("Company", None),
        ("custom_fields", None),
    ];
    for place in [Place::Message, Place::Signature] {
        for (name, variable) in &same_in_both {
            assert_eq!(Variable::named(name, place), *variable, "{name}");
        }
    }
    for (name, in_message, in_signature) in
        [("first_name", Field::FirstName, FirstName), ("last_name", Field::LastName, LastName)]
    {
        assert_eq!(Variable::named(name, Place::Message), of_prospect(in_message));
        assert_eq!(Variable::named(name, Place::Signature), of_sender(in_signature));
    }
    for name in NAMES {
        assert!(is_name(name) && Variable::named(name, Place::Message).is_some(), "{name}");
    }
}

/// Texts full of percent signs and almost variables.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(vec!["%", "%%", "|", " ", "first_name", "company", "custom_fields.", "sender_first", "x", "é", "\n", "{{"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Parts as a parse can give them: no two texts side by side, none empty, and after a stray percent sign nothing that
/// would make a variable or a doubled sign of it.
fn sequences_of_parts() -> impl Strategy<Value = Vec<Part>> {
    let name = prop_oneof![
        select(NAMES.to_vec()).prop_map(str::to_owned),
        "[a-zA-Z_][a-zA-Z0-9_]{0,8}",
        "[^%|\\pC]{0,5}[a-z][^%|\\pC]{0,5}".prop_map(|key| format!("{CUSTOM}{key}")),
    ];
    let slot = (name, option::of("[^%]{0,8}")).prop_map(|(name, fallback)| {
        let variable = Variable::named(&name, Place::Message);
        vec![Part::Slot(Slot { name, fallback, variable })]
    });
    let text = "([^%]|%){1,6}".prop_map(|text| vec![Part::Text(text)]);
    let stray = "[^%]{0,6}".prop_map(|text| vec![Part::StrayPercent, Part::Text(format!(" {text}"))]);
    (vec(prop_oneof![slot, text, stray], 0..8), any::<bool>()).prop_map(|(pieces, ends_stray)| {
        let mut parts = Parts::default();
        for part in pieces.into_iter().flatten() {
            match part {
                Part::Text(text) => parts.text(&text),
                part => parts.0.push(part),
            }
        }
        if ends_stray {
            parts.0.push(Part::StrayPercent);
        }
        parts.0
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_parsed_prints_as_it_was(text in prop_oneof![texts(), "(\\PC|[%|\n\0]){0,40}"], is_signature: bool) {
        let place = if is_signature { Place::Signature } else { Place::Message };
        let template = Template::parse(&text, place);
        prop_assert_eq!(template.to_string(), text);
        prop_assert_eq!(Template::parse(&template.to_string(), place), template);
    }

    #[test]
    fn what_is_printed_parses_as_it_was(parts in sequences_of_parts()) {
        let template = Template { parts };
        prop_assert_eq!(Template::parse(&template.to_string(), Place::Message), template);
    }
}

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::variable::{SenderField, names};
use super::*;
use crate::account::{AccountStatus, Address, Profile};
use crate::id::{AccountId, Id, NodeId, ProspectId, UserId};
use crate::people::person::Field;
use crate::request::identity::EmailAddress;
use crate::time::Instant;

/// `text·%·<name|fallback>`: the parts, with `?` before the name of a variable that does not exist.
fn parts(text: &str) -> String {
    let show = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::StrayPercent => "%".to_owned(),
        Part::BrokenChoice => "%!".to_owned(),
        Part::Choice(choice) => choice.to_string(),
        Part::Slot(slot) => {
            let unknown = if slot.variable.is_none() { "?" } else { "" };
            let fallback = slot.fallback.as_ref().map(|fallback| format!("|{fallback}")).unwrap_or_default();
            format!("<{unknown}{}{fallback}>", slot.name)
        }
    };
    Template::parse(text, TemplateKind::Message).parts.iter().map(show).collect::<Vec<_>>().join("·")
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
        ("%first-nomination%", "%·first-nomination·%"),
        ("%a prospect%", "%·a prospect·%"),
        // What is one in other words is an unknown one.
        ("%first-name%", "<?first-name>"),
        ("%First Name|there%", "<?First Name|there>"),
        ("%prospect.name%", "<?prospect.name>"),
        ("%Frist Name%", "<?Frist Name>"),
        ("%Deal_Size%", "<?Deal_Size>"),
        ("%Date% %department% %Account%", "<?Date>· ·<?department>· ·<?Account>"),
        // In a percent-encoded link, none is meant.
        ("x/f%C3%BCr/dich?x=%E4%B8%AD", "x/f·%·C3·%·BCr/dich?x=·%·E4·%·B8·%·AD"),
        ("www.x.example/f%FCr%FCr", "www.x.example/f·%·FCr·%·FCr"),
        ("caf%C3%A9 %first_name%", "caf·%·C3·%·A9 ·<first_name>"),
        ("a%2Cb%first_name%", "a·%·2Cb·<first_name>"),
        // A choice has two texts at least.
        ("%{Hi|Hello}% %first_name%", "%{Hi|Hello}%· ·<first_name>"),
        ("%{|so |100%% }%", "%{|so |100%% }%"),
        ("%first_name%%{a|b}%%{c|d}%", "<first_name>·%{a|b}%·%{c|d}%"),
        ("%%{a|b}%%", "%{a|b}%"),
        ("%{Hi}%", "%!·{Hi}·%"),
        ("%{|}%", "%!·{|}·%"),
        ("%{a|{b|c}}%", "%!·{a|{b|c}}·%"),
        ("%{a|%first_name%}%", "%!·{a|·<first_name>·}·%"),
        ("%{a|b} and 5%", "%·{a|b} and 5·%"),
        ("%1st%", "%·1st·%"),
        ("%é%", "%·é·%"),
        ("%|x%", "%·|x·%"),
        ("%custom_fields.%", "%·custom_fields.·%"),
        ("%custom_fields. %", "%·custom_fields. ·%"),
        ("%custom_fields.a\nb%", "%·custom_fields.a\nb·%"),
        ("5% %company% %", "5·%· ·<company>· ·%"),
    ] {
        assert_eq!(parts(text), expected, "{text:?}");
        assert_eq!(Template::parse(text, TemplateKind::Message).to_string(), text);
    }
    let most = |texts: usize| format!("%{{{}}}%", vec!["a"; texts].join("|"));
    assert_eq!([parts(&most(100)), parts(&most(101))], [most(100), format!("%!·{}·%", most(101).trim_matches('%'))]);
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
    for place in [TemplateKind::Message, TemplateKind::Signature, TemplateKind::WithoutLink] {
        for (name, variable) in &same_in_both {
            assert_eq!(Variable::named(name, place), *variable, "{name}");
        }
    }
    for (name, in_message, in_signature) in
        [("first_name", Field::FirstName, FirstName), ("last_name", Field::LastName, LastName)]
    {
        assert_eq!(Variable::named(name, TemplateKind::Message), of_prospect(in_message));
        assert_eq!(Variable::named(name, TemplateKind::Signature), of_sender(in_signature));
    }
    for (place, has_link) in
        [(TemplateKind::Message, true), (TemplateKind::Signature, true), (TemplateKind::WithoutLink, false)]
    {
        let link = Some(Variable::UnsubscribeUrl).filter(|_| has_link);
        assert_eq!(Variable::named("unsubscribe_url", place), link);
    }
    for name in names() {
        assert!(is_name(name) && Variable::named(name, TemplateKind::Message).is_some(), "{name}");
    }
}

/// Texts full of percent signs and almost variables.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(vec!["%", "%%", "|", " ", "first_name", "company", "custom_fields.", "sender_first", "x", "é", "\n", "{{", "{", "}", "[", "C3", " "])
            .prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Parts as a parse can give them: no two texts side by side, none empty, and after a stray percent sign nothing that
/// would make a variable or a doubled sign of it.
fn sequences_of_parts() -> impl Strategy<Value = Vec<Part>> {
    let name = prop_oneof![
        select(names()).prop_map(str::to_owned),
        // What begins with two hexadecimal digits may be a byte of a link.
        "[g-zG-Z_][a-zA-Z0-9_]{0,8}",
        "[^%|\\pC\\p{Zl}\\p{Zp}]{0,5}[a-z][^%|\\pC\\p{Zl}\\p{Zp}]{0,5}".prop_map(|key| format!("{CUSTOM}{key}")),
    ];
    let slot = (name, option::of("[^%]{0,8}")).prop_map(|(name, fallback)| {
        let variable = Variable::named(&name, TemplateKind::Message);
        vec![Part::Slot(Slot { name, fallback, variable })]
    });
    let text = "([^%]|%){1,6}".prop_map(|text| vec![Part::Text(text)]);
    let stray = "[^%]{0,6}".prop_map(|text| vec![Part::StrayPercent, Part::Text(format!(" {text}"))]);
    let choice = vec("[^|{}]{0,4}", 2..5).prop_map(|texts| {
        let text = format!("%{{a{}}}%", texts.join("|").replace('%', "%%"));
        Template::parse(&text, TemplateKind::Message).parts
    });
    (vec(prop_oneof![slot, text, stray, choice], 0..8), any::<bool>()).prop_map(|(pieces, ends_stray)| {
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
        let place = if is_signature { TemplateKind::Signature } else { TemplateKind::Message };
        let template = Template::parse(&text, place);
        prop_assert_eq!(template.to_string(), text);
        prop_assert_eq!(Template::parse(&template.to_string(), place), template);
    }

    #[test]
    fn what_is_printed_parses_as_it_was(parts in sequences_of_parts()) {
        let template = Template { parts };
        prop_assert_eq!(Template::parse(&template.to_string(), TemplateKind::Message), template);
    }
}

/// Someone who says the same to everything.
struct Same(&'static str);

impl Values for Same {
    fn field(&self, _: Field) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn custom_field(&self, _: &str) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn each_key(&self, _: &mut dyn FnMut(&str)) {}
}

fn sender() -> Account {
    Account {
        id: AccountId::from_uuid(uuid::Uuid::nil()),
        user_id: UserId::from_uuid(uuid::Uuid::nil()),
        address: Address::Email(EmailAddress::parse("ana@example.com").unwrap()),
        status: AccountStatus::Connected,
        profile: Profile::default(),
        pacing: Default::default(),
        created_at: Instant::from_unix_ms(0),
        updated_at: Instant::from_unix_ms(0),
    }
}

fn draw(prospect: u128, node: u128, drawn: DrawnText) -> Draw {
    let uuid = uuid::Uuid::from_u128;
    Draw::of(ProspectId::from_uuid(uuid(prospect)), NodeId::from_uuid(uuid(node)), drawn)
}

/// What a template says; none, if something in it is unresolved.
fn said(text: &str, link: Option<&str>, draw: Draw) -> Option<String> {
    let setting = RenderContext { prospect: &Same("v"), sender: &sender(), link, draw };
    match Template::parse(text, TemplateKind::Message).render(&setting, 1_000_000) {
        Rendered::Text(text) => Some(text),
        Rendered::Unresolved(_) | Rendered::TooLong => None,
    }
}

#[test]
fn a_choice_is_the_same_for_ever_for_a_prospect_and_a_node() {
    let drawn = |prospect, node| said("%{a|b|c}%%{a|b|c}%", None, draw(prospect, node, DrawnText::Body)).unwrap();
    let all: Vec<String> = (1..9).flat_map(|prospect| [drawn(prospect, 1), drawn(prospect, 2)]).collect();
    let told = all.join(" ");
    assert_eq!(
        told, "bb bb aa cb cc bb aa bb cb ab cb aa bc ca cc ba",
        "whoever was sent one text is not sent another by a later version"
    );
    let mut counts = [0_usize; 3];
    for prospect in 0..3_000 {
        let text = said("%{0|1|2}%", None, draw(prospect, 7, DrawnText::Body)).unwrap();
        counts[text.parse::<usize>().unwrap()] += 1;
    }
    assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
    let differ = (0..300).filter(|prospect| {
        let of = |drawn| said("%{a|b}%", None, draw(*prospect, 7, drawn));
        of(DrawnText::Subject) != of(DrawnText::Body)
    });
    assert!((100..200).contains(&differ.count()), "subject and text are drawn by themselves");
}

#[test]
fn a_link_is_said_where_there_is_one() {
    for (text, with, without) in [
        ("Bye %unsubscribe_url%", Some("Bye LINK"), None),
        ("%unsubscribe_url|answer with no%", Some("LINK"), Some("answer with no")),
        ("%unsubscribe_url| %", Some("LINK"), None),
    ] {
        assert_eq!(said(text, Some("LINK"), draw(1, 1, DrawnText::Body)).as_deref(), with);
        assert_eq!(said(text, None, draw(1, 1, DrawnText::Body)).as_deref(), without);
    }
    assert_eq!(parts("%unsubscribe_url%"), "<unsubscribe_url>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_text_without_percent_signs_says_itself(text in prop_oneof![texts(), "(\\PC|\n){0,40}"]) {
        let text = text.replace('%', "");
        prop_assert_eq!(said(&text, None, draw(1, 1, DrawnText::Body)), Some(text));
    }

    #[test]
    fn every_text_can_be_rendered(text in texts()) {
        for place in [TemplateKind::Message, TemplateKind::Signature, TemplateKind::WithoutLink] {
            let template = Template::parse(&text, place);
            let (prospect, sender) = (Same("v"), sender());
            let draw = draw(1, 1, DrawnText::Body);
            template.render(&RenderContext { prospect: &prospect, sender: &sender, link: Some("l"), draw }, 1_000);
        }
    }

    #[test]
    fn what_is_filled_in_is_what_is_rendered(parts in sequences_of_parts(), prospect: u128) {
        let template = Template { parts };
        let (someone, sender) = (Same("50%"), sender());
        let filled = template.fill(&Same("50%"), draw(prospect, 1, DrawnText::Body), 1_000_000).unwrap();
        let filled = Template::parse(&filled, TemplateKind::Message);
        let render = |template: &Template, node| {
            let draw = draw(prospect, node, DrawnText::Body);
            match template.render(&RenderContext { prospect: &someone, sender: &sender, link: Some("l"), draw }, 1_000_000) {
                Rendered::Text(text) => text,
                Rendered::Unresolved(names) => names.join(" "),
                Rendered::TooLong => String::new(),
            }
        };
        // Nothing is left to be drawn.
        prop_assert_eq!(render(&template, 1), render(&filled, 2));
    }
}

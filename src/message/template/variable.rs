//! The variables of templates (`docs/rules.md#templates`): their names, whose they are, where their values come from, and
//! what they are called elsewhere.

use std::borrow::Cow;

use super::TemplateKind;
use crate::account::Account;
use crate::people::person::{Field, Person};

/// A variable that has a name of its own.
pub(super) struct Named<F: 'static> {
    pub(super) name: &'static str,
    /// The field that it stands for.
    pub(super) field: F,
    /// What it is called elsewhere, by its letters alone.
    pub(super) synonyms: &'static [&'static str],
}

/// The variables of the prospect.
pub(super) const OF_PROSPECT: [Named<Field>; 8] = [
    Named {
        name: "first_name",
        field: Field::FirstName,
        synonyms: &[
            "firstname",
            "fname",
            "givenname",
            "forename",
            "vorname",
            "prénom",
            "prenom",
            "voornaam",
            "förnamn",
            "fornavn",
        ],
    },
    Named {
        name: "last_name",
        field: Field::LastName,
        synonyms: &[
            "lastname",
            "lname",
            "surname",
            "familyname",
            "nachname",
            "achternaam",
            "apellido",
            "apellidos",
            "cognome",
            "sobrenome",
            "efternamn",
            "efternavn",
        ],
    },
    Named { name: "name", field: Field::Name, synonyms: &["name", "fullname", "completename"] },
    Named { name: "email", field: Field::Email, synonyms: &["email", "emailaddress", "mailaddress", "emailid"] },
    Named {
        name: "company",
        field: Field::Company,
        synonyms: &[
            "company",
            "companyname",
            "organization",
            "organisation",
            "organizationname",
            "organisationname",
            "accountname",
            "employer",
            "employername",
            "firma",
            "unternehmen",
            "entreprise",
            "société",
            "empresa",
            "azienda",
            "bedrijf",
        ],
    },
    Named {
        name: "position",
        field: Field::Position,
        synonyms: &["position", "jobtitle", "title", "jobposition", "role", "jobrole"],
    },
    Named { name: "headline", field: Field::Headline, synonyms: &["headline", "linkedinheadline"] },
    Named {
        name: "linkedin_url",
        field: Field::LinkedinUrl,
        synonyms: &["linkedinurl", "linkedinprofile", "linkedinprofileurl", "linkedinlink", "profileurl"],
    },
];

/// The variables of the sender, with synonyms that come after a word for the sender.
const OF_SENDER: [Named<SenderField>; 6] = [
    Named { name: "sender_first_name", field: SenderField::FirstName, synonyms: &["firstname", "fname"] },
    Named {
        name: "sender_last_name",
        field: SenderField::LastName,
        synonyms: &["lastname", "lname", "last", "surname"],
    },
    Named { name: "sender_name", field: SenderField::Name, synonyms: &["name", "fullname"] },
    Named { name: "sender_email", field: SenderField::Email, synonyms: &["email", "emailaddress"] },
    Named { name: "sender_company", field: SenderField::Company, synonyms: &["company", "companyname"] },
    Named { name: "sender_title", field: SenderField::Title, synonyms: &["title", "jobtitle", "position", "role"] },
];

/// Second names of variables of the sender.
const SHORT_OF_SENDER: [Named<SenderField>; 1] =
    [Named { name: "sender_first", field: SenderField::FirstName, synonyms: &["first"] }];

pub(super) fn of_sender() -> impl Iterator<Item = &'static Named<SenderField>> {
    OF_SENDER.iter().chain(&SHORT_OF_SENDER)
}

/// The variable that stands for the person's own link to unsubscribe.
pub(crate) const UNSUBSCRIBE_URL: &str = "unsubscribe_url";

pub(super) const UNSUBSCRIBE_URL_SYNONYMS: [&str; 10] = [
    "unsubscribeurl",
    "unsubscribe",
    "unsubscribelink",
    "unsuburl",
    "unsub",
    "unsublink",
    "unsubscribehref",
    "unsubscriptionlink",
    "optouturl",
    "optoutlink",
];

/// The prefix of the variables of custom fields.
pub(super) const CUSTOM: &str = "custom_fields.";

/// A custom field, in lists of variables.
const CUSTOM_FIELD: &str = "custom_fields.KEY";

/// The names of all variables.
pub(crate) fn names() -> Vec<&'static str> {
    let of_prospect = OF_PROSPECT.iter().map(|known| known.name);
    let of_sender = of_sender().map(|known| known.name);
    of_prospect.chain([CUSTOM_FIELD]).chain(of_sender).chain([UNSUBSCRIBE_URL]).collect()
}

/// The names to choose from, by whose variables they are.
#[cfg(feature = "typescript")]
pub(crate) fn choices() -> [(&'static str, Vec<&'static str>); 3] {
    [
        ("prospect", OF_PROSPECT.iter().map(|known| known.name).collect()),
        ("sender", OF_SENDER.iter().map(|known| known.name).collect()),
        ("link", vec![UNSUBSCRIBE_URL]),
    ]
}

/// The fields of the sender that a template can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SenderField {
    FirstName,
    LastName,
    Name,
    Email,
    Company,
    Title,
}

impl SenderField {
    fn of(self, sender: &Account) -> Option<Cow<'_, str>> {
        let profile = &sender.profile;
        let text = match self {
            Self::FirstName => &profile.first_name,
            Self::LastName => &profile.last_name,
            Self::Name => return Some(sender.display_name().into()),
            Self::Email => return sender.email_address().map(Cow::Borrowed),
            Self::Company => &profile.company,
            Self::Title => &profile.title,
        };
        text.as_deref().map(Cow::Borrowed)
    }

    /// What a variable of the prospect stands for in a signature.
    const fn in_signature(field: Field) -> Option<Self> {
        match field {
            Field::FirstName => Some(Self::FirstName),
            Field::LastName => Some(Self::LastName),
            _ => None,
        }
    }
}

/// The meaning of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variable {
    /// A field of the prospect.
    Prospect(Field),
    /// A custom field of the prospect.
    Custom(String),
    /// A field of the sender.
    Sender(SenderField),
    /// The person's own link to unsubscribe.
    UnsubscribeUrl,
}

impl Variable {
    pub(super) fn named(name: &str, kind: TemplateKind) -> Option<Self> {
        if let Some(key) = name.strip_prefix(CUSTOM) {
            return Some(Self::Custom(key.trim().to_owned()));
        }
        if name == UNSUBSCRIBE_URL {
            return (kind != TemplateKind::WithoutLink).then_some(Self::UnsubscribeUrl);
        }
        if let Some(known) = of_sender().find(|known| known.name == name) {
            return Some(Self::Sender(known.field));
        }
        let known = OF_PROSPECT.iter().find(|known| known.name == name)?;
        let of_sender = SenderField::in_signature(known.field).filter(|_| kind == TemplateKind::Signature);
        Some(of_sender.map_or(Self::Prospect(known.field), Self::Sender))
    }

    /// Its value for a prospect and a sender; none for the link to unsubscribe.
    pub(crate) fn value<'v>(&self, prospect: &'v impl Values, sender: &'v Account) -> Option<Cow<'v, str>> {
        match self {
            Self::Sender(field) => field.of(sender),
            _ => self.of_prospect(prospect),
        }
    }

    /// Its value for a prospect; none where they have none.
    pub(crate) fn of_prospect<'v>(&self, prospect: &'v impl Values) -> Option<Cow<'v, str>> {
        match self {
            Self::Prospect(field) => prospect.field(*field),
            Self::Custom(key) => prospect.custom_field(key),
            Self::Sender(_) | Self::UnsubscribeUrl => None,
        }
    }

    /// Its value for a sender; none where they have none.
    pub(crate) fn of_sender<'v>(&self, sender: &'v Account) -> Option<Cow<'v, str>> {
        match self {
            Self::Sender(field) => field.of(sender),
            Self::Prospect(_) | Self::Custom(_) | Self::UnsubscribeUrl => None,
        }
    }

    /// The field of a prospect that it stands for.
    pub(crate) fn field(&self) -> Cow<'static, str> {
        match self {
            Self::Prospect(field) => field.word().into(),
            Self::Custom(key) => format!("{CUSTOM}{key}").into(),
            Self::Sender(_) | Self::UnsubscribeUrl => "".into(),
        }
    }

    pub(crate) const fn is_of_prospect(&self) -> bool {
        matches!(self, Self::Prospect(_) | Self::Custom(_))
    }

    pub(crate) const fn is_of_sender(&self) -> bool {
        matches!(self, Self::Sender(_))
    }
}

/// The values of a prospect for the variables: never a blank text.
pub(crate) trait Values {
    fn field(&self, field: Field) -> Option<Cow<'_, str>>;

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>>;

    /// Calls `visit` with the key of each custom field.
    fn each_key(&self, visit: &mut dyn FnMut(&str));
}

impl Values for Person {
    fn field(&self, field: Field) -> Option<Cow<'_, str>> {
        self.get(field)
    }

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>> {
        self.custom_fields().get(key).map(|text| text.as_str().into())
    }

    fn each_key(&self, visit: &mut dyn FnMut(&str)) {
        self.custom_fields().keys().for_each(|key| visit(key));
    }
}

//! Recognises variables whose names are written in another way: `FNAME`, `First Name`, `contact.firstName`.

use std::collections::BTreeMap;

use super::variable::{self, OF_PROSPECT, UNSUBSCRIBE_URL, UNSUBSCRIBE_URL_SYNONYMS, names};
use crate::request::closest_to;

/// The most characters of a word that is looked at: names are shorter.
const WORD_MAX: usize = 64;

/// Words for the sender, before the name of a field.
const SENDERS: [&str; 5] = ["sender", "from", "my", "owner", "rep"];

/// Prefixes that say whose field a name is.
const OWNERS: [&str; 22] = [
    "contact",
    "contacts",
    "lead",
    "leads",
    "person",
    "prospect",
    "recipient",
    "subscriber",
    "user",
    "customer",
    "client",
    "member",
    "candidate",
    "receiver",
    "merge",
    "attribute",
    "customfields",
    "customfield",
    "custom",
    "fields",
    "field",
    "organization",
];

/// The letters and digits of a word, in lower case.
pub(crate) fn fold(word: &str) -> String {
    word.chars().take(WORD_MAX).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a word could be a name: letters and digits, of several words perhaps, and no white space around them.
pub(super) fn is_word(word: &str) -> bool {
    let is_joint = |c| matches!(c, ' ' | '_' | '-' | '.' | '\u{a0}');
    word.trim() == word
        && word.chars().nth(WORD_MAX).is_none()
        && word.starts_with(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || is_joint(c))
}

/// The variable that has this name in other words, or as other products call it.
pub(crate) fn same(word: &str) -> Option<&'static str> {
    let folded = fold(word);
    let owned = OWNERS.iter().find_map(|owner| of_prospect(folded.strip_prefix(owner)?));
    of_prospect(&folded).or_else(|| of_sender(&folded)).or(owned)
}

fn of_prospect(folded: &str) -> Option<&'static str> {
    if UNSUBSCRIBE_URL_SYNONYMS.contains(&folded) {
        return Some(UNSUBSCRIBE_URL);
    }
    OF_PROSPECT.iter().find(|known| known.synonyms.contains(&folded)).map(|known| known.name)
}

fn of_sender(folded: &str) -> Option<&'static str> {
    let field = SENDERS.iter().find_map(|sender| folded.strip_prefix(sender))?;
    variable::of_sender().find(|known| known.synonyms.contains(&field)).map(|known| known.name)
}

/// The variable whose name this is, apart from a typo or two.
pub(crate) fn near(word: &str) -> Option<&'static str> {
    let folded = fold(word);
    same(word).or_else(|| {
        let fields = OF_PROSPECT.iter().map(|known| (known.name, known.synonyms, Some(folded.as_str())));
        let of_sender = folded.strip_prefix("sender");
        let of_sender = variable::of_sender().map(|known| (known.name, known.synonyms, of_sender));
        let link = [(UNSUBSCRIBE_URL, UNSUBSCRIBE_URL_SYNONYMS.as_slice(), Some(folded.as_str()))];
        let all = fields.chain(of_sender).chain(link);
        let slips = all.flat_map(|(name, words, word)| {
            let slips = word.and_then(|word| words.iter().filter_map(|known| slips(word, known)).min());
            slips.map(|slips| (slips, name))
        });
        slips.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
    })
}

/// How many letters two words differ by, if that may be by mistake.
fn slips(word: &str, known: &str) -> Option<usize> {
    let (length, known_length) = (word.chars().count(), known.chars().count());
    let most = match length.min(known_length) {
        ..5 => 0,
        5..9 => 1,
        9.. => 2,
    };
    if length.abs_diff(known_length) > most {
        return None;
    }
    Some(strsim::damerau_levenshtein(word, known)).filter(|slips| *slips <= most)
}

/// The known variable whose name is closest, however far away that is.
pub(super) fn closest(word: &str) -> &'static str {
    near(word).unwrap_or_else(|| closest_to(word, &names()))
}

/// The most columns that are distinguished: people have at most 200 custom fields each.
const COLUMNS_MAX: usize = 1_000;

/// The custom fields that the people of a campaign have, by the letters of their keys.
#[derive(Debug, Default)]
pub(crate) struct Columns(BTreeMap<String, String>);

impl Columns {
    pub(crate) fn add(&mut self, key: &str) {
        let folded = fold(key);
        if self.0.len() < COLUMNS_MAX && !folded.is_empty() && !self.0.contains_key(&folded) {
            self.0.insert(folded, key.to_owned());
        }
    }

    /// The key that this is in other words.
    pub(crate) fn same(&self, word: &str) -> Option<&str> {
        let folded = fold(word);
        let owned = OWNERS.iter().filter_map(|owner| self.0.get(folded.strip_prefix(owner)?)).next();
        self.0.get(&folded).or(owned).map(String::as_str)
    }

    /// The key that this is but for a slip or two.
    pub(crate) fn near(&self, word: &str) -> Option<&str> {
        let folded = fold(word);
        self.same(word).or_else(|| {
            let slips = self.0.iter().filter_map(|(known, key)| Some((slips(&folded, known)?, key)));
            slips.min_by_key(|(slips, _)| *slips).map(|(_, key)| key.as_str())
        })
    }
}

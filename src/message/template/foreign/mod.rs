//! What a template has that looks like a variable and is none: the merge tags of other products, and a `%` beside a known name.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::similar_names::{Columns, fold, is_word, near, same};
use super::{CUSTOM, Part, Template, UNSUBSCRIBE_URL};

/// How other products write variables. Longer openings come first.
const NOTATIONS: [Notation; 11] = [
    Notation { open: "{{{", close: "}}}", stops: &['{', '}'], is: Sure },
    Notation { open: "{{", close: "}}", stops: &['{', '}'], is: Sure },
    Notation { open: "[[", close: "]]", stops: &['[', ']'], is: Rare },
    Notation { open: "*|", close: "|*", stops: &['|', '*', '\n'], is: Rare },
    Notation { open: "${", close: "}", stops: &['{', '}', '\n'], is: Rare },
    Notation { open: "<<", close: ">>", stops: &['<', '>', '\n'], is: Rare },
    Notation { open: "<%", close: "%>", stops: &['%', '<', '>', '\n'], is: Rare },
    Notation { open: "%%", close: "%%", stops: &['%', '\n'], is: Rare },
    Notation { open: "«", close: "»", stops: &['«', '»', '\n'], is: Plain },
    Notation { open: "[", close: "]", stops: &['[', ']', '\n'], is: Plain },
    Notation { open: "{", close: "}", stops: &['{', '}', '\n'], is: Plain },
];

/// With which characters they begin.
const OPENINGS: [char; 7] = ['{', '[', '*', '$', '<', '%', '«'];

/// Their own addresses stand in angle brackets also where people write them: `Ana <%sender_email%>`.
const ADDRESSES: [&str; 4] = ["email", "sender_email", "linkedin_url", UNSUBSCRIBE_URL];

/// The most characters of a choice that is repeated in a hint.
const CHOICE_MAX: usize = 200;
const FALLBACK_MAX: usize = 60;

struct Notation {
    open: &'static str,
    close: &'static str,
    /// The first of these ends what stands between.
    stops: &'static [char],
    is: Use,
}

/// For what else than variables a notation is used in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// For nothing.
    Sure,
    /// In code.
    Rare,
    /// In any text.
    Plain,
}

use Use::{Plain, Rare, Sure};

/// A variable or a choice as another product may write it.
#[derive(Clone, Debug)]
pub(crate) struct Tag<'t> {
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// As it stands there.
    pub(crate) text: &'t str,
    is: Use,
    /// The name in it, if there is one.
    word: Option<&'t str>,
    /// What comes after the name.
    rest: &'t str,
    /// The texts of a choice, as they stand.
    choice: Option<&'t str>,
}

/// What a tag means, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'t> {
    /// This variable, with a fallback perhaps.
    Variable(Cow<'static, str>, Option<&'t str>),
    /// One of these texts.
    Choice(&'t str),
    /// A variable that there is not.
    Unknown,
}

impl Meaning<'_> {
    /// What to write instead.
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Variable(name, Some(fallback)) => format!("write %{name}|{fallback}%").into(),
            Self::Variable(name, None) => format!("write %{name}%").into(),
            Self::Choice(texts) if texts.chars().nth(CHOICE_MAX).is_none() && !texts.contains('%') => {
                format!("write %{{{texts}}}%").into()
            }
            Self::Choice(_) => "write %{Hi|Hello}%".into(),
            Self::Unknown => "variables are written %first_name%".into(),
        }
    }
}

impl<'t> Tag<'t> {
    /// What it means; nothing, if it is text.
    pub(crate) fn meaning(&self, columns: &Columns) -> Option<Meaning<'t>> {
        if self.choice.is_some_and(|texts| texts.split('|').count() > 2) {
            return self.choice.map(Meaning::Choice);
        }
        let named = self.word.and_then(|word| meant(word, self.is != Plain || is_identifier(word), columns));
        let variable = named.map(|name| Meaning::Variable(name, fallback(self.rest)));
        variable.or(self.choice.map(Meaning::Choice)).or((self.is == Sure).then_some(Meaning::Unknown))
    }
}

/// The variable that a word is, or a column, but for slips if those are allowed.
fn meant(word: &str, with_slips: bool, columns: &Columns) -> Option<Cow<'static, str>> {
    let column = |key: &str| format!("{CUSTOM}{key}").into();
    let is_same = same(word).map(Cow::Borrowed).or_else(|| columns.same(word).map(column));
    let is_near = || near(word).map(Cow::Borrowed).or_else(|| columns.near(word).map(column));
    is_same.or_else(|| if with_slips { is_near() } else { None })
}

/// Whether a word is written as names of fields are, and not as words in a text.
fn is_identifier(word: &str) -> bool {
    let has_joint = word.contains(['_', '.']);
    let is_loud = word.chars().count() > 3 && !word.contains(char::is_lowercase);
    let is_camel = word.chars().zip(word.chars().skip(1)).any(|(one, next)| one.is_lowercase() && next.is_uppercase());
    let are_titles = word.contains(' ') && word.split(' ').all(|word| word.starts_with(char::is_uppercase));
    has_joint || is_loud || is_camel || are_titles
}

/// The text that follows a name to stand in for a missing value: `|there`, `| default: "there"`, `,fallback=there`.
fn fallback(rest: &str) -> Option<&str> {
    const FILTERS: [&str; 10] =
        ["capitalize", "title", "upcase", "downcase", "upper", "lower", "trim", "strip", "escape", "safe"];
    let is_around =
        |c: char| c.is_whitespace() || matches!(c, '|' | ',' | ':' | '=' | '(' | ')' | '"' | '\'' | '“' | '”');
    let rest = rest.trim_matches(is_around);
    let rest = rest.strip_prefix("OR ").unwrap_or(rest);
    let rest = ["default", "fallback"].into_iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let rest = rest.trim_matches(is_around);
    let is_text = !rest.is_empty() && !rest.contains(['|', '%', '{', '}']) && !FILTERS.contains(&rest);
    Some(rest).filter(|rest| is_text && rest.chars().nth(FALLBACK_MAX).is_none())
}

impl Notation {
    /// The tag at the beginning of `rest`, which follows `before`.
    fn read<'t>(&self, before: &str, rest: &'t str) -> Option<Tag<'t>> {
        let inner = rest.strip_prefix(self.open)?;
        let (content, after) = inner.split_at_checked(inner.find(self.stops)?)?;
        let after = after.strip_prefix(self.close)?;
        let text = rest.get(..rest.len() - after.len())?;
        let is_padded = content.trim() != content;
        let is_mark = |c: char| c.is_whitespace() || "=-#!/$@~&^".contains(c);
        let content = content.trim_matches(is_mark);
        let (word, rest) = self.cut(content);
        let word = Some(word).filter(|word| is_word(word));
        let choice = self.choice(content, word, rest);
        let is_empty = content.is_empty() || (word.is_none() && choice.is_none() && self.is != Sure);
        let is_text = match self.open {
            _ if is_empty => true,
            "[" => after.starts_with('(') || is_index(before, word),
            "<%" => text.get(2..text.len() - 2).is_some_and(|name| ADDRESSES.contains(&name)),
            // Else what is between two percent signs would be one.
            "%%" => after.starts_with('%') || is_padded,
            _ => false,
        };
        (!is_text).then_some(Tag { start: before.len(), text, is: self.is, word, rest, choice })
    }

    /// The name in a tag, and what comes after it.
    fn cut<'t>(&self, content: &'t str) -> (&'t str, &'t str) {
        let ends = content.char_indices().find(|(at, c)| match c {
            '|' => true,
            ',' => {
                let after = content.get(at + 1..).unwrap_or_default().trim_start();
                self.is != Plain || after.starts_with("fallback") || after.starts_with("default")
            }
            ':' => self.is != Plain,
            ' ' => content.get(*at..).is_some_and(|rest| rest.starts_with(" OR ")),
            _ => false,
        });
        let (word, rest) = content.split_at_checked(ends.map_or(content.len(), |(at, _)| at)).unwrap_or((content, ""));
        (word.trim(), rest)
    }

    /// The texts of a choice: `{Hi|Hello}`, or `{{random|Hi|Hello}}`.
    fn choice<'t>(&self, content: &'t str, word: Option<&str>, rest: &'t str) -> Option<&'t str> {
        let texts = match self.open {
            "{" => content,
            "{{" if word.is_some_and(|word| matches!(fold(word).as_str(), "random" | "spin" | "spintax")) => {
                rest.strip_prefix('|')?.trim_start()
            }
            _ => return None,
        };
        let all: Vec<&str> = texts.split('|').collect();
        let between = all.get(1..all.len() - 1).unwrap_or_default();
        let has_key = texts.split_once(':').is_some_and(|(key, _)| is_word(key.trim()) && !key.trim().contains(' '));
        let is_code = has_key || texts.contains(['=', ';', '<', '>', '"', '\\', '&', '`']);
        let is_code = is_code || between.iter().any(|text| text.trim().is_empty());
        let has_words = all.iter().any(|text| text.contains(char::is_alphabetic));
        (all.len() > 1 && !is_code && has_words).then_some(texts)
    }
}

/// Whether a word in square brackets is an index in code, or what a link of Markdown is called.
fn is_index(before: &str, word: Option<&str>) -> bool {
    let is_small = word.is_none_or(|word| word.chars().all(|c| c.is_lowercase() || c.is_numeric()));
    is_small && before.ends_with(|c: char| c.is_alphanumeric() || "_)]".contains(c))
}

/// A template as it was written, with the places of its parts.
pub(crate) struct Source<'p> {
    text: String,
    spans: Vec<(Range<usize>, &'p Part)>,
}

/// A `%` beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StrayPercent<'t> {
    /// What stands between it and the next one is this column in other words.
    Column { name: &'t str, variable: Cow<'static, str> },
    /// It may be meant for one of the signs around a name.
    Beside,
}

impl<'p> Source<'p> {
    pub(crate) fn of(template: &'p Template) -> Self {
        let mut spans = Vec::with_capacity(template.parts.len());
        let mut text = String::new();
        for part in &template.parts {
            let start = text.len();
            text.push_str(&part.to_string());
            spans.push((start..text.len(), part));
        }
        Self { text, spans }
    }

    /// What may be the tags of other products, in their order.
    pub(crate) fn tags(&self) -> impl Iterator<Item = Tag<'_>> {
        let mut at = 0;
        let mut spans = self.spans.iter().peekable();
        std::iter::from_fn(move || {
            loop {
                let start = at + self.text.get(at..)?.find(OPENINGS)?;
                let (before, rest) = self.text.split_at_checked(start)?;
                at = start + rest.chars().next().map_or(1, char::len_utf8);
                while spans.next_if(|(span, _)| span.end <= start).is_some() {}
                let (span, part) = spans.peek()?;
                let is_ours = match part {
                    Part::Text(_) => false,
                    Part::Slot(slot) => start - span.start <= slot.name.len(),
                    Part::StrayPercent | Part::BrokenChoice | Part::Choice(_) => true,
                };
                let tag = NOTATIONS.iter().filter(|_| !is_ours).find_map(|notation| notation.read(before, rest));
                // `%%` may end one of our variables and begin the next.
                let is_within = |tag: &Tag<'_>| {
                    !tag.text.starts_with('%') || (matches!(part, Part::Text(_)) && start + tag.text.len() <= span.end)
                };
                match tag.filter(is_within) {
                    Some(tag) => {
                        at = start + tag.text.len();
                        return Some(tag);
                    }
                    // The second of two.
                    None if rest.starts_with("%%") && !is_ours => at = start + 2,
                    None => {}
                }
            }
        })
    }

    /// How many characters come before a tag.
    pub(crate) fn characters_before(&self, tag: &Tag<'_>) -> usize {
        self.text.get(..tag.start).unwrap_or_default().chars().count()
    }

    /// Each `%` that belongs to nothing and stands beside a known name.
    pub(crate) fn strays<'s>(&'s self, columns: &Columns) -> impl Iterator<Item = StrayPercent<'s>> {
        let strays = self.spans.iter().filter(|(_, part)| **part == Part::StrayPercent);
        strays.filter_map(move |(span, _)| stray(self.text.get(..span.start)?, self.text.get(span.end..)?, columns))
    }

    /// Whether what a tag or a `%` means may depend on the columns of the prospects.
    pub(crate) fn needs_columns(&self) -> bool {
        let none = Columns::default();
        let is_open = |tag: Tag<'_>| tag.word.is_some() && !matches!(tag.meaning(&none), Some(Meaning::Variable(..)));
        let mut strays = self.spans.iter().filter(|(_, part)| **part == Part::StrayPercent);
        let has_name = |span: &Range<usize>| self.text.get(span.end..).and_then(name).is_some();
        strays.any(|(span, _)| has_name(span)) || self.tags().any(is_open)
    }
}

/// What could be a name between a `%` and the next one.
fn name(after: &str) -> Option<&str> {
    let (inner, _) = after.split_once('%')?;
    let name = inner.split_once('|').map_or(inner, |(name, _)| name);
    Some(name).filter(|name| is_word(name.trim()))
}

/// What a `%` between two texts is beside.
fn stray<'s>(before: &str, after: &'s str, columns: &Columns) -> Option<StrayPercent<'s>> {
    let is_in_name = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(inner) = name(after) {
        let is_name = inner.trim() == inner && fold(inner).len() > 3;
        if let Some(key) = columns.same(inner).filter(|_| is_name) {
            return Some(StrayPercent::Column { name: inner, variable: format!("{CUSTOM}{key}").into() });
        }
        if same(inner.trim()).or(columns.same(inner.trim())).is_some() {
            return Some(StrayPercent::Beside);
        }
    }
    // Not closed: `%first_name, …`, or not opened: `first_name%`.
    let opened = after.find(|c| !is_in_name(c)).map_or(after, |end| after.get(..end).unwrap_or_default());
    let closed = before.rsplit(|c| !is_in_name(c)).next().unwrap_or_default();
    let is_opened = !before.ends_with(|c: char| c.is_numeric()) && is_word(opened) && same(opened).is_some();
    let is_closed = closed.contains('_') && is_word(closed) && same(closed).is_some();
    (is_opened || is_closed).then_some(StrayPercent::Beside)
}

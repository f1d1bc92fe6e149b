//! Choices: `%{Hi|Hello}%` is one of its texts, the same for ever for a prospect and a node (`docs/rules.md#templates`).

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::id::{NodeId, ProspectId};

/// The most texts of a choice.
const TEXTS_MAX: usize = 100;

/// Texts of which one is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice(Vec<String>);

/// How a text goes on after `%{`.
pub(super) enum Begun<'t> {
    /// It is a choice, and what comes after it.
    Choice(Choice, &'t str),
    /// It is none.
    Broken,
}

impl Choice {
    /// `text` follows `%{`. The texts have no variables and no braces, `%%` is a percent sign in them, too; one may be
    /// empty, but not all.
    pub(super) fn parse(text: &str) -> Begun<'_> {
        let mut texts = vec![String::new()];
        let mut rest = text;
        while let Some(at) = rest.find(['|', '%', '{', '}']) {
            let Some((before, after)) = rest.split_at_checked(at) else { break };
            if let Some(text) = texts.last_mut() {
                text.push_str(before);
            }
            if let Some(after) = after.strip_prefix("}%") {
                let is_choice =
                    (2..=TEXTS_MAX).contains(&texts.len()) && texts.iter().any(|text| !text.trim().is_empty());
                return if is_choice { Begun::Choice(Self(texts), after) } else { Begun::Broken };
            }
            if let Some(after) = after.strip_prefix('|') {
                texts.push(String::new());
                rest = after;
            } else if let (Some(after), Some(text)) = (after.strip_prefix("%%"), texts.last_mut()) {
                text.push('%');
                rest = after;
            } else {
                break;
            }
        }
        Begun::Broken
    }

    /// The text that is drawn.
    pub(super) fn drawn(&self, draw: &mut Draw) -> &str {
        let index = draw.next(self.0.len());
        self.0.get(index).map(String::as_str).unwrap_or_default()
    }

    /// Whether one of its texts is blank.
    pub(super) fn may_be_blank(&self) -> bool {
        self.0.iter().any(|text| text.trim().is_empty())
    }

    /// How many characters its longest text has.
    pub(crate) fn longest(&self) -> usize {
        self.0.iter().map(|text| text.chars().count()).max().unwrap_or_default()
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("%{")?;
        for (index, text) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { "|" } else { "" })?;
            f.write_str(&text.replace('%', "%%"))?;
        }
        f.write_str("}%")
    }
}

/// The texts of a message that are drawn for each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrawnText {
    Subject = 0,
    Body = 1,
    Signature = 2,
    /// Which variant of the node it is.
    Variant = 3,
}

/// Draws the texts for one prospect: a function of prospect, node and place in the text, by a hash that is the same on
/// every platform and in every version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    prospect: ProspectId,
    node: NodeId,
    drawn: DrawnText,
    /// How many choices of the text were made.
    made: u64,
}

impl Draw {
    /// For a text of the message of a node.
    pub(crate) const fn of(prospect: ProspectId, node: NodeId, drawn: DrawnText) -> Self {
        Self { prospect, node, drawn, made: 0 }
    }

    /// The next index below `count`.
    pub(crate) fn next(&mut self, count: usize) -> usize {
        let mut hasher = SipHasher13::new();
        hasher.write(self.prospect.as_bytes());
        hasher.write(self.node.as_bytes());
        hasher.write(&[self.drawn as u8]);
        hasher.write(&self.made.to_le_bytes());
        self.made += 1;
        // The high half of a product is below its second factor.
        let scaled = (u128::from(hasher.finish()) * count as u128) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }
}

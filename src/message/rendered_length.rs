//! How long messages become once they are rendered, counted without rendering them.

use std::collections::HashMap;

use super::{LINK_MAX, Message, note_max};
use crate::account::Account;
use crate::bounds::{BODY_MAX, CUSTOM_FIELD_MAX, SUBJECT_MAX};
use crate::error::Problem;
use crate::id::ProspectId;
use crate::message::template::{Part, Template, Values, Variable};

/// A text with a limit of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limited {
    Subject,
    /// An email's with its signature.
    Body,
    /// The body of a connection request.
    Note,
}

impl Limited {
    /// The field of the node that holds it.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body | Self::Note => "body",
        }
    }

    fn max(self, sender: &Account) -> usize {
        match self {
            Self::Subject => SUBJECT_MAX,
            Self::Body => BODY_MAX,
            Self::Note => note_max(sender),
        }
    }
}

/// How many characters a text leaves for the values of prospects, from the sender with the least room.
pub(crate) struct TextRoom {
    pub(crate) text: Limited,
    /// The path of the text in its campaign.
    path: String,
    /// The most characters that the text may have from that sender.
    max: usize,
    /// Below zero where it is too long for all prospects.
    left: i64,
    said: Vec<(Variable, VariableUse)>,
}

/// The uses of one variable in a text.
struct VariableUse {
    /// How often.
    times: i64,
    /// The length of all fallbacks; none where one is missing.
    fallbacks: Option<i64>,
}

impl TextRoom {
    /// Those of the texts of a message that can be too long for someone; `signature` is what follows the text of an email.
    pub(crate) fn of(message: &Message, signature: Option<&Template>, senders: &[Account]) -> Vec<Self> {
        let [subject, body] = message.texts();
        let limited = if message.is_note { Limited::Note } else { Limited::Body };
        let signature = signature.filter(|_| subject.is_some());
        let of_subject = Self::of_subject(message, senders);
        let body = body.map(|body| [Some(body), signature].into_iter().flatten().collect::<Vec<_>>());
        let of_body = body.and_then(|templates| Self::count(limited, message, &templates, senders));
        of_subject.into_iter().chain(of_body).collect()
    }

    /// That of the subject of a message, if it can be too long for someone.
    pub(crate) fn of_subject(message: &Message, senders: &[Account]) -> Option<Self> {
        Self::count(Limited::Subject, message, &[message.subject.as_ref()?], senders)
    }

    fn count(text: Limited, message: &Message, templates: &[&Template], senders: &[Account]) -> Option<Self> {
        // A blank line is between the text of an email and its signature.
        let mut fixed = if templates.len() > 1 { 2 } else { 0 };
        let (mut of_prospects, mut of_senders) = (HashMap::new(), HashMap::new());
        for part in templates.iter().flat_map(|template| template.parts()) {
            match part {
                Part::Text(text) => fixed += length(text),
                Part::StrayPercent | Part::BrokenChoice => fixed += 1,
                // Which of its texts is drawn does not matter then.
                Part::Choice(choice) => fixed += signed(choice.longest()),
                Part::Slot(slot) => {
                    let Some(variable) = &slot.variable else { continue };
                    if *variable == Variable::UnsubscribeUrl {
                        fixed += signed(LINK_MAX).max(slot.fallback().map(length).unwrap_or_default());
                        continue;
                    }
                    let said = if variable.is_of_sender() { &mut of_senders } else { &mut of_prospects };
                    let said = said.entry(variable).or_insert(VariableUse { times: 0, fallbacks: Some(0) });
                    said.times += 1;
                    said.fallbacks = said.fallbacks.zip(slot.fallback()).map(|(all, one)| all + length(one));
                }
            }
        }
        let room = senders.iter().map(|sender| {
            let says = of_senders.iter().map(|(variable, said)| said.length(variable.of_sender(sender).as_deref()));
            let max = text.max(sender);
            let left =
                i64::try_from(max).unwrap_or(i64::MAX) - fixed - says.map(Option::unwrap_or_default).sum::<i64>();
            (left, max)
        });
        let (left, max) = room.min()?;
        let most: i64 = of_prospects.iter().map(|(variable, said)| said.most(variable)).sum();
        let said = of_prospects.into_iter().map(|(variable, said)| (variable.clone(), said)).collect();
        (most > left).then_some(Self { text, path: message.path(text.field()), max, left, said })
    }

    /// The path of the text in its campaign.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the text is too long for a prospect. Without the values that it needs, that is not known yet.
    pub(crate) fn is_exceeded_by(&self, prospect: &impl Values) -> bool {
        let says = self.said.iter().map(|(variable, said)| said.length(variable.of_prospect(prospect).as_deref()));
        says.sum::<Option<i64>>().is_some_and(|says| says > self.left)
    }

    /// The problem that it is too long for some prospects: how many, and a few of them by name.
    pub(crate) fn exceeded(&self, prospects: u64, prospect_ids: Vec<ProspectId>) -> Problem {
        let max = self.max;
        match self.text {
            Limited::Subject => Problem::SubjectTooLong { max, prospects, prospect_ids },
            Limited::Body => Problem::BodyTooLong { max, prospects, prospect_ids },
            Limited::Note => Problem::NoteTooLong { max, prospects, prospect_ids },
        }
    }

    /// Whether it depends on a custom field.
    pub(crate) fn has_custom_fields(&self) -> bool {
        self.said.iter().any(|(variable, _)| matches!(variable, Variable::Custom(_)))
    }
}

impl VariableUse {
    /// The length of all uses with a value, or without one.
    fn length(&self, value: Option<&str>) -> Option<i64> {
        value.map_or(self.fallbacks, |value| Some(self.times * length(value)))
    }

    /// The greatest length of the values of prospects.
    fn most(&self, variable: &Variable) -> i64 {
        let most = match variable {
            Variable::Prospect(field) => field.longest(),
            Variable::Custom(_) => CUSTOM_FIELD_MAX,
            Variable::Sender(_) | Variable::UnsubscribeUrl => 0,
        };
        (self.times * i64::try_from(most).unwrap_or(i64::MAX)).max(self.fallbacks.unwrap_or(0))
    }
}

fn length(text: &str) -> i64 {
    signed(text.chars().count())
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

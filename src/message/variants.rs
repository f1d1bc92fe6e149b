//! Variants of messages: which of them a person is sent (`docs/rules.md#variants`), and what holds of all of them.

use super::template::{Draw, DrawnText};
use super::{Limited, Message, MessageTemplates, TextRoom};
use crate::account::Account;
use crate::campaign::sequence::{SequenceNode, Step};
use crate::id::{NodeId, ProspectId, VariantId};

/// A variant of a message.
pub(super) struct VariantMessage {
    pub(super) weight: u8,
    pub(super) message: Message,
}

/// Which variant of its node a message is.
#[derive(Clone, Copy)]
pub(super) struct VariantOf {
    pub(super) id: VariantId,
    /// Its place among those of the node.
    pub(super) index: usize,
    /// Whether it has a subject of its own.
    pub(super) has_subject: bool,
}

impl VariantMessage {
    /// Those of a node in this place; `thread` is the last email before it that began one.
    pub(super) fn of(
        node: &SequenceNode,
        position: usize,
        thread: Option<(NodeId, &str)>,
    ) -> impl Iterator<Item = Self> {
        node.variants.iter().enumerate().filter_map(move |(index, variant)| {
            let message = Message::of(node.id, position, &variant.of(&node.step), thread)?;
            let of = VariantOf { id: variant.id, index, has_subject: variant.subject.is_some() };
            Some(Self { weight: variant.weight, message: Message { variant: Some(of), ..message } })
        })
    }
}

/// The subject of an email, or of the first of its variants that has one.
pub(super) fn subject(node: &SequenceNode) -> Option<&str> {
    let Step::Email { subject, .. } = &node.step else { return None };
    let of_variants = node.variants.iter().map(|variant| variant.subject.as_deref().unwrap_or(subject));
    let mut subjects = of_variants.chain(node.variants.is_empty().then_some(subject.as_str()));
    subjects.find(|subject| !subject.trim().is_empty())
}

impl MessageTemplates {
    /// The variants of a message.
    fn variants_of(&self, message: &Message) -> impl Iterator<Item = &VariantMessage> {
        let node = message.node_id;
        self.variants.iter().filter(move |variant| variant.message.node_id == node)
    }

    /// Whether a node has variants.
    pub(crate) fn has_variants(&self, node: NodeId) -> bool {
        self.variants.iter().any(|variant| variant.message.node_id == node)
    }

    /// Every message that someone may be sent, and whether it has a subject that none before had of the same node.
    pub(super) fn sent(&self) -> impl Iterator<Item = (&Message, bool)> {
        self.messages.iter().flat_map(|message| {
            let own = (!self.has_variants(message.node_id)).then_some((message, true));
            let mut is_subject_told = false;
            let of_variants = self.variants_of(message).map(move |variant| {
                let has_own = variant.message.variant.is_some_and(|variant| variant.has_subject);
                let is_subject_new = has_own || !std::mem::replace(&mut is_subject_told, true);
                (&variant.message, is_subject_new)
            });
            own.into_iter().chain(of_variants)
        })
    }

    /// The variant of a message that a person is sent: the one that they have, if the node still has it, or else a
    /// function of person, node and weights; the message itself, where there are none.
    pub(crate) fn variant<'t>(&'t self, message: &'t Message, id: ProspectId, has: Option<VariantId>) -> &'t Message {
        if let Some(kept) =
            self.variants_of(message).find(|variant| has.is_some() && variant.message.variant_id() == has)
        {
            return &kept.message;
        }
        let total = self.variants_of(message).map(|variant| usize::from(variant.weight)).sum();
        let mut left = Draw::of(id, message.node_id, DrawnText::Variant).next(total);
        let drawn = self.variants_of(message).find(|variant| match left.checked_sub(variant.weight.into()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        drawn.map_or(message, |variant| &variant.message)
    }

    /// Where the link to unsubscribe is missing: in the first email, once that has a text.
    pub(crate) fn without_opt_out(&self) -> Option<String> {
        let first = self.messages.first().filter(|message| message.subject.is_some())?.node_id;
        let lacks_it = |message: &Message| {
            message.body.as_ref().is_some_and(|body| !body.may_be_blank()) && !self.has_link(message)
        };
        let mut sent = self.sent().map(|(message, _)| message).take_while(|message| message.node_id == first);
        sent.find(|message| lacks_it(message)).map(|message| message.path("body"))
    }

    /// Those of all messages. A reply has the subject of each variant of the email that it follows.
    pub(super) fn all_rooms(&self, senders: &[Account]) -> Vec<TextRoom> {
        let mut rooms = Vec::new();
        for (message, is_subject_new) in self.sent() {
            let of_message = self.rooms(message, senders);
            rooms.extend(of_message.filter(|room| is_subject_new || room.text != Limited::Subject));
            let thread = message.thread.and_then(|first| self.of_node(first)).filter(|_| is_subject_new);
            for first in thread.iter().flat_map(|first| self.variants_of(first)).skip(1) {
                let other = first.message.subject.as_ref().map(|subject| message.in_thread_of(&subject.to_string()));
                let of_other = other.iter().flat_map(|other| self.rooms(other, senders).collect::<Vec<_>>());
                rooms.extend(of_other.filter(|room| room.text == Limited::Subject));
            }
        }
        rooms
    }
}

//! Variants of messages: which of them a person is sent (`docs/rules.md#variants`), and what holds of all of them.

use super::template::{Draw, DrawnText, Template};
use super::{Limited, Message, MessageTemplates, TextRoom};
use crate::account::Account;
use crate::campaign::sequence::{SequenceNode, Step};
use crate::id::{NodeId, ProspectId, VariantId};

/// A variant of a message.
pub(super) struct VariantMessage {
    pub(super) weight: u32,
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
    /// One message alone.
    pub(crate) fn of_one(message: Message, signature: Option<Template>) -> Self {
        Self { messages: vec![message], variants: Vec::new(), signature }
    }

    /// Leaves those messages that say something else than before.
    pub(crate) fn retain_changed(&mut self, before: &Self) {
        let is_new =
            |message: &Message, before: Option<&Message>| before.is_none_or(|before| before.texts() != message.texts());
        let changed: Vec<NodeId> = self
            .sent()
            .into_iter()
            .filter_map(|(message, _)| {
                let earlier = match message.variant_id() {
                    Some(id) => before.variants.iter().map(|one| &one.message).find(|one| one.variant_id() == Some(id)),
                    None => before.of_node(message.node_id).filter(|one| !before.has_variants(one.node_id)),
                };
                is_new(message, earlier).then_some(message.node_id)
            })
            .collect();
        self.messages.retain(|message| changed.contains(&message.node_id));
        self.variants.retain(|variant| changed.contains(&variant.message.node_id));
    }

    /// The variants of a node, which stand side by side.
    fn variants_of(&self, node: NodeId) -> &[VariantMessage] {
        let is_of = |variant: &VariantMessage| variant.message.node_id == node;
        let first = self.variants.iter().position(is_of).unwrap_or(self.variants.len());
        let count = self.variants.iter().filter(|variant| is_of(variant)).count();
        self.variants.get(first..first + count).unwrap_or_default()
    }

    /// Whether a node has variants.
    pub(crate) fn has_variants(&self, node: NodeId) -> bool {
        !self.variants_of(node).is_empty()
    }

    /// Every message that someone may be sent, and whether it has a subject that none before had of the same node.
    pub(super) fn sent(&self) -> Vec<(&Message, bool)> {
        let mut sent = Vec::with_capacity(self.messages.len() + self.variants.len());
        for message in &self.messages {
            let variants = self.variants_of(message.node_id);
            if variants.is_empty() {
                sent.push((message, true));
            }
            let mut is_subject_told = false;
            for VariantMessage { message, .. } in variants {
                let has_own = message.variant.is_some_and(|variant| variant.has_subject);
                sent.push((message, has_own || !is_subject_told));
                is_subject_told |= !has_own;
            }
        }
        sent
    }

    /// The variant of a message that a person is sent: the one that they have, if the node still has it, or else a
    /// function of person, node and weights; the message itself, where there are none.
    pub(crate) fn variant<'t>(&'t self, message: &'t Message, id: ProspectId, has: Option<VariantId>) -> &'t Message {
        let variants = self.variants_of(message.node_id);
        if let Some(kept) = variants.iter().find(|variant| has.is_some() && variant.message.variant_id() == has) {
            return &kept.message;
        }
        let total: u32 = variants.iter().map(|variant| variant.weight).sum();
        let mut left = Draw::of(id, message.node_id, DrawnText::Variant).next(total as usize);
        for VariantMessage { weight, message } in variants {
            match left.checked_sub(*weight as usize) {
                Some(rest) => left = rest,
                None => return message,
            }
        }
        message
    }

    /// Where the link to unsubscribe is missing: in the first email, once that has a text.
    pub(crate) fn without_opt_out(&self) -> Option<String> {
        let first = self.messages.first().filter(|message| message.subject.is_some())?.node_id;
        let lacks_it = |message: &Message| {
            message.body.as_ref().is_some_and(|body| !body.may_be_blank()) && !self.has_link(message)
        };
        let sent = self.sent();
        let lacking = sent.iter().find(|(message, _)| message.node_id == first && lacks_it(message));
        lacking.map(|(message, _)| message.path("body"))
    }

    /// Those of all messages. A reply has the subject of each variant of the email that it follows.
    pub(super) fn all_rooms(&self, senders: &[Account]) -> Vec<TextRoom> {
        let mut rooms = Vec::new();
        for (message, is_subject_new) in self.sent() {
            for room in self.rooms(message, senders) {
                if is_subject_new || room.text != Limited::Subject {
                    rooms.push(room);
                }
            }
            let Some(first) = message.thread.filter(|_| is_subject_new) else { continue };
            for VariantMessage { message: first, .. } in self.variants_of(first).iter().skip(1) {
                let Some(subject) = &first.subject else { continue };
                let other = message.in_thread_of(&subject.to_string());
                rooms.extend(TextRoom::of_subject(&other, senders));
            }
        }
        rooms
    }
}

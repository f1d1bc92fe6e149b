//! Messages: the templates of a campaign, the values that they need, and how they are rendered.

pub(crate) mod draft;
pub(crate) mod html;
mod message_preview;
mod rendered_length;
mod required_values;
mod shape;
pub(crate) mod template;
mod variants;

use std::borrow::Cow;
use std::collections::HashSet;

use crate::account::Account;
use crate::bounds::{BODY_MAX, NOTE_MAX, PREMIUM_NOTE_MAX, SUBJECT_MAX};
use crate::campaign::Campaign;
use crate::campaign::sequence::Step;
use crate::id::{NodeId, ProspectId, VariantId};
use crate::message::template::{
    Draw, DrawnText, RenderContext, Rendered, Slot, Template, TemplateKind, Values, Variable,
};
use crate::request::text::shown_line;
pub use message_preview::{MessageOrigin, MessagePreview};
pub(crate) use rendered_length::{Limited, TextRoom};
pub(crate) use required_values::{RequiredValue, RequiredValues};
use variants::{VariantMessage, VariantOf};

/// The most characters of a person's unsubscribe link.
pub(crate) const LINK_MAX: usize = 2_100;

/// Stands in for a person's unsubscribe link until a claim names one.
pub(crate) const LINK_STAND_IN: &str = "https://example.com/unsubscribe";

/// The recipient, the sender and the unsubscribe link of a message.
pub(crate) struct Delivery<'v, V> {
    pub(crate) id: ProspectId,
    pub(crate) prospect: &'v V,
    pub(crate) sender: &'v Account,
    pub(crate) link: Option<&'v str>,
}

impl<'v, V> Delivery<'v, V> {
    /// The delivery of a preview.
    pub(crate) const fn looked_at(id: ProspectId, prospect: &'v V, sender: &'v Account) -> Self {
        Self { id, prospect, sender, link: Some(LINK_STAND_IN) }
    }

    fn setting(&self, node: NodeId, drawn: DrawnText) -> RenderContext<'v, V> {
        let Self { id, prospect, sender, link } = *self;
        RenderContext { prospect, sender, link, draw: Draw::of(id, node, drawn) }
    }
}

/// The parsed templates of a campaign.
pub(crate) struct MessageTemplates {
    /// One for each node, with the texts of the node itself: where it has variants, [`variant`](Self::variant) is sent instead.
    pub(crate) messages: Vec<Message>,
    /// The variants of the nodes that have some, in the order of the sequence.
    variants: Vec<VariantMessage>,
    /// Follows the body of every email; none if it is blank.
    pub(crate) signature: Option<Template>,
}

/// The templates of one node that sends something.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) node_id: NodeId,
    pub(crate) position: usize,
    word: &'static str,
    pub(crate) subject: Option<Template>,
    /// None for a connection request without a note.
    pub(crate) body: Option<Template>,
    /// Whether the body is the note of a connection request, whose length is limited.
    is_note: bool,
    /// Whether it is a reply in the thread of an earlier email.
    is_reply: bool,
    /// Whether it goes without HTML, as what is no email does.
    text_only: bool,
    /// The email whose subject it has, being a reply without one of its own.
    pub(crate) thread: Option<NodeId>,
    /// Which variant of the node it is, if that has some.
    variant: Option<VariantOf>,
}

impl MessageTemplates {
    pub(crate) fn of(campaign: &Campaign) -> Self {
        let (mut messages, mut variants) = (Vec::new(), Vec::new());
        let mut thread: Option<(NodeId, &str)> = None;
        for (position, node) in campaign.sequence_nodes.iter().enumerate() {
            let Some(message) = Message::of(node.id, position, &node.step, thread) else { continue };
            let is_reply = message.is_reply;
            messages.push(message);
            variants.extend(VariantMessage::of(node, position, thread));
            thread = variants::subject(node).filter(|_| !is_reply).map(|subject| (node.id, subject)).or(thread);
        }
        let signature = campaign.settings.email().map(|email| email.signature.as_str());
        let signature = signature.filter(|text| !text.trim().is_empty());
        Self { messages, variants, signature: signature.map(|text| Template::parse(text, TemplateKind::Signature)) }
    }

    /// Every template with the path of its field, the subjects that replies have from their threads included.
    pub(crate) fn templates(&self) -> Vec<(String, &Template)> {
        self.templates_with(true)
    }

    /// Those of them that the user wrote, without subjects taken from threads.
    pub(crate) fn own_templates(&self) -> Vec<(String, &Template)> {
        self.templates_with(false)
    }

    fn templates_with(&self, have_threads: bool) -> Vec<(String, &Template)> {
        let mut templates = Vec::new();
        for (message, is_subject_new) in self.sent() {
            let [subject, body] = message.texts();
            let subject = subject.filter(|_| is_subject_new && (have_threads || message.thread.is_none()));
            templates.extend(subject.map(|subject| (message.path("subject"), subject)));
            templates.extend(body.map(|body| (message.path("body"), body)));
        }
        templates.extend(self.signature.as_ref().map(|signature| ("signature".to_owned(), signature)));
        templates
    }

    /// Renders a message.
    pub(crate) fn render(&self, message: &Message, delivery: &Delivery<'_, impl Values>) -> MessagePreview {
        message.preview(self.signature.as_ref(), delivery)
    }

    /// Whether a message contains the unsubscribe link.
    pub(crate) fn has_link(&self, message: &Message) -> bool {
        let signature = self.signature.as_ref().filter(|_| message.subject.is_some());
        message.body.iter().chain(signature).any(Template::has_link)
    }

    /// Those texts of a message that can be too long for someone.
    pub(crate) fn rooms(&self, message: &Message, senders: &[Account]) -> Vec<TextRoom> {
        TextRoom::of(message, self.signature.as_ref(), senders)
    }

    /// The message of a node.
    pub(crate) fn of_node(&self, node: NodeId) -> Option<&Message> {
        self.messages.iter().find(|message| message.node_id == node)
    }

    /// Whether any template names a custom field.
    pub(crate) fn names_custom_fields(&self) -> bool {
        let is_custom = |slot: &Slot| matches!(slot.variable, Some(Variable::Custom(_)));
        self.templates().iter().any(|(_, template)| template.slots().any(is_custom))
    }

    /// The message of the node in a place.
    pub(crate) fn message(&self, position: u16) -> Option<&Message> {
        self.messages.iter().find(|message| message.position == usize::from(position))
    }

    /// Whether a sender has every value that the messages need of their sender.
    pub(crate) fn can_be_sent_by(&self, sender: &Account) -> bool {
        let templates = self.templates();
        let slots = templates.iter().flat_map(|(_, template)| template.slots());
        let mut needed = slots.filter(|slot| slot.fallback().is_none()).filter_map(|slot| slot.variable.as_ref());
        needed.all(|variable| !variable.is_of_sender() || variable.of_sender(sender).is_some())
    }
}

/// The subject of a reply that has none of its own.
fn reply_to(subject: &str) -> Cow<'_, str> {
    let is_reply = subject.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if is_reply { subject.into() } else { format!("Re: {subject}").into() }
}

impl Message {
    /// What a node sends that does this in this place; `thread` is the last email before it that began one.
    fn of(node_id: NodeId, position: usize, step: &Step, thread: Option<(NodeId, &str)>) -> Option<Self> {
        let text_of_email = |text: &str| Template::parse(text, TemplateKind::Message);
        let message = |text: &str| Template::parse(text, TemplateKind::WithoutLink);
        let mut own = Self {
            node_id,
            position,
            word: step.word(),
            subject: None,
            body: None,
            is_note: false,
            is_reply: false,
            text_only: true,
            thread: None,
            variant: None,
        };
        match step {
            Step::Email { subject, body, is_reply, text_only } => {
                let thread = thread.filter(|_| *is_reply && subject.trim().is_empty());
                own.subject = Some(thread.map_or_else(|| message(subject), |(_, first)| message(&reply_to(first))));
                own.body = Some(text_of_email(body));
                (own.is_reply, own.text_only) = (*is_reply, *text_only);
                own.thread = thread.map(|(first, _)| first);
            }
            Step::Message { body } => own.body = Some(message(body)),
            Step::ConnectionRequest { body } => {
                own.body = body.as_deref().map(message);
                own.is_note = true;
            }
            Step::Delay { .. } | Step::End => return None,
        }
        Some(own)
    }

    /// The path of one of its texts in its campaign.
    pub(crate) fn path(&self, field: &str) -> String {
        let position = self.position;
        match self.variant.filter(|variant| field != "subject" || variant.has_subject) {
            Some(VariantOf { index, .. }) => format!("sequence_nodes[{position}].variants[{index}].{field}"),
            None => format!("sequence_nodes[{position}].{field}"),
        }
    }

    /// Which variant of its node it is, if that has some.
    pub(crate) fn variant_id(&self) -> Option<VariantId> {
        self.variant.map(|variant| variant.id)
    }

    /// The message with texts of its own for one prospect. Without a subject it keeps the one that it has; so does a reply
    /// with a blank one.
    pub(crate) fn with_texts(&self, subject: Option<&str>, body: &str) -> Self {
        let subject = subject.filter(|text| !self.is_reply || !text.trim().is_empty());
        let template = |text: &str| Template::parse(text, TemplateKind::WithoutLink);
        let subject = self.subject.as_ref().map(|own| subject.map_or_else(|| own.clone(), template));
        let body = Some(body).filter(|body| !(self.is_note && body.trim().is_empty()));
        let place = if subject.is_some() { TemplateKind::Message } else { TemplateKind::WithoutLink };
        Self { subject, body: body.map(|text| Template::parse(text, place)), ..*self }
    }

    /// The subject for a prospect; none while something in it is unresolved, or it is too long.
    pub(crate) fn subject_for(&self, delivery: &Delivery<'_, impl Values>) -> Option<String> {
        let setting = delivery.setting(self.drawn_by(DrawnText::Subject), DrawnText::Subject);
        match self.subject.as_ref()?.render(&setting, SUBJECT_MAX) {
            Rendered::Text(subject) => Some(shown_line(&subject).into_owned()),
            Rendered::Unresolved(_) | Rendered::TooLong => None,
        }
    }

    /// The same in the thread of an email that has this subject for one prospect.
    pub(crate) fn in_thread_of(&self, subject: &str) -> Self {
        let subject = Template::parse(&reply_to(subject), TemplateKind::WithoutLink);
        Self { subject: Some(subject), body: self.body.clone(), ..*self }
    }

    /// The same in the thread of an email that was handed out under this subject, in which nothing is a variable.
    pub(crate) fn in_thread_sent_as(&self, subject: &str) -> Self {
        self.in_thread_of(&subject.replace('%', "%%"))
    }

    /// Subject and text.
    pub(crate) const fn texts(&self) -> [Option<&Template>; 2] {
        [self.subject.as_ref(), self.body.as_ref()]
    }

    /// The `type` of its node.
    pub(crate) const fn word(&self) -> &'static str {
        self.word
    }

    /// Whether it is a reply in the thread of an earlier email.
    pub(crate) const fn is_reply(&self) -> bool {
        self.is_reply
    }

    /// The most characters that the text may have from a sender; none where it is that of every text.
    pub(crate) fn room(&self, sender: &Account) -> Option<usize> {
        self.is_note.then(|| note_max(sender))
    }

    /// The node that decides which texts of its choices a text says: a reply has the subject of its thread.
    fn drawn_by(&self, drawn: DrawnText) -> NodeId {
        self.thread.filter(|_| drawn == DrawnText::Subject).unwrap_or(self.node_id)
    }

    /// The texts with their choices made and what a prospect says filled in; none for one that cannot be.
    pub(crate) fn fill(&self, id: ProspectId, prospect: &impl Values) -> [Option<Option<String>>; 2] {
        let fill =
            |template: &Template, drawn, max| template.fill(prospect, Draw::of(id, self.drawn_by(drawn), drawn), max);
        let [subject, body] = self.texts();
        [
            subject.map(|template| fill(template, DrawnText::Subject, SUBJECT_MAX)),
            body.map(|template| fill(template, DrawnText::Body, BODY_MAX)),
        ]
    }

    fn preview(&self, signature: Option<&Template>, delivery: &Delivery<'_, impl Values>) -> MessagePreview {
        let (mut unresolved, mut seen) = (Vec::new(), HashSet::new());
        let mut is_too_long = false;
        let mut render = |template: &Template, drawn: DrawnText, max: usize| match template
            .render(&delivery.setting(self.drawn_by(drawn), drawn), max)
        {
            Rendered::Text(text) => Some(text),
            Rendered::Unresolved(names) => {
                unresolved.extend(names.into_iter().filter(|name| seen.insert((*name).to_owned())).map(str::to_owned));
                None
            }
            Rendered::TooLong => {
                is_too_long = true;
                None
            }
        };
        // A custom field may have line breaks, which would begin another header.
        let subject = self.subject.as_ref().and_then(|subject| render(subject, DrawnText::Subject, SUBJECT_MAX));
        let subject = subject.map(|subject| shown_line(&subject).into_owned());
        let mut body = self.body.as_ref().and_then(|body| render(body, DrawnText::Body, BODY_MAX));
        // A signature follows the body of each email (`docs/rules.md#templates`).
        let signature = signature.filter(|_| self.subject.is_some()).map(|signature| {
            let left =
                body.as_ref().map_or(BODY_MAX, |body| BODY_MAX.saturating_sub(body.chars().count() + BREAK.len()));
            render(signature, DrawnText::Signature, left)
        });
        if let Some(signature) = &signature {
            body = body.zip(signature.as_deref()).map(|(body, signature)| [&body, BREAK, signature].concat());
        }
        let room = self.room(delivery.sender).unwrap_or(BODY_MAX);
        is_too_long |= body.as_ref().is_some_and(|body| body.chars().nth(room).is_some());
        MessagePreview {
            node_id: self.node_id,
            position: self.position,
            word: self.word,
            subject,
            body,
            unresolved,
            too_long: is_too_long,
            written: None,
            variant_id: self.variant_id(),
            signature: signature.flatten(),
            text_only: self.text_only,
        }
    }
}

/// The blank line between the text of an email and its signature.
const BREAK: &str = "\n\n";

/// The most characters of a note from a sender.
fn note_max(sender: &Account) -> usize {
    if sender.is_premium() == Some(true) { PREMIUM_NOTE_MAX } else { NOTE_MAX }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::{AccountStatus, Address, Profile};
    use crate::error::Problem;
    use crate::id::{AccountId, Id, UserId};
    use crate::people::person::Field;
    use crate::request::identity::EmailAddress;
    use crate::time::Instant;

    /// A person whose every field is this text, as the first versions stored it.
    struct Stored(String);

    impl Values for Stored {
        fn field(&self, _: Field) -> Option<Cow<'_, str>> {
            Some(Cow::Borrowed(&self.0))
        }

        fn custom_field(&self, _: &str) -> Option<Cow<'_, str>> {
            Some(Cow::Borrowed(&self.0))
        }

        fn each_key(&self, _: &mut dyn FnMut(&str)) {}
    }

    fn sender(text: &str) -> Result<Account, Problem> {
        let named = || Some(text.to_owned());
        Ok(Account {
            id: AccountId::from_uuid(uuid::Uuid::nil()),
            user_id: UserId::from_uuid(uuid::Uuid::nil()),
            address: Address::Email(EmailAddress::parse("ana@example.com")?),
            status: AccountStatus::Connected,
            profile: Profile { display_name: named(), first_name: named(), company: named(), ..Profile::default() },
            pacing: Default::default(),
            created_at: Instant::from_unix_ms(0),
            updated_at: Instant::from_unix_ms(0),
        })
    }

    fn email(subject: &str) -> Result<Message, TestCaseError> {
        let message = Message::of(NodeId::from_uuid(uuid::Uuid::nil()), 0, &Step::email(subject, "A text"), None);
        message.ok_or_else(|| TestCaseError::fail("an email"))
    }

    proptest! {
        #[test]
        fn a_rendered_subject_is_one_line_whatever_is_stored(
            parts in proptest::collection::vec(prop_oneof![
                "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{2028}\u{2029}]){0,6}",
                Just("%first_name%".to_owned()), Just("%custom_fields.a%".to_owned()),
                Just("%sender_name%".to_owned()), Just("%{a\n|b}%".to_owned()), Just("%sender_company|\u{1b}%".to_owned()),
            ], 0..6),
            value in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{2028}\u{2029}]){1,6}",
        ) {
            let sender = sender(&value).map_err(|_| TestCaseError::fail("an address"))?;
            let message = email(&parts.concat())?;
            for message in [message.in_thread_of(&parts.concat()), message.with_texts(Some(&value), "x"), message] {
                let (id, stored) = (ProspectId::from_uuid(uuid::Uuid::nil()), Stored(value.clone()));
                let delivery = Delivery::looked_at(id, &stored, &sender);
                let shown = message.preview(None, &delivery).subject;
                prop_assert_eq!(&shown, &message.subject_for(&delivery));
                let is_unfit = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
                prop_assert!(!shown.unwrap_or_default().contains(is_unfit));
            }
        }
    }
}

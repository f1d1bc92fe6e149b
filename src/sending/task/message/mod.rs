//! What messages said when they were handed out: stored by the first claim of each, so that the next one hands out the same.

mod ops;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use super::{IdempotencyKey, OpenToken};
use crate::message::html;
use crate::request::result_size::TextSize;
use crate::sending::token_url::TokenUrl;
pub use request::ForgetMessages;

/// The texts of a message as they were handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskMessage {
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text, an email's with the signature; none for an invitation without a note.
    pub body: Option<String>,
    /// The text of an email as HTML, with the tracking pixel of its task (`docs/rules.md#html`); none where its node was
    /// `text_only`.
    pub body_html: Option<String>,
    /// The signature of an email by itself.
    pub signature: Option<String>,
    /// Whether it is a reply in the thread of an earlier email.
    pub is_reply: bool,
    /// The key of the email that it replies to.
    pub in_reply_to: Option<IdempotencyKey>,
    /// The header `List-Unsubscribe`, if the claim named the link.
    pub list_unsubscribe: Option<String>,
}

impl TextSize for TaskMessage {
    fn text_size(&self) -> usize {
        let texts = [&self.subject, &self.body, &self.body_html, &self.signature, &self.list_unsubscribe];
        texts.map(TextSize::text_size).iter().sum()
    }
}

/// The texts of a message as they are stored; its HTML is made of them.
#[derive(Debug)]
pub(crate) struct StoredMessage {
    pub(crate) subject: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) is_reply: bool,
    pub(crate) text_only: bool,
    pub(crate) in_reply_to: Option<IdempotencyKey>,
    pub(crate) list_unsubscribe: Option<String>,
    /// The link of its tracking pixel, if it has one.
    pub(crate) open_url: Option<TokenUrl>,
}

impl StoredMessage {
    /// The message as a task hands it out whose tracking pixel has this token.
    pub(crate) fn of_task(self, token: Option<OpenToken>) -> TaskMessage {
        TaskMessage {
            body_html: self.body_html(token),
            subject: self.subject,
            body: self.body,
            signature: self.signature,
            is_reply: self.is_reply,
            in_reply_to: self.in_reply_to,
            list_unsubscribe: self.list_unsubscribe,
        }
    }

    fn body_html(&self, token: Option<OpenToken>) -> Option<String> {
        let is_html = self.subject.is_some() && !self.text_only;
        let pixel = self.open_url.as_ref().zip(token).map(|(url, token)| url.link(token));
        self.body.as_deref().filter(|_| is_html).map(|body| html::of_text(body, pixel.as_deref()))
    }
}

impl TextSize for StoredMessage {
    fn text_size(&self) -> usize {
        let texts = [&self.subject, &self.body, &self.body_html(None), &self.signature, &self.list_unsubscribe];
        texts.map(TextSize::text_size).iter().sum()
    }
}

/// The result of forgetting messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessagesForgotten {
    /// How many messages lost their texts.
    pub forgotten: u32,
}

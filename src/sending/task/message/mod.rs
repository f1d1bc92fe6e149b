//! What messages said when they were handed out: stored by the first claim of each, so that the next one hands out the same.

mod ops;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use super::IdempotencyKey;
use crate::request::result_size::TextSize;
pub use request::ForgetMessages;

/// The texts of a message as they were handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskMessage {
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text, an email's with the signature; none for an invitation without a note.
    pub body: Option<String>,
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
        [&self.subject, &self.body, &self.signature, &self.list_unsubscribe].map(TextSize::text_size).iter().sum()
    }
}

/// The result of forgetting messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessagesForgotten {
    /// How many messages lost their texts.
    pub forgotten: u32,
}

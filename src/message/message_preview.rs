//! Previews: a message as one prospect gets it.

use crate::id::{NodeId, VariantId};
use crate::message::html;
use crate::request::result_size::{ROW, TextSize};

/// The origin of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MessageOrigin {
    /// From the template of the node.
    Resolved,
    /// By a language model of the host.
    Generated,
    /// By hand.
    Edited,
}

crate::request::choice::words!(MessageOrigin { Resolved = "resolved", Generated = "generated", Edited = "edited" });

/// A message of a campaign as one prospect gets it from one sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePreview {
    /// The node that sends it.
    pub node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    pub position: usize,
    pub(super) word: &'static str,
    /// The variant of the node that the prospect is sent; none where the node has none.
    pub variant_id: Option<VariantId>,
    /// The subject of an email; none while something in it is unresolved, or it is too long.
    pub subject: Option<String>,
    /// The text, an email's with the signature; none for a connection request without a note, and while something is
    /// unresolved or it is too long.
    pub body: Option<String>,
    /// The variables that have no value and no fallback, or do not exist, as they were written.
    pub unresolved: Vec<String>,
    /// Whether subject or text has more characters than can be sent: 2,000 for a subject, 200,000 for a text with its
    /// signature; 200 or 300 for a note, which is shown all the same.
    pub too_long: bool,
    /// The origin of the draft for this prospect, and whether its input has changed since; none where the template is sent,
    /// or the draft does not count any more.
    pub written: Option<(MessageOrigin, bool)>,
    /// The signature by itself.
    pub(crate) signature: Option<String>,
    pub(crate) text_only: bool,
}

impl MessagePreview {
    /// The text of an email as HTML (`docs/rules.md#html`), without the pixel that a claim puts into it; none where there is
    /// no text, or the node is `text_only`.
    #[must_use]
    pub fn body_html(&self) -> Option<String> {
        self.body.as_deref().filter(|_| !self.text_only).map(|body| html::of_text(body, None))
    }
}

impl TextSize for MessagePreview {
    fn text_size(&self) -> usize {
        let texts = [&self.subject, &self.body, &self.body_html(), &self.signature].map(TextSize::text_size);
        ROW + texts.iter().sum::<usize>() + self.unresolved.iter().map(String::len).sum::<usize>()
    }
}

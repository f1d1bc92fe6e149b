//! A task as a message of RFC 5322.

use campaignkit::{Field, IdempotencyKey, Task};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use crate::Result;

/// Writes the message of a task.
pub(crate) fn write(task: &Task) -> Result<Message> {
    let from = task.account.address().parse::<lettre::Address>()?;
    let to = task.prospect.person.get(Field::Email).unwrap_or_default().parse::<lettre::Address>()?;
    let email = task.email.as_ref().ok_or("not an email")?;
    let id = |key: IdempotencyKey| format!("<{key}@{}>", from.domain());

    let mut message = Message::builder()
        .message_id(Some(id(task.idempotency_key)))
        .date_now()
        .to(Mailbox::new(task.prospect.person.get(Field::Name).map(String::from), to))
        .subject(&email.subject);
    if let Some(first) = email.in_reply_to {
        message = message.in_reply_to(id(first)).references(id(first));
    }
    if let Some(link) = &email.list_unsubscribe {
        message = message.raw_header(as_it_is("List-Unsubscribe", link));
    }
    if let Some(one_click) = email.list_unsubscribe_post() {
        message = message.raw_header(as_it_is("List-Unsubscribe-Post", one_click));
    }
    let name = Some(task.account.display_name()).filter(|name| name != task.account.address());
    let message = message.from(Mailbox::new(name, from));
    let text = task.body.clone().unwrap_or_default();
    Ok(match &email.body_html {
        Some(html) => message.multipart(MultiPart::alternative_plain_html(text, html.clone()))?,
        None => message.singlepart(SinglePart::plain(text))?,
    })
}

/// A header that a machine reads: neither encoded nor folded.
fn as_it_is(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.into(), value.into())
}

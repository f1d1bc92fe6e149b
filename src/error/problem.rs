//! What can be wrong with a field of a request: the catalogue of the codes of issues.

use std::borrow::Cow;

use crate::error::count;
use crate::id::{AccountId, ProspectId};

/// One field of a request that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issue {
    /// Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Issue {
    pub(crate) fn new(path: impl Into<String>, problem: Problem) -> Self {
        Self { path: path.into(), problem }
    }

    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// What is wrong, for people; never contains a value that a user typed.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        self.problem.message()
    }
}

/// What can be wrong with a field. Its code is its snake-case name, unless it says another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The field must be given.
    Required,
    /// No column holds the address of the campaign's channel; its code is `required`.
    FieldRequired {
        /// The field that a column must hold.
        field: &'static str,
        /// The names of the columns that there are: at most 100.
        columns: Vec<String>,
    },
    /// The value has another type; nothing is coerced.
    WrongType {
        /// The type it must have, in words.
        expected: &'static str,
    },
    /// The value is none of the allowed words.
    UnknownValue {
        /// The words that are allowed.
        allowed: &'static [&'static str],
    },
    /// No file has this between its cells; its code is `unknown_value`.
    UnknownDelimiter,
    /// Nothing is left after trimming, or the list has no item.
    Empty,
    /// The text has too many characters.
    TooLong {
        /// The most characters it may have.
        max: usize,
    },
    /// The text is not a UUID in the accepted form (`docs/rules.md#ids-and-instants`).
    MalformedId,
    /// A client-made id must be a UUIDv7.
    NotUuidV7,
    /// The number must be an integer.
    NotInteger,
    /// The number is out of range.
    OutOfRange {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// The operation knows no such field.
    UnknownField {
        /// The known field whose name is closest.
        closest: &'static str,
    },
    /// The field belongs to the other channel.
    WrongChannelField,
    /// This does not happen on the channel of the campaign.
    WrongChannelEvent,
    /// The field cannot be changed once set.
    Immutable,
    /// The type of a campaign cannot be changed (`docs/rules.md#creating-a-campaign`).
    TypeImmutable,
    /// The text is not an email address.
    MalformedEmail,
    /// The text is not the domain of email addresses.
    MalformedDomain,
    /// The text is not the URL of a LinkedIn profile.
    MalformedProfileUrl,
    /// The text is not a time of day as `HH:MM`.
    MalformedTime,
    /// No interval of the week is open.
    NeverOpen,
    /// There is no such IANA time zone, as far as this version knows.
    UnknownTimeZone {
        /// The zones that are probably meant, the likeliest first: at most 5, and none where an offset has none.
        suggestions: Vec<&'static str>,
    },
    /// The text is not the name of a database: ASCII letters, digits, `-`, `_` and `.`.
    MalformedName,
    /// The cursor is not one that a list returned.
    MalformedCursor,
    /// There is no such account of this user.
    SenderNotFound,
    /// The account sends over the other channel.
    SenderWrongChannel,
    /// The text is not an instant as RFC 3339.
    MalformedInstant,
    /// The instant is too far ahead.
    TooFarAhead {
        /// By how many days it may be ahead.
        days: usize,
    },
    /// The text is not a link with `{token}` in it, by `https` or `mailto`.
    MalformedUrl,
    /// The text is not a token.
    MalformedToken,
    /// Only one of these fields can be given.
    OneOf {
        /// The fields.
        fields: &'static [&'static str],
    },
    /// The list has too many items.
    TooMany {
        /// The most items it may have.
        max: usize,
    },
    /// The text of the request, or the file, has too many bytes.
    TooLarge {
        /// The most bytes it may have.
        max: usize,
    },
    /// A row of the file has too many cells; its code is `too_many`.
    RowTooWide {
        /// The line on which it starts, from 1.
        line: u32,
        /// The most cells it may have.
        max: usize,
    },
    /// A cell of the file has too many bytes.
    CellTooLarge {
        /// The line on which its row starts, from 1.
        line: u32,
        /// The most bytes it may have.
        max: usize,
    },
    /// The same was given before in the same list.
    Duplicate,
    /// The key of a custom field must be 1–255 characters without `%`, `|` and control characters, not `__proto__`; half a
    /// surrogate pair of JavaScript is no character.
    MalformedKey,
    /// The text has a control character.
    ControlCharacter,
    /// The text must be one line.
    LineBreak,
    /// An `end` anywhere but in the last place of a sequence.
    EndNotLast,
    /// A sequence has at most one connection request.
    SecondConnectionRequest,
    /// The days, hours and minutes of a delay are together less than 1 minute or more than 30 days.
    DelayOutOfRange,
    /// The row has more cells than there are columns.
    TooManyCells,
    /// The bytes are not text in the encoding that was given or, where none was, guessed.
    MalformedEncoding {
        /// The first line that is not, from 1.
        line: u32,
        /// The name of the encoding.
        encoding: &'static str,
        /// Encodings to try, in which all of the bytes are text; the most likely one first.
        suggestions: Vec<&'static str>,
    },
    /// The bytes are a file of another kind.
    NotACsvFile {
        /// What they are: `workbook`, `pdf`, `image` or `archive`.
        found: &'static str,
    },
    /// A quoted cell has no end.
    UnterminatedQuote {
        /// The line on which its row starts, from 1.
        line: u32,
    },
    /// The campaign is not a draft.
    NotDraft,
    /// An email that starts a thread has no subject.
    EmptySubject,
    /// A message has no text.
    EmptyBody,
    /// The sequence sends nothing.
    NoSendableNode,
    /// No sender is connected.
    NoReadySender,
    /// A template has a variable that does not exist.
    UnknownVariable {
        /// The variable as it was written.
        variable: String,
        /// The known variable, or column, whose name is closest.
        closest: Cow<'static, str>,
    },
    /// A subject, or a message over LinkedIn, has a variable that only the text of an email can have.
    UnusableVariable {
        /// The variable.
        variable: String,
    },
    /// `%{…}%` does not have the form of a choice.
    MalformedChoice,
    /// A variable without a fallback has no value for some prospects or senders.
    UnresolvedVariable {
        /// The variable as it was written.
        variable: String,
        /// How many prospects have no value.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
        /// The senders that have no value.
        sender_account_ids: Vec<AccountId>,
    },
    /// The note of a connection request is too long once it is rendered.
    NoteTooLong {
        /// The most characters: 200, or 300 where every sender is premium.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The subject of an email is too long once it is rendered.
    SubjectTooLong {
        /// The most characters: 2,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The text of a message, an email's with the signature, is too long once it is rendered.
    BodyTooLong {
        /// The most characters: 200,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The campaign has no prospects: launching completes it.
    NoProspects,
    /// The sender is not connected.
    SenderNotReady,
    /// The text has a variable or a choice as other products write them.
    ForeignTemplateSyntax {
        /// As it stands there.
        variable: String,
        /// How many characters (Unicode scalar values) of the text come before it.
        offset: usize,
        /// What to write instead.
        hint: Cow<'static, str>,
    },
    /// The text has a `%` that belongs to no variable, beside the name of one.
    StrayPercent,
    /// The first email has no link to unsubscribe.
    NoOptOut,
    /// Some prospects are senders of the campaign themselves.
    WritesToSender {
        /// How many.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// Every prospect will be skipped: launching completes the campaign.
    AllProspectsSkipped,
    /// Something that was sent to the addresses of some prospects came back.
    BouncedBefore {
        /// How many prospects have such an address.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// Some prospects are in another active email campaign of the user, too.
    InOtherCampaigns {
        /// How many.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
}

impl Problem {
    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required | Self::FieldRequired { .. } => "required",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownValue { .. } | Self::UnknownDelimiter => "unknown_value",
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::MalformedId => "malformed_id",
            Self::NotUuidV7 => "not_uuid_v7",
            Self::NotInteger => "not_integer",
            Self::OutOfRange { .. } => "out_of_range",
            Self::UnknownField { .. } => "unknown_field",
            Self::WrongChannelField => "wrong_channel_field",
            Self::WrongChannelEvent => "wrong_channel_event",
            Self::Immutable => "immutable",
            Self::TypeImmutable => "type_immutable",
            Self::MalformedEmail => "malformed_email",
            Self::MalformedDomain => "malformed_domain",
            Self::MalformedProfileUrl => "malformed_profile_url",
            Self::MalformedTime => "malformed_time",
            Self::NeverOpen => "never_open",
            Self::UnknownTimeZone { .. } => "unknown_time_zone",
            Self::MalformedName => "malformed_name",
            Self::MalformedCursor => "malformed_cursor",
            Self::SenderNotFound => "sender_not_found",
            Self::SenderWrongChannel => "sender_wrong_channel",
            Self::MalformedInstant => "malformed_instant",
            Self::TooFarAhead { .. } => "too_far_ahead",
            Self::MalformedUrl => "malformed_url",
            Self::MalformedToken => "malformed_token",
            Self::OneOf { .. } => "one_of",
            Self::TooMany { .. } | Self::RowTooWide { .. } => "too_many",
            Self::CellTooLarge { .. } => "cell_too_large",
            Self::TooLarge { .. } => "too_large",
            Self::Duplicate => "duplicate",
            Self::MalformedKey => "malformed_key",
            Self::ControlCharacter => "control_character",
            Self::LineBreak => "line_break",
            Self::EndNotLast => "end_not_last",
            Self::SecondConnectionRequest => "second_connection_request",
            Self::DelayOutOfRange => "delay_out_of_range",
            Self::TooManyCells => "too_many_cells",
            Self::MalformedEncoding { .. } => "malformed_encoding",
            Self::NotACsvFile { .. } => "not_a_csv_file",
            Self::UnterminatedQuote { .. } => "unterminated_quote",
            Self::NotDraft => "not_draft",
            Self::EmptySubject => "empty_subject",
            Self::EmptyBody => "empty_body",
            Self::NoSendableNode => "no_sendable_node",
            Self::NoReadySender => "no_ready_sender",
            Self::UnknownVariable { .. } => "unknown_variable",
            Self::UnusableVariable { .. } => "unusable_variable",
            Self::MalformedChoice => "malformed_choice",
            Self::UnresolvedVariable { .. } => "unresolved_variable",
            Self::NoteTooLong { .. } => "note_too_long",
            Self::SubjectTooLong { .. } => "subject_too_long",
            Self::BodyTooLong { .. } => "body_too_long",
            Self::NoProspects => "no_prospects",
            Self::SenderNotReady => "sender_not_ready",
            Self::ForeignTemplateSyntax { .. } => "foreign_template_syntax",
            Self::StrayPercent => "stray_percent",
            Self::NoOptOut => "no_opt_out",
            Self::WritesToSender { .. } => "writes_to_sender",
            Self::AllProspectsSkipped => "all_prospects_skipped",
            Self::BouncedBefore { .. } => "bounced_before",
            Self::InOtherCampaigns { .. } => "in_other_campaigns",
        }
    }

    /// What to do about it, for people, where there is something to say beyond the message: with everything that
    /// validating a campaign finds.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NotDraft => "create a new campaign, or resume this one if it is paused",
            Self::EmptySubject => "write a subject, or let the email reply to an earlier one",
            Self::EmptyBody => "write a text, or delete the node",
            Self::NoSendableNode => "insert a node that sends something",
            Self::NoReadySender | Self::SenderNotReady => "connect the account again",
            Self::UnknownVariable { .. } => "use the closest variable, or write %% for a percent sign",
            Self::UnresolvedVariable { .. } => "write a fallback as in %first_name|there%, or fill in the field",
            Self::NoteTooLong { .. } => "shorten the note",
            Self::SubjectTooLong { .. } | Self::BodyTooLong { .. } => {
                "use fewer variables, or shorten what they stand for"
            }
            Self::NoProspects => "add prospects",
            Self::UnusableVariable { .. } => "write it in the text of an email, or in its signature",
            Self::MalformedChoice => "write texts without variables and braces, as in %{Hi|Hello}%",
            Self::ForeignTemplateSyntax { hint, .. } => return Some(hint.clone()),
            Self::NoOptOut => "write %unsubscribe_url% in the text or the signature",
            Self::WritesToSender { .. } => "remove them, or send from other accounts",
            Self::StrayPercent => "close the variable, or write %% for a percent sign",
            Self::MalformedEncoding { .. } => {
                "give an encoding in which the names are right, or save the file as UTF-8"
            }
            Self::NotACsvFile { .. } => "save the table as CSV, best of all as UTF-8",
            Self::UnknownTimeZone { .. } => "use a zone that this version knows, or a version that knows it",
            Self::AllProspectsSkipped => "add prospects that belong to no other campaign, or allow the overlap",
            Self::BouncedBefore { .. } => "remove or suppress those whose address does not exist",
            Self::InOtherCampaigns { .. } => "remove them here, or wait until the other campaigns are completed",
            _ => return None,
        }))
    }

    /// The message of what is wrong with a file, or with the names of fields, where it has parameters.
    fn message_of_file(&self) -> String {
        match self {
            Self::UnknownField { closest } => format!("is not a field here; the closest one is {closest}"),
            Self::FieldRequired { field, columns } => {
                let columns = count(columns.len(), "column");
                format!("must say which column holds {field}; nothing in {columns} was recognised as it")
            }
            Self::RowTooWide { line, max } => format!("has a row of more than {max} cells on line {line}"),
            Self::CellTooLarge { line, max } => {
                format!("has a cell of more than {} MiB in the row on line {line}", max >> 20)
            }
            Self::MalformedEncoding { encoding, .. } => format!("must be text in {encoding}"),
            Self::NotACsvFile { found } => format!("must be a CSV file, and is another one: {found}"),
            _ => String::new(),
        }
    }

    pub(super) fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Required => "must be given",
            Self::UnknownField { .. }
            | Self::FieldRequired { .. }
            | Self::RowTooWide { .. }
            | Self::CellTooLarge { .. }
            | Self::MalformedEncoding { .. }
            | Self::NotACsvFile { .. } => return self.message_of_file().into(),
            Self::UnknownDelimiter => "must be a comma, a semicolon, a tab or a vertical bar",
            Self::WrongType { expected } => return format!("must be {expected}").into(),
            Self::UnknownValue { allowed } => return format!("must be one of: {}", allowed.join(", ")).into(),
            Self::Empty => "must not be empty",
            Self::TooLong { max } => return format!("must have at most {max} characters").into(),
            Self::MalformedId => "must be a UUID in hyphenated form",
            Self::NotUuidV7 => "must be a UUIDv7",
            Self::NotInteger => "must be an integer",
            Self::OutOfRange { min, max } => return format!("must be between {min} and {max}").into(),
            Self::WrongChannelField => "belongs to the other channel",
            Self::WrongChannelEvent => "does not happen on the channel of the campaign",
            Self::Immutable => "cannot be changed",
            Self::TypeImmutable => "is fixed for ever",
            Self::MalformedEmail => "must be an email address",
            Self::MalformedDomain => "must be the domain of an email address",
            Self::MalformedProfileUrl => "must be the URL of a LinkedIn profile",
            Self::MalformedTime => "must be a time of day as HH:MM",
            Self::NeverOpen => "must have an open interval in the week",
            Self::UnknownTimeZone { .. } => "must be the name of an IANA time zone",
            Self::MalformedName => "must be ASCII letters, digits, '-', '_' and '.'",
            Self::MalformedCursor => "must be a cursor that a list returned",
            Self::SenderNotFound => "is no account of this user",
            Self::SenderWrongChannel => "is an account of the other channel",
            Self::MalformedInstant => "must be an instant as RFC 3339, such as 2026-04-22T10:00:00Z",
            Self::TooFarAhead { days } => return format!("must be at most {} ahead", count(*days, "day")).into(),
            Self::MalformedUrl => "must be an https or mailto link with {token} in it",
            Self::MalformedToken => "must be a token that a task carried",
            Self::OneOf { fields } => return format!("must have only one of: {}", fields.join(", ")).into(),
            Self::TooLarge { max } => return format!("must have at most {} MiB", max >> 20).into(),
            Self::TooMany { max } => return format!("must have at most {}", count(*max, "item")).into(),
            Self::Duplicate => "was given before",
            Self::MalformedKey => "must have a name of 1 to 255 characters without %, | and control characters",
            Self::ControlCharacter => "must not have control characters",
            Self::LineBreak => "must be one line",
            Self::EndNotLast => "must be the last node",
            Self::SecondConnectionRequest => "must be the only connection request",
            Self::DelayOutOfRange => "must be a delay of 1 minute to 30 days",
            Self::TooManyCells => "has more cells than there are columns",
            Self::UnterminatedQuote { .. } => "has a quoted cell without an end",
            Self::NotDraft => "is not a draft any more",
            Self::EmptySubject => "has no subject",
            Self::EmptyBody => "has no text",
            Self::NoSendableNode => "sends nothing",
            Self::NoReadySender => "has no account that is connected",
            Self::UnknownVariable { .. } => "has a variable that does not exist",
            Self::UnusableVariable { .. } => "has a variable that only the text of an email can have",
            Self::MalformedChoice => "has %{…}% that is no choice between two to 100 texts",
            Self::UnresolvedVariable { .. } => "has a variable without a value and without a fallback",
            Self::NoteTooLong { max, .. } | Self::SubjectTooLong { max, .. } | Self::BodyTooLong { max, .. } => {
                return format!("has more than {} once it is rendered", count(*max, "character")).into();
            }
            Self::NoProspects => "has no one in it: launching completes the campaign",
            Self::SenderNotReady => "is not connected",
            Self::ForeignTemplateSyntax { .. } => "has a variable of another product, which is sent as it stands",
            Self::StrayPercent => "has a % that belongs to no variable and is sent as it stands",
            Self::NoOptOut => "has no link to unsubscribe",
            Self::WritesToSender { .. } => "has people who are its senders",
            Self::AllProspectsSkipped => "will all be skipped: launching completes the campaign",
            Self::BouncedBefore { .. } => "has addresses that bounced before",
            Self::InOtherCampaigns { .. } => "has people who are written to by other active campaigns, too",
        })
    }
}

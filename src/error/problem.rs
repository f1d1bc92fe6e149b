//! What can be wrong with a field of a request: the catalogue of the codes of issues.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::RangeInclusive;

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

    /// What is wrong, for people, to be read after the name of the field; never contains a value that a user typed.
    #[must_use]
    pub fn message(&self) -> String {
        self.problem.to_string()
    }
}

/// A sentence that stands alone, such as `name must not be empty`.
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the request" } else { &self.path };
        write!(f, "{} {}", Label(path), self.problem)
    }
}

/// A name that a caller gave, within a message: on one line, and at most 100 characters of it.
struct Label<'n>(&'n str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(100) {
            f.write_char(if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })?;
        }
        if characters.next().is_some() { f.write_char('…') } else { Ok(()) }
    }
}

/// The first of some words, at most 12.
struct Words(&'static [&'static str]);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, others) = self.0.split_at(self.0.len().min(12));
        f.write_str(&first.join(", "))?;
        if others.is_empty() { Ok(()) } else { write!(f, " and {} others", others.len()) }
    }
}

fn malformed_zone(suggestions: &[&str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("must be the name of an IANA time zone")?;
    suggestions.first().map_or(Ok(()), |likeliest| write!(f, ", such as {likeliest}"))
}

fn without_value(
    variable: &str,
    prospects: &u64,
    _: &[ProspectId],
    senders: &[AccountId],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(f, "has %{}%, which has no fallback and no value for ", Label(variable))?;
    match (*prospects, senders.len()) {
        (0, senders) => f.write_str(&count(senders, "sender")),
        (prospects, 0) => f.write_str(&people(prospects)),
        (prospects, senders) => write!(f, "{} and {}", people(prospects), count(senders, "sender")),
    }
}

fn people(prospects: u64) -> String {
    count(usize::try_from(prospects).unwrap_or(usize::MAX), "prospect")
}

fn rendered_too_long(max: &usize, prospects: &u64, _: &[ProspectId], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "is rendered with more than {} for {}", count(*max, "character"), people(*prospects))
}

/// Makes the enum of a table: each entry is a variant with its message, its code and, if there is more to say than the
/// message, what to do about it.
macro_rules! problems {
    ($(
        $(#[doc = $doc:literal])+
        #[error($($message:tt)+)]
        $variant:ident $({ $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)+ })?
            => $code:literal $(, hint $hint:literal)?;
    )+) => {
        /// What can be wrong with a field. Its code is its snake-case name, unless the entry gives another.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum Problem {
            $(
                $(#[doc = $doc])+
                #[error($($message)+)]
                $variant $({ $($(#[doc = $field_doc])+ $field: $type,)+ })?,
            )+
        }

        impl Problem {
            /// The stable snake-case code.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }

            /// What to do about it, for people, where there is something to say beyond the message: with everything that
            /// validating a campaign finds.
            #[must_use]
            pub fn hint(&self) -> Option<Cow<'static, str>> {
                match self {
                    Self::ForeignTemplateSyntax { hint, .. } => Some(hint.clone()),
                    $($(Self::$variant { .. } => Some(Cow::Borrowed($hint)),)?)+
                    _ => None,
                }
            }
        }

        /// Every entry: its code, its message, and what to do about it.
        #[cfg(feature = "typescript")]
        pub(crate) const PROBLEMS: &[(&str, &[&str], &[&str])] = &[$(($code, &[$($doc),+], &[$($hint)?])),+];

        /// A problem of each entry.
        #[cfg(feature = "typescript")]
        pub(crate) fn samples() -> Vec<Problem> {
            vec![$(Problem::$variant $({ $($field: Default::default()),+ })?),+]
        }
    };
}

impl Problem {
    /// A number is not within its range.
    pub(crate) const fn outside(range: &RangeInclusive<i64>) -> Self {
        Self::OutOfRange { min: *range.start(), max: *range.end() }
    }
}

problems! {
    /// The field must be given.
    #[error("must be given")]
    Required => "required";
    /// No column holds the address of the campaign's channel; its code is `required`.
    #[error("must say which column holds {field}, as none of {} was recognised", count(columns.len(), "column"))]
    FieldRequired {
        /// The field that a column must hold.
        field: &'static str,
        /// The names of the columns that there are: at most 100.
        columns: Vec<String>,
    } => "required";
    /// The value has another type; nothing is coerced.
    #[error("must be {expected}")]
    WrongType {
        /// The type it must have, in words.
        expected: &'static str,
    } => "wrong_type";
    /// The value is none of the allowed words.
    #[error("must be one of: {}", Words(allowed))]
    UnknownValue {
        /// The words that are allowed.
        allowed: &'static [&'static str],
    } => "unknown_value";
    /// No file has this between its cells; its code is `unknown_value`.
    #[error("must be a comma, a semicolon, a tab or a vertical bar")]
    UnknownDelimiter => "unknown_value";
    /// Nothing is left after trimming, or the list has no item.
    #[error("must not be empty")]
    Empty => "empty";
    /// The text has too many characters.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters it may have.
        max: usize,
    } => "too_long";
    /// The text is not a UUID in the accepted form (`docs/rules.md#ids-and-instants`).
    #[error("must be a UUID in hyphenated form")]
    MalformedId => "malformed_id";
    /// A client-made id must be a UUIDv7.
    #[error("must be a UUIDv7")]
    NotUuidV7 => "not_uuid_v7";
    /// The number must be an integer.
    #[error("must be an integer")]
    NotInteger => "not_integer";
    /// The number is out of range.
    #[error("must be between {min} and {max}")]
    OutOfRange {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    } => "out_of_range";
    /// The operation knows no such field.
    #[error("is not a field of this request: the closest one is {closest}")]
    UnknownField {
        /// The known field whose name is closest.
        closest: &'static str,
    } => "unknown_field";
    /// The field belongs to the other channel.
    #[error("belongs to the other channel")]
    WrongChannelField => "wrong_channel_field";
    /// This does not happen on the channel of the campaign.
    #[error("must be an event that happens on the channel of the campaign")]
    WrongChannelEvent => "wrong_channel_event";
    /// The field cannot be changed once set.
    #[error("cannot be changed")]
    Immutable => "immutable";
    /// Somebody who was erased had this address or profile, and is not to be stored again.
    #[error("is of somebody who was erased")]
    Erased => "erased";
    /// The type of a campaign cannot be changed.
    #[error("cannot be changed once a campaign is created")]
    TypeImmutable => "type_immutable";
    /// The text is not an email address.
    #[error("must be an email address")]
    MalformedEmail => "malformed_email";
    /// The text is not the domain of email addresses.
    #[error("must be the domain of an email address")]
    MalformedDomain => "malformed_domain";
    /// The text is not the URL of a LinkedIn profile.
    #[error("must be the URL of a LinkedIn profile")]
    MalformedProfileUrl => "malformed_profile_url";
    /// The text is not a time of day as `HH:MM`.
    #[error("must be a time of day as HH:MM")]
    MalformedTime => "malformed_time";
    /// The text is not a date as `YYYY-MM-DD`.
    #[error("must be a date as YYYY-MM-DD")]
    MalformedDate => "malformed_date";
    /// The end of a range of dates is before its beginning, or the range has too many days.
    #[error("must be the first date of the range or a later one, and the range at most {} long", count(*days, "day"))]
    DateOutOfRange {
        /// The most days of a range.
        days: usize,
    } => "date_out_of_range";
    /// No interval of the week is open; of a sender: none in which the campaign is open, too.
    #[error("must have open hours in the week")]
    NeverOpen => "never_open", hint "let the hours of the account and of the campaign meet";
    /// There is no such IANA time zone, as far as this version knows.
    #[error(fmt = malformed_zone)]
    UnknownTimeZone {
        /// The zones that are probably meant, the likeliest first: at most 5, and none where an offset has none.
        suggestions: Vec<&'static str>,
    } => "unknown_time_zone", hint "use a zone that this version knows, or a version that knows it";
    /// The text is not the name of a database: ASCII letters, digits, `-`, `_` and `.`.
    #[error("must be ASCII letters, digits, '-', '_' and '.', beginning with a letter or digit")]
    MalformedName => "malformed_name";
    /// The cursor is not one that a list returned.
    #[error("must be a cursor that a list returned")]
    MalformedCursor => "malformed_cursor";
    /// There is no such account of this user.
    #[error("is no account of this user")]
    SenderNotFound => "sender_not_found";
    /// The account sends over the other channel.
    #[error("is an account of the other channel")]
    SenderWrongChannel => "sender_wrong_channel";
    /// The text is not an instant as RFC 3339.
    #[error("must be an instant as RFC 3339, such as 2026-04-22T10:00:00Z")]
    MalformedInstant => "malformed_instant";
    /// The instant is too far ahead.
    #[error("must be at most {} ahead", count(*days, "day"))]
    TooFarAhead {
        /// By how many days it may be ahead.
        days: usize,
    } => "too_far_ahead";
    /// The text is not a link with `{token}` in it, by `https` or, to unsubscribe, by `mailto`.
    #[error("must be a link that contains {{token}}, by https or, to unsubscribe, by mailto")]
    MalformedUrl => "malformed_url";
    /// The text is not a token.
    #[error("must be a token that campaignkit gave")]
    MalformedToken => "malformed_token";
    /// Only one of these fields can be given.
    #[error("must have only one of: {}", Words(fields))]
    OneOf {
        /// The fields.
        fields: &'static [&'static str],
    } => "one_of";
    /// The list has too many items.
    #[error("must have at most {}", count(*max, "item"))]
    TooMany {
        /// The most items it may have.
        max: usize,
    } => "too_many";
    /// The text of the request, or the file, has too many bytes.
    #[error("must have at most {} MiB", max >> 20)]
    TooLarge {
        /// The most bytes it may have.
        max: usize,
    } => "too_large";
    /// A row of the file has too many cells; its code is `too_many`.
    #[error("has a row of more than {max} cells on line {line}")]
    RowTooWide {
        /// The line on which it starts, from 1.
        line: u32,
        /// The most cells it may have.
        max: usize,
    } => "too_many";
    /// A cell of the file has too many bytes.
    #[error("has a cell of more than {} MiB in the row on line {line}", max >> 20)]
    CellTooLarge {
        /// The line on which its row starts, from 1.
        line: u32,
        /// The most bytes it may have.
        max: usize,
    } => "cell_too_large";
    /// The same was given before in the same list.
    #[error("repeats a value that was given before")]
    Duplicate => "duplicate";
    /// The key of a custom field must be 1–255 characters without `%`, `|` and control characters, not `__proto__`; half a
    /// surrogate pair of JavaScript is no character.
    #[error("must have a name of 1 to 255 characters without %, | and control characters")]
    MalformedKey => "malformed_key";
    /// The text has a control character.
    #[error("must not have control characters")]
    ControlCharacter => "control_character";
    /// The text must be one line.
    #[error("must be one line")]
    LineBreak => "line_break";
    /// An `end` anywhere but in the last place of a sequence.
    #[error("must not be end before the last place of the sequence")]
    EndNotLast => "end_not_last";
    /// A sequence has at most one connection request.
    #[error("must not be a second connection request")]
    SecondConnectionRequest => "second_connection_request";
    /// The days, hours and minutes of a delay are together less than 1 minute or more than 30 days.
    #[error("must be a delay of 1 minute to 30 days")]
    DelayOutOfRange => "delay_out_of_range";
    /// The row has more cells than there are columns.
    #[error("has a row of more cells than there are columns")]
    TooManyCells => "too_many_cells";
    /// The bytes are not text in the encoding that was given or, where none was, guessed.
    #[error("must be text in {encoding}, and is something else on line {line}")]
    MalformedEncoding {
        /// The first line that is not, from 1.
        line: u32,
        /// The name of the encoding.
        encoding: &'static str,
        /// Encodings to try, in which all of the bytes are text; the most likely one first.
        suggestions: Vec<&'static str>,
    } => "malformed_encoding", hint "give an encoding in which the names are right, or save the file as UTF-8";
    /// The bytes are a file of another kind.
    #[error("must be a CSV file, and is another kind of file: {found}")]
    NotACsvFile {
        /// What they are: `workbook`, `pdf`, `image` or `archive`.
        found: &'static str,
    } => "not_a_csv_file", hint "save the table as CSV, best of all as UTF-8";
    /// A quoted cell has no end.
    #[error("has a quoted cell without an end, in the row that begins on line {line}")]
    UnterminatedQuote {
        /// The line on which its row starts, from 1.
        line: u32,
    } => "unterminated_quote";
    /// The campaign is not a draft.
    #[error("is not draft any more")]
    NotDraft => "not_draft", hint "create a new campaign, or resume this one if it is paused";
    /// An email that starts a thread has no subject.
    #[error("must not be empty")]
    EmptySubject => "empty_subject", hint "write a subject, or let the email reply to an earlier one";
    /// A message has no text.
    #[error("must not be empty")]
    EmptyBody => "empty_body", hint "write a text, or delete the node";
    /// The sequence sends nothing.
    #[error("has no node that sends something")]
    NoSendableNode => "no_sendable_node", hint "insert a node that sends something";
    /// No sender is connected.
    #[error("has no account that is connected")]
    NoReadySender => "no_ready_sender", hint "connect the account again";
    /// A template has a variable that does not exist.
    #[error("has %{}%, which does not exist: the closest variable is %{}%", Label(variable), Label(closest))]
    UnknownVariable {
        /// The variable as it was written.
        variable: String,
        /// The known variable, or column, whose name is closest.
        closest: Cow<'static, str>,
    } => "unknown_variable", hint "use the closest variable, or write %% for a percent sign";
    /// A subject, or a message over LinkedIn, has a variable that only the text of an email can have.
    #[error("has %{}%, which only the text of an email can have", Label(variable))]
    UnusableVariable {
        /// The variable.
        variable: String,
    } => "unusable_variable", hint "write it in the text of an email, or in its signature";
    /// `%{…}%` does not have the form of a choice.
    #[error("has %{{…}}% that is no choice between 2 to 100 texts")]
    MalformedChoice => "malformed_choice", hint "write texts without variables and braces, as in %{Hi|Hello}%";
    /// A variable without a fallback has no value for some prospects or senders.
    #[error(fmt = without_value)]
    UnresolvedVariable {
        /// The variable as it was written.
        variable: String,
        /// How many prospects have no value.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
        /// The senders that have no value.
        sender_account_ids: Vec<AccountId>,
    } => "unresolved_variable", hint "write a fallback as in %first_name|there%, or fill in the field";
    /// The note of a connection request is too long once it is rendered.
    #[error(fmt = rendered_too_long)]
    NoteTooLong {
        /// The most characters: 200, or 300 where every sender is premium.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "note_too_long", hint "shorten the note";
    /// The subject of an email is too long once it is rendered.
    #[error(fmt = rendered_too_long)]
    SubjectTooLong {
        /// The most characters: 2,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "subject_too_long", hint "use fewer variables, or shorten what they stand for";
    /// The text of a message, an email's with the signature, is too long once it is rendered.
    #[error(fmt = rendered_too_long)]
    BodyTooLong {
        /// The most characters: 200,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "body_too_long", hint "use fewer variables, or shorten what they stand for";
    /// The campaign has no prospects: launching completes it.
    #[error("are missing: launching completes the campaign")]
    NoProspects => "no_prospects", hint "add prospects";
    /// The sender is not connected.
    #[error("is not connected")]
    SenderNotReady => "sender_not_ready", hint "connect the account again";
    /// The text has a variable or a choice as other products write them.
    #[error("has a variable of another product, which is sent as it stands")]
    ForeignTemplateSyntax {
        /// As it stands there.
        variable: String,
        /// How many characters (Unicode scalar values) of the text come before it.
        offset: usize,
        /// What to write instead.
        hint: Cow<'static, str>,
    } => "foreign_template_syntax";
    /// The text has a `%` that belongs to no variable, beside the name of one.
    #[error("has a % that belongs to no variable and is sent as it stands")]
    StrayPercent => "stray_percent", hint "close the variable, or write %% for a percent sign";
    /// The hours and the gap of an account leave time for fewer messages a day than its limit.
    #[error("leaves time for {max} messages a day, which is less than its limit")]
    LimitUnreachable {
        /// How many, on the longest day of its hours, with a gap between the shortest and the longest.
        max: usize,
    } => "limit_unreachable", hint "widen its hours, shorten the gap, or lower the limit";
    /// The first email has no link to unsubscribe.
    #[error("has no link to unsubscribe")]
    NoOptOut => "no_opt_out", hint "write %unsubscribe_url% in the text or the signature";
    /// Some prospects are senders of the campaign themselves.
    #[error("include {prospects} of the campaign's senders")]
    WritesToSender {
        /// How many.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "writes_to_sender", hint "remove them, or send from other accounts";
    /// Every prospect will be skipped: launching completes the campaign.
    #[error("will all be skipped: launching completes the campaign")]
    AllProspectsSkipped => "all_prospects_skipped", hint "add prospects that belong to no other campaign, or allow the overlap";
    /// Something that was sent to the addresses of some prospects came back.
    #[error("include {prospects} whose address bounced before")]
    BouncedBefore {
        /// How many prospects have such an address.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "bounced_before", hint "remove or suppress those whose address does not exist";
    /// Some prospects are in another active email campaign of the user, too.
    #[error("include {prospects} in other active campaigns")]
    InOtherCampaigns {
        /// How many.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    } => "in_other_campaigns", hint "remove them here, or wait until the other campaigns are completed";
}

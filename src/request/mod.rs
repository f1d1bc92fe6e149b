//! The JSON face: untyped input, and the reader that turns it into typed fields while collecting every issue.

pub(crate) mod choice;
mod deserialize;
mod fields;
pub(crate) mod identity;
mod ids;
pub(crate) mod name;
pub(crate) mod notice;
pub(crate) mod page;
mod request_size;
pub(crate) mod result_size;
pub(crate) mod revision;
pub(crate) mod search_text;
pub(crate) mod setters;
pub(crate) mod sort;
pub(crate) mod storage_name;
pub(crate) mod text;
pub(crate) mod token;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize, Serializer};

use crate::bounds::FILE_MAX;
pub(crate) use crate::error::issues::Issues;
use crate::error::{Error, Problem, Result};
use crate::id::Id;
pub(crate) use fields::{Choice, Fields, closest_to};
pub use request_size::{Allowance, Excess};

/// What an operation takes that asks for an `R`: an `R`, or its JSON as a [`serde_json::Value`] or an [`Input`] (any
/// deserializer, such as JavaScript values). Ids, names and tokens may also be given as text (`&str`). All of them end in
/// one parse, on the first line of the operation.
///
/// ```
/// use campaignkit::{CreateUser, Store};
/// use serde_json::json;
///
/// let mut store = Store::open_in_memory()?;
/// let ana = store.create_user(CreateUser::default().time_zone("Europe/Berlin"))?;
/// let bo = store.create_user(json!({ "time_zone": "Europe/Berlin" }))?;
/// assert_eq!(store.user(ana.id)?, store.user(ana.id.to_string().as_str())?);
/// # Ok::<(), campaignkit::Error>(())
/// ```
///
/// An id of something else does not compile:
///
/// ```compile_fail,E0277
/// # fn show(mut me: campaignkit::Session<'_>, campaign: &campaignkit::Campaign) -> campaignkit::Result<()> {
/// me.prospect(campaign.id)?;
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "this operation takes `{R}`, not `{Self}`",
    label = "not `{R}`",
    note = "it also takes the JSON of `{R}`: a `serde_json::Value` or an `Input`"
)]
pub trait Request<R: RequestType> {
    /// Checks the whole request.
    ///
    /// # Errors
    /// `invalid_input` with every issue of the request.
    fn parse(self) -> Result<R::Checked>;
}

/// A type that operations take.
#[diagnostic::on_unimplemented(message = "no operation takes `{Self}`")]
pub trait RequestType {
    /// What it is once it is checked: a type that cannot be wrong.
    #[doc(hidden)]
    type Checked;
}

/// Plain data of unknown shape: what JSON text, a [`serde_json::Value`] or a JavaScript value holds.
///
/// Values that JSON has no word for (functions) and levels of nesting beyond any request's are kept as
/// a mark that no field accepts, so that they are refused like every other value of a wrong type.
#[derive(Clone, Debug, PartialEq)]
pub struct Input(pub(crate) Plain);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Plain>),
    Object(Vec<(String, Plain)>),
    /// The content of a file: an argument of its own, never part of a request.
    Bytes(Vec<u8>),
    Opaque,
    /// The value of a field whose name is no text: another than was given stands in its place.
    Misnamed,
    /// In place of the whole of a request that is too large to be read.
    Excess(Excess),
}

impl Plain {
    /// What is wrong with a value where another type is expected.
    fn refusal(&self, expected: &'static str) -> Problem {
        match self {
            Self::Excess(excess) => excess.problem(),
            _ => Problem::WrongType { expected },
        }
    }
}

/// A number as it was given; integers are kept exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer of 64 bits.
    Int(i64),
    /// Any other number, NaN and the infinities included.
    Float(f64),
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        // 2^63 itself is out of range, so the bound is exclusive.
        if value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0 {
            Self::Int(value as i64)
        } else {
            Self::Float(value)
        }
    }
}

impl Number {
    /// The nearest integer of the range for an integer-valued number of any size; `None` for all others.
    pub(crate) fn clamp_integer(self, range: &RangeInclusive<i64>) -> Option<i64> {
        let (min, max) = (*range.start(), *range.end());
        match self {
            Self::Int(value) => Some(value.clamp(min, max)),
            Self::Float(value) if value.fract() == 0.0 => Some(if value < 0.0 { min } else { max }),
            Self::Float(_) => None,
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // JavaScript has no integers beyond these, and its serializer refuses to round them.
        const SAFE: RangeInclusive<i64> = -0x1f_ffff_ffff_ffff..=0x1f_ffff_ffff_ffff;
        match *self {
            Self::Int(value) if SAFE.contains(&value) => serializer.serialize_i64(value),
            Self::Int(value) => serializer.serialize_f64(value as f64),
            Self::Float(value) => serializer.serialize_f64(value),
        }
    }
}

impl Input {
    /// No value at all: what an absent optional argument stands for.
    pub const NONE: Self = Self(Plain::Null);

    /// A value that is not plain data, such as a JavaScript function: no field accepts it.
    pub const OPAQUE: Self = Self(Plain::Opaque);

    /// The value of a field whose name is no text, such as half a surrogate pair of JavaScript: no field accepts it.
    pub const MISNAMED: Self = Self(Plain::Misnamed);

    /// The most levels of nesting that are kept: no request has more, and cyclic JavaScript objects end here.
    pub const DEEPEST: u8 = 16;

    /// The most values of a request: what has more is one issue `too_many`, and nothing of it is read
    /// (`docs/rules.md#bounds`).
    pub const MOST_VALUES: u32 = 250_000;

    /// The most bytes of text of a request, in UTF-8: what has more is one issue `too_large` (`docs/rules.md#bounds`).
    pub const MOST_TEXT: u32 = 32 << 20;

    /// The most bytes of a file: one of more is one issue `too_large` (`docs/rules.md#bounds`).
    pub const MOST_CONTENT: u32 = FILE_MAX as u32;

    /// Refuses a typed request for the length of its list of this name, before anything is made of the items.
    pub(crate) fn check_count<T>(name: &'static str, items: &[T], max: usize) -> Result<()> {
        if items.len() > max { Err(Error::invalid(name, Problem::TooMany { max })) } else { Ok(()) }
    }

    /// A typed request, as the JSON that says the same.
    pub(crate) fn of(request: &impl Serialize) -> Self {
        serde_json::to_value(request).map_or(Self::OPAQUE, Self::from)
    }

    /// Reads JSON text.
    ///
    /// # Errors
    /// `invalid_input` with issue `wrong_type` at the empty path if the text is not JSON, or has a number beyond what
    /// 64-bit floating point can hold.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Error::invalid("", Problem::WrongType { expected: "JSON" }))
    }

    /// Reads one id, the argument of an operation.
    pub(crate) fn into_id<I: Id>(self) -> Result<I> {
        let text = self.into_text(I::ARGUMENT)?;
        I::from_text(&text).ok_or_else(|| Error::invalid(I::ARGUMENT, Problem::MalformedId))
    }

    /// Reads a number, the argument of this name of an operation.
    pub(crate) fn into_number(self, argument: &'static str) -> Result<Number> {
        let problem = match self.0 {
            Plain::Number(number) => return Ok(number),
            Plain::Null => Problem::Required,
            Plain::Excess(excess) => return Err(excess.into()),
            _ => Problem::WrongType { expected: "a number" },
        };
        Err(Error::invalid(argument, problem))
    }

    /// Reads a list of at least one and at most `max` values, which is the whole request.
    pub(crate) fn into_list(self, max: usize) -> Result<Vec<Plain>> {
        let problem = match self.0 {
            Plain::List(items) if items.len() > max => Problem::TooMany { max },
            Plain::List(items) if items.is_empty() => Problem::Empty,
            Plain::List(items) => return Ok(items),
            other => other.refusal("a list"),
        };
        Err(Error::invalid("", problem))
    }

    /// Reads a text, the argument of this name of an operation.
    pub(crate) fn into_text(self, argument: &'static str) -> Result<String> {
        let problem = match self.0 {
            Plain::Text(text) => return Ok(text),
            Plain::Null => Problem::Required,
            Plain::Excess(excess) => return Err(excess.into()),
            _ => Problem::WrongType { expected: "text" },
        };
        Err(Error::invalid(argument, problem))
    }
}

/// True or false.
impl From<bool> for Input {
    fn from(value: bool) -> Self {
        Self(Plain::Bool(value))
    }
}

/// A number.
impl From<Number> for Input {
    fn from(value: Number) -> Self {
        Self(Plain::Number(value))
    }
}

/// A text.
impl From<String> for Input {
    fn from(value: String) -> Self {
        Self(Plain::Text(value))
    }
}

/// The content of a file.
impl From<Vec<u8>> for Input {
    fn from(value: Vec<u8>) -> Self {
        Self(Plain::Bytes(value))
    }
}

/// Stands for a request that is too large: its one issue.
impl From<Excess> for Input {
    fn from(excess: Excess) -> Self {
        Self(Plain::Excess(excess))
    }
}

/// A list of values.
impl FromIterator<Input> for Input {
    fn from_iter<T: IntoIterator<Item = Input>>(items: T) -> Self {
        Self(Plain::List(items.into_iter().map(|item| item.0).collect()))
    }
}

/// An object with these fields.
impl FromIterator<(String, Input)> for Input {
    fn from_iter<T: IntoIterator<Item = (String, Input)>>(fields: T) -> Self {
        Self(Plain::Object(fields.into_iter().map(|(name, value)| (name, value.0)).collect()))
    }
}

impl From<serde_json::Value> for Input {
    fn from(value: serde_json::Value) -> Self {
        Self::deserialize(value).unwrap_or(Self::OPAQUE)
    }
}

impl<R: RequestType> Request<R> for serde_json::Value
where
    Input: Request<R>,
{
    fn parse(self) -> Result<R::Checked> {
        Input::from(self).parse()
    }
}

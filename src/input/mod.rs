//! The JSON face: untyped input, and the reader that turns it into typed fields while collecting every issue.

mod fields;

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::error::{Error, Problem, Result};
use crate::id::Id;
pub(crate) use fields::{Choice, Fields, Issues, closest_to};

/// A request in either face, parsed on the first line of an operation into types that cannot be wrong.
///
/// Implemented by the typed requests, whose fields are checked by Rust's types as far as these reach, by [`Input`]
/// (any deserializer, such as JavaScript values) and by [`serde_json::Value`]. All of them end in one parse.
pub trait Request<T> {
    /// Checks the whole request.
    ///
    /// # Errors
    /// `invalid_input` with every issue of the request.
    fn parse(self) -> Result<T>;
}

/// Plain data of unknown shape: what JSON text, a [`serde_json::Value`] or a JavaScript value holds.
///
/// Values that JSON has no word for (functions) and levels of nesting beyond any request's are kept as
/// a mark that no field accepts, so that they are answered like every other value of a wrong type.
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
}

impl Plain {
    /// Whether a text or a name in it may stand for what could not be decoded.
    fn has_replacement(&self) -> bool {
        match self {
            Self::Text(text) => is_replaced(text),
            Self::List(items) => items.iter().any(Self::has_replacement),
            Self::Object(fields) => fields.iter().any(|(name, value)| is_replaced(name) || value.has_replacement()),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Bytes(_) | Self::Opaque | Self::Misnamed => false,
        }
    }

    fn refuse_texts<V>(&mut self, source: &V, parts: &impl Fn(&V) -> Vec<V>, is_text: &impl Fn(&V) -> bool) {
        if !self.has_replacement() {
            return;
        }
        match self {
            Self::List(items) => {
                for (item, source) in items.iter_mut().zip(parts(source)) {
                    item.refuse_texts(&source, parts, is_text);
                }
            }
            Self::Object(fields) => {
                let mut parts_of_fields = parts(source).into_iter();
                for (name, value) in fields {
                    let [name_source, value_source] = [parts_of_fields.next(), parts_of_fields.next()];
                    if is_replaced(name) && !name_source.is_some_and(|source| is_text(&source)) {
                        *value = Self::Misnamed;
                    } else if let Some(source) = value_source {
                        value.refuse_texts(&source, parts, is_text);
                    }
                }
            }
            _ if is_text(source) => {}
            _ => *self = Self::Opaque,
        }
    }
}

fn is_replaced(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
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
    /// The nearest integer between `min` and `max` for an integer-valued number of any size; `None` for all others.
    pub(crate) fn clamp_integer(self, min: i64, max: i64) -> Option<i64> {
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
        const SAFE: std::ops::RangeInclusive<i64> = -0x1f_ffff_ffff_ffff..=0x1f_ffff_ffff_ffff;
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

    /// The most values that are kept: what refers to itself in several ways would be without end in 16 levels.
    pub const MOST_VALUES: u32 = 250_000;

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

    /// Marks texts and names of fields that are none: of each that has a replacement character (U+FFFD), which may stand
    /// for what could not be decoded, `is_text` is asked by what it was decoded from.
    ///
    /// `parts` gives the items of what a list was decoded from, and the names and values of a field after the other of
    /// what an object was decoded from; all of them, in the order in which they were decoded.
    #[must_use]
    pub fn refuse_texts<V>(mut self, source: &V, parts: impl Fn(&V) -> Vec<V>, is_text: impl Fn(&V) -> bool) -> Self {
        self.0.refuse_texts(source, &parts, &is_text);
        self
    }

    /// Reads one id, the argument of an operation.
    pub(crate) fn into_id<I: Id>(self) -> Result<I> {
        let text = self.into_text(I::ARGUMENT)?;
        I::from_text(&text).ok_or_else(|| Error::invalid(I::ARGUMENT, Problem::MalformedId))
    }

    /// Reads a text, the argument of this name of an operation.
    pub(crate) fn into_text(self, argument: &'static str) -> Result<String> {
        let problem = match self.0 {
            Plain::Text(text) => return Ok(text),
            Plain::Null => Problem::Required,
            _ => Problem::WrongType { expected: "text" },
        };
        Err(Error::invalid(argument, problem))
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

impl<T> Request<T> for serde_json::Value
where
    Input: Request<T>,
{
    fn parse(self) -> Result<T> {
        Input::from(self).parse()
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = Cell::new(Self::MOST_VALUES);
        Level { depth: 0, left: &left }.deserialize(deserializer).map(Self)
    }
}

/// Reads a value that stands under `depth` others while `left` more may be read.
#[derive(Clone, Copy)]
struct Level<'l> {
    depth: u8,
    left: &'l Cell<u32>,
}

impl Level<'_> {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Plain;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.unwrap_or(0));
        if self.depth > Input::DEEPEST || left.is_none() {
            deserializer.deserialize_ignored_any(serde::de::IgnoredAny)?;
            return Ok(Plain::Opaque);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain data")
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_none<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain::Number(Number::Int(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain::Number(i64::try_from(value).map_or(Number::Float(value as f64), Number::Int)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Plain, E> {
        Ok(Plain::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Plain, E> {
        Ok(Plain::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Plain, E> {
        Ok(Plain::Text(value))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Plain, E> {
        Ok(Plain::Bytes(bytes.to_owned()))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Plain, E> {
        Ok(Plain::Bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plain, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below())? {
            list.push(item);
        }
        Ok(Plain::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Plain, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            object.push((key, entries.next_value_seed(self.below())?));
        }
        Ok(Plain::Object(object))
    }
}

//! Reads plain data out of any deserializer, as much of it as a request may have.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Allowance, Input, Number, Plain};

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let allowance = Allowance::default();
        let value = Level { depth: 0, allowance: &allowance }.deserialize(deserializer)?;
        Ok(allowance.excess().map_or(Self(value), Self::from))
    }
}

/// Reads a value that stands under `depth` others. Where the allowance is used up, the rest is passed over, since a
/// deserializer has to come to its end.
#[derive(Clone, Copy)]
struct Level<'l> {
    depth: u8,
    allowance: &'l Allowance,
}

impl Level<'_> {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn text(self, text: &str) -> Option<String> {
        self.allowance.take_text(text.len()).ok().map(|()| text.to_owned())
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Plain;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        if self.allowance.take_value().is_err() || self.depth > Input::DEEPEST {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
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
        Ok(self.text(value).map_or(Plain::Opaque, Plain::Text))
    }

    fn visit_string<E>(self, value: String) -> Result<Plain, E> {
        Ok(if self.allowance.take_text(value.len()).is_ok() { Plain::Text(value) } else { Plain::Opaque })
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
            if self.allowance.excess().is_some() {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
            list.push(item);
        }
        Ok(Plain::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Plain, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key_seed(Name(self.allowance))? {
            let value = entries.next_value_seed(self.below())?;
            if self.allowance.excess().is_some() {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                break;
            }
            object.push((key, value));
        }
        Ok(Plain::Object(object))
    }
}

/// Reads the name of a field; an empty one where the allowance is used up.
struct Name<'l>(&'l Allowance);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_string(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<String, E> {
        Ok(if self.0.take_text(name.len()).is_ok() { name.to_owned() } else { String::new() })
    }

    fn visit_string<E>(self, name: String) -> Result<String, E> {
        Ok(if self.0.take_text(name.len()).is_ok() { name } else { String::new() })
    }
}

//! JavaScript values into input, and results and errors back into JavaScript values.

use campaignkit::{Allowance, Error, Excess, Input, Number, Store};
use js_sys::{Array, ArrayBuffer, JsString, Map, Object, Reflect, Symbol, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::packed;

/// The result of a method: the value that it returns, or the one that it throws.
pub(crate) type Answer = Result<JsValue, JsValue>;

/// The result of an operation for JavaScript, before an error is converted.
pub(crate) type Encoded = Result<JsValue, Error>;

/// Any JavaScript value, up to the size that a request may have. Anything in it that is not plain data becomes a value
/// that no field accepts.
pub(crate) fn input(value: &JsValue) -> Input {
    packed::read(value).unwrap_or_else(|| Reader::default().read(value).unwrap_or_else(Input::from))
}

/// Reads one argument, value by value: what is large, or not plain data.
#[derive(Default)]
struct Reader {
    allowance: Allowance,
    /// The values that contain the present one.
    above: Vec<JsValue>,
}

impl Reader {
    fn read(&mut self, value: &JsValue) -> Result<Input, Excess> {
        self.allowance.take_value()?;
        if self.above.len() > usize::from(Input::DEEPEST) {
            return Ok(Input::OPAQUE);
        }
        if value.is_undefined() || value.is_null() {
            return Ok(Input::NONE);
        }
        if let Some(value) = value.as_bool() {
            return Ok(value.into());
        }
        if let Some(value) = value.as_f64() {
            return Ok(Number::from(value).into());
        }
        if let Some(text) = value.dyn_ref::<JsString>() {
            let (text, is_text) = read_text(text, &self.allowance)?;
            // Keeping it would change the value that was given.
            return Ok(if is_text { text.into() } else { Input::OPAQUE });
        }
        if value.is_bigint() {
            return Ok(read_bigint(value.clone()));
        }
        if let Some(bytes) = bytes(value) {
            // The content of a file is a separate argument.
            if !self.above.is_empty() {
                return Ok(Input::OPAQUE);
            }
            self.allowance.take_content(bytes.length() as usize)?;
            return Ok(bytes.to_vec().into());
        }
        // A cyclic value would never end.
        if self.above.contains(value) {
            return Ok(Input::OPAQUE);
        }
        self.above.push(value.clone());
        let parts = self.read_parts(value);
        self.above.pop();
        parts
    }

    fn read_parts(&mut self, value: &JsValue) -> Result<Input, Excess> {
        if let Some(items) = value.dyn_ref::<Array>() {
            return (0..items.length()).map(|index| self.read(&items.get(index))).collect();
        }
        if let Some(map) = value.dyn_ref::<Map>() {
            let entry = |entry: Result<JsValue, JsValue>| {
                let entry: Array = entry.ok()?.unchecked_into();
                Some(self.read_field(&entry.get(0), &entry.get(1)))
            };
            return map.entries().into_iter().filter_map(entry).collect();
        }
        let is_iterable = || Reflect::has(value, &Symbol::iterator()).unwrap_or(true);
        if !value.is_object() || is_iterable() {
            return Ok(Input::OPAQUE);
        }
        let field = |name: JsValue| {
            // A getter that throws gives no plain data: a symbol stands for that.
            let value = Reflect::get(value, &name).unwrap_or_else(|_| Symbol::iterator().into());
            self.read_field(&name, &value)
        };
        Object::keys(value.unchecked_ref::<Object>()).iter().map(field).collect()
    }

    fn read_field(&mut self, name: &JsValue, value: &JsValue) -> Result<(String, Input), Excess> {
        let Some(name) = name.dyn_ref::<JsString>() else {
            return Ok((String::new(), Input::MISNAMED));
        };
        let (name, is_text) = read_text(name, &self.allowance)?;
        // Two names that differ only in half a pair would become one.
        Ok((name, if is_text { self.read(value)? } else { Input::MISNAMED }))
    }
}

/// A text, and whether it is valid: with half a surrogate pair it is not, and is read with a replacement.
fn read_text(text: &JsString, allowance: &Allowance) -> Result<(String, bool), Excess> {
    // The least number of bytes; the text is not copied if that is too many already.
    let least = text.length() as usize;
    allowance.take_text(least)?;
    let copy = String::from(text);
    allowance.take_text(copy.len().saturating_sub(least))?;
    // Half a pair is read as the replacement character. Looking at the original text costs a call per character.
    let is_text = !copy.contains(char::REPLACEMENT_CHARACTER) || text.is_valid_utf16();
    Ok((copy, is_text))
}

fn read_bigint(value: JsValue) -> Input {
    let value = match i64::try_from(value) {
        Ok(value) => Some(Number::Int(value)),
        Err(value) => u64::try_from(value).ok().map(|value| Number::from(value as f64)),
    };
    value.map_or(Input::OPAQUE, Input::from)
}

fn bytes(value: &JsValue) -> Option<Uint8Array> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Some(bytes.clone());
    }
    value.dyn_ref::<ArrayBuffer>().map(|buffer| Uint8Array::new(buffer))
}

/// The content of a file; anything but bytes is not a file.
pub(crate) fn file(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default()
}

/// Hands out the whole database, each piece as a separate array.
pub(crate) fn hand_out(store: &mut Store, chunk: &js_sys::Function) -> Result<(), JsValue> {
    let mut thrown_by_chunk = None;
    let exported = store.export(|piece| {
        let piece = Uint8Array::from(piece);
        chunk.call1(&JsValue::UNDEFINED, &piece).map(drop).map_err(|thrown| {
            thrown_by_chunk = Some(thrown);
            Error::Closed
        })
    });
    match thrown_by_chunk {
        Some(thrown) => Err(thrown),
        None => exported.map_err(thrown),
    }
}

pub(crate) fn answer(result: Result<impl Serialize, Error>) -> Encoded {
    result.map(|value| packed::write(&value))
}

pub(crate) fn done(result: Result<(), Error>) -> Encoded {
    result.map(|()| JsValue::UNDEFINED)
}

/// An `Error` named `CampaignKitError` that carries the whole shape of `docs/rules.md#errors`.
pub(crate) fn thrown(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    thrown.set_name("CampaignKitError");
    // A failure here is a bug: an error whose shape is no object.
    let shape = error.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default();
    Object::assign(&thrown, &shape.unchecked_into()).into()
}

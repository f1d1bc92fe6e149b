//! JavaScript values to input, and answers and errors back to JavaScript values.

use std::cell::Cell;

use campaignkit::{Error, Input, Store};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// What a method returns, or throws.
pub(crate) type Answer = Result<JsValue, JsValue>;

/// Any JavaScript value; what is not plain data in it becomes what no field accepts.
pub(crate) fn input(value: JsValue) -> Input {
    decode(value, &Cell::new(MOST_PARTS))
}

/// How many parts of values are looked at to find the one at fault: more than any request has.
const MOST_PARTS: u32 = 1_000;

fn decode(value: JsValue, parts: &Cell<u32>) -> Input {
    let Some(left) = parts.get().checked_sub(1) else {
        return Input::OPAQUE;
    };
    parts.set(left);
    match Input::deserialize(serde_wasm_bindgen::Deserializer::from(value.clone())) {
        // Half a surrogate pair is no text: kept, it would be another one than was given.
        Ok(whole) => whole.refuse_texts(&value, parts_of, is_text),
        Err(_) => in_parts(&value, parts),
    }
}

/// The items of a list, or the names and values of an object's fields, in the order in which they are decoded.
fn parts_of(value: &JsValue) -> Vec<JsValue> {
    if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        return items.to_vec();
    }
    let fields = match value.dyn_ref::<js_sys::Map>() {
        Some(map) => js_sys::Array::from(map),
        None => js_sys::Object::entries(value.unchecked_ref()),
    };
    fields.iter().flat_map(|field| field.unchecked_into::<js_sys::Array>().to_vec()).collect()
}

/// Whether it is a whole text, without half a surrogate pair.
fn is_text(value: &JsValue) -> bool {
    value.dyn_ref::<js_sys::JsString>().is_some_and(js_sys::JsString::is_valid_utf16)
}

/// The parts of a value that cannot be decoded as a whole, so that the one field at fault is reported.
fn in_parts(value: &JsValue, parts: &Cell<u32>) -> Input {
    if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        return items.iter().map(|item| decode(item, parts)).collect();
    }
    let fields = value.dyn_ref::<js_sys::Object>().filter(|_| !value.is_function());
    let entries = fields.map(|fields| js_sys::Reflect::own_keys(fields).unwrap_or_default());
    let Some(keys) = entries else {
        return Input::OPAQUE;
    };
    keys.iter()
        .filter_map(|key| {
            let name = key.as_string()?;
            // A getter that throws has no plain data to give.
            let part = js_sys::Reflect::get(value, &key).map_or(Input::OPAQUE, |part| decode(part, parts));
            Some((name, if is_text(&key) { part } else { Input::MISNAMED }))
        })
        .collect()
}

/// The content of a file; what is no bytes is no file.
pub(crate) fn file(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<js_sys::Uint8Array>().map(js_sys::Uint8Array::to_vec).unwrap_or_default()
}

/// Hands the whole database out, each piece as an array of its own.
pub(crate) fn hand_out(store: &mut Store, chunk: &js_sys::Function) -> Result<(), JsValue> {
    let mut thrown_by_chunk = None;
    let exported = store.export(|piece| {
        let piece = js_sys::Uint8Array::from(piece);
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

fn object(value: &impl Serialize) -> Result<JsValue, Error> {
    // What fails here was not meant to be returned at all.
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|_| Error::Bug(None))
}

pub(crate) fn answer(result: Result<impl Serialize, Error>) -> Answer {
    result.and_then(|value| object(&value)).map_err(thrown)
}

pub(crate) fn done(result: Result<(), Error>) -> Answer {
    result.map(|()| JsValue::UNDEFINED).map_err(thrown)
}

/// An `Error` named `CampaignKitError` that carries the whole shape of SPEC §8.
pub(crate) fn thrown(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    thrown.set_name("CampaignKitError");
    let shape = object(&error).unwrap_or_default();
    js_sys::Object::assign(&thrown, &shape.unchecked_into()).into()
}

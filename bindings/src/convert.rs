//! JavaScript values to input, and answers and errors back to JavaScript values.

use campaignkit::{Error, Input};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// What a method returns, or throws.
pub(crate) type Answer = Result<JsValue, JsValue>;

/// Any JavaScript value; what is not plain data in it becomes what no field accepts.
pub(crate) fn input(value: JsValue) -> Input {
    decode(value, Input::DEEPEST)
}

fn decode(value: JsValue, levels: u8) -> Input {
    let whole = Input::deserialize(serde_wasm_bindgen::Deserializer::from(value.clone()));
    whole.unwrap_or_else(|_| in_parts(&value, levels))
}

/// The parts of a value that cannot be decoded as a whole, so that the one field at fault is reported.
fn in_parts(value: &JsValue, levels: u8) -> Input {
    let Some(levels) = levels.checked_sub(1) else {
        return Input::OPAQUE;
    };
    if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        return items.iter().map(|item| decode(item, levels)).collect();
    }
    let fields = value.dyn_ref::<js_sys::Object>().filter(|_| !value.is_function());
    let entries = fields.map(|fields| js_sys::Reflect::own_keys(fields).unwrap_or_default());
    let Some(keys) = entries else {
        return Input::OPAQUE;
    };
    keys.iter()
        .filter_map(|key| {
            // A getter that throws has no plain data to give.
            let part = js_sys::Reflect::get(value, &key).map_or(Input::OPAQUE, |part| decode(part, levels));
            Some((key.as_string()?, part))
        })
        .collect()
}

fn object(value: &impl Serialize) -> JsValue {
    // Nothing that the core returns can fail to become a plain object.
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}

pub(crate) fn answer(result: Result<impl Serialize, Error>) -> Answer {
    result.map(|value| object(&value)).map_err(thrown)
}

pub(crate) fn done(result: Result<(), Error>) -> Answer {
    result.map(|()| JsValue::UNDEFINED).map_err(thrown)
}

/// An `Error` named `CampaignKitError` that carries the whole shape of SPEC §8.
pub(crate) fn thrown(error: Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    thrown.set_name("CampaignKitError");
    js_sys::Object::assign(&thrown, &object(&error).unchecked_into()).into()
}

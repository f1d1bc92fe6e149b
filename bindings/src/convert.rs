//! JavaScript values to input, and answers and errors back to JavaScript values.

use campaignkit::{Error, Input};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// What a method returns, or throws.
pub(crate) type Answer = Result<JsValue, JsValue>;

/// Any JavaScript value; one that is not plain data becomes what no field accepts.
pub(crate) fn input(value: JsValue) -> Input {
    Input::deserialize(serde_wasm_bindgen::Deserializer::from(value)).unwrap_or(Input::OPAQUE)
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

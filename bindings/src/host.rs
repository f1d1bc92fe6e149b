//! The clock, the randomness and the encodings of a JavaScript engine.

use campaignkit::{Host, NoRandomness, OpenOptions, SimulatedHost, Undecodable};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    type TextDecoder;

    #[wasm_bindgen(constructor, catch)]
    fn new(encoding: &str, options: &JsValue) -> Result<TextDecoder, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &[u8]) -> Result<String, JsValue>;
}

impl TextDecoder {
    /// A decoder that neither replaces nor omits anything.
    fn strict(encoding: &str) -> Result<Self, JsValue> {
        let options = js_sys::Object::new();
        for option in ["fatal", "ignoreBOM"] {
            js_sys::Reflect::set(&options, &option.into(), &JsValue::TRUE)?;
        }
        Self::new(encoding, &options)
    }
}

/// `Date.now`, `crypto.getRandomValues` and `TextDecoder`, which every browser and Node ≥ 20 have. Encoding tables of
/// our own would be a sixth of this module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsHost;

impl Host for JsHost {
    fn now_ms(&mut self) -> i64 {
        js_sys::Date::now() as i64
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        get_random_values(bytes).map(drop).map_err(|_| NoRandomness)
    }

    fn decode(&mut self, encoding: &'static str, bytes: &[u8]) -> Result<String, Undecodable> {
        TextDecoder::strict(encoding).and_then(|decoder| decoder.decode(bytes)).map_err(|_| Undecodable)
    }
}

/// A simulated clock and simulated randomness; only the encodings are the engine's.
struct SimulatedJsHost(SimulatedHost);

impl Host for SimulatedJsHost {
    fn now_ms(&mut self) -> i64 {
        self.0.now_ms()
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill_random(bytes)
    }

    fn decode(&mut self, encoding: &'static str, bytes: &[u8]) -> Result<String, Undecodable> {
        Host::decode(&mut JsHost, encoding, bytes)
    }
}

#[wasm_bindgen]
extern "C" {
    /// How a simulation begins; the package has checked it.
    #[wasm_bindgen(typescript_type = "{ readonly seed: number; readonly now_ms: number }")]
    pub type Simulation;

    #[wasm_bindgen(method, getter)]
    fn seed(this: &Simulation) -> f64;
    #[wasm_bindgen(method, getter)]
    fn now_ms(this: &Simulation) -> f64;
}

/// Where an engine gets its time and randomness from.
pub(crate) enum World {
    Platform,
    Simulated(SimulatedHost),
}

impl World {
    pub(crate) fn of(simulation: Option<Simulation>) -> Self {
        match simulation {
            Some(start) => Self::Simulated(SimulatedHost::new(start.seed() as u64, start.now_ms() as i64)),
            None => Self::Platform,
        }
    }

    pub(crate) fn options(&self) -> OpenOptions {
        match self {
            Self::Platform => OpenOptions::new(JsHost),
            Self::Simulated(host) => OpenOptions::new(SimulatedJsHost(host.clone())),
        }
    }

    pub(crate) fn advance(&self, ms: f64) {
        if let Self::Simulated(host) = self {
            host.advance_ms(ms as i64);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// A panic ends the instance, and JavaScript learns only that it ended; the console shows where and why.
#[wasm_bindgen(start)]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| console_error(&panic.to_string())));
}

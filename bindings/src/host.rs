//! The clock and the randomness of a JavaScript engine.

use campaignkit::Host;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

/// `Date.now` and `crypto.getRandomValues`, which every browser and Node ≥ 20 have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsHost;

impl Host for JsHost {
    fn now_ms(&mut self) -> i64 {
        js_sys::Date::now() as i64
    }

    fn fill_random(&mut self, bytes: &mut [u8]) {
        // It only fails for more than 64 KiB at once; ids ask for a few hundred bytes.
        let _ = get_random_values(bytes);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// A panic ends the instance, and JavaScript only learns that it did: the console gets to know where and why.
#[wasm_bindgen(start)]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| console_error(&panic.to_string())));
}

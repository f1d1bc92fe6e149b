//! The part of the module that the first call that needs it loads. The build takes it out (`glue/src/bin/campaignkit-split/main.rs`)
//! and makes each way into it call [`load`] first.

use std::cell::OnceCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

thread_local! {
    static LOADER: OnceCell<Function> = const { OnceCell::new() };
}

/// Sets what loads it: a function that instantiates it with the exports of this module, and returns when that is done. What it
/// throws ends the instance.
#[wasm_bindgen(js_name = onDemand)]
pub fn on_demand(loader: Function) {
    // Another one would do the same.
    let _ = LOADER.with(|kept| kept.set(loader));
}

/// Called by the code that the build makes, and by nobody else.
#[wasm_bindgen(js_name = loadOnDemand)]
pub fn load() {
    let loaded = LOADER.with(|loader| loader.get().map(|loader| loader.call0(&JsValue::NULL)));
    if let Some(Err(thrown)) = loaded {
        wasm_bindgen::throw_val(thrown);
    }
}

//! Long work that lets JavaScript do something else now and then.

use std::ops::ControlFlow;

use campaignkit::{Pace, WorkProgress};
use js_sys::{Date, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The time between two pauses: one frame of a screen.
const BETWEEN_MS: f64 = 16.0;

#[wasm_bindgen]
extern "C" {
    /// Receives the progress of the work, and whether it is the last chance to stop it; returns whether to continue. The
    /// work waits for it.
    #[wasm_bindgen(
        typescript_type = "(done: number, total: number, isLastChance: boolean) => boolean | Promise<boolean>"
    )]
    pub type Pause;

    #[wasm_bindgen(method, catch)]
    fn call(this: &Pause, receiver: &JsValue, done: f64, total: f64, last: bool) -> Result<JsValue, JsValue>;
}

/// An exception means no.
pub(crate) fn pace(pause: Pause) -> impl Pace {
    let mut last_ms = Date::now();
    async move |progress: WorkProgress| {
        let WorkProgress { done, total, is_last_chance } = progress;
        if !is_last_chance && done < total && (Date::now() - last_ms).abs() < BETWEEN_MS {
            return ControlFlow::Continue(());
        }
        let goes_on = match pause.call(&JsValue::UNDEFINED, done as f64, total as f64, is_last_chance) {
            Ok(answer) => JsFuture::from(Promise::resolve(&answer)).await.is_ok_and(|answer| answer.is_truthy()),
            Err(_) => false,
        };
        last_ms = Date::now();
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

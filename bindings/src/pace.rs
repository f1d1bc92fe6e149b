//! Long work that lets JavaScript do something else now and then.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};

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

/// The pace that JavaScript decides.
pub(crate) struct JsPace {
    pause: Pause,
    last_ms: f64,
    /// What it has not answered yet.
    answer: Option<JsFuture>,
}

impl JsPace {
    pub(crate) fn new(pause: Pause) -> Self {
        Self { pause, last_ms: Date::now(), answer: None }
    }

    /// An exception means no.
    fn ask(&self, progress: WorkProgress) -> Option<JsFuture> {
        let WorkProgress { done, total, is_last_chance } = progress;
        let answer = self.pause.call(&JsValue::UNDEFINED, done as f64, total as f64, is_last_chance);
        answer.ok().map(|answer| JsFuture::from(Promise::resolve(&answer)))
    }
}

impl Pace for JsPace {
    fn poll_pause(&mut self, progress: WorkProgress, context: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        let is_due = progress.is_last_chance
            || progress.done >= progress.total
            || (Date::now() - self.last_ms).abs() >= BETWEEN_MS;
        if self.answer.is_none() && !is_due {
            return Poll::Ready(ControlFlow::Continue(()));
        }
        let Some(mut answer) = self.answer.take().or_else(|| self.ask(progress)) else {
            return Poll::Ready(ControlFlow::Break(()));
        };
        let Poll::Ready(answered) = Pin::new(&mut answer).poll(context) else {
            self.answer = Some(answer);
            return Poll::Pending;
        };
        self.last_ms = Date::now();
        let goes_on = answered.is_ok_and(|answered| answered.is_truthy());
        Poll::Ready(if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }
}

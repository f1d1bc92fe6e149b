//! Any texts as messages: `tests/inputs/template.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::template::Messages;
use libfuzzer_sys::fuzz_target;

thread_local!(static MESSAGES: RefCell<Messages> = RefCell::new(Messages::new("fuzz")));

fuzz_target!(|texts: &str| {
    MESSAGES.with_borrow_mut(|messages| messages.run(texts));
});

//! Any text as calls of the JSON face: `tests/inputs/calls.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::calls::Calls;
use libfuzzer_sys::fuzz_target;

thread_local!(static CALLS: RefCell<Calls> = RefCell::new(Calls::new("fuzz")));

fuzz_target!(|lines: &str| {
    CALLS.with_borrow_mut(|calls| calls.run(lines, |_, _| {}));
});

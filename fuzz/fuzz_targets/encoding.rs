//! Any bytes in any encoding: `tests/inputs/encoding.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::encoding::Texts;
use libfuzzer_sys::fuzz_target;

thread_local!(static TEXTS: RefCell<Texts> = RefCell::new(Texts::new("fuzz")));

fuzz_target!(|input: &[u8]| {
    TEXTS.with_borrow_mut(|texts| texts.run(input));
});

//! Any changes to the bytes of a database: `tests/inputs/file.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::file::Files;
use libfuzzer_sys::fuzz_target;

thread_local!(static FILES: RefCell<Files> = RefCell::new(Files::new("fuzz")));

fuzz_target!(|changes: &[u8]| {
    FILES.with_borrow_mut(|files| files.run(changes));
});

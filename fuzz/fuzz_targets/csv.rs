//! Any bytes as a CSV file, read in any way: `tests/inputs/csv.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::csv::Sheets;
use libfuzzer_sys::fuzz_target;

thread_local!(static SHEETS: RefCell<Sheets> = RefCell::new(Sheets::new("fuzz")));

fuzz_target!(|input: &[u8]| {
    SHEETS.with_borrow_mut(|sheets| sheets.run(input));
});

//! Any texts as email addresses and LinkedIn profiles: `tests/inputs/identity.rs`.
#![no_main]

use std::cell::RefCell;

use campaignkit_fuzz::inputs::identity::Identities;
use libfuzzer_sys::fuzz_target;

thread_local!(static IDENTITIES: RefCell<Identities> = RefCell::new(Identities::new("fuzz")));

fuzz_target!(|texts: &str| {
    IDENTITIES.with_borrow_mut(|identities| identities.run(texts));
});

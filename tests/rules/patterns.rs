//! The replacement of `regex` in the wasm build reads the names of migrations like the real one.

#[path = "../../bindings/regex-stand-in/src/lib.rs"]
mod stand_in;

use std::sync::LazyLock;

use proptest::prelude::*;

/// refinery's patterns.
const PATTERNS: [&str; 3] = [
    r"^([U|V])(\d+(?:\.\d+)?)__(\w+)",
    r"^([U|V])(\d+(?:\.\d+)?)__(\w+)\.sql$",
    r"^([U|V])(\d+(?:\.\d+)?)__(\w+)\.(rs|sql)$",
];

static BOTH: LazyLock<[(regex::Regex, stand_in::Regex); 3]> = LazyLock::new(|| {
    PATTERNS.map(|pattern| (regex::Regex::new(pattern).unwrap(), stand_in::Regex::new(pattern).unwrap()))
});

/// Names of migrations, invalid names that resemble them, and other texts of ASCII and letters.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => r"[UV|vX]?[0-9]{0,3}(\.[0-9]{0,2})?_{0,3}[a-zäß漢_ .]{0,6}(\.sql|\.rs|\.SQL|\.sql\n)?",
        1 => r"[ -~äß漢]{0,12}",
    ]
}

proptest! {
    #[test]
    fn a_name_is_read_as_the_real_one_does(name in names()) {
        for (real, ours) in &*BOTH {
            prop_assert_eq!(ours.is_match(&name), real.is_match(&name), "{}", real);
            let groups = real.captures(&name).map(|real| [0, 1, 2, 3].map(|group| real[group].to_owned()));
            let ours = ours.captures(&name).map(|ours| [0, 1, 2, 3].map(|group| ours[group].to_owned()));
            prop_assert_eq!(ours, groups, "{}", real);
        }
    }
}

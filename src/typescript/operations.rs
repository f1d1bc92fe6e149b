//! The names of the operations, and which of them are long or may be repeated.

use std::fmt::Write as _;

/// A flag of the table; with any other word in it, this does not compile.
#[derive(PartialEq)]
enum Flag {
    Repeatable,
    Creates,
    Long,
}

macro_rules! flag {
    (repeatable) => {
        Flag::Repeatable
    };
    (creates) => {
        Flag::Creates
    };
    (long) => {
        Flag::Long
    };
}

macro_rules! flags {
    ($($receiver:ident { $(
        $name:ident = $method:ident $arguments:tt -> $encode:ident
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        &[$($((stringify!($name), &[$(flag!($flag)),*])),*),*]
    };
}

/// Each operation by its name in JavaScript.
const OPERATIONS: &[(&str, &[Flag])] = crate::operations!(flags);

/// The operations as JavaScript calls them.
pub fn operation_names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

/// `pkg/src/operation-table.ts`.
#[must_use]
pub fn operations_module() -> String {
    let mut module = String::from("// Generated from `src/operations.rs` by `cargo xtask types`; do not edit.\n");
    let lists = [
        ("LONG", Flag::Long, "Operations that take long with much data; `…Paced` is the form that pauses."),
        (
            "REPEATABLE",
            Flag::Repeatable,
            "Operations that may be called again when nobody knows whether they were done: they change nothing, or \
             make the same change only once.",
        ),
        (
            "CREATES",
            Flag::Creates,
            "Those of them that make the same change only once if their request, the first argument after the user, has an id.",
        ),
    ];
    for (list, flag, docs) in lists {
        let _ = write!(module, "\n/** {docs} */\nexport const {list} = [\n");
        for (name, _) in OPERATIONS.iter().filter(|(_, flags)| flags.contains(&flag)) {
            let _ = writeln!(module, "  \"{name}\",");
        }
        module.push_str("] as const;\n");
    }
    module
}

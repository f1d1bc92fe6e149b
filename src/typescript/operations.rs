//! The names of the operations, which of them are long or may be repeated, and what those that only read depend on.

use std::fmt::Write as _;

/// A flag of the table; with any other word in it, this does not compile.
#[derive(PartialEq)]
enum Flag {
    Repeatable,
    Creates,
    OnDemand,
    Long,
}

macro_rules! flag {
    (repeatable) => {
        Flag::Repeatable
    };
    (creates) => {
        Flag::Creates
    };
    (on_demand) => {
        Flag::OnDemand
    };
    (long) => {
        Flag::Long
    };
}

macro_rules! flags {
    ($($receiver:ident { $(
        $name:ident = $method:ident $arguments:tt -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        &[$($(Operation {
            name: stringify!($name),
            flags: &[$(flag!($flag)),*],
            reads: &[$(Reads { topics: &[$(stringify!($topic)),*], of_campaign: &[$(stringify!($of))?] })?],
        }),*),*]
    };
}

struct Operation {
    /// Its name in JavaScript.
    name: &'static str,
    flags: &'static [Flag],
    /// One entry, where it only reads the objects of a user.
    reads: &'static [Reads],
}

/// What the result of an operation depends on.
struct Reads {
    topics: &'static [&'static str],
    /// One entry, where other campaigns than that of its first argument do not matter.
    of_campaign: &'static [&'static str],
}

const OPERATIONS: &[Operation] = crate::operations!(flags);

/// The operations as JavaScript calls them.
pub fn operation_names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

/// `pkg/src/operation-table.ts`.
#[must_use]
pub fn operations_module() -> String {
    let mut module = String::from(
        "// Generated from `src/operations.rs` by `cargo xtask types`; do not edit.\n\n\
                                   import type { Topic } from \"./types.js\";\n",
    );
    let lists = [
        ("LONG", Flag::Long, "Operations that take long with much data; `…Paced` is the form that pauses."),
        ("ON_DEMAND", Flag::OnDemand, "Operations of which the code is loaded with the first call."),
        (
            "REPEATABLE",
            Flag::Repeatable,
            "Operations that may be called again when nobody knows whether they were done, as those of `READS` may: they \
             change nothing, or make the same change only once.",
        ),
        (
            "CREATES",
            Flag::Creates,
            "Those of them that make the same change only once if their request, the first argument after the user, has an id.",
        ),
    ];
    for (name, flag, docs) in lists {
        list(&mut module, name, docs, |operation| operation.flags.contains(&flag));
    }
    module.push_str(READS);
    for Operation { name, reads, .. } in OPERATIONS {
        for Reads { topics, .. } in *reads {
            let topics: Vec<String> = topics.iter().map(|topic| format!("\"{topic}\"")).collect();
            let _ = writeln!(module, "  {name}: [{}],", topics.join(", "));
        }
    }
    module.push_str("} as const satisfies Record<string, Topic[]>;\n");
    list(&mut module, "OF_CAMPAIGN", OF_CAMPAIGN, |operation| {
        operation.reads.iter().any(|reads| !reads.of_campaign.is_empty())
    });
    module
}

/// Adds the names of the operations that are chosen.
fn list(module: &mut String, name: &str, docs: &str, is_chosen: impl Fn(&Operation) -> bool) {
    let _ = write!(module, "\n/** {docs} */\nexport const {name} = [\n");
    for operation in OPERATIONS.iter().filter(|operation| is_chosen(operation)) {
        let _ = writeln!(module, "  \"{}\",", operation.name);
    }
    module.push_str("] as const;\n");
}

const OF_CAMPAIGN: &str =
    "Those of `READS` for which changes of other campaigns than their first argument names do not count.";

const READS: &str = "
/** Operations that only read the objects of a user, with the topics whose changes may change their results. */
export const READS = {
";

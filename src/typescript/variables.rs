//! The variables of templates, for the editors of apps.

use std::fmt::Write as _;

use crate::message::template::variable;

/// `pkg/src/variables.ts`.
#[must_use]
pub fn variables_module() -> String {
    let [of_prospect, of_sender] = variable::choices();
    let mut module =
        String::from("// Generated from `src/message/template/variable.rs` by `cargo xtask types`; do not edit.\n");
    for (name, docs, variables) in [
        (
            "PROSPECT_VARIABLES",
            "The variables of templates that are of the prospect, but for custom fields.",
            of_prospect,
        ),
        ("SENDER_VARIABLES", "The variables of templates that are of the sender.", of_sender),
    ] {
        let lines: String = variables.iter().map(|variable| format!("  \"{variable}\",\n")).collect();
        let _ = write!(module, "\n/** {docs} */\nexport const {name} = [\n{lines}] as const;\n");
    }
    module
}

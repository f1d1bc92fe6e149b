//! The variables of templates, for the editors of apps.

use std::fmt::Write as _;

use crate::message::template::variable;

/// `pkg/src/variables.ts`.
#[must_use]
pub fn variables_module() -> String {
    let mut module = String::from(BEGIN);
    for (of, names) in variable::choices() {
        for name in names {
            let _ = writeln!(module, "  {{ name: \"{name}\", of: \"{of}\" }},");
        }
    }
    module + END
}

const BEGIN: &str = "\
// Generated from `src/message/template/variable.rs` by `cargo xtask types`; do not edit.

/** A variable of templates. */
export interface TemplateVariable {
  /** What stands between the percent signs. */
  readonly name: string;
  /** Whose value it stands for; the link to unsubscribe can only be in the text of an email, or in its signature. */
  readonly of: \"prospect\" | \"sender\" | \"link\";
}

const VARIABLES: readonly TemplateVariable[] = [
";

const END: &str = "\
];

/** The variables that a template can have, in the order of a menu, but for custom fields (`custom_fields.KEY`). */
export function templateVariables(): readonly TemplateVariable[] {
  return VARIABLES;
}
";

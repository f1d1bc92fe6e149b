// Generated from `src/message/template/variable.rs` by `cargo xtask types`; do not edit.

/** A variable of templates. */
export interface TemplateVariable {
  /** What stands between the percent signs. */
  readonly name: string;
  /** Whose value it stands for; the link to unsubscribe can only be in the text of an email, or in its signature. */
  readonly of: "prospect" | "sender" | "link";
}

const VARIABLES: readonly TemplateVariable[] = [
  { name: "first_name", of: "prospect" },
  { name: "last_name", of: "prospect" },
  { name: "name", of: "prospect" },
  { name: "email", of: "prospect" },
  { name: "company", of: "prospect" },
  { name: "position", of: "prospect" },
  { name: "headline", of: "prospect" },
  { name: "linkedin_url", of: "prospect" },
  { name: "sender_first_name", of: "sender" },
  { name: "sender_last_name", of: "sender" },
  { name: "sender_name", of: "sender" },
  { name: "sender_email", of: "sender" },
  { name: "sender_company", of: "sender" },
  { name: "sender_title", of: "sender" },
  { name: "unsubscribe_url", of: "link" },
];

/** The variables that a template can have, in the order of a menu, but for custom fields (`custom_fields.KEY`). */
export function templateVariables(): readonly TemplateVariable[] {
  return VARIABLES;
}

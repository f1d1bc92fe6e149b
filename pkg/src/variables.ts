// Generated from `src/message/template/variable.rs` by `cargo xtask types`; do not edit.

/** The variables of templates that are of the prospect, but for custom fields. */
export const PROSPECT_VARIABLES = [
  "first_name",
  "last_name",
  "name",
  "email",
  "company",
  "position",
  "headline",
  "linkedin_url",
] as const;

/** The variables of templates that are of the sender. */
export const SENDER_VARIABLES = [
  "sender_first_name",
  "sender_last_name",
  "sender_name",
  "sender_email",
  "sender_company",
  "sender_title",
] as const;

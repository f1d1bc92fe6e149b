//! The catalogue of errors: its codes as TypeScript, and its page in the documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use ts_rs::{Config, TS};

use crate::error::{ERRORS, Error, Issue, Kind, PROBLEMS, errors, problems};

/// Errors and issues as unions by their codes, each with the fields that it has.
pub(super) fn declarations(config: &Config) -> String {
    let mut module =
        fields_of::<Error>("ErrorShape", "ErrorFields", "The fields that errors have, those of any code.", config)
            + ERROR_OF;
    for (code, fields) in
        by_code(errors().iter().map(|error| (error.code(), error)), &["kind", "code", "status", "message"])
    {
        let kind = errors().iter().find(|error| error.code() == code).map_or(Kind::Internal, Error::kind);
        let word = serde_json::to_value(kind).unwrap_or_default();
        let _ = write!(module, "\n  | ErrorOf<{word}, {}, {}>", kind.status(), fields.arguments(code));
    }
    module.push_str(";\n");
    module.push_str(&fields_of::<Issue>(
        "Issue",
        "IssueFields",
        "The fields that issues have, those of any code.",
        config,
    ));
    module.push_str(ISSUE_OF);
    let issues: Vec<Issue> = problems().into_iter().map(|problem| Issue::new("", problem)).collect();
    for (code, fields) in by_code(issues.iter().map(|issue| (issue.code(), issue)), &["path", "code", "message"]) {
        let _ = write!(module, "\n  | IssueOf<{}>", fields.arguments(code));
    }
    module + CODES
}

/// The fields that errors or issues of any code have, under a name of their own.
fn fields_of<T: TS>(name: &str, of_fields: &str, docs: &str, config: &Config) -> String {
    let declaration = T::decl(config).replacen(&format!("type {name} "), &format!("type {of_fields} "), 1);
    format!("\n/**\n * {docs}\n */\nexport {declaration}\n")
}

/// The fields of a code besides those that all have.
struct CodeFields {
    always: BTreeSet<String>,
    sometimes: BTreeSet<String>,
}

impl CodeFields {
    /// As arguments of `ErrorOf` and `IssueOf`.
    fn arguments(&self, code: &str) -> String {
        let union = |fields: &BTreeSet<String>| {
            let words: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
            if words.is_empty() { "never".to_owned() } else { words.join(" | ") }
        };
        match (self.always.is_empty(), self.sometimes.is_empty()) {
            (true, true) => format!("\"{code}\""),
            (false, true) => format!("\"{code}\", {}", union(&self.always)),
            _ => format!("\"{code}\", {}, {}", union(&self.always), union(&self.sometimes)),
        }
    }
}

/// Fields that not every error and issue of a code has: those that are left out where they are 0, of which there is one or
/// another, and those that the package does not know of the ones that it makes in JavaScript.
const SOMETIMES: [(&str, &str); 6] = [
    ("invalid_input", "more_issues"),
    ("not_ready", "more_issues"),
    ("name_taken", "campaign_id"),
    ("name_taken", "list_id"),
    ("newer_schema", "found"),
    ("newer_schema", "supported"),
];

/// The fields of each code beyond those that all have, in the order of the catalogue. A code of several entries always
/// has what all of them have.
fn by_code<'c, T: Serialize + 'c>(
    samples: impl Iterator<Item = (&'static str, &'c T)>,
    common: &[&str],
) -> Vec<(&'static str, CodeFields)> {
    let mut codes: Vec<(&'static str, CodeFields)> = Vec::new();
    for (code, sample) in samples {
        let value = serde_json::to_value(sample).unwrap_or_default();
        let fields = value.as_object().into_iter().flat_map(|fields| fields.keys().cloned());
        let mut found: BTreeSet<String> = fields.filter(|field| !common.contains(&field.as_str())).collect();
        let mut sometimes: BTreeSet<String> =
            SOMETIMES.iter().filter(|(of, _)| *of == code).map(|(_, field)| (*field).to_owned()).collect();
        found.retain(|field| !sometimes.contains(field));
        match codes.iter_mut().find(|(known, _)| *known == code) {
            Some((_, known)) => {
                sometimes.extend(known.always.symmetric_difference(&found).cloned());
                known.always.retain(|field| found.contains(field));
                known.sometimes.append(&mut sometimes);
            }
            None => codes.push((code, CodeFields { always: found, sometimes })),
        }
    }
    codes
}

const ERROR_OF: &str = "
type ErrorOf<
  Of extends Kind,
  Status extends number,
  Code extends string,
  Always extends keyof ErrorFields = never,
  Sometimes extends keyof ErrorFields = never,
> = { kind: Of; code: Code; status: Status; message: string } & Required<Pick<ErrorFields, Always>> &
  Pick<ErrorFields, Sometimes>;

/**
 * Why an operation did nothing: of each code with the fields that it has. `kind` says what the caller should do, and
 * `status` is the HTTP status that goes with it.
 */
export type ErrorShape =";

const ISSUE_OF: &str = "
type IssueOf<
  Code extends string,
  Always extends keyof IssueFields = never,
  Sometimes extends keyof IssueFields = never,
> = { path: string; code: Code; message: string } & Required<Pick<IssueFields, Always>> & Pick<IssueFields, Sometimes>;

/**
 * One field of a request that breaks a rule: of each code with the fields that it has. `path` says where: `name`,
 * `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
 */
export type Issue =";

const CODES: &str = ";

/**
 * What an error is: its code.
 */
export type ErrorCode = ErrorShape[\"code\"];

/**
 * What is wrong with a field.
 */
export type IssueCode = Issue[\"code\"];
";

/// `docs/errors.md`.
#[must_use]
pub fn errors_page() -> String {
    let mut page = String::from(INTRODUCTION);
    for (kind, advice) in [
        (Kind::Invalid, "Fix the input."),
        (Kind::Unauthorized, "Sign in."),
        (Kind::NotFound, "Refresh. An object of another user is not found either."),
        (Kind::Conflict, "A rule refuses this in the present state."),
        (Kind::Unavailable, "Retry, free space or update."),
        (Kind::Internal, "Recover a damaged database; report a bug."),
    ] {
        let entries: Vec<_> = ERRORS.iter().filter(|(of, ..)| *of == kind).collect();
        if entries.is_empty() {
            continue;
        }
        let word = serde_json::to_value(kind).unwrap_or_default();
        let _ = write!(
            page,
            "\n## {}: {}\n\n{advice}\n\n| code | meaning |\n|---|---|\n",
            word.as_str().unwrap_or_default(),
            kind.status()
        );
        for (_, code, docs) in entries {
            let _ = writeln!(page, "| `{code}` | {} |", prose(docs));
        }
    }
    page.push_str(ISSUES);
    let mut issues: BTreeMap<&str, (Vec<String>, &str)> = BTreeMap::new();
    for (code, docs, hint) in PROBLEMS {
        let (meanings, advice) = issues.entry(code).or_default();
        meanings.push(prose(docs));
        *advice = hint.first().copied().unwrap_or(advice);
    }
    for (code, (meanings, hint)) in issues {
        let _ = writeln!(page, "| `{code}` | {} | {hint} |", meanings.join(" "));
    }
    page
}

/// The lines of a doc comment as one, without links to Rust items.
fn prose(lines: &[&str]) -> String {
    let text: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    let mut text = text.join(" ").replace('|', "\\|");
    while let Some((before, rest)) = text.split_once("](") {
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        text = format!("{}{after}", before.replacen('[', "", 1));
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Generated by `cargo xtask types`; do not edit. -->
# Errors

An operation that fails changes nothing. Its error has one shape everywhere: `{ kind, code, status, message, path?, issues?,
more_issues?, … }`. In Rust it is `campaignkit::Error`, in JavaScript an `Error` named `CampaignKitError`, over HTTP the body of the
answer. `code` is stable; `message` is an English sentence that stands alone. It names fields and variables, and contains nothing else
that a user typed. That of `invalid_input` is the first issue and the number of the others: `name must not be empty; 2 more fields`.
Further fields belong to single codes and are documented with the types.
";

const ISSUES: &str = "
## Issues

`invalid_input` and `not_ready` list what is wrong in `issues`, each `{ path, code, message, hint?, … }`. `path` names the field, such as
`sender_account_ids[1]`, and `message` is read after it: `Issue` in Rust prints both as a sentence, `issueText(issue)` in JavaScript
returns it. `validate` reports its `errors` and `warnings` in the same shape.

| code | meaning | hint |
|---|---|---|
";

//! The report of an import as a CSV file (`docs/rules.md#imports`).

use super::cell::RowWriter;
use crate::import::{ImportOutcome, ImportReport, ImportResult, Source};

const HEADER: [&str; 7] = ["line", "lead_id", "outcome", "prospect_id", "reason", "notices", "issues"];

impl ImportReport {
    /// The outcomes as the text of a CSV file with a header: a row for each person, in the order given. Notices are their
    /// codes, and issues each `path: code`, with `; ` between them.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        let mut header = RowWriter::new(&mut csv);
        HEADER.iter().for_each(|name| header.push(name));
        header.end();
        self.outcomes().for_each(|outcome| write(&outcome, &mut csv));
        csv
    }
}

fn write(outcome: &ImportOutcome<'_>, csv: &mut String) {
    let (line, lead) = match outcome.source {
        Source::Request => (None, None),
        Source::Line(line) => (Some(line), None),
        Source::Lead(id) => (None, Some(id)),
    };
    let (prospect, issues) = match outcome.result {
        ImportResult::Imported(id) | ImportResult::Updated(id) | ImportResult::Duplicate(id) => (Some(id), &[][..]),
        ImportResult::Suppressed => (None, &[][..]),
        ImportResult::Invalid(issues) => (None, issues),
    };
    let notices = [
        (outcome.bounced_before, "bounced_before"),
        (outcome.more_addresses, "more_addresses"),
        (outcome.unknown_time_zone, "unknown_time_zone"),
    ];
    let notices = notices.into_iter().filter(|(is_told, _)| *is_told).map(|(_, code)| code);
    let issues = issues.iter().map(|issue| format!("{}: {}", issue.path, issue.code()));
    let mut row = RowWriter::new(csv);
    row.push_value(line);
    row.push_value(lead);
    row.push(outcome.result.word());
    row.push_value(prospect);
    row.push_value(outcome.reason);
    row.push(&notices.collect::<Vec<_>>().join("; "));
    row.push(&issues.collect::<Vec<_>>().join("; "));
    row.end();
}

/** The report of an import as a CSV file, which the crate writes in the same way. */

import type { ImportOutcome, ImportReport } from "./types.js";

const HEADER = ["line", "lead_id", "outcome", "prospect_id", "reason", "notices", "issues"];

/**
 * The outcomes of a report as the text of a CSV file with a header: a row for each person, in the order given. Notices
 * are their codes, and issues each `path: code`, with `; ` between them.
 */
export function reportCsv(report: ImportReport): string {
  return [HEADER, ...report.outcomes.map(cells)].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function cells({ line, lead_id, outcome, prospect_id, reason, notices = [], issues = [] }: ImportOutcome): string[] {
  const listed = [
    notices.map(({ code }) => code).join("; "),
    issues.map(({ path, code }) => `${path}: ${code}`).join("; "),
  ];
  return [line, lead_id, outcome, prospect_id, reason].map((value) => `${value ?? ""}`).concat(listed);
}

/** A cell (RFC 4180). None begins with what somebody chose, which a spreadsheet could take for a formula. */
function quoted(text: string): string {
  return /[,"\r\n;\t|]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

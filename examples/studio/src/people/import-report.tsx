/** The outcomes of a file's rows. */

import type { ImportOutcome, ImportReport, Issue } from "campaignkit";
import { issueText } from "../ui/failure";
import { count, SUPPRESSION_REASON } from "../ui/text";

export function Report({ report }: { report: ImportReport }) {
  const parts = [
    `${count(report.imported)} imported`,
    ...(report.updated ? [`${count(report.updated)} updated`] : []),
    ...(report.duplicates ? [count(report.duplicates, "duplicate")] : []),
    ...(report.suppressed ? [`${count(report.suppressed)} suppressed`] : []),
    ...(report.invalid ? [`${count(report.invalid)} invalid`] : []),
  ];
  const of = (outcome: ImportOutcome["outcome"]) => report.outcomes.filter((each) => each.outcome === outcome);
  const noticed = report.outcomes.filter(({ notices }) => notices);
  return (
    <>
      <p className="report">
        Of {count(report.total, "row")}: {parts.join(", ")}.
      </p>
      <Lines
        title="Rejected rows"
        rows={of("invalid").map(({ line, issues }) => [line, problems(issues)])}
      />
      <Lines
        title="People who must not be contacted"
        rows={of("suppressed").map(({ line, reason }) => [line, reason ? SUPPRESSION_REASON[reason] : ""])}
      />
      <Lines
        title="Rows to look at"
        rows={noticed.map(({ line, notices }) => [line, notices?.map(({ message }) => message).join("; ") ?? ""])}
      />
    </>
  );
}

const SHOWN = 20;

/** Lines of the file with a remark on each; nothing if there are none. */
export function Lines({ title, rows }: { title: string; rows: readonly [line: number | undefined, text: string][] }) {
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{title}</summary>
      <ul>
        {rows.slice(0, SHOWN).map(([line, text], index) => (
          <li key={index}>
            Line {line}: {text}
          </li>
        ))}
        {rows.length > SHOWN && <li>… and {count(rows.length - SHOWN)} more</li>}
      </ul>
    </details>
  );
}

export function problems(issues: readonly Issue[] = []): string {
  return issues.map((issue) => `${issue.path} ${issueText(issue)}`.trim()).join("; ");
}

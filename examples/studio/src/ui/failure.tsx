/** How errors and findings are shown: at their field if they name one, otherwise in a bar with their code. */

import { CampaignKitError, type IssueFields } from "campaignkit";
import { count } from "./text";

/** What is wrong with a field: an issue, or the conflict that an error reports. */
export type FieldIssue = IssueFields & { code: string };

/** The error of an operation; anything else is a defect of this page and is thrown on. */
export function failureOf(thrown: unknown): CampaignKitError {
  if (thrown instanceof CampaignKitError) return thrown;
  throw thrown;
}

/** The issues of an error; undefined for an error that lists none. */
export function issuesOf(error: CampaignKitError | undefined): readonly FieldIssue[] | undefined {
  return error && "issues" in error ? error.issues : undefined;
}

/** What stands beside the field of this path. */
export function issuesAt(error: CampaignKitError | undefined, path: string): readonly FieldIssue[] {
  const issues = issuesOf(error);
  if (issues) return issues.filter((issue) => issue.path === path);
  return error && pathOf(error) === path ? [{ path, code: error.code, message: error.message }] : [];
}

/** What stands beside a part of a form: the issues at this path and at all that is in it. */
export function issuesUnder(error: CampaignKitError | undefined, path: string): readonly FieldIssue[] {
  const isUnder = (issue: FieldIssue) => issue.path.startsWith(path) && /^($|[.[])/.test(issue.path.slice(path.length));
  return issuesOf(error)?.filter(isUnder) ?? [];
}

/** The field that a conflict is about. */
function pathOf(error: CampaignKitError): string | undefined {
  return "path" in error ? error.path : undefined;
}

/** A name that is free in place of one that is taken. */
export function freeName(error: CampaignKitError | undefined): string | undefined {
  return error?.code === "name_taken" ? error.suggested_name : undefined;
}

/** An error that no field shows. `at`: the paths whose issues are shown at fields. */
export function Failure({ error, at = [] }: { error: CampaignKitError | undefined; at?: readonly string[] }) {
  if (!error) return null;
  const issues = issuesOf(error);
  const elsewhere = issues?.filter((issue) => !at.includes(issue.path)) ?? [];
  const path = pathOf(error);
  if (issues ? elsewhere.length === 0 : path !== undefined && at.includes(path)) return null;
  const free = freeName(error);
  return (
    <div className="bar failure" role="alert">
      <p>
        {sentence(error.message)} <code>{error.code}</code>
      </p>
      {elsewhere.length > 0 && (
        <ul>
          {elsewhere.slice(0, 5).map((issue, index) => (
            <li key={index}>
              {issue.path && <code>{issue.path}</code>} {issueText(issue)}
            </li>
          ))}
          {elsewhere.length > 5 && <li>… and {elsewhere.length - 5} more</li>}
        </ul>
      )}
      {free && <p>“{free}” is free.</p>}
    </div>
  );
}

export function issueText(issue: FieldIssue): string {
  const about = [
    ...(issue.variable ? [`%${issue.variable}%`] : []),
    ...(issue.prospects ? [count(issue.prospects, "person", "people")] : []),
  ];
  const what = sentence(issue.message) + (about.length > 0 ? ` (${about.join(", ")})` : "");
  const better = issue.closest ?? issue.suggestions?.join(", ");
  const hint = issue.hint ? `${what}: ${issue.hint}.` : `${what}.`;
  return better ? `${hint} Did you mean ${better}?` : hint;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

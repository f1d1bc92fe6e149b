/** A labelled control with its issues beside it. */

import { useId, type ReactNode } from "react";
import { type FieldIssue, issueText } from "./failure";

export interface Control {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** The id of the control that shows the issues of a path. */
export function fieldId(path: string): string {
  return `at-${path}`;
}

interface FieldProps {
  label: string;
  /** Makes the field a target of links in a list of issues. */
  path?: string;
  hint?: ReactNode;
  issues?: readonly FieldIssue[];
  warnings?: readonly FieldIssue[];
  /** Shown at the end of the label's line. */
  aside?: ReactNode;
  className?: string;
  children: (control: Control) => ReactNode;
}

export function Field({ label, path, hint, issues = [], warnings = [], aside, className, children }: FieldProps) {
  const own = useId();
  const id = path ? fieldId(path) : own;
  const notes = `${own}-notes`;
  const hasNotes = issues.length > 0 || warnings.length > 0 || Boolean(hint);
  return (
    <div className={`field ${className ?? ""}`}>
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({ id, "aria-invalid": issues.length > 0, "aria-describedby": hasNotes ? notes : undefined })}
      {hasNotes && (
        <div id={notes} className="field-notes">
          {hint && <p className="hint">{hint}</p>}
          <Issues issues={issues} warnings={warnings} />
        </div>
      )}
    </div>
  );
}

export function Issues({ issues, warnings = [] }: { issues: readonly FieldIssue[]; warnings?: readonly FieldIssue[] }) {
  return (
    <>
      {issues.map((issue, index) => (
        <p key={index} className="issue">
          {issueText(issue)}
        </p>
      ))}
      {warnings.map((issue, index) => (
        <p key={index} className="issue warning">
          {issueText(issue)}
        </p>
      ))}
    </>
  );
}

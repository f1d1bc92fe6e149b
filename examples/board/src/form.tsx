/** Forms: how they are sent, and where their errors stand. */

import type { CampaignKitError, Issue } from "campaignkit";
import { useAction } from "campaignkit/react";
import type { FormEvent, InputHTMLAttributes, ReactNode } from "react";

export type Values = Record<string, string>;

/** What sends a form; the form is emptied when that went well. */
export function useForm(send: (values: Values) => Promise<object>) {
  const { run, pending, error } = useAction(send);
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (await run(Object.fromEntries(new FormData(form)) as Values)) form.reset();
  };
  return { onSubmit, pending, error };
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  name: string;
  /** Where the engine finds the field; by default its name. */
  path?: string;
  error: CampaignKitError | undefined;
  /** What was found in what is stored. */
  issues?: readonly Issue[];
}

/** A labelled field, with what is wrong with it. */
export function Field({ label, name, path = name, error, issues = [], ...input }: FieldProps) {
  const found = [...issuesOf(error), ...issues].filter((issue) => issue.path === path).map(({ message }) => message);
  if (error && "path" in error && error.path === path) found.push(error.message);
  const id = `${name}-error`;
  return (
    <label>
      {label}
      <input name={name} {...input} aria-invalid={found.length > 0} aria-describedby={id} />
      <span id={id} className="error">
        {found.join(", ")}
      </span>
    </label>
  );
}

/** What went wrong, unless it stands at one of these fields. */
export function Failure({ error, fields = [] }: { error: CampaignKitError | undefined; fields?: readonly string[] }): ReactNode {
  if (!error || ("path" in error && fields.includes(error.path))) return null;
  const issues = issuesOf(error);
  if (issues.length > 0 && issues.every(({ path }) => fields.includes(path))) return null;
  return <p role="alert">{error.message}</p>;
}

function issuesOf(error: CampaignKitError | undefined): readonly Issue[] {
  return error?.code === "invalid_input" ? error.issues : [];
}

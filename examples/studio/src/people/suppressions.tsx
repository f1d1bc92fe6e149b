/** Who must never be contacted, in any campaign. */

import { useState, type FormEvent } from "react";
import type { Suppression, SuppressionType } from "campaignkit";
import { useQuery } from "campaignkit/react";
import { useAction } from "../ui/action";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { Icon } from "../ui/icon";
import { useStudio } from "../studio-context";
import { SUPPRESSION_REASON } from "../ui/text";
import { ImportSuppressions } from "./import-suppressions";

const TYPES: Record<SuppressionType, string> = {
  email_address: "Email address",
  email_domain: "Email domain",
  linkedin_profile: "LinkedIn profile",
};

const HINTS: Partial<Record<SuppressionType, string>> = {
  email_domain: "example.com, or *.example.com for its subdomains, too",
};

export function Suppressions() {
  const { me, announce } = useStudio();
  const [type, setType] = useState<SuppressionType>("email_address");
  const [value, setValue] = useState("");
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const action = useAction();
  const cursor = cursors.at(-1) ?? null;
  const { data, error } = useQuery(me, (me) => me.listSuppressions({ limit: 20, cursor }));
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const done = await action.run(() => me.addSuppressions({ suppressions: [{ type, value }] }));
    if (!done) return;
    announce(done.added > 0 ? `${value} is never contacted.` : `${value} was on the list already.`);
    setValue("");
  };
  const remove = async ({ id, value }: Suppression) => {
    await action.run(() => me.removeSuppression(id));
    announce(`${value} was removed.`);
  };
  return (
    <section className="panel" aria-labelledby="suppressions-heading">
      <h2 id="suppressions-heading">Never contact</h2>
      <form className="row bottom" onSubmit={(event) => void add(event)}>
        <Field label="Kind">
          {(control) => (
            <select {...control} value={type} onChange={(event) => setType(event.target.value as SuppressionType)}>
              {Object.entries(TYPES).map(([key, label]) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={TYPES[type]}
          className="grow"
          hint={HINTS[type]}
          issues={issuesAt(action.error, "suppressions[0].value")}
        >
          {(control) => (
            <input {...control} autoComplete="off" value={value} onChange={(event) => setValue(event.target.value)} />
          )}
        </Field>
        <button type="submit" disabled={action.busy}>
          Add
        </button>
      </form>
      <Failure error={action.error ?? error} at={["suppressions[0].value"]} />
      {data?.suppressions.length === 0 && <p className="hint">Nobody is on the list.</p>}
      <ul className="plain">
        {data?.suppressions.map((each) => (
          <li key={each.id}>
            <span className="value">{each.value}</span>{" "}
            <small>
              {TYPES[each.type]} · {SUPPRESSION_REASON[each.reason]}
            </small>
            <button
              type="button"
              className="quiet icon-only"
              aria-label={`Remove ${each.value}`}
              onClick={() => void remove(each)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
      {(cursor || data?.next_cursor) && (
        <div className="row pager">
          <button type="button" disabled={!cursor} onClick={() => setCursors(cursors.slice(0, -1))}>
            Previous
          </button>
          <button
            type="button"
            disabled={!data?.next_cursor}
            onClick={() => data?.next_cursor && setCursors([...cursors, data.next_cursor])}
          >
            Next
          </button>
        </div>
      )}
      <h3>From a file</h3>
      <ImportSuppressions />
    </section>
  );
}

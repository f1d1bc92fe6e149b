/** The people of a campaign: who they are, their progress, and how they are added. */

import { useState, type FormEvent } from "react";
import type { Campaign, Person, Prospect, ProspectStatus } from "campaignkit";
import { useLive } from "campaignkit/react";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Explain } from "../campaign/explain";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { Icon } from "../ui/icon";
import { ExportPeople } from "./export-people";
import { ImportPeople } from "./import-people";
import { isFinal, PROSPECT_STATUSES, statusLabel } from "./prospect-status";
import { useStudio } from "../studio-context";
import { count } from "../ui/text";

const PAGE = 50;

export function People({ campaign }: { campaign: Campaign }) {
  const { me } = useStudio();
  const [status, setStatus] = useState<ProspectStatus | undefined>();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [adding, setAdding] = useState(false);
  const cursor = cursors.at(-1);
  const { data, error } = useLive(me, {
    prospects: campaign.id,
    limit: PAGE,
    ...(status ? { status } : {}),
    ...(cursor ? { cursor } : {}),
  });
  const isOpen = campaign.status !== "completed";

  const from = cursors.length * PAGE + 1;
  const to = from - 1 + (data?.prospects.length ?? 0);
  return (
    <>
      {isOpen && <ImportPeople campaign={campaign} />}
      <section aria-labelledby="people-heading">
        <header className="section-head">
          <h2 id="people-heading">People</h2>
          {data && to > 0 && (
            <span className="hint">
              {count(from)}–{count(to)}
              {data.next_cursor ? " and more" : ""}
            </span>
          )}
          <span className="spring" />
          <Field label="Status" className="inline">
            {(control) => (
              <select
                {...control}
                value={status ?? ""}
                onChange={(event) => {
                  setStatus((event.target.value || undefined) as ProspectStatus | undefined);
                  setCursors([]);
                }}
              >
                <option value="">All</option>
                {PROSPECT_STATUSES.map((each) => (
                  <option key={each} value={each}>
                    {statusLabel(each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {data && to > 0 && <ExportPeople campaign={campaign} status={status} />}
          {isOpen && (
            <button type="button" onClick={() => setAdding(true)}>
              <Icon name="plus" /> Add one
            </button>
          )}
        </header>
        <Failure error={error} />
        {data && data.prospects.length > 0 && <PeopleTable campaign={campaign} people={data.prospects} />}
        {data?.prospects.length === 0 && (
          <p className="hint">
            {status ? `Nobody is ${statusLabel(status).toLowerCase()}.` : "Nobody is here yet."}
          </p>
        )}
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
      </section>
      {adding && <AddPerson campaign={campaign} onClose={() => setAdding(false)} />}
    </>
  );
}

function PeopleTable({ campaign, people }: { campaign: Campaign; people: readonly Prospect[] }) {
  const { me, announce } = useStudio();
  const action = useAction();
  const isRunning = campaign.status === "active" || campaign.status === "paused";
  const remove = async (person: Prospect) => {
    await action.run(() => me.removeProspect(person.id));
    announce(`${person.name ?? "The person"} was removed.`);
  };
  return (
    <>
      <Failure error={action.error} />
      <div className="table-wrap" tabIndex={0} role="region" aria-label="People of the campaign">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">{campaign.type === "email" ? "Email" : "Profile"}</th>
              <th scope="col">Company</th>
              <th scope="col">Position</th>
              <th scope="col">Status</th>
              <th scope="col">
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <th scope="row">{person.name ?? "–"}</th>
                <td>{campaign.type === "email" ? person.email : person.linkedin_url}</td>
                <td>{person.company ?? "–"}</td>
                <td>{person.position ?? "–"}</td>
                <td>
                  <span className={`tag ${person.status}`}>{statusLabel(person.status)}</span>{" "}
                  {isRunning && !isFinal(person.status) && (
                    <Explain key={`${person.status} ${campaign.status}`} person={person} />
                  )}
                </td>
                <td className="actions">
                  <button
                    type="button"
                    className="quiet icon-only"
                    aria-label={`Remove ${person.name ?? person.email ?? "this person"}`}
                    onClick={() => void remove(person)}
                  >
                    <Icon name="trash" />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const FIELDS = {
  email: "Email",
  linkedin_url: "Profile URL",
  first_name: "First name",
  last_name: "Last name",
  company: "Company",
  position: "Position",
} as const;

function AddPerson({ campaign, onClose }: { campaign: Campaign; onClose(): void }) {
  const { me, announce } = useStudio();
  const [person, setPerson] = useState<Person>({});
  const [note, setNote] = useState<string | undefined>();
  const action = useAction();

  const add = async (event: FormEvent) => {
    event.preventDefault();
    setNote(undefined);
    const report = await action.run(() => me.addProspects(campaign.id, { prospects: [person] }));
    if (!report) return;
    if (report.duplicates > 0) return setNote("This person is in the campaign already.");
    if (report.suppressed > 0) return setNote("This person must not be contacted: see the suppressions.");
    announce("One person was added.");
    onClose();
  };

  const fields = Object.entries(FIELDS) as [keyof typeof FIELDS, string][];
  const isOther = (field: string) => field === (campaign.type === "email" ? "linkedin_url" : "email");
  return (
    <Dialog title="Add a person" onClose={onClose}>
      <form onSubmit={(event) => void add(event)}>
        <div className="pair">
          {fields
            .filter(([field]) => !isOther(field))
            .map(([field, label], index) => (
              <Field key={field} label={label} issues={issuesAt(action.error, `prospects[0].${field}`)}>
                {(control) => (
                  <input
                    {...control}
                    data-first={index === 0 || undefined}
                    autoComplete="off"
                    value={person[field] ?? ""}
                    onChange={(event) => setPerson({ ...person, [field]: event.target.value || null })}
                  />
                )}
              </Field>
            ))}
        </div>
        {note && (
          <p className="bar" role="alert">
            {note}
          </p>
        )}
        <Failure error={action.error} at={fields.map(([field]) => `prospects[0].${field}`)} />
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy}>
            Add
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

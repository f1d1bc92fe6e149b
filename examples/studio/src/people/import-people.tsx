/** People from a CSV file: the reading and the columns are shown and can be changed before anything is imported. */

import { useId, useState } from "react";
import type { Campaign, ColumnTarget, CsvPreview, ImportMode, ImportReport } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure, type FieldIssue, issuesAt } from "../ui/failure";
import { Issues } from "../ui/field";
import { useStudio } from "../studio-context";
import { count } from "../ui/text";
import { useWork, WorkBar } from "../ui/work";
import { CsvDrop } from "./csv-drop";
import { useCsvFile, type Read } from "./csv-file";
import { CsvWarnings } from "./csv-warnings";
import { Report } from "./import-report";
import { mappingOf, withChoice, type Choice } from "./mapping";

const TARGETS = {
  email: "Email",
  linkedin_url: "LinkedIn profile",
  name: "Whole name",
  first_name: "First name",
  last_name: "Last name",
  company: "Company",
  position: "Position",
  headline: "Headline",
  time_zone: "Time zone",
} as const;

export function ImportPeople({ campaign }: { campaign: Campaign }) {
  const csv = useCsvFile();
  const [report, setReport] = useState<ImportReport | undefined>();

  return (
    <section aria-labelledby="import-heading" className="panel">
      <h2 id="import-heading">Import</h2>
      <CsvDrop csv={csv} label="CSV file: choose one or drop it here" onChosen={() => setReport(undefined)}>
        {(file, read) => (
          <Mapping
            campaign={campaign}
            file={file}
            read={read}
            busy={csv.busy}
            onCancel={csv.close}
            onImported={(done) => {
              csv.close();
              setReport(done);
            }}
          />
        )}
      </CsvDrop>
      <div role="status">{report && <Report report={report} />}</div>
    </section>
  );
}

interface MappingProps {
  campaign: Campaign;
  file: File;
  read: Read;
  busy: boolean;
  onCancel(): void;
  onImported(report: ImportReport): void;
}

function Mapping({ campaign, file, read, busy, onCancel, onImported }: MappingProps) {
  const { me } = useStudio();
  const { preview, reading } = read;
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const mapping = mappingOf(preview, choices);
  const [mode, setMode] = useState<ImportMode>("add");
  const [whole_names, setWholeNames] = useState(false);
  const action = useAction();
  const work = useWork();

  const run = async () => {
    const request = { ...reading, mapping, content_hash: preview.content_hash, mode, whole_names };
    const report = await action.run(() => work.run((options) => me.importCsv(campaign.id, file, request, options)));
    if (report) onImported(report);
  };

  return (
    <>
      <CsvWarnings campaign={campaign} file={file} read={read} mapping={mapping} />
      <Columns
        preview={preview}
        mapping={mapping}
        guesses={whole_names ? [] : guessed(mapping)}
        issuesOf={(index) => issuesAt(action.error, `mapping[${index}]`)}
        onChoose={(index, target) => setChoices(withChoice(choices, preview, index, target))}
      />
      {guessed(mapping).length > 0 && <Names whole={whole_names} onChange={setWholeNames} />}
      <Modes mode={mode} onChange={setMode} />
      <div role="alert">
        <Issues issues={issuesAt(action.error, "mapping").map((issue) => inWords(issue, campaign))} />
      </div>
      <Failure error={action.error} at={["mapping", ...preview.columns.map((_, index) => `mapping[${index}]`)]} />
      {work.progress ? (
        <WorkBar label="Importing" progress={work.progress} onCancel={work.cancel} />
      ) : (
        <div className="row">
          <button type="button" className="primary" disabled={busy} onClick={() => void run()}>
            Import {count(preview.total, "row")}
          </button>
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        </div>
      )}
    </>
  );
}

/** What is wrong with the mapping as a whole. */
function inWords(issue: FieldIssue, campaign: Campaign): FieldIssue {
  if (issue.code !== "required") return issue;
  const address = campaign.type === "email" ? "email address" : "LinkedIn profile";
  return { ...issue, message: `no column is the ${address}: choose in the table which one it is` };
}

interface ColumnsProps {
  preview: CsvPreview;
  mapping: readonly ColumnTarget[];
  /** The fields that are guessed from the column of whole names. */
  guesses: readonly ColumnTarget[];
  issuesOf(index: number): ReturnType<typeof issuesAt>;
  onChoose(index: number, target: ColumnTarget): void;
}

function Columns({ preview, mapping, guesses, issuesOf, onChoose }: ColumnsProps) {
  const id = useId();
  return (
    <div className="table-wrap">
      <table className="mapping">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col" className="samples">
              Samples
            </th>
            <th scope="col">Becomes</th>
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((column, index) => {
            const target = mapping[index] ?? null;
            const issues = issuesOf(index);
            const guess = target === "name" && guesses.length > 0;
            const notes = `${id}-${index}`;
            return (
              <tr key={index}>
                <th scope="row">{column.name}</th>
                <td className="samples">{column.samples.join(" · ") || "–"}</td>
                <td>
                  <select
                    aria-label={`What ${column.name} becomes`}
                    value={target ?? ""}
                    aria-invalid={issues.length > 0}
                    aria-describedby={issues.length > 0 || guess ? notes : undefined}
                    onChange={(event) => onChoose(index, (event.target.value || null) as ColumnTarget)}
                  >
                    <option value="">Custom field “{column.name}”</option>
                    {Object.entries(TARGETS).map(([value, label]) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                    <option value="ignore">Left out</option>
                  </select>
                  <div id={notes} className="field-notes">
                    {guess && <p className="hint">And by guess: {guesses.map(nameOf).join(", ").toLowerCase()}</p>}
                    <Issues issues={issues} />
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The fields that an import guesses from whole names, unless names stay whole. */
function guessed(mapping: readonly ColumnTarget[]): readonly ColumnTarget[] {
  if (!mapping.includes("name") || mapping.includes("first_name")) return [];
  return mapping.includes("last_name") ? ["first_name"] : ["first_name", "last_name"];
}

function nameOf(target: ColumnTarget): string {
  return target === null || target === "ignore" ? "" : TARGETS[target];
}

function Names({ whole, onChange }: { whole: boolean; onChange(whole: boolean): void }) {
  const hint = useId();
  return (
    <div>
      <label className="check">
        <input
          type="checkbox"
          checked={whole}
          aria-describedby={hint}
          onChange={(event) => onChange(event.target.checked)}
        />
        Keep names whole
      </label>
      <p id={hint} className="hint">
        Else the first word of a whole name is the first name and the rest the last name; of “Last, First” the other way
        round.
      </p>
    </div>
  );
}

const MODES: Record<ImportMode, string> = {
  add: "Stay as they are",
  fill: "Get what they lack",
  update: "Get all that the file says, instead of what they have",
};

function Modes({ mode, onChange }: { mode: ImportMode; onChange(mode: ImportMode): void }) {
  const name = useId();
  return (
    <fieldset className="modes">
      <legend>People whom the campaign has already</legend>
      {(Object.entries(MODES) as [ImportMode, string][]).map(([value, label]) => (
        <label key={value} className="check">
          <input type="radio" name={name} checked={mode === value} onChange={() => onChange(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

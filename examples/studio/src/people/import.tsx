/** People from a CSV file: what its columns hold is seen and changed before anything is taken. */

import { useId, useRef, useState, type DragEvent } from "react";
import type { Campaign, ColumnTarget, CsvPreview, ImportReport } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure, issueText, issuesAt } from "../ui/failure";
import { Issues } from "../ui/field";
import { useStudio } from "../studio";
import { bytes, count } from "../ui/text";
import { useWork, WorkBar } from "../ui/work";

const TARGETS = {
  email: "Email",
  linkedin_url: "LinkedIn profile",
  name: "Whole name",
  first_name: "First name",
  last_name: "Last name",
  company: "Company",
  position: "Position",
  headline: "Headline",
} as const;

interface Opened {
  readonly file: File;
  readonly preview: CsvPreview;
}

export function ImportPeople({ campaign }: { campaign: Campaign }) {
  const { me } = useStudio();
  const [opened, setOpened] = useState<Opened | undefined>();
  const [report, setReport] = useState<ImportReport | undefined>();
  const action = useAction();

  const open = async (file: File | undefined) => {
    if (!file) return;
    setReport(undefined);
    setOpened(await action.run(async () => ({ file, preview: await me.previewCsv(file) })));
  };

  return (
    <section aria-labelledby="import-heading" className="panel">
      <h2 id="import-heading">Import</h2>
      {opened ? (
        <Mapping
          key={opened.preview.content_hash}
          campaign={campaign}
          opened={opened}
          onCancel={() => setOpened(undefined)}
          onImported={(done) => {
            setOpened(undefined);
            setReport(done);
          }}
        />
      ) : (
        <DropZone onFile={(file) => void open(file)} />
      )}
      <Failure error={action.error} />
      <div role="status">{report && <Report report={report} />}</div>
    </section>
  );
}

function DropZone({ onFile }: { onFile(file: File | undefined): void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label htmlFor={id}>CSV file: choose one or drop it here</label>
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}

interface MappingProps {
  campaign: Campaign;
  opened: Opened;
  onCancel(): void;
  onImported(report: ImportReport): void;
}

function Mapping({ campaign, opened, onCancel, onImported }: MappingProps) {
  const { me } = useStudio();
  const { preview } = opened;
  const [mapping, setMapping] = useState<readonly ColumnTarget[]>(preview.mapping);
  const action = useAction();
  const work = useWork();
  const heading = useRef<HTMLHeadingElement>(null);

  const run = async () => {
    const { content_hash } = preview;
    const report = await action.run(() =>
      work.run((options) => me.importCsv(campaign.id, opened.file, { mapping: [...mapping], content_hash }, options)),
    );
    if (report) onImported(report);
  };

  return (
    <>
      <h3 ref={heading}>
        {opened.file.name}{" "}
        <small>
          {count(preview.total, "row")} · {bytes(opened.file.size)} · {preview.encoding.toUpperCase()}
        </small>
      </h3>
      <div className="table-wrap">
        <table className="mapping">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Samples</th>
              <th scope="col">Becomes</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map((column, index) => (
              <tr key={index}>
                <th scope="row">{column.name}</th>
                <td className="samples">{column.samples.join(" · ") || "–"}</td>
                <td>
                  <select
                    aria-label={`What ${column.name} becomes`}
                    value={mapping[index] ?? ""}
                    aria-invalid={issuesAt(action.error, `mapping[${index}]`).length > 0}
                    onChange={(event) => setMapping(mapping.with(index, (event.target.value || null) as ColumnTarget))}
                  >
                    <option value="">Custom field “{column.name}”</option>
                    {Object.entries(TARGETS).map(([target, label]) => (
                      <option key={target} value={target}>
                        {label}
                      </option>
                    ))}
                    <option value="ignore">Left out</option>
                  </select>
                  <Issues issues={issuesAt(action.error, `mapping[${index}]`)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Failure error={action.error} at={preview.columns.map((_, index) => `mapping[${index}]`)} />
      {work.progress ? (
        <WorkBar label="Importing" progress={work.progress} onCancel={work.cancel} />
      ) : (
        <div className="row">
          <button type="button" className="primary" autoFocus onClick={() => void run()}>
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

const SHOWN = 20;

function Report({ report }: { report: ImportReport }) {
  const parts = [
    `${count(report.imported)} imported`,
    ...(report.duplicates ? [count(report.duplicates, "duplicate")] : []),
    ...(report.suppressed ? [`${count(report.suppressed)} suppressed`] : []),
    ...(report.invalid ? [`${count(report.invalid)} invalid`] : []),
  ];
  const refused = report.outcomes.filter(({ outcome }) => outcome === "invalid");
  return (
    <>
      <p className="report">
        Of {count(report.total, "row")}: {parts.join(", ")}.
      </p>
      {refused.length > 0 && (
        <details>
          <summary>Rows that were not taken</summary>
          <ul>
            {refused.slice(0, SHOWN).map(({ line, issues }, index) => (
              <li key={index}>
                Line {line}: {issues?.map((issue) => `${issue.path} ${issueText(issue)}`).join("; ")}
              </li>
            ))}
            {refused.length > SHOWN && <li>… and {count(refused.length - SHOWN)} more</li>}
          </ul>
        </details>
      )}
    </>
  );
}

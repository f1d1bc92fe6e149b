/** People, domains and profiles that must never be contacted, from a CSV file. */

import { useEffect, useState } from "react";
import type { ImportedSuppressions, Reading } from "campaignkit";
import { useAction } from "../ui/action";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { useStudio } from "../studio-context";
import { count, GIVEN_REASON, type GivenReason } from "../ui/text";
import { useWork, WorkBar } from "../ui/work";
import { CsvDrop } from "./csv-drop";
import { useCsvFile, type Read } from "./csv-file";
import { Lines, problems } from "./import-report";

interface Done {
  readonly report: ImportedSuppressions;
  readonly column: string;
}

/** `known`: a file that was opened elsewhere. */
export function ImportSuppressions({ known }: { known?: { file: File; reading: Reading } }) {
  const csv = useCsvFile();
  const { open, close } = csv;
  const [done, setDone] = useState<Done | undefined>();
  const [first] = useState(known);
  useEffect(() => {
    if (first) open(first.file, first.reading);
  }, [first, open]);

  return (
    <div className="import-suppressions">
      <CsvDrop
        csv={csv}
        label="CSV file of addresses, profiles or domains: choose one or drop it here"
        onChosen={() => setDone(undefined)}
      >
        {(file, read) => (
          <Columns
            file={file}
            read={read}
            busy={csv.busy}
            onCancel={close}
            onImported={(report) => {
              setDone({ report, column: read.preview.columns[report.column]?.name ?? "" });
              close();
            }}
          />
        )}
      </CsvDrop>
      <div role="status">{done && <Told {...done} />}</div>
    </div>
  );
}

interface ColumnsProps {
  file: File;
  read: Read;
  busy: boolean;
  onCancel(): void;
  onImported(report: ImportedSuppressions): void;
}

function Columns({ file, read: { preview, reading }, busy, onCancel, onImported }: ColumnsProps) {
  const { me } = useStudio();
  const [column, setColumn] = useState<number | null>(null);
  const [reason_column, setReasonColumn] = useState<number | null>(null);
  const [reason, setReason] = useState<GivenReason>("unsubscribed");
  const action = useAction();
  const work = useWork();
  // Another reading may have fewer columns.
  const among = (index: number | null) => (index !== null && index < preview.columns.length ? index : null);
  const run = async () => {
    const request = { ...reading, column: among(column), reason_column: among(reason_column), reason };
    const report = await action.run(() => work.run((options) => me.importSuppressions(file, request, options)));
    if (report) onImported(report);
  };
  const names = preview.columns.map(({ name }, index) => (
    <option key={index} value={index}>
      {name}
    </option>
  ));
  const place = (value: string) => (value === "" ? null : Number(value));
  return (
    <>
      <div className="reading-fields">
        <Field label="Column of people to suppress" issues={issuesAt(action.error, "column")}>
          {(control) => (
            <select {...control} value={among(column) ?? ""} onChange={(event) => setColumn(place(event.target.value))}>
              <option value="">The one with most addresses</option>
              {names}
            </select>
          )}
        </Field>
        <Field label="Column of reasons" issues={issuesAt(action.error, "reason_column")}>
          {(control) => (
            <select
              {...control}
              value={among(reason_column) ?? ""}
              onChange={(event) => setReasonColumn(place(event.target.value))}
            >
              <option value="">None</option>
              {names}
            </select>
          )}
        </Field>
        <Field label={among(reason_column) === null ? "Reason of all" : "Reason of the others"}>
          {(control) => (
            <select
              {...control}
              value={reason}
              onChange={(event) => setReason(event.target.value as GivenReason)}
            >
              {Object.entries(GIVEN_REASON).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Failure error={action.error} at={["column", "reason_column"]} />
      {work.progress ? (
        <WorkBar label="Importing" progress={work.progress} onCancel={work.cancel} />
      ) : (
        <div className="row">
          <button type="button" className="primary" disabled={busy} onClick={() => void run()}>
            Never contact them
          </button>
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        </div>
      )}
    </>
  );
}

function Told({ report, column }: Done) {
  const parts = [
    `${count(report.added)} added`,
    ...(report.duplicates ? [`${count(report.duplicates)} there already`] : []),
    ...(report.invalid ? [`${count(report.invalid)} invalid`] : []),
  ];
  return (
    <>
      <p className="report">
        Of {count(report.total, "row")}, by “{column}”: {parts.join(", ")}.
      </p>
      <Lines
        title="Rejected rows"
        rows={report.invalid_rows.map(({ line, issues }) => [line, problems(issues)])}
      />
    </>
  );
}

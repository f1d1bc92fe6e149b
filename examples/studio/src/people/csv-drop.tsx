/** Where a CSV file is chosen or dropped, and then shown as it is read, with what becomes of it below. */

import { useEffect, useId, useRef, useState, type DragEvent, type ReactNode } from "react";
import type { FieldIssue } from "../ui/failure";
import { Issues } from "../ui/field";
import { csvFault } from "./csv-fault";
import type { Read, useCsvFile } from "./csv-file";
import { CsvReading } from "./csv-reading";

interface CsvDropProps {
  csv: ReturnType<typeof useCsvFile>;
  /** What the place to drop a file is called. */
  label: string;
  /** Called when another file is chosen. */
  onChosen(): void;
  /** What is done with a file that could be read. */
  children(file: File, read: Read): ReactNode;
}

export function CsvDrop({ csv, label, onChosen, children }: CsvDropProps) {
  const { file, read, error, busy, isClosed } = csv;
  const fault = csvFault(error, read !== undefined);
  if (file && (read || (error && fault?.at !== "file"))) {
    return <CsvReading csv={{ ...csv, file }}>{read && children(file, read)}</CsvReading>;
  }
  return (
    <DropZone
      label={label}
      reading={busy ? file : undefined}
      takesFocus={isClosed}
      issues={fault ? [fault.issue] : []}
      onFile={(chosen) => {
        onChosen();
        csv.open(chosen);
      }}
    />
  );
}

interface DropZoneProps {
  label: string;
  /** What is wrong with the file that was chosen last. */
  issues?: readonly FieldIssue[];
  /** The file that is being read. */
  reading?: File | undefined;
  /** Whether it takes the focus if nothing has it, because it replaces the focused control. */
  takesFocus?: boolean;
  onFile(file: File): void;
}

function DropZone({ label, issues = [], reading, takesFocus = false, onFile }: DropZoneProps) {
  const id = useId();
  const notes = `${id}-notes`;
  const [over, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (file) onFile(file);
  };
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus && document.activeElement === document.body) input.current?.focus();
  }, [takesFocus]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
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
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        aria-invalid={issues.length > 0}
        aria-describedby={issues.length > 0 ? notes : undefined}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <p role="status" className="hint">
        {reading && `Reading ${reading.name}…`}
      </p>
      {issues.length > 0 && (
        <div id={notes} className="field-notes">
          <Issues issues={issues} />
        </div>
      )}
    </div>
  );
}

/** Where a file is chosen or dropped. */

import type { FieldIssue } from "./failure";
import { useEffect, useId, useRef, useState, type DragEvent } from "react";
import { Issues } from "./field";

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

export function DropZone({ label, issues = [], reading, takesFocus = false, onFile }: DropZoneProps) {
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

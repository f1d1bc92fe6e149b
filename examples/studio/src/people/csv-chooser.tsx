/** A CSV file: chosen, then shown as it is read, with its use below. */

import type { ReactNode } from "react";
import { DropZone } from "../ui/drop-zone";
import { csvFault } from "./csv-fault";
import type { Read, useCsvFile } from "./csv-file";
import { FileReading } from "./file-reading";

interface ChooserProps {
  csv: ReturnType<typeof useCsvFile>;
  /** The label of the place to drop a file. */
  label: string;
  /** Called when another file is chosen. */
  onChosen(): void;
  /** What to do with a file that could be read. */
  children(file: File, read: Read): ReactNode;
}

export function CsvChooser({ csv, label, onChosen, children }: ChooserProps) {
  const { file, read, error, busy, isClosed } = csv;
  const fault = csvFault(error, read !== undefined);
  if (file && (read || (error && fault?.at !== "file"))) {
    return <FileReading csv={{ ...csv, file }}>{read && children(file, read)}</FileReading>;
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

/** What a person should know about a CSV file before importing it. */

import { useState, type ReactNode } from "react";
import type { Campaign, ColumnTarget, CsvWarning } from "campaignkit";
import { Dialog } from "../ui/dialog";
import { count } from "../ui/text";
import type { Read } from "./csv-file";
import { ImportSuppressions } from "./import-suppressions";

interface CsvWarningsProps {
  campaign: Campaign;
  file: File;
  read: Read;
  mapping: readonly ColumnTarget[];
}

export function CsvWarnings({ campaign, file, read, mapping }: CsvWarningsProps) {
  const [suppressing, setSuppressing] = useState<CsvWarning | undefined>();
  const { preview } = read;
  const address = campaign.type === "email" ? "email" : "linkedin_url";
  const targetOf = (name: string | undefined) => mapping[preview.columns.findIndex((column) => column.name === name)];
  /** Whether it is about what the columns become now: it was reported for the suggested mapping. */
  const counts = ({ code, column }: CsvWarning) => {
    const target = targetOf(column);
    if (code === "without_address") return column !== undefined && target === address;
    if (code === "placeholders") return target !== null && target !== "ignore";
    if (code === "unknown_time_zone") return target === "time_zone";
    return code !== "mojibake" || target !== "ignore";
  };
  const warnings = preview.warnings.filter(counts);
  const isWithout = !mapping.includes(address);
  if (warnings.length === 0 && !isWithout) return null;
  return (
    <section aria-labelledby="warnings-heading">
      <h3 id="warnings-heading">To look at before you import</h3>
      <ul className="findings told">
        {isWithout && (
          <li>
            <span className="badge error">To fix</span>
            <span>
              No column is the {address === "email" ? "email address" : "LinkedIn profile"}: choose which one it is in
              the table below.
            </span>
          </li>
        )}
        {warnings.map((warning, index) => (
          <li key={index}>
            <span className="badge warning">Look</span>
            <div>
              <p>{told(warning)}</p>
              {warning.code === "looks_unsubscribed" && (
                <button type="button" className="small" onClick={() => setSuppressing(warning)}>
                  Make sure that nobody writes to them…
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {suppressing && (
        <Dialog title="Never contact" onClose={() => setSuppressing(undefined)}>
          {suppressing.rows < preview.total ? (
            <>
              <p>
                This file has {count(preview.total - suppressing.rows, "other person", "other people")}, whom it would
                stop as well. Export those who must not be written to from the program that it comes from, and import
                that file here. Then the import of people leaves them out.
              </p>
              <ImportSuppressions />
            </>
          ) : (
            <>
              <p>All people of this file look unsubscribed. Import it here, and nobody writes to them.</p>
              <ImportSuppressions known={{ file, reading: read.reading }} />
            </>
          )}
        </Dialog>
      )}
    </section>
  );
}

function told({ code, column, rows }: CsvWarning): ReactNode {
  const where = <strong>{column}</strong>;
  switch (code) {
    case "without_address":
      return (
        <>
          {count(rows, "row has", "rows have")} no address in {where} and cannot be taken.
        </>
      );
    case "looks_unsubscribed":
      return (
        <>
          {count(rows, "person", "people")} must not be written to, by what {where} says of them, but would be imported.
        </>
      );
    case "placeholders":
      return (
        <>
          {count(rows, "row has", "rows have")} a placeholder such as “N/A”, “null” or “-” in {where}, which counts as
          no value.
        </>
      );
    case "unknown_time_zone":
      return (
        <>
          {count(rows, "row has", "rows have")} no name of an IANA time zone in {where}, such as “Europe/Berlin”, and
          will be imported without one.
        </>
      );
    case "mojibake":
      return (
        <>
          {count(rows, "row has", "rows have")} letters in {where} that an earlier program misread, such as “Ã©” for
          “é”. If another encoding does not mend it, export the file again.
        </>
      );
  }
}

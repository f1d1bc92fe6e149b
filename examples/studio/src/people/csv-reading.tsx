/** How a CSV file is read: its encoding, its delimiter and the line of its column names; all of it can be changed. */

import { useEffect, useRef, useState, type ReactNode } from "react";
import type { CsvPreview, Reading } from "campaignkit";
import { Failure, issuesOf } from "../ui/failure";
import { Field, Issues, type Control } from "../ui/field";
import { useStudio } from "../studio-context";
import { bytes, count } from "../ui/text";
import type { CsvFile } from "./csv-file";
import { csvFault, type FaultPlace } from "./csv-fault";
import { encodingName, ENCODINGS } from "./encodings";

const DELIMITERS: Record<string, string> = { ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar" };

interface CsvReadingProps {
  csv: CsvFile & { file: File };
  /** The choices for a file that could be read; they are kept during a fault. */
  children: ReactNode;
}

export function CsvReading({ csv, children }: CsvReadingProps) {
  const { file, reading, read, busy, error } = csv;
  const { announce } = useStudio();
  const preview = read?.preview;
  const fault = csvFault(error, read !== undefined);
  const issuesAtPlace = (place: FaultPlace) => (fault?.at === place ? [fault.issue] : []);
  const choose = (chosen: Reading) => csv.reread({ ...reading, ...chosen });
  const encoding = reading.encoding ?? issuesOf(error)?.[0]?.encoding ?? preview?.encoding ?? "";
  const ways: [string, Reading][] = [
    ...(fault?.encodings.map((each): [string, Reading] => [
      `Read it as ${encodingName(each)}`,
      { ...reading, encoding: each },
    ]) ?? []),
    ...(error && read ? [["Read it as before", read.reading] satisfies [string, Reading]] : []),
    ...(Object.keys(reading).length > 0 ? [["Undo these choices", {}] satisfies [string, Reading]] : []),
  ];
  const wrong = fault?.issue.message;
  useEffect(() => {
    if (wrong) announce(wrong);
    else if (preview) announce(told(preview));
  }, [announce, wrong, preview]);

  // The focused control may be gone with another reading.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, [preview, error]);

  return (
    <>
      <h3 ref={heading} tabIndex={-1}>
        {file.name}{" "}
        <small>
          {preview && !error && `${count(preview.total, "row")} · `}
          {bytes(file.size)}
        </small>
      </h3>
      <fieldset className="reading" aria-busy={busy}>
        <legend>How the file is read</legend>
        <div className="reading-fields">
          <Field
            label="Encoding"
            issues={issuesAtPlace("encoding")}
            hint={!error && preview?.is_encoding_guessed && <Guessed />}
          >
            {(control) => (
              <select {...control} value={encoding} onChange={(event) => choose({ encoding: event.target.value })}>
                {!ENCODINGS.includes(encoding) && (
                  <option value={encoding}>{encoding ? encodingName(encoding) : "Not known"}</option>
                )}
                {ENCODINGS.map((each) => (
                  <option key={each} value={each}>
                    {encodingName(each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Between the cells" issues={issuesAtPlace("delimiter")}>
            {(control) => (
              <select
                {...control}
                value={reading.delimiter ?? preview?.delimiter ?? ""}
                onChange={(event) => choose({ delimiter: event.target.value })}
              >
                {!reading.delimiter && !preview?.delimiter && (
                  <option value="">{preview ? "Nothing: one column" : "Not known"}</option>
                )}
                {Object.entries(DELIMITERS).map(([delimiter, name]) => (
                  <option key={delimiter} value={delimiter}>
                    {name} {delimiter.trim() && `(${delimiter})`}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Header
            line={error || busy ? (reading.header_line ?? preview?.header_line) : preview?.header_line}
            issues={issuesAtPlace("header_line")}
            onChange={(header_line) => choose({ header_line })}
          />
        </div>
        {fault?.at === "file" && <Issues issues={[fault.issue]} />}
        {ways.length > 0 && (
          <div className="row">
            {ways.map(([way, chosen]) => (
              <button key={way} type="button" className="small" onClick={() => csv.reread(chosen)}>
                {way}
              </button>
            ))}
          </div>
        )}
      </fieldset>
      {!fault && <Failure error={error} />}
      <RawLines file={file} encoding={encoding} />
      {preview && (
        <div className="as-read" hidden={error !== undefined}>
          <FirstRows preview={preview} />
          {children}
        </div>
      )}
      {error && (
        <div className="row">
          <button type="button" onClick={csv.close}>
            Choose another file
          </button>
        </div>
      )}
    </>
  );
}

function Guessed() {
  return (
    <>
      <span className="tag claimed">Guessed</span> Do the letters below look right? If not, choose another.
    </>
  );
}

/** How a file was read, for people who don't see the page. */
function told({ encoding, is_encoding_guessed, delimiter, header_line, total, columns }: CsvPreview): string {
  return [
    `Read as ${encodingName(encoding)}${is_encoding_guessed ? ", which is guessed" : ""}`,
    delimiter ? `${DELIMITERS[delimiter] ?? delimiter} between the cells` : "one column",
    header_line ? `names of columns on line ${count(header_line)}` : "no names of columns",
    `${count(total, "row")}, ${count(columns.length, "column")}.`,
  ].join("; ");
}

const PAUSE_MS = 400;
const LINE_MAX = 2 ** 32 - 1;

interface HeaderProps {
  /** 0 or none where the columns have no names. */
  line: number | null | undefined;
  issues: Parameters<typeof Issues>[0]["issues"];
  onChange(line: number): void;
}

function Header({ line, issues, onChange }: HeaderProps) {
  const isNamed = Boolean(line);
  return (
    <div>
      <Field label="Line of the column names" issues={issues}>
        {(control) => <Line control={control} line={line} onChange={onChange} />}
      </Field>
      <label className="check">
        <input type="checkbox" checked={!isNamed} onChange={(event) => onChange(event.target.checked ? 0 : 1)} />
        The columns have no names
      </label>
    </div>
  );
}

/** A line that is read after a pause in typing, and when the field is left. */
function Line({
  control,
  line,
  onChange,
}: {
  control: Control;
  line: HeaderProps["line"];
  onChange(line: number): void;
}) {
  const [typed, setTyped] = useState<number | undefined>();
  // It was read: if the line is blank, the names are on the next one.
  if (typed !== undefined && typed === line) setTyped(undefined);
  const isNew = typed !== undefined && Number.isInteger(typed) && typed > 0 && typed <= LINE_MAX;
  const flush = () => {
    if (isNew) onChange(typed);
  };
  useEffect(() => {
    if (!isNew) return;
    const timer = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const shown = typed ?? (line || Number.NaN);
  return (
    <input
      {...control}
      type="number"
      min={1}
      step={1}
      className="short"
      value={Number.isNaN(shown) ? "" : shown}
      onChange={(event) => setTyped(event.target.valueAsNumber)}
      onBlur={flush}
    />
  );
}

const RAW_LINES = 20;
const RAW_BYTES = 16_384;
const CELL_SHOWN = 120;
const COLUMNS_SHOWN = 40;

/** The raw lines of the file with their numbers: they show where the names of the columns are. */
function RawLines({ file, encoding }: { file: File; encoding: string }) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let isOver = false;
    file
      .slice(0, RAW_BYTES)
      .arrayBuffer()
      .then((start) => {
        const text = new TextDecoder(encoding || "utf-8").decode(start);
        if (!isOver) setLines(text.split(/\r\n|\r|\n/).slice(0, RAW_LINES));
      })
      // The reading of the whole file reports what is wrong with it.
      .catch(() => {});
    return () => {
      isOver = true;
    };
  }, [file, encoding]);
  return (
    <details>
      <summary>The first lines of the file as they are</summary>
      <ol className="raw-lines" tabIndex={0} aria-label="The first lines of the file">
        {lines.map((line, index) => (
          <li key={index}>{line.slice(0, CELL_SHOWN) || " "}</li>
        ))}
      </ol>
    </details>
  );
}

function FirstRows({ preview: { columns, rows } }: { preview: CsvPreview }) {
  const more = columns.length - COLUMNS_SHOWN;
  return (
    <figure className="first-rows">
      <figcaption>
        The first rows
        {more > 0 && `, without the last ${count(more, "column")}`}
      </figcaption>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="The first rows of the file">
        <table>
          <thead>
            <tr>
              {columns.slice(0, COLUMNS_SHOWN).map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, index) => (
              <tr key={index}>
                {cells.slice(0, COLUMNS_SHOWN).map((cell, column) => (
                  <td key={column}>{cell.slice(0, CELL_SHOWN)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

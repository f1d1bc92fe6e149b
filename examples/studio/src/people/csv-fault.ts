/** Why a CSV file cannot be read, in words that say what to do about it. */

import type { CampaignKitError } from "campaignkit";
import { type FieldIssue, issuesOf, issueText } from "../ui/failure";
import { bytes, count } from "../ui/text";
import { encodingName } from "./encodings";

/** Which choice fixes it: another file, or another reading of this one. */
export type FaultPlace = "file" | "encoding" | "delimiter" | "header_line";

export interface CsvFault {
  readonly at: FaultPlace;
  readonly issue: FieldIssue;
  /** The encodings in which the file can be read. */
  readonly encodings: readonly string[];
}

const KINDS = {
  workbook:
    "This is a workbook of a spreadsheet program, not a CSV file. Open it there, save the sheet as CSV, and choose the saved file",
  pdf: "This is a PDF, not a CSV file. Export the table as CSV from the program that it comes from, and choose that file",
  image: "This is an image, not a CSV file. Export the table as CSV from the program that it comes from",
  archive: "This is an archive, not a CSV file. Unpack it, and choose the CSV file in it",
} as const;

const OTHERWISE =
  "If something else is between the cells, choose it here; else mend the line in the program that the file comes from";

/**
 * What an error says about the file; undefined if it is about something else. `isRead`: whether another reading
 * succeeded.
 */
export function csvFault(error: CampaignKitError | undefined, isRead: boolean): CsvFault | undefined {
  const issue = issuesOf(error)?.find(({ path }) => PATHS.has(path));
  if (!issue) return undefined;
  const [at, message] = told(issue, isRead ? "encoding" : "file");
  return { at, issue: { path: issue.path, code: issue.code, message }, encodings: issue.suggestions ?? [] };
}

const PATHS = new Set(["bytes", "encoding", "delimiter", "header_line"]);

/** `whole` is the place of faults of the file as a whole; it depends on whether another reading succeeded. */
function told(issue: FieldIssue, whole: FaultPlace): [FaultPlace, string] {
  const { path, code, line, max = 0 } = issue;
  if (path !== "bytes") {
    const last = path === "header_line" && code === "out_of_range";
    return [
      path as FaultPlace,
      last ? `No row is on this line or below it: the last begins on line ${count(max)}` : text(issue),
    ];
  }
  switch (code) {
    case "empty":
      return [whole, "Nothing is in the file but blank lines"];
    case "not_a_csv_file":
      return [whole, issue.found ? KINDS[issue.found] : text(issue)];
    case "control_character":
      return [whole, "This is no text, or text in another encoding"];
    case "malformed_encoding":
      return ["encoding", `Line ${count(line ?? 1)} is no text in ${encodingName(issue.encoding ?? "this encoding")}`];
    case "unterminated_quote":
      return ["delimiter", `The quote of a cell that begins on line ${count(line ?? 1)} is never closed. ${OTHERWISE}`];
    case "cell_too_large":
      return ["delimiter", `A cell of line ${count(line ?? 1)} has more than ${bytes(max)}. ${OTHERWISE}`];
    case "too_many":
      return line === undefined
        ? ["file", `The file has more than ${count(max)} rows. Split it into several`]
        : ["delimiter", `Line ${count(line)} has more than ${count(max)} cells. ${OTHERWISE}`];
    case "too_large":
      return ["file", `The file has more than ${bytes(max)}. Split it into several`];
    default:
      return [whole, text(issue)];
  }
}

/** The engine's text, without its full stop. */
function text(issue: FieldIssue): string {
  return issueText(issue).replace(/\.$/, "");
}

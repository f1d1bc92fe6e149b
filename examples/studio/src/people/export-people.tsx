/** The people of a campaign as a CSV file. */

import { useState } from "react";
import type { Campaign, ProspectStatus } from "campaignkit";
import { useAction } from "../ui/action";
import { saveCsv } from "../ui/download";
import { Failure } from "../ui/failure";
import { useStudio } from "../studio-context";
import { statusLabel } from "./prospect-status";

/** `status`: only people with this status. */
export function ExportPeople({ campaign, status }: { campaign: Campaign; status: ProspectStatus | undefined }) {
  const { me, announce } = useStudio();
  const action = useAction();
  const [fault, setFault] = useState<string | undefined>();

  const write = async () => {
    try {
      const open = () => me.exportProspects(campaign.id, status ? { status } : {});
      if (await saveCsv(open, fileName(campaign.name))) announce("The people were exported.");
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
      setFault(FAULTS[thrown.name] ?? "The file could not be written. Choose another place for it.");
    }
  };
  const run = () => {
    setFault(undefined);
    void action.run(write);
  };

  return (
    <>
      <button type="button" disabled={action.busy} onClick={run}>
        {action.busy ? "Exporting…" : status ? `Export “${statusLabel(status)}” as CSV` : "Export as CSV"}
      </button>
      <Failure error={action.error} />
      {fault && (
        <p className="bar failure" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}

/** Why a file cannot be written, by the browser's names of the errors. */
const FAULTS: Record<string, string> = {
  NotAllowedError: "The browser may not write to this file. Allow it when it asks, or choose another place.",
  NoModificationAllowedError: "Another program has this file open. Close it there, or choose another name.",
  QuotaExceededError: "There is no room for the file. Free some, or choose another place.",
};

const NAME_MAX = 80;

/** A name that every file system accepts. */
function fileName(campaign: string): string {
  const stem = [...campaign.replace(/[\p{Cc}\\/:*?"<>|]/gu, "-")].slice(0, NAME_MAX).join("");
  return `${stem} people.csv`;
}

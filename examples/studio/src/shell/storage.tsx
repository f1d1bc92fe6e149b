/** Where the data is, how safe it is there, and how to export and restore it. */

import { useCallback, useEffect, useId, useState } from "react";
import type { StorageInfo } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { save } from "../ui/download";
import { Failure } from "../ui/failure";
import { announceReplaced } from "./replaced-database";
import { useStudio } from "../studio-context";
import { bytes } from "../ui/text";

export function StoragePanel() {
  const { kit, announce } = useStudio();
  const [info, setInfo] = useState<StorageInfo | undefined>();
  const [replacing, setReplacing] = useState<File | undefined>();
  const action = useAction();
  const file = useId();
  const { run } = action;
  const look = useCallback(async () => setInfo(await run(() => kit.storageInfo())), [kit, run]);
  useEffect(() => void look(), [look]);

  const persist = async () => {
    const granted = await action.run(() => kit.requestPersistence());
    announce(granted ? "The browser keeps the data." : "The browser did not promise to keep the data.");
    await look();
  };
  const exportAll = () =>
    action.run(async () => {
      const content = await new Response(await kit.exportDatabase()).blob();
      save(new Blob([content], { type: "application/vnd.sqlite3" }), "studio.sqlite");
      announce("The database was exported.");
    });
  const importAll = async () => {
    if (!replacing) return;
    const done = await action.run(async () => {
      await kit.importDatabase(replacing);
      return true;
    });
    setReplacing(undefined);
    if (done) announceReplaced();
  };

  return (
    <section className="panel" aria-labelledby="storage-heading">
      <h2 id="storage-heading">Storage</h2>
      {info && (
        <dl className="facts">
          <dt>Where</dt>
          <dd>{info.storage === "opfs" ? "In this browser (OPFS)" : info.storage}</dd>
          <dt>Used</dt>
          <dd>
            {info.usage === null ? "Not known" : bytes(info.usage)}
            {info.quota === null ? "" : ` of ${bytes(info.quota)}`}
          </dd>
          <dt>Kept</dt>
          <dd>
            {info.persisted ? (
              "Until you delete it"
            ) : (
              <>
                As long as the browser has room{" "}
                <button type="button" className="small" disabled={action.busy} onClick={() => void persist()}>
                  Ask it to keep it
                </button>
              </>
            )}
          </dd>
          <dt>Versions</dt>
          <dd>
            SQLite {info.sqlite_version}, schema {info.schema_version}
          </dd>
        </dl>
      )}
      <div className="row">
        <button type="button" disabled={action.busy} onClick={() => void exportAll()}>
          Export the database
        </button>
        <label className="file-button" htmlFor={file}>
          Import a database
        </label>
        <input
          id={file}
          type="file"
          className="unseen"
          accept=".sqlite,.sqlite3,.db"
          onChange={(event) => {
            setReplacing(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      <Failure error={action.error} />
      {replacing && (
        <Dialog title="Replace everything?" onClose={() => setReplacing(undefined)}>
          <p>
            All that is in the studio now gives way to “{replacing.name}”. It is checked before anything is replaced.
          </p>
          <footer>
            <button type="button" data-first onClick={() => setReplacing(undefined)}>
              Keep what is here
            </button>
            <button type="button" className="danger" disabled={action.busy} onClick={() => void importAll()}>
              Replace
            </button>
          </footer>
        </Dialog>
      )}
    </section>
  );
}

/** What can be done about a database that does not open. */

import { recover, replaceDatabase, type CampaignKitError, type OpenOptions } from "campaignkit";
import { useAction } from "../ui/action";
import { save } from "../ui/download";
import { Failure } from "../ui/failure";
import { announceReplaced } from "./replaced-database";

interface RescueProps {
  options: OpenOptions;
  error: CampaignKitError;
}

export function Rescue({ options, error }: RescueProps) {
  const action = useAction();
  const rescue = () =>
    action.run(async () => {
      const { database } = await recover(options);
      save(database, "studio-recovered.sqlite");
      await replaceDatabase(options, database);
      announceReplaced();
    });
  return (
    <main className="waiting">
      <h1>The database does not open</h1>
      <Failure error={error} />
      {error.code === "corrupt" && (
        <>
          <p>What can still be read is saved as a file and becomes the database.</p>
          <button type="button" className="primary" disabled={action.busy} onClick={() => void rescue()}>
            Recover what can be read
          </button>
        </>
      )}
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
      <Failure error={action.error} />
    </main>
  );
}

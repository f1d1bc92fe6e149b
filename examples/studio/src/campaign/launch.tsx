/** The launch of a draft, after one more question. */

import { useState } from "react";
import type { Campaign, Launched, Validation } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { campaignHref, go } from "../shell/route";
import { useStudio } from "../studio-context";
import { count } from "../ui/text";
import { useWork, WorkBar } from "../ui/work";

export function Launch({ campaign, validation }: { campaign: Campaign; validation: Validation | undefined }) {
  const [asking, setAsking] = useState(false);
  const isReady = validation?.ready ?? false;
  return (
    <>
      {validation && !isReady && <span className="hint">Fix what is below first.</span>}
      <button type="button" className="primary" disabled={!isReady} onClick={() => setAsking(true)}>
        Launch…
      </button>
      {asking && <Confirm campaign={campaign} onClose={() => setAsking(false)} />}
    </>
  );
}

function Confirm({ campaign, onClose }: { campaign: Campaign; onClose(): void }) {
  const { me, announce } = useStudio();
  const [launched, setLaunched] = useState<Launched | undefined>();
  const action = useAction();
  const work = useWork();

  const launch = async () => {
    const { id, revision } = campaign;
    const done = await action.run(() => work.run((options) => me.launch(id, { expected_revision: revision }, options)));
    if (!done) return;
    announce(`${campaign.name} was launched.`);
    if (done.skipped.length > 0) return setLaunched(done);
    onClose();
    go(campaignHref(id, "activity"));
  };

  if (launched) {
    return (
      <Dialog title="Launched" onClose={onClose}>
        <p>
          {count(launched.enrolled, "person", "people")} will be contacted, {count(launched.skipped.length)} will not:
          they are suppressed or in another active campaign.
        </p>
        <footer>
          <button
            type="button"
            className="primary"
            data-first
            onClick={() => go(campaignHref(campaign.id, "activity"))}
          >
            See the activity
          </button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="Launch this campaign?" onClose={onClose}>
      <p>
        “{campaign.name}” goes out from {count(campaign.sender_account_ids.length, "sender")}. Its sequence and senders
        are fixed from then on.
      </p>
      <p className="hint">The studio sends nothing: it only shows what a program that sends would be handed.</p>
      <Failure error={action.error} />
      {work.progress ? (
        <WorkBar label="Launching" progress={work.progress} onCancel={work.cancel} />
      ) : (
        <footer>
          <button type="button" onClick={onClose}>
            Not yet
          </button>
          <button type="button" className="primary" data-first onClick={() => void launch()}>
            Launch
          </button>
        </footer>
      )}
    </Dialog>
  );
}

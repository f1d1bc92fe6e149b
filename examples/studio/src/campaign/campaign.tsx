/** One campaign: its name, its state, and its tabs. */

import { useEffect, useState } from "react";
import type { Campaign, Validation } from "campaignkit";
import { useLive, useQuery } from "campaignkit/react";
import { useAction } from "../ui/action";
import { Activity } from "./activity";
import { StatusDot } from "../shell/campaign-list";
import { Check } from "./check";
import { Dialog } from "../ui/dialog";
import { Failure } from "../ui/failure";
import { fieldId } from "../ui/field";
import { Icon } from "../ui/icon";
import { useLog } from "../shell/log";
import { People } from "../people/people";
import { campaignHref, go, TABS, type Tab } from "../shell/route";
import { Sequence } from "./sequence";
import { Setup } from "./setup";
import { useStudio } from "../studio-context";
import { CAMPAIGN_STATUS } from "../ui/text";

interface CampaignViewProps {
  id: string;
  tab: Tab;
  field: string | undefined;
}

const TAB_NAMES: Record<Tab, string> = {
  sequence: "Sequence",
  people: "People",
  setup: "Setup",
  check: "Check & launch",
  activity: "Activity",
};

export function CampaignView({ id, tab, field }: CampaignViewProps) {
  const { me } = useStudio();
  const { data: campaign, error } = useLive(me, { campaign: id });
  const entries = useLog(id);
  const isDraft = campaign?.status === "draft";
  const validation = useQuery(isDraft && me, (me) => me.validate(id));

  useEffect(() => {
    if (campaign) document.title = `${campaign.name} · studio`;
    return () => {
      document.title = "campaignkit studio";
    };
  }, [campaign?.name]);
  useFocusedField(field, campaign !== undefined);

  if (error?.code === "campaign_not_found") {
    return (
      <section className="empty">
        <h1>This campaign is gone</h1>
        <p>
          It was deleted. <a href="#/">Back to the overview</a>
        </p>
      </section>
    );
  }
  if (error) return <Failure error={error} />;
  if (!campaign) return null;

  return (
    <>
      <Head campaign={campaign} />
      <Tabs campaign={campaign} tab={tab} validation={validation.data} />
      <Failure error={validation.error?.code === "campaign_not_found" ? undefined : validation.error} />
      {tab === "sequence" && <Sequence campaign={campaign} validation={validation.data} />}
      {tab === "people" && <People campaign={campaign} />}
      {tab === "setup" && <Setup campaign={campaign} validation={validation.data} />}
      {tab === "check" && <Check campaign={campaign} validation={validation.data} />}
      {tab === "activity" && <Activity campaign={campaign} entries={entries} />}
    </>
  );
}

/** Focuses the field that the address names. */
function useFocusedField(field: string | undefined, ready: boolean): void {
  useEffect(() => {
    if (!field || !ready) return;
    const control = document.getElementById(fieldId(field));
    control?.scrollIntoView({ block: "center" });
    control?.focus();
  }, [field, ready]);
}

function Head({ campaign }: { campaign: Campaign }) {
  const { me, announce } = useStudio();
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const { id, status, name } = campaign;

  const remove = async () => {
    const done = await action.run(async () => {
      await me.deleteCampaign(id);
      return true;
    });
    setAsking(false);
    if (!done) return;
    announce(`${name} was deleted.`);
    go("#/");
  };

  return (
    <>
      <header className="page-head">
        <h1>{name}</h1>
        <span className={`pill ${status}`}>
          <StatusDot status={status} /> {CAMPAIGN_STATUS[status]}
        </span>
        <span className="spring" />
        {status === "active" && (
          <button type="button" disabled={action.busy} onClick={() => void action.run(() => me.pause(id))}>
            Pause
          </button>
        )}
        {status === "paused" && (
          <button type="button" disabled={action.busy} onClick={() => void action.run(() => me.resume(id))}>
            Resume
          </button>
        )}
        {status !== "active" && (
          <button type="button" className="quiet" onClick={() => setAsking(true)}>
            <Icon name="trash" /> Delete
          </button>
        )}
      </header>
      <Failure error={action.error} />
      {asking && (
        <Dialog title="Delete this campaign?" onClose={() => setAsking(false)}>
          <p>“{name}” goes with its people and everything that happened in it. This cannot be undone.</p>
          <footer>
            <button type="button" data-first onClick={() => setAsking(false)}>
              Keep it
            </button>
            <button type="button" className="danger" disabled={action.busy} onClick={() => void remove()}>
              Delete
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

interface TabsProps {
  campaign: Campaign;
  tab: Tab;
  validation: Validation | undefined;
}

function Tabs({ campaign, tab, validation }: TabsProps) {
  return (
    <nav className="tabs" aria-label="Parts of the campaign">
      {TABS.map((name) => (
        <a key={name} href={campaignHref(campaign.id, name)} aria-current={tab === name ? "page" : undefined}>
          {name === "check" && campaign.status !== "draft" ? "Forecast" : TAB_NAMES[name]}
          {name === "check" && validation && (
            <Badge errors={validation.errors.length} warnings={validation.warnings.length} />
          )}
        </a>
      ))}
    </nav>
  );
}

function Badge({ errors, warnings }: { errors: number; warnings: number }) {
  if (errors > 0) {
    return (
      <span className="badge error">
        {errors} <span className="unseen">to fix</span>
      </span>
    );
  }
  if (warnings > 0) {
    return (
      <span className="badge warning">
        {warnings} <span className="unseen">to look at</span>
      </span>
    );
  }
  return (
    <span className="badge ok">
      <Icon name="check" /> <span className="unseen">ready</span>
    </span>
  );
}

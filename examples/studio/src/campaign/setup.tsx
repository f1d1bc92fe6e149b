/** Which accounts send a campaign, how much, and when. */

import { DAILY_LIMIT } from "campaignkit/bounds";
import type { Campaign, NewSchedule, Schedule, UpdateCampaign, Validation } from "campaignkit";
import { useAction } from "../ui/action";
import { useDraft } from "../ui/saving-field";
import { Failure, freeName, issuesAt, issuesOf } from "../ui/failure";
import { Field, fieldId, Issues } from "../ui/field";
import { Hours } from "../ui/hours";
import { found } from "./sequence";
import { useStudio } from "../studio-context";
import { accountAddress } from "../ui/text";

interface SetupProps {
  campaign: Campaign;
  validation: Validation | undefined;
}

export function Setup({ campaign, validation }: SetupProps) {
  return (
    <div className="form">
      <Name campaign={campaign} />
      <Senders campaign={campaign} validation={validation} />
      {campaign.type === "email" ? <EmailSettings campaign={campaign} /> : <LinkedinSettings campaign={campaign} />}
    </div>
  );
}

function useSave(campaign: Campaign): (request: UpdateCampaign) => Promise<unknown> {
  const { me } = useStudio();
  return (request) => me.updateCampaign(campaign.id, request);
}

function Name({ campaign }: { campaign: Campaign }) {
  const save = useSave(campaign);
  const draft = useDraft(campaign.name, (name) => save({ name }));
  const free = freeName(draft.error);
  return (
    <Field
      label="Name"
      path="name"
      issues={issuesAt(draft.error, "name")}
      hint={free && `“${free}” is free.`}
    >
      {(control) => (
        <input
          {...control}
          autoComplete="off"
          value={draft.value}
          onChange={(event) => draft.set(event.target.value)}
          onBlur={draft.flush}
        />
      )}
    </Field>
  );
}

function Senders({ campaign, validation }: SetupProps) {
  const { accounts } = useStudio();
  const save = useSave(campaign);
  const action = useAction();
  const path = "sender_account_ids";
  const chosen = campaign.sender_account_ids;
  const issues = [...(validation?.errors ?? []), ...(issuesOf(action.error) ?? [])];
  return (
    <fieldset id={fieldId(path)} tabIndex={-1}>
      <legend>Senders</legend>
      {accounts
        .filter((account) => account.type === campaign.type)
        .map((account) => {
          const index = chosen.indexOf(account.id);
          const at = `${path}[${index}]`;
          return (
            <div key={account.id}>
              <label className="check">
                <input
                  type="checkbox"
                  {...(index < 0 ? {} : { id: fieldId(at) })}
                  checked={index >= 0}
                  disabled={campaign.status !== "draft"}
                  onChange={(event) => {
                    const next = event.target.checked
                      ? [...chosen, account.id]
                      : chosen.filter((id) => id !== account.id);
                    void action.run(() => save({ sender_account_ids: next }));
                  }}
                />
                {account.display_name} <small>{accountAddress(account)}</small>
              </label>
              {index >= 0 && (
                <Issues issues={found(validation?.errors, at)} warnings={found(validation?.warnings, at)} />
              )}
            </div>
          );
        })}
      <Issues issues={issues.filter((issue) => issue.path === path)} />
      <Failure error={action.error} at={[path]} />
      <p className="hint">
        Accounts are added and changed in the <a href="#/settings">settings</a>.
      </p>
    </fieldset>
  );
}

function EmailSettings({ campaign }: { campaign: Extract<Campaign, { type: "email" }> }) {
  const save = useSave(campaign);
  const limit = useDraft(campaign.daily_limit, (daily_limit) => save({ daily_limit }));
  const action = useAction();
  const isFixed = campaign.status !== "draft";
  return (
    <>
      <Field
        label="Messages a day"
        path="daily_limit"
        hint={`Across all senders, ${DAILY_LIMIT.min} to ${DAILY_LIMIT.max}. Each account has a limit of its own as well.`}
        issues={issuesAt(limit.error, "daily_limit")}
      >
        {(control) => (
          <input
            {...control}
            type="number"
            {...DAILY_LIMIT}
            className="short"
            value={Number.isNaN(limit.value) ? "" : limit.value}
            onChange={(event) => limit.set(event.target.valueAsNumber)}
            onBlur={limit.flush}
          />
        )}
      </Field>
      <fieldset disabled={isFixed}>
        <legend>Behaviour</legend>
        <label className="check">
          <input
            type="checkbox"
            checked={campaign.stop_on_reply}
            onChange={(event) => void action.run(() => save({ stop_on_reply: event.target.checked }))}
          />
          A reply ends the sequence for this person
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={campaign.open_tracking}
            onChange={(event) => void action.run(() => save({ open_tracking: event.target.checked }))}
          />
          Emails carry a pixel that tells when they are opened
        </label>
        <FollowZones campaign={campaign} action={action} save={save} />
        <Failure error={action.error} />
      </fieldset>
    </>
  );
}

interface FollowZonesProps {
  campaign: Campaign;
  action: ReturnType<typeof useAction>;
  save: ReturnType<typeof useSave>;
}

function FollowZones({ campaign, action, save }: FollowZonesProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={campaign.follow_prospect_zone}
        onChange={(event) => void action.run(() => save({ follow_prospect_zone: event.target.checked }))}
      />
      Everyone is written to by their own clock
    </label>
  );
}

function LinkedinSettings({ campaign }: { campaign: Extract<Campaign, { type: "linkedin" }> }) {
  const { user } = useStudio();
  const save = useSave(campaign);
  const action = useAction();
  const stored = JSON.stringify(campaign.operating_hours);
  const hours = useDraft(stored, (text) => save({ operating_hours: JSON.parse(text) as NewSchedule }));
  return (
    <>
      <Hours
        legend="Working hours"
        path="operating_hours"
        value={JSON.parse(hours.value) as Schedule}
        error={hours.error}
        user_zone={user.time_zone}
        onChange={(value) => hours.set(JSON.stringify(value))}
        onBlur={hours.flush}
      />
      <fieldset disabled={campaign.status !== "draft"}>
        <legend>Behaviour</legend>
        <label className="check">
          <input
            type="checkbox"
            checked={campaign.skip_other_campaigns}
            onChange={(event) => void action.run(() => save({ skip_other_campaigns: event.target.checked }))}
          />
          Leave out who is in another active LinkedIn campaign
        </label>
        <FollowZones campaign={campaign} action={action} save={save} />
        <Failure error={action.error} />
      </fieldset>
    </>
  );
}

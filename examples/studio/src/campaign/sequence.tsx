/** The sequence of a campaign: its steps in order, and a preview for one prospect. */

import { useEffect, useRef } from "react";
import type { Campaign, InsertNode, SequenceNode, Validation } from "campaignkit";
import { useLive } from "campaignkit/react";
import { useAction } from "../ui/action";
import { useDraft } from "../ui/saving-field";
import { Failure, issuesAt } from "../ui/failure";
import { Field, fieldId, Issues } from "../ui/field";
import { Icon } from "../ui/icon";
import { Preview } from "./preview";
import { Step } from "./step";
import { useStudio } from "../studio-context";
import { campaignHref } from "../shell/route";

interface SequenceProps {
  campaign: Campaign;
  validation: Validation | undefined;
}

export function Sequence({ campaign, validation }: SequenceProps) {
  const { me } = useStudio();
  const { data: people } = useLive(me, { prospects: campaign.id, limit: 100 });
  const keys = [...new Set(people?.prospects.flatMap((person) => Object.keys(person.custom_fields)))];
  return (
    <div className="columns">
      <Steps campaign={campaign} validation={validation} keys={keys} />
      <Preview campaign={campaign} people={people?.prospects} />
    </div>
  );
}

interface StepsProps extends SequenceProps {
  keys: readonly string[];
}

function Steps({ campaign, validation, keys }: StepsProps) {
  const { me, announce } = useStudio();
  const action = useAction();
  const list = useRef<HTMLOListElement>(null);
  const refocus = useRef<string | undefined>(undefined);
  const { id, sequence_nodes: nodes, status } = campaign;
  const isDraft = status === "draft";

  // Moving a step removes its elements from the page for a moment, and the focus with them.
  useEffect(() => {
    if (!refocus.current) return;
    const target = list.current?.querySelector<HTMLElement>(refocus.current);
    refocus.current = undefined;
    target?.focus();
  }, [nodes]);

  const insert = async (node: InsertNode) => {
    refocus.current = `li:nth-last-child(2) :is(input, textarea)`;
    if (await action.run(() => me.insertNode(id, node))) announce("The step was added.");
  };
  const move = async (node: SequenceNode, by: number) => {
    const position = node.position + by;
    refocus.current = `[data-node="${node.id}"] [data-move="${by}"]:enabled, [data-node="${node.id}"] [data-move]:enabled`;
    if (await action.run(() => me.moveNode(id, node.id, { position })))
      announce(`The step is number ${position + 1} now.`);
  };
  const remove = async (node: SequenceNode) => {
    refocus.current = `li:nth-child(${Math.max(node.position, 1)}) .step-head`;
    if (await action.run(() => me.deleteNode(id, node.id))) announce("The step was deleted.");
  };

  const hasInvitation = nodes.some((node) => node.type === "connection_request");
  return (
    <section aria-labelledby="sequence-heading">
      <h2 id="sequence-heading" className="unseen">
        Steps
      </h2>
      {!isDraft && <p className="bar">The campaign was launched: its steps are fixed. Texts can be changed for what is not sent yet.</p>}
      <Failure error={action.error} />
      <div id={fieldId("sequence_nodes")} tabIndex={-1}>
        <Issues issues={validation?.errors.filter((issue) => issue.path === "sequence_nodes") ?? []} />
      </div>
      <ol className="sequence" ref={list}>
        {nodes.map((node) => (
          <Step
            key={node.id}
            campaign={campaign}
            node={node}
            keys={keys}
            validation={validation}
            isFirst={node.position === 0}
            isLast={node.position === nodes.length - 2}
            onMove={(by) => void move(node, by)}
            onDelete={() => void remove(node)}
          />
        ))}
      </ol>
      {isDraft && (
        <div className="row add-step" role="group" aria-label="Add a step">
          {campaign.type === "email" ? (
            <button
              type="button"
              onClick={() => void insert({ type: "email", is_reply: nodes.some((node) => node.type === "email") })}
            >
              <Icon name="mail" /> Add email
            </button>
          ) : (
            <>
              {!hasInvitation && (
                <button type="button" onClick={() => void insert({ type: "connection_request", position: 0 })}>
                  <Icon name="link" /> Add invitation
                </button>
              )}
              <button type="button" onClick={() => void insert({ type: "message" })}>
                <Icon name="mail" /> Add message
              </button>
            </>
          )}
          <button type="button" onClick={() => void insert({ type: "delay", delay_days: 3 })}>
            <Icon name="clock" /> Add wait
          </button>
        </div>
      )}
      {campaign.type === "email" && <Signature campaign={campaign} validation={validation} />}
    </section>
  );
}

function Signature({ campaign, validation }: SequenceProps) {
  const { me } = useStudio();
  const draft = useDraft(campaign.signature ?? "", (signature) => me.updateCampaign(campaign.id, { signature }));
  return (
    <Field
      className="panel"
      label="Signature"
      path="signature"
      hint={
        <>
          Follows every email. %first_name% is the sender’s here;{" "}
          <a href={campaignHref(campaign.id, "setup")}>who sends</a>.
        </>
      }
      issues={[...issuesAt(draft.error, "signature"), ...found(validation?.errors, "signature")]}
      warnings={found(validation?.warnings, "signature")}
    >
      {(control) => (
        <textarea
          {...control}
          className="message"
          rows={3}
          readOnly={campaign.status !== "draft"}
          value={draft.value}
          onChange={(event) => draft.set(event.target.value)}
          onBlur={draft.flush}
        />
      )}
    </Field>
  );
}

/** The findings about the field with this path. */
export function found(issues: Validation["errors"] | undefined, path: string): Validation["errors"] {
  return issues?.filter((issue) => issue.path === path) ?? [];
}

/** One step of a sequence, which saves itself while it is edited. */

import { useRef, useState, type RefObject } from "react";
import type { Campaign, SequenceNode, Validation } from "campaignkit";
import { useDraft } from "../ui/saving-field";
import { Failure, issuesAt, issuesOf } from "../ui/failure";
import { Field, fieldId, Issues, type Control } from "../ui/field";
import { Icon } from "../ui/icon";
import { Revise, type Revisable } from "./revise";
import { found } from "./sequence";
import { useStudio } from "../studio-context";
import { VariableMenu } from "./variables";
import { Variants } from "./variants";

interface StepProps {
  campaign: Campaign;
  node: SequenceNode;
  keys: readonly string[];
  validation: Validation | undefined;
  isFirst: boolean;
  isLast: boolean;
  onMove(by: 1 | -1): void;
  onDelete(): void;
}

const NAMES: Record<SequenceNode["type"], string> = {
  connection_request: "Invitation",
  message: "Message",
  email: "Email",
  delay: "Wait",
  end: "End",
};
const ICONS = { connection_request: "link", message: "mail", email: "mail", delay: "clock", end: "flag" } as const;

export type TextBox = HTMLInputElement | HTMLTextAreaElement;

export function Step(props: StepProps) {
  const { node, campaign, isFirst, isLast, onMove, onDelete } = props;
  const focused = useRef<TextBox | null>(null);
  const number = node.position + 1;
  const name = node.type === "email" && node.is_reply ? "Reply in the thread" : NAMES[node.type];
  const isEditable = campaign.status === "draft" && node.type !== "end";
  const path = `sequence_nodes[${node.position}]`;
  const [revised, setRevised] = useState<Revisable | undefined>();
  const isRevisable = campaign.status === "active" || campaign.status === "paused";

  return (
    <li className={`step ${node.type}`} data-node={node.id}>
      <div className="step-head" tabIndex={-1}>
        <span className="step-icon">
          <Icon name={ICONS[node.type]} />
        </span>
        <h3>
          <span className="step-number">{number}</span> {name}
        </h3>
        {node.type === "delay" && <DelayFields {...props} node={node} path={path} />}
        {isRevisable && node.type !== "delay" && node.type !== "end" && (
          <div className="step-tools">
            <button type="button" className="small" aria-label={`Change texts of step ${number}`} onClick={() => setRevised(node)}>
              Change texts…
            </button>
          </div>
        )}
        {isEditable && (
          <div className="step-tools">
            {node.type !== "delay" && <VariableMenu keys={props.keys} target={focused} step={number} />}
            <button
              type="button"
              className="quiet icon-only"
              data-move="-1"
              disabled={isFirst}
              aria-label={`Move step ${number} up`}
              onClick={() => onMove(-1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              className="quiet icon-only"
              data-move="1"
              disabled={isLast}
              aria-label={`Move step ${number} down`}
              onClick={() => onMove(1)}
            >
              <Icon name="down" />
            </button>
            <button type="button" className="quiet icon-only" aria-label={`Delete step ${number}`} onClick={onDelete}>
              <Icon name="trash" />
            </button>
          </div>
        )}
      </div>
      {node.type !== "delay" && node.type !== "end" && <Texts {...props} node={node} path={path} focused={focused} />}
      {revised && <Revise node={revised} name={name} onClose={() => setRevised(undefined)} />}
    </li>
  );
}

interface TextsProps extends StepProps {
  node: Revisable;
  path: string;
  focused: RefObject<TextBox | null>;
}

function Texts({ campaign, node, path, validation, focused }: TextsProps) {
  const { me } = useStudio();
  const hasVariants = (node.variants?.length ?? 0) > 0;
  return (
    <>
      {node.type === "email" && (
        <>
          {!node.is_reply && (
            <TextField
              label="Subject"
              path={`${path}.subject`}
              isLine
              stored={node.subject}
              isFixed={campaign.status !== "draft"}
              validation={validation}
              save={(subject) => me.updateNode(campaign.id, node.id, { subject })}
              onFocus={(box) => (focused.current = box)}
            />
          )}
          {node.position > 0 && (
            <label className="check">
              <input
                type="checkbox"
                checked={node.is_reply}
                disabled={campaign.status !== "draft"}
                onChange={(event) => void me.updateNode(campaign.id, node.id, { is_reply: event.target.checked })}
              />
              Answers in the thread of the email before
            </label>
          )}
          <label className="check">
            <input
              type="checkbox"
              checked={node.text_only ?? false}
              disabled={campaign.status !== "draft"}
              onChange={(event) => void me.updateNode(campaign.id, node.id, { text_only: event.target.checked })}
            />
            Plain text only, without HTML
          </label>
        </>
      )}
      {!hasVariants && (
        <TextField
          label={node.type === "connection_request" ? "Note (optional)" : "Text"}
          path={`${path}.body`}
          stored={node.body ?? ""}
          isFixed={campaign.status !== "draft"}
          validation={validation}
          save={(body) => me.updateNode(campaign.id, node.id, { body })}
          onReady={(box) => (focused.current ??= box)}
          onFocus={(box) => (focused.current = box)}
        />
      )}
      {node.type !== "connection_request" && (
        <Variants campaign={campaign} node={node} path={path} validation={validation} focused={focused} />
      )}
    </>
  );
}

interface TextFieldProps {
  label: string;
  path: string;
  /** Its path in the change of the node, where that is not its name. */
  field?: string;
  stored: string;
  isLine?: boolean;
  isFixed: boolean;
  validation: Validation | undefined;
  save(text: string): Promise<unknown>;
  /** The target of variables while no other field was focused. */
  onReady?(box: TextBox | null): void;
  onFocus(box: TextBox): void;
}

export function TextField(props: TextFieldProps) {
  const { label, path, field, stored, isLine, isFixed, validation, save, onReady, onFocus } = props;
  const draft = useDraft(stored, save);
  const name = field ?? path.slice(path.lastIndexOf(".") + 1);
  const textProps = (control: Control) => ({
    ...control,
    className: "message",
    value: draft.value,
    readOnly: isFixed,
    onBlur: draft.flush,
    onFocus: (event: React.FocusEvent<TextBox>) => onFocus(event.target),
    onChange: (event: React.ChangeEvent<TextBox>) => draft.set(event.target.value),
  });
  return (
    <Field
      label={label}
      path={path}
      issues={[...issuesAt(draft.error, name), ...found(validation?.errors, path)]}
      warnings={found(validation?.warnings, path)}
      aside={<Saving draft={draft} />}
    >
      {(control) =>
        isLine ? (
          <input {...textProps(control)} spellCheck autoComplete="off" />
        ) : (
          <textarea {...textProps(control)} ref={onReady} rows={4} spellCheck />
        )
      }
    </Field>
  );
}

function Saving({ draft }: { draft: { saving: boolean } }) {
  return draft.saving ? <span className="saving">Saving…</span> : null;
}

const UNITS = { delay_days: "days", delay_hours: "hours", delay_minutes: "min" };

interface DelayFieldsProps extends StepProps {
  node: Extract<SequenceNode, { type: "delay" }>;
  path: string;
}

function DelayFields({ campaign, node, path, validation }: DelayFieldsProps) {
  const { me } = useStudio();
  const { delay_days, delay_hours, delay_minutes } = node;
  const stored = JSON.stringify({ delay_days, delay_hours, delay_minutes });
  const draft = useDraft(stored, (text) => me.updateNode(campaign.id, node.id, JSON.parse(text)));
  const shown = JSON.parse(draft.value) as Record<string, number | null>;
  const isFixed = campaign.status !== "draft";
  return (
    <>
      <div className="delay" role="group" aria-label={`Length of the wait, step ${node.position + 1}`}>
        {(["delay_days", "delay_hours", "delay_minutes"] as const).map((field, index) => (
          <label key={field}>
            <input
              type="number"
              min={0}
              id={index === 0 ? fieldId(path) : undefined}
              readOnly={isFixed}
              aria-label={field.slice("delay_".length)}
              aria-invalid={draft.error !== undefined}
              value={shown[field] ?? ""}
              onBlur={draft.flush}
              onChange={({ target }) =>
                draft.set(JSON.stringify({ ...shown, [field]: target.value === "" ? 0 : target.valueAsNumber }))
              }
            />
            {UNITS[field]}
          </label>
        ))}
      </div>
      <div className="delay-notes">
        <Issues issues={issuesOf(draft.error) ?? found(validation?.errors, path)} />
        {!issuesOf(draft.error) && <Failure error={draft.error} />}
      </div>
    </>
  );
}

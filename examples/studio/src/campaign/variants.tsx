/** The variants of a step: texts of which each person is sent one, and what became of each. */

import type { RefObject } from "react";
import type { Campaign, ComparedVariant, SequenceNode, Validation, Variant } from "campaignkit";
import { VARIANT_WEIGHT, VARIANTS_MAX } from "campaignkit/bounds";
import { useQuery } from "campaignkit/react";
import { useAction } from "../ui/action";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { Icon } from "../ui/icon";
import { useDraft } from "../ui/saving-field";
import { count } from "../ui/text";
import { useStudio } from "../studio-context";
import { TextField, type TextBox } from "./step";

type NodeWithTexts = Extract<SequenceNode, { type: "email" | "message" }>;

interface VariantsProps {
  campaign: Campaign;
  node: NodeWithTexts;
  path: string;
  validation: Validation | undefined;
  focused: RefObject<TextBox | null>;
}

/** A, B, C, … */
export function variantName(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** Changes the variants of a node as they are stored now: two fields may be saved one right after the other. */
function useVariants(campaign: Campaign, node: NodeWithTexts) {
  const { me } = useStudio();
  return async (change: (variants: readonly Variant[]) => readonly Omit<Variant, "id">[], others: object = {}) => {
    const { sequence_nodes } = await me.getCampaign(campaign.id);
    const variants = sequence_nodes.find(({ id }) => id === node.id)?.variants ?? [];
    return me.updateNode(campaign.id, node.id, { ...others, variants: [...change(variants)] });
  };
}

export function Variants(props: VariantsProps) {
  const { campaign, node } = props;
  const { me } = useStudio();
  const variants = node.variants ?? [];
  const compared = useQuery(campaign.status !== "draft" && variants.length > 0 && me, (me) =>
    me.compareVariants(campaign.id),
  );
  const ofNode = compared.data?.nodes.find(({ node_id }) => node_id === node.id)?.variants ?? [];
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <>
      {variants.map((variant, index) => (
        <VariantFields
          key={variant.id}
          {...props}
          variant={variant}
          index={index}
          share={variant.weight / total}
          outcome={ofNode.find(({ variant_id }) => variant_id === variant.id)}
        />
      ))}
      <Failure error={compared.error} />
      {campaign.status === "draft" && variants.length < VARIANTS_MAX && <AddVariant {...props} />}
    </>
  );
}

function AddVariant({ campaign, node }: VariantsProps) {
  const { announce } = useStudio();
  const action = useAction();
  const change = useVariants(campaign, node);
  const add = async () => {
    const copy = (of: Pick<Variant, "body">) => ({ ...of, weight: 1 });
    const added = await action.run(() =>
      change((variants) => {
        const known = variants.length > 0 ? variants : [copy({ body: node.body })];
        return [...known, copy({ body: known[known.length - 1]!.body })];
      }),
    );
    if (added) announce("A variant was added.");
  };
  return (
    <div>
      <button type="button" className="quiet" onClick={() => void add()}>
        <Icon name="plus" /> {node.variants ? "Add a variant" : `Try other texts, step ${node.position + 1}`}
      </button>
      <Failure error={action.error} />
    </div>
  );
}

interface VariantFieldsProps extends VariantsProps {
  variant: Variant;
  index: number;
  /** Of the people who are sent it, from 0 to 1. */
  share: number;
  outcome: ComparedVariant | undefined;
}

function VariantFields(props: VariantFieldsProps) {
  const { campaign, node, path, validation, focused, variant, index, share, outcome } = props;
  const { announce } = useStudio();
  const change = useVariants(campaign, node);
  const action = useAction();
  const name = variantName(index);
  const isFixed = campaign.status !== "draft";
  // An empty subject is that of the step.
  const set = (fields: Partial<Variant>) =>
    change((variants) =>
      variants.map((known) => {
        const { subject, ...changed } = known.id === variant.id ? { ...known, ...fields } : known;
        return subject ? { ...changed, subject } : changed;
      }),
    );
  const weight = useDraft(variant.weight, (weight) => set({ weight }));
  const own = (field: string) => `variants[${index}].${field}`;

  const remove = async () => {
    // The last one becomes the text of the step again.
    const isLast = (node.variants?.length ?? 0) < 2;
    const others = isLast ? { body: variant.body, ...(variant.subject ? { subject: variant.subject } : {}) } : {};
    const removed = await action.run(() => change((variants) => variants.filter(({ id }) => id !== variant.id), others));
    if (removed) announce(`Variant ${name} was removed.`);
  };

  return (
    <fieldset className="variant">
      <legend>Variant {name}</legend>
      <div className="row">
        <Field
          label="Weight"
          path={`${path}.${own("weight")}`}
          hint={`${percent(share)} of the people`}
          issues={issuesAt(weight.error, own("weight"))}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              {...VARIANT_WEIGHT}
              readOnly={isFixed}
              value={Number.isNaN(weight.value) ? "" : weight.value}
              onBlur={weight.flush}
              onChange={({ target }) => weight.set(target.valueAsNumber)}
            />
          )}
        </Field>
        {!isFixed && (
          <button
            type="button"
            className="quiet icon-only"
            aria-label={`Remove variant ${name}`}
            onClick={() => void remove()}
          >
            <Icon name="trash" />
          </button>
        )}
      </div>
      <Failure error={action.error} />
      {node.type === "email" && !node.is_reply && (
        <TextField
          label="Subject, if another"
          path={`${path}.${own("subject")}`}
          field={own("subject")}
          isLine
          stored={variant.subject ?? ""}
          isFixed={isFixed}
          validation={validation}
          save={(subject) => set({ subject })}
          onFocus={(box) => (focused.current = box)}
        />
      )}
      <TextField
        label="Text"
        path={`${path}.${own("body")}`}
        field={own("body")}
        stored={variant.body}
        isFixed={isFixed}
        validation={validation}
        save={(body) => set({ body })}
        onFocus={(box) => (focused.current = box)}
      />
      {outcome && <Outcome outcome={outcome} isFirst={index === 0} />}
    </fieldset>
  );
}

function Outcome({ outcome, isFirst }: { outcome: ComparedVariant; isFirst: boolean }) {
  const { sent, replied, reply_rate, is_enough, against_first } = outcome;
  return (
    <p className="hint">
      {count(sent, "message")} sent, {count(replied, "reply", "replies")}
      {reply_rate !== null && ` (${percent(reply_rate)})`}.{" "}
      {against_first
        ? `${points(against_first.rate)} points against A, 95 % interval ${points(against_first.low)} to ${points(against_first.high)}.`
        : (!is_enough || !isFirst) && "Not enough yet to compare."}
    </p>
  );
}

function percent(part: number): string {
  return `${(part * 100).toLocaleString("en", { maximumFractionDigits: 1 })} %`;
}

/** A difference of rates, in percentage points. */
function points(difference: number): string {
  return (difference * 100).toLocaleString("en", { maximumFractionDigits: 1, signDisplay: "exceptZero" });
}

/** The variables of a template, which are inserted at the cursor. */

import { type TemplateVariable, templateVariables } from "campaignkit/variables";
import type { RefObject } from "react";
import { Icon } from "../ui/icon";
import { Menu, type Choice } from "../shell/menu";

interface VariableMenuProps {
  /** The keys of the prospects' custom fields. */
  keys: readonly string[];
  target: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
  /** The number of the step that contains the target. */
  step: number;
}

export function VariableMenu({ keys, target, step }: VariableMenuProps) {
  const choice = (variable: string): Choice => ({
    label: variable,
    choose: () => insert(target.current, `%${variable}%`),
  });
  const choicesOf = (whose: TemplateVariable["of"]) =>
    templateVariables().flatMap(({ name, of }) => (of === whose ? choice(name) : []));
  const groups = [
    { title: "Prospect", choices: choicesOf("prospect") },
    ...(keys.length > 0
      ? [{ title: "Custom fields", choices: keys.map((key) => choice(`custom_fields.${key}`)) }]
      : []),
    { title: "Sender", choices: choicesOf("sender") },
  ];
  return (
    <Menu
      name="Variables"
      className="quiet"
      label={
        <>
          <Icon name="braces" /> Variable <span className="unseen">for step {step}</span>
        </>
      }
      groups={groups}
    />
  );
}

/** Replaces the selection as if it had been typed: React notices, and it can be undone. */
function insert(box: HTMLInputElement | HTMLTextAreaElement | null, text: string): void {
  if (!box) return;
  box.focus();
  box.setRangeText(text, box.selectionStart ?? 0, box.selectionEnd ?? 0, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

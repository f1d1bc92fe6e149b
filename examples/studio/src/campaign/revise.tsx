/** The texts of a launched step, changed for what is not handed out yet: the effect is shown before it is applied. */

import { useState } from "react";
import type { ReviseNode, Revised, SequenceNode } from "campaignkit";
import { useAction } from "../ui/action";
import { Dialog } from "../ui/dialog";
import { Failure, issuesAt } from "../ui/failure";
import { Field } from "../ui/field";
import { count } from "../ui/text";
import { useStudio } from "../studio-context";

export type Revisable = Exclude<SequenceNode, { type: "delay" | "end" }>;

interface ReviseProps {
  node: Revisable;
  name: string;
  onClose(): void;
}

export function Revise({ node, name, onClose }: ReviseProps) {
  const { me, announce } = useStudio();
  const action = useAction();
  const isEmail = node.type === "email";
  const [subject, setSubject] = useState(isEmail ? node.subject : "");
  const [body, setBody] = useState(node.body ?? "");
  const [textOnly, setTextOnly] = useState(isEmail && node.text_only === true);
  const [effect, setEffect] = useState<Revised | undefined>();
  const request: ReviseNode = isEmail ? { subject, body, text_only: textOnly } : { body };
  const type = (change: () => void) => {
    change();
    setEffect(undefined);
    action.clear();
  };

  const look = () =>
    action.run(async () => setEffect(await me.reviseNode(node.campaign_id, node.id, { ...request, dry_run: true })));
  const apply = async (expected_revision: number) => {
    const applied = await action.run(() => me.reviseNode(node.campaign_id, node.id, { ...request, expected_revision }));
    if (!applied) return setEffect(undefined);
    announce("The texts were changed.");
    onClose();
  };

  return (
    <Dialog title={`Change the texts of ${name.toLowerCase()} ${node.position + 1}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void (effect ? apply(effect.revision) : look());
        }}
      >
        <p className="hint">What was sent or handed out stays as it is.</p>
        {isEmail && !node.is_reply && (
          <Field label="Subject" issues={issuesAt(action.error, "subject")}>
            {(control) => (
              <input
                {...control}
                data-first
                value={subject}
                spellCheck
                autoComplete="off"
                onChange={({ target }) => type(() => setSubject(target.value))}
              />
            )}
          </Field>
        )}
        <Field label={node.type === "connection_request" ? "Note (optional)" : "Text"} issues={issuesAt(action.error, "body")}>
          {(control) => (
            <textarea
              {...control}
              className="message"
              rows={6}
              value={body}
              spellCheck
              onChange={({ target }) => type(() => setBody(target.value))}
            />
          )}
        </Field>
        {isEmail && (
          <label className="check">
            <input type="checkbox" checked={textOnly} onChange={({ target }) => type(() => setTextOnly(target.checked))} />
            Plain text only, without HTML
          </label>
        )}
        <Failure error={action.error} at={["subject", "body"]} />
        <div role="status">{effect && <Effect effect={effect} />}</div>
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy}>
            {effect ? "Apply" : "Show what changes"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** What a change does. */
function Effect({ effect }: { effect: Revised }) {
  const { messages, between, stale_drafts, unresolved } = effect;
  return (
    <ul className="effect">
      <li>
        {count(messages, "message is", "messages are")} not handed out yet and {messages === 1 ? "gets" : "get"} the new text
        {between > 0 && `, ${between} of them to people who were written to before`}.
      </li>
      {stale_drafts > 0 && (
        <li>
          {count(stale_drafts, "message was", "messages were")} written by hand for one person and{" "}
          {stale_drafts === 1 ? "goes" : "go"} as written.
        </li>
      )}
      {unresolved.prospects > 0 && (
        <li className="issue">
          {count(unresolved.prospects, "person has", "people have")} no value for a variable:{" "}
          {unresolved.prospects === 1 ? "the message waits" : "their messages wait"}.
        </li>
      )}
    </ul>
  );
}

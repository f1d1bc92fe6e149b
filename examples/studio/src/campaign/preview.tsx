/** What one prospect will read, from one of the senders, with the present sequence. */

import { useLayoutEffect, useRef, useState } from "react";
import type { Campaign, MessagePreview, Prospect } from "campaignkit";
import { useQuery } from "campaignkit/react";
import { Failure } from "../ui/failure";
import { Field } from "../ui/field";
import { campaignHref } from "../shell/route";
import { useStudio } from "../studio-context";
import { personName } from "../ui/text";

interface PreviewProps {
  campaign: Campaign;
  people: readonly Prospect[] | undefined;
}

export function Preview({ campaign, people }: PreviewProps) {
  const { me, accounts } = useStudio();
  const [chosen, setChosen] = useState<string | undefined>();
  const [sender, setSender] = useState<string | undefined>();
  const person = people?.find(({ id }) => id === chosen) ?? people?.[0];
  const account_id = campaign.sender_account_ids.find((id) => id === sender) ?? campaign.sender_account_ids[0] ?? null;
  const preview = useQuery(person && me, (me) => me.previewMessages(person?.id ?? "", { account_id }));

  return (
    <section className="preview" aria-labelledby="preview-heading">
      <h2 id="preview-heading">Preview</h2>
      {people?.length === 0 && (
        <p className="hint">
          <a href={campaignHref(campaign.id, "people")}>Add people</a> to see here what each of them will read.
        </p>
      )}
      {person && (
        <div className="pair">
          <Field label="Prospect">
            {(control) => (
              <select {...control} value={person.id} onChange={(event) => setChosen(event.target.value)}>
                {people?.map((each) => (
                  <option key={each.id} value={each.id}>
                    {personName(each)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="From">
            {(control) => (
              <select {...control} value={account_id ?? ""} onChange={(event) => setSender(event.target.value)}>
                {campaign.sender_account_ids.map((id) => (
                  <option key={id} value={id}>
                    {accounts.find((account) => account.id === id)?.display_name ?? "Unknown"}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
      <Failure error={preview.error?.kind === "not_found" ? undefined : preview.error} />
      <ol className="letters">
        {preview.data?.messages.map((message) => (
          <Letter key={message.node_id} message={message} />
        ))}
      </ol>
    </section>
  );
}

function Letter({ message }: { message: MessagePreview }) {
  const { position, type, subject, body, body_html, unresolved } = message;
  return (
    <li className="letter">
      <p className="letter-step">Step {position + 1}</p>
      {type === "email" && subject !== null && <p className="letter-subject">{subject || "No subject"}</p>}
      {body_html !== null && <Html html={body_html} title={`Text of step ${position + 1}`} />}
      {body_html === null && body !== null && <div className="letter-body">{body}</div>}
      {type === "connection_request" && body === null && unresolved.length === 0 && (
        <p className="hint">An invitation without a note.</p>
      )}
      {unresolved.length > 0 && (
        <p className="issue">
          Without a value:{" "}
          {unresolved.map((variable) => (
            <code key={variable}>%{variable}%</code>
          ))}
        </p>
      )}
    </li>
  );
}

/** Type and colours of this page; a link opens elsewhere. */
const STYLE = `<base target="_blank"><style>
  :root { color-scheme: light dark; font: 14px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
  body { margin: 0; }
  p { margin: 0 0 1em; }
  p:last-of-type { margin-bottom: 0; }
</style>`;

/** An email as mail programs show it: in a frame in which no script runs, as high as its text. */
function Html({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(0);
  const fit = () => setHeight(frame.current?.contentDocument?.querySelector("body")?.offsetHeight ?? 0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(fit);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  return (
    <iframe
      ref={frame}
      className="letter-html"
      title={title}
      sandbox="allow-same-origin allow-popups"
      srcDoc={STYLE + html}
      style={{ height }}
      onLoad={fit}
    />
  );
}

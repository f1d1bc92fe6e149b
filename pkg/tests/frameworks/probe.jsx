import { useAction, useKit, useLive, useQuery } from "campaignkit/react";
import { createElement, StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";

/** Puts the results of the hooks where a test finds them, as long as it is mounted: the last one, and all of them. */
function Probe({ name, options, user_id, query, campaign_id, turn }) {
  const { kit, error } = useKit(options);
  const me = user_id && kit?.as(user_id);
  const { data, error: failure } = useLive(me, query);
  const reading = useQuery(campaign_id && me, (me) => me.getCampaign(campaign_id));
  const rename = useAction((name) => me.updateCampaign(campaign_id, { name }));
  useEffect(() => {
    globalThis.seen[name] = { kit, error, data, failure, reading, rename, turn };
    globalThis.answers.push({ query, data });
    return () => void delete globalThis.seen[name];
  });
}

globalThis.seen = {};
globalThis.answers = [];
const root = createRoot(document.querySelector("#root"));
globalThis.show = (...probes) => {
  const elements = probes.map((probe) => createElement(Probe, { key: probe.name, ...probe }));
  root.render(createElement(StrictMode, null, ...elements));
};

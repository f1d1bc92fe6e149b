import { useKit, useLive } from "campaignkit/react";
import { createElement, StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";

/** Puts the results of the hooks where a test finds them, as long as it is mounted: the last one, and all of them. */
function Probe({ name, options, user_id, query, turn }) {
  const { kit, error } = useKit(options);
  const { data, error: failure } = useLive(user_id && kit?.as(user_id), query);
  useEffect(() => {
    globalThis.seen[name] = { kit, error, data, failure, turn };
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

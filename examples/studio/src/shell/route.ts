/** What the page shows, by its address: `#/campaigns/ID/people`. */

import { useSyncExternalStore } from "react";

export const TABS = ["sequence", "people", "setup", "check", "activity"] as const;
export type Tab = (typeof TABS)[number];

export type Route =
  { page: "overview" } | { page: "settings" } | { page: "campaign"; id: string; tab: Tab; field: string | undefined };

export function parseRoute(hash: string): Route {
  const [page, id, tab, field] = hash.replace(/^#\/?/, "").split("/").map(decode);
  if (page === "settings") return { page };
  if (page !== "campaigns" || !id) return { page: "overview" };
  return { page: "campaign", id, tab: TABS.find((known) => known === tab) ?? "sequence", field: field || undefined };
}

/** The address of a campaign; `field` is the path of an issue, whose field is focused there. */
export function campaignHref(id: string, tab: Tab = "sequence", field?: string): string {
  return ["#/campaigns", id, tab, ...(field ? [encodeURIComponent(field)] : [])].join("/");
}

export function go(href: string): void {
  location.hash = href;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(onHashChange, () => location.hash);
  return parseRoute(hash);
}

function onHashChange(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

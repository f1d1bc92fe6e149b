/** Hooks for React 18 and newer. */

import {
  type CampaignKitError,
  type Kit,
  type LiveAnswer,
  type LiveQuery,
  open,
  type OpenOptions,
  type Session,
} from "campaignkit";
import { useEffect, useState } from "react";

/** The result of {@link useKit}: neither field while the database opens, then one of them. */
export interface OpenedKit {
  kit: Kit | undefined;
  error: CampaignKitError | undefined;
}

/** The result of {@link useLive}: no `data` until the first result, and the `error` in place of one. */
export interface LiveData<Data> {
  data: Data | undefined;
  error: CampaignKitError | undefined;
}

const NOTHING = { kit: undefined, data: undefined, error: undefined };

/**
 * The open database of these options. All components of a page share one kit for the same options; it is closed when
 * the last of them is gone. A failed `open` is tried again by the next component that asks.
 *
 * @param options As for `open`; compared by value.
 */
export function useKit(options: OpenOptions): OpenedKit {
  const key = keyOf(options);
  const [opened, setOpened] = useState<OpenedKit & { key?: string }>(NOTHING);
  useEffect(() => {
    let isWanted = true;
    const shared = hold(key);
    shared.kit.then(
      (kit) => isWanted && setOpened({ key, kit, error: undefined }),
      (error) => isWanted && setOpened({ key, kit: undefined, error }),
    );
    return () => {
      isWanted = false;
      release(key, shared);
    };
  }, [key]);
  const { kit, error } = opened.key === key ? opened : NOTHING;
  return { kit, error };
}

/**
 * The result of a query, kept up to date: see `subscribe` of a session.
 *
 * @param session `kit.as(user_id)`, which may be made anew for each rendering; without one there is no query.
 * @param query Compared by value; `null` for no query.
 */
export function useLive<Query extends LiveQuery>(
  session: Session | null | undefined,
  query: Query | null | undefined,
): LiveData<LiveAnswer<Query>> {
  const key = session && query ? keyOf(query) : undefined;
  const [asked, setAsked] = useState(session);
  if (asked !== session && !(asked && session?.isSame(asked))) setAsked(session);
  const [live, setLive] = useState<LiveData<LiveAnswer<Query>> & { key?: string; asked?: Session }>(NOTHING);
  useEffect(() => {
    if (!asked || key === undefined) return;
    return asked.subscribe(
      JSON.parse(key) as Query,
      (data) => setLive({ key, asked, data, error: undefined }),
      (error) => setLive({ key, asked, data: undefined, error }),
    );
  }, [asked, key]);
  const { data, error } = live.key === key && live.asked === asked ? live : NOTHING;
  return { data, error };
}

/**
 * A value as text. A value that has none, such as a cyclic one, gets the text of undefined, which has the same result.
 */
function keyOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return "null";
  }
}

/** A kit that the components of this page share, by its options. */
interface Shared {
  readonly kit: Promise<Kit>;
  users: number;
}

const kits = new Map<string, Shared>();

function hold(key: string): Shared {
  let shared = kits.get(key);
  if (!shared) {
    shared = { kit: open(JSON.parse(key) as OpenOptions), users: 0 };
    const mine = shared;
    shared.kit.catch(() => forget(key, mine));
    kits.set(key, shared);
  }
  shared.users++;
  return shared;
}

/** Closes it a moment later: under StrictMode and in hot reloading, components go and come back at once. */
function release(key: string, shared: Shared): void {
  shared.users--;
  setTimeout(() => {
    if (shared.users > 0 || kits.get(key) !== shared) return;
    forget(key, shared);
    void shared.kit.then((kit) => kit.close()).catch(() => {});
  });
}

function forget(key: string, shared: Shared): void {
  if (kits.get(key) === shared) kits.delete(key);
}

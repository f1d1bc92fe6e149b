/** Hooks for React 18 and newer. */

import {
  CampaignKitError,
  type Kit,
  type LiveAnswer,
  type LiveQuery,
  open,
  type OpenOptions,
  type Reader,
  type Session,
} from "campaignkit";
import { useCallback, useEffect, useRef, useState } from "react";

/** The result of {@link useKit}: neither field while the database opens, then one of them. */
export interface OpenedKit {
  kit: Kit | undefined;
  error: CampaignKitError | undefined;
}

/** The result of {@link useLive} and {@link useQuery}: no `data` until the first result, and the `error` in place of one. */
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
 * @param session `kit.as(user_id)`; without one there is no query.
 * @param query Compared by value; `null` for no query.
 */
export function useLive<Query extends LiveQuery>(
  session: Session | null | undefined | false,
  query: Query | null | undefined,
): LiveData<LiveAnswer<Query>> {
  const key = session && query ? keyOf(query) : undefined;
  return useSubscription(session, key, (me, callback, failed) =>
    me.subscribe(JSON.parse(key!) as Query, callback, failed),
  );
}

/**
 * The result of a function that reads, kept up to date: see `live` of a session.
 *
 * @param session `kit.as(user_id)`; without one nothing is read.
 * @param read Such as `(me) => me.validate(id)`; it may be made anew for each rendering, and is compared by the calls
 *   that it makes before it waits for the result of one, so calls must be all that it does.
 * @param deps What else of the component it uses, after it waited; compared by value.
 */
export function useQuery<Data>(
  session: Session | null | undefined | false,
  read: (me: Reader) => Data | PromiseLike<Data>,
  deps: readonly unknown[] = [],
): LiveData<Data> {
  const key = session ? keyOf([session.firstCalls(read), deps]) : undefined;
  return useSubscription<Data>(session, key, (me, callback, failed) => me.live(read, callback, failed));
}

function useSubscription<Data>(
  session: Session | null | undefined | false,
  key: string | undefined,
  subscribe: (
    session: Session,
    callback: (data: Data) => void,
    failed: (error: CampaignKitError) => void,
  ) => () => void,
): LiveData<Data> {
  const [live, setLive] = useState<LiveData<Data> & { key?: string; session?: Session }>(NOTHING);
  useEffect(() => {
    if (!session || key === undefined) return;
    return subscribe(
      session,
      (data) => setLive({ key, session, data, error: undefined }),
      (error) => setLive({ key, session, data: undefined, error }),
    );
  }, [session, key]);
  const { data, error } = live.key === key && live.session === session ? live : NOTHING;
  return { data, error };
}

/** What {@link useAction} gives. */
export interface Action<Args extends unknown[], Data> {
  /** Performs it. Fulfils with its result, or with `undefined` where it failed with an `error`. */
  run: (...args: Args) => Promise<Data | undefined>;
  /** Whether it is under way. */
  pending: boolean;
  /** The result of the last run; none while one is under way. */
  data: Data | undefined;
  /** Why the last run failed. */
  error: CampaignKitError | undefined;
}

const IDLE = { pending: false, data: undefined, error: undefined };

/**
 * Something that a component does, such as `useAction((name: string) => me.updateCampaign(id, { name }))`. Of several
 * runs at once the last one shows. What it throws beside errors of this package, `run` rejects with.
 */
export function useAction<Args extends unknown[], Data>(
  act: (...args: Args) => PromiseLike<Data>,
): Action<Args, Data> {
  const [state, setState] = useState<Omit<Action<Args, Data>, "run">>(IDLE);
  const newest = useRef({ act, runs: 0 });
  useEffect(() => void (newest.current.act = act));
  const run = useCallback(async (...args: Args) => {
    const number = ++newest.current.runs;
    const show = (state: Omit<Action<Args, Data>, "run">) => number === newest.current.runs && setState(state);
    show({ ...IDLE, pending: true });
    try {
      const data = await newest.current.act(...args);
      show({ ...IDLE, data });
      return data;
    } catch (error) {
      const isOurs = error instanceof CampaignKitError;
      show({ ...IDLE, error: isOurs ? error : undefined });
      if (!isOurs) throw error;
      return undefined;
    }
  }, []);
  return { run, ...state };
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

/** Results that have no live query: read again after each transaction that concerns them. */

import { useEffect, useRef, useState } from "react";
import type { CampaignKitError, Event, Session } from "campaignkit";
import { failureOf } from "./failure";

/** Transactions in quick succession cause one reading. */
const TOGETHER_MS = 120;

export interface Query<Answer> {
  readonly data: Answer | undefined;
  readonly error: CampaignKitError | undefined;
}

/**
 * Reads when the key changes and after each transaction with an event that concerns it; a read that is overtaken is
 * aborted. The result stays until the next one arrives, as long as the key is the same.
 *
 * @param key Everything that `read` depends on; `null` reads nothing.
 */
export function useQuery<Answer>(
  me: Session | undefined,
  key: string | null,
  read: (signal: AbortSignal) => Promise<Answer>,
  concerns: (event: Event) => boolean,
): Query<Answer> {
  const [state, setState] = useState<Query<Answer> & { key: string | null }>({
    key: null,
    data: undefined,
    error: undefined,
  });
  const latest = useRef({ read, concerns });
  useEffect(() => {
    latest.current = { read, concerns };
  });

  useEffect(() => {
    if (!me || key === null) return;
    let running: AbortController | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      running?.abort();
      const { signal } = (running = new AbortController());
      timer = undefined;
      latest.current.read(signal).then(
        (data) => signal.aborted || setState({ key, data, error: undefined }),
        (error: unknown) => signal.aborted || setState({ key, data: undefined, error: failureOf(error) }),
      );
    };
    again();
    const stop = me.onCommit(({ events }) => {
      if (events.some((event) => latest.current.concerns(event))) timer ??= setTimeout(again, TOGETHER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
      running?.abort();
    };
  }, [me, key]);

  return state.key === key ? state : { data: undefined, error: undefined };
}

export function isOf(campaign_id: string): (event: Event) => boolean {
  return (event) => "campaign_id" in event && event.campaign_id === campaign_id;
}

/** Stands in for the program that would send: it claims due messages and reports their outcomes. Nothing is sent. */

import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { CampaignKitError, Completion, RecordEvent, RecordedEventType } from "campaignkit";
import { failureOf } from "../ui/failure";
import { useStudio } from "../studio-context";

/** As long as it takes to send a message, more or less. */
const SENDING_MS = 300;

export interface Host {
  /** Marks as sent whatever becomes due, in this tab. */
  readonly automatic: boolean;
  setAutomatic(automatic: boolean): void;
  /** The instant that the host pretends is the present; undefined for the real one. */
  readonly clock: string | undefined;
  setClock(at: string | undefined): void;
  readonly error: CampaignKitError | undefined;
  claim(max: number): Promise<void>;
  complete(task_id: string, outcome: Completion["outcome"]): Promise<void>;
  record(prospect_id: string, type: RecordedEventType): Promise<void>;
}

const HostContext = createContext<Host | undefined>(undefined);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("outside of the host");
  return host;
}

export function HostProvider({ children }: { children: ReactNode }) {
  const { me, announce } = useStudio();
  const [automatic, setAutomatic] = useState(false);
  const [clock, setClock] = useState<string | undefined>();
  const [error, setError] = useState<CampaignKitError | undefined>();
  const now = useMemo(() => (clock ? { now: clock } : {}), [clock]);

  const attempt = useCallback(async <Answer,>(operation: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      const answer = await operation();
      setError(undefined);
      return answer;
    } catch (thrown) {
      setError(failureOf(thrown));
      setAutomatic(false);
      return undefined;
    }
  }, []);

  useEffect(() => {
    if (!automatic) return;
    const end = new AbortController();
    void attempt(async () => {
      for await (const task of me.due({ late: "send", signal: end.signal, ...now })) {
        await new Promise((sent) => setTimeout(sent, SENDING_MS));
        await task.complete({ outcome: "sent", ...now });
      }
    });
    return () => end.abort();
  }, [automatic, attempt, me, now]);

  const host = useMemo<Host>(
    () => ({
      automatic,
      setAutomatic,
      clock,
      setClock,
      error,
      async claim(max) {
        const claimed = await attempt(() => me.claimDue({ max, late: "send", ...now }));
        if (!claimed) return;
        const { length } = claimed.tasks;
        announce(length === 0 ? "Nothing is due." : `${length} messages are due.`);
      },
      async complete(task_id, outcome) {
        await attempt(() => me.complete(task_id, { outcome, ...now }));
      },
      async record(prospect_id, type) {
        // These events differ only in their type.
        const event = { id: crypto.randomUUID(), type, prospect_id, ...now } as RecordEvent;
        await attempt(() => me.recordEvent(event));
      },
    }),
    [automatic, clock, error, attempt, me, announce, now],
  );
  return <HostContext value={host}>{children}</HostContext>;
}

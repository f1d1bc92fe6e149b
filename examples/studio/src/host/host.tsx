/** Stands in for the program that would send: it claims due messages and reports their outcomes. Nothing is sent. */

import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { CampaignKitError, Completion, RecordEvent, RecordedEventType, Task } from "campaignkit";
import { failureOf } from "../ui/failure";
import { useStudio } from "../studio-context";

const BEAT_MS = 1500;
const PER_BEAT = 4;

export interface Host {
  /** Keeps claiming and marking as sent, in this tab. */
  readonly automatic: boolean;
  setAutomatic(automatic: boolean): void;
  /** The instant that the host pretends is the present; undefined for the real one. */
  readonly clock: string | undefined;
  setClock(at: string | undefined): void;
  readonly error: CampaignKitError | undefined;
  /** The texts of the messages that this tab has claimed. */
  readonly messages: ReadonlyMap<string, Task>;
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
  const [messages, setMessages] = useState<ReadonlyMap<string, Task>>(new Map());
  const now = clock ? { now: clock } : {};
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });

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

  const hand = useCallback(
    async (max: number): Promise<readonly Task[]> => {
      const { tasks } = await me.claimDue({ max, late: "send", ...latest.current });
      setMessages((before) => new Map([...before, ...tasks.map((task) => [task.id, task] as const)]));
      return tasks;
    },
    [me],
  );

  useEffect(() => {
    if (!automatic) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const beat = async () => {
      await attempt(async () => {
        for (const task of await hand(PER_BEAT)) await me.complete(task.id, { outcome: "sent", ...latest.current });
      });
      if (!over) timer = setTimeout(() => void beat(), BEAT_MS);
    };
    void beat();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [automatic, attempt, hand, me]);

  const host = useMemo<Host>(
    () => ({
      automatic,
      setAutomatic,
      clock,
      setClock,
      error,
      messages,
      async claim(max) {
        const tasks = await attempt(() => hand(max));
        if (tasks) announce(tasks.length === 0 ? "Nothing is due." : `${tasks.length} messages are due.`);
      },
      async complete(task_id, outcome) {
        await attempt(() => me.complete(task_id, { outcome, ...latest.current }));
      },
      async record(prospect_id, type) {
        // These events differ only in their type.
        const event = { id: crypto.randomUUID(), type, prospect_id, ...latest.current } as RecordEvent;
        await attempt(() => me.recordEvent(event));
      },
    }),
    [automatic, clock, error, messages, attempt, hand, me, announce],
  );
  return <HostContext value={host}>{children}</HostContext>;
}

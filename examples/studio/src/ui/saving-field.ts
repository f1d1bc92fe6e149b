/** A field that saves itself: it shows the typed value until the stored one has caught up. */

import { useCallback, useEffect, useRef, useState } from "react";
import type { CampaignKitError } from "campaignkit";
import { failureOf } from "./failure";

const PAUSE_MS = 350;

export interface Draft<Value> {
  readonly value: Value;
  readonly saving: boolean;
  readonly error: CampaignKitError | undefined;
  set(value: Value): void;
  /** Saves the typed value at once; for leaving the field. */
  flush(): void;
}

interface Typed<Value> {
  readonly value: Value;
  /** What was stored when typing began. */
  readonly base: Value;
  readonly saved: boolean;
  readonly error: CampaignKitError | undefined;
}

/** Saves after a pause in typing, when the field is left, and when it goes away; one save at a time. */
export function useDraft<Value>(stored: Value, save: (value: Value) => Promise<unknown>): Draft<Value> {
  const [typed, setTyped] = useState<Typed<Value> | undefined>();
  const pending = useRef<{ value: Value } | undefined>(undefined);
  const running = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef({ save, stored });
  useEffect(() => {
    latest.current = { save, stored };
  });

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    if (running.current) return;
    running.current = true;
    while (pending.current) {
      const { value } = pending.current;
      pending.current = undefined;
      let error: CampaignKitError | undefined;
      try {
        await latest.current.save(value);
      } catch (thrown) {
        error = failureOf(thrown);
      }
      if (!pending.current) setTyped((now) => now && { ...now, saved: !error, error });
    }
    running.current = false;
  }, []);

  const set = useCallback(
    (value: Value) => {
      pending.current = { value };
      setTyped((now) => ({
        value,
        base: now && !now.saved ? now.base : latest.current.stored,
        saved: false,
        error: now?.error,
      }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  useEffect(() => {
    const leave = () => void flush();
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [flush]);

  if (typed?.saved && (stored !== typed.base || stored === typed.value)) setTyped(undefined);

  return {
    value: typed ? typed.value : stored,
    saving: typed !== undefined && !typed.saved && !typed.error,
    error: typed?.error,
    set,
    flush: () => void flush(),
  };
}

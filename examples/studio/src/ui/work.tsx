/** Long work: its progress, and a way to cancel it. */

import { useCallback, useRef, useState } from "react";

export interface Progress {
  readonly done: number;
  readonly total: number;
}

interface Options {
  onProgress(done: number, total: number): void;
  signal: AbortSignal;
}

export interface Work {
  /** Undefined while nothing runs. */
  readonly progress: Progress | undefined;
  run<Answer>(operation: (options: Options) => Promise<Answer>): Promise<Answer>;
  cancel(): void;
}

export function useWork(): Work {
  const [progress, setProgress] = useState<Progress | undefined>();
  const running = useRef<AbortController | undefined>(undefined);
  const run = useCallback(async <Answer,>(operation: (options: Options) => Promise<Answer>): Promise<Answer> => {
    const { signal } = (running.current = new AbortController());
    setProgress({ done: 0, total: 0 });
    try {
      return await operation({ signal, onProgress: (done, total) => setProgress({ done, total }) });
    } finally {
      setProgress(undefined);
    }
  }, []);
  return { progress, run, cancel: useCallback(() => running.current?.abort(), []) };
}

interface WorkBarProps {
  label: string;
  progress: Progress;
  onCancel(): void;
}

export function WorkBar({ label, progress: { done, total }, onCancel }: WorkBarProps) {
  return (
    <div className="row work">
      <progress aria-label={label} max={total || 1} {...(total > 0 ? { value: done } : {})} />
      <span>{total > 0 ? `${Math.floor((100 * done) / total)} %` : `${label}…`}</span>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

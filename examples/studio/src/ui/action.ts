/** An operation that a person starts: whether it runs and why it failed. */

import { useCallback, useState } from "react";
import type { CampaignKitError } from "campaignkit";
import { failureOf } from "./failure";

export interface Action {
  readonly busy: boolean;
  readonly error: CampaignKitError | undefined;
  /** Returns undefined if the operation failed; the error is kept until the next run. */
  run<Answer>(operation: () => Promise<Answer>): Promise<Answer | undefined>;
  clear(): void;
}

export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: CampaignKitError | undefined }>({
    busy: false,
    error: undefined,
  });
  const run = useCallback(async <Answer>(operation: () => Promise<Answer>): Promise<Answer | undefined> => {
    setState({ busy: true, error: undefined });
    try {
      const answer = await operation();
      setState({ busy: false, error: undefined });
      return answer;
    } catch (thrown) {
      setState({ busy: false, error: undefined });
      const error = failureOf(thrown);
      if (error.code !== "cancelled") setState({ busy: false, error });
      return undefined;
    }
  }, []);
  const clear = useCallback(() => setState({ busy: false, error: undefined }), []);
  return { ...state, run, clear };
}

/** A CSV file that someone chose: how it is read, and the result. */

import { useCallback, useRef, useState } from "react";
import type { CampaignKitError, CsvPreview, Reading } from "campaignkit";
import { failureOf } from "../ui/failure";
import { useStudio } from "../studio-context";

/** A preview with the reading that it needs. */
export interface Read {
  readonly reading: Reading;
  readonly preview: CsvPreview;
}

interface State {
  readonly file: File | undefined;
  /** The person's choices; everything else is detected. */
  readonly reading: Reading;
  /** The last reading that succeeded. */
  readonly read: Read | undefined;
  readonly busy: boolean;
  /** Why the file cannot be read with these choices. */
  readonly error: CampaignKitError | undefined;
  /** Whether there was a file, which was closed. */
  readonly isClosed: boolean;
}

export interface CsvFile extends State {
  /** Opens a file, as detected or as it was read elsewhere. */
  open(file: File, reading?: Reading): void;
  /** Reads the same file in another way. */
  reread(reading: Reading): void;
  close(): void;
}

const NOTHING: State = {
  file: undefined,
  reading: {},
  read: undefined,
  busy: false,
  error: undefined,
  isClosed: false,
};

export function useCsvFile(): CsvFile {
  const { me } = useStudio();
  const [state, setState] = useState(NOTHING);
  const turn = useRef(0);

  const look = useCallback(
    async (file: File, reading: Reading, before: Read | undefined) => {
      const own = ++turn.current;
      // A result that is overtaken by another choice is ignored.
      const set = (state: State) => {
        if (own === turn.current) setState(state);
      };
      const now = { ...NOTHING, file, reading, read: before };
      set({ ...now, busy: true });
      try {
        const preview = await me.previewCsv(file, reading);
        set({ ...now, read: { reading, preview } });
      } catch (thrown) {
        set({ ...now, error: failureOf(thrown) });
      }
    },
    [me],
  );

  const open = useCallback((file: File, reading: Reading = {}) => void look(file, reading, undefined), [look]);
  const close = useCallback(() => {
    turn.current++;
    setState({ ...NOTHING, isClosed: true });
  }, []);
  const reread = (reading: Reading) => {
    if (state.file) void look(state.file, reading, state.read);
  };
  return { ...state, open, reread, close };
}

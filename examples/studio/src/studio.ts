/** What every part of the page uses. */

import { createContext, useContext } from "react";
import type { Account, Kit, Session, User } from "campaignkit";

export interface Studio {
  readonly kit: Kit;
  readonly me: Session;
  readonly user: User;
  readonly accounts: readonly Account[];
  /** Tells people who don't see the page what has just happened on it. */
  announce(text: string): void;
}

export const StudioContext = createContext<Studio | undefined>(undefined);

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error("outside of the studio");
  return studio;
}

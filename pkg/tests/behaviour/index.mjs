/**
 * What the package promises everywhere, once: each case runs in Node and in Chromium, over every storage.
 *
 * A file for each wing of the product. They are served to browsers as they are, so they import nothing but one another.
 */

import { cases as backup } from "./backup.mjs";
import { cases as calls } from "./calls.mjs";
import { cases as campaigns } from "./campaigns.mjs";
import * as clock from "./clock.mjs";
import { cases as events } from "./events.mjs";
import { cases as imports } from "./import.mjs";
import { cases as kinds } from "./kinds.mjs";
import { cases as launch } from "./launch.mjs";
import { cases as live } from "./live.mjs";
import { cases as messages } from "./messages.mjs";
import { cases as people } from "./people.mjs";
import { cases as requests } from "./requests.mjs";
import { simulatedCases as sending } from "./sending.mjs";
import { cases as users } from "./users.mjs";
import { cases as work } from "./work.mjs";

export * from "./words.mjs";

/** Each takes an open, empty database; what `open` was and the class of errors are there for the few that need them. */
export const cases = {
  ...campaigns,
  ...requests,
  ...users,
  ...people,
  ...imports,
  ...kinds,
  ...launch,
  ...messages,
  ...events,
  ...clock.cases,
  ...calls,
  ...work,
  ...live,
  ...backup,
};

/** Each takes a database that was opened as `SIMULATED` and is empty. */
export const simulatedCases = { ...sending, ...clock.simulatedCases };

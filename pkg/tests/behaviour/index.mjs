/**
 * What the package promises on every platform: each case runs in Node and in Chromium, over every storage.
 *
 * One file for each part of the product. They are served to browsers unchanged, so they import nothing but one another.
 */

import { simulatedCases as ahead } from "./ahead.mjs";
import { cases as backup } from "./backup.mjs";
import { cases as calls } from "./calls.mjs";
import { cases as campaigns } from "./campaigns.mjs";
import * as clock from "./clock.mjs";
import { simulatedCases as due } from "./due.mjs";
import { cases as events } from "./events.mjs";
import { simulatedCases as html } from "./html.mjs";
import { cases as imports } from "./import.mjs";
import { cases as kinds } from "./kinds.mjs";
import { cases as launch } from "./launch.mjs";
import { cases as live } from "./live.mjs";
import { cases as messages } from "./messages.mjs";
import { cases as pages } from "./pages.mjs";
import { cases as people } from "./people.mjs";
import { simulatedCases as privacy } from "./privacy.mjs";
import { cases as requests } from "./requests.mjs";
import { simulatedCases as revise } from "./revise.mjs";
import { simulatedCases as sending } from "./sending.mjs";
import { cases as together } from "./together.mjs";
import { cases as users } from "./users.mjs";
import { simulatedCases as variants } from "./variants.mjs";
import { cases as work } from "./work.mjs";

export * from "./words.mjs";

/** Each takes an open, empty database; a few also need the options of `open` and the class of errors. */
export const cases = {
  ...campaigns,
  ...requests,
  ...users,
  ...people,
  ...pages,
  ...imports,
  ...kinds,
  ...launch,
  ...messages,
  ...events,
  ...clock.cases,
  ...calls,
  ...together,
  ...work,
  ...live,
  ...backup,
};

/** Each takes an empty database that was opened with `SIMULATED`. */
export const simulatedCases = {
  ...sending,
  ...ahead,
  ...html,
  ...revise,
  ...variants,
  ...privacy,
  ...due,
  ...clock.simulatedCases,
};

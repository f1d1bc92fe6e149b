/** The operations of one user, over any connection. */

import type { READS } from "./operation-table.js";
import { SendingCalls } from "./session/sending.js";

export type { ImportListOptions } from "./session/people.js";
export type { DueOptions, DueTask } from "./due.js";
export type { Pages } from "./pages.js";

/**
 * A database acting for one user; made by {@link Kit.as}.
 *
 * The id of another user's object gives the same error as an id that does not exist. Where the user itself does not
 * exist, every operation rejects with `user_not_found`.
 */
export class Session extends SendingCalls {}

/** The part of a session that only reads. */
export type Reader = Pick<Session, keyof Session & keyof typeof READS>;

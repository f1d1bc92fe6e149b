/** The API of what one user can do, over whatever runs the engine. */

import { SendingCalls } from "./session/sending.js";

export type { ImportListOptions } from "./session/people.js";

/**
 * A database acting for one user; made by {@link Kit.as}.
 *
 * An id of another user's answers like an id that does not exist. Where the user itself does not exist, every
 * operation rejects with `user_not_found`.
 */
export class Session extends SendingCalls {}

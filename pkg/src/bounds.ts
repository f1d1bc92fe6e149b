// Generated from `src/bounds.rs` by `cargo xtask types`; do not edit.

/** The most characters of a line: a name, a title, a company, the key of a custom field. */
export const LINE_MAX = 255;

/** The most characters of a signature. */
export const SIGNATURE_MAX = 10000;

/** The most custom fields of a person. */
export const CUSTOM_FIELDS_MAX = 200;

/** The most characters of a custom field. */
export const CUSTOM_FIELD_MAX = 10000;

/** The most people, leads, suppressions, messages or ids of one request. */
export const ITEMS_MAX = 1000;

/** The rows of a page. */
export const PAGE_LIMIT = { min: 1, max: 200 } as const;

/** The rows of a page where no limit is given. */
export const PAGE_LIMIT_DEFAULT = 50;

/** Messages per day of an email campaign, across all senders: what is beyond is brought into the range. */
export const DAILY_LIMIT = { min: 1, max: 500 } as const;

/** The daily limit of an email campaign where none is given. */
export const DAILY_LIMIT_DEFAULT = 50;

/** The most senders of a campaign. */
export const SENDERS_MAX = 100;

/** After how many minutes a follow-up that could not go in its hours is late. */
export const LATE_AFTER_MINUTES = { min: 1, max: 10080 } as const;

/** The minutes after which a follow-up is late where none are given. */
export const LATE_AFTER_MINUTES_DEFAULT = 4320;

/** After how many days an invitation that was not accepted is given up. */
export const ACCEPTANCE_DAYS = { min: 1, max: 365 } as const;

/** The days after which an invitation is given up where none are given. */
export const ACCEPTANCE_DAYS_DEFAULT = 14;

/** The most nodes of a sequence, its end included. */
export const NODES_MAX = 100;

/** A delay, its days, hours and minutes together, in minutes. */
export const DELAY_MINUTES = { min: 1, max: 43200 } as const;

/** The most characters of the subject of a node. */
export const NODE_SUBJECT_MAX = 1000;

/** The most characters of the text of a node. */
export const NODE_BODY_MAX = 100000;

/** The most variants of a node. */
export const VARIANTS_MAX = 5;

/** The weight of a variant. */
export const VARIANT_WEIGHT = { min: 1, max: 100 } as const;

/** The most characters of a subject once it is rendered. */
export const SUBJECT_MAX = 2000;

/** The most characters of a text once it is rendered, an email's with the signature. */
export const BODY_MAX = 200000;

/** The most characters of the note of an invitation once it is rendered. */
export const NOTE_MAX = 200;

/** The same for a sender with a premium plan. */
export const PREMIUM_NOTE_MAX = 300;

/** Messages per day of an account. */
export const ACCOUNT_DAILY_LIMIT = { min: 1, max: 100000 } as const;

/** Invitations, or messages, per rolling 7 days of a LinkedIn account. */
export const ACCOUNT_WEEKLY_LIMIT = { min: 1, max: 100000 } as const;

/** Messages per day of an account where no limit is set. */
export const ACCOUNT_DAILY_DEFAULT = 30;

/** Invitations per rolling 7 days of a LinkedIn account where no limit is set. */
export const WEEKLY_CONNECTIONS_DEFAULT = 80;

/** The same with a premium plan. */
export const PREMIUM_WEEKLY_CONNECTIONS_DEFAULT = 100;

/** Messages per rolling 7 days of a LinkedIn account where no limit is set. */
export const WEEKLY_MESSAGES_DEFAULT = 100;

/** The same with a premium plan. */
export const PREMIUM_WEEKLY_MESSAGES_DEFAULT = 150;

/** The seconds between two messages of an account, and those that are added to them. */
export const GAP_SECONDS = { min: 0, max: 86400 } as const;

/** The least seconds between two messages of a new account. */
export const MIN_GAP_SECONDS_DEFAULT = 90;

/** The most that is added to them. */
export const GAP_JITTER_SECONDS_DEFAULT = 60;

/** How many messages the limit of an account's first days grows by. */
export const RAMP_UP_INCREASE = { min: 0, max: 100000 } as const;

/** After how many days it grows. */
export const RAMP_UP_DAYS = { min: 1, max: 365 } as const;

/** The most blackout dates of a user. */
export const BLACKOUT_DATES_MAX = 500;

/** The most days of one range of them. */
export const BLACKOUT_DAYS_MAX = 366;

/** The most tasks of a claim. */
export const CLAIM_TASKS = { min: 1, max: 1000 } as const;

/** The tasks of a claim where no number is given. */
export const CLAIM_TASKS_DEFAULT = 100;

/** Up to how many seconds from now a claim hands messages out ahead. */
export const AHEAD_SECONDS = { min: 0, max: 86400 } as const;

/** The most characters of a host's note on a task. */
export const TASK_NOTE_MAX = 1000;

/** For how many seconds a task is leased. */
export const LEASE_SECONDS = { min: 1, max: 86400 } as const;

/** The seconds of a lease where none are given. */
export const LEASE_SECONDS_DEFAULT = 300;

/** The most bytes of a file. */
export const FILE_MAX = 268435456;

/** The most rows of a CSV file. */
export const ROWS_MAX = 1000000;

/** The most cells of a row: the width of a sheet in the common spreadsheet programs. */
export const COLUMNS_MAX = 16384;

/** The most bytes of a cell, in UTF-8. */
export const CELL_MAX = 1048576;

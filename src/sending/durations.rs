//! How long sending pauses, rests, holds and goes on where nobody says otherwise. The documentation of `Session::complete`, of
//! `RecordEvent` (also in `typescript/request.rs`) and `docs/rules.md#outcomes` state these in words.

pub(super) const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;

/// How long a message waits after its first failure in a row; after each further one, twice as long.
pub(super) const RETRY_PAUSE_FIRST_MS: i64 = MINUTE_MS;

/// The longest that a message waits after a failure.
pub(super) const RETRY_PAUSE_MAX_MS: i64 = 4 * HOUR_MS;

/// How long the failures of a message go on at least before its prospect is cancelled.
pub(super) const RETRIES_MIN_MS: i64 = 5 * DAY_MS;

/// When a deferred message is handed out again, unless its host says when.
pub(super) const DEFERRED_MS: i64 = 5 * MINUTE_MS;

/// How far ahead a host may say that.
pub(super) const DEFERRED_MAX_DAYS: usize = 30;

/// How long a failing sender rests first; after each probe that fails, twice as long.
pub(super) const FAILING_SENDER_REST_FIRST_MS: i64 = 5 * MINUTE_MS;

/// The longest that a failing sender rests.
pub(super) const FAILING_SENDER_REST_MAX_MS: i64 = 6 * HOUR_MS;

/// For how long a person with an automatic reply is held, unless the event says until when.
pub(super) const AUTO_REPLY_HOLD_MS: i64 = 5 * DAY_MS;

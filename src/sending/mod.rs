//! Sending: where each person of an active campaign stands, which message is due from which account, and its outcome.

pub(crate) mod comparison;
mod durations;
pub(crate) mod failing_sender;
pub(crate) mod handover;
pub(crate) mod limit_usage;
pub(crate) mod outbox;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod reason;
pub(crate) mod report;
pub(crate) mod retry;
pub(crate) mod scheduler;
pub(crate) mod stats;
pub(crate) mod suppress;
pub(crate) mod task;
pub(crate) mod token_url;
pub(crate) mod unsubscribe;

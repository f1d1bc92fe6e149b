//! What a running campaign does: where each person stands, which message is due from whom, and what became of it.

pub(crate) mod counts;
pub(crate) mod handover;
pub(crate) mod outbox;
pub(crate) mod plan;
pub(crate) mod queue;
pub(crate) mod rest;
pub(crate) mod retry;
pub(crate) mod scheduler;
pub(crate) mod suppress;
pub(crate) mod task;

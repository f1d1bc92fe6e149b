//! Counts the messages that a claim looked at and did not hand out.

use std::collections::BTreeMap;

use crate::id::AccountId;
use crate::sending::outbox::HeldBack;
use crate::sending::reason::Reason;

/// How many messages each reason holds back, by their sender.
#[derive(Default)]
pub(super) struct HeldMessages(BTreeMap<(Reason, Option<AccountId>), u32>);

impl HeldMessages {
    pub(super) fn add(&mut self, reason: Reason, account: Option<AccountId>, messages: u32) {
        let count = self.0.entry((reason, account)).or_default();
        *count = count.saturating_add(messages);
    }

    pub(super) fn finish(self) -> Vec<HeldBack> {
        let groups = self.0.into_iter();
        groups.map(|((reason, account_id), prospects)| HeldBack { reason, account_id, prospects }).collect()
    }
}

//! Counts the messages that a claim looked at and did not hand out.

use crate::id::AccountId;
use crate::sending::outbox::HeldBack;
use crate::sending::reason::Reason;

/// How many messages each reason holds back, by their sender, in that order.
#[derive(Default)]
pub(super) struct HeldMessages(Vec<HeldBack>);

impl HeldMessages {
    pub(super) fn add(&mut self, reason: Reason, account_id: Option<AccountId>, messages: u32) {
        let place = self.0.partition_point(|held| (held.reason, held.account_id) < (reason, account_id));
        match self.0.get_mut(place).filter(|held| (held.reason, held.account_id) == (reason, account_id)) {
            Some(held) => held.prospects = held.prospects.saturating_add(messages),
            None => self.0.insert(place, HeldBack { reason, account_id, prospects: messages }),
        }
    }

    pub(super) fn finish(self) -> Vec<HeldBack> {
        self.0
    }
}

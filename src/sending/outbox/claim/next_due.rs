//! When a claim would next change something.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashSet};

use super::super::LatePolicy;
use super::awake::Awake;
use super::next::ClaimScope;
use crate::account::Account;
use crate::error::Result;
use crate::sending::progress;
use crate::sending::scheduler::Keeping;
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::rows::{self, Waker};
use crate::store::Snapshot;
use crate::time::Instant;
use crate::user::User;

/// The first instant from now on at which a claim would change something. Of those where something may happen at one instant, it
/// looks at one first, and then at twice as many each time. `known` are accounts that were loaded, `sure` those of which it is
/// known when something happens.
pub(super) fn next_due(
    snapshot: &Snapshot<'_>,
    user: &User,
    now: Instant,
    known: Vec<Account>,
    sure: &[(Instant, Waker)],
) -> Result<Option<Instant>> {
    let mut known = known;
    let stirred = rows::stirred(snapshot, user.id)?;
    let mut seen: HashSet<Waker> = stirred.iter().copied().collect();
    // When something may happen where it was found.
    let mut wakes: BinaryHeap<Reverse<(Instant, Waker)>> =
        stirred.into_iter().map(|waker| Reverse((now, waker))).collect();
    let (mut last, mut were_all) = (None, false);
    let (mut at, mut most) = (now, 1);
    loop {
        while !were_all && wakes.peek().is_none_or(|Reverse(first)| last.is_none_or(|(wake, _)| wake < first.0)) {
            let found = rows::wakes(snapshot, user.id, last, most)?;
            were_all = found.len() < most;
            last = found.last().copied().or(last);
            let found = found.into_iter().filter(|(_, waker)| seen.insert(*waker));
            wakes.extend(found.map(Reverse));
        }
        let Some(Reverse((next, _))) = wakes.peek() else { return Ok(None) };
        if *next > at {
            (at, most) = (*next, 1);
        }
        let mut awake = Awake::default();
        while awake.campaigns.len() + awake.senders.len() < most
            && let Some(next) = wakes.peek_mut().filter(|next| next.0.0 <= at)
        {
            let Reverse((_, waker)) = PeekMut::pop(next);
            if sure.contains(&(at, waker)) {
                return Ok(Some(at));
            }
            match waker {
                Waker::Campaign(campaign) if progress::rows::has_waited(snapshot, campaign, at)? => {
                    return Ok(Some(at));
                }
                Waker::Campaign(campaign) => awake.campaigns.push(campaign),
                Waker::Sender(account) => awake.senders.push(account),
            }
        }
        let loaded = Loaded::new(snapshot, user, at, Keeping::Told { lease_ms: 0 }, known)?;
        let mut scope = ClaimScope::of(snapshot, loaded, &awake, LatePolicy::NextWindow, at)?;
        if scope.next(snapshot)?.is_some() {
            return Ok(Some(at));
        }
        for index in scope.loaded.campaigns.indexes() {
            let wake = scope.waits(snapshot, index)?.first().map(|wake| wake.at).filter(|wake| *wake > at);
            let campaign = scope.loaded.scheduler.campaigns[index].id;
            wakes.extend(wake.map(|wake| Reverse((wake, Waker::Campaign(campaign)))));
        }
        let free = scope.free(snapshot)?.into_iter().filter(|(free, _)| *free > at);
        wakes.extend(free.map(|(free, account)| Reverse((free, Waker::Sender(account)))));
        known = scope.loaded.into_accounts();
        most *= 2;
    }
}

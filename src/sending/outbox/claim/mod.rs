//! Claiming messages that are due.

mod ahead;
mod expired_waits;
mod hand_out;
mod held_messages;
mod late_follow_ups;
mod next;
#[cfg(test)]
mod tests;

use self::ahead::hand_out_ahead;
use self::expired_waits::close_waits;
use self::hand_out::LeaseIssuer;
use self::held_messages::HeldMessages;
use self::late_follow_ups::take_late;
use self::next::{ClaimScope, next_due};
use super::request::{Claim, ClaimDue, LatePolicy};
use super::{Claimed, NextDue, record_closed};
use crate::account::Account;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{CampaignId, ProspectId, TaskId, UserId};
use crate::request::Request;
use crate::request::result_size::{Room, TEXT_MAX, TextSize};
use crate::sending::progress;
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::{self, Index, Keeping};
use crate::sending::stats::Tally;
use crate::sending::task::Task;
use crate::sort::sorted;
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::session::Session;
use crate::user::{self, User};

/// The most messages that a claim without a link to unsubscribe lets wait for one; the next goes on after them.
const AWAITING_MAX: usize = 1_000;

/// How exactly it is remembered when someone last claimed: a host that looks for work each second writes no more often.
const CLAIMED_MS: i64 = 5 * 60 * 1_000;

impl Session<'_> {
    /// Hands out messages that are due and leases them: until the lease ends, or the task is [completed](Session::complete),
    /// nobody else gets the same message. Follow-ups go before first messages, and campaigns take turns with these
    /// (`docs/rules.md#order`). A claim hands out at most 16 MiB of text, but at least one task; repeated claims at the same
    /// instant continue where it ended. Takes a [`ClaimDue`].
    ///
    /// A claim also skips people who must not be contacted any more, and closes invitations that were not accepted in time
    /// and sequences that ended. Messages that need a [time zone](crate::TimeZone) that this version does not know wait. A
    /// message with the unsubscribe link waits for a claim that names one. What was due and waits is counted by its reason
    /// (`held_back`).
    ///
    /// With `ahead_seconds`, a claim also hands out what claims within that time would, if each task succeeded at its
    /// instant: each is to be sent at its `send_at`, several ones of a prospect in their order.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn claim_due(&mut self, request: impl Request<ClaimDue>) -> Result<Claimed> {
        let claim = request.parse()?;
        self.write_at(claim.now, |tx, user| {
            let owner = or_bug(user::rows::find(tx, user)?)?;
            if claim.unsubscribe_url.is_some()
                && claim.channel != Some(Channel::Linkedin)
                && user::rows::awaits_link(tx, user)?
            {
                progress::rows::release_with_link(tx, user)?;
                user::rows::set_awaits_link(tx, user, false)?;
            }
            let mut campaigns = scheduler::rows::awake(tx, user, claim.channel, tx.now())?;
            let mut has_changed = claim.late.looks_back();
            for campaign in &campaigns {
                has_changed |= close_waits(tx, &owner, *campaign)?;
            }
            let mut overdue = Vec::new();
            if claim.late.looks_back() {
                take_late(tx, &owner, claim.channel, claim.late)?;
                overdue = scheduler::rows::overdue(tx, user, claim.channel, tx.now())?;
            }
            if has_changed {
                campaigns = scheduler::rows::awake(tx, user, claim.channel, tx.now())?;
            }
            campaigns.extend(overdue);
            campaigns = sorted(campaigns);
            campaigns.dedup();
            let mut handing = Handing::of(&owner, &claim);
            let mut held_back = HeldMessages::default();
            let mut sure = Vec::new();
            if !campaigns.is_empty() {
                let mut scope = scope(tx, &mut handing, &campaigns, claim.late)?;
                hand_out(tx, &mut scope, &mut handing)?;
                held_back = std::mem::take(&mut handing.issuer.unwritten);
                scope.count_held(&mut held_back);
                sure = scope.sure;
                handing.known = scope.loaded.into_accounts();
            }
            if claim.ahead_ms > 0 && !handing.more {
                hand_out_ahead(tx, &mut handing)?;
                sure.clear();
            }
            let Handing { tasks, more, known, .. } = handing;
            remember(tx, user, claim.channel, &tasks)?;
            let next_due_at = if more { Some(tx.now()) } else { next_due(tx, &owner, tx.now(), known, &sure)? };
            Ok(Claimed { tasks, next_due_at, more, held_back: held_back.finish() })
        })
    }

    /// The first instant at which a claim would change something: hand a message out, give up an invitation or complete a
    /// prospect, on either channel; none if nothing will happen by itself. Before it, a claim changes nothing, so a host may
    /// sleep until then. Changes nothing.
    ///
    /// # Errors
    /// `corrupt` or `unavailable` where the database cannot be read.
    pub fn next_due(&mut self) -> Result<NextDue> {
        let now = self.now();
        self.read(|snapshot, user| {
            let user = or_bug(user::rows::find(snapshot, user)?)?;
            Ok(NextDue { next_due_at: next_due(snapshot, &user, now, Vec::new(), &[])? })
        })
    }
}

/// What a claim hands out.
struct Handing<'c, 't> {
    user: &'c User,
    claim: &'c Claim,
    issuer: LeaseIssuer<'c, 't>,
    tasks: Vec<Task>,
    room: Room,
    more: bool,
    /// The accounts that were loaded so far.
    known: Vec<Account>,
}

impl<'c> Handing<'c, '_> {
    fn of(user: &'c User, claim: &'c Claim) -> Self {
        let issuer = LeaseIssuer::new(user, claim);
        Self { user, claim, issuer, tasks: Vec::new(), room: Room::of(TEXT_MAX), more: false, known: Vec::new() }
    }
}

impl Handing<'_, '_> {
    /// The task of the same prospect that is to be sent before, of which there are some only where it is claimed ahead.
    fn before(&self, prospect: ProspectId) -> Option<TaskId> {
        let mut tasks = self.tasks.iter().rev().filter(|_| self.issuer.is_ahead);
        tasks.find(|task| task.prospect.id == prospect).map(|task| task.id)
    }
}

/// The campaigns in which something may happen at the instant of a transaction.
fn scope(tx: &Tx<'_>, handing: &mut Handing<'_, '_>, campaigns: &[CampaignId], late: LatePolicy) -> Result<ClaimScope> {
    let keeping = Keeping::Told { lease_ms: handing.claim.lease_ms };
    let loaded = Loaded::new(tx, handing.user, tx.now(), keeping, std::mem::take(&mut handing.known))?;
    ClaimScope::of(tx, loaded, campaigns, late, tx.began())
}

/// Hands out messages one by one, as long as there is room, and stores when each campaign is next looked at.
fn hand_out<'t>(tx: &mut Tx<'t>, scope: &mut ClaimScope, handing: &mut Handing<'_, 't>) -> Result<()> {
    let user = handing.user;
    let first = handing.tasks.len();
    let mut tallies: Vec<Tally> = Vec::new();
    while let Some(message) = scope.next(tx)? {
        tallies.resize(scope.loaded.campaigns.len(), Tally::default());
        let tally = or_bug(tallies.get_mut(message.campaign.place()))?;
        match handing.issuer.ready(tx, &mut scope.loaded, message, tally)? {
            Some(ready) => {
                if handing.tasks.len() == handing.claim.max as usize || !handing.room.take(ready.text_size()) {
                    handing.more = true;
                    break;
                }
                scope.take(&ready.message);
                let zone = ready.zone(&scope.loaded);
                let next = ready.after(&scope.loaded, zone, tx.now());
                scope.loaded.scheduler.expect(&ready.message, zone, next);
                let after = handing.before(message.place.prospect);
                let task = handing.issuer.lease(tx, &scope.loaded, ready, after)?;
                handing.tasks.push(task);
            }
            None => {
                scope.dismiss(tx, &message)?;
                let campaign = scope.loaded.scheduler.campaigns[message.campaign].id;
                // A campaign that this completes holds nobody any more.
                if !progress::rows::has_any(tx, campaign)? {
                    record_closed(tx, user.id, campaign, &std::mem::take(tally))?;
                }
                if handing.issuer.awaiting_link == AWAITING_MAX {
                    handing.more = true;
                    break;
                }
            }
        }
    }
    let (before, tasks) = handing.tasks.split_at(first);
    let has = |tasks: &[Task], id| tasks.iter().any(|task| task.prospect.campaign_id == id);
    for (index, (campaign, _)) in scope.loaded.campaigns.iter() {
        if has(tasks, campaign.id) && !has(before, campaign.id) {
            tx.record(user.id, Change::TasksClaimed { campaign_id: campaign.id })?;
        }
        let tally = tallies.get(index.place()).copied().unwrap_or_default();
        record_closed(tx, user.id, campaign.id, &tally)?;
    }
    scope.remember(tx, handing.more)
}

/// Stores when the last claim was, so that a later one knows what became due since.
fn remember(tx: &Tx<'_>, user: UserId, channel: Option<Channel>, tasks: &[Task]) -> Result<()> {
    for channel in channel.map_or(vec![Channel::Email, Channel::Linkedin], |channel| vec![channel]) {
        let last = user::rows::claimed(tx, user, channel)?;
        let is_old = last.is_none_or(|last| tx.now() < last || tx.now() >= last.plus_ms(CLAIMED_MS));
        if is_old || tasks.iter().any(|task| task.account.channel() == channel) {
            user::rows::set_claimed(tx, user, channel)?;
        }
    }
    Ok(())
}

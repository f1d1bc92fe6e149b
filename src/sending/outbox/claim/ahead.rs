//! Claims of what is not due yet (`docs/rules.md#claiming-ahead`): as if the host claimed whenever something is due, and sent
//! each message at its instant.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::next::ClaimScope;
use super::{Handing, hand_out};
use crate::campaign::{self, Campaign};
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::sending::progress::{self, Progress, QueueKey};
use crate::sending::scheduler;
use crate::sending::scheduler::load::route_to;
use crate::sending::task::Task;
use crate::store::{Tx, or_corrupt};
use crate::time::Instant;
use crate::user::User;

/// Hands out what falls due up to the end of the time that is claimed ahead.
pub(super) fn hand_out_ahead<'t>(tx: &mut Tx<'t>, handing: &mut Handing<'_, 't>) -> Result<()> {
    let began = tx.now();
    let until = began.plus_ms(handing.claim.ahead_ms);
    let mut sent = Sent::default();
    let mut looked_at = BTreeSet::new();
    let mut known = 0;
    handing.issuer.is_ahead = true;
    loop {
        sent.send(tx, handing.user, handing.tasks.get(known..).unwrap_or_default())?;
        known = handing.tasks.len();
        let campaigns = scheduler::rows::awake(tx, handing.user.id, handing.claim.channel, tx.now())?;
        if !campaigns.is_empty() {
            let mut scope = ClaimScope::ahead(tx, handing.user, &campaigns, began, tx.now(), handing.claim.lease_ms)?;
            hand_out(tx, &mut scope, handing)?;
            looked_at.extend(scope.loaded.campaigns.iter().map(|(_, (campaign, _))| campaign.id));
        }
        if handing.more {
            break;
        }
        // What was handed out may have made room, or a follow-up due, at the same instant.
        if handing.tasks.len() == known {
            let next = scheduler::rows::next_wake(tx, handing.user.id, tx.now())?;
            match next.filter(|next| *next <= until) {
                Some(next) => tx.set_now(next),
                None => break,
            }
        }
    }
    tx.set_now(began);
    handing.issuer.is_ahead = false;
    sent.take_back(tx)?;
    looked_at.iter().try_for_each(|campaign| scheduler::rows::wake(tx, *campaign))
}

/// The people to whom something was handed out, as if it had been sent.
#[derive(Default)]
struct Sent {
    /// Where each stands really: the last task is handed out.
    handed: BTreeMap<ProspectId, Progress>,
    campaigns: HashMap<CampaignId, Campaign>,
}

impl Sent {
    /// Lets people go on as if their tasks had been sent.
    fn send(&mut self, tx: &Tx<'_>, user: &User, tasks: &[Task]) -> Result<()> {
        for task in tasks {
            let (prospect, campaign) = (task.prospect.id, task.prospect.campaign_id);
            let campaign = match self.campaigns.entry(campaign) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(or_corrupt(campaign::rows::find(tx, user.id, campaign)?)?),
            };
            let progress = or_corrupt(progress::rows::find(tx, prospect)?)?;
            let (route, zone) = route_to(tx, user, campaign, task.account.id, prospect)?;
            let next = progress.after(&route, task.send_at);
            let ended =
                Progress { lane: QueueKey::Wait, ready: Instant::LAST, task: None, place: None, ..progress.clone() };
            let gone_on = Progress { zone, ..progress.clone() }.proceed(next, task.send_at).unwrap_or(ended);
            progress::rows::update(tx, &gone_on)?;
            self.handed.insert(prospect, progress);
        }
        Ok(())
    }

    /// Takes back that anything was sent.
    fn take_back(&self, tx: &Tx<'_>) -> Result<()> {
        self.handed.values().try_for_each(|progress| progress::rows::update(tx, progress))
    }
}

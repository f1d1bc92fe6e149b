//! Claims of what is not due yet (`docs/rules.md#claiming-ahead`): as if the host claimed whenever something is due, and sent
//! each message at its instant.

use super::super::LatePolicy;
use super::{Handing, hand_out, scope};
use crate::campaign::{self, Campaign};
use crate::error::Result;
use crate::id::CampaignId;
use crate::sending::progress::{self, Progress, QueueKey};
use crate::sending::scheduler;
use crate::sending::scheduler::load::route_to;
use crate::sending::task::Task;
use crate::store::{Tx, or_corrupt};
use crate::user::User;

/// Hands out what falls due up to the end of the time that is claimed ahead.
pub(super) fn hand_out_ahead<'t>(tx: &mut Tx<'t>, handing: &mut Handing<'_, 't>) -> Result<()> {
    let began = tx.began();
    let until = began.plus_ms(handing.claim.ahead_ms);
    let mut sent = Sent::default();
    let mut looked_at: Vec<CampaignId> = Vec::new();
    let mut known = 0;
    handing.issuer.is_ahead = true;
    loop {
        sent.send(tx, handing.user, handing.tasks.get(known..).unwrap_or_default())?;
        known = handing.tasks.len();
        sent.complete(tx, handing.user)?;
        let campaigns = scheduler::rows::awake(tx, handing.user.id, handing.claim.channel, tx.now())?;
        if !campaigns.is_empty() {
            let mut scope = scope(tx, handing, &campaigns, LatePolicy::NextWindow)?;
            hand_out(tx, &mut scope, handing)?;
            for (_, (campaign, _)) in scope.loaded.campaigns.iter() {
                if !looked_at.contains(&campaign.id) {
                    looked_at.push(campaign.id);
                }
            }
            handing.known = scope.loaded.into_accounts();
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
    /// Where each stands really, with each task.
    handed: Vec<Progress>,
    campaigns: Vec<Campaign>,
    /// The campaigns in which nobody is left.
    completed: Vec<CampaignId>,
}

impl Sent {
    /// Lets people go on as if their tasks had been sent.
    fn send(&mut self, tx: &Tx<'_>, user: &User, tasks: &[Task]) -> Result<()> {
        for task in tasks {
            let (prospect, campaign) = (task.prospect.id, task.prospect.campaign_id);
            if self.campaigns.iter().all(|known| known.id != campaign) {
                self.campaigns.push(or_corrupt(campaign::rows::find(tx, user.id, campaign)?)?);
            }
            let Some(campaign) = self.campaigns.iter().find(|known| known.id == campaign) else { continue };
            let progress = or_corrupt(progress::rows::find(tx, prospect)?)?;
            let (route, zone) = route_to(tx, user, campaign, Some(task.account.id), prospect)?;
            let next = progress.after(&route, task.send_at);
            let ended =
                Progress { lane: QueueKey::Wait, ready: task.send_at, task: None, place: None, ..progress.clone() };
            let gone_on = Progress { zone, ..progress.clone() }.proceed(next, task.send_at).unwrap_or(ended);
            progress::rows::update(tx, &gone_on)?;
            self.handed.push(progress);
        }
        Ok(())
    }

    /// Completes LinkedIn campaigns in which nobody is left: these do not have their people any more.
    fn complete(&mut self, tx: &Tx<'_>, user: &User) -> Result<()> {
        for (campaign, at) in campaign::rows::over(tx, user.id)? {
            campaign::rows::suppose_completed(tx, campaign, Some(at))?;
            self.completed.push(campaign);
        }
        Ok(())
    }

    /// Takes back that anything was sent.
    fn take_back(&self, tx: &Tx<'_>) -> Result<()> {
        self.completed.iter().try_for_each(|campaign| campaign::rows::suppose_completed(tx, *campaign, None))?;
        // Of several tasks of one person the last one counts.
        self.handed.iter().try_for_each(|progress| progress::rows::update(tx, progress))
    }
}

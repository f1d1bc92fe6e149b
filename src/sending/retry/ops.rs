//! Retrying prospects.

use super::{History, Retried, Retry, RetryProspects, RetryStatus, Successor, put_back};
use crate::campaign::{self, Campaign, CampaignStatus};
use crate::error::{Error, Result, or_bug};
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::hold::{self, rows::Holds};
use crate::people::overlap;
use crate::people::prospect::{self, Prospect};
use crate::people::skipped::{Skipped, told};
use crate::people::suppression::rows::Suppressions;
use crate::request::Request;
use crate::sending::handover::Balance;
use crate::sending::progress::rows::EnterQueue;
use crate::sending::progress::{self, Route, zone};
use crate::sending::scheduler::load::{route, route_in};
use crate::sending::stats::{self, Tally};
use crate::sending::task;
use crate::sending::task::mark;
use crate::sending::task::message::rows::MessageRef;
use crate::sort::sorted;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, Tx, or_corrupt};
use crate::user::{self, User};

impl Session<'_> {
    /// Lets prospects that are `cancelled`, `timed_out`, `skipped` or `bounced` continue after the last message that was
    /// sent to them, at once if the next one is due. The wait for the acceptance of an invitation starts again; a message
    /// that bounced is sent again. A completed campaign is active again, if somebody continues. Prospects that were sent
    /// everything, or have another status, stay as they are. Takes a [`RetryProspects`].
    ///
    /// # Errors
    /// `campaign_not_found`; `not_launched`; `prospect_not_found` for one of another campaign; `no_ready_sender` where a
    /// completed campaign has lost all of its senders; `invalid_input`. Nothing is written.
    pub fn retry_prospects(
        &mut self,
        campaign: impl Request<CampaignId>,
        whom: impl Request<RetryProspects>,
    ) -> Result<Retried> {
        at_once(self.retry_prospects_paced(campaign, whom, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`retry_prospects`](Self::retry_prospects); `cancelled`. Nothing is written.
    pub async fn retry_prospects_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        whom: impl Request<RetryProspects>,
        pace: &mut dyn Pace,
    ) -> Result<Retried> {
        let id = campaign.parse()?;
        let Retry(whom) = whom.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let mut campaign = campaign::rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)?;
            if campaign.status() == CampaignStatus::Draft {
                return Err(Error::NotLaunched);
            }
            let prospects = named(tx, id, whom)?;
            work.begin(prospects.len() as u64, 1);
            let mut retrial = Retrier::of(tx, user, &campaign)?;
            for (done, prospect) in (1..).zip(prospects) {
                retrial.take(tx, &campaign, prospect)?;
                if work.reach(done) {
                    work.pause().await?;
                }
            }
            let Retrier { retried, skipped, tally, balance, .. } = retrial;
            balance.store(tx, id)?;
            if retried > 0 {
                stats::rows::add(tx, id, &tally)?;
                tx.record(user, Change::ProspectsRetried { campaign_id: id })?;
                if campaign.status() == CampaignStatus::Completed {
                    campaign::reopen(tx, &mut campaign)?;
                }
            }
            campaign.stats = stats::rows::find(tx, id)?;
            let (skipped, more_skipped) = told(skipped);
            Ok(Retried { campaign, retried, skipped, more_skipped })
        })
        .await
    }
}

/// The prospects that are named, each once, in the order in which they were added.
fn named(snapshot: &Snapshot<'_>, campaign: CampaignId, whom: RetryProspects) -> Result<Vec<ProspectId>> {
    match whom {
        RetryProspects::Status(status) => prospect::rows::of_status(snapshot, campaign, status.word()),
        RetryProspects::ProspectIds(prospects) => {
            let mut prospects = sorted(prospects);
            prospects.dedup();
            for prospect in &prospects {
                if !prospect::rows::is_of(snapshot, campaign, *prospect)? {
                    return Err(Error::ProspectNotFound);
                }
            }
            Ok(prospects)
        }
    }
}

/// Prospects of one campaign are put back one after the other, in one transaction.
struct Retrier<'t> {
    owner: User,
    route: Route,
    suppressions: Suppressions<'t>,
    holds: Holds<'t>,
    balance: Balance,
    tally: Tally,
    retried: u32,
    skipped: Vec<Skipped>,
}

impl<'t> Retrier<'t> {
    fn of(tx: &Tx<'t>, user: UserId, campaign: &Campaign) -> Result<Self> {
        let owner = or_bug(user::rows::find(tx, user)?)?;
        Ok(Self {
            route: route(&owner, campaign)?,
            owner,
            suppressions: Suppressions::of(tx, user, campaign.settings.channel())?,
            holds: Holds::of(tx, user, tx.now())?,
            balance: Balance::of(tx, campaign)?,
            tally: Tally::default(),
            retried: 0,
            skipped: Vec::new(),
        })
    }

    fn take(&mut self, tx: &Tx<'t>, campaign: &Campaign, id: ProspectId) -> Result<()> {
        let channel = campaign.settings.channel();
        let prospect = or_corrupt(prospect::rows::get(tx, id, channel)?)?;
        if RetryStatus::of(prospect.status).is_none() {
            return Ok(());
        }
        let identity = or_corrupt(prospect.person.identity(channel))?;
        if self.suppressions.covers_person(&prospect.person)? {
            self.skipped.push(Skipped { prospect_id: id, campaign_id: None });
            return Ok(());
        }
        if campaign.skips_other_campaigns()
            && let Some(holder) = overlap::other(tx, campaign, identity, tx.now())?
        {
            self.skipped.push(Skipped { prospect_id: id, campaign_id: Some(holder) });
            return Ok(());
        }
        self.put_back(tx, campaign, &prospect)
    }

    fn put_back(&mut self, tx: &Tx<'t>, campaign: &Campaign, prospect: &Prospect) -> Result<()> {
        let handed = task::rows::of_prospect(tx, prospect.id)?;
        let past = History { handed: &handed, was_connected: prospect::rows::was_connected(tx, prospect.id)? };
        let balance = &mut self.balance;
        let followed = prospect.person.time_zone().filter(|_| campaign.follow_prospect_zone);
        let of_zone = followed.map(|zone| route_in(&self.owner, campaign, zone)).transpose()?;
        let route = (of_zone.as_ref().unwrap_or(&self.route), zone::number(tx, followed)?);
        let back = put_back(prospect.id, campaign, route, &past, tx.now(), |account| {
            Ok(match balance.position(account) {
                Some(sender) => Successor { sender, is_another: false },
                None => Successor { sender: balance.any().ok_or(Error::NoReadySender)?, is_another: true },
            })
        })?;
        let Some((progress, status)) = back else { return Ok(()) };
        // What was not sent before the prospect came to an end is written anew.
        let node = or_bug(campaign.sequence_nodes.get(usize::from(progress.position)))?.id;
        let of = MessageRef { prospect: prospect.id, node, generation: progress.generation };
        task::message::rows::delete(tx, of)?;
        mark::rows::take_back(tx, prospect.id)?;
        let mut queue = EnterQueue::into_campaign(tx, campaign.id)?;
        queue.store(prospect.id, progress.zone, progress.position, progress.ready)?;
        progress::rows::update(tx, &progress)?;
        hold::cover(tx, &mut self.holds, campaign.id, prospect.id, &prospect.person)?;
        progress::mark(tx, prospect.id, prospect.status, status, &mut self.tally)?;
        self.retried += 1;
        Ok(())
    }
}

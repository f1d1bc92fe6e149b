//! Handing people over.

use super::{Balance, HandOver, HandedOver, Senders, moved};
use crate::account;
use crate::campaign::{self, Campaign, CampaignStatus};
use crate::error::{Error, Problem, Result, or_bug};
use crate::id::{AccountId, CampaignId, ProspectId};
use crate::request::Request;
use crate::sending::progress;
use crate::sending::progress::{Progress, Route, zone};
use crate::sending::scheduler::load::route;
use crate::sending::task::{self, TaskStatus};
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, Tx};
use crate::user;

impl Session<'_> {
    /// Hands the people of one sender of a launched campaign that are not final over to another account of the user, which
    /// becomes a sender of the campaign, or evenly to all of its connected senders. People with a message that is handed out
    /// at present stay. Takes a [`HandOver`].
    ///
    /// By email, messages go on in their thread. Someone who was invited on LinkedIn is invited again by the new sender, and
    /// then goes on where they stood. Their messages have other idempotency keys than those that the old sender tried to
    /// send.
    ///
    /// # Errors
    /// `campaign_not_found`; `not_launched`; `campaign_completed`; `no_ready_sender` where nobody is named and no other
    /// sender is connected; `invalid_input` with `sender_not_found` and `sender_wrong_channel`. Nothing is written.
    pub fn hand_over(
        &mut self,
        campaign: impl Request<CampaignId>,
        senders: impl Request<HandOver>,
    ) -> Result<HandedOver> {
        at_once(self.hand_over_paced(campaign, senders, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the people of the sender.
    ///
    /// # Errors
    /// As [`hand_over`](Self::hand_over); `cancelled`. Nothing is written.
    pub async fn hand_over_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        senders: impl Request<HandOver>,
        pace: &mut dyn Pace,
    ) -> Result<HandedOver> {
        let id = campaign.parse()?;
        let Senders { from, to } = senders.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let mut campaign = campaign::rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)?;
            match campaign.status() {
                CampaignStatus::Draft => return Err(Error::NotLaunched),
                CampaignStatus::Completed => return Err(Error::CampaignCompleted),
                CampaignStatus::Active | CampaignStatus::Paused => {}
            }
            check(tx, &campaign, from, to)?;
            if let Some(to) = to {
                campaign::add_sender(tx, &mut campaign, to)?;
            }
            let mut balance = Balance::of(tx, &campaign)?;
            let place = or_bug(balance.position(from))?;
            let to = to.and_then(|to| balance.position(to));
            let owner = or_bug(user::rows::find(tx, user)?)?;
            let route = route(&owner, &campaign)?;
            let prospects = progress::rows::of_sender(tx, id, place)?;
            work.begin(prospects.len() as u64, 1);
            let (mut count, mut stuck) = (0, 0);
            for (done, prospect) in (1..).zip(prospects) {
                let sender = to.or_else(|| balance.next(place)).ok_or(Error::NoReadySender)?;
                if hand_over(tx, &campaign, &route, prospect, sender)? {
                    balance.add(place, -1);
                    balance.add(sender, 1);
                    count += 1;
                } else {
                    stuck += 1;
                }
                if work.reach(done) {
                    work.pause().await?;
                }
            }
            balance.store(tx, id)?;
            if count > 0 {
                tx.record(user, Change::ProspectsHandedOver { campaign_id: id })?;
            }
            Ok(HandedOver { campaign, moved: count, stuck })
        })
        .await
    }
}

/// Refuses accounts that cannot be the one and the other sender.
fn check(snapshot: &Snapshot<'_>, campaign: &Campaign, from: AccountId, to: Option<AccountId>) -> Result<()> {
    if !campaign.sender_account_ids.contains(&from) {
        return Err(Error::invalid("from", Problem::SenderNotFound));
    }
    match to {
        Some(to) => match account::rows::channel(snapshot, campaign.user_id, to)? {
            None => Err(Error::invalid("to", Problem::SenderNotFound)),
            Some(channel) if channel != campaign.settings.channel() => {
                Err(Error::invalid("to", Problem::SenderWrongChannel))
            }
            Some(_) => Ok(()),
        },
        None => {
            let balance = Balance::of(snapshot, campaign)?;
            let other = balance.position(from).and_then(|from| balance.next(from));
            other.map(drop).ok_or(Error::NoReadySender)
        }
    }
}

/// Gives a prospect another sender; `false`, and nothing done, while a message to it is handed out.
fn hand_over(tx: &Tx<'_>, campaign: &Campaign, route: &Route, prospect: ProspectId, sender: u16) -> Result<bool> {
    let progress = progress::rows::find(tx, prospect)?;
    let Some(progress) = progress.filter(|progress| !progress.is_leased(tx.now())) else { return Ok(false) };
    if let Some(task) = progress.task {
        task::chain::lose_after(tx, None, task)?;
    }
    task::rows::leave_places(tx, prospect)?;
    let handed = task::rows::of_prospect(tx, prospect)?;
    let sent = handed.iter().filter(|handed| handed.status == TaskStatus::Sent);
    let sent = sent.filter_map(|handed| campaign.position(handed.node)).max();
    let zone = zone::number_of(tx, campaign, prospect)?;
    let progress: Progress = moved(Progress { zone, ..progress }, route, sender, sent, tx.now());
    progress::rows::update(tx, &progress)?;
    Ok(true)
}

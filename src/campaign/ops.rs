//! Creating, reading and deleting campaigns.

use super::{
    Campaign, CampaignPage, CampaignStatus, ClientMade, CreateCampaign, Created, ListCampaigns, Parsed, Status,
    listing, rows,
};
use crate::account;
use crate::bounds::SENDERS_MAX;
use crate::channel::Channel;
use crate::error::{Error, NameOwner, Problem, Result, TakenName, or_bug};
use crate::id::{AccountId, CampaignId, UserId};
use crate::people::{hold, prospect};
use crate::request::name::Name;
use crate::request::notice::Notices;
use crate::request::{Issues, Request};
use crate::sending::{progress, task};
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, Tx};
use crate::time::Instant;

impl Session<'_> {
    /// Creates a draft for one channel and seeds its sequence, in one transaction (`docs/rules.md#creating-a-campaign`).
    /// Takes a [`CreateCampaign`].
    ///
    /// Takes a [`CreateCampaign`](super::CreateCampaign), or JSON as [`Input`](crate::Input) or
    /// [`serde_json::Value`]. In JSON, fields of the other channel and unknown fields are ignored with a notice.
    ///
    /// # Errors
    /// `invalid_input` with every issue of the request's shape, or with every sender that the user does not have
    /// (`sender_not_found`) or that has another channel (`sender_wrong_channel`); then `name_taken` with a free name;
    /// `id_reused`. Nothing is written.
    pub fn create_campaign(&mut self, request: impl Request<CreateCampaign>) -> Result<Created> {
        let Parsed { mut request, notices } = request.parse()?;
        self.write(|tx, user| {
            if let Some(campaign) = retried(tx, user, request.client_made.as_ref())? {
                return Ok(Created::of(campaign, notices));
            }
            let (client_made, senders) = (request.client_made.take(), request.senders.clone());
            let id = client_made.as_ref().map_or_else(|| tx.new_id(), |made| Ok(made.id))?;
            let campaign = Campaign::draft(id, user, request, [tx.new_id()?, tx.new_id()?], tx.now());
            if !rows::insert(tx, &campaign, client_made.map(|made| made.fingerprint).as_ref())? {
                check_senders(tx, user, campaign.settings.channel(), &senders, &notices)?;
                let other = or_bug(rows::of_name(tx, user, &campaign.name)?)?;
                return Err(name_taken(tx, user, &campaign.name, other)?);
            }
            tx.record(user, Change::CampaignCreated { campaign_id: campaign.id })?;
            Ok(Created::of(campaign, notices))
        })
    }

    /// Reads a campaign.
    ///
    /// # Errors
    /// `campaign_not_found`, also for another user's.
    pub fn campaign(&mut self, id: impl Request<CampaignId>) -> Result<Campaign> {
        let id = id.parse()?;
        self.read(|snapshot, user| rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound))
    }

    /// Reads the campaign of this name.
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input` for what is no name.
    pub fn campaign_by_name(&mut self, name: impl Request<Name>) -> Result<Campaign> {
        let name = name.parse()?;
        self.read(|snapshot, user| {
            let id = rows::of_name(snapshot, user, &name)?.ok_or(Error::CampaignNotFound)?;
            rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound)
        })
    }

    /// Lists the user's campaigns, newest first or in another order, all or those of one status or channel, or with a text
    /// in their names. A search, another order and a count look at each campaign of the user for each page.
    /// Takes a [`ListCampaigns`].
    ///
    /// # Errors
    /// `invalid_input` for an unknown status, type or order, a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_campaigns(&mut self, query: impl Request<ListCampaigns>) -> Result<CampaignPage> {
        let filter = query.parse()?;
        self.read(|snapshot, user| listing::page(snapshot, user, filter))
    }

    /// Deletes a campaign with everything in it; its name is free again. The rows of many people are removed in several
    /// transactions, of which the first hides them from every call: what is left of them when the process ends is removed by
    /// the next call of `delete_campaign`, [`erase_person`](Self::erase_person) or [`Store::compact`](crate::Store::compact).
    /// Until then no campaign can be created with the id of this one (`id_reused`).
    ///
    /// # Errors
    /// `campaign_not_found`; `campaign_active` while it is active.
    pub fn delete_campaign(&mut self, id: impl Request<CampaignId>) -> Result<()> {
        at_once(self.delete_campaign_paced(id, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects, and the messages that were handed out.
    ///
    /// # Errors
    /// As [`delete_campaign`](Self::delete_campaign); `cancelled`. Nothing is written. Whoever breaks it off after the
    /// [last chance](crate::WorkProgress::is_last_chance) leaves rows for the next removal; the campaign is deleted.
    pub async fn delete_campaign_paced(&mut self, id: impl Request<CampaignId>, pace: &mut dyn Pace) -> Result<()> {
        let id = id.parse()?;
        self.delete_paced(pace, remove_next, |tx, user| {
            let campaign = rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)?;
            if campaign.status() == CampaignStatus::Active {
                return Err(Error::CampaignActive);
            }
            hold::rows::delete_of_campaign(tx, id)?;
            let rows = u64::from(prospect::rows::count(tx, id)?) + u64::from(task::rows::count(tx, id)?);
            // Hiding it may need room, which there is not on a full disk.
            if rows == 0 { rows::delete(tx, id) } else { rows::disown(tx, id) }?;
            Ok((Change::CampaignDeleted { campaign_id: id }, rows))
        })
        .await
    }
}

/// Removes the next rows of campaigns that were deleted. A task that leaves its campaign leaves two indexes in no order.
pub(crate) fn remove_next(tx: &Tx<'_>) -> Result<(u64, u64)> {
    let Some(id) = rows::deleted(tx)?.first().copied() else { return Ok((0, 0)) };
    let left = task::rows::leave_next_prospects(tx, id)?;
    let (people, pages) = prospect::rows::delete_next(tx, id)?;
    if left + people > 0 {
        return Ok((left + people, 2 * left + pages));
    }
    // Those of prospects that were removed before the campaign was deleted.
    match task::rows::leave_next(tx, id)? {
        0 => rows::delete(tx, id).map(|()| (1, 1)),
        left => Ok((left, 2 * left)),
    }
}

/// The campaign that this very request made before, if the caller gave it an id.
pub(super) fn retried(tx: &Tx<'_>, user: UserId, client_made: Option<&ClientMade>) -> Result<Option<Campaign>> {
    let Some(made) = client_made else { return Ok(None) };
    match rows::fingerprint(tx, user, made.id)? {
        Some(stored) if made.fingerprint.matches(&stored) => rows::find(tx, user, made.id),
        Some(_) => Err(Error::IdReused),
        None if rows::is_id_in_use(tx, made.id)? => Err(Error::IdReused),
        None => Ok(None),
    }
}

/// The refusal of a name that another campaign has, with a free one.
pub(super) fn name_taken(tx: &Tx<'_>, user: UserId, name: &Name, other: CampaignId) -> Result<Error> {
    let suggested_name = free_name(tx, user, name)?.to_string();
    Ok(Error::NameTaken(Box::new(TakenName { suggested_name, taken_by: NameOwner::Campaign(other) })))
}

/// The first of `NAME (2)`, `NAME (3)`, … that is free.
pub(super) fn free_name(snapshot: &Snapshot<'_>, user: UserId, name: &Name) -> Result<Name> {
    name.suggest(|name| Ok(rows::of_name(snapshot, user, name)?.is_some()))
}

/// Every sender must exist, belong to the user and have the campaign's channel.
pub(super) fn check_senders(
    tx: &Tx<'_>,
    user: UserId,
    channel: Channel,
    senders: &[(usize, AccountId)],
    notices: &Notices,
) -> Result<()> {
    let mut issues = Issues::default();
    for (index, id) in senders {
        let problem = match account::rows::channel(tx, user, *id)? {
            Some(found) if found == channel => continue,
            Some(_) => Problem::SenderWrongChannel,
            None => Problem::SenderNotFound,
        };
        issues.push(format!("sender_account_ids[{index}]"), problem);
    }
    notices.finish(issues, Some(()))
}

/// Stores another status of a campaign and records how it came about.
pub(crate) fn set_status(tx: &Tx<'_>, campaign: &mut Campaign, status: Status, change: Change) -> Result<()> {
    campaign.status = status;
    campaign.touch(tx.now());
    rows::update_fields(tx, campaign)?;
    tx.record(campaign.user_id, change)
}

/// Makes an account the last sender of a launched campaign, unless it is one already.
///
/// # Errors
/// `invalid_input` where the campaign has as many as it can have.
pub(crate) fn add_sender(tx: &Tx<'_>, campaign: &mut Campaign, account: AccountId) -> Result<()> {
    if campaign.sender_account_ids.contains(&account) {
        return Ok(());
    }
    if campaign.sender_account_ids.len() >= SENDERS_MAX {
        return Err(Error::invalid("to", Problem::TooMany { max: SENDERS_MAX }));
    }
    rows::insert_sender(tx, campaign, account)?;
    campaign.sender_account_ids.push(account);
    campaign.touch(tx.now());
    rows::update_fields(tx, campaign)?;
    tx.record(campaign.user_id, Change::CampaignUpdated { campaign_id: campaign.id })
}

/// Makes a completed campaign active again, which keeps when it was launched.
///
/// # Errors
/// `no_ready_sender` where all of its senders were removed.
pub(crate) fn reopen(tx: &Tx<'_>, campaign: &mut Campaign) -> Result<()> {
    if campaign.sender_account_ids.is_empty() {
        return Err(Error::NoReadySender);
    }
    rows::number_senders(tx, campaign)?;
    let launched_at = campaign.status.launched_at().unwrap_or(tx.now());
    let change = Change::CampaignReopened { campaign_id: campaign.id };
    set_status(tx, campaign, Status::Active { launched_at }, change)
}

/// Whether nobody is left to contact in an active campaign that does not stay open for others.
pub(super) fn is_over(tx: &Tx<'_>, campaign: &Campaign) -> Result<bool> {
    let is_closing = campaign.status() == CampaignStatus::Active && !campaign.stay_open;
    Ok(is_closing && !progress::rows::has_any(tx, campaign.id)?)
}

/// Completes an active campaign in which nobody is left to contact, unless it stays open for others.
pub(crate) fn complete_if_over(tx: &Tx<'_>, campaign: &mut Campaign) -> Result<()> {
    if !is_over(tx, campaign)? {
        return Ok(());
    }
    let status = completed(campaign, tx.began());
    set_status(tx, campaign, status, Change::CampaignCompleted { campaign_id: campaign.id })
}

/// The status of a launched campaign that is completed at an instant.
pub(super) fn completed(campaign: &Campaign, at: Instant) -> Status {
    Status::Completed { launched_at: campaign.status.launched_at().unwrap_or(at), completed_at: at }
}

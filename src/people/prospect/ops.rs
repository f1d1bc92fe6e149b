//! Reading, changing and removing prospects.

use super::{ListProspects, Prospect, ProspectPage, UpdateProspect, listing, rows};
use crate::campaign::{self, Campaign, CampaignStatus};
use crate::channel::Channel;
use crate::error::{Error, Problem, Result};
use crate::id::{CampaignId, ProspectId, UserId};
use crate::message::RequiredValues;
use crate::people::erased::rows::ErasedPeople;
use crate::people::hold::{self, rows::Holds};
use crate::people::person::Field;
use crate::request::{Issues, Request};
use crate::sending::progress;
use crate::sending::stats::{self, Tally};
use crate::sending::task;
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::session::Session;

impl Session<'_> {
    /// Reads a prospect.
    ///
    /// # Errors
    /// `prospect_not_found`, also for another user's.
    pub fn prospect(&mut self, id: impl Request<ProspectId>) -> Result<Prospect> {
        let id = id.parse()?;
        self.read(|snapshot, user| rows::find(snapshot, user, id)?.ok_or(Error::ProspectNotFound))
    }

    /// Lists the prospects of a campaign, all or those of one status or those who are searched for, in the order in which
    /// they were added or another one. A search and another order look at the whole campaign for each page;
    /// [`find_prospects_paced`](Self::find_prospects_paced) does not block meanwhile. Takes a [`ListProspects`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input` for an unknown status or order, a limit outside 1–200, a malformed cursor or an
    /// unknown field.
    pub fn list_prospects(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<ListProspects>,
    ) -> Result<ProspectPage> {
        let id = campaign.parse()?;
        let filter = query.parse()?;
        self.read(|snapshot, user| {
            let channel = campaign::rows::channel(snapshot, user, id)?.ok_or(Error::CampaignNotFound)?;
            listing::page(snapshot, id, channel, filter)
        })
    }

    /// Changes the given fields of a prospect. The address on the campaign's channel is fixed.
    /// Takes an [`UpdateProspect`].
    ///
    /// # Errors
    /// `invalid_input`: `immutable` for another address; `erased` for an address or profile of somebody who was erased;
    /// where the campaign was launched and this was right before, `unresolved_variable` for a field that its messages
    /// need, and `note_too_long`, `subject_too_long` and `body_too_long`; `prospect_not_found`.
    pub fn update_prospect(
        &mut self,
        id: impl Request<ProspectId>,
        request: impl Request<UpdateProspect>,
    ) -> Result<Prospect> {
        let id = id.parse()?;
        let update = request.parse()?;
        self.write(|tx, user| {
            let (before, campaign) = load(tx, user, id)?;
            let mut prospect = before.clone();
            let channel = campaign.settings.channel();
            update.0.apply(&mut prospect.person, Field::identity(channel))?;
            if prospect == before {
                return Ok(prospect);
            }
            let other = channel.other();
            if prospect.person.identity(other) != before.person.identity(other)
                && let (Some(identity), Some(mut erased)) =
                    (prospect.person.identity(other), ErasedPeople::of(tx, user)?)
                && erased.has(other, identity)?
            {
                return Err(Error::invalid(Field::identity(other).word(), Problem::Erased));
            }
            if campaign.status() != CampaignStatus::Draft && !prospect.status.is_final() {
                let needs = RequiredValues::of_campaign(tx, &campaign)?;
                let mut issues = Issues::default();
                needs.check_change(Some(&before.person), &prospect.person, "", &mut issues);
                issues.finish(Some(()))?;
            }
            change(tx, &mut Holds::of(tx, user, tx.now())?, &mut prospect, channel)?;
            tx.record(user, Change::ProspectUpdated { prospect_id: id, campaign_id: campaign.id })?;
            Ok(prospect)
        })
    }

    /// Removes a prospect from its campaign. An active campaign in which nobody is left to contact is then completed.
    ///
    /// # Errors
    /// `prospect_not_found`.
    pub fn remove_prospect(&mut self, id: impl Request<ProspectId>) -> Result<()> {
        let id = id.parse()?;
        self.write(|tx, user| remove(tx, user, id).map(drop))
    }
}

/// Removes a prospect, and completes an active campaign in which nobody is left to contact. Returns who it was.
pub(crate) fn remove(tx: &Tx<'_>, user: UserId, id: ProspectId) -> Result<Prospect> {
    let (prospect, mut campaign) = load(tx, user, id)?;
    progress::rows::delete(tx, id)?;
    task::rows::forget_words(tx, id)?;
    rows::delete(tx, &prospect)?;
    stats::rows::add(tx, campaign.id, &Tally::default().joined(prospect.status, -1))?;
    tx.record(user, Change::ProspectRemoved { prospect_id: id, campaign_id: campaign.id })?;
    campaign::complete_if_over(tx, &mut campaign)?;
    Ok(prospect)
}

/// Stores a prospect whose fields were changed: messages that could not be written are tried again, and holds of its new
/// identities apply.
pub(crate) fn change(tx: &mut Tx<'_>, holds: &mut Holds<'_>, prospect: &mut Prospect, channel: Channel) -> Result<()> {
    prospect.updated_at = tx.now();
    rows::update(tx, prospect, channel)?;
    progress::zone::enter(tx, prospect.campaign_id, prospect.id, prospect.person.time_zone())?;
    progress::rows::release(tx, prospect.id)?;
    hold::cover(tx, holds, prospect.campaign_id, prospect.id, &prospect.person)?;
    Ok(())
}

fn load(tx: &Tx<'_>, user: UserId, id: ProspectId) -> Result<(Prospect, Campaign)> {
    let prospect = rows::find(tx, user, id)?.ok_or(Error::ProspectNotFound)?;
    let campaign = campaign::rows::find(tx, user, prospect.campaign_id)?.ok_or(Error::ProspectNotFound)?;
    Ok((prospect, campaign))
}

//! Which campaigns are simulated, and what is known of their people beforehand.

use std::collections::{HashMap, HashSet};

use crate::campaign::{self, Campaign, CampaignStatus};
use crate::error::Result;
use crate::id::{AccountId, CampaignId, ProspectId};
use crate::people::hold::{self, rows::Holds};
use crate::people::overlap::Shared;
use crate::people::prospect;
use crate::people::skipped::skipped;
use crate::people::suppression::{self, rows::Suppressions};
use crate::sending::progress::zone::FollowedZone;
use crate::sending::progress::{self, zone};
use crate::sending::scheduler::load::Loaded;
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;
use crate::user::User;

/// Adds a campaign, with the zones of its people if it follows them.
pub(super) fn follow(snapshot: &Snapshot<'_>, loaded: &mut Loaded, campaign: Campaign) -> Result<()> {
    let mut followed: Vec<FollowedZone> = Vec::new();
    let mut people = Vec::new();
    if campaign.follow_prospect_zone {
        people = zone::of_prospects(snapshot, campaign.id)?;
        followed = zone::of_lanes(snapshot, &progress::rows::lanes(snapshot, campaign.id)?)?;
        for (_, zone) in &people {
            if !followed.contains(zone) {
                followed.push(zone.clone());
            }
        }
    }
    let index = loaded.add(snapshot, campaign, false, followed)?;
    let its = &mut loaded.scheduler.campaigns[index];
    for (prospect, followed) in people {
        let zone = its.zone_of(Some(&followed.zone));
        its.zones_of.push((prospect, zone));
    }
    Ok(())
}

/// The people in several LinkedIn campaigns, where that matters to any.
pub(super) fn share(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaigns: &[Campaign],
    now: Instant,
) -> Result<Option<Shared>> {
    if !campaigns.iter().any(Campaign::skips_other_campaigns) {
        return Ok(None);
    }
    let overlapping: Vec<&Campaign> =
        campaigns.iter().filter(|campaign| campaign.settings.linkedin().is_some()).collect();
    Shared::load(snapshot, user.id, &overlapping, now).map(Some)
}

/// Until when prospects of a draft are held.
pub(super) fn held(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaign: CampaignId,
    pending: &[ProspectId],
    now: Instant,
) -> Result<HashMap<ProspectId, Instant>> {
    let mut holds = Holds::of(snapshot, user.id, now)?;
    let mut held = HashMap::new();
    if holds.has_any() {
        for (prospect, person) in hold::rows::between(snapshot, campaign, None, pending.last().copied())? {
            held.extend(holds.until(campaign, &person)?.map(|until| (prospect, until)));
        }
    }
    Ok(held)
}

/// How many people are looked up one by one before all of their campaign are.
pub(super) const LOOKUPS: u32 = 256;

/// The prospects of a campaign that must not be contacted.
pub(super) enum Barred {
    Known(HashSet<ProspectId>),
    /// So many were looked up one by one.
    LookedUp(u32),
}

impl Barred {
    /// Nobody is looked up yet, but where there is nobody to find.
    pub(super) fn unknown(snapshot: &Snapshot<'_>, user: &User, campaign: &Campaign) -> Result<Self> {
        let has_any = Suppressions::of(snapshot, user.id, campaign.settings.channel())?.has_any();
        Ok(if has_any { Self::LookedUp(0) } else { Self::Known(HashSet::new()) })
    }

    /// Whether they are known to have someone.
    pub(super) fn has(&self, prospect: ProspectId) -> bool {
        matches!(self, Self::Known(all) if all.contains(&prospect))
    }

    /// Whether they have someone of an active campaign.
    pub(super) fn look_up(
        &mut self,
        snapshot: &Snapshot<'_>,
        user: &User,
        campaign: &Campaign,
        prospect: ProspectId,
    ) -> Result<bool> {
        let channel = campaign.settings.channel();
        match self {
            Self::Known(_) => {}
            Self::LookedUp(so_far) if *so_far < LOOKUPS => {
                *so_far += 1;
                let person = or_corrupt(prospect::rows::get(snapshot, prospect, channel)?)?.person;
                return Suppressions::of(snapshot, user.id, channel)?.covers_person(&person);
            }
            Self::LookedUp(_) => *self = Self::Known(suppressed(snapshot, user, campaign)?),
        }
        Ok(self.has(prospect))
    }
}

/// The prospects of an active campaign that are suppressed.
fn suppressed(snapshot: &Snapshot<'_>, user: &User, campaign: &Campaign) -> Result<HashSet<ProspectId>> {
    let channel = campaign.settings.channel();
    Ok(suppression::rows::among_prospects(snapshot, user.id, campaign.id, channel)?.into_iter().collect())
}

/// The prospects of a campaign that must not be contacted.
pub(super) fn bar(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaign: &Campaign,
    now: Instant,
    mut shared: Option<&mut Shared>,
) -> Result<HashSet<ProspectId>> {
    if campaign.status() != CampaignStatus::Active {
        let mut barred = HashSet::new();
        for skipped in skipped(snapshot, campaign, now)? {
            barred.insert(skipped.prospect_id);
            if let Some(shared) = &mut shared {
                shared.skip(skipped.prospect_id);
            }
        }
        return Ok(barred);
    }
    suppressed(snapshot, user, campaign)
}

/// A campaign and the active ones that affect it: those that share a sender with it, or with one of those; on LinkedIn,
/// where campaigns own people, all.
pub(super) fn together(snapshot: &Snapshot<'_>, user: &User, campaign: Campaign) -> Result<Vec<Campaign>> {
    let (id, channel) = (campaign.id, campaign.settings.channel());
    let mut all = campaign::rows::active(snapshot, user.id, Some(channel))?;
    all.retain(|other| other.id != id);
    let is_one_of_all = campaign.settings.linkedin().is_some();
    let mut senders: HashSet<AccountId> = campaign.sender_account_ids.iter().copied().collect();
    all.insert(all.partition_point(|other| other.id < id), campaign);
    let mut is_linked: Vec<bool> = all.iter().map(|other| is_one_of_all || other.id == id).collect();
    let mut has_more = !is_one_of_all;
    while std::mem::take(&mut has_more) {
        for (other, is_linked) in all.iter().zip(&mut is_linked) {
            if !*is_linked && other.sender_account_ids.iter().any(|id| senders.contains(id)) {
                (*is_linked, has_more) = (true, true);
                senders.extend(&other.sender_account_ids);
            }
        }
    }
    Ok(all.into_iter().zip(is_linked).filter_map(|(campaign, is_linked)| is_linked.then_some(campaign)).collect())
}

//! Holding people and releasing them.

use super::request::PersonKey;
use super::rows::{self, Holds};
use super::{Held, HeldProspect, Hold, HoldTerms, Identities, ParsedPerson, PersonRef};
use crate::campaign;
use crate::channel::Channel;
use crate::error::{Error, Result};
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::person::Person;
use crate::people::prospect;
use crate::request::Request;
use crate::sending::progress::{self, Progress};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{self, Snapshot, Tx};
use crate::time::Instant;

impl Session<'_> {
    /// Holds a person: nothing more is sent to them until an instant, in one campaign or in all, also in those that are
    /// launched, or that the person is added to, later. A person is known by address and by profile: prospects of either
    /// channel that have one of them are held. Of two holds the later one counts; one in the past changes nothing.
    /// Takes a [`PersonRef`] and a [`Hold`].
    ///
    /// Messages that are handed out already stay so, and an invitation that waits for its acceptance goes on waiting.
    /// Campaigns stay active as long as someone in them is held.
    ///
    /// # Errors
    /// `prospect_not_found`; `campaign_not_found`; `invalid_input`.
    pub fn hold(&mut self, person: impl Request<PersonRef>, terms: impl Request<Hold>) -> Result<Held> {
        let who = person.parse()?;
        let HoldTerms { until, campaign } = terms.parse()?;
        self.write(|tx, user| {
            if let Some(campaign) = campaign {
                campaign::rows::channel(tx, user, campaign)?.ok_or(Error::CampaignNotFound)?;
            }
            let mut held = Held::default();
            for person in identities_of(tx, user, who)? {
                merge(&mut held.prospects, add(tx, user, &person, campaign, until)?);
            }
            Ok(held)
        })
    }

    /// Ends all holds of a person. What was held back meanwhile is due now. Takes a [`PersonRef`].
    ///
    /// # Errors
    /// `prospect_not_found`; `invalid_input`.
    pub fn release(&mut self, person: impl Request<PersonRef>) -> Result<Held> {
        let who = person.parse()?;
        self.write(|tx, user| {
            let mut people = identities_of(tx, user, who)?;
            let (mut ended, mut is_over) = (None, false);
            let mut place = 0;
            // Each hold that ends may be of someone by another identity, too.
            while let Some(person) = people.get(place).cloned() {
                for (other, since) in rows::remove(tx, user, &person)? {
                    // Who was held at this very instant only was not held back.
                    is_over = true;
                    ended = ended.or(Some(tx.now()).filter(|now| since < *now));
                    if !people.contains(&other) {
                        people.push(other);
                    }
                }
                place += 1;
            }
            if is_over {
                tx.record(user, Change::PersonReleased { user_id: user })?;
            }
            let mut held = Held::default();
            for person in &people {
                for (prospect, campaign) in rows::prospects(tx, user, person, None)? {
                    if !held.prospects.iter().any(|known| known.id == prospect) {
                        let changed = lift(tx, user, prospect, campaign, ended)?;
                        held.prospects.push(HeldProspect { id: prospect, changed });
                    }
                }
            }
            Ok(held)
        })
    }

    /// Pauses a prospect: nothing more is sent to it in its campaign, also once that is launched, until it is
    /// [resumed](Self::resume_prospect) or its person is [released](Self::release). What other campaigns send stays as it is,
    /// and so do messages that are handed out. One that is paused already stays so.
    ///
    /// # Errors
    /// `prospect_not_found`; `invalid_input`.
    pub fn pause_prospect(&mut self, id: impl Request<ProspectId>) -> Result<HeldProspect> {
        let id = id.parse()?;
        self.write(|tx, user| {
            let (person, campaign) = on_its_channel(tx, user, id)?;
            let changed = !rows::is_paused(tx, user, &person, campaign)?;
            if changed {
                add(tx, user, &person, Some(campaign), None)?;
            }
            Ok(HeldProspect { id, changed })
        })
    }

    /// Resumes a prospect that was paused; one that was not stays as it is. What was held back meanwhile is due now, unless
    /// the person is held by something else.
    ///
    /// # Errors
    /// `prospect_not_found`; `invalid_input`.
    pub fn resume_prospect(&mut self, id: impl Request<ProspectId>) -> Result<HeldProspect> {
        let id = id.parse()?;
        self.write(|tx, user| {
            let (person, campaign) = on_its_channel(tx, user, id)?;
            let Some(since) = rows::end_pause(tx, user, &person, campaign)? else {
                return Ok(HeldProspect { id, changed: false });
            };
            tx.record(user, Change::PersonReleased { user_id: user })?;
            lift(tx, user, id, campaign, Some(tx.now()).filter(|now| since < *now))?;
            Ok(HeldProspect { id, changed: true })
        })
    }
}

/// What one prospect of a campaign alone is known by: the identity on its channel.
fn on_its_channel(snapshot: &Snapshot<'_>, user: UserId, id: ProspectId) -> Result<(Identities, CampaignId)> {
    let prospect = prospect::rows::find(snapshot, user, id)?.ok_or(Error::ProspectNotFound)?;
    let channel = store::or_corrupt(campaign::rows::channel(snapshot, user, prospect.campaign_id)?)?;
    let all = Identities::of(&prospect.person);
    let person = match channel {
        Channel::Email => Identities { profile: None, ..all },
        Channel::Linkedin => Identities { email: None, ..all },
    };
    Ok((person, prospect.campaign_id))
}

/// All identities of a person, by which prospects of the user's active and paused campaigns are that person.
fn identities_of(snapshot: &Snapshot<'_>, user: UserId, who: ParsedPerson) -> Result<Vec<Identities>> {
    let named = match who.0 {
        PersonKey::Prospect(id) => {
            Identities::of(&prospect::rows::find(snapshot, user, id)?.ok_or(Error::ProspectNotFound)?.person)
        }
        PersonKey::Identities(named) => named,
    };
    let mut people = vec![named.clone()];
    for (prospect, _) in rows::prospects(snapshot, user, &named, None)? {
        let Some(prospect) = prospect::rows::find(snapshot, user, prospect)? else { continue };
        let other = Identities::of(&prospect.person);
        if !people.contains(&other) {
            people.push(other);
        }
    }
    Ok(people)
}

fn merge(held: &mut Vec<HeldProspect>, more: Vec<HeldProspect>) {
    for prospect in more {
        match held.iter_mut().find(|known| known.id == prospect.id) {
            Some(known) => known.changed |= prospect.changed,
            None => held.push(prospect),
        }
    }
}

/// Holds a person until an instant, for ever without one, in one campaign or in all. Of two holds the later one counts. The
/// prospects that it covers, each with whether they are held longer now.
pub(crate) fn add(
    tx: &Tx<'_>,
    user: UserId,
    person: &Identities,
    campaign: Option<CampaignId>,
    until: Option<Instant>,
) -> Result<Vec<HeldProspect>> {
    let until = until.unwrap_or(Instant::LAST);
    let is_news = until > tx.now();
    if is_news && rows::insert(tx, user, person, campaign, until)? {
        tx.record(user, Change::PersonHeld { user_id: user })?;
    }
    let mut held = Vec::new();
    for (id, campaign_id) in rows::prospects(tx, user, person, campaign)? {
        let changed = is_news && raise(tx, id, until)?;
        if changed {
            tx.record(user, Change::ProspectHeld { prospect_id: id, campaign_id })?;
        }
        held.push(HeldProspect { id, changed });
    }
    Ok(held)
}

/// Whether a prospect that stands in a queue is held longer now.
fn raise(tx: &Tx<'_>, prospect: ProspectId, until: Instant) -> Result<bool> {
    let progress = progress::rows::find(tx, prospect)?;
    let Some(progress) = progress.filter(|progress| progress.hold.is_none_or(|hold| hold < until)) else {
        return Ok(false);
    };
    progress::rows::update(tx, &Progress { hold: Some(until), ..progress })?;
    Ok(true)
}

/// Releases a prospect that no hold covers any more; what was held back until the hold `ended` is due then. Returns whether
/// that is earlier than before.
fn lift(tx: &Tx<'_>, user: UserId, id: ProspectId, campaign_id: CampaignId, ended: Option<Instant>) -> Result<bool> {
    let progress = progress::rows::find(tx, id)?;
    let Some(progress) = progress.filter(|progress| progress.hold.is_some_and(|hold| hold > tx.now())) else {
        return Ok(false);
    };
    let prospect = store::or_corrupt(prospect::rows::find(tx, user, id)?)?;
    let left = Holds::of(tx, user, tx.now())?.until(campaign_id, &Identities::of(&prospect.person))?;
    let hold = left.or_else(|| ended.filter(|ended| progress.ready < *ended));
    if hold >= progress.hold {
        return Ok(false);
    }
    progress::rows::update(tx, &Progress { hold, ..progress })?;
    tx.record(user, Change::ProspectReleased { prospect_id: id, campaign_id })?;
    Ok(true)
}

/// Applies existing holds to a prospect.
pub(crate) fn cover(
    tx: &Tx<'_>,
    holds: &mut Holds<'_>,
    campaign: CampaignId,
    prospect: ProspectId,
    person: &Person,
) -> Result<()> {
    if holds.has_any()
        && let Some(until) = holds.until(campaign, &Identities::of(person))?
    {
        raise(tx, prospect, until)?;
    }
    Ok(())
}

/// Applies existing holds to the prospects of a campaign after one and up to another: they enter a queue now.
pub(crate) fn cover_next(
    tx: &Tx<'_>,
    user: UserId,
    campaign: CampaignId,
    after: Option<ProspectId>,
    last: Option<ProspectId>,
) -> Result<()> {
    let mut holds = Holds::of(tx, user, tx.now())?;
    if !holds.has_any() {
        return Ok(());
    }
    for (prospect, person) in rows::between(tx, campaign, after, last)? {
        if let Some(until) = holds.until(campaign, &person)? {
            raise(tx, prospect, until)?;
        }
    }
    Ok(())
}

//! How people come to the first message of a launched campaign.

use super::load::{route, route_in};
use crate::campaign::Campaign;
use crate::campaign::schedule::TimeZone;
use crate::error::Result;
use crate::id::ProspectId;
use crate::sending::progress::rows::EnterQueue;
use crate::sending::progress::{Next, ZoneNumber, zone};
use crate::store::Tx;
use crate::user::User;

/// Puts people into the queue of those without a sender, one by one.
pub(crate) struct Entry<'t> {
    queue: EnterQueue<'t>,
    owner: User,
    campaign: Campaign,
    /// The zones seen so far, each with its number and the first step of its people.
    known: Vec<(Option<TimeZone>, ZoneNumber, Next)>,
}

impl<'t> Entry<'t> {
    pub(crate) fn into_campaign(tx: &Tx<'t>, owner: User, campaign: &Campaign) -> Result<Self> {
        let queue = EnterQueue::into_campaign(tx, campaign.id)?;
        Ok(Self { queue, owner, campaign: campaign.clone(), known: Vec::new() })
    }

    /// Stores a prospect with this zone.
    pub(crate) fn store(&mut self, tx: &Tx<'_>, prospect: ProspectId, zone: Option<&TimeZone>) -> Result<()> {
        let followed = zone.filter(|_| self.campaign.follow_prospect_zone);
        let known = self.known.iter().find(|(known, ..)| known.as_ref() == followed);
        let (number, first) = match known {
            Some((_, number, first)) => (*number, *first),
            None => {
                let route = match followed {
                    Some(zone) => route_in(&self.owner, &self.campaign, zone)?,
                    None => route(&self.owner, &self.campaign)?,
                };
                let (number, first) = (zone::number(tx, followed)?, route.first(tx.now()));
                self.known.push((followed.cloned(), number, first));
                (number, first)
            }
        };
        match first {
            Next::Send { position, due, .. } => self.queue.store(prospect, number, position, due),
            Next::Accept { .. } | Next::End { .. } => Ok(()),
        }
    }
}

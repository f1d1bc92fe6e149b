//! Ends the prospects that new suppressions cover (`docs/rules.md#suppressions`).

use std::collections::HashSet;

use crate::campaign;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::rows::Suppressions;
use crate::people::suppression::{SuppressionType, covering};
use crate::sending::outbox::record_closed;
use crate::sending::progress::finish;
use crate::sending::stats::Tally;
use crate::store::pace::PacedWork;
use crate::store::{Snapshot, Tx};

/// What new suppressions cover on one channel.
struct Covered<'v> {
    channel: Channel,
    identities: Vec<&'v str>,
    domains: HashSet<&'v str>,
}

impl<'v> Covered<'v> {
    fn of(new: &[(SuppressionType, &'v str)], channel: Channel) -> Self {
        let of = |kind| new.iter().filter(move |(one, _)| *one == kind).map(|(_, value)| *value);
        Self {
            channel,
            identities: of(SuppressionType::of_person(channel)).collect(),
            domains: of(SuppressionType::EmailDomain).filter(|_| channel == Channel::Email).collect(),
        }
    }

    fn has_domain_of(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| covering(domain).any(|value| self.domains.contains(value.as_str())))
    }
}

/// Searches the user's active and paused campaigns for the prospects that new suppressions, in normal form, cover.
pub(crate) struct Search<'v> {
    channels: [Covered<'v>; 2],
    /// The campaigns, each with the place of its channel.
    campaigns: Vec<(CampaignId, usize)>,
    /// How many looks it takes to find them.
    looks: u64,
}

impl<'v> Search<'v> {
    pub(crate) fn of(snapshot: &Snapshot<'_>, user: UserId, new: &[(SuppressionType, &'v str)]) -> Result<Self> {
        let channels = [Channel::Email, Channel::Linkedin].map(|channel| Covered::of(new, channel));
        let (mut campaigns, mut looks) = (Vec::new(), 0);
        for (place, covered) in channels.iter().enumerate() {
            if covered.identities.is_empty() && covered.domains.is_empty() {
                continue;
            }
            for campaign in campaign::rows::running(snapshot, user, covered.channel)? {
                let is_scanned = !covered.domains.is_empty();
                let scanned = if is_scanned { prospect::rows::count_open(snapshot, campaign)? } else { 0 };
                looks += covered.identities.len() as u64 + u64::from(scanned);
                campaigns.push((campaign, place));
            }
        }
        Ok(Self { channels, campaigns, looks })
    }

    /// Makes them final; `done` of the work was done before.
    pub(crate) async fn end(&self, tx: &Tx<'_>, user: UserId, work: &mut PacedWork<'_>, mut done: u64) -> Result<()> {
        for (campaign, place) in &self.campaigns {
            let Some(covered) = self.channels.get(*place) else { continue };
            let mut tally = Tally::default();
            for identity in &covered.identities {
                if let Some((prospect, status)) = prospect::rows::open_with(tx, *campaign, identity)? {
                    end(tx, prospect, status, &mut tally)?;
                }
                done += 1;
                if work.reach(done) {
                    work.pause().await?;
                }
            }
            if !covered.domains.is_empty() {
                let covers = |identity: &str| Ok(covered.has_domain_of(identity));
                end_open(tx, *campaign, covers, (&mut *work, &mut done), &mut tally).await?;
            }
            record_closed(tx, user, *campaign, &tally)?;
        }
        Ok(())
    }
}

/// Makes the prospects final that new suppressions, in normal form, cover in the user's active and paused campaigns.
/// Progress counts the lookups.
///
/// # Errors
/// `cancelled`.
pub(crate) async fn end_covered(
    tx: &Tx<'_>,
    user: UserId,
    new: &[(SuppressionType, &str)],
    work: &mut PacedWork<'_>,
) -> Result<()> {
    let search = Search::of(tx, user, new)?;
    work.begin(search.looks, 1);
    search.end(tx, user, work, 0).await
}

/// How many people [`end_suppressed`] looks at.
pub(crate) fn count_open(snapshot: &Snapshot<'_>, user: UserId) -> Result<u64> {
    let mut count = 0;
    for channel in [Channel::Email, Channel::Linkedin] {
        for campaign in campaign::rows::running(snapshot, user, channel)? {
            count += u64::from(prospect::rows::count_open(snapshot, campaign)?);
        }
    }
    Ok(count)
}

/// Makes those final who are suppressed in the user's active and paused campaigns: for more new suppressions than could be
/// looked for in each of these. `done` of the work was done before.
///
/// # Errors
/// `cancelled`.
pub(crate) async fn end_suppressed(tx: &Tx<'_>, user: UserId, work: &mut PacedWork<'_>, mut done: u64) -> Result<()> {
    for channel in [Channel::Email, Channel::Linkedin] {
        let mut suppressions = Suppressions::of(tx, user, channel)?;
        for campaign in campaign::rows::running(tx, user, channel)? {
            let mut tally = Tally::default();
            let covers = |identity: &str| suppressions.covers(identity);
            end_open(tx, campaign, covers, (&mut *work, &mut done), &mut tally).await?;
            record_closed(tx, user, campaign, &tally)?;
        }
    }
    Ok(())
}

/// Ends the open people of a campaign who are covered.
async fn end_open(
    tx: &Tx<'_>,
    campaign: CampaignId,
    mut covers: impl FnMut(&str) -> Result<bool>,
    (work, done): (&mut PacedWork<'_>, &mut u64),
    tally: &mut Tally,
) -> Result<()> {
    let mut last = None;
    loop {
        let people = prospect::rows::next_open(tx, campaign, last)?;
        if people.is_empty() {
            return Ok(());
        }
        for (prospect, status, identity) in people {
            if covers(&identity)? {
                end(tx, prospect, status, tally)?;
            }
            last = Some(prospect);
            *done += 1;
            if work.reach(*done) {
                work.pause().await?;
            }
        }
    }
}

/// Ends someone who must not be contacted any more.
fn end(tx: &Tx<'_>, prospect: ProspectId, status: ProspectStatus, tally: &mut Tally) -> Result<()> {
    let is_contacted = status != ProspectStatus::Pending;
    let to = if is_contacted { ProspectStatus::Cancelled } else { ProspectStatus::Skipped };
    finish(tx, prospect, status, to, tally)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::channel::Channel;
    use crate::error::Result;
    use crate::store::sqlite_steps::steps_of;
    use crate::{CreateUser, OpenOptions, SimulatedHost, Store};

    /// How many of SQLite's steps a claim takes that stands before people who were suppressed.
    fn steps_before(suppressed: usize) -> Result<u64> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let ana = me.add_account(crate::AddAccount::email("ana@example.com").unpaced())?.id;
        let request = json!({ "type": "email", "name": "C", "sender_account_ids": [ana], "signature": "" });
        let id = me.create_campaign(request)?.campaign.id;
        me.update_campaign(id, json!({ "sequence_nodes": [{ "type": "email", "subject": "S", "body": "B" }] }))?;
        let gone = (0..suppressed).map(|n| json!({ "email": format!("p{n}@gone.example") }));
        let all: Vec<Value> = gone.chain([json!({ "email": "bo@example.com" })]).collect();
        for people in all.chunks(1_000) {
            me.add_prospects(id, json!({ "prospects": people }))?;
        }
        me.launch(id, None)?;
        let domain = json!({ "type": "email_domain", "value": "gone.example" });
        me.add_suppressions(json!({ "suppressions": [domain] }))?;
        let claim = |store: &mut Store| store.session(user)?.claim_due(json!({ "max": 1 }));
        let (claimed, steps) = steps_of(&mut store, claim)?;
        let whom: Vec<_> = claimed.tasks.iter().map(|task| task.prospect.person.identity(Channel::Email)).collect();
        assert_eq!(whom, [Some("bo@example.com")]);
        Ok(steps)
    }

    #[test]
    fn a_claim_looks_at_nobody_who_was_suppressed() -> Result<()> {
        let (none, many) = (steps_before(0)?, steps_before(2_500)?);
        assert!(none > 100 && many < none + 100, "{none} and {many}");
        Ok(())
    }
}

//! Ends those whom new suppressions cover (SPEC §3).

use std::collections::HashSet;

use crate::campaign;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::SuppressionType;
use crate::sending::counts::Tally;
use crate::sending::outbox::close;
use crate::sending::queue::finish;
use crate::store::pace::{Course, Pace};
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

    /// How many looks it takes to find whom they cover in a campaign.
    fn looks(&self, snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u64> {
        let scanned = if self.domains.is_empty() { 0 } else { prospect::rows::count_open(snapshot, campaign)? };
        Ok(self.identities.len() as u64 + u64::from(scanned))
    }
}

/// Makes those final whom new suppressions, in normal form, cover in the user's active and paused campaigns. What is counted
/// is the looks that it takes to find them.
///
/// # Errors
/// `cancelled`.
pub(crate) async fn end_covered(
    tx: &Tx<'_>,
    user: UserId,
    new: &[(SuppressionType, &str)],
    pace: &mut dyn Pace,
) -> Result<()> {
    let channels = [Channel::Email, Channel::Linkedin].map(|channel| Covered::of(new, channel));
    let (mut looked_in, mut looks) = (Vec::new(), 0);
    for covered in channels.iter().filter(|one| !one.identities.is_empty() || !one.domains.is_empty()) {
        for campaign in campaign::rows::running(tx, user, covered.channel)? {
            looks += covered.looks(tx, campaign)?;
            looked_in.push((campaign, covered));
        }
    }
    let mut course = Course::new(pace, looks, 1);
    let mut done = 0;
    for (campaign, covered) in looked_in {
        let mut tally = Tally::default();
        for identity in &covered.identities {
            if let Some((prospect, status)) = prospect::rows::open_with(tx, campaign, identity)? {
                end(tx, prospect, status, &mut tally)?;
            }
            done += 1;
            if course.reach(done) {
                course.pause().await?;
            }
        }
        let mut last = None;
        while !covered.domains.is_empty() {
            let people = prospect::rows::next_domains(tx, campaign, last)?;
            if people.is_empty() {
                break;
            }
            for (prospect, status, domain) in people {
                if covered.domains.contains(domain.as_str()) {
                    end(tx, prospect, status, &mut tally)?;
                }
                (last, done) = (Some(prospect), done + 1);
                if course.reach(done) {
                    course.pause().await?;
                }
            }
        }
        close(tx, user, campaign, &tally)?;
    }
    course.finish().await
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
    use crate::store::steps::steps_of;
    use crate::{CreateUser, OpenOptions, SimulatedHost, Store};

    /// How many of SQLite's steps a claim takes that stands before people who were suppressed.
    fn steps_before(suppressed: usize) -> Result<u64> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let ana = me.add_account(json!({ "type": "email", "email_address": "ana@example.com" }))?.id;
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

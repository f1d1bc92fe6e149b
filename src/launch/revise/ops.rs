//! Revising a node.

use super::Revised;
use super::effect::Effect;
use crate::campaign::sequence::{self, ReviseNode};
use crate::campaign::{self, Campaign, Status};
use crate::error::{Error, Result};
use crate::id::{CampaignId, NodeId};
use crate::message::draft;
use crate::people::prospect::{self, ProspectStatus};
use crate::request::Request;
use crate::sending::{progress, scheduler};
use crate::store::Snapshot;
use crate::store::event::Change;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;

impl Session<'_> {
    /// Changes the texts of a node of a launched campaign, for what is not handed out yet. What was handed out keeps its
    /// text, and what was written by hand for one prospect is sent as it was written. Messages that could not be written are
    /// tried again. With `dry_run` nothing is written: the result says what would change. A request that changes nothing
    /// looks at nobody. Takes a [`ReviseNode`].
    ///
    /// # Errors
    /// `campaign_not_found`; `node_not_found`, also for a node that sends nothing; `end_fixed`; `not_launched` for a draft;
    /// `revision_changed`; `invalid_input` with all for which a campaign with these texts could not be launched, but for
    /// values that people lack.
    pub fn revise_node(
        &mut self,
        campaign: impl Request<CampaignId>,
        node: impl Request<NodeId>,
        request: impl Request<ReviseNode>,
    ) -> Result<Revised> {
        at_once(self.revise_node_paced(campaign, node, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects to whom the message is not handed out yet.
    ///
    /// # Errors
    /// As [`revise_node`](Self::revise_node); `cancelled`. Nothing is written.
    pub async fn revise_node_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        node: impl Request<NodeId>,
        request: impl Request<ReviseNode>,
        pace: &mut dyn Pace,
    ) -> Result<Revised> {
        let (id, node) = (campaign.parse()?, node.parse()?);
        let edit = request.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let before = campaign::rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)?;
            let (place, found) = sequence::find(&before.sequence_nodes, node)?;
            if !found.step.is_sendable() {
                return Err(Error::NodeNotFound);
            }
            let (update, dry_run) = edit.revision(&found.step, place)?;
            update.expected_revision.check(before.revision)?;
            if before.status == Status::Draft {
                return Err(Error::NotLaunched);
            }
            let mut campaign = before.clone();
            sequence::set(tx, &mut campaign.sequence_nodes, node, update.step, update.variants)?;
            let (mut revised, changed) = match campaign == before {
                true => Default::default(),
                false => examine(tx, &before, &campaign, place, work).await?,
            };
            if campaign != before && !dry_run {
                campaign.touch(tx.now());
                campaign::rows::update(tx, &campaign, &before)?;
                for position in changed {
                    progress::rows::release_of_node(tx, id, position)?;
                }
                scheduler::rows::wake_all(tx, user)?;
                tx.record(user, Change::CampaignUpdated { campaign_id: id })?;
            }
            revised.revision = campaign.revision;
            (revised.notices, revised.more_notices) = (update.notices.told, update.notices.more);
            Ok(revised)
        })
        .await
    }
}

/// What revising the node in a place changes, and the places of all messages that say something else by it.
async fn examine(
    snapshot: &Snapshot<'_>,
    before: &Campaign,
    campaign: &Campaign,
    place: usize,
    work: &mut PacedWork<'_>,
) -> Result<(Revised, Vec<u16>)> {
    let senders = campaign::rows::sender_accounts(snapshot, campaign)?;
    let channel = campaign.settings.channel();
    let mut effect = Effect::of(before, campaign, place, &senders);
    let ahead = |place: usize| match campaign.sequence_nodes.get(place) {
        Some(node) => progress::rows::ahead_of(snapshot, campaign.id, position(place), node),
        None => Ok(Vec::new()),
    };
    let people = ahead(place)?;
    work.begin(people.len() as u64, 1);
    let changed: Vec<_> = effect.messages().iter().map(|message| (message.node_id, message.position)).collect();
    for (index, (node, place)) in changed.iter().enumerate() {
        let drafts = draft::rows::by_hand(snapshot, *node)?;
        let left = if drafts.is_empty() { Vec::new() } else { ahead(*place)? };
        for draft in drafts.iter().filter(|draft| left.binary_search(&draft.prospect).is_ok()) {
            if let Some(prospect) = prospect::rows::get(snapshot, draft.prospect, channel)? {
                effect.see_draft(index, draft, &prospect);
            }
        }
    }
    let mut people = people.into_iter().peekable();
    let mut open = prospect::stored::OpenProspects::of(snapshot, campaign.id, channel)?;
    let mut open = open.rows(effect.needs_custom_fields(), people.peek().copied())?;
    while people.peek().is_some()
        && let Some((id, prospect)) = open.next()?
    {
        if people.next_if_eq(&id).is_some() {
            effect.see(id, &prospect, prospect.status()? != ProspectStatus::Pending);
        }
        if work.reach(effect.seen().into()) {
            work.pause().await?;
        }
    }
    let revised = effect.finish().map_err(|issues| Error::InvalidInput(Box::new(issues)))?;
    Ok((revised, changed.into_iter().map(|(_, place)| position(place)).collect()))
}

fn position(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

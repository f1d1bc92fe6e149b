//! Changing a campaign: its fields, its sequence as a whole and the nodes of it.

use super::ops::{check_senders, completed, is_over, name_taken};
use super::{Campaign, Status, UpdateCampaign, Updated, rows};
use crate::campaign::sequence::{self, InsertNode, MoveNode, SequenceNode, UpdateNode};
use crate::error::{Error, Result};
use crate::id::{CampaignId, NodeId, UserId};
use crate::request::Request;
use crate::request::notice::Notices;
use crate::request::revision::ExpectedRevision;
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::session::Session;

impl Session<'_> {
    /// Changes the given fields of a campaign (`docs/rules.md#changing-a-campaign`): `name`, `operating_hours`,
    /// `daily_limit`, `stay_open` and `late_after_minutes` in any status, the others of a draft only. If `stay_open` is
    /// switched off, an active campaign in which everyone is final is completed. Every change adds one to its `revision`; a
    /// request that changes nothing writes nothing. Takes an [`UpdateCampaign`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input` with every issue, `type_immutable` for another type among them;
    /// `revision_changed`; `not_draft`; `name_taken` with a free name. Nothing is written.
    pub fn update_campaign(
        &mut self,
        id: impl Request<CampaignId>,
        request: impl Request<UpdateCampaign>,
    ) -> Result<Updated> {
        let id = id.parse()?;
        let update = request.parse()?;
        self.write(|tx, user| {
            change(tx, user, id, |tx, campaign| {
                let changes = update.of(campaign)?;
                changes.expected_revision.check(campaign.revision)?;
                if changes.needs_draft {
                    require_draft(campaign)?;
                }
                if let Some(senders) = changes.senders {
                    check_senders(tx, user, campaign.settings.channel(), &senders, &changes.notices)?;
                    campaign.sender_account_ids = senders.into_iter().map(|(_, id)| id).collect();
                }
                if let Some(name) = changes.name.filter(|name| *name != campaign.name) {
                    if let Some(other) = rows::of_name(tx, user, &name)? {
                        return Err(name_taken(tx, user, &name, other)?);
                    }
                    campaign.name = name;
                }
                if let Some(nodes) = changes.nodes {
                    sequence::replace(tx, &mut campaign.sequence_nodes, nodes)?;
                }
                campaign.settings = changes.settings;
                campaign.stay_open = changes.stay_open.unwrap_or(campaign.stay_open);
                campaign.late_after_minutes = changes.late_after_minutes.unwrap_or(campaign.late_after_minutes);
                campaign.follow_prospect_zone = changes.follow_prospect_zone.unwrap_or(campaign.follow_prospect_zone);
                Ok(changes.notices)
            })
        })
    }

    /// Inserts a node into the sequence of a draft, by default before its end. Takes an [`InsertNode`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input`; `revision_changed`; `not_draft`.
    pub fn insert_node(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<InsertNode>,
    ) -> Result<Updated> {
        let campaign = campaign.parse()?;
        let edit = request.parse()?;
        self.write(|tx, user| {
            change(tx, user, campaign, |tx, campaign| {
                let insertion = edit.insertion(campaign.settings.channel(), &campaign.sequence_nodes)?;
                require_seen_draft(campaign, insertion.expected_revision)?;
                let id = tx.new_id()?;
                let variants = sequence::identified(tx, insertion.variants, &[])?;
                let node = SequenceNode { id, step: insertion.step, variants };
                sequence::insert(&mut campaign.sequence_nodes, insertion.position, node);
                Ok(insertion.notices)
            })
        })
    }

    /// Changes the given fields of a node of a draft; its `type` is fixed. Takes an [`UpdateNode`].
    ///
    /// # Errors
    /// `campaign_not_found`; `node_not_found`; `end_fixed`; `invalid_input`; `revision_changed`; `not_draft`.
    pub fn update_node(
        &mut self,
        campaign: impl Request<CampaignId>,
        node: impl Request<NodeId>,
        request: impl Request<UpdateNode>,
    ) -> Result<Updated> {
        let (campaign, node) = (campaign.parse()?, node.parse()?);
        let edit = request.parse()?;
        self.write(|tx, user| {
            change(tx, user, campaign, |tx, campaign| {
                let (place, found) = sequence::find(&campaign.sequence_nodes, node)?;
                let update = edit.update(&found.step, place)?;
                require_seen_draft(campaign, update.expected_revision)?;
                sequence::set(tx, &mut campaign.sequence_nodes, node, update.step, update.variants)?;
                Ok(update.notices)
            })
        })
    }

    /// Moves a node of a draft to another place before the end. Takes a [`MoveNode`].
    ///
    /// # Errors
    /// `campaign_not_found`; `node_not_found`; `end_fixed`; `invalid_input`; `revision_changed`; `not_draft`.
    pub fn move_node(
        &mut self,
        campaign: impl Request<CampaignId>,
        node: impl Request<NodeId>,
        request: impl Request<MoveNode>,
    ) -> Result<Updated> {
        let (campaign, node) = (campaign.parse()?, node.parse()?);
        let edit = request.parse()?;
        self.write(|tx, user| {
            change(tx, user, campaign, |_, campaign| {
                sequence::find(&campaign.sequence_nodes, node)?;
                let destination = edit.destination(&campaign.sequence_nodes)?;
                require_seen_draft(campaign, destination.expected_revision)?;
                let node = sequence::take(&mut campaign.sequence_nodes, node)?;
                sequence::insert(&mut campaign.sequence_nodes, Some(destination.position), node);
                Ok(Notices::default())
            })
        })
    }

    /// Deletes a node of a draft; the end cannot be deleted.
    ///
    /// # Errors
    /// `campaign_not_found`; `node_not_found`; `end_fixed`; `revision_changed`; `not_draft`.
    pub fn delete_node(
        &mut self,
        campaign: impl Request<CampaignId>,
        node: impl Request<NodeId>,
        expected: impl Request<ExpectedRevision>,
    ) -> Result<Updated> {
        let (campaign, node) = (campaign.parse()?, node.parse()?);
        let expected = expected.parse()?;
        self.write(|tx, user| {
            change(tx, user, campaign, |_, campaign| {
                sequence::find(&campaign.sequence_nodes, node)?;
                require_seen_draft(campaign, expected)?;
                sequence::take(&mut campaign.sequence_nodes, node)?;
                Ok(Notices::default())
            })
        })
    }
}

fn require_draft(campaign: &Campaign) -> Result<()> {
    if campaign.status == Status::Draft { Ok(()) } else { Err(Error::NotDraft) }
}

fn require_seen_draft(campaign: &Campaign, expected: ExpectedRevision) -> Result<()> {
    expected.check(campaign.revision)?;
    require_draft(campaign)
}

/// Loads a campaign, lets `edit` change it, and stores and records it if that made a difference.
fn change(
    tx: &mut Tx<'_>,
    user: UserId,
    id: CampaignId,
    edit: impl FnOnce(&mut Tx<'_>, &mut Campaign) -> Result<Notices>,
) -> Result<Updated> {
    let before = rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)?;
    let mut campaign = before.clone();
    let notices = edit(tx, &mut campaign)?;
    if campaign != before {
        let is_over = is_over(tx, &campaign)?;
        if is_over {
            campaign.status = completed(&campaign, tx.now());
        }
        campaign.touch(tx.now());
        rows::update(tx, &campaign, &before)?;
        tx.record(user, Change::CampaignUpdated { campaign_id: id })?;
        if is_over {
            tx.record(user, Change::CampaignCompleted { campaign_id: id })?;
        }
    }
    Ok(Updated { campaign, notices: notices.told, more_notices: notices.more })
}

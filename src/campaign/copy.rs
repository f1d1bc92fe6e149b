//! Copying a campaign: the request, and the draft that it makes.

use serde::Serialize;

use super::fingerprint::{ClientMade, Fingerprint};
use super::ops::{free_name, name_taken, retried};
use super::sequence::SequenceNode;
use super::{Campaign, Status, rows};
use crate::error::{Error, Problem, Result};
use crate::id::{CampaignId, UserId};
use crate::request::name::Name;
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::store::event::Change;
use crate::store::{Tx, or_corrupt};

/// How to copy a campaign.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct CloneCampaign {
    /// A UUIDv7 made by the caller, so that the request can be retried.
    pub id: Option<CampaignId>,
    /// Its name; by default the first free one of `NAME (2)`, `NAME (3)`, ….
    pub name: Option<String>,
    /// Whether it gets the people, too: those who are not suppressed, as if they were imported; by default not.
    pub prospects: Option<bool>,
}

setters!(CloneCampaign {
    optional id: CampaignId;
    text name;
    optional prospects: bool;
});

/// A checked [`CloneCampaign`].
#[derive(Clone, Debug)]
pub struct NewCopy {
    id: Option<CampaignId>,
    name: Option<Name>,
    pub(crate) prospects: bool,
}

impl RequestType for CloneCampaign {
    type Checked = NewCopy;
}

impl Request<CloneCampaign> for Input {
    fn parse(self) -> Result<NewCopy> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let id = fields.id("id");
        if id.is_some_and(|id: CampaignId| !id.is_v7()) {
            fields.push("id", Problem::NotUuidV7);
        }
        let name = fields.text("name").and_then(|name| fields.keep("name", Name::parse(&name)));
        let prospects = fields.bool("prospects").unwrap_or(false);
        fields.refuse_rest(&["id", "name", "prospects"]);
        issues.finish(Some(NewCopy { id, name, prospects }))
    }
}

impl Request<CloneCampaign> for CloneCampaign {
    fn parse(self) -> Result<NewCopy> {
        Request::<CloneCampaign>::parse(Input::of(&self))
    }
}

/// Makes a draft with the settings, the senders and the steps of a campaign, and nobody in it: the draft, and the campaign that
/// it is a copy of, unless this very request made it before.
///
/// # Errors
/// `campaign_not_found`; `no_ready_sender` where all senders were removed; `name_taken`; `id_reused`.
pub(crate) fn copy(
    tx: &mut Tx<'_>,
    user: UserId,
    source: CampaignId,
    request: &NewCopy,
) -> Result<(Campaign, Option<Campaign>)> {
    let name = request.name.as_ref();
    let client_made =
        request.id.map(|id| ClientMade { id, fingerprint: Fingerprint::of_copy(source, name, request.prospects) });
    if let Some(made) = retried(tx, user, client_made.as_ref())? {
        return Ok((made, None));
    }
    let source = rows::find(tx, user, source)?.ok_or(Error::CampaignNotFound)?;
    if source.sender_account_ids.is_empty() {
        return Err(Error::NoReadySender);
    }
    let mut sequence_nodes = Vec::with_capacity(source.sequence_nodes.len());
    for node in &source.sequence_nodes {
        let id = tx.new_id()?;
        let mut variants = node.variants.clone();
        for variant in &mut variants {
            variant.id = tx.new_id()?;
        }
        sequence_nodes.push(SequenceNode { id, step: node.step.clone(), variants });
    }
    let copy = Campaign {
        id: request.id.map_or_else(|| tx.new_id(), Ok)?,
        name: name.map_or_else(|| free_name(tx, user, &source.name), |name| Ok(name.clone()))?,
        status: Status::Draft,
        sequence_nodes,
        stats: None,
        revision: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
        ..source.clone()
    };
    if !rows::insert(tx, &copy, client_made.map(|made| made.fingerprint).as_ref())? {
        // Its senders are those of a campaign that is there.
        let other = or_corrupt(rows::of_name(tx, user, &copy.name)?)?;
        return Err(name_taken(tx, user, &copy.name, other)?);
    }
    tx.record(user, Change::CampaignCreated { campaign_id: copy.id })?;
    Ok((copy, Some(source)))
}

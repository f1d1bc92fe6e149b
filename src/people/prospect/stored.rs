//! Prospects in their rows, whose columns are read when they are used.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use rusqlite::{CachedStatement, Row, Rows};

use super::ProspectStatus;
use super::rows::{EMAIL, IDENTITY, PERSON, STATUS, open_statuses, texts};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::message::template::Values;
use crate::people::person::{self, Field};
use crate::store::{Snapshot, or_corrupt};

/// All prospects of a campaign that are not final.
pub(crate) struct OpenProspects<'s> {
    statement: CachedStatement<'s>,
    campaign: CampaignId,
    channel: Channel,
}

impl<'s> OpenProspects<'s> {
    pub(crate) fn of(snapshot: &Snapshot<'s>, campaign: CampaignId, channel: Channel) -> Result<Self> {
        let statement = snapshot.sql().prepare_cached(concat!(
            "SELECT ",
            texts!(),
            ", CASE WHEN ?2 THEN custom_fields END FROM prospect INDEXED BY prospect_by_age
              WHERE campaign_id = ?1 AND id >= ifnull(?3, x'') AND status IN ",
            open_statuses!(),
            " ORDER BY id"
        ))?;
        Ok(Self { statement, campaign, channel })
    }

    /// Those from one on, or every one, in their order; custom fields, which may be long, are read only if someone asks for
    /// any.
    pub(crate) fn rows(&mut self, with_custom_fields: bool, from: Option<ProspectId>) -> Result<StoredProspects<'_>> {
        let rows = self.statement.query((self.campaign, with_custom_fields, from))?;
        Ok(StoredProspects { rows, channel: self.channel })
    }
}

/// The prospects of a campaign, all or those of one status.
pub(crate) struct AllProspects<'s> {
    statement: CachedStatement<'s>,
    campaign: CampaignId,
    channel: Channel,
    status: Option<ProspectStatus>,
}

impl<'s> AllProspects<'s> {
    pub(crate) fn of(
        snapshot: &Snapshot<'s>,
        campaign: CampaignId,
        channel: Channel,
        status: Option<ProspectStatus>,
    ) -> Result<Self> {
        macro_rules! select {
            ($condition:literal) => {
                concat!(
                    "SELECT ",
                    texts!(),
                    ", custom_fields FROM prospect
                      WHERE campaign_id = ?1 AND id > ifnull(?2, x'') AND id <= ?3 AND ",
                    $condition,
                    " ORDER BY id LIMIT ?5"
                )
            };
        }
        let sql = if status.is_some() { select!("status = ?4") } else { select!("?4 IS NULL") };
        Ok(Self { statement: snapshot.sql().prepare_cached(sql)?, campaign, channel, status })
    }

    /// At most `limit` after one and up to another, in their order.
    pub(crate) fn rows(
        &mut self,
        after: Option<ProspectId>,
        until: ProspectId,
        limit: u32,
    ) -> Result<StoredProspects<'_>> {
        let rows = self.statement.query((self.campaign, after, until, self.status, limit))?;
        Ok(StoredProspects { rows, channel: self.channel })
    }
}

/// Prospects of a campaign, one after the other.
pub(crate) struct StoredProspects<'r> {
    rows: Rows<'r>,
    channel: Channel,
}

impl StoredProspects<'_> {
    pub(crate) fn next(&mut self) -> Result<Option<(ProspectId, StoredProspect<'_>)>> {
        let Some(row) = self.rows.next()? else { return Ok(None) };
        Ok(Some((row.get(0)?, StoredProspect { row, channel: self.channel, custom_fields: OnceCell::new() })))
    }
}

/// A prospect in its row, whose columns are read when they are used.
pub(crate) struct StoredProspect<'r> {
    row: &'r Row<'r>,
    channel: Channel,
    custom_fields: OnceCell<BTreeMap<String, String>>,
}

impl StoredProspect<'_> {
    pub(crate) fn status(&self) -> Result<ProspectStatus> {
        Ok(self.row.get(STATUS)?)
    }

    /// What it is known by on the channel of its campaign.
    pub(crate) fn identity(&self) -> Result<&str> {
        or_corrupt(self.text(IDENTITY))
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.row.get_ref(column).ok()?.as_str_or_null().ok().flatten()
    }
}

impl Values for StoredProspect<'_> {
    fn field(&self, field: Field) -> Option<Cow<'_, str>> {
        let column = match field {
            Field::Email if self.channel == Channel::Email => IDENTITY,
            Field::Email => EMAIL,
            Field::LinkedinUrl => PERSON,
            Field::Name => {
                let name = self.text(PERSON + 1).map(Cow::Borrowed);
                return name.or_else(|| person::joined(self.text(PERSON + 2), self.text(PERSON + 3)));
            }
            Field::FirstName => PERSON + 2,
            Field::LastName => PERSON + 3,
            Field::Company => PERSON + 4,
            Field::Position => PERSON + 5,
            Field::Headline => PERSON + 6,
        };
        self.text(column).map(Cow::Borrowed)
    }

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>> {
        let json = self.text(PERSON + 7)?;
        let fields = self.custom_fields.get_or_init(|| person::rows::decode_custom_fields(json).unwrap_or_default());
        fields.get(key).map(|text| text.as_str().into())
    }

    fn each_key(&self, visit: &mut dyn FnMut(&str)) {
        let json = self.text(PERSON + 7).unwrap_or_default();
        let fields = self.custom_fields.get_or_init(|| person::rows::decode_custom_fields(json).unwrap_or_default());
        fields.keys().for_each(|key| visit(key));
    }
}

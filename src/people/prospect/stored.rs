//! Prospects in their rows, whose columns are read when they are used.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::ProspectStatus;
use super::status::open_statuses;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::message::template::Values;
use crate::people::person::rows::TextColumns;
use crate::people::person::{self, Field};
use crate::request::identity::ProfileUrl;
use crate::request::search_text::SearchText;
use crate::store::{Row, Rows, Snapshot, Statement, or_corrupt, row};

row! {
    /// Custom fields, which may be long, are read only where the second parameter says so.
    struct Columns as columns {
        id, status, identity, email, custom_fields = "CASE WHEN ?2 THEN custom_fields END",
        ..texts: TextColumns as text_columns
    }
}

const AT: Columns<usize> = Columns::at(0);

/// All prospects of a campaign that are not final.
pub(crate) struct OpenProspects<'s> {
    statement: Statement<'s>,
    campaign: CampaignId,
    channel: Channel,
}

impl<'s> OpenProspects<'s> {
    pub(crate) fn of(snapshot: &Snapshot<'s>, campaign: CampaignId, channel: Channel) -> Result<Self> {
        let statement = snapshot.statement(concat!(
            "SELECT ",
            columns!(),
            " FROM prospect INDEXED BY prospect_by_age
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
    statement: Statement<'s>,
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
                    columns!(),
                    " FROM prospect WHERE campaign_id = ?1 AND id > ifnull(?3, x'')
                      AND id <= ifnull(?4, x'ffffffffffffffffffffffffffffffff') AND ",
                    $condition,
                    " ORDER BY id LIMIT ?6"
                )
            };
        }
        let sql = if status.is_some() { select!("status = ?5") } else { select!("?5 IS NULL") };
        Ok(Self { statement: snapshot.statement(sql)?, campaign, channel, status })
    }

    /// At most `limit` after one and up to another, in their order.
    pub(crate) fn rows(
        &mut self,
        after: Option<ProspectId>,
        until: ProspectId,
        limit: u32,
    ) -> Result<StoredProspects<'_>> {
        let rows = self.statement.query((self.campaign, true, after, until, self.status, limit))?;
        Ok(StoredProspects { rows, channel: self.channel })
    }

    /// All after one, in their order, without custom fields.
    pub(crate) fn rows_after(&mut self, after: Option<ProspectId>) -> Result<StoredProspects<'_>> {
        let (until, all) = (None::<ProspectId>, -1);
        let rows = self.statement.query((self.campaign, false, after, until, self.status, all))?;
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
        Ok(Some((row.get(AT.id)?, StoredProspect { row, channel: self.channel, custom_fields: OnceCell::new() })))
    }
}

/// A prospect in its row, whose columns are read when they are used.
pub(crate) struct StoredProspect<'r> {
    row: Row<'r>,
    channel: Channel,
    custom_fields: OnceCell<BTreeMap<String, String>>,
}

impl StoredProspect<'_> {
    pub(crate) fn status(&self) -> Result<ProspectStatus> {
        self.row.get(AT.status)
    }

    /// What it is known by on the channel of its campaign.
    pub(crate) fn identity(&self) -> Result<&str> {
        or_corrupt(self.text(AT.identity))
    }

    /// Whether a name, the company, the address or the slug of the profile begins so.
    pub(crate) fn matches(&self, text: &SearchText) -> bool {
        let fields = [Field::FirstName, Field::LastName, Field::Name, Field::Company, Field::Email];
        fields.into_iter().any(|field| self.field(field).is_some_and(|value| text.begins(&value)))
            || self.profile().is_some_and(|profile| profile.rsplit('/').next().is_some_and(|slug| text.begins(slug)))
    }

    /// The LinkedIn profile in normal form.
    pub(crate) fn profile(&self) -> Option<Cow<'_, str>> {
        match self.channel {
            Channel::Linkedin => self.text(AT.identity).map(Cow::Borrowed),
            Channel::Email => {
                let url = ProfileUrl::stored(self.text(AT.texts.linkedin_url)?)?;
                Some(Cow::Owned(url.identity().to_owned()))
            }
        }
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.row.get_ref(column).ok()?.as_str_or_null().ok().flatten()
    }
}

impl Values for StoredProspect<'_> {
    fn field(&self, field: Field) -> Option<Cow<'_, str>> {
        let column = match field {
            Field::Email if self.channel == Channel::Email => AT.identity,
            Field::Email => AT.email,
            Field::LinkedinUrl => AT.texts.linkedin_url,
            Field::Name => {
                let name = self.text(AT.texts.name).map(Cow::Borrowed);
                return name.or_else(|| person::joined(self.text(AT.texts.first_name), self.text(AT.texts.last_name)));
            }
            Field::FirstName => AT.texts.first_name,
            Field::LastName => AT.texts.last_name,
            Field::Company => AT.texts.company,
            Field::Position => AT.texts.position,
            Field::Headline => AT.texts.headline,
            Field::TimeZone => AT.texts.time_zone,
        };
        self.text(column).map(Cow::Borrowed)
    }

    fn custom_field(&self, key: &str) -> Option<Cow<'_, str>> {
        let json = self.text(AT.custom_fields)?;
        let fields = self.custom_fields.get_or_init(|| person::rows::decode_custom_fields(json).unwrap_or_default());
        fields.get(key).map(|text| text.as_str().into())
    }

    fn each_key(&self, visit: &mut dyn FnMut(&str)) {
        let json = self.text(AT.custom_fields).unwrap_or_default();
        let fields = self.custom_fields.get_or_init(|| person::rows::decode_custom_fields(json).unwrap_or_default());
        fields.keys().for_each(|key| visit(key));
    }
}

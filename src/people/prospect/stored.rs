//! Prospects in their rows, whose columns are read when they are used.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::ProspectStatus;
use super::status::in_order;
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
            " FROM ",
            in_order!(open, "campaign_id = ?1 AND id >= ifnull(?3, x'')", "-1")
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
        let sql = if status.is_some() {
            concat!(
                "SELECT ",
                columns!(),
                " FROM prospect INDEXED BY prospect_by_status
                 WHERE campaign_id = ?1 AND status = ?5 AND id > ifnull(?3, x'')
                   AND id <= ifnull(?4, x'ffffffffffffffffffffffffffffffff')
                 ORDER BY id LIMIT ?6"
            )
        } else {
            concat!(
                "SELECT ",
                columns!(),
                " FROM ",
                in_order!(
                    all,
                    "campaign_id = ?1 AND id > ifnull(?3, x'')
                     AND id <= ifnull(?4, x'ffffffffffffffffffffffffffffffff')",
                    "?6"
                )
            )
        };
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

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::people::prospect::rows;
    use crate::request::page::PageRequest;
    use crate::store::sqlite_steps::steps_of;
    use crate::{
        AddAccount, AddProspects, CreateCampaign, CreateUser, NewEmail, NewPerson, OpenOptions, SimulatedHost,
    };

    const STATUSES: [ProspectStatus; 5] = [
        ProspectStatus::Skipped,
        ProspectStatus::Pending,
        ProspectStatus::Sent,
        ProspectStatus::Bounced,
        ProspectStatus::Replied,
    ];

    /// Those whom the rows are of.
    fn ids(mut rows: StoredProspects<'_>) -> Result<Vec<ProspectId>> {
        let mut ids = Vec::new();
        while let Some((id, _)) = rows.next()? {
            ids.push(id);
        }
        Ok(ids)
    }

    #[test]
    fn people_of_many_statuses_are_read_in_the_order_in_which_they_came() -> Result<()> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let sender = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
        let [first, second] = ["A", "B"].map(|name| CreateCampaign::new(name, [sender], NewEmail::default()));
        let [first, second] = [me.create_campaign(first)?.campaign.id, me.create_campaign(second)?.campaign.id];
        let (mut all, mut open) = (Vec::new(), Vec::new());
        for n in 0..600 {
            let person = || AddProspects::from_iter([NewPerson::email(format!("p{n}@example.com"))]);
            me.add_prospects(second, person())?;
            let report = me.add_prospects(first, person())?;
            let Some(crate::ImportResult::Imported(id)) = report.outcome(0).map(|outcome| outcome.result) else {
                continue;
            };
            let status = STATUSES[n * 7 % STATUSES.len()];
            me.write(|tx, _| rows::set_status(tx, id, status))?;
            all.push(id);
            if !status.is_final() {
                open.push(id);
            }
        }
        me.read(|snapshot, _| {
            let channel = Channel::Email;
            let mut everybody = AllProspects::of(snapshot, first, channel, None)?;
            assert_eq!(ids(everybody.rows_after(None)?)?, all);
            assert_eq!(ids(everybody.rows(Some(all[99]), all[299], 100)?)?, all[100..200]);
            assert_eq!(ids(everybody.rows(Some(all[99]), all[199], 1_000)?)?, all[100..200]);
            let page = rows::list(snapshot, first, channel, None, Some(all[9]), 50)?;
            assert_eq!(page.finish(|last| last.id).0.iter().map(|one| one.id).collect::<Vec<_>>(), all[10..60]);
            let mut others = OpenProspects::of(snapshot, first, channel)?;
            assert_eq!(ids(others.rows(true, None)?)?, open);
            assert_eq!(ids(others.rows(false, Some(open[20]))?)?, open[20..]);
            assert_eq!(rows::open(snapshot, first)?, open);
            let next = rows::next_open(snapshot, first, Some(open[4]))?;
            assert_eq!(next.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), open[5..]);
            let slice = PageRequest { limit: 20, after: None };
            let page = rows::list_open(snapshot, first, channel, slice)?;
            assert_eq!(page.finish(|last| last.id).0.iter().map(|one| one.id).collect::<Vec<_>>(), open[..20]);
            assert_eq!(rows::last(snapshot, first)?, all.last().copied());
            assert_eq!(rows::count(snapshot, first)?, 600);
            Ok(())
        })?;
        // A page costs what it shows, wherever it is.
        let mut page = |after: usize| {
            let list = |store: &mut crate::Store| {
                store
                    .session(user)?
                    .read(|snapshot, _| rows::list(snapshot, first, Channel::Email, None, Some(all[after]), 20))
            };
            Ok(steps_of(&mut store, list)?.1)
        };
        let steps: [Result<u64>; 3] = [page(9), page(109), page(509)];
        let steps = steps.into_iter().collect::<Result<Vec<_>>>()?;
        assert!(steps.iter().all(|steps| *steps < 2_000), "{steps:?}");
        Ok(())
    }
}

//! Exporting and erasing a person.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::request::RecordCursor;
use super::rows::{self, Events, Visit};
use super::{
    ErasePerson, ErasedPerson, ExportPerson, ExportedPerson, Identity, ParsedErasure, ParsedPersonExport, PersonRecord,
};
use crate::campaign;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, Id, LeadId, ListId, ProspectId, UserId};
use crate::people::erased::rows::ErasedPeople;
use crate::people::prospect::stored::AllProspects;
use crate::people::{erased, list, prospect};
use crate::request::Request;
use crate::request::page::Page;
use crate::sending::suppress::end_covered;
use crate::sort::sorted;
use crate::store::event::{self, Change};
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{RemoveNext, Snapshot, Tx, or_corrupt};

impl Session<'_> {
    /// Returns all that is stored of whoever has an address or a profile, as rows of the database: of prospects in all
    /// campaigns, with what was written and sent to them; of leads; and what is kept by the address or the profile alone.
    /// Where their prospects and leads have another address or profile, what is kept by that alone is of the person, too.
    /// Texts that mention a person elsewhere are not looked for. Takes an [`ExportPerson`].
    ///
    /// The cursor counts rows: what is claimed, recorded or removed between two pages can repeat rows or leave some out.
    /// For all of one instant, read without other calls in between, or take as many as fit in one page.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn export_person(&mut self, request: impl Request<ExportPerson>) -> Result<ExportedPerson> {
        at_once(self.export_person_paced(request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the user's events and, where a profile is looked for, the prospects of email
    /// campaigns.
    ///
    /// # Errors
    /// As [`export_person`](Self::export_person); `cancelled`.
    pub async fn export_person_paced(
        &mut self,
        request: impl Request<ExportPerson>,
        pace: &mut dyn Pace,
    ) -> Result<ExportedPerson> {
        let ParsedPersonExport { person, slice } = request.parse()?;
        self.read_paced(async |snapshot, user| {
            let events = event::rows::last(snapshot, user)?.unsigned_abs();
            let mut work = PacedWork::of_query(pace, events + count_looked_at(snapshot, user, &person)?);
            let found = Found::of(snapshot, user, &person, &mut work).await?;
            let before = slice.after.map_or(0, |RecordCursor(before)| before);
            let (mut page, mut place) = (Page::of(slice.limit), 0);
            let mut take = |record: PersonRecord| {
                place += 1;
                if place <= before { Ok(true) } else { page.push(record) }
            };
            if let Some(subjects) = found.visit(snapshot, user, &mut take)? {
                let mut events = Events::of(snapshot, user)?;
                let mut events = events.rows()?;
                let mut done = found.looked_at;
                while let Some((number, subject)) = events.next()? {
                    let is_of_person = subjects.binary_search(&subject).is_ok();
                    if is_of_person && !rows::visit(snapshot, rows::EVENT, &[&user, &number], &mut take)? {
                        break;
                    }
                    done += 1;
                    if work.reach(done) {
                        work.pause().await?;
                    }
                }
            }
            work.finish().await?;
            let (records, next) = page.finish(|_| ());
            let next_cursor = next.map(|()| (before + records.len() as u64).to_string());
            let erased = ErasedPeople::of(snapshot, user)?;
            let is_erased = erased.map_or(Ok(false), |mut erased| erased.has(person.channel, &person.value))?;
            Ok(ExportedPerson { records, is_erased, next_cursor })
        })
        .await
    }

    /// Erases all that is stored of whoever has an address or a profile: their prospects in all campaigns, as
    /// [`remove_prospect`](Self::remove_prospect) does, with what was written and sent to them; their leads; and what is kept
    /// alone by the address or profile or by another one that these rows have. Tasks stay without anything that names the
    /// person, since they count in limits and reports. Then the file is written anew, so that no byte of what was deleted is
    /// left in it. Takes an [`ErasePerson`].
    ///
    /// Unless `keep_suppressed` is `false`, salted hashes are kept of the address and the profile of each row that was
    /// erased: they are suppressed from now on, for whatever reason they are added again. The same call again changes
    /// nothing. `false` forgets what is kept of these; of an identity that no row connects with the given one any more it
    /// is forgotten by a call with that identity.
    ///
    /// The user's own accounts stay, and so do texts elsewhere that mention the person.
    ///
    /// # Errors
    /// `invalid_input`; `in_scope`. After `busy`, `storage_full` or `storage_unavailable` the person may be erased all the
    /// same, where only the file could not be written anew, as another process reads it or the disk is full: the same call
    /// erases who is left and writes the file.
    pub fn erase_person(&mut self, request: impl Request<ErasePerson>) -> Result<ErasedPerson> {
        at_once(self.erase_person_paced(request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects of email campaigns, where a profile is looked for. The file is
    /// written anew after the last report, in one go.
    ///
    /// # Errors
    /// As [`erase_person`](Self::erase_person); `cancelled`.
    pub async fn erase_person_paced(
        &mut self,
        request: impl Request<ErasePerson>,
        pace: &mut dyn Pace,
    ) -> Result<ErasedPerson> {
        let ParsedErasure { person, keep_suppressed } = request.parse()?;
        self.be_alone()?;
        let mut work = PacedWork::of_write(pace);
        let (total, has_left) =
            self.read(|snapshot, user| Ok((count_looked_at(snapshot, user, &person)?, has_deleted(snapshot)?)))?;
        work.begin(total, if has_left { 2 } else { 1 });
        // Nobody finds the people of what was deleted.
        if has_left {
            for remove_next in REMOVALS {
                self.remove_deleted(&mut work, remove_next).await?;
            }
            work.next_round();
        }
        let erased = self.write_part(&mut work, async |tx, user, work| {
            // Another process may have deleted something since.
            for remove_next in REMOVALS {
                work.exhaust(u64::MAX, || remove_next(tx)).await?;
            }
            let found = Found::of(tx, user, &person, work).await?;
            found.erase(tx, user, keep_suppressed)
        });
        let erased = erased.await?;
        self.rewrite()?;
        Ok(erased)
    }
}

/// What removes the rows that deletions left.
pub(crate) const REMOVALS: [RemoveNext; 2] = [campaign::remove_next, list::remove_next];

/// Whether there are some.
fn has_deleted(snapshot: &Snapshot<'_>) -> Result<bool> {
    Ok(!campaign::rows::deleted(snapshot)?.is_empty() || list::rows::next_deleted(snapshot)?.is_some())
}

/// The campaigns whose prospects are looked at one by one: those over email, for a profile, which no index has there.
fn without_index(snapshot: &Snapshot<'_>, user: UserId, person: &Identity) -> Result<Vec<CampaignId>> {
    if person.channel == Channel::Email {
        return Ok(Vec::new());
    }
    let campaigns = campaign::rows::channels(snapshot, user, None, None)?;
    Ok(campaigns.into_iter().filter(|(_, channel)| *channel == Channel::Email).map(|(campaign, _)| campaign).collect())
}

/// How many prospects these are.
fn count_looked_at(snapshot: &Snapshot<'_>, user: UserId, person: &Identity) -> Result<u64> {
    let mut total = 0;
    for campaign in without_index(snapshot, user, person)? {
        total += u64::from(prospect::rows::count(snapshot, campaign)?);
    }
    Ok(total)
}

/// The rows of a person that others belong to.
struct Found {
    prospects: Vec<ProspectId>,
    leads: Vec<(LeadId, ListId)>,
    /// What these and the request name the person by.
    identities: Vec<Identity>,
    /// How many prospects were looked at one by one.
    looked_at: u64,
}

impl Found {
    async fn of(snapshot: &Snapshot<'_>, user: UserId, person: &Identity, work: &mut PacedWork<'_>) -> Result<Self> {
        let mut found = prospect::rows::of_identity(snapshot, user, &person.value, None)?;
        if person.channel == Channel::Email {
            found.extend(prospect::rows::of_email(snapshot, user, &person.value, None)?);
        }
        let mut prospects: Vec<ProspectId> = found.iter().map(|prospect| prospect.id).collect();
        let mut looked_at = 0;
        for campaign in without_index(snapshot, user, person)? {
            let mut all = AllProspects::of(snapshot, campaign, Channel::Email, None)?;
            let mut people = all.rows_after(None)?;
            while let Some((id, stored)) = people.next()? {
                if stored.profile().as_deref() == Some(person.value.as_str()) {
                    prospects.push(id);
                }
                looked_at += 1;
                if work.reach(looked_at) {
                    work.pause().await?;
                }
            }
        }
        let prospects = sorted(prospects);
        let leads = rows::leads(snapshot, user, person)?;
        let mut known = BTreeSet::new();
        let mut add = |channel, value: Option<String>| known.extend(value.map(|value| Identity { channel, value }));
        for id in &prospects {
            let prospect = or_corrupt(prospect::rows::find(snapshot, user, *id)?)?;
            for channel in [Channel::Email, Channel::Linkedin] {
                add(channel, prospect.person.identity(channel).map(str::to_owned));
            }
        }
        for (id, _) in &leads {
            let [email, profile] = rows::identities_of_lead(snapshot, *id)?;
            add(Channel::Email, email);
            add(Channel::Linkedin, profile);
        }
        known.insert(person.clone());
        Ok(Self { prospects, leads, identities: known.into_iter().collect(), looked_at })
    }

    /// Visits every row of the person but events, until the visit returns `false`. Returns what the events of these rows are
    /// of, in their order; none, if it is over.
    fn visit(&self, snapshot: &Snapshot<'_>, user: UserId, visit: Visit<'_>) -> Result<Option<Vec<Uuid>>> {
        let mut subjects = Vec::new();
        for id in &self.prospects {
            for parts in [rows::OF_PROSPECT, rows::TOKEN] {
                if !rows::visit(snapshot, parts, &[id], visit)? {
                    return Ok(None);
                }
            }
            subjects.push(id.uuid());
            subjects.extend(rows::tasks(snapshot, *id)?.into_iter().map(Id::uuid));
        }
        for (id, _) in &self.leads {
            if !rows::visit(snapshot, rows::OF_LEAD, &[id], visit)? {
                return Ok(None);
            }
            subjects.push(id.uuid());
        }
        let subjects = sorted(subjects);
        for record in self.of_identities(snapshot, user)? {
            if !visit(record)? {
                return Ok(None);
            }
        }
        Ok(Some(subjects))
    }

    /// What names the person by an identity alone, each row once.
    fn of_identities(&self, snapshot: &Snapshot<'_>, user: UserId) -> Result<BTreeSet<PersonRecord>> {
        let mut records = BTreeSet::new();
        let mut take = |record| {
            records.insert(record);
            Ok(true)
        };
        for identity in &self.identities {
            rows::visit_identity(snapshot, user, identity, &mut take)?;
        }
        // The token of a prospect is a row of the prospect.
        for id in &self.prospects {
            let mut leave_out = |record| {
                records.remove(&record);
                Ok(true)
            };
            rows::visit(snapshot, rows::TOKEN, &[id], &mut leave_out)?;
        }
        Ok(records)
    }

    fn erase(self, tx: &mut Tx<'_>, user: UserId, keep_suppressed: bool) -> Result<ErasedPerson> {
        let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        let mut others = self.of_identities(tx, user)?.len();
        for id in &self.prospects {
            others += rows::erase_of_prospect(tx, *id)?;
            prospect::remove(tx, user, *id)?;
        }
        for (id, list) in &self.leads {
            list::remove(tx, user, *list, *id)?;
        }
        let mut has_changed = self.prospects.len() + self.leads.len() + others > 0;
        for identity in &self.identities {
            rows::erase_of_identity(tx, user, identity)?;
            has_changed |= match keep_suppressed {
                true => erased::keep(tx, user, identity.channel, &identity.value)?,
                false => erased::forget(tx, user, identity.channel, &identity.value)?,
            };
        }
        if keep_suppressed {
            let new: Vec<_> =
                self.identities.iter().map(|identity| (identity.kind(), identity.value.as_str())).collect();
            at_once(end_covered(tx, user, &new, &mut PacedWork::of_write(&mut Unpaced)))?;
        }
        if has_changed {
            tx.record(user, Change::PersonErased { user_id: user })?;
        }
        Ok(ErasedPerson {
            prospects: count(self.prospects.len()),
            leads: count(self.leads.len()),
            others: count(others),
            is_suppressed: keep_suppressed,
        })
    }
}

//! Creating, filling, reading and deleting saved lists.

use super::{AddLeads, AddedLeads, CreateList, Lead, LeadOutcome, LeadPage, List, NewLeads, SavedListPage, rows};
use crate::error::{Error, NameOwner, Result, TakenName, or_bug};
use crate::id::{LeadId, ListId, UserId};
use crate::people::erased::rows::ErasedPeople;
use crate::request::Request;
use crate::request::page::{AgeCursor, IdCursor, ListPage};
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

impl Session<'_> {
    /// Creates an empty list. Takes a [`CreateList`].
    ///
    /// # Errors
    /// `invalid_input`; `name_taken` with a free name if the user has a list of this name.
    pub fn create_list(&mut self, request: impl Request<CreateList>) -> Result<List> {
        let new = request.parse()?;
        self.write(|tx, user| {
            let list = List {
                id: tx.new_id()?,
                user_id: user,
                name: new.name,
                lead_count: 0,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            if !rows::insert(tx, &list)? {
                let taken_by = NameOwner::List(or_bug(rows::of_name(tx, user, &list.name)?)?);
                let free = list.name.suggest(|name| Ok::<_, Error>(rows::of_name(tx, user, name)?.is_some()))?;
                return Err(Error::NameTaken(Box::new(TakenName { suggested_name: free.to_string(), taken_by })));
            }
            tx.record(user, Change::ListCreated { list_id: list.id })?;
            Ok(list)
        })
    }

    /// Reads a list; its leads are read by [`Session::list_leads`].
    ///
    /// # Errors
    /// `list_not_found`, also for another user's.
    pub fn list(&mut self, id: impl Request<ListId>) -> Result<List> {
        let id = id.parse()?;
        self.read(|snapshot, user| rows::find(snapshot, user, id)?.ok_or(Error::ListNotFound))
    }

    /// Lists the user's saved lists, newest first. Takes a [`ListPage`].
    ///
    /// # Errors
    /// `invalid_input` for a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_lists(&mut self, query: impl Request<ListPage>) -> Result<SavedListPage> {
        let slice = query.parse()?.of_list()?;
        self.read(|snapshot, user| {
            let lists = rows::list(snapshot, user, slice)?;
            let (lists, next_cursor) =
                lists.finish(|list| AgeCursor { created: list.created_at, id: list.id }.cursor());
            Ok(SavedListPage { lists, next_cursor })
        })
    }

    /// Deletes a list with its leads; its name is free again. Prospects that were imported from it stay. Many leads are removed
    /// in several transactions, as [`delete_campaign`](Self::delete_campaign) does it.
    ///
    /// # Errors
    /// `list_not_found`.
    pub fn delete_list(&mut self, id: impl Request<ListId>) -> Result<()> {
        at_once(self.delete_list_paced(id, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the leads.
    ///
    /// # Errors
    /// As [`delete_list`](Self::delete_list); `cancelled`. Nothing is written. Whoever breaks it off after the
    /// [last chance](crate::WorkProgress::is_last_chance) leaves rows for the next removal; the list is deleted.
    pub async fn delete_list_paced(&mut self, id: impl Request<ListId>, pace: &mut dyn Pace) -> Result<()> {
        let id = id.parse()?;
        self.delete_paced(pace, remove_next, |tx, user| {
            let list = rows::find(tx, user, id)?.ok_or(Error::ListNotFound)?;
            if list.lead_count == 0 { rows::delete(tx, id) } else { rows::disown(tx, id) }?;
            Ok((Change::ListDeleted { list_id: id }, list.lead_count.into()))
        })
        .await
    }

    /// Adds 1–1,000 leads to a list, all of them or none. One whose email address or LinkedIn profile another lead of
    /// the list has is a duplicate: it is not added, and the other stays as it is. Nor is one added of somebody who was
    /// erased and is not to be contacted. Takes an [`AddLeads`].
    ///
    /// # Errors
    /// `invalid_input` with every issue of every lead, `required` at `leads[i].email` for one that has neither address;
    /// `list_not_found`.
    pub fn add_leads(&mut self, list_id: impl Request<ListId>, request: impl Request<AddLeads>) -> Result<AddedLeads> {
        let list_id = list_id.parse()?;
        let NewLeads(people) = request.parse()?;
        self.write(|tx, user| {
            if !rows::is_of_user(tx, user, list_id)? {
                return Err(Error::ListNotFound);
            }
            let mut answer =
                AddedLeads { added: 0, duplicates: 0, suppressed: 0, outcomes: Vec::with_capacity(people.len()) };
            let mut erased = ErasedPeople::of(tx, user)?;
            for person in people {
                if let Some(erased) = &mut erased
                    && erased.has_person(&person)?
                {
                    answer.suppressed += 1;
                    answer.outcomes.push(LeadOutcome::Suppressed);
                    continue;
                }
                let lead = Lead { id: tx.new_id()?, list_id, person, created_at: tx.now() };
                answer.outcomes.push(if rows::insert_lead(tx, &lead)? {
                    answer.added += 1;
                    LeadOutcome::Added { lead_id: lead.id }
                } else {
                    answer.duplicates += 1;
                    LeadOutcome::Duplicate { lead_id: rows::twin(tx, &lead)? }
                });
            }
            if answer.added > 0 {
                rows::recount(tx, list_id, i64::from(answer.added))?;
                tx.record(user, Change::LeadsAdded { list_id })?;
            }
            Ok(answer)
        })
    }

    /// Lists the leads of a list in the order in which they were added. Takes a [`ListPage`].
    ///
    /// # Errors
    /// `invalid_input` for a limit outside 1–200, a malformed cursor or an unknown field; `list_not_found`.
    pub fn list_leads(&mut self, list_id: impl Request<ListId>, query: impl Request<ListPage>) -> Result<LeadPage> {
        let list_id = list_id.parse()?;
        let slice = query.parse()?.of_list()?;
        self.read(|snapshot, user| {
            if !rows::is_of_user(snapshot, user, list_id)? {
                return Err(Error::ListNotFound);
            }
            let leads = rows::leads(snapshot, list_id, slice)?;
            let (leads, next_cursor) = leads.finish(|lead| IdCursor(lead.id).cursor());
            Ok(LeadPage { leads, next_cursor })
        })
    }

    /// Removes a lead from its list. Prospects that were imported from it stay.
    ///
    /// # Errors
    /// `lead_not_found`, also for one of another user's list.
    pub fn remove_lead(&mut self, id: impl Request<LeadId>) -> Result<()> {
        let id = id.parse()?;
        self.write(|tx, user| {
            let list_id = rows::list_of_lead(tx, user, id)?.ok_or(Error::LeadNotFound)?;
            remove(tx, user, list_id, id)
        })
    }
}

/// Removes the next rows of lists that were deleted.
pub(crate) fn remove_next(tx: &Tx<'_>) -> Result<(u64, u64)> {
    let Some(id) = rows::next_deleted(tx)? else { return Ok((0, 0)) };
    match rows::delete_next_leads(tx, id)? {
        0 => rows::delete(tx, id).map(|()| (1, 1)),
        removed => Ok((removed, 2 * removed)),
    }
}

/// Removes a lead of a list.
pub(crate) fn remove(tx: &Tx<'_>, user: UserId, list_id: ListId, lead_id: LeadId) -> Result<()> {
    rows::delete_lead(tx, list_id, lead_id)?;
    rows::recount(tx, list_id, -1)?;
    tx.record(user, Change::LeadRemoved { lead_id, list_id })
}

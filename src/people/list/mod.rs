//! Saved lists: people kept apart from any campaign, to be imported into campaigns.

mod ops;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use crate::id::{LeadId, ListId, UserId};
use crate::people::person::Person;
use crate::request::name::Name;
use crate::request::result_size::{ROW, TextSize};
use crate::time::Instant;
pub(crate) use ops::{remove, remove_next};
pub use request::{AddLeads, CreateList, NewLeads};

/// A saved list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct List {
    /// Identifies the list.
    pub id: ListId,
    /// The user that it belongs to.
    pub user_id: UserId,
    /// Its name, unique among the user's lists.
    pub name: Name,
    /// How many leads it has.
    pub lead_count: u32,
    /// When it was created.
    pub created_at: Instant,
    /// When it was last changed: its leads are part of it.
    pub updated_at: Instant,
}

/// A person in a saved list.
///
/// Serializes as the person's fields with the ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Identifies the lead.
    pub id: LeadId,
    /// The list that it is in.
    pub list_id: ListId,
    /// The person, with an email address, a LinkedIn profile or both.
    pub person: Person,
    /// When it was added.
    pub created_at: Instant,
}

impl TextSize for List {
    fn text_size(&self) -> usize {
        ROW + self.name.as_str().len()
    }
}

impl TextSize for Lead {
    fn text_size(&self) -> usize {
        ROW + self.person.text_size()
    }
}

/// The outcome of a lead to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LeadOutcome {
    /// It was added.
    Added {
        /// The new lead.
        lead_id: LeadId,
    },
    /// The list had a lead with this email address or this profile already, or an earlier row of the call added one.
    Duplicate {
        /// The lead that was there, the one with the address if there are two; it stays as it is.
        lead_id: LeadId,
    },
    /// Somebody of its address or profile was erased, and is not to be contacted: it is not stored.
    Suppressed,
}

/// The result of adding leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddedLeads {
    /// How many leads were added.
    pub added: u32,
    /// How many were there already.
    pub duplicates: u32,
    /// How many are of somebody who was erased.
    pub suppressed: u32,
    /// The outcome of each lead, in the order of the request.
    pub outcomes: Vec<LeadOutcome>,
}

/// A page of saved lists, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SavedListPage {
    /// The lists.
    pub lists: Vec<List>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}

/// A page of leads, in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LeadPage {
    /// The leads.
    pub leads: Vec<Lead>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}

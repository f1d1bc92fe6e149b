//! The rows of the file: who a prospect is, how far they have come, and their custom fields.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::RowWriter;
use crate::account;
use crate::campaign::{Campaign, StatusWord};
use crate::error::Result;
use crate::id::{AccountId, NodeId, ProspectId};
use crate::import::sheet::own::{CUSTOM, PERSON, TOLD};
use crate::message::template::Values as _;
use crate::people::prospect::stored::Stored;
use crate::people::suppression::rows::Suppressions;
use crate::sending::queue;
use crate::sending::task::rows::{Contact, contact};
use crate::store::Snapshot;
use crate::store::event::rows::answers;

/// The first row, after the mark by which spreadsheets know UTF-8.
pub(super) fn header(keys: &BTreeSet<String>) -> String {
    let mut text = String::from("\u{feff}");
    let mut row = RowWriter::new(&mut text);
    PERSON.iter().for_each(|field| row.push(field.word()));
    TOLD.iter().for_each(|name| row.push(name));
    keys.iter().for_each(|key| row.push(&format!("{CUSTOM}{key}")));
    row.end();
    text
}

/// What rows are made of beside the prospect's own.
pub(super) struct Source<'s, 't> {
    snapshot: &'t Snapshot<'s>,
    was_launched: bool,
    /// The steps that send, by their nodes, from 1.
    steps: BTreeMap<NodeId, usize>,
    suppressions: Suppressions<'s>,
    senders: BTreeMap<AccountId, Option<String>>,
}

impl<'s, 't> Source<'s, 't> {
    pub(super) fn of(snapshot: &'t Snapshot<'s>, campaign: &Campaign) -> Result<Self> {
        let sending = campaign.sequence_nodes.iter().filter(|node| node.step.is_sendable());
        Ok(Self {
            snapshot,
            was_launched: campaign.status.word() != StatusWord::Draft,
            steps: sending.zip(1..).map(|(node, step)| (node.id, step)).collect(),
            suppressions: Suppressions::of(snapshot, campaign.user_id, campaign.settings.channel())?,
            senders: BTreeMap::new(),
        })
    }

    pub(super) fn write(
        &mut self,
        out: &mut String,
        id: ProspectId,
        prospect: &Stored<'_>,
        keys: &BTreeSet<String>,
    ) -> Result<()> {
        let mut row = RowWriter::new(out);
        for field in PERSON {
            row.push_or_blank(prospect.field(field));
        }
        let (contact, [replied_at, bounced_at]) = match self.was_launched {
            true => (contact(self.snapshot, id)?, answers(self.snapshot, id)?),
            false => (Contact::default(), [None; 2]),
        };
        row.push_or_blank(None::<&str>);
        row.push(prospect.status()?.word());
        row.push_or_blank(self.sender(id, &contact)?);
        row.push_value(contact.last.and_then(|(node, _)| self.steps.get(&node)));
        for at in [contact.first_at, contact.last_at, replied_at, bounced_at, contact.opened_at] {
            row.push_value(at);
        }
        row.push_or_blank(self.suppressions.reason(prospect.identity()?)?.map(|reason| reason.word()));
        row.push_value(Some(id));
        for key in keys {
            row.push_or_blank(prospect.custom_field(key));
        }
        row.end();
        Ok(())
    }

    /// From whom somebody gets messages, or last got one.
    fn sender(&mut self, id: ProspectId, contact: &Contact) -> Result<Option<&str>> {
        if !self.was_launched {
            return Ok(None);
        }
        let Some(account) = queue::rows::sender(self.snapshot, id)?.or(contact.last.map(|(_, account)| account)) else {
            return Ok(None);
        };
        let sender = match self.senders.entry(account) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(account::rows::address(self.snapshot, account)?)
            }
        };
        Ok(sender.as_deref())
    }
}

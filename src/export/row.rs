//! The rows of the file: who a prospect is, how far they have come, and their custom fields.

use super::cell::RowWriter;
use crate::account;
use crate::campaign::{Campaign, CampaignStatus};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, NodeId, ProspectId};
use crate::import::sheet::exported_file::{CUSTOM, PERSON, TOLD};
use crate::message::template::Values as _;
use crate::people::person::Field;
use crate::people::prospect::stored::StoredProspect;
use crate::people::suppression::rows::Suppressions;
use crate::sending::progress;
use crate::sending::task::rows::{Contact, contact};
use crate::store::Snapshot;
use crate::store::event::rows::answers;

/// The first row, after the mark by which spreadsheets know UTF-8.
pub(super) fn header(keys: &[String]) -> String {
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
    /// The nodes that send.
    steps: Vec<NodeId>,
    channel: Channel,
    suppressions: Suppressions<'s>,
    /// The addresses of the senders that were met.
    senders: Vec<(AccountId, Option<String>)>,
}

impl<'s, 't> Source<'s, 't> {
    pub(super) fn of(snapshot: &'t Snapshot<'s>, campaign: &Campaign) -> Result<Self> {
        let sending = campaign.sequence_nodes.iter().filter(|node| node.step.is_sendable());
        Ok(Self {
            snapshot,
            was_launched: campaign.status() != CampaignStatus::Draft,
            steps: sending.map(|node| node.id).collect(),
            channel: campaign.settings.channel(),
            suppressions: Suppressions::of(snapshot, campaign.user_id, campaign.settings.channel())?,
            senders: Vec::new(),
        })
    }

    pub(super) fn write(
        &mut self,
        out: &mut String,
        id: ProspectId,
        prospect: &StoredProspect<'_>,
        keys: &[String],
    ) -> Result<()> {
        let mut row = RowWriter::new(out);
        for field in PERSON {
            row.push_or_blank(prospect.field(field));
        }
        let (contact, [replied_at, bounced_at]) = match self.was_launched {
            true => (contact(self.snapshot, id)?, answers(self.snapshot, id)?),
            false => (Contact::default(), [None; 2]),
        };
        row.push(prospect.status()?.word());
        row.push_or_blank(self.sender(id, &contact)?);
        row.push_value(contact.last.and_then(|(node, _)| self.step(node)));
        for at in [contact.first_at, contact.last_at, replied_at, bounced_at, contact.opened_at] {
            row.push_value(at);
        }
        let other = match self.channel {
            Channel::Email => prospect.profile(),
            Channel::Linkedin => prospect.field(Field::Email),
        };
        row.push_or_blank(
            self.suppressions.reason_of_both(prospect.identity()?, other.as_deref())?.map(|reason| reason.word()),
        );
        row.push_value(Some(id));
        for key in keys {
            row.push_or_blank(prospect.custom_field(key));
        }
        row.end();
        Ok(())
    }

    /// Which of the nodes that send a node is, from 1.
    fn step(&self, node: NodeId) -> Option<usize> {
        Some(self.steps.iter().position(|known| *known == node)? + 1)
    }

    /// The sender of a prospect's messages, present or last.
    fn sender(&mut self, id: ProspectId, contact: &Contact) -> Result<Option<&str>> {
        if !self.was_launched {
            return Ok(None);
        }
        let Some(account) = progress::rows::sender(self.snapshot, id)?.or(contact.last.map(|(_, account)| account))
        else {
            return Ok(None);
        };
        let place = match self.senders.iter().position(|(known, _)| *known == account) {
            Some(place) => place,
            None => {
                self.senders.push((account, account::rows::address(self.snapshot, account)?));
                self.senders.len() - 1
            }
        };
        Ok(self.senders.get(place).and_then(|(_, address)| address.as_deref()))
    }
}

//! What revising a node changes: which messages say something else by it, to whom they go, and what is wrong with them.

use std::collections::HashMap;

use super::Revised;
use crate::account::Account;
use crate::campaign::Campaign;
use crate::error::{Issue, Problem};
use crate::id::ProspectId;
use crate::launch::check_templates;
use crate::launch::validation::{Affected, COLUMNS_OF, check_node, lacking_senders};
use crate::message::draft::WrittenMessage;
use crate::message::template::{Columns, Values};
use crate::message::{Message, MessageTemplates, RequiredValues};
use crate::people::prospect::Prospect;
use crate::request::Issues;

/// A campaign with a revised node, beside what it was before.
pub(super) struct Effect<'c> {
    campaign: &'c Campaign,
    place: usize,
    senders: &'c [Account],
    before: MessageTemplates,
    /// Those messages that say something else: that of the node, and of replies that have its subject.
    after: MessageTemplates,
    needs: RequiredValues,
    needs_columns: bool,
    /// What the custom fields of the first people are called.
    columns: Columns,
    /// What the message needs for those for whom it was written by hand.
    by_hand: HashMap<ProspectId, RequiredValues>,
    unresolved: Affected,
    /// The people for whom the texts of [`RequiredValues::rooms`] are too long, in the same order.
    too_long: Vec<Affected>,
    revised: Revised,
}

impl<'c> Effect<'c> {
    pub(super) fn of(before: &Campaign, campaign: &'c Campaign, place: usize, senders: &'c [Account]) -> Self {
        let (before, mut after) = (MessageTemplates::of(before), MessageTemplates::of(campaign));
        after.retain_changed(&before);
        let needs = RequiredValues::of(&after, senders);
        Self {
            campaign,
            place,
            senders,
            needs_columns: check_templates::need_columns(&after),
            too_long: vec![Affected::default(); needs.rooms.len()],
            before,
            after,
            needs,
            columns: Columns::default(),
            by_hand: HashMap::new(),
            unresolved: Affected::default(),
            revised: Revised::default(),
        }
    }

    /// The messages that say something else.
    pub(super) fn messages(&self) -> &[Message] {
        &self.after.messages
    }

    /// Whether the custom fields of people matter.
    pub(super) fn needs_custom_fields(&self) -> bool {
        self.needs_columns || self.needs.has_custom_fields() || !self.by_hand.is_empty()
    }

    /// Looks at a message that was written by hand and not handed out yet.
    pub(super) fn see_draft(&mut self, message: usize, draft: &WrittenMessage, prospect: &Prospect) {
        let Some(message) = self.after.messages.get(message) else { return };
        let before = self.before.of_node(message.node_id);
        let before = before.map(|before| self.before.variant(before, prospect.id, draft.variant));
        let after = self.after.variant(message, prospect.id, draft.variant);
        let was_stale = before.is_some_and(|before| draft.is_stale(before, prospect));
        self.revised.stale_drafts += u32::from(!was_stale && draft.is_stale(after, prospect));
        if message.position == self.place {
            let signature = self.after.signature.clone();
            let own = MessageTemplates::of_one(draft.apply(after), signature);
            self.by_hand.insert(prospect.id, RequiredValues::of(&own, self.senders));
        }
    }

    /// Looks at somebody to whom the message of the node is not handed out yet.
    pub(super) fn see(&mut self, id: ProspectId, prospect: &impl Values, is_between: bool) {
        self.revised.messages += 1;
        self.revised.between += u32::from(is_between);
        if self.needs_columns && self.revised.messages <= COLUMNS_OF {
            prospect.each_key(&mut |key| self.columns.add(key));
        }
        let by_hand = self.by_hand.get(&id);
        if !by_hand.unwrap_or(&self.needs).values.iter().all(|need| need.is_met_by(prospect)) {
            self.unresolved.add(id);
        }
        // What is written by hand has a length that was looked at then.
        for (room, too_long) in self.needs.rooms.iter().zip(&mut self.too_long).filter(|_| by_hand.is_none()) {
            if room.is_exceeded_by(prospect) {
                too_long.add(id);
            }
        }
    }

    /// How many people were looked at.
    pub(super) const fn seen(&self) -> u32 {
        self.revised.messages
    }

    /// What was found; or the issues for which a campaign with these texts could not be launched, at the fields of the
    /// request.
    pub(super) fn finish(self) -> Result<Revised, Issues> {
        let mut found = Issues::default();
        let nodes = &self.campaign.sequence_nodes;
        let has_thread = nodes.iter().take(self.place).any(|node| node.step.word() == "email");
        if let Some(node) = nodes.get(self.place) {
            check_node(self.place, node, has_thread, &mut found);
        }
        check_templates::check(&self.after, &self.columns, &mut found);
        for place in &self.needs.uses {
            let lacking = self.needs.values.get(place.value).map(|need| lacking_senders(need, self.senders));
            if let Some(sender_account_ids) = lacking.filter(|lacking| !lacking.is_empty()) {
                let variable = place.name.clone();
                let problem = Problem::UnresolvedVariable {
                    variable,
                    prospects: 0,
                    prospect_ids: Vec::new(),
                    sender_account_ids,
                };
                found.push(place.path.as_str(), problem);
            }
        }
        for (room, Affected { count, sample }) in self.needs.rooms.iter().zip(self.too_long) {
            if count > 0 {
                found.push(room.path(), room.exceeded(count, sample));
            }
        }
        let (more, own) = (found.more(), format!("sequence_nodes[{}].", self.place));
        let of_request = |issue: Issue| match issue.path.strip_prefix(&own) {
            Some(field) => Issue::new(field, issue.problem),
            None => issue,
        };
        // The signature is as it was.
        let told = found.into_told().into_iter().filter(|issue| issue.path != "signature").map(of_request);
        let issues = Issues::of(told.collect(), more);
        if !issues.is_empty() {
            return Err(issues);
        }
        let Affected { count, sample } = self.unresolved;
        let mut revised = self.revised;
        (revised.unresolved.prospects, revised.unresolved.prospect_ids) =
            (u32::try_from(count).unwrap_or(u32::MAX), sample);
        Ok(revised)
    }
}

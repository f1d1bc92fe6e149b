//! The validation of a campaign: rules over it, its senders and its prospects, each looked at once.

use super::{Validation, check_pacing, check_templates};
use crate::account::{Account, AccountStatus};
use crate::campaign::sequence::{SequenceNode, Step};
use crate::campaign::{Campaign, Status};
use crate::error::Problem;
use crate::error::issues::Issues;
use crate::id::{AccountId, ProspectId};
use crate::message::template::{Columns, Template, TemplateKind, Values};
use crate::message::{MessageTemplates, RequiredValue, RequiredValues};
use crate::people::skipped::Skipped;
use crate::sending::scheduler::load::unknown_zones;
use crate::user::User;

/// How many of the affected prospects a finding names.
const SAMPLE: usize = 5;

/// How many prospects are searched for custom fields.
pub(super) const COLUMNS_OF: u32 = 1_000;

/// A validation that has yet to see the prospects.
pub(super) struct Validator<'c> {
    owner: &'c User,
    campaign: &'c Campaign,
    senders: &'c [Account],
    templates: MessageTemplates,
    needs: RequiredValues,
    /// The prospects that lack each of [`RequiredValues::values`], in the same order.
    lacking: Vec<Affected>,
    /// The prospects for which the texts of [`RequiredValues::rooms`] are too long, in the same order.
    too_long: Vec<Affected>,
    /// What the custom fields of the first prospects are called, if that matters.
    columns: Columns,
    needs_columns: bool,
    skipped: std::iter::Peekable<std::slice::Iter<'c, Skipped>>,
    warned_of: Vec<ProspectWarning>,
    enrolled: u32,
    seen: u32,
}

/// The prospects that a finding is about.
#[derive(Clone, Default)]
pub(super) struct Affected {
    pub(super) count: u64,
    pub(super) sample: Vec<ProspectId>,
}

impl Affected {
    pub(super) fn add(&mut self, id: ProspectId) {
        self.count += 1;
        if self.sample.len() < SAMPLE {
            self.sample.push(id);
        }
    }
}

/// A warning of some prospects.
pub(super) struct ProspectWarning {
    /// All of them, in the order in which the prospects are seen.
    prospects: std::iter::Peekable<std::vec::IntoIter<ProspectId>>,
    /// Those who would be contacted.
    affected: Affected,
    problem: fn(u64, Vec<ProspectId>) -> Problem,
}

impl ProspectWarning {
    /// `prospects` in the order in which they are seen.
    pub(super) fn of(prospects: Vec<ProspectId>, problem: fn(u64, Vec<ProspectId>) -> Problem) -> Self {
        Self { prospects: prospects.into_iter().peekable(), affected: Affected::default(), problem }
    }
}

impl<'c> Validator<'c> {
    /// `skipped` is who would be skipped, in the order in which the prospects are seen.
    pub(super) fn new(
        owner: &'c User,
        campaign: &'c Campaign,
        senders: &'c [Account],
        skipped: &'c [Skipped],
        warned_of: Vec<ProspectWarning>,
    ) -> Self {
        let templates = MessageTemplates::of(campaign);
        let needs = RequiredValues::of(&templates, senders);
        let needs_columns = check_templates::need_columns(&templates);
        Self {
            owner,
            campaign,
            senders,
            templates,
            lacking: vec![Affected::default(); needs.values.len()],
            too_long: vec![Affected::default(); needs.rooms.len()],
            needs,
            columns: Columns::default(),
            needs_columns,
            skipped: skipped.iter().peekable(),
            warned_of,
            enrolled: 0,
            seen: 0,
        }
    }

    /// Looks at the next prospect.
    pub(super) fn see(&mut self, id: ProspectId, prospect: &impl Values) {
        self.seen += 1;
        let is_skipped = self.skipped.next_if(|skipped| skipped.prospect_id == id).is_some();
        for warned in &mut self.warned_of {
            if warned.prospects.next_if_eq(&id).is_some() && !is_skipped {
                warned.affected.add(id);
            }
        }
        if is_skipped {
            return;
        }
        self.enrolled += 1;
        if self.needs_columns && self.enrolled <= COLUMNS_OF {
            prospect.each_key(&mut |key| self.columns.add(key));
        }
        for (need, lacking) in self.needs.values.iter().zip(&mut self.lacking) {
            if !need.is_met_by(prospect) {
                lacking.add(id);
            }
        }
        for (room, too_long) in self.needs.rooms.iter().zip(&mut self.too_long) {
            if room.is_exceeded_by(prospect) {
                too_long.add(id);
            }
        }
    }

    /// Whether the custom fields of the prospects matter.
    pub(super) fn needs_custom_fields(&self) -> bool {
        self.needs_columns || self.needs.has_custom_fields()
    }

    /// How many of those seen would be contacted.
    pub(super) const fn enrolled(&self) -> u32 {
        self.enrolled
    }

    /// How many were seen.
    pub(super) const fn seen(&self) -> u32 {
        self.seen
    }

    /// What was found.
    pub(super) fn finish(self) -> Validation {
        let mut errors = Issues::default();
        if self.campaign.status != Status::Draft {
            errors.push("status", Problem::NotDraft);
        }
        self.check_sequence(&mut errors);
        self.check_variables(&mut errors);
        let is_ready = |sender: &Account| sender.status == AccountStatus::Connected;
        if !self.senders.iter().any(is_ready) {
            errors.push("sender_account_ids", Problem::NoReadySender);
        }
        errors.extend(unknown_zones(self.owner, self.campaign).into());
        let mut warnings = Issues::default();
        for (index, sender) in self.senders.iter().enumerate() {
            if !is_ready(sender) {
                warnings.push(format!("sender_account_ids[{index}]"), Problem::SenderNotReady);
            }
            if let Some(problem) = check_pacing::problem(self.owner, self.campaign, sender) {
                warnings.push(format!("sender_account_ids[{index}]"), problem);
            }
        }
        check_templates::warn(&self.templates, &self.columns, &mut warnings);
        if self.campaign.status == Status::Draft
            && let Some(path) = self.templates.without_opt_out()
        {
            warnings.push(path, Problem::NoOptOut);
        }
        if self.campaign.status != Status::Draft {
            // Who is contacted was decided.
        } else if self.seen == 0 && self.campaign.stay_open {
            // It waits for some.
        } else if self.seen == 0 {
            warnings.push("prospects", Problem::NoProspects);
        } else if self.enrolled == 0 {
            warnings.push("prospects", Problem::AllProspectsSkipped);
        }
        for ProspectWarning { affected: Affected { count, sample }, problem, .. } in self.warned_of {
            if count > 0 {
                warnings.push("prospects", problem(count, sample));
            }
        }
        Validation {
            ready: errors.is_empty(),
            more_errors: errors.more(),
            errors: errors.into_told(),
            more_warnings: warnings.more(),
            warnings: warnings.into_told(),
        }
    }

    fn check_sequence(&self, errors: &mut Issues) {
        let mut has_thread = false;
        for (position, node) in self.campaign.sequence_nodes.iter().enumerate() {
            check_node(position, node, has_thread, errors);
            has_thread |= matches!(node.step, Step::Email { .. });
        }
        if !self.campaign.sequence_nodes.iter().any(|node| node.step.is_sendable()) {
            errors.push("sequence_nodes", Problem::NoSendableNode);
        }
    }

    fn check_variables(&self, errors: &mut Issues) {
        check_templates::check(&self.templates, &self.columns, errors);
        for place in &self.needs.uses {
            let (Some(need), Some(lacking)) = (self.needs.values.get(place.value), self.lacking.get(place.value))
            else {
                continue;
            };
            let senders = lacking_senders(need, self.senders);
            if lacking.count > 0 || !senders.is_empty() {
                let problem = Problem::UnresolvedVariable {
                    variable: place.name.clone(),
                    prospects: lacking.count,
                    prospect_ids: lacking.sample.clone(),
                    sender_account_ids: senders,
                };
                errors.push(place.path.as_str(), problem);
            }
        }
        for (room, Affected { count, sample }) in self.needs.rooms.iter().zip(&self.too_long) {
            if *count > 0 {
                errors.push(room.path(), room.exceeded(*count, sample.clone()));
            }
        }
    }
}

/// Checks that the node in a place has the texts that it needs, each of its variants; whether an email is before it to which
/// it may reply.
pub(super) fn check_node(position: usize, node: &SequenceNode, has_thread: bool, errors: &mut Issues) {
    let mut told = Vec::new();
    let mut require = |path: String, text: &str, problem: Problem| {
        let is_blank = Template::parse(text, TemplateKind::Message).may_be_blank();
        if is_blank && !told.contains(&path) {
            errors.push(path.as_str(), problem);
            told.push(path);
        }
    };
    for (index, (variant, step)) in node.steps().enumerate() {
        let of_node = format!("sequence_nodes[{position}].");
        let own = variant.map_or_else(|| of_node.clone(), |_| format!("{of_node}variants[{index}]."));
        match &step {
            Step::Email { subject, body, is_reply, .. } => {
                if !(*is_reply && has_thread) {
                    let has_own = variant.is_some_and(|variant| variant.subject.is_some());
                    let place = if has_own { &own } else { &of_node };
                    require(format!("{place}subject"), subject, Problem::EmptySubject);
                }
                require(format!("{own}body"), body, Problem::EmptyBody);
            }
            Step::Message { body } => require(format!("{own}body"), body, Problem::EmptyBody),
            Step::ConnectionRequest { .. } | Step::Delay { .. } | Step::End => {}
        }
    }
}

/// The senders that lack a value of theirs.
pub(super) fn lacking_senders(need: &RequiredValue, senders: &[Account]) -> Vec<AccountId> {
    let is_lacking = |sender: &&Account| need.variable.is_of_sender() && need.variable.of_sender(sender).is_none();
    senders.iter().filter(is_lacking).map(|sender| sender.id).collect()
}

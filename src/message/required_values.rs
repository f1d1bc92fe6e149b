//! The values that messages need of people and senders.

use std::collections::{HashMap, HashSet};

use super::{MessageTemplates, TextRoom};
use crate::account::Account;
use crate::campaign::{self, Campaign};
use crate::error::{Problem, Result};
use crate::message::template::{Values, Variable};
use crate::people::person::Person;
use crate::request::Issues;
use crate::store::Snapshot;

/// The values that the messages of a campaign need, collected once for all of them.
pub(crate) struct RequiredValues {
    /// Each variable that has no fallback somewhere, once.
    pub(crate) values: Vec<RequiredValue>,
    /// Where they are needed, in the order of the sequence, once for each template.
    pub(crate) uses: Vec<ValueUse>,
    /// The texts that are too long for some.
    pub(crate) rooms: Vec<TextRoom>,
}

/// A value that a template needs and has no fallback for.
pub(crate) struct RequiredValue {
    /// Its name as it was first written.
    pub(crate) name: String,
    pub(crate) variable: Variable,
}

/// A template that needs a value.
pub(crate) struct ValueUse {
    pub(crate) path: String,
    /// Its name as it is written there, which may be a synonym.
    pub(crate) name: String,
    /// The index of the value.
    pub(crate) value: usize,
}

impl RequiredValue {
    pub(crate) fn is_met_by(&self, prospect: &impl Values) -> bool {
        self.variable.is_of_sender() || self.variable.of_prospect(prospect).is_some()
    }
}

impl RequiredValues {
    /// The values that the messages of a stored campaign need.
    pub(crate) fn of_campaign(snapshot: &Snapshot<'_>, campaign: &Campaign) -> Result<Self> {
        Ok(Self::of(&MessageTemplates::of(campaign), &campaign::rows::sender_accounts(snapshot, campaign)?))
    }

    pub(crate) fn of(templates: &MessageTemplates, senders: &[Account]) -> Self {
        let mut values: Vec<RequiredValue> = Vec::new();
        let mut indexes: HashMap<Variable, usize> = HashMap::new();
        let mut uses = Vec::new();
        for (path, template) in templates.templates() {
            let mut here = HashSet::new();
            for slot in template.slots().filter(|slot| slot.fallback().is_none()) {
                let known = slot.variable.as_ref().filter(|variable| **variable != Variable::UnsubscribeUrl);
                let Some(variable) = known else { continue };
                let need = *indexes.entry(variable.clone()).or_insert(values.len());
                if need == values.len() {
                    values.push(RequiredValue { name: slot.name.clone(), variable: variable.clone() });
                }
                if here.insert(need) {
                    uses.push(ValueUse { path: path.clone(), name: slot.name.clone(), value: need });
                }
            }
        }
        Self { values, uses, rooms: templates.all_rooms(senders) }
    }

    /// Whether they ask for a custom field, needed or not for a fallback.
    pub(crate) fn has_custom_fields(&self) -> bool {
        let is_custom = |need: &RequiredValue| matches!(need.variable, Variable::Custom(_));
        self.values.iter().any(is_custom) || self.rooms.iter().any(TextRoom::has_custom_fields)
    }

    /// The issues that keep a person out of a launched campaign: a missing value that its messages need, or a text that is
    /// too long. Paths begin with `prefix`.
    pub(crate) fn check(&self, person: &Person, prefix: &str, issues: &mut Issues) {
        self.check_change(None, person, prefix, issues);
    }

    /// The same without the issues that the person had before.
    pub(crate) fn check_change(&self, before: Option<&Person>, person: &Person, prefix: &str, issues: &mut Issues) {
        let is_new =
            |need: &&RequiredValue| !need.is_met_by(person) && before.is_none_or(|before| need.is_met_by(before));
        for need in self.values.iter().filter(is_new) {
            let problem = Problem::UnresolvedVariable {
                variable: need.name.clone(),
                prospects: 1,
                prospect_ids: Vec::new(),
                sender_account_ids: Vec::new(),
            };
            issues.push(format!("{prefix}{}", need.variable.field()), problem);
        }
        let exceeded_by = |person| self.rooms.iter().filter(move |room: &&TextRoom| room.is_exceeded_by(person));
        let mut told: Vec<_> = before.into_iter().flat_map(&exceeded_by).map(|room| room.text).collect();
        for room in exceeded_by(person) {
            if !told.contains(&room.text) {
                told.push(room.text);
                issues.push(prefix.trim_end_matches('.'), room.exceeded(1, Vec::new()));
            }
        }
    }
}

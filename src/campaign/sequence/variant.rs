//! Variants: several texts of one node, of which each person is sent one (`docs/rules.md#variants`).

use serde::Serialize;

use super::request::{is_body, is_subject, read_body, read_subject};
use super::{SequenceNode, Step};
use crate::bounds::{VARIANT_WEIGHT, VARIANTS_MAX};
use crate::error::{Problem, Result};
use crate::id::VariantId;
use crate::request::Fields;
use crate::request::notice::{Notice, Notices};
use crate::request::result_size::TextSize;
use crate::request::setters::setters;
use crate::store::Tx;

/// One of several texts of a node that sends an email or a LinkedIn message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Variant {
    /// Identifies the variant.
    pub id: VariantId,
    /// Its share of the people beside those of the other variants of the node: 1–100.
    pub weight: u32,
    /// The subject of an email, a template; absent where it has that of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub subject: Option<String>,
    /// The text, a template.
    pub body: String,
}

/// A variant of a node to set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct NewVariant {
    /// The id of a variant that the node has, which this one keeps; another id, or none, gives a new one.
    pub id: Option<VariantId>,
    /// Its share of the people beside those of the other variants of the node: 1–100.
    pub weight: u32,
    /// The subject of an email: one line of at most 1,000 characters, a template; without one it has that of the node.
    pub subject: Option<String>,
    /// The text: at most 100,000 characters, a template.
    pub body: String,
}

setters!(NewVariant {
    optional id: VariantId;
    text subject;
});

impl NewVariant {
    /// A new variant that has the subject of its node.
    pub fn new(weight: u32, body: impl Into<String>) -> Self {
        Self { id: None, weight, subject: None, body: body.into() }
    }
}

impl Variant {
    /// Whether a stored variant is one that a request could have asked for.
    pub(super) fn is_storable(&self) -> bool {
        VARIANT_WEIGHT.contains(&self.weight.into())
            && self.subject.as_deref().is_none_or(is_subject)
            && is_body(&self.body)
    }

    /// What the node does for those who have this variant.
    pub(crate) fn of(&self, step: &Step) -> Step {
        let mut own = step.clone();
        match &mut own {
            Step::Email { subject, body, .. } => {
                body.clone_from(&self.body);
                if let Some(given) = &self.subject {
                    subject.clone_from(given);
                }
            }
            Step::Message { body } => body.clone_from(&self.body),
            Step::ConnectionRequest { .. } | Step::Delay { .. } | Step::End => {}
        }
        own
    }
}

impl TextSize for Variant {
    fn text_size(&self) -> usize {
        super::NODE + self.subject.text_size() + self.body.len()
    }
}

impl Step {
    /// Whether a node that does this may have variants.
    pub(super) const fn has_variants(&self) -> bool {
        matches!(self, Self::Email { .. } | Self::Message { .. })
    }
}

impl SequenceNode {
    /// What the node does: for each of its variants, or alike for all.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (Option<&Variant>, Step)> {
        let own = self.variants.is_empty().then(|| (None, self.step.clone()));
        own.into_iter().chain(self.variants.iter().map(|variant| (Some(variant), variant.of(&self.step))))
    }
}

const NAME: &str = "variants";

/// Reads the variants of a node that does this, if they are given.
pub(super) fn read(fields: &mut Fields<'_>, step: &Step, notices: &mut Notices) -> Option<Vec<NewVariant>> {
    if !step.has_variants() {
        ignore(fields, NAME, notices);
        return None;
    }
    let is_email = matches!(step, Step::Email { .. });
    let mut variants: Vec<NewVariant> = Vec::new();
    for (index, item) in fields.optional_list(NAME, VARIANTS_MAX)?.into_iter().enumerate() {
        let path = fields.path(&format!("{NAME}[{index}]"));
        let mut given = Fields::of(item, path, fields.issues());
        let id = given.id("id");
        if id.is_some() && variants.iter().any(|earlier| earlier.id == id) {
            given.push("id", Problem::Duplicate);
        }
        given.require_given("weight");
        let weight = given.count("weight", &VARIANT_WEIGHT);
        let subject = if is_email { read_subject(&mut given) } else { None };
        ignore(&mut given, "subject", notices);
        given.require_given("body");
        let body = read_body(&mut given);
        given.notice_rest(&["id", "weight", "subject", "body"], notices);
        if let (Some(weight), Some(body)) = (weight, body) {
            variants.push(NewVariant { id, weight, subject, body });
        }
    }
    Some(variants)
}

fn ignore(fields: &mut Fields<'_>, name: &str, notices: &mut Notices) {
    if fields.take(name).is_some() {
        notices.add(|| Notice::FieldIgnored { path: fields.path(name) });
    }
}

/// The variants as they are stored: one that carries the id of one that the node had keeps it.
pub(crate) fn identified(tx: &mut Tx<'_>, given: Vec<NewVariant>, known: &[Variant]) -> Result<Vec<Variant>> {
    let mut identified = Vec::with_capacity(given.len());
    for NewVariant { id, weight, subject, body } in given {
        let id = id.filter(|id| known.iter().any(|known| known.id == *id));
        identified.push(Variant { id: id.map_or_else(|| tx.new_id(), Ok)?, weight, subject, body });
    }
    Ok(identified)
}

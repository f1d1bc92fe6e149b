//! Taking people into a campaign: directly, from a saved list, from a CSV file.

mod csv;
mod ops;
mod request;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::campaign::{Campaign, StatusWord};
use crate::channel::Channel;
use crate::error::{Error, Issue, Problem, Result};
use crate::id::{CampaignId, LeadId, ProspectId, UserId};
use crate::input::Issues;
use crate::message::Needs;
use crate::person::{Field, Person};
use crate::prospect::{self, ProspectStatus};
use crate::store::Tx;
use crate::suppression::rows::Suppressions;
pub use csv::{ColumnTarget, CsvColumn, CsvPreview, ImportCsv};
pub use request::AddProspects;

/// What became of everyone who was to be taken into a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many are prospects of the campaign now.
    pub imported: u32,
    /// How many the campaign had already, or were given before.
    pub duplicates: u32,
    /// How many must not be contacted.
    pub suppressed: u32,
    /// How many could not be taken as they were.
    pub invalid: u32,
    /// What became of each, in the order given.
    pub outcomes: Vec<ImportOutcome>,
}

/// What became of one person who was to be taken into a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Where the person came from.
    pub source: Source,
    /// What became of it.
    pub fate: Fate,
}

/// Where a person who is imported comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The request: its place there is that of the outcome.
    Request,
    /// A CSV file: the line on which its row starts, from 1.
    Line(u32),
    /// A saved list.
    Lead(LeadId),
}

/// What became of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a prospect now.
    Imported(ProspectId),
    /// It is this prospect already.
    Duplicate(ProspectId),
    /// It must not be contacted.
    Suppressed,
    /// It could not be taken as it was.
    Invalid(Box<[Issue]>),
}

impl Serialize for ImportReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("ImportReport", 6)?;
        shape.serialize_field("imported", &self.imported)?;
        shape.serialize_field("duplicates", &self.duplicates)?;
        shape.serialize_field("suppressed", &self.suppressed)?;
        shape.serialize_field("invalid", &self.invalid)?;
        shape.serialize_field("total", &self.outcomes.len())?;
        shape.serialize_field("outcomes", &self.outcomes)?;
        shape.end()
    }
}

impl Serialize for ImportOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (outcome, prospect_id, issues) = match &self.fate {
            Fate::Imported(id) => ("imported", Some(id), None),
            Fate::Duplicate(id) => ("duplicate", Some(id), None),
            Fate::Suppressed => ("suppressed", None, None),
            Fate::Invalid(issues) => ("invalid", None, Some(issues)),
        };
        let mut shape = serializer.serialize_struct("ImportOutcome", 4)?;
        shape.serialize_field("outcome", outcome)?;
        shape.serialize_field("prospect_id", &prospect_id)?;
        match self.source {
            Source::Request => {}
            Source::Line(line) => shape.serialize_field("line", &line)?,
            Source::Lead(id) => shape.serialize_field("lead_id", &id)?,
        }
        if let Some(issues) = issues {
            shape.serialize_field("issues", issues)?;
        }
        shape.end()
    }
}

/// Takes people into one campaign, one after the other, in one transaction.
struct Enrolment<'t> {
    user: UserId,
    campaign: CampaignId,
    channel: Channel,
    insert: prospect::rows::Insert<'t>,
    suppressions: Suppressions<'t>,
    /// What the messages of a launched campaign need: nothing is ever rendered with a hole (SPEC §7).
    needs: Option<Needs>,
    /// Whether those whom another active campaign holds are to be skipped, which is decided at launch otherwise.
    skips_held: bool,
    report: ImportReport,
}

impl<'t> Enrolment<'t> {
    /// # Errors
    /// `campaign_completed`.
    fn into_campaign(tx: &Tx<'t>, user: UserId, campaign: &Campaign) -> Result<Self> {
        let status = campaign.status.word();
        if status == StatusWord::Completed {
            return Err(Error::CampaignCompleted);
        }
        let channel = campaign.settings.channel();
        let needs = if status == StatusWord::Draft { None } else { Some(Needs::of_campaign(tx, campaign)?) };
        Ok(Self {
            user,
            campaign: campaign.id,
            channel,
            insert: prospect::rows::Insert::into_campaign(tx, campaign.id, channel)?,
            suppressions: Suppressions::of(tx, user, channel)?,
            needs,
            skips_held: status == StatusWord::Active && campaign.skips_other_campaigns(),
            report: ImportReport::default(),
        })
    }

    /// Takes a person; `issues` is what was wrong with it before.
    fn take(&mut self, tx: &mut Tx<'t>, source: Source, person: &Person, mut issues: Issues) -> Result<()> {
        let identity = person.identity(self.channel);
        let address = Field::identity(self.channel).word();
        if identity.is_none() && !issues.has(address) {
            issues.push(address, Problem::Required);
        }
        if let Some(needs) = self.needs.as_ref().filter(|_| issues.is_empty()) {
            needs.check(person, "", &mut issues);
        }
        let fate = match identity.filter(|_| issues.is_empty()) {
            None => Fate::Invalid(issues.into_list().into_boxed_slice()),
            Some(identity) if self.suppressions.covers(identity)? => Fate::Suppressed,
            Some(identity) => self.store(tx, identity, person)?,
        };
        let count = match fate {
            Fate::Imported(_) => &mut self.report.imported,
            Fate::Duplicate(_) => &mut self.report.duplicates,
            Fate::Suppressed => &mut self.report.suppressed,
            Fate::Invalid(_) => &mut self.report.invalid,
        };
        *count += 1;
        self.report.outcomes.push(ImportOutcome { source, fate });
        Ok(())
    }

    fn store(&mut self, tx: &mut Tx<'t>, identity: &str, person: &Person) -> Result<Fate> {
        let is_held = self.skips_held && prospect::rows::holder(tx, self.user, self.campaign, identity)?.is_some();
        let status = if is_held { ProspectStatus::Skipped } else { ProspectStatus::Pending };
        let id = tx.new_id();
        if self.insert.store(id, identity, status, person)? {
            return Ok(Fate::Imported(id));
        }
        let existing = self.insert.existing(identity)?;
        existing.map(Fate::Duplicate).ok_or(Error::Bug(None))
    }
}

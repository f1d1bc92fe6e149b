//! Taking people into a campaign: directly, from a saved list, from a CSV file.

mod csv;
mod ops;
mod reading;
mod request;
pub(crate) mod sheet;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::campaign::{Campaign, StatusWord};
use crate::channel::Channel;
use crate::error::{Error, Issue, Problem, Result, or_bug};
use crate::id::{CampaignId, LeadId, ProspectId, UserId};
use crate::message::Needs;
use crate::people::bounce::rows::Bounces;
use crate::people::hold::{self, rows::Holds};
use crate::people::overlap;
use crate::people::person::{Field, Person};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::SuppressionReason;
use crate::people::suppression::rows::Suppressions;
use crate::request::Issues;
use crate::request::notice::NoticeShape;
use crate::sending::counts::Tally;
use crate::sending::queue::Next;
use crate::sending::queue::rows::Enter;
use crate::sending::scheduler::load::route;
use crate::store::Tx;
use crate::user;
pub use csv::{ColumnTarget, CsvColumn, CsvPreview, ImportCsv};
pub use reading::Reading;
pub use request::{AddProspects, ImportList};

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
    /// How many issues the outcomes leave out: of one person they tell 20, of all 100,000.
    pub more_issues: u32,
    // Packed: a file of addresses alone has hardly more bytes a row than these two.
    fates: Vec<PackedFate>,
    sources: Sources,
    /// What is wrong with those who could not be taken.
    issues: Vec<Box<[Issue]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PackedFate {
    Imported(ProspectId),
    /// Something came back from its address before.
    Bounced(ProspectId),
    Duplicate(ProspectId),
    Suppressed(SuppressionReason),
    /// With its index in the list of issues.
    Invalid(u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Sources {
    #[default]
    Request,
    Lines(Vec<u32>),
    Leads(Vec<LeadId>),
}

/// What became of one person who was to be taken into a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportOutcome<'r> {
    /// Where the person came from.
    pub source: Source,
    /// What became of it.
    pub fate: Fate<'r>,
    /// Why it must not be contacted, if so.
    pub reason: Option<SuppressionReason>,
    /// Whether it is a prospect now to whose address a message bounced before. Nothing keeps it from being written to.
    pub bounced_before: bool,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate<'r> {
    /// It is a prospect now.
    Imported(ProspectId),
    /// It is this prospect already.
    Duplicate(ProspectId),
    /// It must not be contacted.
    Suppressed,
    /// It could not be taken as it was.
    Invalid(&'r [Issue]),
}

impl ImportReport {
    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.fates.len()
    }

    /// What became of each, in the order given.
    pub fn outcomes(&self) -> impl ExactSizeIterator<Item = ImportOutcome<'_>> {
        self.fates.iter().enumerate().map(|(index, fate)| ImportOutcome {
            source: self.source(index),
            fate: self.fate(*fate),
            reason: match fate {
                PackedFate::Suppressed(reason) => Some(*reason),
                _ => None,
            },
            bounced_before: matches!(fate, PackedFate::Bounced(_)),
        })
    }

    /// What became of the one in this place, from 0; `None` beyond the last.
    #[must_use]
    pub fn outcome(&self, index: usize) -> Option<ImportOutcome<'_>> {
        self.outcomes().nth(index)
    }

    fn source(&self, index: usize) -> Source {
        let source = match &self.sources {
            Sources::Request => None,
            Sources::Lines(lines) => lines.get(index).copied().map(Source::Line),
            Sources::Leads(leads) => leads.get(index).copied().map(Source::Lead),
        };
        source.unwrap_or(Source::Request)
    }

    fn fate(&self, fate: PackedFate) -> Fate<'_> {
        match fate {
            PackedFate::Imported(id) | PackedFate::Bounced(id) => Fate::Imported(id),
            PackedFate::Duplicate(id) => Fate::Duplicate(id),
            PackedFate::Suppressed(_) => Fate::Suppressed,
            PackedFate::Invalid(place) => {
                Fate::Invalid(self.issues.get(place as usize).map(AsRef::as_ref).unwrap_or_default())
            }
        }
    }

    fn push(&mut self, source: Source, fate: PackedFate) {
        let count = match fate {
            PackedFate::Imported(_) | PackedFate::Bounced(_) => &mut self.imported,
            PackedFate::Duplicate(_) => &mut self.duplicates,
            PackedFate::Suppressed(_) => &mut self.suppressed,
            PackedFate::Invalid(_) => &mut self.invalid,
        };
        *count += 1;
        self.fates.push(fate);
        match (&mut self.sources, source) {
            (Sources::Lines(lines), Source::Line(line)) => lines.push(line),
            (Sources::Leads(leads), Source::Lead(lead)) => leads.push(lead),
            (sources, Source::Line(line)) => *sources = Sources::Lines(vec![line]),
            (sources, Source::Lead(lead)) => *sources = Sources::Leads(vec![lead]),
            (_, Source::Request) => {}
        }
    }
}

impl Serialize for ImportReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("ImportReport", 7)?;
        shape.serialize_field("imported", &self.imported)?;
        shape.serialize_field("duplicates", &self.duplicates)?;
        shape.serialize_field("suppressed", &self.suppressed)?;
        shape.serialize_field("invalid", &self.invalid)?;
        shape.serialize_field("total", &self.total())?;
        shape.serialize_field("outcomes", &Outcomes(self))?;
        if self.more_issues > 0 {
            shape.serialize_field("more_issues", &self.more_issues)?;
        }
        shape.end()
    }
}

struct Outcomes<'r>(&'r ImportReport);

impl Serialize for Outcomes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.outcomes())
    }
}

impl Serialize for ImportOutcome<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (outcome, prospect_id, issues) = match self.fate {
            Fate::Imported(id) => ("imported", Some(id), None),
            Fate::Duplicate(id) => ("duplicate", Some(id), None),
            Fate::Suppressed => ("suppressed", None, None),
            Fate::Invalid(issues) => ("invalid", None, Some(issues)),
        };
        let mut shape = serializer.serialize_struct("ImportOutcome", 6)?;
        shape.serialize_field("outcome", outcome)?;
        shape.serialize_field("prospect_id", &prospect_id)?;
        match self.source {
            Source::Request => {}
            Source::Line(line) => shape.serialize_field("line", &line)?,
            Source::Lead(id) => shape.serialize_field("lead_id", &id)?,
        }
        if let Some(reason) = self.reason {
            shape.serialize_field("reason", &reason)?;
        }
        if self.bounced_before {
            shape.serialize_field("notices", &[NoticeShape::bounced_before()])?;
        }
        if let Some(issues) = issues {
            shape.serialize_field("issues", issues)?;
        }
        shape.end()
    }
}

/// Takes people into one campaign, one after the other, in one transaction.
struct Enrolment<'t> {
    campaign: CampaignId,
    channel: Channel,
    insert: prospect::rows::Insert<'t>,
    suppressions: Suppressions<'t>,
    bounces: Bounces<'t>,
    holds: Holds<'t>,
    /// What the messages of a launched campaign need: nothing is ever rendered with a hole (SPEC §7).
    needs: Option<Needs>,
    /// The campaign, if those who belong to another active one are to be skipped, which is decided at launch otherwise.
    skips_for: Option<Campaign>,
    /// How those who join a launched campaign come to their first message.
    enter: Option<Enter<'t>>,
    tally: Tally,
    report: ImportReport,
    /// How many more issues the report tells.
    room: usize,
    /// What is wrong with the people of a request.
    wrong: Issues,
}

impl<'t> Enrolment<'t> {
    /// # Errors
    /// `campaign_completed`, unless it is to be opened again.
    fn into_campaign(tx: &Tx<'t>, user: UserId, campaign: &Campaign, reopen: bool) -> Result<Self> {
        let status = match campaign.status.word() {
            StatusWord::Completed if reopen => StatusWord::Active,
            StatusWord::Completed => return Err(Error::CampaignCompleted),
            status => status,
        };
        let channel = campaign.settings.channel();
        let mut needs = None;
        let mut enter = None;
        if status != StatusWord::Draft {
            needs = Some(Needs::of_campaign(tx, campaign)?);
            let owner = or_bug(user::rows::find(tx, user)?)?;
            if let Next::Send { position, due, .. } = route(&owner, campaign)?.first(tx.now()) {
                enter = Some(Enter::into_campaign(tx, campaign.id, position, due)?);
            }
        }
        Ok(Self {
            campaign: campaign.id,
            channel,
            insert: prospect::rows::Insert::into_campaign(tx, campaign.id, channel)?,
            suppressions: Suppressions::of(tx, user, channel)?,
            bounces: Bounces::of(tx, user, channel)?,
            holds: Holds::of(tx, user, tx.now())?,
            needs,
            skips_for: (status == StatusWord::Active && campaign.skips_other_campaigns()).then(|| campaign.clone()),
            enter,
            tally: Tally::default(),
            report: ImportReport::default(),
            room: TOLD_OF_ALL,
            wrong: Issues::default(),
        })
    }

    /// Takes a person; `issues` is what was wrong with it before, and more is told at paths that begin with `prefix`.
    fn take(
        &mut self,
        tx: &mut Tx<'t>,
        source: Source,
        person: &Person,
        prefix: &str,
        mut issues: Issues,
    ) -> Result<()> {
        let identity = person.identity(self.channel);
        let address = format!("{prefix}{}", Field::identity(self.channel).word());
        // Something that is no person at all has that one issue; a row of a file always is one.
        let is_person = prefix.is_empty() || !issues.has(prefix.trim_end_matches('.'));
        if identity.is_none() && is_person && !issues.has(&address) {
            issues.push(address, Problem::Required);
        }
        let fate = match identity.filter(|_| issues.is_empty()) {
            None => None,
            Some(identity) => match self.suppressions.reason(identity)? {
                Some(reason) => Some(PackedFate::Suppressed(reason)),
                None => self.store(tx, identity, person, prefix, &mut issues)?,
            },
        };
        match fate {
            Some(fate) => self.report.push(source, fate),
            None => self.reject(source, issues),
        }
        Ok(())
    }

    /// Takes down what is wrong with a person. A request is refused for it as a whole, a report has it with the outcome.
    fn reject(&mut self, source: Source, issues: Issues) {
        if source == Source::Request {
            self.wrong.extend(issues);
            return;
        }
        let count = issues.count();
        let told: Box<[Issue]> = issues.into_told().into_iter().take(TOLD_OF_ONE.min(self.room)).collect();
        self.room -= told.len();
        let more = u32::try_from(count - told.len()).unwrap_or(u32::MAX);
        self.report.more_issues = self.report.more_issues.saturating_add(more);
        let place = u32::try_from(self.report.issues.len()).unwrap_or(u32::MAX);
        self.report.issues.push(told);
        self.report.push(source, PackedFate::Invalid(place));
    }

    /// Stores a person; nothing, with issues, if the messages of the campaign need more of someone new.
    fn store(
        &mut self,
        tx: &mut Tx<'t>,
        identity: &str,
        person: &Person,
        prefix: &str,
        issues: &mut Issues,
    ) -> Result<Option<PackedFate>> {
        let mut status = ProspectStatus::Pending;
        if let Some(needs) = &self.needs {
            if let Some(existing) = self.insert.existing(identity)? {
                return Ok(Some(PackedFate::Duplicate(existing)));
            }
            let other = match &self.skips_for {
                Some(campaign) => overlap::other(tx, campaign, identity, tx.now())?,
                None => None,
            };
            if other.is_some() {
                status = ProspectStatus::Skipped;
            } else {
                needs.check(person, prefix, issues);
            }
            if !issues.is_empty() {
                return Ok(None);
            }
        }
        let id = tx.new_id()?;
        if self.insert.store(id, identity, status, person)? {
            self.tally = self.tally.joined(status, 1);
            if let Some(enter) = self.enter.as_mut().filter(|_| !status.is_final()) {
                enter.store(id)?;
                hold::cover(tx, &mut self.holds, self.campaign, id, person)?;
            }
            let is_known = self.bounces.has(identity)?;
            return Ok(Some(if is_known { PackedFate::Bounced(id) } else { PackedFate::Imported(id) }));
        }
        let existing = self.insert.existing(identity)?;
        Ok(Some(PackedFate::Duplicate(or_bug(existing)?)))
    }
}

/// How many issues a report tells of one person, and of all together, so that its size has a bound.
const TOLD_OF_ONE: usize = 20;
const TOLD_OF_ALL: usize = 100_000;

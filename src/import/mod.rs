//! Adding people to a campaign: directly, from a saved list, from a CSV file; and importing suppressions from one.

mod clone;
mod column_target;
mod csv;
mod leads;
mod ops;
mod preview_warning;
mod reading;
mod request;
mod shape;
pub(crate) mod sheet;
mod suppressions;

use serde::Serialize;

use crate::bounds::CUSTOM_FIELDS_MAX;
use crate::campaign::{Campaign, CampaignStatus};
use crate::channel::Channel;
use crate::error::{Error, Issue, Problem, Result, or_bug};
use crate::id::{CampaignId, LeadId, ProspectId, UserId};
use crate::message::RequiredValues;
use crate::people::bounced_address::rows::Bounces;
use crate::people::hold::{self, rows::Holds};
use crate::people::overlap;
use crate::people::person::{Field, Person};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::SuppressionReason;
use crate::people::suppression::rows::Suppressions;
use crate::request::Issues;
use crate::sending::progress::Next;
use crate::sending::progress::rows::EnterQueue;
use crate::sending::scheduler::load::route;
use crate::sending::stats::Tally;
use crate::store::{Tx, or_corrupt};
use crate::user;
pub use column_target::ColumnTarget;
pub use csv::{CsvColumn, CsvPreview, ImportCsv};
pub use leads::ImportedLeads;
pub use preview_warning::CsvWarning;
pub use reading::Reading;
pub use request::{AddProspects, ImportList};
pub use suppressions::{ImportSuppressions, ImportedSuppressions, InvalidRow};

/// The result of adding people to a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many became prospects of the campaign.
    pub imported: u32,
    /// How many the campaign had already and were changed.
    pub updated: u32,
    /// How many the campaign had already, or came twice.
    pub duplicates: u32,
    /// How many are suppressed.
    pub suppressed: u32,
    /// How many could not be added because something is wrong with them.
    pub invalid: u32,
    /// How many issues the outcomes leave out: they list up to 20 of one person, and up to 100,000 of all.
    pub more_issues: u32,
    // Packed: a file of addresses alone has hardly more bytes a row than these two.
    results: Vec<PackedResult>,
    sources: Sources,
    /// The issues of people who could not be added.
    issues: Vec<Box<[Issue]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PackedResult {
    Imported(ProspectId, ImportNotices),
    Updated(ProspectId, ImportNotices),
    Duplicate(ProspectId),
    Suppressed(SuppressionReason),
    /// With its index in the list of issues.
    Invalid(u32),
}

/// What is reported about a person who is imported; what a preview says of cells is in `sheet/preview_findings.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ImportNotices {
    bounced_before: bool,
    more_addresses: bool,
    unknown_time_zone: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Sources {
    #[default]
    Request,
    Lines(Vec<u32>),
    Leads(Vec<LeadId>),
}

/// The outcome of one person who was to be added to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportOutcome<'r> {
    /// Where the person came from.
    pub source: Source,
    /// The result.
    pub result: ImportResult<'r>,
    /// Why the person is suppressed, if so.
    pub reason: Option<SuppressionReason>,
    /// Whether a message to the address of this new prospect bounced before. It is contacted all the same.
    pub bounced_before: bool,
    /// Whether the cell of this new prospect in the file has more addresses than the first one, which was taken.
    pub more_addresses: bool,
    /// Whether the cell of this new or changed prospect in the file names a time zone that is not known; it was left out.
    pub unknown_time_zone: bool,
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

/// The result of adding one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportResult<'r> {
    /// A new prospect.
    Imported(ProspectId),
    /// This prospect was there already and was changed.
    Updated(ProspectId),
    /// This prospect was there already.
    Duplicate(ProspectId),
    /// The person is suppressed.
    Suppressed,
    /// The person could not be added, because of these issues.
    Invalid(&'r [Issue]),
}

impl ImportResult<'_> {
    /// The word for it on every wire.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Imported(_) => "imported",
            Self::Updated(_) => "updated",
            Self::Duplicate(_) => "duplicate",
            Self::Suppressed => "suppressed",
            Self::Invalid(_) => "invalid",
        }
    }
}

impl ImportReport {
    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.results.len()
    }

    /// The outcome of each person, in the order given.
    pub fn outcomes(&self) -> impl ExactSizeIterator<Item = ImportOutcome<'_>> {
        self.results.iter().enumerate().map(|(index, result)| {
            let noticed = match result {
                PackedResult::Imported(_, noticed) | PackedResult::Updated(_, noticed) => *noticed,
                _ => ImportNotices::default(),
            };
            ImportOutcome {
                source: self.source(index),
                result: self.result(*result),
                reason: match result {
                    PackedResult::Suppressed(reason) => Some(*reason),
                    _ => None,
                },
                bounced_before: noticed.bounced_before,
                more_addresses: noticed.more_addresses,
                unknown_time_zone: noticed.unknown_time_zone,
            }
        })
    }

    /// The outcome at this index, from 0; `None` beyond the last.
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

    fn result(&self, result: PackedResult) -> ImportResult<'_> {
        match result {
            PackedResult::Imported(id, _) => ImportResult::Imported(id),
            PackedResult::Updated(id, _) => ImportResult::Updated(id),
            PackedResult::Duplicate(id) => ImportResult::Duplicate(id),
            PackedResult::Suppressed(_) => ImportResult::Suppressed,
            PackedResult::Invalid(place) => {
                ImportResult::Invalid(self.issues.get(place as usize).map(AsRef::as_ref).unwrap_or_default())
            }
        }
    }

    fn push(&mut self, source: Source, result: PackedResult) {
        let count = match result {
            PackedResult::Imported(..) => &mut self.imported,
            PackedResult::Updated(..) => &mut self.updated,
            PackedResult::Duplicate(_) => &mut self.duplicates,
            PackedResult::Suppressed(_) => &mut self.suppressed,
            PackedResult::Invalid(_) => &mut self.invalid,
        };
        *count += 1;
        self.results.push(result);
        match (&mut self.sources, source) {
            (Sources::Lines(lines), Source::Line(line)) => lines.push(line),
            (Sources::Leads(leads), Source::Lead(lead)) => leads.push(lead),
            (sources, Source::Line(line)) => *sources = Sources::Lines(vec![line]),
            (sources, Source::Lead(lead)) => *sources = Sources::Leads(vec![lead]),
            (_, Source::Request) => {}
        }
    }
}

/// What an import does with people whom the campaign has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ImportMode {
    /// They stay as they are.
    #[default]
    Add,
    /// Their empty fields are filled in.
    Fill,
    /// Given values replace theirs.
    Update,
}

crate::request::choice::words!(ImportMode { Add = "add", Fill = "fill", Update = "update" });

/// Adds people to one campaign, one after the other, in one transaction.
struct Enrolment<'t> {
    campaign: CampaignId,
    channel: Channel,
    insert: prospect::rows::Insert<'t>,
    suppressions: Suppressions<'t>,
    bounces: Bounces<'t>,
    holds: Holds<'t>,
    /// What the messages of a launched campaign need: nothing is ever rendered with a hole (`docs/rules.md#templates`).
    needs: Option<RequiredValues>,
    /// The campaign, if those who belong to another active one are to be skipped, which is decided at launch otherwise.
    skips_for: Option<Campaign>,
    /// How those who join a launched campaign come to their first message.
    enter: Option<EnterQueue<'t>>,
    tally: Tally,
    /// What to do with people whom the campaign has already.
    mode: ImportMode,
    report: ImportReport,
    /// How many more issues the report can list.
    room: usize,
    /// What is wrong with the people of a request.
    wrong: Issues,
}

impl<'t> Enrolment<'t> {
    /// # Errors
    /// `campaign_completed`, unless it is to be opened again.
    fn into_campaign(tx: &Tx<'t>, user: UserId, campaign: &Campaign, reopen: bool) -> Result<Self> {
        let status = match campaign.status() {
            CampaignStatus::Completed if reopen => CampaignStatus::Active,
            CampaignStatus::Completed => return Err(Error::CampaignCompleted),
            status => status,
        };
        let channel = campaign.settings.channel();
        let mut needs = None;
        let mut enter = None;
        if status != CampaignStatus::Draft {
            needs = Some(RequiredValues::of_campaign(tx, campaign)?);
            let owner = or_bug(user::rows::find(tx, user)?)?;
            if let Next::Send { position, due, .. } = route(&owner, campaign)?.first(tx.now()) {
                enter = Some(EnterQueue::into_campaign(tx, campaign.id, position, due)?);
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
            skips_for: (status == CampaignStatus::Active && campaign.skips_other_campaigns()).then(|| campaign.clone()),
            enter,
            tally: Tally::default(),
            mode: ImportMode::Add,
            report: ImportReport::default(),
            room: TOLD_OF_ALL,
            wrong: Issues::default(),
        })
    }

    /// Adds a person; `issues` holds earlier issues, and more are reported at paths that begin with `prefix`;
    /// `noticed` is reported if the person is taken.
    fn take(
        &mut self,
        tx: &mut Tx<'t>,
        source: Source,
        person: &Person,
        prefix: &str,
        mut issues: Issues,
        noticed: ImportNotices,
    ) -> Result<()> {
        let identity = person.identity(self.channel);
        let address = format!("{prefix}{}", Field::identity(self.channel).word());
        // Something that is no person at all has that one issue; a row of a file always is one.
        let is_person = prefix.is_empty() || !issues.has(prefix.trim_end_matches('.'));
        if identity.is_none() && is_person && !issues.has(&address) {
            issues.push(address, Problem::Required);
        }
        let result = match identity.filter(|_| issues.is_empty()) {
            None => None,
            Some(identity) => {
                match self.suppressions.reason_of_both(identity, person.identity(self.channel.other()))? {
                    Some(reason) => Some(PackedResult::Suppressed(reason)),
                    None => self.store(tx, identity, person, prefix, &mut issues)?,
                }
            }
        };
        match result {
            Some(PackedResult::Imported(id, ImportNotices { bounced_before, .. })) => {
                self.report.push(source, PackedResult::Imported(id, ImportNotices { bounced_before, ..noticed }));
            }
            Some(PackedResult::Updated(id, _)) => {
                let noticed =
                    ImportNotices { unknown_time_zone: noticed.unknown_time_zone, ..ImportNotices::default() };
                self.report.push(source, PackedResult::Updated(id, noticed));
            }
            Some(result) => self.report.push(source, result),
            None => self.reject(source, issues),
        }
        Ok(())
    }

    /// Records the issues of a person. They refuse a request as a whole; a report lists them with the outcome.
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
        self.report.push(source, PackedResult::Invalid(place));
    }

    /// Stores a person; nothing, with issues, if the messages of the campaign need more of someone new.
    fn store(
        &mut self,
        tx: &mut Tx<'t>,
        identity: &str,
        person: &Person,
        prefix: &str,
        issues: &mut Issues,
    ) -> Result<Option<PackedResult>> {
        let mut status = ProspectStatus::Pending;
        if let Some(needs) = &self.needs {
            if let Some(existing) = self.insert.existing(identity)? {
                return self.meet(tx, existing, person, prefix, issues);
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
            let noticed = ImportNotices { bounced_before: self.bounces.has(identity)?, ..ImportNotices::default() };
            return Ok(Some(PackedResult::Imported(id, noticed)));
        }
        let existing = or_bug(self.insert.existing(identity)?)?;
        self.meet(tx, existing, person, prefix, issues)
    }

    /// Handles a person whom the campaign has already: none, with issues, if its messages need more of them.
    fn meet(
        &mut self,
        tx: &mut Tx<'t>,
        id: ProspectId,
        person: &Person,
        prefix: &str,
        issues: &mut Issues,
    ) -> Result<Option<PackedResult>> {
        if self.mode == ImportMode::Add {
            return Ok(Some(PackedResult::Duplicate(id)));
        }
        let mut prospect = or_corrupt(prospect::rows::get(tx, id, self.channel)?)?;
        let before = prospect.person.clone();
        prospect.person.take(person, Field::identity(self.channel), self.mode == ImportMode::Update);
        if prospect.person == before {
            return Ok(Some(PackedResult::Duplicate(id)));
        }
        if prospect.person.custom_fields().len() > CUSTOM_FIELDS_MAX {
            issues.push(format!("{prefix}custom_fields"), Problem::TooMany { max: CUSTOM_FIELDS_MAX });
        }
        if let Some(needs) = self.needs.as_ref().filter(|_| !prospect.status.is_final()) {
            needs.check_change(Some(&before), &prospect.person, prefix, issues);
        }
        if !issues.is_empty() {
            return Ok(None);
        }
        prospect::change(tx, &mut self.holds, &mut prospect, self.channel)?;
        Ok(Some(PackedResult::Updated(id, ImportNotices::default())))
    }
}

/// How many issues a report lists of one person, and of all together, so that its size has a bound.
const TOLD_OF_ONE: usize = 20;
const TOLD_OF_ALL: usize = 100_000;

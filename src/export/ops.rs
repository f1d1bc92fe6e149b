//! Writing the file, at once or in parts.

use super::ExportedProspects;
use super::request::{ExportPosition, ExportProspects, ExportQuery};
use super::row::{Source, header};
use crate::bounds::COLUMNS_MAX;
use crate::campaign;
use crate::error::{Error, Problem, Result};
use crate::id::{CampaignId, UserId};
use crate::import::sheet::exported_file::{PERSON, TOLD};
use crate::message::template::Values as _;
use crate::people::prospect::stored::AllProspects;
use crate::people::prospect::{self, ProspectStatus};
use crate::request::Request;
use crate::store::Snapshot;
use crate::store::session::Session;

/// How many bytes of text a part has, but for its last row, and how many people at most.
const TEXT: usize = 1 << 18;
const ROWS: u32 = 1_000;

/// The most custom fields, so that the importer takes what is exported.
const KEYS_MAX: usize = COLUMNS_MAX - PERSON.len() - TOLD.len();

impl Session<'_> {
    /// Writes the people of a campaign as a CSV file, all or those of one status, in the order in which they were added: in
    /// UTF-8 with a byte order mark, in pieces of about 256 KiB. [`preview_csv`](Self::preview_csv) knows the file again,
    /// and [`import_csv`](Self::import_csv) makes the same people of it.
    ///
    /// Its columns are `email, linkedin_url, first_name, last_name, name, company, position, headline, time_zone`; how far
    /// each has come: `status, sender` (the address), `step` (which of those that send a message was the last to do so, from
    /// 1), `first_contact_at, last_contact_at, replied_at, bounced_at, opened_at` (the first time),
    /// `suppressed_reason, prospect_id`; and each custom field as `custom_fields.KEY`. What spreadsheets would take for a
    /// formula has an apostrophe before it, which the importer takes off again (`docs/rules.md#exports`).
    ///
    /// The file shows one instant. Where the store must not be locked until all is written, use
    /// [`export_prospects_part`](Self::export_prospects_part).
    ///
    /// # Errors
    /// The errors of `piece`, at once; `campaign_not_found`; `invalid_input` at `custom_fields` (`too_many`) where the
    /// people have more than 16,365 custom fields of different keys.
    pub fn export_prospects(
        &mut self,
        campaign: impl Request<CampaignId>,
        status: Option<ProspectStatus>,
        mut piece: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let id = campaign.parse()?;
        self.read(|snapshot, user| {
            let mut export = Export::of(snapshot, user, id, status)?;
            let mut from = None;
            loop {
                let (csv, next) = export.part(from)?;
                if !csv.is_empty() {
                    piece(&csv)?;
                }
                match next {
                    Some(next) => from = Some(next),
                    None => return Ok(()),
                }
            }
        })
    }

    /// A part of the same file, of at most 1,000 people: first without a `cursor`, then with the one of the part before. The
    /// first parts may have no text, as they look for the custom fields that there are. Takes an [`ExportProspects`].
    ///
    /// Each row is as it is when it is read. People who were added after the first part are in no part, nor are custom
    /// fields that nobody had then.
    ///
    /// # Errors
    /// As [`export_prospects`](Self::export_prospects); `invalid_input` for an unknown status and a malformed cursor.
    pub fn export_prospects_part(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<ExportProspects>,
    ) -> Result<ExportedProspects> {
        let id = campaign.parse()?;
        let ExportQuery { status, from } = request.parse()?;
        self.read(|snapshot, user| {
            let (csv, next) = Export::of(snapshot, user, id, status)?.part(from)?;
            Ok(ExportedProspects { csv, next_cursor: next.map(|next| next.cursor()) })
        })
    }
}

struct Export<'s, 't> {
    snapshot: &'t Snapshot<'s>,
    campaign: CampaignId,
    people: AllProspects<'s>,
    source: Source<'s, 't>,
}

impl<'s, 't> Export<'s, 't> {
    fn of(snapshot: &'t Snapshot<'s>, user: UserId, id: CampaignId, status: Option<ProspectStatus>) -> Result<Self> {
        let campaign = campaign::rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound)?;
        let people = AllProspects::of(snapshot, id, campaign.settings.channel(), status)?;
        Ok(Self { snapshot, campaign: id, people, source: Source::of(snapshot, &campaign)? })
    }

    /// The text from a place on, and where it goes on.
    fn part(&mut self, from: Option<ExportPosition>) -> Result<(String, Option<ExportPosition>)> {
        match from {
            Some(from) if from.is_looking => self.look(from),
            Some(from) => self.write(from),
            None => match prospect::rows::last(self.snapshot, self.campaign)? {
                Some(until) => self.look(ExportPosition { is_looking: true, after: None, until, keys: Vec::new() }),
                None => Ok((header(&[]), None)),
            },
        }
    }

    /// Looks for custom fields; the header, once all of them are known.
    fn look(&mut self, from: ExportPosition) -> Result<(String, Option<ExportPosition>)> {
        let ExportPosition { mut after, until, mut keys, .. } = from;
        let (mut rows, mut count) = (self.people.rows(after, until, ROWS)?, 0);
        while let Some((id, prospect)) = rows.next()? {
            after = Some(id);
            count += 1;
            prospect.each_key(&mut |key| {
                if let Err(place) = keys.binary_search_by(|known| known.as_str().cmp(key)) {
                    keys.insert(place, key.to_owned());
                }
            });
            if keys.len() > KEYS_MAX {
                return Err(Error::invalid("custom_fields", Problem::TooMany { max: KEYS_MAX }));
            }
        }
        if count < ROWS {
            Ok((header(&keys), Some(ExportPosition { is_looking: false, after: None, until, keys })))
        } else {
            Ok((String::new(), Some(ExportPosition { is_looking: true, after, until, keys })))
        }
    }

    fn write(&mut self, from: ExportPosition) -> Result<(String, Option<ExportPosition>)> {
        let ExportPosition { mut after, until, keys, .. } = from;
        let (mut rows, mut count, mut text) = (self.people.rows(after, until, ROWS)?, 0, String::new());
        while text.len() < TEXT {
            let Some((id, prospect)) = rows.next()? else { break };
            self.source.write(&mut text, id, &prospect, &keys)?;
            after = Some(id);
            count += 1;
        }
        let is_last = count < ROWS && text.len() < TEXT;
        Ok((text, (!is_last).then_some(ExportPosition { is_looking: false, after, until, keys })))
    }
}

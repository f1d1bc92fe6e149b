//! The rows of a CSV file as leads of a saved list.

use serde::Serialize;

use super::ImportMode;
use super::csv::{Content, ImportCsv, check_row_count};
use super::suppressions::InvalidRow;
use crate::channel::Channel;
use crate::error::{Error, Problem, Result};
use crate::id::ListId;
use crate::people::erased::rows::ErasedPeople;
use crate::people::list::{self, Lead};
use crate::people::person::{Field, Person};
use crate::request::{Issues, Request};
use crate::store::WideCache;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

/// By what leads are known.
const ADDRESSES: [Field; 2] = [Field::Email, Field::LinkedinUrl];

/// The result of importing a CSV file into a saved list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportedLeads {
    /// How many leads were added.
    pub added: u32,
    /// How many the list had already, or stand in the file before.
    pub duplicates: u32,
    /// How many are of somebody who was erased, and were not stored.
    pub suppressed: u32,
    /// How many rows could not be taken.
    pub invalid: u32,
    /// How many rows there are; blank ones do not count.
    pub total: u32,
    /// The first 1,000 rows that could not be taken.
    pub invalid_rows: Vec<InvalidRow>,
}

impl ImportedLeads {
    fn reject(&mut self, line: u32, issues: Issues) {
        self.invalid += 1;
        InvalidRow::list(&mut self.invalid_rows, line, || issues.into_told());
    }
}

impl Session<'_> {
    /// Imports the rows of a CSV file into a saved list, in one transaction. A row is a lead if it has an email address, a
    /// LinkedIn profile or both; one whose address or profile another lead of the list has is a duplicate. The report lists
    /// rows that cannot be taken with their lines, and the others are imported all the same. Takes an [`ImportCsv`].
    ///
    /// # Errors
    /// As [`preview_csv`](Self::preview_csv); `content_changed` for other bytes or another reading than previewed;
    /// `list_not_found`; `invalid_input` at `mapping` where it does not fit the file (`too_many`), has a field twice
    /// (`duplicate`) or has neither address (`required`), and at `mode` for any but `add`. Nothing is written.
    pub fn import_csv_into_list<'b>(
        &mut self,
        list: impl Request<ListId>,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportCsv>,
    ) -> Result<ImportedLeads> {
        at_once(self.import_csv_into_list_paced(list, bytes, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the lines of the file, without the header's.
    ///
    /// # Errors
    /// As [`import_csv_into_list`](Self::import_csv_into_list); `cancelled`. Nothing is written.
    pub async fn import_csv_into_list_paced<'b>(
        &mut self,
        list: impl Request<ListId>,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportCsv>,
        pace: &mut dyn Pace,
    ) -> Result<ImportedLeads> {
        let list_id = list.parse()?;
        let Content(bytes) = bytes.parse()?;
        let mapping = request.parse()?;
        if mapping.mode != ImportMode::Add {
            return Err(Error::invalid("mode", Problem::UnknownValue { allowed: &["add"] }));
        }
        let sheet = mapping.previewed(&bytes, self.host())?;
        self.write_paced(pace, async |tx, user, work| {
            let _cache = WideCache::for_file(tx.sql(), bytes.len())?;
            if !list::rows::is_of_user(tx, user, list_id)? {
                return Err(Error::ListNotFound);
            }
            mapping.check(&sheet, &ADDRESSES)?;
            let mut report = ImportedLeads::default();
            work.begin(sheet.lines().into(), 1);
            let mut rows = sheet.rows();
            let mut erased = ErasedPeople::of(tx, user)?;
            while let Some(row) = rows.next()? {
                report.total += 1;
                check_row_count(report.total as usize)?;
                match mapping.read(&row, sheet.columns()).and_then(|(person, issues, _)| lead(person, issues)) {
                    Err(issues) => report.reject(row.line(), issues),
                    Ok(person) if erased.as_mut().map_or(Ok(false), |erased| erased.has_person(&person))? => {
                        report.suppressed += 1;
                    }
                    Ok(person) => {
                        let lead = Lead { id: tx.new_id()?, list_id, person, created_at: tx.now() };
                        let count = match list::rows::insert_lead(tx, &lead)? {
                            true => &mut report.added,
                            false => &mut report.duplicates,
                        };
                        *count += 1;
                    }
                }
                if work.reach(rows.lines().into()) {
                    work.pause().await?;
                }
            }
            if report.added > 0 {
                list::rows::recount(tx, list_id, report.added.into())?;
                tx.record(user, Change::LeadsAdded { list_id })?;
            }
            Ok(report)
        })
        .await
    }
}

/// The person of a row, if it has an address and nothing is wrong with it.
fn lead(person: Person, mut issues: Issues) -> Result<Person, Issues> {
    let has_address = [Channel::Email, Channel::Linkedin].into_iter().any(|channel| person.identity(channel).is_some());
    if !has_address && !ADDRESSES.iter().any(|field| issues.has(field.word())) {
        issues.push(Field::Email.word(), Problem::Required);
    }
    if issues.is_empty() { Ok(person) } else { Err(issues) }
}

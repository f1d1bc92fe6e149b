//! Suppressions from a CSV file.

use serde::Serialize;

use super::csv::{Content, IDENTITIES, check_row_count};
use super::reading::Reading;
use super::sheet::{Given, Identities, Row, Sheet, Text, Words, content_hash};
use crate::bounds::{CELL_MAX, COLUMNS_MAX};
use crate::error::{Error, Issue, Problem, Result};
use crate::people::suppression::{self, Suppression, SuppressionReason, SuppressionType};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::sending::suppress;
use crate::store::WideCache;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

/// How many rows are looked at for the column that suppresses.
const SAMPLES: usize = 200;

/// How many of the rows that could not be taken are listed.
const TOLD: usize = 1_000;

/// How many new suppressions are looked for one by one; of more, the people are looked at instead.
const FEW: usize = 1_000;

/// A file of domains alone has no header either.
const SUPPRESSED: Identities = Identities { is_email: |cell| read(cell).is_ok(), ..IDENTITIES };

/// How to import suppressions from a CSV file.
///
/// ```
/// use campaignkit::{CreateUser, ImportSuppressions, Store};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let file = b"Address,Why\nbo@example.com,opted out\n*.example.org,\nnobody,\n";
///
/// let request = ImportSuppressions::default().reason_column(1);
/// let report = store.session(user.id)?.import_suppressions(&file[..], request)?;
/// assert_eq!((report.added, report.invalid), (2, 1));
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ImportSuppressions {
    /// The place, from 0, of the column that holds email addresses, LinkedIn profiles, and domains as `example.com` or, for
    /// all below it, too, `*.example.com`. By default the one in whose first cells there are most of them; addresses and
    /// profiles count before domains.
    pub column: Option<u32>,
    /// The place, from 0, of a column that says why: one of the reasons, or as other tools say it, such as `Hard bounce`,
    /// `spam complaint` and `Opted out`. Anything else means `reason`.
    pub reason_column: Option<u32>,
    /// The reason of rows for which the file gives none, but for `erased`; by default `manual`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "Exclude<SuppressionReason, \"erased\"> | null"))]
    pub reason: Option<SuppressionReason>,
    /// The `content_hash` of a preview, if there was one: other bytes are refused, and another reading.
    pub content_hash: Option<String>,
    /// How to read the file, where the detection is wrong.
    #[serde(flatten)]
    pub reading: Reading,
}

setters!(ImportSuppressions {
    optional column: u32;
    optional reason_column: u32;
    optional reason: SuppressionReason;
    text content_hash;
    plain reading: Reading;
});

/// The result of importing suppressions from a CSV file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportedSuppressions {
    /// The place, from 0, of the column that was read.
    pub column: u32,
    /// How many suppressions were added.
    pub added: u32,
    /// How many were there already, which stay as they are, or stand in the file before.
    pub duplicates: u32,
    /// How many rows could not be taken.
    pub invalid: u32,
    /// How many rows there are; blank ones do not count.
    pub total: u32,
    /// The first 1,000 rows that could not be taken.
    pub invalid_rows: Vec<InvalidRow>,
}

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InvalidRow {
    /// The line on which it starts, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
}

impl InvalidRow {
    /// Adds a row to a report, unless that has as many as are listed.
    pub(super) fn list(rows: &mut Vec<Self>, line: u32, issues: impl FnOnce() -> Vec<Issue>) {
        if rows.len() < TOLD {
            rows.push(Self { line, issues: issues() });
        }
    }
}

/// A checked [`ImportSuppressions`]; whether it fits the file is not known yet.
#[derive(Clone, Debug)]
pub struct Columns {
    column: Option<usize>,
    reason_column: Option<usize>,
    reason: SuppressionReason,
    content_hash: Option<String>,
    given: Given,
}

impl RequestType for ImportSuppressions {
    type Checked = Columns;
}

impl Request<ImportSuppressions> for ImportSuppressions {
    fn parse(self) -> Result<Columns> {
        Request::<ImportSuppressions>::parse(Input::of(&self))
    }
}

impl Request<ImportSuppressions> for Input {
    fn parse(self) -> Result<Columns> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let [column, reason_column] = ["column", "reason_column"].map(|name| place(&mut fields, name));
        let reason = SuppressionReason::read(&mut fields);
        let content_hash = fields.text("content_hash");
        let given = Reading::read(&mut fields);
        fields.refuse_rest(&[&["column", "reason_column", "reason", "content_hash"], &Reading::FIELDS[..]].concat());
        issues.finish(Some(Columns { column, reason_column, reason, content_hash, given }))
    }
}

fn place(fields: &mut Fields<'_>, name: &'static str) -> Option<usize> {
    let place = fields.integer_or_clear(name, &(0..=COLUMNS_MAX as i64 - 1)).flatten()?;
    usize::try_from(place).ok()
}

impl Columns {
    /// The columns that are read: what suppresses, and why.
    fn find(&self, sheet: &Sheet<'_>) -> Result<(usize, Option<usize>)> {
        let last = sheet.columns().len().saturating_sub(1);
        let mut issues = Issues::default();
        for (name, place) in [("column", self.column), ("reason_column", self.reason_column)] {
            if place.is_some_and(|place| place > last) {
                issues.push(name, Problem::OutOfRange { min: 0, max: last as i64 });
            }
        }
        let column = match self.column {
            Some(column) => Some(column),
            None => suppressing(sheet)?,
        };
        if column.is_none() {
            issues.push("column", Problem::Required);
        }
        issues.finish(column.map(|column| (column, self.reason_column)))
    }
}

/// The first column with most addresses and profiles in its first cells, or else with most domains.
fn suppressing(sheet: &Sheet<'_>) -> Result<Option<usize>> {
    let mut counts = vec![(0_usize, 0_usize); sheet.columns().len()];
    let mut rows = sheet.rows();
    let mut seen = 0;
    while let Some(row) = rows.next()?.filter(|_| seen < SAMPLES) {
        seen += 1;
        for (count, cell) in counts.iter_mut().zip(row.cells()) {
            match read(cell) {
                Ok((SuppressionType::EmailDomain, _)) => count.1 += 1,
                Ok(_) => count.0 += 1,
                Err(_) => {}
            }
        }
    }
    let best = counts.iter().copied().max().filter(|best| *best > (0, 0));
    Ok(best.and_then(|best| counts.iter().position(|count| *count == best)))
}

/// What a cell suppresses, in normal form.
fn read(cell: &str) -> Result<(SuppressionType, String), Problem> {
    let cell = cell.trim();
    let kind = if cell.is_empty() {
        return Err(Problem::Required);
    } else if cell.starts_with(['@', '*']) || is_bare_domain(cell) {
        SuppressionType::EmailDomain
    } else if cell.contains('@') && !cell.contains("://") {
        SuppressionType::EmailAddress
    } else if cell.contains('/') {
        SuppressionType::LinkedinProfile
    } else {
        SuppressionType::EmailAddress
    };
    Ok((kind, kind.normalize(cell)?))
}

/// Words with dots between them, and neither a number nor a name alone.
fn is_bare_domain(cell: &str) -> bool {
    let is_word = |label: &str| label.contains(char::is_alphabetic);
    !cell.contains(['@', '/']) && cell.rsplit_once('.').is_some_and(|(_, top)| is_word(top))
}

/// The reason that a cell gives in the words of this or another tool.
fn reason(cell: &str) -> Option<SuppressionReason> {
    const WORDS: [(&str, SuppressionReason); 12] = [
        ("complain", SuppressionReason::Complained),
        ("spam", SuppressionReason::Complained),
        ("abuse", SuppressionReason::Complained),
        ("unsub", SuppressionReason::Unsubscribed),
        ("opt out", SuppressionReason::Unsubscribed),
        ("opted out", SuppressionReason::Unsubscribed),
        ("optout", SuppressionReason::Unsubscribed),
        ("bounce", SuppressionReason::Bounced),
        ("cleaned", SuppressionReason::Bounced),
        ("undeliver", SuppressionReason::Bounced),
        ("invalid", SuppressionReason::Bounced),
        ("manual", SuppressionReason::Manual),
    ];
    let said = cell.to_lowercase().replace(['-', '_'], " ");
    WORDS.iter().find(|(word, _)| said.contains(word)).map(|(_, reason)| *reason)
}

/// What a row suppresses, and why if it says so.
fn read_row(
    row: &Row<'_>,
    (column, reason_column): (usize, Option<usize>),
) -> Result<(SuppressionType, String, Option<SuppressionReason>), Problem> {
    if row.large().is_some() {
        return Err(Problem::CellTooLarge { line: row.line(), max: CELL_MAX });
    }
    let cell = |index| row.cells().nth(index).unwrap_or_default();
    let (kind, value) = read(cell(column))?;
    Ok((kind, value, reason_column.and_then(|index| reason(cell(index)))))
}

impl ImportedSuppressions {
    fn reject(&mut self, line: u32, problem: Problem) {
        self.invalid += 1;
        InvalidRow::list(&mut self.invalid_rows, line, || vec![Issue::new("value", problem)]);
    }
}

impl Session<'_> {
    /// Imports the suppressions of a CSV file of up to 1,000,000 rows, in one transaction. Its first row is a header unless
    /// it suppresses somebody itself. The report lists each row that cannot be taken with its line, and the others are
    /// imported all the same. Takes an [`ImportSuppressions`].
    ///
    /// The people whom they cover in active and paused campaigns are not contacted any more, as with
    /// [`add_suppressions`](Self::add_suppressions).
    ///
    /// # Errors
    /// As [`preview_csv`](Self::preview_csv); `content_changed` for other bytes than previewed; `invalid_input` at `column`
    /// or `reason_column` where the file has no such one (`out_of_range`), and at `column` where none is given and none has
    /// addresses, domains or profiles in its first 200 rows (`required`). Nothing is written.
    pub fn import_suppressions<'b>(
        &mut self,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportSuppressions>,
    ) -> Result<ImportedSuppressions> {
        at_once(self.import_suppressions_paced(bytes, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the lines of the file, without the header's, and the open people of active and
    /// paused campaigns.
    ///
    /// # Errors
    /// As [`import_suppressions`](Self::import_suppressions); `cancelled`. Nothing is written.
    pub async fn import_suppressions_paced<'b>(
        &mut self,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportSuppressions>,
        pace: &mut dyn Pace,
    ) -> Result<ImportedSuppressions> {
        let Content(bytes) = bytes.parse()?;
        let columns = request.parse()?;
        let text = Text::read(&bytes, columns.given.encoding, self.host())?;
        let sheet = Sheet::read(text, &Words::new(), SUPPRESSED, columns.given)?;
        let hash = || content_hash(&bytes, sheet.encoding(), sheet.given());
        if columns.content_hash.as_ref().is_some_and(|previewed| hash() != *previewed) {
            return Err(Error::ContentChanged);
        }
        let places = columns.find(&sheet)?;
        self.write_paced(pace, async |tx, user, work| {
            let _cache = WideCache::for_file(tx.sql(), bytes.len())?;
            let lines = u64::from(sheet.lines());
            work.begin(lines + suppress::count_open(tx, user)?, 1);
            let column = u32::try_from(places.0).unwrap_or_default();
            let mut report = ImportedSuppressions { column, ..ImportedSuppressions::default() };
            let mut few = Vec::new();
            let mut rows = sheet.rows();
            while let Some(row) = rows.next()? {
                report.total += 1;
                check_row_count(report.total as usize)?;
                match read_row(&row, places) {
                    Err(problem) => report.reject(row.line(), problem),
                    Ok((kind, value, reason)) => {
                        let reason = reason.unwrap_or(columns.reason);
                        let new =
                            Suppression { id: tx.new_id()?, user_id: user, kind, value, reason, created_at: tx.now() };
                        if !suppression::rows::insert(tx, &new)? {
                            report.duplicates += 1;
                        } else {
                            report.added += 1;
                            if few.len() <= FEW {
                                few.push((kind, new.value));
                            }
                        }
                    }
                }
                if work.reach(rows.lines().into()) {
                    work.pause().await?;
                }
            }
            if report.added > 0 {
                tx.record(user, Change::SuppressionsAdded { user_id: user })?;
            }
            if few.len() > FEW {
                suppress::end_suppressed(tx, user, work, lines).await?;
            } else {
                let few: Vec<_> = few.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
                suppress::Search::of(tx, user, &few)?.end(tx, user, work, lines).await?;
            }
            Ok(report)
        })
        .await
    }
}

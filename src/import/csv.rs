//! CSV files: previewing one, and importing its rows into a campaign.

use std::borrow::Cow;

use serde::Serialize;

use super::column_target::ColumnTarget;
use super::ops::{find, finish};
use super::preview_warning::{CsvWarning, warnings};
use super::reading::Reading;
use super::{Enrolment, ImportMode, ImportNotices, ImportReport, Source};
use crate::bounds::{CELL_MAX, COLUMNS_MAX, CUSTOM_FIELDS_MAX, FILE_MAX, ROWS_MAX};
use crate::error::{Error, Problem, Result};
use crate::id::CampaignId;
use crate::import::sheet::{
    Findings, Given, Identities, Row, Samples, Sheet, Text, Words, content_hash, split_name, suggest,
};
use crate::people::person::{Field, Person};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::result_size::{PREVIEW_MAX, Room};
use crate::request::setters::setters;
use crate::request::text::is_placeholder;
use crate::request::{Excess, Fields, Input, Issues, Plain, Request, RequestType};
use crate::store::WideCache;
use crate::store::host::Host;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

/// How many rows a preview shows, and how many cells of each column.
const PREVIEW_ROWS: usize = 10;
const SAMPLES: usize = 3;

/// The most bytes of the rows of a preview; the names of columns, samples and warnings have the rest.
const SHOWN_MAX: usize = PREVIEW_MAX / 8 * 3;

/// How many columns an error names.
const LOOKED_AT: usize = 100;

pub(super) const IDENTITIES: Identities = Identities {
    is_email: |cell| EmailAddress::parse_first(cell).is_ok(),
    is_profile: |cell| ProfileUrl::parse(cell).is_ok(),
};

/// A preview of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CsvPreview {
    /// How its text is encoded: a name of the WHATWG Encoding Standard, in lower case.
    pub encoding: &'static str,
    /// Whether the encoding was guessed from the content, and may be wrong: the rows show whether it is right.
    pub is_encoding_guessed: bool,
    /// What separates its cells; nothing does in a file of one column.
    pub delimiter: Option<char>,
    /// The line on which the names of its columns are, from 1: what is above it is no part of the table. Nothing, if there
    /// are none.
    pub header_line: Option<u32>,
    /// Whether a row names the columns; none does where the first has an address itself.
    pub has_header: bool,
    /// Its columns in order.
    pub columns: Vec<CsvColumn>,
    /// What each column seems to hold: to correct and give to the import.
    pub mapping: Vec<ColumnTarget>,
    /// The first rows below the header: 10, or as many as 384 KiB hold, and one at least. Of long cells the beginning; a row
    /// with a cell of more than 1 MiB is left out.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are below the header; blank ones do not count.
    pub total: u32,
    /// What the user should know before importing it as suggested; at most 100.
    pub warnings: Vec<CsvWarning>,
    /// Identifies these bytes as they were read; to give to the import.
    pub content_hash: String,
}

impl CsvPreview {
    /// Those that an import does not need; it takes a preview as it is.
    const FIELDS: [&str; 6] = ["has_header", "is_encoding_guessed", "columns", "rows", "total", "warnings"];
}

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CsvColumn {
    /// Its name, which no other column has: the key of a custom field. Its beginning, where there are hundreds of columns
    /// with long names.
    pub name: String,
    /// The first cells of it that are not blank, at most 3; of long ones the beginning.
    pub samples: Vec<String>,
    /// The fields that are guessed from it besides, where it holds whole names and no column holds first names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "(\"first_name\" | \"last_name\")[]"))]
    pub guessed: Option<Vec<&'static str>>,
}

/// How to import a CSV file: as it was previewed. As JSON, a preview is such a request itself, with these fields beside or
/// changed.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportCsv {
    /// What each column holds, in order; the columns beyond are custom fields.
    pub mapping: Vec<ColumnTarget>,
    /// The `content_hash` of the preview: other bytes are refused, and another reading.
    pub content_hash: String,
    /// How the file was read when it was previewed.
    #[serde(flatten)]
    pub reading: Reading,
    /// Whether names stay whole. By default, where a column holds whole names and none first names, the first word is the
    /// first name and the rest the last, of `Last, First` the other way round; never of names in Chinese, Japanese or Korean
    /// characters.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub whole_names: bool,
    /// What to do with people whom the campaign has already; by default they stay as they are, as `duplicate`.
    #[cfg_attr(feature = "typescript", ts(as = "Option<ImportMode>", optional = nullable))]
    pub mode: ImportMode,
    /// Whether a completed campaign is reopened for the rows; by default not.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub reopen: bool,
}

setters!(ImportCsv {
    plain mapping: Vec<ColumnTarget>;
    plain_text content_hash;
    plain reading: Reading;
    plain whole_names: bool;
    plain mode: ImportMode;
    plain reopen: bool;
});

/// As it was previewed.
impl From<CsvPreview> for ImportCsv {
    fn from(preview: CsvPreview) -> Self {
        let CsvPreview { encoding, delimiter, header_line, mapping, content_hash, .. } = preview;
        let reading = Reading { encoding: Some(encoding.into()), delimiter, header_line };
        Self { mapping, content_hash, reading, ..Self::default() }
    }
}

/// The bytes of a file.
#[derive(Clone, Debug)]
pub struct Content<'b>(pub(super) Cow<'b, [u8]>);

impl<'b> Content<'b> {
    fn of(bytes: Cow<'b, [u8]>) -> Result<Self> {
        let excess = || Error::invalid("bytes", Excess::Content.problem());
        if bytes.len() > FILE_MAX { Err(excess()) } else { Ok(Self(bytes)) }
    }
}

impl<'b> RequestType for &'b [u8] {
    type Checked = Content<'b>;
}

impl<'b> Request<&'b [u8]> for &'b [u8] {
    fn parse(self) -> Result<Content<'b>> {
        Content::of(self.into())
    }
}

impl<'b> Request<&'b [u8]> for &'b Vec<u8> {
    fn parse(self) -> Result<Content<'b>> {
        Content::of(self.into())
    }
}

impl Request<&'static [u8]> for Input {
    fn parse(self) -> Result<Content<'static>> {
        let problem = match self.0 {
            Plain::Bytes(bytes) => return Content::of(bytes.into()),
            Plain::Null => Problem::Required,
            Plain::Excess(Excess::Content) => Excess::Content.problem(),
            Plain::Excess(excess) => return Err(excess.into()),
            _ => Problem::WrongType { expected: "the content of a file" },
        };
        Err(Error::invalid("bytes", problem))
    }
}

/// A checked [`ImportCsv`]; whether it fits the file and the campaign is not known yet.
#[derive(Clone, Debug)]
pub struct Mapping {
    targets: Vec<ColumnTarget>,
    content_hash: String,
    given: Given,
    /// The fields that are guessed from whole names.
    guesses: &'static [Field],
    pub(super) mode: ImportMode,
    reopen: bool,
}

impl RequestType for ImportCsv {
    type Checked = Mapping;
}

impl Request<ImportCsv> for Input {
    fn parse(self) -> Result<Mapping> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        fields.require_given("mapping");
        let items = fields.optional_list("mapping", COLUMNS_MAX).unwrap_or_default();
        let content_hash = fields.required_text("content_hash");
        let mut given = Reading::read(&mut fields);
        // A preview says so where there are no names, and no line.
        if fields.bool("has_header") == Some(false) {
            given.header_line.get_or_insert(0);
        }
        let whole_names = fields.bool("whole_names").unwrap_or(false);
        let mode = fields.choice("mode").unwrap_or_default();
        let reopen = fields.bool("reopen").unwrap_or(false);
        let known = ["mapping", "content_hash", "whole_names", "mode", "reopen"];
        fields.refuse_rest(&[&known[..], &Reading::FIELDS, &CsvPreview::FIELDS].concat());
        let mut targets = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let target = match item {
                Plain::Null => Ok(ColumnTarget::CustomField),
                Plain::Text(word) => ColumnTarget::from_word(&word),
                _ => Err(Problem::WrongType { expected: "text or null" }),
            };
            let path = format!("mapping[{index}]");
            let Some(target) = issues.keep(&path, target) else { continue };
            if matches!(target, ColumnTarget::Field(_)) && targets.contains(&target) {
                issues.push(path, Problem::Duplicate);
            }
            targets.push(target);
        }
        let has = |field| targets.contains(&ColumnTarget::Field(field));
        let guesses: &[Field] = match (has(Field::Name) && !whole_names, has(Field::FirstName), has(Field::LastName)) {
            (true, false, true) => &[Field::FirstName],
            (true, false, false) => &[Field::FirstName, Field::LastName],
            _ => &[],
        };
        let mapping = |content_hash| Mapping { targets, content_hash, given, guesses, mode, reopen };
        issues.finish(content_hash.map(mapping))
    }
}

impl Request<ImportCsv> for ImportCsv {
    fn parse(self) -> Result<Mapping> {
        Input::check_count("mapping", &self.mapping, COLUMNS_MAX)?;
        Request::<ImportCsv>::parse(Input::of(&self))
    }
}

impl Mapping {
    /// The file, as it was previewed.
    pub(super) fn previewed<'b>(&self, bytes: &'b [u8], host: &mut dyn Host) -> Result<Sheet<'b>> {
        let text = Text::read(bytes, self.given.encoding, host)?;
        let encoding = text.encoding();
        let read = Sheet::read(text, &Words::new(), IDENTITIES, self.given);
        let given = read.as_ref().map_or(self.given, Sheet::given);
        if content_hash(bytes, encoding, given) != self.content_hash {
            return Err(Error::ContentChanged);
        }
        Ok(read?)
    }

    /// Refuses a mapping that does not fit the file or has none of the addresses.
    pub(super) fn check(&self, sheet: &Sheet<'_>, addresses: &[Field]) -> Result<()> {
        let mut issues = Issues::default();
        let columns = sheet.columns().len();
        if self.targets.len() > columns {
            issues.push("mapping", Problem::TooMany { max: columns });
        }
        let has_address = addresses.iter().any(|field| self.targets.contains(&ColumnTarget::Field(*field)));
        if let Some(missing) = addresses.first().filter(|_| !has_address) {
            let columns = sheet.columns().iter().take(LOOKED_AT).cloned().collect();
            issues.push("mapping", Problem::FieldRequired { field: missing.word(), columns });
        }
        issues.finish(Some(()))
    }

    /// The person of a row, with what is wrong with it; only that, if the row could not be read.
    pub(super) fn read(&self, row: &Row<'_>, columns: &[String]) -> Result<(Person, Issues, ImportNotices), Issues> {
        let mut person = Person::default();
        let mut issues = Issues::default();
        let mut noticed = ImportNotices::default();
        if let Some(index) = row.large() {
            let path = columns.get(index).map_or_else(String::new, |name| match self.target(index) {
                ColumnTarget::Field(field) => field.word().to_owned(),
                ColumnTarget::CustomField => format!("custom_fields.{name}"),
                ColumnTarget::Ignore => String::new(),
            });
            issues.push(path, Problem::CellTooLarge { line: row.line(), max: CELL_MAX });
            return Err(issues);
        }
        let mut cells = row.cells();
        for (name, index) in columns.iter().zip(0..) {
            let Some(cell) = cells.next() else { break };
            match self.target(index) {
                ColumnTarget::Field(Field::Email) => {
                    let set = issues.keep(Field::Email.word(), person.set_first_email(cell));
                    noticed.more_addresses = set.unwrap_or(false);
                }
                ColumnTarget::Field(Field::TimeZone) => {
                    noticed.unknown_time_zone = person.set_known_time_zone(cell);
                }
                ColumnTarget::Field(field) => {
                    let set = person.set(field, cell);
                    issues.keep(field.word(), set);
                }
                // They are too many already: a row may be as large as its file.
                ColumnTarget::CustomField if person.custom_fields().len() > CUSTOM_FIELDS_MAX => {}
                ColumnTarget::CustomField => {
                    if let Err(problem) = person.set_custom(name, cell) {
                        issues.push(format!("custom_fields.{name}"), problem);
                    }
                }
                ColumnTarget::Ignore => {}
            }
        }
        guess_names(&mut person, self.guesses);
        person.forget_joined_name();
        if cells.any(|cell| !cell.trim().is_empty()) {
            issues.push("", Problem::TooManyCells);
        }
        if person.custom_fields().len() > CUSTOM_FIELDS_MAX {
            issues.push("custom_fields", Problem::TooMany { max: CUSTOM_FIELDS_MAX });
        }
        Ok((person, issues, noticed))
    }

    fn target(&self, index: usize) -> ColumnTarget {
        self.targets.get(index).copied().unwrap_or(ColumnTarget::CustomField)
    }
}

/// Sets these fields to what the whole name says of them.
fn guess_names(person: &mut Person, fields: &[Field]) {
    let name = person.get(Field::Name).filter(|name| !fields.is_empty() && !is_placeholder(name));
    let Some(name) = name.map(Cow::into_owned) else { return };
    let Some((first, last)) = split_name(&name) else { return };
    for field in fields {
        // A part of a line is a line.
        let _ = person.set(*field, if *field == Field::FirstName { first } else { last.unwrap_or_default() });
    }
}

/// The fields that are guessed from a column, among the suggestions for all.
fn guessed(field: Option<Field>, fields: &[Option<Field>]) -> Option<Vec<&'static str>> {
    let guesses = field == Some(Field::Name) && !fields.contains(&Some(Field::FirstName));
    let missing = |field: &&Field| !fields.contains(&Some(**field));
    guesses.then(|| [Field::FirstName, Field::LastName].iter().filter(missing).map(|field| field.word()).collect())
}

/// The cells of a row as a preview shows them, in which each has an equal share.
fn shown_cells(row: &Row<'_>) -> Vec<String> {
    let share = SHOWN_MAX / row.cells().count().max(1);
    row.cells().map(|cell| beginning(cell, share)).collect()
}

/// The first `max` bytes of a text, without a part of a character.
fn beginning(text: &str, max: usize) -> String {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default().to_owned()
}

pub(super) fn check_row_count(rows: usize) -> Result<()> {
    if rows > ROWS_MAX { Err(Error::invalid("bytes", Problem::TooMany { max: ROWS_MAX })) } else { Ok(()) }
}

impl Session<'_> {
    /// Looks at a CSV file (`docs/rules.md#csv-files`) and suggests what its columns hold. Writes nothing. Shows at most
    /// 1 MiB of text: of long cells the beginning, of wide files fewer rows. Takes a [`Reading`].
    ///
    /// Takes UTF-8, UTF-16, and what else the encoding of a file can be guessed to be, or is given to be
    /// (`docs/rules.md#encodings`); `,`, `;`, TAB or `|` between cells, or a single column; any line ends; line breaks in
    /// quoted cells; titles and notes above the header, which is looked for in the first 20 rows; no header. `reading`
    /// overrides the detection; `Reading::default()` overrides nothing.
    ///
    /// # Errors
    /// `invalid_input` at `encoding`: `unknown_value`; at `bytes`: `empty`, `malformed_encoding` with the line and encodings
    /// to try, `unterminated_quote` with the line, `not_a_csv_file` for a workbook, a PDF, an image or an archive,
    /// `control_character` for another file that is no text, `too_large` for more than 256 MiB, `cell_too_large` with the
    /// line for a cell of more than 1 MiB in the header, `too_many` for more than 16,384 cells in a row, with the line, or
    /// 1,000,000 rows; at `delimiter` (`unknown_value`) and `header_line` (`out_of_range` beyond the last row);
    /// `storage_unavailable` where there is no memory for it.
    pub fn preview_csv<'b>(
        &mut self,
        bytes: impl Request<&'b [u8]>,
        reading: impl Request<Reading>,
    ) -> Result<CsvPreview> {
        let Content(bytes) = bytes.parse()?;
        let words = Words::new();
        let given = reading.parse()?;
        let text = Text::read(&bytes, given.encoding, self.host())?;
        let sheet = Sheet::read(text, &words, IDENTITIES, given)?;
        let names = sheet.columns();
        let (mut shown, mut samples) = (Vec::new(), Samples::of(names.len(), sheet.header_line().is_some()));
        let mut rows = sheet.rows();
        while samples.are_wanted() {
            let Some(row) = rows.next()? else { break };
            if shown.len() < PREVIEW_ROWS && row.large().is_none() {
                shown.push(shown_cells(&row));
            }
            samples.add(&row, IDENTITIES);
        }
        let mapping: Vec<ColumnTarget> = match sheet.own() {
            Some(own) => own.iter().copied().map(ColumnTarget::from).collect(),
            None => suggest(names, &words, &samples).into_iter().map(ColumnTarget::from).collect(),
        };
        let fields: Vec<_> = mapping.iter().map(|target| target.field()).collect();
        let (mut found, mut total) = (Findings::new(names, &fields), 0_u32);
        let mut rows = sheet.rows();
        while let Some(row) = rows.next()? {
            total += 1;
            check_row_count(total as usize)?;
            found.add(&row);
        }
        let name = |index: usize| {
            names.get(index).map_or_else(String::new, |name| beginning(name, PREVIEW_MAX / 4 / names.len()))
        };
        let warnings = warnings(found.told(), name);
        let columns = fields.iter().enumerate().map(|(index, field)| {
            let cells = shown.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.trim().is_empty());
            let samples = cells.take(SAMPLES).map(|cell| beginning(cell, PREVIEW_MAX / 4 / SAMPLES / names.len()));
            CsvColumn { name: name(index), samples: samples.collect(), guessed: guessed(*field, &fields) }
        });
        let columns = columns.collect();
        let mut room = Room::of(SHOWN_MAX);
        let rows = shown.into_iter().take_while(|row| room.take(row.iter().map(String::len).sum())).collect();
        Ok(CsvPreview {
            encoding: sheet.encoding().word(),
            is_encoding_guessed: sheet.is_encoding_guessed(),
            delimiter: sheet.delimiter(),
            header_line: sheet.header_line(),
            has_header: sheet.header_line().is_some(),
            columns,
            mapping,
            rows,
            total,
            warnings,
            content_hash: content_hash(&bytes, sheet.encoding(), sheet.given()),
        })
    }

    /// Imports the rows of a CSV file into a campaign, in one transaction. A row that cannot be imported is listed in the
    /// report with its line, as `invalid`, and the others are imported all the same. Takes an [`ImportCsv`].
    ///
    /// # Errors
    /// As [`preview_csv`](Self::preview_csv); `content_changed` for other bytes or another reading than previewed;
    /// `campaign_not_found`; `campaign_completed` and `no_ready_sender`, as [`add_prospects`](Self::add_prospects);
    /// `invalid_input` at `mapping` where it does not fit the file (`too_many`), has a field twice (`duplicate`) or lacks
    /// the address of the campaign's channel (`required`, with the `field` and the `columns`). Nothing is written.
    pub fn import_csv<'b>(
        &mut self,
        campaign: impl Request<CampaignId>,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportCsv>,
    ) -> Result<ImportReport> {
        at_once(self.import_csv_paced(campaign, bytes, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the lines of the file, without the header's.
    ///
    /// # Errors
    /// As [`import_csv`](Self::import_csv); `cancelled`. Nothing is written.
    pub async fn import_csv_paced<'b>(
        &mut self,
        campaign: impl Request<CampaignId>,
        bytes: impl Request<&'b [u8]>,
        request: impl Request<ImportCsv>,
        pace: &mut dyn Pace,
    ) -> Result<ImportReport> {
        let id = campaign.parse()?;
        let Content(bytes) = bytes.parse()?;
        let mapping = request.parse()?;
        let sheet = mapping.previewed(&bytes, self.host())?;
        self.write_paced(pace, async |tx, user, work| {
            let _cache = WideCache::for_file(tx.sql(), bytes.len())?;
            let campaign = find(tx, user, id)?;
            mapping.check(&sheet, &[Field::identity(campaign.settings.channel())])?;
            let mut enrolment = Enrolment::into_campaign(tx, user, &campaign, mapping.reopen)?;
            enrolment.mode = mapping.mode;
            work.begin(sheet.lines().into(), 1);
            let mut rows = sheet.rows();
            while let Some(row) = rows.next()? {
                let source = Source::Line(row.line());
                match mapping.read(&row, sheet.columns()) {
                    Ok((person, issues, noticed)) => enrolment.take(tx, source, &person, "", issues, noticed)?,
                    Err(issues) => enrolment.reject(source, issues),
                }
                check_row_count(enrolment.report.total())?;
                if work.reach(rows.lines().into()) {
                    work.pause().await?;
                }
            }
            finish(tx, campaign, enrolment)
        })
        .await
    }
}

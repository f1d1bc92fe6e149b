//! Dates on which nothing is sent (`docs/rules.md#blackout-dates`).

use std::ops::Deref;
use std::sync::Arc;

use jiff::civil::Date;
use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;
use serde::{Serialize, Serializer};

use super::calendar::{Calendar, Span, date_after};
use crate::bounds::{BLACKOUT_DATES_MAX, BLACKOUT_DAYS_MAX};
use crate::error::Problem;
use crate::request::{Fields, Input, Issues, Plain, text};
use crate::sort::sorted;
use crate::time::Instant;

/// A date of the calendar, in years 1–9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(Date);

impl CivilDate {
    /// The date of a year, a month from 1 and a day from 1; none where there is none.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        if year < 1 { None } else { Date::new(year, month, day).ok().map(Self) }
    }

    /// Reads a date written as `2026-12-24`.
    ///
    /// # Errors
    /// [`Problem::MalformedDate`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let number =
            |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u16>().ok());
        let mut parts = text.split('-');
        let mut part = |length| parts.next().filter(|part| part.len() == length).and_then(number).flatten();
        let date = (part(4), part(2), part(2));
        let (Some(year), Some(month), Some(day), None) = (date.0, date.1, date.2, parts.next()) else {
            return Err(Problem::MalformedDate);
        };
        let (month, day) = (u8::try_from(month).unwrap_or(0), u8::try_from(day).unwrap_or(0));
        Self::new(year, month, day).ok_or(Problem::MalformedDate)
    }
}

impl std::fmt::Display for CivilDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Serialize for CivilDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Dates on which nothing is sent: one, or a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BlackoutDate {
    /// The first date, as `YYYY-MM-DD`.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub from: CivilDate,
    /// The last date, as `YYYY-MM-DD`: `from`, or at most 365 days after it.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub to: CivilDate,
    /// What the user calls them: one line.
    pub label: Option<String>,
}

impl BlackoutDate {
    /// One date.
    #[must_use]
    pub const fn on(date: CivilDate) -> Self {
        Self::between(date, date)
    }

    /// All dates from one to another.
    #[must_use]
    pub const fn between(from: CivilDate, to: CivilDate) -> Self {
        Self { from, to, label: None }
    }

    /// The same with what the user calls them.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    fn read(value: Plain, path: String, issues: &mut Issues) -> Option<Self> {
        let mut its = Fields::of(value, path, issues);
        its.require_given("from");
        let mut date = |name| {
            let text = its.text(name)?;
            its.keep(name, CivilDate::parse(&text))
        };
        let (from, to) = (date("from"), date("to"));
        let label = its.text("label");
        its.refuse_rest(&["from", "to", "label"]);
        from.map(|from| Self { from, to: to.unwrap_or(from), label })
    }

    fn check(self, path: &str, issues: &mut Issues) -> Option<Self> {
        let last = date_after(self.from.0, BLACKOUT_DAYS_MAX as u32 - 1);
        let is_range = self.from <= self.to && self.to.0 <= last;
        let range = if is_range { Ok(()) } else { Err(Problem::DateOutOfRange { days: BLACKOUT_DAYS_MAX }) };
        let range = issues.keep(&format!("{path}.to"), range);
        let label = issues.keep(&format!("{path}.label"), text::line(self.label.as_deref().unwrap_or_default()));
        range.zip(label).map(|((), label)| Self { label, ..self })
    }
}

/// The dates on which nothing of a user is sent, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct BlackoutDates {
    dates: Vec<BlackoutDate>,
    closed: ClosedDates,
}

impl BlackoutDates {
    /// Reads what a request gives.
    pub(crate) fn read(fields: &mut Fields<'_>, name: &str) -> Option<Vec<BlackoutDate>> {
        let given = fields.optional_list(name, BLACKOUT_DATES_MAX)?;
        let count = given.len();
        let mut dates = Vec::with_capacity(count);
        for (index, value) in given.into_iter().enumerate() {
            let path = fields.path(&format!("{name}[{index}]"));
            let date = BlackoutDate::read(value, path.clone(), fields.issues());
            dates.extend(date.and_then(|date| date.check(&path, fields.issues())));
        }
        (dates.len() == count).then_some(dates)
    }

    /// Those of a request.
    pub(crate) fn check(dates: Vec<BlackoutDate>, path: &str, issues: &mut Issues) -> Self {
        if dates.len() > BLACKOUT_DATES_MAX {
            issues.push(path, Problem::TooMany { max: BLACKOUT_DATES_MAX });
            return Self::default();
        }
        let dates = dates.into_iter().enumerate();
        Self::of(dates.filter_map(|(index, date)| date.check(&format!("{path}[{index}]"), issues)).collect())
    }

    fn of(dates: Vec<BlackoutDate>) -> Self {
        let closed = ClosedDates::of(&dates);
        Self { dates, closed }
    }

    /// Those that were stored; none if they are damaged.
    pub(crate) fn stored(json: &str) -> Option<Self> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(Input::from_json(json).ok()?, &mut issues);
        let dates = Self::read(&mut fields, "dates")?;
        let found = Self::check(dates, "dates", &mut issues);
        issues.is_empty().then_some(found)
    }

    pub(crate) const fn closed(&self) -> &ClosedDates {
        &self.closed
    }
}

impl Deref for BlackoutDates {
    type Target = [BlackoutDate];

    fn deref(&self) -> &[BlackoutDate] {
        &self.dates
    }
}

impl PartialEq for BlackoutDates {
    fn eq(&self, other: &Self) -> bool {
        self.dates == other.dates
    }
}

impl Eq for BlackoutDates {}

impl Serialize for BlackoutDates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.dates.serialize(serializer)
    }
}

/// As JSON; null where there are none.
impl ToSql for BlackoutDates {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        if self.dates.is_empty() {
            return Ok(rusqlite::types::Null.into());
        }
        let json = serde_json::to_string(&serde_json::json!({ "dates": self.dates }));
        Ok(json.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?.into())
    }
}

/// Blackout dates as ranges that are in order and do not touch.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClosedDates(Arc<[(Date, Date)]>);

impl ClosedDates {
    fn of(dates: &[BlackoutDate]) -> Self {
        let dates: Vec<(Date, Date)> = dates.iter().map(|date| (date.from.0, date.to.0)).collect();
        let mut ranges: Vec<(Date, Date)> = Vec::with_capacity(dates.len());
        for (from, to) in sorted(dates) {
            match ranges.last_mut().filter(|last| from <= date_after(last.1, 1)) {
                Some(last) => last.1 = last.1.max(to),
                None => ranges.push((from, to)),
            }
        }
        Self(ranges.into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first date from one on that is not blacked out.
    pub(super) fn open_from(&self, date: Date) -> Date {
        match self.range(date) {
            Some((from, to)) if from <= date => date_after(to, 1),
            _ => date,
        }
    }

    /// The first range that ends on a date or later.
    fn range(&self, date: Date) -> Option<(Date, Date)> {
        self.0.get(self.0.partition_point(|(_, to)| *to < date)).copied()
    }
}

/// The dates of a zone that are not blacked out, on the time line.
#[derive(Debug)]
pub(crate) struct OpenDates {
    calendar: Calendar,
    closed: ClosedDates,
    /// The last result.
    last: Option<Span>,
}

impl OpenDates {
    pub(crate) const fn new(calendar: Calendar, closed: ClosedDates) -> Self {
        Self { calendar, closed, last: None }
    }

    /// The first stretch of open dates that ends after `from`; it may have started before.
    pub(crate) fn window(&mut self, from: Instant) -> Span {
        if let Some(span) = self.last.filter(|span| span.contains(from)) {
            return span;
        }
        let (date, day) = self.calendar.day(from);
        let open = self.closed.open_from(date);
        let start = if open == date { day.start } else { self.calendar.midnight(open) };
        let end = self.closed.range(open).map_or(Instant::LAST, |(from, _)| self.calendar.midnight(from));
        *self.last.insert(Span { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> CivilDate {
        CivilDate::parse(text).expect("a date")
    }

    #[test]
    fn a_date_has_one_form() {
        for text in ["2026-12-24", "0001-01-01", "9999-12-31", "2028-02-29"] {
            assert_eq!(CivilDate::parse(text).map(|date| date.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "2026",
            "2026-12",
            "2026-12-24-",
            "2026-2-3",
            "26-12-24",
            "02026-12-24",
            "0000-01-01",
            "2027-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "+026-04-30",
            "2026-04-3a",
            "2026-12-24T00:00:00Z",
            " 2026-12-24",
        ] {
            assert_eq!(CivilDate::parse(text), Err(Problem::MalformedDate), "{text}");
        }
    }

    #[test]
    fn ranges_that_overlap_or_touch_are_one() {
        let between = |from, to| BlackoutDate::between(date(from), date(to));
        let closed = ClosedDates::of(&[
            between("2026-12-27", "2026-12-31"),
            between("2026-05-01", "2026-05-01"),
            between("2026-12-24", "2026-12-26"),
            between("2026-12-25", "2026-12-25"),
        ]);
        let open = |text: &str| CivilDate(closed.open_from(date(text).0)).to_string();
        assert_eq!(open("2026-04-30"), "2026-04-30");
        assert_eq!(open("2026-05-01"), "2026-05-02");
        assert_eq!(open("2026-12-23"), "2026-12-23");
        assert_eq!(open("2026-12-24"), "2027-01-01");
        assert_eq!(open("2026-12-31"), "2027-01-01");
        assert_eq!(closed.0.len(), 2);
    }

    #[test]
    fn what_was_stored_reads_the_same_and_damage_is_told() {
        let dates = BlackoutDates::of(vec![BlackoutDate::on(date("2026-12-24")).label("Ĉristnasko")]);
        let Ok(ToSqlOutput::Owned(rusqlite::types::Value::Text(json))) = dates.to_sql() else { unreachable!() };
        assert_eq!(BlackoutDates::stored(&json), Some(dates));
        for damaged in [r#"{"dates":[{"from":"2026-12-24","to":"2026-12-23"}]}"#, r#"{"dates":[{}]}"#, "{}", "[]", "x"]
        {
            assert_eq!(BlackoutDates::stored(damaged), None, "{damaged}");
        }
    }
}

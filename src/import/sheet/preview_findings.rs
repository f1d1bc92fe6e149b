//! Findings about cells that a person should know before importing them. What an import reports of a person whom it takes is
//! `ImportNotices` in `import/mod.rs`.

use super::Row;
use super::known_columns::{folded, has_word};
use crate::people::person::{Field, known_time_zone};
use crate::request::text::is_placeholder;

/// Something found in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// A text that stands for no value: `N/A`.
    Placeholders,
    /// A text that should be the name of a time zone and is not.
    UnknownTimeZone,
    /// UTF-8 that was read as windows-1252: `ZoÃ«`.
    Mojibake,
    /// No address in a column of addresses.
    WithoutAddress,
    /// A sign that a person must not be written to.
    LooksUnsubscribed,
}

/// Columns of other programs that say that nobody should write to a person, if they have any value but a denial.
const FLAGS: &str = "unsubscribed unsubscribe unsub unsubtime unsubscribedat unsubscribedate unsubscribetime dateunsubscribed \
    unsubreason unsubscribereason unsubcampaignid unsubcampaigntitle optedout optout optouttime optedoutat optoutdate hasoptedout \
    hasoptedoutofemail emailoptout emailoptedout optedoutofemail optedoutemail unsubscribedfromallemail unsubscribedemail \
    donotcontact donotemail dnc cleaned cleanedtime cleantime cleancampaignid cleancampaigntitle bounced bounce hardbounced \
    hardbounce emailbounced bouncedat bouncedate emailhardbouncereason emailbouncedreason isemailbounced complained \
    spamcomplaint markedasspam blocklisted blacklisted emailblocklisted emailblacklisted isunsubscribed suppressed \
    abgemeldet abbestellt desabonne desinscrit dadodebaja desuscrito descadastrado cancellato disiscritto afgemeld \
    uitgeschreven wypisany odhlasen avregistrerad frameldt avmeldt";

/// Values that deny it.
const DENIALS: &str = "false no n 0 f never none nein non nee nie ne nej nei ei hayir нет нi ні לא いいえ 否 아니요 no0 active \
    subscribed ok";

/// A column with one of these in its name may say that a person must not be written to.
const STATUS_NAMES: [&str; 6] = ["status", "subscription", "optin", "consent", "statut", "stato"];
const STATUS_VALUES: &str = "unsubscribed cleaned optedout optout bounced hardbounced hardbounce hardbounces donotcontact donotemail \
    dnc complained complaint spamcomplaint reportedspam spam blocklisted blacklisted blocked suppressed abgemeldet desabonne \
    desinscrit dadodebaja descadastrado disiscritto uitgeschreven";

/// Counts of findings, by column.
pub(crate) struct Findings {
    columns: Vec<Watched>,
    /// Whether a column should hold addresses.
    has_addresses: bool,
    rows: u32,
}

struct Watched {
    field: Option<Field>,
    is_flag: bool,
    is_status: bool,
    placeholders: u32,
    unknown_zones: u32,
    mojibake: u32,
    with_address: u32,
    unsubscribed: u32,
}

impl Findings {
    /// No findings yet, for columns with these names, some of which become fields.
    pub(crate) fn new(names: &[String], fields: &[Option<Field>]) -> Self {
        let watched = |(name, field): (&String, &Option<Field>)| {
            let name = folded(name);
            Watched {
                field: *field,
                is_flag: has_word(FLAGS, &name),
                is_status: STATUS_NAMES.iter().any(|status| name.contains(status)),
                placeholders: 0,
                unknown_zones: 0,
                mojibake: 0,
                with_address: 0,
                unsubscribed: 0,
            }
        };
        let columns: Vec<_> = names.iter().zip(fields).map(watched).collect();
        Self { has_addresses: columns.iter().any(Watched::is_address), columns, rows: 0 }
    }

    pub(crate) fn add(&mut self, row: &Row<'_>) {
        self.rows = self.rows.saturating_add(1);
        for (column, cell) in self.columns.iter_mut().zip(row.cells()) {
            if !cell.is_empty() {
                column.add(cell);
            }
        }
    }

    /// The findings: in which column, if in one, and in how many rows.
    pub(crate) fn told(&self) -> impl Iterator<Item = (Finding, Option<usize>, u32)> {
        let nowhere = (!self.has_addresses).then_some((Finding::WithoutAddress, None, self.rows));
        let of_column = |(index, column): (usize, &Watched)| {
            let without = if column.is_address() { self.rows.saturating_sub(column.with_address) } else { 0 };
            [
                (Finding::WithoutAddress, Some(index), without),
                (Finding::LooksUnsubscribed, Some(index), column.unsubscribed),
                (Finding::Placeholders, Some(index), column.placeholders),
                (Finding::UnknownTimeZone, Some(index), column.unknown_zones),
                (Finding::Mojibake, Some(index), column.mojibake),
            ]
        };
        let all = nowhere.into_iter().chain(self.columns.iter().enumerate().flat_map(of_column));
        all.filter(|(.., rows)| *rows > 0)
    }
}

impl Watched {
    fn is_address(&self) -> bool {
        matches!(self.field, Some(Field::Email | Field::LinkedinUrl))
    }

    fn add(&mut self, cell: &str) {
        if self.field.is_some() || self.is_flag {
            let is_placeholder = is_placeholder(cell);
            self.placeholders += u32::from(is_placeholder && self.field.is_some());
            let is_unknown_zone = self.field == Some(Field::TimeZone) && known_time_zone(cell).1;
            self.unknown_zones += u32::from(is_unknown_zone);
            let has_value = !is_placeholder && !cell.trim().is_empty();
            self.with_address += u32::from(has_value);
            self.unsubscribed += u32::from(self.is_flag && has_value && !has_word(DENIALS, &folded(cell)));
        }
        if self.is_status && !self.is_flag {
            self.unsubscribed += u32::from(has_word(STATUS_VALUES, &folded(cell)));
        }
        self.mojibake += u32::from(is_mojibake(cell));
    }
}

/// Whether a text has UTF-8 bytes that were decoded as windows-1252.
///
/// One sequence starting with `Â`, `Ã`, `â€` or `ðŸ` is enough; of others it takes two, since `ß“` and `é…”` are such
/// bytes, too.
fn is_mojibake(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let (mut lead, mut second, mut left, mut sequences) = (0, None, 0, 0);
    for byte in text.chars().map(byte_1252) {
        match byte {
            0x80..=0xBF if left > 0 => {
                let second = *second.get_or_insert(byte);
                left -= 1;
                if left == 0 {
                    let is_sure = matches!((lead, second), (0xC2 | 0xC3, _) | (0xE2, 0x80..=0x84) | (0xF0, 0x9F));
                    sequences += u8::from(lead != 0xDF);
                    if is_sure || sequences > 1 {
                        return true;
                    }
                }
            }
            0xC2..=0xF4 => {
                (lead, second) = (byte, None);
                left = if byte < 0xE0 { 1 } else { 2 + u8::from(byte >= 0xF0) };
            }
            _ => left = 0,
        }
    }
    false
}

/// The byte of a non-ASCII character in windows-1252; 0 if there is none.
fn byte_1252(c: char) -> u8 {
    // From 0x80; the five unassigned bytes are control characters.
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match c {
        '\0'..='\u{7f}' => 0,
        '\u{80}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or_default(),
        _ => HIGH.chars().zip(0x80..).find(|(high, _)| *high == c).map_or(0, |(_, byte)| byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mojibake_is_told_from_other_text() {
        for text in [
            "ZoÃ«",
            "JosÃ© PeÃ±a",
            "itâ€™s",
            "â€œNordâ€\u{9d}",
            "Ð˜Ð²Ð°Ð½",
            "Åukasz Å›wiÄ™ty".trim(),
            "å±±ç”°",
            "Ã¼",
            "BjÃ¶rn",
            "10Â°",
        ] {
            assert!(is_mojibake(text), "{text}");
        }
        for text in [
            "Zoë",
            "José Peña",
            "it’s",
            "“Nord”",
            "„Spaß“",
            "Иван",
            "Łukasz",
            "山田",
            "ü",
            "ÄÖÜ",
            "Ça",
            "«CAFÉ»",
            "São Paulo",
            "ÅSA",
            "Â",
            "Ã",
            "Straße – Köln",
            "100 €",
            "Ñandú",
            "„Spaß“ und „Fuß“",
            "un café…”",
            "",
        ] {
            assert!(!is_mojibake(text), "{text}");
        }
    }
}

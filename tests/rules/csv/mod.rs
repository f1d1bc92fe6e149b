//! CSV files: the rules of docs/rules.md#csv-files about previewing and importing them. The decoding of bytes has tests
//! of its own.

mod forms;
mod importing;
mod mapping;
mod preview;
mod properties;
mod refused;

use std::hash::Hasher;

use crate::world::{World, issues, problems, shape};
use campaignkit::{CampaignId, ColumnTarget, Error, Field, ImportReport, ImportResult, Reading, Source};
use proptest::collection::vec;
use serde::Deserialize;
use serde_json::{Value, json};
use siphasher::sip128::{Hasher128, SipHasher13};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn preview(world: &mut World, file: impl AsRef<[u8]>) -> Value {
    shape(&world.me().preview_csv(file.as_ref(), Reading::default()).unwrap())
}

/// The encodings that files may be read as without one given.
const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "big5",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-15",
    "koi8-r",
    "koi8-u",
];

/// The hash of a preview, even for a file that cannot be previewed.
fn content_hash(file: &[u8], encoding: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(file);
    if encoding != "utf-8" {
        hasher.write(encoding.as_bytes());
    }
    format!("{:032x}", hasher.finish128().as_u128())
}

fn try_import(world: &mut World, campaign: CampaignId, file: &[u8], mapping: Value) -> Result<ImportReport, Error> {
    let mut refused = None;
    // The encoding of a file that cannot be previewed is unknown.
    let previewed = world.me().preview_csv(file, Reading::default()).map(|preview| vec![preview.encoding]);
    for encoding in previewed.unwrap_or_else(|_| ENCODINGS.to_vec()) {
        let request = json!({ "mapping": mapping, "content_hash": content_hash(file, encoding) });
        match world.me().import_csv(campaign, file, request) {
            Err(error @ Error::ContentChanged) => refused = Some(error),
            imported => return imported,
        }
    }
    Err(refused.unwrap())
}

fn import(world: &mut World, campaign: CampaignId, file: impl AsRef<[u8]>, mapping: Value) -> ImportReport {
    try_import(world, campaign, file.as_ref(), mapping).unwrap()
}

/// Imports as the preview suggests.
fn import_as_suggested(world: &mut World, campaign: CampaignId, file: impl AsRef<[u8]>) -> ImportReport {
    let mapping = preview(world, &file)["mapping"].clone();
    import(world, campaign, file, mapping)
}

/// A report in short: `2 imported / 4 invalid email malformed_email`.
fn told(report: &ImportReport) -> String {
    let outcomes = report.outcomes().map(|outcome| {
        let Source::Line(line) = outcome.source else { panic!("{outcome:?}") };
        match &outcome.result {
            ImportResult::Imported(_) => format!("{line} imported"),
            ImportResult::Updated(_) => format!("{line} updated"),
            ImportResult::Duplicate(_) => format!("{line} duplicate"),
            ImportResult::Suppressed => format!("{line} suppressed"),
            ImportResult::Invalid(issues) => {
                let issues: Vec<_> = issues.iter().map(|issue| format!("{} {}", issue.path, issue.code())).collect();
                format!("{line} invalid {}", issues.join(", "))
            }
        }
    });
    outcomes.collect::<Vec<_>>().join(" / ")
}

fn prospects(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.prospects.iter().map(shape).collect()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// A table in text: with these delimiters and line ends, and quotes everywhere or only where needed.
fn table(rows: &[&[&str]], delimiter: char, end: &str, quotes_all: bool) -> String {
    let cell = |cell: &&str| {
        if quotes_all || cell.contains([delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    };
    let line = |row: &&[&str]| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end;
    rows.iter().map(line).collect()
}

fn encoded(text: &str) -> [(&'static str, Vec<u8>); 4] {
    [
        ("utf-8", text.into()),
        ("utf-8", format!("\u{feff}{text}").into()),
        ("utf-16le", utf16(text, u16::to_le_bytes)),
        ("utf-16be", utf16(text, u16::to_be_bytes)),
    ]
}

//! What separates the cells of a row.

use super::known_columns::Words;
use super::{Fault, Identities, Rows, header, wrapped};

/// The delimiters that are recognised; if two fit equally well, the later one is chosen.
pub(super) const CANDIDATES: [u8; 4] = *b"|\t;,";

/// How many rows decide, and within how many bytes they are searched for.
const SAMPLE_ROWS: usize = 20;
const SAMPLE_BYTES: usize = 1 << 16;

/// How well a delimiter fits: the greater, the better. Whether the header is that of an exported file; how many rows
/// identify somebody, since with a wrong delimiter an address is only a part of a cell; how many rows are as wide as
/// the header and have no torn cell; how many column names are known; how wide the rows are.
type Fit = (bool, usize, usize, usize, usize);

/// The result of the detection.
pub(super) struct Detected {
    /// The delimiter; none if the header has none.
    pub(super) delimiter: Option<u8>,
    /// Whether the rows are quoted as a whole.
    pub(super) is_wrapped: bool,
}

/// The delimiter of a table. It is one of `CANDIDATES` even if the caller gives another; the given one only decides
/// whether the rows are quoted as a whole.
pub(super) fn detect(table: &str, told: Option<u8>, words: &Words, identities: Identities) -> Result<Detected, Fault> {
    let table = table.trim_start_matches(['\r', '\n']);
    let sample = table.get(..table.floor_char_boundary(SAMPLE_BYTES)).unwrap_or_default();
    let best = |sample: &str, among: &[u8]| {
        let fits = among.iter().filter_map(|delimiter| Some((fit(sample, *delimiter, words, identities)?, *delimiter)));
        fits.max_by_key(|(fit, _)| *fit)
    };
    let outer = best(sample, &CANDIDATES);
    let delimiter = |best: Option<(Fit, u8)>| best.map(|(_, delimiter)| delimiter);
    if wrapped::is_wrapped(sample) {
        let unwrapped = wrapped::unwrap(sample.into(), 0)?;
        let inner = best(&unwrapped, &CANDIDATES);
        let is_wrapped = match told {
            None => inner > outer,
            Some(told) => best(&unwrapped, &[told]) > best(sample, &[told]),
        };
        if is_wrapped {
            return Ok(Detected { delimiter: delimiter(inner), is_wrapped });
        }
    }
    Ok(Detected { delimiter: delimiter(outer), is_wrapped: false })
}

fn fit(sample: &str, delimiter: u8, words: &Words, identities: Identities) -> Option<Fit> {
    let rows = header::outlines(Rows::new(sample, (0, 1), Some(delimiter)), words, identities);
    let head = header::find(&rows);
    let width = header::width(&rows, head);
    let table = || rows.iter().skip(head.unwrap_or(0)).take(SAMPLE_ROWS);
    let identified = table().filter(|row| row.identifies()).count();
    let regular = table().filter(|row| row.width == width && !row.is_torn).count();
    let (is_own, known) = table().next().map_or((false, 0), |row| (row.is_own(), row.known));
    // A faulty first row has no width; it speaks for a delimiter more than a row without that delimiter does.
    (width != 1).then_some((is_own, identified, regular, known, width))
}

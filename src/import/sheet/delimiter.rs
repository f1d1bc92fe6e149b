//! What separates the cells of a row.

use super::{Identities, Rows};

/// The delimiters that are recognised; of two that fit equally well, the later one.
const CANDIDATES: [u8; 4] = *b"|\t;,";

/// How many rows decide, and in how many bytes they are looked for.
const SAMPLE_ROWS: usize = 20;
const SAMPLE_BYTES: usize = 1 << 16;

/// The delimiter of a table; none, if its first row has none.
///
/// First it counts how many rows identify somebody: with a wrong delimiter an address is only a part of a cell. Then
/// how many rows are as wide as the first one and have no cell with half a pair of quotes, then how wide they are.
pub(super) fn detect(table: &str, identities: Identities) -> Option<u8> {
    let table = table.trim_start_matches(['\r', '\n']);
    let sample = table.get(..table.floor_char_boundary(SAMPLE_BYTES)).unwrap_or_default();
    let fit = |delimiter| {
        let mut rows = Rows::new(sample, (0, 1), Some(delimiter));
        let (mut width, mut identified, mut regular) = (0, 0, 0);
        for _ in 0..SAMPLE_ROWS {
            let Ok(Some(row)) = rows.next() else { break };
            if width == 0 {
                width = row.len();
            }
            identified += usize::from(row.cells().any(|cell| identities.has(cell)));
            let has_torn_cell = row.cells().any(|cell| cell.matches('"').count() % 2 == 1);
            regular += usize::from(row.len() == width && !has_torn_cell);
        }
        // A first row with a fault has no width; it speaks for a delimiter more than a row without it does.
        (width != 1).then_some((identified, regular, width))
    };
    let fits = CANDIDATES.into_iter().filter_map(|delimiter| Some((fit(delimiter)?, delimiter)));
    fits.max_by_key(|(fit, _)| *fit).map(|(_, delimiter)| delimiter)
}

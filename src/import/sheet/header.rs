//! Finds the row with the names of the columns, if there is one.

use super::known_columns::Words;
use super::{Held, Identities, Rows, exported_file};
use crate::request::text::is_placeholder;

/// How many rows are searched for a header (`docs/rules.md#layout`), and how many more show what the table is like.
const SEARCHED: usize = 20;
const BELOW: usize = 20;

/// The features of a row.
pub(super) struct Outline {
    /// Where it starts, and on which line.
    pub(super) start: (usize, u32),
    /// How many cells it has, and how many up to the last one that is not blank.
    pub(super) width: usize,
    span: usize,
    /// How many of them could be names of columns.
    pub(super) known: usize,
    /// The first cell that identifies somebody.
    identity: Option<usize>,
    /// Whether a cell has something that a header does not: an invalid address, a link, a placeholder.
    has_value: bool,
    /// Which of the first cells are not blank.
    filled: u128,
    /// Whether a cell is only a part of one: it has half a pair of quotes, or an address among other text.
    pub(super) is_torn: bool,
    /// Whether it is the header of an exported file.
    is_own: bool,
}

impl Outline {
    pub(super) const fn identifies(&self) -> bool {
        self.identity.is_some()
    }

    /// Whether it is the header of an exported file.
    pub(super) const fn is_own(&self) -> bool {
        self.is_own
    }

    const fn is_filled(&self, column: usize) -> bool {
        column >= 128 || self.filled >> column & 1 == 1
    }
}

/// The first rows, up to one that cannot be read.
pub(super) fn outlines(mut rows: Rows<'_>, words: &Words, identities: Identities) -> Vec<Outline> {
    let mut outlines = Vec::new();
    while outlines.len() < SEARCHED + BELOW {
        let Ok(Some(row)) = rows.next() else { break };
        let (mut span, mut known, mut identity, mut filled) = (0, 0, None, 0);
        let (mut has_value, mut is_torn) = (false, false);
        for (column, cell) in row.cells().enumerate() {
            is_torn |= cell.matches('"').count() % 2 == 1;
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            span = column + 1;
            filled |= 1_u128.checked_shl(u32::try_from(column).unwrap_or(u32::MAX)).unwrap_or(0);
            let held = identities.of(cell);
            is_torn |= held == Held::Among;
            has_value |= held != Held::Nothing || is_value(cell);
            if matches!(held, Held::Emails | Held::Profile) {
                identity = identity.or(Some(column));
            } else if words.knows(cell) {
                known += 1;
            }
        }
        let (width, is_own) = (row.len(), exported_file::is_own(row.cells()));
        outlines.push(Outline {
            start: rows.start(),
            width,
            span,
            known,
            identity,
            has_value,
            filled,
            is_torn,
            is_own,
        });
    }
    outlines
}

/// Whether a cell cannot be the name of a column, whatever it means.
fn is_value(cell: &str) -> bool {
    const MARKS: [&str; 8] = ["@", "(at)", "[at]", " dot ", "://", "www.", ".com", ".org"];
    let start = cell.get(..cell.floor_char_boundary(256)).unwrap_or_default().to_ascii_lowercase();
    MARKS.iter().any(|mark| start.contains(mark)) || is_placeholder(cell)
}

/// Which row is the header, if there is one.
///
/// The first header of our own, if there is one. Otherwise the row with the most known words that is as wide as the
/// rows below it and that either has several such words or is above the first address; otherwise the first wide row
/// above the first address, unless it looks like one of the rows below; otherwise the first row.
pub(super) fn find(rows: &[Outline]) -> Option<usize> {
    if rows.first().is_some_and(|row| row.is_own) {
        return Some(0);
    }
    let first = rows.iter().position(Outline::identifies);
    let searched = || rows.iter().enumerate().take(SEARCHED);
    let is_known = |(index, row): &(usize, &Outline)| {
        let is_above = first.is_none_or(|first| *index < first);
        let is_next = first == Some(index + 1);
        let stands_out = rows.iter().take(*index).all(|above| above.span < row.span);
        row.known > usize::from(!is_above)
            && !row.identifies()
            && (is_next || row.known > 1 || row.span >= typical(rows, *index, |row| row.span))
            && (stands_out || (is_above && (is_next || row.known > 1)))
    };
    // The first of several: `max_by_key` returns the last.
    if let Some((index, _)) = searched().filter(is_known).rev().max_by_key(|(_, row)| row.known) {
        return Some(index);
    }
    let Some(first) = first else {
        return rows.first().is_none_or(|row| !row.has_value).then_some(0);
    };
    let is_wide = |(index, row): &(usize, &Outline)| row.span >= typical(rows, *index, |row| row.span);
    let mut above = searched().take(first);
    let (_, row) = above
        .clone()
        .find(is_wide)
        .or_else(|| above.next_back().filter(|(index, row)| row.width >= typical(rows, *index, |row| row.width)))?;
    let column = rows.get(first).and_then(|row| row.identity).unwrap_or_default();
    let index = rows.iter().position(|other| other.start == row.start)?;
    (!row.has_value && row.is_filled(column)).then_some(index)
}

/// The median of the sizes of the rows below; 0 if there are none.
fn typical(rows: &[Outline], index: usize, size: impl Fn(&Outline) -> usize) -> usize {
    let sizes: Vec<_> = rows.iter().skip(index + 1).take(BELOW).map(size).collect();
    in_order(&sizes, sizes.len().saturating_sub(1) / 2)
}

/// The size at this position in sorted order. There are few sizes.
fn in_order(sizes: &[usize], place: usize) -> usize {
    let smaller = |size: &usize| sizes.iter().filter(|other| *other < size).count();
    sizes.iter().copied().filter(|size| smaller(size) <= place).max().unwrap_or_default()
}

/// The width of the table: that of its header, or else that of most rows.
pub(super) fn width(rows: &[Outline], header: Option<usize>) -> usize {
    match header.and_then(|index| rows.get(index)) {
        Some(row) => row.width,
        None => {
            let widths: Vec<_> = rows.iter().map(|row| row.width).collect();
            in_order(&widths, widths.len() / 2)
        }
    }
}

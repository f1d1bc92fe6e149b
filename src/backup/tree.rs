//! The rows of a damaged file, page by page (SQLite's file format, §1.5 and §2): what cannot be read is passed over.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use super::pages::{Image, u16_at, u32_at};

/// What a page is part of: a table with rowids, or an index or a table without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Index,
}

/// What was found in pages that belong together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) rows: u64,
    /// How many pages and rows could not be read.
    pub(super) unreadable: u64,
}

/// Walks through the trees of a file; no page belongs to two of them.
pub(super) struct PageWalker<'i> {
    image: &'i Image,
    seen: Vec<bool>,
}

/// A page of a tree.
struct Page<'i> {
    body: &'i [u8],
    kind: Kind,
    is_leaf: bool,
    /// Where its rows begin.
    cells: Vec<usize>,
    /// The page behind all rows.
    right: Option<u32>,
}

impl<'i> Page<'i> {
    fn parse(image: &'i Image, number: u32) -> Option<Self> {
        let body = image.page(number)?;
        let start = if number == 1 { 100 } else { 0 };
        let (kind, is_leaf) = match body.get(start)? {
            2 => (Kind::Index, false),
            5 => (Kind::Table, false),
            10 => (Kind::Index, true),
            13 => (Kind::Table, true),
            _ => return None,
        };
        let first = start + if is_leaf { 8 } else { 12 };
        let end = first + 2 * usize::from(u16_at(body, start + 3)?);
        let pointers = body.get(first..end)?.as_chunks::<2>().0;
        let cells: Vec<usize> = pointers.iter().map(|pointer| u16::from_be_bytes(*pointer).into()).collect();
        let right = if is_leaf { None } else { Some(u32_at(body, start + 8)?) };
        Some(Self { body, kind, is_leaf, cells, right })
    }
}

impl<'i> PageWalker<'i> {
    pub(super) fn new(image: &'i Image) -> Self {
        Self { image, seen: vec![false; image.last() as usize + 1] }
    }

    /// Shows `visit` every row of a tree that can be read: its rowid, where it has one, and its record.
    pub(super) fn walk(&mut self, root: u32, kind: Kind, visit: &mut dyn FnMut(i64, &[u8])) -> Found {
        let mut found = Found::default();
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            let page = if self.see(number) { Page::parse(self.image, number) } else { None };
            match page.filter(|page| page.kind == kind) {
                Some(page) => {
                    let from = waiting.len();
                    self.read(&page, &mut found, &mut waiting, visit);
                    waiting.extend(page.right);
                    // The first child comes next.
                    if let Some(children) = waiting.get_mut(from..) {
                        children.reverse();
                    }
                }
                None => found.unreadable += 1,
            }
        }
        found
    }

    /// Shows `visit` every row in pages that no tree led to, because what led there is damaged.
    pub(super) fn orphans(&mut self, visit: &mut dyn FnMut(Kind, i64, &[u8])) {
        for number in 1..=self.image.last() {
            if !self.is_new(number) {
                continue;
            }
            if let Some(page) = Page::parse(self.image, number).filter(|page| page.kind == Kind::Index || page.is_leaf)
            {
                let kind = page.kind;
                let mut show = |rowid, record: &[u8]| visit(kind, rowid, record);
                self.read(&page, &mut Found::default(), &mut Vec::new(), &mut show);
            }
        }
    }

    /// Passes over the pages in the list of free ones, whose rows were deleted; `false` if the list cannot be read, so
    /// that these cannot be told from lost ones.
    pub(super) fn pass_over_free(&mut self, (mut trunk, count): (u32, u32)) -> bool {
        let mut passed = 0;
        while trunk != 0 {
            let Some(page) = self.image.page(trunk).filter(|_| self.is_new(trunk)) else { return false };
            self.see(trunk);
            let (Some(next), Some(leaves)) = (u32_at(page, 0), u32_at(page, 4)) else { return false };
            let Some(leaves) = (leaves as usize).checked_mul(4).and_then(|bytes| page.get(8..8 + bytes)) else {
                return false;
            };
            for leaf in leaves.as_chunks::<4>().0 {
                if !self.see(u32::from_be_bytes(*leaf)) {
                    return false;
                }
            }
            passed += 1 + leaves.len() as u64 / 4;
            trunk = next;
        }
        passed == u64::from(count)
    }

    fn is_new(&self, number: u32) -> bool {
        number > 0 && self.seen.get(number as usize) == Some(&false)
    }

    /// Takes note of a page; `false` if it was seen before, or is none.
    fn see(&mut self, number: u32) -> bool {
        let is_new = self.is_new(number);
        if let Some(seen) = self.seen.get_mut(number as usize) {
            *seen = true;
        }
        is_new
    }

    fn read(&mut self, page: &Page<'i>, found: &mut Found, children: &mut Vec<u32>, visit: &mut dyn FnMut(i64, &[u8])) {
        // The cells of a sound page do not overlap; those of a crafted one could all be the same.
        let mut left = page.body.len();
        for cell in &page.cells {
            let mut rest = Bytes(page.body.get(*cell..).unwrap_or_default());
            if !page.is_leaf {
                match rest.u32() {
                    Some(child) => children.push(child),
                    None => found.unreadable += 1,
                }
                if page.kind == Kind::Table {
                    continue;
                }
            }
            let before = rest.0.len();
            let row = self.row(page.kind, &mut rest);
            let Some(less) = left.checked_sub(before - rest.0.len()) else {
                found.unreadable += 1;
                return;
            };
            left = less;
            match row {
                Some((rowid, record)) => {
                    found.rows += 1;
                    visit(rowid, &record);
                }
                None => found.unreadable += 1,
            }
        }
    }

    fn row(&mut self, kind: Kind, rest: &mut Bytes<'i>) -> Option<(i64, Cow<'i, [u8]>)> {
        let size = usize::try_from(rest.varint()?).ok().filter(|size| *size <= self.image.len())?;
        let rowid = if kind == Kind::Table { rest.varint()? } else { 0 };
        let usable = self.image.page(1)?.len();
        let least = (usable - 12) * 32 / 255 - 23;
        let most = if kind == Kind::Table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        if size <= most {
            return Some((rowid, Cow::Borrowed(rest.take(size)?)));
        }
        let within = least + (size - least) % (usable - 4);
        let mut record = rest.take(if within <= most { within } else { least })?.to_vec();
        let mut next = rest.u32()?;
        while record.len() < size {
            // An empty page is none: the chain goes on, or there is something in its last part.
            if !self.see(next) || self.image.page(next)?.iter().all(|byte| *byte == 0) {
                return None;
            }
            let mut page = Bytes(self.image.page(next)?);
            next = page.u32()?;
            record.extend_from_slice(page.take((size - record.len()).min(usable - 4))?);
        }
        (next == 0).then_some((rowid, Cow::Owned(record)))
    }
}

/// The values of a record; `None` if it is none.
pub(super) fn values(record: &[u8]) -> Option<Vec<ValueRef<'_>>> {
    let mut types = Bytes(record);
    let size = usize::try_from(types.varint()?).ok()?;
    let mut content = Bytes(record.get(size..)?);
    let mut types = Bytes(record.get(record.len() - types.0.len()..size)?);
    let mut values = Vec::new();
    while !types.0.is_empty() {
        let word = types.varint()?;
        values.push(match word {
            0 => ValueRef::Null,
            1..=6 => {
                let length = [1, 2, 3, 4, 6, 8].get(word as usize - 1)?;
                let bytes = content.take(*length)?;
                let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
                ValueRef::Integer(bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte)))
            }
            7 => ValueRef::Real(f64::from_be_bytes(*content.take(8)?.first_chunk()?)),
            8 | 9 => ValueRef::Integer(word - 8),
            12.. => {
                let bytes = content.take(usize::try_from((word - 12) / 2).ok()?)?;
                if word % 2 == 0 {
                    ValueRef::Blob(bytes)
                } else {
                    ValueRef::Text(std::str::from_utf8(bytes).ok()?.as_bytes())
                }
            }
            _ => return None,
        });
    }
    content.0.is_empty().then_some(values)
}

/// What is left to read.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| u32_at(bytes, 0))
    }

    /// At most nine bytes, of seven bits each but the last.
    fn varint(&mut self) -> Option<i64> {
        let mut number = 0_i64;
        for place in 0..9 {
            let byte = *self.take(1)?.first()?;
            if place == 8 {
                return Some(number << 8 | i64::from(byte));
            }
            number = number << 7 | i64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

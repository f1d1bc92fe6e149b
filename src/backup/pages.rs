//! The pages of a damaged file, with those of its write-ahead log over them (SQLite's file format, §1 and §4).

use crate::error::Result;
use crate::store::RawFile;

/// What every file of ours has.
const PAGE_SIZE: usize = 4096;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// The readable fields of a header.
pub(super) struct Header {
    pub(super) application_id: i64,
    pub(super) schema_version: i64,
    reserved: usize,
    /// The first page of the list of free ones, and how many there are.
    pub(super) free: (u32, u32),
}

pub(super) struct Image {
    bytes: Vec<u8>,
    page_size: usize,
    /// What another program may keep for itself at the end of each page.
    reserved: usize,
    /// Whether something of the file could not be read, and whether something of its log.
    pub(super) has_gaps: bool,
    pub(super) lacks_log: bool,
}

impl Image {
    /// # Errors
    /// `storage_unavailable` if there is no memory for it.
    pub(super) fn of(file: RawFile, log: &RawFile) -> Result<Self> {
        let mut image = Self {
            page_size: page_size(&file.bytes),
            bytes: file.bytes,
            reserved: 0,
            has_gaps: file.has_gaps,
            lacks_log: log.has_gaps,
        };
        image.apply(&log.bytes)?;
        image.reserved = image.header().map_or(0, |header| header.reserved);
        Ok(image)
    }

    pub(super) fn header(&self) -> Option<Header> {
        let head = self.bytes.get(..100).filter(|head| head.starts_with(MAGIC))?;
        Some(Header {
            application_id: i64::from(u32_at(head, 68)?),
            schema_version: i64::from(u32_at(head, 60)?),
            // SQLite leaves at least 480 bytes of a page.
            reserved: head.get(20).copied().map(usize::from).filter(|reserved| *reserved <= self.page_size - 480)?,
            free: (u32_at(head, 32)?, u32_at(head, 36)?),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The number of the last page.
    pub(super) fn last(&self) -> u32 {
        u32::try_from(self.bytes.len() / self.page_size).unwrap_or(u32::MAX)
    }

    /// A page by its number, from 1, without what is reserved.
    pub(super) fn page(&self, number: u32) -> Option<&[u8]> {
        let start = (number as usize).checked_sub(1)?.checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(self.page_size)?)?.get(..self.page_size - self.reserved)
    }

    /// Writes every transaction over the file that the log has from beginning to end. What follows the last one was never
    /// committed, or belongs to the life of the log before.
    fn apply(&mut self, log: &[u8]) -> Result<()> {
        let mut frames = match Frames::of(log) {
            Some(frames) if frames.page_size == self.page_size || self.header().is_none() => frames,
            _ => return Ok(()),
        };
        self.page_size = frames.page_size;
        // A file has no pages but those that are in it or in its log, whatever its frames say.
        let most = self.bytes.len() + log.len();
        let mut transaction = Vec::new();
        while let Some((number, pages, page)) = frames.next() {
            transaction.push((number, page));
            if pages == 0 {
                continue;
            }
            for (number, page) in transaction.drain(..) {
                let Some(end) = (number as usize).checked_mul(self.page_size).filter(|end| *end <= most) else {
                    continue;
                };
                self.resize(self.bytes.len().max(end))?;
                if let Some(place) = self.bytes.get_mut(end - page.len()..end) {
                    place.copy_from_slice(page);
                }
            }
            self.resize((pages as usize).saturating_mul(self.page_size).min(most))?;
        }
        Ok(())
    }

    fn resize(&mut self, length: usize) -> Result<()> {
        let missing = length.saturating_sub(self.bytes.len());
        self.bytes.try_reserve(missing)?;
        self.bytes.resize(length, 0);
        Ok(())
    }
}

/// The page size of the header, if it is a valid one.
fn page_size(file: &[u8]) -> usize {
    let size = match (file.starts_with(MAGIC), u16_at(file, 16)) {
        (true, Some(1)) => 65_536,
        (true, Some(size)) => usize::from(size),
        _ => PAGE_SIZE,
    };
    if size.is_power_of_two() && (512..=65_536).contains(&size) { size } else { PAGE_SIZE }
}

/// The frames of a log, as long as their checksums are right.
struct Frames<'l> {
    rest: &'l [u8],
    salt: &'l [u8],
    page_size: usize,
    is_big_endian: bool,
    sum: (u32, u32),
}

impl<'l> Frames<'l> {
    fn of(log: &'l [u8]) -> Option<Self> {
        let (head, rest) = log.split_at_checked(32)?;
        let (magic, page_size) = (u32_at(head, 0)?, u32_at(head, 8)? as usize);
        if magic & !1 != 0x377f_0682 || !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
            return None;
        }
        let mut frames = Self { rest, salt: head.get(16..24)?, page_size, is_big_endian: magic & 1 == 1, sum: (0, 0) };
        frames.add(head.get(..24)?);
        frames.says(head.get(24..)?).then_some(frames)
    }

    /// The number of a page, how many pages the database has after it if it ends a transaction, and what is in it.
    fn next(&mut self) -> Option<(u32, u32, &'l [u8])> {
        let (head, rest) = self.rest.split_at_checked(24)?;
        let (page, rest) = rest.split_at_checked(self.page_size)?;
        self.rest = rest;
        self.add(head.get(..8)?);
        self.add(page);
        let number = u32_at(head, 0).filter(|number| *number > 0)?;
        let is_whole = head.get(8..16)? == self.salt && self.says(head.get(16..)?);
        is_whole.then_some((number, u32_at(head, 4)?, page))
    }

    fn add(&mut self, bytes: &[u8]) {
        let (mut one, mut two) = self.sum;
        for pair in bytes.as_chunks::<8>().0 {
            let [a, b, c, d, e, f, g, h] = *pair;
            let word = if self.is_big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
            one = one.wrapping_add(word([a, b, c, d])).wrapping_add(two);
            two = two.wrapping_add(word([e, f, g, h])).wrapping_add(one);
        }
        self.sum = (one, two);
    }

    fn says(&self, sum: &[u8]) -> bool {
        (u32_at(sum, 0), u32_at(sum, 4)) == (Some(self.sum.0), Some(self.sum.1))
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

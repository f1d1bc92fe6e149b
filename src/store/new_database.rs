//! New databases: copies of one that the migrations made when this crate was written, which takes a tenth of the time.

use std::io::Read;

use rusqlite::Connection;

use super::Statement;
use super::open::copy;
use crate::error::{Error, Result};
use crate::time::Instant;

/// The pages of a database that the migrations made, as [`pack`] wrote them. A test makes it.
const PACKED: &[u8] = include_bytes!("new_database.bin");

/// Makes an empty database, which nobody else can write, a new one of ours.
pub(super) fn make(conn: &mut Connection, now: Instant) -> Result<()> {
    let mut source = Connection::open_in_memory()?;
    let pages = Unpacked { packed: PACKED, zeros: 0, bytes: &[] };
    source.deserialize_read_exact("main", pages, size(PACKED).ok_or(Error::Bug(None))?, false)?;
    Statement::once(&source, "UPDATE refinery_schema_history SET applied_on = ?1")?.execute((now.to_string(),))?;
    copy(&source, conn)
}

/// Packed pages as they were: pieces, each a number of zeros, a number of bytes, and these bytes.
struct Unpacked<'p> {
    packed: &'p [u8],
    zeros: usize,
    bytes: &'p [u8],
}

impl<'p> Unpacked<'p> {
    /// The zeros and the bytes of the next piece.
    fn next_piece(packed: &mut &'p [u8]) -> Option<(usize, &'p [u8])> {
        let (zeros, rest) = packed.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (bytes, rest) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
        *packed = rest;
        Some((u16::from_le_bytes(*zeros).into(), bytes))
    }
}

/// How many bytes packed pages have.
fn size(mut packed: &[u8]) -> Option<usize> {
    let mut size: usize = 0;
    while let Some((zeros, bytes)) = Unpacked::next_piece(&mut packed) {
        size = size.checked_add(zeros)?.checked_add(bytes.len())?;
    }
    packed.is_empty().then_some(size)
}

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.zeros == 0 && self.bytes.is_empty() {
            (self.zeros, self.bytes) = Self::next_piece(&mut self.packed).unwrap_or_default();
        }
        if self.zeros == 0 {
            return self.bytes.read(into);
        }
        let zeros = self.zeros.min(into.len());
        into.iter_mut().take(zeros).for_each(|byte| *byte = 0);
        self.zeros -= zeros;
        Ok(zeros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedHost;
    use crate::store::{migration, schema};

    /// The least number of zeros that a piece begins with.
    const FEWEST_ZEROS: usize = 8;

    fn pack(pages: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut rest = pages;
        while !rest.is_empty() {
            let zeros = rest.iter().take_while(|byte| **byte == 0).count().min(u16::MAX.into());
            let (_, after) = rest.split_at(zeros);
            let length = after.windows(FEWEST_ZEROS).position(|next| next == [0; FEWEST_ZEROS]).unwrap_or(after.len());
            let (bytes, after) = after.split_at(length.min(u16::MAX.into()));
            for number in [zeros, bytes.len()] {
                packed.extend((number as u16).to_le_bytes());
            }
            packed.extend(bytes);
            rest = after;
        }
        packed
    }

    fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
        let mut pages = Vec::new();
        let mut reader = Unpacked { packed, zeros: 0, bytes: &[] };
        let size = size(packed).ok_or(Error::Bug(None))?;
        while pages.len() < size {
            let mut some = [1; 1000];
            let read = reader.read(&mut some).map_err(|_| Error::Bug(None))?;
            pages.extend(some.iter().take(read));
        }
        Ok(pages)
    }

    /// The pages that the migrations make, without what tells when and by which SQLite they were written.
    fn migrated() -> Result<Vec<u8>> {
        let mut conn = Connection::open_in_memory()?;
        migration::run(&mut conn, &mut SimulatedHost::new(1, 0))?;
        // A row that was written and changed would leave traces of the clock.
        conn.execute_batch("VACUUM")?;
        let mut pages = conn.serialize("main")?.to_vec();
        let (change_counter, valid_for_and_version) = (24..28, 92..100);
        for byte in change_counter.chain(valid_for_and_version) {
            *pages.get_mut(byte).ok_or(Error::Bug(None))? = 0;
        }
        Ok(pages)
    }

    #[test]
    fn a_new_database_is_what_the_migrations_make() -> Result<()> {
        let packed = pack(&migrated()?);
        if std::env::var_os("RENEW").is_some() {
            std::fs::write("src/store/new_database.bin", &packed).expect("the folder is there");
        }
        assert!(
            packed == PACKED || std::env::var_os("RENEW").is_some(),
            "if the migrations were meant to change, renew it: RENEW=1 cargo test --all-features --lib new_database::"
        );
        Ok(())
    }

    #[test]
    fn it_has_its_schema_and_says_when_it_was_made() -> Result<()> {
        let (mut new, mut conn) = (Connection::open_in_memory()?, Connection::open_in_memory()?);
        make(&mut new, Instant::from_unix_ms(1_000))?;
        migration::run(&mut conn, &mut SimulatedHost::new(1, 1_000))?;
        schema::check(&new, schema::LATEST)?;
        for pragma in ["application_id", "user_version", "integrity_check", "encoding", "page_size", "auto_vacuum"] {
            let value = |conn: &Connection| -> Result<String> {
                Ok(conn.query_row(
                    &format!("SELECT CAST(value AS TEXT) FROM (SELECT {pragma} AS value FROM pragma_{pragma})"),
                    [],
                    |row| row.get(0),
                )?)
            };
            assert_eq!(value(&new)?, value(&conn)?, "{pragma}");
        }
        let history = |conn: &Connection| {
            Statement::once(conn, "SELECT version || name || applied_on || checksum FROM refinery_schema_history")?
                .all([], |row| row.get::<String>(0))
        };
        assert_eq!(history(&new)?, history(&conn)?);
        Ok(())
    }

    #[test]
    fn what_is_packed_unpacks() -> Result<()> {
        let zeros = vec![0; 200_000];
        let mixed: Vec<u8> = (0..200_000_u32).map(|at| if at % 100 < 50 { 0 } else { at as u8 }).collect();
        let dense = vec![7; 200_000];
        for pages in [Vec::new(), zeros, mixed, dense, migrated()?] {
            assert!(unpack(&pack(&pages))? == pages);
        }
        Ok(())
    }
}

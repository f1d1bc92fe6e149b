//! A copy of the whole database as one SQLite file.

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::{Error, Result};
use crate::store::Store;

/// How many bytes of a copy are handed out at a time.
const CHUNK: usize = 1 << 20;

/// Where a SQLite header says whether a file has a write-ahead log: 1 is none.
const FORMAT_VERSIONS: std::ops::Range<usize> = 18..20;

impl Store {
    /// Hands out a copy of the database, as it is now, as the bytes of a SQLite file: in order, in pieces of about
    /// 1 MiB. The file needs no log, so that any SQLite reads it from anywhere.
    ///
    /// # Errors
    /// What `chunk` answers, at once; `busy`, `storage_unavailable` or `corrupt` if the database cannot be read.
    pub fn export(&mut self, mut chunk: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        self.read(|snapshot| match snapshot.sql().prepare("SELECT data FROM sqlite_dbpage ORDER BY pgno") {
            Ok(mut pages) => {
                let mut piece = Vec::with_capacity(CHUNK);
                let mut rows = pages.query([])?;
                let mut is_first = true;
                while let Some(row) = rows.next()? {
                    let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                    if piece.len() + data.len() > CHUNK {
                        chunk(&piece)?;
                        piece.clear();
                    }
                    piece.extend_from_slice(data);
                    if std::mem::take(&mut is_first) {
                        without_log(&mut piece);
                    }
                }
                chunk(&piece)
            }
            // SQLite was built without that table.
            Err(_) => {
                let mut copy = Connection::open_in_memory()?;
                if Backup::new(snapshot.sql(), &mut copy)?.step(-1)? != StepResult::Done {
                    return Err(Error::Busy);
                }
                let file = copy.serialize("main")?;
                let (head, rest) = file.split_at_checked(CHUNK.min(file.len())).ok_or(Error::Corrupt(None))?;
                let mut head = head.to_vec();
                without_log(&mut head);
                chunk(&head)?;
                rest.chunks(CHUNK).try_for_each(chunk)
            }
        })
    }
}

/// Marks the file that starts so as one without a write-ahead log.
fn without_log(file: &mut [u8]) {
    if let Some(versions) = file.get_mut(FORMAT_VERSIONS) {
        versions.fill(1);
    }
}

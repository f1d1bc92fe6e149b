//! The bytes of a file as a VFS has them, for a file that SQLite cannot read any more.

use std::ffi::c_void;

use rusqlite::{Connection, ffi};

use crate::error::{Error, Result};

/// How much is read at a time, and how much a bad sector takes with it.
const PIECE: usize = 4096;

/// What could be read of a file: what could not is zeros.
#[derive(Default)]
pub(crate) struct RawFile {
    pub(crate) bytes: Vec<u8>,
    /// Whether something could not be read.
    pub(crate) has_gaps: bool,
}

/// Whether there is a write-ahead log beside the file of a connection.
pub(super) fn has_log(conn: &Connection) -> Result<bool> {
    let mut vfs: *mut ffi::sqlite3_vfs = std::ptr::null_mut();
    let mut exists = 0;
    // SAFETY: the connection is open; this file control writes one pointer, to the VFS that the connection uses. The name of the
    // log is made from the name that SQLite keeps of the file, and lives as long. The method belongs to the VFS, and writes one
    // integer.
    let code = unsafe {
        let answer = (&raw mut vfs).cast::<c_void>();
        match ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_VFS_POINTER, answer) {
            ffi::SQLITE_OK => match vfs.as_ref().and_then(|vfs| vfs.xAccess) {
                Some(access) => {
                    let log = ffi::sqlite3_filename_wal(ffi::sqlite3_db_filename(conn.handle(), c"main".as_ptr()));
                    access(vfs, log, ffi::SQLITE_ACCESS_EXISTS, &raw mut exists)
                }
                None => ffi::SQLITE_ERROR,
            },
            failed => failed,
        }
    };
    if code == ffi::SQLITE_OK { Ok(exists != 0) } else { Err(Error::StorageUnavailable(None)) }
}

/// Reads the whole file of a connection that has read nothing of it yet: neither its header nor a log is looked at.
pub(super) fn read(conn: &Connection) -> Result<RawFile> {
    let mut file: *mut ffi::sqlite3_file = std::ptr::null_mut();
    let unreadable = || Error::StorageUnavailable(None);
    // SAFETY: the connection is open until the end of this function, and this file control writes one pointer, to the
    // file that the connection opened when it was made and closes when it is dropped.
    let code = unsafe {
        let answer = (&raw mut file).cast::<c_void>();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, answer)
    };
    if code != ffi::SQLITE_OK || file.is_null() {
        return Err(unreadable());
    }
    // SAFETY: an open file points to its methods, and a file that is not open to none.
    let methods = unsafe { (*file).pMethods.as_ref() }.ok_or_else(unreadable)?;
    let (Some(size_of), Some(read)) = (methods.xFileSize, methods.xRead) else {
        return Err(unreadable());
    };
    let mut size = 0;
    // SAFETY: the method belongs to the file, and writes one integer.
    if unsafe { size_of(file, &raw mut size) } != ffi::SQLITE_OK {
        return Err(unreadable());
    }
    let size = usize::try_from(size).map_err(|_| unreadable())?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| unreadable())?;
    bytes.resize(size, 0);
    let mut has_gaps = false;
    for (index, piece) in (0_i64..).zip(bytes.chunks_mut(PIECE)) {
        let (start, length) = (piece.as_mut_ptr().cast::<c_void>(), piece.len() as i32);
        // SAFETY: the method belongs to the file, and writes at most the number of bytes that it is given, which the piece has.
        let code = unsafe { read(file, start, length, index * PIECE as i64) };
        // A bad sector is a piece without anything in it, and so is what was cut off meanwhile.
        if code != ffi::SQLITE_OK && code & 0xff != ffi::SQLITE_IOERR {
            return Err(unreadable());
        }
        has_gaps |= code != ffi::SQLITE_OK && code != ffi::SQLITE_IOERR_SHORT_READ;
    }
    Ok(RawFile { bytes, has_gaps })
}

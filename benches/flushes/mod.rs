//! How often a program flushes a file, as the system sees it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::measure::Result;

/// How many flushes this program requests when it is called with these arguments; none if strace is missing.
pub(crate) fn counted(folder: &Path, arguments: &[&OsStr]) -> Result<Option<usize>> {
    let calls = folder.join("calls");
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range", "-o"])
        .arg(&calls)
        .arg(std::env::current_exe()?)
        .args(arguments)
        .status();
    match traced {
        Ok(status) if status.success() => {
            Ok(Some(fs::read_to_string(&calls)?.lines().filter(|line| line.contains("sync(")).count()))
        }
        Ok(status) => Err(format!("strace: {status}").into()),
        Err(_) => Ok(None),
    }
}

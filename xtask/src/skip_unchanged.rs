//! Skips a step if its inputs and outputs are the same as after its last success.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::process::Result;

/// Makes `outputs` from `inputs` (files or folders), unless neither has changed since `make` last succeeded.
pub(crate) fn unless_fresh(name: &str, inputs: &[&Path], outputs: &[&Path], make: impl FnOnce() -> Result) -> Result {
    let stamp = target_folder()?.join("xtask").join(name);
    let state = || Some(format!("{:x} {:x}", digest(inputs)?, digest(outputs)?));
    if state().is_some_and(|now| fs::read_to_string(&stamp).is_ok_and(|then| then == now)) {
        return Ok(());
    }
    make()?;
    let now = state().ok_or_else(|| format!("the step `{name}` did not make what it should"))?;
    let written = fs::create_dir_all(stamp.with_file_name("")).and_then(|()| fs::write(&stamp, now));
    written.map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

/// The folder for cargo's output, wherever that was configured: this program is in `<target>/debug`.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    program.ancestors().nth(2).map(Path::to_path_buf).ok_or_else(|| "this program is in no target folder".to_owned())
}

/// `None` when a file is missing.
fn digest(paths: &[&Path]) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(path, &mut hasher)?;
    }
    Some(hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Option<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).ok()?.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().try_for_each(|entry| add(entry, hasher))
    } else {
        fs::read(path).ok()?.hash(hasher);
        Some(())
    }
}

//! Benchmarks by name: `benches/*.rs` and `benches/js/*.mjs`.

use std::fs;
use std::process::Command;

use crate::process::{Result, cargo, run, stage};
use crate::{build, setup};

/// The name of every benchmark; a name may stand for a part in Rust and a part in JavaScript.
pub(crate) fn names() -> Vec<String> {
    let mut names = [stems("benches", "rs"), stems("benches/js", "mjs")].concat();
    names.sort();
    names.dedup();
    names
}

pub(crate) fn all() -> Result {
    names().iter().try_for_each(|name| one(name))
}

pub(crate) fn one(name: &str) -> Result {
    let mut found = false;
    if stems("benches", "rs").iter().any(|stem| stem == name) {
        found = true;
        setup::native_compiler()?;
        stage(name, || run(&mut cargo(["bench", "--bench", name])))?;
    }
    if stems("benches/js", "mjs").iter().any(|stem| stem == name) {
        found = true;
        build::package()?;
        let chromium = setup::chromium()?;
        let script = format!("benches/js/{name}.mjs");
        stage(name, || run(Command::new("node").arg(script).env("CHROMIUM", chromium)))?;
    }
    if found { Ok(()) } else { Err(format!("there is no benchmark `{name}`, only {}", names().join(", "))) }
}

fn stems(folder: &str, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = entries.filter(|path| path.extension().is_some_and(|found| found == extension));
    let mut stems: Vec<String> = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    stems.sort();
    stems
}

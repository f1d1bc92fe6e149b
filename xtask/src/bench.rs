//! Benchmarks by name: `benches/*.rs` and `benches/js/*.mjs`.

use std::fs;
use std::process::Command;

use crate::process::{Result, cargo, run_read, stage};
use crate::{build, setup};

/// The name of every benchmark; a name may stand for a part in Rust and a part in JavaScript.
pub(crate) fn names() -> Vec<String> {
    let mut names = [stems("benches", "rs"), stems("benches/js", "mjs")].concat();
    names.sort();
    names.dedup();
    names
}

/// Runs all, and ends with a table of their figures, also where one of them fails.
pub(crate) fn all() -> Result {
    let mut figures = Vec::new();
    let done = names().iter().try_for_each(|name| run_one(name, &mut figures));
    print!("{}", table(&figures));
    done
}

pub(crate) fn one(name: &str) -> Result {
    let mut figures = Vec::new();
    let done = run_one(name, &mut figures);
    print!("{}", table(&figures));
    done
}

/// A benchmark's name, and what it measured.
type Figure = (String, [String; 4]);

/// What a line is a figure of: `FIGURE what | figure | target | met or missed`, as `benches/measure` and `benches/js/measure`
/// print it.
fn figure(line: &str) -> Option<[String; 4]> {
    let cells: Vec<String> = line.strip_prefix("FIGURE ")?.split(" | ").map(|cell| cell.trim().to_owned()).collect();
    cells.try_into().ok()
}

fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|(_, [what, ..])| what.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    let mut last = "";
    for (name, cells) in figures {
        if name != last {
            text += &format!("=== {name}\n");
            last = name;
        }
        let [what, figure, target, is_met] = cells;
        text += format!("  {what:<width$}  {figure:>12}  {target:<12}  {is_met}").trim_end();
        text.push('\n');
    }
    let missed = figures.iter().filter(|(_, [.., is_met])| is_met == "missed").count();
    let all = figures.iter().filter(|(_, [.., is_met])| !is_met.is_empty()).count();
    text + &format!("{} figures; of {all} targets {missed} are missed\n", figures.len())
}

fn run_one(name: &str, figures: &mut Vec<Figure>) -> Result {
    let mut found = false;
    let mut keep = |line: &str| figure(line).map(|cells| figures.push((name.to_owned(), cells))).is_some();
    if stems("benches", "rs").iter().any(|stem| stem == name) {
        found = true;
        setup::native_compiler()?;
        stage(name, || run_read(&mut cargo(["bench", "--bench", name]), &mut keep))?;
    }
    if stems("benches/js", "mjs").iter().any(|stem| stem == name) {
        found = true;
        build::package()?;
        let chromium = setup::chromium()?;
        let script = format!("benches/js/{name}.mjs");
        stage(name, || run_read(Command::new("node").arg(script).env("CHROMIUM", chromium), &mut keep))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_other_lines_and_stand_in_one_table() {
        assert_eq!(figure("  create   14.5 µs   ratio 1.18"), None);
        assert_eq!(figure("FIGURE too | few"), None);
        let lines = [
            "FIGURE a create | 1.30 | ≤ 1.25 | missed",
            "FIGURE log | 25.4 KiB | ≤ 32 KiB | met",
            "FIGURE size | 3 |  | ",
        ];
        let figures: Vec<Figure> = lines.iter().filter_map(|line| Some(("create".to_owned(), figure(line)?))).collect();
        let expected = [
            "=== create",
            "  a create          1.30  ≤ 1.25        missed",
            "  log           25.4 KiB  ≤ 32 KiB      met",
            "  size                 3",
            "3 figures; of 2 targets 1 are missed\n",
        ];
        assert_eq!(table(&figures), expected.join("\n"));
    }
}

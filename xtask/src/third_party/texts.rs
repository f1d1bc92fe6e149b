//! The texts of licences, each once, with the notices of all packages that have it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Result;

/// A licence of a package, and the file with its text, if there is one.
pub(super) struct Found {
    licence: String,
    file: Option<PathBuf>,
}

impl Found {
    pub(super) fn file_name(&self) -> Option<String> {
        Some(self.file.as_ref()?.file_name()?.to_string_lossy().into_owned())
    }
}

/// The files with the texts of these licences in a package.
pub(super) fn files(folder: &Path, licences: &[String]) -> Result<Vec<Found>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let file = |licence: &String| file_of(licence, &names).map(|name| folder.join(name));
    Ok(licences.iter().map(|licence| Found { licence: licence.clone(), file: file(licence) }).collect())
}

/// The file that is named after the licence, or else one with the name of any licence.
fn file_of<'n>(licence: &str, names: &'n [String]) -> Option<&'n String> {
    // The licence of the Encoding Standard's data is named after its authors.
    let word = if licence == "BSD-3-Clause" { "whatwg" } else { licence.split('-').next().unwrap_or(licence) };
    let named = |name: &&String| {
        let name = name.to_lowercase();
        name.starts_with("licen") && name.ends_with(&word.to_lowercase())
    };
    let plain = |name: &&String| {
        let name = name.to_lowercase();
        matches!(name.trim_end_matches(".txt").trim_end_matches(".md"), "license" | "licence" | "copying")
    };
    names.iter().find(named).or_else(|| names.iter().find(plain))
}

/// A text as it was first found, and the notices of each package that has it.
struct Text {
    body: String,
    notices: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
pub(super) struct Texts {
    /// By licence and normalised text.
    texts: BTreeMap<(String, String), Text>,
    /// Data and code without a licence file: the licence, a description, and the notices.
    noted: Vec<(String, String, Vec<String>)>,
}

impl Texts {
    /// Adds the licence texts of a package.
    pub(super) fn add(&mut self, package: &str, found: &[Found]) -> Result {
        for Found { licence, file } in found {
            let Some(file) = file else {
                self.note(licence, package, &[]);
                continue;
            };
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            self.add_text(licence, package, &text);
        }
        Ok(())
    }

    fn add_text(&mut self, licence: &str, package: &str, text: &str) {
        let (notices, body) = split(text);
        let new = || Text { body: body.clone(), notices: BTreeMap::new() };
        let text = self.texts.entry((licence.to_owned(), alike(&body))).or_insert_with(new);
        text.notices.insert(package.to_owned(), notices);
    }

    /// Adds something without a licence file: the usual text of its licence applies.
    pub(super) fn note(&mut self, licence: &str, what: &str, notices: &[&str]) {
        let notices = notices.iter().map(|notice| (*notice).to_owned()).collect();
        self.noted.push((licence.to_owned(), what.to_owned(), notices));
    }

    /// The licences in the order of their names, each text after its notices. The usual text of a licence is the one
    /// that most packages have.
    pub(super) fn print(self) -> Result<String> {
        let texts = self.texts.into_iter();
        let mut texts: Vec<(String, Text)> = texts.map(|((licence, _), text)| (licence, text)).collect();
        texts.sort_by_key(|(licence, text)| (licence.clone(), Reverse(text.notices.len())));
        for (licence, what, notices) in self.noted {
            let usual = texts.iter_mut().find(|(of, _)| *of == licence);
            let (_, text) = usual.ok_or_else(|| format!("{what} is under {licence}, of which no text is known"))?;
            text.notices.insert(what, notices);
        }
        let (mut printed, mut before, mut number) = (String::new(), "", 0);
        for (licence, Text { body, notices }) in &texts {
            number = if before == licence { number + 1 } else { 1 };
            before = licence;
            let heading = if number > 1 { format!("{licence}, {number}") } else { licence.clone() };
            printed += &format!("### {heading}\n\n");
            for (package, notices) in notices {
                let notices = if notices.is_empty() { "no notice".to_owned() } else { notices.join("; ") };
                printed += &format!("* {package}: {}\n", notices.replace('<', "&lt;"));
            }
            printed += &format!("\n```text\n{body}\n```\n\n");
        }
        Ok(format!("{}\n", printed.trim_end()))
    }
}

/// The copyright lines, and the text without them and without its title.
fn split(text: &str) -> (Vec<String>, String) {
    // A line in capitals is a heading.
    let is_notice = |line: &str| line.trim().starts_with("Copyright ");
    let is_title = |line: &str| {
        let line = line.trim().to_lowercase();
        ["mit license", "the mit license (mit)", "the mit license", "all rights reserved."].contains(&line.as_str())
    };
    let notices = text.lines().filter(|line| is_notice(line)).map(|line| line.trim().to_owned()).collect();
    let lines: Vec<&str> = text.lines().filter(|line| !is_notice(line) && !is_title(line)).map(str::trim_end).collect();
    (notices, lines.join("\n").trim_matches('\n').to_owned())
}

/// The normalised text: two texts have the same one if they differ only in line breaks, quotation marks and bullets.
fn alike(body: &str) -> String {
    body.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Texts, alike, file_of, split};

    #[test]
    fn notices_are_told_from_the_text() {
        let (notices, body) =
            split("MIT License\n\nCopyright (c) 2020 Ana\nCopyright 2021 Bo\n\nPermission is\ngranted\n");
        assert_eq!(notices, ["Copyright (c) 2020 Ana", "Copyright 2021 Bo"]);
        assert_eq!(body, "Permission is\ngranted");
    }

    #[test]
    fn a_text_with_other_line_breaks_is_the_same() {
        assert_eq!(alike("Permission is\ngranted, \"AS IS\""), alike("permission is granted, 'as is'"));
        assert_ne!(alike("granted"), alike("refused"));
    }

    #[test]
    fn a_text_is_printed_once_with_all_its_notices() {
        let mut texts = Texts::default();
        texts.note("MIT", "d", &[]);
        for (package, notice, body) in
            [("b", "(c) Bo", "a text"), ("a", "(c) Ana", "a  text"), ("c", "(c) Cy", "other")]
        {
            texts.add_text("MIT", package, &format!("Copyright {notice}\n\n{body}\n"));
        }
        let printed = "### MIT\n\n* a: Copyright (c) Ana\n* b: Copyright (c) Bo\n* d: no notice\n\n```text\na text\n```\n\n\
                       ### MIT, 2\n\n* c: Copyright (c) Cy\n\n```text\nother\n```\n";
        assert_eq!(texts.print(), Ok(printed.to_owned()));
    }

    #[test]
    fn the_file_of_a_licence_is_found() {
        let names = ["COPYING", "LICENSE-APACHE", "LICENSE-MIT"].map(str::to_owned);
        assert_eq!(file_of("MIT", &names).map(String::as_str), Some("LICENSE-MIT"));
        assert_eq!(file_of("Zlib", &names).map(String::as_str), Some("COPYING"));
        assert_eq!(file_of("MIT", &["README.md".to_owned()]), None);
    }
}

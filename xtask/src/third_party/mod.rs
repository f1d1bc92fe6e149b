//! `THIRD-PARTY.md`: third-party code and data in the crate and in the npm package, with licences and notices. Made
//! from the lock files and the data tables, committed, and checked for drift.

mod expression;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::process::{Result, cargo, read};
use crate::setup::WASM_TARGET;
use crate::workspaces::BINDINGS;
use texts::Texts;

pub(crate) const FILE: &str = "THIRD-PARTY.md";

/// Tables in our sources that were made from third-party data: the data, the source, the licence.
const DATA: [(&str, &str, &str, &str); 6] = [
    ("src/campaign/schedule/zones.txt", "time zones and their rules", "IANA Time Zone Database", "public domain"),
    (
        "src/campaign/schedule/zone_synonyms.txt",
        "the names of time zones in Windows",
        "Unicode CLDR, `windowsZones`",
        "Unicode-3.0",
    ),
    ("src/request/identity/nfc.rs", "Normalization Form C", "Unicode Character Database", "Unicode-3.0"),
    (
        "src/import/sheet/encoding/one_byte_tables.rs",
        "encodings of one byte",
        "WHATWG Encoding Standard",
        "BSD-3-Clause",
    ),
    (
        "src/import/sheet/encoding/korean_syllables.rs",
        "the Hangul of EUC-KR",
        "WHATWG Encoding Standard",
        "BSD-3-Clause",
    ),
    ("src/import/sheet/encoding/label.rs", "labels of encodings", "WHATWG Encoding Standard", "BSD-3-Clause"),
];

/// The packages that contain the texts of the licences of `DATA`.
const DATA_TEXTS: [(&str, &str); 2] = [("icu_normalizer_data", "Unicode-3.0"), ("encoding_rs", "BSD-3-Clause")];

/// C code that sqlite-wasm-rs compiles beside SQLite: the file, what it is, who wrote it.
const SHIMS: [(&str, &str, &[&str]); 2] = [
    ("shim/musl/stdlib/qsort.c", "qsort of musl", &["Copyright (C) 2011 by Valentin Ochs"]),
    (
        "shim/printf/printf.c",
        "printf",
        &["(c) Eyal Rozenberg <eyalroz1@gmx.com>, 2021-2024", "(c) Marco Paland (info@paland.com), 2014-2019"],
    ),
];

const WASM_SQLITE: &str = "sqlite-wasm-rs";
const NATIVE_SQLITE: &str = "libsqlite3-sys";

pub(crate) fn write() -> Result {
    fs::write(FILE, page()?).map_err(|error| format!("cannot write {FILE}: {error}"))
}

/// Fails if the committed file does not match the lock files.
pub(crate) fn check() -> Result {
    let committed = fs::read_to_string(FILE).map_err(|error| format!("cannot read {FILE}: {error}"))?;
    if committed == page()? { Ok(()) } else { Err(format!("{FILE} has drifted: run `cargo xtask third-party`")) }
}

/// Name and version.
type Id = (String, String);

/// What cargo knows of a package.
struct Package {
    licence: String,
    repository: Option<String>,
    folder: PathBuf,
}

impl Package {
    fn read(value: &Value) -> Option<(Id, Self)> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let folder = PathBuf::from(text("manifest_path")?).parent()?.to_owned();
        let package = Self { licence: text("license").unwrap_or_default(), repository: text("repository"), folder };
        Some(((text("name")?, text("version")?), package))
    }

    /// The version of the SQLite whose source the package contains.
    fn sqlite(&self) -> Result<String> {
        let header = self.folder.join("sqlite3/sqlite3.h");
        let text = fs::read_to_string(&header).map_err(|error| format!("{}: {error}", header.display()))?;
        let version = text.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION "));
        version
            .map(|line| line.trim().trim_matches('"').to_owned())
            .ok_or_else(|| "sqlite3.h has no version".to_owned())
    }
}

fn page() -> Result<String> {
    let mut packages = packages("Cargo.toml")?;
    packages.extend(self::packages(BINDINGS)?);
    let of_crate = ["--locked", "-p", "campaignkit", "--target", "all"];
    let default = linked(&of_crate)?;
    let all = linked(&[&of_crate[..], &["--all-features"]].concat())?;
    let npm =
        linked(&["--locked", "--manifest-path", BINDINGS, "-p", "campaignkit-bindings", "--target", WASM_TARGET])?;

    let (mut rows, mut texts) = (String::new(), Texts::default());
    for id in all.union(&npm) {
        let package = known(&packages, id)?;
        let chosen = expression::chosen(&package.licence).map_err(|why| format!("{}: {why}", id.0))?;
        let files = texts::files(&package.folder, &chosen)?;
        if npm.contains(id) {
            texts.add(&id.0, &files)?;
        }
        rows += &row(id, package, &files, [crate_cell(id, &default, &all), if npm.contains(id) { "yes" } else { "" }]);
    }
    for (name, licence) in DATA_TEXTS {
        let (_, package) = newest(&packages, name)?;
        texts.add("data tables", &texts::files(&package.folder, &[licence.to_owned()])?)?;
    }
    let (_, sqlite) = newest(&packages, WASM_SQLITE)?;
    for (file, what, notices) in SHIMS {
        if !sqlite.folder.join(file).exists() {
            return Err(format!("{WASM_SQLITE} has no {file} any more"));
        }
        texts.note("MIT", what, notices);
    }
    let (_, native) = newest(&packages, NATIVE_SQLITE)?;
    Ok(format!(
        "{HEAD}\n## SQLite and C code\n\n{}\n## Data\n\n{}\n## Crates\n\n{CRATES}\n{rows}\n## Notices and texts\n\n{TEXTS}\n{}",
        c_code(&native.sqlite()?, &sqlite.sqlite()?),
        data()?,
        texts.print()?
    ))
}

const HEAD: &str = "\
# Third-party software and data

What of others is in the crate `campaignkit` and in the npm package `campaignkit`. `cargo xtask third-party` writes this page from
the lock files; `cargo xtask lint` fails when it has drifted.
";

const CRATES: &str = "\
*Crate*: a dependency with default features (`yes`) or with others only (`optional`), on any platform; cargo fetches it with its
licence. *npm*: linked into the WebAssembly module. Macros and build scripts, which run while it is compiled, are in neither. The
module also holds what it uses of Rust's standard library (MIT OR Apache-2.0, as the crates beside it: MIT here), and the package
the JavaScript that wasm-bindgen writes.

| crate | version | licence | crate | npm | text, in its archive |
|---|---|---|---|---|---|";

const TEXTS: &str = "\
Of what is in the npm package and of the data tables. Where there is a choice, MIT is chosen.
";

fn c_code(native: &str, wasm: &str) -> String {
    let mut table = format!(
        "| what | licence | crate | npm |\n|---|---|---|---|\n\
         | [SQLite](https://sqlite.org/copyright.html) | public domain | {native}, in {NATIVE_SQLITE} | {wasm}, in {WASM_SQLITE} |\n"
    );
    for (file, what, _) in SHIMS {
        table += &format!("| {what} | MIT | | `{file}` in {WASM_SQLITE} |\n");
    }
    table
}

fn data() -> Result<String> {
    let mut table =
        "Made from the data of others, in both packages:\n\n| file | what | source | licence |\n|---|---|---|---|\n"
            .to_owned();
    for (file, what, source, licence) in DATA {
        let text = fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
        let version = text.lines().next().filter(|_| file.ends_with("zones.txt"));
        let version = version.map(|version| format!(" {version}")).unwrap_or_default();
        table += &format!("| `{file}` | {what} | {source}{version} | {licence} |\n");
    }
    Ok(table)
}

fn row(id: &Id, package: &Package, files: &[texts::Found], cells: [&str; 2]) -> String {
    let (name, version) = id;
    let link = package.repository.as_ref().map_or(name.clone(), |at| format!("[{name}]({})", at.trim_end_matches('/')));
    let places: Vec<String> = files
        .iter()
        .map(|found| found.file_name().map_or("none: the standard text".into(), |it| format!("`{it}`")))
        .collect();
    let [of_crate, of_npm] = cells;
    format!("| {link} | {version} | {} | {of_crate} | {of_npm} | {} |\n", package.licence, places.join(", "))
}

fn crate_cell(id: &Id, default: &BTreeSet<Id>, all: &BTreeSet<Id>) -> &'static str {
    match (default.contains(id), all.contains(id)) {
        (true, _) => "yes",
        (false, true) => "optional",
        (false, false) => "",
    }
}

/// All packages of a workspace.
fn packages(manifest: &str) -> Result<BTreeMap<Id, Package>> {
    let printed = read(&mut cargo(["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest]))?;
    let metadata: Value = serde_json::from_str(&printed).map_err(|error| format!("cargo metadata: {error}"))?;
    let listed = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata lists no packages")?;
    Ok(listed.iter().filter_map(Package::read).collect())
}

/// The third-party packages that are linked: dependencies that are not macros.
fn linked(options: &[&str]) -> Result<BTreeSet<Id>> {
    let mut tree = cargo(["tree", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    let printed = read(tree.args(options))?;
    // Our own packages are printed with their folder.
    let others = printed.lines().filter(|line| !line.contains(" (/") && !line.contains(":\\"));
    Ok(others.filter_map(identified).collect())
}

/// `serde v1.0.229`, with `(*)` if it was printed before.
fn identified(line: &str) -> Option<Id> {
    let mut words = line.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

fn known<'p>(packages: &'p BTreeMap<Id, Package>, id: &Id) -> Result<&'p Package> {
    packages.get(id).ok_or_else(|| format!("cargo metadata does not list {} {}", id.0, id.1))
}

fn newest<'p>(packages: &'p BTreeMap<Id, Package>, name: &str) -> Result<(&'p Id, &'p Package)> {
    packages.iter().rfind(|(id, _)| id.0 == name).ok_or_else(|| format!("{name} is no dependency any more"))
}

#[cfg(test)]
mod tests {
    use super::identified;

    #[test]
    fn a_line_of_the_tree_has_a_name_and_a_version() {
        let id = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(identified("serde v1.0.229"), id("serde", "1.0.229"));
        assert_eq!(identified("serde v1.0.229 (*)"), id("serde", "1.0.229"));
        assert_eq!(identified(""), None);
    }
}

//! Publishing: what the two archives contain, whether the registries would accept them, and whether the archived crate
//! compiles with the oldest Rust that it promises.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::process::{Result, cargo, npm_in, probe, read, run_quietly, stage};
use crate::{build, setup};

/// The commands that publish; nothing here runs them.
pub(crate) const COMMANDS: [&str; 2] =
    ["cargo publish --locked -p campaignkit", "cargo xtask build && cd pkg && npm publish --ignore-scripts"];

/// The files that both archives must have.
const TEXTS: [&str; 4] = ["README.md", "THIRD-PARTY.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// The files that the crate must have besides, and the folders of which it must have every file.
const CRATE: [&str; 5] = ["Cargo.toml", "Cargo.lock", "CHANGELOG.md", "SECURITY.md", "src/lib.rs"];
const FOLDERS: [&str; 3] = ["docs", "migrations", "src"];
/// The files that cargo adds.
const ADDED: [&str; 2] = ["Cargo.toml.orig", ".cargo_vcs_info.json"];

/// `cargo xtask publish-check`.
pub(crate) fn check() -> Result {
    stage("crate", krate)?;
    build::package()?;
    stage("archives", archives)?;
    stage("npm", || run_quietly(&mut in_package(["publish", "--dry-run", "--ignore-scripts"])))
}

/// Publishes the crate except for the upload. That compiles the archived files with the oldest Rust that it promises.
/// If that Rust cannot be installed, the present one compiles them; then only clippy (`incompatible_msrv`) looks for
/// newer features.
pub(crate) fn krate() -> Result {
    setup::native_compiler()?;
    let publish = ["publish", "--dry-run", "--locked", "--allow-dirty", "-p", "campaignkit"];
    match oldest_rust()? {
        Some(oldest) => {
            run_quietly(Command::new("rustup").args(["run", &oldest, "cargo"]).args(publish))?;
            println!("the crate compiles from its archive with Rust {oldest}");
        }
        None => run_quietly(&mut cargo(publish))?,
    }
    Ok(())
}

/// The Rust that the manifest promises, if it is installed or can be.
fn oldest_rust() -> Result<Option<String>> {
    let version = promised(&text("Cargo.toml")?)?;
    let found = || probe(Command::new("rustup").args(["run", &version, "cargo", "--version"])).is_some();
    if found() {
        return Ok(Some(version));
    }
    println!("installing Rust {version}, the oldest that the crate promises to compile with");
    let install = ["toolchain", "install", &version, "--profile", "minimal", "--no-self-update"];
    if run_quietly(Command::new("rustup").args(install)).is_ok() && found() {
        return Ok(Some(version));
    }
    println!("Rust {version} cannot be installed: NOT CHECKED that the crate compiles with it");
    Ok(None)
}

/// `rust-version` as the name of a toolchain: `1.92` is 1.92.0.
fn promised(manifest: &str) -> Result<String> {
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'));
    let version = version.ok_or("Cargo.toml has no rust-version")?;
    Ok(if version.split('.').count() == 2 { format!("{version}.0") } else { version.to_owned() })
}

/// Fails if an archive lacks a file or has one that does not belong in it. The npm package must have been built.
pub(crate) fn archives() -> Result {
    let listed = read(&mut cargo(["package", "--list", "--allow-dirty", "-p", "campaignkit"]))?;
    let mut faults = in_crate(&listed.lines().collect(), &files(&FOLDERS)?);
    let printed = read(&mut in_package(["pack", "--dry-run", "--json", "--ignore-scripts"]))?;
    faults.extend(in_tarball(&packed(&printed)?, &text("pkg/package.json")?));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn in_crate(listed: &BTreeSet<&str>, sources: &[String]) -> Vec<String> {
    let texts = TEXTS.iter().chain(&CRATE).copied();
    let needed: BTreeSet<&str> = texts.chain(sources.iter().map(String::as_str)).collect();
    let lacking = needed.difference(listed).map(|file| format!("the crate lacks {file}"));
    let known = |file: &&&str| !ADDED.contains(file);
    lacking.chain(listed.difference(&needed).filter(known).map(|file| format!("the crate has {file}"))).collect()
}

/// What the entries of the package load.
const LOADED: [&str; 4] = [
    "dist/worker.js",
    "dist/wasm/campaignkit.js",
    "dist/wasm/campaignkit_bg.wasm",
    "dist/wasm/campaignkit_on_demand.wasm",
];

fn in_tarball(listed: &BTreeSet<String>, manifest: &str) -> Vec<String> {
    // The files that the entries lead to, and the files that these load.
    let paths = manifest.split('"').filter_map(|word| word.strip_prefix("./")).filter(|path| path.starts_with("dist/"));
    let needed: BTreeSet<&str> = TEXTS.into_iter().chain(["package.json"]).chain(paths).chain(LOADED).collect();
    let lacking = needed.iter().filter(|file| !listed.contains(**file)).map(|file| format!("the tarball lacks {file}"));
    let of_dist = |file: &&String| {
        let is_made = [".js", ".d.ts", ".wasm"].iter().any(|kind| file.ends_with(kind));
        file.starts_with("dist/") && is_made || needed.contains(file.as_str())
    };
    let stray = listed.iter().filter(|file| !of_dist(file)).map(|file| format!("the tarball has {file}"));
    lacking.chain(stray).collect()
}

/// npm in the folder of the package: it packs the folder in which it runs.
fn in_package<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = npm_in(".", arguments);
    command.current_dir("pkg");
    command
}

/// The paths that `npm pack --json` prints.
fn packed(printed: &str) -> Result<BTreeSet<String>> {
    let value: Value = serde_json::from_str(printed).map_err(|error| format!("npm pack: {error}"))?;
    let files = value.pointer("/0/files").and_then(Value::as_array).ok_or("npm pack lists no files")?;
    Ok(files.iter().filter_map(|file| Some(file.get("path")?.as_str()?.to_owned())).collect())
}

/// Every file in these folders that git tracks.
fn files(folders: &[&str]) -> Result<Vec<String>> {
    let printed = read(Command::new("git").args(["ls-files", "--"]).args(folders))?;
    Ok(printed.lines().filter(|file| Path::new(file).exists()).map(str::to_owned).collect())
}

fn text(file: &str) -> Result<String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'t>(files: &[&'t str]) -> BTreeSet<&'t str> {
        files.iter().copied().collect()
    }

    #[test]
    fn the_crate_has_its_sources_and_texts_and_nothing_else() {
        let sources = ["src/lib.rs".to_owned(), "docs/rules.md".to_owned()];
        let whole = [&TEXTS[..], &CRATE[..], &ADDED[..], &["docs/rules.md"]].concat();
        assert_eq!(in_crate(&set(&whole), &sources), [""; 0]);
        let short: Vec<&str> = whole.iter().copied().filter(|file| *file != "THIRD-PARTY.md").collect();
        assert_eq!(in_crate(&set(&short), &sources), ["the crate lacks THIRD-PARTY.md"]);
        let long = [&whole[..], &["tests/rules/main.rs"]].concat();
        assert_eq!(in_crate(&set(&long), &sources), ["the crate has tests/rules/main.rs"]);
    }

    #[test]
    fn the_tarball_has_what_its_entries_lead_to_and_nothing_else() {
        let manifest = r#"{ "exports": { "./package.json": "./package.json",
            "./node": { "types": "./dist/node.d.ts", "default": "./dist/node.js" } } }"#;
        let whole = [&TEXTS[..], &LOADED[..], &["package.json", "dist/node.d.ts", "dist/node.js"]].concat();
        let listed = |files: &[&str]| files.iter().map(|file| (*file).to_owned()).collect();
        assert_eq!(in_tarball(&listed(&whole), manifest), [""; 0]);
        assert_eq!(
            in_tarball(&listed(&whole.iter().skip(1).copied().collect::<Vec<_>>()), manifest),
            ["the tarball lacks README.md"]
        );
        let long = [&whole[..], &["src/kit.ts"]].concat();
        assert_eq!(in_tarball(&listed(&long), manifest), ["the tarball has src/kit.ts"]);
    }

    #[test]
    fn the_oldest_rust_is_that_of_the_manifest() {
        assert_eq!(promised("edition = \"2024\"\nrust-version = \"1.92\"\n").as_deref(), Ok("1.92.0"));
        assert_eq!(promised("rust-version = \"1.92.1\"").as_deref(), Ok("1.92.1"));
        assert!(promised("").is_err());
    }

    #[test]
    fn manifests_and_documents_promise_the_same_rust() -> Result {
        crate::at_the_root()?;
        let version = promised(&text("Cargo.toml")?)?;
        assert_eq!(promised(&text("bindings/Cargo.toml")?)?, version);
        let short = version.trim_end_matches(".0");
        assert!(text("README.md")?.contains(&format!("Rust ≥ {short}")), "README.md does not say {short}");
        Ok(())
    }
}

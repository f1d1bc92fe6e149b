//! What the commands need on the machine: found, installed, or, where installing is not allowed, named.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::process::{Result, cargo, npm, probe, run_quietly};
use crate::skip_unchanged::target_folder;

/// The Rust with which the fuzzer instruments code.
pub(crate) const NIGHTLY: &str = "nightly";

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Tells the `cc` crate which compiler makes wasm.
pub(crate) const WASM_CC: &str = "CC_wasm32_unknown_unknown";

/// The tested one first, so that fresh machines build with the same compiler.
const CLANGS: [&str; 7] = ["clang-19", "clang-20", "clang-21", "clang-22", "clang-18", "clang-17", "clang-16"];
/// Debian's 14 crashes on the flags of `.cargo/config.toml`.
const OLDEST_CLANG: u32 = 16;
const OLDEST_NODE: u32 = 20;

/// Installs what is missing for every command and lists what is there.
pub(crate) fn everything() -> Result {
    native_compiler()?;
    let clang = wasm_toolchain()?;
    let node = npm_packages()?;
    let chromium = chromium()?;
    deny()?;
    println!("native C compiler   found");
    println!("wasm target         found");
    println!("C compiler for wasm {clang}");
    println!("Node                {node}, packages of pkg/ installed");
    println!("Chromium            {}", chromium.display());
    println!("cargo-deny          found");
    Ok(())
}

/// A C compiler for this machine, for SQLite.
pub(crate) fn native_compiler() -> Result {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    if cfg!(windows) || probe(Command::new(&compiler).arg("--version")).is_some() {
        return Ok(());
    }
    Err(format!(
        "SQLite is compiled from C and `{}` is missing\n{}",
        compiler.display(),
        advice("apt-get install gcc libc6-dev", "dnf install gcc", "xcode-select --install")
    ))
}

/// The fuzzer, and the Rust that it needs.
pub(crate) fn fuzzer() -> Result {
    if probe(Command::new("rustup").args(["run", NIGHTLY, "cargo", "--version"])).is_none() {
        return Err(format!("the fuzz targets need nightly Rust\ninstall it: rustup toolchain install {NIGHTLY}"));
    }
    cargo_tool("fuzz", "0.13.2", &[])
}

/// The checks of licences, duplicates and sources. Its default features fetch advisories, which takes a network.
pub(crate) fn deny() -> Result {
    cargo_tool("deny", "0.20.2", &["--no-default-features"])
}

/// The tool that compares two versions of a crate.
pub(crate) fn semver_checks() -> Result {
    cargo_tool("semver-checks", "0.51.0", &[])
}

/// A cargo subcommand in this version.
fn cargo_tool(name: &str, version: &str, options: &[&str]) -> Result {
    let package = format!("cargo-{name}");
    let installed = probe(&mut cargo([name, "--version"]));
    if installed.is_some_and(|found| found.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    println!("installing {package} {version} (compiled from its source, which takes minutes)");
    run_quietly(cargo(["install", &package, "--locked", "--version", version]).args(options))
}

/// Rust's wasm target and a clang that compiles SQLite for it; returns the clang.
pub(crate) fn wasm_toolchain() -> Result<String> {
    wasm_target()?;
    wasm_clang()
}

fn wasm_target() -> Result {
    let libraries = probe(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]));
    if libraries.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    if probe(Command::new("rustup").arg("--version")).is_none() {
        return Err(format!("Rust's target {WASM_TARGET} is missing and so is rustup, which could add it"));
    }
    println!("installing {WASM_TARGET} (Rust's standard library for wasm)");
    run_quietly(Command::new("rustup").args(["target", "add", WASM_TARGET]))
}

fn wasm_clang() -> Result<String> {
    if let Some(found) = find_clang() {
        return Ok(found);
    }
    let installed = apt_install("C compiler for wasm", &CLANGS)?;
    find_clang().filter(|_| installed).ok_or_else(|| {
        format!(
            "no clang {OLDEST_CLANG} or newer that can make wasm was found; {WASM_CC} can name one\n{}",
            advice("apt-get install clang-19", "dnf install clang", "brew install llvm")
        )
    })
}

fn find_clang() -> Option<String> {
    let named = std::env::var(WASM_CC).ok();
    let usual = ["clang", "/opt/homebrew/opt/llvm/bin/clang", "/usr/local/opt/llvm/bin/clang"];
    let known = CLANGS.into_iter().chain(usual).map(str::to_owned);
    named.into_iter().chain(known).find(|clang| makes_wasm(clang))
}

/// Apple's clang is new enough but has no wasm target, so one file is compiled to find out.
fn makes_wasm(clang: &str) -> bool {
    let version = probe(Command::new(clang).arg("-dumpversion")).and_then(|version| major(&version));
    version.is_some_and(|major| major >= OLDEST_CLANG) && compiles_for_wasm(clang).is_some()
}

fn compiles_for_wasm(clang: &str) -> Option<()> {
    let object = target_folder().ok()?.join("xtask-probe.o");
    let mut compiler = Command::new(clang)
        .args(["--target=wasm32", "-c", "-x", "c", "-", "-o"])
        .arg(&object)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    compiler.stdin.take()?.write_all(b"int one(void) { return 1; }").ok()?;
    let compiled = compiler.wait().ok()?.success();
    let _ = fs::remove_file(object);
    compiled.then_some(())
}

/// Node, and the packages that `pkg/` builds and tests with; returns Node's version.
pub(crate) fn npm_packages() -> Result<String> {
    let node = probe(Command::new("node").arg("--version"));
    let recent = |version: &String| major(version).is_some_and(|major| major >= OLDEST_NODE);
    let Some(version) = node.as_ref().filter(|version| recent(version)) else {
        let found = node.unwrap_or_else(|| "none".to_owned());
        return Err(format!("Node {OLDEST_NODE} or newer is needed, found {found}: see https://nodejs.org"));
    };
    // npm writes the second file once it has installed the packages of the first.
    let [locked, installed] = ["pkg/package-lock.json", "pkg/node_modules/.package-lock.json"].map(modified);
    if installed.is_none() || installed < locked {
        println!("installing the npm packages of pkg/");
        run_quietly(&mut npm(["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(version.clone())
}

/// The browser of the tests: `CHROMIUM`, or an installed one.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return on_path(&named).ok_or_else(|| format!("CHROMIUM names {}, which is missing", named.display()));
    }
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let installed = apt_install("Chromium", &["chromium"])?;
    find_chromium().filter(|_| installed).ok_or_else(|| {
        format!(
            "Chromium is missing; CHROMIUM can name one\n{}",
            advice("apt-get install chromium", "dnf install chromium", "brew install --cask chromium")
        )
    })
}

fn find_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]
    .iter()
    .find_map(|name| on_path(OsStr::new(name)))
}

/// The other browser of the soak tests: `FIREFOX`, or an installed one.
pub(crate) fn firefox() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("FIREFOX") {
        return on_path(&named).ok_or_else(|| format!("FIREFOX names {}, which is missing", named.display()));
    }
    if let Some(found) = find_firefox() {
        return Ok(found);
    }
    let installed = apt_install("Firefox", &["firefox-esr", "firefox"])?;
    find_firefox().filter(|_| installed).ok_or_else(|| {
        format!(
            "Firefox is missing; FIREFOX can name one\n{}",
            advice("apt-get install firefox-esr", "dnf install firefox", "brew install --cask firefox")
        )
    })
}

/// The driver of WebKit, for which `xvfb-run` is needed, too: installed ones.
pub(crate) fn webkit() -> Result<PathBuf> {
    for (program, package) in [("WebKitWebDriver", "webkit2gtk-driver"), ("xvfb-run", "xvfb")] {
        if on_path(OsStr::new(program)).is_none() {
            apt_install(program, &[package])?;
        }
    }
    match ["WebKitWebDriver", "xvfb-run"].map(|program| on_path(OsStr::new(program))) {
        [Some(driver), Some(_)] => Ok(driver),
        _ => Err("WebKitWebDriver or xvfb-run is missing: apt-get install webkit2gtk-driver xvfb".to_owned()),
    }
}

fn find_firefox() -> Option<PathBuf> {
    ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"]
        .iter()
        .find_map(|name| on_path(OsStr::new(name)))
}

fn on_path(program: &OsStr) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    // Joining an absolute path returns that path.
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Installs the first of the packages that is in Debian's package list; `false` if that is not possible.
fn apt_install(what: &str, packages: &[&str]) -> Result<bool> {
    if probe(Command::new("apt-get").arg("--version")).is_none() {
        return Ok(false);
    }
    let root = probe(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if !root && probe(Command::new("sudo").args(["-n", "true"])).is_none() {
        return Ok(false);
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
        run_quietly(command.args(arguments))
    };
    println!("installing {what} with apt-get");
    apt(&["update"])?;
    let known = |package: &&&str| probe(Command::new("apt-cache").args(["show", package])).is_some();
    let Some(package) = packages.iter().find(known) else {
        return Ok(false);
    };
    apt(&["install", "--yes", "--no-install-recommends", package])?;
    println!("installed {package}");
    Ok(true)
}

/// The command to type on this kind of machine, or on each kind.
fn advice(debian: &str, fedora: &str, mac: &str) -> String {
    format!("install it: {debian} (Debian, Ubuntu), {fedora} (Fedora), {mac} (macOS)")
}

fn modified(file: &str) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

/// The first number of `v20.20.2` or `19.1.7`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn a_major_version_is_read_with_and_without_its_letter() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("19.1.7"), Some(19));
        assert_eq!(major("unknown"), None);
    }
}

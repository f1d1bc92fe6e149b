//! From Rust and TypeScript to an npm package: `pkg/dist`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::order_functions;
use crate::process::{Result, cargo, npm, read, run, stage};
use crate::setup;
use crate::skip_unchanged::{target_folder, unless_fresh};
use crate::third_party;
use crate::workspaces::BINDINGS;

const WASM: &str = "pkg/dist/wasm/campaignkit_bg.wasm";
/// What few calls need, and the first of them loads.
const ON_DEMAND: &str = "pkg/dist/wasm/campaignkit_on_demand.wasm";

/// Kilobytes after `gzip -9`.
const WASM_BUDGET: u64 = 828;
const JAVASCRIPT_BUDGET: u64 = 26;

/// Makes `pkg/` ready for `npm pack`; leaves out what is up to date.
pub(crate) fn package() -> Result {
    let mut compile = bindings("build")?;
    setup::npm_packages()?;
    stage("wasm", || run(&mut compile))?;
    stage("glue", glue)?;
    // npm packs only what lies in the package.
    for text in ["LICENSE-APACHE", "LICENSE-MIT", third_party::FILE] {
        fs::copy(text, Path::new("pkg").join(text)).map_err(|error| format!("cannot copy {text}: {error}"))?;
    }
    stage("typescript", typescript)?;
    println!("{}", sizes()?.describe());
    Ok(())
}

/// A cargo command on the bindings. All of them must be the same, or each recompiles what another one built.
pub(crate) fn bindings(command: &str) -> Result<Command> {
    let clang = setup::wasm_toolchain()?;
    let mut cargo = cargo([command, "--manifest-path", BINDINGS, "-p", "campaignkit-bindings"]);
    cargo.args(["--target", setup::WASM_TARGET, "--profile", "wasm"]);
    // The module contains the places of panics; they must not name the folders of the person who compiled it.
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.ok_or("neither CARGO_HOME nor a home folder is known")?.join("registry/src");
    let here = std::env::current_dir().map_err(|error| format!("the repository is nowhere: {error}"))?;
    let removed = [sources, here].map(|folder| format!("'--remap-path-prefix={}/='", folder.display()));
    let flags = format!("target.{}.rustflags=[{}]", setup::WASM_TARGET, removed.join(", "));
    cargo.args(["--config", &flags]).env(setup::WASM_CC, clang);
    Ok(cargo)
}

/// The wasm module with its JavaScript and declarations, optimised.
fn glue() -> Result {
    let compiled = target_folder()?.join(setup::WASM_TARGET).join("wasm/campaignkit_bindings.wasm");
    let made = Path::new("pkg/dist/wasm");
    let tools = [
        "xtask/src/build.rs",
        "xtask/src/order_functions.rs",
        "bindings/glue/src/main.rs",
        "bindings/glue/src/bin/campaignkit-split/main.rs",
        "bindings/glue/src/bin/campaignkit-split/texts.rs",
        "bindings/Cargo.lock",
        "pkg/package-lock.json",
    ]
    .map(Path::new);
    let inputs: Vec<&Path> = tools.into_iter().chain([compiled.as_path()]).collect();
    unless_fresh("glue", &inputs, &[made], || {
        let _ = fs::remove_dir_all(made);
        run(tool("campaignkit-glue").arg(&compiled).arg(made))?;
        // It declares the raw exports, which nobody should call.
        let _ = fs::remove_file("pkg/dist/wasm/campaignkit_bg.wasm.d.ts");
        optimise()
    })
}

/// A tool of the bindings' workspace.
fn tool(name: &str) -> Command {
    cargo(["run", "--manifest-path", BINDINGS, "-p", "campaignkit-glue", "--bin", name, "--"])
}

fn optimise() -> Result {
    // Before functions are merged that are the same, of which one name is left.
    run(tool("campaignkit-split").args([WASM, ON_DEMAND]).args(on_demand_texts()?))?;
    // Calls of small functions take time, which the compiler left for the sake of size.
    let inlining: &[&str] = &["--always-inline-max-function-size=15", "--flexible-inline-max-function-size=60"];
    for (part, inlining) in [(WASM, inlining), (ON_DEMAND, &[])] {
        // rustc puts the stack first, so the lowest kilobyte is that of a stack that is all but full.
        let passes =
            ["-O3", "--rse", "--merge-locals", "-O3", "--low-memory-unused", "--strip-debug", "--strip-producers"];
        wasm_opt(part, &[inlining, &passes].concat())?;
        order_functions::name_by_place(Path::new(part))?;
        // The level only chooses how the code is written; nothing is optimised again.
        wasm_opt(
            part,
            &["--optimize-level=3", "--reorder-functions-by-name", "--strip-debug", "--strip-target-features"],
        )?;
    }
    Ok(())
}

/// The folders with the files whose long texts are needed on demand.
const ON_DEMAND_TEXTS: [&str; 12] = [
    "migrations",
    "src/backup",
    "src/import/sheet",
    "src/import/sheet/encoding",
    "src/launch/revise",
    "src/message/draft",
    "src/privacy",
    "src/sending/comparison",
    "src/sending/handover",
    "src/sending/plan",
    "src/sending/report",
    "src/store/migration",
];

fn on_demand_texts() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ON_DEMAND_TEXTS {
        let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {folder}: {error}"))?;
        files.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()));
    }
    files.sort();
    Ok(files)
}

fn wasm_opt(wasm: &str, arguments: &[&str]) -> Result {
    // The module itself lists the features that it was compiled with.
    run(Command::new("node").args(["pkg/node_modules/binaryen/bin/wasm-opt", wasm, "-o", wasm]).args(arguments))
}

fn typescript() -> Result {
    let dist = Path::new("pkg/dist");
    let inputs =
        ["pkg/src", "pkg/build.mjs", "pkg/package.json", "pkg/package-lock.json", "pkg/tsconfig.json"].map(Path::new);
    unless_fresh("typescript", &inputs, &[dist], || {
        // A module whose source was deleted must not be shipped.
        let old = fs::read_dir(dist).map_err(|error| format!("cannot read pkg/dist: {error}"))?;
        for path in old.flatten().map(|entry| entry.path()).filter(|path| !path.ends_with("wasm")) {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
        }
        run(&mut npm(["run", "--silent", "build"]))
    })
}

/// What a browser app downloads, in bytes after `gzip -9`.
pub(crate) struct Sizes {
    /// What it needs to open a database.
    wasm: u64,
    on_demand: u64,
    javascript: u64,
}

pub(crate) fn sizes() -> Result<Sizes> {
    const SCRIPT: &str = r#"
        const fs = require("node:fs"), { gzipSync } = require("node:zlib");
        const sum = (...names) =>
            names.reduce((sum, name) => sum + gzipSync(fs.readFileSync("pkg/dist/" + name), { level: 9 }).length, 0);
        console.log(
            sum("wasm/campaignkit_bg.wasm"), sum("wasm/campaignkit_on_demand.wasm"), sum("browser.js", "worker.js"));"#;
    let printed = read(Command::new("node").args(["-e", SCRIPT]))?;
    let numbers: Vec<u64> = printed.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        &[wasm, on_demand, javascript] => Ok(Sizes { wasm, on_demand, javascript }),
        _ => Err(format!("node printed `{printed}` instead of three sizes")),
    }
}

impl Sizes {
    fn describe(&self) -> String {
        let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
        format!(
            "gzip -9: wasm {:.1} KB of {WASM_BUDGET}, on demand {:.1} KB, JavaScript {:.1} KB of {JAVASCRIPT_BUDGET}",
            kilobytes(self.wasm),
            kilobytes(self.on_demand),
            kilobytes(self.javascript)
        )
    }

    /// An error when a budget is exceeded.
    pub(crate) fn check(&self) -> Result {
        println!("{}", self.describe());
        if self.wasm > WASM_BUDGET * 1000 || self.javascript > JAVASCRIPT_BUDGET * 1000 {
            return Err("the package has outgrown its budget".to_owned());
        }
        Ok(())
    }
}

//! The example page, built against the package as npm packs it.

use std::path::Path;
use std::process::Command;

use crate::build;
use crate::process::{Result, npm_in, run, run_quietly};
use crate::skip_unchanged::unless_fresh;

const FOLDER: &str = "examples/studio";

/// Builds the page and serves it until it is interrupted.
pub(crate) fn serve() -> Result {
    build::package()?;
    build()?;
    println!("serving {FOLDER}: open the address below in one tab or more, Ctrl-C ends it");
    run(&mut npm(["run", "--silent", "preview"]))
}

/// Builds the page against the package, which must have been built.
pub(crate) fn build() -> Result {
    let folder = Path::new(FOLDER);
    let [packages, source, page, made] =
        ["package-lock.json", "src", "index.html", "dist"].map(|name| folder.join(name));
    let settings = folder.join("vite.config.ts");
    let installed = folder.join("node_modules/campaignkit/dist");
    let package = [Path::new("pkg/dist"), Path::new("pkg/package.json"), packages.as_path()];
    unless_fresh("studio-packages", &package, &[&installed], || {
        println!("installing the npm packages of {FOLDER}");
        run_quietly(&mut npm(["ci"]))
    })?;
    unless_fresh("studio", &[&installed, &source, &page, &settings], &[&made], || {
        run(&mut npm(["run", "--silent", "build"]))
    })
}

/// npm, working in the folder of the page.
pub(crate) fn npm<const N: usize>(arguments: [&str; N]) -> Command {
    npm_in(FOLDER, arguments)
}

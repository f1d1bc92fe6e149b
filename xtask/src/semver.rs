//! `cargo xtask semver`: whether programs that were written for the last version compile with this one, in both
//! languages. Whatever breaks them must be in the changelog.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::process::{Result, cargo, read, run, stage};
use crate::skip_unchanged::target_folder;
use crate::{build, changelog, setup, version};

/// A program that uses the types of the package.
const CONSUMER: &str = "pkg/tests/types.ts";

/// What the compiler reports if something that was an error no longer is.
const ALLOWED_NOW: &str = "error TS2578";

pub(crate) fn check() -> Result {
    let Some(last) = last()? else {
        println!("nothing is published yet: no tag names a version, and there is nothing to compare with");
        return Ok(());
    };
    let tag = format!("v{}", last.map(|number| number.to_string()).join("."));
    let rust = stage("Rust", || rust(&tag));
    build::package()?;
    let types = stage("TypeScript", || types(&tag));
    let breaks: Vec<String> = [rust, types].into_iter().filter_map(Result::err).collect();
    if breaks.is_empty() {
        return Ok(());
    }
    if changelog::lists_breaks(&changelog::read()?)? {
        println!("programs for {tag} break, which the changelog lists:\n{}", breaks.join("\n"));
        return Ok(());
    }
    Err(format!("programs for {tag} break, and the changelog has no `### Breaking`:\n{}", breaks.join("\n")))
}

/// The last version that was tagged.
pub(crate) fn last() -> Result<Option<[u64; 3]>> {
    Ok(newest(&read(Command::new("git").args(["tag", "--list", "v*"]))?))
}

fn newest(tags: &str) -> Option<[u64; 3]> {
    tags.lines().filter_map(|tag| version::numbers(tag.strip_prefix('v')?).ok()).max()
}

fn rust(tag: &str) -> Result {
    setup::native_compiler()?;
    setup::semver_checks()?;
    run(&mut cargo(["semver-checks", "--package", "campaignkit", "--all-features", "--baseline-rev", tag]))
}

/// Compiles the program that was written for the tagged version against the package's present declarations.
fn types(tag: &str) -> Result {
    let folder = target_folder()?.join("xtask/semver");
    let written = |file: &str, text: &str| {
        let made = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(file), text));
        made.map_err(|error| format!("cannot write {file}: {error}"))
    };
    written("types.ts", &read(Command::new("git").args(["show", &format!("{tag}:{CONSUMER}")]))?)?;
    written("tsconfig.json", &configuration()?)?;
    let mut compiler = Command::new("node");
    compiler.args(["pkg/node_modules/typescript/bin/tsc", "--pretty", "false", "--project"]).arg(&folder);
    let output = compiler.stderr(Stdio::inherit()).output().map_err(|error| format!("node: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors: Vec<&str> = broken(&printed).collect();
    match (output.status.success(), errors.is_empty()) {
        (true, _) => Ok(()),
        // Nothing that it reported breaks a program.
        (false, true) if printed.contains(ALLOWED_NOW) => Ok(()),
        (false, _) => {
            Err(format!("{}{}", errors.join("\n"), if errors.is_empty() { "the compiler failed" } else { "" }))
        }
    }
}

/// The lines of the compiler's output that keep a program from compiling.
fn broken(printed: &str) -> impl Iterator<Item = &str> {
    printed.lines().filter(|line| line.contains("error TS") && !line.contains(ALLOWED_NOW))
}

/// Resolves the package to the folder in which it was built, as if it were installed.
fn configuration() -> Result<String> {
    let here = std::env::current_dir().map_err(|error| format!("the repository is nowhere: {error}"))?;
    let at = |path: &str| -> PathBuf { here.join("pkg").join(path) };
    let options = serde_json::json!({
        "files": ["types.ts"],
        "compilerOptions": {
            "noEmit": true,
            "strict": true,
            "target": "es2022",
            "lib": ["es2022", "dom"],
            "module": "esnext",
            "moduleResolution": "bundler",
            "typeRoots": [at("node_modules/@types")],
            "types": [],
            "paths": {
                "campaignkit": [at("dist/node.d.ts")],
                "campaignkit/*": [at("dist/*.d.ts")],
                "react": [at("node_modules/@types/react/index.d.ts")],
            },
        },
    });
    Ok(options.to_string())
}

#[cfg(test)]
mod tests {
    use super::{broken, newest};

    #[test]
    fn the_last_version_is_the_highest_that_is_tagged() {
        assert_eq!(newest("v0.2.0\nv0.10.1\nv0.9.0\nv1.0.0-rc.1\nvocabulary\n"), Some([0, 10, 1]));
        assert_eq!(newest(""), None);
    }

    #[test]
    fn what_is_no_error_any_more_breaks_nothing() {
        let printed = "types.ts(3,1): error TS2578: Unused '@ts-expect-error' directive.\n\
                       types.ts(9,7): error TS2339: Property 'id' does not exist.\n";
        let lines: Vec<&str> = broken(printed).collect();
        assert_eq!(lines, ["types.ts(9,7): error TS2339: Property 'id' does not exist."]);
    }
}

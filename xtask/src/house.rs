//! `cargo xtask house`: how the rooms of the code depend on each other. Imports go down, and never in a circle. The
//! exceptions are listed here with their reasons; the list only gets shorter.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Result;

/// The rooms of the crate, the lowest first.
const FLOORS: [&str; 26] = [
    "bounds",
    "id",
    "sort",
    "time",
    "shape",
    "error",
    "statement",
    "request",
    "channel",
    "store",
    "user",
    "account",
    "campaign",
    "people",
    "message",
    "sending",
    "import",
    "export",
    "launch",
    "privacy",
    "backup",
    "shared",
    "operations",
    "testing",
    "typescript",
    "lib",
];

/// The imports that climb, from a room to a higher one, and why.
const CLIMBS: [(&str, &str, &str); 8] = [
    ("user", "campaign", "a user has the time zone that schedules are in"),
    ("account", "campaign", "one that a campaign uses is not removed"),
    ("account", "sending", "what waits for a removed account is released"),
    ("campaign", "people", "a campaign is deleted with its prospects"),
    ("campaign", "sending", "a campaign shows the counts of its people, and leaves its tasks behind"),
    ("people", "message", "changed fields are looked for in messages that use them"),
    ("people", "sending", "a person who is removed leaves the queue and the counts"),
    ("message", "sending", "what is written for a person is of the step where the queue has them"),
];

const LINES_MAX: usize = 500;

/// The folders whose files must not be longer, and the kinds of files that count.
const SHORT: [&str; 8] = ["src", "bindings/src", "xtask", "tests", "benches", "examples", "pkg/src", "pkg/tests"];
const KINDS: [&str; 5] = ["rs", "ts", "tsx", "mjs", "css"];

/// Folders of installed or built files.
const FOREIGN: [&str; 3] = ["node_modules", "dist", "target"];

/// A generated file.
const GENERATED: &str = "pkg/src/types.ts";

/// Prints the listed exceptions. Fails if an import climbs or a file is too long without being listed, and if a listed
/// exception is gone.
pub(crate) fn check() -> Result {
    let mut faults = Vec::new();
    let crate_files = files("src", &["rs"])?;
    let package_files = files("pkg/src", &["ts"])?;

    let imports = rust_imports(&crate_files)?;
    faults.extend(circles(&imports).into_iter().map(|circle| format!("a circle of imports: {circle}")));
    faults.extend(
        circles(&typescript_imports(&package_files)?).into_iter().map(|it| format!("a circle of imports: {it}")),
    );

    let climbs = climbs(&imports)?;
    for climb in &climbs {
        match CLIMBS.iter().find(|(from, to, _)| (*from, *to) == (climb.0.as_str(), climb.1.as_str())) {
            Some((from, to, reason)) => println!("{from} imports {to}: {reason}"),
            None => faults.push(format!("{} climbs to {}, which is higher", climb.0, climb.1)),
        }
    }
    for (from, to, _) in CLIMBS {
        if !climbs.contains(&(from.to_owned(), to.to_owned())) {
            faults.push(format!("{from} climbs to {to} no more: strike it from the list"));
        }
    }

    for folder in SHORT {
        for file in files(folder, &KINDS)? {
            let name = file.to_string_lossy().replace('\\', "/");
            let lines = read(&file)?.lines().count();
            if lines > LINES_MAX && name != GENERATED {
                faults.push(format!("{name} has {lines} lines, more than {LINES_MAX}"));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Every file of ours of these kinds in a folder and its subfolders.
fn files(folder: &str, kinds: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                if !FOREIGN.iter().any(|foreign| path.ends_with(foreign)) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| kinds.iter().any(|kind| extension == *kind)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Which modules each module names in `use crate::…`, outside of its tests.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn rust_imports(files: &[PathBuf]) -> Result<Imports> {
    let module = |file: &Path| {
        let path = file.with_extension("").to_string_lossy().replace('\\', "/");
        let path = path.strip_prefix("src/").unwrap_or(&path).to_owned();
        path.strip_suffix("/mod").map_or(path.clone(), str::to_owned).replace('/', "::")
    };
    let modules: BTreeSet<String> = files.iter().map(|file| module(file)).collect();
    let mut imports = Imports::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs") && !file.ends_with("lib.rs")) {
        let text = read(file)?;
        let own = module(file);
        let named = imports.entry(own.clone()).or_default();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, _) in code.match_indices("use crate::") {
            let tree: String = code[at + "use crate::".len()..].chars().take_while(|c| *c != ';').collect();
            for path in leaves(&tree) {
                let mut parts: Vec<&str> = path.split("::").collect();
                while !parts.is_empty() && !modules.contains(&parts.join("::")) {
                    parts.pop();
                }
                let target = parts.join("::");
                if !target.is_empty() && target != own {
                    named.insert(target);
                }
            }
        }
    }
    Ok(imports)
}

/// The paths of a tree of imports: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((stem, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut branches, mut depth) = (vec![String::new()], 0);
    for character in inner.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(branch) = branches.last_mut() {
            branch.push(character);
        }
    }
    let branches = branches.iter().filter(|branch| !branch.trim().is_empty());
    branches.flat_map(|branch| leaves(branch)).map(|leaf| format!("{stem}{leaf}")).collect()
}

fn typescript_imports(files: &[PathBuf]) -> Result<Imports> {
    let mut imports = Imports::new();
    for file in files {
        let folder = file.parent().unwrap_or(Path::new(""));
        let named = imports.entry(file.to_string_lossy().into_owned()).or_default();
        for line in read(file)?.lines().filter(|line| line.starts_with("import ") || line.starts_with("} from ")) {
            let Some(path) = line.split_once("from \"").and_then(|(_, rest)| rest.split('"').next()) else { continue };
            if !path.starts_with('.') {
                continue;
            }
            let mut target = folder.to_path_buf();
            for part in path.split('/') {
                match part {
                    "." => {}
                    ".." => drop(target.pop()),
                    name => target.push(name),
                }
            }
            named.insert(target.with_extension("ts").to_string_lossy().into_owned());
        }
    }
    Ok(imports)
}

/// The circles, each once. Files in the same folder may import each other.
fn circles(imports: &Imports) -> Vec<String> {
    let mut found = BTreeSet::new();
    for start in imports.keys() {
        let mut ways = vec![vec![start]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let Some(last) = way.last() else { continue };
            for next in imports.get(*last).into_iter().flatten() {
                if next.starts_with(&format!("{last}::")) || last.starts_with(&format!("{next}::")) {
                    continue;
                }
                if next == start {
                    let mut members: Vec<&str> = way.iter().map(|module| module.as_str()).collect();
                    members.sort_unstable();
                    found.insert(members.join(", "));
                } else if seen.insert(next) {
                    ways.push(way.iter().copied().chain([next]).collect());
                }
            }
        }
    }
    found.into_iter().collect()
}

/// The pairs of a room and a higher room that it imports from.
fn climbs(imports: &Imports) -> Result<BTreeSet<(String, String)>> {
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let floor = |room: &str| {
        let at = FLOORS.iter().position(|known| *known == room);
        at.ok_or_else(|| format!("`{room}` has no floor: add it to the list of rooms"))
    };
    let mut found = BTreeSet::new();
    for (module, named) in imports {
        for other in named {
            let (from, to) = (room(module), room(other));
            if floor(&to)? > floor(&from)? {
                found.insert((from, to));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Imports, circles, leaves};

    #[test]
    fn a_tree_of_imports_has_its_paths() {
        assert_eq!(leaves("a::b"), ["a::b"]);
        assert_eq!(leaves("a::{b, c::{d as e, f}}"), ["a::b", "a::c::d", "a::c::f"]);
    }

    #[test]
    fn a_circle_is_found_and_a_folder_is_none() {
        let imports = |arrows: &[(&str, &str)]| {
            let mut imports = Imports::new();
            for (from, to) in arrows {
                imports.entry((*from).into()).or_default().insert((*to).into());
            }
            imports
        };
        assert_eq!(circles(&imports(&[("a", "b"), ("b", "c"), ("c", "a")])), ["a, b, c"]);
        assert!(circles(&imports(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
        assert!(circles(&imports(&[("a", "a::rows"), ("a::rows", "a")])).is_empty());
    }
}

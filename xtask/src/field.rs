//! Adds a field to accounts in a copy of the repository, by the list in `CONTRIBUTING.md` and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Result, cargo, read, run, stage};
use crate::skip_unchanged::target_folder;
use crate::{setup, types};

const SHAPE: &str = "src/store/schema.rs";

/// What is written into which file, below which line.
const EDITS: [(&str, &str, &str); 7] = [
    (
        "src/account/profile_fields.rs",
        r#"    daily_limit: u32 as DailyLimit, given "Option<u32>", shown u32, by daily_limit;"#,
        r#"    /// The sender's phone number, at most 255 characters.
    phone: String as Line, given "Option<String>", shown Option<&'a String>;"#,
    ),
    (
        "docs/rules.md",
        "| `display_name` | both | first and last name, else the address | one line |",
        "| `phone` | both | none | one line |",
    ),
    ("CHANGELOG.md", "# Changelog", "\n* Accounts have a `phone`."),
    (
        "tests/rules/accounts.rs",
        r#""display_name": "Ben Ode", "status": "connected","#,
        r#"            "phone": null,"#,
    ),
    ("tests/rules/accounts.rs", "use serde_json::{Value, json};", TEST),
    (
        "tests/durability/promises/columns.rs",
        r#"    ("account", "company", &["' a'"]),"#,
        r#"    ("account", "phone", &["' a'"]),"#,
    ),
    (
        "tests/durability/migration/mod.rs",
        "    let mut contents: Value = serde_json::from_str(&contents).unwrap();",
        r#"    for user in contents.as_array_mut().unwrap() {
        user["accounts"].as_array_mut().unwrap().iter_mut().for_each(|account| account["phone"] = json!(null));
    }"#,
    ),
];

const TEST: &str = r#"
#[test]
fn an_account_has_a_phone_that_is_changed_and_cleared() {
    let mut world = World::new();
    let number = |number: &str| Some(number.to_owned());
    let profile = Profile { phone: number(" 030 1 "), ..Profile::default() };
    let id = world.me().add_account(AddAccount { profile, ..AddAccount::email("cy@example.com") }).unwrap().id;
    let account = world.me().account(id).unwrap();
    assert_eq!(account.profile.phone, number("030 1"));
    assert_eq!(serde_json::to_value(&account).unwrap()["phone"], "030 1");
    let changed = world.me().update_account(id, json!({ "phone": "030 2" })).unwrap();
    assert_eq!((&changed.profile.phone, &changed), (&number("030 2"), &world.me().account(id).unwrap()));
    let cleared = UpdateAccount { phone: Some(None), ..UpdateAccount::default() };
    assert_eq!(world.me().update_account(id, cleared).unwrap().profile.phone, None);
    assert_eq!(world.me().account(id).unwrap().profile.phone, None);
}"#;

pub(crate) fn soak() -> Result {
    setup::native_compiler()?;
    let copy = Copy::new()?;
    let mut edited: BTreeSet<String> = EDITS.iter().map(|(file, ..)| (*file).to_owned()).collect();
    for (file, line, below) in EDITS {
        copy.edit(file, &format!("{line}\n"), &format!("{line}\n{below}\n"))?;
    }
    let last = copy.files.iter().filter(|file| file.starts_with("migrations/V")).count();
    let migration = format!("migrations/V{}__phone.sql", last + 1);
    copy.write(&migration, "ALTER TABLE account ADD COLUMN phone TEXT;\n")?;
    copy.edit(SHAPE, &format!("[&str; {last}] = ["), &format!("[&str; {}] = [", last + 1))?;
    copy.edit(SHAPE, "\n];\n", "\n    \"\",\n];\n")?;
    edited.extend([migration, SHAPE.to_owned()]);
    copy.check_list(&edited)?;

    stage("field, digest", || {
        let printed =
            copy.cargo(["test", "--all-features", "--lib", "schema"]).output().map_err(|why| why.to_string())?;
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        let digest = printed.split_once("left: \"").and_then(|(_, text)| text.split_once('"'));
        let (digest, _) = digest.ok_or_else(|| format!("the test of the schema prints no digest:\n{printed}"))?;
        copy.edit(SHAPE, "    \"\",\n", &format!("    \"{digest}\",\n"))
    })?;
    stage("field, types", || run(&mut copy.cargo(["xtask", "types"])))?;
    if !copy.read("pkg/src/types.ts")?.contains("\nphone: string | null,") {
        return Err("the new field is not in pkg/src/types.ts".to_owned());
    }
    stage("field, tests", || {
        run(&mut copy.cargo(["test", "--all-features", "--lib", "schema"]))?;
        run(&mut copy.cargo(["test", "--all-features", "--test", "rules", "--test", "model", "--", "--quiet"]))?;
        run(copy
            .cargo(["test", "--all-features", "--test", "durability", "--", "--quiet"])
            .args(["promises::", "versions::"]))
    })?;
    copy.check_others(&edited)
}

/// The tracked files of the repository, in a folder where they can be changed.
struct Copy {
    folder: PathBuf,
    files: Vec<String>,
}

impl Copy {
    /// What was built in an older copy stays.
    fn new() -> Result<Self> {
        let tracked = read(Command::new("git").args(["ls-files", "-z"]))?;
        let files = tracked.split_terminator('\0').map(str::to_owned).collect();
        let copy = Self { folder: target_folder()?.join("field"), files };
        for old in fs::read_dir(&copy.folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match old.file_name().is_some_and(|name| name == "target") {
                true => Ok(()),
                false if old.is_dir() => fs::remove_dir_all(&old),
                false => fs::remove_file(&old),
            }
            .map_err(|error| format!("{}: {error}", old.display()))?;
        }
        for file in &copy.files {
            let to = copy.folder.join(file);
            let made = fs::create_dir_all(to.parent().unwrap_or(&copy.folder)).and_then(|()| fs::copy(file, &to));
            made.map_err(|error| format!("{file}: {error}"))?;
        }
        Ok(copy)
    }

    fn read(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.folder.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    fn write(&self, file: &str, text: &str) -> Result {
        fs::write(self.folder.join(file), text).map_err(|error| format!("{file}: {error}"))
    }

    /// Replaces a text that stands once in a file.
    fn edit(&self, file: &str, from: &str, to: &str) -> Result {
        match self.read(file)?.split(from).collect::<Vec<_>>()[..] {
            [before, after] => self.write(file, &[before, to, after].concat()),
            _ => Err(format!("{file} does not have this text once: {from}")),
        }
    }

    fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = cargo(arguments);
        command.current_dir(&self.folder);
        command
    }

    /// Fails if the list does not name a file that was edited.
    fn check_list(&self, edited: &BTreeSet<String>) -> Result {
        let guide = self.read("CONTRIBUTING.md")?;
        let list = guide.split("\n## ").find(|section| section.starts_with("Adding a field\n")).unwrap_or_default();
        let is_named = |file: &str| match file.split_once("/V") {
            Some(("migrations", _)) => list.contains("`migrations/V<n>__"),
            _ => list.contains(&format!("`{file}")),
        };
        match edited.iter().find(|file| !is_named(file)) {
            Some(file) => Err(format!("\"Adding a field\" in CONTRIBUTING.md does not name {file}")),
            None => Ok(()),
        }
    }

    /// Fails if another file is not as it was, unless it is generated.
    fn check_others(&self, edited: &BTreeSet<String>) -> Result {
        let is_same = |file: &String| fs::read(file).ok() == fs::read(self.folder.join(file)).ok();
        let is_meant = |file: &String| edited.contains(file) || types::FILES.contains(&file.as_str());
        match self.files.iter().find(|file| !is_meant(file) && !is_same(file)) {
            Some(file) => Err(format!("{file} had to change for a new field, too")),
            None => Ok(()),
        }
    }
}

//! A new file is empty or complete, whatever stops its making; the files of every schema so far open and work.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::child;
use crate::child::{Dice, Process, argument, say};
use crate::power::{Disk, Loss};
use crate::world::{NOW_MS, World, add_user, stats};
use campaignkit::{
    AccountId, Field, Input, LeadOutcome, OpenOptions, Outcome, Reading, Session, SimulatedHost, Store, UserId,
};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value, json};

/// What SQLite itself sees in a file: its schema and whose file it says it is.
fn schema(conn: &Connection) -> Vec<String> {
    let number = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0)).unwrap();
    let mut lines = vec![format!("{:x} {}", number("application_id"), number("user_version"))];
    let mut statement = conn.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
    lines.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    lines
}

/// A file as it was before a migration: none, or one of an older schema.
struct Before {
    file: Option<PathBuf>,
    /// Its schema, and that of a complete file.
    either: [Vec<String>; 2],
    contents: Value,
}

impl Before {
    /// A new file, and a file of every schema before this one.
    fn all(directory: &Path) -> Vec<Self> {
        let path = directory.join("complete.db");
        Store::open(&path).unwrap().close().unwrap();
        let complete = schema(&Connection::open(path).unwrap());
        assert!(complete.len() > 6);
        let new = Self { file: None, either: [vec!["0 0".to_owned()], complete.clone()], contents: json!([]) };
        let older = versions().into_iter().map(|version| {
            let (path, contents) = checked_in(version, directory);
            let old = schema(&Connection::open(&path).unwrap());
            Self { file: Some(path), either: [old, complete.clone()], contents }
        });
        [new].into_iter().chain(older.filter(|before| before.either[0] != before.either[1])).collect()
    }

    /// Opens a store that must hold all that the file held, and work.
    fn assert_kept(&self, store: &mut Store) {
        assert_eq!(contents(store), self.contents);
        let (user, email, _) = add_user(store);
        let mut me = store.session(user).unwrap();
        let request = json!({ "type": "email", "name": "Works", "sender_account_ids": [email], "signature": "" });
        let campaign = me.create_campaign(request).unwrap().campaign;
        let node = campaign.sequence_nodes[0].id;
        me.update_node(campaign.id, node, json!({ "subject": "Hello", "body": "%first_name%" })).unwrap();
        let prospects = json!({ "prospects": [{ "email": "bo@example.com", "first_name": "Bo" }] });
        me.add_prospects(campaign.id, prospects).unwrap();
        assert_eq!(me.launch(campaign.id, None).unwrap().enrolled, 1);
        assert_eq!(store.check_invariants().unwrap(), []);
    }
}

#[test]
fn a_killed_migration_leaves_the_old_schema_or_the_new_one() {
    const KILLS: u64 = 60;
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let starts = Before::all(directory.path());
    for kill in 0..KILLS {
        let before = &starts[kill as usize % starts.len()];
        let files = directory.path().join(kill.to_string());
        std::fs::create_dir(&files).unwrap();
        let from = before.file.as_deref().unwrap_or(Path::new(""));
        let arguments = [("PATH", files.as_os_str()), ("FROM", from.as_os_str())];
        let child = Process::start("the_child_that_opens_files_until_it_is_killed", &arguments);
        // It says the name of a file and then opens it: the kill falls into the opening of the last one.
        let mut said = vec![child.hear()];
        said.extend(child.hear_for(Duration::from_micros(dice.below(10_000)), 1 + dice.below(6) as usize));
        said.extend(child.kill());
        for (index, name) in said.iter().enumerate() {
            let path = files.join(name);
            if !path.exists() {
                assert_eq!(index, said.len() - 1, "seed {seed}");
                continue;
            }
            let schema = schema(&Connection::open(&path).unwrap());
            let allowed = if index < said.len() - 1 { &before.either[1..] } else { &before.either };
            assert!(allowed.contains(&schema), "seed {seed}, {schema:?}");
            before.assert_kept(&mut Store::open(&path).unwrap());
        }
    }
}

#[test]
#[ignore = "the child of a_killed_migration_leaves_the_old_schema_or_the_new_one"]
fn the_child_that_opens_files_until_it_is_killed() {
    let Some(directory) = argument("PATH") else { return };
    let from = argument("FROM").filter(|from| !from.is_empty());
    for number in 0_u64.. {
        let name = format!("{number}.db");
        let path = Path::new(&directory).join(&name);
        if let Some(from) = &from {
            std::fs::copy(from, &path).unwrap();
        }
        say(&name);
        Store::open(path).unwrap().close().unwrap();
    }
}

#[test]
fn a_migration_stopped_at_any_operation_leaves_the_old_schema_or_the_new_one() {
    let directory = tempfile::tempdir().unwrap();
    for before in Before::all(directory.path()) {
        let file = before.file.as_ref().map(|file| std::fs::read(file).unwrap());
        let disk = |name: &str| {
            let disk = Disk::new(name);
            if let Some(file) = &file {
                disk.put("new.db", file.clone());
            }
            disk
        };
        let open = |disk: &Disk| {
            OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs(disk.vfs()).exclusive(true).open("new.db")
        };
        let whole = disk("migration-whole");
        open(&whole).unwrap().close().unwrap();
        let operations = whole.operations();

        let mut seen = [false; 2];
        for cut in 1..operations {
            let disk = disk("migration");
            disk.cut_after(cut);
            let opened = open(&disk).is_ok();
            let mut dice = Dice::new(cut);
            for way in 0..6 {
                let restarted = disk.restart(
                    "migration-restarted",
                    match way {
                        0 => Loss::Nothing,
                        1 => Loss::Unsynced,
                        _ => Loss::Some(&mut dice),
                    },
                );
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
                let conn = Connection::open_with_flags_and_vfs("new.db", flags, restarted.vfs()).unwrap();
                conn.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
                let schema = schema(&conn);
                drop(conn);
                let which = before.either.iter().position(|allowed| *allowed == schema);
                seen[which.unwrap_or_else(|| panic!("cut {cut}, way {way}: {schema:?}"))] = true;
                let is_complete = schema == before.either[1];
                assert!(way > 0 || !opened || is_complete, "cut {cut}: an opened file is complete");
                before.assert_kept(&mut open(&restarted).unwrap());
            }
        }
        assert_eq!(seen, [true, true], "the cuts fall on both sides of the migration");
    }
}

fn databases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases")
}

/// The schemas of which a database is checked in.
fn versions() -> Vec<u32> {
    let names = std::fs::read_dir(databases()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut versions: Vec<u32> =
        names.filter_map(|name| name.strip_prefix('v')?.strip_suffix(".sqlite")?.parse().ok()).collect();
    versions.sort_unstable();
    assert_eq!(versions.first(), Some(&1));
    versions
}

/// Everything that a store answers about what it holds.
fn contents(store: &mut Store) -> Value {
    let users = store.list_users(Input::NONE).unwrap().users;
    let users = users.into_iter().map(|user| {
        let mut me = store.session(user.id).unwrap();
        let mut contents = json!({
            "user": user,
            "accounts": me.list_accounts(Input::NONE).unwrap().accounts,
            "campaigns": me.list_campaigns(Input::NONE).unwrap().campaigns,
            "events": me.list_events(json!({ "limit": 200 })).unwrap().events,
        });
        contents.as_object_mut().unwrap().extend(people(&mut me));
        contents
    });
    users.collect()
}

/// The people of a user and who must not be contacted. The first schema knew no one: what is empty is not named.
fn people(me: &mut Session<'_>) -> Map<String, Value> {
    let mut people = Map::new();
    let mut name = |what: String, found: Value| {
        if found.as_array().is_some_and(|found| !found.is_empty()) {
            people.insert(what, found);
        }
    };
    for campaign in me.list_campaigns(Input::NONE).unwrap().campaigns {
        let prospects = me.list_prospects(campaign.id, Input::NONE).unwrap().prospects;
        name(format!("prospects of {}", campaign.id), serde_json::to_value(prospects).unwrap());
    }
    let lists = me.list_lists(Input::NONE).unwrap().lists;
    for list in &lists {
        let leads = me.list_leads(list.id, Input::NONE).unwrap().leads;
        name(format!("leads of {}", list.id), serde_json::to_value(leads).unwrap());
    }
    name("lists".to_owned(), serde_json::to_value(lists).unwrap());
    let suppressions = me.list_suppressions(Input::NONE).unwrap().suppressions;
    name("suppressions".to_owned(), serde_json::to_value(suppressions).unwrap());
    people
}

/// A copy of the checked-in database of a schema, and what it holds.
fn checked_in(version: u32, directory: &Path) -> (PathBuf, Value) {
    let path = directory.join(format!("copy of v{version}.db"));
    let name = databases().join(format!("v{version}"));
    std::fs::copy(name.with_extension("sqlite"), &path).unwrap();
    let contents = std::fs::read_to_string(name.with_extension("json")).unwrap();
    let mut contents: Value = serde_json::from_str(&contents).unwrap();
    if version < 3 {
        contents.as_array_mut().unwrap().iter_mut().for_each(say_what_the_third_schema_says);
    }
    if version < 4 {
        contents.as_array_mut().unwrap().iter_mut().for_each(say_what_the_fourth_schema_says);
    }
    (path, contents)
}

/// The fourth schema knows which campaigns stay open, when their messages are late, and why someone is suppressed.
fn say_what_the_fourth_schema_says(user: &mut Value) {
    for campaign in user["campaigns"].as_array_mut().unwrap() {
        campaign["stay_open"] = json!(false);
        campaign["late_after_minutes"] = json!(4_320);
    }
    for suppression in user.get_mut("suppressions").and_then(Value::as_array_mut).into_iter().flatten() {
        suppression["reason"] = json!("manual");
    }
}

/// The third schema knows when invitations are given up, and counts what became of the prospects of launched campaigns,
/// to whom nothing could be sent before.
fn say_what_the_third_schema_says(user: &mut Value) {
    user["user"]["acceptance_days"] = json!(14);
    let people = user.clone();
    for campaign in user["campaigns"].as_array_mut().unwrap() {
        if campaign["status"] == "draft" {
            continue;
        }
        let prospects = &people[format!("prospects of {}", campaign["id"].as_str().unwrap())];
        let prospects: Vec<&str> =
            prospects.as_array().into_iter().flatten().map(|prospect| prospect["status"].as_str().unwrap()).collect();
        let count = |status: &str| prospects.iter().filter(|found| **found == status).count();
        let counts = json!({ "prospects": prospects.len(), "pending": count("pending"), "skipped": count("skipped") });
        campaign["stats"] = stats(counts);
    }
}

#[test]
fn a_database_of_any_schema_opens_with_all_that_it_holds() {
    let directory = tempfile::tempdir().unwrap();
    for version in versions() {
        let (path, expected) = checked_in(version, directory.path());
        let mut store = Store::open(&path).unwrap();
        assert_eq!(contents(&mut store), expected, "v{version}");
        assert_eq!(store.check_invariants().unwrap(), [], "v{version}");
    }
}

#[test]
fn a_database_of_any_schema_goes_on_working() {
    let directory = tempfile::tempdir().unwrap();
    for version in versions() {
        let (path, contents) = checked_in(version, directory.path());
        assert_goes_on(&mut Store::open(&path).unwrap(), &contents);
    }
}

fn assert_goes_on(store: &mut Store, contents: &Value) {
    let first = &contents[1];
    let user: UserId = first["user"]["id"].as_str().unwrap().parse().unwrap();
    let sender = first["accounts"].as_array().unwrap().iter().find(|account| account["type"] == "email").unwrap();
    let sender: AccountId = sender["id"].as_str().unwrap().parse().unwrap();
    let mut me = store.session(user).unwrap();

    let taken = json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [sender] });
    let error = me.create_campaign(taken).unwrap_err();
    assert_eq!(serde_json::to_value(&error).unwrap()["suggested_name"], "Q2 Enterprise Outreach (3)");

    let free = json!({ "type": "email", "name": "Deleted", "sender_account_ids": [sender] });
    let created = me.create_campaign(free).unwrap().campaign;
    assert_eq!(me.campaign(created.id).unwrap(), created);
    for campaign in first["campaigns"].as_array().unwrap() {
        let id = campaign["id"].as_str().unwrap();
        if campaign["status"] == "active" {
            assert_eq!(me.delete_campaign(id).unwrap_err().code(), "campaign_active");
            me.pause(id).unwrap();
        }
        me.delete_campaign(id).unwrap();
    }
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[test]
fn a_retry_that_began_before_the_update_is_still_one() {
    let directory = tempfile::tempdir().unwrap();
    for version in versions() {
        let (path, contents) = checked_in(version, directory.path());
        let user = contents[1]["user"]["id"].as_str().unwrap();
        let campaigns = contents[1]["campaigns"].as_array().unwrap();
        let retried = campaigns.iter().find(|campaign| campaign["id"] == CLIENT_MADE).unwrap();
        let mut store = Store::open(&path).unwrap();
        let mut me = store.session(user).unwrap();
        let sender = retried["sender_account_ids"][0].as_str().unwrap();
        let again = me.create_campaign(client_made(sender)).unwrap();
        assert_eq!(serde_json::to_value(again.campaign).unwrap(), *retried, "v{version}");
    }
}

#[test]
fn the_migrations_that_made_a_checked_in_database_are_unchanged() {
    let history = |path: &Path| -> Vec<(u32, String, String)> {
        let conn = Connection::open(path).unwrap();
        let mut statement =
            conn.prepare("SELECT version, name, checksum FROM refinery_schema_history ORDER BY version").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("now.db");
    Store::open(&path).unwrap().close().unwrap();
    let now = history(&path);
    for version in versions() {
        let then = history(&checked_in(version, directory.path()).0);
        assert_eq!(then.last().map(|(last, ..)| *last), Some(version));
        assert!(now.starts_with(&then), "a released migration is frozen: {then:?}, {now:?}");
    }
}

const CLIENT_MADE: &str = "019dc000-0000-7000-8000-000000000001";

fn client_made(sender: &str) -> Value {
    json!({ "id": CLIENT_MADE, "type": "linkedin", "name": "Founders", "sender_account_ids": [sender],
            "skip_other_campaigns": false,
            "operating_hours": { "time_zone": "America/New_York", "friday": [{ "start": "22:00", "end": "02:00" }] } })
}

/// Writes a database of the present schema, and what it holds, beside the older ones. To be run once for each
/// released schema: `cargo test --test durability -- --ignored write_the_database_of_this_schema`.
#[test]
#[ignore = "writes tests/databases"]
fn write_the_database_of_this_schema() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock.clone());
    let step = || clock.advance_ms(61_001);
    let (email, linkedin) = (world.email, world.linkedin);
    let user = world.user;
    world.store.update_user(user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    step();
    let second = world.me().add_account(json!({
        "type": "linkedin", "profile_url": "https://www.linkedin.com/in/Zoë/", "is_premium": true,
        "first_name": "Zoë", "last_name": "漢", "company": "Ex & Co", "title": "CEO", "signature": "Bye,\n%first_name%",
        "display_name": "Zoë (work)", "daily_limit": 12, "weekly_connection_limit": 34, "weekly_message_limit": 56,
    }));
    let second = second.unwrap().id;
    world.me().update_account(email, json!({ "status": "disconnected", "first_name": "Ana" })).unwrap();
    let gone = world.me().add_account(json!({ "type": "email", "email_address": "Gone@Example.com" })).unwrap().id;
    step();
    for request in [
        json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [email] }),
        json!({ "type": "email", "name": "Q2 Enterprise Outreach (2)", "sender_account_ids": [email, gone],
                "daily_limit": 1e15, "stop_on_reply": false, "open_tracking": false, "signature": "" }),
        json!({ "type": "linkedin", "name": "🚀 Gründer", "sender_account_ids": [second, linkedin] }),
        client_made(&linkedin.to_string()),
        json!({ "type": "email", "name": "Deleted", "sender_account_ids": [email] }),
    ] {
        let campaign = world.create(request).unwrap().campaign;
        step();
        if ["Deleted", "Q2 Enterprise Outreach (2)"].contains(&campaign.name.as_str()) {
            world.me().delete_campaign(campaign.id).unwrap();
        }
    }
    world.me().remove_account(gone).unwrap();
    step();
    let last = json!({ "type": "email", "name": "Q2 Enterprise Outreach (2)", "sender_account_ids": [email],
                       "daily_limit": 7, "signature": "Cheers" });
    world.create(last).unwrap();
    let (other, _, _) = add_user(&mut world.store);
    let mut other = world.store.session(other).unwrap();
    let sender = other.list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
    other
        .create_campaign(json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [sender] }))
        .unwrap();

    enrol(&mut world.store.session(user).unwrap(), [linkedin, second], &step);

    let contents = serde_json::to_string_pretty(&contents(&mut world.store)).unwrap();
    world.store.close().unwrap();
    let schema = Connection::open(&path).unwrap().query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    let target = databases().join(format!("v{}", schema.unwrap()));
    std::fs::copy(path, target.with_extension("sqlite")).unwrap();
    std::fs::write(target.with_extension("json"), contents + "\n").unwrap();
}

/// Gives a user people in lists and campaigns, suppressions, and campaigns of every status.
#[expect(clippy::too_many_lines, reason = "one story")]
fn enrol(me: &mut Session<'_>, senders: [AccountId; 2], step: &impl Fn()) {
    let list = me.create_list(json!({ "name": "Gründer" })).unwrap().id;
    let gone = me.create_list(json!({ "name": "Gone" })).unwrap().id;
    let leads = json!([
        { "email": " Bo@Example.com", "linkedin_url": "https://www.linkedin.com/in/Bo/?x=1", "first_name": "Bo",
          "last_name": "漢", "company": "Ex & Co", "position": "CTO", "headline": "I \"build\" things 🚀",
          "custom_fields": { "Deal Größe": "12 €", "Notes": "first\n\tsecond" } },
        { "linkedin_url": "linkedin.com/in/cy", "name": "Cy O'Neil" },
        { "email": "dee@example.com", "custom_fields": { "k": "v" } },
        { "email": "removed@example.com" },
    ]);
    let added = me.add_leads(list, json!({ "leads": leads })).unwrap();
    me.add_leads(gone, json!({ "leads": [{ "email": "gone@example.com" }] })).unwrap();
    step();
    let LeadOutcome::Added { lead_id } = added.outcomes[3] else { panic!("{added:?}") };
    me.remove_lead(lead_id).unwrap();
    me.delete_list(gone).unwrap();

    let email = me.add_account(json!({ "type": "email", "email_address": "max@example.com", "first_name": "Max" }));
    let email = email.unwrap().id;
    step();
    let mut create = |name: &str, channel: &str, sender: AccountId| {
        me.create_campaign(json!({ "type": channel, "name": name, "sender_account_ids": [sender] }))
            .unwrap()
            .campaign
            .id
    };
    let [first, second] = senders;
    let [active, paused, completed] = ["Active", "Paused", "Completed"]
        .map(|name| create(name, "linkedin", if name == "Paused" { second } else { first }));
    let [mailed, written] = ["Mailed", "Written"].map(|name| create(name, "email", email));
    step();
    let nodes = json!([
        { "type": "email", "subject": "50%% for %company|your firm%", "body": "Hi %first_name|there%,\n{{x}} 漢" },
        { "type": "delay", "delay_days": 3, "delay_minutes": 30 },
        { "type": "email", "subject": "", "body": "%custom_fields.k|Still there?%", "is_reply": true },
    ]);
    for campaign in [mailed, written] {
        me.update_campaign(campaign, json!({ "sequence_nodes": nodes, "stop_on_reply": false })).unwrap();
        me.import_list(campaign, list).unwrap();
    }
    let csv = "\u{feff}E-Mail;Vorname;Notiz\r\neve@example.com;Eve;\"one\r\ntwo\"\r\nno one;;\r\nfay@example.org;;\r\n";
    let content_hash = me.preview_csv(csv.as_bytes(), Reading::default()).unwrap().content_hash;
    let mapping = json!({ "mapping": ["email", "first_name"], "content_hash": content_hash });
    assert_eq!(me.import_csv(mailed, csv.as_bytes(), mapping).unwrap().imported, 2);
    for campaign in [active, paused] {
        me.import_list(campaign, list).unwrap();
    }
    let others = ["dee", "eve", "fay"].map(|name| json!({ "linkedin_url": format!("linkedin.com/in/{name}") }));
    me.add_prospects(active, json!({ "prospects": &others[..2] })).unwrap();
    me.add_prospects(paused, json!({ "prospects": &others[1..] })).unwrap();
    step();
    let suppressions = [
        ("email_address", "DEE@example.com"),
        ("email_domain", "@example.org"),
        ("linkedin_profile", "https://linkedin.com/in/dee"),
        ("email_domain", "removed.example"),
    ];
    let suppressions = suppressions.map(|(kind, value)| json!({ "type": kind, "value": value }));
    let added = me.add_suppressions(json!({ "suppressions": suppressions })).unwrap();
    me.remove_suppression(added.suppressions[3].id).unwrap();
    step();

    // Suppressed people are skipped, and those whom the other campaign holds.
    assert_eq!(me.launch(active, None).unwrap().skipped.len(), 1);
    assert_eq!(me.launch(paused, None).unwrap().skipped.len(), 3);
    step();
    assert!(me.pause(paused).unwrap().changed);
    me.launch(completed, None).unwrap();
    assert_eq!(me.launch(mailed, None).unwrap().skipped.len(), 2);
    me.update_campaign(mailed, json!({ "name": "Mailed, slowly", "daily_limit": 3 })).unwrap();
    step();
    let prospects = me.list_prospects(written, Input::NONE).unwrap().prospects;
    me.update_prospect(prospects[0].id, json!({ "company": null, "custom_fields": { "k": "new" } })).unwrap();
    me.remove_prospect(prospects[1].id).unwrap();
    let last = me.campaign(written).unwrap().sequence_nodes[2].id;
    me.move_node(written, last, json!({ "position": 0 })).unwrap();
    let tasks = me.claim_due(json!({ "late": "send" })).unwrap().tasks;
    assert!(tasks.len() > 1, "one stays claimed");
    me.complete(tasks[0].id, json!({ "outcome": "sent" })).unwrap();
    let reply = json!({ "id": "reply", "type": "replied", "task_id": tasks[0].id });
    me.record_event(reply).unwrap();
    let node = me.campaign(written).unwrap().sequence_nodes[0].id;
    me.edit_message(prospects[0].id, node, json!({ "subject": "Mine", "body": "By hand" })).unwrap();
    for status in ["draft", "active", "paused", "completed"] {
        assert!(!me.list_campaigns(json!({ "status": status })).unwrap().campaigns.is_empty(), "{status}");
    }
}

#[test]
fn names_and_signatures_of_before_are_cleaned_and_names_stay_unique() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.db");
    std::fs::copy(databases().join("odd-v3.sqlite"), &path).unwrap();
    let file = std::fs::read(&path).unwrap();
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.check_invariants().unwrap(), []);
    let cleaned = store.dump().unwrap();
    let is_odd = |c: char| c.is_control() && c != '\n' && c != '\r' && c != '\t';
    assert!(!cleaned.contains(is_odd));

    let users = store.list_users(Input::NONE).unwrap().users;
    let user =
        users.iter().find(|user| store.session(user.id).unwrap().list_lists(Input::NONE).unwrap().lists.len() == 1);
    let mut me = store.session(user.unwrap().id).unwrap();
    let names: Vec<String> =
        me.list_campaigns(Input::NONE).unwrap().campaigns.iter().map(|campaign| campaign.name.to_string()).collect();
    for name in ["Act ive now", "Act ive now (2)", "Act ive now (3)", "Untitled", "Untitled (2)"] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    assert_eq!(me.list_lists(Input::NONE).unwrap().lists[0].name.as_str(), "Gr ünder");
    let accounts = me.list_accounts(Input::NONE).unwrap().accounts;
    let max = accounts.iter().find(|account| account.address() == "max@example.com").unwrap();
    assert_eq!(max.display_name(), "Max Bcc: eve@example.com");
    let profile = &max.profile;
    assert_eq!([&profile.first_name, &profile.title], [&Some("Max".to_owned()), &Some("C E O".to_owned())]);
    assert_eq!([&profile.last_name, &profile.company], [&None, &None]);
    assert_eq!(profile.signature.as_deref(), Some("Bye"));
    assert!(accounts.iter().any(|account| account.address() == "https://www.linkedin.com/in/ana?q=2"));

    // The same of a file that is taken in or recovered.
    let mut taken = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
    taken.import(&file).unwrap();
    let unstamped = |dump: &str| {
        dump.lines()
            .filter(|line| !line.contains("'shape'") && !line.contains("'identities'") && !line.contains("'answers'"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(unstamped(&taken.dump().unwrap()), unstamped(&cleaned));
    std::fs::write(&path, &file).unwrap();
    let mut recovered = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).recover(&path).unwrap();
    assert!(recovered.report.complete, "{:?}", recovered.report);
    assert_eq!(unstamped(&recovered.store.dump().unwrap()), unstamped(&cleaned));
}

#[test]
fn people_who_turn_out_to_be_one_are_united_and_nothing_sent_is_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.db");
    std::fs::copy(databases().join("odd-v4.sqlite"), &path).unwrap();
    let before = Connection::open(&path).unwrap();
    let count = |conn: &Connection, of: &str| {
        conn.query_row(&format!("SELECT count(*) FROM {of}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let (tasks, people) = (count(&before, "task"), count(&before, "prospect"));
    before.close().unwrap();

    let clock = SimulatedHost::new(1, NOW_MS);
    let mut store = OpenOptions::new(clock.clone()).open(&path).unwrap();
    assert_eq!(store.check_invariants().unwrap(), []);
    let migrated = store.info().unwrap().migrated.unwrap();
    assert_eq!((migrated.from, migrated.united.prospects, migrated.united.leads), (4, 5, 1));
    let user = store.list_users(Input::NONE).unwrap().users[0].id;
    let mut me = store.session(user).unwrap();
    let campaigns = me.list_campaigns(Input::NONE).unwrap().campaigns;
    let of = |name: &str| campaigns.iter().find(|campaign| campaign.name.as_str() == name).unwrap().id;
    let mut listed = |name: &str| {
        let prospects = me.list_prospects(of(name), Input::NONE).unwrap().prospects;
        let told = prospects.iter().map(|prospect| {
            let field = |field| prospect.person.get(field).unwrap_or_default().into_owned();
            let name = field(Field::LinkedinUrl).rsplit("linkedin.com/").next().unwrap().to_owned();
            format!("{name} {} {} {}", prospect.status.word(), field(Field::FirstName), field(Field::Email))
        });
        told.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        listed("active"),
        [
            "in/ana message_sent Ana ana@example.com",
            "in/j%C3%BCrgen message_sent",
            "in/rex/en replied Rex",
            "in/dee pending Dee",
            "sales/lead/ACwAAb,NAME_SEARCH,1 pending",
            "sales/lead/acwaab pending",
            "company/acme pending",
            "in/stopped pending",
        ]
    );
    assert_eq!(listed("second"), ["in/ana message_sent", "in/cy message_sent"]);
    assert_eq!(listed("draft"), ["in/eve pending"]);
    let suppressed = me.list_suppressions(Input::NONE).unwrap().suppressions;
    let mut suppressed: Vec<&str> = suppressed.iter().map(|suppression| suppression.value.as_str()).collect();
    suppressed.sort_unstable();
    assert_eq!(suppressed, ["linkedin.com/in/eve", "linkedin.com/in/stopped", "linkedin.com/sales/lead/ACwAAb"]);
    assert_eq!(me.list_accounts(Input::NONE).unwrap().accounts.len(), 3, "campaigns send from both twins");

    // Nobody is written to twice, and nobody who is suppressed.
    clock.advance_ms(7 * 24 * 3_600_000);
    let mut written = Vec::new();
    loop {
        let tasks = me.claim_due(json!({ "max": 100 })).unwrap().tasks;
        if tasks.is_empty() {
            break;
        }
        for task in tasks {
            me.complete(task.id, Outcome::Sent).unwrap();
            let url = task.prospect.person.get(Field::LinkedinUrl).unwrap().into_owned();
            written.push(format!("{} {}", url.rsplit("linkedin.com/").next().unwrap(), task.position));
        }
    }
    written.sort_unstable();
    assert_eq!(
        written,
        ["company/acme 0", "in/ana 2", "in/ana 2", "in/dee 0", "in/j%C3%BCrgen 2", "sales/lead/acwaab 0",]
    );
    assert_eq!(store.check_invariants().unwrap(), []);
    store.close().unwrap();
    let after = Connection::open(&path).unwrap();
    assert_eq!(count(&after, "task"), tasks + written.len() as i64, "nothing that was sent is forgotten");
    assert_eq!(count(&after, "prospect"), people - 5);
}

#[test]
fn what_people_answered_before_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.db");
    std::fs::copy(databases().join("odd-v5.sqlite"), &path).unwrap();
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut store = OpenOptions::new(clock).open(&path).unwrap();
    assert_eq!(store.info().unwrap().migrated.unwrap().from, 5);
    assert_eq!(store.check_invariants().unwrap(), []);
    let mut text = String::new();
    for user in store.list_users(Input::NONE).unwrap().users {
        let mut me = store.session(user.id).unwrap();
        for campaign in me.list_campaigns(Input::NONE).unwrap().campaigns {
            let mut add = |piece: &str| {
                text.push_str(piece);
                Ok(())
            };
            me.export_prospects(campaign.id, None, &mut add).unwrap();
        }
    }
    // One who replied in the third version and later once more, and one who did so in the fifth; what they sent came back, too.
    for answers in ["2026-04-22T10:15:15.015Z,2026-05-22T10:10:00Z", "2026-05-22T10:04:00Z,2026-05-22T10:04:00Z"] {
        assert!(text.contains(&format!(",{answers},")), "{answers}");
    }
}

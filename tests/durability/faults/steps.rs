//! What each operation costs, counted without a clock: the steps of SQLite's virtual machine and the flushes of the disk,
//! against a table that is checked in.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Once;

use rusqlite::ffi;

use super::*;

/// How much more than what is written an operation may take.
const PERCENT: u64 = 5;

/// How many people, leads and suppressions there are, so that what should not look at all of them shows.
const MANY: usize = 300;

/// The steps and the flushes of an operation.
type Cost = (u64, u64);

thread_local! {
    static IS_COUNTED: Cell<bool> = const { Cell::new(false) };
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts the steps of all statements of the connections that this thread opens while it is there.
struct Counting;

impl Counting {
    fn begin() -> Self {
        static ONCE: Once = Once::new();
        // SAFETY: SQLite is initialised by then, and calls it for each new connection.
        ONCE.call_once(|| assert_eq!(unsafe { ffi::sqlite3_auto_extension(Some(watch)) }, ffi::SQLITE_OK));
        IS_COUNTED.set(true);
        Self
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        IS_COUNTED.set(false);
    }
}

unsafe extern "C" fn watch(
    connection: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    if !IS_COUNTED.get() {
        return ffi::SQLITE_OK;
    }
    let end_of_statement = ffi::SQLITE_TRACE_PROFILE as c_uint;
    // SAFETY: It is the connection that is being opened.
    unsafe { ffi::sqlite3_trace_v2(connection, end_of_statement, Some(count), std::ptr::null_mut()) }
}

unsafe extern "C" fn count(_: c_uint, _: *mut c_void, statement: *mut c_void, _: *mut c_void) -> c_int {
    // SAFETY: With this kind of trace it is the statement that ended.
    let steps = unsafe { ffi::sqlite3_stmt_status(statement.cast(), ffi::SQLITE_STMTSTATUS_VM_STEP, 1) };
    STEPS.set(STEPS.get() + u64::from(steps.unsigned_abs()));
    0
}

/// The ground with a campaign that runs, a list and suppressions more.
fn large() -> Ground {
    let mut ground = Ground::new();
    let disk = Disk::new("steps-ground");
    disk.put(FILE, ground.file.clone());
    let mut store = WAYS[0].options(&disk, 7).open(FILE).unwrap();
    let mut me = store.session(ground.user).unwrap();
    let account = json!({ "type": "email", "email_address": "steps@example.com" });
    let account = me.add_account(account).unwrap().id;
    let people: Vec<Value> = (0..MANY).map(|n| json!({ "email": format!("p{n}@of{}.example", n % 7) })).collect();
    let request = json!({ "type": "email", "name": "Steps", "sender_account_ids": [account], "signature": "" });
    let campaign = me.create_campaign(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "Hi" }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    me.add_prospects(campaign, json!({ "prospects": people })).unwrap();
    me.launch(campaign, None).unwrap();
    let list = me.create_list(json!({ "name": "Steps" })).unwrap().id;
    me.add_leads(list, json!({ "leads": people })).unwrap();
    let suppressions: Vec<Value> =
        (0..MANY).map(|n| json!({ "type": "email_address", "value": format!("s{n}@gone.example") })).collect();
    me.add_suppressions(json!({ "suppressions": suppressions })).unwrap();
    ground.file = file_of(&mut store);
    ground
}

fn costs() -> BTreeMap<String, Cost> {
    let ground = large();
    let base = ground.disk(WAYS[0]);
    let _counting = Counting::begin();
    let mut costs: BTreeMap<String, Cost> = BTreeMap::new();
    for (name, call) in ground.calls() {
        let disk = base.restart("steps", Loss::Nothing);
        let mut store = WAYS[0].open(&disk).unwrap();
        disk.fail(None);
        STEPS.set(0);
        call(&mut store).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let flushes = disk.asked().get(&Kind::Sync).copied().unwrap_or_default();
        // An operation that has several examples is as dear as the dearest.
        let cost = costs.entry(name.to_owned()).or_default();
        *cost = (cost.0.max(STEPS.get()), cost.1.max(flushes));
    }
    costs
}

fn table() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/durability/faults/steps.txt")
}

fn written(costs: &BTreeMap<String, Cost>) -> String {
    costs.iter().fold(String::new(), |mut text, (name, (steps, flushes))| {
        writeln!(text, "{name} {steps} {flushes}").unwrap();
        text
    })
}

fn read(text: &str) -> BTreeMap<String, Cost> {
    let lines = text.lines().map(|line| {
        let mut words = line.split(' ');
        let name = words.next().unwrap().to_owned();
        let mut number = || words.next().unwrap().parse().unwrap();
        (name, (number(), number()))
    });
    lines.collect()
}

/// The operations that take more than is written, are not written, or are written and gone.
fn dearer(costs: &BTreeMap<String, Cost>, allowed: &BTreeMap<String, Cost>) -> Vec<String> {
    let mut found: Vec<String> = allowed.keys().filter(|name| !costs.contains_key(*name)).cloned().collect();
    for (name, (steps, flushes)) in costs {
        match allowed.get(name) {
            Some((most, most_flushes)) if steps * 100 <= most * (100 + PERCENT) && flushes <= most_flushes => {}
            allowed => found.push(format!("{name}: {steps} steps and {flushes} flushes, allowed are {allowed:?}")),
        }
    }
    found
}

#[test]
fn no_operation_takes_more_steps_and_flushes_than_are_written() {
    let costs = costs();
    if std::env::var_os("RENEW").is_some() {
        std::fs::write(table(), written(&costs)).unwrap();
    }
    let found = dearer(&costs, &read(&std::fs::read_to_string(table()).unwrap()));
    assert!(
        found.is_empty(),
        "if that is meant: RENEW=1 cargo test --all-features --test durability steps::\n{}",
        found.join("\n")
    );
    // What is counted is there.
    assert!(costs["create_campaign"].0 > 100 && costs["create_campaign"].1 == 1, "{:?}", costs["create_campaign"]);
    assert!(costs["list_campaigns"].0 > 100 && costs["list_campaigns"].1 == 0, "{:?}", costs["list_campaigns"]);
}

#[test]
fn a_dearer_operation_is_found() {
    let allowed = read("a 1000 1\nb 1000 0\n");
    let found = |text: &str| dearer(&read(text), &allowed).len();
    assert_eq!([found("a 1050 1\nb 10 0\n"), found("a 1051 1\nb 1000 0\n"), found("a 1000 1\nb 1000 1\n")], [0, 1, 1]);
    assert_eq!([found("a 1000 1\n"), found("a 1 0\nb 1 0\nc 1 0\n")], [1, 1]);
}

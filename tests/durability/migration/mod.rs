//! A new file is empty or complete, whatever interrupts its creation; the files of every schema so far open and work.

mod odd_rows;
mod paced;
mod stopped;
mod versions;
mod writing;

use std::path::{Path, PathBuf};

use crate::world::{NOW_MS, add_user, stats};
use campaignkit::{AccountId, Input, OpenOptions, Session, SimulatedHost, Store};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

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

/// Everything that a store returns about its content.
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

/// A user's people and suppressions. The first schema had none: empty lists are left out.
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

/// A copy of the checked-in database of a schema, and its content.
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
    if version < 6 {
        contents.as_array_mut().unwrap().iter_mut().for_each(say_what_the_sixth_schema_says);
    }
    (path, contents)
}

/// The sixth schema records how users are called, on which dates they send nothing, in which zones people live, and how
/// accounts spread what they send: those of before do not.
fn say_what_the_sixth_schema_says(user: &mut Value) {
    user["user"]["name"] = json!(null);
    user["user"]["external_id"] = json!(null);
    user["user"]["blackout_dates"] = json!([]);
    for campaign in user["campaigns"].as_array_mut().unwrap() {
        campaign["follow_prospect_zone"] = json!(false);
    }
    for account in user["accounts"].as_array_mut().unwrap() {
        let fields = account.as_object_mut().unwrap();
        fields.extend(["sending_hours", "ramp_up"].map(|field| (field.to_owned(), json!(null))));
        let is_linkedin = fields["type"] == "linkedin";
        fields.insert("spread_invitations".to_owned(), is_linkedin.then_some(false).into());
        fields.extend(["min_gap_seconds", "gap_jitter_seconds"].map(|field| (field.to_owned(), json!(0))));
    }
    let of_people =
        |(what, _): &(&String, &mut Value)| what.starts_with("prospects of") || what.starts_with("leads of");
    for (_, people) in user.as_object_mut().unwrap().iter_mut().filter(of_people) {
        people.as_array_mut().unwrap().iter_mut().for_each(|person| person["time_zone"] = json!(null));
    }
}

/// The fourth schema records which campaigns stay open, when their messages are late, and why someone is suppressed.
fn say_what_the_fourth_schema_says(user: &mut Value) {
    for campaign in user["campaigns"].as_array_mut().unwrap() {
        campaign["stay_open"] = json!(false);
        campaign["late_after_minutes"] = json!(4_320);
    }
    for suppression in user.get_mut("suppressions").and_then(Value::as_array_mut).into_iter().flatten() {
        suppression["reason"] = json!("manual");
    }
}

/// The third schema records when invitations are given up, and counts the outcomes of the prospects of launched
/// campaigns; nothing could be sent to them before.
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

const CLIENT_MADE: &str = "019dc000-0000-7000-8000-000000000001";

fn client_made(sender: &str) -> Value {
    json!({ "id": CLIENT_MADE, "type": "linkedin", "name": "Founders", "sender_account_ids": [sender],
            "skip_other_campaigns": false,
            "operating_hours": { "time_zone": "America/New_York", "friday": [{ "start": "22:00", "end": "02:00" }] } })
}

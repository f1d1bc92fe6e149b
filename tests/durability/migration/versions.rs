//! Databases of every schema so far open and work.

use super::*;
use campaignkit::UserId;

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

#[test]
fn what_was_handed_out_before_version_6_is_listed_and_read_as_far_as_it_is_known() {
    let directory = tempfile::tempdir().unwrap();
    let (path, contents) = checked_in(3, directory.path());
    let user = contents[1]["user"]["id"].as_str().unwrap();
    let mut store = Store::open(&path).unwrap();
    let mut me = store.session(user).unwrap();
    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let page = me.list_tasks(json!({ "limit": 1, "messages": true, "cursor": cursor })).unwrap();
        listed.extend(page.tasks);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert!(listed.len() > 1 && listed.is_sorted_by(|a, b| a.id > b.id));
    for task in listed {
        assert_eq!((task.claimed_at, task.attempts, &task.message), (None, None, &None));
        assert_eq!(me.task(task.id).unwrap().record, task);
    }
    assert_eq!(me.list_tasks(json!({ "since": "1970-01-01T00:00:00Z" })).unwrap().tasks, [], "it is not known when");
}

//! Damage to our own files is reported as damage.

use super::*;
use crate::child;
use campaignkit::{Campaign, Reading, Session};

/// Every operation on a damaged file returns the truth, or that it is damaged.
fn try_everything(path: &Path) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut store = match options().durability(Durability::Unchecked).open(path) {
        Ok(store) => store,
        Err(error) => return vec![error],
    };
    let mut users = Vec::new();
    match store.list_users(Input::NONE) {
        Ok(page) => users.extend(page.users),
        Err(error) => errors.push(error),
    }
    for user in users {
        let mut me = match store.session(user.id) {
            Ok(me) => me,
            // A damaged index does not find a row that the list contained.
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let mut sender = None;
        match me.list_accounts(json!({ "type": "email" })) {
            Ok(page) => sender = page.accounts.first().map(|account| account.id),
            Err(error) => errors.push(error),
        }
        let mut campaigns = Vec::new();
        match me.list_campaigns(json!({ "limit": 200 })) {
            Ok(page) => campaigns = page.campaigns,
            Err(error) => errors.push(error),
        }
        errors.extend(campaigns.iter().filter_map(|campaign| me.campaign(campaign.id).err()));
        errors.extend(me.list_events(json!({ "limit": 200 })).err());
        let request = json!({ "type": "email", "name": "New", "sender_account_ids": [sender] });
        errors.extend(me.create_campaign(request).err());
        for campaign in campaigns.iter().take(5) {
            errors.extend(me.delete_campaign(campaign.id).err());
        }
        errors.extend(me.add_account(json!({ "type": "email", "email_address": "new@example.com" })).err());
        errors.extend(try_enrolment(&mut me, &campaigns));
    }
    errors.extend(store.dump().err());
    match store.check_invariants() {
        Ok(broken) if broken.is_empty() => {}
        Ok(_) => errors.push(Error::Corrupt(None)),
        Err(error) => errors.push(error),
    }
    errors
}

/// The same for people: reading, changing and importing them, and everything that depends on them.
fn try_enrolment(me: &mut Session<'_>, campaigns: &[Campaign]) -> Vec<Error> {
    let mut errors = Vec::new();
    let all = || json!({ "limit": 200 });
    let mut lists = Vec::new();
    match me.list_lists(all()) {
        Ok(page) => lists = page.lists,
        Err(error) => errors.push(error),
    }
    for list in &lists {
        match me.list_leads(list.id, all()) {
            Ok(page) => errors.extend(page.leads.iter().take(3).filter_map(|lead| me.remove_lead(lead.id).err())),
            Err(error) => errors.push(error),
        }
        let leads = json!({ "leads": [{ "email": "new@example.com" }, { "email": "p5@example.com" }] });
        errors.extend(me.add_leads(list.id, leads).err());
    }
    match me.list_suppressions(all()) {
        Ok(page) => {
            let removed = page.suppressions.iter().take(3).filter_map(|one| me.remove_suppression(one.id).err());
            errors.extend(removed);
        }
        Err(error) => errors.push(error),
    }
    let domain = json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] });
    errors.extend(me.add_suppressions(domain).err());
    // The last ones: some have prospects, and the others are as good as any.
    for campaign in campaigns.iter().rev().take(5) {
        match me.list_prospects(campaign.id, all()) {
            Ok(page) => {
                for prospect in page.prospects.iter().take(3) {
                    errors.extend(me.prospect(prospect.id).err());
                    errors.extend(me.update_prospect(prospect.id, json!({ "company": "New" })).err());
                    errors.extend(me.preview_messages(prospect.id, Input::NONE).err());
                    errors.extend(me.remove_prospect(prospect.id).err());
                }
            }
            Err(error) => errors.push(error),
        }
        errors.extend(me.list_prospects(campaign.id, json!({ "status": "skipped" })).err());
        errors.extend(lists.iter().filter_map(|list| me.import_list(campaign.id, list.id).err()));
        let csv = b"email,linkedin_url\nnew@example.com,linkedin.com/in/new\np5@example.com,linkedin.com/in/p5\n";
        let content_hash = me.preview_csv(csv.as_slice(), Reading::default()).unwrap().content_hash;
        let mapping = json!({ "mapping": ["email", "linkedin_url"], "content_hash": content_hash });
        errors.extend(me.import_csv(campaign.id, csv.as_slice(), mapping).err());
        errors.extend(me.validate(campaign.id).err());
        let update = json!({ "name": format!("New {}", campaign.name), "daily_limit": 9 });
        errors.extend(me.update_campaign(campaign.id, update).err());
        let node = json!({ "type": "delay", "delay_days": 1 });
        errors.extend(me.insert_node(campaign.id, node).err());
        errors.extend(me.launch(campaign.id, None).err());
        errors.extend(me.pause(campaign.id).err());
        errors.extend(me.resume(campaign.id).err());
    }
    errors
}

/// Whether an error does not blame the engine for damage to its file. A constraint that stops a write is accepted: the
/// cause may be a bug of the engine as well as a row whose content has changed.
fn is_honest(error: &Error) -> bool {
    match error {
        Error::Bug(Some(source)) => source.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation),
        _ => error.code() != "bug",
    }
}

#[test]
fn a_damaged_page_is_corrupt_and_never_a_panic_or_a_bug() {
    let (directory, path) = ours();
    let sound = std::fs::read(&path).unwrap();
    let pages = sound.len() / 4096;
    let damaged = directory.path().join("damaged.db");
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    for round in 0..90 {
        let mut bytes = sound.clone();
        let page = 1 + dice.below(pages as u64 - 1) as usize;
        let range = page * 4096..(page + 1) * 4096;
        match round % 3 {
            0 => bytes[range].fill(0),
            1 => bytes[range].fill_with(|| dice.below(256) as u8),
            // A page of another table, or from another place in the same one.
            _ => {
                let other = 1 + dice.below(pages as u64 - 1) as usize;
                bytes.copy_within(other * 4096..(other + 1) * 4096, page * 4096);
            }
        }
        let is_damaged = bytes != sound;
        std::fs::write(&damaged, bytes).unwrap();
        let errors = try_everything(&damaged);
        for error in &errors {
            assert!(is_honest(error), "seed {seed}, round {round}: {error:?}");
        }
        let is_told = errors.iter().any(|error| error.code() == "corrupt");
        assert!(is_told || !is_damaged, "seed {seed}, round {round}: page {page}, {errors:?}");
        remove(&damaged);
    }
}

#[test]
fn damaged_bytes_anywhere_are_never_a_panic_or_a_bug() {
    let (directory, path) = ours();
    let sound = std::fs::read(&path).unwrap();
    let damaged = directory.path().join("damaged.db");
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    for round in 0..150 {
        let mut bytes = sound.clone();
        // The first page, with the header and the schema, more often than the others.
        let from = if round % 3 == 0 { 4096 } else { bytes.len() as u64 };
        for _ in 0..1 + dice.below(8) {
            bytes[dice.below(from) as usize] = dice.below(256) as u8;
        }
        if round % 10 == 0 {
            bytes.truncate(dice.below(sound.len() as u64) as usize);
        }
        std::fs::write(&damaged, &bytes).unwrap();
        for error in try_everything(&damaged) {
            assert!(is_honest(&error), "seed {seed}, round {round}: {error:?}");
        }
        remove(&damaged);
    }
}

/// Removes a database with SQLite's files beside it.
fn remove(path: &Path) {
    for beside in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{beside}", path.display()));
    }
}

#[test]
fn a_record_of_other_migrations_is_foreign_and_one_that_cannot_be_read_is_corrupt() {
    let older = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/v3.sqlite")).unwrap();
    let open_after = |damage: &str, is_old: bool| {
        let (_directory, path) = ours();
        if is_old {
            remove(&path);
            std::fs::write(&path, &older).unwrap();
        }
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(damage).unwrap();
        conn.close().unwrap();
        Store::open(&path).map(drop)
    };
    let when = "UPDATE refinery_schema_history SET applied_on = 'yesterday'";
    assert!(open_after(when, false).is_ok(), "nothing depends on when it was");
    assert_eq!(open_after(when, true).unwrap_err().code(), "corrupt");
    for damage in [
        "UPDATE refinery_schema_history SET checksum = 'x'",
        "UPDATE refinery_schema_history SET checksum = '12345'",
        "UPDATE refinery_schema_history SET checksum = NULL",
        "UPDATE refinery_schema_history SET name = x'00ff'",
        "UPDATE refinery_schema_history SET version = 77 WHERE version = 1",
        "DELETE FROM refinery_schema_history",
        "DROP TABLE refinery_schema_history",
        "DROP TABLE refinery_schema_history; CREATE TABLE refinery_schema_history (text TEXT)",
    ] {
        for is_old in [false, true] {
            assert_eq!(open_after(damage, is_old).unwrap_err().code(), "foreign_file", "{damage}");
        }
        let damage = format!("{damage}; PRAGMA user_version = 0");
        assert_eq!(open_after(&damage, false).unwrap_err().code(), "foreign_file", "{damage}");
    }
}

#[test]
fn a_broken_database_that_trips_over_a_constraint_is_corrupt_and_stays_as_it_is() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("broken.db");
    let mut store = Store::open(&path).unwrap();
    let user = add_user(&mut store).0;
    let mut me = store.session(user).unwrap();
    let list = me.create_list(json!({ "name": "People" })).unwrap().id;
    me.add_leads(list, json!({ "leads": [{ "email": "bo@example.com" }] })).unwrap();
    let lead = me.list_leads(list, json!({})).unwrap().leads[0].id;
    // Another program does not maintain the count.
    Connection::open(&path).unwrap().execute("UPDATE list SET lead_count = 0", []).unwrap();
    let before = store.dump().unwrap();
    let error = store.session(user).unwrap().remove_lead(lead).unwrap_err();
    assert_eq!((error.code(), error.status()), ("corrupt", 500));
    assert!(store.dump().unwrap() == before);
}

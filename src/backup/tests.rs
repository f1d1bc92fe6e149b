//! What taking a file in and mending one cost: SQLite's own steps, which no other work of the machine changes.

use serde_json::json;

use super::repair;
use crate::backup::invariants;
use crate::error::Result;
use crate::store::sqlite_steps::steps_of;
use crate::store::{Snapshot, Store};
use crate::{CreateUser, OpenOptions, SimulatedHost};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A database in which the rows of every table grow with `size`, in number for each user and each campaign, too.
fn database(size: usize) -> Result<Store> {
    let clock = SimulatedHost::new(1, 1_776_852_000_000);
    let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
    for _ in 0..size {
        store.create_user(CreateUser::default())?;
    }
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let ana = me.add_account(crate::AddAccount::email("ana@example.com").unpaced().daily_limit(100_000))?.id;
    for number in 0..size {
        me.add_account(json!({ "type": "email", "email_address": format!("a{number}@example.com") }))?;
        me.create_campaign(json!({ "type": "email", "name": format!("C{number}"), "sender_account_ids": [ana] }))?;
        let list = me.create_list(json!({ "name": format!("L{number}") }))?.id;
        me.add_leads(list, json!({ "leads": [{ "email": format!("p{number}@example.com") }] }))?;
        let domain = json!({ "type": "email_domain", "value": format!("d{number}.example") });
        me.add_suppressions(json!({ "suppressions": [domain] }))?;
    }
    let request =
        json!({ "type": "email", "name": "Long", "sender_account_ids": [ana], "daily_limit": 500, "signature": "" });
    let long = me.create_campaign(request)?.campaign.id;
    let email = |subject: &str| json!({ "type": "email", "subject": subject, "body": "A text" });
    let nodes = json!([email("Hello"), { "type": "delay", "delay_days": 1 }, email("Again")]);
    me.update_campaign(long, json!({ "sequence_nodes": nodes }))?;
    let people: Vec<_> = (0..4 * size).map(|number| json!({ "email": format!("q{number}@example.com") })).collect();
    for people in people.chunks(500) {
        me.add_prospects(long, json!({ "prospects": people }))?;
    }
    me.resolve_messages(long, json!({}))?;
    me.launch(long, None)?;
    for day in 0..2 {
        for task in me.claim_due(json!({ "max": 2 * size }))?.tasks {
            me.complete(task.id, json!({ "outcome": "sent" }))?;
            if day == 0 {
                me.record_event(json!({ "id": task.id.to_string(), "type": "opened", "task_id": task.id }))?;
            }
        }
        clock.advance_ms(DAY_MS);
    }
    Ok(store)
}

#[test]
fn checking_and_mending_a_database_takes_steps_in_proportion_to_it() -> Result<()> {
    let measured = |size| {
        let mut store = database(size)?;
        let ((), checked) = steps_of(&mut store, |store| {
            assert_eq!(invariants::broken(&Snapshot::of(store.connection()))?, []);
            Ok(())
        })?;
        let ((), repaired) = steps_of(&mut store, |store| {
            assert_eq!(repair::until_consistent(store.connection())?.changes, 0);
            Ok(())
        })?;
        // In thousands.
        Ok::<_, crate::Error>((checked / 1_000, repaired / 1_000))
    };
    let (checked, repaired) = measured(100)?;
    let (checked_more, repaired_more) = measured(400)?;
    assert!(checked > 10 && repaired > 10, "{checked}, {repaired}");
    assert!(checked_more < 5 * checked, "{checked} and {checked_more}");
    assert!(repaired_more < 5 * repaired, "{repaired} and {repaired_more}");
    Ok(())
}

//! Writes the database of the present schema, for later versions.

use super::*;
use crate::world::World;
use campaignkit::{LeadOutcome, Reading};

/// Writes a database of the present schema, and its content, beside the older ones. To be run once for each released
/// schema: `cargo test --test durability -- --ignored write_the_database_of_this_schema`.
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
          "time_zone": "Asia/Tokyo",
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

    // Suppressed people are skipped, and so are those in the other campaign.
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

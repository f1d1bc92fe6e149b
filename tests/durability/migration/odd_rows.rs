//! How a migration treats odd rows.

use super::*;
use campaignkit::{Field, Outcome};

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

    // The same for a file that is imported or recovered.
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

    // Nobody gets a message twice, and no suppressed person gets one.
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
    let (mut text, mut replied, mut bounced) = (String::new(), 0, 0);
    for user in store.list_users(Input::NONE).unwrap().users {
        let mut me = store.session(user.id).unwrap();
        for campaign in me.list_campaigns(Input::NONE).unwrap().campaigns {
            let mut add = |piece: &str| {
                text.push_str(piece);
                Ok(())
            };
            me.export_prospects(campaign.id, None, &mut add).unwrap();
        }
        let totals = me.report(json!({ "by": [] })).unwrap().totals;
        (replied, bounced) = (replied + totals.replied, bounced + totals.bounced);
    }
    // One who replied in the third version and again later, and one who replied in the fifth; their messages also
    // bounced.
    for answers in ["2026-04-22T10:15:15.015Z,2026-05-22T10:10:00Z", "2026-05-22T10:04:00Z,2026-05-22T10:04:00Z"] {
        assert!(text.contains(&format!(",{answers},")), "{answers}");
    }
    // Reports know it of the messages before that.
    assert_eq!((replied, bounced), (5, 5));
}

#[test]
fn a_row_with_the_highest_number_that_there_is_does_not_end_the_update() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.db");
    for odd in ["odd-v3.sqlite", "odd-v4.sqlite", "odd-v5.sqlite"] {
        std::fs::copy(databases().join(odd), &path).unwrap();
        let conn = Connection::open(&path).unwrap();
        let last = "rowid = (SELECT max(rowid) FROM prospect)";
        conn.execute(&format!("UPDATE prospect SET rowid = ?1 WHERE {last}"), [i64::MAX]).unwrap();
        conn.close().unwrap();
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.check_invariants().unwrap(), []);
        store.close().unwrap();
    }
}

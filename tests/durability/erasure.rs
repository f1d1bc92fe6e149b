//! After an erasure no byte of the person is in the files of the database, and everything else is as before.

use std::path::Path;

use campaignkit::{CampaignId, Journal, OpenOptions, SimulatedHost, Store, TaskId};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{HOUR, NOW_MS, World, always};

/// The people: each has an address and a profile, and is known by an international domain as it is typed.
const NAMES: [&str; 4] = ["bo.berg", "cy-young", "di_di", "ed"];

fn address(name: &str) -> String {
    format!("{name}@BÜCHER.example")
}

/// What must not be left of a person, in lower case.
fn needles(name: &str) -> [String; 3] {
    [format!("{name}@b"), format!("in/{name}"), format!("secret of {name}")]
}

fn person(name: &str) -> Value {
    json!({ "email": address(name), "linkedin_url": format!("https://www.LinkedIn.com/in/{name}/?trk=1"),
        "first_name": "x", "company": format!("Secret of {name}"),
        "custom_fields": { "Private": format!("{} {}", address(name), "z".repeat(9_000)), "Typed": format!("{name}@bücher.example") } })
}

/// How often what is left of a person is found in the files of a database.
fn left(path: &Path, name: &str) -> usize {
    let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut found = 0;
    for file in folder.map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap().to_ascii_lowercase();
        for needle in needles(name) {
            let needle = needle.as_bytes();
            found += bytes.windows(needle.len()).filter(|window| *window == needle).count();
        }
    }
    found
}

/// Something that a user or a host does with a person.
#[derive(Clone, Copy, Debug)]
enum Deed {
    AddByEmail,
    AddByProfile,
    AddLead,
    Update,
    Write,
    Claim,
    Complete(usize),
    Event(usize),
    Hold,
    Suppress,
    Unsuppress,
    Remove,
    RemoveLead,
    Wait,
}

fn deeds() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::AddByEmail),
        3 => Just(Deed::AddByProfile),
        2 => Just(Deed::AddLead),
        1 => Just(Deed::Update),
        1 => Just(Deed::Write),
        4 => Just(Deed::Claim),
        4 => (0_usize..4).prop_map(Deed::Complete),
        3 => (0_usize..6).prop_map(Deed::Event),
        1 => Just(Deed::Hold),
        1 => Just(Deed::Suppress),
        1 => Just(Deed::Unsuppress),
        1 => Just(Deed::Remove),
        1 => Just(Deed::RemoveLead),
        2 => Just(Deed::Wait),
    ]
}

/// A world in a file, with two campaigns that stay open.
struct Ground {
    world: World,
    email: CampaignId,
    linkedin: CampaignId,
    list: Value,
    open: Vec<(TaskId, String)>,
    events: usize,
}

impl Ground {
    fn new(path: &Path, journal: Journal) -> Self {
        let clock = SimulatedHost::new(1, NOW_MS);
        let store = OpenOptions::new(clock.clone()).journal(journal).open(path).unwrap();
        let mut world = World::within(store, clock);
        let fields = json!({ "name": "E", "signature": "", "stay_open": true });
        let email = world.create(world.email_request(fields)).unwrap().campaign.id;
        let fields = json!({ "name": "L", "operating_hours": always(), "stay_open": true });
        let linkedin = world.create(world.linkedin_request(fields)).unwrap().campaign.id;
        let mails = json!([{ "type": "email", "subject": "For %email%", "body": "%company% %custom_fields.Typed%" },
            { "type": "delay", "delay_hours": 1 }, { "type": "email", "subject": "S", "body": "%company%" }]);
        let notes = json!([{ "type": "connection_request", "body": "%company%" }, { "type": "message", "body": "%linkedin_url%" }]);
        world.me().update_campaign(email, json!({ "sequence_nodes": mails })).unwrap();
        world.me().update_campaign(linkedin, json!({ "sequence_nodes": notes })).unwrap();
        world.me().launch(email, None).unwrap();
        world.me().launch(linkedin, None).unwrap();
        let list = json!(world.me().create_list(json!({ "name": "All" })).unwrap().id);
        Self { world, email, linkedin, list, open: Vec::new(), events: 0 }
    }

    /// Does something with a person; what is refused is refused.
    fn perform(&mut self, deed: Deed, name: &str) {
        let Self { world, email, linkedin, list, open, events } = self;
        *events += 1;
        let found = shape(&world.me().find_prospects(json!({ "email": address(name) })).unwrap());
        let prospect = found["prospects"][0]["id"].clone();
        let people = json!({ "prospects": [person(name)] });
        match deed {
            Deed::AddByEmail => drop(world.me().add_prospects(*email, people)),
            Deed::AddByProfile => drop(world.me().add_prospects(*linkedin, people)),
            Deed::AddLead => drop(world.me().add_leads(list.clone(), json!({ "leads": [person(name)] }))),
            Deed::Update => {
                drop(world.me().update_prospect(prospect, json!({ "headline": format!("secret of {name}") })))
            }
            Deed::Write => drop(world.me().resolve_messages(*email, json!({}))),
            Deed::Claim => {
                for task in world.me().claim_due(json!({ "max": 2 })).unwrap().tasks {
                    open.push((task.id, format!("{:?}", task.prospect.person).chars().take(900).collect()));
                }
            }
            Deed::Complete(outcome) => {
                let Some((task, note)) = open.pop() else { return };
                let outcome = ["sent", "failed", "bounced", "deferred"][outcome];
                let words = json!({ "outcome": outcome, "note": note, "provider_id": format!("<{}>", note.len()) });
                let _ = world.me().complete(task, words);
            }
            Deed::Event(word) => {
                let word = ["replied", "opened", "auto_replied", "bounced", "complained", "unsubscribed"][word];
                let id = format!("{events} {}", address(name).replace("BÜCHER", "xn--bcher-kva"));
                let _ = world.me().record_event(json!({ "id": id, "type": word, "email": address(name) }));
            }
            Deed::Hold => drop(world.me().hold(json!({ "prospect_id": prospect }), json!({ "until": null }))),
            Deed::Suppress => {
                let value = json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/{name}") });
                let _ = world.me().add_suppressions(json!({ "suppressions": [value] }));
            }
            Deed::Unsuppress => {
                let listed = shape(&world.me().list_suppressions(json!({})).unwrap());
                let _ = world.me().remove_suppression(listed["suppressions"][0]["id"].clone());
            }
            Deed::Remove => drop(world.me().remove_prospect(prospect)),
            Deed::RemoveLead => {
                let leads = shape(&world.me().list_leads(list.clone(), json!({})).unwrap());
                let _ = world.me().remove_lead(leads["leads"][0]["id"].clone());
            }
            Deed::Wait => world.clock.advance_ms(HOUR),
        }
    }

    /// All that is exported of a person, by either identity.
    fn exported(&mut self, name: &str) -> Vec<Value> {
        let both = [json!({ "email": address(name) }), json!({ "linkedin_url": format!("linkedin.com/in/{name}") })];
        both.map(|who| {
            let page = self.world.me().export_person(crate::world::over(who, json!({ "limit": 200 }))).unwrap();
            assert_eq!(page.next_cursor, None);
            shape(&page.records)
        })
        .to_vec()
    }

    fn erase(&mut self, name: &str, keep: bool) {
        for who in [json!({ "email": address(name) }), json!({ "linkedin_url": format!("linkedin.com/in/{name}") })] {
            self.world.me().erase_person(crate::world::over(who, json!({ "keep_suppressed": keep }))).unwrap();
        }
    }
}

fn shape(answer: &impl serde::Serialize) -> Value {
    crate::world::shape(answer)
}

/// Performs deeds, erases the first person and looks for what is left.
fn erased_after(deeds: &[(Deed, usize)], journal: Journal, keep: bool) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("people.db");
    let mut ground = Ground::new(&path, journal);
    for (deed, person) in deeds {
        ground.perform(*deed, NAMES[*person]);
    }
    let before: Vec<_> = NAMES[1..].iter().map(|name| ground.exported(name)).collect();
    let messages: i64 = ground.world.me().report(json!({ "by": [] })).unwrap().totals.claimed.into();
    ground.erase(NAMES[0], keep);
    assert_eq!(left(&path, NAMES[0]), 0, "{deeds:?}");
    let after: Vec<_> = NAMES[1..].iter().map(|name| ground.exported(name)).collect();
    assert_eq!(before, after);
    assert_eq!(ground.exported(NAMES[0]), [json!([]), json!([])]);
    assert_eq!(i64::from(ground.world.me().report(json!({ "by": [] })).unwrap().totals.claimed), messages);
    assert_eq!(ground.world.store.check_invariants().unwrap(), []);
    let added = ground.world.me().add_prospects(ground.email, json!({ "prospects": [person(NAMES[0])] })).unwrap();
    assert_eq!((added.suppressed, added.imported), if keep { (1, 0) } else { (0, 1) });
    ground.world.store.close().unwrap();
    if keep {
        assert_eq!(left(&path, NAMES[0]), 0, "nor when it is closed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_with_a_person_no_byte_of_them_is_left(
        deeds in proptest::collection::vec((deeds(), 0_usize..NAMES.len()), 1..60), in_log: bool, keep: bool,
    ) {
        erased_after(&deeds, if in_log { Journal::WriteAhead } else { Journal::Rollback }, keep);
    }
}

#[test]
fn among_many_people_no_byte_of_one_is_left_in_free_room_and_old_pages() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("people.db");
    let mut ground = Ground::new(&path, Journal::WriteAhead);
    let everyone: Vec<Value> = (0..400).map(|n| person(&format!("p{n}"))).collect();
    for (at, people) in everyone.chunks(100).enumerate() {
        ground.world.me().add_prospects(ground.email, json!({ "prospects": people })).unwrap();
        ground.world.me().add_prospects(ground.linkedin, json!({ "prospects": [person("bo.berg")] })).unwrap();
        ground.perform(Deed::AddLead, &format!("p{at}"));
        ground.perform(Deed::AddByEmail, "bo.berg");
        ground.perform(Deed::AddLead, "bo.berg");
    }
    for _ in 0..30 {
        ground.perform(Deed::Claim, "bo.berg");
        ground.perform(Deed::Complete(0), "bo.berg");
        ground.perform(Deed::Update, "bo.berg");
    }
    // Rows that are removed leave their bytes in free pages.
    for at in 0..200 {
        ground.perform(Deed::Remove, &format!("p{at}"));
    }
    ground.perform(Deed::Remove, "bo.berg");
    assert!(left(&path, "bo.berg") > 10 && left(&path, "p7") > 0);
    ground.erase("bo.berg", true);
    assert_eq!((left(&path, "bo.berg"), left(&path, "p7")), (0, 0), "of those who were removed before, neither");
    assert!(left(&path, "p300") > 0);
    assert_eq!(ground.world.store.check_invariants().unwrap(), []);
}

#[test]
fn an_erasure_that_another_connection_keeps_from_the_file_is_busy_and_done_by_the_same_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("people.db");
    let mut ground = Ground::new(&path, Journal::WriteAhead);
    ground.perform(Deed::AddByEmail, "bo.berg");
    let reader = rusqlite::Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    reader.query_row("SELECT count(*) FROM prospect", [], |row| row.get::<_, i64>(0)).unwrap();
    let request = json!({ "email": address("bo.berg") });
    let user = ground.world.user;
    ground.world.store.close().unwrap();
    let options = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).busy_timeout(std::time::Duration::ZERO);
    let mut store: Store = options.open(&path).unwrap();
    let mut me = store.session(user).unwrap();
    assert_eq!(me.erase_person(request.clone()).unwrap_err().code(), "busy");
    assert_eq!(me.export_person(request.clone()).unwrap().records, [], "the rows are gone");
    reader.execute_batch("COMMIT").unwrap();
    me.erase_person(request).unwrap();
    assert_eq!(left(&path, "bo.berg"), 0);
}

//! How many pages an operation reads of a database of which nothing was read before.

use std::fmt::Write as _;

use super::*;
use crate::power::{Disk, Kind, Loss};
use crate::world::{World, file_of};
use campaignkit::{Reading, Session};

/// How many pages an operation reads of a copy of a database of which nothing was read before.
fn pages(world: &mut World, name: &str, operation: impl FnOnce(&mut Session<'_>)) -> u64 {
    let disk = Disk::new(name);
    disk.put("pages.db", file_of(&mut world.store));
    let disk = disk.restart(&format!("{name}-cold"), Loss::Nothing);
    let options = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs(disk.vfs()).exclusive(true);
    let mut store = options.open("pages.db").unwrap();
    let mut me = store.session(world.user).unwrap();
    disk.fail(None);
    operation(&mut me);
    disk.asked().get(&Kind::Read).copied().unwrap_or_default()
}

#[test]
fn a_person_is_found_by_an_identity_in_a_few_pages() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("L");
    let mut csv = String::from("email,linkedin_url,company\n");
    for n in 0..15_000 {
        writeln!(csv, "p{n}@example.com,linkedin.com/in/p{n},Company {n}").unwrap();
    }
    let preview = world.me().preview_csv(csv.as_bytes(), Reading::default()).unwrap();
    let request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash });
    world.me().import_csv(campaign, csv.as_bytes(), request).unwrap();
    for query in [json!({ "email": "p7000@example.com" }), json!({ "linkedin_url": "linkedin.com/in/p7000" })] {
        let read = pages(&mut world, "person", |me| {
            assert_eq!(me.find_prospects(query.clone()).unwrap().prospects.len(), 1);
        });
        assert!((3..=10).contains(&read), "{query}: {read} pages");
    }
}

#[test]
fn a_list_narrowed_to_what_there_is_not_reads_a_few_pages() {
    let mut world = World::new();
    for n in 0..1_500 {
        world.linkedin_campaign(&format!("L{n}"));
    }
    for thousand in 0..15 {
        let address = |n| json!({ "type": "email_address", "value": format!("p{n}@of{thousand}.example.com") });
        let suppressions: Vec<_> = (0..1_000).map(address).collect();
        world.me().add_suppressions(json!({ "suppressions": suppressions })).unwrap();
    }
    for (name, of_all, narrowed) in [
        ("campaigns", json!({}), json!({ "status": "completed" })),
        ("searched", json!({ "search": "L7" }), json!({ "search": "L7", "status": "active" })),
    ] {
        let [all, none] = [of_all, narrowed].map(|query| {
            let mut found = 0;
            let read = pages(&mut world, name, |me| found = me.list_campaigns(query.clone()).unwrap().campaigns.len());
            (found, read)
        });
        assert!(all.0 > 0 && none.0 == 0 && (1..=10).contains(&none.1), "{name}: {all:?}, {none:?}");
    }
    for (kind, is_any) in [("email_domain", false), ("linkedin_profile", false), ("email_address", true)] {
        let read = pages(&mut world, kind, |me| {
            let found = me.list_suppressions(json!({ "type": kind, "limit": 1 })).unwrap().suppressions;
            assert_eq!(!found.is_empty(), is_any);
        });
        assert!((1..=10).contains(&read), "{kind}: {read} pages");
    }
}
